// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list behind a sentence, or behind a command: what it says, and whether it is there.
 */
import type { mask_form } from "../../scenario/model.ts";
import type { item, search } from "./examples.ts";
import { half_queues, read_columns, read_list, type queue_list } from "../lines/list_lines.ts";
import type { row } from "../sentence/look_up.ts";
import type { fact } from "../sentence/phrases.ts";
import { OUTPUT_ROW } from "../lines/printed.ts";
import { OF_SCRIPT, PROMPT } from "../typed/prompt.ts";
import { TYPED } from "../typed/shell.ts";

/** "Adapters assigned to the mdev:", and their numbers on lines of their own */
function half_listed(text: string, lines: readonly string[]): fact[] | null {
	const [adapters, domains] = [/\b(?:adapters|apids|cards)\b/i, /\b(?:domains|apqis)\b/i]
		.map((re) => re.test(text));
	const ids = lines.flatMap((l) => l.split(/[\s,]+/)).filter((t) => t !== "");

	return adapters === domains || ids.length === 0 || !/\b(?:assigned|mdev)\b/i.test(text) ||
		!ids.every((t) => /^(?:0x)?[0-9a-f]{1,4}$/i.test(t)) ? null : [{
			fact: "units", unit: adapters ? "adapter" : "domain",
			ids: ids.map((t) => parseInt(t, 16)),
		}];
}

/** "Adapters and domains assigned to the mdev:": a column of each, and the mdev has them all */
function columns_listed(text: string, lines: readonly string[]): queue_list | null {
	const of_both = [/\b(?:adapters|apids)\b/i, /\b(?:domains|apqis)\b/i]
		.every((re) => re.test(text));

	return of_both && /\b(?:assigned|mdev)\b/i.test(text) && !/\b(?:bound|guest)/i.test(text)
		? read_columns(lines) : null;
}

/** A script is typed without prompts, and shows what none of its commands prints. */
function is_of_script(s: search, { text }: item): boolean {
	return (text.replace(PROMPT, "") === text || text.startsWith(OF_SCRIPT)) &&
		![...s.items, ...s.pending]
			.some((it) => it.phrase === TYPED && it.printed === true);
}

/** That there are no queues, which is what showing them shows then. */
function shows_none(f: fact): boolean {
	const of = f.fact === "of" ? f.of : f;

	return (of.fact === "guest" || of.fact === "assigned" || of.fact === "bound") &&
		of.queues.length === 0;
}

/**
 * open_last_look - a session's last command that shows queues, and nothing behind it
 *
 * Where others show what they print, either there were none, or that was not pasted.
 */
export function open_last_look(items: item[]): void {
	const last = items.findLast((it) => it.kind !== "prose" || it.unshown === true);
	const unread = { label: "", kind: "unread", phrase: null, facts: [] } as const;

	if (last?.unshown !== true ||
		!items.some((it) => it.phrase === TYPED && it.printed === true))
		return;
	if (last.kind === "prose")
		Object.assign(last, unread, { label: last.label });
	else
		items.push({ ...last, ...unread, facts: [] });
}

/** What may have printed nothing, or not; nobody knows, since nothing is typed behind it. */
function note_unshown({ item: it, row, lines }: NonNullable<search["list"]>): void {
	if (it.phrase !== TYPED || !row.list || lines.length > 0)
		return;
	it.unshown = it.facts.some(shows_none);
	if (it.kind === "operation")
		it.facts = it.facts.filter((f) => !shows_none(f));
	else if (!it.facts.some((f) => f.fact === "define"))
		Object.assign(it, { kind: "prose", facts: [] });
}

/** Adapters without a domain, or domains without an adapter, as matrix shows them. */
function halves_shown(s: search, lines: readonly string[], row: row): fact[] | null {
	const shown = half_queues(lines);
	const done = s.items.some((it) => it.kind === "operation");

	const meant = (f: fact): fact => {
		if (f.fact === "of")
			return { ...f, of: meant(f.of) };
		if (f.fact !== "assigned" && f.fact !== "guest" || !done)
			return { fact: "unknown" };
		const of = f.fact === "guest" ? "guest" : "matrix";
		const is: mask_form = { form: "masks", ...shown!, adm: null };

		return { fact: "expect", expect: { what: "masks", of, mdev: "m0", is } };
	};

	return shown === null ? null : row.facts([], []).map(meant);
}

function last_typed(s: search, it: item): item | undefined {
	const all = [...s.items, ...s.pending];

	return all.slice(0, all.indexOf(it)).findLast((i) => i.phrase === TYPED);
}

/** Whether the last command in front of a line did anything: what it returns is that of it. */
function behind_operation(s: search, it: item): boolean {
	return last_typed(s, it)?.kind === "operation";
}

/** Of grep, which then says that it has failed. */
function found_nothing(it: item | undefined): boolean {
	return it?.facts.some((f) => (f.fact === "of" ? f.of : f).fact === "guest_lacks") === true;
}

/** @follows: a command or a prompt follows, so that what has no output said nothing */
export function finish_list(s: search, follows = false): void {
	const { list } = s;

	s.list = null;
	if (list === null)
		return;
	list.item.printed = list.lines.length > 0;
	const typed = follows && !is_of_script(s, list.item);
	const listed = list.lines.length === 0 || list.item.phrase === TYPED &&
			(/\blszcrypt\b/.test(list.item.text) ||
				list.lines.some((l) => OUTPUT_ROW.test(l)))
		? null : columns_listed(list.item.text, list.lines) ?? read_list(list.lines);
	list.item.listed = listed;
	list.item.facts = half_listed(list.item.text, list.lines) ??
		halves_shown(s, list.lines, list.row) ??
		list.row.facts(listed?.queues ?? [], list.lines);
	if (list.item.facts[0]?.fact === "units")
		return;
	if (list.item.phrase !== TYPED && listed?.alone === true)
		list.item.facts = [{ fact: "unknown" }];
	if (/^\W*echo\b[^>;|]*\$\?(?:(?!\$\?)\W)*$/.test(list.item.text) &&
		!behind_operation(s, list.item)) {
		const expected = found_nothing(last_typed(s, list.item)) ? "error" : "ok";

		list.item.facts = list.item.facts.map((f): fact =>
			f.fact === "rc" && f.rc === expected
			? { fact: "there", queues: [] } : { fact: "unknown" });
	}
	if (!typed && list.lines.length === 0 && found_nothing(list.item))
		list.item.facts = [{ fact: "unknown" }];
	if (list.item.facts.some((f) => f.fact === "unknown"))
		Object.assign(list.item, { kind: "unread", phrase: null, facts: [] });
	if (!typed)
		note_unshown(list);
	if (lacks_list(list.item, list.row, list.lines))
		Object.assign(list.item, { kind: "unread", phrase: null, facts: [] });
}

const NONE =
	/\b(?:no|not|none|empty|nothing|without|isn't|aren't)\b|(?:^|\s)(?:-|<>|\(\)|\{\}|\[\])$/i;

/** A heading behind which no list was read does not say that there is none. */
export function lacks_list(
	{ text, listed, facts, phrase }: item, row: row, lines: string[],
): boolean {
	const none = NONE.test(text) || lines.some((l) => NONE.test(l));

	return row.list && (listed === null || listed.queues.length === 0) && phrase !== TYPED &&
			!none && facts.some((f) => {
		const of = f.fact === "of" ? f.of : f;

		return (of.fact === "bound" || of.fact === "assigned" || of.fact === "guest") &&
			of.queues.length === 0;
	});
}
