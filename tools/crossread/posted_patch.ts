// SPDX-License-Identifier: GPL-2.0-only
/*
 * The patch of the port that a mail is about: found by the subject alone, so that an answer, or
 * an archive's page that cuts the diff off, will do.
 */
import { readFileSync } from "node:fs";
import { patched_postings, patches_of } from "../lib/series/patches.ts";
import { find_series } from "../lib/texts/series.ts";

const SUBJECT = /\[PATCH[^\]]*\bv(\d+)\s+0*(\d+)\/(\d+)\s*\]/;
/* A subject stands at the top, of a mail as of a page. */
const TOP = 8192;

/**
 * posted_patch - the patch of the port that a file's first subject names
 *
 * Return: the patch as it is in history/vN/series; null if the subject names none that is here.
 */
export function posted_patch(input: string): string | null {
	const [, version, number, total] =
		SUBJECT.exec(readFileSync(input, "utf8").slice(0, TOP)) ?? [];
	const label = `v${version}`;

	if (!patched_postings().includes(label) || find_series(label).patches.length !== Number(total))
		return null;
	const patch = patches_of(label).find(({ n }) => n === Number(number));

	return patch === undefined ? null : readFileSync(patch.path, "utf8");
}
