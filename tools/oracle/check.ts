// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recorded traces against the C.
 */
import { isDeepStrictEqual } from "node:util";
import { read_text } from "../lib/cli/lines.ts";
import { run_program } from "./program.ts";

/**
 * struct difference - the first line of a trace that the C does otherwise
 * @line: in its file, from 1
 */
export interface difference {
	file: string;
	line: number;
	recorded: string;
	c: string;
}

/** struct file_outcome - a file of traces, and what the C made of it */
export interface file_outcome {
	traces: number;
	ops: number;
	left_out: number;
	differences: difference[];
}

interface recorded_trace {
	line: number;
	lines: string[];
}

function split_traces(text: string): recorded_trace[] {
	const traces: recorded_trace[] = [];

	for (const [i, line] of text.split("\n").entries()) {
		if (line.startsWith('{"trace"'))
			traces.push({ line: i + 1, lines: [] });
		if (line !== "")
			traces.at(-1)?.lines.push(line);
	}
	return traces;
}

function driver_of_header(line: string): string {
	return (JSON.parse(line) as { driver: string }).driver;
}

function same_line(a: string, b: string | undefined): boolean {
	return a === b || (b !== undefined && isDeepStrictEqual(JSON.parse(a), JSON.parse(b)));
}

function first_difference(
	file: string, recorded: recorded_trace, c: recorded_trace,
): difference | null {
	for (const [i, line] of recorded.lines.entries())
		if (!same_line(line, c.lines[i]))
			return {
				file, line: recorded.line + i, recorded: line,
				c: c.lines[i] ?? "nothing",
			};
	return null;
}

/** drivers_in - the drivers whose traces are in a file */
export function drivers_in(file: string): Set<string> {
	return new Set(split_traces(read_text(file))
		.map(({ lines }) => driver_of_header(lines[0])));
}

/**
 * check_file - compare the traces of a file with what the C does
 * @label: only those of this driver; null: all of them
 */
export async function check_file(
	program: string, file: string, label: string | null,
): Promise<file_outcome> {
	const all = split_traces(read_text(file));
	const chosen = all.filter(({ lines }) => label === null ||
		driver_of_header(lines[0]) === label);
	const answers = chosen.length === 0 ? [] : split_traces(await run_program(program,
		chosen.map(({ lines }) => `${lines.join("\n")}\n`).join("")));
	const differences = chosen.flatMap((recorded, i) =>
		first_difference(file, recorded, answers[i] ?? { line: 0, lines: [] }) ?? []);

	return {
		traces: chosen.length,
		ops: chosen.reduce((ops, { lines }) => ops + lines.length - 1, 0),
		left_out: all.length - chosen.length,
		differences,
	};
}
