// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines of a mail in which no scenario is found that speak of queues all the same: nothing
 * vanishes.
 */
import { printable } from "../cli/terminal.ts";
import { plain } from "./lines/plain.ts";
import type { mail_line, message } from "./message/message.ts";

const MAX_NAMED = 20;
const MAX_TEXT = 120;

/* "adapters:", and below it their numbers */
const UNITS = /^\W*(?:(?:usage |control )?(?:adapter|domain|apid|apqi|apqn|queue|card)s?:)\s*$/i;
const NUMBERS = /^\W*(?:0x)?[0-9a-f]{1,4}(?:[\s,;.&-]+(?:and )?(?:0x)?[0-9a-f]{1,4})*\W*$/i;
const NAMES = [
	/(?<![\w.])(?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{4}(?![\w.]*\w)/i,
	/\b(?:adapter|domain|apid|apqi|card|apqn|queue)s?:? (?:0x[0-9a-f]|\d)/i,
	/\b(?:un)?assign_(?:adapter|domain|control_domain)\b/,
	/\b(?:ap_config|guest_matrix|control_domains|apmask|aqmask|in_use|bindings)\b/,
	/\bmatrix\b(?:[:=]| (?:is|has|shows|says)\b)/,
	UNITS,
	/\b(?:lszcrypt|chzcrypt|mdevctl|driverctl|chzdev|lszdev|virsh|ap-check)\b/,
];
/* Pairs of decimal numbers are queues where the line speaks of them; else they are versions. */
const PAIR = /\b\d{1,3}[.,] ?\d{1,3}\b/;
const OF_QUEUES = /\b(?:queue|guest|apqn)s?\b|\bbound\b/i;
/* What stands behind the line numbers of a hunk is some line above it. */
const HUNK = /^@@ -\d/;

/** speaks_of_queues - whether a line names a queue, a number, an attribute or a tool */
export function speaks_of_queues(text: string): boolean {
	return !HUNK.test(text) && (NAMES.some((re) => re.test(text)) ||
		PAIR.test(text) && OF_QUEUES.test(text));
}

function shown(text: string): string {
	const line = text.trim();

	return printable(line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT)}...` : line);
}

function lines_of(mails: readonly message[]): mail_line[] {
	return mails.filter((m) => m.fault === null).flatMap((m) => plain(m.lines)
		.filter((l, i, all) => speaks_of_queues(l.text) ||
			NUMBERS.test(l.text) && UNITS.test(all[i - 1]?.text ?? "")));
}

/**
 * count_not_read - how many lines of a mail without a scenario speak of queues
 */
export function count_not_read(mail: message): number {
	return lines_of([mail]).length;
}

/**
 * lines_not_read - what nobody read of mails, a line each
 * @mails: without a scenario
 * @is_told: whether something else is said of a line by its number
 */
export function lines_not_read(mails: readonly message[],
		is_told: (line: number) => boolean): string[] {
	const lines = lines_of(mails).filter((l) => !is_told(l.line));
	const more = lines.length - MAX_NAMED;

	return [
		...lines.slice(0, MAX_NAMED)
			.map((l) => `  line ${l.line}: not read: ${shown(l.text)}`),
		...more > 0 ? [`  and ${more} more`] : [],
	];
}
