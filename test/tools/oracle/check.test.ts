// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recorded traces are reproduced by the driver's own C, and what is not in it is found.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test } from "tap";
import { trace_files } from "../../../tools/lib/trace/format.ts";
import { check_file } from "../../../tools/oracle/check.ts";
import { report_texts } from "../../../tools/oracle/known_texts.ts";
import { real_oracle } from "./real_source.ts";

const TRACES = fileURLToPath(new URL("../../traces/v6.12", import.meta.url));
const real = await real_oracle("v6.12");

test("every trace of v6.12 is what the C does", { skip: real.skip }, async (t) => {
	if (real.skip !== false)
		return;
	for (const file of trace_files([TRACES])) {
		const { traces, left_out, differences } = await check_file(real.oracle.program,
			file, "v6.12");

		t.ok(traces > 0, file);
		t.equal(left_out, 0);
		t.same(differences, []);
	}
});

test("a changed line is found, and traces of others are left out", { skip: real.skip },
		async (t) => {
	if (real.skip !== false)
		return;
	const text = readFileSync(join(TRACES, "last-adapter-removed.jsonl"), "utf8");
	const changed = join(t.testdir(), "changed.jsonl");

	writeFileSync(changed, text.replace('"rc":0,"lk":"g+ g-"', '"rc":0,"lk":"g+ m+ m- g-"'));
	t.match(await check_file(real.oracle.program, changed, "v6.12"),
		{ traces: 1, differences: [{ file: changed, line: 3 }] });
	t.match(await check_file(real.oracle.program, changed, "v7.3"),
		{ traces: 0, left_out: 1, differences: [] });
});

test("the text is known by the name git has for it", { skip: real.skip }, async (t) => {
	if (real.skip !== false)
		return;
	t.ok(report_texts(real.source).some(({ file, hash, what }) =>
		file === "vfio_ap_ops.c" && hash === "6157d420916a" &&
			what.startsWith("Linux 6.12")));
});
