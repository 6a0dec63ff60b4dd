// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { BUG, kernel_crash } from "#linux/bug.h";
import { dev_name, device, driver_unregister, device_driver } from "#linux/device.h";
import { do_initcalls } from "#linux/init.h";
import { list_del, list_head } from "#linux/list.h";
import { INIT_WORK, queue_work, system_long_wq, work_struct } from "#linux/workqueue.h";
import { crash_report, outside, syscall } from "../../../../drivers/s390/sim/syscall.ts";

t.beforeEach(() => do_initcalls());

function work(log: string[], name: string): work_struct {
	const item = new work_struct();

	INIT_WORK(item, () => log.push(name));
	return item;
}

function caught(fn: () => unknown): unknown {
	try {
		fn();
	} catch (error) {
		return error;
	}
	throw new Error("nothing was thrown");
}

test("work that was queued runs on the way back, once, at the outermost", async (t) => {
	const log: string[] = [];

	const result = syscall("outer", () => {
		syscall("inner", () => queue_work(system_long_wq, work(log, "queued inside")));
		log.push("outer goes on");
		return 5;
	});

	t.equal(result, 5);
	t.same(log, ["outer goes on", "queued inside"]);
});

test("a crash of the kernel: kind, function, place and operation", async (t) => {
	const report = caught(() => syscall("write x to y", () => BUG("no way")));

	t.ok(report instanceof crash_report);
	t.ok(report instanceof kernel_crash);
	t.match(report, { kind: "BUG", operation: "write x to y", function: "BUG" });
	t.match((report as crash_report).message, "no way, in BUG, during write x to y");
});

test("a null pointer inside the kernel: an oops", async (t) => {
	const report = caught(() => syscall(() => "poke", () =>
		driver_unregister({ ...new device_driver(), p: undefined } as never)));

	t.match(report, { kind: "oops", operation: "poke", function: "driver_remove_groups" });
	t.match((report as crash_report).where, /^drivers\/base\/driver\.ts:\d+$/);
	t.match(caught(() =>
		syscall("unlink", () => list_del({ next: null } as never as list_head))),
		{ kind: "oops", function: "list_del", where: /^include\/linux\/list\.h\.ts:/ });
});

test("an error of somebody whom the kernel calls passes as it is", async (t) => {
	const theirs = (): unknown => (null as never as device).kobj;
	const own = caught(() => syscall("test", () => outside(theirs)));

	t.ok(own instanceof TypeError);
	t.notOk(own instanceof crash_report);
	t.equal(caught(() => syscall("test", () => {
		throw new Error("mine");
	})) instanceof crash_report, false);
});

test("a system call of somebody whom the kernel calls: a fault in it is the kernel's",
		async (t) => {
	const report = caught(() => syscall("outer", () => outside(() => syscall("inner", () =>
		list_del({ next: null } as never as list_head)))));

	t.match(report, { kind: "oops", operation: "inner" });
});

test("a fault is one whatever the stack looks like", async (t) => {
	const { stackTraceLimit } = Error;

	Error.stackTraceLimit = 0;
	try {
		t.match(caught(() =>
			syscall("unlink", () => list_del({ next: null } as never as list_head))),
			{ kind: "oops", function: "?" });
	} finally {
		Error.stackTraceLimit = stackTraceLimit;
	}
});

test("after a crash: the next operation is one of its own", async (t) => {
	const log: string[] = [];

	caught(() => syscall("bad", () => BUG("x")));
	syscall("good", () => queue_work(system_long_wq, work(log, "ran")));
	t.same(log, ["ran"]);
	t.equal(dev_name(new device()), "(null)");
});
