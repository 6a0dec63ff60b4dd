// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks of the module loader: the files of drivers/s390/crypto/history/v13@8/ are those of v13
 * after its patch 8.
 */
import type { LoadHook, ResolveHook } from "node:module";
import { javascript } from "../texts/javascript.ts";
import { source_of } from "../texts/tree.ts";
import { parse_state, text_of_state } from "./states.ts";

const HISTORY = "drivers/s390/crypto/history/";

/* The state and the file that a URL is of, if any. */
function made_file(url: string): [label: string, file: string] | null {
	const path = source_of(url);
	const [label, file] = path.startsWith(HISTORY) ? path.slice(HISTORY.length).split("/") : [];

	return label?.includes("@") === true && file !== undefined ? [label, file] : null;
}

function url_of(specifier: string, parent: string | undefined): string {
	return specifier.startsWith("#") ? "" : URL.canParse(specifier, parent)
		? new URL(specifier, parent).href : "";
}

export const resolve: ResolveHook = async (specifier, context, next) => {
	const url = url_of(specifier, context.parentURL);

	return made_file(url) === null ? next(specifier, context)
		: { url, format: "module", shortCircuit: true };
};

export const load: LoadHook = async (url, context, next) => {
	const made = made_file(url);

	if (made === null)
		return next(url, context);
	const [label, file] = made;
	const text = text_of_state(parse_state(label)!).get(file)!;

	return { format: "module", source: javascript(text, url), shortCircuit: true };
};
