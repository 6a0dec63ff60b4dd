// SPDX-License-Identifier: GPL-2.0-only
/*
 * The reasons a port gives for departing from the C: its comments that begin with "PORT:".
 */

import type { Node } from "web-tree-sitter";

/** The reasons of one file. */
export interface port_reasons {
	/** By 1-based line, for the lines a reason covers. */
	lines: Map<number, string>;
	/** By C function, for the functions the port leaves out. */
	left_out: Map<string, string>;
}

/*
 * The reason in a comment, on one line; null where it gives none.
 */
function reason_in(comment: string): string | null {
	const match = /\bPORT:([\s\S]*?)(?:\*\/|$)/.exec(comment);
	const reason = match?.[1].replace(/\n\s*(?:\*|\/\/)?\s*/g, " ").trim();
	return reason ? reason : null;
}

function is_blank_or_comment(line: string): boolean {
	return /^\s*(?:$|\/\/|\/?\*)/.test(line);
}

/*
 * The last row a comment covers: a comment that has its lines to itself speaks of the next
 * line of code, any other of the lines it stands on.
 */
function last_covered_row(comment: Node, rows: readonly string[]): number {
	const { row, column } = comment.startPosition;
	let last = comment.endPosition.row;
	if (rows[row].slice(0, column).trim() !== "")
		return last;
	if (rows[last].slice(comment.endPosition.column).trim() !== "")
		return last;
	do
		last++;
	while (last < rows.length && is_blank_or_comment(rows[last]));
	return last;
}

/**
 * read_port_reasons - the reasons in the comments of a port
 *
 * @comments: the comments of the file
 * @text: the text of the file
 *
 * Return: the reasons; a comment of the form "PORT: a(), b(): why" also explains why the C
 * functions of these names are not there
 */
export function read_port_reasons(comments: readonly Node[], text: string): port_reasons {
	const rows = text.split("\n");
	const reasons: port_reasons = { lines: new Map(), left_out: new Map() };
	for (const comment of comments) {
		const reason = reason_in(comment.text);
		if (reason === null)
			continue;
		const absent = /^((?:\w+\(\)(?:,\s*)?)+):\s*(.+)/.exec(reason);
		for (const name of absent?.[1].match(/\w+/g) ?? [])
			reasons.left_out.set(name, absent![2]);
		const last = last_covered_row(comment, rows);
		for (let row = comment.startPosition.row; row <= last; row++)
			reasons.lines.set(row + 1, reason);
	}
	return reasons;
}
