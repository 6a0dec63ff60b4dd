// SPDX-License-Identifier: GPL-2.0-only
/*
 * The variant v7.3-fixes does what Linux 7.3's C was recorded to do, but for what it is there for:
 * where it parts from a recording it is by one of the fixes.
 */
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { load_driver } from "../../../../../tools/lib/lab/loader.ts";
import { check_trace, type divergence } from "../../../../../tools/lib/trace/check.ts";
import { read_traces, trace_files } from "../../../../../tools/lib/trace/format.ts";

const LABEL = "v7.3-fixes";
const TRACES = fileURLToPath(new URL("../../../../traces/v7.3/", import.meta.url));

type events = unknown[][];

/* An operation's events but those of some kinds. */
function without(events: unknown, ...kinds: string[]): string {
	return JSON.stringify((events as events)
		.filter(([kind]) => !kinds.includes(kind as string)));
}

/* The adapters that a guest has, in its masks and in the shadow, taken out of what is compared. */
function but_adapters(value: unknown): string {
	return JSON.stringify(value, (key, it: unknown) =>
		key === "g" ? { ...it as object, apm: "any" }
			: Array.isArray(it) && it[0] === "apcb" ? it.toSpliced(2, 1, "any") : it);
}

/* Locks taken and given back, but a guest's. */
function but_guests(locks: unknown): string {
	return String(locks).replace(/ ?km\d+[+-]/g, "");
}

function is_store(op: divergence["op"], ...attributes: string[]): boolean {
	return op[0] === "write" && attributes.includes(String(op[2]));
}

/* A guest gets adapters in a second update, or loses those whose queues were not reset. */
function has_one_update_more({ expected, actual }: divergence): boolean {
	const [was, is] = [expected as events, actual as events];
	const more = is.slice(was.length);

	return JSON.stringify(is.slice(0, was.length)) === JSON.stringify(was) &&
		["apcb", "zapq"].includes(more[0]![0] as string);
}

/* By what was mended: which fields of which operations are other ones, and how. */
const FIXES: Record<string, (of: divergence) => boolean> = {
	"1: an unassigned queue knows no mdev, nobody's lock is taken when it goes":
		({ op, field, expected, actual }) => field === "lk" &&
			["cfg", "unbind"].includes(op[0]) &&
			but_guests(expected) === but_guests(actual) &&
			String(actual).length < String(expected).length,
	"1: a withheld queue with interrupts on is reset when it is unassigned":
		({ op, field, expected, actual }) => field === "ev" &&
			is_store(op, "ap_config", "unassign_adapter", "unassign_domain") &&
			without(actual, "zapq", "gisc-", "unpin") ===
				without(expected, "zapq", "gisc-", "unpin"),
	"2: unassigning a domain filters":
		(of) => is_store(of.op, "unassign_domain") && (of.field === "ev"
			? has_one_update_more(of)
			: but_adapters(of.actual) === but_adapters(of.expected)),
	"2: a domain that the host loses takes its hole with it":
		({ op, field, expected, actual }) => op[0] === "cfg" &&
			["ev", "st"].includes(field) &&
			but_adapters(actual) === but_adapters(expected),
	"3: PQAP(AQIC) that fails gives back what it took":
		({ op, field, expected, actual }) => op[0] === "pqap" && field === "ev" &&
			without(actual, "gisc-", "unpin") ===
				without(expected, "gisc-", "unpin") &&
			(actual as events).length === (expected as events).length + 2,
	"4: a guest begins with what passes the filter":
		({ op, field, expected, actual }) => op[0] === "open" &&
			["ev", "st"].includes(field) &&
			but_adapters(actual) === but_adapters(expected),
};

test("v7.3-fixes: parts from Linux 7.3's recordings by its fixes only", async (t) => {
	const met = new Set<string>();

	await load_driver(LABEL);
	for (const file of trace_files([TRACES])) {
		for (const trace of read_traces(file)) {
			for (const of of check_trace(trace, LABEL).divergences) {
				const fix = Object.keys(FIXES).find((name) => FIXES[name]!(of));
				const where = `${file}:${of.line}: ${of.field} of ${of.op.join(" ")}`;

				t.ok(fix !== undefined, where, { of });
				met.add(fix ?? "");
			}
		}
	}
	t.strictSame([...met].toSorted(), Object.keys(FIXES).toSorted());
});
