// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the examples in a mail. The lines of one depth of quoting are put together to sentences
 * and lists; each is looked up in the table of phrases. An example begins at the first set-up or
 * operation and ends behind its last operation or expectation; what stands between and is in no
 * row is "not read".
 */
import { is_list_line, is_table_head, read_list, type queue_list } from "./list_lines.ts";
import type { mail_line, message } from "./message.ts";
import { find_phrase, type fact, type match, type phrase } from "./phrases.ts";

export type item_kind = phrase["kind"] | "unread";

/**
 * struct item - a sentence or list of an example
 * @label: the step's number, "" if it has none of its own
 * @lines: the lines of the mail it stands on
 * @text: the sentence, white space squeezed
 * @phrase: the name of its row, null if it was not read
 * @listed: the list that followed, null without one
 */
export interface item {
	label: string;
	lines: number[];
	text: string;
	kind: item_kind;
	phrase: string | null;
	listed: queue_list | null;
	facts: fact[];
	/** it begins an example that takes over the set-up of the one before */
	inherits: boolean;
}

/**
 * struct example - an example as it stands in a mail
 * @depth: of quoting
 * @items: in order; the first states facts
 */
export interface example {
	mail: message;
	depth: number;
	items: item[];
}

/** struct piece - what lines are put together to, before the table is asked */
interface piece {
	label: string;
	lines: number[];
	text: string;
	kind: "text" | "list" | "blank" | "end" | "or";
	/** no blank line and no other quoting stands before it */
	joined: boolean;
}

const MAX_SENTENCE = 2000;
const STEP = /^\(?(\d{1,3}|[a-z])[.)](?:\s+(.*)|)$/;
const END = new RegExp("^(?:(?:Signed-off|Acked|Reviewed|Tested|Reported|Suggested)-by:|Cc:|Fixes:|" +
	"---?$|diff --git|Regards,?$|Thanks,?$|static |struct |\\{$|\\}$|/\\*|\\* |@@|On .* wrote:$)");
const OR = /^or:?$/i;
const SENTENCE = /(?<=[.:;!?])\s+(?=[("'A-Za-z])(?<!e\.g\.\s+)(?<!i\.e\.\s+)/;
const CLAUSE = /\s+(?=and ap(?:qn|qi|id)s? [0-9a-f]{2,4} )/i;

function squeeze(text: string): string {
	return text.replace(/[\s\u00c2]+/g, " ").trim();
}

/** A line that is a whole sentence by itself although others follow without a blank line. */
function stands_alone(text: string): boolean {
	const found = find_phrase(text);

	if (found === null)
		return false;
	return !found.phrase.list || text.endsWith(":");
}

/** Whether a line carries on the text before it: it must, if only both together are in a row. */
function goes_on(before: string, text: string): boolean {
	if (before.length > MAX_SENTENCE)
		return false;
	if (find_phrase(`${before} ${text}`) !== null)
		return true;
	if (stands_alone(text))
		return false;
	if (!stands_alone(before))
		return true;
	return find_phrase(before)!.phrase.kind === "expectation" &&
		/^(?!because )[a-z]/.test(text) && !/[.:;!?]$/.test(before);
}

/** struct piecing - the pieces made so far; numbered tells whether a numbered step is open */
interface piecing {
	pieces: piece[];
	open: piece | null;
	number: string;
	last_line: number;
}

function close_text(p: piecing): void {
	p.open = null;
}

function add_piece(p: piecing, l: mail_line, kind: piece["kind"], text: string, label = ""): piece {
	const before = p.pieces.at(-1);
	const made: piece = {
		label, lines: [l.line], text, kind,
		joined: before !== undefined && before.kind !== "blank" && before.kind !== "end",
	};

	p.pieces.push(made);
	return made;
}

function step_label(p: piecing, mark: string): string {
	if (/\d/.test(mark)) {
		p.number = mark;
		return mark;
	}
	return `${p.number}${mark}`;
}

function add_text(p: piecing, l: mail_line, text: string): void {
	const step = STEP.exec(text);
	const last = p.open;

	if (step !== null && (/\d/.test(step[1]!) || p.number !== "")) {
		p.open = add_piece(p, l, "text", step[2] ?? "", step_label(p, step[1]!));
		return;
	}
	if (last !== null && goes_on(last.text, text)) {
		last.text += ` ${text}`;
		last.lines.push(l.line);
		return;
	}
	p.open = add_piece(p, l, "text", text);
}

function add_line(p: piecing, l: mail_line): void {
	const text = squeeze(l.text);

	if (text === "") {
		add_piece(p, l, "blank", "");
		return close_text(p);
	}
	if (is_list_line(text) || is_table_head(text)) {
		add_piece(p, l, "list", text);
		return close_text(p);
	}
	if (END.test(text)) {
		add_piece(p, l, "end", text);
		return close_text(p);
	}
	if (OR.test(text)) {
		add_piece(p, l, "or", text);
		return close_text(p);
	}
	add_text(p, l, text);
}

function pieces_of(lines: readonly mail_line[]): piece[] {
	const p: piecing = { pieces: [], open: null, number: "", last_line: 0 };

	for (const l of lines) {
		if (l.line !== p.last_line + 1) {
			add_piece(p, l, "blank", "");
			close_text(p);
		}
		add_line(p, l);
		p.last_line = l.line;
	}
	return p.pieces;
}

/** struct sentence - part of a piece, with the row that matches it */
interface sentence {
	text: string;
	lines: number[];
	found: { phrase: phrase; match: match } | null;
}

/** The lines of a piece that a part of its text stands on: lines are as words are, in order. */
function lines_of_part(whole: piece, start: number, end: number, text_lines: string[]): number[] {
	let at = 0;
	const lines: number[] = [];

	text_lines.forEach((t, i) => {
		if (at < end && at + t.length > start)
			lines.push(whole.lines[i]!);
		at += t.length + 1;
	});
	return lines;
}

function split_by(text: string, re: RegExp): string[] {
	return text.split(re).map(squeeze).filter((t) => t !== "");
}

function looked_up(texts: string[]): sentence["found"][] {
	return texts.map(find_phrase);
}

/** A piece as the sentences of it that rows match: whole if one matches the whole. */
function sentences_of(pc: piece, text_lines: string[]): sentence[] {
	const whole = squeeze(pc.text);
	const found = find_phrase(whole);

	if (found !== null)
		return [{ text: whole, lines: pc.lines, found }];
	for (const re of [CLAUSE, SENTENCE]) {
		const parts = split_by(whole, re);
		const rows = looked_up(parts);

		if (parts.length < 2 || rows.every((r) => r === null))
			continue;
		let at = 0;
		return parts.map((text, i) => {
			const start = whole.indexOf(text, at);

			at = start + text.length;
			return { text, lines: lines_of_part(pc, start, at, text_lines), found: rows[i]! };
		});
	}
	return [{ text: whole, lines: pc.lines, found: null }];
}

/** struct search - the example being read */
interface search {
	mail: message;
	depth: number;
	text_of: Map<number, string>;
	found: example[];
	items: item[];
	/** sentences since the last fact that may turn out to stand behind the example */
	pending: item[];
	/** the item whose list is being read, and the list's lines so far */
	list: { item: item; row: phrase; match: match; lines: string[] } | null;
	last_number: number;
}

function finish_list(s: search): void {
	const { list } = s;

	s.list = null;
	if (list === null)
		return;
	const listed = list.lines.length === 0 ? null : read_list(list.lines);
	list.item.listed = listed;
	list.item.facts = list.row.facts({
		groups: list.match.groups, queues: [...list.match.queues, ...(listed?.queues ?? [])],
	});
}

/** An example is one only if something is done or set up in it and something is said to follow. */
function worth_keeping(items: item[]): boolean {
	const kinds = new Set(items.map((i) => i.kind));

	return kinds.has("actor") ? items.length > 1 :
		(kinds.has("set-up") || kinds.has("operation") || items[0]?.inherits === true) &&
			(kinds.has("expectation") || items.some((i) => i.facts.some((f) => f.fact === "guest")));
}

function close_example(s: search): void {
	finish_list(s);
	if (worth_keeping(s.items))
		s.found.push({ mail: s.mail, depth: s.depth, items: s.items });
	s.items = [];
	s.pending = [];
	s.last_number = 0;
}

function make_item(st: sentence, label: string): item {
	const row = st.found?.phrase ?? null;

	return {
		label, lines: st.lines, text: st.text, kind: row?.kind ?? "unread",
		phrase: row?.name ?? null, listed: null, facts: [], inherits: row !== null && inherits(row),
	};
}

function add_item(s: search, it: item): void {
	for (const waiting of s.pending)
		s.items.push(waiting);
	s.pending = [];
	s.items.push(it);
}

function begins_example(row: phrase): boolean {
	return row.kind !== "prose" && row.kind !== "expectation";
}

function starts_anew(s: search, label: string, row: phrase | null): boolean {
	const number = parseInt(label, 10);

	if (number === 1 && s.last_number >= 1 && /^\d+$/.test(label))
		return true;
	return row !== null && inherits(row);
}

function set_up_again(s: search, row: phrase): boolean {
	const acted = s.items.some((i) => i.kind === "operation" || i.kind === "expectation");

	return row.kind === "set-up" && acted && /queues bound|queues listed with|empty mdev|guest's conf|host conf/
		.test(row.name) && !s.items.some((i) => i.phrase === "empty mdev" && s.items.length < 3);
}

function take_sentence(s: search, st: sentence, label: string, joined: boolean): void {
	const row = st.found?.phrase ?? null;

	if (starts_anew(s, label, row) || (row !== null && label === "" && set_up_again(s, row)))
		close_example(s);
	if (/^\d+$/.test(label) && (row !== null || s.items.length > 0))
		s.last_number = parseInt(label, 10);
	if (s.items.length === 0 && (row === null || (!begins_example(row) && !inherits(row))))
		return;
	const it = make_item(st, label);
	finish_list(s);
	if (row === null) {
		if (label !== "" || (joined && s.pending.length === 0))
			add_item(s, it);
		else
			s.pending.push(it);
		return;
	}
	if (row.kind === "prose" && (!joined || s.pending.length > 0))
		s.pending.push(it);
	else
		add_item(s, it);
	s.list = { item: it, row, match: st.found!.match, lines: [] };
}

/** A row that may begin an example by taking over the set-up of the one before. */
function inherits(row: phrase): boolean {
	return row.name.startsWith("choice: adapter");
}

function take_list_line(s: search, pc: piece): void {
	if (s.list !== null && s.list.row.list) {
		if (!is_table_head(pc.text))
			s.list.lines.push(pc.text);
		s.list.item.lines.push(...pc.lines);
		return;
	}
	if (s.items.length === 0)
		return;
	finish_list(s);
	const it: item = {
		label: "", lines: pc.lines, text: pc.text, kind: "unread", phrase: null, listed: null,
		facts: [], inherits: false,
	};
	if (pc.joined)
		add_item(s, it);
	else
		s.pending.push(it);
}

function take_piece(s: search, pc: piece): void {
	switch (pc.kind) {
	case "blank":
		return;
	case "end":
	case "or":
		return close_example(s);
	case "list":
		return take_list_line(s, pc);
	default: {
		const text_lines = pc.lines.map((n) => s.text_of.get(n)!);
		let { joined } = pc;

		for (const [i, st] of sentences_of(pc, text_lines).entries()) {
			take_sentence(s, st, i === 0 ? pc.label : "", joined);
			joined = true;
		}
	}
	}
}

function find_at_depth(mail: message, depth: number): example[] {
	const lines = mail.lines.filter((l) => l.depth === depth);
	const s: search = {
		mail, depth, found: [], items: [], pending: [], list: null, last_number: 0,
		text_of: new Map(lines.map((l) => [l.line, squeeze(l.text).replace(STEP, "$2")])),
	};

	for (const pc of pieces_of(lines))
		take_piece(s, pc);
	close_example(s);
	return s.found;
}

/**
 * find_examples - the examples of a mail, in the order of their lines
 * @mail: the mail
 */
export function find_examples(mail: message): example[] {
	const depths = [...new Set(mail.lines.map((l) => l.depth))].sort((a, b) => a - b);

	return depths.flatMap((d) => find_at_depth(mail, d))
		.sort((a, b) => a.items[0]!.lines[0]! - b.items[0]!.lines[0]!);
}
