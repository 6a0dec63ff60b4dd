// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables whose cells say of each queue whether it is meant: marks under adapters and beside
 * domains, or the other way round; a queue a row with "yes", "no" or a driver behind it. They are
 * written as the lists of queues that they are, line for line.
 */
import { queue_name } from "../../scenario/ids.ts";
import {
	BOUND, HEADS, LABELS, NO_QUEUE, QUEUE, READ, RULE, YES, cells_of, is_mark, rows_from,
	with_frame, words_in, type cell, type table,
} from "./cells.ts";
import { lists_at, several_at } from "./columns.ts";
import type { mail_line } from "../message/message.ts";
import { expects_output } from "../typed/reads.ts";
import { is_typed, read_shell, TYPED } from "../typed/shell.ts";

const ID = /^(?:0x)?[0-9a-f]{1,4}$/i;
const LEGEND = /^\(?\s*(?:x|\*|yes|✓|✔)\s*(?:=|:|means|is)\s*bound\b/i;
const UNIT = /^(?:apids?|apqis?|adapters?|domains?|cards?)$/i;

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

const HEAD = "Adapters Domains";
const NOTHING = "<none>";

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

/** Queues across, a row for each thing that is said of them. */
function queues_across(text: string): cell[] | null {
	const [first, ...rest] = cells_of(text);
	const cells = first !== undefined && /^(?:queues?|apqns?)$/i.test(first.text) ? rest
		: [...first === undefined ? [] : [first], ...rest];

	return cells.length < 2 || !cells.every((c) => QUEUE.test(c.text)) ? null : cells;
}

/** The columns that marks stand in; null if one stands in none. */
function columns_marked(marks: readonly cell[], ids: readonly cell[]): number[] | null {
	const all = marks.length === ids.length;
	const head = { ids: [...ids], adapters: null };
	const at = marks.map((mark, i) => column_of(mark, i, head, all));

	return new Set(at).size < at.length || !all && marks.some((mark, i) =>
		Math.abs(ids[at[i]!]!.middle - mark.middle) > NEAR) ? null : at;
}

/** how far from the middle of its column a mark may stand */
const NEAR = 4;
/** "bound  y  y  n", "| in guest | x | | x |", below queues: the list that it is. */
function row_across(text: string, ids: readonly cell[]): string | null {
	const [label, ...words] = words_in(text);
	const of = HEADS.find(([, re]) => re.test(label ?? ""))?.[0];
	const barred = text.includes("|");
	const behind = text.indexOf(label!) + label!.length;
	const marks = cells_of(`${" ".repeat(behind)}${text.slice(behind)}`);

	if (of === undefined || of === "queue" || marks.length === 0 || !marks.every(is_mark) ||
		marks.length > ids.length || barred && words.length !== ids.length)
		return null;
	const at = barred ? null : columns_marked(marks, ids);
	if (!barred && at === null)
		return null;
	const meant = barred ? ids.filter((_id, i) => YES.test(words[i]!))
		: ids.filter((_id, i) => marks.some((m, k) => at![k] === i && YES.test(m.text)));
	return `${LABELS[of]} ${meant.map((c) => c.text).join(", ") || "none"}`;
}

/** A table with a queue a column. */
function across_at(lines: readonly mail_line[], from: number): table | null {
	const ids = queues_across(lines[from]!.text);
	const rule = RULE.test(lines[from + 1]?.text ?? "") ? 1 : 0;
	const rows = ids === null ? []
		: rows_from(lines, from + 1 + rule, (text) => row_across(text, ids));

	return rows.length === 0 ? null : with_frame(lines, from, rule, rows.map((row) => [row]));
}

const OF_STEPS: [of: "step" | "deed" | "result" | "mdev" | "guest", head: RegExp][] = [
	[
		"deed",
		/^(?:operations?|actions?|commands?|events?|ops?|what(?: (?:is done|i did))?|after|done)$/i],
	["step", /^(?:#|no\.?|nr\.?|steps?)$/i],
	["result", /^(?:rc|returns?|return code|errno|error|results?|outcome)$/i],
	["mdev", HEADS[2]![1]],
	["guest", HEADS[3]![1]],
];
type step_column = (typeof OF_STEPS)[number][0];

/** What each column of a table of steps is; null if it is none. */
function step_columns(text: string): step_column[] | null {
	const of = words_in(text).map((c) => OF_STEPS.find(([, re]) => re.test(c))?.[0]);

	if (!of.includes("deed") && of.includes("step"))
		of[of.lastIndexOf("step")] = "deed";
	return of.length < 2 || of.includes(undefined) || !of.includes("deed") ||
		new Set(of).size < of.length ||
		!of.some((it) => it === "mdev" || it === "guest" || it === "result")
		? null : of as step_column[];
}

/** how things are before the first step */
const AT_FIRST = /^\(?(?:start|initial(?:ly| state)?|at first|before|begin(?:ning)?|state)\)?$/i;
const SAYS_NOTHING = /^(?:|0|ok|success|n\/a)$/i;
/** what a step can come to */
const FAILED = /^(?:fails? with )?(?:-?E[A-Z]{3,14}|-\d{1,3})$/;
const LISTED = /^(?:(?:(?:,|,? and)? ?(?<![\w.]))?[0-9a-f]{2}\.[0-9a-f]{4}(?![\w.]))+$/i;
const DASH = /^(?:-+|–)$/;

/** "+domain 0002" */
const SIGN = /^([+-]) ?(?=(?:adapter|card|domain) )/i;

/**
 * A row of such a table, as what is done and what is so then
 * @runs: a guest has been told of; before that a column without queues says nothing of it
 */
function step_texts(cells: readonly string[], columns: readonly step_column[], first: boolean,
		runs: boolean): string[] {
	const cell = (of: step_column): string => cells[columns.indexOf(of)] ?? "";
	const number = /^\d{1,3}$/.test(cell("step")) ? `${cell("step")}) ` : "";
	const deed = first && AT_FIRST.test(cell("deed")) || NO_QUEUE.test(cell("deed")) ? ""
		: cell("deed").replace(/^\((.*)\)$/, "$1").replace(SIGN, (_whole, sign: string) =>
			sign === "+" ? "assign " : "unassign ");
	const shown = LISTED.test(cell("result"));
	const result = shown || NO_QUEUE.test(cell("result")) ? "" : cell("result");
	const of = (label: string, text: string, told: boolean): string[] =>
		SAYS_NOTHING.test(text) || DASH.test(text) && !told ? []
			: [`${label} ${NO_QUEUE.test(text) ? "none" : text}`];

	const texts = [
		...deed === "" ? [] : [deed],
		...SAYS_NOTHING.test(result) ? []
			: [`This fails with ${result.replace(/^fails? with /, "")}.`],
		...of("matrix:", cell("mdev"), false),
		...of(LABELS.guest, cell("guest"), runs),
		...shown ? [`${LABELS.guest} ${cell("result")}`] : [],
	];

	return texts.map((text, i) => i === 0 ? `${number}${text}` : text);
}

function is_known(result: string): boolean {
	return SAYS_NOTHING.test(result) || NO_QUEUE.test(result) || FAILED.test(result) ||
		LISTED.test(result);
}

/** A table of steps, with what the mdev and the guest have behind each. */
function steps_at(lines: readonly mail_line[], from: number): table | null {
	const columns = step_columns(lines[from]!.text);
	const rule = RULE.test(lines[from + 1]?.text ?? "") ? 1 : 0;
	const rows = columns === null ? [] : rows_from(lines, from + 1 + rule, (text) => {
		const cells = words_in(text);

		return cells.length === columns.length && !RULE.test(text) &&
			is_known(cells[columns.indexOf("result")] ?? "") ? cells : null;
	});
	let runs = false;

	if (rows.length === 0)
		return null;
	return with_frame(lines, from, rule, rows.map((cells, i) => {
		runs ||= cells.some((c, at) => columns![at] === "guest" && /\d/.test(c) ||
			columns![at] === "deed" && /\b(?:start|boot|guest)/i.test(c));
		const texts = step_texts(cells, columns!, i === 0, runs);

		return texts.length === 0 ? [READ] : texts;
	}));
}

const NUMBER = /^\s*\(?\d{1,3}[.)](?=\s)/;

/** Lines that are written as others, one for one. */
function line_for_line(said: mail_line[] | null): table | null {
	return said === null ? null : { said, length: said.length };
}

/** A table that begins on the line of a step's number. */
function table_at(lines: readonly mail_line[], at: number): table | null {
	const number = NUMBER.exec(lines[at]!.text)?.[0] ?? "";
	const bare = number === ""
		? lines : lines.with(at,
			{ ...lines[at]!,
				text: lines[at]!.text.replace(number, " ".repeat(number.length)) });
	const found = line_for_line(marks_at(bare, at)) ?? several_at(bare, at) ??
		lists_at(bare, at) ?? across_at(bare, at) ?? steps_at(bare, at) ??
		line_for_line(queues_at(bare, at));
	const [first, ...more] = found?.said ?? [];

	return first === undefined ? null : {
		said: [{ ...first, text: `${number} ${first.text}` }, ...more],
		length: found!.length,
	};
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

/** Whether what stands below a line is what it prints. */
function shows(text: string): boolean {
	return expects_output(text) && (is_typed(text) || read_shell(text)?.name === TYPED);
}

/** with_tables - lines of one depth, their tables of marks as lists of queues */
export function with_tables(lines: readonly mail_line[]): mail_line[] {
	const out: mail_line[] = [];
	let ids: cell[] | null = null, printed = false;

	for (let i = 0; i < lines.length;) {
		const text = lines[i]!.text.trim();
		const again = ids === null ? null : row_across(lines[i]!.text, ids);

		printed = printed && text !== "" || shows(text);
		const { said, length } = line_for_line(crypt_at(lines, i)) ??
			(printed ? null : table_at(lines, i)) ??
			{ said: [again === null ? lines[i]! : { ...lines[i]!, text: again }],
				length: 1 };

		ids = queues_across(lines[i]!.text) ?? ids;
		out.push(...said);
		i += length;
	}
	return out;
}
