// SPDX-License-Identifier: GPL-2.0-only
/* A guest that is migrated: what a space and walks find on the series under review. */
import { test } from "tap";
import { jobs_of, plan_kinds } from "../../../tools/explore/campaign.ts";
import { scenario_text } from "../../../tools/explore/counterexample.ts";
import { counterexample_of_breach } from "../../../tools/explore/migration/lines.ts";
import { yard_of } from "../../../tools/explore/migration/operations.ts";
import { rule_names } from "../../../tools/explore/migration/rules.ts";
import { migration_walks, type breach } from "../../../tools/explore/migration/search.ts";
import { load_driver } from "../../../tools/lib/lab/loader.ts";
import { play } from "../../../tools/lib/play/play.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";
import { everything, shop, shown_of } from "./fixture.ts";

const yard = yard_of(1, 2, 2);
const driver = await load_driver("migration-v4");

function walk(walks: number, steps: number): breach[] {
	return migration_walks({ yard, driver, rules: rule_names, faults: true }, walks, steps,
		1).breaches;
}

test("walks on migration-v4 find what is wrong, each by a few operations", async (t) => {
	const found = walk(4, 30);

	t.ok(new Set(found.map(({ rule }) => rule.name)).size >= 6, `${found.length} in 4 walks`);
	t.strictSame(found.filter(({ path }) => path.length > 9).map(({ key }) => key), [],
		"they are short");
	t.equal(new Set(found.map(({ key }) => key)).size, found.length, "each is there once");
	for (const b of found.slice(0, 8))
		for (const s of parse_scenarios(
			scenario_text(await counterexample_of_breach(b, yard, driver)),
				"shown.scn"))
			t.ok(play(s, "migration-v4").as_recorded,
				`${b.key}: replay comes out as the file says`);
});

test("a walk is the same for a seed", async (t) => {
	t.strictSame(walk(1, 15), walk(1, 15));
});

test("the first states of the smallest machine", async (t) => {
	const [job] = jobs_of({
		...everything, drivers: ["migration-v4"], kinds: ["migration"], depth: 2,
		properties: ["no-oops"],
	});
	const lines = await shop.run([job!], () => {});

	t.match(lines[0], { result: "space", bound: "depth", depth: 2 });
	t.ok(shown_of(lines).some((c) => c.property === "no-oops" && c.operation === "create" &&
		c.length === 1));
});

test("a driver that cannot migrate a guest is not asked to", async (t) => {
	const of = (label: string): string[] =>
		jobs_of({ ...everything, kinds: [...plan_kinds], drivers: [label] })
			.map(({ what }) => what);

	t.strictSame(of("v7.3"), ["machine"]);
	t.strictSame([...new Set(of("migration-v4"))],
		["machine", "migration space", "migration walks"]);
});
