// SPDX-License-Identifier: GPL-2.0-only
/*
 * The long example of the v11 thread on every driver, step by step: what was recorded of the
 * compiled C. The corpus says the same in its files; here it stands as a table.
 */
import { test } from "tap";
import { laboratory } from "../../../tools/lib/lab/lab.ts";
import type { lab, lab_result } from "../../../tools/lib/lab/model.ts";
import { pick_drivers } from "../../../tools/lib/play/play.ts";
import { adapter_name, domain_name } from "../../../tools/lib/scenario/ids.ts";
import type { masks, op } from "../../../tools/lib/scenario/model.ts";

await pick_drivers("all");

const BOUND = ["04.0004", "04.0047", "05.0004", "05.0047", "05.0054"];
const STEPS: op[] = [
	["open", "m0"],
	["write", "m0", "assign_domain", "0x54"],
	["write", "m0", "assign_adapter", "5"],
	["write", "m0", "assign_domain", "0x53"],
	["unbind", "05.0054"],
	["write", "m0", "unassign_adapter", "5"],
	["write", "m0", "unassign_domain", "0x53"],
	["write", "m0", "assign_adapter", "5"],
];
const RETURNS = [0, 4, 1, 4, 0, 1, 4, 1];

/* shadow_apcb behind each step: adapters / domains */
const V11 = [
	"04 / 04 47", "04 / 04 47", "05 / 04 47 54", "04 05 / 04 47", "04 / 04 47", "04 / 04 47",
	"04 / 04 47", "- / -",
];
const V12 = ["04 / 04 47", "04 / 04 47", "04 05 / 04 47", "04 05 / 04 47", "04 05 / 04 47",
	"04 / 04 47", "04 / 04 47",
	"04 05 / 04 47"];
const V13_HAS = ["04 / 04 47", "- / 04 47 54", "05 / 04 47 54", "- / 04 47 53 54",
	"- / 04 47 53 54", "- / 04 47 53 54",
	"- / 04 47 54", "- / 04 47 54"];
const V13_LACKS = ["04 / 04 47", "- / 04 47 54", "05 / 04 47 54", "05 / 04 47 54", "- / 04 47 54",
	"- / 04 47 54",
	"- / 04 47 54", "- / 04 47 54"];
const V6_0_HAS = ["04 / 04 47", "- / 04 47 54", "04 05 / 04 47 54", "- / 04 47 53 54",
	"- / 04 47 53 54", "- / 04 47 53 54",
	"- / 04 47 54", "04 / 04 47 54"];
const V6_0_LACKS = ["04 / 04 47", "- / 04 47 54", "04 05 / 04 47 54", "- / 04 47 54",
	"- / 04 47 54", "- / 04 47 54",
	"- / 04 47 54", "04 / 04 47 54"];

/**
 * struct outcome - a driver's column
 * @has, @lacks: with domain 0053 in the host's configuration, and without
 * @updates: how often the guest's masks were set, with it
 * @resets: the queues reset, with it
 */
interface outcome {
	has: string[];
	lacks: string[];
	updates: number[];
	resets: string[];
}

const UNBIND_ONLY = ["", "", "", "", "05.0054", "", "", ""];
const OUTCOMES: Record<string, outcome> = {
	"v11": { has: V11, lacks: V11, updates: [1, 0, 1, 1, 1, 0, 0, 1], resets: UNBIND_ONLY },
	"v12": { has: V12, lacks: V12, updates: [1, 0, 1, 0, 0, 1, 0, 1], resets: UNBIND_ONLY },
	"v13": {
		has: V13_HAS, lacks: V13_LACKS, updates: [2, 1, 1, 1, 0, 0, 1, 0],
		resets: UNBIND_ONLY,
	},
	"v6.0": {
		has: V6_0_HAS, lacks: V6_0_LACKS, updates: [1, 1, 1, 1, 0, 0, 1, 1],
		resets: UNBIND_ONLY,
	},
	"v6.12": {
		has: V13_HAS, lacks: V13_LACKS, updates: [1, 1, 1, 1, 0, 0, 1, 0],
		resets: [
			"", "04.0004 04.0047", "", "05.0004 05.0047 05.0054", "05.0054", "", "", "",
		],
	},
};

function machine(driver: string, aqm: number[]): lab {
	const m = laboratory.boot({
		host: { apxa: 1, na: 255, nd: 255, apm: [4, 5], aqm, adm: [], old: [] },
		apmask: [], aqmask: [], memory: "zero",
	}, driver);

	for (const queue of m.queues().filter((q) => !BOUND.includes(q)))
		m.run(["unbind", queue], 0);
	m.run(["create", "m0"], 0);
	for (const [attr, id] of [["adapter", "4"], ["domain", "0x4"], ["domain", "0x47"]] as const)
		m.run(["write", "m0", `assign_${attr}`, id], 0);
	return m;
}

function ids(list: number[], name: (id: number) => string): string {
	return list.length === 0 ? "-" : list.map(name).join(" ");
}

function shadow_text({ apm, aqm }: masks): string {
	return `${ids(apm, adapter_name)} / ${ids(aqm, (id) => domain_name(id).slice(2))}`;
}

function queues_reset(r: lab_result): string {
	return r.ev.filter(([name]) => name === "zapq").map(([, queue]) => queue).join(" ");
}

function run_steps(driver: string, aqm: number[]): { shadows: string[]; results: lab_result[] } {
	const m = machine(driver, aqm);
	const shadows: string[] = [];
	const results = STEPS.map((o) => {
		const r = m.run(o, 0);

		shadows.push(shadow_text(m.shadow("m0")!));
		return r;
	});

	m.power_off();
	return { shadows, results };
}

for (const [driver, { has, lacks, updates, resets }] of Object.entries(OUTCOMES)) {
	test(`long example: ${driver}, domain 0053 in the host's configuration`, async (t) => {
		const { shadows, results } = run_steps(driver, [0x04, 0x47, 0x53, 0x54]);

		t.strictSame(shadows, has);
		t.strictSame(results.map((r) => r.rc), RETURNS);
		t.strictSame(results.map((r) => r.ev.filter(([name]) => name === "apcb").length),
			updates);
		t.strictSame(results.map(queues_reset), resets);
	});

	test(`long example: ${driver}, without domain 0053`, async (t) => {
		const { shadows, results } = run_steps(driver, [0x04, 0x47, 0x54]);

		t.strictSame(shadows, lacks);
		t.strictSame(results.map((r) => r.rc), RETURNS);
	});
}
