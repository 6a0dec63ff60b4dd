// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables with several columns: a queue a row, and what it is in several ways; or lists of queues
 * beside each other.
 */
import {
	BOUND, HEADS, LABELS, NO, NO_QUEUE, QUEUE, READ, RULE, YES, is_framed, rows_from, words_in,
	type table,
} from "./cells.ts";
import type { mail_line } from "../message/message.ts";

type column = (typeof HEADS)[number][0];

/** What each column is of; null if one is of nothing that is known. */
function columns_of(words: readonly string[]): column[] | null {
	const of = words.map((c) => HEADS.find(([, re]) => re.test(c))?.[0]);

	return of.length < 2 || of.includes(undefined) || new Set(of).size < of.length ? null
		: of as column[];
}

/** The same where one is of the queues; the head of that may be missing. */
function columns_of_queues(text: string): column[] | null {
	const words = words_in(text);
	const of = columns_of(words) ?? columns_of(["queue", ...words.filter((w) => w !== "")]);

	if (of === null || of.join() === "queue,bound")
		return null;
	return of.includes("queue") ? of : ["queue", ...of];
}

const NAMED = /^(?:mdev ?|m|guest ?)\d$/i;

/** A queue's cells; null if there is one that says neither yes nor no, nor names an mdev. */
function row_of(text: string, columns: readonly column[], framed: boolean): string[] | null {
	const cells = words_in(text, framed);

	return cells.length === columns.length && cells.every((c, i) => columns[i] === "queue"
		? QUEUE.test(c) : YES.test(c) || NO.test(c) || c === "" ||
			columns[i] === "mdev" && NAMED.test(c)) ? cells : null;
}

/** "A is bound, mdev1 has it": the rows as the lists that they are. */
function lists_of(rows: readonly string[][], columns: readonly column[]): string[] {
	const queue = columns.indexOf("queue");
	const meant = (column: column, is: (cell: string) => boolean): string =>
		rows.filter((r) => is(r[columns.indexOf(column)] ?? "")).map((r) => r[queue]!)
			.join(", ") || "none";
	const list = (label: string, column: column): string[] => !columns.includes(column) ? []
		: [`${label} ${meant(column, (cell) => YES.test(cell))}`];
	const at = columns.indexOf("mdev");
	const names = [...new Set(rows.map((r) => r[at] ?? "").filter((c) => NAMED.test(c)))];

	return [
		...list(BOUND, "bound"),
		...names.length === 0 ? list("matrix:", "mdev") : names.map((name) =>
			`${name.replace(" ", "")}: ${meant("mdev", (cell) => cell === name)}`),
		...list(LABELS.guest, "guest"),
	];
}

/** So many lines from one on, which say these lists. */
function as_lists(lines: readonly mail_line[], from: number, length: number,
		texts: readonly string[]): table {
	const line = (i: number): mail_line => lines[from + Math.min(i, length - 1)]!;

	return {
		said: Array.from({ length: Math.max(length, texts.length) }, (_, i) =>
			({ ...line(i), text: texts[i] ?? READ })),
		length,
	};
}

function rule_below(lines: readonly mail_line[], from: number): number {
	return RULE.test(lines[from + 1]?.text ?? "") ? 1 : 0;
}

/** several_at - a table with a queue a row, and what it is in several ways */
export function several_at(lines: readonly mail_line[], from: number): table | null {
	const columns = columns_of_queues(lines[from]!.text);
	const rule = rule_below(lines, from), framed = is_framed(lines[from]!.text);
	const rows = columns === null ? []
		: rows_from(lines, from + 1 + rule, (text) => row_of(text, columns, framed));

	return rows.length === 0 ? null
		: as_lists(lines, from, 1 + rule + rows.length, lists_of(rows, columns!));
}

/** struct word - what stands between wide gaps, and where */
interface word {
	text: string;
	start: number;
}

const WIDE = /\S+(?: \S+)*/g, NARROW = /[^\s,;]+/g;

function words_at(text: string, re: RegExp): word[] {
	return [...text.replace(/\t/g, "        ").matchAll(re)]
		.map((m) => ({ text: m[0], start: m.index }));
}

/** The queues in each column of a row; null if something else stands there. */
function listed_in(text: string, heads: readonly word[], by_bars: string[] | null):
		string[][] | null {
	const words = words_at(text.replaceAll("|", " "), NARROW);
	const column = ({ start }: word): number =>
		Math.max(0, heads.findLastIndex((h) => h.start <= start));
	const cells = by_bars?.map((cell) => words_at(cell, NARROW).map((w) => w.text)) ??
		heads.map((_head, i) => words.filter((w) => column(w) === i).map((w) => w.text));

	return words.length === 0 || cells.length !== heads.length ||
		!cells.flat().every((w) => QUEUE.test(w) || NO_QUEUE.test(w)) ? null
		: cells.map((cell) => cell.filter((w) => QUEUE.test(w)));
}

/** lists_at - columns of lists: what is bound, beside what the guest has */
export function lists_at(lines: readonly mail_line[], from: number): table | null {
	const { text } = lines[from]!;
	const barred = text.includes("|");
	const columns = columns_of(barred ? words_in(text)
		: words_at(text, WIDE).map((w) => w.text));
	const heads = barred ? words_in(text).map((w) => ({ text: w, start: 0 }))
		: words_at(text, WIDE);
	const rule = rule_below(lines, from);
	const rows = columns === null || columns.includes("queue") ? []
		: rows_from(lines, from + 1 + rule, (row) =>
			RULE.test(row) ? null : listed_in(row, heads,
				barred ? words_in(row, is_framed(text)) : null));

	if (rows.length === 0)
		return null;
	const texts = (["bound", "mdev", "guest"] as const)
		.filter((of) => columns!.includes(of))
		.map((of) => `${LABELS[of]} ${rows.flatMap((r) =>
			r[columns!.indexOf(of)]!).join(", ") || "none"}`);

	return as_lists(lines, from, 1 + rule + rows.length, texts);
}
