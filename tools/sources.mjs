// SPDX-License-Identifier: GPL-2.0-only
/*
 * To be imported first by what runs the TypeScript sources of a clone. Node does so itself where it
 * strips types. Elsewhere tsx does; the tsconfig.json of the caller's directory has no say.
 */
import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";

/* Where tsx cannot keep what it has read, it ends with a stack trace, or below /proc never. */
function without_cache() {
	try {
		accessSync(tmpdir(), constants.W_OK);
	} catch {
		process.env.TSX_DISABLE_CACHE = "1";
	}
}

if (!process.features.typescript) {
	without_cache();
	const { register } = await import("tsx/esm/api");

	register({ tsconfig: false });
}
