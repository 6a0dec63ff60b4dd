// SPDX-License-Identifier: GPL-2.0-only
import Benchmark from "benchmark";
import type { effort } from "./row.ts";

/*
 * Seconds per sample and in all, and how many samples at least. Samples are many
 * and short: whoever else needs the processor then spoils few of them, and the
 * median none.
 */
const EFFORT: Record<effort, { minTime: number; maxTime: number; minSamples: number }> = {
	smoke: { minTime: 0.0001, maxTime: 0.001, minSamples: 1 },
	round: { minTime: 0.0005, maxTime: 0.03, minSamples: 3 },
	quick: { minTime: 0.0005, maxTime: 0.1, minSamples: 3 },
	long: { minTime: 0.0005, maxTime: 2, minSamples: 15 },
};

/* Microseconds of processor time that a body runs before, so that V8 has compiled it. */
const WARM_UP: Record<effort, number> = {
	smoke: 0, round: 60_000, quick: 60_000, long: 500_000,
};

/** median - of some numbers, at least one */
export function median(values: readonly number[]): number {
	const sorted = values.toSorted((a, b) => a - b);
	const middle = sorted.length >>> 1;

	return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * struct measured - what came of it
 * @ns: median time of an operation, in nanoseconds
 * @fold: the results of all runs, folded
 */
export interface measured {
	ns: number;
	fold: number;
}

function warm_up(effort: effort, body: () => number): number {
	const begin = process.cpuUsage();
	let fold = body();

	while (process.cpuUsage(begin).user < WARM_UP[effort])
		fold = fold + body() | 0;
	return fold;
}

/**
 * measure - time a body with benchmark.js
 * @body: does the operation @times times and returns something that depends on
 *	  all it did
 * @times: as often as makes a microsecond, where the operation is short: calling
 *	   the body is not free
 */
export function measure(effort: effort, times: number, body: () => number): measured {
	let fold = warm_up(effort, body);
	const bench = new Benchmark(() => {
		fold = Math.imul(fold, 31) + body() | 0;
	}, { ...EFFORT[effort], initCount: 1, async: false });

	bench.run({ async: false });
	if (bench.error !== undefined)
		throw bench.error;
	return { ns: median(bench.stats.sample) * 1e9 / times, fold };
}
