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

/* The generations, and of each what its driver takes no lock for, or does not hear of. */
const DRIVERS: Record<string, string[]> = {
	"v5.9": ["in_use", "hw"], "v11": ["hw"], "v12": ["hw"], "v13": ["hw"], "v6.0": ["hw"],
	"v6.12": ["hw"], "v7.3": ["hw"],
	"migration-v4": ["hw", "mig_feature", "mig_close", "kmem"],
};

/* Those of which the example would be refused. */
const OPERATIONS: Record<string, op> = {
	create: ["create", "m1"], open: ["open", "m0"], read: ["read", "m0", "matrix"],
	mig_state: ["mig_state", "m0", "STOP_COPY"], mig_read: ["mig_read", "m0", 4096],
};
const STOP_COPY: op = ["mig_state", "m0", "STOP_COPY"];
const BEFORE: Record<string, op[]> = {
	bind: [["unbind", "04.0047"]],
	mig_size: [STOP_COPY], mig_read: [STOP_COPY], mig_close: [STOP_COPY],
	mig_write: [["mig_state", "m0", "STOP"], ["mig_state", "m0", "RESUMING"]],
};

function names_of(driver: string): string[] {
	return [...trace_operations].filter(([name, { group }]) => name !== "init" &&
		(group === "driver" || driver === "migration-v4")).map(([name]) => name);
}

function names_with_lock(driver: string): string[] {
	return names_of(driver).filter((name) => !DRIVERS[driver]!.includes(name));
}

/* A guest with 04.0047, as far as the operation lets there be one. */
function booted(driver: string, name: string): machine_lab {
	const machine = laboratory.boot({
		host: { ...empty_host(), apm: [4], aqm: [0x47, 4], adm: [4] }, apmask: [],
		aqmask: [], explain: true,
	} as never, driver) as machine_lab;
	const no_guest = name === "open" || (name === "write" && driver === "v5.9");

	for (const o of [["create", "m0"], ["write", "m0", "assign_domain", "0x47"],
		...name === "write" ? [] : [["write", "m0", "assign_adapter", "0x4"]],
		...no_guest ? [] : [["open", "m0"]], ...BEFORE[name] ?? []] as op[])
		machine.run(o, 0);
	return machine;
}

/* The operation, with something done once where the first lock is taken; null if none is. */
function run(
	driver: string, name: string, deed: () => void,
): { result: lab_result; machine: machine_lab; log: string[] } | null {
	const machine = booted(driver, name);
	let done = false;
	const end = trace_lock.register(() => {
		if (done)
			return;
		done = true;
		deed();
	});

	try {
		const result = machine.run(
			OPERATIONS[name] ?? JSON.parse(example_of(name)) as op, 0);

		return done ? { result, machine, log: machine.log() } : null;
	} finally {
		end();
		machine.power_off();
	}
}

function stumble(): void {
	(null as never as { list: number[] }).list.push(1);
}

function loop(): never {
	throw new kernel_crash("hang", "a walk without an end");
}

/* Returns the mark that the work behind the warning leaves. */
function warn(): string[] {
	const work = new work_struct();
	const ran: string[] = [];

	INIT_WORK(work, () => ran.push("work"));
	queue_work(system_long_wq, work);
	WARN(true, "something is odd\n");
	return ran;
}

for (const [driver, without] of Object.entries(DRIVERS)) {
	await laboratory.load(driver);

	void test(`gate: ${driver}: each operation comes to the driver, but for those known not to`,
			async (t) => {
		t.same(names_of(driver).filter((name) => run(driver, name, () => {}) === null),
			without);
	});

	for (const [kind, deed, crash] of [
		["a fault", stumble, "fault"], ["a hang", loop, "hang"],
	] as const)
		void test(`gate: ${driver}: ${kind} in each operation`, async (t) => {
			for (const name of names_with_lock(driver)) {
				const { result, machine } = run(driver, name, deed)!;
				const report = machine.crash as crash_report;

				t.equal(result.crash, crash, name);
				t.ok(report instanceof crash_report, name);
				t.match(report.function, /\w/, `${name}: the function`);
				t.not(report.operation, "", `${name}: the operation`);
			}
		});

	void test(`gate: ${driver}: a warning in each operation, and work behind it`, async (t) => {
		for (const name of names_with_lock(driver)) {
			let ran: string[] = [];
			const { result, log } = run(driver, name, () => {
				ran = warn();
			})!;
			const undisturbed = run(driver, name, () => {})!.result;

			t.equal(result.crash, null, name);
			t.equal(result.rc, undisturbed.rc, `${name}: returns what it returns`);
			t.equal(log.filter((line) => line.includes("something is odd")).length, 1,
				`${name}: the warning`);
			t.same(ran, ["work"], `${name}: work runs, once`);
		}
	});
}
