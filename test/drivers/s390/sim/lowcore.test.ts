// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { do_initcalls } from "#linux/init.h";
import { kvm, lowcore_kvm, set_null_kvm, trace_lowcore_kvm } from "#linux/kvm_host.h";
import { trace_lock } from "#linux/lockdep.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { dmesg } from "#linux/printk.h";

t.beforeEach(() => {
	do_initcalls();
	set_null_kvm("lowcore");
});

test("a null struct kvm is the lowcore: its lock can be taken, and the log tells", async (t) => {
	const locks: string[] = [];
	let seen = 0;
	const end = [
		trace_lock.register((lock, op) => locks.push(lock.name + op)),
		trace_lowcore_kvm.register(() => seen++),
	];

	mutex_lock(lowcore_kvm(null).lock);
	mutex_unlock(lowcore_kvm(null).lock);
	t.same(locks, ["NULL->lock+", "NULL->lock-"]);
	t.equal(seen, 2);
	t.match(dmesg().at(-1)!.text, "null pointer: struct kvm");
	for (const stop of end)
		stop();
});

test("a guest that is there is itself, whatever the setting", async (t) => {
	const guest = new kvm();

	t.equal(lowcore_kvm(guest), guest);
	set_null_kvm("oops");
	t.equal(lowcore_kvm(guest), guest);
	t.same(dmesg(), []);
});

test("set_null_kvm: or it is an oops", async (t) => {
	set_null_kvm("oops");
	t.throws(() => lowcore_kvm(null), { message: "init: null pointer: struct kvm" });
});
