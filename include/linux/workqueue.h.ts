/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Work items: functions that run later, outside the locks of whoever queued
 * them. Here "later" is when somebody flushes the item, or when the operation
 * that is going on returns to its user; first queued, first run.
 */
import { early_initcall } from "./init.h.ts";
import type { embedded } from "./types.h.ts";

export type work_func_t = (work: work_struct) => void;

/**
 * class work_struct
 * @func: what it does
 * @container: the struct it is embedded in
 */
export class work_struct implements embedded {
	func: work_func_t | null = null;
	container: object | null;
	pending = false;

	constructor(container: object | null = null) {
		this.container = container;
	}
}

export function INIT_WORK(work: work_struct, func: work_func_t): void {
	work.func = func;
	work.pending = false;
}

/*
 * All work queues share one line: what they differ in, how many items run at a
 * time, cannot be seen on one task.
 */
class workqueue_struct {
	name: string;

	constructor(name: string) {
		this.name = name;
	}
}

export const system_long_wq = new workqueue_struct("events_long");

let queue: work_struct[] = [];
/* Those before it have left the line: who flushes many items goes from the first to the last. */
let first = 0;

early_initcall(() => {
	queue = [];
	first = 0;
});

/** queue_work - run @work later; returns false if it is queued already */
export function queue_work(_wq: workqueue_struct, work: work_struct): boolean {
	if (work.pending)
		return false;
	work.pending = true;
	queue.push(work);
	return true;
}

/* Take an item out of the queue; it is most often the one that came last, or first. */
function take_back(work: work_struct): void {
	if (queue[queue.length - 1] === work)
		queue.pop();
	else if (queue[first] === work)
		first++;
	else
		queue.splice(queue.indexOf(work, first), 1);
	if (first > 0 && first === queue.length) {
		queue = [];
		first = 0;
	}
}

function run(work: work_struct): void {
	work.pending = false;
	work.func!(work);
}

/** flush_work - wait for @work: run it now if it is queued; returns whether it was */
export function flush_work(work: work_struct): boolean {
	if (!work.pending)
		return false;
	take_back(work);
	run(work);
	return true;
}

/** cancel_work_sync - take @work from the line; returns whether it was there */
export function cancel_work_sync(work: work_struct): boolean {
	if (!work.pending)
		return false;
	work.pending = false;
	take_back(work);
	return true;
}

/* Nothing runs beside the caller, so there is nobody to wait for. */
export const cancel_work = cancel_work_sync;

/** run_workqueues - run all queued items, those included that they queue */
export function run_workqueues(): void {
	while (queue.length > first) {
		const work = queue[first];

		take_back(work);
		run(work);
	}
}
