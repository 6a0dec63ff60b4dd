// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deals out files of traces: those of one driver belong together, since whoever plays them reads
 * that driver's text and has V8 compile it.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { grouped } from "../lib/grouped.ts";

/* Text of traces is packed to about an eighth. */
const UNPACKED = 8;
const HEAD = 4096;

/** A thread for less than this takes longer to begin than it saves. */
const WORTH_A_THREAD = 3_000_000;

/**
 * struct portion - what one thread does in one go
 * @files: their places in the list of all
 * @size: of their text, about
 */
export interface portion {
	files: number[];
	size: number;
}

/* The driver of the first trace; whatever is wrong with the file is told when it is played. */
function first_driver(file: string): string {
	const bytes = Buffer.alloc(HEAD);
	const fd = openSync(file, "r");

	try {
		const head = bytes.subarray(0, readSync(fd, bytes));
		const text = file.endsWith(".gz") ?
			gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH }) : head;

		return /"driver":"([^"@]*)/.exec(text.toString("utf8"))?.[1] ?? "";
	} catch {
		return "";
	} finally {
		closeSync(fd);
	}
}

function size_of(file: string): number {
	return statSync(file).size * (file.endsWith(".gz") ? UNPACKED : 1);
}

/* Portions of a driver's files, none much larger than asked for. */
function cut(files: readonly number[], sizes: readonly number[], most: number): portion[] {
	const portions: portion[] = [];

	for (const file of files) {
		const last = portions.at(-1);

		if (last !== undefined && last.size + sizes[file] <= most) {
			last.files.push(file);
			last.size += sizes[file];
		} else {
			portions.push({ files: [file], size: sizes[file] });
		}
	}
	return portions;
}

/**
 * portions_of - files, dealt out; the largest portion first
 * @label: the driver for all of them; undefined: each trace's own
 * @threads: for how many; a driver with more than a thread's share is cut
 */
export function portions_of(
	files: readonly string[], label: string | undefined, threads: number,
): portion[] {
	const sizes = files.map(size_of);
	const share = sizes.reduce((sum, size) => sum + size, 0) / threads;
	const by_driver = grouped(files.keys(), (file) => label ?? first_driver(files[file]));

	return [...by_driver.values()].flatMap((of_one) => cut(of_one, sizes, share))
		.toSorted((a, b) => b.size - a.size);
}

/** threads_for - how many threads files are worth, of those there may be */
export function threads_for(files: readonly string[], most: number): number {
	const size = files.reduce((sum, file) => sum + size_of(file), 0);

	return Math.max(1, Math.min(most, files.length, Math.floor(size / WORTH_A_THREAD)));
}
