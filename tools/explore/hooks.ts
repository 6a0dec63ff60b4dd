// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks of the module loader: machines are loaded so that they keep the journal.
 */
import type { LoadHook } from "node:module";
import { transformSync } from "esbuild";
import { instrumented } from "./instrument.ts";
import { is_noted } from "./marks.ts";

const ROOT = new URL("../../", import.meta.url).href;

/* JavaScript, which it is already where tsx's hooks come before this one: not so from Node 22 on. */
function javascript(source: string, sourcefile: string): string {
	return transformSync(source, { loader: "ts", target: "es2022", sourcefile }).code;
}

/** load - the loader's hook */
export const load: LoadHook = async (url, context, next) => {
	const loaded = await next(url, context);
	const path = url.startsWith(ROOT) ? url.slice(ROOT.length).split("?")[0] : "";

	if (loaded.format !== "module" || !is_noted(path))
		return loaded;
	return { ...loaded, source: instrumented(javascript(String(loaded.source), path), path) };
};
