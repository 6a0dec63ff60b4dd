// SPDX-License-Identifier: GPL-2.0-only
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { load_filter } from "../../../tools/bench/filters.ts";
import { exponent } from "../../../tools/bench/fit.ts";
import { kept_figures } from "../../../tools/bench/kept.ts";
import { median } from "../../../tools/bench/measure.ts";
import { driver_rows, native_rows } from "../../../tools/bench/native.ts";
import { scale_plot } from "../../../tools/bench/plot.ts";
import { exponents, markdown_report, text_report } from "../../../tools/bench/report.ts";
import type { row } from "../../../tools/bench/row.ts";
import { run_suites } from "../../../tools/bench/run.ts";
import { suites } from "../../../tools/bench/suites.ts";
import { real_oracle } from "../oracle/real_source.ts";

const EXECUTABLE = fileURLToPath(new URL("../../../tools/vfio-ap", import.meta.url));

for (const [name, load] of suites) {
	test(`bench ${name}: every subject yields figures in the smallest size`, async (t) => {
		const { subjects, run } = await load();

		for (const subject of subjects) {
			let figures = 0;

			for await (const { suite, driver, value, fold } of run(subject, "smoke")) {
				t.strictSame([suite, driver], [name, subject]);
				t.ok(Number.isFinite(value), `${subject}: ${value}`);
				t.ok(Number.isInteger(fold), `${subject}: folded ${fold}`);
				figures++;
			}
			t.ok(figures > 0, subject);
		}
	});
}

const SCALE: row[] = ["C", "v6.12"].flatMap((driver, i) => [4, 64, 4096].map((queues): row => ({
	suite: "scale", driver, case: `${queues} queues`, queues, value: (i + 1) * queues ** 1.5,
	unit: "ns", fold: 1,
})));
const scale = { ...await suites.get("scale")!() };

test("median: of an odd and an even number of values", async (t) => {
	t.equal(median([3, 1, 2]), 2);
	t.equal(median([4, 1, 2, 3]), 2.5);
});

test("exponent: of a power it is the power", async (t) => {
	t.match(exponent([[1, 7], [10, 700], [100, 70000]]).toFixed(6), "2.000000");
	t.strictSame([...exponents(SCALE)].map(([driver, k]) => [driver, k.toFixed(6)]),
		[["C", "1.500000"], ["v6.12", "1.500000"]]);
});

test("report: a time beside the native program's is a ratio first", async (t) => {
	const results = { suites: [scale], rows: SCALE, cc: true };

	t.match(text_report(results), /^64 queues +512 ns +2.0x \(1.02 us\)$/m);
	t.match(markdown_report(results), /^\| 64 queues \| 512 ns \| 2.0x \(1.02 us\) \|$/m);
});

test("report: several rounds give the median ratio and its spread", async (t) => {
	const rows = [1, 2, 3].flatMap((round) => SCALE.map((row): row =>
		({ ...row, round, value: row.value * (row.driver === "C" ? 1 : round) })));

	t.match(text_report({ suites: [scale], rows, cc: true }),
		/^64 queues +512 ns +4.0x 2.0-6.0 \(2.05 us\)$/m);
});

test("report: without a compiler the column says so", async (t) => {
	const rows = SCALE.filter(({ driver }) => driver !== "C");

	t.match(text_report({ suites: [scale], rows, cc: false }), /^64 queues +no cc +1.02 us$/m);
});

test("native: no compiler -> null; where there is one, the same cases as ours", async (t) => {
	t.equal(await native_rows("smoke", "no-such-compiler"), null);
	const native = await native_rows("smoke");

	if (native === null) {
		t.comment("no cc");
		return;
	}
	for (const name of ["bits", "filter", "scale"]) {
		const { subjects, run } = await suites.get(name)!();
		const ours: string[] = [];

		for await (const figure of run(subjects[0], "smoke"))
			ours.push(figure.case);
		t.strictSame(native.filter(({ suite }) => suite === name).map((row) => row.case),
			ours, name);
	}
});

const real = await real_oracle("v6.12");

test("native: the driver's own C has the cases of ours", { skip: real.skip }, async (t) => {
	if (real.skip !== false)
		return;
	const rows = await driver_rows(real.source, "smoke");

	t.ok(rows.every(({ driver, value }) => driver === "C" && value > 0));
	for (const name of ["filter", "scale", "sysfs", "hotplug", "probing"]) {
		const { run } = await suites.get(name)!();
		const ours = new Set<string>();

		for await (const figure of run("v6.12", "smoke"))
			if (!figure.case.endsWith("left SIE"))
				ours.add(figure.case);
		t.strictSame(new Set(rows.filter(({ suite }) => suite === name)
			.map((row) => row.case)), ours, name);
	}
});

test("plot: an SVG image with a line per driver", async (t) => {
	const svg = await scale_plot(SCALE);

	t.match(svg, /^<svg /);
	t.match(svg, /v6\.12/);
	t.equal(svg.match(/aria-roledescription="line mark container"/g)?.length, 2);
});

test("vfio-ap bench: what it cannot do -> 2", async (t) => {
	for (const [args, line] of [
		[["speed"], /^vfio-ap: unknown suite 'speed', expected one of bits, /],
		[["bits", "--driver", "v11"],
			/^vfio-ap: --driver v11: not measured here, expected one of include\//],
		[["--format", "xml"],
			/^vfio-ap: --format xml: no such format, expected one of text, /],
	] as const) {
		const { status, stderr } = spawnSync(EXECUTABLE, ["bench", ...args],
			{ encoding: "utf8" });

		t.equal(status, 2);
		t.match(stderr, line);
	}
});

test("bench: the driver after a patch, in each suite that measures drivers", async (t) => {
	const measured: string[] = [];

	for (const [name, load] of suites) {
		const { any_driver, run } = await load();

		if (any_driver === true)
			for await (const { value, driver } of run("v13@9", "smoke"))
				measured.push(`${name} ${driver} ${Number.isFinite(value)}`);
	}
	t.strictSame([...new Set(measured)],
		["filter", "sysfs", "hotplug", "probing", "scale", "replay", "explore", "memory"]
			.map((name) => `${name} v13@9 true`));
});

test("vfio-ap bench: what a driver does not do yet is no figure, and no failure", async (t) => {
	const { cc, suites: chosen, rows } = await run_suites({
		names: ["scale", "sysfs"], subjects: ["v13@3", "v13@9"], effort: "smoke",
		source: null, rounds: 1, kept: new kept_figures(null),
	});
	const text = text_report({ cc, suites: chosen, rows });

	t.match(text, /^v13@3: all: no filter function$/m);
	t.match(text, /^cost grows with queues to the power of:.* v13@9 -?\d/m);
	t.notMatch(text, /^all grows/m);
	t.match(text, /^assign and unassign an adapter, guest running +- +\d/m);
	t.match(text, /^the rest +- +-$/m);
	t.match(text, /^v13@3: the rest: no: write m assign_adapter 3 gives -16$/m);
});

test("figures that were kept are not measured again, but for what was cut off", async (t) => {
	const file = join(t.testdir(), "figures");
	const row: row = {
		suite: "scale", driver: "C", case: "64 queues", value: NaN, unit: "ns", fold: 1,
	};
	const measured: string[] = [];
	const run = async (): Promise<row[]> => {
		const kept = new kept_figures(file);
		const rows = (round: number, who: string) => kept.rows(round, who, async () => {
			measured.push(`${round} ${who}`);
			return [row];
		});

		return [...await rows(1, "C"), ...await rows(2, "C"), ...await rows(2, "limit")];
	};
	const all = await run();

	t.strictSame(all, [{ ...row, round: 1 }, { ...row, round: 2 }, { ...row, round: 2 }]);
	t.strictSame(await run(), all);
	t.strictSame(measured, ["1 C", "2 C", "2 limit"]);
	writeFileSync(file, readFileSync(file, "utf8").slice(0, -20));
	t.strictSame(await run(), all);
	t.strictSame(await run(), all);
	t.strictSame(measured.slice(3), ["2 limit"]);
	writeFileSync(file, "{}\n");
	await t.rejects(run(), { message: /figures:1: not what --checkpoint has written/ });
});

test("where nothing can be measured nothing is kept", async (t) => {
	const kept = new kept_figures(join(t.testdir(), "figures"));

	t.equal(await kept.rows(1, "limit", async () => null), null);
	t.strictSame(await kept.rows(1, "limit", async () => []), []);
});

const FILTERING = ["v11@8", "v11", "v13@9", "v13@13", "v14", "v18", "v6.0", "v6.12", "v6.12-masks"];

for (const label of FILTERING) {
	test(`filters: ${label}: what is bound passes, no adapter with a hole`, async (t) => {
		const make = (await load_filter(label))!;
		const holes = ["none", "first", "last"] as const;

		t.strictSame(holes.map((hole) => make(4, hole).run() >>> 28),
			[0b1111, 0b0111, 0b1110]);
	});
}

test("vfio-ap bench: JSON Lines of what was asked for", async (t) => {
	const { status, stdout } = spawnSync(EXECUTABLE,
		["bench", "filter", "--driver", "v6.12,v13@9", "--smoke", "--format", "json"],
		{ encoding: "utf8" });
	const rows = stdout.trimEnd().split("\n").map((line): row => JSON.parse(line));

	t.equal(status, 0);
	for (const label of ["v6.12", "v13@9"])
		t.ok(rows.some(({ driver }) => driver === label), label);
	t.ok(rows.every(({ suite }) => suite === "filter"));
});
