// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exhaustive search.
 *
 * Workers walk through the space (walker.ts) and fill a graph that they share (graph.ts). They fill
 * it as a whole, or level by level where the order matters. The results are then read from the
 * graph alone, in breadth-first order. So a counterexample is as short as it can be. Which one is
 * shown depends neither on the number of workers nor on the ways that they took.
 */
import type { driver } from "../../drivers/s390/crypto/history/index.ts";
import {
	NOT_HERE, UNTRIED, bytes_for, fits, graph_memory_of, state_graph, type graph_memory,
} from "./graph.ts";
import { concrete_path, is_end, prober, type end } from "./probe.ts";
import type { complaint } from "./properties.ts";
import { all_ops, type op_kind, type space_op } from "./space.ts";
import { space_tables, type space_plan } from "./tables.ts";
import {
	BETWEEN, lock_orders, type violations, type walk_report, type walk_round,
} from "./walker.ts";
import { empty_observation } from "./world.ts";

/* The depths are computed again when the states have grown by this factor. */
const GROWTH = 1.5;
const INVERSION = "no-inversion";

/**
 * struct search_options
 * @depth: the greatest number of operations on a path
 * @max_states: the greatest number of states
 * @max_memory: the greatest number of bytes that the states may take
 * @stop_at_first: whether to end with the level of the first counterexample; a text such as
 *		   "queue-bound assign_domain" asks for the first of that kind
 */
export interface search_options extends space_plan {
	depth: number;
	max_states: number;
	max_memory: number;
	stop_at_first: boolean | string;
	progress: (p: progress) => void;
}

/** struct progress - how far a search is; @executed: all operations done, also those on the way */
export interface progress {
	states: number;
	transitions: number;
	executed: number;
	depth: number;
	seconds: number;
}

/**
 * struct finding - a kind of counterexample: a property and the operation that breaks it
 * @path: the operations of the shortest counterexample; the last one breaks the property
 * @count: how many transitions break it in this way
 * @other: for history-free, a second path to the same assignments, bindings and host
 */
export interface finding {
	property: string;
	kind: op_kind;
	path: space_op[];
	count: number;
	other: space_op[] | null;
	/** what is wrong, in words; the replay fills it in */
	complaint: complaint | null;
}

/**
 * struct search_result
 * @transitions: the operations that can be done in each state, all added up
 * @boots: how often a machine was booted to put it back
 * @ends: how many transitions lead to no state: the kernel crashed, or its links and pages cannot
 *	  be described
 * @bound: why the search ended before the space did, or null
 */
export interface search_result extends progress {
	driver: string;
	findings: finding[];
	boots: number;
	ends: number;
	bound: "depth" | "states" | "memory" | "first" | "signal" | null;
}

/**
 * struct saved_search - a search between two rounds
 * @states: the number of states in the graph
 * @level: the level that a search level by level has reached
 * @seconds: how long the search took so far
 * @graph: the graph; in a file, its bytes follow the rest
 */
export interface saved_search {
	states: number;
	level: number;
	seconds: number;
	violations: { property: number; kind: op_kind; states: number[]; ops: number[] }[];
	orders: string[];
	graph: Uint8Array[];
}

/** Has several workers do a round of a search. */
export type round_runner =
	(round: walk_round, plan: space_plan, graph: graph_memory) => Promise<walk_report[]>;

/**
 * class search - one search of one driver
 */
export class search {
	#o: search_options;
	#t: space_tables;
	#graph: state_graph;
	#depths = new Int16Array(0);
	#ranks = new Int32Array(0);
	#order = new Int32Array(0);
	#parents = new Int32Array(0);
	#parent_ops = new Uint16Array(0);
	#levels = Infinity;
	#violations = new Map<string, violations[]>();
	#orders = new Set<string>();
	#prober: prober;
	#started = 0;
	#before = 0;
	#level = 1;
	#room: number;
	#stopped = false;

	/** @text: the driver that @options names */
	constructor(options: search_options, text: driver) {
		const { driver, size, kinds, faults, identify, commute } = options;
		const names = options.properties.filter((name) => name !== INVERSION);

		this.#o = options;
		this.#t = new space_tables({
			driver, size, kinds, faults, identify, commute, properties: names,
		}, text);
		const each = bytes_for(this.#t.ops.length, this.#t.canon.fields);

		this.#room = Math.max(2,
			Math.min(options.max_states, Math.floor(options.max_memory / each)));
		this.#graph = new state_graph(graph_memory_of({
			max_states: this.#room, ops: this.#t.ops.length,
			fields: this.#t.canon.fields,
		}));
		this.#prober = new prober(this.#t, this.#graph, (s) => this.#way_to(s));
	}

	/** pause - let the workers stop soon, so that the search can be saved */
	pause(): void {
		this.#graph.set_pause(1);
	}

	/** stop - let the workers stop for good; the search then returns what was found */
	stop(): void {
		this.#stopped = true;
		this.pause();
	}

	/** found - what was found until now; only between rounds */
	found(): finding[] {
		return this.#findings();
	}

	/** saved - the search as it is now; only between rounds */
	saved(): saved_search {
		return {
			states: this.#graph.count("states"), level: this.#level,
			seconds: this.#seconds(),
			violations: [...this.#violations.values()].flat().map((v) =>
				({ ...v, states: [...v.states], ops: [...v.ops] })),
			orders: [...this.#orders], graph: this.#graph.saved(),
		};
	}

	/**
	 * restore - go on from a saved search; returns false if that was a search of another space
	 */
	restore(from: saved_search, graph: Uint8Array): boolean {
		if (!this.#graph.restore(graph, from.states))
			return false;
		this.#graph.set_pause(0);
		this.#level = from.level;
		this.#before = from.seconds;
		this.#take([{
			violations: from.violations.map((v) =>
				({ ...v, states: Int32Array.from(v.states),
					ops: Int32Array.from(v.ops) })),
			orders: from.orders,
		}]);
		return true;
	}

	/** run - search; @runner runs the workers, @between is called at each pause */
	async run(
		runner: round_runner, between: () => void | Promise<void> = () => {},
	): Promise<search_result> {
		const rounds = this.#rounds();
		let at = rounds.next();

		while (!at.done)
			at = rounds.next(await this.#round(at.value, runner, between));
		return at.value;
	}

	/* Do a round. After each pause, do what is left of it. */
	async #round(
		round: walk_round, runner: round_runner, between: () => void | Promise<void>,
	): Promise<walk_report[]> {
		for (;;) {
			const reports = await runner(
				{ ...round, depths: round.depths === null ? null : this.#depths },
					this.#t.plan, this.#graph.memory);

			if (this.#graph.count("pause") === 0 || this.#stopped)
				return reports;
			this.#take(reports);
			await between();
			this.#graph.set_pause(0);
		}
	}

	#seconds(): number {
		return this.#before + (performance.now() - this.#started) / 1000;
	}

	/** tell - say how far the search is */
	tell(): void {
		if (this.#graph.count("states") > GROWTH * this.#depths.length)
			this.#shortest_ways();
		this.#o.progress(this.#progress());
	}

	#progress(): progress {
		return {
			states: this.#graph.count("states"),
			transitions: this.#graph.count("transitions"),
			executed: this.#graph.count("executed"), depth: this.#deepest(),
			seconds: this.#seconds(),
		};
	}

	#deepest(): number {
		let deepest = 0;

		for (const depth of this.#depths)
			deepest = Math.max(deepest, depth);
		return deepest;
	}

	* #rounds(): Generator<walk_round, search_result, walk_report[]> {
		let bound: search_result["bound"] = null;

		this.#started = performance.now();
		if (this.#o.stop_at_first !== false || this.#o.depth < Infinity)
			bound = yield* this.#level_by_level();
		else
			this.#take(yield { depths: null, level: Infinity });
		if (this.#stopped)
			bound = "signal";
		else if (this.#graph.count("full") !== 0)
			bound = this.#room < this.#o.max_states ? "memory" : "states";
		const findings = this.#findings();

		return {
			driver: this.#t.driver.label, ...this.#progress(),
			boots: this.#graph.count("boots"),
			ends: this.#ends().length, findings, bound,
		};
	}

	* #level_by_level(): Generator<walk_round, search_result["bound"], walk_report[]> {
		if (this.#depths.length === 0)
			this.#depths = Int16Array.of(0);
		for (let level = this.#level; level <= this.#o.depth; level++) {
			this.#level = level;
			this.#take(yield { depths: this.#depths, level });
			this.#levels = level;
			if (this.#stopped)
				return "signal";
			if (this.#has_first())
				return "first";
			if (this.#graph.count("full") !== 0 || !this.#any_left(level + 1))
				return null;
		}
		return "depth";
	}

	#has_first(): boolean {
		const { stop_at_first: wanted } = this.#o;

		return wanted !== false && this.#findings().some(({ property, kind }) =>
			wanted === true || wanted === `${property} ${kind}`);
	}

	/* Add what the workers saw in a round. */
	#take(reports: walk_report[]): void {
		for (const { violations: lists, orders } of reports) {
			for (const list of lists) {
				const key = `${list.property} ${list.kind}`;

				this.#violations.set(key,
					[...this.#violations.get(key) ?? [], list]);
			}
			for (const order of orders)
				this.#orders.add(order);
		}
		this.#shortest_ways();
	}

	/* Whether an operation is left to do in a state whose path is shorter than @level. */
	#any_left(level: number): boolean {
		return this.#order.some((s) => this.#depths[s] < level &&
			this.#t.ops.some((_, op) => this.#graph.edge(s, op) === UNTRIED));
	}

	/*
	 * Find the shortest path to each state, breadth first over all known steps. Of several
	 * shortest paths, take the one with the least operation numbers: it depends on the graph
	 * alone.
	 */
	#shortest_ways(): void {
		const n = this.#t.ops.length;
		const states = this.#graph.count("states");
		const order = new Int32Array(states);
		let tail = 1;

		this.#depths = new Int16Array(states).fill(-1);
		this.#parents = new Int32Array(states);
		this.#parent_ops = new Uint16Array(states);
		this.#depths[0] = 0;
		for (let head = 0; head < tail; head++) {
			const s = order[head];

			for (let op = 0; op < n; op++) {
				const to = this.#graph.edges[s * n + op];

				if (to < 0 || to >= states || this.#depths[to] >= 0)
					continue;
				this.#depths[to] = this.#depths[s] + 1;
				this.#parents[to] = s;
				this.#parent_ops[to] = op;
				order[tail++] = to;
			}
		}
		this.#order = order.subarray(0, tail);
		this.#ranks = new Int32Array(states);
		this.#order.forEach((s, rank) => {
			this.#ranks[s] = rank;
		});
	}

	#way_to(goal: number): number[] {
		const ops: number[] = [];

		for (let s = goal; s !== 0; s = this.#parents[s])
			ops.push(this.#parent_ops[s]);
		return ops.toReversed();
	}

	/* All transitions that lead to no state, in the order of the paths to them. */
	#ends(): end[] {
		const ends: end[] = [];

		for (const state of this.#order)
			for (let op = 0; op < this.#t.ops.length; op++)
				if (is_end(this.#graph.edge(state, op)))
					ends.push({ state, op });
		return ends;
	}

	#findings(): finding[] {
		const found = new Map<string, finding>();
		const add = (f: Pick<finding, "property" | "kind" | "path" | "count">): void => {
			const key = `${this.#t.rules.findIndex((r) => r.name === f.property)} ${f.kind}`;
			const known = found.get(key);

			if (known === undefined) {
				found.set(key, { ...f, other: null, complaint: null });
				return;
			}
			known.count += f.count;
			if (f.path.length < known.path.length)
				known.path = f.path;
		};

		for (const lists of this.#violations.values())
			add(this.#shortest_of(lists));
		for (const b of this.#prober.look(this.#ends()))
			if (b.path.length <= this.#levels)
				add(b);
		const sorted = [...found].toSorted(([a], [b]) => parseInt(a) - parseInt(b) ||
			(a < b ? -1 : 1))
			.map(([, f]) => f);

		return [...sorted, ...this.#inversions(), ...this.#histories()];
	}

	#shortest_of(lists: violations[]): Pick<finding, "property" | "kind" | "path" | "count"> {
		let [state, op, count] = [-1, 0, 0];

		for (const { states, ops } of lists) {
			count += states.length;
			for (let i = 0; i < states.length; i++) {
				const nearer = state < 0
					? -1 : this.#ranks[states[i]] - this.#ranks[state];

				if (nearer < 0 || (nearer === 0 && ops[i] < op))
					[state, op] = [states[i], ops[i]];
			}
		}
		return {
			property: this.#t.rules[lists[0].property].name, kind: lists[0].kind, count,
			path: concrete_path(this.#t, [...this.#way_to(state), op]),
		};
	}

	/*
	 * Two orders of locks may contradict each other. Which of them is the second depends on the
	 * walk. So if there is such a pair, follow the shortest paths one after the other until
	 * both orders were seen.
	 */
	#inversions(): finding[] {
		if (!this.#o.properties.includes(INVERSION) || !contradict(this.#orders))
			return [];
		const orders = new Set<string>();

		for (const state of this.#order) {
			for (let op = 0; op < this.#t.ops.length; op++) {
				if (this.#graph.edge(state, op) === NOT_HERE ||
					this.#depths[state] >= this.#levels)
					continue;
				const path = concrete_path(this.#t, [...this.#way_to(state), op]);

				for (const order of lock_orders())
					orders.add(order);
				if (contradict(orders))
					return [{
						property: INVERSION, kind: path.at(-1)!.kind, path,
						count: 1, other: null,
						complaint: null,
					}];
			}
		}
		return [];
	}

	/* Two states of one cause whose guests differ, reached with the fewest operations. */
	#histories(): finding[] {
		if (!this.#t.rules.some((p) => p.name === "history-free"))
			return [];
		const pairs = this.#same_causes();
		const length = ([a, b]: [number, number]): number => this.#depths[a] +
			this.#depths[b];
		const best = pairs.reduce((least, pair) => length(pair) < length(least)
			? pair : least, pairs[0]);

		if (best === undefined ||
			Math.max(...best.map((s) => this.#depths[s])) > this.#levels)
			return [];
		const [first, second] = best.map((s) => concrete_path(this.#t, this.#way_to(s)));

		return [{
			property: "history-free", kind: second.at(-1)!.kind, path: second,
			count: pairs.length,
			other: first, complaint: null,
		}];
	}

	/*
	 * For each cause that leads to different guests: the first state, and the first state whose
	 * guests differ from it.
	 */
	#same_causes(): [number, number][] {
		const first = new Map<string, { guest: string; state: number }>();
		const pairs = new Map<string, [number, number]>();
		const seen = empty_observation(this.#t.plan.size);

		for (const state of this.#order) {
			this.#t.canon.decode(this.#graph.key_of(state), seen);
			if (!seen.mdevs.some((m) => m.guest))
				continue;
			const [cause, guest] = this.#t.canon.cause(seen);
			const known = first.get(cause);

			if (known === undefined)
				first.set(cause, { guest, state });
			else if (known.guest !== guest && !pairs.has(cause))
				pairs.set(cause, [known.state, state]);
		}
		return [...pairs.values()];
	}
}

/** can_search - whether there is enough memory for a search of that many states */
export function can_search(plan: space_plan, max_states: number): boolean {
	return fits(max_states, all_ops(plan.size, plan.kinds, plan.faults).length);
}

/* Whether a cycle of lock orders leads from a lock back to itself. */
function contradict(orders: Set<string>): boolean {
	const after = new Map<string, string[]>();

	for (const order of orders) {
		const [first, second] = order.split(BETWEEN);

		after.set(first, [...after.get(first) ?? [], second]);
	}
	return [...after.keys()].some((start) => {
		const reached = new Set(after.get(start));

		for (const next of reached)
			for (const further of after.get(next) ?? [])
				reached.add(further);
		return reached.has(start);
	});
}
