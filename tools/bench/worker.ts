// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process that measures one subject of one suite: a row of JSON per figure.
 */
import type { effort } from "./row.ts";
import { suites } from "./suites.ts";

const [name, subject, effort] = process.argv.slice(2) as [string, string, effort];
const { run } = await suites.get(name)!();

for await (const row of run(subject, effort))
	process.stdout.write(`${JSON.stringify(row)}\n`);
