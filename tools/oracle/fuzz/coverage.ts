// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which lines of the driver's C were executed, from gcov's counts.
 */
import { join } from "node:path";
import { missing_program } from "../../crossread/tarball.ts";
import { run_child, type child_result } from "../../lib/cli/children.ts";

/**
 * struct function_coverage
 * @missed: numbers of the lines that were not executed
 */
interface function_coverage {
	name: string;
	lines: number;
	missed: number[];
}

/** struct file_coverage - a C file of the driver */
export interface file_coverage {
	file: string;
	functions: function_coverage[];
}

interface gcov_line {
	line_number: number;
	function_name?: string;
	count: number;
}

interface gcov_report {
	files: { file: string; lines: gcov_line[] }[];
}

function functions_of(lines: readonly gcov_line[]): function_coverage[] {
	const functions = new Map<string, function_coverage>();

	for (const { line_number, function_name, count } of lines) {
		if (function_name === undefined)
			continue;
		const fn = functions.get(function_name) ??
			{ name: function_name, lines: 0, missed: [] };

		functions.set(function_name, fn);
		fn.lines++;
		if (count === 0)
			fn.missed.push(line_number);
	}
	return [...functions.values()];
}

async function gcov(counts: string): Promise<child_result> {
	try {
		return await run_child("gcov", ["--json-format", "--stdout", counts]);
	} catch {
		throw new missing_program("coverage needs the program gcov (Debian: gcc)");
	}
}

/**
 * read_coverage - the counts that a program left where it was built
 * @folder: where
 * @name: the C file, without ".c"
 */
export async function read_coverage(folder: string, name: string): Promise<file_coverage> {
	const { status, stdout, stderr } = await gcov(join(folder, `${name}.gcda`));

	if (status !== 0)
		throw new Error(`gcov ${name}: ${stderr}`);
	const { files } = JSON.parse(stdout) as gcov_report;
	const own = files.find(({ file }) => file.endsWith(`/${name}.c`));

	return { file: `${name}.c`, functions: functions_of(own?.lines ?? []) };
}

/** coverage_text - the share of the lines, and those that were missed */
export function coverage_text({ file, functions }: file_coverage): string {
	const lines = functions.reduce((sum, fn) => sum + fn.lines, 0);
	const missed = functions.reduce((sum, fn) => sum + fn.missed.length, 0);
	const rows = functions.filter((fn) => fn.missed.length > 0)
		.map((fn) => `  ${fn.name}: ${fn.missed.length} of ${fn.lines} missed, ` +
			`line${fn.missed.length > 1 ? "s" : ""} ${fn.missed.join(" ")}\n`);

	return `${file}: ${lines - missed} of ${lines} lines executed ` +
		`(${(100 * (lines - missed) / lines).toFixed(1)} %), in ${functions.length} functions\n${rows.join("")}`;
}
