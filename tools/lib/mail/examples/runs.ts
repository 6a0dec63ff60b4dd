// SPDX-License-Identifier: GPL-2.0-only
/*
 * The same steps once more under another heading, and lists between them that nobody labelled.
 */
import { deed_told, does } from "./deeds.ts";
import type { item } from "./examples.ts";
import { matrix_of, new_ledger, note_fact } from "../build/ledger.ts";
import { is_list_line, read_list } from "../lines/list_lines.ts";
import { TYPED } from "../typed/shell.ts";
import { is_particular } from "../english/speaks.ts";

const HEADING =
	/^(algorithm|approach|method|strategy|variant|implementation)(?: (?:\d{1,2}|[a-z]))?: \S/i;

function heading_of({ text, label, facts }: item): string | null {
	return label !== "" || facts.length > 0 || is_particular(text) ? null
		: HEADING.exec(text)?.[1]!.toLowerCase() ?? null;
}

/**
 * read_headings - "algorithm: ..." in front of steps, and again in front of the same steps: each
 * is a way of its own from what was set up above them; one that stands alone is not read
 */
export function read_headings(items: readonly item[]): void {
	const done = items.findIndex((it) => it.facts.some(does));
	const first = items.slice(0, Math.max(0, done)).findLast((it) => heading_of(it) !== null);
	const name = first === undefined ? null : heading_of(first);
	const more = items.slice(done).filter((it) => heading_of(it) === name);

	if (name === null || more.length === 0)
		return;
	Object.assign(first!, { kind: "prose", phrase: "a way" });
	for (const it of more)
		Object.assign(it, {
			kind: "set-up", phrase: "another way",
			facts: [{ fact: "variant", told: true }],
		});
}

function goes_anew({ facts }: item): boolean {
	return facts.some((f) => f.fact === "variant" && f.told === true);
}

function deeds_in(items: readonly item[]): string {
	return items.flatMap((it) => it.facts).filter((f) => does(f) && f.fact !== "start")
		.map(deed_told).toSorted().join();
}

/**
 * refuse_ways - another way that may be the next step: "while after ..." does the same in another
 * order, or else it may go on from where the first has ended; so may "the same queues are bound",
 * if some were bound or unbound meanwhile
 */
export function refuse_ways(items: readonly item[]): void {
	let from = 0;

	for (const [i, it] of items.entries()) {
		if (!goes_anew(it))
			continue;
		const before = items.slice(from, i);
		const rebound = items.slice(0, i).some((other) => other.facts.some((f) =>
			["bind", "unbind", "config"].includes(f.fact) ||
			f.fact === "op" && ["bind", "unbind"].includes(f.op[0])));

		if (rebound || it.phrase === TYPED && deeds_in([it]) !== deeds_in(before))
			Object.assign(it, { kind: "unread", phrase: null, facts: [] });
		else
			from = i;
	}
}

function is_bare_list({ kind, text, facts }: item): boolean {
	return kind === "unread" && facts.length === 0 && is_list_line(text);
}

/**
 * read_bare_lists - queues right behind a step and in front of guest_matrix, under no label: the
 * matrix, if they are what is assigned by then
 */
export function read_bare_lists(items: item[]): void {
	const l = new_ledger();

	for (let i = 0; i < items.length; i++) {
		const end = items.findIndex((it, k) => k >= i && !is_bare_list(it));
		const { queues } = read_list(items.slice(i, Math.max(i, end)).map((it) => it.text));

		if (end > i && items[i - 1]?.facts.some(does) === true && queues.length > 0 &&
			items[end]!.facts[0]?.fact === "guest" && items[end]!.listed !== null &&
			matrix_of(l).join() === queues.toSorted().join()) {
			const [it, ...more] = items.splice(i, end - i);

			items.splice(i, 0, {
				...it!, lines: [...it!.lines, ...more.flatMap((m) => m.lines)],
				text: [it!, ...more].map((m) => m.text).join(" "), kind: "set-up",
				phrase: "a list without a label",
				listed: { queues, table: null },
				facts: [{ fact: "assigned", queues }],
			});
		}
		items[i]!.facts.forEach((f) => note_fact(l, f));
	}
}
