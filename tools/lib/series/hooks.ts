// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks of the module loader: the files of drivers/s390/crypto/history/v13@8/ are those of v13
 * after its patch 8.
 */
import type { LoadHook, ResolveHook } from "node:module";
import { transform } from "esbuild";
import { parse_state, text_of_state } from "./states.ts";

const HISTORY = new URL("../../../drivers/s390/crypto/history/", import.meta.url).href;

/* The state and the file that a URL is of, if any. */
function made_file(url: string): [label: string, file: string] | null {
	const [label, file] = url.startsWith(HISTORY) ? url.slice(HISTORY.length).split("/") : [];

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
	const { code } = await transform(text_of_state(parse_state(label)!).get(file)!, {
		loader: "ts", target: "es2022", sourcefile: url, sourcemap: "inline",
		tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
	});

	return { format: "module", source: code, shortCircuit: true };
};
