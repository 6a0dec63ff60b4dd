// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of tools/lib/texts/source_text.ts: what stands where in the one script that
 * runs, as bundle.ts found out when it built it.
 */
import { call_sites } from "../../lib/texts/calls.ts";
import type { frame as source_frame, function_info } from "../../lib/texts/source_text.ts";

/**
 * A function of a driver: where it begins in the script and how long it is, its name, its patch by
 * its number in the list, and, of one that answers yes or no, its parameters' names.
 */
export type known_function = [start: number, length: number, func: string, patch: number,
	params?: string[]];

/**
 * struct script_texts - what stands where in the script
 * @functions: by the file they are in, those of drivers that decide
 * @patches: what patches, or releases, the functions are from
 * @calls: the last argument of calls that set or clear a bit, by where these begin
 */
export interface script_texts {
	functions: [file: string, list: known_function[]][];
	patches: [patch: string, id: string | null][];
	calls: [at: number, argument: string][];
}

/** struct frame - as source_text.ts's; @column: the place in the script */
export type frame = source_frame & { info: function_info };

let known: script_texts = { functions: [], patches: [], calls: [] };
let calls: ReadonlyMap<number, string> = new Map();
let own_script: string | null | undefined;

/** use_texts - know a script's texts from now on; called by the script itself */
export function use_texts(texts: script_texts): void {
	known = texts;
	calls = new Map(texts.calls);
	own_script = call_sites()[0]?.getScriptNameOrSourceURL();
}

/* The frame of a place in the script, none outside of the drivers. */
function frames_at(at: number): frame[] {
	for (const [file, list] of known.functions) {
		const found = list.find(([start, length]) => start <= at && at < start + length);

		if (found === undefined)
			continue;
		const [, , func, number, params] = found;
		const [patch, id] = known.patches[number]!;

		return [{
			func, file, url: "", line: 1, column: at,
			info: { params: params ?? [], predicate: params !== undefined, patch, id },
		}];
	}
	return [];
}

/**
 * driver_frames - the driver's functions on the stack, innermost first; none where no engine tells
 */
export function driver_frames(): frame[] {
	return call_sites().flatMap((site) =>
		site.getScriptNameOrSourceURL() === own_script ? frames_at(site.getPosition())
			: []);
}

/** function_of - a function as the source has it */
export function function_of({ info }: frame): function_info {
	return info;
}

/**
 * arguments_of - the last argument of the call that a function is in, which is all that is asked
 * for
 */
export function arguments_of({ column }: frame): string[] {
	const argument = calls.get(column);

	return argument === undefined ? [] : [argument];
}
