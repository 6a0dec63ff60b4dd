// SPDX-License-Identifier: GPL-2.0-only
/*
 * What answers to a patch say: who says it, and what of it stands at no line that is shown.
 */

import type { mail_line, message } from "../lib/mail/message/message.ts";

/** A remark that stands at no line that is shown. */
export interface unplaced_remark {
	by: string;
	lines: string[];
	why: string;
}

/**
 * name_of - whose mail it is
 *
 * @from: "NAME <ADDRESS>", or one of the two
 */
export function name_of(from: string): string {
	return from.replace(/<[^<>]*>/, "").trim() || from;
}

/* What stands between a date and "wrote:". */
function name_behind_date(text: string): string {
	const plain = name_of(text);
	return plain.slice(plain.lastIndexOf(", ") + 1).replace(/^.*\d /, "").trim() || text.trim();
}

/**
 * said_above - who said what is quoted behind a line
 *
 * @text: "On DATE, NAME <ADDRESS> wrote:"
 * @before: the line before it, on which it may begin
 *
 * Return: null if it is no such line
 */
export function said_above(text: string, before = ""): string | null {
	if (!/\b(?:wrote|writes):$/.test(text))
		return null;
	const whole = text.startsWith("<") ? `${before} ${text}` : text;
	return name_behind_date(whole.replace(/(?:wrote|writes):$/, ""));
}

/** speaker - the line that stands before what somebody says */
export function speaker(name: string): string {
	return `\u2014 ${name}:`;
}

/** is_speaker - whether a line of remarks is such a line */
export function is_speaker(text: string): boolean {
	return text.startsWith("\u2014 ");
}

/**
 * take_said - what an answer says at a line goes to what others said there
 *
 * @to: what was said, with the names of those who said it
 * @from: what the answer has there, of which it quotes some
 */
export function take_said(to: string[], from: readonly string[]): void {
	const known = new Set<string>();
	let by = "";
	for (const text of to) {
		by = is_speaker(text) ? text : by;
		known.add(`${by}\n${text}`);
	}
	let last = by;
	by = "";
	for (const text of from) {
		by = is_speaker(text) ? text : by;
		if (is_speaker(text) || known.has(`${by}\n${text}`))
			continue;
		if (by !== last && by !== "")
			to.push(by);
		last = by;
		to.push(text);
	}
}

function is_answer({ subject, lines }: message): boolean {
	return /^(?:re|aw|antw):/i.test(subject ?? "")
		|| lines.some(({ depth, text }) => depth > 0 && text.startsWith("@@ "));
}

/** Where in a quoted patch a line stands. */
interface place {
	file: string | null;
	in_hunk: boolean;
}

function why_at({ file, in_hunk }: place): string {
	if (file !== null && !/\.[ch]$/.test(file))
		return `on ${file}, which is no C`;
	return in_hunk ? "at a line that is not shown" : "of the patch as a whole";
}

function follow(at: place, { depth, text }: mail_line): void {
	if (depth === 0)
		return;
	const file = /^diff --git a\/(\S+) /.exec(text)?.[1];
	if (file !== undefined)
		Object.assign(at, { file, in_hunk: false });
	else if (text.startsWith("@@ "))
		at.in_hunk = true;
}

/* The own words of an answer, those together that stand together. */
function said_in(mail: message, is_shown: (text: string) => boolean): unplaced_remark[] {
	const by = name_of(mail.from ?? "somebody");
	const at: place = { file: null, in_hunk: false };
	const found: unplaced_remark[] = [];
	let open: string[] | null = null;
	for (const line of mail.lines) {
		const { depth, text } = line;
		follow(at, line);
		if (depth === 0 && /^-- ?$/.test(text))
			break;
		if (depth > 0 || text.trim() === "" || said_above(text) !== null ||
				is_shown(text)) {
			open = depth > 0 ? null : open;
			continue;
		}
		if (open === null)
			found.push({ by, lines: open = [], why: why_at(at) });
		open.push(text);
	}
	return found;
}

/**
 * unplaced_remarks - what answers say that stands at no line that is shown
 *
 * @messages: the mails
 * @shown: the lines of remarks that do
 */
export function unplaced_remarks(
	messages: readonly message[], shown: Iterable<string>,
): unplaced_remark[] {
	const lines = new Set(shown);
	return messages.filter(is_answer)
		.flatMap((mail) => said_in(mail, (text) => lines.has(text)));
}
