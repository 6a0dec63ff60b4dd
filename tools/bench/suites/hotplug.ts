// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host gains queues that are assigned to a running guest: what it takes, how
 * often the guest's APCB is written, how often its processors leave SIE for it.
 */
import { all_drivers, bench_machine, done, range } from "../machine.ts";
import type { effort, row, suite } from "../row.ts";

/**
 * struct gain - what the host has, and what it gets
 * @only: the drivers whose cost allows it; all of them if absent
 */
interface gain {
	name: string;
	adapters: readonly [before: number, after: number];
	domains: readonly [before: number, after: number];
	efforts: readonly effort[];
	only?: readonly string[];
}

/* With one filtering per scan, instead of one per queue, 65,536 queues can be had. */
const BULK = ["v13", "v6.0", "v6.12", "v6.12-masks"];

const GAINS: readonly gain[] = [
	{
		name: "an adapter with 16 domains",
		adapters: [1, 2], domains: [16, 16], efforts: ["smoke"],
	},
	{
		name: "an adapter with 256 domains",
		adapters: [1, 2], domains: [256, 256], efforts: ["round", "quick", "long"],
	},
	{
		name: "255 adapters with one domain",
		adapters: [1, 256], domains: [1, 1], efforts: ["round", "quick", "long"],
	},
	{
		name: "64 adapters with 64 domains",
		adapters: [0, 64], domains: [64, 64], efforts: ["round", "quick", "long"],
	},
	{
		name: "256 adapters with 256 domains",
		adapters: [0, 256], domains: [256, 256], efforts: ["long"], only: BULK,
	},
];

async function* gain_rows(subject: string, gain: gain): AsyncGenerator<row> {
	const lab = await bench_machine(subject, gain.adapters[0], gain.domains[0], false);
	const base = { suite: "hotplug", driver: subject };

	done(lab, ["create", "m"]);
	for (const id of range(gain.adapters[1]))
		done(lab, ["write", "m", "assign_adapter", String(id)]);
	for (const id of range(gain.domains[1]))
		done(lab, ["write", "m", "assign_domain", String(id)]);
	done(lab, ["open", "m"]);
	const { stat } = lab.mdevs.get("m")!.state.kvm!.vcpus[0];
	const kicks = stat.sie_kicks;
	const begin = performance.now();
	const { ev, crash } = lab.run(["cfg",
		{ apm: range(gain.adapters[1]), aqm: range(gain.domains[1]) }]);
	const ms = performance.now() - begin;
	const updates = ev.filter(([what]) => what === "apcb").length;
	const got = lab.shadow("m")!;
	const queues = got.apm.length * got.aqm.length;
	const note = crash === null ? `the guest has ${queues} queues` : `ends in a ${crash}`;

	yield { ...base, case: `${gain.name}: time`, value: ms, unit: "ms", fold: queues, note };
	yield {
		...base, case: `${gain.name}: APCB updates`, value: updates, unit: "times",
		fold: queues,
	};
	yield {
		...base, case: `${gain.name}: vCPU left SIE`, value: stat.sie_kicks - kicks,
		unit: "times",
		fold: queues,
	};
	lab.shutdown();
}

async function* run(subject: string, effort: effort): AsyncGenerator<row> {
	for (const gain of GAINS)
		if (gain.efforts.includes(effort) && (gain.only?.includes(subject) ?? true))
			yield* gain_rows(subject, gain);
}

export const hotplug: suite = {
	name: "hotplug",
	about: "the host gains queues that are assigned to a running guest",
	subjects: all_drivers,
	any_driver: true,
	run,
};
