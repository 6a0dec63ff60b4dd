// SPDX-License-Identifier: GPL-2.0-only
/*
 * The figures of Documentation/benchmarks.md, and the plot beside them.
 */
import { availableParallelism, cpus, totalmem } from "node:os";
import { kept_figures } from "../bench/kept.ts";
import { scale_plot } from "../bench/plot.ts";
import { markdown_report } from "../bench/report.ts";
import type { effort } from "../bench/row.ts";
import { run_rounds } from "../bench/run.ts";
import { suites } from "../bench/suites.ts";
import { missing_program } from "../crossread/tarball.ts";
import { plural } from "../lib/cli/plural.ts";
import { find_source, type kernel_source } from "../oracle/source.ts";
import { documents, type document } from "./document.ts";

function machine_text(effort: effort, rounds: number): string {
	const gib = Math.round(totalmem() / 2 ** 30);

	return `Measured ${new Date().toISOString().slice(0, 10)}, ${plural(rounds, "round")}, ` +
		`effort ${effort}: ` +
		`${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} processors, ` +
		`${gib} GiB, Node.js ${process.version}, ${process.platform} ${process.arch}.\n`;
}

/** ROUNDS - so many times, all suites in turn: ratios have a spread then */
export const ROUNDS = 5;

/* The driver's own C, where this machine has it. */
async function source_if_any(): Promise<kernel_source | null> {
	try {
		return await find_source("auto", "v6.12");
	} catch (error) {
		if (error instanceof missing_program)
			return null;
		throw error;
	}
}

/**
 * measured_documents - measure, and say after each round what the document and the plot should be
 * @checkpoint: the file in which figures are kept, if any
 */
export async function* measured_documents(
	effort: effort, checkpoint: string | null,
): AsyncGenerator<document[]> {
	let done = 0;
	const rounds = run_rounds({
		names: [...suites.keys()], subjects: [], effort, source: await source_if_any(),
		rounds: ROUNDS, kept: new kept_figures(checkpoint),
	});

	for await (const results of rounds) {
		done++;
		yield await documents([
			{
				path: "Documentation/benchmarks.md", name: "figures",
				make: () => `\n${machine_text(effort, done)}\n` +
					`${markdown_report(results)}\n`,
			},
			{
				path: "Documentation/benchmarks-scale.svg", name: null,
				make: () => scale_plot(results.rows),
			},
		]);
	}
}
