// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a mail says, beside what was read of it, and what was not.
 */
import { printable } from "../lib/cli/terminal.ts";
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

	if (found === undefined)
		return words;
	/* what is assumed stands nowhere */
	const placed = sc.statements.filter(({ line }) => line > 0);
	const starts = [...new Set(placed.map(({ line }) => line))].toSorted((a, b) => a - b);

	for (const s of placed) {
		const at = starts.indexOf(s.line);
		const from = at === 0 ? Math.min(found.first, s.line) : s.line;
		const to = starts[at + 1] ?? found.last + 1;

		if (placed.find(({ line }) => line === s.line) === s)
			words.set(s, trimmed(found.mail.lines
				.filter(({ line }) => from <= line && line < to)
				.map(({ text }) => text)));
	}
	return words;
}

function lines_text(lines: readonly number[]): string {
	return lines.length === 0 ? "" : ` (${lines.join(" ")})`;
}

/** lines_read - how the lines of an example were read */
export function lines_read({ first, last, counts: c }: reading): string {
	const done = [...c["set-up"], ...c.operation].length;

	return `${first}-${last}: ${done} set-up and operations, ${c.expectation.length} ` +
		`expectations, ${c.prose.length} prose${lines_text(c.prose)}, ` +
		`${c.unread.length} not read${lines_text(c.unread)}`;
}

/**
 * struct ledger_line - a line of a mail that says nothing to any driver
 * @step: the number of the step that it is all the same, because it should; "" if it is none
 */
interface ledger_line {
	line: number;
	what: "not read" | "prose" | "of two processors";
	text: string;
	step: string;
}

/** struct mail_ledger - how an example's lines were read, and those that are in no step */
export interface mail_ledger {
	summary: string;
	lines: ledger_line[];
}

/* The step that a line is of, or goes on with, and that was not read. */
function unread_step({ statements }: scenario, line: number): statement | null {
	const step = statements.findLast((s) => s.line > 0 && s.line <= line);

	return step?.body.kind === "unread" ? step : null;
}

/**
 * ledger_of - how the lines of a scenario's mail were read; null where it is of no mail
 * @readings: those of the file the scenario was found in
 */
export function ledger_of(sc: scenario, readings: readonly reading[]): mail_ledger | null {
	const found = readings.find(({ scenarios }) => scenarios.includes(sc));

	if (found === undefined)
		return null;
	const { counts: { unread, prose, actor }, mail } = found;
	const of = (what: ledger_line["what"], list: readonly number[]): ledger_line[] =>
		list.map((line) => ({
			line, what,
			text: printable(mail.lines.find((l) => l.line === line)?.text.trim() ?? ""),
			step: printable(unread_step(sc, line)?.n ?? ""),
		}));

	return {
		summary: lines_read(found),
		lines: [...of("not read", unread), ...of("prose", prose),
			...of("of two processors", actor)],
	};
}
