// SPDX-License-Identifier: GPL-2.0-only
/* Whom a scenario is not for. */
import { test } from "tap";
import { lacks } from "../../../../tools/lib/play/needs.ts";
import { parse_scenarios } from "../../../../tools/lib/scenario/parse.ts";
import type { scenario } from "../../../../tools/lib/scenario/model.ts";

function of(...lines: string[]): scenario {
	return parse_scenarios(["scenario x", ...lines].join("\n"), "x.scn")[0]!;
}

const MIGRATED = ["host adapters 05 domains 0004", "create m0", "open m0", "migrate m0 STOP_COPY"];

test("needs: a migration needs a driver that offers it", async (t) => {
	t.match(lacks(of(...MIGRATED), "v7.3", true)?.one, /^needs .*migrated/);
	t.match(lacks(of(...MIGRATED), "v7.3", false)?.many, /^need .*migrated/);
	t.equal(lacks(of(...MIGRATED), "migration-v4", true), null);
	t.equal(lacks(of("verdict v7.3 differs 3", ...MIGRATED), "v7.3", false), null,
		"a verdict names it");
	t.equal(lacks(of(...MIGRATED.slice(0, 3), "on migration-v4: migrate m0 STOP_COPY"), "v7.3",
		false), null);
});

test("needs: verdicts on others are none on a driver that nobody named", async (t) => {
	const plain = ["host adapters 05 domains 0004", "create m0"];

	t.match(lacks(of("verdict v6.12 holds", ...plain), "v11", false)?.one, /^has verdicts/);
	t.equal(lacks(of("verdict v6.12 holds", ...plain), "v11", true), null);
	t.equal(lacks(of(...plain), "v11", false), null);
});
