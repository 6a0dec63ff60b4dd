// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looks for what breaks a rule: in all states of a small machine, or on random walks through a
 * larger one. Each machine boots, does what led there, and does one thing more; a machine that
 * watches its memory cannot undo.
 */
import type { driver } from "../../../drivers/s390/crypto/history/index.ts";
import { forget, undo } from "../journal.ts";
import { mdev_of, migration_machine, watches, type done, type watch } from "./machine.ts";
import { beginning, deed_groups, space_deeds, type deed, type yard } from "./operations.ts";
import { rules, what_ended, type rule, type wrong } from "./rules.ts";

/**
 * struct breach - a rule that is broken, and the shortest way there that was found
 * @key: the same for what is the same: rule, what is wrong, and where the kernel stopped
 * @behind: the keys of what was broken before on the way
 * @count: how often it was met
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

/** struct ground - what is walked on */
export interface ground {
	yard: yard;
	driver: driver;
	rules: readonly string[];
	faults: boolean;
}

/* Streams of an mdev that may be open at a time, and pieces of data in one. */
const STREAMS = 2;
const DATA_DIGITS = 160;

const LEFT: rule = {
	name: "nothing-left", reason: "What nobody has is lost until the next boot.",
	source: "commits 65e05ec252a9, f21916ec4826", holds: () => null,
};

/*
 * So many times as many operations are drawn as a walk is to have: some cannot be done where they
 * come.
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

/* What an operation breaks; of the state, what was not broken before it. */
function hits_of(g: ground, d: done): hit[] {
	const seen = d.crash === null ? rules : rules.slice(0, 1);
	const was: done = { ...d, after: d.before };

	return seen.filter(({ name }) => g.rules.includes(name)).flatMap((r) => {
		const found = r.holds(d);

		return found === null || (r.state === true && r.holds(was) !== null) ? [] :
			[hit_of(r, found, d.crash === null ? "" : function_of(d.crash))];
	});
}

/* Those that stay broken, so that more may come of them. */
function lasting(hits: readonly hit[]): string[] {
	return hits.filter(({ rule: { name, state } }) => state === true || name === "nothing-left")
		.map(({ key }) => key);
}

function is_broken(d: done): boolean {
	return rules.some((r) => r.state === true && r.holds(d) !== null);
}

/* What a machine leaves that is switched off. */
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

/* Whether the driver is asked: what the environment answers without it is left out. */
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
 * What a path was played to: the first breach that is not known, or a crash that is; @done: what
 * could be done.
 */
interface played {
	hit: hit | null;
	length: number;
	done: deed[];
	behind: string[];
}

/* Play a path; the end counts as one more. */
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

/* Leave out what a breach does not need. */
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

/*
 * The least watched machine that shows it, so that nobody asks what the watching has to do with it.
 */
function simplest(
	path: readonly deed[], on: watch, g: ground, key: string, known: ReadonlySet<string>,
): watch {
	return on !== "plain" && play(path, "plain", g, known)?.hit?.key === key ? "plain" : on;
}

/** class collection - what was found, each once */
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

/* A generator of numbers, the same for a seed. */
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

/* A walk to its end: what is found is kept, and what ends the machine and is known is left out. */
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

/** struct walks_done - what walks came to */
export interface walks_done {
	transitions: number;
	breaches: breach[];
}

/** migration_walks - so many random walks, and what they break, each by the shortest way */
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

/** struct space_done - what a search of a space came to; @complete: whether all of it was seen */
export interface space_done {
	states: number;
	transitions: number;
	boots: number;
	depth: number;
	complete: boolean;
	breaches: breach[];
}

/* A place of the space: what led there, and what was broken on the way. */
interface place {
	path: deed[];
	behind: string[];
}

/**
 * class space - a machine's states, the nearest first; what is done in one is undone (journal.ts)
 */
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
	 * all - go everywhere, or as far as so many states and operations; whether that was
	 * everywhere
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
 * migration_space - all that can happen on a machine, one operation after the other
 *
 * Where the kernel was loaded so that it keeps a journal (hooks.ts).
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
