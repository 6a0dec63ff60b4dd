// SPDX-License-Identifier: GPL-2.0-only
/*
 * Figures as tables: a row per case, a column per subject; where the native
 * program did the same, its time and the ratio to it.
 */
import { markdown_table, text_table, type table } from "../lib/cli/table.ts";
import { exponent } from "./fit.ts";
import type { row, suite } from "./row.ts";
import type { results } from "./run.ts";

const SCALES: readonly [unit: string, ns: number][] = [["s", 1e9], ["ms", 1e6], ["us", 1e3], ["ns", 1]];

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

/* A time beside the native program's: the ratio first. */
function cell(row: row | undefined, native: row | undefined): string {
	if (row === undefined)
		return "-";
	if (native === undefined || row === native)
		return value_text(row);
	return `${ratio_text(row.value / native.value)}x (${value_text(row)})`;
}

function table_of(name: string, rows: readonly row[], cc: boolean): table {
	const cases = [...new Set(rows.map((r) => r.case))];
	const subjects = [...new Set(rows.map(({ driver }) => driver))];
	const at = new Map(rows.map((r) => [`${r.driver}\n${r.case}`, r]));
	const no_cc = !cc && (name === "bits" || name === "filter" || name === "scale");

	return {
		heading: ["", ...no_cc ? ["C"] : [], ...subjects],
		rows: cases.map((c) => [c, ...no_cc ? ["no cc"] : [],
			...subjects.map((s) => cell(at.get(`${s}\n${c}`), at.get(`C\n${c}`)))]),
	};
}

/* From here on a filter walks chains; below, there is hardly one in each. */
const FIT_FROM = 64;

/** exponents - per subject, how its cost grows with the number of queues */
export function exponents(rows: readonly row[]): Map<string, number> {
	const scale = rows.filter(({ suite }) => suite === "scale");

	return new Map([...new Set(scale.map(({ driver }) => driver))].map((driver): [string, number] => {
		const points = scale.filter((row) => row.driver === driver);
		const large = points.filter(({ queues }) => queues! >= FIT_FROM);

		return [driver, exponent((large.length > 1 ? large : points).map((p) => [p.queues!, p.value]))];
	}));
}

function exponent_lines(name: string, rows: readonly row[]): string[] {
	if (name !== "scale")
		return [];
	return [`cost grows with the number of queues to the power of: ${[...exponents(rows)]
		.map(([driver, k]) => `${driver} ${k.toFixed(2)}`).join(", ")}`];
}

function note_lines(rows: readonly row[]): string[] {
	return rows.filter(({ note }) => note !== undefined)
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
