// SPDX-License-Identifier: GPL-2.0-only
/*
 * The gallery of known bugs: which file shows which, and what comes of it before the fixes (v6.0)
 * and after them (v6.12). That the verdicts are so is tested with the corpus.
 */
import { readFileSync } from "node:fs";
import { test } from "tap";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";

const CORPUS = new URL("../../scenarios/", import.meta.url);

type outcome = "shows" | "holds";

/* The fix, the file, v6.0's outcome, and why v6.0 does not show the bug where it does not. */
const gallery: [fix: string, file: string, before: outcome, why?: string][] = [
	["917f509bfb88", "last-adapter-removed-from-the-host", "shows"],
	["6b8a02e216f6", "control-domain-removed-from-the-host", "shows"],
	["b1f092d94f62", "only-the-mdev-concerned-is-updated", "shows"],
	["d50346801b4f", "host-change-with-an-mdev-without-guest", "shows"],
	["bf09b9d7cd78", "control-domain-added-resets-nothing", "holds", "the bug came with 6.8"],
	["4400270ec034", "second-mdev-of-a-guest-takes-the-pqap-hook", "shows"],
	["65e05ec252a9", "interrupt-resources-of-a-queue-gone-from-the-host", "holds",
		"the bug came with 6.8"],
	["850fb7fa8c68", "filter-the-entire-matrix", "shows"],
	["16fb78cbf56e", "overcommitted-domain-filters-nothing", "shows"],
	["774d10196e64", "host-gains-an-adapter", "shows"],
	["f848cba767e5", "queues-filtered-from-the-guest-are-reset", "shows"],
	["f009cfa46655", "all-queues-of-an-unplugged-adapter-are-reset", "shows"],
	["b9bd10c43456", "no-reset-of-a-queue-gone-from-the-host", "shows"],
	["a0d8f4eeb7c4", "status-of-a-queue-not-passed-through", "shows"],
	["a681226c675c", "checkstopped-queue-is-passed-through", "shows"],
	["680b7ddd7e2a", "tapq-state-does-not-delay-a-reset", "holds",
		"queues are empty here whenever they exist"],
	["7aa7b2a80cb7", "reset-frees-interrupt-resources", "holds", "the bug came with 6.3"],
	["411b0109daa5", "reset-answered-busy", "shows"],
	["c51f8c6bb5c8", "deconfigured-queue-is-passed-through", "shows"],
	["dd174833e44e", "reset-takes-long", "shows"],
	["9261f0438835", "all-resets-before-any-wait", "shows"],
	["e1f17f8ea93d", "reset-answered-state-change", "shows"],
	["7847a19b5b62", "reset-answered-association-failed", "shows"],
	["0daf9878a799", "reset-is-verified-by-tapq", "shows"],
	["a64a6d23874c", "nib-address-zero", "shows"],
	["bf6eff47877a", "unmap-of-the-nib-page", "shows"],
	["1918f2b20c3d", "assign-what-is-assigned", "holds", "fixed in 6.0, v11 to v13 show it"],
	["d33d729afcc8", "sharing-message-names-both", "shows"],
	["d4f9d5a99a3f", "apmask-number-above-int-max", "holds",
		"the AP bus is 6.12's under every driver"],
];

for (const [fix, file, before, why] of gallery) {
	test(`regressions: ${fix} ${file}: v6.0 ${before === "shows" ? "shows it" : why}`,
			async (t) => {
		const [s] = parse_scenarios(readFileSync(new URL(`${file}.scn`, CORPUS), "utf8"),
			file);
		const holds = (driver: string): boolean => {
			const v = s!.verdicts.find((it) => it.drivers.includes(driver));

			/* a difference may stand in lines of its own for each driver */
			return v!.holds && !s!.statements.some((st) => st.drivers?.length === 1 &&
				st.drivers[0] === driver);
		};

		t.match(s!.source, `commit ${fix}`);
		t.equal(holds("v6.0"), before === "holds");
		t.equal(s!.verdicts.find((v) => v.drivers.includes("v6.12"))!.holds, true);
	});
}
