// SPDX-License-Identifier: GPL-2.0-only
/*
 * The native limit: native/bench.c, compiled where there is a compiler.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { effort, row } from "./row.ts";

const SOURCE = fileURLToPath(new URL("native/bench.c", import.meta.url));

/** What the program prints, a line of it. */
interface native_figure {
	suite: string;
	case: string;
	queues: number;
	ns: number;
	fold: number;
}

function row_of({ suite, case: name, queues, ns, fold }: native_figure): row {
	return { suite, driver: "C", case: name, queues, value: ns, unit: "ns", fold };
}

/**
 * native_rows - compile the program, run it
 * @cc: the compiler
 *
 * Return: its figures; null when there is no compiler.
 */
export function native_rows(effort: effort, cc = "cc"): row[] | null {
	const folder = mkdtempSync(join(tmpdir(), "vfio-ap-bench-"));
	const program = join(folder, "bench");

	try {
		const compiled = spawnSync(cc, ["-O2", "-o", program, SOURCE], { encoding: "utf8" });

		if (compiled.error !== undefined)
			return null;
		if (compiled.status !== 0)
			throw new Error(`${cc} ${SOURCE}: ${compiled.stderr}`);
		const { status, stdout } = spawnSync(program, [effort], { encoding: "utf8" });

		if (status !== 0)
			throw new Error(`${program}: exit status ${status}`);
		return stdout.trimEnd().split("\n").map((line) => row_of(JSON.parse(line)));
	} finally {
		rmSync(folder, { recursive: true });
	}
}
