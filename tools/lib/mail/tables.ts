// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables whose cells say of each queue whether it is meant: marks under adapters and beside
 * domains, or the other way round; a queue a row with "yes", "no" or a driver behind it. They are
 * written as the lists of queues that they are, line for line.
 */
import { queue_name } from "../scenario/ids.ts";
import type { mail_line } from "./message.ts";

const YES = /^(?:x|y|yes|\*|✓|✔|☑|true|bound|vfio_ap)$/i;
const NO = /^(?:-|--|n|no|\.|✗|✘|☐|false|unbound|none|default|cex\d?\w*|zcrypt\w*)$/i;
const ID = /^(?:0x)?[0-9a-f]{1,4}$/i;
const QUEUE = /^[0-9a-f]{1,2}\.[0-9a-f]{1,4}$/i;
const RULE = /^[\s|+:=-]{3,}$/;
const LEGEND = /^\(?\s*(?:x|\*|yes|✓|✔)\s*(?:=|:|means|is)\s*bound\b/i;
const UNIT = /^(?:apids?|apqis?|adapters?|domains?|cards?)$/i;

/** struct cell - a word of a row, and where its middle stands */
interface cell {
	text: string;
	middle: number;
}

function cells_of(text: string): cell[] {
	return [...text.replace(/\t/g, "        ").matchAll(/[^\s|]+/g)]
		.map((m) => ({ text: m[0], middle: m.index + m[0].length / 2 }));
}

function is_mark({ text }: cell): boolean {
	return YES.test(text) || NO.test(text);
}

function is_adapter(word: string): boolean {
	return /^(?:apids?|adapters?|cards?)$/i.test(word);
}

/** struct head - the ids across, and whether they are adapters; null if nobody says */
interface head {
	ids: cell[];
	adapters: boolean | null;
}

/** The ids across: "04 05", "APIDs 4 5", "APID 04  APID 05". */
function head_of(text: string): head | null {
	const cells = cells_of(text);
	const ids = cells.filter((c) => ID.test(c.text) && !YES.test(c.text));
	const units = cells.filter((c) => UNIT.test(c.text));

	if (ids.length === 0 || ids.length + units.length !== cells.length)
		return null;
	const digits = new Set(ids.map((c) => c.text.length));
	const by_unit = units.length === 0 ? null : is_adapter(units.at(-1)!.text);
	const by_digits = digits.size === 1 && digits.has(2) ? true :
		digits.size === 1 && digits.has(4) ? false : null;
	return { ids, adapters: by_unit ?? by_digits };
}

function id_of(text: string): number {
	return parseInt(text.replace(/^0x/i, ""), 16);
}

/** A mark belongs to the id it stands under, if there are fewer marks than ids. */
function column_of(mark: cell, at: number, { ids }: head, all: boolean): number {
	const away = ids.map((c) => Math.abs(c.middle - mark.middle));

	return all ? at : away.indexOf(Math.min(...away));
}

/** A row of marks as its queues; null if it is none. */
function row_queues(text: string, head: head): string[] | null {
	const cells = cells_of(text).filter((c) => !UNIT.test(c.text));
	const [id, ...marks] = cells;

	if (id === undefined || !ID.test(id.text) || head.adapters === null ||
		marks.length > head.ids.length ||
			!marks.every(is_mark))
		return null;
	const queues: string[] = [];
	for (const [at, mark] of marks.entries()) {
		const across = id_of(
			head.ids[column_of(mark, at, head,
				marks.length === head.ids.length)]!.text);

		if (YES.test(mark.text))
			queues.push(head.adapters ? queue_name(across, id_of(id.text))
				: queue_name(id_of(id.text), across));
	}
	return queues;
}

/** "04.0004 yes", "| 04.0004 | vfio_ap |", "04.0004 -> cex4queue" */
function queue_row(text: string): { queue: string; meant: boolean } | null {
	const [queue, ...rest] = cells_of(text.replace(/(?:->|=>|→|:)(?=\s)/g, " "));
	const [mark, ...more] = rest;

	return queue === undefined || !QUEUE.test(queue.text) || mark === undefined ||
		more.length > 0 || !is_mark(mark) ? null :
		{ queue: queue.text, meant: YES.test(mark.text) };
}

const BOUND = "Queues bound to vfio_ap:";
const HEAD = "Adapters Domains";
const NOTHING = "<none>";

/** How many lines from one on are rows. */
function rows_from<T>(
	lines: readonly mail_line[], from: number, read: (text: string) => T | null,
): T[] {
	const list: T[] = [];

	for (let i = from; i < lines.length; i++) {
		const row = read(lines[i]!.text);

		if (row === null)
			break;
		list.push(row);
	}
	return list;
}

/** Whether the marks are said to be of what is bound, or a heading stands in front. */
function heading_for(lines: readonly mail_line[], from: number, to: number): string | null {
	const before = lines.slice(Math.max(0, from - 2), from)
		.findLast((l) => l.text.trim() !== "");

	if (before?.text.trimEnd().endsWith(":") === true)
		return HEAD;
	return lines.slice(to, to + 3).some((l) => LEGEND.test(l.text.trim())) ? BOUND : null;
}

/** A table of marks from a line on, as lines; null if there is none. */
function marks_at(lines: readonly mail_line[], from: number): mail_line[] | null {
	const head = head_of(lines[from]!.text);
	const rule = RULE.test(lines[from + 1]?.text ?? "") ? 1 : 0;
	const rows = head === null
		? [] : rows_from(lines, from + 1 + rule, (text) => row_queues(text, head));
	const to = from + 1 + rule + rows.length;
	const heading = rows.length === 0 ? null : heading_for(lines, from, to);

	if (heading === null ||
		!lines.slice(from + 1, to).some((l) => cells_of(l.text).slice(1).some(is_mark)))
		return null;
	return lines.slice(from, to).map((l, i) => ({
		...l, text: i === 0 ? heading : i <= rule ? "" : rows[i - 1 - rule]!.join(" ") ||
			NOTHING,
	}));
}

const COLUMNS = /^\W*(?:ap)?(?:queues?|apqns?|devices?)\b.*\b(?:bound|drivers?|vfio_ap)\b\W*$/i;

/** A queue a row from a line on, as lines. */
function queues_at(lines: readonly mail_line[], from: number): mail_line[] | null {
	const headed = COLUMNS.test(lines[from]!.text) &&
		!lines[from]!.text.trimEnd().endsWith(":");
	const rule = headed && RULE.test(lines[from + 1]?.text ?? "") ? 1 : 0;
	const begin = from + (headed ? 1 + rule : 0);
	const rows = rows_from(lines, begin, queue_row);
	const of_drivers = lines.slice(begin, begin + rows.length)
		.some((l) => /\b(?:vfio_ap|cex\d|zcrypt|bound)/i.test(l.text));
	const under = heading_for(lines, from, from) === HEAD;

	if (rows.length === 0 || !headed && !under && !of_drivers)
		return null;
	const texts = rows.map((r) => r.meant ? r.queue : NOTHING);
	const lead = headed ? [BOUND, ...Array<string>(rule).fill("")] : [];
	const first = headed || under ? [...lead, ...texts]
		: [`${BOUND} ${rows.filter((r) => r.meant).map((r) => r.queue).join(", ")}`,
		...Array<string>(texts.length - 1).fill(NOTHING)];
	return first.map((text, i) => ({ ...lines[from + i]!, text }));
}

const HEADS: [of: "queue" | "bound" | "mdev" | "guest", head: RegExp][] = [
	["queue", /^(?:ap )?(?:queues?|apqns?|card\.dom)$/i],
	["bound", /^(?:(?:device )?drivers?|bound(?: to)?(?: vfio_ap)?\??|vfio_ap)$/i],
	["mdev", /^(?:mdev|(?:assigned|mdev)(?: to)?(?: (?:the )?mdev)?\??|matrix)$/i],
	["guest", /^(?:in |seen by )?(?:the )?guest(?:_matrix)?\??$/i],
];

/** The cells of a row, by bars, or by more than one blank. */
function words_in(text: string): string[] {
	const bare = text.trim().replace(/^\||\|$/g, "");

	return bare.split(text.includes("|") ? "|" : /\t+| {2,}/).map((c) => c.trim());
}

/** What each column is of; null if one is of nothing that is known. */
function columns_of(text: string): (typeof HEADS)[number][0][] | null {
	const of = words_in(text).map((c) => HEADS.find(([, re]) => re.test(c))?.[0]);

	return of.length < 3 || of[0] !== "queue" || of.includes(undefined) ||
		new Set(of).size < of.length ? null : of as (typeof HEADS)[number][0][];
}

const NAMED = /^(?:mdev ?|m|guest ?)\d$/i;

/** A queue's cells; null if there is one that says neither yes nor no, nor names an mdev. */
function row_of(text: string, columns: readonly string[]): string[] | null {
	const cells = words_in(text);

	return cells.length === columns.length && QUEUE.test(cells[0]!) &&
		cells.slice(1).every((c, i) => YES.test(c) || NO.test(c) || c === "" ||
			columns[i + 1] === "mdev" && NAMED.test(c)) ? cells : null;
}

/** "A is bound, mdev1 has it": the rows as the lists that they are. */
function lists_of(rows: readonly string[][], columns: readonly string[]): string[] {
	const meant = (column: string, is: (cell: string) => boolean): string =>
		rows.filter((r) => is(r[columns.indexOf(column)] ?? "")).map((r) => r[0]!)
			.join(", ") || NOTHING;
	const list = (label: string, column: string): string[] => !columns.includes(column) ? []
		: [`${label} ${meant(column, (cell) => YES.test(cell))}`];
	const at = columns.indexOf("mdev");
	const names = [...new Set(rows.map((r) => r[at] ?? "").filter((c) => NAMED.test(c)))];

	return [
		...list(BOUND, "bound"),
		...names.length === 0 ? list("matrix:", "mdev") : names.map((name) =>
			`${name.replace(" ", "")}: ${meant("mdev", (cell) => cell === name)}`),
		...list("guest_matrix:", "guest"),
	];
}

/** says nothing, and is named as what was read all the same */
const READ = "$ true";

/** A table with a queue a row, and what it is in several ways. */
function several_at(lines: readonly mail_line[], from: number): mail_line[] | null {
	const columns = columns_of(lines[from]!.text);
	const rule = RULE.test(lines[from + 1]?.text ?? "") ? 1 : 0;
	const rows = columns === null ? []
		: rows_from(lines, from + 1 + rule, (text) => row_of(text, columns));
	const texts = rows.length === 0 ? [] : lists_of(rows, columns!);
	const length = 1 + rule + rows.length;

	return texts.length === 0 || texts.length > length ? null
		: lines.slice(from, from + length)
			.map((l, i) => ({ ...l, text: texts[i] ?? READ }));
}

const NUMBER = /^\s*\(?\d{1,3}[.)](?=\s)/;

/** A table that begins on the line of a step's number. */
function table_at(lines: readonly mail_line[], at: number): mail_line[] | null {
	const number = NUMBER.exec(lines[at]!.text)?.[0] ?? "";
	const bare = number === ""
		? lines : lines.with(at,
			{ ...lines[at]!,
				text: lines[at]!.text.replace(number, " ".repeat(number.length)) });
	const [first, ...more] = marks_at(bare, at) ?? several_at(bare, at) ??
		queues_at(bare, at) ?? [];

	return first === undefined
		? null : [{ ...first, text: `${number} ${first.text}` }, ...more];
}

function heads_lszcrypt(text: string): boolean {
	return /\bCARD(?:\.DOM|\b)/.test(text) && /\b(?:TYPE|MODE|STATUS|DRIVER)\b/.test(text);
}

/** What lszcrypt prints, without the command. */
function crypt_at(lines: readonly mail_line[], at: number): mail_line[] | null {
	const before = lines.slice(Math.max(0, at - 2), at).map((l) => l.text).join(" ");

	return !heads_lszcrypt(lines[at]!.text) || /\blszcrypt\b/.test(before) ? null
		: [{ ...lines[at]!, text: "$ lszcrypt -V" }];
}

/** with_tables - lines of one depth, their tables of marks as lists of queues */
export function with_tables(lines: readonly mail_line[]): mail_line[] {
	const out: mail_line[] = [];

	for (let i = 0; i < lines.length;) {
		const table = crypt_at(lines, i) ?? table_at(lines, i) ?? [lines[i]!];

		out.push(...table);
		i += table.length;
	}
	return out;
}
