// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of npm test: what was skipped, and what each of it would need.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const RESULTS = ".tap/test-results";

/* By what is missing, the tests that went without it. */
const lacks = new Map<string, string[]>();

for (const file of readdirSync(RESULTS, { recursive: true, encoding: "utf8" })
	.filter((it) => it.endsWith(".tap")))
	for (const [, name, reason] of readFileSync(join(RESULTS, file), "utf8")
		.matchAll(/^ *ok \d+ - (.*?) # SKIP ?(.*)$/gm))
		lacks.set(reason!, [...lacks.get(reason!) ?? [], name!.replace(/\\(.)/g, "$1")]);

const count = [...lacks.values()].flat().length;

process.stdout.write(count === 0 ? "Nothing was skipped.\n" : `Skipped: ${count}\n`);
for (const [reason, names] of lacks)
	process.stdout.write(`  ${reason}\n${names.map((name) => `    ${name}\n`).join("")}`);
