// SPDX-License-Identifier: GPL-2.0-only
/*
 * The exhaustive search.
 *
 * A state of the simulated kernel is spread over the whole of it and cannot be put aside and
 * taken up again. It need not be: operations undo one another, so the search walks. In each
 * state it does an operation that it has not yet done there; where all are done, it goes to the
 * nearest state that has one left, over steps that it knows. Only where no short way is known
 * the machine boots and does the operations that first led there. What is kept of a state is its
 * canonical form, a number, and where each operation leads.
 *
 * A step that is done a second time must lead where it led the first time: otherwise the
 * canonical form leaves something out that matters, or what it identifies is not the same, and
 * the search ends with an error that says so.
 *
 * Every state is expanded before the shortest ways are computed, level by level or all at once;
 * so a counterexample is as short as it can be whatever the order of the walk.
 */
import type { driver } from "../../drivers/s390/crypto/postings/index.ts";
import { canonicaliser } from "./canon.ts";
import {
	declared_rule_of, type complaint, type property, type step, type surroundings,
} from "./properties.ts";
import {
	all_ops, inverse_of, op_images, op_text, undoing, type machine_size, type op_kind, type space_op,
} from "./space.ts";
import { applicable, empty_observation, world, type observation, type outcome } from "./world.ts";

const UNTRIED = -1;
const NOT_HERE = -2;
const CRASH = -3;
const BEYOND = -4;

/* Besides the bits of the properties: nothing can be said of what follows. */
const CORRUPT = 1 << 31;

/* How far a way is looked for before the machine is booted instead. */
const SEARCH_STATES = 20000;
/* Operations done in states that are broken beyond comparison. */
const BROKEN_OPS = 1000;
/* How much more states there may be than shortest ways are known to. */
const GROWTH = 1.5;

/**
 * struct search_options
 * @depth: operations on a path, at most
 * @max_states: states to keep, at most
 * @stop_at_first: end with the level that has the first counterexample
 * @identify: take states that differ in names only for one
 */
export interface search_options {
	driver: driver;
	size: machine_size;
	kinds: readonly op_kind[];
	faults: boolean;
	properties: readonly property[];
	depth: number;
	max_states: number;
	stop_at_first: boolean;
	identify: boolean;
	progress: (p: progress) => void;
}

/** struct progress - how far a search is */
export interface progress {
	states: number;
	transitions: number;
	executed: number;
	depth: number;
	seconds: number;
}

/**
 * struct finding - a kind of counterexample: a property and the operation that breaks it
 * @path: the operations of the shortest one, the breaking one last
 * @count: transitions that break it so
 * @other: for history-free, a second path to the same assignments, bindings and host
 */
export interface finding {
	property: string;
	kind: op_kind;
	path: space_op[];
	count: number;
	other: space_op[] | null;
	/** what is wrong, in words; filled in where it is replayed */
	complaint: complaint | null;
}

/**
 * struct search_result
 * @transitions: operations done in a state for the first time
 * @executed: operations done, those on the way included
 * @reboots: boots that put a state back
 * @broken: states left unexpanded because links or pointers are broken
 * @bound: why the search ended before the space did, or null
 */
export interface search_result extends progress {
	driver: string;
	findings: finding[];
	reboots: number;
	crashes: number;
	broken: number;
	bound: "depth" | "states" | "first" | null;
}

/*
 * Whether pointers or counts have a past that no form of the state shows: a cycle in a hash
 * chain, a pointer to what is freed, pages and subclasses that are held for nobody.
 */
function is_corrupt(s: observation): boolean {
	return s.queues.some((q) => q.chained > 1 || q.link > s.mdevs.length ||
		(q.link === 0 && (q.isc || q.iova))) ||
		s.mdevs.some((m) => m.strays !== 0 || m.pins !== 0 || m.iscs !== 0);
}

/** A list of numbers that grows. */
class number_list {
	items = new Int32Array(1024);
	length = 0;

	push(n: number): void {
		if (this.length === this.items.length) {
			const items = new Int32Array(2 * this.length);

			items.set(this.items);
			this.items = items;
		}
		this.items[this.length++] = n;
	}
}

/** A kind of violation: where it happens. */
class violations {
	property: number;
	kind: op_kind;
	states = new number_list();
	ops = new number_list();

	constructor(property: number, kind: op_kind) {
		this.property = property;
		this.kind = kind;
	}
}

/**
 * class search - one search of one driver
 */
export class search {
	#o: search_options;
	#ops: space_op[];
	#canon: canonicaliser;
	#images: Int32Array[];
	#undo: Int32Array;
	#undoing: Int32Array;
	#in: surroundings;
	#numbers = new Map<string, number>();
	#edges: Int32Array;
	#next_op: Int16Array;
	#broken_rules: Int32Array;
	#depths = new Int16Array(0);
	#parents = new Int32Array(0);
	#parent_ops = new Int32Array(0);
	#stamps: Int32Array;
	#came_from: Int32Array;
	#came_by: Int32Array;
	#stamp = 0;
	#ways: (Int32Array | undefined)[] = [];
	#found = new Map<string, violations>();
	#causes = new Map<string, Map<string, number>>();
	#machine!: world;
	#before: observation;
	#after: observation;
	#here = 0;
	#renaming = 0;
	#levels = 1;
	#cursor = 0;
	#broken_ops = 0;
	#harmless: number;
	#history: boolean;
	#full = false;
	#started = 0;
	transitions = 0;
	executed = 0;
	reboots = 0;
	crashes = 0;

	constructor(options: search_options) {
		this.#o = options;
		this.#ops = all_ops(options.size, options.kinds, options.faults);
		this.#canon = new canonicaliser(options.size, options.identify);
		this.#images = op_images(this.#ops, this.#canon.renamings);
		this.#undoing = undoing(this.#ops);
		this.#undo = inverse_of(this.#canon.renamings);
		this.#in = { size: options.size, rule: declared_rule_of(options.driver.label) };
		this.#harmless = 1 << options.properties.findIndex((p) => p.name === "maximal");
		this.#history = options.properties.some((p) => p.name === "history-free");
		this.#before = empty_observation(options.size);
		this.#after = empty_observation(options.size);
		const room = 4096;

		this.#edges = new Int32Array(room * this.#ops.length);
		this.#next_op = new Int16Array(room);
		this.#broken_rules = new Int32Array(room);
		this.#stamps = new Int32Array(room);
		this.#came_from = new Int32Array(room);
		this.#came_by = new Int32Array(room);
	}

	/** run - search */
	run(): search_result {
		this.#started = performance.now();
		this.#boot();
		let bound = this.#search();

		this.#machine.end();
		this.#shortest_ways();
		if (this.#full)
			bound = "states";
		return { ...this.#progress(), ...this.#counts(), findings: this.#findings(), bound };
	}

	#counts(): Pick<search_result, "driver" | "reboots" | "crashes" | "broken"> {
		let broken = 0;

		for (let s = 0; s < this.#states(); s++)
			if (this.#is_broken(s) && this.#next_op[s] === 0)
				broken++;
		return {
			driver: this.#o.driver.label, reboots: this.reboots, crashes: this.crashes, broken,
		};
	}

	#states(): number {
		return this.#numbers.size;
	}

	#progress(): progress {
		return {
			states: this.#states(), transitions: this.transitions, executed: this.executed,
			depth: this.#deepest(), seconds: (performance.now() - this.#started) / 1000,
		};
	}

	#deepest(): number {
		let deepest = 0;

		for (const depth of this.#depths)
			deepest = Math.max(deepest, depth);
		return deepest;
	}

	/* Level by level where the order matters, all at once where it does not. */
	#search(): search_result["bound"] {
		if (!this.#o.stop_at_first && this.#o.depth === Infinity) {
			this.#expand_all();
			return null;
		}
		for (let level = 1; level <= this.#o.depth; level++) {
			this.#levels = level;
			this.#shortest_ways();
			this.#cursor = 0;
			if (!this.#any_left())
				return null;
			this.#expand_all();
			this.#shortest_ways();
			if (this.#o.stop_at_first && this.#has_findings())
				return "first";
			if (this.#full)
				return "states";
		}
		return "depth";
	}

	#has_findings(): boolean {
		return this.#found.size > 0 || (this.#history && this.#history_finding() !== null);
	}

	#any_left(): boolean {
		for (let s = 0; s < this.#states(); s++)
			if (this.#wants(s))
				return true;
		return false;
	}

	/* Whether a state is within the depth and has operations left to do. */
	#wants(s: number): boolean {
		if (this.#next_op[s] >= this.#ops.length)
			return false;
		if (this.#o.depth === Infinity && !this.#o.stop_at_first)
			return !this.#is_broken(s) || this.#broken_ops < BROKEN_OPS;
		return s < this.#depths.length && this.#depths[s] < this.#levels &&
			(!this.#is_broken(s) || this.#broken_ops < BROKEN_OPS);
	}

	#is_broken(s: number): boolean {
		return this.#broken_rules[s] < 0;
	}

	#boot(): void {
		this.#machine = new world(this.#o.size, this.#o.driver);
		this.#machine.observe(this.#before);
		this.#here = this.#number_of(this.#before);
	}

	#reboot(): void {
		this.#machine.end();
		this.reboots++;
		this.#boot();
	}

	/* The number of the state that was observed; a new one if it is new. */
	#number_of(s: observation): number {
		const key = this.#canon.key(s);
		let number = this.#numbers.get(key);

		this.#renaming = this.#canon.chosen;
		if (number !== undefined)
			return number;
		number = this.#states();
		this.#numbers.set(key, number);
		this.#make_room(number);
		this.#judge_state(number, s);
		this.#fill_edges(number, s);
		if (number + 1 >= this.#o.max_states)
			this.#full = true;
		return number;
	}

	#make_room(number: number): void {
		if (number < this.#next_op.length)
			return;
		const grown = <T extends Int32Array | Int16Array>(old: T, length: number): T => {
			const more = new (old.constructor as new (n: number) => T)(length);

			more.set(old);
			return more;
		};
		const room = 2 * this.#next_op.length;

		this.#edges = grown(this.#edges, room * this.#ops.length);
		this.#next_op = grown(this.#next_op, room);
		this.#broken_rules = grown(this.#broken_rules, room);
		this.#stamps = grown(this.#stamps, room);
		this.#came_from = grown(this.#came_from, room);
		this.#came_by = grown(this.#came_by, room);
	}

	#judge_state(number: number, s: observation): void {
		let broken = is_corrupt(s) ? CORRUPT : 0;

		this.#o.properties.forEach((p, i) => {
			if (p.state !== undefined && p.state(s, this.#in) !== null)
				broken |= 1 << i;
		});
		this.#broken_rules[number] = broken;
		if (this.#history && !this.#is_broken(number))
			this.#remember_cause(number, s);
	}

	/* Which operations can be done; they are numbered as in the canonical state. */
	#fill_edges(number: number, s: observation): void {
		const images = this.#images[this.#renaming];
		const at = number * this.#ops.length;

		for (let i = 0; i < this.#ops.length; i++)
			this.#edges[at + images[i]] =
				applicable(this.#ops[i], s, this.#o.size.domains) ? UNTRIED : NOT_HERE;
		this.#next_op[number] = 0;
		this.#skip_done(number);
	}

	#skip_done(number: number): void {
		const at = number * this.#ops.length;
		let next = this.#next_op[number];

		while (next < this.#ops.length && this.#edges[at + next] !== UNTRIED)
			next++;
		this.#next_op[number] = next;
	}

	#remember_cause(number: number, s: observation): void {
		if (!s.mdevs.some((m) => m.guest))
			return;
		const [cause, guest] = this.#canon.cause(s);
		let guests = this.#causes.get(cause);

		if (guests === undefined)
			this.#causes.set(cause, guests = new Map());
		if (!guests.has(guest))
			guests.set(guest, number);
	}

	#expand_all(): void {
		let shown = 0;

		while (!this.#full) {
			if (!this.#wants(this.#here) && !this.#go_to_work())
				return;
			if (this.#is_broken(this.#here))
				this.#broken_ops++;
			this.#expand(this.#next_op[this.#here]);
			if (this.transitions - shown >= 20000) {
				shown = this.transitions;
				this.#o.progress(this.#progress());
			}
		}
	}

	/* Do an operation that is left here, and undo it where that leads back. */
	#expand(number: number): void {
		const from = this.#here;
		const undo = this.#undoing[this.#images[this.#undo[this.#renaming]][number]];

		if (!this.#do(number) || this.#here === from || undo < 0 || !this.#wants(from))
			return;
		const back = this.#images[this.#renaming][undo];
		const to = this.#edges[this.#here * this.#ops.length + back];

		if (to === from || to === UNTRIED)
			this.#do(back);
	}

	/* Do an operation of the canonical state; returns false after a crash. */
	#do(number: number): boolean {
		const from = this.#here;
		const concrete = this.#images[this.#undo[this.#renaming]][number];
		const o = this.#ops[concrete];
		const result = this.#machine.run(o);
		const slot = from * this.#ops.length + number;
		const first = this.#edges[slot] === UNTRIED;

		this.executed++;
		const to = this.#outcome(result, from);

		if (first) {
			this.transitions++;
			this.#edges[from * this.#ops.length + number] = to;
			this.#judge_step(from, number, to, {
				before: this.#before, after: this.#after, op: o, result,
			});
			this.#skip_done(from);
		} else if (this.#edges[slot] !== to) {
			this.#differs(from, number, to, o, result);
		}
		if (to === CRASH)
			this.crashes++;
		if (to === CRASH || this.#is_broken(from) || (this.#is_broken(to) && !this.#wants(to))) {
			this.#reboot();
			this.#return_to(from);
			return false;
		}
		this.#here = to;
		[this.#before, this.#after] = [this.#after, this.#before];
		return true;
	}

	/*
	 * A step led elsewhere than the last time. Whether a queue that is linked twice makes an
	 * endless walk depends on which queues share a hash chain, and that on their numbers.
	 */
	#differs(from: number, number: number, to: number, o: space_op, result: outcome): void {
		const slot = from * this.#ops.length + number;
		const before = this.#edges[slot];
		const breaks = (s: number): boolean => s === CRASH || (s >= 0 && this.#is_broken(s));

		if (!breaks(before) || !breaks(to))
			throw new Error(`state ${from}, ${op_text(o, this.#o.size)}: led to ${before} before, ` +
				`to ${to} now: the canonical form leaves something out`);
		if (to !== CRASH)
			return;
		this.#edges[slot] = CRASH;
		this.#judge_step(from, number, to, {
			before: this.#before, after: this.#after, op: o, result,
		});
	}

	/* Where an operation leads; what is reached from a broken state is no state to go on from. */
	#outcome(result: outcome, from: number): number {
		if (result.crash !== null)
			return CRASH;
		if (this.#is_broken(from))
			return BEYOND;
		this.#machine.observe(this.#after);
		return this.#number_of(this.#after);
	}

	#judge_step(from: number, number: number, to: number, t: step): void {
		const rules = this.#o.properties;

		/* What follows from something broken is no finding of its own, short of the end. */
		if ((this.#broken_rules[from] & ~this.#harmless) !== 0 && to !== CRASH)
			return;
		const fresh = to < 0 ? 0 : this.#broken_rules[to] & ~this.#broken_rules[from];

		for (let i = 0; i < rules.length; i++) {
			const { step: check } = rules[i];

			if ((fresh >>> i & 1) !== 0 ||
			    (check !== undefined && (to !== CRASH || rules[i].name.startsWith("no-")) &&
			     check(t, this.#in) !== null))
				this.#note(i, t.op.kind, from, number);
		}
	}

	#note(property: number, kind: op_kind, state: number, number: number): void {
		const key = `${property} ${kind}`;
		let list = this.#found.get(key);

		if (list === undefined)
			this.#found.set(key, list = new violations(property, kind));
		list.states.push(state);
		list.ops.push(number);
	}

	/* Go to a state that has work left; returns false if there is none. */
	#go_to_work(): boolean {
		for (;;) {
			const near = this.#nearest();
			const goal = near >= 0 ? near : this.#any_wanted();

			if (goal < 0)
				return false;
			if (near >= 0 ? this.#walk_back_from(goal) : this.#replay(goal))
				return true;
			/* The way to a broken state is one that may end anywhere. */
			if (this.#is_broken(goal))
				this.#next_op[goal] = this.#ops.length;
			if (this.#wants(this.#here))
				return true;
		}
	}

	/* The nearest state with work left, over known steps; -1 if none is near. */
	#nearest(): number {
		const queue = [this.#here];

		this.#stamp++;
		this.#stamps[this.#here] = this.#stamp;
		for (let i = 0; i < queue.length && i < SEARCH_STATES; i++) {
			const s = queue[i];
			const ways = this.#ways_from(s);

			for (let at = 0; at < ways.length; at += 2) {
				const to = ways[at];

				if (this.#stamps[to] === this.#stamp)
					continue;
				this.#stamps[to] = this.#stamp;
				this.#came_from[to] = s;
				this.#came_by[to] = ways[at + 1];
				if (this.#wants(to))
					return to;
				queue.push(to);
			}
		}
		return -1;
	}

	/* Where a state's known steps lead: state, operation, state, operation, ... */
	#ways_from(s: number): Int32Array {
		const n = this.#ops.length;
		const known = this.#ways[s];

		if (known !== undefined)
			return known;
		const ways: number[] = [];

		for (let number = 0; number < n && !this.#is_broken(s); number++) {
			const to = this.#edges[s * n + number];

			if (to >= 0 && to !== s && !ways.some((w, i) => (i & 1) === 0 && w === to))
				ways.push(to, number);
		}
		const packed = Int32Array.from(ways);

		if (this.#next_op[s] >= n)
			this.#ways[s] = packed;
		return packed;
	}

	#walk_back_from(goal: number): boolean {
		const steps: number[] = [];

		for (let s = goal; s !== this.#here; s = this.#came_from[s])
			steps.push(this.#came_by[s]);
		for (let i = steps.length - 1; i >= 0; i--)
			if (!this.#do(steps[i]))
				return false;
		return true;
	}

	#any_wanted(): number {
		const n = this.#states();

		for (; this.#cursor < n; this.#cursor++)
			if (this.#wants(this.#cursor))
				return this.#cursor;
		return -1;
	}

	/* Boot, and do what first led to a state. */
	#replay(goal: number): boolean {
		if (goal >= this.#parents.length)
			this.#shortest_ways();
		this.#reboot();
		return this.#way_to(goal).every((number) => this.#do(number));
	}

	/* Go on where a crash has put an end to it, if that is known to be near. */
	#return_to(goal: number): void {
		if (this.#states() > GROWTH * this.#parents.length)
			this.#shortest_ways();
		if (goal < this.#parents.length && !this.#is_broken(goal) && this.#wants(goal))
			this.#way_to(goal).every((number) => this.#do(number));
	}

	#way_to(goal: number): number[] {
		const steps: number[] = [];

		for (let s = goal; s !== 0; s = this.#parents[s])
			steps.push(this.#parent_ops[s]);
		return steps.toReversed();
	}

	/* Breadth first over all known steps: the shortest way to each state. */
	#shortest_ways(): void {
		const n = this.#ops.length;
		const states = this.#states();
		const queue = new Int32Array(states);
		let tail = 1;

		this.#depths = new Int16Array(states).fill(-1);
		this.#parents = new Int32Array(states);
		this.#parent_ops = new Int32Array(states);
		this.#depths[0] = 0;
		for (let head = 0; head < tail; head++) {
			const s = queue[head];

			if (this.#is_broken(s))
				continue;
			for (let number = 0; number < n; number++) {
				const to = this.#edges[s * n + number];

				if (to < 0 || this.#depths[to] >= 0)
					continue;
				this.#depths[to] = this.#depths[s] + 1;
				this.#parents[to] = s;
				this.#parent_ops[to] = number;
				queue[tail++] = to;
			}
		}
	}

	/* The operations of a way through canonical states, on a machine that boots. */
	#concrete(numbers: number[]): space_op[] {
		const machine = new world(this.#o.size, this.#o.driver);
		const seen = empty_observation(this.#o.size);
		const path = numbers.map((number) => {
			machine.observe(seen);
			this.#canon.key(seen);
			const o = this.#ops[this.#images[this.#undo[this.#canon.chosen]][number]];

			machine.run(o);
			return o;
		});

		machine.end();
		return path;
	}

	#findings(): finding[] {
		const found = [...this.#found.values()]
			.toSorted((a, b) => a.property - b.property || (a.kind < b.kind ? -1 : 1))
			.map((list): finding => ({
				property: this.#o.properties[list.property].name, kind: list.kind,
				path: this.#concrete(this.#shortest_of(list)), count: list.states.length,
				other: null, complaint: null,
			}));
		const history = this.#history ? this.#history_finding() : null;

		return history === null ? found : [...found, history];
	}

	#shortest_of(list: violations): number[] {
		let best = 0;
		const depth = (i: number): number => {
			const d = this.#depths[list.states.items[i]];

			return d < 0 ? Infinity : d;
		};

		for (let i = 1; i < list.states.length; i++)
			if (depth(i) < depth(best))
				best = i;
		return [...this.#way_to(list.states.items[best]), list.ops.items[best]];
	}

	/* Two states of one cause with different guests, reached in the fewest operations. */
	#history_finding(): finding | null {
		let best: [number, number] | null = null;
		let count = 0;
		const length = (s: number): number => s < this.#depths.length ? this.#depths[s] : 0x7fff;

		for (const guests of this.#causes.values()) {
			if (guests.size < 2)
				continue;
			count++;
			const [a, b] = [...guests.values()].toSorted((x, y) => length(x) - length(y));

			if (best === null || length(a) + length(b) < length(best[0]) + length(best[1]))
				best = [a, b];
		}
		if (best === null)
			return null;
		const [first, second] = best.map((s) => this.#concrete(this.#way_to(s)));

		return {
			property: "history-free", kind: second.at(-1)!.kind, path: second, count,
			other: first, complaint: null,
		};
	}
}
