// SPDX-License-Identifier: GPL-2.0-only
/*
 * mdevctl keeps a definition of each mdev, which it has when it is started.
 */
import { listing } from "./mdevctl_output.ts";
import {
	ATTRIBUTES, definition, NOT_KNOWN, number_of, operation, option, type said,
} from "./said.ts";

const NOTHING: said = { kind: "prose", facts: [] };
/** what a file has in it, as with_scripts() puts it */
const OF_FILE = "--set";
const IN_A_FILE = /^--(?:jsonfile|define-from)\b/;

/** mdevctl - a command of mdevctl's, its words without its name */
export function mdevctl([verb, ...words]: string[]): said | null {
	const who = option(words, "-u", "--uuid");
	const given = option(words, OF_FILE);

	if (words.some((w) => IN_A_FILE.test(w)))
		return null;
	switch (verb) {
	case "start":
		return start(words, who, given);
	case "stop":
		return operation(["destroy", "m0"], who);
	case "undefine":
		return NOTHING;
	case "define":
		return { kind: "set-up", facts: [definition(who, pairs_of(given ?? ""))],
			output: () => [] };
	case "modify":
		return given === null ? modify(words, who)
			: { kind: "set-up", facts: [definition(who, pairs_of(given))] };
	default:
		return null;
	}
}

/** mdevctl_shown - what a command of mdevctl's shows */
export function mdevctl_shown([verb, ...words]: string[]): said | null {
	const who = option(words, "-u", "--uuid");

	switch (verb) {
	case "list":
		return { kind: "set-up", facts: [], output: (lines) => listing(lines, who) };
	case "types":
		return { ...NOTHING, output: () => [] };
	default:
		return null;
	}
}

/** Without a type it has what was defined, wherever that may be told. */
function start(words: string[], who: string | null, given: string | null): said {
	const made = operation(["create", "m0"], who);
	const stored = option(words, "-t", "--type") === null && given === null;

	return {
		...made, facts: [
			...given === null ? [] : [definition(who, pairs_of(given))],
			...made.facts.map((f) => ({ ...f, stored })),
		],
	};
}

/** "assign_adapter=5,assign_domain=0x47" */
function pairs_of(given: string): [string, string][] {
	return given.split(",").filter((p) => p !== "")
		.map((p) => p.split("=") as [string, string]);
}

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/i;

/** mdevctl_file - what is shown of a definition where mdevctl keeps it; null if the path is none */
export function mdevctl_file(path: string): said | null {
	const name = path.slice(path.lastIndexOf("/") + 1);

	return !/\/mdevctl\.d\//.test(path) ? null : {
		kind: "set-up", facts: [],
		output: (lines) => listing(lines, UUID.test(name) || name.startsWith("$") ? name
			: null),
	};
}

/** nothing is done then */
const REFUSES = /^(?:mdevctl: )?error: .*\b(?:not supported|unsupported|unknown|unexpected)\b/i;

/** A change of the definition, or with --live of the mdev that is there. */
function modify(words: string[], who: string | null): said | null {
	const attribute = option(words, "--addattr");
	const value = option(words, "--value");
	const index = option(words, "--index", "-i");
	const remove = words.includes("--delattr");
	const at = index === null ? null : Number(index);

	if (remove === (attribute !== null) || at !== null && !Number.isInteger(at) ||
		attribute !== null && (value === null || !ATTRIBUTES.includes(attribute)))
		return words.every((w) => /^(?:-[am]|--auto|--manual)$/.test(w) || w === who ||
			/^(?:-u|--uuid)\b/.test(w)) ? NOTHING : null;
	if (words.includes("--live") && remove)
		return { kind: "set-up", facts: [],
			output: (lines) => lines.some((l) => REFUSES.test(l)) ? [] : NOT_KNOWN };
	if (words.includes("--live")) /* whatever it says, nobody knows whether it was done */
		return {
			...operation(["write", "m0", attribute!, value!], who),
			output: (lines) => lines.length === 0 ? [] : NOT_KNOWN,
		};
	return { kind: "set-up", facts: [{
		fact: "define", who: who === null ? null : number_of(who),
		change: remove ? { remove: at } : { add: [attribute!, value!], at },
	}] };
}
