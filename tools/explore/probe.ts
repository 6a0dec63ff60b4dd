// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens after an end of the search. The search ends where a hash chain has become a cycle or
 * something points to freed memory, because the canonical form cannot describe such a machine. A
 * few of these ends are looked at more closely: of those that are alike, the first one on a
 * shortest path. A machine boots, goes there, and does every operation once, to see whether the
 * kernel crashes.
 */
import { CORRUPT, CRASH, ENDLESS, type state_graph } from "./graph.ts";
import type { property, step } from "./properties.ts";
import type { op_kind, space_op } from "./space.ts";
import type { space_tables } from "./tables.ts";
import { applicable, empty_observation, world, type observation, type outcome } from "./world.ts";

/** struct breach - a path whose last operation breaks a property, and how often that was met */
export interface breach {
	property: string;
	kind: op_kind;
	path: space_op[];
	count: number;
}

/** struct end - an operation that leads to no state; @state: the state in which it is done */
export interface end {
	state: number;
	op: number;
}

interface played {
	before: observation;
	after: observation;
	result: outcome;
}

/**
 * class prober - looks at ends
 */
export class prober {
	#t: space_tables;
	#graph: state_graph;
	#way_to: (state: number) => number[];
	#kinds = new Set<string>();
	#breaches: breach[] = [];
	#seen: observation;

	constructor(tables: space_tables, graph: state_graph, way_to: (state: number) => number[]) {
		this.#t = tables;
		this.#graph = graph;
		this.#way_to = way_to;
		this.#seen = empty_observation(tables.plan.size);
	}

	/** look - look at the ends that are new, in order; returns all that was found so far */
	look(ends: end[]): breach[] {
		for (const e of ends) {
			const kind = this.#kind_of(e);

			if (!this.#kinds.has(kind)) {
				this.#kinds.add(kind);
				this.#probe(e);
			}
		}
		return this.#breaches;
	}

	/*
	 * Two ends are alike if these are the same: the operation, how it ends, what was wrong
	 * before, and what was assigned.
	 */
	#kind_of({ state, op }: end): string {
		this.#t.canon.decode(this.#graph.key_of(state), this.#seen);
		const assigned = this.#seen.mdevs.flatMap(({ guest, matrix }) =>
			[guest, matrix.apm, matrix.aqm]);

		return [
			this.#t.ops[op].kind, this.#graph.edge(state, op), this.#is_sound(state),
			...assigned,
		]
			.join(" ");
	}

	#is_sound(state: number): boolean {
		return (this.#graph.rules[state] & ~this.#t.harmless) === 0;
	}

	#probe(e: end): void {
		const path = concrete_path(this.#t, [...this.#way_to(e.state), e.op]);
		const last = play(this.#t, path);

		if (this.#graph.edge(e.state, e.op) === ENDLESS)
			this.#judge(e, path, last);
		if (last.result.crash === null)
			this.#look_behind(path, last.after);
	}

	/*
	 * The search cannot do this, because the result depends on the order of a chain. On a
	 * machine that boots, the order is always the same.
	 */
	#judge(e: end, path: space_op[], { before, after, result }: played): void {
		const t = { before, after, op: path.at(-1)!, result };
		const broken = this.#graph.rules[e.state];
		const crashed = result.crash !== null;

		this.#t.rules.forEach((rule, i) => {
			const fresh = !crashed && (broken >>> i & 1) === 0 &&
				(rule.state?.(after, this.#t.in_) ?? null) !== null;

			if (crashed ? this.#breaks(rule, t) :
				this.#is_sound(e.state) && (fresh || this.#breaks(rule, t)))
				this.#note(rule.name, path);
		});
	}

	/* After a crash, nothing can be observed. */
	#breaks({ name, step }: property, t: step): boolean {
		return step !== undefined && (t.result.crash === null || name.startsWith("no-")) &&
			step(t, this.#t.in_) !== null;
	}

	#look_behind(path: space_op[], from: observation): void {
		for (const op of this.#t.ops) {
			if (!applicable(op, from, this.#t.plan.size.domains))
				continue;
			const longer = [...path, op];
			const { before, after, result } = play(this.#t, longer);

			if (result.crash === null)
				continue;
			for (const rule of this.#t.rules)
				if (this.#breaks(rule, { before, after, op, result }))
					this.#note(rule.name, longer);
		}
	}

	#note(property: string, path: space_op[]): void {
		const { kind } = path.at(-1)!;
		const known = this.#breaches.find((b) => b.property === property &&
			b.kind === kind);

		if (known === undefined) {
			this.#breaches.push({ property, kind, path, count: 1 });
			return;
		}
		known.count++;
		if (path.length < known.path.length)
			known.path = path;
	}
}

/** is_end - whether an operation leads to an end after which more can be tried */
export function is_end(to: number): boolean {
	return to === ENDLESS || to === CORRUPT || to === CRASH;
}

function play(t: space_tables, path: space_op[]): played {
	const machine = new world(t.plan.size, t.driver);
	const before = empty_observation(t.plan.size);
	const after = empty_observation(t.plan.size);

	for (const o of path.slice(0, -1))
		machine.run(o);
	machine.observe(before);
	const result = machine.run(path.at(-1)!);

	if (result.crash === null)
		machine.observe(after);
	machine.end();
	return { before, after, result };
}

/** concrete_path - a path through canonical states as operations of a machine that boots */
export function concrete_path(t: space_tables, ops: number[]): space_op[] {
	const machine = new world(t.plan.size, t.driver);
	const seen = empty_observation(t.plan.size);
	const path = ops.map((op) => {
		machine.observe(seen);
		t.canon.key(seen);
		const o = t.ops[t.concrete(op, t.canon.chosen)];

		machine.run(o);
		return o;
	});

	machine.end();
	return path;
}
