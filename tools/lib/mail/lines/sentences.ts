// SPDX-License-Identifier: GPL-2.0-only
/*
 * A piece as the sentences of it that rows match.
 */
import { look_up, with_bare_result, type row } from "../sentence/look_up.ts";
import type { fact } from "../sentence/phrases.ts";
import { squeeze, type piece } from "./pieces.ts";
import { is_typed, TYPED } from "../typed/shell.ts";
import { BEGINS } from "../english/words.ts";

const SENTENCE =
	/(?<=[.:;!?])\s+(?=[("'A-Za-z])(?<!e\.g\.\s+)(?<!i\.e\.\s+)(?!(?<=\b(?=[a-f]*\d)[0-9a-f]{1,4}\.\s+)[a-z])/;
const FULL_STOP = new RegExp(
	`(?<=[.!?]["')]?)\\s+(?=${BEGINS})(?<!e\\.g\\.\\s+)(?<!i\\.e\\.\\s+)`);
/** a queue behind it belongs to a list */
const SEMICOLON = /(?<=;)\s+(?=[\w(])(?!(?:0x)?[0-9a-f]{1,2}\.[0-9a-f])/i;
const CLAUSE = /\s(?=and ap(?:qn|qi|id)s? [0-9a-f]{2,4} )/i;

/** struct sentence - part of a piece, with the row that matches it */
export interface sentence {
	text: string;
	lines: number[];
	found: row | null;
}

/** The lines of a piece that a part of its text stands on: lines are as words are, in order. */
function lines_of_part(whole: piece, start: number, end: number, text_lines: string[]): number[] {
	let at = 0;
	const lines: number[] = [];

	if (whole.text === "")
		return whole.lines;
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
	return texts.map(look_up);
}

/** A text as the parts of it that say something; what ends in a full stop is not parted again. */
export function parts_of(text: string): string[] {
	if (with_bare_result(text) !== null)
		return [text];
	if (is_typed(text)) /* a half of what is typed is something else */
		return [text];
	for (const re of [CLAUSE, FULL_STOP, SEMICOLON]) {
		const parts = split_by(text, re);

		if (parts.length > 1 &&
			(re === FULL_STOP || looked_up(parts).some((r) => r !== null)))
			return parts.flatMap((part) => look_up(part) === null ? parts_of(part)
				: [part]);
	}
	return at_colons(text);
}

function at_colons(text: string): string[] {
	const parts = split_by(text, SENTENCE);

	return looked_up(parts).some((r) => r !== null) ? parts : [text];
}

const BOUND_BESIDE =
	/ \(((?:queues? )?(?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{1,4}(?:(?:,? and |, )(?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{1,4})* (?:is|are)(?: not)?(?: yet)? bound(?: yet)?(?: to (?:the )?vfio_ap(?: (?:device )?driver)?)?(?: yet)?)\)[.:]?$/i;

/** "Assign domain 0002 (0a.0002 is bound to vfio_ap)": what was so before stands in front. */
function bound_beside(text: string): Pick<sentence, "text" | "found">[] {
	const m = BOUND_BESIDE.exec(text);
	const said = m === null ? text : text.slice(0, m.index);
	const row = m === null ? null : look_up(m[1]!);
	const facts = row?.facts([], []).map((f): fact =>
		f.fact === "bind" ? { fact: "bound", queues: [f.queue] } : f) ?? [];

	return [
		...m === null ? [] : [{
			text: m[1]!, found: row === null ? null
				: { ...row, kind: "set-up" as const, facts: () => facts },
		}],
		{ text: said, found: look_up(said) },
	];
}

const AFTER = /^(?:(?:and|but|then|so|now),? )?(while,? |whereas,? )?(?:after|with) (?=\S)/i;
const WE_GET =
	/,? (?:we|you|i|one) (?:(?:will|would|should) )?(?:end up with|get|have|see|are left with):?(?: |$)/i;

/**
 * "After echo 5 > assign_adapter we get guest_matrix:": a command, and what it comes to; "while
 * after" it goes another way from the same set-up
 */
function after_typed(text: string): Pick<sentence, "text" | "found">[] | null {
	const head = AFTER.exec(text), end = WE_GET.exec(text);
	const typed = head === null || end === null ? "" : text.slice(head[0].length, end.index);
	const row = typed === "" ? null : look_up(typed);
	const rest = text.slice((end?.index ?? 0) + (end?.[0].length ?? 0));

	if (row === null || row.name !== TYPED || row.kind !== "operation")
		return null;
	const another: fact[] = head![1] === undefined ? [] : [{ fact: "variant", told: true }];
	return [
		{ text: text.slice(0, text.length - rest.length).trim(),
				found: { ...row, facts: (queues, lines) =>
			[...another, ...row.facts(queues, lines)] } },
		...rest === "" ? [] : [{ text: rest, found: look_up(rest) }],
	];
}

/** A piece as the sentences of it that rows match: whole if one matches the whole. */
export function sentences_of(pc: piece, text_lines: string[]): sentence[] {
	const whole = squeeze(pc.text);
	const found = look_up(whole);
	let at = 0;

	if (found !== null)
		return [{ text: whole, lines: pc.lines, found }];
	const parts = after_typed(whole) ?? parts_of(whole).flatMap(bound_beside);

	return parts.map(({ text, found: row }) => {
		const start = whole.includes(text, at) ? whole.indexOf(text, at)
			: whole.indexOf(text);

		at = start + text.length;
		return {
			text, lines: lines_of_part(pc, start, at, text_lines), found: row,
		};
	});
}
