// SPDX-License-Identifier: GPL-2.0-only
/*
 * One line of the notation as words. A word is bare, or in double quotes with JSON's escapes;
 * '#' after white space (or at the start) begins a comment.
 */

export interface word {
	text: string;
	quoted: boolean;
}

export interface lexed {
	words: word[];
	comment: string | null;
	/** what is wrong with the line, or null */
	error: string | null;
}

const SPACE = /[ \t]/;
const BARE = /^[!$-'*-~][!$-~]*$/;

function quoted_end(line: string, start: number): number {
	for (let i = start + 1; i < line.length; i++) {
		if (line[i] === "\\")
			i++;
		else if (line[i] === '"')
			return i + 1;
	}
	return -1;
}

function unquote(text: string): string | null {
	try {
		return JSON.parse(text) as string;
	} catch {
		return null;
	}
}

function bare_end(line: string, start: number): number {
	let i = start;

	while (i < line.length && !SPACE.test(line[i]!))
		i++;
	return i;
}

const LINE_MAX = 1 << 20;

/**
 * line_fault - what no line may have in it, whatever else stands there
 * @line: without its newline
 *
 * Return: what is wrong and what is expected, or null.
 */
export function line_fault(line: string): [what: string, right: string] | null {
	const at = line.search(/(?![\t])\p{Cc}/u);

	if (line.length > LINE_MAX)
		return [`a line of ${line.length} characters`, `at most ${LINE_MAX}`];
	if (at >= 0)
		return [
			`a control character in column ${at + 1}`,
			"none, or in quotes and escaped as in JSON",
		];
	return null;
}

/**
 * lex - split a line into words
 * @line: without its newline
 */
export function lex(line: string): lexed {
	const words: word[] = [];

	for (let i = 0; i < line.length; ) {
		const c = line[i]!;

		if (SPACE.test(c)) {
			i++;
			continue;
		}
		if (c === "#")
			return { words, comment: line.slice(i + 1).trim(), error: null };
		const end = c === '"' ? quoted_end(line, i) : bare_end(line, i);
		if (end < 0)
			return {
				words, comment: null,
				error: 'a text that begins with " must end with "',
			};
		const raw = line.slice(i, end);
		const text = c === '"' ? unquote(raw) : raw;
		if (text === null)
			return {
				words, comment: null, error: `${raw} is no text in JSON's escapes`,
			};
		words.push({ text, quoted: c === '"' });
		i = end;
	}
	return { words, comment: null, error: null };
}

/**
 * json_text - a value as JSON in which nothing steers a terminal
 *
 * JSON has escapes for all of it; JSON.stringify() uses them for some.
 */
export function json_text(value: unknown): string {
	return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (c) =>
		[...Array(c.length).keys()]
			.map((i) => `\\u${c.charCodeAt(i).toString(16).padStart(4, "0")}`)
			.join(""));
}

/**
 * quote - a text as one word of the notation
 */
export function quote(text: string): string {
	return BARE.test(text) && text !== "=" ? text : json_text(text);
}
