// SPDX-License-Identifier: GPL-2.0-only
/*
 * No text takes a reader more than a time that is linear in its length. recheck proves that of
 * every regular expression of tools/, once: expressions.json remembers those that it calls safe,
 * and no others. After a change: UPDATE_EXPRESSIONS=1 npx tap test/tools/expressions.test.ts
 *
 * recheck knows no lookbehind that stops a second start, and counts a gap of at most 80 characters
 * as if it had no end. What it takes for quadratic it has to show: its attack, of pumps and a
 * suffix, is tried at up to 100 kB. Such a false alarm is raised anew each time, which takes
 * seconds; lib/mail/behind.ts is how to write one word behind another.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "tap";
import { checkSync } from "recheck";
import { SIZE, built, expressions, worst_of, type expression } from "./expressions.ts";

const PROVEN = new URL("expressions.json", import.meta.url);

/* These read texts of this tree or of the program itself, not what strangers wrote. */
const OWN_TEXT = new Set(["diff/text.ts", "docs/migration_claims.ts", "explore/counterexample.ts",
	"lib/texts/origins.ts",
	"lib/page/page.ts", "lib/texts/source_text.ts", "oracle/fuzz/texts.ts", "series/check.ts"]);
const SLOW_MS = 250;

const put_together = await built();
const all = new Map([...expressions(), ...put_together]);
const proven = new Set(JSON.parse(readFileSync(PROVEN, "utf8")) as string[]);

function is_own({ files }: expression): boolean {
	return files.every((file) => OWN_TEXT.has(file));
}

/* Processor time in milliseconds: a busy machine is no slow expression. */
function time_of(fn: () => unknown): number {
	const begin = process.cpuUsage();

	fn();
	return process.cpuUsage(begin).user / 1000;
}

type verdict = ReturnType<typeof checkSync>;
type attack = Extract<verdict, { status: "vulnerable" }>["attack"];

function attack_of({ pumps, suffix }: attack, size: number): string {
	const once = pumps.reduce((sum, { pump }) => sum + pump.length, 0);

	return pumps.map(({ prefix, pump, bias }) =>
		prefix + pump.repeat(Math.ceil(size / once) + bias)).join("") + suffix;
}

/* Whether the attack does no harm, however long it is. */
function is_false_alarm({ source, flags }: expression, attack: attack): boolean {
	for (let size = 1000; size <= SIZE; size *= 2) {
		const text = attack_of(attack, size);

		if (time_of(() => text.replace(new RegExp(source, flags), "")) >= SLOW_MS)
			return false;
	}
	return true;
}

/* What recheck says; what it finds is tried if there is any hope that it is not so. */
function verdict_of(it: expression): verdict["status"] | "false alarm" {
	const found = checkSync(it.source, it.flags, { timeout: 10_000 });

	return found.status === "vulnerable" && found.complexity.type === "polynomial" &&
		is_false_alarm(it, found.attack) ? "false alarm" : found.status;
}

test("every regular expression over foreign text is linear", async (t) => {
	const fresh = [...all].filter(([key, it]) => !proven.has(key) && !is_own(it));

	for (const [key, it] of fresh) {
		const verdict = verdict_of(it);

		t.ok(verdict === "safe" || verdict === "false alarm",
			`${it.files.join(" ")}: ${verdict}: ${key}`);
		if (verdict === "safe")
			proven.add(key);
	}
	t.ok(all.size > 1000 && put_together.size > 200,
		`${put_together.size} of ${all.size} put together`);
});

test("what is remembered as proven is in the tree", async (t) => {
	const here = [...proven].filter((key) => all.has(key)).toSorted();

	if (process.env["UPDATE_EXPRESSIONS"])
		writeFileSync(PROVEN, `${JSON.stringify(here, null, "\t")}\n`);
	else
		t.strictSame([...proven].filter((key) => !all.has(key)), [],
			"UPDATE_EXPRESSIONS=1 forgets what is gone");
});

test("an attack of recheck's is built as long as it is asked for, its suffix behind it", async (t) => {
	const quadratic = { source: "^\\s*a?\\s*$", flags: "", files: [] };
	const found = checkSync(quadratic.source, quadratic.flags);

	t.ok(found.status === "vulnerable");
	if (found.status !== "vulnerable")
		return;
	const text = attack_of(found.attack, 5000);

	t.ok(text.length >= 5000 && text.length < 6000 && text.endsWith(found.attack.suffix));
	t.equal(verdict_of(quadratic), "vulnerable");
});

test("every regular expression is done with 100 kB of its worst in no time", async (t) => {
	for (const [key, it] of all) {
		if (!proven.has(key))
			continue;
		const re = new RegExp(it.source, it.flags.replace(/[gy]/g, ""));
		let slowest = 0;

		for (const text of worst_of(it))
			slowest = Math.max(slowest, time_of(() => re.exec(text)));
		if (slowest > SLOW_MS)
			t.fail(`${key} of ${it.files.join(" ")}: ${Math.round(slowest)} ms`);
	}
});
