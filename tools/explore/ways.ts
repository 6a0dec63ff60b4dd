// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cheapest way over known steps to a state that has work left.
 *
 * This is adaptive A*. When a search has found a way of cost c, it stores an estimate for each
 * state that it looked at: the nearest work is at least c minus its distance from the start.
 * Work only disappears, except where a new state is found. So the next search starts nearby and
 * looks at few states besides those on its way. If new states have made an estimate too high, a
 * way is longer than necessary.
 *
 * The expansion is partial. Of a state's neighbours it takes only those that can lie on a cheapest
 * way. For the others, the state waits until no cheaper way is left, which is rare.
 */
import { UNTRIED, type state_graph } from "./graph.ts";
import { number_list } from "./number_list.ts";
import type { space_tables } from "./tables.ts";

/**
 * class way_finder - finds ways, and remembers how far work is
 *
 * The total of a state is the least cost of a way through it: to the state, and on from there.
 */
export class way_finder {
	#graph: state_graph;
	#ops: number;
	#by_cost: number[];
	#costs: Uint8Array;
	#stamp = 0;
	#stamps: Int32Array;
	#fars: Uint16Array[];
	#far: Uint16Array;
	#cost: Uint16Array;
	#from: Int32Array;
	#by: Uint16Array;
	#buckets: number_list[] = [];
	#closed = new number_list();
	#steps = new number_list();
	#kept_at: Int32Array;
	/* the bucket where it is in line, for the rest of its neighbours too */
	#due: Uint16Array;
	#top = -1;

	/** @kinds: of work; how far the nearest is, is remembered for each */
	constructor(graph: state_graph, tables: space_tables, kinds: number) {
		const room = graph.rules.length;

		this.#graph = graph;
		this.#by_cost = [...tables.costs.keys()]
			.toSorted((a, b) => tables.costs[a] - tables.costs[b]);
		this.#ops = tables.ops.length;
		this.#costs = tables.costs;
		this.#stamps = new Int32Array(room);
		this.#fars = Array.from({ length: kinds }, () => new Uint16Array(room));
		[this.#far] = this.#fars;
		this.#cost = new Uint16Array(room);
		this.#from = new Int32Array(room);
		this.#by = new Uint16Array(room);
		this.#kept_at = new Int32Array(room);
		this.#due = new Uint16Array(room);
		/* So that no list of steps begins at 0. */
		this.#steps.push(-1);
	}

	/**
	 * to_work - the way to the nearest state that is wanted
	 * @kind: of work, that makes a state be wanted
	 *
	 * Return: the operations, last first; null if no way leads to one.
	 */
	to_work(start: number, kind: number, wanted: (state: number) => boolean): number[] | null {
		if (wanted(start))
			return [];
		this.#far = this.#fars[kind];
		const goal = this.#search(start, wanted);

		while (this.#top >= 0)
			this.#buckets[this.#top--].length = 0;
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
		this.#reach(start, 0, total, start, 0);
		while (total <= this.#top) {
			const bucket = this.#buckets[total];

			if (bucket.length === 0) {
				total++;
				continue;
			}
			const s = bucket.items[--bucket.length];

			/* It is less if a cheaper way was found since. */
			if (this.#due[s] !== total)
				continue;
			if (this.#cost[s] + this.#far[s] === total) {
				if (wanted(s))
					return s;
				this.#closed.push(s);
			}
			total = Math.min(total, this.#spread(s, total));
		}
		return -1;
	}

	/*
	 * Reach the neighbours that can lie on a way of that cost. Returns the least total of
	 * them.
	 */
	#spread(s: number, total: number): number {
		const first = this.#kept_at[s] > 0 ? this.#kept_at[s] : this.#collect(s);
		const { items } = this.#steps;
		const costs = this.#costs;
		const far = this.#far;
		const here = this.#cost[s];
		let least = 0xffff, later = 0xffff, nearest = 0xffff;

		for (let at = first; items[at] >= 0; at += 2) {
			const to = items[at];
			const cost = here + costs[items[at + 1]];
			const all = cost + far[to];

			if (all < nearest)
				nearest = all;
			/*
			 * Do not wait for a neighbour that was reached: estimates in a circle would
			 * rise for ever.
			 */
			if (this.#stamps[to] === this.#stamp && cost >= this.#cost[to])
				continue;
			if (all > total) {
				if (all < later)
					later = all;
			} else {
				this.#reach(to, cost, all, s, items[at + 1]);
				if (all < least)
					least = all;
			}
		}
		if (this.#kept_at[s] === 0)
			this.#steps.length = first;
		/* Work is at least as far as from the best neighbour. */
		if (nearest !== 0xffff)
			far[s] = Math.max(far[s], nearest - here);
		if (later !== 0xffff)
			this.#wait(s, later);
		return least;
	}

	/*
	 * The cheapest steps from a state to each other one, as state, operation, ..., -1. They are
	 * kept for good if all operations of the state are done, else for this search.
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

	#reach(s: number, cost: number, total: number, from: number, op: number): void {
		this.#stamps[s] = this.#stamp;
		this.#cost[s] = cost;
		this.#from[s] = from;
		this.#by[s] = op;
		this.#wait(s, total);
	}

	#wait(s: number, total: number): void {
		this.#due[s] = total;
		while (this.#buckets.length <= total)
			this.#buckets.push(new number_list());
		this.#buckets[total].push(s);
		this.#top = Math.max(this.#top, total);
	}
}
