// SPDX-License-Identifier: GPL-2.0-only
/*
 * To be imported first by what runs the TypeScript sources of a clone. Node does so itself where it
 * strips types; elsewhere types.mjs has it do the same.
 */
import { register } from "node:module";

if (!process.features.typescript)
	register("./types.mjs", import.meta.url);
