// SPDX-License-Identifier: GPL-2.0-only
/*
 * esbuild gives the shortest names to what is used most, which has nothing to do with where it
 * stands. Here what stands together gets names that end alike: that compresses better.
 */
import {
	declared_by, names_in, rewritten, statements_of, type edit, type new_script,
} from "./rewriting.ts";

/* One letter is for what is used most; of two letters most have to have one. */
const LENGTH = 2;

function reversed(name: string): string {
	return [...name].toReversed().join("");
}

/**
 * order_names - give what a script declares its names anew, in order
 * @script: one function, called at once, whose names are all different, as esbuild makes them, or
 * the same for the same things
 */
export function order_names(script: string): new_script {
	const statements = statements_of(script);
	const declared = statements.flatMap(declared_by).flatMap((id) =>
		id.type === "Identifier" && id.name.length === LENGTH ? [id.name] : []);
	const in_order = declared.toSorted((a, b) => reversed(a) < reversed(b) ? -1 : 1);
	const names = new Map(declared.map((name, i) => [name, in_order[i]!]));
	const text = new rewritten(script);

	text.copy(0, undefined, statements.flatMap(names_in).flatMap((use): edit[] => {
		const name = names.get(use.name);

		return name === undefined ? [] : [{ ...use, text: use.key + name }];
	}));
	return text.result;
}
