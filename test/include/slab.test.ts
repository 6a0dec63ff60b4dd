// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { do_initcalls } from "#linux/init.h";
import {
	GFP_KERNEL, fail_nth, fail_nth_pending, kfree, kfree_sensitive, kmalloc, kmemleak, kstrndup,
	kzalloc,
} from "#linux/slab.h";

class thing {
	value = 0;
}

t.beforeEach(() => do_initcalls());

test("kzalloc, kfree: every object is accounted for", async (t) => {
	const a = kzalloc(thing, GFP_KERNEL);
	const s = kstrndup("abcdef", 3, GFP_KERNEL);

	t.equal(s?.text, "abc");
	t.same(kmemleak().map((leak) => leak.what), ["thing", "string"]);
	kfree(a);
	kfree(null);
	t.same(kmemleak().map((leak) => leak.object), [s]);
	t.equal(a?.value, 0, "freed memory keeps its contents");
	kfree(s);
	t.same(kmemleak(), []);
});

test("kfree_sensitive: nobody reads the bytes afterwards", async (t) => {
	const bytes = kmalloc(4, GFP_KERNEL)!;

	bytes.fill(7);
	kfree_sensitive(bytes);
	t.same([...bytes], [0, 0, 0, 0]);
	t.same(kmemleak(), []);
	kfree_sensitive(null);
});

test("fail_nth: that allocation fails, and no other", async (t) => {
	for (let n = 1; n <= 3; n++) {
		fail_nth(n);
		const made = [1, 2, 3].map(() => kzalloc(thing, GFP_KERNEL) !== null);

		t.same(made, [n !== 1, n !== 2, n !== 3], `the ${n}. of three`);
		t.equal(fail_nth_pending(), false);
	}
	fail_nth(2);
	kzalloc(thing, GFP_KERNEL);
	t.equal(fail_nth_pending(), true);
	fail_nth(0);
	t.not(kstrndup("a", 1, GFP_KERNEL), null);
});

test("boot: nothing is left over", async (t) => {
	kzalloc(thing, GFP_KERNEL);
	fail_nth(1);
	do_initcalls();
	t.equal(fail_nth_pending(), false);
	t.not(kmemleak().some((leak) => leak.what === "thing"), true);
});
