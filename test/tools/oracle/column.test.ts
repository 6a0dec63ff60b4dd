// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scenarios on the driver's own C: the same verdicts as on its port.
 */
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { load_driver } from "../../../tools/lib/lab/loader.ts";
import { read_inputs } from "../../../tools/lib/mail/input.ts";
import { play, type report } from "../../../tools/lib/play/play.ts";
import { parse_traces } from "../../../tools/lib/trace/format.ts";
import { check_trace } from "../../../tools/lib/trace/check.ts";
import { c_column, record_scenario } from "../../../tools/oracle/column.ts";
import { why_not } from "../../../tools/oracle/lab.ts";
import { real_oracle } from "./real_source.ts";

const SCENARIOS = fileURLToPath(new URL("../../scenarios/", import.meta.url));
const real = await real_oracle("v6.12");
const inputs = await read_inputs([SCENARIOS], null);
const { label } = await load_driver("v6.12");
/* The others are about other kernels' drivers. */
const scenarios = inputs.flatMap((input) => input.scenarios)
	.filter(({ verdicts: given }) => given.some(({ drivers }) => drivers.includes(label)));

function verdicts({ steps }: report): string[] {
	return steps.map(({ s, verdict, actual }) =>
		`${s.n} ${verdict} ${s.body.kind === "op" ? actual : ""}`);
}

test("each scenario holds and differs on the C where it does on the port", { skip: real.skip },
		async (t) => {
	if (real.skip !== false)
		return;
	const on_c = await c_column("auto");

	for (const sc of scenarios.filter((it) => why_not(it) === null))
		t.same(verdicts(on_c(sc)), verdicts(play(sc, label)), sc.name);
});

test("what the C's machine cannot do is open, and says why", { skip: real.skip }, async (t) => {
	if (real.skip !== false)
		return;
	const sc = scenarios.find((it) => why_not(it) !== null)!;
	const { steps, open, driver } = (await c_column("auto"))(sc);

	t.equal(driver.label, "C");
	t.equal(open, true);
	t.ok(steps.every(({ verdict, because }) => verdict === "open" && because === why_not(sc)));
});

test("the trace of a scenario is the port's too", { skip: real.skip }, async (t) => {
	if (real.skip !== false)
		return;
	const sc = scenarios.find(({ name }) => name === "reset-in-progress")!;
	const text = record_scenario(sc, real.oracle.program, label);
	const [trace] = [...parse_traces("recorded", text)];

	t.ok(trace!.ops.length > 5);
	t.same(check_trace(trace!, label).divergences, []);
});
