// SPDX-License-Identifier: GPL-2.0-only
/*
 * The result of an operation as the notation writes it: a byte count, an error by its name, ok
 * and error for any of a kind, waits for one that does not return before its guest closes the
 * device, hang and fault for what the machine's watchdog and oops report.
 */
import { errname, errno_by_name } from "#linux/errno.h";

import { nearest } from "../cli/nearest.ts";
import type { result } from "./model.ts";
import type { reader } from "./reader.ts";

const GREATEST_ERRNO = 600;
const WORDS: readonly string[] = ["ok", "error", "hang", "fault", "waits"];

/**
 * parse_result - the one word that is left
 *
 * Return: the result, null for "...".
 */
export function parse_result(r: reader): result {
	const { text } = r.word("the result, as in 4, -EBUSY, ok or error");
	const name = /^-(E[A-Z0-9]+)$/.exec(text);

	r.end();
	if (WORDS.includes(text))
		return text as result;
	if (text === "...")
		return null;
	if (/^(0|-?[1-9][0-9]*)$/.test(text))
		return Number(text);
	const nr = name === null ? undefined : errno_by_name(name[1]!);
	if (nr === undefined)
		r.fail(`"${text}" is no result`, meant(text) ??
			"a number, -EBUSY, ok, error, waits, hang, fault or ...");
	return -nr;
}

/** The result that was probably meant: a word or an error that is misspelt or has no minus. */
function meant(text: string): string | null {
	const names = [...Array(GREATEST_ERRNO).keys()].map((nr) => errname(-nr))
		.filter((name) => name.startsWith("-E"));
	const error = `-${text.replace(/^-/, "").toUpperCase()}`;
	const word = text.startsWith("-") ? null : nearest(text, WORDS);

	return word ?? nearest(error, names);
}

/** print_result - "-EBUSY" for -16 */
export function print_result(rc: Exclude<result, null>): string {
	if (typeof rc === "string")
		return rc;
	return rc < 0 ? errname(rc) : String(rc);
}
