/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Completions: waiting for something that others bring about. The others run
 * while the waiter waits: queued work first, then whatever time brings.
 */
import { advance_clock } from "../../drivers/s390/sim/clock.ts";
import { kernel_crash } from "./bug.h.ts";
import { jiffies_to_msecs } from "./jiffies.h.ts";
import { current } from "./sched.h.ts";
import { run_workqueues } from "./workqueue.h.ts";

const UINT_MAX = 0xffffffff;

/** Ticks after which a wait without a limit counts as endless: an hour. */
const WATCHDOG = 3600 * 100;

/**
 * class completion
 * @done: how many waiters may go on
 */
export class completion {
	done = 0;
}

export function init_completion(x: completion): void {
	x.done = 0;
}

/** reinit_completion - let waiters wait again */
export function reinit_completion(x: completion): void {
	x.done = 0;
}

/** complete - let one waiter go on */
export function complete(x: completion): void {
	if (x.done !== UINT_MAX)
		x.done++;
}

/** complete_all - let all waiters go on, those to come included */
export function complete_all(x: completion): void {
	x.done = UINT_MAX;
}

/** completion_done - whether a waiter would go on at once */
export function completion_done(x: completion): boolean {
	return x.done !== 0;
}

/** try_wait_for_completion - go on if a waiter would at once; returns whether */
export function try_wait_for_completion(x: completion): boolean {
	if (x.done === 0)
		return false;
	if (x.done !== UINT_MAX)
		x.done--;
	return true;
}

/**
 * wait_for_completion_timeout - wait, but not for ever
 * @x: what to wait for
 * @timeout: how long at most, in ticks
 *
 * Return: the ticks that were left, at least 1, or 0 on timeout.
 */
export function wait_for_completion_timeout(x: completion, timeout: number): number {
	let left = timeout;

	run_workqueues();
	while (x.done === 0 && left > 0) {
		advance_clock(jiffies_to_msecs(1));
		run_workqueues();
		left--;
	}
	if (x.done === 0)
		return 0;
	if (x.done !== UINT_MAX)
		x.done--;
	return Math.max(left, 1);
}

/** wait_for_completion - wait for @x; one that never comes is a hang */
export function wait_for_completion(x: completion): void {
	if (wait_for_completion_timeout(x, WATCHDOG) === 0)
		throw new kernel_crash("hang", `${current.comm} waits for what never completes`);
}

/* There are no signals here. */

/** wait_for_completion_interruptible - as wait_for_completion(); returns 0 */
export function wait_for_completion_interruptible(x: completion): number {
	wait_for_completion(x);
	return 0;
}

export const wait_for_completion_interruptible_timeout = wait_for_completion_timeout;
