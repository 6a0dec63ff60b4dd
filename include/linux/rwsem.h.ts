/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reader-writer semaphores, on the same terms as mutex.h.ts.
 */
import { kernel_crash } from "./bug.h.ts";
import {
	lock_acquire, lock_release, trace_lock, type lock_class, type lock_instance,
} from "./lockdep.h.ts";
import { lock_contended, type mutex } from "./mutex.h.ts";
import { all_tasks, current, type task_struct } from "./sched.h.ts";
import type { spinlock_t } from "./spinlock.h.ts";

/**
 * class rw_semaphore
 * @writer: the task that holds it for writing
 * @readers: the tasks that hold it for reading
 */
export class rw_semaphore implements lock_instance {
	name: string;
	dep_class: lock_class | null = null;
	writer: task_struct | null = null;
	readers: task_struct[] = [];

	constructor(name = "rwsem") {
		this.name = name;
	}
}

/** init_rwsem - make @sem free; @name is what C's macro takes from its argument */
export function init_rwsem(sem: rw_semaphore, name: string): void {
	sem.name = name;
	sem.dep_class = null;
	sem.writer = null;
	sem.readers = [];
}

/** down_read - read; a writer must not be there: see lock_contended() */
export function down_read(sem: rw_semaphore): void {
	if (sem.writer !== null)
		lock_contended(sem, sem.writer);
	sem.readers.push(current);
	lock_acquire(sem, false);
}

/** down_read_trylock - read if nobody writes; returns whether it does */
export function down_read_trylock(sem: rw_semaphore): boolean {
	if (sem.writer !== null) {
		if (trace_lock.enabled)
			trace_lock.emit(sem, "!");
		return false;
	}
	sem.readers.push(current);
	lock_acquire(sem, true);
	return true;
}

/** up_read - read no longer; who does not read is a BUG */
export function up_read(sem: rw_semaphore): void {
	const at = sem.readers.lastIndexOf(current);

	if (at < 0)
		throw new kernel_crash("BUG",
			`${current.comm} releases ${sem.name}, which it does not read`);
	sem.readers.splice(at, 1);
	lock_release(sem);
}

/** down_write - write; nobody else must be there: see lock_contended() */
export function down_write(sem: rw_semaphore): void {
	const owner = sem.writer ?? sem.readers[0];

	if (owner !== undefined)
		lock_contended(sem, owner);
	sem.writer = current;
	lock_acquire(sem, false);
}

/** up_write - write no longer; who does not write is a BUG */
export function up_write(sem: rw_semaphore): void {
	if (sem.writer !== current)
		throw new kernel_crash("BUG",
			`${current.comm} releases ${sem.name}, which it does not write`);
	sem.writer = null;
	lock_release(sem);
}

/* Let go of a lock, whoever holds it. */
function free_lock(lock: lock_instance): void {
	if (lock instanceof rw_semaphore)
		init_rwsem(lock, lock.name);
	else
		(lock as mutex | spinlock_t).owner = null;
}

/** free_held_locks - nobody holds a lock any more: what held them was undone */
export function free_held_locks(): void {
	for (const { held } of all_tasks())
		while (held.length !== 0)
			free_lock(held.pop()!);
}
