// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real texts of the list, as they are. They are not in this repository; where they are missing
 * the test is skipped.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "tap";
import { read_mail, type reading } from "../../../../tools/lib/mail/read.ts";
import { print_step } from "../../../../tools/lib/scenario/print.ts";

const SEEDS = new URL("../../../../../shared/seeds/", import.meta.url);
const skip = existsSync(SEEDS) ? false : "the seed texts are not here";

function seed(number: string): { file: string; bytes: Uint8Array } {
	const file = readdirSync(SEEDS).find((f) => f.startsWith(number))!;

	return { file, bytes: readFileSync(new URL(file, SEEDS)) };
}

async function read(number: string): Promise<reading[]> {
	const { file, bytes } = seed(number);

	return read_mail(bytes, file, null);
}

test("seeds: texts without an example", { skip }, async (t) => {
	for (const number of ["000", "001", "004"])
		t.strictSame(await read(number), [], number);
});

test("seeds: every example of the v11 thread is found, and no line of one is unread", { skip }, async (t) => {
	const list = await read("002");

	t.strictSame(list.map((r) => [r.first, r.last, r.again]), [
		[24, 67, [459, 789]], [1316, 1325, []], [1344, 1357, [1433, 1635]], [1361, 1380, []],
		[1397, 1403, []], [1451, 1527, [1741]], [1656, 1738, []],
	]);
	for (const r of list)
		t.strictSame(r.counts.unread, [], `line ${r.first}`);
});

test("seeds: the slips of the v11 thread", { skip }, async (t) => {
	const slips = (await read("002")).map((r) => r.slips.map((s) => s.text));

	t.equal(slips[0]!.length, 1);
	t.match(slips[0]![0], /05\.0005 is bound but never assigned, 05\.0004 is assigned but never bound/);
	t.match(slips[5]![0], /step 10 \(line 1485\) says domain 0052, the list on lines 1486-1494 has 0053/);
	t.match(slips[5]![1], /the reason names 04\.0053.*assigned and not bound is 04\.0054/);
	t.match(slips[5]![2], /the reason names 05\.0053.*assigned and not bound is 05\.0054/);
	t.match(slips[6]![0], /step 10 \(line 1694\) says domain 0052/);
	t.strictSame(slips.map((s) => s.length), [1, 0, 0, 0, 0, 3, 1]);
});

test("seeds: the v12 example", { skip }, async (t) => {
	const [r, ...more] = await read("003");

	t.equal(more.length, 0);
	t.strictSame(r!.scenarios[0]!.statements.map(print_step), [
		"bound 04.0004 04.0022 04.0035 05.0004 05.0022",
		"mdev m0 adapters 04 05 domains 0004 0022 0035",
		"open m0 = ok",
		"guest m0 04.0004 04.0022 04.0035",
		"withheld m0 adapter 05 because 05.0035",
	]);
});
