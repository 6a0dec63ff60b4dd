// SPDX-License-Identifier: GPL-2.0-only
/*
 * To be imported first by what runs the TypeScript sources of a clone. Node does so itself where it
 * strips types; elsewhere types.mjs has it do the same.
 */
import { register } from "node:module";

/* Where the working folder is gone, the thread of types.mjs would never begin. */
function leave_removed_folder() {
	try {
		process.cwd();
	} catch {
		process.chdir("/");
	}
}

if (!process.features.typescript) {
	leave_removed_folder();
	register("./types.mjs", import.meta.url);
}
