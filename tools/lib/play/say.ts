// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps in words, for every view: queues as products, what a guest has, what changed, and in a
 * few words what differs.
 */
import {
	adapter_name, ascending, domain_name, product, queue_ids,
} from "../scenario/ids.ts";
import type { mask_form, masks, statement } from "../scenario/model.ts";
import { print_step } from "../scenario/print.ts";
import type { mdev_state, step } from "./play.ts";

const QUEUES = /^(?:-|[0-9a-f]{2}\.[0-9a-f]{4}(?: [0-9a-f]{2}\.[0-9a-f]{4})*)$/;

/** queues_of - the queues of one side of a comparison, null if it is something else */
export function queues_of(side: string): string[] | null {
	if (!QUEUES.test(side))
		return null;
	return side === "-" ? [] : side.split(" ");
}

function product_text(apm: readonly number[], aqm: readonly number[]): string {
	return `${apm.map(adapter_name).join(" ")} x ${aqm.map(domain_name).join(" ")}`;
}

/** as_product - "04 05 x 0004 0047" for the queues that make one, else the queues; "-" for none */
function as_product(queues: readonly string[]): string {
	const apm = ascending(queues.map((q) => queue_ids(q)[0]));
	const aqm = ascending(queues.map((q) => queue_ids(q)[1]));

	if (queues.length < 2 || product(apm, aqm).join(" ") !== queues.join(" "))
		return queues.length === 0 ? "-" : queues.join(" ");
	return product_text(apm, aqm);
}

/** side_text - one side of a comparison, short */
function side_text(side: string): string {
	const queues = queues_of(side);

	return queues === null ? side : as_product(queues);
}

/**
 * what_text - a line of a scenario, short: as the notation reads it, m0 and results left out
 */
export function what_text(s: statement): string {
	const { body } = s;
	const masks_of = body.kind === "expect" && body.expect.what === "masks" ? body.expect
		: null;

	if (body.kind === "unread")
		return body.text;
	const text = masks_of?.is.form === "queues" ?
		`${masks_of.of} ${masks_of.mdev} ${as_product(masks_of.is.queues)}` :
		print_step(s).replace(/^bound (.*)$/, (_, q: string) => `bound ${side_text(q)}`);
	return text.replace(/ m0\b/, "");
}

/** masks_text - "04 05 x 0004 0047", and the control domains if there are any */
export function masks_text({ apm, aqm, adm }: masks): string {
	const control = adm.length === 0 ? "" : `, control ${adm.map(domain_name).join(" ")}`;

	return (apm.length * aqm.length < 2 ? as_product(product(apm, aqm))
		: product_text(ascending(apm), ascending(aqm))) + control;
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
	return a.length === b.length && a.every((it, i) => it === b[i]);
}

/** What a side has that the other lacks, as "+ 05.0004" and "- 04.0004". */
function change_text(before: readonly string[], now: readonly string[]): string {
	if (same(before, now))
		return "";
	const [old_set, new_set] = [new Set(before), new Set(now)];
	const more = now.filter((q) => !old_set.has(q));
	const less = before.filter((q) => !new_set.has(q));

	return [
		...(more.length === 0 ? [] : [`+ ${as_product(more)}`]),
		...(less.length === 0 ? [] : [`- ${as_product(less)}`]),
	].join(" ");
}

function guest_queues(m: mdev_state | undefined): string[] {
	return m === undefined ? [] : product(m.guest.apm, m.guest.aqm);
}

/** What a guest has more or less than before. */
function guest_change(now: mdev_state, before: mdev_state | undefined): string {
	const same_guest = before !== undefined && same(before.guest.apm, now.guest.apm) &&
		same(before.guest.aqm, now.guest.aqm);

	return same_guest ? "" : change_text(guest_queues(before), guest_queues(now));
}

function mdev_text(name: string, now: mdev_state, before: mdev_state | undefined): string {
	const [guest, apcb] =
		[masks_text(now.guest), now.apcb === null ? null : masks_text(now.apcb)];
	const change = guest_change(now, before);
	const who = name === "m0" ? "guest" : `guest of ${name}`;

	if (now.apcb === null && guest === "-")
		return "";
	return `${now.apcb === null ? who.replace("guest", "no guest, masks") : who} ${guest}` +
		(change === "" ? "" : ` (${change})`) +
		(apcb === null || apcb === guest ? "" : `; its APCB ${apcb}`);
}

/**
 * state_text - what the guests have behind an operation, and what changed
 * @st: the step
 * @before: the step before it, or null
 */
export function state_text(st: step, before: step | null): string {
	const parts = [...st.mdevs].map(([name, m]) => mdev_text(name, m, before?.mdevs.get(name)));
	const bound = change_text(before?.bound ?? st.bound, st.bound);
	const { body } = st.s;
	const told = body.kind === "op" && ["bound", "bind", "unbind"].includes(body.op[0]);

	return [...parts, ...(bound === "" || told ? [] : [`bound to vfio_ap: ${bound}`])]
		.filter((t) => t !== "").join("; ");
}

/** result_text - what an operation without a claim gave: its result by name, a read's text */
export function ran_text(st: step): string {
	if (st.out !== null && st.s.body.kind === "op" && st.s.body.op[0] === "read")
		return JSON.stringify(st.out);
	if (st.out !== null)
		return `${st.actual}, ${st.out}`;
	if (st.rc === null || st.rc < 0)
		return st.actual;
	const { body } = st.s;
	const set_up = body.kind === "op" && ["bound", "mdev"].includes(body.op[0]);
	return st.rc === 0 || set_up ? "ok" : `${st.rc} byte${st.rc === 1 ? "" : "s"}`;
}

/** What there is says enough: of a claim about some queues, what is not so of them. */
function wrong_of_some(st: step, is: mask_form): string | null {
	const actual = queues_of(st.actual);

	if (is.form === "not")
		return `is ${side_text(st.actual)}`;
	if (is.form !== "has" && is.form !== "lacks" || actual === null)
		return null;
	const wrong = is.queues.filter((q) => actual.includes(q) === (is.form === "lacks"));
	return `${is.form === "has" ? "lacks" : "has"} ${as_product(wrong)}`;
}

/** Claims of which one side alone says what differs; null for any other. */
function one_side(st: step): string | null {
	const { body } = st.s;

	if (body.kind !== "expect")
		return null;
	switch (body.expect.what) {
	case "masks":
		return wrong_of_some(st, body.expect.is);
	case "filtered":
	case "plugged":
	case "bindings":
	case "all_bound":
	case "log":
		return st.actual;
	case "instructions":
		return st.actual === "-" ? `no ${body.expect.which} was issued` : null;
	default:
		return null;
	}
}

/** difference_text - in a few words what differs */
export function difference_text(st: step): string {
	return one_side(st) ?? sides_apart(st);
}

function sides_apart(st: step): string {
	const expected = queues_of(st.expected), actual = queues_of(st.actual);

	if (expected === null || actual === null)
		return st.expected === "" ? st.actual : `${st.actual}, not ${st.expected}`;
	if (actual.length === 0)
		return "there are no queues";
	const [wanted, there] = [new Set(expected), new Set(actual)];
	const lacks = expected.filter((q) => !there.has(q));
	const more = actual.filter((q) => !wanted.has(q));
	return [
		...(lacks.length === 0 ? [] : [`lacks ${as_product(lacks)}`]),
		...(more.length === 0 ? []
			: [`${lacks.length === 0 ? "" : "and "}has ${as_product(more)} as well`]),
	].join(" ") || `is ${as_product(actual)}, in another order`;
}
