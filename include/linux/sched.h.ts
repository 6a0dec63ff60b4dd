/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tasks: who is executing. One runs at a time; a schedule may let another run
 * a whole operation of its own in between.
 */
import { early_initcall } from "./init.h.ts";
import type { lock_instance } from "./lockdep.h.ts";

/**
 * class task_struct - one actor
 * @comm: its name
 * @held: the locks it holds, oldest first
 */
export class task_struct {
	comm: string;
	held: lock_instance[] = [];

	constructor(comm: string) {
		this.comm = comm;
		tasks.push(this);
	}
}

/* All that were made since boot. */
let tasks: task_struct[] = [];

/** current - the task that is executing */
export let current = new task_struct("init");

early_initcall(() => {
	tasks = [];
	current = new task_struct("init");
});

/**
 * run_as - let another task execute
 * @task: the task
 * @fn: what it does, to the end
 */
export function run_as<T>(task: task_struct, fn: () => T): T {
	const before = current;

	current = task;
	try {
		return fn();
	} finally {
		current = before;
	}
}

/** all_tasks - those that were made since boot */
export function all_tasks(): readonly task_struct[] {
	return tasks;
}
