// SPDX-License-Identifier: GPL-2.0-only
/*
 * The ten fixes of August and September 2026: what each is for is seen on v7.1, the last mainline
 * without them, and not on v7.3.
 */
import { readFileSync } from "node:fs";
import { test } from "tap";
import { pick_drivers, play } from "../../../tools/lib/play/play.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";
import type { scenario } from "../../../tools/lib/scenario/model.ts";
import { explore, state_text } from "../../../tools/litmus/explore.ts";
import { parse_litmus } from "../../../tools/litmus/parse.ts";

const CORPUS = new URL("../../scenarios/", import.meta.url);
const DRIVERS = ["v7.1", "v7.3"] as const;

await pick_drivers(DRIVERS.join());

function read(file: string): string {
	return readFileSync(new URL(file, CORPUS), "utf8");
}

/* The steps that differ, of those meant for every driver. */
function differs(s: scenario, driver: string): string[] {
	return play(s, driver).steps.filter(({ verdict }) => verdict === "differs")
		.map((step) => step.s.n);
}

for (const [fix, file] of [
	["A 917f509bfb88", "last-adapter-removed-from-the-host"],
	["B 6b8a02e216f6", "control-domain-removed-from-the-host"],
	["C b1f092d94f62", "only-the-mdev-concerned-is-updated"],
	["D d50346801b4f", "host-change-takes-no-lock-of-a-missing-guest"],
	["E bf09b9d7cd78", "control-domain-added-resets-nothing"],
	["I 4400270ec034", "second-mdev-of-a-guest-takes-the-pqap-hook"],
	["J 65e05ec252a9", "interrupt-resources-of-a-queue-gone-from-the-host"],
] as const) {
	test(`${fix}: ${file}`, async (t) => {
		const [s] = parse_scenarios(read(`${file}.scn`), file);

		t.not(differs(s!, "v7.1").length, 0, "v7.1");
		t.strictSame(differs(s!, "v7.3"), [], "v7.3");
	});
}

for (const [fix, file, sign] of [
	["F dd6f4ef6f8a3", "status-read-during-probe", "end=oops"],
	["G 7fa61c29850d", "mdev-created-during-a-list-walk", "matrix_dev->guests_lock"],
	["H 5883528250be", "additions-stored-without-the-lock", "unlocked=yes"],
] as const) {
	test(`${fix}: ${file}`, async (t) => {
		const [litmus] = parse_litmus(read(`litmus/${file}.lit`), file);
		const seen = (driver: string): boolean =>
			explore(litmus!, driver).states.some(
				({ state }) => state_text(state).includes(sign));

		t.equal(seen("v7.1"), true, "v7.1");
		t.equal(seen("v7.3"), false, "v7.3");
	});
}
