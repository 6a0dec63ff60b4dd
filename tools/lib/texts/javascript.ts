// SPDX-License-Identifier: GPL-2.0-only
import { transformSync } from "@swc/wasm-typescript";
import { specifiers } from "./tree.ts";

/**
 * javascript - a module without its types
 * @source: in TypeScript, or in JavaScript already
 * @file: its name, for errors
 * @built: whether it is to stand among what was built; as this module does, if not given
 *
 * Types become blanks: every line and column stays in its place.
 */
export function javascript(source: string, file: string, built?: boolean): string {
	const { code } =
		transformSync(source, { mode: "strip-only", module: true, filename: file });

	return specifiers(code, built);
}
