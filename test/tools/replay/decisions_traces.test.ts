// SPDX-License-Identifier: GPL-2.0-only
/*
 * Recorded traces, played on a watched driver: it does what was recorded, and each bit of a guest's
 * masks that comes or goes has a decision that says so.
 */
import { test } from "tap";
import { laboratory } from "../../../tools/lib/lab/lab.ts";
import type { decision, lab } from "../../../tools/lib/lab/model.ts";
import { pick_drivers } from "../../../tools/lib/play/play.ts";
import type { masks } from "../../../tools/lib/scenario/model.ts";
import { read_traces, type trace } from "../../../tools/lib/trace/format.ts";
import { boot_options_of } from "../../../tools/lib/trace/play.ts";

await pick_drivers("all");

const TRACES = new URL("../../traces/", import.meta.url).pathname;
/* of each driver, the first few of two profiles */
const PROFILES = ["small", "fault"];
const COUNT = 3;

interface change {
	mdev: string;
	unit: "adapter" | "domain";
	id: number;
	now: boolean;
}

function changes(mdev: string, before: masks, after: masks): change[] {
	return (["apm", "aqm"] as const).flatMap((mask) => {
		const unit = mask === "apm" ? "adapter" as const : "domain" as const;
		const ids = [...new Set([...before[mask], ...after[mask]])];

		return ids.filter((id) => before[mask].includes(id) !== after[mask].includes(id))
			.map((id) => ({ mdev, unit, id, now: after[mask].includes(id) }));
	});
}

function is_told(c: change, list: readonly decision[]): boolean {
	const d = list.find((it) => it.mdev === c.mdev && it.unit === c.unit && it.id === c.id);

	return d !== undefined && (d.verdict === "plugged") === c.now && d.cause !== "" &&
		d.patch !== "";
}

function boot({ header }: trace): lab {
	return laboratory.boot({ ...boot_options_of(header), explain: true }, header.driver);
}

/** What is wrong with a trace, and how many changes it made to guests' masks. */
function check(recorded: trace): { wrong: string[]; count: number } {
	const machine = boot(recorded);
	const wrong: string[] = [];
	const mdevs = new Map<string, masks>();
	let count = 0;

	for (const { op, rc, crash } of recorded.ops) {
		if (op[0] === "init")
			continue;
		const r = machine.run(op, 0);

		if ((r.crash ?? undefined) !== crash || crash === undefined && r.rc !== rc)
			wrong.push(`${JSON.stringify(op)} returned ${r.crash ?? r.rc}, recorded ${crash ?? rc}`);
		if (r.crash !== null)
			break;
		if (op[0] === "create")
			mdevs.set(op[1], { apm: [], aqm: [], adm: [] });
		for (const [mdev, before] of mdevs) {
			const after = machine.shadow(mdev);
			const list = after === null ? [] : changes(mdev, before, after);

			count += list.length;
			wrong.push(...list.filter((c) => !is_told(c, r.decisions))
				.map(
					(
						c) => `${JSON.stringify(op)}: nothing said of ${JSON.stringify(c)}`));
			if (after !== null)
				mdevs.set(mdev, after);
		}
	}
	machine.power_off();
	return { wrong, count };
}

/* v5.9 has no shadow of a guest's masks, and none of these recordings. */
for (const { label } of laboratory.drivers().filter((d) => d.label !== "v5.9")) {
	test(`decisions: recorded traces, ${label}: no change of a guest's masks without one`,
			async (t) => {
		let count = 0;

		for (const profile of PROFILES) {
			let n = 0;

			for (const recorded of read_traces(
					`${TRACES}${label}/${profile}.jsonl.gz`)) {
				const found = check(recorded);

				t.strictSame(found.wrong, [], `${profile}, line ${recorded.line}`);
				count += found.count;
				if (++n === COUNT)
					break;
			}
		}
		t.ok(count > 20, `${count} changes`);
	});
}
