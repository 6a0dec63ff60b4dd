// SPDX-License-Identifier: GPL-2.0-only
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { all_drivers, bench_machine } from "../machine.ts";
import type { effort, row, suite } from "../row.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

const SIDE: Record<effort, number> = { smoke: 4, round: 256, quick: 256, long: 256 };

function heap(): number {
	collect();
	const { heapUsed, external } = process.memoryUsage();

	return heapUsed + external;
}

async function* run(subject: string, effort: effort): AsyncGenerator<row> {
	const side = SIDE[effort];

	(await bench_machine(subject, 1, 1, true)).shutdown();
	const empty = await bench_machine(subject, 0, 0, true);
	const before = heap();

	empty.shutdown();
	const full = await bench_machine(subject, side, side, true);
	const after = heap();
	const bound = full.bound().length;

	yield {
		suite: "memory", driver: subject,
		case: `${side * side} queues bound, over an empty machine`,
		queues: side * side, value: (after - before) / 2 ** 20, unit: "MB", fold: bound,
		note: `${bound} bound`,
	};
}

export const memory: suite = {
	name: "memory",
	about: "heap and external memory after a collection",
	subjects: all_drivers,
	once: true,
	any_driver: true,
	run,
};
