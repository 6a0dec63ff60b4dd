// SPDX-License-Identifier: GPL-2.0-only
import type { Test } from "tap";

/**
 * output_of - what a command writes to stdout, and its exit code
 * @t: the test
 * @run: the command, which writes before it waits for anything; tap writes to stdout as well
 */
export async function output_of(
	t: Test, run: () => Promise<number>,
): Promise<{ code: number; out: string }> {
	const chunks = t.capture(process.stdout, "write", () => true);
	const code = run();
	const out = chunks().map(({ args }) => String((args as unknown[])[0])).join("");

	chunks.restore();
	return { code: await code, out };
}
