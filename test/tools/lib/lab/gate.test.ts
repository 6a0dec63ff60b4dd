// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every operation goes into the kernel by one gate: whatever the driver does in there, fault, hang
 * or warn, is told with the operation and the function, and work queued behind it runs. The driver
 * does so where it takes its first lock.
 */
import { test } from "tap";
import { kernel_crash, WARN } from "#linux/bug.h";
import { trace_lock } from "#linux/lockdep.h";
import { INIT_WORK, queue_work, system_long_wq, work_struct } from "#linux/workqueue.h";
import { crash_report } from "../../../../drivers/s390/sim/syscall.ts";
import { laboratory, type machine_lab } from "../../../../tools/lib/lab/lab.ts";
import type { lab_result } from "../../../../tools/lib/lab/model.ts";
import { empty_host, type op } from "../../../../tools/lib/scenario/model.ts";
import { example_of, trace_operations } from "../../../../tools/lib/trace/operations.ts";

const DRIVER = "v6.12";
/* What the driver does not hear of. */
const WITHOUT_LOCK = ["hw"];
const names = [...trace_operations].filter(([name, { group }]) => group === "driver" &&
	name !== "init")
	.map(([name]) => name);

await laboratory.load(DRIVER);

function operation(name: string): op {
	return (name === "create" ? ["create", "m1"] : name === "open" ? ["open", "m0"] :
		name === "read" ? ["read", "m0", "matrix"] :
		JSON.parse(example_of(name))) as op;
}

/* A guest with 04.0047, as far as the operation lets there be one. */
function booted(name: string): machine_lab {
	const machine = laboratory.boot({
		host: { ...empty_host(), apm: [4], aqm: [0x47, 4], adm: [4] }, apmask: [],
		aqmask: [], explain: true,
	} as never, DRIVER) as machine_lab;

	for (const o of [["create", "m0"], ["write", "m0", "assign_domain", "0x47"],
		...name === "write" ? [] : [["write", "m0", "assign_adapter", "0x4"]],
		...name === "open" ? [] : [["open", "m0"]],
			...name === "bind" ? [["unbind", "04.0047"]] : []] as op[])
		machine.run(o, 0);
	return machine;
}

/* The operation, with something done once where the first lock is taken; null if none is. */
function run(
	name: string, deed: () => void,
): { result: lab_result; machine: machine_lab; log: string[] } | null {
	const machine = booted(name);
	let done = false;
	const end = trace_lock.register(() => {
		if (done)
			return;
		done = true;
		deed();
	});

	try {
		const result = machine.run(operation(name), 0);

		return done ? { result, machine, log: machine.log() } : null;
	} finally {
		end();
		machine.shutdown();
	}
}

function stumble(): void {
	(null as never as { list: number[] }).list.push(1);
}

function loop(): never {
	throw new kernel_crash("hang", "a walk without an end");
}

test("gate: each operation comes to the driver, but for those known not to", async (t) => {
	t.same(names.filter((name) => run(name, () => {}) === null), WITHOUT_LOCK);
});

for (const [kind, deed, crash] of [
	["a fault", stumble, "fault"], ["a hang", loop, "hang"],
] as const)
	void test(`gate: ${kind} in each operation`, async (t) => {
		for (const name of names.filter((it) => !WITHOUT_LOCK.includes(it))) {
			const { result, machine } = run(name, deed)!;

			t.equal(result.crash, crash, name);
			t.ok(machine.crash instanceof crash_report, name);
			t.match((machine.crash as crash_report).function, /\w/,
				`${name}: the function`);
			t.not((machine.crash as crash_report).operation, "",
				`${name}: the operation`);
		}
	});

test("gate: a warning in each operation, and work behind it", async (t) => {
	for (const name of names.filter((it) => !WITHOUT_LOCK.includes(it))) {
		const ran: string[] = [];
		const { result, log } = run(name, () => {
			const work = new work_struct();

			INIT_WORK(work, () => ran.push("work"));
			queue_work(system_long_wq, work);
			WARN(true, "something is odd\n");
		})!;
		const undisturbed = run(name, () => {})!.result;

		t.equal(result.crash, null, name);
		t.equal(result.rc, undisturbed.rc, `${name}: returns what it returns`);
		t.equal(log.filter((line) => line.includes("something is odd")).length, 1,
			`${name}: the warning`);
		t.same(ran, ["work"], `${name}: work runs, once`);
	}
});
