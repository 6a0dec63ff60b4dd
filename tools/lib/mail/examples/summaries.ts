// SPDX-License-Identifier: GPL-2.0-only
/*
 * A summary, or a heading, in front of the steps: "When 04.0005 is unbound the guest loses both
 * queues." What it tells is done by the steps, once.
 */
import { deed_of, deed_told } from "./deeds.ts";
import type { example, item } from "./examples.ts";
import { TYPED } from "../typed/shell.ts";

/** How an example may begin: with what is so, or with a step that has a number. */
function begins(it: item): boolean {
	return it.label !== "" || it.kind === "set-up" || it.phrase === TYPED;
}

const CHANGES = /^(?:un)?(?:assign_|bind)/;

/** What an item changes of what is bound or assigned, as it is called wherever it is told. */
function changes_of(it: item): string[] {
	return it.kind === "unread" ? [] : it.facts
		.filter((f) => CHANGES.test(deed_of(f) ?? "")).map(deed_told);
}

/**
 * Whether a change is told again: of what is taken away before anything is said to be there, any
 * time; of the rest, before it is undone.
 */
function is_told_again(deed: string, behind: readonly item[]): boolean {
	const later = behind.flatMap(changes_of);
	const [again, undone] = [later.indexOf(deed), later.indexOf(`un${deed}`)];

	return again >= 0 && (undone < 0 || again < undone);
}

/**
 * note_summaries - what is told in front of the set-up and done by the steps stands, unread,
 * behind them
 */
export function note_summaries({ items }: example): void {
	const from = items.findIndex(begins);
	const summaries = items.slice(0, Math.max(from, 0)).filter((it, i) =>
		changes_of(it).some((deed) => is_told_again(deed, items.slice(i + 1))));

	for (const it of summaries) {
		items.push(...items.splice(items.indexOf(it), 1));
		Object.assign(it, { kind: "unread", phrase: null, facts: [], listed: null });
	}
}
