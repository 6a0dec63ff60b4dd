// SPDX-License-Identifier: GPL-2.0-only
import { run_child } from "../lib/cli/children.ts";
import { usage_error } from "../lib/cli/usage_error.ts";

/**
 * run_program - let a program do the operations of traces
 * @program: the oracle
 * @traces: traces, or headers and operations, one behind the other
 *
 * Return: the traces, as JSON Lines.
 */
export async function run_program(program: string, traces: string): Promise<string> {
	const { status, stdout, stderr } = await run_child(program, [], traces);

	if (status === 2)
		throw new usage_error(stderr.trimEnd());
	if (status !== 0)
		throw new Error(`${program}: exit status ${status}`);
	return stdout;
}
