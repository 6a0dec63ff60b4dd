// SPDX-License-Identifier: GPL-2.0-only
/*
 * From a file to mails whose lines know where they stood in it: raw mails (RFC 822, MIME), mbox
 * files with several, the text pages of list archives, and pasted text.
 *
 * postal-mime decodes the header. The body's lines are decoded here, because a line's number in
 * the file must survive quoted-printable and base64, and because postal-mime joins the lines of
 * format=flowed, quote marks and all.
 */
import PostalMime from "postal-mime";

import { archive_messages, nameless } from "./archive.ts";
import { fault_of, type fault } from "./faults.ts";
import { is_page, lines_of_page } from "./html.ts";
import { body_lines, read_entity } from "./mime.ts";
import { strip_quotes } from "./quotes.ts";

/**
 * struct mail_line - a line as its writer saw it
 * @line: its number in the file
 * @text: decoded, without quote marks and without white space at the end
 * @depth: how often it is quoted
 * @besides: other lines that are part of it, such as the head of a table
 * @behind: the line that it follows, where a patch removes what stands between
 */
export interface mail_line {
	line: number;
	text: string;
	depth: number;
	besides?: number[];
	behind?: number;
}

/** follows - whether a line stands right behind another, by its number */
export function follows(l: mail_line, line: number | undefined): boolean {
	return (l.behind ?? l.line - 1) === line;
}

/** A decoded line with its number, quote marks still on. */
export interface numbered {
	line: number;
	text: string;
}

/**
 * struct message - one mail
 * @line: its first line in the file
 * @subject, @message_id, @date, @from: null if the text does not say
 * @answers: the Message-Ids of the mails that it is in a thread with, the nearest first
 * @fault: why the mail of an mbox cannot be read as it was written, or null
 */
export interface message {
	line: number;
	subject: string | null;
	message_id: string | null;
	answers: string[];
	date: string | null;
	from: string | null;
	lines: mail_line[];
	fault: fault | null;
}

const MBOX_FROM = /^From \S+ .*\d{4}$/;
const HEADER_FIELD = /^[A-Za-z][A-Za-z0-9-]*:/;
const KNOWN_FIELD = /^(from|date|subject|message-id|to|received|mime-version|return-path):/i;

/** The file's bytes as one character each, so that nothing is lost before the charset is known. */
function raw_lines(bytes: Uint8Array): string[] {
	return Buffer.from(bytes).toString("latin1").split(/\r?\n/);
}

/**
 * decode_utf8 - bytes held in a latin1 string as the text they are
 *
 * What is no UTF-8 stays latin1, as old mails have it.
 */
function decode_utf8(binary: string): string {
	const bytes = Buffer.from(binary, "latin1");

	try {
		return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
	} catch {
		return binary;
	}
}

function header_length(lines: string[]): number {
	const end = lines.findIndex((l) => l === "");

	return end < 0 ? lines.length : end;
}

/** Whether lines begin with a mail's header: fields only, at least two of the usual ones. */
function is_mail(lines: string[]): boolean {
	const header = lines.slice(0, header_length(lines));

	if (header.length === 0 || !HEADER_FIELD.test(header[0]!))
		return false;
	return header.every((l) => HEADER_FIELD.test(l) || /^[ \t]/.test(l)) &&
		header.filter((l) => KNOWN_FIELD.test(l)).length >= 2;
}

/** tags_of - what stands in brackets in a subject: "PATCH v11 08/14" */
export function tags_of(subject: string | null): string[] {
	return [...(subject ?? "").matchAll(/\[([^\][]*)\]/g)].map(([, tag]) => tag!.trim());
}

function unescape_from(text: string): string {
	return text.replace(/^>(>*From )/, "$1");
}

function ids_in(field: string | undefined): string[] {
	return field?.match(/<[^<>\s]{1,200}>/g) ?? [];
}

/* A mail but for its body. */
async function of_header(header: string[], line: number): Promise<message> {
	const { subject, messageId, inReplyTo, references, date, from } =
		await PostalMime.parse(`${header.join("\r\n")}\r\n\r\n`);

	return {
		...nameless(line), subject: subject ?? null, message_id: messageId ?? null,
		answers: [...ids_in(inReplyTo), ...ids_in(references).toReversed()],
		date: date ?? null, from: from?.name || from?.address || null,
	};
}

async function mail_message(lines: string[], first: number): Promise<message> {
	const length = header_length(lines);
	const header = lines.slice(0, length);

	return {
		...await of_header(header, first),
		lines: body_lines(header, lines.slice(length), first + length).map(strip_quotes),
	};
}

/* In these words do not stand as they are. */
const CODED = /base64|quoted-printable|charset="?utf-?(?:16|32|7)/i;

/* The body of a mail; null if nobody wants it, which most often is seen before it is decoded. */
function wanted_body(
	header: string[], body: string[], first: number, wants: (text: string) => boolean,
): mail_line[] | null {
	const is_coded = [header, body].some((part) => CODED.test(part.join("\n")));

	if (!is_coded && !wants(body.join("\n")))
		return null;
	const lines = body_lines(header, body, first).map(strip_quotes);

	return is_coded && !wants(lines.map(({ text }) => text).join("\n")) ? null : lines;
}

/* A mail of an mbox; of one that nobody wants only whether it can be read. */
async function mbox_message(
	lines: string[], first: number, wants: (text: string) => boolean,
): Promise<message> {
	const length = header_length(lines);
	const header = lines.slice(0, length);
	const body = lines.slice(length).map(unescape_from);
	const fault = fault_of(header, body, first + length);
	const text = fault === null ? wanted_body(header, body, first + length, wants) : [];

	return text === null ? nameless(first)
		: { ...await of_header(header, first), lines: text, fault };
}

/** The header of a mail is at most so long; what is longer is none. */
const MAX_HEADER = 200;

/**
 * class mbox_splitter - the mails of an mbox, line by line
 *
 * A mail begins behind a "From " line that a mail's header follows.
 */
class mbox_splitter {
	#mail: string[] | null = null;
	#first = 0;
	#header: string[] | null = null;
	#line = 0;

	/**
	 * take - the next line; returns the lines of the mail that it ends, and where they began
	 */
	take(text: string): { lines: string[]; first: number } | null {
		this.#line++;
		if (this.#header !== null)
			return this.#take_header(text);
		if (MBOX_FROM.test(text))
			this.#header = [text];
		else
			this.#mail?.push(text);
		return null;
	}

	/**
	 * end - the last mails: the one of which a header at the end shows that it is over, and
	 * that one
	 */
	end(): { lines: string[]; first: number }[] {
		const last = this.#header === null ? null : this.#decide(this.#header, this.#line);

		return [last, this.#mail === null ? null : {
			lines: this.#mail, first: this.#first,
		}].filter((it) => it !== null);
	}

	#take_header(text: string): { lines: string[]; first: number } | null {
		const header = this.#header!;

		/* a header that is cut off, or no header: another mail begins */
		if (MBOX_FROM.test(text)) {
			const done = this.#decide(header, this.#line - 1);

			this.#header = [text];
			return done;
		}
		header.push(text);
		return text === "" || header.length > MAX_HEADER ? this.#decide(header, this.#line)
			: null;
	}

	/** A mail's header, or text of the mail before it. */
	#decide(header: string[], last_line: number): { lines: string[]; first: number } | null {
		const done = this.#mail === null ? null : { lines: this.#mail, first: this.#first };

		this.#header = null;
		if (!is_mail(header.slice(1))) {
			this.#mail?.push(...header);
			return null;
		}
		this.#first = last_line - header.length + 2;
		this.#mail = header.slice(1);
		return done;
	}
}

async function* of_one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield bytes;
}

async function all_of<T>(items: AsyncIterable<T>): Promise<T[]> {
	const list: T[] = [];

	for await (const it of items)
		list.push(it);
	return list;
}

/** is_mbox - whether a file's first bytes are those of an mbox */
export function is_mbox(start: Uint8Array): boolean {
	const [from, ...header] = raw_lines(start);

	return MBOX_FROM.test(from!) && HEADER_FIELD.test(header[0] ?? "");
}

/**
 * mbox_messages - the mails of an mbox, as they come
 * @chunks: its bytes
 * @wants: whether a mail with that text is of interest; of others nothing is told but a fault
 */
export async function* mbox_messages(
	chunks: AsyncIterable<Uint8Array>, wants: (text: string) => boolean = () => true,
): AsyncGenerator<message> {
	const splitter = new mbox_splitter();
	let rest = "";

	for await (const chunk of chunks) {
		const lines = (rest + Buffer.from(chunk).toString("latin1")).split("\n");

		rest = lines.pop()!;
		for (const l of lines) {
			const done = splitter.take(l.replace(/\r$/, ""));

			if (done !== null)
				yield await mbox_message(done.lines, done.first, wants);
		}
	}
	const before = rest === "" ? null : splitter.take(rest);
	for (const done of [before, ...splitter.end()])
		if (done !== null)
			yield await mbox_message(done.lines, done.first, wants);
}

/** fault_in_mail - what is wrong with a file that is one mail, null if nothing is */
export function fault_in_mail(bytes: Uint8Array): fault | null {
	const lines = raw_lines(bytes);
	const length = header_length(lines);

	if (is_mbox(bytes.subarray(0, 4096)) || !is_mail(lines))
		return null;
	const [header, body] = [lines.slice(0, length), lines.slice(length)];

	return fault_of(header, body, length + 1) ?? (body_lines(header, body, 0).length > 0 ? null
		: { line: length + 1, what: `no text in it, only ${read_entity(header).type}` });
}

/** A page that has most of its lines in few of the file's: they are counted as they are shown. */
function page_lines(text: readonly numbered[]): numbered[] {
	const shown = lines_of_page(text);
	const said = shown.filter((l) => l.text !== "");

	return 2 * new Set(said.map((l) => l.line)).size > said.length ? shown
		: shown.map((l, i) => ({ ...l, line: i + 1 }));
}

/**
 * read_messages - the mails in a file
 * @bytes: the file's bytes
 *
 * Return: at least one message; a text that is no mail is one without a header.
 */
export async function read_messages(bytes: Uint8Array): Promise<message[]> {
	if (is_mbox(bytes.subarray(0, 4096)))
		return await all_of(mbox_messages(of_one(bytes)));
	const lines = raw_lines(bytes);
	if (is_mail(lines))
		return [await mail_message(lines, 1)];
	const decoded = decode_utf8(lines.join("\n"));
	const text = decoded.split("\n").map((t, i) => ({ line: i + 1, text: t }));
	return archive_messages(is_page(decoded) ? page_lines(text) : text);
}
