// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a mail says, beside what was read of it.
 */
import type { reading } from "../lib/mail/read.ts";
import type { scenario, statement } from "../lib/scenario/model.ts";

const is_blank = (text: string): boolean => text.trim() === "";

/* Without the blank lines around them. */
function trimmed(lines: string[]): string[] {
	const from = lines.findIndex((text) => !is_blank(text));

	return from < 0 ? []
		: lines.slice(from, lines.findLastIndex((text) => !is_blank(text)) + 1);
}

/**
 * mail_words - the lines of the mail that each step was read from
 * @readings: those of the file the scenario was found in
 *
 * A step has the lines up to the next step's, the first one also what stands above it. Of several
 * steps on one line the first has them.
 *
 * Return: by step; empty where the scenario is of no mail.
 */
export function mail_words(sc: scenario, readings: readonly reading[]):
		Map<statement, string[]> {
	const words = new Map<statement, string[]>();
	const found = readings.find(({ scenarios }) => scenarios.includes(sc));
	const starts = [...new Set(sc.statements.map(({ line }) => line))]
		.toSorted((a, b) => a - b);

	if (found === undefined)
		return words;
	for (const s of sc.statements) {
		const at = starts.indexOf(s.line);
		const from = at === 0 ? Math.min(found.first, s.line) : s.line;
		const to = starts[at + 1] ?? found.last + 1;

		if (sc.statements.find(({ line }) => line === s.line) === s)
			words.set(s, trimmed(found.mail.lines
				.filter(({ line }) => from <= line && line < to)
				.map(({ text }) => text)));
	}
	return words;
}
