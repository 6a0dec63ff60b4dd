// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that programs write, in whole or between two markers.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { write_file } from "../lib/cli/output.ts";

const TOP = new URL("../../", import.meta.url);

/**
 * struct part - what is generated
 * @path: its file, from the top of the tree
 * @name: of its markers; null where the whole file is generated
 * @make: writes it
 */
export interface part {
	path: string;
	name: string | null;
	make(): string | Promise<string>;
}

/**
 * with_part - a text with one part of it made anew
 * @text: the text, with the markers "generated: NAME" and "end: NAME" in it
 * @name: of the markers
 * @body: what is to stand between them
 */
export function with_part(text: string, name: string, body: string): string {
	const [begin, end] = [`<!-- generated: ${name} -->\n`, `<!-- end: ${name} -->`];
	const [from, to] = [text.indexOf(begin), text.indexOf(end)];

	if (from < 0 || to < from)
		throw new Error(
			`no lines "${begin.trim()}" and "${end}" in the text, put them there`);
	return text.slice(0, from + begin.length) + body + text.slice(to);
}

/** struct document - a file as it is, and as it should be */
export interface document {
	path: string;
	is: string;
	should_be: string;
}

function current(path: string): string {
	const url = new URL(path, TOP);

	return existsSync(url) ? readFileSync(url, "utf8") : "";
}

/** documents - the files with these parts, once each */
export async function documents(parts: readonly part[]): Promise<document[]> {
	const texts = new Map<string, string>();

	for (const { path, name, make } of parts) {
		const text = texts.get(path) ?? current(path);
		const body = await make();

		texts.set(path, name === null ? body : with_part(text, name, body));
	}
	return [...texts].map(([path, should_be]) => ({ path, is: current(path), should_be }));
}

/** write_document - make a file what it should be */
export function write_document({ path, should_be }: document): void {
	write_file(fileURLToPath(new URL(path, TOP)), should_be);
}
