// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the check found, as text: a line for each thing that differs, then a line for each file.
 */

import { port_name } from "./skeleton.ts";
import { agreement, type file_result, type finding, type function_result } from "./check.ts";
import type { port, port_result } from "./ports.ts";

/** How much of a file agrees. */
interface file_summary {
	/** Functions of the C file, and those of them the port has. */
	c_functions: number;
	ported: number;
	/** Tokens of the ported functions: on both sides, with a reason, without. */
	aligned: number;
	explained: number;
	unexplained: number;
	/** Findings without a reason. */
	findings: number;
}

/**
 * summarize - the figures of a file
 *
 * @file: the compared file
 */
function summarize(file: file_result): file_summary {
	const differences = file.functions.flatMap((fn) => fn.differences);
	const explained = differences.filter(({ reason }) => reason !== null).length;
	return {
		c_functions: file.c_functions,
		ported: file.functions.length,
		aligned: file.functions.reduce((sum, fn) => sum + fn.aligned, 0),
		explained,
		unexplained: differences.length - explained,
		findings: file.findings.filter(({ reason }) => reason === null).length,
	};
}

function port_path(port: port, file: file_result): string {
	return `${port.directory}/${port_name(file.c_file)}`;
}

function function_lines(path: string, c_file: string, fn: function_result): string[] {
	return fn.differences.filter(({ reason }) => reason === null).map((found) => {
		const where = `${path}:${found.port_line}: ${fn.name}`;
		return `${where}: ${found.token} is ${found.what} (${c_file}:${found.c_line})`;
	});
}

function finding_line(path: string, c_file: string, found: finding): string {
	const where = found.port_line === null ? path : `${path}:${found.port_line}`;
	const of_c = found.c_line === null ? "" : ` (${c_file}:${found.c_line})`;
	return `${where}: ${found.name ? `${found.name}: ` : ""}${found.what}${of_c}`;
}

/*
 * A port that is not claimed to be whole is not blamed, function by function, for what it
 * leaves out; its summary has the figure.
 */
function worth_a_line(found: finding, port: port): boolean {
	return found.reason === null && (port.whole || found.what !== "missing");
}

function difference_lines({ port, files }: port_result): string[] {
	return files.flatMap((file) => {
		const path = port_path(port, file);
		const findings = file.findings.filter((found) => worth_a_line(found, port));
		return [
			...findings.map((found) => finding_line(path, file.c_file, found)),
			...file.functions.flatMap((fn) => function_lines(path, file.c_file, fn)),
		];
	});
}

function percent(file: file_summary): string {
	const all = file.aligned + file.explained + file.unexplained;
	const good = file.aligned + file.explained;
	return `${(all === 0 ? 100 : 100 * good / all).toFixed(1)}%`;
}

function summary_cells(result: port_result, file: file_result): string[] {
	const summary = summarize(file);
	return [
		result.port.driver,
		file.c_file,
		`${summary.ported}/${summary.c_functions}`,
		String(summary.aligned),
		String(summary.explained),
		String(summary.unexplained),
		percent(summary),
	];
}

function table(rows: string[][]): string[] {
	const width = (column: number) => Math.max(...rows.map((row) => row[column].length));
	const widths = rows[0].map((_, column) => width(column));
	const pad = (cell: string, column: number) => (
		column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]));
	return rows.map((row) => row.map(pad).join("  "));
}

/**
 * text_report - what differs and how much agrees
 *
 * @results: the compared ports
 *
 * Return: the text, each line with its newline
 */
export function text_report(results: readonly port_result[]): string {
	const header = [
		"driver", "C file", "functions", "aligned", "explained", "differ", "agreement",
	];
	const rows = results.flatMap((result) => (
		result.files.map((file) => summary_cells(result, file))));
	const lines = [...results.flatMap(difference_lines), ...table([header, ...rows])];
	return lines.map((line) => `${line}\n`).join("");
}

/**
 * json_report - the same for programs: an object for each port, with every difference
 *
 * @results: the compared ports
 *
 * Return: JSON Lines
 */
export function json_report(results: readonly port_result[]): string {
	const plain = (key: string, value: unknown) => key === "rows" ? undefined : value;
	return results.map((result) => `${JSON.stringify(result, plain)}\n`).join("");
}

/**
 * falls_below - whether a port fails the check
 *
 * @result: the compared port
 * @limit: percent every function must agree by
 *
 * Return: true if a function agrees by less, is missing, surplus, misplaced or has the wrong
 * linkage, without a reason; never for a port that is not claimed to be whole
 */
export function falls_below({ port, files }: port_result, limit: number): boolean {
	return port.whole && files.some((file) => summarize(file).findings > 0
		|| file.functions.some((fn) => agreement(fn) < limit));
}
