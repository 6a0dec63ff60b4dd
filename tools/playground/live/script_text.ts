// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of tools/lib/texts/source_text.ts: what stands where in the one script that
 * runs, as bundle.ts found out when it built it.
 */
import { call_sites } from "../../lib/texts/calls.ts";
import type { frame as source_frame, function_info } from "../../lib/texts/source_text.ts";

/** A call that sets or clears a bit: where in its function it begins, and its last argument. */
export type known_call = [at: number, argument: string];

/**
 * A function of a driver: how far behind the last one it begins in the script and how long it is,
 * its name, its patch by its number in the list, its calls and, of one that answers yes or no, its
 * parameters' names.
 */
export type known_function = [
	gap: number, length: number, func: string, patch: number, calls: known_call[],
	params?: string[],
];

/**
 * struct script_texts - what stands where in the script
 * @functions: by the file they are in, those of drivers that decide
 * @patches: what patches, or releases, the functions are from
 */
export interface script_texts {
	functions: [file: string, list: known_function[]][];
	patches: [patch: string, id: string | null][];
}

/** struct frame - as source_text.ts's; @column: the place in the script */
export type frame = source_frame & { info: function_info };

/** struct placed_function - a function and where it is in the script, its end excluded */
interface placed_function {
	start: number;
	end: number;
	frame: Omit<frame, "column">;
}

let functions: placed_function[] = [];
let calls: ReadonlyMap<number, string> = new Map();
let own_script: string | null | undefined;

function* placed(texts: script_texts):
		Generator<[placed_function, known_call[]]> {
	let end = 0;

	for (const [file, list] of texts.functions) {
		for (const [gap, length, func, number, known, params] of list) {
			const start = end + gap;
			const [patch, id] = texts.patches[number]!;
			const predicate = params !== undefined;
			const info = {
				params: params ?? [], predicate, writes_bits: !predicate, patch, id,
			};
			const frame = { func, file, url: "", line: 1, info };

			end = start + length;
			yield [{ start, end, frame }, known];
		}
	}
}

/** use_texts - know a script's texts from now on; called by the script itself */
export function use_texts(texts: script_texts): void {
	const list = [...placed(texts)];

	functions = list.map(([func]) => func);
	calls = new Map(list.flatMap(([{ start }, known]) =>
		known.map(([at, argument]) => [start + at, argument] as const)));
	own_script = call_sites()[0]?.getScriptNameOrSourceURL();
}

/* The frame of a place in the script, none outside of the drivers. */
function frames_at(at: number): frame[] {
	const found = functions.find(({ start, end }) => start <= at && at < end);

	return found === undefined ? [] : [{ ...found.frame, column: at }];
}

/**
 * driver_frames - the driver's functions on the stack, innermost first; none where no engine tells
 */
export function driver_frames(): frame[] {
	return call_sites().flatMap((site) =>
		site.getScriptNameOrSourceURL() === own_script ?
			frames_at(site.getPosition()) : []);
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
