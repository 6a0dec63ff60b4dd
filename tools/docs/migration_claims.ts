// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of Documentation/migration.md: a row for each scenario about the series, from what
 * its file says.
 */
import { readFileSync, readdirSync } from "node:fs";
import { markdown_table } from "../lib/cli/table.ts";
import type { scenario } from "../lib/scenario/model.ts";
import { parse_scenarios } from "../lib/scenario/parse.ts";

const FOLDER = new URL("../../test/scenarios/migration/", import.meta.url);

/**
 * struct claim - what a scenario's file says of the claim it is about
 * @since: the first text on which all of it holds: a patch's number, or a release
 */
export interface claim {
	name: string;
	message_id: string;
	claim: string;
	by: string;
	verdict: string;
	where: string;
	since: string;
}

/* The text that a verdict line of a file names first. */
function first_text({ verdicts }: scenario): string {
	const [first] = verdicts.find(({ holds }) => holds)!.drivers;

	return first!.replace(/^.*@(\d+)$/, (_, n: string) => n.padStart(2, "0"));
}

/** claims - those that have a scenario, in order */
export function claims(): claim[] {
	return readdirSync(FOLDER).filter((file) => file.endsWith(".scn")).toSorted()
			.map((file): claim => {
		const [s] = parse_scenarios(readFileSync(new URL(file, FOLDER), "utf8"), file);
		const [claim, said, where] = s!.about;
		const [, by, verdict] = /^(?:Claimed by )?(.*?); (.*)\.$/.exec(said!)!;

		return {
			name: s!.name, message_id: s!.source!, claim: claim!, by: by!,
			verdict: verdict!, where: where!, since: first_text(s!),
		};
	});
}

function row({ name, message_id, claim, by, verdict, where, since }: claim): string[] {
	const id = message_id.slice(1, -1);
	const [, fn, patch] = /^In (\w+\(\))(?:, patch (\d\d))?/.exec(where)!;

	return [
		`[${name.slice(0, 3)}](../test/scenarios/migration/${name}.scn)`,
		`${claim} ([${by}](https://lore.kernel.org/linux-s390/${id}/))`,
		verdict, `\`${fn}\``, patch ?? "", since,
	];
}

/** claims_table - the table */
export function claims_table(): string {
	return markdown_table({
		heading: ["scenario", "claim", "it is", "function", "patch", "shows after"],
		rows: claims().map(row),
	});
}
