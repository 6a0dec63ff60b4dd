// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables in a mail: the cells of their rows, and what a cell or a column's head says.
 */
import type { mail_line } from "../message/message.ts";

export const YES = /^(?:x|y|yes|\*|✓|✔|☑|true|bound|vfio_ap)$/i;
export const NO =
	/^(?:-|--|n|no|\.|✗|✘|☐|false|unbound|none|\(none\)|unassigned|free|default|cex\d?\w*|zcrypt\w*)$/i;
export const QUEUE = /^[0-9a-f]{1,2}\.[0-9a-f]{1,4}$/i;
export const RULE = /^[\s|+:=-]{3,}$/;

export const HEADS: [of: "queue" | "bound" | "mdev" | "guest", head: RegExp][] = [
	["queue", /^(?:ap )?(?:queues?|apqns?|card\.dom)$/i],
	[
		"bound",
		/^(?:(?:device )?drivers?|(?:(?:queues|apqns) )?bound(?: to)?(?: (?:the )?vfio_ap(?: (?:device )?driver)?)?\??|bound (?:queues|apqns)|vfio_ap)$/i],
	[
		"mdev",
		/^(?:mdev|(?:(?:queues|apqns) )?(?:assigned|mdev)(?: to)?(?: (?:the |matrix_)?mdev)?\??|assigned (?:queues|apqns)|matrix)$/i],
	[
		"guest",
		/^(?:in |seen by |(?:visible |seen )in |passed to )?(?:the )?guest(?:_matrix|'s apcb| (?:has|sees|gets|queues|apqns))?\??$/i],
];
/** of queues: none */
export const NO_QUEUE = /^(?:-+|–|\(?none\)?|nothing|\(?empty\)?)$/i;
export const BOUND = "Queues bound to vfio_ap:";
export const LABELS = { bound: BOUND, mdev: "matrix:", guest: "The guest has:" };

/** says nothing, and is named as what was read all the same */
export const READ = "$ true";

/** struct cell - a word of a row, and where its middle stands */
export interface cell {
	text: string;
	middle: number;
}

export function cells_of(text: string): cell[] {
	return [...text.replace(/\t/g, "        ").matchAll(/[^\s|]+/g)]
		.map((m) => ({ text: m[0], middle: m.index + m[0].length / 2 }));
}

export function is_mark({ text }: cell): boolean {
	return YES.test(text) || NO.test(text);
}

/** Whether a row has a bar around it, and not only between its cells. */
export function is_framed(text: string): boolean {
	return text.trim().startsWith("|");
}

/** The cells of a row, by bars, or by more than one blank. */
export function words_in(text: string, framed = is_framed(text)): string[] {
	const said = text.trim();
	const bare = framed ? said.replace(/^\||\|$/g, "") : said;

	return bare.split(said.includes("|") ? "|" : /\t+| {2,}/).map((c) => c.trim());
}

/** How many lines from one on are rows. */
export function rows_from<T>(
	lines: readonly mail_line[], from: number, read: (text: string) => T | null,
): T[] {
	const list: T[] = [];

	for (let i = from; i < lines.length; i++) {
		const row = read(lines[i]!.text);

		if (row === null)
			break;
		list.push(row);
	}
	return list;
}

/**
 * struct table - what a table says
 * @length: how many lines it has
 */
export interface table {
	said: mail_line[];
	length: number;
}

/** The rows of a table; its head, and the rules around, belong to the first and the last. */
export function with_frame(lines: readonly mail_line[], from: number, rule: number,
		rows: readonly string[][]): table {
	const first = from + 1 + rule;
	const end = RULE.test(lines[first + rows.length]?.text ?? "") ? 1 : 0;
	const out = rows.flatMap((texts, i) =>
		texts.map((text): mail_line => ({ ...lines[first + i]!, text })));

	out[0]!.besides = lines.slice(from, first).map((l) => l.line);
	if (end > 0)
		out.at(-1)!.besides =
			[...out.at(-1)!.besides ?? [], lines[first + rows.length]!.line];
	return { said: out, length: 1 + rule + rows.length + end };
}
