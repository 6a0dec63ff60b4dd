// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the README shows is what is there, and what any page has one type can be pasted.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "tap";
import { commands } from "../tools/commands.ts";
import { drivers } from "../drivers/s390/crypto/history/index.ts";

const TOP = new URL("../", import.meta.url).pathname;
const readme = readFileSync(`${TOP}README.md`, "utf8");

/* npm start prints this of each file of the corpus, which another test plays as a whole. */
test("the sample is what npm start prints", async (t) => {
	const file = "test/scenarios/v11-long-example-host-has-0053.scn";
	const output = execFileSync(`${TOP}tools/vfio-ap`, ["replay", TOP + file],
		{ encoding: "utf8" }).split("\n");
	const sample = /\n(v11-long-example[\s\S]*?)\n```/.exec(readme)![1]!.split("\n");
	const printed = new Set(output);

	t.same(sample.filter((line) => line !== "  ..." && !printed.has(line)), []);
});

test("the table has every driver, by its source", async (t) => {
	for (const { label, id } of drivers)
		t.ok(readme.includes(`| \`${label}\` |`) && readme.includes(id), label);
});

test("links lead somewhere, commands exist", async (t) => {
	for (const [, path] of readme.matchAll(/\]\(([^)]+)\)/g))
		t.ok(existsSync(`${TOP}${path}`), path);
	for (const [, name] of readme.matchAll(/\.\/tools\/vfio-ap (\w+)/g))
		t.ok(commands.has(name!), name);
});

/* Command lines of a page's blocks, without what is said behind them. */
function typed_on(page: string): string[] {
	return [...readFileSync(TOP + page, "utf8").matchAll(/^```\w*\n([^]*?)^```/gm)]
		.flatMap(([, block]) => block!.split("\n"))
		.filter((line) => /^(?:\$ )?(?:\.\/tools\/vfio-ap |tar |mkdir )/.test(line))
		.map((line) => line.replace(/ {3,}.*| # .*/, ""));
}

test("every command line of a page can be pasted: its files are here, or made above", async (t) => {
	const pages = ["README.md", "CONTRIBUTING.md", ...readdirSync(`${TOP}Documentation`)
		.filter((name) => name.endsWith(".md")).map((name) => `Documentation/${name}`)];

	for (const page of pages) {
		const made = new Set<string>();

		for (const line of typed_on(page)) {
			const words = line.replace(/^\$ /, "").split(/[ ;=]+/).slice(1);
			const files = words.filter((word, i) => !made.has(word) &&
				!/^(?:>|-[cz]*f|-o|--(?:output|record))$/.test(words[i - 1] ??
					"") &&
				/^(?:test|drivers|Documentation|tools)\/|^[\w.-]+\.(?:scn|eml|lit|gz|jsonl|umockdev)$/
					.test(word));

			t.strictSame(files.filter((file) => !existsSync(TOP + file)), [],
				`${page}: ${line}`);
			t.notMatch(words.join(" "), /(?:^| )\[?[A-Z][A-Z_|]+\b(?! *#)/,
				`${page}: ${line}`);
			for (const [, file] of
				line.matchAll(/(?:>|-[cz]*f|-o|--(?:output|record)) ([\w./-]+)/g))
				made.add(file!);
		}
	}
});
