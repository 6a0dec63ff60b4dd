// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is so before the first step, as far as the mail tells it: what is bound, what is assigned,
 * what the default drivers have. What it does not tell is a choice that all readings try.
 */
import { EADDRNOTAVAIL } from "#linux/errno.h";
import { ascending, product, sorted_queues } from "../../scenario/ids.ts";
import type { choice } from "../../scenario/model.ts";
import type { item } from "../examples/examples.ts";
import { has_failed, masks_of, note_fact, rebinds } from "./ledger.ts";
import { by_default, NOWHERE, type build } from "./making.ts";
import {
	facts_of, id_typed, ids_assigned, is_configured, is_created_first, is_made, queues_named,
	states_matrix,
} from "./named.ts";
import type { fact } from "../sentence/phrases.ts";
import { TYPED } from "../typed/shell.ts";

/**
 * struct at_first - what is so before the first step, by what is said and done later
 * @bound: of vfio_ap then; @free: not yet, since they are bound later
 * @guest: the guest has these, which are assigned and bound
 * @apm: assigned, as @aqm is
 */
interface at_first {
	bound: string[];
	free: string[];
	guest: string[];
	apm: number[];
	aqm: number[];
}

/** The mail does not say what is bound: every queue it could be about may be or not. */
function leave_bound_open(b: build, items: item[], known: at_first): void {
	const named = queues_named(items);
	const ids = ids_assigned(items);
	const matrix = masks_of(named);
	const queues = sorted_queues([...named,
		...product([...matrix.apm, ...ids.apm], [...matrix.aqm, ...ids.aqm])])
			.filter((q) => !known.free.includes(q) && !by_default(b, q));

	const open = queues.filter((q) => !known.bound.includes(q));

	b.bound = { it: NOWHERE, queues };
	note_fact(b.l, { fact: "bound", queues: queues.filter((q) => known.bound.includes(q)) });
	b.choices.push(...open.map((queue): choice => ({ what: "bound", queue })));
	if (open.length > 0)
		b.assumptions.push(`which of ${open.join(" ")} are bound at first is not said`);
}

function depends_on_masks(f: fact): boolean {
	return f.fact === "rc" && f.rc === -EADDRNOTAVAIL ||
		f.fact === "op" && (f.op[0] === "apmask_store" || f.op[0] === "aqmask_store");
}

/**
 * What the default drivers have decides a few things; of what the mail does not name it may be
 * little or all.
 */
function leave_masks_open(b: build, items: item[]): void {
	const facts = facts_of(items);

	if (b.masks.assumed !== null)
		b.assumptions.push(b.masks.assumed);
	if (b.masks.unknown === true ||
		!b.masks.shown && facts.some(depends_on_masks) && !takes_from_masks(facts))
		b.choices.push({ what: "masks" });
}

/**
 * The first list of what is bound is what is bound at first, if nothing has changed it before.
 *
 * Return: whether it is of one queue only, amid what happens: no list of all that is bound.
 */
function hoist_bound(b: build, items: item[]): boolean {
	const told = items.flatMap((it) => (it.kind === "unread" ? [null] : it.facts)
		.map((f) => ({ it, f })));

	for (const [i, { it, f }] of told.entries()) {
		if (f === null || rebinds(f))
			return false;
		if (f.fact !== "bound" || f.some === true)
			continue;
		if (f.queues === "all") {
			b.bound = { it, queues: "all" };
			return false;
		}
		const before = told.slice(0, i).map((t) => t.f);
		const one = f.later === true || f.queues.length === 1 && it.phrase !== TYPED &&
			it.listed === null;

		if (one && (f.later === true || before.some(acts)))
			return true;
		b.bound = { it, queues: f.queues };
		note_fact(b.l, f);
		return false;
	}
	return false;
}

/** "04.0004 is bound", of one that nothing was done to: it is so from the first. */
function bound_alone(facts: readonly fact[]): string[] {
	const until = facts.findIndex(rebinds);

	return facts.slice(0, until < 0 ? facts.length : until).flatMap((f) =>
		f.fact === "bound" && f.later !== true && f.queues !== "all" ? f.queues : []);
}

/** What gives an mdev something, or says what it has. */
function is_of_matrix(f: fact): boolean {
	return ["assign", "assigned", "units", "empty_mdev", "define", "of", "body"]
		.includes(f.fact) || f.fact === "op" && ["write", "create", "destroy"]
		.includes(f.op[0]);
}

/** Neither gives the mdev anything. */
function flushes(f: fact): boolean {
	return rebinds(f) || f.fact === "start" || f.fact === "op" && f.op[0] === "read";
}

/** Binding assigns nothing: what is shown of a matrix behind it was there before. */
function hoist_assigned(b: build, items: item[]): void {
	const it = items.find((i) => i.kind === "unread" || i.facts.some(is_of_matrix));
	const f = it?.facts.find(is_of_matrix);
	const before = items.slice(0, it === undefined ? 0 : items.indexOf(it));
	const amid = it?.facts.slice(0, it.facts.indexOf(f!)) ?? [];

	const shows = it?.phrase === TYPED ||
		before.every((i) => i.facts.every((g) => g.fact === "bound" || flushes(g)));

	if (f?.fact !== "assigned" || !shows ||
		![...before.flatMap((i) => i.facts), ...amid].some(flushes))
		return;
	b.mdev = { it: NOWHERE, queues: f.queues };
	note_fact(b.l, f);
	if (it!.phrase !== TYPED && !b.starts_later)
		[b.starts_later, b.starts_behind] = [true, it!];
}

/** So is what is said not to be bound. */
function hoist_missing(b: build, items: item[]): void {
	for (const it of items)
		for (const f of it.kind === "unread" ? [] : it.facts) {
			if (rebinds(f))
				return;
			if (b.bound !== null || f.fact !== "missing" || b.missing.length > 0)
				continue;
			b.missing.push(...f.queues);
			b.missing_in = it;
		}
}

/** Whether something has been done by then, or claimed. */
function acts(f: fact | null): boolean {
	return f !== null && !["assigned", "empty_mdev", "host", "missing"].includes(f.fact);
}

/** "-5 > apmask", before anything is said of what is bound: until then a fresh host had it all. */
function takes_from_masks(facts: fact[]): boolean {
	const first = facts.find((f) => f.fact === "bound" || f.fact === "found" ||
		f.fact === "missing" || f.fact === "body" || depends_on_masks(f));

	return first?.fact === "op" && typeof first.op[1] === "string" &&
		!first.op[1].startsWith("+");
}

function begin_fresh(b: build): void {
	const every = [...Array(256).keys()];

	b.masks = { apmask: every, aqmask: every, shown: true, assumed: null };
	b.bound = { it: NOWHERE, queues: [] };
	b.assumptions.push("apmask and aqmask are all ones at first, as on a fresh host");
}

/** The first thing that is assigned is assigned to a running guest's mdev: that may have more. */
function assigns_to_running(facts: fact[]): boolean {
	const first = facts.find((f) => f.fact === "assign" || f.fact === "start" ||
		f.fact === "op" && f.op[0] === "write");

	return first?.fact === "start" && !facts.some((f) => f.fact === "op" &&
		f.op[0] === "create");
}

/** What is unassigned before it is ever assigned was assigned at first. */
function unassigned_first(facts: readonly fact[], which: "adapter" | "domain"): number[] {
	const deeds = facts.flatMap((f): [number, boolean][] =>
		f.fact === "assign" && f.unit === which ? [[f.id, f.verb === "unassign"]]
		: (["assign", "unassign"] as const).flatMap((verb) =>
			id_typed(f, which, verb).map((id): [number, boolean] =>
				[id, verb === "unassign"])));

	return deeds.filter(([id, takes], i) => takes && deeds.findIndex(([it]) => it === id) === i)
		.map(([id]) => id);
}

/**
 * What the guest is said to have before anything is done; what is unbound before that takes
 * nothing else from it and gives it nothing.
 */
function guest_at_first(facts: fact[]): string[] {
	const at = facts.findIndex((f) => f.fact === "guest" || acts_on(f) && !unbinds(f) ||
		f.fact === "expect" && f.expect.what !== "out");
	const f = facts[at];

	return f?.fact === "guest" && f.gained !== true &&
		!facts.some((it) => it.fact === "op" && it.op[0] === "create") ? f.queues : [];
}

function unbinds(f: fact): boolean {
	return f.fact === "unbind" || f.fact === "op" && f.op[0] === "unbind";
}

/** "cat .../04.0047/status", and there is something: only vfio_ap's queues have that. */
function is_status(f: fact, { facts }: item): f is fact & { op: ["read", string, string] } {
	return f.fact === "op" && f.op[0] === "read" && f.op[2] === "status" &&
		facts.some((g) => g.fact === "expect" && g.expect.what === "out");
}

/**
 * What is bound at first, and what is not, by what was typed and done without an error. A script
 * shows no error; what it binds is not bound at first all the same.
 */
function bindings_typed(items: readonly item[]): Record<"bound" | "free", string[]> {
	const known = { bound: [] as string[], free: [] as string[] };
	const seen = new Set<string>();
	const printed = items.some((it) => it.phrase === TYPED && it.printed === true);

	const until = items.findIndex((it) => it.facts.some((f) => rebinds(f) &&
		!(f.fact === "op" && ["bind", "unbind"].includes(f.op[0]))));

	for (const [i, it] of items.entries()) {
		const failed = items[i + 1]?.facts.some(has_failed) === true;

		for (const f of it.phrase === TYPED ? it.facts : []) {
			if (is_status(f, it) && !seen.has(f.op[1]) && (until < 0 || i < until))
				known.bound.push(f.op[1]);
			if (f.fact !== "op" || f.op[0] !== "bind" && f.op[0] !== "unbind" ||
				seen.has(f.op[1]))
				continue;
			seen.add(f.op[1]);
			if (!failed && (f.op[0] === "bind" || printed))
				known[f.op[0] === "bind" ? "free" : "bound"].push(f.op[1]);
		}
	}
	return known;
}

/** "Unbind 0a.0001", and it is not said that this fails: it was bound */
function unbound_first(items: readonly item[]): string[] {
	const told = items.flatMap((it) => it.facts.map((f) => ({ f, it })));
	const first = (queue: string): number => told.findIndex(({ f }) =>
		(f.fact === "bind" || f.fact === "unbind") && f.queue === queue ||
		f.fact === "op" && (f.op[0] === "bind" || f.op[0] === "unbind") &&
			f.op[1] === queue);
	const until = told.findIndex(({ f }) => f.fact === "config" || f.fact === "scanned");

	return told.flatMap(({ f, it }, i) => f.fact === "unbind" && first(f.queue) === i &&
		(until < 0 || i < until) && it.phrase !== TYPED &&
		!told.slice(i + 1).find(({ f: g }) => g.fact !== "unbind")?.f.fact.startsWith("rc")
		? [f.queue] : []);
}

function acts_on(f: fact): boolean {
	return ["assign", "bind", "unbind", "config", "found", "of", "stop", "body"]
		.includes(f.fact) || f.fact === "op" && f.op[0] !== "read";
}

/** What the guest is said to have before anything is assigned */
function shown_first(items: readonly item[]): string[] {
	const facts = items.flatMap((it) => it.facts);
	const at = facts.findIndex((f) => f.fact === "assign" || f.fact === "op" &&
		f.op[0] === "write");

	return facts.slice(0, Math.max(at, 0)).flatMap((f) => f.fact === "guest" ? f.queues : []);
}

/** Whatever the mail names may be assigned at first, unless it is assigned later. */
function leave_assigned_open(b: build, items: item[], known: at_first): void {
	const later = ids_assigned(items.map((it) =>
		({ ...it, facts: it.facts.filter((f) => f.fact !== "config" &&
			!is_configured(f)) })));
	const shown = masks_of(shown_first(items));
	const named = masks_of(sorted_queues(queues_named(items)));
	const may_be = (all: number[], not: number[], is: number[]): number[] =>
		ascending([...is, ...all.filter((id) => !not.includes(id))]);
	const apm = may_be(named.apm, later.apm.filter((id) => !shown.apm.includes(id)), known.apm);
	const aqm = may_be(named.aqm, later.aqm.filter((id) => !shown.aqm.includes(id)), known.aqm);
	const open = {
		apm: apm.filter((id) => !known.apm.includes(id)),
		aqm: aqm.filter((id) => !known.aqm.includes(id)),
	};
	const queues = product(apm, aqm);

	b.mdev = {
		it: { ...items[0]!, label: "", lines: [], text: "" }, queues, masks: { apm, aqm },
	};
	note_fact(b.l, { fact: "assigned", queues });
	b.choices.push(...open.apm.map((id): choice => ({ what: "assigned", unit: "adapter", id })),
		...open.aqm.map((id): choice => ({ what: "assigned", unit: "domain", id })));
	if (known.guest.length > 0)
		b.assumptions.push(`${known.guest.join(" ")} are assigned at first, since the ` +
			"guest has them then");
	const rest = queues.filter((q) => !known.guest.includes(q));

	if (queues.length > 0 && open.apm.length + open.aqm.length > 0)
		b.assumptions.push(`what of ${rest.join(" ")} is assigned before the first step ` +
			"is not said");
}

/** "The guest is running with 0a.0001": how things are, not a step of which it is claimed */
function tells_guest(items: readonly item[]): boolean {
	return items.some(({ facts }) => facts.some((f, i) => f.fact === "start" &&
		f.state === true && facts[i + 1]?.fact === "guest"));
}

/** Whether it is said what is bound before anything may change that. */
function tells_first(facts: fact[]): boolean {
	const at = facts.findIndex((f) => f.fact === "bound" && f.later !== true &&
		f.some !== true);
	const change = facts.findIndex(rebinds);

	return at >= 0 && (change < 0 || at < change);
}

const IS_BOUND = /\b(?:is|are|was|were)(?: (?:all|both|also))* bound\b/i;
const IS_UNBOUND = /\b(?:is|are|was|were)(?: (?:all|both|still|also))* unbound\b/i;

/** What says how things are, or what is there. */
function is_told(f: fact): boolean {
	return ["bound", "missing", "assigned", "units", "empty_mdev", "host", "there", "mask"]
		.includes(f.fact);
}

/** The queue that is said to be bound, or unbound, where that is so rather than done. */
function state_of(f: fact, { text, label }: item, bound: readonly string[]): fact | null {
	if (f.fact === "bind" && bound.length === 0 && label === "" && IS_BOUND.test(text))
		return { fact: "bound", queues: [f.queue], some: true };
	return f.fact === "unbind" && bound.length > 0 && !bound.includes(f.queue) &&
		IS_UNBOUND.test(text) ? { fact: "missing", queues: [f.queue] } : null;
}

/**
 * as_states - items in which "0a.0002 is unbound" is how things are, where nothing has been done
 * yet and it is not among those that are said to be bound
 */
export function as_states(items: readonly item[]): item[] {
	const bound: string[] = [];
	let first = true;

	return items.map((it) => {
		if (!first || it.kind === "unread" || it.phrase === TYPED) {
			first = false;
			return it;
		}
		const told = it.facts.flatMap((f) => f.fact === "bound" && f.queues !== "all" &&
			f.some !== true ? f.queues : []);
		bound.push(...told);
		const facts = it.facts.map((f) => state_of(f, it, bound) ?? f);
		first = facts.every(is_told);
		return first ? { ...it, facts } : it;
	});
}

/** What comes first in a mail of a queue, an adapter or a domain says what was so before it. */
function known_at_first(items: readonly item[]): at_first {
	const facts = items.flatMap((it) => it.facts);
	const typed = items.some((it) => it.phrase === TYPED &&
		it.facts.some((f) => f.fact === "guest"));
	const guest = typed || tells_guest(items) || !assigns_to_running(facts) &&
		facts.some((f) => ["assign", "op"].includes(f.fact)) ? guest_at_first(facts) : [];
	const { bound, free } = bindings_typed(items);
	const { apm, aqm } = masks_of(guest);
	const unbound = unbound_first(items);

	return {
		guest, bound: [...guest, ...bound, ...unbound, ...bound_alone(facts)],
		free: [...free, ...facts.flatMap((f) => f.fact === "bind" ? [f.queue]
			: f.fact === "bound" && f.later === true && f.queues !== "all"
				? f.queues : [])],
		apm: [...apm, ...unassigned_first(facts, "adapter")],
		aqm: [...aqm, ...unassigned_first(facts, "domain")],
	};
}

/** Whether it is said what is bound, or not, before anything is done. */
function states_bound(facts: fact[], alone: boolean): boolean {
	return !alone && tells_first(facts) ||
		facts.some((f) => ["body", "found", "missing"].includes(f.fact));
}

/** What an mdev or its guest has, or is to have. */
function is_of_mdev(f: fact): boolean {
	return ["assign", "assigned", "units", "guest", "guest_is_matrix", "would", "start"]
		.includes(f.fact) || f.fact === "op" && f.op[0] === "write" ||
		f.fact === "expect" && "mdev" in f.expect;
}

/** Whether it is said what is assigned at first; one that is made begins with nothing. */
function states_assigned(facts: fact[], { apm, aqm }: at_first): boolean {
	return states_matrix(facts) || is_created_first(facts) || apm.length + aqm.length === 0 &&
		!assigns_to_running(facts) &&
		(is_made(facts) || facts.some((f) => f.fact === "op") && !facts.some(is_of_mdev));
}

/** assume_set_up - what is so before the first step: who is bound, what is assigned */
export function assume_set_up(b: build, items: item[]): void {
	const facts = items.flatMap((it) => it.facts);
	const known = known_at_first(items);
	const fresh = takes_from_masks(facts);
	const alone = !fresh && hoist_bound(b, items);

	if (fresh)
		begin_fresh(b);
	hoist_missing(b, items);
	hoist_assigned(b, items);
	if (b.bound === null && !states_bound(facts, alone))
		leave_bound_open(b, items, known);
	if (!states_assigned(facts, known))
		leave_assigned_open(b, items, known);
	leave_masks_open(b, items);
}
