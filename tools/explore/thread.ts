// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a worker thread begins. If the worker is to undo operations, hooks make its machine keep a
 * journal.
 */
import { register } from "node:module";
import { workerData } from "piscina";
import { register_hooks } from "../lib/series/states.ts";
import { module_url } from "../lib/texts/tree.ts";

if (workerData.undoing) {
	register_hooks();
	register(module_url("tools/explore/hooks.ts"));
}
const { default: work } = await import("./worker.ts");

export default work;
