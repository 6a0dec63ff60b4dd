// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a claim may speak of: the keys that a test's final states have, and the values of those that
 * have but a few. A key that no state has would make every "never" hold.
 */
import { did_you_mean } from "../lib/cli/nearest.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import type { condition, litmus, litmus_op } from "./model.ts";

const YES_NO = ["yes", "no"];

/* How a run ends: see run.ts and the kinds of crash. */
const ENDS = ["ok", "deadlock", "oops", "hang", "BUG", "stuck"];

const MDEV = /\bm[0-9]+\b/g;

function of_actor({ name, ops }: { name: string; ops: readonly litmus_op[] }): string[] {
	return ops.flatMap((_, i) => [`${name}.${i + 1}`, `under.${name}.${i + 1}`]);
}

/* The few values that a key has, or null where it has many. */
function values_of_keys(test: litmus, mdevs: Iterable<string>): Map<string, string[] | null> {
	const keys = new Map<string, string[] | null>([
		["end", ENDS], ["late", YES_NO], ["nib", YES_NO], ["unlocked", YES_NO],
		["messages", null], ["bound", null],
	]);

	for (const key of test.actors.flatMap(of_actor))
		keys.set(key, null);
	for (const m of mdevs) {
		for (const mask of ["matrix", "guest", "apcb"])
			keys.set(`${mask}.${m}`, null);
		keys.set(`stolen.${m}`, [...YES_NO, "-"]);
	}
	return keys;
}

function fault_of(
	{ key, contains, value }: condition, keys: Map<string, string[] | null>,
): string | null {
	const values = keys.get(key);

	if (values === undefined)
		return `"${key}" is no key of a final state${did_you_mean(key, keys.keys())}, ` +
			`expected one of ${[...keys.keys()].join(" ")}`;
	if (values === null || contains || values.includes(value))
		return null;
	return `"${value}" is no value of ${key}, expected one of ${values.join(" ")}`;
}

/**
 * check_claims - whether each claim speaks of what a final state has
 * @test: a test
 * @text: its lines, in which all mdevs have their names
 *
 * Throws usage_error for the first that does not.
 */
export function check_claims(test: litmus, text: string): void {
	const keys = values_of_keys(test, new Set(text.match(MDEV) ?? []));

	for (const { line, all } of test.claims)
		for (const part of all) {
			const fault = fault_of(part, keys);

			if (fault !== null)
				throw new usage_error(`${test.file}:${line}: ${fault}`);
		}
}
