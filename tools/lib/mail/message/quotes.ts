// SPDX-License-Identifier: GPL-2.0-only
/*
 * Quoted lines of a mail.
 */
import type { mail_line, numbered } from "./message.ts";

const QUOTE = /^(?: ?>)+/;

/**
 * strip_quotes - a line without its quote marks
 */
export function strip_quotes(l: numbered): mail_line {
	const text = l.text.replace(/[\u00a0\u2007\u202f]/g, " ").trimEnd();
	const marks = QUOTE.exec(text)?.[0] ?? "";
	const rest = text.slice(marks.length);

	return {
		line: l.line, depth: marks.replace(/ /g, "").length,
		text: marks === "" ? rest : rest.replace(/^ /, ""),
	};
}
