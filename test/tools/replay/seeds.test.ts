// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real texts of the list, replayed as they are. They are not in this repository; where they are
 * missing the tests are skipped.
 */
import { existsSync, readdirSync } from "node:fs";
import { test } from "tap";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { laboratory } from "../../../tools/lib/lab/lab.ts";
import { read_inputs } from "../../../tools/lib/mail/input.ts";
import { main } from "../../../tools/replay/main.ts";
import { pick_drivers, play, type report } from "../../../tools/lib/play/play.ts";
import { scenario_text } from "../../../tools/replay/text.ts";
import { parse_host_text } from "../../../tools/lib/scenario/parse.ts";

await pick_drivers("all");

const SEEDS = new URL("../../../../shared/seeds/", import.meta.url);
const skip = existsSync(SEEDS) ? false : "the seed texts are not here";

function seed(number: string): string {
	return new URL(readdirSync(SEEDS).find((f) => f.startsWith(number))!, SEEDS).pathname;
}

/** Every scenario of a text on every driver: reports by scenario's and driver's name. */
async function play_seed(number: string, host: string | null = null): Promise<Map<string, report>> {
	const inputs = await read_inputs([seed(number)], host === null ? null : parse_host_text(host));
	const reports = inputs.flatMap((i) => i.scenarios).flatMap((s) =>
		laboratory.drivers().map((d): [string, report] =>
			[`${s.name} ${d.label}`, play(s, d.label)]));

	return new Map(reports);
}

function differing(r: report | undefined): string[] {
	return r!.steps.filter((st) => st.verdict !== "holds").map((st) => st.s.n);
}

/** The guest's queues behind each operation, from the guest's start on. */
function guests(r: report | undefined): string[] {
	const ops = r!.steps.filter((st) => st.s.body.kind === "op");
	const from = ops.findIndex((st) => st.s.body.kind === "op" && st.s.body.op[0] === "open");

	return ops.slice(from).map((st) => st.guest!.join(" ") || "-");
}

test("seeds: a text without a scenario says so", { skip }, async (t) => {
	for (const number of ["000", "001", "004"])
		await t.rejects(main([seed(number)]), new usage_error(`${seed(number)}: no scenario found`));
});

test("seeds: the long example holds on v11, the answer to it on v12, at every step", { skip }, async (t) => {
	const reports = await play_seed("002");

	t.strictSame(differing(reports.get("v11-08-line-1451-as-meant v11")), []);
	t.strictSame(differing(reports.get("v11-08-line-1656-as-meant v12")), []);
	t.not(differing(reports.get("v11-08-line-1451-as-written v11")).length, 0, "with its slip it does not");
	t.not(differing(reports.get("v11-08-line-1656-as-written v12")).length, 0);
});

test("seeds: the examples of the thread on every driver", { skip }, async (t) => {
	const reports = await play_seed("002");
	const A = "04.0004 04.0047", B = "05.0004 05.0047", B54 = "05.0054", A54 = "04.0054";

	t.strictSame(guests(reports.get("v11-08-line-1451-as-meant v11")),
		[A, A, `${B} ${B54}`, `${A} ${B}`, A, A, A, "-"]);
	t.strictSame(guests(reports.get("v11-08-line-1451-as-meant v12")),
		[A, A, `${A} ${B}`, `${A} ${B}`, `${A} ${B}`, A, A, `${A} ${B}`]);
	for (const driver of ["v13", "v6.12"])
		t.strictSame(guests(reports.get(`v11-08-line-1451-as-meant ${driver}`)),
			[A, "-", `${B} ${B54}`, "-", "-", "-", "-", "-"], driver);
	t.strictSame(guests(reports.get("v11-08-line-1451-as-meant v6.0")),
		[A, "-", `${A} ${A54} ${B} ${B54}`, "-", "-", "-", "-", `${A} ${A54}`]);
	for (const { label } of laboratory.drivers()) {
		t.strictSame(differing(reports.get(`v11-08-line-24-as-meant ${label}`)), [], label);
		t.strictSame(differing(reports.get(`v11-08-line-24-as-written ${label}`)), ["7", "8", "10"], label);
	}
});

test("seeds: another host given in place of the assumed one", { skip }, async (t) => {
	const reports = await play_seed("002", "adapters 04 05 domains 0004 0047 0054");
	const B = "05.0004 05.0047 05.0054";

	t.strictSame(guests(reports.get("v11-08-line-1451-as-meant v6.12")),
		["04.0004 04.0047", "-", B, B, "-", "-", "-", "-"]);
	t.match(reports.get("v11-08-line-1451-as-meant v6.12")!.scenario.assumptions.join(), /given by --host/);
});

test("seeds: the example of v12 10/17 holds on every driver", { skip }, async (t) => {
	for (const [name, r] of await play_seed("003"))
		t.strictSame(differing(r), [], name);
});

/* In the process's own time, since others may have the processors. */
test("seeds: a mail is read, played on all drivers and explained within a second", { skip }, async (t) => {
	let best = Infinity;

	for (let i = 0; i < 3; i++) {
		const start = process.cpuUsage();

		for (const r of (await play_seed("002")).values())
			scenario_text(r.scenario, [r], []);
		const { user, system } = process.cpuUsage(start);
		best = Math.min(best, (user + system) / 1000);
	}
	t.comment(`${Math.round(best)} ms`);
	t.ok(best < 1000, "10 scenarios on 5 drivers");
});
