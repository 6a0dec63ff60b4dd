// SPDX-License-Identifier: GPL-2.0-only
/*
 * A worker of a search: a machine that walks through the space.
 *
 * In each state the worker does the operations that no worker has done there. If the new state has
 * work left, the worker goes on from there. It comes back by undoing what was written (journal.ts).
 * It goes at most DEPTH operations deep. If nothing is left to do within that depth, it goes to the
 * nearest state that has work left, over known steps. Each worker has its own part of the states.
 * When nothing is left in its part, it helps the others.
 *
 * A step that is done a second time must lead to the same state as the first time, in whatever
 * worker. If it does not, the canonical form leaves out something that matters, or it identifies
 * states that are not the same. The search then ends with an error that says so. To check this,
 * workers do some steps again on purpose.
 */
import { lockdep_orders } from "#linux/lockdep.h";
import { free_held_locks } from "#linux/rwsem.h";
import { current } from "#linux/sched.h";
import { HOST_FIELDS } from "./canon.ts";
import { CORRUPT, CRASH, ENDLESS, NOT_HERE, UNTRIED, type state_graph } from "./graph.ts";
import { forget, journal_length, undo, wrote_nothing } from "./journal.ts";
import { number_list } from "./number_list.ts";
import type { step } from "./properties.ts";
import { op_text, type machine_size, type op_kind } from "./space.ts";
import { is_corrupt, is_endless, space_tables } from "./tables.ts";
import { way_finder } from "./ways.ts";
import { empty_observation, world, type observation, type outcome } from "./world.ts";

/**
 * struct walk_round - what a worker is to do
 * @depths: the number of operations from boot to each state; null to do everything
 * @level: work only in states with a smaller number
 */
export interface walk_round {
	depths: Int16Array | null;
	level: number;
}

/** struct violations - transitions that break a property: each an operation in a state */
export interface violations {
	property: number;
	kind: op_kind;
	states: Int32Array;
	ops: Int32Array;
}

/** struct walk_report - the findings of a worker; @orders: see lock_orders() */
export interface walk_report {
	violations: violations[];
	orders: string[];
}

/* Whose work a worker looks for: its own, or anybody's. */
const MINE = 0;
const ANY = 1;
const WHOSE = 2;

/* A worker goes this many operations deep. A longer journal keeps more objects alive: V8 slows. */
const DEPTH = 10;
/*
 * From there, this many operations deeper it does operations on control domains alone: what the
 * others lead to is concluded from them.
 */
const DEPTH_OF_CONTROL = 8;
/*
 * At one in this many arrivals in states without work, an operation is done again. If the state
 * has new names, this many are.
 */
const AGAIN = 16;
const AGAIN_RENAMED = 8;
/* A worker helps others until this much is left to do in its own part again. */
const HELP = 1000;
/* One in this many conclusions about independent operations is tried nevertheless. */
const TRY = 32;
/* This many ways into a state are kept for such conclusions. */
const WAYS_IN = 8;
/* v12 never raises available_instances again: a boot can create 65536 mdevs in all. */
const BIRTHS = 65000;

/** What separates the two locks of an order. */
export const BETWEEN = "\t";

/** lock_orders - in which orders locks were taken since boot */
export function lock_orders(): string[] {
	return lockdep_orders().map((order) => order.join(BETWEEN));
}

/*
 * What the properties need to know of an operation besides the new state: how often it updated
 * an APCB (never, once, more often), and how many queues it reset.
 */
const MORE = 2;
const MANY_RESETS = 15;
/* The operation broke a property. */
const FLAWED = 64;

function deed_of({ ev }: outcome): number {
	let updates = 0, resets = 0;

	for (let i = 0; i < ev.length; i++) {
		updates += ev[i][0] === "apcb" ? 1 : 0;
		resets += ev[i][0] === "zapq" ? 1 : 0;
	}
	return Math.min(MANY_RESETS, resets) << 2 | Math.min(MORE, updates);
}

function deed_text(deed: number): string {
	return `${["no update", "an update", "several updates"][deed & 3]} and ${deed >>> 2 & MANY_RESETS} resets${
		(deed & FLAWED) === 0 ? "" : ", wrong"}`;
}

/** class ways_in - the last few steps that led to each state */
class ways_in {
	from: Int32Array;
	ops: Uint16Array;
	#next: Uint8Array;
	#kept: ReadonlySet<number>;
	#room: number;

	/**
	 * @states: the greatest number of states; memory that is not used costs nothing
	 * @kept: the operations that only each other displace; they have half of the room
	 */
	constructor(states: number, kept: ReadonlySet<number>) {
		this.from = new Int32Array(states * WAYS_IN);
		this.ops = new Uint16Array(states * WAYS_IN);
		this.#next = new Uint8Array(2 * states);
		this.#kept = kept;
		this.#room = kept.size === 0 ? 0 : WAYS_IN / 2;
	}

	/** add - note that an operation leads to a state from another one */
	add(to: number, from: number, op: number): void {
		const kept = this.#kept.has(op);
		const first = kept ? 0 : this.#room;
		const room = kept ? this.#room : WAYS_IN - this.#room;
		const at = to * WAYS_IN + first + this.#next[2 * to + Number(kept)]++ % room;

		this.from[at] = from + 1;
		this.ops[at] = op;
	}
}

class violation_list {
	states = new number_list();
	ops = new number_list();
}

/**
 * class place - where a machine is
 * @state: the number of the state, or how the last operation ended
 * @renaming: from the machine's names to those of the canonical form
 * @seen: what can be observed
 * @written: the length of the journal there
 */
class place {
	state = 0;
	renaming = 0;
	written = 0;
	seen: observation;

	constructor(size: machine_size) {
		this.seen = empty_observation(size);
	}
}

/* In place of a renaming: the names that the state has on the machine now. */
function name_bit({ renaming }: place): number {
	return 1 << (renaming & 7);
}

/**
 * class walker - the worker number @me of @workers
 */
export class walker {
	#t: space_tables;
	#graph: state_graph;
	#me: number;
	#workers: number;
	#ways: way_finder;
	#next: Uint16Array;
	#helping = false;
	#depths: Int16Array | null = null;
	#level = 0;
	#found = new Map<string, violation_list>();
	#orders = new Set<string>();
	#machine!: world;
	#places: place[];
	#behind: place;
	#arrivals = 0;
	#checks = 0;
	#names: Uint8Array;
	#executed = 0;
	#ways_in: ways_in | null;
	#concluded = 0;

	constructor(tables: space_tables, graph: state_graph, me: number, workers: number) {
		const { size } = tables.plan;

		this.#t = tables;
		this.#graph = graph;
		this.#me = me;
		this.#workers = workers;
		this.#ways = new way_finder(graph, tables, WHOSE);
		this.#next = new Uint16Array(graph.rules.length);
		this.#names = new Uint8Array(graph.rules.length);
		this.#places = Array.from(
			{ length: DEPTH + DEPTH_OF_CONTROL + 1 }, () => new place(size));
		this.#behind = new place(size);
		this.#ways_in = tables.independence === null
			? null : new ways_in(graph.rules.length, tables.independence.controls);
	}

	/** run - do the work of a round */
	run({ depths, level }: walk_round): walk_report {
		this.#depths = depths;
		this.#level = level;
		this.#boot();
		while (!this.#graph.stopped() && this.#go_to_work())
			this.#go_down();
		this.#end();
		return { violations: this.#violations(), orders: [...this.#orders] };
	}

	#violations(): violations[] {
		return [...this.#found].map(([key, list]): violations => {
			const [property, kind] = key.split(" ");

			return {
				property: Number(property), kind: kind as op_kind,
				states: list.states.items.slice(0, list.states.length),
				ops: list.ops.items.slice(0, list.ops.length),
			};
		});
	}

	#boot(): void {
		const [first] = this.#places;

		this.#machine = new world(this.#t.plan.size, this.#t.driver);
		this.#machine.observe(first.seen);
		first.state = this.#number_of(first.seen);
		first.renaming = this.#t.canon.chosen;
	}

	#end(): void {
		for (const order of lock_orders())
			this.#orders.add(order);
		this.#machine.end();
	}

	#reboot(): void {
		this.#end();
		this.#graph.add("boots", 1);
		this.#boot();
	}

	#number_of(s: observation): number {
		const { canon, ops } = this.#t;

		return this.#graph.find_or_add(canon.key(s), HOST_FIELDS, (state) => {
			this.#graph.rules[state] = this.#t.broken_in(s);
			return this.#t.fill_row(s, canon.chosen, this.#graph.edges,
				state * ops.length);
		});
	}

	/* Whether the worker is to do operations in this state, and one of the first is left. */
	#wants(s: number, first = this.#t.order.length): boolean {
		if (this.#depths !== null &&
			(s >= this.#depths.length || this.#depths[s] >= this.#level))
			return false;
		if (!this.#helping && this.#graph.worker_of(s, this.#workers) !== this.#me)
			return false;
		return this.#next_of(s) < first;
	}

	/* The first operation that nobody has done in a state yet, by its place in the order. */
	#next_of(s: number): number {
		const { order } = this.#t;
		let next = this.#next[s];

		while (next < order.length && this.#graph.edge(s, order[next]) !== UNTRIED)
			next++;
		this.#next[s] = next;
		return next;
	}

	/* How many operations, of the first, may be done that deep. */
	#first_at(depth: number): number {
		const { order, controls } = this.#t;

		return depth < DEPTH ? order.length : depth < DEPTH + DEPTH_OF_CONTROL
			? controls : 0;
	}

	/* Do everything that is left in the state and in those after it, and come back. */
	#go_down(): void {
		let depth = 0;

		forget();
		while (depth >= 0 && !this.#graph.stopped()) {
			const from = this.#places[depth];

			if (!this.#wants(from.state, this.#first_at(depth))) {
				depth--;
				undo(depth < 0 ? 0 : this.#places[depth].written);
				continue;
			}
			const to = this.#places[depth + 1];
			const op = this.#t.order[this.#next_of(from.state)];

			if (this.#conclude(from, op) || !this.#do(from, op, to))
				continue;
			if (to.state >= 0 && this.#wants(to.state, this.#first_at(depth + 1))) {
				to.written = journal_length();
				this.#names[to.state] |= name_bit(to);
				depth++;
				continue;
			}
			if (to.state >= 0)
				this.#do_again(to);
			undo(from.written);
			free_held_locks();
		}
		this.#graph.add("executed", this.#executed);
		this.#executed = 0;
	}

	/*
	 * Conclude where an operation leads without doing it. Let another operation have led from
	 * the state before to this one, and let the two be independent. If this operation was done
	 * in the state before, and the other one after it, then this one leads to the same state
	 * as these two did. If it absorbs the other one, it leads where it led without it.
	 * Returns whether that is known.
	 */
	#conclude(at: place, op: number): boolean {
		if (this.#ways_in === null)
			return false;
		const { from, ops } = this.#ways_in;

		for (let way = at.state * WAYS_IN; way < (at.state + 1) * WAYS_IN; way++) {
			if (from[way] === 0 ||
				!this.#concluded_by(at.state, op, from[way] - 1, ops[way]))
				continue;
			if (++this.#concluded % TRY === 0)
				this.#try(at, op);
			return true;
		}
		return false;
	}

	/* The same for one way into the state: from @before by @last. */
	#concluded_by(state: number, op: number, before: number, last: number): boolean {
		const { group, images, harmless, independence } = this.#t;
		const graph = this.#graph;
		const back = group.inverse[graph.turn(before, last)];
		const first = images[back][op];

		if (!independence!.ever(first, last))
			return false;
		const aside = graph.edge(before, first);

		if (aside < 0 || (graph.deed(before, first) & FLAWED) !== 0 ||
			(graph.rules[before] & ~harmless) !== 0)
			return false;
		const turn = graph.turn(before, first);
		const then = images[turn][last];
		const absorbed = independence!.absorbs(first, last);
		const to = absorbed ? aside : graph.edge(aside, then);

		if (to < 0 || (absorbed && aside === before) ||
		    (graph.rules[to] & ~graph.rules[state]) !== 0 ||
		    !independence!.holds(graph.key_of(before), first, last))
			return false;
		const turned = group.compose(back, turn);

		this.#settle(state, op, to,
			absorbed ? turned : group.compose(turned, graph.turn(aside, then)),
			graph.deed(before, first));
		return true;
	}

	#try(at: place, op: number): void {
		const written = journal_length();

		this.#do(at, op, this.#behind);
		undo(written);
		free_held_locks();
	}

	/* Write down where an operation led, or check that it led there before. */
	#settle(state: number, op: number, to: number, turn: number, deed: number): boolean {
		const known = this.#graph.settle(state, op, to, turn, deed);

		if (known === UNTRIED) {
			if (to >= 0 && to !== state)
				this.#ways_in?.add(to, state, op);
			return true;
		}
		if (known !== to)
			throw this.#differs(state, op, known, to);
		if (to >= 0 && this.#graph.deed(state, op) !== deed)
			throw this.#acts_otherwise(state, op, this.#graph.deed(state, op), deed);
		return false;
	}

	/*
	 * How many operations to do again: several if the state has other names than before, else
	 * one at some of the arrivals.
	 */
	#worth(at: place): number {
		const known = this.#names[at.state] & name_bit(at);

		this.#names[at.state] |= name_bit(at);
		if (known === 0)
			return AGAIN_RENAMED;
		return ++this.#arrivals % AGAIN === 0 ? 1 : 0;
	}

	/* Do operations again: they must lead where they led before, whatever led to the state. */
	#do_again(at: place): void {
		const written = journal_length();

		for (let left = this.#worth(at); left > 0; left--) {
			const op = this.#checks++ % this.#t.ops.length;
			const known = this.#graph.edge(at.state, op);

			if (known === UNTRIED || known === NOT_HERE)
				continue;
			this.#do(at, op, this.#behind);
			undo(written);
			free_held_locks();
		}
	}

	/*
	 * Do an operation, given by its name in the canonical form. Returns whether it wrote
	 * anything. If so, @to is where it leads.
	 */
	#do(from: place, op: number, to: place): boolean {
		const { state } = from;
		const concrete = this.#t.concrete(op, from.renaming);
		const o = this.#t.ops[concrete];
		const written = journal_length();
		const result = this.#machine.run(o);

		this.#executed++;
		const wrote = result.crash !== null || current.held.length !== 0 ||
			!wrote_nothing(written);
		const there = wrote ? this.#arrive(result, to) : from;
		const t: step = { before: from.seen, after: there.seen, op: o, result };
		const wrong = this.#judge(state, there.state, t);
		const deed = deed_of(result) | (wrong === 0 ? 0 : FLAWED);

		if (this.#settle(state, op, there.state, this.#turn(from, there), deed))
			this.#note_all(wrong, o.kind, state, op);
		return wrote;
	}

	/* Observe the machine and find its state. */
	#arrive({ crash }: outcome, at: place): place {
		const { seen } = at;

		if (crash !== null) {
			at.state = crash === "hang" ? ENDLESS : CRASH;
			return at;
		}
		this.#machine.observe(seen);
		if (is_endless(seen))
			at.state = ENDLESS;
		else if (is_corrupt(seen) || current.held.length !== 0)
			at.state = CORRUPT;
		else
			at.state = this.#number_of(seen);
		at.renaming = this.#t.canon.chosen;
		return at;
	}

	/* Translate from the names of the state that was left to those of the last observed one. */
	#turn(from: place, to: place): number {
		const { group } = this.#t;

		return to.state >= 0 && group.composes
			? group.compose(group.inverse[from.renaming], to.renaming) : 0;
	}

	/* Go to a state that has work left; returns false if there is none. */
	#go_to_work(): boolean {
		if (this.#machine.births >= BIRTHS)
			this.#reboot();
		if (this.#helping)
			this.#helping = this.#graph.left_for(this.#me, this.#workers) < HELP;
		for (;;) {
			const way = this.#ways.to_work(this.#places[0].state,
				this.#helping ? ANY : MINE,
				(s) => this.#wants(s));

			if (way === null) {
				if (!this.#look_elsewhere())
					return false;
				continue;
			}
			while (way.length > 0)
				this.#pass(way.pop()!);
			if (this.#wants(this.#places[0].state))
				return true;
		}
	}

	/*
	 * There is no way from here to work of my own. There may be one from the first state. If
	 * not, go to the others' work. If there is none either, an operation that another worker
	 * is doing now may still lead to a new state.
	 */
	#look_elsewhere(): boolean {
		if (!this.#helping && this.#graph.left_for(this.#me, this.#workers) === 0) {
			this.#helping = true;
			return true;
		}
		if (this.#places[0].state !== 0) {
			this.#reboot();
			return true;
		}
		if (this.#helping)
			return this.#depths === null && this.#graph.wait_for_work();
		this.#helping = true;
		return true;
	}

	/* Go a known step. */
	#pass(op: number): void {
		const [here] = this.#places;

		if (this.#do(here, op, this.#behind))
			[this.#places[0], this.#behind] = [this.#behind, here];
	}

	#differs(state: number, op: number, before: number, now: number): Error {
		return new Error(`state ${state}, operation ${op}, ${
			op_text(this.#t.ops[op], this.#t.plan.size)}: led to ${before} before, to ${
			now} now: the canonical form leaves something out, or what is taken for independent is not`);
	}

	#acts_otherwise(state: number, op: number, before: number, now: number): Error {
		return new Error(`state ${state}, operation ${op}, ${
			op_text(this.#t.ops[op], this.#t.plan.size)}: ${deed_text(before)} before, ${
			deed_text(now)} now: what is taken for interchangeable or independent is not`);
	}

	/* The properties that a step breaks, a bit each. */
	#judge(from: number, to: number, t: step): number {
		if (to === ENDLESS)
			return 0;
		const { rules, harmless, in_ } = this.#t;
		const broken = this.#graph.rules[from];
		let wrong = 0;

		/* If something was broken before, only a crash is a finding of its own. */
		if ((broken & ~harmless) !== 0 && to !== CRASH)
			return 0;
		const after = to >= 0 ? this.#graph.rules[to] : to === CORRUPT
			? this.#t.broken_in(t.after) : 0;

		for (let i = 0; i < rules.length; i++) {
			const { name, step: check } = rules[i];

			if (((after & ~broken) >>> i & 1) !== 0 ||
			    (check !== undefined && (to !== CRASH || name.startsWith("no-")) &&
			     check(t, in_) !== null))
				wrong |= 1 << i;
		}
		return wrong;
	}

	#note_all(wrong: number, kind: op_kind, state: number, op: number): void {
		for (let i = 0; wrong >>> i !== 0; i++)
			if ((wrong >>> i & 1) !== 0)
				this.#note(i, kind, state, op);
	}

	#note(property: number, kind: op_kind, state: number, op: number): void {
		const key = `${property} ${kind}`;
		let list = this.#found.get(key);

		if (list === undefined)
			this.#found.set(key, list = new violation_list());
		list.states.push(state);
		list.ops.push(op);
	}
}
