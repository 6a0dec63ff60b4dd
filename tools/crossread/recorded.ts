// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recorded skeletons (test/skeletons): what is known of a C text where the text is not at hand.
 */

import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { skeleton_function, skeleton_token } from "./skeleton.ts";

/** The skeleton of a driver: for each of its C files, the functions in order. */
export interface driver_skeleton {
	driver: string;
	files: Map<string, skeleton_function[]>;
}

interface recorded_function {
	name: string;
	static: boolean;
	line: number;
	skeleton: string;
}

/** A skeleton as it is recorded; conditions may stand with it or in a file of their own. */
export interface recorded_driver {
	driver: string;
	files: { [c_file: string]: recorded_function[] };
	conditions?: recorded_conditions;
}

/** By C file and function: the operators of each if and while, in order. */
type recorded_conditions = { [c_file: string]: { [name: string]: string[] } };

/*
 * The tokens of a function; @conditions is used up, one for each if and while.
 */
function tokens_from(skeleton: string, line: number, conditions: string[] | undefined) {
	const left = [...conditions ?? []];
	return skeleton.split(" ").filter((text) => text !== "").map((text): skeleton_token => {
		const condition = has_condition(text) ? left.shift() : undefined;
		return condition === undefined ? { text, line } : { text, line, condition };
	});
}

function from_record(record: recorded_function, conditions: string[] | undefined) {
	const { name, static: is_static, line, skeleton } = record;
	const tokens = tokens_from(skeleton, line, conditions);
	return { name, is_static, line, last_line: line, tokens };
}

async function read_conditions(path: string): Promise<recorded_conditions> {
	const text = await readFile(join(dirname(path), "conditions.json"), "utf8");
	return (JSON.parse(text) as { [skeleton: string]: recorded_conditions })[
		basename(path)] ?? {};
}

/**
 * has_condition - whether the operators of a token's condition are recorded
 *
 * @text: the token
 */
function has_condition(text: string): boolean {
	return text === "if" || text === "while";
}

/**
 * record_conditions - the operators of the conditions of a C file, for conditions.json
 *
 * @functions: the functions of the file
 *
 * Return: by function that has any, those of each if and while
 */
export function record_conditions(functions: readonly skeleton_function[]) {
	return Object.fromEntries(functions.flatMap(({ name, tokens }) => {
		const conditions = tokens.flatMap(({ condition }) => condition ?? []);
		return conditions.length > 0 ? [[name, conditions]] : [];
	}));
}

/** skeleton_of_record - a recorded skeleton that was read; every token has its function's line */
export function skeleton_of_record(
	{ driver, files: recorded, conditions = {} }: recorded_driver,
): driver_skeleton {
	const files = new Map<string, skeleton_function[]>();
	for (const [c_file, functions] of Object.entries(recorded)) {
		const of_file = conditions[c_file] ?? {};
		files.set(c_file, functions.map((fn) => from_record(fn, of_file[fn.name])));
	}
	return { driver, files };
}

/**
 * read_recorded - a recorded skeleton
 *
 * @path: its JSON file; conditions.json is beside it
 *
 * Return: the skeleton; every token has the line of its function
 */
export async function read_recorded(path: string): Promise<driver_skeleton> {
	const record = JSON.parse(await readFile(path, "utf8")) as recorded_driver;
	return skeleton_of_record({ ...record, conditions: await read_conditions(path) });
}
