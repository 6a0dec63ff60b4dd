// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plays a scenario on one driver and judges every line of it. What is true comes from the lab
 * alone; this file compares.
 */
import { queue_name } from "../scenario/ids.ts";
import type { op, operation, result, scenario, statement } from "../scenario/model.ts";
import { print_result } from "../scenario/result.ts";
import { judge } from "./judge.ts";
import type { decision, lab, lab_driver, lab_event, lab_result, laboratory } from "../lab/model.ts";

export type verdict = "holds" | "differs" | "unread";

/**
 * struct step - one line of a scenario, judged
 * @s: the line
 * @verdict: whether it holds
 * @rc: what an operation returned; null for an expectation or a crash
 * @guest, @apcb: the queues of shadow_apcb and of the guest's CRYCB afterwards; null if there is
 *                no mdev or no guest
 * @expected, @actual: both sides, as text; "" where there is nothing to compare
 * @decisions: what the driver decided during the operation
 * @standing: its last decision about each adapter and domain by then
 * @after: the last operation's number
 */
export interface step {
	s: statement;
	verdict: verdict;
	rc: number | null;
	crash: "hang" | "fault" | null;
	guest: string[] | null;
	apcb: string[] | null;
	expected: string;
	actual: string;
	decisions: decision[];
	standing: made[];
	after: string;
}

/** struct made - a decision, and the number of the operation in which it was made */
export interface made {
	n: string;
	d: decision;
}

/**
 * struct report - a scenario on a driver
 * @as_recorded: the outcome is the one the scenario's verdict line gives for this driver, or,
 *               without such a line, everything holds
 */
export interface report {
	scenario: scenario;
	driver: lab_driver;
	steps: step[];
	as_recorded: boolean;
}

/**
 * struct window - what happened since the last block of expectations
 * @before: the shadow's queues of each mdev when the block ended
 * @log: how many lines the kernel log had then
 */
export interface window {
	events: lab_event[];
	before: Map<string, string[]>;
	log: number;
	last: lab_result | null;
	held: Map<string, number>;
}

function new_window(held: Map<string, number>, log: number): window {
	return { events: [], before: new Map(), log, last: null, held };
}

const HELD: Record<string, [string, number]> = {
	"pin": ["pins", 1], "unpin": ["pins", -1], "gisc+": ["gisc", 1], "gisc-": ["gisc", -1],
};

function count_held(w: window, events: lab_event[]): void {
	for (const [name, mdev] of events) {
		const change = HELD[name];

		if (change === undefined)
			continue;
		const key = `${change[0]} ${mdev}`;
		w.held.set(key, (w.held.get(key) ?? 0) + change[1]);
	}
}

/** expand - the operations a short form stands for */
export function expand(o: op, machine: lab): op[] {
	switch (o[0]) {
	case "bound": {
		const wanted = new Set(o[1] === "all" ? machine.queues() : o[1]);
		const bound = new Set(machine.bound());

		return machine.queues().filter((q) => wanted.has(q) !== bound.has(q))
			.map((q): op => [wanted.has(q) ? "bind" : "unbind", q]);
	}
	case "mdev": {
		const writes = (attr: string, ids: number[]): op[] =>
			ids.map((id) => ["write", o[1], attr, `0x${id.toString(16)}`]);

		return [["create", o[1]], ...writes("assign_adapter", o[2].apm),
			...writes("assign_domain", o[2].aqm), ...writes("assign_control_domain", o[2].adm)];
	}
	default:
		return [o];
	}
}

function result_matches(expected: result, r: lab_result): boolean {
	switch (expected) {
	case null:
		return true;
	case "ok":
		return r.crash === null && r.rc >= 0;
	case "error":
		return r.crash === null && r.rc < 0;
	case "hang":
	case "fault":
		return r.crash === expected;
	default:
		return r.crash === null && r.rc === expected;
	}
}

/** result_text - what an operation returned, as text */
export function result_text(r: lab_result): string {
	return r.crash ?? print_result(r.rc);
}

function queues_of(m: { apm: number[]; aqm: number[] } | null): string[] | null {
	return m === null ? null : m.apm.flatMap((a) => m.aqm.map((d) => queue_name(a, d)));
}

/** The mdev a step is about: the one it names, else the first of the scenario. */
function mdev_of(s: statement, first: string): string {
	const { body } = s;

	if (body.kind === "unread")
		return first;
	if (body.kind === "expect")
		return "mdev" in body.expect ? body.expect.mdev : first;
	return typeof body.op[1] === "string" && /^m[0-9]+$/.test(body.op[1]) ? body.op[1] : first;
}

function short_form(o: op): boolean {
	return o[0] === "bound" || o[0] === "mdev";
}

function unit_key(d: decision): string {
	return `${d.mdev} ${d.unit} ${d.id}`;
}

/** The last decision about each adapter and domain: what the guest is left with. */
function last_decisions(list: readonly decision[]): decision[] {
	const last = new Map<string, decision>();

	for (const d of list) {
		last.delete(unit_key(d));
		last.set(unit_key(d), d);
	}
	return [...last.values()];
}

function run_operation(body: operation, machine: lab, w: window):
		{ r: lab_result; decisions: decision[] } {
	let r: lab_result = { rc: 0, crash: null, out: null, ev: [], lk: "", decisions: [] };
	const decisions: decision[] = [];

	for (const o of expand(body.op, machine)) {
		r = machine.run(o, body.fail_nth);
		w.events.push(...r.ev);
		decisions.push(...r.decisions);
		count_held(w, r.ev);
		if (short_form(body.op) && (r.crash !== null || r.rc < 0))
			break;
	}
	w.last = r;
	return { r, decisions: last_decisions(decisions) };
}

/** struct play - a scenario being played */
interface play {
	scenario: scenario;
	machine: lab;
	window: window;
	in_block: boolean;
	crashed: boolean;
	first_mdev: string;
	standing: Map<string, made>;
	after: string;
}

function remember_shadows(p: play): void {
	const mdevs = p.scenario.statements.map((s) => mdev_of(s, p.first_mdev));

	for (const m of new Set(mdevs))
		p.window.before.set(m, queues_of(p.machine.shadow(m)) ?? []);
}

function remember_decisions(p: play, n: string, decisions: readonly decision[]): void {
	p.after = n;
	for (const d of decisions) {
		p.standing.delete(unit_key(d));
		p.standing.set(unit_key(d), { n, d });
	}
}

function empty_step(p: play, s: statement): step {
	const m = mdev_of(s, p.first_mdev);

	return {
		s, verdict: "holds", rc: null, crash: null, expected: "", actual: "", decisions: [],
		standing: [...p.standing.values()], after: p.after,
		guest: queues_of(p.machine.shadow(m)), apcb: queues_of(p.machine.apcb(m)),
	};
}

function play_operation(p: play, s: statement, body: operation): step {
	if (p.in_block) {
		p.window = new_window(p.window.held, p.machine.log().length);
		remember_shadows(p);
		p.in_block = false;
	}
	const { r, decisions } = run_operation(body, p.machine, p.window);
	remember_decisions(p, s.n, decisions);
	const wanted = short_form(body.op) ? "ok" : body.rc;
	p.crashed = r.crash !== null;
	return {
		...empty_step(p, s),
		verdict: result_matches(wanted, r) ? "holds" : "differs",
		rc: r.crash === null ? r.rc : null, crash: r.crash, decisions,
		expected: wanted === null ? "" : print_result(wanted), actual: result_text(r),
	};
}

function play_statement(p: play, s: statement): step {
	if (s.body.kind === "op") {
		if (p.crashed)
			return { ...empty_step(p, s), verdict: "differs", actual: "not reached" };
		return play_operation(p, s, s.body);
	}
	if (s.body.kind === "unread")
		return { ...empty_step(p, s), verdict: "unread" };
	p.in_block = true;
	if (p.crashed && s.body.expect.what !== "rc")
		return { ...empty_step(p, s), verdict: "differs", actual: "not reached" };
	const { holds, expected, actual } = judge(s.body.expect, p.machine, p.window);
	return {
		...empty_step(p, s), verdict: holds ? "holds" : "differs", expected, actual,
	};
}

/** Whether the steps that differ are the ones the scenario's verdict line names. */
function as_recorded(sc: scenario, driver: string, steps: step[]): boolean {
	const differs = steps.filter((st) => st.verdict !== "holds");
	const line = sc.verdicts.find((v) => v.drivers.includes(driver));
	const general = differs.filter((st) => st.s.drivers === null).map((st) => st.s.n);

	if (differs.length !== general.length)
		return false;
	return general.join(" ") === (line?.differs_at ?? []).join(" ");
}

/**
 * play_scenario - a scenario on one driver
 * @sc: the scenario
 * @driver: the driver
 * @where: the laboratory
 * @explain: find out why, too
 */
export function play_scenario(sc: scenario, driver: lab_driver, where: laboratory,
		explain = true): report {
	const statements = sc.statements
		.filter((s) => s.drivers === null || s.drivers.includes(driver.label));
	const machine = where.boot({ ...sc, explain }, driver.label);
	const named = sc.statements.map((s) => mdev_of(s, "")).filter((m) => m !== "");
	const p: play = {
		scenario: sc, machine, window: new_window(new Map(), machine.log().length), in_block: false, crashed: false,
		first_mdev: named[0] ?? "m0", standing: new Map(), after: "",
	};

	try {
		const steps = statements.map((s) => play_statement(p, s));

		return { scenario: sc, driver, steps, as_recorded: as_recorded(sc, driver.label, steps) };
	} finally {
		machine.shutdown();
	}
}

/**
 * pick_drivers - the drivers a --driver option names, loaded
 * @wanted: "v11,v12", "all", or undefined for those that are meant by default
 */
export async function pick_drivers(
	wanted: string | undefined, where: laboratory,
): Promise<lab_driver[]> {
	const listed = where.drivers().filter((d) => d.default || wanted === "all");
	const labels = wanted === undefined || wanted === "all" ?
		listed.map(({ label }) => label) : wanted.split(",");

	return await Promise.all(labels.map((label) => where.load(label)));
}
