// SPDX-License-Identifier: GPL-2.0-only
/*
 * Documentation/benchmarks.md: its figures are replaced, what is said about them
 * stays.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { markdown_report } from "../bench/report.ts";
import type { effort } from "../bench/row.ts";
import type { results } from "../bench/run.ts";

const FOLDER = fileURLToPath(new URL("../../Documentation/", import.meta.url));
const DOCUMENT = `${FOLDER}benchmarks.md`;
const PLOT = `${FOLDER}benchmarks-scale.svg`;

const BEGIN = "<!-- figures: vfio-ap bench --write puts them here -->\n";
const END = "<!-- end of figures -->\n";

function machine_text(effort: effort): string {
	const gib = Math.round(totalmem() / 2 ** 30);

	return `Measured ${new Date().toISOString().slice(0, 10)}, effort ${effort}: ` +
		`${cpus()[0]?.model.trim() ?? "unknown processor"}, ${availableParallelism()} processors, ` +
		`${gib} GiB, Node.js ${process.version}, ${process.platform} ${process.arch}.\n`;
}

/**
 * write_document - put new figures into the document, and the plot beside it
 *
 * Suites that did not run this time are not in it any more.
 */
export async function write_document(results: results, effort: effort): Promise<void> {
	const text = readFileSync(DOCUMENT, "utf8");
	const from = text.indexOf(BEGIN) + BEGIN.length;
	const to = text.indexOf(END);

	if (results.rows.some(({ suite }) => suite === "scale")) {
		const { scale_plot } = await import("../bench/plot.ts");

		writeFileSync(PLOT, await scale_plot(results.rows));
	}
	writeFileSync(DOCUMENT, `${text.slice(0, from)}\n${machine_text(effort)}\n` +
		`${markdown_report(results)}\n${text.slice(to)}`);
}
