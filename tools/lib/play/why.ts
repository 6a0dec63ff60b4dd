// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reasons, in the driver's own terms: what it decided, in which function, of which patch.
 */
import { adapter_name, ascending, domain_name, product, queue_ids } from "../scenario/ids.ts";
import type { mask_form } from "../scenario/model.ts";
import type { decision } from "../lab/model.ts";
import type { made, step } from "./play.ts";
import { queues_of } from "./say.ts";

/**
 * struct reason - a decision in words
 * @cause: what was decided, and why
 * @place: in which function of which patch; "" for what is no decision of the driver
 * @message_id: of that patch, or null
 */
export interface reason {
	cause: string;
	place: string;
	message_id: string | null;
}

/** Adapters, or domains, about which the same was decided for the same reason. */
function reason_of(list: made[], after: string): reason {
	const { n, d } = list[0]!;
	const name = d.unit === "adapter" ? adapter_name : domain_name;
	const many = list.length > 1;
	const units = `${d.unit}${many ? "s" : ""} ${list.map((m) => name(m.d.id)).join(" ")}`;
	const cause = many ? d.cause.replace(/^its /, "their ").replace(/^it is /, "they are ")
		: d.cause;

	return {
		cause: `${n === after ? "" : `in step ${n}, `}${units} ${d.verdict}: ${cause}`,
		place: `${d.func}, ${d.patch}`, message_id: d.message_id,
	};
}

/**
 * The adapters, and the domains, that one side of a comparison of queues has and the other lacks.
 */
function units_apart(expected: string[], actual: string[]): { apm: number[]; aqm: number[] } {
	const ids = (side: string[], i: 0 | 1): number[] =>
		ascending(side.map((q) => queue_ids(q)[i]));
	const apart = (i: 0 | 1): number[] => {
		const [a, b] = [ids(expected, i), ids(actual, i)];

		return [...a.filter((id) => !b.includes(id)), ...b.filter((id) => !a.includes(id))];
	};

	return { apm: apart(0), aqm: apart(1) };
}

/** A claim about one adapter or domain: a filtered adapter takes a domain's queues, too. */
function is_about_unit(e: Pick<decision, "unit" | "id">, d: decision): boolean {
	return e.unit === d.unit ? e.id === d.id : d.unit === "adapter" && d.verdict !== "plugged";
}

/** The queues on account of which a claim about masks differs; null if any may be. */
function queues_apart(st: step, is: mask_form): { expected: string[]; actual: string[] } | null {
	const actual = queues_of(st.actual);

	if (is.form === "has" || is.form === "lacks")
		return { expected: is.queues.filter((q) =>
			actual?.includes(q) === (is.form === "lacks")), actual: [] };
	const expected = queues_of(st.expected);
	return expected === null || actual === null ? null : { expected, actual };
}

function is_about_masks_of(st: step, is: mask_form, d: decision): boolean {
	const apart = queues_apart(st, is);

	if (apart === null)
		return true;
	const { apm, aqm } = units_apart(apart.expected, apart.actual);
	return (d.unit === "adapter" ? apm : aqm).includes(d.id);
}

/** Whether a decision may be why a claim differs; what is assigned no decision changes. */
function is_about(st: step, d: decision): boolean {
	const { body } = st.s;

	if (body.kind !== "expect")
		return false;
	const e = body.expect;
	if (!("mdev" in e) || e.mdev !== d.mdev)
		return false;
	switch (e.what) {
	case "filtered":
	case "plugged":
		return is_about_unit(e, d);
	case "masks":
		return e.of !== "matrix" && is_about_masks_of(st, e.is, d);
	case "unchanged":
		return is_about_masks_of(st, { form: "queues", queues: [] }, d);
	default:
		return false;
	}
}

/**
 * decisions_behind - what the driver decided that made a step differ
 *
 * Return: the last decision about each adapter and domain in question, however long ago; what
 * was plugged before the last operation only if there is nothing else.
 */
export function decisions_behind(st: step): made[] {
	if (st.verdict !== "differs")
		return [];
	const about = st.standing.filter(({ d }) => is_about(st, d));
	const news = about.filter(({ n, d }) => n === st.after || d.verdict !== "plugged");
	const against = news.filter(({ d }) => d.verdict !== "plugged");

	if (news.length === 0)
		return about;
	return st.actual === "-" && against.length > 0 ? against : news;
}

/**
 * decisions_under - what the driver decided that a claim about a guest's queues rests on, also
 * where it holds
 *
 * Return: as decisions_behind(); none for a claim that no decision about queues can be under.
 */
export function decisions_under(st: step): made[] {
	const { body } = st.s;

	if (st.verdict !== "holds" || body.kind !== "expect")
		return decisions_behind(st);
	const e = body.expect;
	const of_queues = OF_QUEUES.has(e.what) && !(e.what === "masks" && e.of === "matrix");
	if (!of_queues || !("mdev" in e))
		return [];
	return st.standing.filter(({ d }) => d.mdev === e.mdev &&
		(!("id" in e) || d.unit === e.unit && d.id === e.id));
}

/** Claims that a guest without queues may be the cause of. */
const OF_QUEUES = new Set(["masks", "unchanged", "filtered", "plugged"]);

/**
 * What a guest without queues lacks first of all, which no driver decided; null if it is no such.
 */
function missing_first(st: step): string | null {
	const m = st.mdevs.get(st.mdev);

	if (m === undefined || product(m.matrix.apm, m.matrix.aqm).length > 0)
		return null;
	const [no_adapter, no_domain] = [m.matrix.apm.length === 0, m.matrix.aqm.length === 0];
	return no_adapter && no_domain ? `nothing is assigned to ${st.mdev}` :
		`no ${no_adapter ? "adapter" : "domain"} is assigned to ${st.mdev}`;
}

function has_no_queues(st: step): boolean {
	const m = st.mdevs.get(st.mdev);

	return m !== undefined && product(m.guest.apm, m.guest.aqm).length === 0;
}

/** A claim about masks apart, for which an adapter without domains is the point. */
function is_about_masks(st: step): boolean {
	const { body } = st.s;

	return body.kind === "expect" && body.expect.what === "masks" &&
		body.expect.is.form === "masks";
}

/** Nothing is plugged into a guest that is left without queues. */
function told(st: step, list: made[]): made[] {
	if (!has_no_queues(st) || is_about_masks(st))
		return list;
	return list.filter(({ d }) => d.verdict !== "plugged" || d.mdev !== st.mdev);
}

/**
 * reasons_of - why a step came out as it did
 *
 * Return: a reason for each adapter or domain the driver decided about; what it decided in an
 * earlier step has that step's number before it. Where nothing is assigned that could make a
 * queue, that is the reason.
 */
export function reasons_of(st: step): reason[] {
	const is_op = st.s.body.kind === "op";
	const list = told(st, is_op ? st.decisions.map((d): made => ({ n: st.s.n, d })) :
		decisions_behind(st));
	const first = st.verdict === "differs" && !is_op && !is_about_masks(st) ? missing_first(st)
		: null;
	const alike = new Map<string, made[]>();

	if (first !== null && st.s.body.kind === "expect" && OF_QUEUES.has(st.s.body.expect.what))
		return [{ cause: first, place: "", message_id: null }];
	for (const m of list) {
		const key = JSON.stringify([m.n, { ...m.d, id: 0 }]);

		alike.set(key, [...alike.get(key) ?? [], m]);
	}
	return [...alike.values()].map((same) => reason_of(same, st.after));
}

/** reasons - the same, as "adapter 05 filtered: 05.0054 is not bound (FUNCTION, v11 08/14)" */
export function reasons(st: step): string[] {
	return reasons_of(st).map(({ cause, place }) => place === ""
		? cause : `${cause} (${place})`);
}

/**
 * patches_of - the Message-Ids of the patches that decisions are from
 *
 * Return: "v11 08/14 <...>", each once.
 */
export function patches_of(list: readonly decision[]): string[] {
	return [...new Set(list.flatMap((d) =>
		d.message_id === null ? [] : [`${d.patch} ${d.message_id}`]))].sort();
}
