// SPDX-License-Identifier: GPL-2.0-only
/*
 * What each thread of trace check does: it takes one portion after the other, until none is left.
 */
import { setImmediate } from "node:timers/promises";
import { check_file } from "./check_file.ts";
import { no_outcome, type check_request, type file_outcome } from "./outcome.ts";
import type { portion } from "./portions.ts";

/**
 * struct work - what all threads share
 * @files: the names of all files
 * @taken: how many portions were taken so far, in shared memory
 */
export interface work {
	files: readonly string[];
	portions: readonly portion[];
	request: check_request;
	taken: Int32Array;
}

/**
 * struct report - a file was looked at
 * @file: its place in the list
 * @outcome: null: it cannot be used, which whoever reads this has to find out again
 */
export interface report {
	file: number;
	outcome: file_outcome | null;
}

async function outcome_of(file: string, request: check_request): Promise<file_outcome | null> {
	const outcome = no_outcome();

	try {
		await check_file(file, request, outcome);
		return outcome;
	} catch {
		return null;
	}
}

/** do_portions - what one thread does */
export async function do_portions(
	{ files, portions, request, taken }: work, tell: (told: report) => void,
): Promise<void> {
	const take = () => Atomics.add(taken, 0, 1);

	for (let next = take(); next < portions.length; next = take()) {
		for (const file of portions[next].files) {
			tell({ file, outcome: await outcome_of(files[file], request) });
			await setImmediate();		/* other threads' reports come meanwhile */
		}
	}
}
