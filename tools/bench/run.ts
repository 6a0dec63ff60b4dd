// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs suites: a fresh process for each subject, one after the other.
 */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { driver_by_label } from "../../drivers/s390/crypto/history/index.ts";
import { start_child } from "../lib/cli/children.ts";
import { progress_line } from "../lib/cli/terminal.ts";
import { state_by_label } from "../lib/series/states.ts";
import { loader_args, module_url } from "../lib/texts/tree.ts";
import type { kernel_source } from "../oracle/source.ts";
import { with_value, type kept_figures } from "./kept.ts";
import { driver_rows, native_rows } from "./native.ts";
import type { effort, row, suite } from "./row.ts";
import { suites } from "./suites.ts";

const WORKER = fileURLToPath(module_url("tools/bench/worker.ts"));

/* What the native programs have, too. */
const NATIVE = ["bits", "filter", "scale"];
const DRIVER = ["filter", "scale", "sysfs", "hotplug", "probing"];

async function rows_of(
	suite: string, subject: string, effort: effort, tell: (row: row) => void,
): Promise<row[]> {
	const rows: row[] = [];
	const worker = start_child(process.execPath,
		[...loader_args(), WORKER, suite, subject, effort],
		{ stdio: ["ignore", "pipe", "inherit"] });
	const ended = new Promise<number | null>((resolve) => worker.on("close", resolve));

	for await (const line of createInterface(worker.stdout as Readable)) {
		rows.push(with_value(JSON.parse(line)));
		tell(rows.at(-1)!);
	}
	const status = await ended;

	if (status !== 0)
		throw new Error(`bench ${suite} of ${subject}: exit status ${status}`);
	return rows;
}

/**
 * struct results - what came of a run
 * @rows: the figures
 * @cc: whether there was a compiler for the native programs
 */
export interface results {
	suites: suite[];
	rows: row[];
	cc: boolean;
}

/**
 * struct request - what is to be measured
 * @names: the suites
 * @subjects: only these; all if empty
 * @source: the driver's own C, to be measured as well
 * @rounds: how often, all of it in turn
 * @kept: what was measured before
 */
export interface request {
	names: readonly string[];
	subjects: readonly string[];
	effort: effort;
	source: kernel_source | null;
	rounds: number;
	kept: kept_figures;
}

function wants(names: readonly string[], some: readonly string[]): boolean {
	return names.some((name) => some.includes(name));
}

/* The native programs' figures; null without a compiler. */
async function native_round(
	{ names, effort, source, kept }: request, round: number, progress: progress_line,
): Promise<row[] | null> {
	const rows: row[] = [];

	if (wants(names, DRIVER) && source !== null) {
		progress.update("the driver's C");
		rows.push(...await kept.rows(round, "C", () => driver_rows(source, effort)));
	}
	if (wants(names, NATIVE)) {
		progress.update("the imitation in C");
		const native = await kept.rows(round, "limit", () => native_rows(effort));

		if (native === null)
			return null;
		rows.push(...native);
	}
	return rows.filter(({ suite }) => names.includes(suite));
}

async function port_round(
	{ subjects, effort, kept }: request, round: number, chosen: readonly suite[],
	progress: progress_line,
): Promise<row[]> {
	const rows: row[] = [];
	const tell = (row: row): void =>
		progress.update(`round ${round}: ${row.suite}: ${row.driver}: ${row.case}`);

	for (const of of chosen)
		for (const subject of subjects_in(of, subjects))
			rows.push(...await kept.rows(round, `${of.name} ${subject}`,
				() => rows_of(of.name, subject, effort, tell)));
	return rows;
}

/* What a suite measures of what was asked for: all if nothing was. */
function subjects_in(
	{ subjects: all, any_driver }: suite, asked: readonly string[],
): readonly string[] {
	return asked.length === 0 ? all
		: asked.filter((subject) => all.includes(subject) || any_driver === true &&
			find_driver(subject));
}

/** find_driver - whether a label is a driver's, be it "v13@8" */
export function find_driver(label: string): boolean {
	return (driver_by_label(label) ?? state_by_label(label)) !== undefined;
}

/** run_rounds - measure; what there is after each round */
export async function* run_rounds(request: request): AsyncGenerator<results> {
	const progress = new progress_line();
	const chosen = await Promise.all(request.names.map((name) => suites.get(name)!()));
	const repeated = chosen.filter(({ once }) => once !== true);
	const rows: row[] = [];

	for (let round = 1; round <= request.rounds; round++) {
		const native = await native_round(request, round, progress);

		rows.push(...native ?? [], ...await port_round(
			request, round, round === 1 ? chosen : repeated, progress));
		progress.clear();
		yield { suites: chosen, rows, cc: native !== null };
	}
}

/** run_suites - measure */
export async function run_suites(request: request): Promise<results> {
	let last: results;

	for await (const results of run_rounds(request))
		last = results;
	return last!;
}
