// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an administrator does, through sysfs, and a guest's start and stop.
 */
import type { op } from "../../lib/scenario/model.ts";
import { all_drivers, bench_machine, done } from "../machine.ts";
import { measure } from "../measure.ts";
import type { effort, row, suite } from "../row.ts";

const N = 4;

/* Each is done and undone, so that it can be done again. */
const PAIRS: readonly [name: string, there: op, back: op][] = [
	["assign and unassign an adapter",
		["write", "m", "assign_adapter", "3"], ["write", "m", "unassign_adapter", "3"]],
	["assign and unassign a domain",
		["write", "m", "assign_domain", "3"], ["write", "m", "unassign_domain", "3"]],
	["unbind and bind a queue", ["unbind", "01.0001"], ["bind", "01.0001"]],
];

const OPEN_CLOSE: readonly [op, op] = [["open", "m"], ["close", "m"]];

async function* run(subject: string, effort: effort): AsyncGenerator<row> {
	const lab = await bench_machine(subject, N, N, true);
	const figure = (name: string, there: op, back: op): row => {
		const { ns, fold } =
			measure(effort, 1, () => done(lab, there).rc + done(lab, back).rc);

		return { suite: "sysfs", driver: subject, case: name, value: ns, unit: "ns", fold };
	};

	done(lab, ["create", "m"]);
	for (let i = 0; i < N - 1; i++) {
		done(lab, ["write", "m", "assign_adapter", String(i)]);
		done(lab, ["write", "m", "assign_domain", String(i)]);
	}
	for (const [name, there, back] of PAIRS)
		yield figure(`${name}, no guest`, there, back);
	yield figure("open and close", ...OPEN_CLOSE);
	done(lab, ["open", "m"]);
	for (const [name, there, back] of PAIRS)
		yield figure(`${name}, guest running`, there, back);
}

export const sysfs: suite = {
	name: "sysfs",
	about: `an mdev of 3x3 queues on a host of ${N}x${N}: a pair of operations, done and undone`,
	subjects: all_drivers,
	any_driver: true,
	run,
};
