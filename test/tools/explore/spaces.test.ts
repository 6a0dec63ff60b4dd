// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { laboratory } from "../../../tools/lib/lab/lab.ts";
import { names_of, replays, results, shown_of } from "./fixture.ts";

const LABELS = laboratory.drivers().map((d) => d.label);

for (const driver of LABELS) {
	test(`one of everything on ${driver}: the whole space`, async (t) => {
		const lines = await results({
			drivers: [driver],
			...(driver !== "v6.12" && { properties: ["links-sound", "nothing-left"] }),
		});

		t.match(lines[0], { result: "space", driver, bound: null });
		t.notOk(lines.some((l) => l.result === "unconfirmed"),
			"a machine that boots shows each finding");
		if (driver === "v6.12")
			t.strictSame(names_of(lines), []);
		if (driver === "v11" || driver === "v12" || driver === "v13") {
			t.ok(names_of(lines).includes("links-sound assign_adapter"),
				"a queue is linked twice");
			t.ok(names_of(lines).includes("nothing-left unassign_adapter"),
				"a page stays pinned");
		}
		for (const c of shown_of(lines).slice(0, 2))
			replays(t, c);
	});
}

for (const driver of ["v13@9", "v12@14"]) {
	test(`one of everything on ${driver}, which no file holds: the whole space`, async (t) => {
		const lines = await results({ drivers: [driver], properties: ["links-sound"] });

		t.match(lines[0], { result: "space", driver, bound: null });
		t.ok(names_of(lines).includes("links-sound assign_adapter"),
			"a queue is linked twice");
	});
}
