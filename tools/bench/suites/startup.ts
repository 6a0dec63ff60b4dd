// SPDX-License-Identifier: GPL-2.0-only
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { executable, is_built, root } from "../../lib/texts/tree.ts";
import { median } from "../measure.ts";
import type { effort, row, suite } from "../row.ts";

const RUNS: Record<effort, number> = { smoke: 1, round: 2, quick: 9, long: 41 };
const SCENARIO = "test/scenarios/v11-long-example-host-has-0053.scn";
/* There while npm pack runs, or after npm run prepack. */
const BUILT = "dist/tools/bin.js";

function commands_of(program: string, name: string): [string, readonly string[]][] {
	return [
		[`${name} drivers`, [program, "drivers"]],
		[`${name} replay FILE --driver v6.12`,
			[program, "replay", SCENARIO, "--driver", "v6.12"]],
	];
}

/* What node is to run, by name: in a clone what was built as well, if it is there. */
function commands(): Map<string, readonly string[]> {
	return new Map<string, readonly string[]>([
		["node -e 0", ["-e", "0"]],
		...is_built ? []
			: [["node --import tsx -e 0", ["--import", "tsx", "-e", "0"]] as const],
		...commands_of(executable, "vfio-ap"),
		...!is_built && existsSync(`${root}${BUILT}`) ? commands_of(BUILT, "built:") : [],
	]);
}

function took(args: readonly string[]): number {
	const begin = performance.now();
	const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: "ignore" });

	if (status !== 0)
		throw new Error(`node ${args.join(" ")}: exit status ${status}`);
	return performance.now() - begin;
}

/* By turns, so that what else the machine does meets all. */
function* run(_subject: string, effort: effort): Generator<row> {
	const all = commands();
	const times = new Map([...all.keys()].map((name): [string, number[]] => [name, []]));

	for (let i = 0; i < RUNS[effort]; i++)
		for (const [name, args] of all)
			times.get(name)!.push(took(args));
	for (const [name, ms] of times)
		yield {
			suite: "startup", driver: "node", case: name, value: median(ms), unit: "ms",
			fold: ms.length,
		};
}

export const startup: suite = {
	name: "startup",
	about: "wall time of a command, from start to exit",
	subjects: ["node"],
	run,
};
