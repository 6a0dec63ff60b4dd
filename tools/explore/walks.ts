// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random walks on machines that are too big for an exhaustive search. They use the same operations
 * and the same properties. fast-check generates and shrinks the walks. The same seed gives the same
 * walk.
 */
import * as fc from "fast-check";
import type { driver } from "../../drivers/s390/crypto/history/index.ts";
import { first_breach } from "./counterexample.ts";
import type { property } from "./properties.ts";
import type { finding } from "./search.ts";
import {
	all, all_ops, op_kinds, type machine_size, type op_kind, type space_op,
} from "./space.ts";
import { applicable, empty_observation, world } from "./world.ts";

/**
 * struct walk_options
 * @walks: how many
 * @steps: the greatest number of operations in a walk
 * @stopped: whether to end early
 */
export interface walk_options {
	driver: driver;
	size: machine_size;
	kinds: readonly op_kind[];
	faults: boolean;
	properties: readonly property[];
	seed: number;
	walks: number;
	steps: number;
	stopped(): boolean;
}

/** struct walk_result - how many operations were done, and the shrunk path of the first failure */
export interface walk_result {
	walks: number;
	transitions: number;
	findings: finding[];
}

/* The operations of each kind. All kinds are equally likely, whatever the size of the machine. */
function by_kind(o: walk_options): space_op[][] {
	const ops = all_ops(o.size, o.kinds, o.faults);

	return op_kinds.map((kind) => ops.filter((it) => it.kind === kind))
		.filter((list) => list.length > 0);
}

/* A walk is a list of numbers. Each stands for the next possible operation of its kind. */
function path_of(numbers: [number, number][], kinds: space_op[][], o: walk_options): space_op[] {
	const machine = new world(o.size, o.driver);
	const seen = empty_observation(o.size);
	const path: space_op[] = [];

	for (const [kind, number] of numbers) {
		machine.observe(seen);
		const list = kinds[kind % kinds.length];
		const can = list.filter((it) => applicable(it, seen, o.size.domains));

		if (can.length === 0)
			continue;
		const chosen = can[number % can.length];

		path.push(chosen);
		if (machine.run(chosen).crash !== null)
			break;
	}
	machine.end();
	return path;
}

/**
 * random_walks - walk, and shrink the first failure of each property
 *
 * Later walks leave out a property that has failed, so that one bug does not hide the next.
 */
export function random_walks(o: walk_options): walk_result {
	const kinds = by_kind(o);
	const findings: finding[] = [];
	const step = fc.tuple(fc.nat({ max: 1 << 16 }), fc.nat({ max: 1 << 16 }));
	const host = {
		apm: all(o.size.adapters), aqm: all(o.size.domains), adm: all(o.size.cdoms),
	};
	let left = o.properties.filter((p) => p.state !== undefined || p.step !== undefined);
	let transitions = 0, walked = 0;
	const breach = (numbers: [number, number][]): ReturnType<typeof first_breach> => {
		const path = path_of(numbers, kinds, o);

		transitions += path.length;
		return path.length === 0 ? null :
			first_breach({ size: o.size, host, path, other: null }, left, o.driver);
	};

	while (walked < o.walks && left.length > 0 && !o.stopped()) {
		const walk = fc.array(step, { minLength: 1, maxLength: o.steps, size: "max" });
		let tried = 0;
		const holds = (numbers: [number, number][]): boolean =>
			o.stopped() || (tried++, breach(numbers) === null);
		const run = fc.check(fc.property(walk, holds),
			{ seed: o.seed + walked, numRuns: o.walks - walked, endOnFailure: false });

		walked += run.failed ? Math.max(1, run.numRuns) : tried;
		if (!run.failed)
			break;
		const numbers = run.counterexample![0];
		const { property, length } = breach(numbers)!;
		const path = path_of(numbers, kinds, o).slice(0, length);

		findings.push({
			property: property.name, kind: path.at(-1)!.kind, path, count: 1,
			other: null, complaint: null,
		});
		left = left.filter((p) => p !== property);
	}
	return { walks: o.stopped() ? walked : o.walks, transitions, findings };
}
