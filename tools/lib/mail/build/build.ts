// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the facts of an example to scenarios: the set-up in its order, one line per fact, and
 * assumptions, stated, for what the mail leaves open.
 */
import { EADDRINUSE, EADDRNOTAVAIL, EBUSY, ENODEV, ENOENT } from "#linux/errno.h";
import { ascending, mask_text, product } from "../../scenario/ids.ts";
import {
	number_steps, type choice, type host_config, type op, type result, type scenario,
	type statement,
} from "../../scenario/model.ts";
import { is_bound_already, is_unbound_already, take_bound, take_missing } from "./bindings.ts";
import { IF, type item } from "../examples/examples.ts";
import {
	leave_failed_open, leave_host_open, pick_host, stated_host, with_first_host,
} from "./first_host.ts";
import { masks_at_first, type first_masks } from "./first_masks.ts";
import { as_states, assume_set_up } from "./first_set_up.ts";
import {
	goes_by_itself, lacks_unassigned, ran_before, runs_meanwhile, shows_idle, start_again,
	status_claims, take_gained, take_guest, take_lacking, take_status, take_way, take_whole,
	tells_of_guest, way_of,
} from "./guest.ts";
import { masks_of, matrix_of, new_ledger, note_fact, restated } from "./ledger.ts";
import {
	change_op, claim_of, ensure_started, flush_change, flush_set_up, is_running, note_of,
	NOWHERE, place, place_expect, place_op, place_unread, take_operation, type build,
} from "./making.ts";
import {
	is_there, mdev_called, only_uses, take_assigned, take_count, take_definition, take_gone,
	take_not_assigned, take_other, take_typed, take_units, write_id,
} from "./mdevs.ts";
import { facts_of, is_created_first, is_creation } from "./named.ts";
import type { fact } from "../sentence/phrases.ts";
import { TYPED } from "../typed/shell.ts";
import { is_unclear } from "./whose.ts";

function changed_mask(ids: number[], change: "removed" | "added", id: number): number[] {
	return change === "removed" ? ids.filter((i) => i !== id) : ascending([...ids, id]);
}

function take_config(b: build, it: item, f: Extract<fact, { fact: "config" }>): void {
	ensure_started(b, it);
	flush_change(b);
	if (f.unit === "adapter")
		b.now.apm = changed_mask(b.now.apm, f.change, f.id);
	else
		b.now.aqm = changed_mask(b.now.aqm, f.change, f.id);
	b.change = it;
}

function take_notified(b: build, it: item): void {
	ensure_started(b, it);
	if (b.change !== null) {
		place_op(b, b.change, change_op(b, "config_changed"));
		b.statements.at(-1)!.note += `; ${note_of(it)}`;
	}
	b.change = null;
	b.scanning = true;
}

const AFTER = /\b(?:after|when|once|upon|now that)\b/i;

/** "So after unbinding 0a.0001 the guest has nothing": whether it tells what comes of something. */
function sums_up({ phrase, label, text, facts }: item): boolean {
	return phrase !== TYPED && label === "" && AFTER.test(text) &&
		facts.some((f) => f.fact === "guest" || f.fact === "expect");
}

/** An operation that is told of with its result is the one before it, if that is the same. */
function take_retold(b: build, it: item, operation: op, retold: boolean): void {
	const last = b.statements.findLast(({ body }) => body.kind === "op")?.body;

	if (!retold && !sums_up(it) || last?.kind !== "op" ||
		JSON.stringify(last.op) !== JSON.stringify(operation))
		take_operation(b, it, operation);
}

/** of an adapter or domain, on any host */
const LARGEST_ID = 255;

/**
 * Whether an error has a cause that the mail does not tell of: which other mdev has it, whose the
 * queues of an mdev are that has none, what a mask would take, what the host has.
 */
function lacks_cause(b: build, operation: op, rc: result): boolean {
	const [name] = operation;
	const has_queues = matrix_of(b.l).length > 0;

	switch (rc) {
	case -ENODEV:
		return name === "write" && !b.host_told && Number(operation[3]) <= LARGEST_ID;
	case -EADDRNOTAVAIL:
		return name === "write" && !b.creates && !has_queues;
	case -EBUSY:
		return /^a[pq]mask_store$/.test(name) && b.others.size === 0 && !has_queues;
	default:
		return false;
	}
}

/**
 * leave_taken_open - that another mdev, of which the mail does not speak, has a queue of those
 * that an operation would assign; false if it would assign none
 */
function leave_taken_open(b: build, [, , attribute, value]: op): boolean {
	const { apm, aqm } = masks_of(matrix_of(b.l));
	const id = Number(value);
	const [queue] = attribute === "assign_adapter" ? product([id], aqm)
		: attribute === "assign_domain" ? product(apm, [id]) : [];

	if (queue === undefined || !(id <= LARGEST_ID))
		return false;
	if (!b.choices.some((c) => c.what === "taken")) {
		b.choices.push({ what: "taken", queue });
		b.assumptions.push(`whether another mdev has ${queue} is not said`);
	}
	return true;
}

/** What is said of an operation's result is the claim, in place of "it works". */
function take_result(b: build, it: item, rc: Exclude<result, null>): void {
	const last = b.statements.findLast(({ body }) => body.kind === "op");

	if (/\bassignment\b/i.test(it.text) && last?.body.kind === "op" &&
		last.body.op[0] !== "write")
		return place_unread(b, it); /* of which there is none */
	if (rc === -ENOENT && last?.body.kind === "op" && last.body.op[0] === "write" &&
		!is_there(b, last.body.op[1])) { /* nor is its directory */
		last.body = { ...last.body, rc: null };
		return place_expect(b, it, { what: "rc", rc: -ENODEV });
	}
	if (b.change !== null)
		return place_unread(b, it); /* the host's configuration changes as it does */
	if (rc === -EADDRINUSE && last?.body.kind === "op" && last.body.op[0] === "write" &&
		b.others.size === 0 && !leave_taken_open(b, last.body.op)) {
		last.body = { ...last.body, rc: null };
		return place_unread(b, it); /* nothing could be shared */
	}
	if (last?.body.kind === "op" && lacks_cause(b, last.body.op, rc)) {
		last.body = { ...last.body, rc: null };
		return place_unread(b, it);
	}
	if (last?.body.kind === "op" && rc === "waits") {
		if (last.body.op[0] === "open")
			return place_unread(b, it); /* it is not that which waits */
		if (last.body.op[0] === "destroy")
			runs_meanwhile(b, it, last, last.body.op[1]);
		last.body = { ...last.body, rc };
		return;
	}
	if (last?.body.kind === "op")
		last.body = { ...last.body, rc: null };
	place_expect(b, it, { what: "rc", rc });
}

/** The mdev has been removed: the guest let it go, since the driver asked for that. */
function has_just_gone(b: build): boolean {
	const last = b.statements.findLast(({ body }) => body.kind === "op")?.body;

	return last?.kind === "op" && last.op[0] === "destroy" && last.rc === "ok";
}

/** Lines of the notation are the set-up, behind what was told of it before them. */
function begin_with(b: build, name: string): void {
	b.set_up = true;
	if (b.bound !== null && name !== "bound")
		place_op(b, b.bound.it, ["bound", b.bound.queues], null);
	for (const it of b.held)
		place_unread(b, it);
}

function take_body(b: build, it: item, body: statement["body"]): void {
	if (!b.set_up && body.kind === "op" && ["bound", "mdev", "create"].includes(body.op[0]))
		begin_with(b, body.op[0]);
	flush_set_up(b);
	place(b, it, body);
}

/**
 * What a mask is by then, if it was shown before anything was done: that is what it is at first.
 */
function take_mask(b: build, it: item, f: Extract<fact, { fact: "mask" }>): void {
	const done = b.statements.some(({ body }) => body.kind === "op" &&
		!["bound", "mdev", "create"].includes(body.op[0]));

	if (!done) {
		b.known_masks.add(f.mask);
	} else if (b.known_masks.has(f.mask)) {
		flush_change(b);
		place_op(b, it, ["read", "bus", f.mask], null);
		place_expect(b, it, { what: "out", text: mask_text(f.ids) });
	}
}

function take_fact(b: build, it: item, f: fact): void {
	switch (f.fact) {
	case "mask":
		take_mask(b, it, f);
		break;
	case "bound":
		take_bound(b, it, f);
		break;
	case "missing":
		take_missing(b, it, f.queues);
		break;
	case "op":
		take_typed(b, it, f);
		break;
	case "define":
		take_definition(b, it, f.who, f.change);
		break;
	case "gone":
		take_gone(b, it, mdev_called(b, f.who));
		break;
	case "rc":
		if (f.rc !== null)
			take_result(b, it, f.rc);
		break;
	case "body":
		take_body(b, it, f.body);
		break;
	case "would":
		take_way(b, it, f);
		break;
	case "stop":
		flush_set_up(b);
		flush_change(b);
		if (has_just_gone(b)) {
			place_expect(b, it, { what: "rc", rc: "ok" });
			place_expect(b, it,
				{ what: "eventfd", mdev: "m0", which: "req", count: 1 });
			break;
		}
		ran_before(b, it, "m0");
		place_op(b, it, ["close", "m0"]);
		b.starts_later = false;
		b.started = true; /* and is not to be started again */
		break;
	case "found":
		b.bound = {
			it: b.bound?.it ?? it, queues: [...(b.bound?.queues ?? []), ...f.queues],
		};
		break;
	case "assigned":
		take_assigned(b, it, f.queues);
		break;
	case "units":
		take_units(b, it, f);
		break;
	case "empty_mdev":
		if (b.set_up && b.l.assigned)
			take_assigned(b, it, []);
		else
			b.mdev = { it, queues: [] };
		break;
	case "start":
		if (is_running(b, "m0") && (f.state === true || f.again === undefined &&
			only_uses(b, "m0")))
			break;
		if (f.again !== undefined && is_running(b, "m0")) {
			start_again(b, it, "m0", f.again);
			break;
		}
		flush_set_up(b);
		flush_change(b);
		b.starts_later = false;
		b.started = true;
		place_op(b, it, ["open", "m0"]);
		break;
	case "status":
		take_status(b, it, f);
		break;
	case "guest_lacks":
		take_lacking(b, it, "m0", f.like);
		break;
	case "idle":
		if (is_running(b, "m0"))
			place_unread(b, it);
		b.starts_later = true;
		break;
	case "assign":
		take_retold(b, it, write_id(f), f.retold === true);
		break;
	case "bind":
	case "unbind":
		if (f.fact === "bind" && is_bound_already(b, it, f.queue))
			return place_unread(b, it);
		if (f.fact === "unbind" && is_unbound_already(b, it, f.queue))
			return take_missing(b, it, [f.queue]);
		take_retold(b, it, [f.fact, f.queue], f.retold === true);
		break;
	case "not_assigned":
		take_not_assigned(b, it, f);
		break;
	case "config":
		take_config(b, it, f);
		break;
	case "notified":
		take_notified(b, it);
		break;
	case "scanned":
		flush_change(b);
		place_op(b, it, ["scan"]);
		b.scanning = false;
		break;
	case "guest":
		if (f.gained === true)
			take_gained(b, it, f.queues, f.whole === true);
		else
			take_guest(b, it, f.queues);
		break;
	case "guest_is_matrix":
		take_whole(b, it, f);
		break;
	case "matrix_counts":
		take_count(b, it, f.count);
		break;
	case "status_of_adapter":
		status_claims(b, it, f);
		break;
	case "expect":
		if (lacks_unassigned(b, it, f.expect))
			break;
		if (goes_by_itself(b, it, f.expect)) {
			place_unread(b, it);
			break;
		}
		ensure_started(b, it);
		flush_change(b);
		place_expect(b, it, claim_of(b, f.expect));
		break;
	case "of":
		flush_change(b);
		take_other(b, it, f);
		break;
	default:
	}
	note_fact(b.l, f);
}

function drop_empty_notes(statements: statement[]): statement[] {
	return statements.map((s) => s.note?.startsWith("line undefined")
		? { ...s, note: null, line: 0 } : s);
}

function finish_build(b: build): void {
	flush_set_up(b);
	flush_change(b);
	if (b.scanning) {
		place_op(b, null, ["scan"]);
		b.assumptions.push("the scan ends behind the last step; the mail does not say");
	}
	if (b.first_guest !== null)
		b.statements.push({
			line: b.statements.at(-1)!.line, label: null, n: "", drivers: null,
			note: "said to be a different result",
			body: { kind: "expect", expect: {
				what: "masks", of: "guest", mdev: "m0",
				is: { form: "not", queues: b.first_guest },
			} },
		});
}

function new_build(items: item[], whole: item[], override: host_config | null): build {
	const assumptions: string[] = [];
	const host = pick_host(whole, override, assumptions);
	const facts = items.flatMap((it) => it.facts);
	const masks = masks_at_first(items, host);

	return {
		statements: [], assumptions, l: new_ledger(), labels: new Map(), bound: null,
		mdev: null,
		set_up: false, held: [], started: false,
		starts_later: facts.find((f) => f.fact === "start" ||
			f.fact === "stop")?.fact === "start", starts_behind: null,
		host, host_told: override !== null || stated_host(items) !== null,
		masks, known_masks: new Set(), now: { ...host }, change: null,
		scanning: false, guest_claims: [],
		first_guest: null,
		halves: { adapter: null, domain: null },
		guest_told: tells_of_guest(items), missing: [], missing_in: NOWHERE, choices: [],
		last_named: "m0",
		others: new Map(), defined: new Map(), listed: false, stored: false,
		way: way_of(facts),
		creations: facts.filter(is_creation).length, creates: is_created_first(facts),
	};
}

/** What the mdev has at first. */
function of_matrix(f: fact): boolean {
	return ["assigned", "units", "empty_mdev"].includes(f.fact);
}

/** Whether what comes of a way is told, rather than that it is something else. */
function tells_result(items: readonly item[]): boolean {
	return items.some((it) => it.facts.some((f) => f.fact === "variant" && f.told === true));
}

/** The items of an example as the scenarios it tells: a "different way" begins the next. */
function variants_of(items: item[]): item[][] {
	const list: item[][] = [[]];
	const runs = (it: item): boolean => it.facts.length > 0 &&
		it.facts.every((f) => f.fact === "start");
	const set_up = items.slice(0, items.findIndex((it) => !runs(it) &&
		(it.kind === "operation" || it.kind === "expectation")))
			.filter((it) => it.kind === "set-up" || it.kind === "unread" || runs(it));

	for (const it of items) {
		if (!it.facts.some((f) => f.fact === "variant")) {
			list.at(-1)!.push(it);
			continue;
		}
		const base = it.facts.some((f) => f.fact === "bound") ? [] : set_up;
		const assigns = it.facts.some(of_matrix);
		list.push([...base.filter((i) => !assigns || !i.facts.some(of_matrix)), it]);
	}
	return list;
}

/** "If 04.0047 is not bound ...", where it is: another case than this one */
function is_other_case(b: build, { text, facts }: item): boolean {
	return IF.test(text) && facts.some((f) => f.fact === "missing" && f.queues.some((q) =>
		b.bound?.queues === "all" || b.l.bound.has(q)));
}

/** A result, which is that of what stands before it. */
function is_result(it: item): boolean {
	return it.facts.length > 0 && it.facts.every((f) => f.fact === "rc");
}

/** Whether a line is about an mdev, apart from an empty one's being there. */
function names_mdev(body: statement["body"]): boolean {
	if (body.kind === "unread")
		return true;
	if (body.kind === "expect")
		return "mdev" in body.expect;
	return body.op[0] === "mdev" ? body.op[2].apm.length + body.op[2].aqm.length > 0 :
		body.op.some((word) => typeof word === "string" && /^m\d$/.test(word));
}

export interface built {
	statements: statement[];
	assumptions: string[];
	host: host_config;
	lines: [number, number];
	choices: choice[];
	masks: first_masks;
}

/** @whole: what the items are of; whatever it names is in the host */
function build_variant(items: item[], whole: item[], override: host_config | null,
		first_guest: string[] | null): built & { guest: string[] | null } {
	const b = new_build(items, whole, override);

	b.first_guest = first_guest;
	b.guest_told ||= first_guest !== null;
	assume_set_up(b, items);
	if (!b.host_told) {
		leave_host_open(b, whole);
		leave_failed_open(b, whole);
	}
	for (const [i, it] of items.entries()) {
		const before = items.slice(0, i).findLast(({ kind }) => kind !== "prose");

		if (it.kind === "unread" || is_other_case(b, it) || is_unclear(b, it) ||
			is_result(it) && before?.kind === "unread")
			place_unread(b, it, before);
		else for (const f of it.facts)
			take_fact(b, it, f);
	}
	finish_build(b);
	const needs_mdev = b.mdev !== null || b.statements.some(({ body }) => names_mdev(body));
	if (!needs_mdev)
		b.statements = b.statements.filter(({ body }) => body.kind !== "op" ||
			body.op[0] !== "mdev");
	if (needs_mdev && !b.guest_told && !facts_of(items).some(shows_idle) &&
		!items.some((it) => it.facts.some((f) => f.fact === "body")) &&
			b.statements.some(({ body }) => body.kind === "expect"))
		b.choices.push({ what: "guest" });
	const statements = drop_empty_notes(b.statements);
	number_steps(statements);
	const lines = items.flatMap((it) => it.lines);
	return {
		statements, assumptions: b.assumptions, host: b.host!, choices: b.choices,
		masks: b.masks,
		guest: b.guest_claims.at(-1) ?? null,
		lines: [Math.min(...lines), Math.max(...lines)],
	};
}

/**
 * build_scenarios - the scenarios an example tells
 * @items: the example
 * @override: the host given by --host, or null
 */
export function build_scenarios(items: item[], override: host_config | null): built[] {
	let first_guest: string[] | null = null;

	return variants_of(as_states(items)).flatMap((variant) => {
		const parts = restated(variant).map(with_first_host);
		const [[first, ...again], whole] = [parts, parts.flat()];
		const made = build_variant(first!, whole, override,
			tells_result(variant) ? null : first_guest);

		first_guest ??= made.guest;
		return [made, ...again.map((it) => build_variant(it, whole, override, null))];
	});
}

/** as_scenario - with a name and a source */
export function as_scenario(b: built, name: string, source: string, file: string,
		slips: string[]): scenario {
	return {
		file, line: b.lines[0], name, source, about: [], assumptions: b.assumptions, slips,
		verdicts: [], host: b.host, apmask: b.masks.apmask, aqmask: b.masks.aqmask,
		memory: "zero",
		choices: b.choices,
		statements: b.statements,
	};
}
