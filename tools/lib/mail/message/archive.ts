// SPDX-License-Identifier: GPL-2.0-only
/*
 * The text pages of list archives, in which mails stand one behind the other with little more
 * than their subjects, and text pasted from anywhere.
 */
import type { message, numbered } from "./message.ts";
import { strip_quotes } from "./quotes.ts";

const TITLE = /^(?:Subject: )?(?:(?:Re|RE|Fwd|AW): *)*\[(?:RFC |RESEND )*PATCH[^\]]*\] .*/;
const IN_REPLY = "[ In reply to ]";
const FROM = /^From: (.*)/;
const DATE = /^(?:Date: (.*)|(\d{4}-\d\d-\d\d) +Thread +(.*))/;
const MESSAGE_ID = /^Message-I[dD]: *(<\S+>)/;
/** how many lines below its title an archive still gives a mail's sender and date */
const HEAD = 6;

/** nameless - a mail of which nothing is known but where it begins */
export function nameless(line: number): message {
	return {
		line, subject: null, message_id: null, answers: [], date: null, from: null,
		lines: [], fault: null,
	};
}

function note_head(m: message, text: string): void {
	const date = DATE.exec(text);

	m.from ??= FROM.exec(text)?.[1] ?? date?.[3] ?? null;
	m.date ??= date?.[1] ?? date?.[2] ?? null;
	m.message_id ??= MESSAGE_ID.exec(text)?.[1] ?? null;
}

function title_of(text: string): string | undefined {
	const title = TITLE.exec(text)?.[0];

	return (title?.endsWith(IN_REPLY) === true ? title.slice(0, -IN_REPLY.length).trimEnd()
		: title)?.replace(/^Subject: /, "");
}

/**
 * archive_messages - the mails on a page
 * @lines: the page's lines
 *
 * Return: the mails in order; text before the first subject is a mail without one.
 */
export function archive_messages(lines: numbered[]): message[] {
	let m = nameless(1);
	const list = [m];

	for (const l of lines) {
		const title = title_of(l.text);

		if (title !== undefined)
			list.push(m = { ...nameless(l.line), subject: title });
		else if (l.line - m.line <= HEAD)
			note_head(m, l.text);
		m.lines.push(strip_quotes(l));
	}
	return list.filter((it) => it.lines.some((l) => l.text !== ""));
}
