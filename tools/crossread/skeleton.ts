// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a function is reduced to before the C and the port are compared: its control words,
 * calls, errnos and labels, in text order.
 */

import type { equivalence_name } from "./equivalences.ts";

/** One token of a skeleton: `if`, `kfree()`, `EINVAL`, `done:`. */
export interface skeleton_token {
	text: string;
	/** 1-based line; the line of the function where only a recorded skeleton is at hand. */
	line: number;
	/**
	 * Of an if or a while: the operators of its condition, see conditions.ts, if they are
	 * known.
	 */
	condition?: string;
	/** The equivalence through which the port's text became this token. */
	via?: equivalence_name;
}

/** One function of a C file or of a port. */
export interface skeleton_function {
	name: string;
	is_static: boolean;
	/** 1-based line of the function's name. */
	line: number;
	/** 1-based line of its closing brace; that of its name in a recorded skeleton. */
	last_line: number;
	tokens: skeleton_token[];
	/** What an equivalence dropped: the calls that exist only in TypeScript. */
	dropped?: skeleton_token[];
}

/** The words of the language that count; the same in C and TypeScript. */
export const control_words: ReadonlySet<string> = new Set([
	"if", "else", "for", "while", "do", "switch", "case", "default", "return", "goto",
	"break", "continue",
]);

/** port_name - the file that ports a C file: foo.ts of foo.c, foo.h.ts of foo.h */
export function port_name(c_file: string): string {
	return `${c_file.replace(/\.c$/, "")}.ts`;
}
