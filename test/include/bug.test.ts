// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import {
	BUG_ON, WARN, WARN_ON, WARN_ONCE, kernel_crash, set_warn_once, trace_warn,
} from "#linux/bug.h";
import { do_initcalls } from "#linux/init.h";
import { dmesg, pr_err, pr_info } from "#linux/printk.h";

t.beforeEach(() => do_initcalls());

test("WARN: logs only if its condition holds, and returns it", async (t) => {
	const seen: string[] = [];
	const stop = trace_warn.register((message) => seen.push(message));

	t.teardown(stop);
	t.equal(WARN(false, "no"), false);
	t.equal(WARN(true, "queue %02x.%04x", 4, 5), true);
	t.equal(WARN_ON(true), true);
	t.same(dmesg().map((r) => [r.level, r.warn]), [["warn", true], ["warn", true]]);
	t.equal(seen[0], "queue 04.0005");
});

test("WARN_ONCE: every time, or once where the machine is set so", async (t) => {
	t.teardown(() => set_warn_once(false));
	for (const [once, times] of [[false, 3], [true, 1]] as const) {
		do_initcalls();
		set_warn_once(once);
		for (let i = 0; i < 3; i++)
			t.equal(WARN_ONCE(true, "the same %d", i), true);
		t.equal(dmesg().length, times);
	}
});

test("BUG_ON: stops the kernel", async (t) => {
	BUG_ON(false, "fine");
	t.throws(() => BUG_ON(true, "not fine"), new kernel_crash("BUG", "not fine"));
});

test("printk: the oldest half goes when the log is full", async (t) => {
	pr_err("first\n");
	for (let i = 0; i < 5000; i++)
		pr_info("line %d\n", i);
	t.ok(dmesg().length <= 4096);
	t.equal(dmesg().at(-1)?.text, "line 4999");
	t.not(dmesg()[0].text, "first");
});
