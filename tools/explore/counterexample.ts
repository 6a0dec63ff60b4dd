// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counterexamples. Each is confirmed on a machine that boots, made small, and tried on every
 * driver. It is then written as a scenario and as numbered steps for a mail.
 */
import { ported, type driver } from "../../drivers/s390/crypto/history/index.ts";
import { trace_lock } from "#linux/lockdep.h";
import { laboratory } from "../lib/lab/lab.ts";
import { mail_text } from "../lib/mail/write.ts";
import { play as play_scenario } from "../lib/play/play.ts";
import { print_scenario } from "../lib/scenario/print.ts";
import { call_sites } from "../lib/texts/calls.ts";
import {
	number_steps, type expectation, type op, type operation, type scenario, type statement,
	type verdict,
} from "../lib/scenario/model.ts";
import {
	declared_rule_of, masks_are, masks_text, properties, type complaint, type property,
	type surroundings,
} from "./properties.ts";
import type { finding } from "./search.ts";
import {
	all_ops, anything, machine_of, op_kinds, queue_of, rename_op, renamings, type machine_size,
	type space_op,
} from "./space.ts";
import {
	VFIO_AP, empty_observation, host_config_of, world, type mask_set, type observation,
	type outcome,
} from "./world.ts";

/**
 * struct trial - a machine and the operations on it
 * @host: the AP configuration that it boots with
 * @other: for history-free, the path that should lead to the same guest
 */
export interface trial {
	size: machine_size;
	host: mask_set;
	property: property;
	path: space_op[];
	other: space_op[] | null;
}

/**
 * struct played - a path that was played: the outcome of each operation, and the last observation
 */
interface played {
	done: { op: op; result: outcome }[];
	before: observation;
	after: observation;
}

const property_of = (name: string): property => properties.find((p) => p.name === name)!;

/** trial_of - the trial of a finding, as it was found */
function trial_of(f: finding, size: machine_size): trial {
	return {
		size, property: property_of(f.property), path: f.path, other: f.other, host: {
			apm: (1 << size.adapters) - 1, aqm: (1 << size.domains) - 1,
			adm: (1 << size.cdoms) - 1,
		},
	};
}

const DRIVER_FILE = /vfio_ap_(?:ops|drv)\.[jt]s$/;
const LOCKING = /^(?:get|release)_update_locks|^mutex|^lock|^trace|^emit|^handle/;

/**
 * watch_functions - watch which functions of the driver take locks
 * @note: is called with the name of a function each time
 *
 * Return: a function that ends it.
 */
export function watch_functions(note: (name: string) => void): () => void {
	return trace_lock.register(() => {
		const names = call_sites()
			.filter((site) => DRIVER_FILE.test(site.getFileName() ?? ""))
			.map((site) => site.getFunctionName());

		for (const name of names.toReversed())
			if (name !== null && !LOCKING.test(name))
				note(name);
	});
}

/**
 * play - play a path
 * @each: is told each operation; the path ends if it answers false
 * @note: is told the functions that take locks in the last operation
 */
function play(
	t: trial, path: space_op[], on: driver, each?: (p: played, op: space_op) => boolean,
	note?: (name: string) => void,
): played {
	const machine = new world(t.size, on, t.host);
	const p: played = {
		done: [], before: empty_observation(t.size), after: empty_observation(t.size),
	};

	machine.observe(p.after);
	for (const [i, o] of path.entries()) {
		[p.before, p.after] = [p.after, p.before];
		const stop = note !== undefined && i === path.length - 1 ? watch_functions(note)
			: () => {};
		const as_lab = machine.lab_op(o);
		const result = machine.run(o);

		stop();
		p.done.push({ op: as_lab, result });
		if (result.crash !== null)
			break;
		machine.observe(p.after);
		if (each?.(p, o) === false)
			break;
	}
	machine.end();
	return p;
}

function surroundings_of(t: trial, on: driver): surroundings {
	return { size: t.size, rule: declared_rule_of(on.label) };
}

function complaint_about(t: trial, p: played, o: space_op, on: driver): complaint | null {
	const result = p.done.at(-1)!.result;
	const in_ = surroundings_of(t, on);

	return (result.crash === null ? t.property.state?.(p.after, in_) : null) ??
		t.property.step?.({ before: p.before, after: p.after, op: o, result }, in_) ?? null;
}

function guests_text(s: observation, size: machine_size): string {
	return s.mdevs.map((m) => m.apcb.apm === 0 || m.apcb.aqm === 0 ? `- ${m.apcb.adm}` :
		masks_text(m.apcb, size)).join("; ");
}

function causes_text(s: observation): string {
	return JSON.stringify([s.host, s.mdevs.map((m) => [m.born !== 0, m.guest, m.matrix]),
		s.queues.map((q) => [q.driver === VFIO_AP, q.reset])]);
}

/* Play two paths to the same assignments, bindings and host, on the same machine. */
function compare_histories(t: trial, on: driver): complaint | null {
	const one = play(t, t.other!, on);
	const two = play(t, t.path, on);

	if (one.done.length !== t.other!.length || two.done.length !== t.path.length ||
	    causes_text(one.after) !== causes_text(two.after) ||
	    guests_text(one.after, t.size) === guests_text(two.after, t.size))
		return null;
	const m = one.after.mdevs.findIndex((it, i) =>
		masks_text(it.apcb, t.size) !== masks_text(two.after.mdevs[i].apcb, t.size));

	return {
		m, expected: `the guest has what it has the other way: ${
			masks_text(one.after.mdevs[m].apcb, t.size)}`,
		actual: masks_text(two.after.mdevs[m].apcb, t.size),
		expect: masks_are("apcb", m, one.after.mdevs[m].apcb, t.size),
	};
}

/**
 * verify - play a trial and check whether its last operation breaks its property
 *
 * Return: the complaint, or null if the property holds.
 */
export function verify(t: trial, on: driver): complaint | null {
	if (t.other !== null)
		return compare_histories(t, on);
	const p = play(t, t.path, on);

	return p.done.length < t.path.length || t.path.length === 0 ? null :
		complaint_about(t, p, t.path.at(-1)!, on);
}

/** functions_of - the functions that take locks in a trial's last operation */
export function functions_of(t: trial, on: driver): string[] {
	const found = new Set<string>();

	play(t, t.path, on, undefined, (name) => found.add(name));
	return [...found];
}

/**
 * first_breach - play a path until a property is broken
 *
 * Return: the property and the number of operations, or null.
 */
export function first_breach(
	t: Omit<trial, "property">, wanted: readonly property[], on: driver,
): { property: property; length: number } | null {
	let found: { property: property; length: number } | null = null;
	const whole: trial = { ...t, property: wanted[0] };
	const look = (p: played, o: space_op): boolean => {
		const broken = wanted.find((property) =>
			complaint_about({ ...whole, property }, p, o, on) !== null);

		if (broken !== undefined)
			found = { property: broken, length: p.done.length };
		return broken === undefined;
	};
	const p = play(whole, t.path, on, look);

	if (found === null && p.done.at(-1)?.result.crash)
		look(p, t.path[p.done.length - 1]);
	return found;
}

function without(path: space_op[], i: number): space_op[] {
	return path.filter((_, n) => n !== i);
}

/*
 * The trial without one of its operations, for each operation; in two paths, without one in both.
 */
function* shorter_than(t: trial): Generator<trial> {
	for (let i = t.path.length - (t.other === null ? 2 : 1); i >= 0; i--) {
		yield { ...t, path: without(t.path, i) };
		for (let k = (t.other?.length ?? 0) - 1; k >= 0; k--)
			yield { ...t, path: without(t.path, i), other: without(t.other!, k) };
	}
	for (let k = (t.other?.length ?? 0) - 1; k >= 0; k--)
		yield { ...t, other: without(t.other!, k) };
}

/* Leave out one operation after the other, as long as the trial fails in the same way. */
function shorten(t: trial, fails: (t: trial) => boolean): trial {
	for (const shorter of shorter_than(t))
		if (fails(shorter))
			return shorten(shorter, fails);
	return t;
}

/* Take from the host what the failure does not need. */
function shrink_host(t: trial, fails: (t: trial) => boolean): trial {
	let best = t;

	for (const mask of ["apm", "aqm", "adm"] as const) {
		for (let id = 15; id >= 0; id--) {
			if ((best.host[mask] >>> id & 1) === 0)
				continue;
			const less = {
				...best, host: {
					...best.host, [mask]: best.host[mask] & ~(1 << id),
				},
			};

			if (fails(less))
				best = less;
		}
	}
	return best;
}

const MAX_RENAMINGS = 200;

/* Use the smallest numbers: of all renamed trials that fail, the one whose text sorts first. */
function renumber(t: trial, fails: (t: trial) => boolean): trial {
	const text = (it: trial): string => JSON.stringify([it.host, it.path, it.other]);
	const { adapters, domains, cdoms, mdevs } = t.size;
	const plain = { ...t, size: machine_of(adapters, domains, cdoms, mdevs, true) };
	let best = fails(plain) ? plain : t;

	if (adapters > 3 || domains > 3 || mdevs > 3)
		return best;
	for (const r of renamings(t.size, anything).slice(0, MAX_RENAMINGS)) {
		const image: trial = {
			...best, path: t.path.map((o) => rename_op(o, r)),
			other: t.other?.map((o) => rename_op(o, r)) ?? null,
			host: {
				apm: r.apid_mask[t.host.apm], aqm: r.apqi_mask[t.host.aqm],
				adm: r.cdom_mask[t.host.adm],
			},
		};

		if (text(image) < text(best) && fails(image))
			best = image;
	}
	return best;
}

/** minimise - the smallest trial that fails in the same way */
function minimise(t: trial, on: driver): trial {
	const fails = (it: trial): boolean => verify(it, on) !== null;

	return renumber(shrink_host(shorten(t, fails), fails), fails);
}

/**
 * struct counterexample - a confirmed finding
 * @scenarios: two for history-free, otherwise one; `replay` plays them
 * @mail: the same as numbered steps
 * @shared_by: the drivers that fail in the same way
 */
export interface counterexample {
	driver: string;
	property: string;
	operation: string;
	length: number;
	expected: string;
	actual: string;
	functions: string[];
	shared_by: string[];
	scenarios: scenario[];
	mail: string;
	count: number;
}

function say(body: statement["body"]): statement {
	return { line: 0, label: null, n: "", drivers: null, body, note: null };
}

function operation_of(o: op, rc: operation["rc"], fail_nth = 0): statement {
	return say({ kind: "op", op: o, rc, fail_nth });
}

function hw_script(t: trial, o: space_op): statement[] {
	if (o.fault === null || "nth" in o.fault)
		return [];
	const { apid, apqi, insn, codes } = o.fault;

	const queue = queue_of(t.size, apid * t.size.domains + apqi);

	return [operation_of(["hw", queue, { [insn]: codes }], null)];
}

/* An expectation that holds on every driver. The expectations after it count from here. */
function pause(t: trial, before: observation): statement[] {
	const m = before.mdevs.findIndex((it) => it.born !== 0);
	const bound = before.queues.flatMap((q, i) => q.driver === VFIO_AP ? [queue_of(t.size, i)]
		: []);

	if (m >= 0)
		return [say({
			kind: "expect",
			expect: masks_are("matrix", m, before.mdevs[m].matrix, t.size),
		})];
	return bound.length === 0 ? [] :
		[say({ kind: "expect", expect: { what: "bindings", bound: true, queues: bound } })];
}

const COUNTED: readonly expectation["what"][] = ["instructions", "updates", "warn"];

function statements_of(
	t: trial, path: space_op[], on: driver, expect: expectation | null,
): statement[] {
	const p = play(t, path, on);
	const steps = p.done.flatMap(({ op: o, result }, i) => {
		const fault = path[i].fault;
		const nth = fault !== null && "nth" in fault ? fault.nth : 0;
		const last = i === path.length - 1;
		const rc = result.crash !== null || last ? null : result.rc >= 0 ? "ok" : "error";

		return [
			...(last && expect !== null && COUNTED.includes(expect.what)
				? pause(t, p.before) : []),
			...hw_script(t, path[i]), operation_of(o, rc, nth),
		];
	});
	const said = [operation_of(["bound", "all"], null), ...steps,
		...(expect === null ? [] : [say({ kind: "expect", expect })])];

	said.forEach((s, i) => {
		s.label = String(i + 1);
	});
	number_steps(said);
	return said;
}

function scenario_of(
	t: trial, name: string, about: string[], statements: statement[],
): scenario {
	const made: scenario = {
		file: `${name}.scn`, line: 1, name,
		source: `vfio-ap explore, ${t.property.name}: ${t.property.source}`,
		about, assumptions: [], slips: [], verdicts: [],
		host: host_config_of(t.size, t.host),
		apmask: [], aqmask: [], memory: "zero", choices: [], statements,
	};

	made.verdicts = verdicts_of(made);
	return made;
}

/* The outcome on each driver. Drivers with the same outcome stand together. */
function verdicts_of(s: scenario): verdict[] {
	const by_steps = new Map<string, string[]>();

	for (const d of laboratory.drivers()) {
		const differs = play_scenario(s, d.label, { explain: false })
			.steps.filter((it) => it.verdict === "differs");
		const key = differs.map((it) => it.s.n).join(" ");

		by_steps.set(key, [...by_steps.get(key) ?? [], d.label]);
	}
	return [...by_steps].map(([steps, labels]) => ({
		line: 1, drivers: labels, holds: steps === "",
		differs_at: steps === "" ? [] : steps.split(" "),
	}));
}

/** mail_of - a counterexample as steps for a mail; @reason: why the property should hold */
export function mail_of(c: Omit<counterexample, "mail">, reason: string): string {
	const steps = c.scenarios.map((s, i) =>
		(c.scenarios.length > 1 ? `${i === 0 ? "One" : "Another"} way:\n\n` : "") +
			mail_text(s));

	return [
		`${c.property}: ${reason}`, "", ...steps, "",
		`Expected: ${c.expected}`, `Actual:   ${c.actual}`,
		`${c.functions.length === 0 ? "" : `Decided in ${c.functions.join(", ")}; `}the same on ${
			c.shared_by.join(", ")}.`,
	].join("\n") + "\n";
}

/* The first operation that shows the result of a path, or null. */
function with_probe(t: trial, property: property, on: driver): trial | null {
	for (const o of all_ops(t.size, op_kinds, false)) {
		const longer = { ...t, property, path: [...t.path, o] };

		if (verify(longer, on) !== null)
			return longer;
	}
	return null;
}

/*
 * Both paths on one machine. The search identifies states that differ in names, so names may
 * differ.
 */
function renamed(t: trial, on: driver): trial | null {
	for (const r of renamings(t.size, anything)) {
		const same = { ...t, path: t.path.map((o) => rename_op(o, r)) };

		if (verify(same, on) !== null)
			return same;
	}
	return null;
}

/*
 * The search knows the lock orders of all paths. On a machine that boots, the second of two
 * contradicting orders may need one more operation.
 */
function confirmed(t: trial, on: driver): trial | null {
	if (verify(t, on) !== null)
		return t;
	if (t.other !== null)
		return renamed(t, on);
	return t.property.name === "no-inversion" ? with_probe(t, t.property, on) : null;
}

/**
 * smallest_trial - the smallest trial that shows a finding
 *
 * Return: null if a machine that boots does not show it.
 */
export function smallest_trial(f: finding, size: machine_size, on: driver): trial | null {
	const found = confirmed(trial_of(f, size), on);

	return found === null ? null : minimise(found, on);
}

/**
 * counterexample_of - the counterexample for a finding
 * @t: the smallest trial, if it is known
 *
 * Return: null if a machine that boots does not show it.
 */
export function counterexample_of(
	f: finding, size: machine_size, on: driver, t: trial | null = smallest_trial(f, size, on),
): counterexample | null {
	if (t === null)
		return null;
	const complaint = verify(t, on)!;
	const shown = (f.property === "links-sound" ?
		with_probe(t, property_of("no-hang"), on) : null) ?? t;
	const expect = shown === t ? complaint.expect : verify(shown, on)!.expect;
	const name = [
		"explore", on.label.replaceAll(".", "-"), f.property, f.kind.replaceAll("_", "-"),
	]
		.join("-");
	const about = [
		t.property.reason, `Expected: ${complaint.expected}.`,
		`Actual: ${complaint.actual}.`,
	];
	const paths = t.other === null ? [shown.path] : [t.other, t.path];
	const scenarios = paths.map((path, i) => scenario_of(shown,
		paths.length === 1 ? name : `${name}-${i + 1}`, about,
			statements_of(shown, path, on, expect)));
	const made = {
		driver: on.label, property: f.property, operation: f.kind,
		length: t.path.length + (t.other?.length ?? 0),
		expected: complaint.expected, actual: complaint.actual,
		functions: functions_of(t, on),
		shared_by: [...ported.includes(on) ? [] : [on], ...ported]
			.filter((d) => verify(t, d) !== null).map((d) => d.label), scenarios,
		count: f.count,
	};

	return { ...made, mail: mail_of(made, t.property.reason) };
}

/** scenario_text - the scenarios of a counterexample as a file's text */
export function scenario_text(c: Pick<counterexample, "scenarios">): string {
	return c.scenarios.map((s) => print_scenario(s)).join("\n");
}
