// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every recorded trace, on the driver it was recorded on: every field agrees,
 * no lock order contradicts another, and unloading leaves behind what the C
 * leaves behind.
 */
import { test } from "tap";
import { lockdep_inversions, type inversion } from "#linux/lockdep.h";
import { ported, older_than } from "../../../drivers/s390/crypto/history/index.ts";
import { driver_of, load_driver } from "../../../tools/lib/lab/loader.ts";
import { mdev_uuid } from "../../../tools/lib/lab/names.ts";
import { inventory } from "../../../tools/lib/lab/leftovers.ts";
import { compare } from "../../../tools/lib/trace/check.ts";
import { read_traces, trace_files, type trace } from "../../../tools/lib/trace/format.ts";
import { player } from "../../../tools/lib/trace/play.ts";

await Promise.all(ported.map(load_driver));

const TRACES = new URL("../../traces/", import.meta.url).pathname;

/*
 * What the C never frees: until Linux 6.3 the matrix device's release function
 * freed its drvdata, which nobody had set.
 */
function leaked_by_design(label: string): string[] {
	return older_than(driver_of(label), "6.3") ? ["memory ap_matrix_dev"] : [];
}

/* What the series never frees: data of a stream that came in pieces, or stayed open too long. */
const LOST_DATA = /^memory vfio_ap_config$/;

/* The series registers a device under the lock that VFIO opens it without (claim M5). */
function is_known({ taken, chain }: inversion, driver: string): boolean {
	return driver === "migration-v4" && [taken, ...chain].includes("dev_set->lock");
}

interface finding {
	at: string;
	what: unknown;
}

/* A page stays pinned where a reset was answered with a code that the driver gives up on. */
function has_scripted_codes(trace: trace): boolean {
	return trace.ops.some(({ op }) => op[0] === "hw");
}

/* As the inventory has it, of "MDEV PFN". */
function leftover_of(page: string): string {
	const [mdev, pfn] = page.split(" ");

	return `page ${pfn} of ${mdev_uuid(mdev!)}`;
}

/*
 * Drivers that forget the interrupt of a queue which is unassigned while its
 * guest runs: its page is still pinned when the guest is gone. (Linux 5.9 forgets
 * that of page 0, which stands for none.)
 */
const FORGETS_UNASSIGNED = ["v5.9", "v11", "v12", "v13", "v14", "v15"];

/*
 * The pages that the recording shows to be pinned still when their mdev was
 * closed; at its end, for drivers that forget some.
 */
function pages_leaked_in(trace: trace): Set<string> {
	const pinned = new Map<string, number>();
	const leaked = new Set<string>();

	for (const { op, ev } of trace.ops) {
		for (const [name, mdev, pfn] of ev ?? [])
			if (name === "pin" || name === "unpin")
				pinned.set(`${mdev} ${pfn}`,
					(pinned.get(`${mdev} ${pfn}`) ?? 0) +
						(name === "pin" ? 1 : -1));
		if (op[0] === "close" || op[0] === "destroy")
			for (const [page, count] of pinned)
				if (count > 0 && page.startsWith(`${op[1]} `))
					leaked.add(leftover_of(page));
	}
	if (FORGETS_UNASSIGNED.includes(trace.header.driver))
		for (const [page, count] of pinned)
			if (count > 0)
				leaked.add(leftover_of(page));
	return leaked;
}

function check(trace: trace): finding[] {
	const machine = new player(trace.header, trace.header.driver);
	const before = new inventory();
	const found: finding[] = [];

	for (const recorded of trace.ops) {
		const played = machine.play(recorded.op);

		for (const d of compare(trace, recorded, played, machine) ?? [])
			found.push({ at: `${d.file}:${d.line}`, what: d });
	}
	machine.end();
	for (const inversion of lockdep_inversions()
		.filter((i) => !is_known(i, trace.header.driver)))
		found.push({ at: trace.file, what: inversion.lines() });
	if (machine.crash_text() === "")
		for (const what of leftovers(trace, before))
			found.push({ at: `${trace.file}:${trace.line}`, what });
	return found;
}

function leftovers(trace: trace, before: inventory): string[] {
	const known = leaked_by_design(trace.header.driver);
	const pages = pages_leaked_in(trace);

	return before.leftovers().filter((what) => !known.includes(what) && !pages.has(what) &&
		!(trace.header.driver === "migration-v4" && LOST_DATA.test(what)) &&
		!(what.startsWith("page ") && has_scripted_codes(trace)));
}

for (const { label } of ported) {
	test(`traces of ${label}`, async (t) => {
		for (const file of trace_files([`${TRACES}${label}`])) {
			const traces = [...read_traces(file)];

			t.same(traces.flatMap(check), [],
				`${file.slice(TRACES.length)}: ${traces.length} traces`);
		}
	});
}

test("a matrix device is leaked exactly where the C leaks it", async (t) => {
	for (const { label } of ported) {
		const [trace] = read_traces(trace_files([`${TRACES}${label}`])[0]!);
		const machine = new player(trace!.header, label);
		const before = new inventory();

		machine.play(["init"]);
		machine.end();
		t.same(before.leftovers(), leaked_by_design(label), label);
	}
});
