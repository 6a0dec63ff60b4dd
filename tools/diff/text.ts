// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions and structs of a driver's text. The house style is what makes
 * this simple: they stand at the left margin and end with a brace there.
 */

/**
 * struct unit - a function or a struct
 * @line: where it begins, its head included, from 1
 * @text: the head and the unit, with the last newline
 * @tokens: the unit's words and marks, without its head and without comments
 */
export interface unit {
	kind: "function" | "struct";
	name: string;
	line: number;
	text: string;
	tokens: string[];
}

const UNIT = /^(?:export )?(function|class) (\w+)[^\n]*\n(?:[^}\n][^\n]*\n|\n)*\}\n/gm;
const HEAD = /(?:^|\n)(\/\*(?:(?!\*\/)[^])*\*\/\n)$/;
const COMMENT = /^\/[/*]/;
const TOKEN = /\/\*[^]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\])*"|`(?:\\.|[^`\\])*`|[\w$#]+|=>|[^\s\w]/g;

/** tokens_of - the words and marks of a text, without comments */
export function tokens_of(text: string): string[] {
	return (text.match(TOKEN) ?? []).filter((token) => !COMMENT.test(token));
}

function line_of(text: string, at: number): number {
	let line = 1;

	for (let i = text.indexOf("\n"); i >= 0 && i < at; i = text.indexOf("\n", i + 1))
		line++;
	return line;
}

/** units_of - the functions and structs of a text, in order */
export function units_of(text: string): unit[] {
	return [...text.matchAll(UNIT)].map(({ 0: body, 1: keyword, 2: name, index }) => {
		const head = HEAD.exec(text.slice(0, index))?.[1] ?? "";

		return {
			kind: keyword === "class" ? "struct" : "function",
			name,
			line: line_of(text, index - head.length),
			text: head + body,
			tokens: tokens_of(body),
		};
	});
}
