// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page of explore: the shortest counterexample first, each played as replay plays it.
 */
import { test } from "tap";
import type { line } from "../../../tools/explore/campaign.ts";
import { explore_page } from "../../../tools/explore/html.ts";

function found(length: number, scenario: string): line {
	return {
		result: "counterexample", job: 0, driver: "v6.0", property: "guest-is-filtered",
		operation: "bind", length,
		expected: "one thing", actual: "</pre>another", functions: [], shared_by: [],
		count: 3, scenario, mail: "",
	} as line;
}

const LONG = "scenario same\nhost adapters 04 domains 0004\nbound all\nmdev m0 adapters 04 domains 0004\nguest m0 -\n";
const SHORT = "scenario same\nhost adapters 04 domains 0004\nbound all\ncreate m0\nguest m0 -\n";

test("explore page: the shortest first, each with its own name and its steps", async (t) => {
	const page = await explore_page([found(5, LONG), found(2, SHORT)]);
	const { scenarios } = JSON.parse(/id="data">(.*?)<\/script>/s.exec(page)![1]!) as {
		scenarios: { name: string;
			lines: { text: string; drivers: { verdict: string }[] }[] }[];
	};

	t.strictSame(scenarios.map(({ name }) => name), ["same", "same-2"]);
	t.strictSame(scenarios.map(({ lines }) => lines[1]!.text),
		["create", "mdev adapters 04 domains 0004"]);
	t.strictSame(scenarios.map(({ lines }) => lines[2]!.drivers[0]!.verdict),
		["holds", "differs"]);
	t.match(page, /href="#same\/".*href="#same-2\/3"/s);
	t.match(page, "&lt;/pre&gt;another");
});

test("explore page: nothing found", async (t) => {
	t.match(await explore_page([]), "0 counterexamples");
});
