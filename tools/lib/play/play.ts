// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plays a scenario on one driver and judges every line of it. What is true comes from the lab
 * alone; this file compares.
 */
import { plural } from "../cli/plural.ts";
import { laboratory } from "../lab/lab.ts";
import { queue_name } from "../scenario/ids.ts";
import type {
	expectation, host_config, masks, op, operation, result, scenario, statement,
} from "../scenario/model.ts";
import { print_result } from "../scenario/result.ts";
import { judge, unit_key } from "./judge.ts";
import { merge, readings_of } from "./readings.ts";
import type {
	boot_options, decision, lab, lab_driver, lab_event, lab_result,
} from "../lab/model.ts";

/**
 * What is said of a line: a claim "holds" or "differs"; an operation without a claim "ran"; "open"
 * is what could not be judged, "depends" what the readings left open disagree about.
 */
export type verdict = "holds" | "differs" | "ran" | "open" | "depends";

/**
 * struct mdev_state - a mediated device behind a step
 * @matrix, @guest: matrix_mdev->matrix and ->shadow_apcb
 * @apcb: what its guest's CRYCB has; null without a guest
 */
export interface mdev_state {
	matrix: masks;
	guest: masks;
	apcb: masks | null;
}

/**
 * struct step - one line of a scenario, judged
 * @s: the line
 * @rc: what an operation returned; null for an expectation, a crash or one that still waits
 * @out: the text an operation gave, or null
 * @mdev: the mdev that the line is about
 * @mdevs: the mediated devices afterwards, by name
 * @bound: the queues bound to vfio_ap afterwards
 * @guest, @apcb: the queues of shadow_apcb and of the guest's CRYCB of @mdev afterwards; null if
 *                there is no mdev or no guest
 * @expected, @actual: both sides, as text; "" where there is nothing to compare
 * @decisions: what the driver decided during the operation
 * @ev, @lk: what happened in it and the locks it took, as a trace has them
 * @standing: its last decision about each adapter and domain by then
 * @after: the last operation's number
 * @because: why it is open, what it depends on, or which readings agree; null if there is nothing
 *           to say
 */
export interface step {
	s: statement;
	verdict: verdict;
	rc: number | null;
	crash: "hang" | "fault" | null;
	out: string | null;
	mdev: string;
	mdevs: ReadonlyMap<string, mdev_state>;
	bound: readonly string[];
	guest: string[] | null;
	apcb: string[] | null;
	expected: string;
	actual: string;
	decisions: decision[];
	ev: lab_event[];
	lk: string;
	standing: made[];
	after: string;
	because: string | null;
}

/** struct made - a decision, and the number of the operation in which it was made */
export interface made {
	n: string;
	d: decision;
}

/**
 * struct report - a scenario on a driver
 * @as_recorded: what differs is what the scenario's verdict line gives for this driver, or,
 *               without such a line, nothing does
 * @open: whether something could not be judged that the verdict line does not give either
 */
export interface report {
	scenario: scenario;
	driver: lab_driver;
	steps: step[];
	as_recorded: boolean;
	open: boolean;
}

/** How the reason begins why a line behind the machine's end is open. */
const NOT_REACHED = "not reached";

type shadows = ReadonlyMap<string, string[]>;

/**
 * struct window - what happened since the last block of expectations
 * @before: the shadow's queues of each mdev when the block ended; null if there was none
 * @shadows: the same before each operation so far
 * @log: how many lines the kernel log had then
 * @last_op: the last operation's name, null if there was none
 * @started: how many of the events a guest's start made and what was before it, if something was
 *	     done since
 */
export interface window {
	events: lab_event[];
	last_op: string | null;
	started: number;
	before: shadows | null;
	shadows: shadows[];
	log: number;
	last: lab_result | null;
	standing: ReadonlyMap<string, made>;
	held: Map<string, number>;
}

function first_window(log: number, standing: window["standing"]): window {
	return {
		events: [], last_op: null, started: 0, before: null, shadows: [], log, last: null,
		standing, held: new Map(),
	};
}

function next_window({ held, shadows, standing }: window, before: shadows, log: number): window {
	return { ...first_window(log, standing), before, shadows, held };
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

/**
 * expand - the operations a short form stands for, the operation itself if it is none
 */
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

		if (o[3] !== undefined)
			return [["create", o[1]], ...o[3].map((a): op => {
				const [unit, id] = a.split(" ");

				return [
					"write", o[1], `assign_${unit}`,
					`0x${Number(id).toString(16)}`,
				];
			}), ...writes("assign_control_domain", o[2].adm)];
		return [["create", o[1]], ...writes("assign_adapter", o[2].apm),
			...writes("assign_domain", o[2].aqm),
				...writes("assign_control_domain", o[2].adm)];
	}
	default:
		return [o];
	}
}

function result_matches(expected: Exclude<result, null>, r: lab_result): boolean {
	switch (expected) {
	case "waits":
		return false; /* or it would not have come back */
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
function result_text(r: lab_result): string {
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

/** The last decision about each adapter and domain: what the guest is left with. */
function last_decisions(list: readonly decision[]): decision[] {
	const last = new Map<string, decision>();

	for (const d of list) {
		last.delete(unit_key(d));
		last.set(unit_key(d), d);
	}
	return [...last.values()];
}

/**
 * What an operation did; a short form, all of what it stands for.
 *
 * Return: and why that is not what the line means, if no allocation failed that was to.
 */
function run_operation(body: operation, machine: lab, w: window): [lab_result, string | null] {
	let r: lab_result = { rc: 0, crash: null, out: null, ev: [], lk: "", decisions: [] };
	const decisions: decision[] = [], ev: lab_event[] = [], locks: string[] = [];
	const allocations: (number | null)[] = [];

	if (w.last_op === "open")
		w.started = w.events.length;
	w.last_op = body.op[0];
	for (const o of expand(body.op, machine)) {
		r = machine.run(o, body.fail_nth);
		allocations.push(machine.allocations ?? null);
		ev.push(...r.ev);
		locks.push(r.lk);
		decisions.push(...r.decisions);
		count_held(w, r.ev);
		if (short_form(body.op) && (r.crash !== null || r.rc < 0))
			break;
	}
	w.events.push(...ev);
	w.last = r;
	return [{
		rc: r.rc, crash: r.crash, out: r.out, ev,
		lk: locks.filter((lk) => lk !== "").join(" "),
		decisions: last_decisions(decisions),
	}, r.crash === null ? none_failed(allocations) : null];
}

/** @allocations: of each operation without one that failed */
function none_failed(allocations: (number | null)[]): string | null {
	const most = Math.max(...allocations.filter((n) => n !== null));

	return allocations.length === 0 || allocations.includes(null) ? null :
		`no allocation failed: there ${most === 1 ? "is" : "are"} ` +
		plural(most, "allocation");
}

/**
 * struct player - a scenario being played
 * @at: the next statement
 * @closing: whether the last line closes the device that an operation waits for
 * @open_because: why nothing can be judged any more, or null
 * @boot_host: boots a machine with another host
 */
interface player {
	scenario: scenario;
	statements: statement[];
	at: number;
	steps: step[];
	machine: lab;
	mdev_names: string[];
	mdevs: ReadonlyMap<string, mdev_state>;
	bound: readonly string[];
	window: window;
	in_block: boolean;
	closing: boolean;
	open_because: string | null;
	first_mdev: string;
	standing: Map<string, made>;
	after: string;
	on_step: (st: step) => void;
	boot_host: (host: host_config) => lab;
}

function mdev_states({ machine, mdev_names }: player): Map<string, mdev_state> {
	const states = new Map<string, mdev_state>();

	for (const m of mdev_names) {
		const [matrix, guest] = [machine.matrix(m), machine.shadow(m)];

		if (matrix !== null && guest !== null)
			states.set(m, { matrix, guest, apcb: machine.apcb(m) });
	}
	return states;
}

function shadows_now(p: player): shadows {
	return new Map(p.mdev_names.map((m) =>
		[m, queues_of(p.mdevs.get(m)?.guest ?? null) ?? []]));
}

function remember_decisions(p: player, n: string, decisions: readonly decision[]): void {
	p.after = n;
	for (const d of decisions) {
		p.standing.delete(unit_key(d));
		p.standing.set(unit_key(d), { n, d });
	}
}

function empty_step(p: player, s: statement): step {
	const m = mdev_of(s, p.first_mdev);
	const state = p.mdevs.get(m);

	return {
		s, verdict: "open", rc: null, crash: null, out: null, expected: "", actual: "",
		decisions: [], ev: [], lk: "", standing: [...p.standing.values()], after: p.after,
		mdev: m,
		mdevs: p.mdevs, bound: p.bound, guest: queues_of(state?.guest ?? null),
		apcb: queues_of(state?.apcb ?? null), because: p.open_because,
	};
}

function add_step(p: player, st: step): void {
	p.steps.push(st);
	if (!p.closing)
		p.on_step(st);
}

function place_of(s: statement): string {
	return s.line === 0 ? `step ${s.n}` : `line ${s.line}`;
}

function operation_verdict(p: player, wanted: result, r: lab_result): verdict {
	if (p.open_because !== null)
		return "open";
	if (wanted === null)
		return "ran";
	return result_matches(wanted, r) ? "holds" : "differs";
}

/** A short form that did not work, as all of them are to. */
function failed_set_up(o: op, r: lab_result): boolean {
	return short_form(o) && (r.crash !== null || r.rc < 0);
}

function add_operation(
	p: player, s: statement, body: operation, r: lab_result, why_open: string | null = null,
): void {
	remember_decisions(p, s.n, r.decisions);
	p.mdevs = mdev_states(p);
	p.bound = p.machine.bound();
	const wanted = failed_set_up(body.op, r) ? "ok" : body.rc;
	p.open_because ??= why_open;
	add_step(p, {
		...empty_step(p, s), verdict: operation_verdict(p, wanted, r),
		rc: r.crash === null ? r.rc : null, crash: r.crash, out: r.out,
		decisions: r.decisions, ev: r.ev, lk: r.lk,
		expected: wanted === null ? "" : print_result(wanted), actual: result_text(r),
	});
	if (r.crash !== null)
		p.open_because ??= `${NOT_REACHED}: the machine ended in step ${s.n} (${r.crash})`;
}

/** Up to the close that it waits for. */
function play_meanwhile(p: player, mdev: string): void {
	while (p.at < p.statements.length) {
		const { body } = p.statements[p.at]!;

		p.closing = body.kind === "op" && body.op[0] === "close" && body.op[1] === mdev;
		play_next(p);
		if (p.closing)
			return;
	}
}

/** The close that let an operation end: behind it is what that operation has left. */
function end_close(p: player): void {
	const st = p.steps.pop()!;
	const { mdevs, bound, guest, apcb } = empty_step(p, st.s);

	p.closing = false;
	add_step(p, { ...st, mdevs, bound, guest, apcb });
}

/**
 * An operation of which the line says that it waits: the lines behind it are played inside of
 * it, and what it does in the end belongs to the line that lets it end.
 */
function play_waiting(p: player, s: statement, body: operation): void {
	const mdev = mdev_of(s, p.first_mdev);
	let waited = false;

	p.machine.while_waiting = (so_far) => {
		waited = true;
		p.window.events.push(...so_far.ev);
		p.window.last = so_far;
		remember_decisions(p, s.n, so_far.decisions);
		p.mdevs = mdev_states(p);
		add_step(p, {
			...empty_step(p, s), verdict: p.open_because === null ? "holds" : "open",
			decisions: so_far.decisions, ev: so_far.ev, lk: so_far.lk,
			expected: "waits", actual: "waits",
		});
		play_meanwhile(p, mdev);
	};
	const r = p.machine.run(body.op, 0);
	p.machine.while_waiting = null;
	p.window.events.push(...r.ev);
	count_held(p.window, r.ev);
	p.mdevs = mdev_states(p);
	p.bound = p.machine.bound();
	if (p.closing)
		end_close(p);
	if (!waited) {
		p.window.last = r;
		add_operation(p, s, body,
			{ ...r, lk: r.lk, decisions: last_decisions(r.decisions) });
	}
}

function play_operation(p: player, s: statement, body: operation): void {
	const before = shadows_now(p);

	if (p.in_block) {
		p.window = next_window(p.window, before, p.machine.log().length);
		p.in_block = false;
	}
	p.window.shadows.push(before);
	if (body.rc === "waits")
		return play_waiting(p, s, body);
	if (body.op[0] === "next_host")
		return change_machine(p, s, body, body.op[1]);
	add_operation(p, s, body, ...run_operation(body, p.machine, p.window));
}

/** The machine ends, and another one begins; what was read from streams goes over. */
function change_machine(p: player, s: statement, body: operation, host: masks): void {
	const { carried } = p.machine;

	p.machine.power_off();
	p.machine = p.boot_host({ ...p.scenario.host, ...host });
	for (const [mdev, bytes] of carried ?? [])
		p.machine.carried?.set(mdev, bytes);
	p.window = next_window(p.window, new Map(), p.machine.log().length);
	add_operation(p, s, body, { rc: 0, crash: null, out: null, ev: [], lk: "", decisions: [] });
}

function play_expectation(p: player, s: statement, e: expectation): void {
	const crashed = p.window.last !== null && p.window.last.crash !== null;

	p.in_block = true;
	if (p.open_because !== null && !(crashed && e.what === "rc"))
		return add_step(p, empty_step(p, s));
	const { holds, expected, actual } = judge(e, p.machine, p.window);
	add_step(p, {
		...empty_step(p, s), verdict: holds ? "holds" : "differs", expected, actual,
		because: null,
	});
}

function play_next(p: player): void {
	const s = p.statements[p.at++]!;

	if (s.body.kind === "unread") {
		add_step(p, {
			...empty_step(p, s), because: p.open_because ?? "this line was not read",
		});
		p.open_because ??= `${place_of(s)} was not read`;
	} else if (s.body.kind === "expect") {
		play_expectation(p, s, s.body.expect);
	} else if (p.open_because?.startsWith(NOT_REACHED) === true) {
		add_step(p, empty_step(p, s));
	} else {
		play_operation(p, s, s.body);
	}
}

/** The steps of which the scenario's verdict line says that they differ. */
function recorded_steps(sc: scenario, driver: string): string[] {
	return sc.verdicts.find((v) => v.drivers.includes(driver))?.differs_at ?? [];
}

/** Whether the steps that differ are the ones the scenario's verdict line names. */
function as_recorded(recorded: string[], steps: step[]): boolean {
	const differs = steps.filter((st) => st.verdict === "differs");
	const general = new Set(steps.filter((st) => st.s.drivers === null).map((st) => st.s.n));
	const missed = steps.some((st) => st.s.drivers === null && recorded.includes(st.s.n) &&
		(st.verdict === "holds" || st.verdict === "ran"));

	return !missed &&
		differs.every((st) => st.s.drivers === null && recorded.includes(st.s.n)) &&
		recorded.every((n) => general.has(n));
}

function is_open(recorded: string[], steps: step[]): boolean {
	return steps.some((st) => (st.verdict === "open" || st.verdict === "depends") &&
		!(may_be_recorded(st) && recorded.includes(st.s.n)));
}

/** A verdict line may say that a step is not reached, not what comes of a line not read. */
function may_be_recorded({ s, verdict, because }: step): boolean {
	return s.drivers === null &&
		(verdict === "depends" || because?.startsWith(NOT_REACHED) === true);
}

/** A reason can only be checked by who watches the driver decide. */
function must_explain(sc: scenario): boolean {
	return sc.statements.some(({ body }) => body.kind === "expect" &&
		body.expect.what === "filtered" && body.expect.because.length > 0);
}

/**
 * struct play_options - how to play
 * @explain: find out why, too (default: yes)
 * @on_step: called behind each step, while the machine stands as the step left it
 * @boot: makes the machine; one with the driver's port, if not given
 */
export interface play_options {
	explain?: boolean;
	boot?: (options: boot_options) => lab;
	on_step?: (st: step) => void;
}

function play_once(sc: scenario, driver: lab_driver, options: play_options): report {
	const explain = options.explain !== false || must_explain(sc);
	const boot = options.boot ??
		((wanted: boot_options): lab => laboratory.boot(wanted, driver.label));
	const boot_host = (host: host_config): lab => boot({ ...sc, host, explain });
	const machine = boot_host(sc.host);
	const named = [...new Set(
		sc.statements.map((s) => mdev_of(s, "")).filter((m) => m !== ""))];
	const standing = new Map<string, made>();
	const p: player = {
		scenario: sc, at: 0, steps: [], machine, mdev_names: named, mdevs: new Map(),
		statements: sc.statements
			.filter((s) => s.drivers === null || s.drivers.includes(driver.label)),
		bound: machine.bound(),
		window: first_window(machine.log().length, standing),
		in_block: false, closing: false, open_because: null,
		first_mdev: named[0] ?? "m0", standing, after: "",
		on_step: options.on_step ?? ((): void => {}), boot_host,
	};

	try {
		while (p.at < p.statements.length)
			play_next(p);
	} finally {
		p.machine.power_off();
	}
	const recorded = recorded_steps(sc, driver.label);
	return {
		scenario: sc, driver, steps: p.steps, as_recorded: as_recorded(recorded, p.steps),
		open: is_open(recorded, p.steps),
	};
}

/**
 * play - a scenario on one driver
 * @sc: the scenario
 * @label: the driver, which pick_drivers() has loaded
 * @options: how
 */
export function play(sc: scenario, label: string, options: play_options = {}): report {
	const driver = laboratory.driver(label);

	if (sc.choices.length === 0)
		return play_once(sc, driver, options);
	const all = readings_of(sc, label);
	const played = all.list.map((r, i) => play_once(r.sc, driver,
		{ ...options, explain: i === 0 && options.explain !== false, on_step: () => {} }));
	const recorded = recorded_steps(sc, label);
	const original = sc.statements.filter((s) => s.drivers === null ||
		s.drivers.includes(label));
	const steps = merge(all, played).map((st, i) => ({ ...st, s: original[i]! }));
	steps.forEach((st) => options.on_step?.(st));
	return {
		scenario: sc, driver, steps, as_recorded: as_recorded(recorded, steps),
		open: is_open(recorded, steps),
	};
}

/**
 * pick_drivers - the drivers a --driver option names, loaded, each once
 * @wanted: "v11,v12", "all"; undefined for those meant by default
 */
export async function pick_drivers(wanted: string | undefined): Promise<lab_driver[]> {
	const listed = laboratory.drivers().filter((d) => d.default || wanted === "all");
	const labels = wanted === undefined || wanted === "all" ?
		listed.map(({ label }) => label) : [...new Set(wanted.split(","))];

	return await Promise.all(labels.map((label) => laboratory.load(label)));
}
