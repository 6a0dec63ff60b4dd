// SPDX-License-Identifier: GPL-2.0-only
/*
 * What becomes of an example at its end: whether it is one, which sentences behind it belong to
 * it, and what of it cannot be believed.
 */
import { deed_of, does, unnamed } from "./deeds.ts";
import type { item, search } from "./examples.ts";
import { AT_FIRST } from "./first_guest.ts";
import { LOCKS, MESSAGE } from "../sentence/kernel_text.ts";
import { has_failed, masks_of, statement_length } from "../build/ledger.ts";
import type { fact } from "../sentence/phrases.ts";
import { AFTER_STEP, OF_STEP } from "./remarks.ts";
import { ANSWER_ALONE, QUESTION } from "./resolve.ts";
import { OTHER_TYPE, TYPED } from "../typed/shell.ts";
import { is_particular } from "../english/speaks.ts";
import {
	corrects, is_possible, is_talk, names_queue, speaks_of_guest, tells_result,
} from "../english/words.ts";

const SOMEBODY =
	/\w\(\)|\b(?:thread|cpu|task|process|admin\w*|user|driver|bus|callback|function)\b/i;
const HANDLES_LOCK =
	/\b(?:takes?|holds?|acquires?|waits?|calls?|tries|gets?|locks?|releases?|sets?|blocks?|does|detect|is held)\b/i;

/** Somebody does something: lists of changes and of thoughts name locks, and nobody. */
function has_actor({ text }: item): boolean {
	const who = SOMEBODY.exec(text);

	return who !== null && HANDLES_LOCK.test(text.slice(who.index + who[0].length));
}

const OF_AP = /\b(?:vfio[_-]ap|apqns?|queues?|adapters?|domains?|(?:guest_)?matrix)\b/i;

/** An mdev of another driver is created, and of AP nothing is said. */
function is_of_others(items: readonly item[]): boolean {
	return items.some(({ kind, text }) => kind === "unread" && OTHER_TYPE.test(text)) &&
		!items.some(({ text }) => OF_AP.test(text));
}

/**
 * An example is one only if something is done or set up in it and something is said to follow;
 * or if numbered steps set something up and do something: "what happens then?"
 */
export function worth_keeping(items: item[]): boolean {
	if (is_of_others(items))
		return false;
	if (items.some((i) => i.phrase === AT_FIRST) && !items.some((i) =>
		i.phrase !== AT_FIRST && i.facts.some((f) => deed_of(f) !== null ||
			unnamed(f).fact === "config")))
		return false;
	const kinds = new Set(items.map((i) => i.kind));
	const steps = items.filter((i) => i.phrase === LOCKS);

	if (steps.length > 0 && items.every((i) => i.kind !== "actor" || i.phrase === LOCKS))
		return steps.filter((i) => i.label !== "").length > 1 &&
			steps.filter(has_actor).length > 1 &&
			steps.some((i) =>
				/same time|meanwhile|stuck|wait|deadlock|CPU/i.test(i.text));
	if (kinds.has("set-up") &&
		items.some((i) => i.kind === "operation" && /^\d+$/.test(i.label)))
		return true;
	if (tells_of_more(items) || tells_twice(items) || is_done(items))
		return true;
	if (items.every((i) => i.kind === "prose" || i.kind === "operation" && i.label === "" &&
		i.facts.every((f) => unnamed(f).fact === "start")))
		return false;
	return kinds.has("actor") ? items.length > 1 :
		(kinds.has("set-up") || kinds.has("operation") || items[0]?.inherits === true) &&
			(kinds.has("expectation") ||
				items.some((i) => i.phrase === MESSAGE || i.phrase === TYPED &&
				i.kind === "operation" ||
					i.facts.some((f) => unnamed(f).fact === "guest")));
}

/** What is assigned, and then again: the second time it is a claim. */
function tells_twice(items: item[]): boolean {
	const of_mdev = (f: fact): boolean => f.fact === "define" &&
		("add" in f.change || "set" in f.change && f.change.set.length > 0) ||
		f.fact === "assigned" ||
		f.fact === "of" && f.of.fact === "assigned";

	return items.filter((i) => i.phrase === TYPED && i.facts.some(of_mdev)).length > 1;
}

const STORE = />>? ?["']?[\w/.${}-]*(?:assign_|apmask|aqmask|bind\b)/;

/** Steps of which nothing is claimed, or not in a way that is read: what happens then? */
function is_done(items: item[]): boolean {
	const done = items.filter((i) => i.kind === "operation" &&
		i.facts.some(does));
	const steps = done.filter((i) => i.label !== "" || i.phrase === TYPED);

	return done.length > 0 && sets_up_queues(items) || steps.length > 1;
}

function sets_up_queues(items: item[]): boolean {
	return items.flatMap((i) => i.facts).map(unnamed).some((f) =>
		(f.fact === "bound" || f.fact === "assigned") && f.queues !== "all" &&
		f.queues.length > 0);
}

/** Set up, and either done something or spoken of queues in a way that is not read. */
function tells_of_more(items: item[]): boolean {
	return sets_up_queues(items) && items.some((i) => i.kind === "unread" &&
		(names_queue(i.text) || STORE.test(i.text)));
}

/** Right behind the last fact: what speaks of queues and the like is not to vanish. */
function is_trailing({ kind, text }: item): boolean {
	return kind === "unread" && (is_particular(text) || speaks_of_guest(text) ||
		ANSWER_ALONE.test(text) || AFTER_STEP.test(text) || OF_STEP.test(text) ||
		corrects(text) || tells_result(text));
}

/** in front of what is said to be so in the end */
const RESULT_HEAD = /^(?:expected|actual|observed)(?: results?)?:$/i;

export function keep_trailing(s: search): void {
	const end = s.pending.findIndex((it) => !is_trailing(it) &&
		it.phrase !== QUESTION.name && !RESULT_HEAD.test(it.text));
	const kept = s.pending.slice(0, end < 0 ? undefined : end);

	s.items.push(...kept.slice(0, kept.findLastIndex(is_trailing) + 1));
}

/** Amid an example a sentence is read, or it is talk; else it may be of what happens. */
export function refuse_prose(items: item[]): void {
	const told = items.findIndex((it) => it.facts.length > 0);
	const last = items.findLastIndex((it) => it.facts.length > 0);

	for (const it of items.slice(told + 1, Math.max(told + 1, last)))
		if (it.kind === "prose" && it.phrase === null && !is_talk(it.text))
			it.kind = "unread";
}

/** Behind the last fact: what may be so, of nothing in particular, though it has a number. */
export function free_possible(items: item[]): void {
	const last = items.findLastIndex((it) => it.facts.length > 0);

	for (const it of last < 0 ? [] : items.slice(last + 1))
		if (it.kind === "unread" && is_possible(it.text))
			it.kind = "prose";
}

/** What is assigned is shown right behind: all but the last, then, and that is what failed. */
function only_last_failed({ facts }: item, shown: item | undefined): boolean {
	const queues = shown?.phrase === TYPED ? shown.facts.flatMap((f) => {
		const of = f.fact === "of" ? f.of : f;

		return of.fact === "assigned" ? of.queues : [];
	}) : [];
	const { apm, aqm } = masks_of(queues);
	const there = facts.map((f) => f.fact !== "op" || f.op[0] !== "write" ? null
		: f.op[2] === "assign_adapter" ? apm.includes(Number(f.op[3]))
		: f.op[2] === "assign_domain" ? aqm.includes(Number(f.op[3])) : null);

	return queues.length > 0 && there.indexOf(false) === there.length - 1 &&
		!there.includes(null);
}

/**
 * Of several commands on a line nobody knows which an error is of; "echo $?" is of the last, if
 * each is done whatever came of the one before.
 */
export function refuse_errors(items: item[]): void {
	const told = items.filter((it) => it.kind !== "prose");
	const several = (it: item | undefined): boolean => it !== undefined &&
		it.facts.map(deed_of).filter((deed) => deed !== null && deed !== "read").length > 1;

	for (const [i, it] of told.entries()) {
		const before = told[i - 1];
		const own = it.phrase?.startsWith(TYPED) === true && several(it) &&
			(it.text.includes("&&") || it.phrase !== TYPED);
		const behind = before?.phrase === TYPED && several(before) &&
			!it.facts.some(does) &&
			(before.text.includes("&&") || !/\$\?/.test(it.text)) &&
			!only_last_failed(before, told[i + 1]);

		if (it.facts.some(has_failed) && (own || behind))
			Object.assign(it, { kind: "unread", phrase: null, facts: [] });
	}
}

/**
 * Behind steps, what is bound begins another example only with what is assigned beside it: the
 * whole state is stated again. Else queues that no line has named are bound there.
 */
export function told_again(items: item[]): item[][] {
	const acted = items.findIndex((i) => i.kind === "operation" || i.kind === "expectation");
	const at = items.findIndex((it, i) => acted >= 0 && i > acted && it.label === "" &&
		it.phrase !== TYPED && it.facts[0]?.fact === "bound" &&
		statement_length(items, i) > 0);

	return at < 0 ? [items] : [items.slice(0, at), ...told_again(items.slice(at))];
}
