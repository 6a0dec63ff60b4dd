// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine for benchmarks: a lab that takes no notes.
 */
import { drivers } from "../../drivers/s390/crypto/history/index.ts";
import { machine_lab } from "../lib/lab/lab.ts";
import { load_driver } from "../lib/lab/loader.ts";
import type { lab_result } from "../lib/lab/model.ts";
import type { op } from "../lib/scenario/model.ts";

/**
 * all_drivers - the labels of what is measured: the drivers of the default, and what nobody posted
 */
export const all_drivers: readonly string[] =
	drivers.filter((d) => d.default || d.label === "v6.12-masks").map(({ label }) => label);

/** range - 0 to @n - 1 */
export function range(n: number): number[] {
	return Array.from({ length: n }, (_, i) => i);
}

/**
 * bench_machine - boot a host and load a driver; all its queues are vfio_ap's
 * @adapters, @domains: how many the host has
 * @silent: whether nobody listens to locks and events
 */
export async function bench_machine(
	label: string, adapters: number, domains: number, silent: boolean,
): Promise<machine_lab> {
	const lab = new machine_lab({
		host: {
			apxa: 1, na: 255, nd: 255, apm: range(adapters), aqm: range(domains),
			adm: [], old: [],
		},
		apmask: [], aqmask: [], memory: "zero",
	}, await load_driver(label));

	if (silent)
		lab.rec.stop();
	must(lab.load(), ["scan"]);
	return lab;
}

/** refused - a driver does not do what is to be measured: older ones do not while a guest runs */
export class refused extends Error {}

function must(result: lab_result, o: op): lab_result {
	if (result.crash !== null || result.rc < 0)
		throw new refused(`no: ${o.join(" ")} gives ${result.crash ?? result.rc}`);
	return result;
}

/** done - do an operation that has to work */
export function done(lab: machine_lab, o: op): lab_result {
	return must(lab.run(o), o);
}
