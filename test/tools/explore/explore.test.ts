// SPDX-License-Identifier: GPL-2.0-only
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type Test } from "tap";
import { usage_error } from "../../../tools/cli/usage_error.ts";
import {
	jobs_of, lines_text, merge, parse_lines, run_job, shard_of, without_timing, type line, type plan,
} from "../../../tools/explore/campaign.ts";
import { main } from "../../../tools/explore/main.ts";
import { run_jobs } from "../../../tools/explore/pool.ts";
import { properties } from "../../../tools/explore/properties.ts";
import { ktap_text, report_text } from "../../../tools/explore/report.ts";
import { op_kinds, type op_kind } from "../../../tools/explore/space.ts";
import { laboratory } from "../../../tools/lab/lab.ts";
import { play_scenario } from "../../../tools/replay/run.ts";
import { parse_scenarios } from "../../../tools/scenario/parse.ts";
import { parse_ktap } from "../replay/ktap_grammar.ts";

type shown = Extract<line, { result: "counterexample" }>;

const LABELS = laboratory.drivers().map((d) => d.label);
const everything: plan = {
	drivers: ["v6.12"], adapters: 1, domains: 1, cdoms: 1, mdevs: 1, kinds: [...op_kinds],
	properties: properties.map((p) => p.name), faults: false, depth: Infinity, max_states: 100_000,
	stop_at_first: false, identify: true, walks: 0, block: 5, steps: 30, seed: 1,
};

function results(more: Partial<plan>): line[] {
	return jobs_of({ ...everything, ...more }).flatMap((j) => run_job(j, () => {}));
}

function shown_of(lines: line[]): shown[] {
	return lines.filter((l): l is shown => l.result === "counterexample");
}

function names_of(lines: line[]): string[] {
	return shown_of(lines).map((c) => `${c.property} ${c.operation}`);
}

function replays(t: Test, c: shown): void {
	for (const s of parse_scenarios(c.scenario, "shown.scn"))
		for (const d of laboratory.drivers())
			t.ok(play_scenario(s, d, laboratory).as_recorded,
				`${c.property} ${c.operation}: replay on ${d.label} comes out as the file says`);
}

/* The part of the operations that takes two adapters and two domains. */
const FILTERING: op_kind[] = [
	"create", "open", "assign_adapter", "assign_domain", "unassign_domain", "unbind", "host_domain",
];

/* What the bugs of v6.0 break, by the numbers of their fixes. */
const V6_0: [fix: string, finding: string][] = [
	["917f509bfb88", "apcb-is-shadow host_domain"], ["d50346801b4f", "no-oops host_domain"],
	["850fb7fa8c68", "queue-bound assign_domain"], ["16fb78cbf56e", "maximal assign_domain"],
	["f848cba767e5", "reset-before-reuse assign_domain"],
	["f009cfa46655", "reset-before-reuse unbind"], ["b9bd10c43456", "reset-before-reuse host_domain"],
];

void test("two adapters and domains on v6.0: the bugs that were fixed later", (t) => {
	const lines = results({ drivers: ["v6.0"], adapters: 2, domains: 2, cdoms: 0, kinds: FILTERING });
	const names = names_of(lines);

	t.match(lines[0], { result: "space", bound: null, crashes: 0 });
	for (const [fix, finding] of V6_0)
		t.ok(names.includes(finding), `${fix}: ${finding}`);
	t.notOk(lines.some((l) => l.result === "unconfirmed"));
	for (const c of shown_of(lines))
		replays(t, c);
	t.end();
});

void test("two adapters and domains on v6.12: none of these bugs", (t) => {
	const names = names_of(results({ adapters: 2, domains: 2, cdoms: 0, kinds: FILTERING }));

	for (const [fix, finding] of V6_0)
		t.notOk(names.includes(finding), `${fix}: no ${finding}`);
	t.strictSame(names.toSorted(), [
		"history-free host_domain", "links-sound unassign_domain", "maximal host_domain",
		"maximal unassign_domain",
	], "what is left is judged in Documentation/findings.md");
	t.end();
});

void test("control domains on v6.0 and v6.12", (t) => {
	const kinds: op_kind[] = ["create", "open", "assign_control_domain", "host_control"];
	const lines = results({ drivers: ["v6.0", "v6.12"], kinds });
	const b = shown_of(lines).filter((c) => c.property === "within-host" && c.operation === "host_control");

	t.strictSame(b.map((c) => [c.driver, c.length]), [["v6.0", 4]], "6b8a02e216f6: within-host, 4 operations");
	t.strictSame(shown_of(lines).filter((c) => c.driver === "v6.12"), []);
	t.end();
});

for (const driver of LABELS) {
	void test(`one of everything on ${driver}: the whole space`, (t) => {
		const lines = results({ drivers: [driver] });

		t.match(lines[0], { result: "space", driver, bound: null });
		t.notOk(lines.some((l) => l.result === "unconfirmed"), "a machine that boots shows each finding");
		if (driver === "v6.12")
			t.strictSame(names_of(lines), []);
		if (driver === "v11" || driver === "v12" || driver === "v13") {
			t.ok(names_of(lines).includes("links-sound assign_adapter"), "a queue is linked twice");
			t.ok(names_of(lines).includes("nothing-left unassign_adapter"), "a page stays pinned");
		}
		for (const c of shown_of(lines).slice(0, 4))
			replays(t, c);
		t.end();
	});
}

void test("a queue linked twice: the walk never ends", (t) => {
	for (const driver of ["v11", "v12", "v13"]) {
		const lines = results({
			drivers: [driver], adapters: 2, domains: 2, cdoms: 0,
			kinds: ["create", "open", "assign_adapter", "assign_domain"],
		});
		const hang = shown_of(lines).find((c) => c.property === "no-hang");

		t.ok(hang, `${driver} hangs`);
		t.match(hang?.actual, "hang");
		if (hang)
			replays(t, hang);
	}
	t.end();
});

void test("states that differ in names only are one, and nothing is lost", (t) => {
	const kinds: op_kind[] = ["create", "open", "assign_adapter", "assign_domain", "unbind", "bind"];
	const of = (identify: boolean): line[] =>
		results({ drivers: ["v6.0"], adapters: 2, domains: 2, cdoms: 0, kinds, identify });
	const [one, each] = [of(true), of(false)];

	t.strictSame(shown_of(one).map((c) => [c.property, c.operation, c.length]),
		shown_of(each).map((c) => [c.property, c.operation, c.length]));
	t.ok((one[0] as { states: number }).states < (each[0] as { states: number }).states / 2);
	t.end();
});

void test("history decides on v11 and v12", (t) => {
	const kinds: op_kind[] = ["create", "open", "assign_adapter", "assign_domain", "unbind", "bind"];

	for (const [driver, longest] of [["v11", 2 * 9], ["v12", 2 * 9]] as const) {
		const found = shown_of(results({ drivers: [driver], adapters: 2, domains: 2, cdoms: 0, kinds }))
			.find((c) => c.property === "history-free");

		t.ok(found !== undefined && found.length <= longest, `${driver}: ${found?.length} operations`);
		if (found)
			replays(t, found);
	}
	t.end();
});

void test("bounds are said", (t) => {
	const few = report_text(results({ max_states: 50 }));
	const shallow = report_text(results({ depth: 2 }));
	const first = results({ drivers: ["v6.0"], stop_at_first: true });

	t.match(few, "NOT COMPLETE: --max-states was reached");
	t.match(few, "0 counterexamples; the search is not complete");
	t.match(shallow, "longer ways than --depth were not tried");
	t.match(first[0], { bound: "first" });
	t.strictSame(new Set(shown_of(first).map((c) => c.length)), new Set([1]), "the shortest come first");
	t.end();
});

void test("faults: allocations and answers of the hardware", (t) => {
	const lines = results({
		faults: true, cdoms: 0,
		kinds: ["create", "open", "close", "assign_adapter", "assign_domain", "aqic_on", "reset", "unbind", "bind"],
	});

	t.match(lines[0], { bound: null });
	t.notOk(lines.some((l) => l.result === "unconfirmed"));
	for (const c of shown_of(lines))
		replays(t, c);
	t.end();
});

void test("random walks: a seed gives the same again, and a failure is small", (t) => {
	const walk: Partial<plan> = { drivers: ["v6.0"], adapters: 4, domains: 4, mdevs: 2, walks: 10 };
	const lines = results(walk);

	t.strictSame(results(walk), lines);
	t.ok(shown_of(lines).length > 0);
	for (const c of shown_of(lines))
		t.ok(c.length <= 8, `${c.property} ${c.operation}: ${c.length} operations`);
	t.end();
});

void test("three shards, merged, are one run", async (t) => {
	const p: plan = { ...everything, drivers: ["v6.0", "v6.12"], walks: 20 };
	const jobs = jobs_of(p);
	const whole = jobs.flatMap((j) => run_job(j, () => {}));
	const shards = [1, 2, 3].map((i) => shard_of(jobs, i, 3).flatMap((j) => run_job(j, () => {})));
	const killed = parse_lines("2.jsonl", lines_text(shards[1]!.slice(0, 1)));
	const merged = merge([shards[0]!, killed, shards[1]!, shards[2]!]);

	t.strictSame(merged.map(without_timing), whole.map(without_timing));
	t.strictSame((await run_jobs(jobs, 2, () => {})).map(without_timing), whole.map(without_timing),
		"and so are two workers");
	t.throws(() => parse_lines("x.jsonl", "{}\n"), usage_error);
});

async function output_of(t: Test, argv: string[]): Promise<{ code: number; out: string }> {
	const chunks = t.capture(process.stdout, "write", () => true);
	const code = await main(argv);
	const out = chunks().map(({ args }) => String((args as unknown[])[0])).join("");

	chunks.restore();
	return { code, out };
}

void test("the command", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-"));
	const small = ["--driver", "v6.0", "--adapters", "1", "--domains", "1", "--depth", "2", "--jobs", "1"];

	t.teardown(() => rmSync(folder, { recursive: true }));
	t.match(await output_of(t, ["--help"]), { code: 0, out: "usage: vfio-ap explore" });
	const json = await output_of(t, [...small, "--format", "json", "--output", folder]);

	t.equal(json.code, 1);
	t.equal(readdirSync(folder).length, shown_of(parse_lines("out", json.out)).length);
	writeFileSync(join(folder, "1.jsonl"), json.out);
	t.match(await output_of(t, ["--merge", "--format", "json", join(folder, "1.jsonl")]), json);
	const { out } = await output_of(t, [...small, "--format", "ktap"]);

	t.equal(parse_ktap(out).length, properties.length);
	t.equal(ktap_text(parse_lines("out", json.out)), out);
	t.match(await output_of(t, ["--driver", "v6.12", ...small.slice(2), "--ops", "create,open"]), { code: 0 });
	for (const argv of [["--driver", "v5"], ["--adapters", "99"], ["--property", "x"], ["--ops", "x"],
		["--shard", "4/3"], ["--merge"], ["--merge", "/nowhere"], ["x"], ["--bogus"],
		["--depth", "3", "--until-done"], ["--format", "xml"]])
		await t.rejects(main(argv), usage_error, argv.join(" "));
});
