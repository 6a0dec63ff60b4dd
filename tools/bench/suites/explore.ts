// SPDX-License-Identifier: GPL-2.0-only
import { bugs_of_v6_0 } from "../../explore/known_bugs.ts";
import { workshop } from "../../explore/pool.ts";
import { properties } from "../../explore/properties.ts";
import { search, type search_result } from "../../explore/search.ts";
import { machine_of, op_kinds } from "../../explore/space.ts";
import { load_driver } from "../../lib/lab/loader.ts";
import { inline_less } from "../../lib/lab/inlining.ts";
import type { effort, row, suite } from "../row.ts";

/* Adapters, domains and control domains of the machine that is searched to its end. */
const WHOLE: Record<effort, [number, number, number]> = {
	smoke: [1, 1, 0], round: [2, 1, 1], quick: [2, 1, 1], long: [2, 2, 1],
};
const BUGS: Record<effort, number> = { smoke: 1, round: Infinity, quick: Infinity, long: Infinity };

/*
 * Searches a machine, on one thread, for all there is or until there is a counterexample of a kind.
 */
async function search_for(
	shop: workshop, label: string, machine: [number, number, number], finding: string | null,
): Promise<search_result> {
	const names = properties.map(({ name }) => name);

	return await shop.search(new search({
		driver: label, size: machine_of(...machine, 1), kinds: op_kinds, faults: false,
		identify: true, commute: true,
		properties: finding === null ? names : [finding.split(" ")[0]], depth: Infinity,
		max_states: 300_000, max_memory: Infinity, stop_at_first: finding ?? false,
		progress: () => {},
	}, await load_driver(label)));
}

async function* rows_of(shop: workshop, subject: string, effort: effort): AsyncGenerator<row> {
	const base = { suite: "explore", driver: subject };
	const whole = await search_for(shop, subject, WHOLE[effort], null);

	yield {
		...base, case: `transitions a second, all of ${WHOLE[effort].join("x")}`,
		unit: "ops/s",
		value: whole.transitions / whole.seconds, fold: whole.transitions,
		note: `${whole.states} states`,
	};
	for (const { fix, finding } of subject === "v6.0" ? bugs_of_v6_0.slice(0, BUGS[effort])
			: []) {
		const { seconds, findings, transitions } = await search_for(shop, subject,
			[2, 2, 1], finding);
		const found = findings.find(({ property, kind }) =>
			finding === `${property} ${kind}`);

		if (found === undefined)
			throw new Error(`${finding}: not found on ${subject}`);
		yield {
			...base, case: `${finding} (${fix})`, value: seconds * 1000, unit: "ms",
			fold: transitions,
			note: `${found.path.length} operations, ${transitions} transitions`,
		};
	}
}

async function* run(subject: string, effort: effort): AsyncGenerator<row> {
	const shop = new workshop(1, true);

	inline_less();
	try {
		await search_for(shop, subject, [1, 1, 0], null);	/* it loads the driver */
		yield* rows_of(shop, subject, effort);
	} finally {
		await shop.close();
	}
}

export const explore: suite = {
	name: "explore",
	about: "transitions a second, and the time to the first counterexample of each known bug, all operations on 2x2x1",
	subjects: ["v6.0", "v6.12"],
	once: true,
	any_driver: true,
	run,
};
