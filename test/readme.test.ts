// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the README shows is what is there.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
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
