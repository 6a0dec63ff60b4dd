// SPDX-License-Identifier: GPL-2.0-only
/*
 * The series of patches that postings are: subjects, Message-Ids, and the names of the functions
 * that each patch changes. series.json has them.
 */
import { readFileSync } from "node:fs";
import { usage_error } from "../cli/usage_error.ts";

/** One patch of a series. */
export interface series_patch {
	/** "08/14" in a series; in a list of single patches its place in it. */
	n: string;
	subject: string;
	message_id: string;
	/**
	 * The mail in the list's archive (tools/lib/mail/message/archive.ts), of the series with
	 * patches here.
	 */
	commit?: string;
	/** By file: the hashes of its text before and behind the patch, as the mail has them. */
	blobs?: { [file: string]: [before: string, after: string] };
	/** By C file: the functions it changes or adds. */
	functions: { [c_file: string]: string[] };
	/** By C file: the functions it takes away. */
	removed: { [c_file: string]: string[] };
}

/** A series of patches. */
export interface series {
	/** The driver whose text it makes. */
	driver: string;
	/** What it is made from: a series recorded here, or a kernel version. */
	base: string;
	patches: series_patch[];
}

/** recorded - by label */
export const recorded = JSON.parse(
	readFileSync(new URL("series.json", import.meta.url), "utf8")) as {
		[label: string]: series };

/** recorded_series - the labels of the series that are recorded */
export function recorded_series(): string[] {
	return Object.keys(recorded);
}

/**
 * find_series - a recorded series
 *
 * @label: its label
 *
 * Return: the series. Throws usage_error where none is recorded.
 */
export function find_series(label: string): series {
	const found = recorded[label];
	if (!found) {
		const known = Object.keys(recorded).join(", ");
		throw new usage_error(
			`no series of '${label}' is recorded, expected one of ${known}`);
	}
	return found;
}
