// SPDX-License-Identifier: GPL-2.0-only
/*
 * The long example on the ports, every step of it.
 */
import { test } from "tap";
import { ported } from "../../../../../drivers/s390/crypto/history/index.ts";
import { machine_lab } from "../../../../../tools/lib/lab/lab.ts";
import { driver_of, load_driver } from "../../../../../tools/lib/lab/loader.ts";
import type { lab_result } from "../../../../../tools/lib/lab/model.ts";
import type { masks } from "../../../../../tools/lib/scenario/model.ts";
import { HOST_HAS_0053, HOST_LACKS_0053, STEPS } from "./long_example.ts";

await Promise.all(ported.map(load_driver));

const BOUND = ["04.0004", "04.0047", "05.0004", "05.0047", "05.0054"];

function ids_text(ids: number[], width: number): string {
	return ids.map((id) => id.toString(16).padStart(width, "0")).join(" ") || "-";
}

function masks_text({ apm, aqm }: masks): string {
	return `${ids_text(apm, 2)} / ${ids_text(aqm, 4)}`;
}

/* What the events of a kind are about. */
function events({ ev }: lab_result, kind: string): unknown[] {
	return ev.filter(([what]) => what === kind).map(([, of]) => of);
}

function machine(label: string, domains: number[]): machine_lab {
	const lab = new machine_lab({
		host: { apxa: 1, na: 255, nd: 255, apm: [4, 5], aqm: domains, adm: [], old: [] },
		apmask: [], aqmask: [], memory: "zero",
	}, driver_of(label));

	lab.load();
	for (const queue of lab.bound())
		if (!BOUND.includes(queue))
			lab.run(["unbind", queue]);
	lab.run(["create", "m0"]);
	for (const [attr, id] of [["adapter", "4"], ["domain", "4"], ["domain", "0x47"]] as const)
		lab.run(["write", "m0", `assign_${attr}`, id]);
	return lab;
}

for (const [variant, domains, table] of [
	["the host has domain 0053", [4, 0x47, 0x53, 0x54], HOST_HAS_0053],
	["the host lacks domain 0053", [4, 0x47, 0x54], HOST_LACKS_0053],
] as const) {
	test(`long example: ${variant}`, async (t) => {
		const shown = ported.filter((d) => d.default || d.label in table);

		t.strictSame(Object.keys(table), shown.map(({ label }) => label));
		for (const [label, expected] of Object.entries(table)) {
			const lab = machine(label, [...domains]);

			for (const [i, [step, rc]] of STEPS.entries()) {
				const result = lab.run(step);
				const [masks, updates, resets] = expected[i]!;
				const what = `${label}: ${step.join(" ")}`;

				t.equal(result.rc, rc, what);
				t.equal(masks_text(lab.shadow("m0")!), masks, what);
				t.equal(masks_text(lab.apcb("m0")!), masks, `${what}: CRYCB`);
				t.equal(events(result, "apcb").length, updates, `${what}: updates`);
				t.equal(events(result, "zapq").join(" ") || "-", resets, what);
			}
			lab.shutdown();
		}
	});
}
