// SPDX-License-Identifier: GPL-2.0-only
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type Test } from "tap";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import {
	jobs_of, lines_text, merge, parse_lines, shard_of, without_effort, type plan,
} from "../../../tools/explore/campaign.ts";
import { main } from "../../../tools/explore/main.ts";
import { run_jobs } from "../../../tools/explore/pool.ts";
import { properties } from "../../../tools/explore/properties.ts";
import { ktap_text } from "../../../tools/explore/report.ts";
import { parse_ktap } from "../replay/ktap_grammar.ts";
import { everything, results, shop, shown_of } from "./fixture.ts";

void test("random walks: a seed gives the same again, and a failure is small", async (t) => {
	const walk: Partial<plan> = { drivers: ["v6.0"], adapters: 4, domains: 4, mdevs: 2, walks: 10 };
	const lines = await results(walk);

	t.strictSame(await results(walk), lines);
	t.ok(shown_of(lines).length > 0);
	for (const c of shown_of(lines))
		t.ok(c.length <= 8, `${c.property} ${c.operation}: ${c.length} operations`);
});

void test("three shards, merged, are one run", async (t) => {
	const p: plan = { ...everything, drivers: ["v6.0", "v6.12"], walks: 20 };
	const jobs = jobs_of(p);
	const whole = await shop.run(jobs, () => {});
	const shards = await Promise.all([1, 2, 3].map((i) => shop.run(shard_of(jobs, i, 3), () => {})));
	const killed = parse_lines("2.jsonl", lines_text(shards[1]!.slice(0, 1)));
	const merged = merge([shards[0]!, killed, shards[1]!, shards[2]!]);

	t.strictSame(merged.map(without_effort), whole.map(without_effort));
	t.strictSame((await run_jobs(jobs, 2, () => {})).map(without_effort), whole.map(without_effort),
		"and so are two workers");
	t.throws(() => parse_lines("x.jsonl", "{}\n"), usage_error);
});

void test("more states than there is memory for", async (t) => {
	await t.rejects(main(["--max-states", "20000000", "--faults"]),
		{ message: /too many for the operations/ });
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
