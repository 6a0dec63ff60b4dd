/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasklets: what an interrupt leaves to be done as soon as it is over. Interrupts
 * come while time passes, beside whatever task lets it pass; so a tasklet is a
 * task of its own, with locks of its own.
 */
import { early_initcall } from "./init.h.ts";
import { run_as, task_struct } from "./sched.h.ts";

let softirq: task_struct;

early_initcall(() => {
	softirq = new task_struct("ksoftirqd/0");
});

/** class tasklet_struct */
export class tasklet_struct {
	func: (data: number) => void;

	constructor(func: (data: number) => void) {
		this.func = func;
	}
}

/** DECLARE_TASKLET_OLD - a tasklet of the kind that is passed a number */
export function DECLARE_TASKLET_OLD(func: (data: number) => void): tasklet_struct {
	return new tasklet_struct(func);
}

/** tasklet_schedule - to be called from an interrupt, which ends with this */
export function tasklet_schedule(t: tasklet_struct): void {
	run_as(softirq, () => t.func(0));
}
