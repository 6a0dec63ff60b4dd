// SPDX-License-Identifier: GPL-2.0-only
/*
 * No text takes a reader more than a time that is linear in its length: every regular expression
 * of tools/ is proven linear by recheck, once (expressions.json remembers), and is tried on 100 kB
 * of what takes it longest. A new one is proven here; to remember it: UPDATE_EXPRESSIONS=1.
 *
 * What a mail's lines are looked up by is given a line and a paragraph at most. Where that is not
 * linear, the attack that recheck finds, as long as that, has to be done in no time. The same goes
 * for those that are put together.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "tap";
import { checkSync } from "recheck";
import { built, expressions, worst_of, type expression } from "./expressions.ts";

const PROVEN = new URL("expressions.json", import.meta.url);

/* These read texts of this tree or of the program itself, not what strangers wrote. */
const OWN_TEXT = new Set(["diff/text.ts", "docs/migration_claims.ts", "explore/counterexample.ts",
	"lib/texts/origins.ts",
	"lib/page/page.ts", "lib/texts/source_text.ts", "oracle/fuzz/texts.ts", "series/check.ts"]);
/* The first of these reads the others, that is why it is the last. */
const OF_LINES = [
	"prompt", "commands", "script", "shell_errors", "shell", "lexicon", "words", "clauses",
	"phrases", "list_lines", "kernel_text", "frames", "forms",
	"printed", "pieces", "sentences", "decimals", "plain", "listed", "first_guest", "resolve",
	"labels", "keep", "remarks", "find", "processors",
]
	.map((it) => `lib/mail/${it}.ts`);
const PARAGRAPH = 6100;
const SLOW_MS = 250;

const put_together = await built(OF_LINES);
const all = new Map([...expressions(), ...put_together]);
const proven = new Set(JSON.parse(readFileSync(PROVEN, "utf8")) as string[]);

function is_own({ files }: expression): boolean {
	return files.every((file) => OWN_TEXT.has(file));
}

function is_of_lines({ files }: expression): boolean {
	return files.every((file) => OF_LINES.includes(file));
}

/* Processor time in milliseconds: a busy machine is no slow expression. */
function time_of(fn: () => unknown): number {
	const begin = process.cpuUsage();

	fn();
	return process.cpuUsage(begin).user / 1000;
}

/* What is not linear may be quick for all that a line can hold. */
function is_quick({ source, flags }: expression, attack: string): boolean {
	const re = new RegExp(source, flags);

	return [attack.slice(0, PARAGRAPH), ...worst_of({ source, flags, files: [] }, PARAGRAPH)]
		.every((text) => time_of(() => text.replace(re, "")) < SLOW_MS);
}

function proof_of(it: expression): string | null {
	const { status, ...more } = checkSync(it.source, it.flags, { timeout: 10_000 });

	if (status === "safe" || is_of_lines(it) &&
		is_quick(it, "attack" in more ? more.attack.string : ""))
		return null;
	return `${it.files.join(" ")}: ${status} ${JSON.stringify(more).slice(0, 400)}`;
}

test("every regular expression over foreign text is linear", async (t) => {
	const fresh = [...all].filter(([key, it]) => !proven.has(key) && !is_own(it));

	for (const [key, it] of fresh) {
		const fault = proof_of(it);

		t.equal(fault, null, key);
		if (fault === null)
			proven.add(key);
	}
	if (process.env["UPDATE_EXPRESSIONS"])
		writeFileSync(PROVEN,
			`${JSON.stringify([...proven].filter((key) => all.has(key)).toSorted(), null, "\t")}\n`);
	t.ok(all.size > 150 && put_together.size > 80, `${put_together.size} put together`);
});

test("every regular expression is done with 100 kB of its worst in no time", async (t) => {
	for (const [key, it] of all) {
		if (!proven.has(key))
			continue;
		const re = new RegExp(it.source, it.flags.replace(/[gy]/g, ""));
		let slowest = 0;

		for (const text of worst_of(it, is_of_lines(it) ? PARAGRAPH : undefined))
			slowest = Math.max(slowest, time_of(() => re.exec(text)));
		if (slowest > SLOW_MS)
			t.fail(`${key} of ${it.files.join(" ")}: ${Math.round(slowest)} ms`);
	}
});
