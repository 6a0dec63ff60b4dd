// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a debugger has from debug info and looks up in the sources: a driver's functions, their
 * parameters, where they are from, and the text of a call.
 */
import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import { root } from "../series/patches.ts";
import { tree_file } from "../series/states.ts";

/**
 * struct function_info - a function of a driver's text
 * @params: its parameters' names
 * @predicate: it answers yes or no
 * @patch: the patch or release it is from, as its head says: "v11 08/14", or that of its file:
 *	   "Linux 6.12.117"
 * @id: that patch's Message-Id, or null
 */
export interface function_info {
	params: string[];
	predicate: boolean;
	patch: string;
	id: string | null;
}

const ORIGIN = /\bC: \S+, (v\d+ \d+\/\d+|Linux [\d.]*\d)(?: (<[^>]+>))?/;

const texts = new Map<string, string>();
const calls = new Map<string, string[]>();
const infos = new Map<string, function_info | null>();

function text_of(url: string): string {
	let text = texts.get(url);

	if (text === undefined) {
		text = tree_file(fileURLToPath(url).slice(root.length))!;
		texts.set(url, text);
	}
	return text;
}

/** Behind an opening bracket: the text up to its end, split at the commas outside all others. */
function arguments_at(text: string, open: number): string[] {
	const list = [""];
	let depth = 0;

	for (const c of text.slice(open + 1)) {
		if (c === ")" && depth === 0)
			break;
		depth += "([{".includes(c) ? 1 : ")]}".includes(c) ? -1 : 0;
		if (c === "," && depth === 0)
			list.push("");
		else
			list.push(list.pop()! + c);
	}
	return list.map((arg) => arg.trim()).filter((arg) => arg !== "");
}

function read_function(text: string, name: string): function_info | null {
	const at = new RegExp(`^(?:export )?function ${name}\\(`, "m").exec(text);

	if (at === null)
		return null;
	const head = text.slice(text.lastIndexOf("/**", at.index), at.index);
	const origin = ORIGIN.exec(head) ?? ORIGIN.exec(text);
	const open = at.index + at[0].length - 1;

	return {
		params: arguments_at(text, open).map((param) => /^\w+/.exec(param)?.[0] ?? ""),
		predicate: /^[^{]*\): boolean \{/.test(text.slice(open)),
		patch: origin?.[1] ?? "", id: origin?.[2] ?? null,
	};
}

/**
 * function_of - a function as the source has it
 * @url: the source file
 */
export function function_of(url: string, name: string): function_info | null {
	const key = `${url} ${name}`;
	let info = infos.get(key);

	if (info === undefined) {
		info = read_function(text_of(url), name);
		infos.set(key, info);
	}
	return info;
}

/**
 * arguments_of - the texts of the arguments of a call
 * @url: the file, as a stack names it
 * @line, @column: the call's place in what is run, from 1
 *
 * Return: none if the place has no source.
 */
export function arguments_of(url: string, line: number, column: number): string[] {
	const key = `${url}:${line}:${column}`;
	let args = calls.get(key);

	if (args === undefined) {
		args = read_arguments(url, line, column);
		calls.set(key, args);
	}
	return args;
}

function read_arguments(url: string, line: number, column: number): string[] {
	const entry = findSourceMap(url)?.findEntry(line - 1, column - 1);

	if (entry === undefined || !("originalLine" in entry))
		return [];
	const lines = text_of(url).split("\n").slice(entry.originalLine);
	const text = [lines[0]!.slice(entry.originalColumn), ...lines.slice(1, 6)].join("\n");

	return arguments_at(text, text.indexOf("("));
}
