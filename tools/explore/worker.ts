// SPDX-License-Identifier: GPL-2.0-only
/*
 * A worker of the pool: a thread with a machine of its own.
 */
import { walk_lines, type job, type line } from "./campaign.ts";
import { state_graph, type graph_memory } from "./graph.ts";
import { driver_of_plan, space_tables, type space_plan } from "./tables.ts";
import { walker, type walk_report, type walk_round } from "./walker.ts";

/** The task of a worker: a block of walks, or its part in a round of a search. */
export type task =
	| { do: "walks"; job: job; stop: Int32Array }
	| {
		do: "round"; plan: space_plan; memory: graph_memory; round: walk_round; me: number;
		workers: number;
	};

export default async function work(t: task): Promise<line[] | walk_report> {
	if (t.do === "walks" && Atomics.load(t.stop, 0) !== 0)
		return [];
	if (t.do === "walks")
		return await walk_lines(t.job, () => Atomics.load(t.stop, 0) !== 0);
	const tables = new space_tables(t.plan, await driver_of_plan(t.plan));

	return new walker(tables, new state_graph(t.memory), t.me, t.workers).run(t.round);
}
