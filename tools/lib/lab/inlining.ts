// SPDX-License-Identifier: GPL-2.0-only
import { setFlagsFromString } from "node:v8";

/**
 * inline_less - have V8 make smaller functions of a kernel, from now on and in all threads
 *
 * For those who do operations of all kinds by turns: V8's 920 bytes of bytecode in a function
 * cost them more than they save (Documentation/benchmarks.md). A loop that does the same all the
 * time wants them.
 */
export function inline_less(): void {
	setFlagsFromString("--max-inlined-bytecode-size-cumulative=300");
}
