/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Wait queues. One task runs at a time, so whoever finds that it has to wait waits
 * for ever, unless a schedule of several tasks lets the one run that wakes it.
 *
 * Source: include/linux/wait.h, Linux 6.12.
 */
import { kernel_crash } from "./bug.h.ts";
import type { lock_class, lock_instance } from "./lockdep.h.ts";
import { task_blocks } from "./mutex.h.ts";
import { current } from "./sched.h.ts";
import { tracepoint } from "./tracepoint.h.ts";

/** trace_wake_up - those who wait in a queue are woken */
export const trace_wake_up = new tracepoint<[wq_head: wait_queue_head]>();

/**
 * class wait_queue_head - C's wait_queue_head_t
 * @name: what it is called in reports
 */
export class wait_queue_head implements lock_instance {
	name = "wait queue";
	dep_class: lock_class | null = null;
}

/** init_waitqueue_head - make a queue; @name is what C's macro takes from its argument */
export function init_waitqueue_head(wq_head: wait_queue_head, name: string): void {
	wq_head.name = name;
}

/**
 * wait_event_cmd - sleep until a condition holds
 * @wq_head: the queue to wait in
 * @condition: what to wait for; looked at first, and after each wake-up
 * @cmd1: done before sleeping
 * @cmd2: done after it
 */
export function wait_event_cmd(
	wq_head: wait_queue_head, condition: () => boolean, cmd1: () => void, cmd2: () => void,
): void {
	while (!condition()) {
		cmd1();
		schedule(wq_head);
		cmd2();
	}
}

/* PORT: a task gives the processor up by not going on; see task_blocks() */
function schedule(wq_head: wait_queue_head): void {
	task_blocks(wq_head);
	throw new kernel_crash("hang", `${current.comm} waits in ${wq_head.name}, nobody wakes it`);
}

/** wake_up_all - wake everybody who waits in a queue */
export function wake_up_all(wq_head: wait_queue_head): void {
	if (trace_wake_up.enabled)
		trace_wake_up.emit(wq_head);
}
