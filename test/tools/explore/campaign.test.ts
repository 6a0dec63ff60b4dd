// SPDX-License-Identifier: GPL-2.0-only
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type Test } from "tap";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import {
	begin_text, end_text, jobs_of, lines_text, merge, parse_lines, parse_part, shard_of,
	type campaign, type line, type plan,
} from "../../../tools/explore/campaign.ts";
import { main } from "../../../tools/explore/main.ts";
import { run_jobs } from "../../../tools/explore/pool.ts";
import { properties } from "../../../tools/explore/properties.ts";
import { ktap_text } from "../../../tools/explore/report.ts";
import { output_of } from "../output_of.ts";
import { parse_ktap } from "../replay/ktap_grammar.ts";
import { everything, results, shop, shown_of, without_effort } from "./fixture.ts";

/* Each counterexample takes as long as many walks. */
const FEW = ["within-host", "reset-before-reuse"];

test("random walks: a seed gives the same again, and a failure is small", async (t) => {
	const walk: Partial<plan> = {
		drivers: ["v6.0"], adapters: 4, domains: 4, mdevs: 2, walks: 5,
	};
	const lines = await results(walk);

	t.strictSame(await results(walk), lines);
	t.ok(shown_of(lines).length > 0);
	for (const c of shown_of(lines))
		t.ok(c.length <= 8, `${c.property} ${c.operation}: ${c.length} operations`);
});

test("three shards, merged, are one run", async (t) => {
	const p: plan = {
		...everything, drivers: ["v6.0", "v6.12"], walks: 20, properties: FEW,
	};
	const jobs = jobs_of(p);
	const whole = await shop.run(jobs, () => {});
	const shards = await Promise.all(
		[1, 2, 3].map((i) => shop.run(shard_of(jobs, i, 3), () => {})));
	const killed = parse_lines("2.jsonl", lines_text(shards[1]!.slice(0, 1)));
	const merged = merge([shards[0]!, killed, shards[1]!, shards[2]!]);

	t.ok(shown_of(whole).length > 1);
	t.strictSame(merged.map(without_effort), whole.map(without_effort));
	t.strictSame((await run_jobs(jobs, 2, () => {})).map(without_effort),
		whole.map(without_effort),
		"and so are two workers");
	t.throws(() => parse_lines("x.jsonl", "{}\n"), usage_error);
});

test("more states than there is memory for", async (t) => {
	await t.rejects(main(["--max-states", "20000000", "--faults"]),
		{ message: /too many for the operations/ });
});

const output = (t: Test, argv: string[]) => output_of(t, () => main(argv));

test("the command", async (t) => {
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-"));
	const small = [
		"--driver", "v6.0", "--adapters", "1", "--domains", "1", "--depth", "2",
		"--jobs", "1",
	];

	t.teardown(() => rmSync(folder, { recursive: true }));
	t.match(await output(t, ["--help"]), { code: 0, out: "usage: vfio-ap explore" });
	const json = await output(t, [...small, "--format", "json", "--output", folder]);

	t.equal(json.code, 1);
	t.equal(readdirSync(folder).length, shown_of(parse_part("out", json.out)!.lines).length);
	writeFileSync(join(folder, "1.jsonl"), json.out);
	t.match(await output(t, ["--merge", "--format", "json", join(folder, "1.jsonl")]), json);
	const { out } = await output(t, [...small, "--format", "ktap"]);

	t.equal(parse_ktap(out).length, properties.length);
	t.equal(ktap_text(parse_part("out", json.out)!.lines), out);
	t.match(await output(t, ["--driver", "v6.12", ...small.slice(2), "--ops", "create,open"]),
		{ code: 0 });
	t.match(await output(t, ["--driver", "v6.12", ...small.slice(2), "--ops",
		"create,assign_adapter,assign_domain"]), { code: 3 }, "two operations are a bound");
	for (const argv of [["--driver", "v5"], ["--adapters", "99"], ["--property", "x"],
		["--ops", "x"],
		["--shard", "4/3"], ["--merge"], ["--merge", "/dev/null"], ["x"],
		["--depth", "3", "--until-done"], ["--format", "xml"]])
		await t.rejects(main(argv), usage_error, argv.join(" "));
	await t.rejects(main(["--bogus"]), { code: "ERR_PARSE_ARGS_UNKNOWN_OPTION" });
});

test("a shard for which there is no job is finished", async (t) => {
	const argv = ["--driver", "v6.0", "--walks", "1", "--steps", "2", "--format", "json"];
	const { code, out } = await output(t, [...argv, "--shard", "2/2"]);

	t.equal(code, 0);
	t.match(out.trim().split("\n").map((row) => JSON.parse(row) as object),
		[{ result: "campaign", shard: [2, 2] }, { result: "end", shard: [2, 2] }]);
	t.match(parse_part("2.jsonl", out), { whole: true, lines: [] });
});

test("--merge: what does not fit together is refused, what is missing is listed", async (t) => {
	const plan: plan = { ...everything, drivers: ["v6.0"], walks: 20, properties: FEW };
	const jobs = jobs_of(plan);
	const text_of = (i: number, n: number, lines: line[], version = "1"): string => {
		const of: campaign = { result: "campaign", version, plan, shard: [i, n] };

		return begin_text(of) + lines_text(lines) + end_text(of);
	};
	const all = await shop.run(jobs, () => {});
	const lines_of = (i: number, n: number): line[] => {
		const numbers = new Set(shard_of(jobs, i, n).map((j) => j.number));

		return all.filter((l) => numbers.has(l.job));
	};
	const second = lines_of(2, 2);
	const [one, two] = [text_of(1, 2, lines_of(1, 2)), text_of(2, 2, second)];
	const whole = text_of(1, 1, all);
	const rows = two.split("\n");
	const merged = async (texts: string[], ...argv: string[]): Promise<string> => {
		const folder = t.testdir();
		const files = texts.map((text, i) => {
			writeFileSync(join(folder, `${i + 1}.jsonl`), text);
			return join(folder, `${i + 1}.jsonl`);
		});

		try {
			const { code, out } =
				await output(t, ["--merge", "--format", "json", ...argv, ...files]);

			return `${code} ${out}`;
		} catch (error) {
			if (!(error instanceof usage_error))
				throw error;
			return error.message.replaceAll(`${folder}/`, "");
		}
	};

	t.equal(await merged([two, one]), `1 ${whole}`);
	t.equal(await merged([one]),
		"--merge: shard 2 of 2 is missing, expected all of a campaign, or --partial");
	t.match(await merged([one, ""]), /2\.jsonl is empty; shard 2 of 2 is missing/);
	t.match(await merged([one, rows.slice(0, -2).join("\n")]),
		/shard 2 \(2\.jsonl\) is not finished/);
	for (const cut of [2, 5, 14])
		t.match(await merged([one, two.slice(0, -cut)]),
			/shard 2 \(2\.jsonl\) is not finished/, `cut by ${cut} bytes`);
	t.match(await merged([one, [rows[0], ...rows.slice(-2)].join("\n")]),
		/2 jobs have no result, such as 1/);
	t.match(await merged([one], "--partial"), /^3 \{"result":"campaign"/);
	t.match(await merged([one, text_of(2, 2, second, "2")]),
		/^2\.jsonl:1: another campaign than 1\.jsonl's/);
	t.match(await merged([one, two.replace('"seed":1', '"seed":2')]),
		/^2\.jsonl:1: another campaign/);
	t.match(await merged([one, text_of(2, 3, second)]), /^2\.jsonl:1: another campaign/);
	t.match(await merged([one, two.replace('"result":"walks"', '"result":"walk"')]),
		/^2\.jsonl:\d+: result "walk", expected/);
	t.match(await merged([one, two.replace('"transitions":', '"transitions":"x","y":')]),
		/^2\.jsonl:\d+: "transitions" of a/);
	t.match(await merged([one, two.slice(0, -60)]), /^2\.jsonl:\d+: not JSON/);
	t.match(await merged(['{"result":"space","job":1}\n']),
		/^1\.jsonl:1: it does not say of which campaign/);
});

test("more than --max-memory: said, and not complete", async (t) => {
	t.match(await output(t, ["--driver", "v6.12", "--max-memory", "1", "--jobs", "1",
		"--property", "links-sound"]),
		{ out: /NOT COMPLETE: --max-memory/ });
});
