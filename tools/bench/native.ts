// SPDX-License-Identifier: GPL-2.0-only
/*
 * The C programs beside the port, compiled where there is a compiler: our own imitation of the
 * algorithms, which is their limit, and the driver itself, where its sources are.
 */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { in_folder, run_child } from "../lib/cli/children.ts";
import { build_bench, run_compiler } from "../oracle/build.ts";
import type { kernel_source } from "../oracle/source.ts";
import type { effort, row } from "./row.ts";

const SOURCE = fileURLToPath(new URL("native/bench.c", import.meta.url));

/* What a program prints, a line of it: a time, or how often something was done. */
interface native_figure {
	suite: string;
	case: string;
	queues: number;
	ns?: number;
	times?: number;
	fold: number;
}

function row_of(
	driver: string, { suite, case: name, queues, ns, times, fold }: native_figure,
): row {
	return {
		suite, driver, case: name, ...queues === 0 ? {} : { queues }, value: ns ?? times!,
		unit: ns === undefined ? "times" : "ns", fold,
	};
}

const FOLDER = join(tmpdir(), "vfio-ap-bench-");

async function run(program: string, effort: effort, driver: string): Promise<row[]> {
	const { status, stdout, stderr } = await run_child(program, [effort]);

	if (status !== 0)
		throw new Error(`${program}: exit status ${status} ${stderr}`);
	return stdout.trimEnd().split("\n").map((line) => row_of(driver, JSON.parse(line)));
}

/**
 * native_rows - compile the imitation, run it
 * @cc: the compiler
 *
 * Return: its figures, of the driver "limit"; null when there is no compiler.
 */
export async function native_rows(effort: effort, cc = "cc"): Promise<row[] | null> {
	return in_folder(FOLDER, async (folder) => {
		const program = join(folder, "bench");
		const compiled = await run_compiler(cc, ["-O2", "-o", program, SOURCE])
			.catch(() => null);

		if (compiled === null)
			return null;
		if (compiled.status !== 0)
			throw new Error(`${cc} ${SOURCE}: ${compiled.stderr}`);
		return run(program, effort, "limit");
	});
}

/** driver_rows - compile the driver of a kernel, run it; its figures are those of the driver "C" */
export async function driver_rows(source: kernel_source, effort: effort): Promise<row[]> {
	return in_folder(FOLDER, async (folder) =>
		run(await build_bench(source, folder), effort, "C"));
}
