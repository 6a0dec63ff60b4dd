// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an answer says above or below the example that it quotes, and sentences about a step by
 * its number.
 */
import { deed_of } from "./deeds.ts";
import type { example, item, search } from "./examples.ts";
import { QUEUES_ALONE } from "./first_guest.ts";
import { asked_item, asked_lines } from "./labels.ts";
import { lacks_list } from "./listed.ts";
import { look_up } from "../sentence/look_up.ts";
import type { mail_line, message } from "../message/message.ts";
import { squeeze } from "../lines/pieces.ts";
import { asks_of_case } from "./propositions.ts";
import { ANSWER_ALONE, QUESTION, resolved } from "./resolve.ts";
import { parts_of } from "../lines/sentences.ts";
import {
	corrects, is_possible, is_question, names_queue, says_of_guest, speaks_of_guest,
} from "../english/words.ts";

/**
 * What speaks of the example, right in front of it or behind: as a sentence of its author's, it is
 * not read.
 */
function is_remark(text: string): boolean {
	return names_queue(text) || speaks_of_guest(text) || says_of_guest(text) ||
		look_up(text)?.kind === "expectation" ||
		/\b(?:after|in|at|with) step \d/i.test(text);
}

const REMARKS_REACH = 8;
const INTRODUCES = /\b(?:wrote|writes|schrieb):$|^(?:hi|hello|dear|thanks|regards|cheers)\b/i;
const ANSWERS =
	/^(?:(?:no|yes|not quite|wrong|right|sorry|hm+|ok|well|but|and|so|i see it differently|i (?:don't )?think so|i disagree)[,.:;]? )+/i;
export const AFTER_STEP =
	/^(?:after|in|at|with|behind) (?:step )?(\d{1,3}[a-z]?)[):,]* (?=\w)|,? (?:after|in|at) (?:step )?(\d{1,3}[a-z]?)\)?(?=[,.]|$)/i;

/** Lines one under the other, as one text. */
function paragraphs_of(lines: readonly mail_line[]): { lines: number[]; text: string }[] {
	const list: { lines: number[]; text: string }[] = [];

	for (const l of lines) {
		const last = list.at(-1);

		if (last !== undefined && last.lines.at(-1) === l.line - 1) {
			last.lines.push(l.line);
			last.text += ` ${squeeze(l.text)}`;
		} else {
			list.push({ lines: [l.line], text: squeeze(l.text) });
		}
	}
	return list;
}

/** Where a remark belongs: behind the step it names, or behind all; -1 if there is no such step. */
function place_of_remark(items: readonly item[], step: string | undefined): number {
	if (step === undefined)
		return items.length;
	const at = items.findLastIndex((it) => it.label === step);
	const next = items.findIndex((it, i) => i > at && it.label !== "" && it.label !== step);

	return at < 0 ? -1 : next < 0 ? items.length : next;
}

/** "After step 3: 0a.0001, 0a.0002": what the guest has by then */
export function guests(said: string): string {
	return QUEUES_ALONE.test(said) ? `the guest has ${said}`
		: /^(?:none|nothing|empty)\.?$/i.test(said) ? "the guest has no queues" : said;
}

/** "Step 7 returns EBUSY" */
export const OF_STEP =
	/^step (\d{1,3}[a-z]?) (?=(?:returns?|gives?|fails?|ends?|results?|works?|succeeds?)\b)/i;

function of_step(text: string): string {
	return text.replace(OF_STEP, "after step $1: this ");
}

/** A claim that its author makes about an example, or what is not read of it. */
function add_remark(
	e: example, text: string, lines: number[], near: boolean, of_case: boolean,
): void {
	const answer = of_step(text.replace(ANSWERS, ""));
	const step = AFTER_STEP.exec(answer);
	const said = step === null ? answer : guests(answer.replace(AFTER_STEP, ""));
	const s = { items: e.items, pending: [] as item[] } as search;
	const found = look_up(said) ?? resolved(s, said);
	const named = step?.[1] ?? step?.[2];
	const behind = e.items.findIndex((it) => it.lines[0]! > lines[0]!);
	const at = named === undefined && behind > 0 ? behind : place_of_remark(e.items, named);
	const facts = found?.facts([], []) ?? [];
	const is_claim = !of_case && found?.kind === "expectation" && at >= 0 && facts.length > 0 &&
		(near || named !== undefined) &&
		!lacks_list({ ...e.items[0]!, text, listed: null, facts, phrase: null }, found, []);

	const asks = is_question(text);
	if (is_claim || of_case && near || (near || named !== undefined) && is_remark(text) ||
		near && (ANSWER_ALONE.test(answer) || corrects(text)))
		e.items.splice(at < 0 ? e.items.length : at, 0, {
			label: "", lines, text,
			kind: is_claim ? "expectation"
				: asks && !of_case || is_possible(text) && !corrects(text)
				? "prose" : "unread",
			phrase: is_claim ? found.name : asks ? QUESTION.name : null, listed: null,
			facts: is_claim ? facts : [], inherits: false,
		});
}

/** The sentences of a paragraph; what stands behind a question of another case is said of that. */
function add_remarks(e: example, parts: string[], lines: number[], near: boolean): void {
	const at = parts.findIndex(asks_of_case);

	for (const [i, part] of parts.entries())
		add_remark(e, part, lines, near, at >= 0 && i > at);
}

/** "After step 4 the guest has 0a.0001, after step 5 it has nothing": a claim for each. */
const FOR_STEPS = /,? (?:and |but )?(?=(?:after|in|at) step \d)/i;

/** who sees it so */
const THINKS =
	/^(?:i (?:understand|see|think|believe)(?: that)?|as i (?:understand|see)(?: it)?),? /i;
/** a condition in C, for which it is so */
const OF_CODE = /\bbecause \w{1,40}\([^()]{0,80}\),? ?(?=\w)/gi;

/** What a sentence claims of steps that it names, behind each of them; only if all is read. */
export function place_for_steps(items: item[]): item[] {
	const list = [...items];

	for (const it of items) {
		const parts = it.kind === "unread" && it.label === ""
			? of_step(it.text.replace(THINKS, "").replace(OF_CODE, "")).split(FOR_STEPS)
				.map((part) => ({ part, m: AFTER_STEP.exec(part) })) : [];
		const read = parts.map(({ part, m }) => {
			const said = guests(part.replace(AFTER_STEP, "")
				.replace(/^[,:]? ?still nothing/i, "it has nothing"));
			const s = { items, pending: [] as item[] } as unknown as search;
			const found = look_up(said) ?? resolved(s, said);

			return { found, step: m?.[1] ?? m?.[2] };
		});

		if (parts.length === 0 || !read.every(({ found, step }) => step !== undefined &&
			found?.kind === "expectation" && place_of_remark(list, step) >= 0))
			continue;
		list.splice(list.indexOf(it), 1);
		for (const { found, step } of read)
			list.splice(place_of_remark(list, step), 0, {
				...it, kind: "expectation", phrase: found!.name,
				facts: found!.facts([], []),
			});
	}
	return list;
}

/** What an answer says above or below the example that it quotes does not vanish. */
export function note_remarks(mail: message, e: example, all: readonly example[]): void {
	const taken = new Set(all.flatMap((it) => it.items.flatMap((i) => i.lines)));
	const [first, last] = [
		Math.min(...e.items.flatMap((i) => i.lines)),
		Math.max(...e.items.flatMap((i) => i.lines)),
	];
	const around = mail.lines.filter((l) => l.depth < e.depth && !taken.has(l.line) &&
		l.line >= first - REMARKS_REACH && l.line <= last + 2 * REMARKS_REACH &&
		l.text.trim() !== "" && !INTRODUCES.test(squeeze(l.text)));

	const asked = asked_lines(mail.lines.filter((l) => l.depth < e.depth));

	for (const { lines, text } of paragraphs_of(around)) {
		const near = lines[0]! <= last + REMARKS_REACH &&
			around.find((l) => l.line === lines[0])!.depth === e.depth - 1;

		if (lines.every((n) => asked.has(n)))
			e.items.push(asked_item(lines, text));
		else
			add_remarks(e, parts_of(text), lines, near);
	}
}

/** Whether an example tells, or makes, what it begins with. */
function has_start({ items }: example): boolean {
	return items.some((it) => it.kind === "set-up" || it.kind === "actor" || it.inherits ||
		it.facts.some((f) => deed_of(f) === "create"));
}

const OF_STATE = /assign_|mask_store/;

/**
 * What is done to an mdev or to the masks in an answer without a state of its own, behind an
 * example that is quoted: nobody says whether it goes on from there, but there is more than an
 * empty mdev.
 */
export function note_start(mail: message, e: example, all: readonly example[]): void {
	const first = e.items[0]!.lines[0]!;
	const last = Math.max(...all.filter((it) => it.depth > e.depth)
		.map((it) => Math.max(...it.items.flatMap((i) => i.lines)))
		.filter((line) => line < first));

	if (last < 0 || has_start(e) ||
		!e.items.some((it) => it.facts.some((f) => OF_STATE.test(deed_of(f) ?? ""))))
		return;
	const said = paragraphs_of(mail.lines.filter((l) => l.depth === e.depth && l.line > last &&
		l.line < first && l.text.trim() !== "")).at(-1);
	e.items.unshift({
		label: "", lines: [first], text: "what there is at first is not said", ...said,
		kind: "unread", phrase: null, listed: null, facts: [], inherits: false,
	});
}
