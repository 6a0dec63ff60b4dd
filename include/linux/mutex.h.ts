/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Mutexes. One task runs at a time, so nobody ever waits: a lock that is not
 * free will never be, unless a schedule of several tasks says what to do.
 */
import { kernel_crash } from "./bug.h.ts";
import {
	lock_acquire, lock_bad_balance, lock_release, lock_release_foreign, lockdep_assert_held,
	trace_lock, type lock_class, type lock_instance,
} from "./lockdep.h.ts";
import { current, type task_struct } from "./sched.h.ts";

/**
 * class mutex
 * @name: what it is called in reports; locks of one name are one class
 * @owner: the task that holds it
 */
export class mutex implements lock_instance {
	name: string;
	dep_class: lock_class | null = null;
	owner: task_struct | null = null;

	constructor(name = "mutex") {
		this.name = name;
	}
}

export function DEFINE_MUTEX(name: string): mutex {
	return new mutex(name);
}

/** mutex_init - make @lock free; @name is what C's macro takes from its argument */
export function mutex_init(lock: mutex, name: string): void {
	lock.name = name;
	lock.dep_class = null;
	lock.owner = null;
}

/*
 * What a lock that is not free means: the same task again is a deadlock with
 * itself; another task's has to be waited for, which a schedule may allow.
 */
type contention_handler = (lock: lock_instance, owner: task_struct | null) => void;
let contended: contention_handler | null = null;

/**
 * set_contention_handler - what happens to a task that has to wait for another
 * @handler: does not return (it throws what its schedule catches), or null
 */
export function set_contention_handler(handler: contention_handler | null): void {
	contended = handler;
}

/** task_blocks - the current task cannot go on before another has done something for @what */
export function task_blocks(what: lock_instance, owner: task_struct | null = null): void {
	if (contended !== null)
		contended(what, owner);
}

/** lock_contended - report that @lock will not come */
export function lock_contended(lock: lock_instance, owner: task_struct): never {
	if (owner !== current)
		task_blocks(lock, owner);
	throw new kernel_crash("deadlock",
		`${current.comm} waits for ${lock.name}, held by ${owner.comm}`);
}

/** mutex_lock - take @lock, which must be free: see lock_contended() */
export function mutex_lock(lock: mutex): void {
	if (lock.owner !== null)
		lock_contended(lock, lock.owner);
	lock.owner = current;
	lock_acquire(lock, false);
}

/** mutex_lock_interruptible - as mutex_lock(): no signals here; returns 0 */
export function mutex_lock_interruptible(lock: mutex): number {
	mutex_lock(lock);
	return 0;
}

/** mutex_trylock - take @lock if it is free; returns whether it did */
export function mutex_trylock(lock: mutex): boolean {
	if (lock.owner !== null) {
		if (trace_lock.enabled)
			trace_lock.emit(lock, "!");
		return false;
	}
	lock.owner = current;
	lock_acquire(lock, true);
	return true;
}

/**
 * mutex_unlock - give @lock back
 *
 * Giving back what nobody holds is reported and does nothing, as in C; giving
 * back another task's is reported and takes it from that task.
 */
export function mutex_unlock(lock: mutex): void {
	if (lock.owner === null) {
		lock_bad_balance(lock);
		return;
	}
	const { owner } = lock;

	lock.owner = null;
	if (owner === current)
		lock_release(lock);
	else
		lock_release_foreign(lock, owner);
}

export function mutex_is_locked(lock: mutex): boolean {
	return lock.owner !== null;
}

export { lockdep_assert_held };
