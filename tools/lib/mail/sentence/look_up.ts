// SPDX-License-Identifier: GPL-2.0-only
/*
 * One sentence, whoever wrote it: a phrase of the list, a line typed at a shell, an English
 * sentence that a frame takes, or a line of the notation.
 */
import { collecting } from "../../cli/usage_error.ts";
import { lex } from "../../scenario/lexer.ts";
import type { statement } from "../../scenario/model.ts";
import { begins_statement, parse_body } from "../../scenario/parse.ts";
import { words_of } from "../../scenario/reader.ts";
import { is_partial, with_not } from "../english/amounts.ts";
import { bare_result_in, type bare_result } from "../english/bare_results.ts";
import type { frame_match } from "../english/frames.ts";
import { locks_row, message_row } from "./kernel_text.ts";
import { find_phrase, type fact, type phrase } from "./phrases.ts";
import { is_placed, is_uncertain } from "../english/polarity.ts";
import { read_frame } from "../english/read_frame.ts";
import { remembered } from "./remembered.ts";
import { read_shell, TYPED } from "../typed/shell.ts";

/**
 * struct row - what a sentence was read as
 * @list: queues, or a command's output, may follow on lines of their own
 * @facts: what it states; @queues are those of the list, @lines its lines as they stand
 */
export interface row {
	name: string;
	kind: phrase["kind"];
	list: boolean;
	facts(queues: string[], lines: string[]): fact[];
}

function of_phrase(text: string): row | null {
	const found = find_phrase(text);

	if (found === null)
		return null;
	const { phrase: p, match } = found;
	return {
		name: p.name, kind: p.kind, list: p.list,
		facts: (queues) =>
			p.facts({ groups: match.groups, queues: [...match.queues, ...queues] }),
	};
}

function of_frame(m: frame_match | null): row | null {
	return m === null ? null : { ...m, facts: (queues) => m.facts(queues) };
}

function of_shell(text: string): row | null {
	const m = read_shell(text);

	return m === null ? null : { ...m, facts: (_queues, lines) => m.facts(lines) };
}

/**
 * notation_body - a line of the notation, without its number
 *
 * Return: what it says, null if it is none.
 */
function notation_body(text: string): statement["body"] | null {
	if (/^[a-z]/i.test(text) && !begins_statement(/^[^ \t]+/.exec(text)![0]))
		return null;
	const { words, error } = lex(text);

	if (error !== null || !begins_statement(words[0]?.text ?? ""))
		return null;
	return collecting([], () => parse_body(words_of({ file: "", line: 0 }, words)));
}

/** @sure: it names an mdev or a result, as no English sentence does */
function of_notation(text: string, sure: boolean): row | null {
	if (sure !== /(?: |^)m\d\b| = \S+$/.test(text))
		return null;
	const body = notation_body(text);

	return body === null ? null : {
		name: "the notation",
		kind: body.kind === "op" ? "operation" : body.kind === "expect" ?
			"expectation" : "prose", list: false, facts: () => [{ fact: "body", body }],
	};
}

/** ARROW - between a step and its result on a line */
export const ARROW = / (?:=>|->|→) /;
const VERB = /\b(?:is|are|has|have|gets?|loses?|keeps?|sees?)\b/;

/** "unbind 0a.0001 -> 0a.0002": a step, and queues that it is not about */
export function with_bare_result(text: string): bare_result | null {
	const found = bare_result_in(text);
	const step = found === null ? null : look_up(found.step);

	return step?.kind === "operation" && step.name !== TYPED && !step.list ? found : null;
}

/** Whether what stands behind an arrow is a sentence: "=> only 0a.0002 is passed through" */
function ends_in_sentence(text: string): boolean {
	return VERB.test(text.split(ARROW)[1] ?? "");
}

/** "echo 5 > assign_adapter => -EBUSY": a step, and what comes of it on the same line. */
function with_result(text: string): row | null {
	const [step, result, ...more] = text.split(ARROW);

	if (result === undefined || more.length > 0)
		return null;
	const [first, second] = [look_up(step!), look_up(result)];
	return first === null || second === null || first.list || second.kind === "prose" ? null : {
		...first, name: `${first.name}; ${second.name}`,
		facts: () => [...first.facts([], []), ...second.facts([], [])],
	};
}

/** what denies the verb, wherever it stands */
const NOT = /\b(?:not|never|hardly) |n't\b/gi;
/** "this isn't right, ...": of the claim before it, not of the one that follows */
const REMARK = /^(?:this|that|it)(?: is not|'s not| isn't) [a-z]+, /i;
/** a queue that may follow on a line of its own */
const LISTED = ["fe.fffe"];

function what_it_says(found: row): string {
	return JSON.stringify(found.list ? found.facts(LISTED, LISTED) : found.facts([], []));
}

/** Whether it says the same without its "not": whoever reads it so has not seen that. */
function passes_over_a_not(text: string, found: row): boolean {
	const remark = REMARK.exec(text)?.[0].length ?? 0;

	return [...text.matchAll(NOT)].some((m) => {
		if (m.index < remark)
			return false;
		const rest = text.slice(0, m.index) + text.slice(m.index + m[0].length);
		const other = look_up(rest);

		return other !== null && what_it_says(other) === what_it_says(found);
	});
}

const UNIT = /\b(?:adapter|card|apid|domain|apqi) (?:0x)?([0-9a-f]{2}|[0-9a-f]{4}|\d)\b/gi;

/** Whether it names an adapter or a domain of which nothing is said. */
function passes_over_a_unit(text: string, found: row): boolean {
	const said = JSON.stringify(found.facts([], []));
	const numbers = new Set(said.match(/\b\d+\b/g));
	const has_unit = (id: string): boolean => numbers.has(String(Number.parseInt(id, 16))) ||
		said.includes(`"${id.padStart(2, "0")}.`) ||
		said.includes(`.${id.padStart(4, "0")}"`);

	return [...text.matchAll(UNIT)].some((m) => !has_unit(m[1]!.toLowerCase()));
}

/** What was read of a sentence, if it can be meant in no other way and all of it is read. */
function certain(text: string, found: row | null): row | null {
	const facts = found?.facts([], []) ?? [];

	return found === null || found.kind === "prose" || found.kind === "actor" ||
		!is_uncertain(text) && (is_placed(text, facts) ||
			facts.some((f) => f.fact === "unknown")) ? found : null;
}

function of_certain_frame(text: string): row | null {
	const found = certain(text,
		with_bare_result(text) !== null ? null : of_frame(read_frame(text)));

	return found !== null && found.kind !== "prose" &&
		(passes_over_a_not(text, found) || passes_over_a_unit(text, found)) ? null : found;
}

function read_as(text: string): row | null {
	return of_notation(text, true) ?? certain(text, of_phrase(text)) ?? message_row(text) ??
		of_shell(text) ??
		(ends_in_sentence(text) ? with_result(text) : null) ??
		of_certain_frame(text) ?? of_notation(text, false) ?? locks_row(text) ??
		with_result(text);
}

/** the guest's or the mdev's: where it stands alone nobody can tell */
const WHOSE = /^its (?:ap )?matrix\b/i;

/**
 * look_up - what a sentence says
 * @text: white space squeezed
 *
 * Return: null if it is not read.
 */
export const look_up: (text: string) => row | null = remembered((said) => {
	const text = with_not(said);

	if (WHOSE.test(text))
		return null;
	const found = read_as(text);

	return found !== null && found.kind !== "prose" && found.name !== TYPED &&
		is_partial(text) ? null : found;
});
