// SPDX-License-Identifier: GPL-2.0-only
/*
 * All schedules of a litmus test, and what they come to.
 */
import type { claim, condition, litmus } from "./model.ts";
import { run_schedule } from "./run.ts";

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
	witness: string[];
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
	const keys = new Set(["end", ...test.claims.flatMap(({ all }) => all.map(({ key }) => key))]);

	return new Map([...keys].map((key) => [key, state.get(key) ?? "-"]));
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
	const states = new Map<string, final_state>();
	const todo: number[][] = [[]];
	let schedules = 0, given_up = 0;

	for (let choices = todo.pop(); choices !== undefined && schedules < limit; choices = todo.pop()) {
		const { state: whole, steps, decisions, given_up: failed } =
			run_schedule(test, driver, choices);
		const state = spoken_of(test, whole);
		const zeros = Array.from({ length: decisions - choices.length }, () => 0);

		zeros.forEach((_zero, i) => todo.push([...choices!, ...zeros.slice(0, i), 1]));
		if (failed) {
			given_up++;
			continue;
		}
		const key = state_text(state);
		const known = states.get(key);

		schedules++;
		if (known === undefined)
			states.set(key, { state, count: 1, witness: steps, choices });
		else
			known.count++;
	}
	return {
		driver, schedules, given_up, truncated: schedules >= limit,
		states: [...states.values()].sort((a, b) => b.count - a.count),
	};
}

function meets({ key, contains, value }: condition, state: Map<string, string>): boolean {
	const actual = state.get(key) ?? "-";

	return contains ? actual.includes(value) : actual === value;
}

/**
 * struct judgement - a claim, and whether it is true of a driver
 * @count: in how many schedules its conditions hold
 */
export interface judgement {
	claim: claim;
	count: number;
	holds: boolean;
}

/** judge - what is claimed, of what was found */
export function judge(test: litmus, found: exploration): judgement[] {
	const claims = test.claims.filter(({ drivers }) => drivers === null || drivers.includes(found.driver));

	return claims.map((claim) => {
		const count = found.states.filter(({ state }) => claim.all.every((c) => meets(c, state)))
			.reduce((sum, state) => sum + state.count, 0);
		const holds = claim.how === "never" ? count === 0 :
			claim.how === "always" ? count === found.schedules : count > 0;

		return { claim, count, holds };
	});
}
