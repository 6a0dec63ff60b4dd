// SPDX-License-Identifier: GPL-2.0-only
/*
 * trace check on several threads says what one says: the same lines in the same order, also where
 * something differs and where a file cannot be used.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test, type Test } from "tap";
import { describe_failure } from "../../../tools/main.ts";
import { main } from "../../../tools/trace/main.ts";
import { portions_of, threads_for } from "../../../tools/trace/portions.ts";
import { output_of } from "../output_of.ts";

const BIN = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));
const TRACES = fileURLToPath(new URL("../../traces/", import.meta.url));

const V6 = join(TRACES, "v6.12/last-adapter-removed.jsonl");
const V11 = join(TRACES, "v11/many-mdevs-create.jsonl");
const V13 = join(TRACES, "v13/st-order.jsonl");

/* A process of its own, for how it ends. */
function check_apart(...args: string[]) {
	const { status, stdout, stderr } = spawnSync(process.execPath,
		[BIN, "trace", "check", ...args], { encoding: "utf8" });

	return { status, stdout, stderr };
}

async function check(t: Test, ...args: string[]) {
	const { code, out } = await output_of(t, () => main(["check", ...args]));

	return { status: code, stdout: out };
}

/* The same files under names that have them in an order of their own. */
function folder_of(t: { testdir(): string }, files: [name: string, from: string][]): string {
	const dir = t.testdir();

	for (const [name, from] of files)
		copyFileSync(from, join(dir, name));
	return dir;
}

function change(file: string, from: string | RegExp, to: string): void {
	const text = readFileSync(file, "utf8");
	const changed = text.replace(from, to);

	if (changed === text)
		throw new Error(`${file}: nothing to change`);
	writeFileSync(file, changed);
}

test("differences come in the order of the files", async (t) => {
	const dir = folder_of(t,
		[["a.jsonl", V6], ["b.jsonl", V11], ["c.jsonl", V6], ["d.jsonl", V13]]);

	for (const name of ["a.jsonl", "b.jsonl", "c.jsonl"])
		change(join(dir, name), /("op":\["create","m0"\]),"rc":0/, '$1,"rc":-5');
	const one = await check(t, dir, "--jobs", "1");

	t.match(one, {
		status: 1,
		stdout: /a\.jsonl:3.*b\.jsonl:\d.*c\.jsonl:3.*\n4 traces, \d+ ops, 3 divergences\n$/s,
	});
	t.same(await check(t, dir, "--jobs", "3"), one);
	t.same(await check(t, dir, "--jobs", "2", "--limit", "1"),
		await check(t, dir, "--jobs", "1", "--limit", "1"));
});

test("a file that cannot be used ends it, behind what those before it say", async (t) => {
	const dir = folder_of(t, [["a.jsonl", V6], ["b.jsonl", V13], ["c.jsonl", V11]]);

	change(join(dir, "a.jsonl"), /("op":\["create","m0"\]),"rc":0/, '$1,"rc":-5');
	change(join(dir, "b.jsonl"), '"v13"', '"v99"');
	const one = check_apart(dir, "--jobs", "1");

	t.match(one, {
		status: 2, stdout: /^\S+a\.jsonl:3/, stderr: /b\.jsonl:1: unknown driver 'v99'/,
	});
	t.same(check_apart(dir, "--jobs", "3"), one);
});

test("--speed: a line for each thread, and one for all", async (t) => {
	const { stdout } = await check(t, V6, V11, "--jobs", "2", "--speed");

	t.match(stdout,
		/^2 traces, .*\nthread 1: .* ops\/s\nthread 2: .*\nin all: \d+ ops in .* s, \d+ ops\/s\n$/);
	t.match(await main(["check", V6, "--jobs", "0"]).catch(describe_failure),
		{ code: 2, line: /--jobs 0: expected a number from 1 on/ });
});

test("portions: a driver's files together, the largest first, no more than a share", async (t) => {
	const files = [V6, V11, V6, V13];
	const all = portions_of(files, undefined, 1);

	t.same(all.map((p) => p.files).toSorted(), [[0, 2], [1], [3]]);
	t.same(all.map((p) => p.size), all.map((p) => p.size).toSorted((a, b) => b - a));
	t.same(portions_of(files, "v6.12", 1).map((p) => p.files), [[0, 1, 2, 3]]);
	t.ok(portions_of(files, "v6.12", 2).length > 1);
	t.equal(threads_for(files, 8), 1, "few traces are not worth a thread");
	t.ok(threads_for(files.flatMap((file) => Array.from({ length: 2000 }, () => file)), 8) > 1);
});
