// SPDX-License-Identifier: GPL-2.0-only
/*
 * Longer texts as they stand in archives, made up for these tests: how they are read, and what
 * the guests have on each driver.
 */
import { readFileSync } from "node:fs";
import { test } from "tap";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { read_inputs } from "../../../tools/lib/mail/input.ts";
import { read_mail, type reading } from "../../../tools/lib/mail/read.ts";
import { pick_drivers, play, type report } from "../../../tools/lib/play/play.ts";
import { parse_host_text } from "../../../tools/lib/scenario/parse.ts";
import { print_step } from "../../../tools/lib/scenario/print.ts";
import { main } from "../../../tools/replay/main.ts";

const DRIVERS = ["v11", "v12", "v13", "v6.0", "v6.12"];
await pick_drivers(DRIVERS.join());

function path_of(name: string): string {
	return new URL(`../../mails/${name}`, import.meta.url).pathname;
}

async function read(name: string): Promise<reading[]> {
	return read_mail(readFileSync(path_of(name)), name, null);
}

/** Every scenario of a text on every driver: reports by scenario's and driver's name. */
async function play_all(name: string, host: string | null = null): Promise<Map<string, report>> {
	const inputs = await read_inputs([path_of(name)],
		host === null ? null : parse_host_text(host));

	return new Map(inputs.flatMap((i) => i.scenarios).flatMap((s) =>
		DRIVERS.map((d): [string, report] =>
			[`${s.name} ${d}`, play(s, d, { explain: false })])));
}

function differing(r: report | undefined): string[] {
	return r!.steps.filter((st) => st.verdict === "differs" || st.verdict === "open")
		.map((st) => st.s.n);
}

/** The guest's queues behind each operation, from the guest's start on. */
function guests(r: report | undefined): string[] {
	const ops = r!.steps.filter((st) => st.s.body.kind === "op");
	const from = ops.findIndex((st) => st.s.body.kind === "op" && st.s.body.op[0] === "open");

	return ops.slice(from).map((st) => st.guest!.join(" ") || "-");
}

test("threads: every example is found once, with its quotations, and no line of one is unread",
		async (t) => {
	const list = await read("long-thread.txt");

	t.strictSame(list.map((r) => [r.first, r.last, r.again]),
		[[10, 53, [65]], [113, 184, []], [194, 206, []], [210, 251, []]]);
	for (const r of list)
		t.strictSame(r.counts.unread, [], `line ${r.first}`);
});

test("threads: the slips", async (t) => {
	const slips = (await read("long-thread.txt")).map((r) => r.slips.map((s) => s.text));

	t.strictSame(slips.map((s) => s.length), [1, 3, 0, 1]);
	t.match(slips[0]![0],
		/0b\.0005 is bound but never assigned, 0b\.0001 is assigned but never bound/);
	t.match(slips[1]![0],
		/step 10 \(line 146\) says domain 002f, the list on lines 147-155 has 0030/);
	t.match(slips[1]![1], /the reason names 0a\.0030.*assigned and not bound is 0a\.0031/);
	t.match(slips[1]![2], /the reason names 0b\.0030.*assigned and not bound is 0b\.0031/);
	t.match(slips[3]![0], /step 8 \(line 230\) says domain 002f/);
});

test("threads: the reviewer's example is v11's, the answer to it v12's, and neither without its slip mended", async (t) => {
	const reports = await play_all("long-thread.txt");

	t.strictSame(differing(reports.get("v11-08-line-210-as-meant v12")), []);
	for (const driver of DRIVERS) {
		t.strictSame(differing(reports.get(`v11-08-line-10-as-meant ${driver}`)), [],
			driver);
		t.strictSame(differing(reports.get(`v11-08-line-10-as-written ${driver}`)),
			["7", "8", "10"], driver);
		t.not(differing(reports.get(`v11-08-line-113-as-written ${driver}`)).length, 0,
			driver);
		if (driver !== "v11")
			t.not(differing(reports.get(`v11-08-line-113-as-meant ${driver}`)).length,
				0, driver);
	}
	t.strictSame(differing(reports.get("v11-08-line-113-as-meant v11")), []);
});

test("threads: what the guests have on each driver", async (t) => {
	const reports = await play_all("long-thread.txt");
	const of = (driver: string): string[] =>
		guests(reports.get(`v11-08-line-113-as-meant ${driver}`));
	const A = "0a.0001 0a.0002", B = "0b.0001 0b.0002", A31 = "0a.0031", B31 = "0b.0031";

	t.strictSame(of("v11"), [A, A, `${B} ${B31}`, `${A} ${B}`, A, A, A, "-"]);
	t.strictSame(of("v12"), [A, A, `${A} ${B}`, `${A} ${B}`, `${A} ${B}`, A, A, `${A} ${B}`]);
	for (const driver of ["v13", "v6.12"])
		t.strictSame(of(driver), [A, "-", `${B} ${B31}`, "-", "-", "-", "-", "-"], driver);
	t.strictSame(of("v6.0"),
		[A, "-", `${A} ${A31} ${B} ${B31}`, "-", "-", "-", "-", `${A} ${A31}`]);
});

test("threads: another host given in place of the assumed one", async (t) => {
	const reports = await play_all("long-thread.txt", "adapters 0a 0b domains 0001 0002 0031");
	const r = reports.get("v11-08-line-113-as-meant v6.12")!;
	const B = "0b.0001 0b.0002 0b.0031";

	t.strictSame(guests(r), ["0a.0001 0a.0002", "-", B, B, "-", "-", "-", "-"]);
	t.match(r.scenario.assumptions.join(), /given by --host/);
});

test("threads: the example of a posting", async (t) => {
	const [r, ...more] = await read("apcb-at-start.eml");

	t.strictSame(more, []);
	t.strictSame([r!.slips, r!.counts.unread], [[], []]);
	t.strictSame(r!.scenarios[0]!.statements.map(print_step), [
		"bound 0a.0003 0a.0011 0a.0024 0b.0003 0b.0011",
		"mdev m0 adapters 0a 0b domains 0003 0011 0024",
		"open m0 = ok", "guest m0 0a.0003 0a.0011 0a.0024",
		"filtered m0 adapter 0b because 0b.0024",
	]);
	for (const [name, report] of await play_all("apcb-at-start.eml"))
		t.strictSame(differing(report), [], name);
});

test("threads: a text without a scenario says so", async (t) => {
	t.strictSame(await read("without-scenario.txt"), []);
	await t.rejects(main([path_of("without-scenario.txt")]), usage_error);
});
