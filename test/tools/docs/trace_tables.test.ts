// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync } from "node:fs";
import { test } from "tap";
import { load_driver } from "../../../tools/lib/lab/loader.ts";
import { parse_traces } from "../../../tools/lib/trace/format.ts";
import { check_trace } from "../../../tools/lib/trace/check.ts";

const TRACES_MD = readFileSync(new URL("../../../Documentation/traces.md", import.meta.url),
	"utf8");

test("traces.md: its example is what the driver does", async (t) => {
	const [, example] = /```\n(\{"trace"[^`]*)```/.exec(TRACES_MD)!;
	const [trace] = parse_traces("example", example!);

	await load_driver(trace!.header.driver);
	t.match(check_trace(trace!), { ops: 3, divergences: [] });
});
