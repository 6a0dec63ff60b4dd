// SPDX-License-Identifier: GPL-2.0-only
/*
 * The diffs in a mail: as posted, quoted in a reply with remarks between the lines, or from an
 * archive's page that lost the white space at the beginning of each line.
 */

import { plural } from "../lib/cli/plural.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import type { mail_line } from "../lib/mail/message/message.ts";
import { is_speaker, name_of, said_above, speaker } from "./remarks.ts";

/** How a line stands in a text: kept, added or removed by a patch. */
export type mark = " " | "+" | "-";

/** One line of a C text or of a patch. */
export interface source_line {
	mark: mark;
	text: string;
	/** 1-based: in the file the patch makes; of a removed line, in the file before it. */
	line: number;
	/** In the file before the patch: null if it adds the line; not there in no patch. */
	old?: number | null;
	/** What a reply says behind this line. */
	remarks: string[];
}

/** A hunk of a diff. */
export interface hunk {
	header: string;
	/** What the header says of the function the hunk begins in; "" if nothing. */
	heading: string;
	lines: source_line[];
}

/** The part of a patch that changes one file. */
export interface file_patch {
	/** Null in a quotation that left the file's name out. */
	path: string | null;
	hunks: hunk[];
}

/** A hunk that is being read. */
interface open_hunk extends hunk {
	depth: number;
	at: number;
	old_line: number;
	new_line: number;
	old_left: number;
	new_left: number;
}

/** What is known between two lines of a mail. */
interface reader {
	file: string;
	/** A hunk that ends too early, or is wrapped, is taken as it is. */
	as_it_is: boolean;
	files: file_patch[];
	hunk: open_hunk | null;
	/** The hunk before ended with the line before, at depth 0. */
	just_ended: boolean;
	/** By how deep it is quoted, who says what is said. */
	names: string[];
}

const file_line = /^diff --git a\/\S+ b\/(\S+)|^\+\+\+ (?:b\/)?(\S+)/;
const hunk_line = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@ ?(.*)$/;
const left_out = /^\s*(?:\[?\.\.\.+\]?|\[?snip\]?|\[skip\])\s*$/i;

function begin_hunk(at: reader, header: RegExpExecArray, { depth, line, text }: mail_line): void {
	const [, old_line, old_left = "1", new_line, new_left = "1", heading] = header;
	at.hunk = {
		header: text, heading: heading!, lines: [], depth, at: line,
		old_line: Number(old_line), new_line: Number(new_line),
		old_left: Number(old_left), new_left: Number(new_left),
	};
	if (at.files.length === 0)
		at.files.push({ path: null, hunks: [] });
}

function end_hunk(at: reader): void {
	const { hunk } = at;
	if (!hunk)
		return;
	if (hunk.depth === 0 && hunk.old_left + hunk.new_left > 0 && !at.as_it_is) {
		const short = Math.max(hunk.old_left, hunk.new_left);
		throw new usage_error(
			`${at.file}:${hunk.at}: the hunk ends ${plural(short, "line")} before its `
			+ "header says, expected a patch that is not cut off or wrapped");
	}
	const { header, heading, lines } = hunk;
	if (lines.length > 0)
		at.files.at(-1)!.hunks.push({ header, heading, lines });
	at.just_ended = hunk.depth === 0;
	at.hunk = null;
}

/*
 * A line of the hunk that is open.
 */
function read_hunk_line(at: reader, hunk: open_hunk, text: string): void {
	const mark: mark = text.startsWith("+") ? "+" : text.startsWith("-") ? "-" : " ";
	const content = /^[ +-]/.test(text) ? text.slice(1) : text;
	const line = mark === "-" ? hunk.old_line : hunk.new_line;
	if (text.startsWith("\\ No newline"))
		return;
	const old = mark === "+" ? null : hunk.old_line;
	hunk.lines.push({ mark, text: content, line, old, remarks: [] });
	if (mark !== "+") {
		hunk.old_line++;
		hunk.old_left--;
	}
	if (mark !== "-") {
		hunk.new_line++;
		hunk.new_left--;
	}
	if (hunk.old_left <= 0 && hunk.new_left <= 0)
		end_hunk(at);
}

function read_header(at: reader, line: mail_line): boolean {
	const file = file_line.exec(line.text);
	const header = hunk_line.exec(line.text);
	if (file) {
		const path = file[1] ?? file[2]!;
		const before = at.files.at(-1);
		end_hunk(at);
		if (before?.path !== path || before.hunks.length > 0)
			at.files.push({ path, hunks: [] });
		return true;
	}
	if (header) {
		end_hunk(at);
		begin_hunk(at, header, line);
		return true;
	}
	if (line.depth === 0 && /^@@ |^@@$/.test(line.text) && !at.as_it_is) {
		throw new usage_error(`${at.file}:${line.line}: unreadable head of a hunk, `
			+ "expected '@@ -LINE,COUNT +LINE,COUNT @@'");
	}
	return false;
}

/*
 * A line behind a hunk that had as many as its header says.
 */
function check_behind(at: reader, { depth, line, text }: mail_line): void {
	if (at.just_ended && depth === 0 && !at.as_it_is &&
			/^(?:\+(?!\+\+ )|-(?!-(?:$| |-)))/.test(text)) {
		throw new usage_error(
			`${at.file}:${line}: a changed line behind the end of its hunk, `
			+ "expected a patch whose lines are not wrapped");
	}
	at.just_ended = false;
}

function read_line(at: reader, line: mail_line): void {
	const { hunk } = at;
	const inside = hunk !== null && hunk.depth === line.depth;
	const is_file = /^(?:diff --git a\/|@@ )/.test(line.text);
	if (inside && !is_file && !(hunk.depth > 0 && left_out.test(line.text)))
		read_hunk_line(at, hunk, line.text);
	else if (hunk && line.depth < hunk.depth && !is_file)
		add_remark(at, hunk.lines, line);
	else if (hunk && hunk.depth === 0 && line.depth > 0)
		read_hunk_line(at, hunk, ` > ${line.text}`);
	else if (inside && !is_file)
		end_hunk(at);
	else if (!read_header(at, line))
		check_behind(at, line);
}

/*
 * What a reply says belongs to the line of the patch before it, behind the name of who says it.
 */
function add_remark(at: reader, lines: source_line[], { depth, text }: mail_line): void {
	const remarks = lines.at(-1)?.remarks;
	const by = at.names[depth];
	if (!remarks || (text === "" && remarks.length === 0))
		return;
	if (by !== undefined && text !== "" && remarks.findLast(is_speaker) !== speaker(by))
		remarks.push(speaker(by));
	remarks.push(text);
}

/**
 * read_patch - the diffs in a mail
 *
 * @lines: the mail's lines, without their quote marks
 * @file: the name of the input, for errors
 * @as_it_is: what is known from elsewhere may be cut off or wrapped here
 * @by: who wrote the mail; null if it does not say
 *
 * Return: the files the patch changes. Throws usage_error for a posted patch that is cut off or
 * wrapped; a quotation may leave out what it likes.
 */
export function read_patch(
	lines: readonly mail_line[], file: string, as_it_is = false, by: string | null = null,
): file_patch[] {
	const at: reader = {
		file, as_it_is, files: [], hunk: null, just_ended: false,
		names: by === null ? [] : [name_of(by)],
	};
	for (const [i, line] of lines.entries()) {
		const quoted = at.hunk?.depth === line.depth
			? null : said_above(line.text, lines[i - 1]?.text);
		if (quoted !== null)
			at.names[line.depth + 1] = quoted;
		else
			read_line(at, line);
	}
	end_hunk(at);
	return at.files.filter(({ hunks }) => hunks.length > 0);
}
