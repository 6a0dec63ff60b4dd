// SPDX-License-Identifier: GPL-2.0-only
/*
 * Search for operations that break a rule, in all states of a small machine or on random walks on
 * a larger one. The search of all states boots a machine for a state, runs the path to it, and then
 * tries and undoes every operation. A walk boots a machine and never goes back: a machine that
 * watches its memory cannot undo.
 */
import type { driver } from "../../../drivers/s390/crypto/history/index.ts";
import { forget, undo } from "../journal.ts";
import { mdev_of, migration_machine, watches, type done, type watch } from "./machine.ts";
import { beginning, deed_groups, space_deeds, type deed, type yard } from "./operations.ts";
import { rules, what_ended, type rule, type wrong } from "./rules.ts";

/**
 * struct breach - a broken rule, and the shortest path to it that was found
 * @rule: the rule
 * @wrong: what is expected, and what happened
 * @key: identifies the breach: the rule, what is wrong, and where the kernel stopped
 * @watch: how the machine was set up
 * @path: the operations; the last one breaks the rule
 * @behind: the keys of the breaches earlier on the path
 * @count: how often it was found
 */
export interface breach {
	rule: rule;
	wrong: wrong;
	key: string;
	watch: watch;
	path: deed[];
	behind: string[];
	count: number;
}

/**
 * struct ground - what is searched
 * @yard: the size of the machine
 * @driver: the driver
 * @rules: the names of the rules that are checked
 * @faults: whether allocations fail and the hardware gives unknown answers
 */
export interface ground {
	yard: yard;
	driver: driver;
	rules: readonly string[];
	faults: boolean;
}

/* How many streams of an mdev may be open at a time, and how much may be written to one. */
const STREAMS = 2;
const DATA_DIGITS = 160;

const LEFT: rule = {
	name: "nothing-left", reason: "What nobody has is lost until the next boot.",
	source: "commits 65e05ec252a9, f21916ec4826", holds: () => null,
};

/*
 * How many operations are drawn for each one that a walk shall run: many cannot run where they are
 * drawn.
 */
const DRAWN = 4;

/** function_of - the driver's function in which the kernel stopped */
export function function_of({ message }: Error): string {
	return /, in (\w+)/.exec(message)?.[1] ?? "the kernel";
}

interface hit {
	rule: rule;
	wrong: wrong;
	key: string;
}

function hit_of(r: rule, found: wrong, at: string): hit {
	const actual = at === "" ? found.actual : `${found.actual} in ${at}`;

	return { rule: r, wrong: { ...found, actual }, key: `${r.name}: ${actual}` };
}

/* The rules that an operation breaks. A rule about the state counts if it held before. */
function hits_of(g: ground, d: done): hit[] {
	const seen = d.crash === null ? rules : rules.slice(0, 1);
	const was: done = { ...d, after: d.before };

	return seen.filter(({ name }) => g.rules.includes(name)).flatMap((r) => {
		const found = r.holds(d);

		return found === null || (r.state === true && r.holds(was) !== null) ? [] :
			[hit_of(r, found, d.crash === null ? "" : function_of(d.crash))];
	});
}

/* The breaches that stay in the state, so that later ones may follow from them. */
function lasting(hits: readonly hit[]): string[] {
	return hits.filter(({ rule: { name, state } }) => state === true || name === "nothing-left")
		.map(({ key }) => key);
}

function is_broken(d: done): boolean {
	return rules.some((r) => r.state === true && r.holds(d) !== null);
}

/* Switch the machine off, and look at what is left. */
function end_hit(machine: migration_machine): hit | null {
	const left = machine.end();

	if (left instanceof Error)
		return hit_of(rules[0]!,
			{ expected: "the kernel goes on", actual: what_ended(left) },
			function_of(left));
	const [first] = left;

	return first === undefined ? null :
		hit_of(LEFT, { expected: "nothing is left when the driver is gone",
			actual: `${first.split(" ").slice(0, 2).join(" ")} is left` }, "");
}

/* Whether an operation reaches the driver. What the environment refuses by itself is left out. */
function can({ op }: deed, { seen, memory_of }: migration_machine): boolean {
	const m = mdev_of(op);

	if (m === null)
		return true;
	const mdev = seen.mdevs.get(m);
	const streams = seen.streams.get(m)!;

	switch (op[0]) {
	case "create":
		return mdev === undefined;
	case "open":
		return mdev !== undefined && mdev.apcb === null;
	case "close": case "reset": case "pqap": case "mig_feature": case "mig_get":
		case "mig_size":
		return (mdev?.apcb ?? null) !== null;
	case "mig_state":
		return (mdev?.apcb ?? null) !== null &&
			(streams.length < STREAMS ||
				(op[2] !== "STOP_COPY" && op[2] !== "RESUMING"));
	case "mig_read":
		return streams.at(-1)?.out === true;
	case "mig_close":
		return streams.length > 0;
	case "mig_write": case "mig_carry":
		return streams.at(-1)?.out === false && memory_of(m).sent.length < DATA_DIGITS;
	default:
		return mdev !== undefined;
	}
}

/*
 * How far a path was played: to the first breach that is not known yet (@hit), or to a crash that
 * is known (@hit is null). @length counts the operations of the path up to there, @done has those
 * that could run.
 */
interface played {
	hit: hit | null;
	length: number;
	done: deed[];
	behind: string[];
}

/* Play a path, then switch the machine off, which is checked like an operation. */
function play(
	path: readonly deed[], on: watch, g: ground, known: ReadonlySet<string>,
): played | null {
	const machine = new migration_machine(g.yard, on, g.driver);
	const behind: string[] = [], doings: deed[] = [];

	for (const [i, d] of path.entries()) {
		if (!can(d, machine))
			continue;
		const after = machine.run(d);
		const hits = hits_of(g, after);
		const fresh = hits.find(({ key }) => !known.has(key));

		doings.push(d);
		if (fresh !== undefined || after.crash !== null) {
			machine.end();
			return { hit: fresh ?? null, length: i + 1, done: doings, behind };
		}
		behind.push(...lasting(hits));
	}
	const last = end_hit(machine);

	return last === null || known.has(last.key) || !g.rules.includes(last.rule.name) ? null :
		{ hit: last, length: path.length, done: doings, behind };
}

/* Leave out the operations that a breach does not need. */
function shorten(
	path: readonly deed[], on: watch, g: ground, key: string, known: ReadonlySet<string>,
): deed[] {
	let short = [...path];

	for (let size = short.length >> 1; size >= 1; size >>= 1)
		for (let at = short.length - size; at >= 0; at--) {
			const without = short.toSpliced(at, size);

			if (play(without, on, g, known)?.hit?.key === key)
				short = without;
		}
	return short;
}

/* Prefer a plain machine if the breach shows there, too. */
function simplest(
	path: readonly deed[], on: watch, g: ground, key: string, known: ReadonlySet<string>,
): watch {
	return on !== "plain" && play(path, "plain", g, known)?.hit?.key === key ? "plain" : on;
}

/* class collection - the breaches found, each once, with its shortest path */
class collection {
	found = new Map<string, breach>();

	known(): Set<string> {
		return new Set(this.found.keys());
	}

	add({ hit, behind }: { hit: hit; behind: string[] }, path: deed[], on: watch): void {
		const it = this.found.get(hit.key);

		if (it !== undefined)
			it.count++;
		if (it !== undefined && it.path.length <= path.length)
			return;
		this.found.set(hit.key, {
			rule: hit.rule, wrong: hit.wrong, key: hit.key, watch: on, path,
			behind: [...new Set(behind)],
			count: (it?.count ?? 0) + (it === undefined ? 1 : 0),
		});
	}
}

/* Random numbers that depend on the seed alone (xorshift). */
function numbers(seed: number): (below: number) => number {
	let state = seed >>> 0 || 1;

	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		state >>>= 0;
		return state % below;
	};
}

/*
 * Walk a path to its end. Each new breach is shortened and kept, and the path is played again. If a
 * known crash ends the machine, the operation that led to it is left out.
 */
function walk(path: deed[], on: watch, g: ground, found: collection): void {
	const again = () => play(path, on, g, found.known());

	for (let at = again(); at !== null; at = again()) {
		if (at.hit === null) {
			path.splice(at.length - 1, 1);
			continue;
		}
		const { key } = at.hit;
		const short = shorten(at.done, on, g, key, found.known());
		const shown = simplest(short, on, g, key, found.known());
		const { hit, behind } = play(short, shown, g, found.known())!;

		found.add({ hit: hit!, behind }, short, shown);
	}
}

/** struct walks_done - the result of random walks */
export interface walks_done {
	transitions: number;
	breaches: breach[];
}

/**
 * migration_walks - walk at random
 * @g: the machine, the driver and the rules
 * @walks: the number of walks
 * @steps: the number of operations of a walk
 * @seed: where the random numbers begin
 *
 * Return: the breaches found, each with its shortest path.
 */
export function migration_walks(g: ground, walks: number, steps: number, seed: number): walks_done {
	const all = deed_groups(g.yard);
	const groups = g.faults ? all : all.slice(0, -2);
	const found = new collection();

	for (let n = 0; n < walks; n++) {
		const next = numbers(Math.imul(seed + n + 1, 2654435761));
		const pick = <T>(list: readonly T[]): T => list[next(list.length)]!;
		const on = pick(Object.keys(watches) as watch[]);

		const begun = next(2) === 0 ? [] : beginning(g.yard);

		walk([...begun, ...Array.from({ length: DRAWN * steps }, () => pick(pick(groups)))],
			on, g, found);
	}
	return { transitions: walks * steps, breaches: [...found.found.values()] };
}

/** struct space_done - the result of a search; @complete: whether it saw every state */
export interface space_done {
	states: number;
	transitions: number;
	boots: number;
	depth: number;
	complete: boolean;
	breaches: breach[];
}

/* A state of the space: the path to it, and the breaches on that path. */
interface place {
	path: deed[];
	behind: string[];
}

/* class space - a machine's states, nearest first; operations are undone (journal.ts) */
class space {
	#g: ground;
	#places = new Set<string>();
	#left: place[] = [{ path: [], behind: [] }];
	found = new collection();
	boots = 0;
	transitions = 0;

	constructor(g: ground) {
		this.#g = g;
	}

	get states(): number {
		return this.#left.length;
	}

	get depth(): number {
		return this.#left.at(-1)!.path.length;
	}

	/**
	 * all - visit all states, up to a number of states and a depth
	 *
	 * Return: true if that were all.
	 */
	all(deeds: readonly deed[], max_states: number, depth: number): boolean {
		for (const at of this.#left) {
			if (at.path.length >= depth)
				return false;
			this.#leave(at, deeds);
			if (this.states >= max_states)
				return false;
		}
		return true;
	}

	#leave({ path, behind }: place, deeds: readonly deed[]): void {
		const machine = new migration_machine(this.#g.yard, "plain", this.#g.driver);

		this.boots++;
		for (const d of path)
			machine.run(d);
		forget();
		this.#places.add(machine.key());
		const here = machine.save();

		for (const d of deeds.filter((it) => can(it, machine))) {
			this.#step(machine, d, path, behind);
			undo(0);
			machine.restore(here);
		}
		machine.end();
	}

	#step(
		machine: migration_machine, d: deed, path: readonly deed[],
		behind: readonly string[],
	): void {
		const after = machine.run(d);
		const hits = hits_of(this.#g, after);
		const there = [...path, d];

		this.transitions++;
		for (const hit of hits)
			this.found.add({ hit, behind: [...behind] }, there, "plain");
		if (after.crash !== null || is_broken(after) || after.after.orphans > 0)
			return;
		const key = machine.key();

		if (this.#places.has(key))
			return;
		this.#places.add(key);
		this.#left.push({ path: there, behind: [...behind, ...lasting(hits)] });
	}
}

/**
 * migration_space - search the whole space of a machine
 *
 * Context: the kernel must have been loaded with a journal (hooks.ts).
 */
export function migration_space(g: ground, max_states: number, depth: number): space_done {
	const s = new space(g);
	const complete = s.all(g.faults ? deed_groups(g.yard).flat() : space_deeds(g.yard),
		max_states, depth);

	return {
		states: s.states, transitions: s.transitions, boots: s.boots, depth: s.depth,
		complete,
		breaches: [...s.found.found.values()],
	};
}
