// SPDX-License-Identifier: GPL-2.0-only
/*
 * A system whose n-th write fails. What goes to standard output is kept; files are written.
 */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { guard_output } from "../../tools/lib/cli/output.ts";
import { describe_failure, dispatch } from "../../tools/main.ts";

/** How a write fails: with an error, or by taking half of what it is given. */
export type failing = "ENOSPC" | "EIO" | "short" | "EAGAIN" | "none";

const ERRNO = { ENOSPC: -28, EIO: -5, EAGAIN: -11 };

/**
 * struct run - how a command went
 * @line: what it said of its failure, or null
 * @reached: whether there were as many writes
 */
export interface run {
	code: number;
	line: string | null;
	out: string;
	reached: boolean;
}

function half_of(bytes: Uint8Array): Uint8Array {
	return bytes.subarray(0, Math.max(1, bytes.length >>> 1));
}

/** run_failing - do a command while the n-th write, to standard output or a file, fails */
export async function run_failing(argv: string[], n: number, how: failing): Promise<run> {
	const real = fs.writeSync;
	const { stdout, stderr } = process;
	const [out_write, err_write] = [stdout.write, stderr.write];
	const out: Uint8Array[] = [];
	let count = 0;

	const failing_write = (fd: number, bytes: Uint8Array): number => {
		const fails = ++count === n && how !== "none";

		if (fails && how !== "short")
			throw Object.assign(new Error(how),
				{ code: how, errno: ERRNO[how], syscall: "write" });
		const taken = fails ? half_of(bytes) : bytes;

		if (fd !== 1)
			return real(fd, taken);
		out.push(Uint8Array.from(taken));
		return taken.length;
	};
	const text = (): string => Buffer.concat(out).toString();

	fs.writeSync = failing_write as typeof fs.writeSync;
	syncBuiltinESMExports();
	guard_output();
	stderr.write = () => true;
	try {
		const code = await dispatch(argv);

		return { code, line: null, out: text(), reached: count >= n };
	} catch (error) {
		return { ...describe_failure(error, argv[0]), out: text(), reached: count >= n };
	} finally {
		fs.writeSync = real;
		syncBuiltinESMExports();
		stdout.write = out_write;
		stderr.write = err_write;
	}
}
