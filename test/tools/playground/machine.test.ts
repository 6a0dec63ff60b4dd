// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine as one script, in a world that has nothing of Node: it gives what Node gives.
 */
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { test } from "tap";
import { ported } from "../../../drivers/s390/crypto/history/index.ts";
import { shown_scenario } from "../../../tools/lib/page/shown.ts";
import { driver_of } from "../../../tools/lib/lab/loader.ts";
import { pick_drivers, play } from "../../../tools/lib/play/play.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";
import { machine_script } from "../../../tools/playground/bundle.ts";
import { playground_page } from "../../../tools/playground/html.ts";
import { corpus } from "../../../tools/playground/main.ts";

const ENTRY = "tools/playground/live/page.ts";
const DRIVERS = ["v11", "v12", "v13@8", "v6.0", "v6.12", "migration-v4"];

/* The script in a context without Buffer, process and require. */
const { script, texts } = await machine_script(ENTRY, DRIVERS.map(driver_of));
const context =
	createContext({ URL, TextEncoder, data: JSON.stringify({ drivers: DRIVERS, texts }) });

runInContext(script, context);
await runInContext("vfio_ap.start_machine(JSON.parse(data))", context);
await pick_drivers(DRIVERS.join(","));

function played_in_script([label, text]: readonly [string, string]): string {
	Object.assign(context, { label, text });
	return runInContext(`(() => {
		const { scenario, faults } = vfio_ap.read_text(text);

		return JSON.stringify(faults.length > 0 ? faults :
			vfio_ap.shown_scenario(scenario, vfio_ap.play_on(scenario, [label])));
	})()`, context) as string;
}

function played_here([label, text]: readonly [string, string]): string {
	const [scenario] = parse_scenarios(text, "scenario");

	return JSON.stringify(shown_scenario(scenario!, [play(scenario!, label)]));
}

test("bundle: verdicts, return codes, reasons and texts of the corpus are Node's", async (t) => {
	const list = corpus(ported);

	t.ok(list.length > 80);
	/*
	 * a scenario on a driver, each in its turn; in a browser it is all of them (page.test.ts)
	 */
	for (const [i, [name, text]] of list.entries()) {
		const label = DRIVERS[i % DRIVERS.length]!;

		t.equal(played_in_script([label, text]), played_here([label, text]),
			`${name} on ${label}`);
	}
});

test("bundle: a null pointer is a fault there, too", async (t) => {
	const [, text] = corpus(ported)
		.find(([name]) => name === "migration/M14-destroy-leaves-queues-linked")!;
	const got = played_in_script(["migration-v4", text]);

	t.equal(got, played_here(["migration-v4", text]));
	t.match(got, '"result":"fault"');
});

test("bundle: nothing of Node is there", async (t) => {
	t.strictSame(runInContext(
		"[typeof Buffer, typeof process, typeof require, typeof document]", context),
		["undefined", "undefined", "undefined", "undefined"]);
});

test("playground: five drivers and the corpus have at most 130,000 bytes, gzipped", async (t) => {
	const drivers = ported.filter((d) => d.default);
	const page = await playground_page(drivers, corpus(drivers));

	t.ok(gzipSync(page, { level: 9 }).length <= 130_000);
});
