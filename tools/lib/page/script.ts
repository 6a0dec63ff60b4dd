// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scripts of pages: modules for a browser, made one text when a page is.
 */
import { build, stop, type BuildOptions, type BuildResult } from "esbuild";
import { ending } from "../cli/children.ts";
import { root } from "../texts/tree.ts";

let builds = 0;

/* esbuild works in a process of its own, which else ends only when it sees that we are gone. */
async function end_service(): Promise<void> {
	if (--builds === 0)
		await stop();
}

/**
 * bundle - a module and all that it imports, as one script
 * @entry: the module's source, from the top of the tree
 * @more: what else esbuild is to do
 *
 * Throws where anything of Node is left in it.
 */
export async function bundle(entry: string, more: BuildOptions = {}):
		Promise<BuildResult<{ write: false; metafile: true }>> {
	builds++;
	const result = await ending(stop, async () => build({
		...more,
		entryPoints: [`${root}${entry}`], bundle: true, write: false, metafile: true,
		format: "iife", target: "es2023", charset: "utf8", minify: true,
		legalComments: "none", logLevel: "silent",
	}).finally(end_service));
	const left = Object.values(result.metafile.outputs)
		.flatMap(({ imports }) => imports.filter((i) => i.external));

	if (left.length > 0)
		throw new Error(`${entry} needs ${left.map(({ path }) => path).join(", ")}, which no page has`);
	return result;
}

/** page_script - the script of a page; @entry: its module's source, from the top of the tree */
export async function page_script(entry: string): Promise<string> {
	return (await bundle(entry)).outputFiles[0]!.text.trim();
}
