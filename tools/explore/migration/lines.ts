// SPDX-License-Identifier: GPL-2.0-only
/*
 * Write a breach that was found on a migration as explore writes every other: as a scenario that
 * replay can play, and as steps for a mail.
 */
import { older_than, ported, type driver } from "../../../drivers/s390/crypto/history/index.ts";
import { load_driver } from "../../lib/lab/loader.ts";
import { play } from "../../lib/play/play.ts";
import { number_steps, type op, type scenario, type statement } from "../../lib/scenario/model.ts";
import { mail_of, watch_functions, type counterexample } from "../counterexample.ts";
import { migration_machine, watches, type done } from "./machine.ts";
import type { deed, yard } from "./operations.ts";
import { function_of, type breach } from "./search.ts";

function say(o: op, rc: number | "hang" | "fault" | null, fail_nth = 0): statement {
	return {
		line: 0, label: null, n: "", drivers: null, note: null,
		body: { kind: "op", op: o, rc, fail_nth },
	};
}

/* An operation with its result. If the hardware was told what to answer, that comes first. */
function statements_of({ deed: { op, nth, hw }, result }: done): statement[] {
	return [
		...(hw === null ? [] : [say(["hw", ...hw], null)]),
		say(op, result.crash ??
			(op[0] === "hw" || op[0] === "cfg" ? null : result.rc), nth),
	];
}

/* Run a path again. Keep each operation's result, and the functions that the last one called. */
function replayed(b: breach, y: yard, on: driver): { all: done[]; functions: string[] } {
	const machine = new migration_machine(y, b.watch, on);
	const functions = new Set<string>();
	const all: done[] = [];

	for (const [i, d] of b.path.entries()) {
		const stop = i === b.path.length - 1
			? watch_functions((name) => functions.add(name)) : () => {};

		all.push(machine.run(d));
		stop();
	}
	machine.end();
	const { crash } = all.at(-1)!;

	return { all, functions: crash === null ? [...functions] : [function_of(crash)] };
}

function slug(text: string): string {
	return text.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
}

function scenario_of(b: breach, y: yard, on: driver, all: done[]): scenario {
	const statements = [say(["bound", "all"], null), ...all.flatMap(statements_of)];
	const name = slug(`explore ${on.label} ${b.rule.name} ${b.wrong.actual}`).slice(0, 100);
	const made: scenario = {
		file: `${name}.scn`, line: 1, name,
		source: `vfio-ap explore, ${b.rule.name}: ${b.rule.source}`,
		about: [b.rule.reason, `Expected: ${b.wrong.expected}.`,
			`Actual: ${b.wrong.actual}.`,
			...b.behind.map((key) => `Broken before: ${key}.`)],
		assumptions: [], slips: [], verdicts: [], apmask: [], aqmask: [], choices: [],
		statements,
		host: {
			apxa: 1, na: 255, nd: 255, apm: y.apids, aqm: y.apqis, adm: y.apqis,
			old: [],
		},
		memory: "zero", ...watches[b.watch],
	};

	statements.forEach((s, i) => {
		s.label = String(i + 1);
	});
	number_steps(statements);
	const differs = play(made, on.label, { explain: false })
		.steps.filter((it) => it.verdict === "differs").map((it) => it.s.n);

	made.verdicts =
		[{ line: 1, drivers: [on.label], holds: differs.length === 0,
			differs_at: differs }];
	return made;
}

function is_of_migration({ op: [name] }: deed): boolean {
	return name.startsWith("mig_");
}

/*
 * The other drivers that break the rule. Those without migration are asked if the path does not
 * migrate. Those before 6.10 are never asked: they have no ap_config.
 */
async function shared(b: breach, y: yard, on: driver): Promise<string[]> {
	const labels = [on.label];

	for (const d of b.path.some(is_of_migration)
		? [] : ported.filter((it) => !older_than(it, "6.10")))
		if (d.label !== on.label && breaks_too(b, y, await load_driver(d.label)))
			labels.push(d.label);
	return labels;
}

function breaks_too(b: breach, y: yard, on: driver): boolean {
	const last = replayed(b, y, on).all.at(-1)!;

	return last.crash === null ? b.rule.holds(last)?.actual === b.wrong.actual
		: b.rule.name === "no-oops";
}

/** counterexample_of_breach - turn a breach into a counterexample */
export async function counterexample_of_breach(
	b: breach, y: yard, on: driver,
): Promise<counterexample> {
	const { all, functions } = replayed(b, y, on);
	const made = {
		driver: on.label, property: b.rule.name, operation: b.path.at(-1)!.op[0],
		length: b.path.length,
		expected: b.wrong.expected, actual: b.wrong.actual, functions, count: b.count,
		shared_by: await shared(b, y, on), scenarios: [scenario_of(b, y, on, all)],
	};

	return { ...made, mail: mail_of(made, b.rule.reason) };
}
