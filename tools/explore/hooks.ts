// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks of the module loader: they load the kernel so that its writes go into the journal.
 */
import type { LoadHook } from "node:module";
import { javascript } from "../lib/texts/javascript.ts";
import { source_of } from "../lib/texts/tree.ts";
import { instrumented } from "./instrument.ts";
import { is_noted } from "./marks.ts";

/** load - the loader's hook */
export const load: LoadHook = async (url, context, next) => {
	const loaded = await next(url, context);
	const path = source_of(url);

	if (!/^module\b/.test(loaded.format ?? "") || !is_noted(path))
		return loaded;
	/* Still TypeScript where Node strips types, and where tsx's hooks run after this one. */
	const text = javascript(String(loaded.source), path);

	return { ...loaded, format: "module", source: instrumented(text, path) };
};
