// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { without_markup } from "../../../../tools/lib/mail/lines/markdown.ts";
import { steps } from "./steps_of.ts";

const TOLD = "bound: 0a.0001 0b.0001\nmatrix: 0a.0001 0b.0001\nThe guest is running.\n";

test("markdown: a block is what stands in it", async (t) => {
	const typed = "# echo 11 > unassign_adapter\n# cat guest_matrix\n0a.0001\n";

	for (const [begin, end] of [["```", "```"], ["```sh", "```"], ["~~~ console", "~~~"],
		["{{{", "}}}"], ["<pre>", "</pre>"], ["{code:bash}", "{code}"],
		["-- 8< --", "-- >8 --"], [".. code-block:: console", ""]])
		t.strictSame((await steps(`${TOLD}${begin}\n${typed}${end}\n`)).slice(3),
			["unassign_adapter m0 11 = ok", "guest m0 0a.0001"], begin);
	t.strictSame((await steps(`${TOLD}1. Unassign adapter 0b:\n   \`\`\`\n   # echo 11 > ` +
		"unassign_adapter\n   ```\n2. Look:\n   ```\n   # cat guest_matrix\n```\nOutput:\n```\n" +
		"   0a.0001\n   ```\n")).slice(3),
	["unassign_adapter m0 11 = ok", "guest m0 0a.0001"], "a heading's command is done once");
});

test("markdown: ticks around a command or a name", async (t) => {
	for (const text of [
		"1. `echo 11 > unassign_adapter`\n2. `cat guest_matrix` => 0a.0001\n",
		"* Run `echo 11 > unassign_adapter`.\n* `cat guest_matrix` shows `0a.0001`\n",
		"- ``# echo 11 > unassign_adapter``\n- Then `cat guest_matrix`:\n  0a.0001\n",
	])
		t.strictSame((await steps(TOLD + text)).slice(3),
			["unassign_adapter m0 11 = ok", "guest m0 0a.0001"], text);
	for (const text of ["UUID=`uuidgen`", "# mdevctl start -u `uuidgen`",
		"Then `echo 5 > x` and `cat y` show it.", "Do not run `echo 5 > x`.",
		"Never `echo 5 > assign_adapter` there."])
		t.equal(without_markup({ line: 1, depth: 0, text }).text, text);
	t.equal(without_markup(
		{ line: 1, depth: 0, text: "``guest_matrix`` has `0a.0001, 0b.0001`" })
		.text, "guest_matrix has 0a.0001, 0b.0001");
});
