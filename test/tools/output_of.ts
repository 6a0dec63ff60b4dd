// SPDX-License-Identifier: GPL-2.0-only
import type { Test } from "tap";

/**
 * output_of - what a command writes to standard output, and its exit code
 * @t: the test
 * @run: the command
 */
export async function output_of(
	t: Test, run: () => Promise<number>,
): Promise<{ code: number; out: string }> {
	const chunks = t.capture(process.stdout, "write", () => true);

	try {
		const code = await run();

		return { code, out: chunks().map(({ args }) => String((args as unknown[])[0]))
			.join("") };
	} finally {
		chunks.restore();
	}
}
