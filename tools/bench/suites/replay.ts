// SPDX-License-Identifier: GPL-2.0-only
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ported } from "../../../drivers/s390/crypto/history/index.ts";
import { inline_less } from "../../lib/lab/inlining.ts";
import { driver_of, load_driver } from "../../lib/lab/loader.ts";
import { parse_state } from "../../lib/series/states.ts";
import { check_trace } from "../../lib/trace/check.ts";
import { read_traces, trace_files } from "../../lib/trace/format.ts";
import { root } from "../../lib/texts/tree.ts";
import { median } from "../measure.ts";
import type { effort, row, suite } from "../row.ts";

const TRACES = join(root, "test/traces");
const PASSES: Record<effort, number> = { smoke: 1, round: 2, quick: 8, long: 30 };

/* Where a driver's traces are; those of a text between two patches are among its series'. */
function traces_of(label: string): string {
	const state = parse_state(label);

	return join(TRACES, state === null ? label : `series/${state.series}.jsonl.gz`);
}

/* One pass over a driver's traces, reading and comparing included. */
function pass(label: string, first_only: boolean): { ops: number; differ: number; ms: number } {
	const begin = performance.now();
	let ops = 0, differ = 0;

	for (const file of trace_files([traces_of(label)])) {
		for (const trace of read_traces(file)) {
			if (driver_of(trace.header.driver).label !== label)
				continue;
			const outcome = check_trace(trace);

			ops += outcome.ops;
			differ += outcome.divergences.length;
			if (first_only)
				break;
		}
	}
	return { ops, differ, ms: performance.now() - begin };
}

async function* run(subject: string, effort: effort): AsyncGenerator<row> {
	const { label } = driver_of(subject);
	const base = { suite: "replay", driver: subject, unit: "ops/s" as const };
	const nothing = { ...base, case: "all", value: NaN, fold: 0, note: "no traces here" };

	if (!existsSync(traces_of(label))) {
		yield nothing;
		return;
	}
	inline_less();
	await load_driver(label);
	const passes = Array.from({ length: PASSES[effort] },
		() => pass(label, effort === "smoke"));
	const rates = passes.map(({ ops, ms }) => ops / ms * 1000);
	const [{ ops, differ }] = passes;

	if (ops === 0) {
		yield nothing;
		return;
	}
	yield {
		...base, case: "first pass", value: rates[0], fold: ops,
		note: `${differ} divergences`,
	};
	yield {
		...base, case: "later passes", value: median(rates.slice(rates.length >>> 1)),
		fold: ops,
		note: `${ops} ops a pass`,
	};
}

export const replay: suite = {
	name: "replay",
	about: "recorded traces played and compared, reading them included",
	subjects: ported.filter((d) => d.default).map(({ label }) => label),
	any_driver: true,
	run,
};
