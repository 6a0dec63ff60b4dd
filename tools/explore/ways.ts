// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cheapest way over known steps to a state that has work left.
 *
 * Adaptive A*: a search that found a way of cost c leaves behind, for each state it looked at, that
 * it is at least c less its distance from the start to the nearest work. Work only vanishes,
 * except where a new state is met, so the next search, from a place nearby, looks at few states
 * besides those on its way. Where new states have made an estimate too high, a way is longer
 * than need be.
 */
import { UNTRIED, type state_graph } from "./graph.ts";
import { number_list } from "./number_list.ts";
import type { space_tables } from "./tables.ts";

/**
 * class way_finder - finds ways, and remembers how far work is
 */
export class way_finder {
	#graph: state_graph;
	#ops: number;
	#by_cost: number[];
	#costs: Uint8Array;
	#stamp = 0;
	#stamps: Int32Array;
	#far: Uint16Array;
	#cost: Uint16Array;
	#from: Int32Array;
	#by: Uint16Array;
	#buckets: number_list[] = [];
	#closed = new number_list();
	#steps = new number_list();
	#kept_at: Int32Array;

	constructor(graph: state_graph, tables: space_tables) {
		const room = graph.rules.length;

		this.#graph = graph;
		this.#by_cost = [...tables.costs.keys()]
			.toSorted((a, b) => tables.costs[a] - tables.costs[b]);
		this.#ops = tables.ops.length;
		this.#costs = tables.costs;
		this.#stamps = new Int32Array(room);
		this.#far = new Uint16Array(room);
		this.#cost = new Uint16Array(room);
		this.#from = new Int32Array(room);
		this.#by = new Uint16Array(room);
		this.#kept_at = new Int32Array(room);
		/* So that no list of steps begins at 0. */
		this.#steps.push(-1);
	}

	/** forget - there is more work than before */
	forget(): void {
		this.#far.fill(0);
	}

	/**
	 * to_work - the way to the nearest state that is wanted
	 *
	 * Return: the operations, last first; null if no way leads to one.
	 */
	to_work(start: number, wanted: (state: number) => boolean): number[] | null {
		const goal = this.#search(start, wanted);

		for (let i = 0; i < this.#buckets.length; i++)
			this.#buckets[i].length = 0;
		if (goal < 0)
			return null;
		this.#learn(this.#cost[goal]);
		this.#far[goal] = 0;
		const ops: number[] = [];

		for (let s = goal; s !== start; s = this.#from[s])
			ops.push(this.#by[s]);
		return ops;
	}

	#learn(cost: number): void {
		for (let i = 0; i < this.#closed.length; i++) {
			const s = this.#closed.items[i];

			this.#far[s] = Math.max(this.#far[s], cost - this.#cost[s]);
		}
	}

	#search(start: number, wanted: (state: number) => boolean): number {
		let total = this.#far[start];

		this.#stamp++;
		this.#closed.length = 0;
		this.#reach(start, 0, start, 0);
		while (total < this.#buckets.length) {
			const bucket = this.#buckets[total];

			if (bucket.length === 0) {
				total++;
				continue;
			}
			const s = bucket.items[--bucket.length];

			/* Less where a cheaper way came up since. */
			if (this.#cost[s] + this.#far[s] !== total)
				continue;
			if (wanted(s))
				return s;
			this.#closed.push(s);
			total = Math.min(total, this.#spread(s));
		}
		return -1;
	}

	/* Reach all that one step leads to; says the least total that came up. */
	#spread(s: number): number {
		const first = this.#kept_at[s] > 0 ? this.#kept_at[s] : this.#collect(s);
		const { items } = this.#steps;
		const costs = this.#costs;
		const cost_of = this.#cost;
		const stamps = this.#stamps;
		const stamp = this.#stamp;
		const here = cost_of[s];
		let least = 0xffff;

		for (let at = first; items[at] >= 0; at += 2) {
			const to = items[at];
			const cost = here + costs[items[at + 1]];

			if (stamps[to] !== stamp || cost < cost_of[to])
				least = Math.min(least, this.#reach(to, cost, s, items[at + 1]));
		}
		if (this.#kept_at[s] === 0)
			this.#steps.length = first;
		return least;
	}

	/*
	 * The cheapest steps from a state to each other one, as state, operation, ..., -1: kept for
	 * good where all operations are done, for now where not.
	 */
	#collect(s: number): number {
		const { edges } = this.#graph;
		const first = this.#steps.length;
		let done = true;

		for (const op of this.#by_cost) {
			const to = edges[s * this.#ops + op];

			done &&= to !== UNTRIED;
			if (to < 0 || to === s || this.#has_step(first, to))
				continue;
			this.#steps.push(to);
			this.#steps.push(op);
		}
		this.#steps.push(-1);
		if (done)
			this.#kept_at[s] = first;
		return first;
	}

	#has_step(first: number, to: number): boolean {
		for (let at = first; at < this.#steps.length; at += 2)
			if (this.#steps.items[at] === to)
				return true;
		return false;
	}

	#reach(s: number, cost: number, from: number, op: number): number {
		const total = cost + this.#far[s];

		this.#stamps[s] = this.#stamp;
		this.#cost[s] = cost;
		this.#from[s] = from;
		this.#by[s] = op;
		while (this.#buckets.length <= total)
			this.#buckets.push(new number_list());
		this.#buckets[total].push(s);
		return total;
	}
}
