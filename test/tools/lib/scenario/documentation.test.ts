// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync } from "node:fs";
import { test } from "tap";
import { operations } from "../../../../tools/lib/scenario/operations.ts";
import { expectations } from "../../../../tools/lib/scenario/expectations.ts";
import { parse_scenarios } from "../../../../tools/lib/scenario/parse.ts";

const text = readFileSync(new URL("../../../../Documentation/scenarios.md", import.meta.url),
	"utf8");

test("documentation: its example and each row's form are in the notation", async (t) => {
	const example = /```\n(scenario [^`]*)```/.exec(text)![1]!;

	t.equal(parse_scenarios(example, "scenarios.md").length, 1);
	for (const [keyword, row] of [...operations, ...expectations]) {
		t.equal(parse_scenarios(`scenario x\n${row.form}`, "f").length, 1, row.form);
		t.ok(row.form.startsWith(keyword), keyword);
	}
});
