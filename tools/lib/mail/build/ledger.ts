// SPDX-License-Identifier: GPL-2.0-only
/*
 * Book-keeping over the facts of an example: what has been assigned and bound so far, as the
 * steps say it. It knows nothing of filtering; what a guest gets only a driver can tell.
 */
import { ascending, mask_ids, product, queue_ids } from "../../scenario/ids.ts";
import type { op } from "../../scenario/model.ts";
import type { item } from "../examples/examples.ts";
import type { definition_change, fact } from "../sentence/phrases.ts";

/** struct defined_attribute - what mdevctl writes when it starts the mdev; @from: said where */
export interface defined_attribute {
	add: [attribute: string, value: string];
	from: item | null;
}

export interface ledger {
	apm: Set<number>;
	aqm: Set<number>;
	bound: Set<string>;
	/** whether anything has been said of the mdev's matrix yet, and of what is bound */
	assigned: boolean;
	told_bound: boolean;
	/** whether all there are have been bound */
	all_bound: boolean;
	/** whether an operation has been done yet, and one to the mdev */
	acted: boolean;
	wrote: boolean;
	/** what the definition of the mdev has, for when it is started */
	defined: defined_attribute[];
	/** the last deed, and what was so before it: if it failed, that is so still */
	deed: string;
	before: Pick<ledger, "apm" | "aqm" | "bound"> | null;
	/** what was so before anything was done, from where another way begins */
	first: Pick<ledger, "apm" | "aqm" | "bound" | "assigned"> | null;
}

export function new_ledger(): ledger {
	return {
		apm: new Set(), aqm: new Set(), bound: new Set(), assigned: false,
		told_bound: false, all_bound: false, acted: false, wrote: false,
		defined: [], deed: "", before: null, first: null,
	};
}

/** edit_definition - one more attribute, at a place or the end, one less, or all anew */
export function edit_definition(list: defined_attribute[], change: definition_change,
		from: item | null): void {
	if ("set" in change)
		list.splice(0, list.length, ...change.set.map((add) => ({ add, from })));
	else if ("remove" in change)
		list.splice(change.remove ?? list.length - 1, 1);
	else
		list.splice(change.at ?? list.length, 0, { add: change.add, from });
}

/** matrix_of - the queues assigned so far */
export function matrix_of(l: ledger): string[] {
	return product([...l.apm], [...l.aqm]);
}

/** masks_of - the adapters and the domains of queues */
export function masks_of(queues: readonly string[]): { apm: number[]; aqm: number[] } {
	const ids = queues.map(queue_ids);

	return { apm: ascending(ids.map((q) => q[0])), aqm: ascending(ids.map((q) => q[1])) };
}

function assign(l: ledger, f: Extract<fact, { fact: "assign" }>): void {
	const mask = f.unit === "adapter" ? l.apm : l.aqm;

	l.acted = l.wrote = l.assigned = true;
	if (f.unit === "control_domain")
		return;
	if (f.verb === "assign")
		mask.add(f.id);
	else
		mask.delete(f.id);
}

const MASK_LENGTH = "0x".length + 64;

/** "0x04,0x08,0x00": all that it has from then on */
function configure(l: ledger, value: string): void {
	const [apm = null, aqm = null] = value.split(",").map((mask) =>
		mask_ids(mask.trim().padEnd(MASK_LENGTH, "0")));

	l.acted = l.wrote = l.assigned = true;
	if (apm !== null && aqm !== null)
		[l.apm, l.aqm] = [new Set(apm), new Set(aqm)];
}

/** What is typed at a shell counts as what is told. */
function typed(l: ledger, o: op): void {
	const [, verb, unit] = o[0] === "write" ? /^(un)?assign_(adapter|domain)$/.exec(o[2]) ??
		[] : [];

	l.acted ||= o[0] === "bind" || o[0] === "unbind";
	if (o[0] === "write" && o[2] === "ap_config")
		configure(l, o[3]);
	if (o[0] === "write" && unit !== undefined && Number.isInteger(Number(o[3])))
		assign(l, {
			fact: "assign", verb: verb === undefined ? "assign" : "unassign",
			unit: unit as "adapter" | "domain", id: Number(o[3]),
		});
	else if (o[0] === "create")
		l.defined.forEach(({ add }) => typed(l, ["write", o[1], ...add]));
	else if (o[0] === "destroy")
		[l.apm, l.aqm] = [new Set(), new Set()];
	else if (o[0] === "bind")
		l.bound.add(o[1]);
	else if (o[0] === "unbind")
		l.bound.delete(o[1]);
}

/** whether a list of assigned queues sets the mdev up, rather than saying what it has by now */
export function sets_up(l: ledger): boolean {
	return !l.wrote && (!l.assigned || l.apm.size + l.aqm.size === 0);
}

/** rebinds - whether a fact may change what is bound to vfio_ap */
export function rebinds(f: fact): boolean {
	return ["bind", "unbind", "config", "body", "found"].includes(f.fact) ||
		f.fact === "op" && !["write", "read", "create", "destroy"].includes(f.op[0]);
}

/** has_failed - whether it says that the operation before it failed */
export function has_failed(f: fact): boolean {
	return f.fact === "rc" && (f.rc === "error" || typeof f.rc === "number" && f.rc < 0);
}

const DEEDS = new Set<fact["fact"]>(["assign", "bind", "unbind", "op", "config", "start", "stop"]);

/** A deed told of once more, with its result, is done once. */
function note_deed(l: ledger, f: fact): void {
	const deed = JSON.stringify({ ...f, retold: null });

	if (!DEEDS.has(f.fact) || l.deed === deed && "retold" in f && f.retold === true)
		return;
	l.deed = deed;
	l.before = { apm: new Set(l.apm), aqm: new Set(l.aqm), bound: new Set(l.bound) };
}

/** A list that comes later, or has none of what is known, is of some more. */
function note_bound(l: ledger, queues: string[], later: boolean): void {
	const adds = l.acted || later || !queues.some((q) => l.bound.has(q));

	l.bound = new Set([...adds ? l.bound : [], ...queues]);
	l.told_bound ||= queues.length > 1;
}

/** What is bound and assigned, to be kept. */
function state_of(
	l: Pick<ledger, "apm" | "aqm" | "bound" | "assigned">,
): NonNullable<ledger["first"]> {
	return {
		apm: new Set(l.apm), aqm: new Set(l.aqm), bound: new Set(l.bound),
		assigned: l.assigned,
	};
}

/**
 * note_fact - bring the ledger up to date
 */
export function note_fact(l: ledger, f: fact): void {
	note_deed(l, f);
	if (!l.acted)
		l.first = state_of(l);
	switch (f.fact) {
	case "rc":
		if (has_failed(f))
			Object.assign(l, l.before, { before: null });
		break;
	case "bound":
		if (f.queues === "all")
			l.all_bound = true;
		else
			note_bound(l, f.queues, f.later === true);
		break;
	case "found":
		f.queues.forEach((q) => l.bound.add(q));
		l.told_bound = true;
		break;
	case "assigned": {
		if (!sets_up(l))
			break;
		const { apm, aqm } = masks_of(f.queues);
		[l.apm, l.aqm, l.assigned] = [new Set(apm), new Set(aqm), true];
		break;
	}
	case "empty_mdev":
		if (!l.acted)
			[l.apm, l.aqm] = [new Set(), new Set()];
		l.assigned = true;
		break;
	case "assign":
		assign(l, f);
		break;
	case "bind":
		l.bound.add(f.queue);
		l.acted = true;
		break;
	case "unbind":
		l.bound.delete(f.queue);
		l.acted = true;
		break;
	case "op":
		if (f.who === null || f.who === "m0") {
			typed(l, f.op);
			l.assigned ||= f.op[0] === "create" && f.stored !== true;
		}
		break;
	case "define":
		edit_definition(l.defined, f.change, null);
		break;
	case "variant":
		Object.assign(l, state_of(l.first ?? new_ledger()));
		l.acted = l.wrote = false;
		break;
	default:
	}
}

/** A list of what is bound, or of what is assigned, in full. */
function states(it: item, what: "bound" | "assigned"): boolean {
	return it.facts.some((f) => f.fact === what && f.queues !== "all" && f.queues.length > 0) &&
		!it.facts.some((f) => f.fact === "guest" || f.fact === "expect");
}

/**
 * statement_length - how many items from one on state what is bound and what is assigned, with
 * nothing done between; 0 if not
 */
export function statement_length(items: item[], from: number): number {
	const seen = { bound: false, assigned: false };

	for (let i = from; i < items.length; i++) {
		const it = items[i]!;

		if (it.kind !== "prose" && !states(it, "bound") && !states(it, "assigned"))
			return 0;
		seen.bound ||= states(it, "bound");
		seen.assigned ||= states(it, "assigned");
		if (seen.bound && seen.assigned)
			return i - from + 1;
	}
	return 0;
}

/**
 * restated - the parts of an example: where something was not read and the whole state is stated
 * anew, it begins again from there
 */
export function restated(items: item[]): item[][] {
	const unread = items.findIndex((it) => it.kind === "unread");
	const again = items.findIndex((it, i) => unread >= 0 && i > unread &&
		(states(it, "bound") || states(it, "assigned")) &&
		statement_length(items, i) > 0);

	return again < 0 ? [items] : [items.slice(0, again), ...restated(items.slice(again))];
}
