// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mail's body as decoded lines that keep their numbers. Of a multipart mail every text/plain
 * part is read; where there is none, each page of HTML.
 */
import { lines_of_page } from "./html.ts";
import type { numbered } from "./message.ts";

/** struct entity - the fields of a header that say how its body is written */
export interface entity {
	type: string;
	charset: string;
	encoding: string;
	boundary: string | null;
}

function unfold(header: string[]): Map<string, string> {
	const fields = new Map<string, string>();

	for (const field of header.join("\n").replace(/\n[ \t]+/g, " ").split("\n")) {
		const at = field.indexOf(":");

		if (at > 0)
			fields.set(field.slice(0, at).toLowerCase(), field.slice(at + 1).trim());
	}
	return fields;
}

const PARAMETER = /;\s*([a-z]+)=(?:"([^"]*)"|([^\s;]+))/gi;

function parameter(type: string, name: string): string | null {
	for (const [, key, quoted, bare] of type.matchAll(PARAMETER))
		if (key.toLowerCase() === name)
			return quoted ?? bare ?? null;
	return null;
}

/** read_entity - what a header says of its body */
export function read_entity(header: string[]): entity {
	const fields = unfold(header);
	const type = fields.get("content-type") ?? "text/plain";

	return {
		type: type.split(";")[0]!.trim().toLowerCase(),
		charset: parameter(type, "charset") ?? "utf-8",
		encoding: (fields.get("content-transfer-encoding") ?? "8bit").toLowerCase(),
		boundary: parameter(type, "boundary"),
	};
}

/** Bytes, one character each, as text in a charset; latin1 if the charset is wrong or unknown. */
function decode(binary: string, charset: string): string {
	try {
		const decoder = new TextDecoder(charset, { fatal: true });

		return decoder.decode(Buffer.from(binary, "latin1"));
	} catch {
		return binary;
	}
}

/** A line without the spaces and tabs at its end. */
function without_blanks(text: string): string {
	let end = text.length;

	while (end > 0 && (text[end - 1] === " " || text[end - 1] === "\t"))
		end--;
	return text.slice(0, end);
}

/** Quoted-printable: a line that ends in "=" goes on in the next and has the first one's number. */
function quoted_printable(lines: numbered[]): numbered[] {
	const out: numbered[] = [];
	let open: numbered | null = null;

	for (const l of lines) {
		const trimmed = without_blanks(l.text);
		const soft = trimmed.endsWith("=");
		const text = (soft ? trimmed.slice(0, -1) : trimmed)
			.replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
				String.fromCharCode(parseInt(hex, 16)));

		if (open === null)
			open = { line: l.line, text };
		else
			open.text += text;
		if (soft)
			continue;
		out.push(open);
		open = null;
	}
	return open === null ? out : [...out, open];
}

/** Line breaks are no bytes of their own in it. */
function is_wide(charset: string): boolean {
	return /^utf-?16/i.test(charset);
}

/** base64: a decoded line has the number of the encoded line its first byte is in. */
function base64(lines: numbered[], charset: string): numbered[] {
	const coded = lines.filter((l) => l.text.trim() !== "");
	const starts: number[] = [];
	let at = 0;
	let length = 0;

	for (const l of coded) {
		starts.push(Math.floor(length * 3 / 4));
		length += l.text.trim().length;
	}
	const binary = Buffer.from(coded.map((l) => l.text.trim()).join(""), "base64")
		.toString("latin1");
	const wide = is_wide(charset);
	let offset = 0;
	return (wide ? decode(binary, charset) : binary).split("\n").map((text) => {
		while (at + 1 < starts.length && starts[at + 1]! <= offset)
			at++;
		const line = coded[at]?.line ?? lines[0]?.line ?? 0;

		offset += (text.length + 1) * (wide ? 2 : 1);
		return { line, text: text.replace(/\r$/, "") };
	});
}

function decode_part(e: entity, lines: numbered[]): numbered[] {
	const bytes = e.encoding === "quoted-printable" ? quoted_printable(lines) :
		e.encoding === "base64" ? base64(lines, e.charset) : lines;

	/* what was wide is text by now */
	return e.encoding === "base64" && is_wide(e.charset) ? bytes
		: bytes.map((l) => ({ line: l.line, text: decode(l.text, e.charset) }));
}

/**
 * split_parts - the parts of a multipart body; without its end they go as far as there are lines
 */
export function split_parts(lines: numbered[], boundary: string): numbered[][] {
	const parts: numbered[][] = [];
	let part: numbered[] | null = null;

	for (const l of lines) {
		const text = without_blanks(l.text);

		if (text === `--${boundary}--`)
			break;
		if (text === `--${boundary}`)
			parts.push(part = []);
		else
			part?.push(l);
	}
	return parts;
}

function part_lines(
	header: string[], body: numbered[], nesting: number, type: string,
): numbered[] {
	const e = read_entity(header);

	if (e.type === type)
		return type === "text/html" ? lines_of_page(decode_part(e, body))
			: decode_part(e, body);
	if (!e.type.startsWith("multipart/") || e.boundary === null || nesting > 8)
		return [];
	return split_parts(body, e.boundary).flatMap((part) => {
		const end = part.findIndex((l) => l.text === "");
		const length = end < 0 ? part.length : end;

		return part_lines(part.slice(0, length).map((l) => l.text), part.slice(length),
			nesting + 1, type);
	});
}

/**
 * body_lines - the text of a mail's body
 * @header: the header's lines
 * @body: the lines behind it, one character a byte
 * @first: the number of the first of them in the file, less one
 */
export function body_lines(header: string[], body: string[], first: number): numbered[] {
	const lines = body.map((text, i) => ({ line: first + i, text }));
	const plain = part_lines(header, lines, 0, "text/plain");

	return plain.length > 0 ? plain : part_lines(header, lines, 0, "text/html");
}
