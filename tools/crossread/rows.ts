// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rows of a function: its statements in C, and the port's beside them.
 */

import type { aligned_row } from "./align.ts";
import { other_condition } from "./check.ts";
import type { equivalence_name } from "./equivalences.ts";
import { type pairing, pair_up } from "./pairing.ts";
import type { source_line } from "./patch.ts";
import type { piece, stretch } from "./pieces.ts";
import type { skeleton_function } from "./skeleton.ts";
import { likeness, type unit } from "./units.ts";

/** A line of a port. */
export interface port_line {
	line: number;
	text: string;
}

/**
 * What a row is: statements that agree, or do for the reasons given, or do not; a statement (or
 * comment, or brace) on one side that holds nothing to compare; what a patch removes; a
 * stretch of the port that the patch does not show; what a reply says; the head of a hunk.
 */
export type row_state =
	"same" | "explained" | "differs" | "one side" | "removed" | "gap" | "remark" | "hunk";

/** One row: a statement in C, in the port, or both. */
export interface view_row {
	state: row_state;
	c: source_line[];
	port: port_line[];
	/** The differences at this row. */
	notes: string[];
	/** The port's reasons for it. */
	reasons: string[];
	/** The equivalences through which the port's text is the C's. */
	via: equivalence_name[];
	/** What a reply says behind the C lines. */
	remarks: string[];
}

/** A port's text as the rows need it. */
export interface port_text {
	lines: readonly string[];
	units: readonly unit[];
	reasons: ReadonlyMap<number, string>;
}

/** C lines that go into one row; no unit: lines a patch removes. */
interface segment {
	unit: unit | null;
	lines: source_line[];
	/** Port text may be missing before it, because C text is. */
	behind_gap: boolean;
}

function segment_line(segments: segment[], at: stretch, line: source_line): void {
	const open = segments.at(-1);
	const within = open?.unit && line.line <= open.unit.last;
	if (line.mark === "-") {
		const last_kept = open?.lines.findLast(({ mark }) => mark !== "-");
		const inside = open?.unit && last_kept!.line < open.unit.last;
		if (open && (inside || !open.unit))
			open.lines.push(line);
		else
			segments.push({ unit: null, lines: [line], behind_gap: false });
		return;
	}
	const unit = at.units.find(({ first, last }) => first <= line.line && line.line <= last);
	if (unit && within && open.unit === unit)
		open.lines.push(line);
	else if (unit)
		segments.push({ unit, lines: [line], behind_gap: false });
	else if (open)
		open.lines.at(-1)!.remarks.push(...line.remarks);
}

function segments_of({ stretches }: piece): segment[] {
	return stretches.flatMap((at, i) => {
		const segments: segment[] = [];
		for (const line of at.lines)
			segment_line(segments, at, line);
		if (segments[0])
			segments[0].behind_gap = i > 0 || !at.has_head;
		return segments;
	});
}

/*
 * How well two units go together: by the tokens that are aligned between them first.
 */
function score(c: unit, port: unit, shared: number): number {
	if (c.kind !== port.kind)
		return 0;
	if (c.kind !== "code")
		return 0.5;
	const like = likeness(c.words, port.words);
	if (c.words.length + port.words.length === 0)
		return 1;
	return shared > 0 || like >= 0.34 ? 10 * shared + 4 * like : 0;
}

function unit_at(units: readonly unit[], line: number): number {
	return units.findIndex(({ first, last }) => first <= line && line <= last);
}

function shared_tokens(c: readonly unit[], port: readonly unit[], rows: readonly aligned_row[]) {
	const shared = new Map<number, number>();
	for (const row of rows) {
		if (!row.c || !row.port)
			continue;
		const at = unit_at(c, row.c.line) * port.length + unit_at(port, row.port.line);
		shared.set(at, (shared.get(at) ?? 0) + 1);
	}
	return shared;
}

/** Worth more than anything: the heads of the two functions. */
const heads = 1000;

function pair_units(
	c: readonly unit[],
	port: readonly unit[],
	rows: readonly aligned_row[],
	has_head: boolean,
): pairing {
	const shared = shared_tokens(c, port, rows);
	const value = (i: number, j: number) => has_head && i === 0 && j === 0 ? heads
		: score(c[i], port[j], shared.get(i * port.length + j) ?? 0);
	return pair_up(c.length, port.length, value);
}

/** empty_row - a row with nothing on either side */
export function empty_row(state: row_state): view_row {
	return { state, c: [], port: [], notes: [], reasons: [], via: [], remarks: [] };
}

function c_row(state: row_state, lines: source_line[]): view_row {
	const remarks = lines.flatMap((line) => line.remarks);
	return { ...empty_row(state), c: lines, remarks };
}

function fill_port(row: view_row, unit: unit, fn: skeleton_function, port: port_text): void {
	const covers = (line: number) => unit.first <= line && line <= unit.last;
	for (let line = unit.first; line <= unit.last; line++) {
		row.port.push({ line, text: port.lines[line - 1] });
		const reason = unit.kind === "code" ? port.reasons.get(line) : undefined;
		if (reason !== undefined && !row.reasons.includes(reason))
			row.reasons.push(reason);
	}
	const tokens = [...fn.tokens, ...fn.dropped ?? []].filter(({ line }) => covers(line));
	row.via = [...new Set(tokens.flatMap(({ via }) => via ?? []))];
}

function note_of({ c, port }: aligned_row): string {
	if (c && port) {
		return `the operators of the ${c.text} are ${c.condition || "none"} in C, `
			+ `${port.condition || "none"} in the port`;
	}
	return c ? `${c.text} is not in the port` : `${port!.text} is not in C`;
}

/*
 * Say at the rows which tokens have no counterpart.
 */
function note_differences(rows: view_row[], aligned: readonly aligned_row[]): void {
	for (const it of aligned) {
		const { c, port, reason, outside } = it;
		if (outside || (c && port && !other_condition(it)))
			continue;
		const row = rows.find((at) => c
			? at.c.some(({ mark, line }) => mark !== "-" && line === c.line)
			: at.port.some(({ line }) => line === port!.line));
		if (!row)
			continue;
		row.notes.push(note_of(it));
		if (reason === null)
			row.state = "differs";
		else if (row.state !== "differs")
			row.state = "explained";
		if (reason !== null && !row.reasons.includes(reason))
			row.reasons.push(reason);
	}
}

/** Rows in the making, and the C segments that are still to be placed. */
interface placing {
	rows: view_row[];
	segments: segment[];
	next: number;
}

/*
 * The removed lines before the next unit, or before the end.
 */
function place_removed(at: placing): void {
	while (at.segments[at.next]?.unit === null)
		at.rows.push(c_row("removed", at.segments[at.next++].lines));
}

function skips_port(at: placing, has_end: boolean): boolean {
	const next = at.segments.slice(at.next).find(({ unit }) => unit);
	return next ? next.behind_gap : !has_end;
}

/**
 * function_rows - the rows of a function
 *
 * @piece: the C function, or what a patch shows of it
 * @fn: the port's function
 * @aligned: how their tokens are aligned
 * @port: the port's text
 *
 * Return: the rows, in order
 */
export function function_rows(
	piece: piece,
	fn: skeleton_function,
	aligned: readonly aligned_row[],
	port: port_text,
): view_row[] {
	const at: placing = { rows: [], segments: segments_of(piece), next: 0 };
	const c_units = at.segments.flatMap(({ unit }) => unit ?? []);
	const port_units = port.units.filter(({ first, last }) => (
		first >= fn.line && last <= fn.last_line));
	const { has_head } = piece.stretches[0];
	const { has_end } = piece.stretches.at(-1)!;
	for (const [i, j] of pair_units(c_units, port_units, aligned, has_head)) {
		if (i < 0 && skips_port(at, has_end)) {
			if (at.rows.length > 0 && at.rows.at(-1)!.state !== "gap")
				at.rows.push(empty_row("gap"));
			continue;
		}
		if (i >= 0)
			place_removed(at);
		const row = i < 0 ? empty_row("one side")
			: c_row(j < 0 ? "one side" : "same", at.segments[at.next++].lines);
		if (j >= 0)
			fill_port(row, port_units[j], fn, port);
		at.rows.push(row);
	}
	place_removed(at);
	note_differences(at.rows, aligned);
	if (at.rows.at(-1)?.state === "gap")
		at.rows.pop();
	return at.rows.flatMap((row) => with_remarks(row));
}

/**
 * with_remarks - a row, and behind it what a reply says of it
 */
export function with_remarks(row: view_row): view_row[] {
	const remarks = row.remarks.join("\n").trim();
	if (row.reasons.length > 0 && row.state === "same")
		row.state = "explained";
	if (remarks === "")
		return [row];
	return [{ ...row, remarks: [] }, { ...empty_row("remark"), remarks: remarks.split("\n") }];
}

/**
 * c_only_rows - the rows of a function the port does not have
 *
 * @piece: the function
 */
export function c_only_rows(piece: piece): view_row[] {
	const state = piece.removed ? "removed" : "one side";
	return piece.stretches.flatMap((at) => c_row(state, at.lines)).flatMap(with_remarks);
}
