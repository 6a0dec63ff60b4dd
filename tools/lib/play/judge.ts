// SPDX-License-Identifier: GPL-2.0-only
/*
 * Holds one expectation against what the lab shows.
 */
import { excerpt } from "../cli/excerpt.ts";
import { adapter_name, domain_name, product, queue_ids, sorted_queues } from "../scenario/ids.ts";
import type { expectation, mask_form, masks } from "../scenario/model.ts";
import { print_result } from "../scenario/result.ts";
import type { decision, lab, lab_event } from "../lab/model.ts";
import type { window } from "./play.ts";

/** struct judgement - both sides as text, and whether they agree */
export interface judgement {
	holds: boolean;
	expected: string;
	actual: string;
}

/** unit_key - what a decision is about, as a key */
export function unit_key(d: Pick<decision, "mdev" | "unit" | "id">): string {
	return `${d.mdev} ${d.unit} ${d.id}`;
}

function queue_text(queues: readonly string[]): string {
	return queues.length === 0 ? "-" : queues.join(" ");
}

function id_text(ids: readonly number[], name: (id: number) => string): string {
	return ids.length === 0 ? "-" : ids.map(name).join(" ");
}

function compare(expected: string, actual: string): judgement {
	return { holds: expected === actual, expected, actual };
}

function judge_of(e: Extract<expectation, { what: "masks" }>, m: masks | null): judgement {
	return m === null ? judge_no_masks(e) : judge_masks(e.is, m);
}

function find_masks(of: "guest" | "apcb" | "matrix", mdev: string, machine: lab): masks | null {
	switch (of) {
	case "guest":
		return machine.shadow(mdev);
	case "apcb":
		return machine.apcb(mdev);
	default:
		return machine.matrix(mdev);
	}
}

function masks_text(m: masks, is: { apm: unknown; aqm: unknown; adm: unknown }): string {
	return [
		...(is.apm === null ? [] : [`adapters ${id_text(m.apm, adapter_name)}`]),
		...(is.aqm === null ? [] : [`domains ${id_text(m.aqm, domain_name)}`]),
		...(is.adm === null ? [] : [`control ${id_text(m.adm, domain_name)}`]),
	].join(" ");
}

/** What a claim of masks says, and what there is where there are none. */
function judge_no_masks(e: Extract<expectation, { what: "masks" }>): judgement {
	const expected = `${e.of === "apcb" ? "a guest with masks" : "masks"} of ${e.mdev}`;
	const actual = e.of === "apcb" ? `no guest has ${e.mdev} open` : `there is no ${e.mdev}`;

	return { holds: false, expected, actual };
}

function judge_masks(is: mask_form, m: masks): judgement {
	const actual = product(m.apm, m.aqm);
	if (is.form === "masks")
		return compare(masks_text(
			{ apm: is.apm ?? [], aqm: is.aqm ?? [], adm: is.adm ?? [] }, is),
			masks_text(m, is));
	const wanted = sorted_queues(is.queues);
	const has = new Set(actual);
	const there = wanted.filter((q) => has.has(q));
	const sides = { expected: `${is.form} ${queue_text(wanted)}`, actual: queue_text(actual) };
	switch (is.form) {
	case "queues":
		return compare(queue_text(wanted), queue_text(actual));
	case "not":
		return { holds: queue_text(wanted) !== queue_text(actual), ...sides };
	case "has":
		return { holds: there.length === wanted.length, ...sides };
	default:
		return { holds: there.length === 0, ...sides };
	}
}

/** A queue of the adapter or domain that the driver would have met, had it not stopped before. */
function stands_behind(e: Extract<expectation, { what: "filtered" }>, queue: string, met: string):
		boolean {
	const which = e.unit === "adapter" ? 0 : 1;

	return queue_ids(queue)[which] === e.id && queue_ids(met)[which] === e.id && queue > met;
}

/**
 * Why the driver really filters it, if that is another reason than the one named; null if it is
 * that one.
 */
function other_reason(e: Extract<expectation, { what: "filtered" }>, name: string, w: window):
		string | null {
	const made = w.standing.get(unit_key(e));

	if (made === undefined)
		return `nothing was decided about ${name}`;
	const { queue } = made.d;
	if (queue !== null && (e.because.includes(queue) ||
			e.because.every((q) => stands_behind(e, q, queue))))
		return null;
	return `${name} ${made.d.verdict}: ${made.d.cause}`;
}

function judge_filtered(e: Extract<expectation, { what: "filtered" }>, machine: lab, w: window):
		judgement {
	const [matrix, shadow] = [machine.matrix(e.mdev), machine.shadow(e.mdev)];
	const mask = e.unit === "adapter" ? "apm" : "aqm";
	const name = `${e.unit} ${e.unit === "adapter" ? adapter_name(e.id) : domain_name(e.id)}`;
	const all_bound = new Set(e.because.length === 0 ? [] : machine.bound());
	const bound = e.because.filter((q) => all_bound.has(q));
	const expected = `${name} filtered` +
		(e.because.length === 0 ? "" : `, ${e.because.join(" ")} not bound`);

	if (matrix === null)
		return { holds: false, expected, actual: `there is no ${e.mdev}` };
	if (!matrix[mask].includes(e.id))
		return { holds: false, expected, actual: `${name} is not assigned` };
	if (shadow![mask].includes(e.id))
		return { holds: false, expected, actual: `${name} is in shadow_apcb` };
	if (bound.length > 0)
		return { holds: false, expected, actual: `${bound.join(" ")} bound` };
	const other = e.because.length === 0 ? null : other_reason(e, name, w);
	if (other !== null)
		return { holds: false, expected, actual: other };
	return { holds: true, expected, actual: expected };
}

function judge_plugged(e: Extract<expectation, { what: "plugged" }>, machine: lab): judgement {
	const shadow = machine.shadow(e.mdev);
	const name = `${e.unit} ${e.unit === "adapter" ? adapter_name(e.id) : domain_name(e.id)}`;
	const there = shadow?.[e.unit === "adapter" ? "apm" : "aqm"].includes(e.id) === true;
	const empty = shadow === null || shadow.apm.length * shadow.aqm.length === 0;
	const expected = `${name} plugged`;

	return {
		holds: there && !empty, expected,
		actual: empty ? "the guest has no queues" : there ? expected
			: `${name} is not in shadow_apcb`,
	};
}

function count(events: lab_event[], name: string, ...args: unknown[]): number {
	return events.filter((ev) => ev[0] === name &&
		args.every((a, i) => ev[i + 1] === a)).length;
}

function named_queues(events: lab_event[], name: string): string[] {
	return events.filter((ev) => ev[0] === name).map((ev) => String(ev[1]));
}

function status_of(queue: string, machine: lab): string {
	const r = machine.run(["read", queue, "status"], 0);

	if (r.crash !== null)
		return r.crash;
	return r.rc < 0 ? print_result(r.rc) : (r.out ?? "").replace(/\n$/, "");
}

/** Whether locks are as wanted, where "..." stands for any. */
function locks_match(wanted: readonly string[], locks: readonly string[]): boolean {
	let [at, dots, from] = [0, -1, 0];

	for (let i = 0; i < locks.length;) {
		if (wanted[at] === "...") {
			[dots, from] = [at++, i];
		} else if (wanted[at] === locks[i]) {
			at++;
			i++;
		} else if (dots >= 0) {
			[at, i] = [dots + 1, ++from];
		} else {
			return false;
		}
	}
	return wanted.slice(at).every((t) => t === "...");
}

function unbound_of(mdev: string, machine: lab): string[] {
	const m = machine.matrix(mdev);
	const bound = new Set(machine.bound());

	return product(m?.apm ?? [], m?.aqm ?? []).filter((q) => !bound.has(q));
}

function rc_matches(rc: Extract<expectation, { what: "rc" }>["rc"], w: window): boolean {
	const r = w.last;

	if (r === null)
		return false;
	if (rc === "ok" || rc === "error")
		return r.crash === null && (r.rc < 0) === (rc === "error");
	return typeof rc === "number" ? r.crash === null && r.rc === rc : r.crash === rc;
}

function last_result(w: window): string {
	if (w.last === null)
		return "no operation";
	return w.last.crash ?? print_result(w.last.rc);
}

function judge_bindings(bound: boolean, queues: string[], machine: lab): judgement {
	const there = new Set(machine.bound());
	const wrong = queues.filter((q) => there.has(q) !== bound);
	const expected = `${queue_text(queues)} ${bound ? "bound" : "not bound"}`;

	if (wrong.length === 0)
		return { holds: true, expected, actual: expected };
	return {
		holds: false, expected,
		actual: `${queue_text(wrong)} ${bound ? "not bound" : "bound"}`,
	};
}

function judge_all_bound(unbound: string[]): judgement {
	return compare("all bound",
		unbound.length === 0 ? "all bound" : `${queue_text(unbound)} not bound`);
}

function judge_log(text: string, lines: string[]): judgement {
	const found = lines.find((l) => l.includes(text));

	return {
		holds: found !== undefined, expected: text,
		actual: found ?? not_logged(lines),
	};
}

/** The log may be long: of it the last line is told. */
function not_logged(lines: readonly string[]): string {
	const last = lines.at(-1);

	return last === undefined ? "nothing was logged"
		: `not in the log, whose last line is ${JSON.stringify(excerpt(last))}`;
}

/**
 * judge - does an expectation hold?
 * @e: the expectation
 * @machine: the lab, as it is now
 * @w: what happened since the last block of expectations
 */
export function judge(e: expectation, machine: lab, w: window): judgement {
	switch (e.what) {
	case "masks":
		return judge_of(e, find_masks(e.of, e.mdev, machine));
	case "unchanged": {
		const now = machine.shadow(e.mdev);
		const since = e.ops === undefined && w.before !== null ? w.before
			: w.shadows.at(-(e.ops ?? 1));

		return compare(queue_text(since?.get(e.mdev) ?? []),
			queue_text(product(now?.apm ?? [], now?.aqm ?? [])));
	}
	case "filtered":
		return judge_filtered(e, machine, w);
	case "plugged":
		return judge_plugged(e, machine);
	case "instructions":
		return compare(queue_text(e.queues), queue_text(named_queues(w.events, e.which)));
	case "updates":
		return compare(String(e.count),
			String(count(w.events.slice(w.started), "apcb", e.mdev)));
	case "eventfd":
		return compare(String(e.count),
			String(count(w.events, "eventfd", e.mdev, e.which)));
	case "held":
		return compare(String(e.count), String(w.held.get(`${e.which} ${e.mdev}`) ?? 0));
	case "linked":
		return compare(queue_text(sorted_queues(e.queues)),
			queue_text(machine.linked(e.mdev)));
	case "bindings":
		return judge_bindings(e.bound, e.queues, machine);
	case "all_bound":
		return judge_all_bound(unbound_of(e.mdev, machine));
	case "status":
		return compare(e.text, status_of(e.queue, machine));
	case "out":
		return compare(JSON.stringify(e.text), JSON.stringify(w.last?.out ?? ""));
	case "rc":
		return {
			holds: rc_matches(e.rc, w), expected: print_result(e.rc),
			actual: last_result(w),
		};
	case "warn":
		return compare(String(e.count), String(count(w.events, "warn")));
	case "log":
		return judge_log(e.text, machine.log().slice(w.log));
	case "locks": {
		const lk = w.last?.lk ?? "";

		return {
			holds: locks_match(e.tokens, lk === "" ? [] : lk.split(" ")),
			expected: e.tokens.join(" "), actual: lk === "" ? "-" : lk,
		};
	}
	}
}

/**
 * grid - queues as adapters by domains, for people
 * @queues: what is there
 * @apm, @aqm: rows and columns
 *
 * Return: lines; "x" marks a queue.
 */
export function grid(queues: readonly string[], apm: readonly number[], aqm: readonly number[]):
		string[] {
	const there = new Set(queues);
	const head = `     ${aqm.map(domain_name).join(" ")}`;

	return [head, ...apm.map((a) => `${adapter_name(a)}   ` +
		product([a], aqm).map((q) => there.has(q) ? "x   " : ".   ").join(" ").trimEnd())];
}
