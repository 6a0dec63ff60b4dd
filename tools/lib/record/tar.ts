// SPDX-License-Identifier: GPL-2.0-only
/*
 * A tar of a sysfs. Sizes are a page whatever a file holds, so tar fills up with NULs: they are
 * no part of the text.
 */
import { usage_error } from "../cli/usage_error.ts";
import { path_below_sys, type sysfs_record } from "./record.ts";

const BLOCK = 512;

function string_at(block: Buffer, at: number, length: number): string {
	return block.toString("utf8", at, at + length).split("\0", 1)[0]!;
}

function is_end(header: Buffer): boolean {
	return header.every((byte) => byte === 0);
}

/** is_tar - whether bytes are a tar of the common formats (ustar, pax, GNU), or one of nothing */
export function is_tar(bytes: Buffer): boolean {
	return bytes.length >= BLOCK &&
		(string_at(bytes, 257, 5) === "ustar" || is_end(bytes.subarray(0, BLOCK)));
}

/* The record of an extended header, "29 path=...\n", that has the key. */
function pax_value(text: string, key: string): string | null {
	return new RegExp(`^\\d+ ${key}=(.*)$`, "m").exec(text)?.[1] ?? null;
}

/* Names that do not fit in a header come in blocks of their own before it. */
class long_names {
	path: string | null = null;
	link: string | null = null;

	/* Whether a block is one of those. */
	take(type: string, data: Buffer): boolean {
		const text = data.toString("utf8");

		switch (type) {
		case "L":
			this.path = text.split("\0", 1)[0]!;
			return true;
		case "K":
			this.link = text.split("\0", 1)[0]!;
			return true;
		case "x":
			this.path = pax_value(text, "path") ?? this.path;
			this.link = pax_value(text, "linkpath") ?? this.link;
			return true;
		default:
			return type === "g";
		}
	}
}

/* NULs at the end are no text. */
function without_padding(text: string): string {
	let end = text.length;

	while (end > 0 && text[end - 1] === "\0")
		end--;
	return text.slice(0, end);
}

/**
 * read_tar - add what an archive has of /sys to a record
 *
 * Throws usage_error for an archive that ends early.
 */
export function read_tar(bytes: Buffer, record: sysfs_record): sysfs_record {
	let names = new long_names();

	for (let at = 0; at + BLOCK <= bytes.length;) {
		const header = bytes.subarray(at, at + BLOCK);
		const size = parseInt(string_at(header, 124, 12).trim() || "0", 8);

		if (is_end(header))
			break;
		if (!(size >= 0) || at + BLOCK + size > bytes.length)
			throw new usage_error(`${record.name}: the archive ends in the middle of ` +
				`"${string_at(header, 0, 100)}"`);
		const type = string_at(header, 156, 1) || "0";
		const data = bytes.subarray(at + BLOCK, at + BLOCK + size);

		at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
		if (names.take(type, data))
			continue;
		const prefix = string_at(header, 345, 155);
		const short = string_at(header, 0, 100);

		add_member(record, type,
			names.path ?? (prefix === "" ? short : `${prefix}/${short}`),
			names.link ?? string_at(header, 157, 100), data);
		names = new long_names();
	}
	return record;
}

function add_member(
	record: sysfs_record, type: string, name: string, target: string, data: Buffer,
): void {
	const path = path_below_sys(name);

	if (path === null)
		return;
	if (type === "5")
		record.add_dir(path);
	else if (type === "2")
		record.add_link(path, target);
	else if (type === "0")
		record.add_file(path, without_padding(data.toString("latin1")));
}
