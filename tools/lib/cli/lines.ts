// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text files, gzipped where the name ends in .gz, as a whole or line by line.
 */
import { createReadStream, readFileSync, statSync } from "node:fs";
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { createGunzip, gunzipSync } from "node:zlib";
import { foreign_fault } from "./foreign.ts";
import { usage_error } from "./usage_error.ts";

/**
 * gzip_fault - what zlib says is wrong with a file, in words
 * @file: its name
 * @error: what was thrown; anything that is not zlib's is handed back
 */
export function gzip_fault(file: string, error: unknown): unknown {
	const { code } = error as NodeJS.ErrnoException;

	switch (code) {
	case "Z_BUF_ERROR":
		return new usage_error(
			`${file}: the gzip data are cut off, expected the whole file`);
	case "Z_DATA_ERROR":
		return new usage_error(
			`${file}: not gzip, or damaged, expected what gzip -t accepts`);
	default:
		return error;
	}
}

/**
 * must_be_file - of what a folder has, a pipe would be waited for, and a device has no end
 *
 * Return: the path; throws usage_error.
 */
export function must_be_file(path: string): string {
	if (!statSync(path).isFile())
		throw new usage_error(`${path}: no regular file, expected one of that name`);
	return path;
}

/** read_bytes - what is in a file, or comes of a pipe; the error names it, of a folder too */
export function read_bytes(file: string): Buffer {
	if (statSync(file).isCharacterDevice())
		throw new usage_error(`${file}: a device, expected a file or a pipe`);
	try {
		return readFileSync(file);
	} catch (error) {
		throw Object.assign(error as Error, { path: file });
	}
}

function unpacked(file: string): Buffer {
	const bytes = read_bytes(file);

	try {
		return file.endsWith(".gz") ? gunzipSync(bytes) : bytes;
	} catch (error) {
		throw gzip_fault(file, error);
	}
}

/** must_be_text - throws usage_error where a file is known to be something else */
export function must_be_text(file: string, bytes: Uint8Array): void {
	const fault = foreign_fault(file, bytes);

	if (fault !== null)
		throw new usage_error(fault);
}

/** read_text - a file's text */
export function read_text(file: string): string {
	const bytes = unpacked(file);

	must_be_text(file, bytes);
	return bytes.toString("utf8");
}

/** lines_of - the lines of a text; nothing behind the last line break is none */
export function* lines_of(text: string): Generator<string> {
	for (let from = 0; from < text.length;) {
		const newline = text.indexOf("\n", from);
		const end = newline < 0 ? text.length : newline;

		yield text.slice(from, end);
		from = end + 1;
	}
}

function bytes_of(file: string): Readable {
	const raw = createReadStream(file);

	if (!file.endsWith(".gz"))
		return raw;
	const plain = createGunzip();

	raw.on("error", (error) => plain.destroy(error));
	return raw.pipe(plain);
}

/**
 * stream_lines - the lines of a file, some at a time
 * @max: how long one may be, in characters
 */
export async function* stream_lines(file: string, max: number): AsyncGenerator<string[]> {
	const decoder = new StringDecoder("utf8");
	let line = 1;
	let open = "";

	try {
		for await (const bytes of bytes_of(file)) {
			if (line === 1 && open === "")
				must_be_text(file, bytes as Buffer);
			const rows = (open + decoder.write(bytes as Buffer)).split("\n");

			open = rows.pop()!;
			if (open.length > max)
				throw new usage_error(
					`${file}:${line + rows.length}: a line of more than ` +
					`${max} characters, expected shorter ones`);
			line += rows.length;
			yield rows;
		}
	} catch (error) {
		throw gzip_fault(file, error);
	}
	open += decoder.end();
	if (open !== "")
		yield [open];
}
