// SPDX-License-Identifier: GPL-2.0-only
import {
	cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "tap";
import { driver_of, load_driver } from "../../../tools/lib/lab/loader.ts";
import { machine_lab } from "../../../tools/lib/lab/lab.ts";
import {
	driver_text, patches_of, posting_of, text_after,
} from "../../../tools/lib/series/patches.ts";
import { parse_state, state_by_label, tree_file } from "../../../tools/lib/series/states.ts";
import { explore, judge } from "../../../tools/litmus/explore.ts";
import { parse_litmus } from "../../../tools/litmus/parse.ts";
import { check_series, why_unbuilt } from "../../../tools/series/check.ts";
import { edit } from "../../../tools/series/edit.ts";
import { list_text, no_patch_text } from "../../../tools/series/list.ts";
import { main } from "../../../tools/series/main.ts";
import { materialise } from "../../../tools/series/materialise.ts";
import { carry } from "../../../tools/series/refresh.ts";
import { output_of } from "../output_of.ts";
import { root } from "../../../tools/lib/texts/tree.ts";

test("labels: v13@8 is a driver, the same every time", async (t) => {
	t.strictSame(parse_state("v13@8"), { series: "v13", n: 8 });
	t.equal(parse_state("v13"), null);
	t.equal(driver_of("v13@08"), driver_of("v13@8"));
	t.match(state_by_label("v13@8"), {
		label: "v13@8", id: "<20201223011606.5265-9-akrowiak@linux.ibm.com>",
		predecessor: "v13@7",
	});
	t.throws(() => driver_of("v13@16"), /v13 has patches 1 to 15/);
	t.throws(() => driver_of("v19@3"), /patches of v19 are not here/);
	t.throws(() => driver_of("v99@3"), /no series of 'v99'/);
});

test("v13@0 is Linux 5.9, v13@15 the posting; a patch of the bus changes nothing", async (t) => {
	t.strictSame(text_after("v13", 0), driver_text(driver_of("v5.9")));
	t.strictSame(text_after("v13", 15), driver_text(posting_of("v13")));
	t.strictSame(text_after("v13", 10), text_after("v13", 9));
	t.equal(tree_file("drivers/s390/crypto/history/v13@9/vfio_ap_ops.ts"),
		text_after("v13", 9).get("vfio_ap_ops.ts"));
	t.equal(tree_file("drivers/s390/crypto/nothing.ts"), null);
});

test("states run beside one another; a crash names file and line of the state", async (t) => {
	const options = {
		host: { apxa: 1 as const, na: 255, nd: 255, apm: [4], aqm: [4], adm: [], old: [] },
		apmask: [], aqmask: [], memory: "zero" as const, low_memory: "fault" as const,
	};

	for (const [label, crash] of [["v13@2", "fault"], ["v13@4", null],
			["v13@3", "fault"]] as const) {
		const lab = new machine_lab(options, await load_driver(label));

		lab.load();
		t.equal(lab.run(["unbind", "04.0004"]).crash, crash, label);
		if (crash !== null)
			t.match(lab.crash,
				{ message: /null pointer: struct vfio_ap_queue, in match_apqn/ },
					label);
		lab.shutdown();
	}
});

test("the mail of 26 November 2020: a queue is stolen at v12@7, and no more at v12", async (t) => {
	const file = new URL("../../scenarios/litmus/queue-stolen-between-question-and-change.lit",
		import.meta.url);
	const [lit] = parse_litmus(readFileSync(file, "utf8"), file.pathname);

	for (const label of ["v12@7", "v12@10", "v12@11", "v12"]) {
		await load_driver(label);
		const claims = judge(lit!, explore(lit!, label));

		t.equal(claims.length, 2, label);
		t.ok(claims.every(({ verdict }) => verdict === "holds"), label);
	}
});

test("series: lists patches, those of the bus too", async (t) => {
	t.equal(list_text("v13").trimEnd().split("\n").length, 16);
	t.match(list_text("v13"), /^10\/15 {2}ap_bus\.c ap_bus\.h /m);
	t.match(no_patch_text("v12", 17), "changes vfio-ap.rst, nothing of the driver");
	await t.rejects(main(["v13", "16"]), /'16': v13 has patches 1 to 15/);
	await t.rejects(main(["v12", "0x1"]), /'0x1': v12 has patches 1 to 17/);
	await t.rejects(main(["v6.0"]), /patches of 'v6\.0' are not here/);
});

test("series --materialise: a folder for each text", async (t) => {
	const dir = mkdtempSync(join(tmpdir(), "series-"));

	materialise("v11", dir);
	t.equal(readdirSync(dir).length, 13);
	t.strictSame(readdirSync(join(dir, "v11@5")),
		["vfio_ap_drv.ts", "vfio_ap_ops.ts", "vfio_ap_private.h.ts"]);
	t.equal(readFileSync(join(dir, "v11@13/vfio_ap_ops.ts"), "utf8"),
		driver_text(posting_of("v11")).get("vfio_ap_ops.ts"));
	rmSync(dir, { recursive: true });
});

test("series --edit: an editor that changes nothing leaves all as it is", async (t) => {
	const before = patches_of("v12").map(({ path }) => readFileSync(path, "utf8"));

	process.env["EDITOR"] = "true";
	t.equal(edit("v12", 8), "");
	process.env["EDITOR"] = "false";
	t.throws(() => edit("v12", 8), /false ended with 1, nothing is changed/);
	t.strictSame(patches_of("v12").map(({ path }) => readFileSync(path, "utf8")), before);
});

/* A clone in which patches can be rewritten while others read the real ones. */
function clone(): string {
	const dir = mkdtempSync(join(tmpdir(), "series-"));

	for (const name of ["drivers", "include", "tools", "package.json", "tsconfig.json"])
		cpSync(join(root, name), join(dir, name), { recursive: true });
	symlinkSync(join(root, "node_modules"), join(dir, "node_modules"));
	return dir;
}

test("series --in: push, pop, and a refresh that goes through to the posting", async (t) => {
	const dir = clone();
	const w = join(dir, "w");
	const series = await import(pathToFileURL(join(dir, "tools/series/main.ts")).href) as
		{ main: typeof main };
	const run = async (...args: string[]): Promise<string> => {
		try {
			return (await output_of(t,
				() => series.main(["v13", ...args, "--in", w]))).out;
		} catch (error) {
			return (error as Error).message;
		}
	};
	const file = join(w, "vfio_ap_ops.ts");
	const change = (from: string, to: string): void => {
		const text = readFileSync(file, "utf8");

		t.ok(text.includes(from), from);
		writeFileSync(file, text.replace(from, to));
	};
	const posting = (): string => readFileSync(
		join(dir, "drivers/s390/crypto/history/v13/vfio_ap_ops.ts"), "utf8");

	t.equal(await run("--push"), `${w} has no text of v13; series v13 --edit N --in ${w} begins`);
	t.equal(await run("--edit", "8"), "v13@8\n");
	t.equal(await run("--push"), "v13@9\n");
	t.equal(await run("--push"), "v13@11\n");
	t.equal(await run("--pop"), "v13@9\n");
	t.equal(readFileSync(file, "utf8"), text_after("v13", 9).get("vfio_ap_ops.ts"));
	change("No queues, nothing to filter", "Without queues there is nothing to filter");
	t.match(await run("--pop"), /w was changed: --refresh puts that into v13 9, /);
	t.match(await run("--edit", "3"), /w was changed/);
	t.match(await run("--refresh"),
		/^drivers\S+\/series\/09-\S+\.patch\n[^]*drivers\S+\/history\/v13\n$/);
	t.match(posting(), "Without queues there is nothing to filter");
	t.equal(await run("--pop"), "v13@8\n");
	t.equal(await run("--push"), "v13@9\n");
	t.match(readFileSync(file, "utf8"), "Without queues there is nothing to filter");
	change("Without queues there is nothing to filter", "No queues, nothing to filter");
	await run("--refresh");
	t.equal(posting(), driver_text(posting_of("v13")).get("vfio_ap_ops.ts"));
	t.strictSame(patches_of("v13").map(({ path }) =>
		readFileSync(join(dir, path.slice(root.length)), "utf8")),
	patches_of("v13").map(({ path }) => readFileSync(path, "utf8")), "and back");
	rmSync(dir, { recursive: true });
});

test("carry: what is changed goes where the same lines are, and nowhere else", async (t) => {
	const text = (content: string): Map<string,
		string> => new Map([["vfio_ap_ops.ts", content]]);
	const lines = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
	const changed = carry(text(lines), text(lines.replace("four", "4")),
		text(`zero\n${lines}eight\n`));

	t.equal(changed.get("vfio_ap_ops.ts"), `zero\n${lines.replace("four", "4")}eight\n`);
	const other = text("one\nTWO\nthree\nFOUR\nfive\n");

	t.strictSame(carry(text(lines), text(lines.replace("four", "4")), other), other);
	const fn = (name: string, before: string): string =>
		`function ${name}(): void {\n\t${before};\n\tone();\n\tsame();\n\tend();\n}\n`;
	const rename = (content: string): string => content.replace("same", "other");

	t.strictSame(carry(text(fn("f", "a")), text(rename(fn("f", "a"))), text(fn("f", "b"))),
		text(rename(fn("f", "b"))), "with fewer lines around it");
	t.strictSame(carry(text(fn("f", "a")), text(rename(fn("f", "a"))), text(fn("g", "b"))),
		text(fn("g", "b")), "but in no other function");
});

test("series --check: a row for each text, and the way to what breaks between", async (t) => {
	const { table, examples, holds } = await check_series("v13");
	const documented =
		readFileSync(new URL("../../../Documentation/series.md", import.meta.url), "utf8");

	t.match(table, /^v13@7 +yes +yes +- +all 3 .*\bapcb-is-shadow! /m);
	t.match(examples,
		/^v13@7:\napcb-is-shadow: [^]*\n3\. echo 0 > assign_adapter\n[^]*the same on v13@7\.\n$/m);
	t.notOk(holds);
	t.ok(documented.includes(table), "npm run docs writes Documentation/series.md");
});

test("series --check: what does not build is no gap in the row", async (t) => {
	const texts = ["v12@4", "v12@14", "migration-v4@4", "v12@15"].map((label) => {
		const { series, n } = parse_state(label)!;

		return why_unbuilt(text_after(series, n));
	});

	t.match(texts, [/parenthesis/, /./, /vfio_ap_release_mig_files/, /^$/]);
});
