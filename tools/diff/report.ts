// SPDX-License-Identifier: GPL-2.0-only
/*
 * The differences of two drivers, for a terminal and as Markdown.
 */
import type { StructuredPatchHunk } from "diff";
import type { driver } from "../../drivers/s390/crypto/history/index.ts";
import { styled } from "../lib/cli/terminal.ts";
import { markdown_table, text_table, type table } from "../lib/cli/table.ts";
import { head_of } from "../lib/series/patches.ts";
import { patch_between } from "../lib/series/states.ts";
import { series_behind } from "../lib/texts/origins.ts";
import { hunks_of, type change, type fate } from "./compare.ts";

const FATES: fate[] = ["new", "changed", "unchanged", "gone"];

/**
 * struct comparison - two drivers and what became of which function
 */
export interface comparison {
	old: driver;
	now: driver;
	changes: change[];
}

function range_line(hunk: StructuredPatchHunk, name: string): string {
	const { oldStart, oldLines, newStart, newLines } = hunk;

	return `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@ ${name}`;
}

/* A unified diff; a line without its newline each. */
function diff_lines({ old, now }: comparison, change: change): string[] {
	const { file, name, before, after } = change;

	return [
		before === null ? "--- /dev/null" : `--- ${old.path}/${file}`,
		after === null ? "+++ /dev/null" : `+++ ${now.path}/${file}`,
		...hunks_of(change).flatMap((hunk) => [range_line(hunk, name), ...hunk.lines]),
	];
}

function count(change: change, mark: "+" | "-"): number {
	return hunks_of(change).flatMap(({ lines }) => lines)
		.filter((line) => line.startsWith(mark)).length;
}

function table_of(changes: change[], name: (name: string) => string): table {
	return {
		heading: ["", "name", "file", "lines"],
		rows: changes.map((change) => [
			change.fate,
			name(change.kind === "struct" ? `struct ${change.name}` : change.name),
			change.file,
			is_different(change) ? `+${count(change, "+")} -${count(change, "-")}` : "",
		]),
	};
}

function summary(changes: change[]): string {
	const count_of = (fate: fate): number => changes.filter((c) => c.fate === fate).length;

	return FATES.map((fate) => `${count_of(fate)} ${fate}`).join(", ");
}

/** is_different - whether more than comments changed */
export function is_different({ fate }: change): boolean {
	return fate !== "unchanged";
}

/** comparison_title - which two they are */
export function comparison_title({ old, now }: comparison): string {
	return `${old.label} (${old.id}) -> ${now.label} (${now.id})`;
}

/**
 * patches_between - what is said of the patch between two texts; of more, where they are, if they
 * are recorded
 */
export function patches_between({ old, now }: comparison): string {
	const between = patch_between(old.label, now.label);

	if (between !== null)
		return `\n${head_of(between).replaceAll(/^(?=.)/gm, "    ")}\n`;
	const commands = series_behind(now.label)
		.map(([label]) => `./tools/vfio-ap crossread --series ${label}`);

	return commands.length === 0 ? "" : `patches of ${now.label}: ${commands.join(", ")}\n`;
}

type style = Parameters<typeof styled>[0];

function style_of(line: string): style | null {
	if (line.startsWith("--- ") || line.startsWith("+++ "))
		return "bold";
	switch (line[0]) {
	case "@":
		return "cyan";
	case "+":
		return "green";
	case "-":
		return "red";
	default:
		return null;
	}
}

function coloured(line: string): string {
	const style = style_of(line);

	return style === null ? line : styled(style, line);
}

/* A table's row begins with what became of the function. */
function coloured_row(line: string): string {
	const styles: Record<string, style> = { new: "green", changed: "yellow", gone: "red" };
	const style = styles[line.slice(0, line.indexOf(" "))];

	return style === undefined ? line : styled(style, line);
}

/** text_summary - what became of which function, as a table */
export function text_summary(of: comparison): string {
	const table = text_table(table_of(of.changes, (name) => name));
	const lines = table.split("\n").map(coloured_row);

	return `${comparison_title(of)}\n\n${lines.join("\n")}\n${summary(of.changes)}\n${patches_between(of)}`;
}

/** text_diffs - a unified diff of each function that differs */
export function text_diffs(of: comparison): string {
	return of.changes.filter(is_different)
		.map((change) => `${diff_lines(of, change).map(coloured).join("\n")}\n`).join("\n");
}

/** markdown_summary - the table as Markdown */
export function markdown_summary(of: comparison): string {
	const { old, now, changes } = of;
	const table = markdown_table(table_of(changes, (name) => `\`${name}\``));

	return `# ${old.label} and ${now.label}\n\n\`${old.id}\` and \`${now.id}\`\n\n` +
		`${table}\n${summary(changes)}\n\n${patches_between(of)}`;
}

/** markdown_diffs - the diffs as Markdown, each under its function's name */
export function markdown_diffs(of: comparison): string {
	return of.changes.filter(is_different).map((change) =>
		`## \`${change.name}\`: ${change.fate}\n\n` +
		`\`\`\`diff\n${diff_lines(of, change).join("\n")}\n\`\`\`\n`).join("\n");
}
