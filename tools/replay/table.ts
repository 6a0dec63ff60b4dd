// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables of text.
 */
import { styled } from "../lib/cli/terminal.ts";

/** cut - a text of at most a width */
export function cut(text: string, width: number): string {
	return text.length <= width ? text : `${text.slice(0, width - 3)}...`;
}

/** table - rows of cells, each column as wide as its widest cell */
export function table(rows: string[][]): string[] {
	const widths = rows[0]!.map((_, i) => Math.max(...rows.map((r) => r[i]!.length)));

	return rows.map((r) => r.map((c, i) => c.padEnd(widths[i]!)).join("  ").trimEnd());
}

/** coloured - the outcome words of a line in colour, on a terminal */
export function coloured(line: string): string {
	return line.replace(/\bdiffers\b/g, (w) => styled("red", w))
		.replace(/\bnot read\b/g, (w) => styled("yellow", w));
}
