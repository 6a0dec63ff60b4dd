// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a debugger has from debug info and looks up in the sources: a driver's functions, their
 * parameters, where they are from, and the text of a call.
 */
import { tree_file } from "../series/states.ts";
import { arguments_at, call_sites } from "./calls.ts";
import { source_of } from "./tree.ts";

/**
 * struct frame - a function of the driver on the stack
 * @file: its text, from the top of the tree
 * @url, @line, @column: where it is in what is run
 */
export interface frame {
	func: string;
	file: string;
	url: string;
	line: number;
	column: number;
}

/**
 * struct function_info - a function of a driver's text
 * @params: its parameters' names
 * @predicate: it answers yes or no
 * @writes_bits: it sets or clears bits of masks itself
 * @patch: the patch or release it is from, as its head says: "v11 08/14", or that of its file:
 *	   "Linux 6.12.117"
 * @id: that patch's Message-Id, or null
 */
export interface function_info {
	params: string[];
	predicate: boolean;
	writes_bits: boolean;
	patch: string;
	id: string | null;
}

/** DRIVER_FILE - the file in which a driver decides, by its path */
export const DRIVER_FILE = /\/vfio_ap_ops\.[jt]s$/;
const ORIGIN = /\bC: \S+, (v\d+ \d+\/\d+|Linux [\d.]*\d)(?: (<[^>]+>))?/;

const WRITES_BIT = /\b(?:set|clear)_bit_inv\(/;

const files = new Map<string, string | null>();
const texts = new Map<string, string>();
const calls = new Map<string, string[]>();
const infos = new Map<string, function_info | null>();

function text_of(file: string): string {
	let text = texts.get(file);

	if (text === undefined) {
		text = tree_file(file)!;
		texts.set(file, text);
	}
	return text;
}

/** The source of what runs, if it is a driver's; stacks are full of the same few names. */
function driver_file(url: string): string | null {
	let file = files.get(url);

	if (file === undefined) {
		file = DRIVER_FILE.test(url) ? source_of(url) : null;
		files.set(url, file);
	}
	return file;
}

/** driver_frames - the driver's functions on the stack, innermost first: at most two */
export function driver_frames(): frame[] {
	const frames: frame[] = [];

	for (const site of call_sites()) {
		const url = site.getFileName() ?? "";
		const file = driver_file(url);

		if (file === null)
			continue;
		frames.push({
			func: site.getFunctionName() ?? "", url, file,
			line: site.getLineNumber() ?? 0, column: site.getColumnNumber() ?? 0,
		});
		if (frames.length === 2)
			break;
	}
	return frames;
}

/**
 * read_function - what a text says of a function of its
 * @text: a file of a driver
 */
export function read_function(text: string, name: string): function_info | null {
	const at = new RegExp(`^(?:export )?function ${name}\\(`, "m").exec(text);

	if (at === null)
		return null;
	const head = text.slice(text.lastIndexOf("/**", at.index), at.index);
	const origin = ORIGIN.exec(head) ?? ORIGIN.exec(text);
	const open = at.index + at[0].length - 1;
	const end = text.indexOf("\n}\n", open);
	const body = text.slice(open, end < 0 ? undefined : end);

	return {
		params: arguments_at(text, open).map((param) => /^\w+/.exec(param)?.[0] ?? ""),
		predicate: /^[^{]*\): boolean \{/.test(body), writes_bits: WRITES_BIT.test(body),
		patch: origin?.[1] ?? "", id: origin?.[2] ?? null,
	};
}

/** function_of - a function as the source has it */
export function function_of({ file, func }: frame): function_info | null {
	const key = `${file} ${func}`;
	let info = infos.get(key);

	if (info === undefined) {
		info = read_function(text_of(file), func);
		infos.set(key, info);
	}
	return info;
}

/**
 * arguments_of - the texts of the arguments of the call that a function is in
 */
export function arguments_of(at: frame): string[] {
	const key = `${at.url}:${at.line}:${at.column}`;
	let args = calls.get(key);

	if (args === undefined) {
		args = read_arguments(at);
		calls.set(key, args);
	}
	return args;
}

/* Where types became blanks, what runs has every line and column of the source. */
function read_arguments({ file, line, column }: frame): string[] {
	const lines = text_of(file).split("\n").slice(line - 1);
	const text = [lines[0]!.slice(column - 1), ...lines.slice(1, 6)].join("\n");

	return arguments_at(text, text.indexOf("("));
}
