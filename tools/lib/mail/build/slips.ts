// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slips of the pen: a step whose number its own lists contradict, a queue that is bound where its
 * neighbour is meant, a queue listed twice where another is missing, a reason that names a queue
 * nobody assigned. Where the text itself shows what is meant, the example is read both ways.
 */
import { domain_name, adapter_name, product, queue_ids, queue_name } from "../../scenario/ids.ts";
import { IF, type item } from "../examples/examples.ts";
import {
	has_failed, masks_of, matrix_of, new_ledger, note_fact, rebinds, restated, sets_up,
	type ledger,
} from "./ledger.ts";
import { facts_of, is_made, states_matrix } from "./named.ts";
import type { fact } from "../sentence/phrases.ts";
import { TYPED } from "../typed/shell.ts";

/**
 * struct slip - one slip
 * @lines: where in the mail
 * @text: what is wrong, for people
 * @correct: the facts as they are meant; null where the text does not show it
 */
export interface slip {
	lines: number[];
	text: string;
	correct: ((items: item[]) => item[]) | null;
}

function at(lines: readonly number[]): string {
	return lines.length === 1 ? `line ${lines[0]}` : `lines ${lines[0]}-${lines.at(-1)}`;
}

function step_name(it: item): string {
	return it.label === "" ? at(it.lines) : `step ${it.label} (${at(it.lines)})`;
}

function map_facts(items: item[], change: (f: fact, it: item) => fact): item[] {
	return items.map((it) => ({ ...it, facts: it.facts.map((f) => change(f, it)) }));
}

function same(a: readonly string[], b: readonly string[]): boolean {
	return [...new Set(a)].sort().join() === [...new Set(b)].sort().join();
}

/** A queue with a domain's or an adapter's number put in another's place. */
function renumber(queue: string, unit: "adapter" | "domain", from: number, to: number): string {
	const [apid, apqi] = queue_ids(queue);

	return unit === "adapter" ? queue_name(apid === from ? to : apid, apqi) :
		queue_name(apid, apqi === from ? to : apqi);
}

function renumber_fact(f: fact, unit: "adapter" | "domain", from: number, to: number): fact {
	if (f.fact === "assign" && f.unit === unit && f.id === from)
		return { ...f, id: to };
	if (f.fact !== "expect" || f.expect.what !== "filtered" || f.expect.unit !== unit ||
			f.expect.id !== from)
		return f;
	const because = f.expect.because.map((q) => renumber(q, unit, from, to));
	return { ...f, expect: { ...f.expect, id: to, because } };
}

interface assign_step {
	it: item;
	f: Extract<fact, { fact: "assign" }>;
}

/** The step's number is X, the list behind it has Y where X would stand. */
function wrong_number(
	step: assign_step | null, it: item, listed: string[], l: ledger,
): slip | null {
	if (step === null || step.f.verb !== "assign" || step.f.unit === "control_domain")
		return null;
	const unit = step.f.unit;
	const from = step.f.id;
	const [mask, name] = unit === "adapter" ? [l.apm, adapter_name] : [l.aqm, domain_name];
	const found = masks_of(listed)[unit === "adapter" ? "apm" : "aqm"]
		.filter((id) => !mask.has(id));
	const to = found[0];
	if (found.length !== 1 || to === undefined)
		return null;
	const meant = matrix_of(l).map((q) => renumber(q, unit, from, to));
	if (!same(meant, listed))
		return null;
	return {
		lines: [...step.it.lines, ...it.lines],
		text: `${step_name(step.it)} says ${unit} ${name(from)}, the list on ${at(it.lines)} has ` +
			`${name(to)} in its place`,
		correct: (items) => map_facts(items, (f) => renumber_fact(f, unit, from, to)),
	};
}

/** One queue twice, another missing. */
function listed_twice(it: item, listed: string[], l: ledger): slip | null {
	const twice = listed.find((q, i) => listed.indexOf(q) !== i);
	const queues = matrix_of(l);
	const missing = queues.filter((q) => !listed.includes(q));

	if (twice === undefined || missing.length !== 1 || listed.length !== queues.length)
		return null;
	return {
		lines: it.lines,
		text: `${at(it.lines)}: ${twice} is listed twice, ${missing[0]} not at all`,
		correct: (items) => map_facts(items, (f, other) =>
			f.fact === "assigned" && other.lines[0] === it.lines[0] ?
				{ ...f, queues } : f),
	};
}

function contradiction(it: item, listed: string[], l: ledger): slip {
	return {
		lines: it.lines, correct: null,
		text: `${at(it.lines)}: the list has ${listed.join(" ") || "no queue"}, by the steps ` +
			`before it is ${matrix_of(l).join(" ") || "none"}`,
	};
}

/** struct slip_search - the slips found, and the example as it is meant by now */
interface slip_search {
	slips: slip[];
	items: item[];
	l: ledger;
	/** whether it is known what is assigned by then */
	known: boolean;
	last_assign: assign_step | null;
	/** said not to be bound; whether anything was bound or unbound since the beginning */
	missing: string[];
	rebound: boolean;
	/** domains and adapters a corrected step named wrongly */
	misnamed: { unit: "adapter" | "domain"; id: number }[];
}

function check_matrix(s: slip_search, it: item, listed: string[]): void {
	if (sets_up(s.l)) {
		const made = product(masks_of(listed).apm, masks_of(listed).aqm);
		if (!same(made, listed) && it.listed?.table === null)
			s.slips.push({
				lines: it.lines, correct: null,
				text: `${at(it.lines)}: adapters times domains make ${made.join(" ")}, ` +
					`not ${listed.join(" ")}`,
			});
		return;
	}
	if (!s.l.assigned || !s.known) { /* it is what there was, or has become of that */
		const { apm, aqm } = masks_of(listed);

		Object.assign(s.l, { apm: new Set(apm), aqm: new Set(aqm), assigned: true });
		s.known = true;
		return;
	}
	if (same(listed, matrix_of(s.l)))
		return;
	const number = wrong_number(s.last_assign, it, listed, s.l);
	s.slips.push(number ?? listed_twice(it, listed, s.l) ?? contradiction(it, listed, s.l));
	if (number === null)
		return;
	const { id, unit } = s.last_assign!.f;
	const mask = unit === "adapter" ? "apm" : "aqm";
	s.misnamed.push({ id, unit: unit === "adapter" ? "adapter" : "domain" });
	s.l[mask] = new Set(masks_of(listed)[mask]);
}

function check_table(s: slip_search, it: item): void {
	if (it.phrase === TYPED || it.listed === null || it.listed.table === null ||
		same(it.listed.table, it.listed.queues))
		return;
	s.slips.push({
		lines: it.lines, correct: null,
		text: `${at(it.lines)}: the table's adapters and domains make ${it.listed.table.join(" ")}, ` +
			`its queues are ${it.listed.queues.join(" ")}`,
	});
}

/** The queues that a filtered adapter's reason may have meant: assigned and not bound. */
function holes(l: ledger, queue: string): string[] {
	const [apid] = queue_ids(queue);

	return matrix_of(l).filter((q) => queue_ids(q)[0] === apid && !l.bound.has(q));
}

/** One queue in the place of another, in the reason that stands there. */
function reason_put(items: item[], there: item, from: string, to: string): item[] {
	return map_facts(items, (f, it) => it.lines[0] !== there.lines[0] ||
		f.fact !== "expect" || f.expect.what !== "filtered" ? f : { ...f, expect: {
		...f.expect, because: f.expect.because.map((q) => q === from ? to : q),
	} });
}

function check_reason(s: slip_search, it: item, because: string[]): void {
	const misnamed = (q: string): boolean => s.misnamed.some(({ id, unit }) =>
		queue_ids(q)[unit === "adapter" ? 0 : 1] === id);
	const strange = because.filter((q) => !matrix_of(s.l).includes(q) && !misnamed(q));

	if (strange.length === 0 || !s.l.assigned)
		return;
	const meant = strange.flatMap((q) => holes(s.l, q));
	s.slips.push({
		lines: it.lines,
		correct: strange.length === 1 && meant.length === 1
			? (items) => reason_put(items, it, strange[0]!, meant[0]!) : null,
		text: `${at(it.lines)}: the reason names ${strange.join(" ")}, not assigned at that step` +
			(meant.length === 0
				? "" : `; assigned and not bound is ${meant.join(" ")}`),
	});
}

function check_guest(s: slip_search, it: item, queues: string[]): void {
	const { apm, aqm } = masks_of(queues);
	const made = product(apm, aqm);
	const unbound = queues.filter((q) => !s.l.bound.has(q));

	if (!same(made, queues))
		s.slips.push({
			lines: it.lines, correct: null,
			text: `${at(it.lines)}: no guest can have just ${queues.join(" ")}: adapters times ` +
				`domains make ${made.join(" ")}`,
		});
	if (unbound.length > 0 && s.l.told_bound && !s.l.all_bound)
		s.slips.push({
			lines: it.lines, correct: null,
			text: `${at(it.lines)}: the guest is said to have ${unbound.join(" ")}, which by the ` +
				"steps is not bound",
		});
}

/** The queues that are said to be bound, or not to be. */
function said_of_binding(f: fact): string[] {
	if (f.fact === "bind")
		return [f.queue];
	if (f.fact === "op" && f.op[0] === "bind")
		return [f.op[1]];
	if (f.fact === "missing" || f.fact === "bound")
		return f.queues === "all" ? [] : f.queues;
	if (f.fact !== "expect")
		return [];
	return f.expect.what === "bindings" ? f.expect.queues
		: f.expect.what === "filtered" ? f.expect.because : [];
}

/** How many of the hexadecimal digits of two queues differ. */
function digits_apart(a: string, b: string): number {
	return [...a].filter((c, i) => c !== b[i]).length;
}

/**
 * Bound but never assigned, as no other queue of its adapter, and next to one that is assigned and
 * never bound.
 */
function wrong_queue(items: item[]): slip[] {
	const facts = items.flatMap((it) => it.facts);
	const start = items.find((it) => it.facts.some((f) => f.fact === "bound"));
	const bound = facts.find((f) => f.fact === "bound");
	const elsewhere = new Set(facts.filter((f) => f !== bound).flatMap(said_of_binding));
	const l = new_ledger();
	const ever = new Set<string>();

	for (const f of facts) {
		note_fact(l, f);
		matrix_of(l).forEach((q) => ever.add(q));
	}
	if (bound === undefined || bound.queues === "all" || ever.size === 0 ||
		start!.phrase === TYPED)
		return [];
	const { queues } = bound;
	const in_guest = new Set(facts.flatMap((f) => f.fact === "guest" ? f.queues : []));
	const alone = (q: string): boolean => queues.every((other) =>
		other === q || ever.has(other) || queue_ids(other)[0] !== queue_ids(q)[0]);
	return queues.filter((q) => !ever.has(q) && alone(q)).flatMap((q) => {
		const near = [...ever].filter((r) => digits_apart(q, r) === 1 &&
			!queues.includes(r) && !elsewhere.has(r) && in_guest.has(r));

		if (near.length !== 1)
			return [];
		return [{
			lines: start!.lines,
			text: `${at(start!.lines)}: ${q} is bound but never assigned, ${near[0]} is assigned ` +
				"but never bound",
			correct: (list: item[]) => map_facts(list, (f) =>
				f.fact === "bound" && f.queues !== "all" ?
					{ ...f, queues: f.queues.map((r) => r === q
						? near[0]! : r) } : f),
		}];
	});
}

/** Nothing was bound or unbound between "it is bound" and "it is not bound". */
function check_bindings(s: slip_search, it: item, f: fact): void {
	const queues = f.fact === "missing" ? IF.test(it.text) ? [] : f.queues
		: f.fact === "bound" && f.queues !== "all" ? f.queues : [];
	const both = [...new Set(queues)].filter((q) =>
		f.fact === "missing" ? s.l.bound.has(q) : s.missing.includes(q));

	s.rebound ||= rebinds(f) || f.fact === "start";
	if (f.fact === "missing")
		s.missing.push(...queues);
	if (both.length > 0 && !s.rebound)
		s.slips.push({
			lines: it.lines, correct: null,
			text: `${at(it.lines)}: ${both.join(" ")} is said to be bound and not to be`,
		});
}

function check_fact(s: slip_search, it: item, f: fact): void {
	switch (f.fact) {
	case "guest":
		check_guest(s, it, f.queues);
		break;
	case "expect":
		if (f.expect.what === "filtered")
			check_reason(s, it, f.expect.because);
		break;
	default:
	}
}

/** Behind something unread nobody knows what is bound and assigned. */
function check_items(s: slip_search, items: item[]): void {
	const unread = items.findIndex((it) => it.kind === "unread");

	items.forEach((it, i) => {
		check_table(s, it);
		for (const f of unread >= 0 && i > unread ? [] : it.facts) {
			if (f.fact === "assigned")
				check_matrix(s, it, f.queues);
			check_bindings(s, it, f);
			note_fact(s.l, f);
			check_fact(s, it, f);
			if (has_failed(f))
				s.last_assign = null;
			if (f.fact === "assign")
				s.last_assign = { it, f };
		}
	});
}

/**
 * find_slips - the slips of an example
 * @items: the example
 *
 * Return: the slips, and the example as it is meant; null if it is meant as it is written.
 */
export function find_slips(items: item[]): { slips: slip[]; meant: item[] | null } {
	const queue_slips = wrong_queue(items);
	const meant = queue_slips.reduce((list, sl) => sl.correct!(list), items);
	const s: slip_search = {
		slips: [...queue_slips], items, l: new_ledger(), last_assign: null, misnamed: [],
		missing: [], rebound: false, known: true,
	};

	for (const part of restated(meant)) {
		const facts = facts_of(part);

		Object.assign(s, {
			l: new_ledger(), missing: [], rebound: false,
			known: is_made(facts) || states_matrix(facts),
		});
		check_items(s, part);
	}
	const correctable = s.slips.filter((sl) => sl.correct !== null);
	if (correctable.length === 0)
		return { slips: s.slips, meant: null };
	return {
		slips: s.slips, meant: correctable.reduce((list, sl) => sl.correct!(list), items),
	};
}
