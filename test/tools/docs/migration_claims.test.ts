// SPDX-License-Identifier: GPL-2.0-only
/*
 * Documentation/migration.md: every claim that can be run has its scenario, and comes out as the
 * table says. The scenarios are played with the corpus, too, on the driver they are about.
 */
import { readFileSync } from "node:fs";
import { test } from "tap";
import { claims } from "../../../tools/docs/migration_claims.ts";
import { pick_drivers, play } from "../../../tools/lib/play/play.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";

const FOLDER = new URL("../../scenarios/migration/", import.meta.url);
const WITHOUT = ["M07", "M33"];

/* What the review bot claims besides. */
const OF_THE_BOT = ["B01", "B02", "B03"];

/* What is claimed of a patch, and another one mends. */
const OF_A_PATCH = ["P03", "P05", "P11"];

await pick_drivers("migration-v4,v7.1");

test("migration.md: each claim has a scenario, or says why not", async (t) => {
	const numbers = new Set([...claims().map(({ name }) => name.slice(0, 3)), ...WITHOUT]);

	t.strictSame([...numbers].toSorted(),
			[...OF_THE_BOT, ...Array.from({ length: 33 }, (_, i) =>
		`M${String(i + 1).padStart(2, "0")}`), ...OF_A_PATCH]);
});

test("migration.md: the scenarios hold where they say, to the last step", async (t) => {
	for (const { name } of claims()) {
		const [s] = parse_scenarios(readFileSync(new URL(`${name}.scn`, FOLDER), "utf8"),
			name);
		const { drivers } = s!.verdicts.find(({ holds }) => holds)!;

		t.ok(drivers.includes("migration-v4") || OF_A_PATCH.includes(name.slice(0, 3)),
			`${name}: holds on the whole series`);
		await pick_drivers(drivers.join(","));
		for (const label of drivers) {
			const { steps } = play(s!, label, { explain: false });
			const wrong = steps.filter(
				({ verdict }) => !["holds", "ran"].includes(verdict));

			t.strictSame(wrong.map(
				(step) => `${step.s.n}: ${step.verdict}, ${step.actual}`),
			[], `${name} on ${label}`);
		}
	}
});

test("migration.md: without the series there is no migration", async (t) => {
	const [s] = parse_scenarios("scenario x\nhost adapters 05 domains 0004\nbound all\n" +
		"mdev m0 adapters 05 domains 0004\nopen m0 = 0\nfeature m0 = -ENOTTY\nstate m0 = -ENOTTY\n" +
		"data_size m0 = -ENOTTY\nmigrate m0 STOP_COPY = -ENOTTY\nread-stream m0 1 = -EBADF\n", "x");

	t.strictSame(play(s!, "v7.1").steps.map(({ verdict }) => verdict),
		["ran", "ran", "holds", "holds", "holds", "holds", "holds", "holds"]);
});
