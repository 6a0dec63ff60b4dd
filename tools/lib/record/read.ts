// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file as a record of a machine, whichever of the formats it has.
 */
import { gunzipSync } from "node:zlib";
import { usage_error } from "../cli/usage_error.ts";
import { sysfs_record } from "./record.ts";
import { is_tar, read_tar } from "./tar.ts";
import { is_umockdev, read_umockdev } from "./umockdev.ts";

/* An archive of a sysfs is small; whatever unpacks to more than this is none. */
const UNPACKED_MAX = 256 << 20;

function unpacked(bytes: Buffer, name: string): Buffer {
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b)
		return bytes;
	try {
		return gunzipSync(bytes, { maxOutputLength: UNPACKED_MAX });
	} catch {
		throw new usage_error(
			`${name}: no gzip file, or one that unpacks to more than 256 MiB`);
	}
}

/**
 * read_record - what a file is a record of
 * @bytes: the file, a tar, a tar.gz or the text of umockdev
 * @name: what it is called
 *
 * Return: the record, or null when it is none. Throws usage_error for one that is broken.
 */
export function read_record(bytes: Buffer, name: string): sysfs_record | null {
	const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
	const plain = unpacked(bytes, name);

	if (is_tar(plain))
		return read_tar(plain, new sysfs_record(name));
	if (!gzip && is_umockdev(plain))
		return read_umockdev(plain.toString("utf8"), new sysfs_record(name));
	return null;
}
