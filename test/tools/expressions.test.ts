// SPDX-License-Identifier: GPL-2.0-only
/*
 * No text takes a reader more than a time that is linear in its length: every regular expression
 * of tools/ is proven linear by recheck, once (expressions.json remembers), and is tried on 100 kB
 * of what takes it longest. A new one is proven here; to remember it: UPDATE_EXPRESSIONS=1.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "tap";
import { checkSync } from "recheck";
import { expressions, worst_of, type expression } from "./expressions.ts";

const PROVEN = new URL("expressions.json", import.meta.url);

/* These read texts of this tree or of the program itself, not what strangers wrote. */
const OWN_TEXT = new Set(["diff/text.ts", "docs/migration_claims.ts", "explore/counterexample.ts", "lib/texts/origins.ts",
	"lib/texts/source_text.ts", "oracle/fuzz/texts.ts"]);
const SLOW_MS = 250;

const all = expressions();
const proven = new Set(JSON.parse(readFileSync(PROVEN, "utf8")) as string[]);

function is_own({ files }: expression): boolean {
	return files.every((file) => OWN_TEXT.has(file));
}

function proof_of({ source, flags, files }: expression): string | null {
	const { status, ...more } = checkSync(source, flags, { timeout: 10_000 });

	return status === "safe" ? null : `${files.join(" ")}: ${status} ${JSON.stringify(more).slice(0, 400)}`;
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
		writeFileSync(PROVEN, `${JSON.stringify([...proven].filter((key) => all.has(key)).toSorted(), null, "\t")}\n`);
	t.ok(all.size > 150);
});

test("every regular expression is done with 100 kB of its worst in no time", async (t) => {
	for (const [key, it] of all) {
		if (!proven.has(key))
			continue;
		const re = new RegExp(it.source, it.flags.replace(/[gy]/g, ""));
		let slowest = 0;

		for (const text of worst_of(it)) {
			const begin = performance.now();

			re.exec(text);
			slowest = Math.max(slowest, performance.now() - begin);
		}
		if (slowest > SLOW_MS)
			t.fail(`${key} of ${it.files.join(" ")}: ${Math.round(slowest)} ms`);
	}
});
