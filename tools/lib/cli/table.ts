// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables with a heading, for a terminal and as Markdown.
 */

/** A table: each row as long as the heading, its cells one line each. */
export interface table {
	heading: string[];
	rows: string[][];
}

/**
 * text_table - columns side by side
 * @table: the table
 * @indent: what each line begins with
 */
export function text_table({ heading, rows }: table, indent = ""): string {
	const widths = heading.map((title, i) =>
		Math.max(title.length, ...rows.map((row) => row[i].length)));
	const line = (row: string[]): string =>
		`${indent}${row.map((cell, i) => cell.padEnd(widths[i])).join("  ")}`.trimEnd();

	return [heading, ...rows].map((row) => `${line(row)}\n`).join("");
}

/** markdown_table - the table as Markdown writes it */
export function markdown_table({ heading, rows }: table): string {
	const line = (row: string[]): string => `| ${row.join(" | ")} |\n`;

	return `${line(heading)}|${"---|".repeat(heading.length)}\n${rows.map(line).join("")}`;
}
