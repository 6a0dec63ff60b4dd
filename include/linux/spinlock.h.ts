/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Spinlocks, on the same terms as mutex.h.ts: nobody ever waits, and a task
 * that needs a lock it cannot have is stuck. The _bh variants keep bottom
 * halves out, of which there are none while a task runs.
 */
import { kernel_crash } from "./bug.h.ts";
import { lock_acquire, lock_release, type lock_class, type lock_instance } from "./lockdep.h.ts";
import { lock_contended } from "./mutex.h.ts";
import { current, type task_struct } from "./sched.h.ts";

/**
 * class spinlock_t
 * @name: what it is called in reports; locks of one name are one class
 * @owner: the task that holds it
 */
export class spinlock_t implements lock_instance {
	name: string;
	dep_class: lock_class | null = null;
	owner: task_struct | null = null;

	constructor(name = "spinlock") {
		this.name = name;
	}
}

export function DEFINE_SPINLOCK(name: string): spinlock_t {
	return new spinlock_t(name);
}

/** spin_lock_init - make @lock free; @name is what C's macro takes from its argument */
export function spin_lock_init(lock: spinlock_t, name: string): void {
	lock.name = name;
	lock.dep_class = null;
	lock.owner = null;
}

/** spin_lock - take @lock, which must be free: see lock_contended() */
export function spin_lock(lock: spinlock_t): void {
	if (lock.owner !== null)
		lock_contended(lock, lock.owner);
	lock.owner = current;
	lock_acquire(lock, false);
}

/** spin_unlock - give @lock back; one that the task does not hold is a BUG */
export function spin_unlock(lock: spinlock_t): void {
	if (lock.owner !== current)
		throw new kernel_crash("BUG",
			`${current.comm} unlocks ${lock.name}, which it does not hold`);
	lock.owner = null;
	lock_release(lock);
}

export const spin_lock_bh = spin_lock;
export const spin_unlock_bh = spin_unlock;
