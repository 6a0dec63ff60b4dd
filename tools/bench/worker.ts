// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process that measures one subject of one suite: a row of JSON per figure.
 */
import { refused } from "./machine.ts";
import type { effort, row } from "./row.ts";
import { suites } from "./suites.ts";

const [name, subject, effort] = process.argv.slice(2) as [string, string, effort];
const { run } = await suites.get(name)!();

function write(row: row): void {
	process.stdout.write(`${JSON.stringify(row)}\n`);
}

/* Who waits for rows has ended, and with it the use of them. */
process.stdout.on("error", () => process.exit());

try {
	for await (const row of run(subject, effort))
		write(row);
} catch (error) {
	if (!(error instanceof refused))
		throw error;
	write({
		suite: name, driver: subject, case: "the rest", value: NaN, unit: "ns", fold: 0,
		note: error.message,
	});
}
