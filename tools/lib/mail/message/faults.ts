// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether a mail of an mbox can be read as it was written. What many mails have and people read all
 * the same is none of these faults: bytes that are not of the charset, a footer behind base64.
 */
import type { numbered } from "./message.ts";
import { read_entity, split_parts, type entity } from "./mime.ts";

/** struct fault - what is wrong with a mail, and on which line of the file */
export interface fault {
	line: number;
	what: string;
}

const LINE_MAX = 1 << 20;
const NESTING = 8;
const ENCODINGS = new Set(["7bit", "8bit", "binary", "quoted-printable", "base64"]);

function fault_in_line({ line, text }: numbered): fault | null {
	if (text.length > LINE_MAX)
		return {
			line,
			what: `a line of ${text.length} characters, at most ${LINE_MAX} are read`,
		};
	return text.includes("\0") ? { line, what: "a NUL, which no text has" } : null;
}

function is_known(charset: string): boolean {
	try {
		return new TextDecoder(charset).encoding !== "";
	} catch {
		return /^(?:x-)?unknown/i.test(charset); /* their writers say that nobody does */
	}
}

/** Up to the padding, or an empty line: what lists put behind it is not looked at. */
function fault_in_base64(lines: readonly numbered[], last: number): fault | null {
	let length = 0;

	for (const { line, text } of lines) {
		const coded = text.trim();

		if (coded === "" && length > 0 && length % 4 === 0)
			break;
		if (!/^[A-Za-z0-9+/]*={0,2}$/.test(coded))
			return { line, what: "this is no base64, as its header says" };
		length += coded.length;
		if (coded.endsWith("="))
			break;
	}
	return length % 4 === 0 ? null : { line: last, what: "its base64 is cut off" };
}

function fault_in_text(
	{ encoding, charset }: entity, body: readonly numbered[], line: number,
): fault | null {
	if (!ENCODINGS.has(encoding))
		return {
			line,
			what: `a Content-Transfer-Encoding "${encoding}", expected ${[...ENCODINGS].join(", ")}`,
		};
	if (!is_known(charset))
		return { line, what: `a charset "${charset}" that nobody knows` };
	if (encoding !== "base64" && /^utf-?(?:16|32)/i.test(charset))
		return { line, what: `the charset "${charset}" in lines, expected it in base64` };
	return encoding === "base64" ? fault_in_base64(body, body.at(-1)?.line ?? line) : null;
}

function first_fault<T>(list: readonly T[], of: (it: T) => fault | null): fault | null {
	for (const it of list) {
		const found = of(it);

		if (found !== null)
			return found;
	}
	return null;
}

function fault_in_parts(
	boundary: string, body: numbered[], line: number, nesting: number,
): fault | null {
	if (!body.some((l) => l.text.trimEnd() === `--${boundary}--`))
		return { line, what: `parts without an end, --${boundary}--` };
	return first_fault(split_parts(body, boundary), (part) => {
		const end = part.findIndex((l) => l.text === "");
		const header = part.slice(0, end < 0 ? part.length : end);

		return fault_in_entity(header.map((l) => l.text), part.slice(header.length),
			part[0]?.line ?? line, nesting + 1);
	});
}

function fault_in_entity(
	header: string[], body: numbered[], line: number, nesting: number,
): fault | null {
	const e = read_entity(header);

	if (e.type === "text/plain")
		return fault_in_text(e, body, line);
	if (!e.type.startsWith("multipart/"))
		return null;
	if (e.boundary === null)
		return { line, what: "parts, and no boundary= that says where they begin" };
	return nesting > NESTING ? { line, what: `parts in parts, more than ${NESTING} deep` } :
		fault_in_parts(e.boundary, body, line, nesting);
}

/**
 * fault_of - what is wrong with a mail
 * @header, @body: its lines, one character a byte
 * @first: the number of the body's first line in the file
 *
 * Return: the first fault, null if there is none.
 */
export function fault_of(header: string[], body: string[], first: number): fault | null {
	const line = first - header.length;

	if (body.length === 0)
		return { line, what: "a header that is cut off" };
	const lines = [...header, ...body].map((text, i) => ({ line: line + i, text }));

	return first_fault(lines, fault_in_line) ??
		fault_in_entity(header, lines.slice(header.length), line, 0);
}
