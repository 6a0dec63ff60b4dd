// SPDX-License-Identifier: GPL-2.0-only
/*
 * The skeleton of each function of a C text.
 *
 * Kernel C is not a language a grammar can read whole: a loop macro with a body is an error in
 * it. The words of the tree are right all the same, so functions are found in the sequence of
 * words: by their braces, and by the name before the first parenthesis of their head.
 */

import type { TreeCursor } from "web-tree-sitter";
import { control_words, type skeleton_function, type skeleton_token } from "./skeleton.ts";
import { parse } from "./tree.ts";

/** A word or a mark of the text, without comments, strings and preprocessor lines. */
interface leaf {
	text: string;
	/** 0-based line. */
	row: number;
	start: number;
	end: number;
	/** Nothing but blanks and comments stands before it on its line. */
	first: boolean;
}

const no_words = new Set(["comment", "string_literal", "char_literal", "system_lib_string"]);
const identifier = /^[A-Za-z_]\w*$/;
const errno = /^E[A-Z0-9]+$/;

/*
 * Lines that belong to the preprocessor, with their continuations.
 */
function directive_rows(text: string): Set<number> {
	const rows = new Set<number>();
	let continued = false;
	text.split("\n").forEach((line, row) => {
		if (continued || /^\s*#/.test(line)) {
			rows.add(row);
			continued = line.endsWith("\\");
		}
	});
	return rows;
}

function leaf_at(cursor: TreeCursor, text: string, last_row: number): leaf {
	const row = cursor.startPosition.row;
	const start = cursor.startIndex;
	const end = cursor.endIndex;
	return { text: text.slice(start, end), row, start, end, first: row !== last_row };
}

/*
 * The words below the cursor's node, from where it stands on.
 */
function collect_leaves(cursor: TreeCursor, text: string): leaf[] {
	const directives = directive_rows(text);
	const leaves: leaf[] = [];
	let last_row = -1;
	do {
		descend(cursor);
		if (no_words.has(cursor.nodeType) || cursor.startIndex === cursor.endIndex)
			continue;
		const word = leaf_at(cursor, text, last_row);
		if (directives.has(word.row))
			continue;
		leaves.push(word);
		last_row = word.row;
	} while (next_node(cursor));
	return leaves;
}

async function leaves_of(text: string): Promise<leaf[]> {
	const tree = await parse("c", text);
	const cursor = tree.walk();
	const leaves = collect_leaves(cursor, text);
	cursor.delete();
	tree.delete();
	return leaves;
}

/*
 * Step down to the first word below the cursor's node.
 */
function descend(cursor: TreeCursor): void {
	let below = true;
	while (below && !no_words.has(cursor.nodeType))
		below = cursor.gotoFirstChild();
}

/*
 * Step to the next node in text order that is not below the present one.
 */
function next_node(cursor: TreeCursor): boolean {
	while (!cursor.gotoNextSibling()) {
		if (!cursor.gotoParent())
			return false;
	}
	return true;
}

function token_at(leaves: leaf[], i: number): skeleton_token | null {
	const { text, row, start, first } = leaves[i];
	const line = row + 1;
	const before = leaves[i - 1];
	const behind = leaves[i + 1];
	if (!identifier.test(text))
		return null;
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

function tokens_between(leaves: leaf[], from: number, to: number): skeleton_token[] {
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
function closing(leaves: leaf[], open: number): number {
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
function name_in_head(leaves: leaf[], from: number, open: number): leaf | null {
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
 * c_skeleton - the functions of a C text
 *
 * @text: the text of a .c file
 *
 * Return: its function definitions, in order
 */
export async function c_skeleton(text: string): Promise<skeleton_function[]> {
	const leaves = await leaves_of(text);
	const functions: skeleton_function[] = [];
	let head = 0;
	for (let i = 0; i < leaves.length; i++) {
		if (leaves[i].text === ";")
			head = i + 1;
		if (leaves[i].text !== "{")
			continue;
		const end = closing(leaves, i);
		const name = name_in_head(leaves, head, i);
		const words = leaves.slice(head, i).map((word) => word.text);
		if (name) {
			functions.push({
				name: name.text,
				is_static: words.includes("static"),
				line: name.row + 1,
				last_line: (leaves[end] ?? name).row + 1,
				tokens: tokens_between(leaves, i, end),
			});
		}
		i = end;
		head = end + 1;
	}
	return functions;
}
