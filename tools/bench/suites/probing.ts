// SPDX-License-Identifier: GPL-2.0-only
/*
 * n adapters with 256 domains come to a running guest to which they are assigned: as queues that
 * are bound one by one, each of which may make the driver filter all of them, and as one change
 * of the host, of which a driver with bulk notification hears once.
 */
import { queue_name } from "../../lib/scenario/ids.ts";
import type { machine_lab } from "../../lib/lab/lab.ts";
import { all_drivers, bench_machine, done, range } from "../machine.ts";
import type { effort, row, suite } from "../row.ts";

const DOMAINS = 256;

const ADAPTERS: Record<effort, readonly number[]> = {
	smoke: [1, 2],
	round: [4, 8, 16],
	quick: [4, 8, 16],
	long: [4, 8, 16, 32, 64],
};

/* A filter that looks no queue up has time for all there can be. */
const ALL_ADAPTERS = 256;

function assign(lab: machine_lab, adapters: number): void {
	done(lab, ["create", "m"]);
	for (const id of range(adapters))
		done(lab, ["write", "m", "assign_adapter", String(id)]);
	for (const id of range(DOMAINS))
		done(lab, ["write", "m", "assign_domain", String(id)]);
	done(lab, ["open", "m"]);
}

/*
 * What came of something done to the guest, which has one processor that leaves SIE for each
 * update.
 */
function* figures(lab: machine_lab, subject: string, name: string, fn: () => void): Generator<row> {
	const { stat } = lab.mdevs.get("m")!.state.kvm!.vcpus[0];
	const kicks = stat.sie_kicks;
	const begin = performance.now();

	fn();
	const ms = performance.now() - begin;
	const { apm, aqm } = lab.shadow("m")!;
	const queues = apm.length * aqm.length;
	const base = { suite: "probing", driver: subject, queues, fold: queues };

	yield { ...base, case: `${name}: time`, value: ms, unit: "ms" };
	yield {
		...base, case: `${name}: APCB updates`, value: stat.sie_kicks - kicks,
		unit: "times",
	};
	lab.shutdown();
}

async function* one_by_one(subject: string, n: number): AsyncGenerator<row> {
	const lab = await bench_machine(subject, n, DOMAINS, true);
	const queues = range(n)
		.flatMap((apid) => range(DOMAINS).map((apqi) => queue_name(apid, apqi)));

	for (const queue of queues)
		done(lab, ["unbind", queue]);
	assign(lab, n);
	yield* figures(lab, subject, `${n}x${DOMAINS}, one by one`, () => {
		for (const queue of queues)
			done(lab, ["bind", queue]);
	});
}

async function* at_once(subject: string, n: number): AsyncGenerator<row> {
	const lab = await bench_machine(subject, 0, DOMAINS, true);

	assign(lab, n);
	yield* figures(lab, subject, `${n}x${DOMAINS}, at once`, () => {
		done(lab, ["cfg", { apm: range(n) }]);
	});
}

async function* run(subject: string, effort: effort): AsyncGenerator<row> {
	const all = effort !== "smoke" && subject.endsWith("-masks") ? [ALL_ADAPTERS] : [];

	for (const n of [...ADAPTERS[effort], ...all])
		yield* one_by_one(subject, n);
	for (const n of [...ADAPTERS[effort], ...all])
		yield* at_once(subject, n);
}

export const probing: suite = {
	name: "probing",
	about: `n adapters with ${DOMAINS} domains come to a running guest, queue by queue and at once`,
	subjects: all_drivers,
	any_driver: true,
	run,
};
