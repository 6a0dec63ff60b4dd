// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { ported } from "../../../drivers/s390/crypto/history/index.ts";
import { count_text, lines_report } from "../../../tools/explore/report.ts";
import { search } from "../../../tools/explore/search.ts";
import {
	interchangeable_on, machine_of, make, type op_kind,
} from "../../../tools/explore/space.ts";
import { empty_observation, world } from "../../../tools/explore/world.ts";
import { driver_of, load_driver } from "../../../tools/lib/lab/loader.ts";
import { found, kinds_of, replays, results, shop, shown_of } from "./fixture.ts";

await Promise.all(ported.map(load_driver));

test("states that differ in names only are one, and nothing is lost", async (t) => {
	const kinds: op_kind[] = [
		"create", "open", "assign_adapter", "assign_domain", "unbind", "bind",
	];
	const of = (identify: boolean) =>
		found({ drivers: ["v6.0"], adapters: 2, domains: 2, cdoms: 0, kinds, identify });
	const [one, each] = [await of(true), await of(false)];

	t.ok(one.findings.length > 0);
	t.strictSame(kinds_of(one), kinds_of(each));
	t.ok(one.states < each.states / 2);
});

test("history decides on v11 and v12", async (t) => {
	const kinds: op_kind[] = [
		"create", "open", "assign_adapter", "assign_domain", "unbind", "bind",
	];

	for (const [driver, longest] of [["v11", 2 * 9], ["v12", 2 * 9]] as const) {
		const shown = shown_of(
			await results({
				drivers: [driver], adapters: 2, domains: 2, cdoms: 0, kinds,
				properties: ["history-free"],
			}))
			.find((c) => c.property === "history-free");

		t.ok(shown !== undefined && shown.length <= longest,
			`${driver}: ${shown?.length} operations`);
		if (shown)
			replays(t, shown);
	}
});

/* What is left of a guest's domains when its last adapter goes, by which of two that is. */
function domains_left(driver: string, hole: number): number {
	const machine = new world(machine_of(2, 1, 0, 1), driver_of(driver));
	const seen = empty_observation(machine.size);

	for (const o of [
		make("create"), make("assign_adapter", { id: 0 }),
		make("assign_adapter", { id: 1 }),
		make("assign_domain"), make("unbind", { apid: hole }),
		make("host_adapter", { id: 1 - hole }),
		make("open"),
	])
		machine.run(o);
	machine.observe(seen);
	machine.end();
	return seen.mdevs[0].shadow.aqm;
}

/*
 * How often a guest's masks are set when the host gains a domain, by which of two adapters has a
 * hole.
 */
function updates(driver: string, hole: number): number {
	const machine = new world(machine_of(2, 2, 0, 1), driver_of(driver));
	const gains = make("host_domain", { id: 1 });

	for (const o of [
		make("create"), make("assign_adapter", { id: 0 }),
		make("assign_adapter", { id: 1 }),
		make("assign_domain", { id: 0 }), make("assign_domain", { id: 1 }), gains,
		make("unbind", { apid: hole }), make("open"),
	])
		machine.run(o);
	const { ev } = machine.run(gains);

	machine.end();
	return ev.filter(([what]) => what === "apcb").length;
}

test("adapters are interchangeable, but not on v11 and v13", async (t) => {
	for (const driver of ported) {
		const { label } = driver;
		const same_domains = domains_left(label, 0) === domains_left(label, 1);
		const same_updates = Math.min(2, updates(label, 0)) === Math.min(2,
			updates(label, 1));

		t.equal(same_domains, label !== "v11", `${label}: domains left`);
		t.equal(same_updates, label !== "v13", `${label}: updates`);
		t.equal(interchangeable_on(driver).adapters, same_domains && same_updates);
	}
});

test("what is taken for interchangeable and does not act alike is found out", async (t) => {
	const v13 = await load_driver({ ...driver_of("v13"), label: "v13 by another name" });
	const kinds: op_kind[] = [
		"create", "destroy", "open", "close", "assign_adapter", "unassign_adapter",
		"assign_domain",
		"unassign_domain", "bind", "unbind", "host_adapter", "host_domain", "apmask",
		"aqmask",
	];
	const of_v13 = new search({
		driver: { like: "v13", label: v13.label, url: null }, size: machine_of(2, 2, 0, 1),
		kinds,
		faults: false, properties: ["one-update"],
		depth: Infinity, max_states: 30000, max_memory: Infinity, stop_at_first: false,
		identify: true, commute: true, progress: () => {},
	}, v13);

	t.ok(interchangeable_on(v13).adapters);
	await t.rejects(shop.search(of_v13),
		/updates? .* now: what is taken for interchangeable or independent is not/);
});

test("bounds are said", async (t) => {
	const stopped = await results({ max_states: 50 });
	const few = lines_report(stopped) + count_text(stopped);
	const shallow = lines_report(await results({ depth: 2 }));
	const first = await results({ drivers: ["v6.0"], stop_at_first: true });

	t.match(few, "NOT COMPLETE: --max-states was reached");
	t.match(few, "0 counterexamples; the search is not complete");
	t.match(shallow, "longer ways than --depth were not tried");
	t.match(first[0], { bound: "first" });
	t.strictSame(new Set(shown_of(first).map((c) => c.length)), new Set([1]),
		"the shortest come first");
});

test("faults: allocations and answers of the hardware", async (t) => {
	const lines = await results({
		faults: true, cdoms: 0,
		kinds: [
			"create", "open", "close", "assign_adapter", "assign_domain", "aqic_on",
			"reset", "unbind", "bind",
		],
	});

	t.match(lines[0], { bound: null });
	t.notOk(lines.some((l) => l.result === "unconfirmed"));
	for (const c of shown_of(lines))
		replays(t, c);
});
