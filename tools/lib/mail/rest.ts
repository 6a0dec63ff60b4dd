// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is left over: the lines of a mail that none of its examples took. Whatever read the rest,
 * this is where nothing vanishes: of all lines those that were taken are subtracted, and what is
 * left and speaks of queues, or stands amid an example, is not read.
 */
import { with_comments } from "./lines/comments.ts";
import type { example, item } from "./examples/examples.ts";
import { speaks_of_queues } from "./not_read.ts";
import { is_tree } from "./lines/pieces.ts";
import { plain } from "./lines/plain.ts";
import { MESSAGE } from "./sentence/kernel_text.ts";
import { look_up } from "./sentence/look_up.ts";
import { follows, type mail_line, type message } from "./message/message.ts";
import { ROOT } from "./lines/pictures.ts";
import { is_particular } from "./english/speaks.ts";
import {
	corrects, feels, is_event, is_outcome, is_possible, is_prose, is_question, is_reflection,
	is_statement, is_talk, says_of_guest, speaks,
} from "./english/words.ts";

/** So many lines around an example, a sentence is of it that says how all of something is. */
const REACH = 8;
/** and so many behind it, of so many words, one that says what comes of it */
const LAST_REACH = 3, LAST_WORDS = 9;
/** a line of running text that is shorter ends its sentence, or stands for itself */
const WRAPPED = 50;
const BEGINS = /^\W{0,6}(?:[*•o+-]|\(?\d{1,3}[.):]|[#$|])\s/;
const FULL_STOP = /[.!?:]["')]?$/;

/** struct span - an example and the lines it takes up */
export interface span {
	e: example;
	first: number;
	last: number;
}

/** span_of - the first and the last line of an example */
export function span_of(e: example): span {
	const lines = e.items.flatMap((it) => it.lines);

	return { e, first: Math.min(...lines), last: Math.max(...lines) };
}

function distance(s: span, line: number): number {
	return Math.max(s.first - line, line - s.last, 0);
}

/** struct left - a sentence that nobody took */
interface left {
	lines: number[];
	depth: number;
	text: string;
}

/** Who signed it, and the like. */
const TAG = /^(?:[A-Z][\w-]{1,30}-by|Cc|Fixes|Link|Closes): /;

const GRID = /^[-=+\s]*$/;
const MANY_WORDS = 4;

/** "| guest_matrix | shows what the guest has |": a table that says what things are for */
function explains(text: string): boolean {
	const cells = text.split("|").slice(1, -1).filter((cell) => !GRID.test(cell))
		.map((cell) => cell.trim().split(/\s+/).length);

	return text.startsWith("|") && !/\d/.test(text) && cells.some((n) => n >= MANY_WORDS) &&
		cells.every((n) => n === 1 || n >= MANY_WORDS);
}

/** A tool's answer, a heading, a tag: what is known to be about nothing. */
function is_named_prose(text: string): boolean {
	return TAG.test(text) || ROOT.test(text) || explains(text) || is_tree(text) ||
		look_up(text)?.kind === "prose";
}

function goes_on(before: left, text: string): boolean {
	return !FULL_STOP.test(before.text) && before.text.length >= WRAPPED &&
		!BEGINS.test(text) && (!is_named_prose(before.text) ||
			is_named_prose(`${before.text} ${text}`));
}

/** Lines one under the other as the sentences that they are, as far as lines show that. */
function sentences_of(lines: readonly mail_line[]): left[] {
	const list: left[] = [];

	for (const l of lines) {
		const { line, depth, text } = l;
		const said = text.trim();
		const last = list.at(-1);

		if (last !== undefined && last.depth === depth && follows(l, last.lines.at(-1)) &&
			goes_on(last, said)) {
			last.lines.push(line);
			last.text += ` ${said}`;
		} else {
			list.push({ lines: [line], depth, text: said });
		}
	}
	return list;
}

/** What a patch is going to do about it, and what else there is to think of. */
const OF_THE_PATCH = new RegExp("^(?:(?:let's|let us) (?:check|fix|change|introduce|implement|" +
	"make|use|verify|display|show|replace|ensure|look up|test|determine|find out)|" +
	"there (?:are|is) (?:some |also )?(?:ramifications?|considerations?|consequences)) ", "i");

/** where a sentence ends and another begins */
const NEXT_SENTENCE = /(?<=[a-z][.!?]) +(?=[A-Z])/;

/** Whether it says nothing, or each of its sentences says nothing. */
function is_nothing({ text }: left): boolean {
	const sentences = text.split(NEXT_SENTENCE);

	return says_nothing(text) || sentences.length > 1 && sentences.every(says_nothing);
}

function says_nothing(text: string): boolean {
	if (OF_THE_PATCH.test(text) && !is_particular(text) && !is_statement(text))
		return true;
	return is_named_prose(text) || is_question(text) || feels(text) ||
		(is_prose(text) || is_reflection(text)) && !is_statement(text) &&
			!says_of_guest(text) && !is_event(text) && !corrects(text);
}

/**
 * What speaks of queues; near an example also what only seems to speak of what is so there. In
 * front of it, what a guest has is spoken of in general.
 */
function is_told({ text, depth, lines }: left, { e, first }: span, away: number): boolean {
	return speaks(text) || away <= REACH && (is_particular(text) || is_statement(text) ||
		(depth < e.depth || lines[0]! > first) && (says_of_guest(text) || corrects(text)));
}

/** What stands right behind an example in a few words is what comes of its last step. */
function is_last_word({ text, depth, lines }: left, { e, last }: span): boolean {
	const behind = lines[0]! - last;

	return behind > 0 && behind <= LAST_REACH && depth <= e.depth &&
		text.split(" ").length <= LAST_WORDS && !text.endsWith(":") &&
		is_outcome(text) && !is_talk(text) &&
		!is_named_prose(text);
}

/** Within an example of its own depth anything counts. */
function matters(it: left, s: span): boolean {
	const away = distance(s, it.lines[0]!);

	return is_last_word(it, s) || away === 0 && it.depth === s.e.depth
		? /[\p{L}\p{N}]/u.test(it.text)
		: is_told(it, s, away) &&
			(is_question(it.text) || is_possible(it.text) || is_particular(it.text) ||
				!is_nothing(it));
}

function item_of(it: left, s: span): item {
	const amid = distance(s, it.lines[0]!) === 0;
	/* of a message's own example it cannot be */
	const aside = s.e.items.some((i) => i.phrase === MESSAGE) && it.lines[0]! < s.first;

	return {
		label: "", lines: it.lines, text: it.text,
		kind: aside || (is_nothing(it) || !amid && is_possible(it.text)) &&
			!is_last_word(it, s) &&
			(!amid || is_named_prose(it.text) || is_talk(it.text)) &&
			!corrects(it.text)
			? "prose" : "unread",
		phrase: null, listed: null, facts: [], inherits: false,
	};
}

/** Where an item belongs: what an answer says is behind all that it answers. */
function add_in_place(e: example, it: item, depth: number): void {
	const at = depth < e.depth ? -1
		: e.items.findIndex((other) => (other.lines[0] ?? 0) > it.lines[0]!);

	e.items.splice(at < 0 ? e.items.length : at, 0, it);
}

/**
 * add_rest - give what is left over of a mail to the examples that it stands in, or is nearest to
 * @mail: the mail
 * @examples: those that were found in it and are no copies
 * @all: with the copies, whose lines are known
 */
export function add_rest(
	mail: message, examples: readonly example[], all: readonly example[],
): void {
	if (examples.length === 0)
		return;
	const taken = new Set(all.flatMap((e) => e.items.flatMap((it) => it.lines)));
	const free = with_comments(plain(mail.lines)).filter((l) => /[\p{L}\p{N}]/u.test(l.text) &&
		!taken.has(l.line));
	const spans = examples.map(span_of);
	const own = examples.map(({ told_at, mail: { lines } }) => told_at === undefined ? null
		: new Set(lines.map((l) => l.line)));
	const nearest = (line: number): span[] => {
		const of = spans.filter((_s, i) => own[i]?.has(line) ?? true);
		const least = Math.min(...of.map((s) => distance(s, line)));

		/* what stands in front of all parts is of each */
		return of.filter((s) => distance(s, line) === least)
			.filter((s, i) => i === 0 || s.e.told_at !== undefined);
	};

	for (const it of examples.flatMap((e) => e.items))
		if (it.kind === "prose" && it.phrase === null && speaks(it.text) &&
			!is_tree(it.text) && !is_question(it.text))
			it.kind = "unread";
	const begin = Math.max(...spans.map((s) => s.first));
	for (const it of sentences_of(free)) {
		for (const s of nearest(it.lines[0]!))
			if (matters(it, s))
				add_in_place(s.e, item_of(it, s), it.depth);
			else if (it.lines[0]! < begin && speaks_of_queues(it.text))
				add_in_place(s.e, { ...item_of(it, s), kind: "prose" }, it.depth);
	}
}
