// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios that stand in a mail as such: in the notation, pasted or quoted, or in numbered steps
 * as "vfio-ap import --as-mail" writes them. Their lines are exact: nothing is assumed, and a line
 * that cannot be read, or is missing, leaves open what stands behind it.
 */
import { check_scenario } from "../../scenario/check.ts";
import { number_steps, type scenario, type statement } from "../../scenario/model.ts";
import { begins_header, begins_statement, read_notation } from "../../scenario/parse.ts";
import { print_step } from "../../scenario/print.ts";
import { body_of } from "./bodies.ts";
import type { mail_line, message } from "../message/message.ts";

/**
 * struct block - a scenario in a mail
 * @lines: the mail's lines that it takes up
 * @unread: of these, those that were not read
 */
export interface block {
	lines: number[];
	unread: number[];
	scenario: scenario;
}

const NOTATION = /^\s*scenario\s+[^\s#]\S*(?:\s+#.*|\s*)$/;
const HEAD = /^\s*Scenario (\S+), (\d+) lines:$/;
const END = /^\s*End of (\S+), (\d+) lines\.$/;
const PREFIX = /^\s*(?:[0-9][0-9a-z.]*'*:\s*)?(?:on [^\s:]+:\s*)?/;
const STEP = /^\s*(?:([0-9][0-9a-z.]*'*)\. |- )\s*(\S.*|)$/s;
const ON = /^(on [^\s:]+: )?(.*)$/;

function keyword(text: string): string {
	return /^\S*/.exec(text.replace(PREFIX, ""))![0];
}

function is_notation(text: string): boolean {
	const word = keyword(text);

	return /^\s*#/.test(text) || begins_statement(word) || begins_header(word) ||
		/^\s*scenario\s/.test(text);
}

/** How many lines from one on are a scenario in the notation; a stray line in between belongs. */
function notation_length(lines: readonly mail_line[], from: number): number {
	let last = from;

	for (let i = from + 1; i < lines.length; i++) {
		const { text } = lines[i]!;

		if (text.trim() === "")
			continue;
		if (NOTATION.test(text))
			break;
		if (is_notation(text))
			last = i;
		else if (i - last > 1 || lines[i - 1]!.text.trim() === "")
			break;
	}
	return last - from + 1;
}

/** Lines where they stood in the file, so that what is said of them has the right number. */
function placed(lines: readonly { line: number; text: string }[]): string {
	const out: string[] = [];

	for (const { line, text } of lines)
		out[line - 1] = text;
	return Array.from(out, (t) => t ?? "").join("\n");
}

function unread_statement(line: number, text: string): statement {
	return {
		line, label: null, n: "", drivers: null, note: null, body: { kind: "unread", text },
	};
}

/** with_unread - a scenario with lines that could not be read, each in its place */
export function with_unread(
	s: scenario, broken: readonly { line: number; text: string }[],
): scenario {
	const extra = broken.map(({ line, text }) => unread_statement(line, text));
	const statements = [...extra, ...s.statements].sort((a, b) => a.line - b.line);

	number_steps(statements);
	return { ...s, statements };
}

/* What a line says, and the comment behind it, two spaces before the "#" included. */
function split_note(line: string): [said: string, note: string] {
	const at = line.indexOf("  # ");

	return at < 0 ? [line, ""] : [line.slice(0, at), line.slice(at)];
}

/** What makes no sense is no better than what is not read. */
function sensible(s: scenario): scenario {
	const wrong = new Map(check_scenario({ ...s, verdicts: [] }).map((e): [number, string] => {
		const [, line, what] = /:(\d+): (.*)$/s.exec(e)!;

		return [Number(line), what!];
	}));

	return {
		...s, statements: s.statements.map((st) => !wrong.has(st.line) ? st : {
			...st, body: {
				kind: "unread", text: `${print_step(st)} (${wrong.get(st.line)})`,
			},
		}),
	};
}

/**
 * block_of - lines of the notation as a scenario
 * @missing: what is known to be missing, or null
 * @all: the lines of the mail that it takes up
 */
export function block_of(content: readonly { line: number; text: string }[], name: string,
	file: string,
		mail: message, missing: string | null, all: number[]): block | null {
	const first = content[0]?.line ?? all[0]!;
	const head = { line: Math.max(1, first - 1), text: `scenario ${name}` };
	const { broken } = read_notation(placed([head, ...content]), file);
	const bad = content.filter(({ line }) => broken.includes(line));
	const good = content.filter(({ line }) => !broken.includes(line));
	const { scenarios } = read_notation(placed([head, ...good]), file);
	const [s] = scenarios;

	if (s === undefined)
		return null;
	const more = missing === null ? [] : [{ line: first, text: missing }];
	return {
		lines: all, unread: [...new Set([...bad, ...more].map((l) => l.line))],
		scenario: sensible(
			with_unread({
				...s, file, line: first, source: s.source ?? mail.message_id,
			},
			[...more, ...bad])),
	};
}

function notation_block(lines: readonly mail_line[], file: string, mail: message): block | null {
	const [head, ...content] = lines;
	const name = /^\s*scenario\s+(\S+)/.exec(head!.text)![1]!;

	return block_of(content, name, file, mail, null, lines.map((l) => l.line));
}

/** A step of the numbered form, as a line of the notation. */
function as_notation(text: string): string {
	const [, label, step] = STEP.exec(text) ?? [];

	if (step === undefined)
		return text;
	const [, on = "", said] = ON.exec(step)!;
	const [plain, note] = split_note(said!);
	const prefix = label === undefined ? "" : `${label}: `;
	if (begins_statement(keyword(plain)) && reads(plain))
		return `${prefix}${on}${said}`;
	const body = body_of(plain);
	return body === null ? `${prefix}${on}${said}` :
		`${prefix}${on}${print_step({ line: 0, label: null, n: "", drivers: null, note: null, body })}${note}`;
}

function reads(text: string): boolean {
	return read_notation(`scenario x\n${text}`, "").errors.length === 0;
}

function numbered_block(lines: readonly mail_line[], file: string, mail: message): block | null {
	const head = HEAD.exec(lines[0]!.text), end = END.exec(lines.at(-1)!.text);
	const content = lines.slice(head === null ? 0 : 1, end === null ? undefined : -1);
	const numbers = [head, end].filter((m) => m !== null).map((m) => Number(m[2]));
	const missing = head === null ? "the first line is missing" : end === null
		? "the last line is missing" :
		numbers.some((n) => n !== content.length) ?
			`there are ${content.length} lines, not ${numbers.join(" or ")}` : null;
	const name = (head ?? end)![1]!;

	return block_of(content.map(({ line, text }) => ({ line, text: as_notation(text) })), name,
		file, mail,
		missing, lines.map((l) => l.line));
}

/** Where the numbered form that ends at a line begins: behind the last blank line. */
function begin_of(lines: readonly mail_line[], end: number): number {
	let i = end;

	while (i > 0 && lines[i - 1]!.text.trim() !== "" && !HEAD.test(lines[i]!.text))
		i--;
	return i;
}

/** What explore says around its steps: what should hold, and what does; the last step claims it. */
const PROPERTY = /^[a-z]+(?:-[a-z]+)+: /;
const REPORT = /^(?:Expected: |Actual: {3}|(?:Decided in \S.*; )?the same on )/;

function is_blank({ text }: mail_line): boolean {
	return text.trim() === "";
}

/** A scenario with the paragraphs around it that are such a report. */
function with_report(
	b: block | null, lines: readonly mail_line[], first: number, last: number,
): block | null {
	const above = lines.slice(0, first).findLast((l) => !is_blank(l));
	const from = lines.findIndex((l, i) => i > last && !is_blank(l));

	if (b === null || from < 0 || !REPORT.test(lines[from]!.text))
		return b;
	const blank = lines.findIndex((l, i) => i > from && is_blank(l));
	const report = lines.slice(from, blank < 0 ? undefined : blank);
	const property = above !== undefined && PROPERTY.test(above.text) ? [above] : [];
	const around = [...property, ...report].map(({ line }) => line);
	return { ...b, lines: [...b.lines, ...around].toSorted((x, y) => x - y) };
}

function end_of(lines: readonly mail_line[], from: number): number {
	let i = from;

	while (i + 1 < lines.length && lines[i + 1]!.text.trim() !== "" &&
		!END.test(lines[i]!.text))
		i++;
	return i;
}

function blocks_at(lines: readonly mail_line[], file: string, mail: message): block[] {
	const list: (block | null)[] = [];

	for (let i = 0; i < lines.length; i++) {
		const { text } = lines[i]!;

		if (NOTATION.test(text)) {
			const length = notation_length(lines, i);

			if (length > 1)
				list.push(notation_block(lines.slice(i, i + length), file, mail));
			i += length - 1;
		} else if (HEAD.test(text)) {
			const end = end_of(lines, i);

			list.push(with_report(
				numbered_block(lines.slice(i, end + 1), file, mail),
				lines, i, end));
			i = end;
		} else if (END.test(text)) {
			list.push(numbered_block(lines.slice(begin_of(lines, i), i + 1), file,
				mail));
		}
	}
	return list.filter((b) => b !== null);
}

/**
 * find_blocks - the scenarios that stand in a mail as such
 * @mail: the mail
 * @file: its file's name
 */
export function find_blocks(mail: message, file: string): block[] {
	const depths = [...new Set(mail.lines.map((l) => l.depth))];

	return depths.flatMap((d) => blocks_at(mail.lines.filter((l) => l.depth === d), file, mail))
		.sort((a, b) => a.lines[0]! - b.lines[0]!);
}
