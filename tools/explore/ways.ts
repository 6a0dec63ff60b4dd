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
import type { state_graph } from "./graph.ts";
import { number_list } from "./number_list.ts";
import type { space_tables } from "./tables.ts";

/**
 * class way_finder - finds ways, and remembers how far work is
 */
export class way_finder {
	#graph: state_graph;
	#plain: number;
	#ops: number;
	#costs: Uint8Array;
	#stamp = 0;
	#stamps: Int32Array;
	#far: Uint16Array;
	#cost: Uint16Array;
	#from: Int32Array;
	#by: Uint16Array;
	#buckets: number_list[] = [];
	#closed = new number_list();

	constructor(graph: state_graph, tables: space_tables) {
		const room = graph.rules.length;

		this.#graph = graph;
		this.#plain = tables.plain;
		this.#ops = tables.ops.length;
		this.#costs = tables.costs;
		this.#stamps = new Int32Array(room);
		this.#far = new Uint16Array(room);
		this.#cost = new Uint16Array(room);
		this.#from = new Int32Array(room);
		this.#by = new Uint16Array(room);
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

		for (const bucket of this.#buckets)
			bucket.length = 0;
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
		const row = s * this.#ops;
		let least = 0xffff;

		for (let op = 0; op < this.#plain; op++) {
			const to = this.#graph.edges[row + op];

			if (to < 0 || to === s)
				continue;
			const cost = this.#cost[s] + this.#costs[op];

			if (this.#stamps[to] !== this.#stamp || cost < this.#cost[to])
				least = Math.min(least, this.#reach(to, cost, s, op));
		}
		return least;
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
