// SPDX-License-Identifier: GPL-2.0-only
/*
 * The words and marks of a text in order, as its syntax tree has them at its leaves. They are
 * right even where kernel macros make the tree above them an error.
 */

import type { TreeCursor } from "web-tree-sitter";
import { type grammar, parse } from "./tree.ts";

/** A word or a mark of a text, without comments, strings and preprocessor lines. */
export interface leaf {
	text: string;
	/** 0-based line. */
	row: number;
	start: number;
	end: number;
	/** Nothing but blanks and comments stands before it on its line. */
	first: boolean;
}

/** What is a name, in C and here. */
export const identifier = /^[A-Za-z_]\w*$/;

const no_words = new Set([
	"comment", "string_literal", "char_literal", "system_lib_string", "string",
	"template_string", "regex",
]);

/**
 * directive_rows - which lines of a C text are the preprocessor's
 *
 * @text: the text
 *
 * Return: the 0-based lines, those a backslash continues included
 */
export function directive_rows(text: string): Set<number> {
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

function collect_leaves(cursor: TreeCursor, text: string, skipped: Set<number>): leaf[] {
	const leaves: leaf[] = [];
	let last_row = -1;
	do {
		descend(cursor);
		if (no_words.has(cursor.nodeType) || cursor.startIndex === cursor.endIndex)
			continue;
		const word = leaf_at(cursor, text, last_row);
		if (skipped.has(word.row))
			continue;
		leaves.push(word);
		last_row = word.row;
	} while (next_node(cursor));
	return leaves;
}

/**
 * leaves_of - the words and marks of a text
 *
 * @name: the grammar to read it with
 * @text: the text
 *
 * Return: the leaves, in order
 */
export async function leaves_of(name: grammar, text: string): Promise<leaf[]> {
	const tree = await parse(name, text);
	const cursor = tree.walk();
	const skipped = name === "c" ? directive_rows(text) : new Set<number>();
	const leaves = collect_leaves(cursor, text, skipped);
	cursor.delete();
	tree.delete();
	return leaves;
}
