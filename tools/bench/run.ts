// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs suites: a fresh process for each subject, one after the other.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { progress_line } from "../lib/cli/terminal.ts";
import { native_rows } from "./native.ts";
import type { effort, row, suite } from "./row.ts";
import { suites } from "./suites.ts";

const WORKER = fileURLToPath(new URL("worker.ts", import.meta.url));
const TSX = import.meta.resolve("tsx");

/* What the native program has, too. */
const NATIVE = ["bits", "filter", "scale"];

async function* rows_of(suite: string, subject: string, effort: effort): AsyncGenerator<row> {
	const worker = spawn(process.execPath, ["--import", TSX, WORKER, suite, subject, effort],
		{ stdio: ["ignore", "pipe", "inherit"] });
	const ended = new Promise<number | null>((resolve) => worker.on("close", resolve));

	for await (const line of createInterface(worker.stdout))
		yield JSON.parse(line);
	const status = await ended;

	if (status !== 0)
		throw new Error(`bench ${suite} of ${subject}: exit status ${status}`);
}

/**
 * struct results - what came of a run
 * @rows: the figures
 * @cc: whether there was a compiler for the native program
 */
export interface results {
	suites: suite[];
	rows: row[];
	cc: boolean;
}

/**
 * run_suites - measure
 * @names: the suites
 * @subjects: only these; all if empty
 */
export async function run_suites(
	names: readonly string[], subjects: readonly string[], effort: effort,
): Promise<results> {
	const progress = new progress_line();
	const chosen = await Promise.all(names.map((name) => suites.get(name)!()));
	const rows: row[] = [];
	let cc = true;

	if (names.some((name) => NATIVE.includes(name))) {
		progress.update("the native program");
		const native = native_rows(effort);

		cc = native !== null;
		rows.push(...(native ?? []).filter(({ suite }) => names.includes(suite)));
	}
	for (const { name, subjects: all } of chosen) {
		for (const subject of all) {
			if (subjects.length !== 0 && !subjects.includes(subject))
				continue;
			for await (const row of rows_of(name, subject, effort)) {
				progress.update(`${name}: ${subject}: ${row.case}`);
				rows.push(row);
			}
		}
	}
	progress.clear();
	return { suites: chosen, rows, cc };
}
