// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mail's text as what it is: without the marks of the patch that adds it to a document, without
 * those of a page, and without the line numbers of a listing.
 */
import { without_markup } from "./markdown.ts";
import type { mail_line } from "../message/message.ts";
import { TRACED } from "../typed/prompt.ts";
import { without_asking } from "./script.ts";
import { without_stress } from "./stressed.ts";
import { without_sequences } from "./terminal_text.ts";

/** lines that a patch adds or removes; "-bash-4.2# " is a login shell's prompt */
const CHANGED = /^(?:\+(?!\+\+ )|-(?!-| |device|(?:ba|da|k|z)?sh-\d))/;
/** lines with their numbers, as a robot shows them; an empty line has no tab */
const LISTED = /^ {0,5}(?:> )? {0,3}\d{1,4}(?:\t|$)/;

/**
 * without_name - a mail's lines without the name that its author has put below them
 * @from: as the header has it, null if it does not say
 */
export function without_name(lines: readonly mail_line[], from: string | null): mail_line[] {
	const at = lines.findLastIndex((l) => l.depth === 0 && /\S/.test(l.text));
	const said = lines[at]?.text.trim().replace(/^-+ ?|[.,]$/g, "");

	return lines.map((l, i) => i === at && from !== null && said !== "" &&
		(said === from || said === from.split(" ")[0]) ? { ...l, text: "" } : l);
}

/** nobody reads further in a line */
export const MAX_LINE = 4000;

/** The lines of a run that all begin with one of the marks. */
function run_length(lines: readonly mail_line[], from: number, marks: RegExp): number {
	let i = from;

	while (i < lines.length && lines[i]!.depth === lines[from]!.depth &&
		marks.test(lines[i]!.text) && !TRACED.test(lines[i]!.text))
		i++;
	return i - from;
}

/** A listing's lines; numbers alone are queues or the like. */
function listing_length(lines: readonly mail_line[], from: number): number {
	const length = run_length(lines, from, LISTED);

	return lines.slice(from, from + length).some((l) => l.text.includes("\t")) ? length : 0;
}

/** Added text without its mark; what is removed, and C, is nobody's example. */
function without_marks(run: readonly mail_line[]): mail_line[] {
	const is_code = run.some((l) => /[;{}]\s*$|^[+-]\s*(?:#include|\/?\*)/.test(l.text));

	return run.map((
		l) => ({ ...l, text: is_code || l.text.startsWith("-") ? "" : l.text.slice(1) }));
}

const DIFF_OF = /^(?:diff --git a\/\S+ b\/(\S+)|\+\+\+ b\/(\S+))/;
const HUNK = /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/;
const DOCUMENT = /\.(?:rst|txt|md)$/;
/** below a long heading of a document: what stands there is of another matter */
const UNDERLINE = /^[-=~^]{20,}\s*$/;
const SECTION = "---", NEXT_HUNK = "@@";

/** A document's line as it is read: a heading's underline ends what stands above. */
function of_document(text: string): string {
	return UNDERLINE.test(text) ? SECTION : text;
}

/**
 * Where a patch changes a document, the text as it is then, in which what is removed leaves no gap;
 * of other files nothing. A hunk ends where a line has none of its marks, so that an answer between
 * its lines stays.
 */
function without_hunks(lines: readonly mail_line[]): mail_line[] {
	const file_of = new Map<number, string>();
	const in_hunk = new Set<number>();
	let removed = 0;

	return lines.flatMap((l) => {
		const named = DIFF_OF.exec(l.text);

		if (named !== null)
			file_of.set(l.depth, named[1] ?? named[2]!);
		if (HUNK.test(l.text) && file_of.has(l.depth)) {
			in_hunk.add(l.depth);
			return DOCUMENT.test(file_of.get(l.depth)!) ? { ...l, text: NEXT_HUNK } : l;
		}
		if (!/^(?:[ +-]|$)/.test(l.text) || /^-- ?$/.test(l.text))
			in_hunk.delete(l.depth);
		if (!in_hunk.has(l.depth))
			return l;
		if (!DOCUMENT.test(file_of.get(l.depth)!))
			return { ...l, text: "" };
		if (l.text.startsWith("-")) {
			removed++;
			return [];
		}
		const behind = l.line - 1 - removed;
		removed = 0;
		return { ...l, text: of_document(l.text.slice(1)), behind };
	});
}

/** plain - text that a patch adds to a document, or that a listing numbers, as what it is */
export function plain(all: readonly mail_line[]): mail_line[] {
	const lines = without_hunks(without_asking(all.map((l) =>
		({ ...l, text: without_sequences(l.text.slice(0, MAX_LINE)) }))));
	const out: mail_line[] = [];

	for (let i = 0; i < lines.length;) {
		const changed = run_length(lines, i, CHANGED), listed = listing_length(lines, i);
		const run = lines.slice(i, i + Math.max(1, changed, listed));

		out.push(...changed > 1 ? without_marks(run) :
			listed > 1 ? run.map((l) => ({ ...l, text: l.text.replace(LISTED, "") }))
				: run);
		i += run.length;
	}
	return out.map(without_markup).map(without_stress);
}
