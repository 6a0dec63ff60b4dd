// SPDX-License-Identifier: GPL-2.0-only
import { spawn } from "node:child_process";
import { usage_error } from "../lib/cli/usage_error.ts";

/**
 * run_program - let a program do the operations of traces
 * @program: the oracle
 * @traces: traces, or headers and operations, one behind the other
 *
 * Return: the traces, as JSON Lines.
 */
export async function run_program(program: string, traces: string): Promise<string> {
	const child = spawn(program, [], { stdio: ["pipe", "pipe", "pipe"] });
	const out: Buffer[] = [];
	const complaints: Buffer[] = [];
	const ended = new Promise<number | null>((resolve, reject) => {
		child.on("error", reject);
		child.on("close", resolve);
	});

	child.stdout.on("data", (bytes: Buffer) => out.push(bytes));
	child.stderr.on("data", (bytes: Buffer) => complaints.push(bytes));
	child.stdin.end(traces);
	const status = await ended;

	if (status === 2)
		throw new usage_error(Buffer.concat(complaints).toString("utf8").trimEnd());
	if (status !== 0)
		throw new Error(`${program}: exit status ${status}`);
	return Buffer.concat(out).toString("utf8");
}
