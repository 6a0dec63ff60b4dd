// SPDX-License-Identifier: GPL-2.0-only
/*
 * A worker of a search: a machine that walks through the space.
 *
 * A state of the simulated kernel is spread over the whole of it and cannot be put aside and
 * taken up again. It need not be: operations undo one another. In each state the worker does an
 * operation that nobody has done there; where all are done, it goes to the nearest state that has
 * one left, over steps that are known. Each worker has its part of the states; when nothing is left
 * in it, it helps with the others'.
 *
 * A step that is done a second time, by whomever, must lead where it led the first time: otherwise
 * the canonical form leaves something out that matters, or what it identifies is not the same,
 * and the search ends with an error that says so.
 */
import { lockdep_orders } from "#linux/lockdep.h";
import { HOST_FIELDS } from "./canon.ts";
import { CORRUPT, CRASH, ENDLESS, UNTRIED, type state_graph } from "./graph.ts";
import { number_list } from "./number_list.ts";
import type { step } from "./properties.ts";
import { make, op_text, type op_kind, type space_op } from "./space.ts";
import { is_corrupt, is_endless, space_tables } from "./tables.ts";
import { way_finder } from "./ways.ts";
import { VFIO_AP, empty_observation, world, type observation, type outcome } from "./world.ts";

/**
 * struct walk_round - what a worker is to do
 * @depths: operations that it takes to get to each state; null to do all there is
 * @level: only in states that take fewer
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

/** struct walk_report - what a worker saw; @orders: see lock_orders() */
export interface walk_report {
	violations: violations[];
	orders: string[];
}

/* Whose work a worker looks for: its own, or anybody's. */
const MINE = 0;
const ANY = 1;
const WHOSE = 2;

/* After so many operations a worker looks whether it has as many of its own again, and tells. */
const HELP = 1000;
const TELL = 10000;

/* v12 gives no room for another mdev back: 65536 are all that a boot can have. */
const BIRTHS = 65000;

/** What stands between two locks, the first and the second. */
export const BETWEEN = "\t";

/** lock_orders - in which orders locks were taken since boot */
export function lock_orders(): string[] {
	return lockdep_orders().map((order) => order.join(BETWEEN));
}

/* What properties ask of an operation besides where it leads: APCB updates (none, one, more), resets. */
const MORE = 2;
const MANY_RESETS = 15;

function deed_of({ ev }: outcome): number {
	let updates = 0, resets = 0;

	for (let i = 0; i < ev.length; i++) {
		updates += ev[i][0] === "apcb" ? 1 : 0;
		resets += ev[i][0] === "zapq" ? 1 : 0;
	}
	return Math.min(MANY_RESETS, resets) << 2 | Math.min(MORE, updates);
}

function deed_text(deed: number): string {
	return `${["no update", "an update", "several updates"][deed & 3]} and ${deed >>> 2} resets`;
}

class violation_list {
	states = new number_list();
	ops = new number_list();
}

/**
 * class walker - the worker number @me of @workers
 */
export class walker {
	#t: space_tables;
	#graph: state_graph;
	#me: number;
	#workers: number;
	#told: () => void;
	#ways: way_finder;
	#next: Uint16Array;
	#helping = false;
	#depths: Int16Array | null = null;
	#level = 0;
	#found = new Map<string, violation_list>();
	#orders = new Set<string>();
	#machine!: world;
	#before: observation;
	#after: observation;
	#here = 0;
	#renaming = 0;
	#end_of_mdev: space_op[][];
	#rebinding: space_op[][];
	#replugging: space_op[][];

	/** @told: called now and then, to show how far the search is */
	constructor(
		tables: space_tables, graph: state_graph, me: number, workers: number, told: () => void,
	) {
		this.#t = tables;
		this.#graph = graph;
		this.#me = me;
		this.#workers = workers;
		this.#told = told;
		this.#ways = new way_finder(graph, tables, WHOSE);
		this.#next = new Uint16Array(graph.rules.length);
		const { size } = tables.plan;

		this.#before = empty_observation(size);
		this.#after = empty_observation(size);
		this.#end_of_mdev = this.#after.mdevs.map((_, m) => [make("close", { m }), make("destroy", { m })]);
		this.#rebinding = this.#after.queues.map((_, q) => {
			const at = { apid: Math.floor(q / size.domains), apqi: q % size.domains };

			return [make("unbind", at), make("bind", at)];
		});
		this.#replugging = this.#rebinding.map(([{ apid }]) => [
			make("host_adapter", { id: apid }), make("host_adapter", { id: apid }),
		]);
	}

	/** run - do what is to be done in a round */
	run({ depths, level }: walk_round): walk_report {
		this.#depths = depths;
		this.#level = level;
		this.#boot();
		for (let n = 1; this.#graph.count("full") === 0 && this.#go_to_work(); n++) {
			this.#expand();
			if (n % HELP === 0 && this.#helping)
				this.#helping = this.#graph.left_for(this.#me, this.#workers) < HELP;
			if (this.#machine.births >= BIRTHS)
				this.#reboot();
			if (n % TELL === 0)
				this.#told();
		}
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
		this.#machine = new world(this.#t.plan.size, this.#t.driver);
		this.#machine.observe(this.#after);
		this.#arrive(this.#number_of(this.#after));
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

	/* The machine is in the state that was observed last. */
	#arrive(state: number): void {
		this.#here = state;
		this.#renaming = this.#t.canon.chosen;
		[this.#before, this.#after] = [this.#after, this.#before];
	}

	#number_of(s: observation): number {
		const { canon, ops } = this.#t;

		return this.#graph.find_or_add(canon.key(s), HOST_FIELDS, (state) => {
			this.#graph.rules[state] = this.#t.broken_in(s);
			return this.#t.fill_row(s, canon.chosen, this.#graph.edges, state * ops.length);
		});
	}

	/* Whether a state is one to do operations in, and has one left. */
	#wants(s: number): boolean {
		if (!this.#may_expand(s))
			return false;
		if (!this.#helping && this.#graph.worker_of(s, this.#workers) !== this.#me)
			return false;
		return this.#next_of(s) < this.#t.ops.length;
	}

	#may_expand(s: number): boolean {
		return this.#depths === null || (s < this.#depths.length && this.#depths[s] < this.#level);
	}

	/* The first operation that nobody has done in a state yet. */
	#next_of(s: number): number {
		const n = this.#t.ops.length;
		let next = this.#next[s];

		while (next < n && this.#graph.edge(s, next) !== UNTRIED)
			next++;
		this.#next[s] = next;
		return next;
	}

	/* Go to a state that has work left; returns false if there is none. */
	#go_to_work(): boolean {
		for (;;) {
			const way = this.#ways.to_work(this.#here, this.#helping ? ANY : MINE, (s) => this.#wants(s));

			if (way === null) {
				if (!this.#look_elsewhere())
					return false;
				continue;
			}
			if (this.#walk(way) && this.#wants(this.#here))
				return true;
		}
	}

	/* Over known steps; what is on the way is not looked at, only where it ends. */
	#walk(way: number[]): boolean {
		while (way.length > 1) {
			const op = way.pop()!;

			if (!(this.#t.group.composes ? this.#pass(op) : this.#do(op)))
				return false;
		}
		return way.length === 0 || this.#do(way[0]);
	}

	/* Do an operation that was done here before, and take for granted where it leads. */
	#pass(op: number): boolean {
		const concrete = this.#t.concrete(op, this.#renaming);

		this.#graph.add("executed", 1);
		if (this.#machine.run(this.#t.ops[concrete]).crash !== null)
			throw this.#differs(op, this.#graph.edge(this.#here, op), CRASH, concrete);
		this.#renaming = this.#t.group.compose(this.#renaming, this.#graph.turn(this.#here, op));
		this.#here = this.#graph.edge(this.#here, op);
		return true;
	}

	#differs(op: number, before: number, now: number, concrete: number): Error {
		return new Error(`state ${this.#here}, operation ${op}, ${
			op_text(this.#t.ops[concrete], this.#t.plan.size)}: led to ${before} before, to ${
			now} now: the canonical form leaves something out`);
	}

	#acts_otherwise(op: number, before: number, now: number, concrete: number): Error {
		return new Error(`state ${this.#here}, operation ${op}, ${
			op_text(this.#t.ops[concrete], this.#t.plan.size)}: ${deed_text(before)} before, ${
			deed_text(now)} now: what is taken for interchangeable is not`);
	}

	/*
	 * No way from here to what is mine: there is none, or there is from the first state; then to the
	 * others' work; or there will be some, when an operation that another is doing leads to a new state.
	 */
	#look_elsewhere(): boolean {
		if (!this.#helping && this.#graph.left_for(this.#me, this.#workers) === 0) {
			this.#helping = true;
			return true;
		}
		if (this.#here !== 0) {
			this.#reboot();
			return true;
		}
		if (this.#helping)
			return this.#depths === null && this.#graph.wait_for_work();
		this.#helping = true;
		return true;
	}

	/* Do an operation that is left here, and undo it if that has not been done there yet. */
	#expand(): void {
		const from = this.#here;
		const op = this.#next_of(from);

		/* Another may have been faster. */
		if (op === this.#t.ops.length)
			return;
		const undo = this.#t.undo_of(this.#t.concrete(op, this.#renaming));

		if (!this.#do(op) || this.#here === from || undo < 0)
			return;
		const back = this.#t.images[this.#renaming][undo];

		if (this.#may_expand(this.#here) && this.#graph.edge(this.#here, back) === UNTRIED)
			this.#do(back);
	}

	/* Do an operation of the canonical state; returns false if the machine is elsewhere then. */
	#do(op: number): boolean {
		const from = this.#here;
		const concrete = this.#t.concrete(op, this.#renaming);
		const o = this.#t.ops[concrete];
		const result = this.#machine.run(o);
		const to = this.#outcome(result);

		this.#graph.add("executed", 1);
		const deed = deed_of(result);
		const known = this.#graph.settle(from, op, to, this.#turn(to), deed);

		if (known === UNTRIED)
			this.#judge(from, op, to, { before: this.#before, after: this.#after, op: o, result });
		else if (known !== to)
			throw this.#differs(op, known, to, concrete);
		else if (to >= 0 && this.#graph.deed(from, op) !== deed)
			throw this.#acts_otherwise(op, this.#graph.deed(from, op), deed, concrete);
		if (to >= 0) {
			this.#arrive(to);
			return true;
		}
		if (result.crash !== null || !this.#heal())
			this.#reboot();
		return false;
	}

	/* From the names that the state left uses to those of the one that was observed last. */
	#turn(to: number): number {
		const { group, canon } = this.#t;

		return to >= 0 && group.composes ? group.compose(group.inverse[this.#renaming], canon.chosen) : 0;
	}

	#outcome(result: outcome): number {
		if (result.crash !== null)
			return result.crash === "hang" ? ENDLESS : CRASH;
		this.#machine.observe(this.#after);
		if (is_endless(this.#after))
			return ENDLESS;
		return is_corrupt(this.#after) ? CORRUPT : this.#number_of(this.#after);
	}

	/*
	 * What points to freed memory, is held for nobody or has become a cycle goes away with its
	 * queue or its mdev. If then the machine looks like one that is known, it is as good as that
	 * one: what an operation leads to is compared on every later step.
	 */
	#heal(): boolean {
		for (const o of is_endless(this.#after) ? this.#opening() : this.#remedies()) {
			this.#graph.add("executed", 1);
			if (this.#machine.run(o).crash !== null)
				return false;
		}
		this.#machine.observe(this.#after);
		if (is_endless(this.#after) || is_corrupt(this.#after))
			return false;
		const state = this.#graph.find(this.#t.canon.key(this.#after));

		if (state < 0)
			return false;
		this.#arrive(state);
		return true;
	}

	/* A queue that still interrupts after it was bound again stops when its adapter goes. */
	#remedies(): space_op[] {
		const { mdevs, queues } = this.#after;

		return [
			...mdevs.flatMap((m, i) => m.strays === 0 && m.pins === 0 && m.iscs === 0 ? [] :
				this.#ending(i)),
			...queues.flatMap((q, i) => q.driver !== VFIO_AP ||
				!(q.link > mdevs.length || q.isc || q.iova) ? [] :
				[...this.#rebinding[i], ...q.irq ? this.#replugging[i] : []]),
		];
	}

	/* A cycle is open when its queues are unbound; to remove the mdev before is to walk along it. */
	#opening(): space_op[] {
		const { mdevs, queues } = this.#after;
		const linked = this.#rebinding.filter((_, i) => queues[i].driver === VFIO_AP &&
			(queues[i].link !== 0 || queues[i].chained !== 0));

		return [
			...linked.map(([unbind]) => unbind), ...mdevs.flatMap((_, i) => this.#ending(i)),
			...linked.map(([, bind]) => bind),
		];
	}

	#ending(m: number): space_op[] {
		const { born, guest } = this.#after.mdevs[m];

		return guest ? this.#end_of_mdev[m] : born !== 0 ? this.#end_of_mdev[m].slice(1) : [];
	}

	#judge(from: number, op: number, to: number, t: step): void {
		if (to === ENDLESS)
			return;
		const { rules, harmless, in_ } = this.#t;
		const broken = this.#graph.rules[from];

		/* What follows from something broken is no finding of its own, short of the end. */
		if ((broken & ~harmless) !== 0 && to !== CRASH)
			return;
		const after = to >= 0 ? this.#graph.rules[to] : to === CORRUPT ? this.#t.broken_in(t.after) : 0;

		for (let i = 0; i < rules.length; i++) {
			const { name, step: check } = rules[i];

			if (((after & ~broken) >>> i & 1) !== 0 ||
			    (check !== undefined && (to !== CRASH || name.startsWith("no-")) && check(t, in_) !== null))
				this.#note(i, t.op.kind, from, op);
		}
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
