// SPDX-License-Identifier: GPL-2.0-only
import { filter_drivers, load_filter, type filter_bench, type hole } from "../filters.ts";
import { measure, type measured } from "../measure.ts";
import type { effort, row, suite } from "../row.ts";

const SIZES: Record<effort, readonly number[]> = {
	smoke: [2, 16],
	round: [2, 16, 64, 128, 256],
	quick: [2, 16, 64, 128, 256],
	long: [2, 16, 64, 128, 256],
};

const CASES: readonly [name: string, hole: hole][] =
	[["all bound", "none"], ["one hole first", "first"], ["one hole last", "last"]];

/* A filter takes a quarter of a second there, a hole more or less changes nothing. */
const ONE_CASE_FROM = 256;

/** measure_filter - time the filter of n x n queues, as often as makes a measurable body */
export function measure_filter(effort: effort, n: number, filter: filter_bench): measured {
	const times = Math.max(1, Math.floor(256 / (n * n)));

	return measure(effort, times, () => {
		let left = 0;

		for (let i = 0; i < times; i++)
			left += filter.run();
		return left;
	});
}

/** no_filter - what is to be said of a driver that decides without one */
export function no_filter(suite: string, driver: string): row {
	return {
		suite, driver, case: "all", value: NaN, unit: "ns", fold: 0,
		note: "no filter function",
	};
}

async function* run(subject: string, effort: effort): AsyncGenerator<row> {
	const make = await load_filter(subject);

	if (make === null) {
		yield no_filter("filter", subject);
		return;
	}
	for (const n of SIZES[effort]) {
		const cases = n >= ONE_CASE_FROM && effort !== "long" ? CASES.slice(0, 1) : CASES;

		for (const [name, hole] of cases) {
			const { ns, fold } = measure_filter(effort, n, make(n, hole));

			yield {
				suite: "filter", driver: subject, case: `${n}x${n}, ${name}`,
				queues: n * n, value: ns,
				unit: "ns", fold,
			};
		}
	}
}

export const filter: suite = {
	name: "filter",
	about: "a filter function's full walk, and with one queue not bound",
	subjects: filter_drivers,
	any_driver: true,
	run,
};
