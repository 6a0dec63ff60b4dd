// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import {
	ATOMIC_INIT, atomic_dec, atomic_dec_if_positive, atomic_inc, atomic_inc_return, atomic_read,
	atomic_set,
} from "#linux/atomic.h";
import { do_initcalls } from "#linux/init.h";
import { lockdep_inversions } from "#linux/lockdep.h";
import { max_t, min } from "#linux/minmax.h";
import { mutex, mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { DEFINE_SPINLOCK, spin_lock, spin_lock_init, spin_unlock } from "#linux/spinlock.h";

t.beforeEach(() => do_initcalls());

function crash_kind(fn: () => void): string {
	try {
		fn();
	} catch (error) {
		return (error as { kind: string }).kind;
	}
	return "none";
}

test("spinlock: one holder, who gives it back", async (t) => {
	const lock = DEFINE_SPINLOCK("ap_queues_lock");

	spin_lock(lock);
	t.equal(crash_kind(() => spin_lock(lock)), "deadlock");
	spin_unlock(lock);
	t.equal(crash_kind(() => spin_unlock(lock)), "BUG");
	spin_lock(lock);
	spin_lock_init(lock, "again");
	t.equal(lock.owner, null);
});

test("spinlock: its order against mutexes is learned", async (t) => {
	const spin = DEFINE_SPINLOCK("spin");
	const sleeping = new mutex("sleeping");

	mutex_lock(sleeping);
	spin_lock(spin);
	spin_unlock(spin);
	mutex_unlock(sleeping);
	spin_lock(spin);
	mutex_lock(sleeping);
	t.equal(lockdep_inversions().length, 1);
});

test("atomic counters, min and max", async (t) => {
	const v = ATOMIC_INIT(1);

	atomic_inc(v);
	t.equal(atomic_inc_return(v), 3);
	atomic_dec(v);
	t.equal(atomic_read(v), 2);
	atomic_set(v, 1);
	t.equal(atomic_dec_if_positive(v), 0);
	t.equal(atomic_dec_if_positive(v), -1);
	t.equal(atomic_read(v), 0);
	t.same([min(2, 1), min(1, 2), max_t(1, 2), max_t(2, 1)], [1, 1, 2, 2]);
});
