// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said to be bound, or not: the set-up as long as nothing has been done, a claim or a deed
 * behind that.
 */
import { queue_ids, sorted_queues } from "../../scenario/ids.ts";
import type { item } from "../examples/examples.ts";
import {
	flush_change, is_running, NOWHERE, place_expect, place_unread, take_operation, type build,
} from "./making.ts";
import type { fact } from "../sentence/phrases.ts";
import { TYPED } from "../typed/shell.ts";

/** Whether its adapter or its domain was taken from the host: no driver has it. */
function left_host({ now }: build, queue: string): boolean {
	const [apid, apqi] = queue_ids(queue);

	return !now.apm.includes(apid) || !now.aqm.includes(apqi);
}

/** The queues of a list that are not bound by the steps so far; null if nobody knows. */
function not_bound_yet(b: build, queues: string[]): string[] | null {
	return b.bound === null || b.bound.queues === "all" ? null
		: queues.filter((q) => !b.l.bound.has(q) || left_host(b, q));
}

/** is_unbound_already - "04.0004 is unbound", where it is: nothing is done */
export function is_unbound_already(b: build, it: item, queue: string): boolean {
	return b.set_up &&
		/\b(?:is|are|was) unbound\b|\bno longer\b|\bany ?(?:more|longer)\b/i.test(
			it.text) &&
		not_bound_yet(b, [queue])?.length === 1 &&
		!b.choices.some((c) => c.what === "bound" && c.queue === queue);
}

function was_unbound(b: build, queue: string): boolean {
	return b.statements.some(({ body }) => body.kind === "op" && body.op[0] === "unbind" &&
		body.op[1] === queue);
}

/** is_bound_already - "04.0004 is rebound", where it is bound: nobody says that it was unbound */
export function is_bound_already(b: build, it: item, queue: string): boolean {
	return /\bre-?(?:bound|binds?|binding)\b(?! to\b)/i.test(it.text) &&
		(b.l.bound.has(queue) || b.l.all_bound && !was_unbound(b, queue));
}

/** What more is bound at first; a second list that is not the first one is neither. */
function add_bound(b: build, it: item, queues: string[] | "all"): void {
	const known = b.bound?.queues ?? [];
	const more = known === "all" || queues === "all" ? []
		: queues.filter((q) => !known.includes(q));

	if (b.bound === null || b.bound.it === it)
		b.bound = { it, queues };
	else if (known === "all" || queues === "all" || more.length !== queues.length &&
		more.length > 0 || queues.length === 0 && known.length > 0)
		place_unread(b, it);
	else
		b.bound.queues = [...known, ...more];
}

/** What was bound once and is not in a list of all that is bound, is not. */
function place_not_listed(b: build, it: item, listed: readonly string[]): void {
	const once = b.statements.flatMap(({ body }) => body.kind !== "op"
		? body.kind === "expect" && body.expect.what === "bindings" && body.expect.bound
			? body.expect.queues : []
		: body.op[0] === "bind" ? [body.op[1]]
		: body.op[0] === "bound" && body.op[1] !== "all" ? body.op[1] : []);
	const queues = sorted_queues(once).filter((q) => !listed.includes(q));

	if (queues.length > 0)
		place_expect(b, it, { what: "bindings", bound: false, queues });
}

/**
 * take_bound - said of queues that were not bound so far, "they are bound" is what happens to them
 */
export function take_bound(b: build, it: item, f: Extract<fact, { fact: "bound" }>): void {
	const { queues } = f;

	if (!b.set_up && (f.later !== true || b.bound === null || b.bound.it === it))
		return add_bound(b, it, queues);
	flush_change(b);
	if (queues === "all" || queues.length === 0)
		return f.whole === true ? place_not_listed(b, it, []) : undefined;
	const listed = it.listed !== null && it.facts.at(-1) === f;
	const fresh = !listed && it.phrase !== TYPED ? not_bound_yet(b, queues) : null;
	if (fresh === null || fresh.length === 0 || f.later !== true &&
		fresh.length < queues.length) {
		place_expect(b, it, { what: "bindings", bound: true, queues });
		return f.whole === true ? place_not_listed(b, it, queues) : undefined;
	}
	for (const q of fresh)
		take_operation(b, it, ["bind", q]);
}

/** "0a.0001 is missing": in vfio_ap, as long as no guest could miss it */
const MISSING = /\b(?:missing|missed|absent|lacking)\b/i,
	FROM_DRIVER = /\b(?:vfio_ap|drivers?|(?:un)?bound|list(?:ed)?)\b/i;

/** take_missing - queues that are not bound: of the set-up, or a claim */
export function take_missing(b: build, it: item, queues: string[]): void {
	if (b.set_up && is_running(b, "m0") && MISSING.test(it.text) && !FROM_DRIVER.test(it.text))
		return place_unread(b, it);
	if (b.set_up) {
		flush_change(b);
		place_expect(b, it, { what: "bindings", bound: false, queues });
	} else
		b.missing.push(...queues.filter((q) => !b.missing.includes(q)));
	if (b.missing_in === NOWHERE)
		b.missing_in = it;
}
