// SPDX-License-Identifier: GPL-2.0-only
/*
 * The patch of the port that a mail is about: found by the subject alone, so that an answer, or
 * an archive's page that cuts the diff off, will do.
 */
import { readFileSync } from "node:fs";
import { patched_postings, patches_of } from "../lib/series/patches.ts";
import { find_series } from "../lib/texts/series.ts";

/* A subject stands at the top, of a mail as of a page. */
const TOP = 8192;

/* What stands in the first brackets that begin with PATCH, word by word. */
function tags_in(text: string): string[] {
	const at = text.indexOf("[PATCH");
	const end = text.indexOf("]", at);

	return at < 0 || end < 0 ? [] : text.slice(at + 1, end).split(" ");
}

/**
 * posted_patch - the patch of the port that a file's first subject names
 *
 * Return: the patch as it is in history/vN/series; null if the subject names none that is here.
 */
export function posted_patch(input: string): string | null {
	const tags = tags_in(readFileSync(input, "utf8").slice(0, TOP));
	const label = tags.find((tag) => patched_postings().includes(tag));
	const [number, total] = tags.at(-1)?.split("/") ?? [];

	if (label === undefined || find_series(label).patches.length !== Number(total))
		return null;
	const patch = patches_of(label).find(({ n }) => n === Number(number));

	return patch === undefined ? null : readFileSync(patch.path, "utf8");
}
