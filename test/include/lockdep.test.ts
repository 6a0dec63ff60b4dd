// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { kernel_crash } from "#linux/bug.h";
import { do_initcalls } from "#linux/init.h";
import {
	lock_is_held, lockdep_assert_held, lockdep_inversions, lockdep_orders, trace_lock,
} from "#linux/lockdep.h";
import {
	DEFINE_MUTEX, mutex, mutex_init, mutex_is_locked, mutex_lock, mutex_lock_interruptible,
	mutex_trylock, mutex_unlock, set_contention_handler,
} from "#linux/mutex.h";
import { dmesg } from "#linux/printk.h";
import {
	down_read, down_read_trylock, down_write, init_rwsem, rw_semaphore, up_read, up_write,
} from "#linux/rwsem.h";
import { current, run_as, task_struct } from "#linux/sched.h";

t.beforeEach(() => do_initcalls());

function crash_kind(fn: () => void): string {
	try {
		fn();
	} catch (error) {
		return error instanceof kernel_crash ? error.kind : String(error);
	}
	return "none";
}

function locks(): { guests: mutex; kvm: mutex; mdevs: mutex } {
	return {
		guests: DEFINE_MUTEX("guests_lock"), kvm: DEFINE_MUTEX("kvm->lock"),
		mdevs: DEFINE_MUTEX("mdevs_lock"),
	};
}

/* Takes locks in order and gives them back in reverse. */
function under(...order: mutex[]): void {
	for (const lock of order)
		mutex_lock(lock);
	for (const lock of order.toReversed())
		mutex_unlock(lock);
}

function takes_them_wrong(first: mutex, second: mutex): void {
	mutex_lock(first);
	mutex_lock(second);
	mutex_unlock(second);
	mutex_unlock(first);
}

test("lockdep: one order, however often, is fine", async (t) => {
	const { guests, kvm, mdevs } = locks();

	under(guests, kvm, mdevs);
	under(guests, mdevs);
	under(kvm, mdevs);
	t.same(lockdep_inversions(), []);
	t.same(lockdep_orders().sort(), [
		["guests_lock", "kvm->lock"], ["guests_lock", "mdevs_lock"],
		["kvm->lock", "mdevs_lock"],
	]);
});

test("lockdep: the other order is reported, with both chains and where", async (t) => {
	const { guests, kvm, mdevs } = locks();

	under(guests, kvm);
	under(kvm, mdevs);
	takes_them_wrong(mdevs, guests);
	const [found, ...more] = lockdep_inversions();

	t.same(more, []);
	t.equal(found.taken, "guests_lock");
	t.equal(found.held, "mdevs_lock");
	t.same(found.chain, ["guests_lock", "kvm->lock", "mdevs_lock"]);
	t.same(found.where, ["under", "under", "takes_them_wrong"]);
	t.same(dmesg().map((r) => r.text), [
		"possible circular locking dependency detected",
		"  now: guests_lock taken under mdevs_lock in takes_them_wrong",
		"  earlier: kvm->lock taken under guests_lock in under",
		"  earlier: mdevs_lock taken under kvm->lock in under",
	]);
	takes_them_wrong(mdevs, guests);
	t.equal(lockdep_inversions().length, 1, "once is enough");
});

test("lockdep: locks of one name are one class", async (t) => {
	const { guests } = locks();

	under(guests, DEFINE_MUTEX("kvm->lock"));
	under(DEFINE_MUTEX("kvm->lock"), guests);
	t.equal(lockdep_inversions().length, 1);
});

test("lockdep: a trylock that succeeds teaches nothing of what came before", async (t) => {
	const { guests, kvm, mdevs } = locks();

	under(guests, mdevs);
	mutex_lock(mdevs);
	t.equal(mutex_trylock(guests), true);
	t.same(lockdep_inversions(), []);
	t.equal(lock_is_held(guests), true);
	mutex_lock(kvm);
	t.same(lockdep_orders().filter(([first]) => first === "guests_lock"),
		[["guests_lock", "mdevs_lock"], ["guests_lock", "kvm->lock"]],
			"but of what comes after");
});

test("lockdep: readers count as well", async (t) => {
	const hook = new rw_semaphore();
	const { mdevs } = locks();

	init_rwsem(hook, "pqap_hook_rwsem");
	down_read(hook);
	under(mdevs);
	up_read(hook);
	mutex_lock(mdevs);
	down_write(hook);
	t.equal(lockdep_inversions().length, 1);
});

test("lockdep_assert_held: warns when it is not", async (t) => {
	const { mdevs } = locks();

	mutex_lock(mdevs);
	lockdep_assert_held(mdevs);
	t.equal(lock_is_held(mdevs), true);
	t.equal(dmesg().length, 0);
	mutex_unlock(mdevs);
	lockdep_assert_held(mdevs);
	t.match(dmesg()[0], { warn: true, text: "mdevs_lock not held" });
});

test("lock_is_held: locks may be given back in any order", async (t) => {
	const { guests, kvm, mdevs } = locks();

	for (const lock of [guests, kvm, mdevs])
		mutex_lock(lock);
	mutex_unlock(kvm);
	t.same([guests, kvm, mdevs].map(lock_is_held), [true, false, true]);
	mutex_unlock(guests);
	t.same([guests, kvm, mdevs].map(lock_is_held), [false, false, true]);
});

test("mutex: what its holder and others may do", async (t) => {
	const lock = new mutex();
	const other = new task_struct("other");

	mutex_lock(lock);
	mutex_init(lock, "lock");
	t.equal(mutex_is_locked(lock), false, "initialised is free");
	t.equal(mutex_lock_interruptible(lock), 0);
	t.equal(mutex_is_locked(lock), true);
	t.equal(lock.owner, current);
	t.equal(run_as(other, () => mutex_trylock(lock)), false);
	t.equal(crash_kind(() => mutex_lock(lock)), "deadlock");
	t.equal(crash_kind(() => run_as(other, () => mutex_lock(lock))), "deadlock");
	t.equal(crash_kind(() => run_as(other, () => mutex_unlock(lock))), "none",
		"another's: as in C");
	t.match(dmesg().at(-1)!.text, /bad unlock: \w+ releases lock, which init holds/);
	t.equal(mutex_trylock(lock), true, "it is free then");
	mutex_unlock(lock);
	t.equal(crash_kind(() => mutex_unlock(lock)), "none", "nobody holds it: reported, as in C");
	t.match(dmesg().at(-1)!.text, /bad unlock balance: init releases lock, which nobody holds/);
});

test("mutex: a schedule may say what becomes of who has to wait", async (t) => {
	const { mdevs } = locks();
	const waits: string[] = [];

	t.teardown(() => set_contention_handler(null));
	set_contention_handler((lock, owner) => {
		waits.push(`${current.comm} for ${lock.name} of ${owner?.comm}`);
	});
	mutex_lock(mdevs);
	crash_kind(() => run_as(new task_struct("guest"), () => mutex_lock(mdevs)));
	t.same(waits, ["guest for mdevs_lock of init"]);
	crash_kind(() => mutex_lock(mdevs));
	t.equal(waits.length, 1, "nobody can help who waits for himself");
});

test("rwsem: readers share, a writer does not", async (t) => {
	const sem = new rw_semaphore("sem");
	const other = new task_struct("other");

	down_read(sem);
	run_as(other, () => {
		down_read(sem);
		up_read(sem);
	});
	t.equal(crash_kind(() => run_as(other, () => down_write(sem))), "deadlock");
	up_read(sem);
	down_write(sem);
	t.equal(crash_kind(() => run_as(other, () => down_read(sem))), "deadlock");
	t.equal(crash_kind(() => run_as(other, () => up_write(sem))), "BUG");
	up_write(sem);
	t.equal(crash_kind(() => up_read(sem)), "BUG");
});

test("down_read_trylock: reads beside readers, not beside a writer", async (t) => {
	const sem = new rw_semaphore();
	const other = new task_struct("other");
	const seen: string[] = [];
	const stop = trace_lock.register((lock, op) => seen.push(lock.name + op));

	down_write(sem);
	init_rwsem(sem, "sem");
	seen.length = 0;
	t.equal(down_read_trylock(sem), true);
	t.equal(lock_is_held(sem), true);
	run_as(other, () => {
		t.equal(down_read_trylock(sem), true);
		up_read(sem);
	});
	up_read(sem);
	down_write(sem);
	t.equal(run_as(other, () => down_read_trylock(sem)), false);
	up_write(sem);
	t.equal(run_as(other, () => down_read_trylock(sem)), true);
	stop();
	t.same(seen, ["sem+", "sem+", "sem-", "sem-", "sem+", "sem!", "sem-", "sem+"]);
});

test("trace_lock: tells every step, failed trylocks too", async (t) => {
	const { mdevs } = locks();
	const seen: string[] = [];
	const stop = trace_lock.register((lock, op) => seen.push(lock.name + op));

	under(mdevs);
	mutex_lock(mdevs);
	run_as(new task_struct("other"), () => mutex_trylock(mdevs));
	mutex_unlock(mdevs);
	mutex_unlock(mdevs);
	stop();
	under(mdevs);
	t.same(seen, ["mdevs_lock+", "mdevs_lock-", "mdevs_lock+", "mdevs_lock!", "mdevs_lock-",
		"mdevs_lock-"], "one that nobody holds too");
});
