// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { bugs_of_v6_0 } from "../../../tools/explore/known_bugs.ts";
import type { op_kind } from "../../../tools/explore/space.ts";
import { laboratory } from "../../../tools/lib/lab/lab.ts";
import { names_of, reads_back, replays, results, shown_of } from "./fixture.ts";

/* The part of the operations that takes two adapters and two domains. */
const FILTERING: op_kind[] = [
	"create", "open", "assign_adapter", "assign_domain", "unassign_domain", "unbind",
	"host_domain",
];

test("two adapters and domains on v6.0: the bugs that were fixed later", async (t) => {
	const lines = await results(
		{ drivers: ["v6.0"], adapters: 2, domains: 2, cdoms: 0, kinds: FILTERING });
	const names = names_of(lines);

	t.match(lines[0], { result: "space", bound: null });
	for (const { fix, finding } of bugs_of_v6_0)
		t.ok(names.includes(finding), `${fix}: ${finding}`);
	t.notOk(lines.some((l) => l.result === "unconfirmed"));
	for (const c of shown_of(lines)) {
		replays(t, c);
		await reads_back(t, c);
	}
});

test("two adapters and domains on v6.12: none of these bugs", async (t) => {
	const names = names_of(
		await results({ adapters: 2, domains: 2, cdoms: 0, kinds: FILTERING }));

	for (const { fix, finding } of bugs_of_v6_0)
		t.notOk(names.includes(finding), `${fix}: no ${finding}`);
	t.strictSame(names.toSorted(), [
		"history-free unassign_domain", "links-sound unassign_domain",
		"maximal host_domain",
		"maximal open", "maximal unassign_domain",
	], "what is left is judged in Documentation/findings.md");
});

test("control domains on v6.0 and v6.12", async (t) => {
	const kinds: op_kind[] = ["create", "open", "assign_control_domain", "host_control"];
	const lines = await results({ drivers: ["v6.0", "v6.12"], kinds });
	const b = shown_of(lines).filter((c) => c.property === "within-host" &&
		c.operation === "host_control");

	t.strictSame(b.map((c) => [c.driver, c.length]), [["v6.0", 4]],
		"6b8a02e216f6: within-host, 4 operations");
	t.strictSame(shown_of(lines).filter((c) => c.driver === "v6.12"), []);
});

test("a queue linked twice: the walk never ends", async (t) => {
	for (const driver of ["v11", "v12", "v13"]) {
		const lines = await results({
			drivers: [driver], adapters: 2, domains: 2, cdoms: 0,
			kinds: ["create", "open", "assign_adapter", "assign_domain"],
			properties: ["no-hang"],
		});
		const hang = shown_of(lines).find((c) => c.property === "no-hang");

		t.ok(hang, `${driver} hangs`);
		t.match(hang?.actual, "hang");
		if (hang)
			replays(t, hang, laboratory.drivers().map((d) => d.label));
	}
});
