// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks of the module loader: machines are loaded so that they keep the journal.
 */
import type { LoadHook } from "node:module";
import { instrumented } from "./instrument.ts";

const ROOT = new URL("../../", import.meta.url).href;
/*
 * What looks at a machine is none: tools, but for the laboratory's part. Locks are free between two
 * operations, and the orders in which they are taken are learned for good. What is printed is printed.
 * What bitmap.h and string.h write, their callers note (LEAVES in instrument.ts).
 */
const MACHINE = /^tools\/lib\/lab\/(?!recorder)|^(?!tools\/|node_modules\/|include\/linux\/(bitmap|lockdep|mutex|printk|rwsem|spinlock|string)\.h)/;

export const load: LoadHook = async (url, context, next) => {
	const loaded = await next(url, context);
	const path = url.startsWith(ROOT) ? url.slice(ROOT.length).split("?")[0] : "";

	if (loaded.format !== "module" || path === "" || !MACHINE.test(path))
		return loaded;
	return { ...loaded, source: instrumented(String(loaded.source), path) };
};
