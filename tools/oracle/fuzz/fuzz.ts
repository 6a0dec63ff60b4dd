// SPDX-License-Identifier: GPL-2.0-only
/*
 * Differential fuzzing: traces are made up on the port, the C does the same, and what differs is
 * made short.
 */
import { setImmediate } from "node:timers/promises";
import type { driver } from "../../../drivers/s390/crypto/history/index.ts";
import { run_program } from "../program.ts";
import {
	answers_in, compare_traces, first_divergence, input_of, type divergence, type fuzz_trace,
} from "./compare.ts";
import { generator } from "./generator.ts";
import { port } from "./port.ts";
import { profiles } from "./profiles.ts";
import { random } from "./random.ts";
import { shrink } from "./shrink.ts";

/** A trace that was made up, and what the port made of it. */
interface played_trace extends fuzz_trace {
	profile: string;
	lines: string[];
}

/**
 * struct fuzz_finding - something that port and C do differently
 * @trace: the shortest trace found, of which the last operation differs
 */
export interface fuzz_finding {
	profile: string;
	seed: number;
	trace: fuzz_trace;
	divergence: divergence;
}

/**
 * struct fuzz_totals - what was done
 * @by_profile: operations of each profile
 */
export interface fuzz_totals {
	traces: number;
	ops: number;
	next_seed: number;
	by_profile: Map<string, number>;
}

/**
 * struct fuzz_request
 * @driver: the port's, loaded
 * @program: the oracle
 * @seed: of the first trace; the next one has the next number
 * @names: the profiles that take turns
 * @until: asked before each batch: whether that was enough
 * @on_finding: told of each finding; returns whether to go on
 * @on_progress: told after each batch
 */
export interface fuzz_request {
	driver: driver;
	program: string;
	seed: number;
	names: readonly string[];
	until: (totals: fuzz_totals) => boolean;
	on_finding: (finding: fuzz_finding) => boolean;
	on_progress: (totals: fuzz_totals) => void;
}

/* Traces for each run of the oracle. */
const BATCH = 60;

/** make_trace - the trace of a seed, made up on the port */
export function make_trace(driver: driver, name: string, seed: number): played_trace {
	const profile = profiles.get(name)!;
	const rnd = new random(seed);
	const made = new generator(rnd, profile, driver.label, seed);
	const machine = new port(made.header, driver);
	const ops: fuzz_trace["ops"] = [["init"]];
	const lines = [machine.play(["init"])];

	for (let left = rnd.between(...profile.ops); left > 0 && !machine.crashed; left--) {
		const op = made.next(machine);

		ops.push(op);
		lines.push(machine.play(op));
	}
	machine.end();
	return { header: made.header, ops, profile: name, lines };
}

async function make_batch({ driver, names }: fuzz_request, seed: number): Promise<played_trace[]> {
	const traces: played_trace[] = [];

	for (let i = 0; i < BATCH; i++) {
		traces.push(make_trace(driver, names[(seed + i) % names.length], seed + i));
		await setImmediate();		/* the oracle's answers come meanwhile */
	}
	return traces;
}

async function ask(program: string, traces: readonly played_trace[]): Promise<string[][]> {
	return answers_in(await run_program(program, traces.map(input_of).join("")));
}

async function finding_of(
	{ driver, program }: fuzz_request, trace: played_trace, divergence: divergence,
): Promise<fuzz_finding> {
	const [shortest, how] = await shrink(trace, divergence,
		(t) => compare_traces(t, program, driver));

	return {
		profile: trace.profile, seed: trace.header.seed!, trace: shortest, divergence: how,
	};
}

function count(totals: fuzz_totals, traces: readonly played_trace[]): void {
	for (const { profile, ops } of traces) {
		totals.traces++;
		totals.ops += ops.length;
		totals.by_profile.set(profile, (totals.by_profile.get(profile) ?? 0) + ops.length);
	}
}

/**
 * fuzz - compare until it is enough
 *
 * While the oracle does a batch, the port makes the next one.
 */
export async function fuzz(request: fuzz_request): Promise<fuzz_totals> {
	const totals: fuzz_totals = {
		traces: 0, ops: 0, next_seed: request.seed, by_profile: new Map(),
	};
	let traces = await make_batch(request, totals.next_seed);

	while (traces.length > 0) {
		totals.next_seed += BATCH;
		const asked = ask(request.program, traces);
		const next = request.until(totals)
			? [] : await make_batch(request, totals.next_seed);
		const answers = await asked;

		for (const [i, trace] of traces.entries()) {
			const divergence = first_divergence(trace.lines, answers[i] ?? []);

			if (divergence !== null &&
				!request.on_finding(await finding_of(request, trace, divergence)))
				return totals;
		}
		count(totals, traces);
		request.on_progress(totals);
		traces = next;
	}
	return totals;
}
