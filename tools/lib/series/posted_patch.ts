// SPDX-License-Identifier: GPL-2.0-only
/*
 * The patch of the port that a mail is about: found by the subject alone, so that an answer, or
 * an archive's page that cuts the diff off, will do.
 */
import { patched_postings, patches_of, type patch } from "./patches.ts";
import { find_series, type series_patch } from "../texts/series.ts";

/**
 * struct posted_patch - a patch of a series, in the mail and here
 * @label: the posting
 * @posted: what is recorded of the mail
 * @patch: the port's
 */
export interface posted_patch {
	label: string;
	posted: series_patch;
	patch: patch;
}

/* What the subject's first brackets that begin with PATCH say, and what stands behind them. */
function words_of(subject: string): { tags: string[]; title: string } | null {
	const at = subject.search(/\[(?:RFC )?PATCH/i);
	const end = subject.indexOf("]", at);

	return at < 0 || end < 0 ? null
		: { tags: subject.slice(at + 1, end).split(/\s+/),
			title: plain(subject.slice(end + 1)) };
}

function plain(title: string): string {
	return title.replace(/\s+/g, " ").trim();
}

/* An archive may cut a subject short. */
function same_title(a: string, b: string): boolean {
	return a.startsWith(b) || b.startsWith(a);
}

/* "v4" is said of v4 and of migration-v4: the title tells. */
function is_version(label: string, tag: string): boolean {
	return label === tag || label.endsWith(`-${tag}`);
}

/**
 * find_posted - the patch of the port that a subject names
 *
 * Return: null if it names none that is here
 */
export function find_posted(subject: string | null): posted_patch | null {
	const { tags, title } = words_of(subject ?? "") ?? { tags: [], title: "" };
	const number = Number(/^\d+(?=\/\d+$)/.exec(tags.at(-1) ?? "")?.[0]);
	const labels = patched_postings()
		.filter((label) => tags.some((tag) => is_version(label, tag)));

	for (const label of labels) {
		const { patches } = find_series(label);
		const posted = patches[number - 1];
		const patch = patches_of(label).find(({ n }) => n === number);

		if (patch !== undefined && posted !== undefined &&
			tags.at(-1)!.endsWith(`/${patches.length}`) &&
		    same_title(title, plain(posted.subject)))
			return { label, posted, patch };
	}
	return null;
}
