// SPDX-License-Identifier: GPL-2.0-only
/*
 * The check that a port still reads line for line: its functions against a skeleton of the C.
 */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type aligned_row, align, type guide } from "./align.ts";
import { is_recorded_ternary } from "./equivalences.ts";
import type { driver_skeleton } from "./recorded.ts";
import { port_name } from "./skeleton.ts";
import type { skeleton_function } from "./skeleton.ts";
import { type port_file, ts_skeleton } from "./ts_skeleton.ts";

/** A token that only one side has, or the condition behind one that both have. */
interface difference {
	token: string;
	what: "not in the port" | "not in C" | "not of the same operators";
	c_line: number;
	/** 1-based: of the token, or of the port's token before the place where C has it. */
	port_line: number;
	/** The port's reason; null where it gives none. */
	reason: string | null;
	/** The operators of the port's condition, where it has one. */
	condition?: string;
}

/** A C function and its port, compared. */
export interface function_result {
	name: string;
	c_line: number;
	port_line: number;
	/** Tokens that stand side by side. */
	aligned: number;
	differences: difference[];
	/** The alignment itself. */
	rows: aligned_row[];
}

/** Something about a function as a whole. */
export interface finding {
	name: string;
	what: "missing" | "extra" | "out of order" | "static in C" | "not static in C"
		| "unreadable" | "explained otherwise than recorded, see npm run docs";
	c_line: number | null;
	port_line: number | null;
	reason: string | null;
}

/** A C file and its port, compared. */
export interface file_result {
	c_file: string;
	/** Functions the C file has. */
	c_functions: number;
	functions: function_result[];
	findings: finding[];
}

/** What a closing export line may be there for. */
const closing_reasons = /^(?:VISIBLE_IF_KUNIT|module_init|module_exit)\b/;

/**
 * agreement - how far a function agrees
 *
 * @fn: the compared function
 *
 * Return: percent: the tokens that are aligned or explained, of all
 */
export function agreement(fn: function_result): number {
	const all = fn.aligned + fn.differences.length;
	const bad = fn.differences.filter(({ reason }) => reason === null).length;
	return all === 0 ? 100 : 100 * (all - bad) / all;
}

/**
 * other_condition - whether a row has an if or a while with other operators on each side
 *
 * @row: the row
 */
export function other_condition({ c, port }: aligned_row): boolean {
	return c?.condition !== undefined && port?.condition !== undefined
		&& c.condition !== port.condition;
}

function what_differs({ c, port }: aligned_row): difference["what"] {
	if (c && port)
		return "not of the same operators";
	return c ? "not in the port" : "not in C";
}

/*
 * The differences among the rows, each with the lines at which it stands.
 */
function differences_in(
	rows: readonly aligned_row[],
	c_line: number,
	port_line: number,
): difference[] {
	const differences: difference[] = [];
	let last_c = c_line;
	let last_port = port_line;
	for (const row of rows.filter(({ outside }) => !outside)) {
		const { c, port, reason } = row;
		last_c = c?.line ?? last_c;
		last_port = port?.line ?? last_port;
		if (c && port && !other_condition(row))
			continue;
		differences.push({
			token: (c ?? port)!.text,
			what: what_differs(row),
			c_line: last_c,
			port_line: last_port,
			reason,
			...port?.condition === undefined ? {} : { condition: port.condition },
		});
	}
	return differences;
}

/**
 * check_function - compare one function
 *
 * @c: the C function
 * @port: the port's function of the same name
 * @reasons: the port's reasons by line
 * @by: what steers the alignment, see align()
 *
 * Return: the differences and how many tokens agree
 */
export function check_function(
	c: skeleton_function,
	port: skeleton_function,
	reasons: ReadonlyMap<number, string>,
	by?: guide,
): function_result {
	const c_tokens = c.tokens.filter((token) => !is_recorded_ternary(token.text));
	const rows = align(c_tokens, port, reasons, by).map((row) => other_condition(row)
		? { ...row, reason: reasons.get(row.port!.line) ?? null } : row);
	const differences = differences_in(rows, c.line, port.line);
	const aligned = rows.filter((row) => row.c && row.port && !other_condition(row)).length;
	return { name: c.name, c_line: c.line, port_line: port.line, aligned, differences, rows };
}

const short_form: { [what in difference["what"]]: string } = {
	"not in the port": "-", "not in C": "+", "not of the same operators": "~",
};

/**
 * explained_differences - what a port's reasons explain, in short
 *
 * @fn: the compared function
 *
 * Return: the tokens in order: "-a()" is not in the port, "+a()" not in C, "~if" has other
 * operators; the port's operators stand behind an if or a while
 */
export function explained_differences({ differences }: function_result): string[] {
	return differences.filter(({ reason }) => reason !== null)
		.map(({ what, token, condition }) => (
			short_form[what] + token + (condition ? ` ${condition}` : "")));
}

/*
 * The functions of the port that stand before one which C has before them. The longest run
 * that is in C's order stays unblamed.
 */
function out_of_order(places: readonly number[]): Set<number> {
	const length: number[] = [];
	const previous: number[] = [];
	let last = -1;
	places.forEach((place, i) => {
		length[i] = 1;
		previous[i] = -1;
		for (let k = 0; k < i; k++) {
			if (places[k] < place && length[k] + 1 > length[i]) {
				length[i] = length[k] + 1;
				previous[i] = k;
			}
		}
		if (last < 0 || length[i] > length[last])
			last = i;
	});
	const blamed = new Set(places.keys());
	for (let i = last; i >= 0; i = previous[i])
		blamed.delete(i);
	return blamed;
}

function order_findings(c: skeleton_function[], port: port_file): finding[] {
	const names = c.map((fn) => fn.name);
	const known = port.functions.filter((fn) => names.includes(fn.name));
	const blamed = out_of_order(known.map((fn) => names.indexOf(fn.name)));
	return known.filter((_, i) => blamed.has(i)).map((fn) => ({
		name: fn.name,
		what: "out of order",
		c_line: c[names.indexOf(fn.name)].line,
		port_line: fn.line,
		reason: port.reasons.lines.get(fn.line) ?? null,
	}));
}

function linkage_findings(c: skeleton_function, fn: skeleton_function, port: port_file) {
	const closing = port.closing_exports.get(fn.name);
	const exported = !fn.is_static || (closing !== undefined && !closing_reasons.test(closing));
	if (c.is_static !== exported)
		return [];
	const found: finding = {
		name: fn.name,
		what: c.is_static ? "static in C" : "not static in C",
		c_line: c.line,
		port_line: fn.line,
		reason: port.reasons.lines.get(fn.line) ?? null,
	};
	return [found];
}

function missing(c: skeleton_function, port: port_file): finding {
	const reason = port.reasons.left_out.get(c.name) ?? null;
	return { name: c.name, what: "missing", c_line: c.line, port_line: null, reason };
}

function extra(fn: skeleton_function, port: port_file): finding {
	const reason = port.reasons.lines.get(fn.line) ?? null;
	return { name: fn.name, what: "extra", c_line: null, port_line: fn.line, reason };
}

/**
 * check_file - compare the functions of a C file with its port's
 *
 * @c_file: the name of the C file
 * @c: its functions
 * @port: the port
 *
 * Return: each function both have, and what is to be said of the others
 */
export function check_file(c_file: string, c: skeleton_function[], port: port_file): file_result {
	const functions: function_result[] = [];
	const findings: finding[] = port.unreadable.map((port_line) => (
		{ name: "", what: "unreadable", c_line: null, port_line, reason: null }));
	for (const c_fn of c) {
		const fn = port.functions.find(({ name }) => name === c_fn.name);
		if (!fn) {
			findings.push(missing(c_fn, port));
			continue;
		}
		functions.push(check_function(c_fn, fn, port.reasons.lines));
		/* an inline function of a header is static in each file that includes it */
		if (!c_file.endsWith(".h"))
			findings.push(...linkage_findings(c_fn, fn, port));
	}
	for (const fn of port.functions) {
		if (!c.some(({ name }) => name === fn.name))
			findings.push(extra(fn, port));
	}
	findings.push(...order_findings(c, port));
	return { c_file, c_functions: c.length, functions, findings };
}

/**
 * check_directory - compare a directory of ports with a driver's skeleton
 *
 * @skeleton: the skeleton of the driver's C files
 * @directory: where the ports are: of foo.c, foo.ts
 *
 * Return: a result for each C file that is ported, in the skeleton's order
 */
export async function check_directory(
	skeleton: driver_skeleton,
	directory: string,
): Promise<file_result[]> {
	const results: file_result[] = [];
	for (const [c_file, functions] of skeleton.files) {
		const path = join(directory, port_name(c_file));
		if (!existsSync(path))
			continue;
		const port = await ts_skeleton(await readFile(path, "utf8"));
		results.push(check_file(c_file, functions, port));
	}
	return results;
}
