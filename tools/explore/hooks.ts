// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks of the module loader: machines are loaded so that they keep the journal.
 */
import type { LoadHook } from "node:module";
import { instrumented } from "./instrument.ts";
import { is_noted } from "./marks.ts";

const ROOT = new URL("../../", import.meta.url).href;

/** load - the loader's hook */
export const load: LoadHook = async (url, context, next) => {
	const loaded = await next(url, context);
	const path = url.startsWith(ROOT) ? url.slice(ROOT.length).split("?")[0] : "";

	if (loaded.format !== "module" || !is_noted(path))
		return loaded;
	return { ...loaded, source: instrumented(String(loaded.source), path) };
};
