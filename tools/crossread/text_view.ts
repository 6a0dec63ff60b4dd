// SPDX-License-Identifier: GPL-2.0-only
/*
 * Side by side in a terminal: C left, port right, as wide as the terminal is.
 */

import { printable, styled } from "../lib/cli/terminal.ts";
import { type function_view, text_agreement, type text_view } from "./compare.ts";
import type { mark, source_line } from "./patch.ts";
import type { unplaced_remark } from "./remarks.ts";
import type { port_line, row_state, view_row } from "./rows.ts";
import { folded, type file_pair, type hunk_pair, type two_diffs } from "./two_diffs.ts";

const tab_width = 4;
const number_width = 5;
const narrowest = 60;
const without_terminal = 160;

/** What stands between the two sides of a row. */
const signs: { [state in row_state]: string } = {
	"same": "|", "explained": "~", "differs": "#", "one side": " ", "removed": " ",
	"gap": " ", "remark": " ", "hunk": " ",
};

/** A cell's line: its number, and text that fits. */
interface cell_line {
	number: string;
	text: string;
	mark: string;
}

function is_wide(char: string): boolean {
	return /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\uff01-\uff60]/u
		.test(char);
}

function columns_of(text: string): number {
	return [...text].reduce((sum, char) => sum + (is_wide(char) ? 2 : 1), 0);
}

function expand_tabs(text: string): string {
	let out = "";
	for (const char of text)
		out += char === "\t" ? " ".repeat(tab_width - out.length % tab_width) : char;
	return out;
}

/*
 * Cut a line into pieces that are at most @width columns wide.
 */
function wrap(text: string, width: number): string[] {
	const lines = [""];
	let used = 0;
	for (const char of printable(expand_tabs(text))) {
		const columns = is_wide(char) ? 2 : 1;
		if (used + columns > width) {
			lines.push("");
			used = 0;
		}
		lines[lines.length - 1] += char;
		used += columns;
	}
	return lines;
}

function pad(text: string, width: number): string {
	return text + " ".repeat(Math.max(0, width - columns_of(text)));
}

function cell(lines: readonly (source_line | port_line)[], width: number): cell_line[] {
	return lines.flatMap((line) => {
		const mark = "mark" in line ? line.mark : " ";
		return wrap(line.text, width).map((text, i) => (
			{ number: i === 0 && line.line > 0 ? String(line.line) : "", text, mark }));
	});
}

/* A line of a diff. */
function marked_cell({ number, text, mark }: cell_line, width: number): string {
	const plain = `${number.padStart(number_width)} ${mark}${pad(text, width)}`;
	if (mark === "+")
		return styled("green", plain);
	return mark === "-" ? styled("red", plain) : plain;
}

function sign_of(state: row_state): string {
	const sign = signs[state];
	if (state === "differs")
		return styled(["bold", "red"], sign);
	return state === "explained" ? styled("yellow", sign) : sign;
}

const nothing: cell_line = { number: "", text: "", mark: " " };

function wrapped(lead: string, text: string, width: number): string[] {
	return wrap(text, width - lead.length).map((part) => lead + part);
}

function note_lines({ state, notes, reasons, remarks }: view_row, width: number): string[] {
	const style = state === "differs" ? "red" : "yellow";
	return [
		...notes.flatMap((note) => wrapped("      # ", note, width))
			.map((it) => styled(style, it)),
		...reasons.flatMap((reason) => wrapped("      PORT: ", reason, width))
			.map((it) => styled("yellow", it)),
		...remarks.flatMap((line) => wrapped("      > ", line, width))
			.map((it) => styled("cyan", it)),
	];
}

/* The end of a line: without blanks behind it. */
function last_cell(last: cell_line, is_diff: boolean): string {
	return is_diff ? marked_cell(last, 0).trimEnd()
		: `${last.number.padStart(number_width)} ${last.text}`;
}

function row_lines(row: view_row, width: number): string[] {
	const half = Math.floor((width - 2 * number_width - 7) / 2);
	const is_diff = row.port.some((line) => "mark" in line);
	if (row.state === "gap")
		return [`${" ".repeat(number_width)} ...`];
	const left = cell(row.c, half);
	const right = cell(row.port, half);
	const lines: string[] = [];
	for (let i = 0; i < Math.max(left.length, right.length); i++) {
		const beside = last_cell(right[i] ?? nothing, is_diff);
		const line =
			`${marked_cell(left[i] ?? nothing, half)} ${sign_of(row.state)} ${beside}`;
		lines.push(line.trimEnd());
	}
	return [...lines, ...note_lines(row, width)];
}

/**
 * figure_text - how a function agrees, in words
 *
 * @fn: the function
 */
export function figure_text(fn: function_view): string {
	const later = fn.later.length === 0 ? "" : `, changed again by ${fn.later.join(", ")}`;
	return status_text(fn) + later;
}

function status_text(fn: function_view): string {
	switch (fn.status) {
	case "unmatched":
		return "no function of that name in the port";
	case "left out":
		return "left out of the port, for the reason it gives";
	case "removed":
		return "removed by the patch, and not in the port";
	case "still there":
		return "removed by the patch, but in the port";
	case "found":
		return `${fn.agreement.toFixed(1)}% (${fn.aligned} aligned, ${fn.explained} explained, `
			+ `${fn.differ} differ)${fn.whole ? "" : ", as far as shown"}`;
	}
}

function function_lines(fn: function_view, view: text_view, width: number): string[] {
	const where = fn.port_path === null ? "" : `  ${fn.port_path}:${fn.port_line}`;
	const head = `${fn.name}  ${view.c_file}:${fn.c_line}${where}  ${figure_text(fn)}`;
	return ["", styled("bold", head), ...fn.rows.flatMap((row) => row_lines(row, width))];
}

function finding_lines({ findings, claimed, port_path, c_file }: text_view): string[] {
	return findings.filter(({ what }) => claimed || what !== "missing").map((found) => {
		const at = found.port_line === null ? port_path : `${port_path}:${found.port_line}`;
		const of_c = found.c_line === null ? "" : ` (${c_file}:${found.c_line})`;
		const why = found.reason === null ? "" : `, PORT: ${found.reason}`;
		return `${at}: ${found.name}: ${found.what}${of_c}${why}`;
	});
}

/**
 * title_lines - what is compared, and how it agrees
 *
 * @view: the compared text
 */
function title_lines(view: text_view): string[] {
	const found = view.functions.filter(({ status }) => status === "found").length;
	const removed = view.functions.filter(({ status }) => status === "removed").length;
	const unmatched = view.functions.filter(({ status }) => status === "unmatched");
	const names = unmatched.map(({ name }) => name).join(", ");
	return [
		...view.subject === null ? [] : [`Subject: ${view.subject}`],
		...view.message_id === null ? [] : [`Message-Id: ${view.message_id}`],
		`${view.input}: ${view.c_file} beside ${view.port_path} (${view.driver}, ${view.chosen})`,
		`${found} of ${view.functions.length - removed} functions found, `
			+ (removed > 0 ? `${removed} removed by the patch, ` : "")
			+ `agreement ${text_agreement(view).toFixed(1)}%`
			+ (unmatched.length > 0 ? `, not in the port: ${names}` : ""),
	].map(printable);
}

function hunk_lines({ name, rows }: hunk_pair, width: number): string[] {
	return ["", ...name === "" ? [] : [styled("bold", name)],
		...folded(rows).flatMap((row) => row_lines(row, width))];
}

/**
 * pair_title - which patch it is, in the mail and here
 *
 * @pair: the two diffs
 */
export function pair_title({ input, driver, subject, message_id, elsewhere }: two_diffs): string[] {
	return [
		`Subject: ${subject}`,
		`Message-Id: ${message_id}`,
		`${input}: the mail's diff beside the port's, which makes ${driver}`,
		...elsewhere.length === 0 ? []
			: [`the mail also changes ${elsewhere.join(", ")}, nothing of the driver`],
	].map(printable);
}

/**
 * file_title - the files of a pair
 *
 * @file: what the mail and the port have of them
 */
export function file_title({ c_file, port_file }: file_pair): string {
	return printable(c_file === null ? `${port_file}, which the mail does not show`
		: `${c_file} beside ${port_file}`);
}

/* What the mail does not show needs no second column. */
function diff_lines({ hunks }: file_pair): string[] {
	const styles: Record<mark, Parameters<typeof styled>[0] | null> = {
		"+": "green", "-": "red", " ": null,
	};
	return hunks.flatMap(({ rows }) => rows).flatMap(({ state, port }) => (
		(port as source_line[]).map(({ mark, text }) => {
			const line = state === "hunk" ? text : mark + text;
			return styles[mark] === null ? line : styled(styles[mark], line);
		})));
}

function pair_lines(pair: two_diffs, width: number): string[] {
	return [
		...pair_title(pair).map((line) => styled("bold", line)), "",
		...pair.head.map((line) => `  ${line}`.trimEnd()),
		...pair.files.flatMap((file) => ["", styled("bold", file_title(file)),
			...file.c_file === null ? diff_lines(file)
				: file.hunks.flatMap((hunk) => hunk_lines(hunk, width))]),
	];
}

function width_of({ columns = without_terminal }: { columns?: number }): number {
	return Math.max(narrowest, columns);
}

/**
 * pairs_text - mails' diffs and the port's for a terminal
 *
 * @pairs: the diffs
 * @stream: where the text will go; its width is used
 *
 * Return: the text, each line with its newline
 */
export function pairs_text(pairs: readonly two_diffs[], stream: { columns?: number }): string {
	return pairs.map((pair) => (
		pair_lines(pair, width_of(stream)).map((line) => `${line}\n`).join(""))).join("\n");
}

/**
 * side_by_side - texts and their ports for a terminal
 *
 * @views: the compared texts
 * @stream: where the text will go; its width is used
 *
 * Return: the text, each line with its newline
 */
export function side_by_side(views: readonly text_view[], stream: { columns?: number }): string {
	const width = width_of(stream);
	const lines = views.flatMap((view, i) => [
		...i > 0 ? [""] : [],
		...title_lines(view).map((line) => styled("bold", line)),
		...finding_lines(view),
		...view.functions.flatMap((fn) => function_lines(fn, view, width)),
	]);
	return lines.map((line) => `${line}\n`).join("");
}

/**
 * remarks_text - what answers say that stands at no line that is shown, and why it does not
 *
 * @stream: where the text will go; its width is used
 *
 * Return: the text, each line with its newline; empty without remarks
 */
export function remarks_text(
	remarks: readonly unplaced_remark[], stream: { columns?: number },
): string {
	const width = width_of(stream);
	const lines = remarks.flatMap(({ by, why, lines: said }) => ["", printable(`${by}, ${why}:`),
		...said.flatMap((line) => wrapped("      > ", line, width))
			.map((it) => styled("cyan", it))]);

	return remarks.length === 0 ? ""
		: [styled("bold", "Remarks without a place above"), ...lines]
			.map((line) => `${line}\n`).join("");
}

/**
 * figures - how each function agrees, without the texts
 *
 * @views: the compared texts
 *
 * Return: the text, each line with its newline
 */
export function figures(views: readonly text_view[]): string {
	const lines = views.flatMap((view) => [
		...title_lines(view),
		...finding_lines(view),
		...view.functions.map((fn) => `  ${fn.name}: ${figure_text(fn)}`),
	]);
	return lines.map((line) => `${line}\n`).join("");
}
