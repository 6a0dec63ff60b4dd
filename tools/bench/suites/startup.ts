// SPDX-License-Identifier: GPL-2.0-only
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { median } from "../measure.ts";
import type { effort, row, suite } from "../row.ts";

const TOP = fileURLToPath(new URL("../../../", import.meta.url));
const RUNS: Record<effort, number> = { smoke: 1, quick: 9, long: 41 };
const COMMANDS = new Map<string, readonly string[]>([
	["node --import tsx -e 0", ["--import", "tsx", "-e", "0"]],
	["vfio-ap drivers", ["tools/vfio-ap", "drivers"]],
]);

function took(args: readonly string[]): number {
	const begin = performance.now();
	const { status } = spawnSync(process.execPath, args, { cwd: TOP, stdio: "ignore" });

	if (status !== 0)
		throw new Error(`node ${args.join(" ")}: exit status ${status}`);
	return performance.now() - begin;
}

/* By turns, so that what else the machine does meets both. */
function* run(_subject: string, effort: effort): Generator<row> {
	const times = new Map([...COMMANDS.keys()].map((name): [string, number[]] => [name, []]));

	for (let i = 0; i < RUNS[effort]; i++)
		for (const [name, args] of COMMANDS)
			times.get(name)!.push(took(args));
	for (const [name, ms] of times)
		yield {
			suite: "startup", driver: "node", case: name, value: median(ms), unit: "ms", fold: ms.length,
		};
}

export const startup: suite = {
	name: "startup",
	about: "wall time of a command, from start to exit",
	subjects: ["node"],
	run,
};
