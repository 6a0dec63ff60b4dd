// SPDX-License-Identifier: GPL-2.0-only
import { readFileSync, readdirSync } from "node:fs";
import { test } from "tap";
import { trace_clear_bit_inv, trace_set_bit_inv } from "#asm/bitops.h";
import { laboratory } from "../../../tools/lib/lab/lab.ts";
import type { decision } from "../../../tools/lib/lab/model.ts";
import { pick_drivers, play as play_scenario, type report } from "../../../tools/lib/play/play.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";

await pick_drivers("all");

const CORPUS = new URL("../../scenarios/", import.meta.url);
const HOLE = `host adapters 0a 0b domains 0001 0002
bound 0a.0001 0a.0002 0b.0001
mdev m0 adapters 0a 0b domains 0001 0002
`;

function play(driver: string, body: string, explain = true): report {
	const [s] = parse_scenarios(`scenario x\n${body}`, "x.scn");

	return play_scenario(s!, driver, { explain });
}

function text(d: decision): string {
	return `${d.mdev} ${d.unit} ${d.id.toString(16)} ${d.verdict} by ${d.queue ?? "-"}: ${d.cause} ` +
		`(${d.func}, ${d.patch})`;
}

/* What the last operation of a scenario made a driver decide. */
const cases: [what: string, body: string, driver: string, decided: string[]][] = [
	["a hole at start, v11", `${HOLE}open m0 = 0`, "v11", [
		"m0 adapter b filtered by 0b.0002: 0b.0002 is not bound (vfio_ap_mdev_filter_guest_matrix, v11 11/14)",
		"m0 adapter a plugged by -: its queues are bound (vfio_ap_mdev_filter_guest_matrix, v11 11/14)",
		"m0 domain 1 plugged by -: its queues are bound (vfio_ap_mdev_filter_guest_matrix, v11 11/14)",
		"m0 domain 2 plugged by -: its queues are bound (vfio_ap_mdev_filter_guest_matrix, v11 11/14)",
	]],
	["a domain with a hole is assigned, v11",
		"host adapters 0a domains 0001 0002\nbound 0a.0001\nmdev m0 adapters 0a domains 0001\nopen m0 = 0\n" +
		"assign_domain m0 2 = 1", "v11",
		["m0 domain 2 filtered by 0a.0002: 0a.0002 is not bound (vfio_ap_mdev_filter_guest_matrix, v11 11/14)"]],
	["the same, v12: rejected, no bit is touched",
		"host adapters 0a domains 0001 0002\nbound 0a.0001\nmdev m0 adapters 0a domains 0001\nopen m0 = 0\n" +
		"assign_domain m0 2 = 1", "v12",
		["m0 domain 2 filtered by 0a.0002: 0a.0002 is not bound (vfio_ap_assign_apqi_to_apcb, v12 12/17)"]],
	["the same, v13: the adapter goes",
		"host adapters 0a domains 0001 0002\nbound 0a.0001\nmdev m0 adapters 0a domains 0001\nopen m0 = 0\n" +
		"assign_domain m0 2 = 1", "v13", [
			"m0 adapter a unplugged by 0a.0002: 0a.0002 is not bound (vfio_ap_mdev_filter_apcb, v13 13/15)",
			"m0 domain 2 plugged by -: it is assigned and in the host's AP configuration " +
				"(vfio_ap_mdev_refresh_apcb, v13 09/15)"]],
	["the last queue is bound, v12", `${HOLE}open m0 = 0\nbind 0b.0002 = 0`, "v12",
		["m0 adapter b plugged by -: its queues are bound (vfio_ap_assign_apid_to_apcb, v12 12/17)"]],
	["the last queue is bound, v6.12", `${HOLE}bind 0b.0002 = 0`, "v6.12",
		["m0 adapter b plugged by -: its queues are bound (vfio_ap_mdev_filter_matrix, Linux 6.12.117)"]],
	["the partial filter of v6.0", `${HOLE}unassign_domain m0 1 = 1\nassign_domain m0 1 = 1`,
			"v6.0", [
		"m0 adapter b plugged by -: 0b.0002 is not bound and was not looked at (vfio_ap_mdev_filter_matrix, v20 17/20)",
		"m0 domain 1 plugged by -: its queues are bound (vfio_ap_mdev_filter_matrix, v20 17/20)",
	]],
	["a queue that is checkstopped, v6.0", "host adapters 0a domains 0001 0002\nbound all\n" +
		"mdev m0 adapters 0a domains 0001 0002\nopen m0 = 0\nhw 0a.0001 zapq 04 04\nreset m0\n" +
		"unassign_adapter m0 0xa\nassign_adapter m0 0xa", "v6.0", [
			"m0 adapter a filtered by 0a.0001: the last reset of 0a.0001 ended with response code 04 " +
				"(vfio_ap_mdev_filter_matrix, v20 17/20)"]],
	["an adapter the host has not, v11", "host adapters 0a domains 0001\nbound all\n" +
		"mdev m0 adapters 0a 0c domains 0001\nopen m0 = 0", "v11", [
			"m0 adapter c filtered by -: it is not in the host's AP configuration " +
				"(vfio_ap_mdev_filter_guest_matrix, v11 11/14)",
			"m0 adapter a plugged by -: its queues are bound (vfio_ap_mdev_filter_guest_matrix, v11 11/14)",
			"m0 domain 1 plugged by -: its queues are bound (vfio_ap_mdev_filter_guest_matrix, v11 11/14)"]],
	["two queues of one chain, v6.12",
		"host adapters 04 05 domains 0004 007d\nbound 04.0004 04.007d 05.0004\n" +
		"mdev m0 adapters 04 domains 0004 007d\nassign_adapter m0 5 = 1", "v6.12",
	["m0 adapter 5 filtered by 05.007d: 05.007d is not bound (vfio_ap_mdev_filter_matrix, Linux 6.12.117)"]],
	["an adapter is unassigned, v6.12", `${HOLE}unassign_adapter m0 0xa = 3`, "v6.12", [
		"m0 adapter a unplugged by -: it is no longer assigned (vfio_ap_mdev_hot_unplug_adapters, Linux 6.12.117)"]],
	["a queue is unbound, v6.12", `${HOLE}unbind 0a.0001 = 0`, "v6.12", [
		"m0 adapter a unplugged by 0a.0001: 0a.0001 is being unbound (vfio_ap_mdev_remove_queue, Linux 6.12.117)"]],
	["the host loses an adapter, v6.0: no masks are set, and yet", `${HOLE}cfg adapters 0b`,
			"v6.0", [
		"m0 adapter a unplugged by -: it is not in the host's AP configuration " +
			"(vfio_ap_mdev_hot_unplug_cfg, v20 17/20)"]],
];

test("decisions: what was decided, for which queue, in which function of which patch",
		async (t) => {
	for (const [what, body, driver, decided] of cases)
		t.strictSame(play(driver, body).steps.at(-1)!.decisions.map(text), decided, what);
});

test("decisions: a file and a Message-Id go with them", async (t) => {
	const [d] = play("v12", `${HOLE}open m0 = 0\nbind 0b.0002 = 0`).steps.at(-1)!.decisions;

	t.match(d, {
		file: "drivers/s390/crypto/history/v12/vfio_ap_ops.ts",
		message_id: "<20201124214016.3013-13-akrowiak@linux.ibm.com>",
	});
	t.equal(play("v6.12", `${HOLE}bind 0b.0002 = 0`).steps.at(-1)!.decisions[0]!.message_id,
		null);
});

test("decisions: two mdevs are told apart, also where the masks are a local's", async (t) => {
	const body = "host adapters 0a 0b domains 0001 0002\nbound 0a.0001 0b.0001\n" +
		"mdev m0 adapters 0a domains 0001\nmdev m1 adapters 0b domains 0001\nopen m0 = 0\nopen m1 = 0\n" +
		"assign_domain m1 2 = 1";

	for (const driver of ["v11", "v13"])
		t.match(play(driver, body).steps.at(-1)!.decisions[0],
			{ mdev: "m1", queue: "0b.0002" }, driver);
});

test("decisions: only who asks for them pays", async (t) => {
	const steps = play("v11", `${HOLE}open m0 = 0`, false).steps;

	t.strictSame(steps.flatMap((st) => st.decisions), []);
	t.notOk(trace_clear_bit_inv.enabled || trace_set_bit_inv.enabled,
		"nobody listens any more");
});

/* Each scenario on some drivers, and each driver with some scenarios. */
const ONE_IN = 4;

test("decisions: who watches changes nothing", async (t) => {
	for (const [i, file] of readdirSync(CORPUS).filter((f) => f.endsWith(".scn")).entries()) {
		const [s] = parse_scenarios(readFileSync(new URL(file, CORPUS), "utf8"), file);

		const drivers = laboratory.drivers().filter((_, k) => (i + k) % ONE_IN === 0);

		for (const driver of drivers) {
			const [a, b] = [true, false].map((explain) =>
				JSON.stringify(play_scenario(s!, driver.label, { explain }).steps
					.map((st) => [st.verdict, st.rc, st.crash, st.guest,
						st.apcb, st.actual])));

			t.equal(a, b, `${s!.name} on ${driver.label}`);
		}
	}
});
