// SPDX-License-Identifier: GPL-2.0-only
import { setFlagsFromString } from "node:v8";

/**
 * inline_less - make V8 inline less from now on, in all threads
 *
 * This is for programs that do operations of all kinds in turn. V8 inlines up to 920 bytes of
 * bytecode into a function, which costs them more than it saves (Documentation/benchmarks.md). A
 * loop that repeats one operation is faster with V8's default.
 */
export function inline_less(): void {
	setFlagsFromString("--max-inlined-bytecode-size-cumulative=300");
}
