// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import * as fc from "fast-check";
import { behind } from "../../../../tools/lib/mail/english/behind.ts";
import { expand_sets } from "../../../../tools/lib/mail/lines/list_lines.ts";
import { spread } from "../../../../tools/lib/mail/lines/script.ts";

test("behind: finds what a gap of any characters finds", async (t) => {
	const words = fc.array(fc.constantFrom("cat", "jq", "cats", "x.json", "a", "-", ";"));

	fc.assert(fc.property(words, fc.constantFrom<number | "">("", 5, 12), (list, within) => {
		const text = list.join(" ");
		const plain = new RegExp(`\\b(?:cat|jq)\\b.{0,${within}}\\.json`);

		t.equal(new RegExp(behind("cat|jq", "\\.json", within)).test(text),
			plain.test(text),
			text);
	}), { seed: 21, numRuns: 300 });
});

test("behind: 100 kB of nothing but the first word are done in no time", async (t) => {
	const begin = process.cpuUsage();

	t.notOk(new RegExp(behind("cat", "matrix")).test("cat ".repeat(25_000)));
	t.ok(process.cpuUsage(begin).user < 250_000);
});

test("a list that is taken from another is one that follows it", async (t) => {
	t.equal(expand_sets("{04,05} x {0004,0047} minus 05.0047"), "04.0004 04.0047 05.0004");
	t.equal(expand_sets("04.0004, 04.{0047,0048} without 04.0047"), "04.0004 04.0048");
	t.equal(expand_sets("04.0004 04.{0047}"), "04.0004 04.0047");
});

test("spread: a loop behind another, and one in another", async (t) => {
	t.equal(spread("for d in 4 5; do echo $d; done; for a in 6; do echo $a; done"),
		"echo 4; echo 5; echo 6");
	t.equal(spread("for d in 4 5; do for a in 6; do echo $a.$d; done; done"),
		"echo 6.4; echo 6.5");
});
