// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said of a guest: when it runs, what it has, and what one sees of its queues' status.
 */
import {
	adapter_name, domain_name, product, queue_ids, sorted_queues,
} from "../../scenario/ids.ts";
import type { expectation, statement } from "../../scenario/model.ts";
import type { item } from "../examples/examples.ts";
import { masks_of, matrix_of } from "./ledger.ts";
import {
	ensure_started, ensure_there, flush_change, is_running, place_expect, place_op,
	place_unread, type build,
} from "./making.ts";
import type { fact } from "../sentence/phrases.ts";

/** Nothing has been done and nothing claimed since the guest was started. */
function just_started(b: build): boolean {
	const last = b.statements.at(-1)?.body;

	return last?.kind === "op" && last.op[0] === "open";
}

const GOES = /\b(?:disappears?|vanish(?:es)?|goes? away|is gone|are gone)\b/i;

/** "0a.0001 disappears", of which nothing that was done is the cause: it does so, from the host? */
export function goes_by_itself(b: build, { text }: item, e: expectation): boolean {
	return e.what === "masks" && e.is.form === "lacks" && GOES.test(text) &&
		!IN_GUEST.test(text) && just_started(b);
}

const BACK = /\bback\b/i, IN_GUEST = /\b(?:guest|vm|guest_matrix|apcb)\b/i;

/** "0a.0001 is back", which nobody has bound again so far: in the guest, or in vfio_ap? */
function is_rebound(b: build, { text }: item, queues: readonly string[]): boolean {
	return BACK.test(text) && !IN_GUEST.test(text) && b.l.told_bound && !b.l.all_bound &&
		queues.some((q) => !b.l.bound.has(q));
}

/** take_gained - what a guest has got; of one that has just started @whole of what it has */
export function take_gained(b: build, it: item, queues: string[], whole: boolean): void {
	if (is_rebound(b, it, queues))
		return place_unread(b, it);
	ensure_started(b, it);
	if (whole && just_started(b))
		return take_guest(b, it, queues);
	flush_change(b);
	place_expect(b, it, {
		what: "masks", of: "guest", mdev: "m0",
		is: { form: "has", queues: sorted_queues(queues) },
	});
}

/** take_guest - all that a guest has */
export function take_guest(b: build, it: item, queues: string[]): void {
	ensure_started(b, it);
	flush_change(b);
	if (has_from_definition(b, queues))
		return place_unread(b, it);
	b.guest_claims.push(sorted_queues(queues));
	place_expect(b, it, {
		what: "masks", of: "guest", mdev: "m0",
		is: { form: "queues", queues: sorted_queues(queues) },
	});
}

type whole = Extract<fact, { fact: "guest_is_matrix" }>;

function is_of(queue: string, of: whole["of"]): boolean {
	return of === undefined || queue_ids(queue)[of.unit === "adapter" ? 0 : 1] === of.id;
}

/**
 * take_whole - "all four queues", "both queues of adapter 04", "everything but 04.0004": of what is
 * assigned by then
 */
export function take_whole(b: build, it: item, f: whole): void {
	const all = matrix_of(b.l).filter((q) => is_of(q, f.of));
	const { but = [], count = all.length } = f;

	if (count !== all.length || f.of !== undefined && count === 0 ||
		but.some((q) => !all.includes(q)))
		place_unread(b, it);
	else if (f.of !== undefined)
		take_gained(b, it, all, false);
	else
		take_guest(b, it, all.filter((q) => !but.includes(q)));
}

/**
 * has_from_definition - whether it has what nobody assigned since it was started
 *
 * That is so if its definition is not shown.
 */
export function has_from_definition({ stored, l }: build, queues: readonly string[]): boolean {
	const { apm, aqm } = masks_of(queues);

	return stored && (apm.some((id) => !l.apm.has(id)) || aqm.some((id) => !l.aqm.has(id)));
}

/** status_claims - the status of all of an adapter's queues that are bound */
export function status_claims(
	b: build, it: item, f: Extract<fact, { fact: "status_of_adapter" }>,
): void {
	const queues = sorted_queues(b.l.bound).filter((q) => queue_ids(q)[0] === f.adapter);

	for (const queue of queues)
		place_expect(b, it, { what: "status", queue, text: f.text.replace(/_/g, " ") });
}

/** ensure_others_guest - a claim of a guest of another mdev than m0: it has been started by then */
export function ensure_others_guest(b: build, it: item, name: string): void {
	ensure_there(b, name);
	if (b.others.get(name) === true)
		return;
	b.others.set(name, true);
	place_op(b, null, ["open", name]);
	b.assumptions.push(`the guest of ${name} is started before line ${it.lines[0]}; ` +
		"the mail does not say when");
}

/** ran_before - what is stopped has run, whether or not the mail says since when */
export function ran_before(b: build, it: item, name: string): void {
	if (name === "m0" ? b.started : b.others.get(name) === true)
		return;
	place_op(b, null, ["open", name]);
	b.assumptions.push(`the guest of ${name} runs before line ${it.lines[0]}; ` +
		"the mail does not say since when");
}

/**
 * runs_meanwhile - an mdev's removal waits for a guest, whether or not the mail says that one runs
 */
export function runs_meanwhile(b: build, it: item, removal: statement, name: string): void {
	if (is_running(b, name))
		return;
	place_op(b, null, ["open", name]);
	b.statements.splice(b.statements.indexOf(removal), 0, b.statements.pop()!);
	b.started ||= name === "m0";
	if (b.others.has(name))
		b.others.set(name, true);
	b.assumptions.push(
		`a guest of ${name} runs before line ${it.lines[0]}, since its removal ` +
		"waits");
}

/**
 * start_again - a guest that runs: to reboot it resets its devices, to restart it gives them back
 * first
 */
export function start_again(b: build, it: item, name: string, how: "reboot" | "restart"): void {
	if (how === "reboot")
		return place_op(b, it, ["reset", name]);
	place_op(b, it, ["close", name]);
	place_op(b, it, ["open", name]);
}

/**
 * take_status - whether a guest uses it is seen of a queue
 *
 * That starts none of which nobody has spoken.
 */
export function take_status(
	b: build, it: item, { queue, text }: Extract<fact, { fact: "status" }>,
): void {
	const told = b.started || [...b.others.values()].includes(true);

	if (b.set_up && (text !== IN_USE || told))
		place_expect(b, it, { what: "status", queue, text });
}

const IN_USE = "in use";

/** take_lacking - "grep 0b guest_matrix" finds nothing: of all that there is */
export function take_lacking(b: build, it: item, mdev: string, like: string): void {
	const queues = product(b.host!.apm, b.host!.aqm).filter((q) => new RegExp(like).test(q));

	if (queues.length === 0)
		return place_unread(b, it);
	if (mdev === "m0")
		ensure_started(b, it);
	else
		ensure_others_guest(b, it, mdev);
	flush_change(b);
	place_expect(b, it, { what: "masks", of: "guest", mdev,
		is: { form: "lacks", queues: sorted_queues(queues) } });
}

const WITHHELD = /filter|withh|exclu|mask|omit|hid/i;

/**
 * lacks_unassigned - "adapter 05 is not passed through", where it is not assigned: the guest has
 * none of its queues, though nobody filters them
 *
 * Return: whether it is that.
 */
export function lacks_unassigned(b: build, it: item, e: expectation): boolean {
	if (e.what !== "filtered" || e.because.length > 0 || WITHHELD.test(it.text))
		return false;
	const [assigned, there] = e.unit === "adapter" ? [b.l.apm, b.host!.apm]
		: [b.l.aqm, b.host!.aqm];

	if (assigned.has(e.id) || !there.includes(e.id))
		return false;
	take_lacking(b, it, e.mdev, e.unit === "adapter" ? `^${adapter_name(e.id)}\\.`
		: `\\.${domain_name(e.id)}$`);
	return true;
}

/** take_way - of several ways of filtering only the one that is taken is a claim */
export function take_way(b: build, it: item, f: Extract<fact, { fact: "would" }>): void {
	if (b.way !== `${f.unit} ${f.id}`)
		return;
	ensure_started(b, it);
	place_expect(b, it, {
		what: "masks", of: "guest", mdev: "m0",
		is: { form: "lacks", queues: sorted_queues(f.queues) },
	});
}

/**
 * way_of - the way of filtering that is taken, of those that the mail tells of; null without one
 */
export function way_of(facts: fact[]): string | null {
	const ways = facts.flatMap((f) => f.fact === "would" ? [`${f.unit} ${f.id}`] : []);
	const chosen = facts.flatMap((f) => f.fact === "expect" && f.expect.what === "filtered" ?
		[`${f.expect.unit} ${f.expect.id}`] : []);

	return new Set(ways).size === 1 ? ways[0]! : ways.find((w) => chosen.includes(w)) ?? null;
}

const OF_A_GUEST = ["masks", "unchanged", "filtered", "plugged", "updates"];

/** shows_idle - what is assigned and in nobody's use: no guest runs */
export function shows_idle(f: fact): boolean {
	return f.fact === "status" && f.text === "assigned";
}

/** "guest_matrix: 0a.0001": the attribute, which most drivers show whether or not a guest runs */
const ATTRIBUTE = /\bguest_matrix\b/i, A_GUEST = /\b(?:guests?|vms?|qemu|kvm)\b/i;
const IN_ATTRIBUTE = new Set<fact["fact"]>(["guest", "guest_is_matrix", "guest_lacks"]);

function shows_attribute({ text }: item, f: fact): boolean {
	return ATTRIBUTE.test(text) && !A_GUEST.test(text) && (IN_ATTRIBUTE.has(f.fact) ||
		f.fact === "expect" && f.expect.what === "masks" && f.expect.of === "guest");
}

/** tells_of_guest - whether anything is said of a guest, in which case there is one */
export function tells_of_guest(items: readonly item[]): boolean {
	const of_a_guest = new Set<fact["fact"]>(
		["start", "stop", "guest", "guest_is_matrix", "guest_lacks",
		"status_of_adapter", "config", "would"]);

	return items.some((it) => it.facts.some((f) => !shows_attribute(it, f) &&
		(of_a_guest.has(f.fact) || f.fact === "expect" &&
		OF_A_GUEST.includes(f.expect.what) &&
			!(f.expect.what === "masks" && f.expect.of === "matrix") ||
		f.fact === "expect" && (f.expect.what === "status" ||
			f.expect.what === "out" && f.expect.text.trim() === IN_USE))));
}
