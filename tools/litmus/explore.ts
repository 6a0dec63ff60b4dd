// SPDX-License-Identifier: GPL-2.0-only
/*
 * All schedules of a litmus test, and what they come to.
 */
import type { claim, condition, litmus } from "./model.ts";
import { run_schedule, type happening } from "./run.ts";

/**
 * struct final_state - a state that schedules leave
 * @state: its keys and values, those that the test's claims speak of
 * @count: how many schedules leave it
 * @witness: what happened in the first of them
 * @choices: that schedule
 */
export interface final_state {
	state: Map<string, string>;
	count: number;
	witness: happening[];
	choices: number[];
}

/**
 * struct exploration - a test on a driver
 * @schedules: how many were run to their end
 * @given_up: how many could not be followed
 * @states: the distinct final states, most frequent first
 * @truncated: there were more schedules than the limit
 */
export interface exploration {
	driver: string;
	schedules: number;
	given_up: number;
	states: final_state[];
	truncated: boolean;
}

/** state_text - a final state in a line */
export function state_text(state: ReadonlyMap<string, string>): string {
	return [...state].map(([key, value]) => `${key}=${value}`).join(" ");
}

/* Of a final state what the test speaks of. */
function spoken_of(test: litmus, state: ReadonlyMap<string, string>): Map<string, string> {
	const keys = new Set(
		["end", ...test.claims.flatMap(({ all }) => all.map(({ key }) => key))]);

	return new Map([...keys].map((key) => [key, state.get(key) ?? "-"]));
}

/* What schedules have come to so far. */
class tally {
	#test: litmus;
	#driver: string;
	#states = new Map<string, final_state>();
	schedules = 0;
	#given_up = 0;

	constructor(test: litmus, driver: string) {
		this.#test = test;
		this.#driver = driver;
	}

	/** run - run one more; returns how many decisions there were */
	run(choices: number[]): number {
		const { state: whole, steps, decisions, given_up } =
			run_schedule(this.#test, this.#driver, choices);
		const state = spoken_of(this.#test, whole);
		const known = this.#states.get(state_text(state));

		if (given_up) {
			this.#given_up++;
			return decisions;
		}
		this.schedules++;
		if (known === undefined)
			this.#states.set(state_text(state),
				{ state, count: 1, witness: steps, choices });
		else
			known.count++;
		return decisions;
	}

	exploration(truncated: boolean): exploration {
		return {
			driver: this.#driver, schedules: this.schedules, given_up: this.#given_up,
			truncated,
			states: [...this.#states.values()].sort((a, b) => b.count - a.count),
		};
	}
}

/**
 * explore - run a test in every schedule
 * @test: the test
 * @driver: the driver's label
 * @limit: the greatest number of schedules
 *
 * Each run is a machine of its own. A run that took the first alternative at some decision is
 * followed by one that takes the second there, deepest decisions first.
 */
export function explore(test: litmus, driver: string, limit = 20000): exploration {
	const found = new tally(test, driver);
	const todo: number[][] = [[]];

	for (let choices = todo.pop(); choices !== undefined; choices = todo.pop()) {
		if (found.schedules >= limit)
			return found.exploration(true);
		const zeros = Array.from({ length: found.run(choices) - choices.length }, () => 0);

		for (let i = 0; i < zeros.length; i++)
			todo.push([...choices, ...zeros.slice(0, i), 1]);
	}
	return found.exploration(false);
}

/* No test has more decisions in a schedule than this; one in so many takes the second way. */
const DECISIONS = 2000;
const ONE_IN = 12;

/**
 * sample - run a test in some schedules, the same ones for the same seed
 * @test: the test
 * @driver: the driver's label
 * @runs: how many
 * @seed: a number
 */
export function sample(test: litmus, driver: string, runs: number, seed: number): exploration {
	const found = new tally(test, driver);
	let state = seed >>> 0;
	const random = (): number => {
		state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
		return state / 0x100000000;
	};

	for (let run = 0; run < runs; run++)
		found.run(Array.from({ length: DECISIONS }, () => Number(random() * ONE_IN < 1)));
	return found.exploration(true);
}

function meets({ key, contains, value }: condition, state: Map<string, string>): boolean {
	const actual = state.get(key) ?? "-";

	return contains ? actual.includes(value) : actual === value;
}

/**
 * struct judgement - a claim, and whether it is true of a driver
 * @count: in how many schedules its conditions hold
 * @verdict: open where a schedule that was not run may decide
 */
export interface judgement {
	claim: claim;
	count: number;
	verdict: "holds" | "differs" | "open";
}

/** Some schedules are enough to say that something happens, or that not all leave it. */
function verdict_of({ how }: claim, count: number, found: exploration): judgement["verdict"] {
	const decided = how === "always" ? count < found.schedules : count > 0;

	if (!decided && found.truncated)
		return "open";
	return decided === (how === "sometimes") ? "holds" : "differs";
}

/** judge - what is claimed, of what was found */
export function judge(test: litmus, found: exploration): judgement[] {
	const claims = test.claims.filter(({ drivers, but }) => !but.includes(found.driver) &&
		(drivers === null || drivers.includes(found.driver)));

	return claims.map((claim) => {
		const count = found.states.filter(
			({ state }) => claim.all.every((c) => meets(c, state)))
			.reduce((sum, state) => sum + state.count, 0);

		return { claim, count, verdict: verdict_of(claim, count, found) };
	});
}
