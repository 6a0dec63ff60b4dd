// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the tree is, and what runs of it. In a clone the sources run. In an installed package
 * JavaScript does that npm pack made of them (tools/build): dist/ has a file for each source,
 * every line and column in its place, and the sources beside it are only read.
 */
import { fileURLToPath } from "node:url";

/** is_built - whether what runs was built */
export const is_built: boolean = import.meta.url.endsWith(".js");

const RUNNING = new URL("../../../", import.meta.url).href;

/** root - the top of the tree */
export const root: string = fileURLToPath(new URL(is_built ? "../" : "./", RUNNING));

/** executable - the program vfio-ap itself */
export const executable: string = `${root}${is_built ? "dist/tools/bin.js" : "tools/vfio-ap"}`;

/**
 * module_url - what runs of a source file, or of a folder
 * @path: from the top of the tree
 */
export function module_url(path: string): string {
	return RUNNING + (is_built ? path.replace(/\.ts$/, ".js") : path);
}

/**
 * source_of - the source file that a stack, or a loader, calls by a URL
 *
 * Return: its path from the top of the tree; empty for what is elsewhere.
 */
export function source_of(url: string): string {
	const path = url.startsWith(RUNNING) ? url.slice(RUNNING.length).split("?")[0]! : "";

	return is_built ? path.replace(/\.js$/, ".ts") : path;
}

/** loader_args - what node is to be told so that it can run a module of ours */
export function loader_args(): string[] {
	return is_built ? [] : ["--import", module_url("tools/sources.mjs")];
}

/**
 * specifiers - a module's text with the names of the modules that it imports as they are here
 * @text: in which ".ts" ends the names of neighbours
 */
export function specifiers(text: string, built = is_built): string {
	return built ? text.replace(/(\b(?:from|import) |\bimport\()"(\.{1,2}\/[^"\n]+)\.ts"/g,
		'$1"$2.js"') : text;
}
