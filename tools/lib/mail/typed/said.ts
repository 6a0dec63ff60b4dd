// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a command says, before it is known who else says something.
 */
import type { op } from "../../scenario/model.ts";
import type { frame_match } from "../english/frames.ts";
import type { fact } from "../sentence/phrases.ts";

/**
 * struct said - what a command states; output lines may follow it
 * @output: what the lines of its output say
 * @says: what is printed in any case, a line
 */
export interface said {
	kind: frame_match["kind"];
	facts: fact[];
	output?: (lines: string[]) => fact[];
	says?: string;
}

/** ATTRIBUTES - the attributes of an mdev that are written to */
export const ATTRIBUTES = ["assign_adapter", "unassign_adapter", "assign_domain",
	"unassign_domain", "assign_control_domain", "unassign_control_domain", "ap_config"];

/** OF_DEVICE - which mdev a file of libvirt's is about, as with_scripts() puts it */
export const OF_DEVICE = "--uuid";

/** NOT_KNOWN - of output that may say more than is understood */
export const NOT_KNOWN: fact[] = [{ fact: "unknown" }];

/** number_of - "$UUID1" and "mdev1" are the same one */
export function number_of(name: string): string {
	return /^\$?\{?[a-z_]+_?(\d)\}?$/i.exec(name)?.[1] ?? name;
}

/** operation - a command that does something, to the mdev called @who */
export function operation(o: op, who: string | null = null): said {
	return {
		kind: "operation",
		facts: [{ fact: "op", op: o, who: who === null ? null : number_of(who), rc: "ok" }],
	};
}

/** option - the value of an option: "--value=5", "--value 5", "-u UUID" */
export function option(words: readonly string[], ...names: string[]): string | null {
	for (const [i, w] of words.entries()) {
		const name = names.find((n) => w === n || w.startsWith(`${n}=`));

		if (name !== undefined)
			return w === name ? words[i + 1] ?? "" : w.slice(name.length + 1);
	}
	return null;
}

/**
 * names_in - the words of a command that are no options and no values of options
 * @valued: the options whose value is a word of its own
 */
export function names_in(words: readonly string[], valued: readonly string[]): string[] {
	return words.filter((w, i) => !w.startsWith("-") && !valued.includes(words[i - 1] ?? ""));
}

/** definition - what an mdev's definition has, and nothing else */
export function definition(who: string | null, set: [string, string][]): fact {
	return { fact: "define", who: who === null ? null : number_of(who), change: { set } };
}
