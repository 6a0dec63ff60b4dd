// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text laid out for a screen.
 */
import { styled } from "../lib/cli/terminal.ts";

/** screen_width - how many columns there are: the terminal's, else 80 */
export function screen_width(): number {
	return Math.max(40, process.stdout.columns ?? 80);
}

/** cut - a text of at most a width */
export function cut(text: string, width: number): string {
	return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

/**
 * indented - a text as lines that fit the screen
 * @first: how far the first line stands in
 * @rest: how far the others do
 */
export function indented(text: string, first: number, rest: number): string[] {
	const lines: string[] = [];
	let line = " ".repeat(first);
	let empty = true;

	for (const word of text.split(" ")) {
		if (!empty && line.length + 1 + word.length > screen_width()) {
			lines.push(line.trimEnd());
			line = " ".repeat(rest);
			empty = true;
		}
		line += empty ? word : ` ${word}`;
		empty = false;
	}
	return [...lines, line.trimEnd()];
}

/** table - rows of cells, each column as wide as its widest cell */
export function table(rows: string[][]): string[] {
	const widths = rows[0]!.map((_, i) => Math.max(...rows.map((r) => r[i]!.length)));

	return rows.map((r) => r.map((c, i) => c.padEnd(widths[i]!)).join("  ").trimEnd());
}

/** coloured - the outcome words of a line in colour, on a terminal */
export function coloured(line: string): string {
	return line.replace(/\b(?:differs?|depends?)\b/g, (w) => styled("red", w))
		.replace(/\bopen(?=:| \(| \d|$)/g, (w) => styled("yellow", w));
}
