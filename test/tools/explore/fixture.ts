// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the tests of the search have in common.
 */
import { t, type Test } from "tap";
import { jobs_of, search_of, type line, type plan } from "../../../tools/explore/campaign.ts";
import { workshop } from "../../../tools/explore/pool.ts";
import { properties } from "../../../tools/explore/properties.ts";
import type { search_result } from "../../../tools/explore/search.ts";
import { op_kinds } from "../../../tools/explore/space.ts";
import { read_mail } from "../../../tools/lib/mail/read.ts";
import { pick_drivers, play } from "../../../tools/lib/play/play.ts";
import { parse_scenarios } from "../../../tools/lib/scenario/parse.ts";
import { print_scenario } from "../../../tools/lib/scenario/print.ts";

await pick_drivers("all");

export type shown = Extract<line, { result: "counterexample" }>;

/** A search of everything on the smallest machine. */
export const everything: plan = {
	drivers: ["v6.12"], adapters: 1, domains: 1, cdoms: 1, mdevs: 1, kinds: [...op_kinds],
	properties: properties.map((p) => p.name), faults: false, depth: Infinity,
	max_states: 100_000, max_memory: Infinity,
	stop_at_first: false, identify: true, commute: true, walks: 0, block: 5, steps: 30, seed: 1,
};

/** One worker for all searches of a test file: it has to load the kernel once. */
export const shop = new workshop(1, true);

t.teardown(() => shop.close());

export async function results(more: Partial<plan>): Promise<line[]> {
	return await shop.run(jobs_of({ ...everything, ...more }), () => {});
}

/** found - what a search finds, without the counterexamples: to make them takes longer */
export async function found(more: Partial<plan>): Promise<search_result> {
	const [job] = jobs_of({ ...everything, ...more });

	return await shop.search(await search_of(job!, () => {}));
}

/** kinds_of - what a search finds, and how long the shortest way there is */
export function kinds_of({ findings }: search_result): unknown[] {
	return findings.map((f) => [f.property, f.kind, f.path.length, f.other?.length]);
}

/* What a search took, not what it found. */
const EFFORT = ["seconds", "executed", "boots"];

/** without_effort - a result without what differs from run to run */
export function without_effort(l: line | search_result): Record<string, unknown> {
	return Object.fromEntries(Object.entries(l).filter(([name]) => !EFFORT.includes(name)));
}

export function shown_of(lines: line[]): shown[] {
	return lines.filter((l): l is shown => l.result === "counterexample");
}

export function names_of(lines: line[]): string[] {
	return shown_of(lines).map((c) => `${c.property} ${c.operation}`);
}

/** replays - a counterexample's file says what replay makes of it, on the driver it is of */
export function replays(t: Test, c: shown, drivers: readonly string[] = [c.driver]): void {
	for (const s of parse_scenarios(c.scenario, "shown.scn"))
		for (const label of drivers)
			t.ok(play(s, label, { explain: false }).as_recorded,
				`${c.property} ${c.operation}: replay on ${label} comes out as the file says`);
}

/** What is printed for a mail is read as the scenarios that are printed beside it. */
export async function reads_back(t: Test, c: shown): Promise<void> {
	const back = (await read_mail(Buffer.from(`Hi,\n\n${c.mail}\nRegards,\nJ\n`), "m", null))
		.flatMap((r) => r.scenarios);

	t.strictSame(back.map(print_scenario), parse_scenarios(c.scenario, "m").map(print_scenario),
		`${c.property} ${c.operation}: the mail is read as the scenario`);
}
