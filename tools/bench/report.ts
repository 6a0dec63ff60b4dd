// SPDX-License-Identifier: GPL-2.0-only
/*
 * Figures as tables: a row per case, a column per subject; where the driver's own C or our
 * imitation of it did the same, its time and the ratio to it.
 */
import { markdown_table, text_table, type table } from "../lib/cli/table.ts";
import { grouped } from "../lib/grouped.ts";
import { exponent } from "./fit.ts";
import { median } from "./measure.ts";
import type { row, suite } from "./row.ts";
import type { results } from "./run.ts";

const SCALES: readonly [unit: string, ns: number][] = [
	["s", 1e9], ["ms", 1e6], ["us", 1e3], ["ns", 1],
];

function time_text(ns: number): string {
	const [unit, scale] = SCALES.find(([, least]) => ns >= least) ?? SCALES.at(-1)!;

	const value = ns / scale;

	return `${value < 100 ? value.toPrecision(3) : Math.round(value)} ${unit}`;
}

function value_text({ value, unit }: row): string {
	if (Number.isNaN(value))
		return "-";
	switch (unit) {
	case "ns":
		return time_text(value);
	case "ms":
		return time_text(value * 1e6);
	case "MB":
		return `${value.toFixed(1)} MB`;
	case "ops/s":
		return `${Math.round(value).toLocaleString("en")} ops/s`;
	case "times":
		return String(value);
	}
}

function ratio_text(ratio: number): string {
	return ratio < 100 ? ratio.toPrecision(2) : String(Math.round(ratio));
}

/** The figures of a case that the same subject gave in all rounds. */
type figures = readonly row[];

function middle(rows: figures): row {
	return { ...rows[0], value: median(rows.map(({ value }) => value)) };
}

/* A figure beside C's of the same round, for each round that has both. */
function ratios(rows: figures, base: figures): number[] {
	return rows.flatMap(({ value, unit, round }) => {
		const beside = base.find((row) => row.round === round);

		return beside === undefined || unit === "times"
			? [] : [in_ns(value, unit) / in_ns(beside.value, beside.unit)];
	});
}

function in_ns(value: number, unit: row["unit"]): number {
	return unit === "ms" ? value * 1e6 : value;
}

function spread_text(of_rounds: readonly number[]): string {
	return of_rounds.length < 2 ? "" :
		` ${ratio_text(Math.min(...of_rounds))}-${ratio_text(Math.max(...of_rounds))}`;
}

/* A time beside C's: the ratio first, with its spread over the rounds. */
function cell(rows: figures | undefined, base: figures | undefined): string {
	if (rows === undefined)
		return "-";
	const of_rounds = base === undefined || rows === base ? [] : ratios(rows, base);

	if (of_rounds.length === 0)
		return value_text(middle(rows));
	return `${ratio_text(median(of_rounds))}x${spread_text(of_rounds)} (${value_text(middle(rows))})`;
}

/* What times are compared with: the driver's own C, else our imitation of it. */
function base_of(rows: readonly row[]): string {
	return rows.some(({ driver }) => driver === "C") ? "C" : "limit";
}

function table_of(name: string, rows: readonly row[], cc: boolean): table {
	const cases = [...new Set(rows.map((r) => r.case))];
	const subjects = [...new Set(rows.map(({ driver }) => driver))];
	const at = grouped(rows, (r) => `${r.driver}\n${r.case}`);
	const base = base_of(rows);
	const no_cc = !cc && (name === "bits" || name === "filter" || name === "scale");

	return {
		heading: ["", ...no_cc ? ["limit"] : [], ...subjects],
		rows: cases.map((c) => [c, ...no_cc ? ["no cc"] : [],
			...subjects.map(
				(s) => cell(at.get(`${s}\n${c}`), at.get(`${base}\n${c}`)))]),
	};
}

/* From here on a filter walks chains; below, there is hardly one in each. */
const FIT_FROM = 64;

/** exponents - per subject, how its cost grows with the number of queues */
export function exponents(rows: readonly row[]): Map<string, number> {
	const timed = rows.filter(({ unit, queues }) => unit !== "times" && queues !== undefined);

	return new Map([...grouped(timed, ({ driver }) => driver)]
			.map(([driver, points]): [string, number] => {
		const large = points.filter(({ queues }) => queues! >= FIT_FROM);
		const used = new Set(large.map(({ queues }) => queues)).size > 1 ? large : points;

		return [driver, exponent(used.map((p) => [p.queues!, in_ns(p.value, p.unit)]))];
	}));
}

/* The suites whose cases are sizes of the same thing. */
const GROWING = ["scale", "probing"];

function exponent_lines(name: string, rows: readonly row[]): string[] {
	if (!GROWING.includes(name))
		return [];
	const sized = rows.filter(({ queues }) => queues !== undefined);

	return [...grouped(sized, (row) => row.case.replace(/^\d+x\d+(?:, )?/, ""))]
		.filter(([, of_kind]) => of_kind[0].unit !== "times")
		.map(
			(
				[kind,
					of_kind]) => `${kind === "" ? "cost" : kind} grows with queues to the power of: ` +
			[...exponents(of_kind)].map(([driver, k]) => `${driver} ${k.toFixed(2)}`)
				.join(", "));
}

function note_lines(rows: readonly row[]): string[] {
	return rows.filter(({ note, round = 1 }) => note !== undefined && round === 1)
		.map(({ driver, case: name, note }) => `${driver}: ${name}: ${note}`);
}

/* All results folded once more: what is printed cannot have been left out. */
function fold_line(rows: readonly row[]): string {
	return `folded: ${rows.reduce((fold, row) => Math.imul(fold, 31) + row.fold | 0, 0) >>> 0}`;
}

function sections({ suites, rows, cc }: results,
	section: (suite: suite, table: table, lines: string[]) => string,
): string {
	return suites.map((suite) => {
		const own = rows.filter((row) => row.suite === suite.name);

		return section(suite, table_of(suite.name, own, cc),
			[...exponent_lines(suite.name, own), ...note_lines(own), fold_line(own)]);
	}).join("\n");
}

export function text_report(results: results): string {
	return sections(results, ({ name, about }, table, lines) =>
		`${name}: ${about}\n${text_table(table)}${lines.map((line) => `${line}\n`).join("")}`);
}

export function markdown_report(results: results): string {
	return sections(results, ({ name, about }, table, lines) =>
		`## ${name}\n\n${about[0].toUpperCase()}${about.slice(1)}.\n\n${markdown_table(table)}\n` +
		lines.map((line) => `- ${line}\n`).join(""));
}

export function json_report({ rows }: results): string {
	return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
}
