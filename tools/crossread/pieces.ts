// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functions of a C text, whole or as far as a patch shows them.
 */

import { definitions, definitions_in_part, type definition, tokens_between } from "./c_skeleton.ts";
import { identifier, type leaf, leaves_of } from "./leaves.ts";
import type { file_patch, hunk, source_line } from "./patch.ts";
import { control_words, type skeleton_token } from "./skeleton.ts";
import { type unit, units_of } from "./units.ts";

/** Lines of one function that stand behind each other. */
export interface stretch {
	lines: source_line[];
	tokens: skeleton_token[];
	units: unit[];
	/** The function's head and its closing brace are among the lines. */
	has_head: boolean;
	has_end: boolean;
}

/** A function of a C text, or what a patch shows of it. */
export interface piece {
	name: string;
	is_static: boolean | null;
	stretches: stretch[];
	/** The patch takes the function away. */
	removed: boolean;
}

/** A part of a text that belongs to one function; rows are indices of the text's lines. */
interface part {
	name: string;
	is_static: boolean | null;
	first: number;
	last: number;
	has_head: boolean;
	has_end: boolean;
}

function part_of(leaves: readonly leaf[], { name, is_static, head, end }: definition): part {
	const first = leaves[head]!.row;
	const last = (leaves[end] ?? leaves.at(-1)!).row;
	const has_end = end < leaves.length;
	return { name: name.text, is_static, first, last, has_head: true, has_end };
}

/*
 * The stretch of a part: @lines are those of the whole text, of which @rows are parsed.
 */
function make_stretch(
	part: part,
	lines: source_line[],
	rows: readonly source_line[],
	leaves: readonly leaf[],
	units: readonly unit[],
): stretch {
	const body = leaves.findIndex(({ row, text }) => row >= part.first
		&& (!part.has_head || text === "{"));
	const behind = leaves.findIndex(({ row }) => row > part.last);
	const to = behind < 0 ? leaves.length : behind;
	const number = (row: number) => rows[row]!.line;
	return {
		lines,
		tokens: tokens_between(leaves, body < 0 ? to : body, to)
			.map((token) => ({ ...token, line: number(token.line - 1) })),
		units: units.filter(({ first, last }) => first > part.first &&
			last <= part.last + 1)
			.map((unit) => (
				{ ...unit, first: number(unit.first - 1),
					last: number(unit.last - 1) })),
		has_head: part.has_head,
		has_end: part.has_end,
	};
}

/**
 * file_pieces - the functions of a C file
 *
 * @text: the file's text
 */
export async function file_pieces(text: string): Promise<piece[]> {
	const leaves = await leaves_of("c", text);
	const units = units_of(text, leaves, "c");
	const lines = text.split("\n").map((content, row): source_line => (
		{ mark: " ", text: content, line: row + 1, remarks: [] }));
	return definitions(leaves).map((found) => {
		const part = part_of(leaves, found);
		const own = lines.slice(part.first, part.last + 1);
		const whole = make_stretch(part, own, lines, leaves, units);
		return {
			name: part.name, is_static: part.is_static, stretches: [whole],
			removed: false,
		};
	});
}

/*
 * The text of a hunk for the parser: a comment that began before it is blank, one that ends
 * behind it ends.
 */
function parsable(rows: readonly source_line[]): string {
	let open = false;
	const lines = rows.map(({ text }) => {
		if (!open && /^\s*\*(?:\s|\/|$)/.test(text))
			return "";
		const last_open = text.lastIndexOf("/*");
		const last_close = text.lastIndexOf("*/");
		if (last_open >= 0 || last_close >= 0)
			open = last_open > last_close;
		return text;
	});
	return lines.join("\n") + (open ? " */" : "");
}

/**
 * name_in_heading - the function the head of a hunk speaks of
 *
 * @heading: what stands behind the second @@
 *
 * Return: its name; null where the line begins no function
 */
export function name_in_heading(heading: string): string | null {
	if (/[=;]|^(?:struct|enum|union)\s+\w+\s*\{/.test(heading))
		return null;
	return /\b(\w+)\s*\(/.exec(heading)?.[1] ?? null;
}

/** A page of an archive leaves a blank at most before the code. */
function is_indented(rows: readonly source_line[]): boolean {
	return rows.some(({ text }) => /^(?:\t| {2,})/.test(text));
}

/*
 * Whether a row begins with what only a function's body has: a control word, a call, an
 * assignment.
 */
function is_statement(leaves: readonly leaf[], i: number): boolean {
	const { first, text } = leaves[i]!;
	return first && (control_words.has(text) || identifier.test(text)
		&& ["(", "=", "->", "."].includes(leaves[i + 1]?.text ?? ""));
}

/*
 * The row of the brace that ends the function a hunk begins in; -1 where it is not shown. Where
 * the lines lost their indentation it is the one that closes most, unless statements follow.
 */
function end_of_first(leaves: readonly leaf[], rows: readonly source_line[]): number {
	if (is_indented(rows)) {
		const end = leaves.find(({ first, row, text }) => (
			first && text === "}" && rows[row]!.text.startsWith("}")));
		return end?.row ?? -1;
	}
	let depth = 0;
	let least = 0;
	let end = -1;
	leaves.forEach(({ text, row }, i) => {
		depth += text === "{" ? 1 : text === "}" ? -1 : 0;
		if (depth < least) {
			least = depth;
			end = row;
		} else if (end >= 0 && row > end && is_statement(leaves, i)) {
			end = -1;
		}
	});
	return end;
}

/*
 * Whether a row stands outside of every function: code, not a label, at the very left.
 */
function at_the_left(leaves: readonly leaf[], rows: readonly source_line[]): boolean {
	return is_indented(rows) && leaves.some(({ row, text, first }, i) => (
		first && identifier.test(text) && /^\w/.test(rows[row]!.text)
		&& leaves[i + 1]?.text !== ":"));
}

/*
 * The part of a hunk that belongs to the function of its heading.
 */
function first_part(
	heading: string,
	leaves: readonly leaf[],
	rows: readonly source_line[],
	next: part | undefined,
): part[] {
	const name = name_in_heading(heading);
	const before = next?.first ?? rows.length;
	const words = leaves.filter(({ row }) => row < before);
	const end = end_of_first(words, rows);
	if (name === null || before === 0)
		return [];
	if (end < 0 && (next || at_the_left(words, rows)))
		return [];
	const last = end < 0 ? before - 1 : end;
	const has_end = end >= 0;
	return [{ name, is_static: null, first: 0, last, has_head: false, has_end }];
}

/*
 * The lines of a hunk that belong to a part of its rows: those, and what is removed between
 * them or, of the head, right before them.
 */
function lines_of(hunk: hunk, rows: readonly source_line[], part: part): source_line[] {
	let from = hunk.lines.indexOf(rows[part.first]!);
	const to = hunk.lines.indexOf(rows[part.last]!);
	const head = new RegExp(`\\b${part.name}\\(`);
	let removed = from;
	while (removed > 0 && hunk.lines[removed - 1]!.mark === "-")
		removed--;
	const begins = hunk.lines.slice(removed, from).findLastIndex(({ text }) => head.test(text));
	if (begins >= 0 && part.has_head)
		from = removed + begins;
	if (!part.has_head)
		from = removed;
	let end = to;
	while (!part.has_end && hunk.lines[end + 1]?.mark === "-")
		end++;
	return hunk.lines.slice(from, end + 1);
}

interface found_part {
	part: part;
	stretch: stretch;
}

async function parts_of_hunk(hunk: hunk, rows: readonly source_line[]): Promise<found_part[]> {
	if (rows.length === 0)
		return [];
	const leaves = await leaves_of("c", parsable(rows));
	const text = rows.map((line) => line.text).join("\n");
	const units = units_of(text, leaves, "c");
	const own = definitions_in_part(leaves).map((found) => part_of(leaves, found));
	const parts = [...first_part(hunk.heading, leaves, rows, own[0]), ...own];
	return parts.map((part) => {
		const lines = lines_of(hunk, rows, part);
		return { part, stretch: make_stretch(part, lines, rows, leaves, units) };
	});
}

function is_change({ mark, text }: source_line): boolean {
	return mark !== " " && text.trim() !== "";
}

function add_part(pieces: Map<string, piece>, { part, stretch }: found_part): void {
	const { name, is_static } = part;
	const known = pieces.get(name);
	if (known) {
		known.stretches.push(stretch);
		known.is_static ??= is_static;
	} else {
		pieces.set(name, { name, is_static, stretches: [stretch], removed: false });
	}
}

/*
 * The functions a hunk takes away: their name is on a removed line, and nowhere in what is
 * left.
 */
async function removed_in(hunk: hunk, left: ReadonlySet<string>): Promise<piece[]> {
	const rows = hunk.lines.filter(({ mark }) => mark !== "+");
	const leaves = rows.length > 0 ? await leaves_of("c", parsable(rows)) : [];
	return definitions_in_part(leaves).flatMap((found) => {
		const part = part_of(leaves, found);
		if (left.has(part.name) || rows[found.name.row]!.mark !== "-")
			return [];
		const lines = rows.slice(part.first, part.last + 1)
			.filter(({ mark }) => mark === "-");
		const { name, is_static, has_head, has_end } = part;
		const gone: stretch = { lines, tokens: [], units: [], has_head, has_end };
		return [{ name, is_static, stretches: [gone], removed: true }];
	});
}

/**
 * patch_pieces - the functions a patch changes in one file
 *
 * @file: the file's part of the patch
 *
 * Return: every function on which a changed line stands, as far as the hunks show it; then those
 * the patch takes away
 */
export async function patch_pieces(file: file_patch): Promise<piece[]> {
	const pieces = new Map<string, piece>();
	for (const hunk of file.hunks) {
		const rows = hunk.lines.filter(({ mark }) => mark !== "-");
		for (const found of await parts_of_hunk(hunk, rows))
			add_part(pieces, found);
	}
	const names = new Set(pieces.keys());
	const changed = [...pieces.values()].filter(({ stretches }) => (
		stretches.some(({ lines }) => lines.some(is_change))));
	const removed = await Promise.all(file.hunks.map((hunk) => removed_in(hunk, names)));
	return [...changed, ...removed.flat()];
}
