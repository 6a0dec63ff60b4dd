// SPDX-License-Identifier: GPL-2.0-only
/*
 * The skeleton of each function of a C text.
 *
 * Kernel C is not a language a grammar can read whole: a loop macro with a body is an error in
 * it. The words of the tree are right all the same, so functions are found in the sequence of
 * words: by their braces, and by the name before the first parenthesis of their head.
 */

import { condition_signature } from "./conditions.ts";
import { identifier, type leaf } from "./leaves.ts";
import { control_words, type skeleton_token } from "./skeleton.ts";

/** Where a function definition stands in the sequence of leaves. */
export interface definition {
	name: leaf;
	is_static: boolean;
	/** Index of the first leaf of its head, of its opening and of its closing brace. */
	head: number;
	open: number;
	/** The number of leaves where the closing brace is not in the text. */
	end: number;
}

const errno = /^E[A-Z0-9]+$/;

/*
 * The words from the parenthesis at @open to the one that closes it; null where a patch ends
 * before that.
 */
function words_in_parentheses(leaves: readonly leaf[], open: number): string[] | null {
	const words: string[] = [];
	let depth = 0;
	for (let i = open; i < leaves.length; i++) {
		const { text } = leaves[i];
		depth += text === "(" ? 1 : text === ")" ? -1 : 0;
		words.push(text);
		if (depth <= 0)
			return words;
	}
	return null;
}

function token_at(leaves: readonly leaf[], i: number): skeleton_token | null {
	const { text, row, start, first } = leaves[i];
	const line = row + 1;
	const before = leaves[i - 1];
	const behind = leaves[i + 1];
	if (!identifier.test(text))
		return null;
	if (text === "if" || text === "while") {
		const words = words_in_parentheses(leaves, i + 1);
		return words ? { text, line, condition: condition_signature(words) }
			: { text, line };
	}
	if (control_words.has(text))
		return { text, line };
	if (first && behind?.text === ":" && behind.row === row)
		return { text: `${text}:`, line };
	if (errno.test(text) && before?.text === "-" && before.end === start)
		return { text, line };
	if (behind?.text === "(" && text !== "sizeof")
		return { text: `${text}()`, line };
	return null;
}

/**
 * tokens_between - the skeleton of a stretch of C
 *
 * @leaves: the words of the text
 * @from, @to: the first leaf, and the one behind the last
 *
 * Return: the tokens, in order
 */
export function tokens_between(leaves: readonly leaf[], from: number, to: number) {
	const tokens: skeleton_token[] = [];
	for (let i = from; i < to; i++) {
		const token = token_at(leaves, i);
		if (token)
			tokens.push(token);
	}
	return tokens;
}

/*
 * The index of the brace that closes the one at @open, or the end of the text.
 */
function closing(leaves: readonly leaf[], open: number): number {
	let depth = 0;
	for (let i = open; i < leaves.length; i++) {
		if (leaves[i].text === "{")
			depth++;
		else if (leaves[i].text === "}" && --depth === 0)
			return i;
	}
	return leaves.length;
}

/*
 * The name in a function's head: what stands before its first parenthesis. Null where the
 * braces that follow are a struct's or an initialiser's.
 */
function name_in_head(leaves: readonly leaf[], from: number, open: number): leaf | null {
	if (leaves[open - 1]?.text !== ")")
		return null;
	for (let i = from; i < open; i++) {
		if (leaves[i].text === "=")
			return null;
		if (leaves[i + 1].text === "(" && identifier.test(leaves[i].text))
			return leaves[i];
	}
	return null;
}

/**
 * definitions - the function definitions of a C text
 *
 * @leaves: the words of the text
 *
 * Return: the definitions, in order
 */
export function definitions(leaves: readonly leaf[]): definition[] {
	const found: definition[] = [];
	let head = 0;
	for (let i = 0; i < leaves.length; i++) {
		if (leaves[i].text === ";")
			head = i + 1;
		if (leaves[i].text !== "{")
			continue;
		const end = closing(leaves, i);
		const name = name_in_head(leaves, head, i);
		if (name) {
			const is_static = leaves.slice(head, i)
				.some(({ text }) => text === "static");
			found.push({ name, is_static, head, open: i, end });
		}
		i = end;
		head = end + 1;
	}
	return found;
}

/*
 * Whether the brace at @i begins a function's body: the kernel gives that brace, and no other
 * behind a parenthesis, a line of its own.
 */
function begins_body(leaves: readonly leaf[], i: number): boolean {
	const { text, first, row } = leaves[i];
	return text === "{" && first && leaves[i + 1]?.row !== row;
}

/**
 * definitions_in_part - the function definitions of a part of a C text
 *
 * @leaves: the words of the part, which may begin and end within a function
 *
 * Return: the definitions whose head and opening brace are in the part, in order
 */
export function definitions_in_part(leaves: readonly leaf[]): definition[] {
	const found: definition[] = [];
	let head = 0;
	for (let i = 0; i < leaves.length; i++) {
		if (leaves[i].text === ";" || leaves[i].text === "}")
			head = i + 1;
		const name = begins_body(leaves, i) ? name_in_head(leaves, head, i) : null;
		if (!name || control_words.has(name.text))
			continue;
		const is_static = leaves.slice(head, i).some(({ text }) => text === "static");
		const end = closing(leaves, i);
		found.push({ name, is_static, head, open: i, end });
		i = end;
		head = end + 1;
	}
	return found;
}
