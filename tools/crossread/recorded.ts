// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recorded skeletons (test/skeletons): what is known of a C text where the text is not at hand.
 */

import { readFile } from "node:fs/promises";
import type { skeleton_function } from "./skeleton.ts";

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

interface recorded_driver {
	driver: string;
	files: { [c_file: string]: recorded_function[] };
}

function from_record({ name, static: is_static, line, skeleton }: recorded_function) {
	const tokens = skeleton.split(" ").filter((text) => text !== "");
	return {
		name,
		is_static,
		line,
		last_line: line,
		tokens: tokens.map((text) => ({ text, line })),
	};
}

/**
 * read_recorded - a recorded skeleton
 *
 * @path: its JSON file
 *
 * Return: the skeleton; every token has the line of its function
 */
export async function read_recorded(path: string): Promise<driver_skeleton> {
	const record = JSON.parse(await readFile(path, "utf8")) as recorded_driver;
	const files = new Map<string, skeleton_function[]>();
	for (const [c_file, functions] of Object.entries(record.files))
		files.set(c_file, functions.map(from_record));
	return { driver: record.driver, files };
}
