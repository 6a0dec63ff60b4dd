// SPDX-License-Identifier: GPL-2.0-only
import { filter_drivers, load_filter } from "../filters.ts";
import type { effort, row, suite } from "../row.ts";
import { measure_filter, no_filter } from "./filter.ts";

const SIZES: Record<effort, readonly number[]> = {
	smoke: [2, 4],
	round: [2, 4, 8, 16, 32, 64, 128],
	quick: [2, 4, 8, 16, 32, 64, 128],
	long: [2, 4, 8, 16, 32, 48, 64, 96, 128, 192, 256],
};

async function* run(subject: string, effort: effort): AsyncGenerator<row> {
	const make = await load_filter(subject);

	if (make === null) {
		yield no_filter("scale", subject);
		return;
	}
	for (const n of SIZES[effort]) {
		const { ns, fold } = measure_filter(effort, n, make(n, "none"));

		yield {
			suite: "scale", driver: subject, case: `${n}x${n}`, queues: n * n,
			value: ns, unit: "ns", fold,
		};
	}
}

export const scale: suite = {
	name: "scale",
	about: "a filter's cost against the number of queues, all of them bound",
	subjects: filter_drivers,
	any_driver: true,
	run,
};
