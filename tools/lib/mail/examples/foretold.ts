// SPDX-License-Identifier: GPL-2.0-only
/*
 * "The following command fails:", and below it the command: what comes of a step, said in front of
 * it.
 */
import { does } from "./deeds.ts";
import type { item } from "./examples.ts";
import { TYPED } from "../typed/shell.ts";

const FOLLOWS = /\b(?:following|next)\b|\bbelow\b/i;
/** of several, the first one */
const OF_FIRST = /\b(?:next|first) (?!\w+s\b)/i;

function is_result({ kind, facts }: item): boolean {
	return kind === "expectation" && facts.at(-1)?.fact === "rc" &&
		facts.every((f) => !does(f));
}

/** The steps that stand under each other, as one block. */
function block_at(items: readonly item[], from: number): item[] {
	const end = items.findIndex((it, i) => i >= from && (!it.facts.some(does) ||
		i > from && it.lines[0]! > items[i - 1]!.lines.at(-1)! + 1));

	return items.slice(from, end < 0 ? undefined : end);
}

/** Whether a result may as well be of what was typed right in front of it. */
function may_be_of(before: item | undefined, text: string): boolean {
	return before?.phrase === TYPED && before.facts.some(does) && before.printed !== true &&
		!FOLLOWS.test(text);
}

/**
 * place_foretold - a result that is said in front of its step stands behind it; it is not read
 * where there are several steps, or where it may be of the one before
 */
export function place_foretold(items: item[]): void {
	for (const it of items.filter(is_result)) {
		const at = items.indexOf(it);
		const [step, ...more] = block_at(items, at + 1);

		if (step === undefined || !FOLLOWS.test(it.text) &&
			(!it.text.endsWith(":") || step.phrase !== TYPED))
			continue;
		if (more.length > 0 && !OF_FIRST.test(it.text) ||
				may_be_of(items[at - 1], it.text)) {
			Object.assign(it, { kind: "unread", phrase: null, facts: [] });
			continue;
		}
		const said = { ...it, facts: it.facts.slice(0, -1) };

		[step.label, it.label] = [step.label || it.label, ""];
		it.facts = it.facts.slice(-1);
		items.splice(at, 2, ...(said.facts.length > 0 ? [said] : []), step, it);
	}
}
