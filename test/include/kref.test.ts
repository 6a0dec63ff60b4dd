// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { do_initcalls } from "#linux/init.h";
import { kref, kref_get, kref_init, kref_put, kref_read } from "#linux/kref.h";
import { dmesg } from "#linux/printk.h";

test("kref: the last one releases; anything after that warns", async (t) => {
	do_initcalls();
	const ref = new kref();
	let released = 0;
	const release = (): void => {
		released++;
	};

	kref_init(ref);
	kref_get(ref);
	t.equal(kref_read(ref), 2);
	t.equal(kref_put(ref, release), false);
	t.equal(kref_put(ref, release), true);
	t.equal(released, 1);
	t.equal(dmesg().length, 0);
	t.equal(kref_put(ref, release), false);
	kref_get(ref);
	t.same(dmesg().map((r) => r.warn), [true, true]);
	t.equal(released, 1);
});
