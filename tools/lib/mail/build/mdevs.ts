// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said of an mdev: what is assigned to it, its definition, that it is created and removed;
 * and all that is said of others than m0.
 */
import { ENODEV } from "#linux/errno.h";
import { product, sorted_queues } from "../../scenario/ids.ts";
import type { op } from "../../scenario/model.ts";
import type { item } from "../examples/examples.ts";
import {
	ensure_others_guest, has_from_definition, ran_before, start_again, take_lacking,
} from "./guest.ts";
import { edit_definition, masks_of, matrix_of, note_fact, sets_up } from "./ledger.ts";
import {
	claim_of, ensure_started, ensure_there, flush_set_up, is_running, note_of,
	place_expect, place_op, place_unread, take_operation, type build,
} from "./making.ts";
import type { definition_change, fact } from "../sentence/phrases.ts";
import { TYPED } from "../typed/shell.ts";

/** write_id - an assignment in English, as what is stored */
export function write_id(f: Extract<fact, { fact: "assign" }>): op {
	return ["write", "m0", `${f.verb}_${f.unit}`, `0x${f.id.toString(16)}`];
}

/**
 * take_assigned - all that the mdev has: the set-up, then a claim, or what is done amid the steps
 */
export function take_assigned(b: build, it: item, queues: string[]): void {
	if (sets_up(b.l) && !b.set_up) {
		b.mdev = { it, queues };
		return;
	}
	if (sets_up(b.l) && !b.creates)
		return place_unread(b, it);
	if (b.starts_behind === it)
		b.starts_later = false;
	ensure_started(b, it);
	if (has_from_definition(b, queues))
		return place_unread(b, it);
	if (it.listed === null && it.phrase !== TYPED && queues.length > 0 &&
		!same_queues(queues, matrix_of(b.l)))
		return take_assignments(b, it, queues);
	place_expect(b, it, {
		what: "masks", of: "matrix", mdev: "m0",
		is: { form: "queues", queues: sorted_queues(queues) },
	});
}

const NO_LONGER = /\bno longer\b|\bany ?(?:more|longer)\b/i;

/**
 * take_not_assigned - an adapter or domain that the mdev does not have: at first nothing is done,
 * and later it is a claim; what is no longer assigned is unassigned with that
 */
export function take_not_assigned(
	b: build, it: item, { unit, id }: Extract<fact, { fact: "not_assigned" }>,
): void {
	const assigned = (unit === "adapter" ? b.l.apm : b.l.aqm).has(id);
	const queues = unit === "adapter" ? product([id], b.host!.aqm)
		: product(b.host!.apm, [id]);

	if (assigned && b.set_up && NO_LONGER.test(it.text))
		return take_operation(b, it,
			["write", "m0", `unassign_${unit}`, `0x${id.toString(16)}`]);
	if (b.set_up && b.mdev !== null && queues.length > 0)
		place_expect(b, it, {
			what: "masks", of: "matrix", mdev: "m0",
			is: { form: "lacks", queues: sorted_queues(queues) },
		});
	else if (assigned || b.set_up)
		place_unread(b, it);
}

/** take_count - of what is assigned so many are shown: all, or nobody knows which */
export function take_count(b: build, it: item, count: number): void {
	const all = matrix_of(b.l);

	if (count === all.length)
		take_assigned(b, it, all);
	else
		place_unread(b, it);
}

function same_queues(a: readonly string[], b: readonly string[]): boolean {
	return sorted_queues(a).join() === sorted_queues(b).join();
}

/**
 * "Adapter 05 and domain 0054 are assigned to the mdev", amid the steps: it is done there if it
 * is of nothing that was assigned before; what else it may mean nobody knows.
 */
function take_assignments(b: build, it: item, queues: string[]): void {
	const { apm, aqm } = masks_of(queues);

	if (apm.some((id) => b.l.apm.has(id)) || aqm.some((id) => b.l.aqm.has(id)))
		return place_unread(b, it);
	for (const [which, ids] of [["adapter", apm], ["domain", aqm]] as const)
		for (const id of ids) {
			const f: fact = { fact: "assign", verb: "assign", unit: which, id };

			take_operation(b, it, write_id(f));
			note_fact(b.l, f);
		}
}

/** take_units - half a matrix: with the other half it is one */
export function take_units(
	b: build, it: item, { unit, ids }: Extract<fact, { fact: "units" }>,
): void {
	const other = unit === "adapter" ? "domain" : "adapter";

	if (b.set_up || b.halves[unit] !== null)
		return place_unread(b, it);
	b.halves[unit] = { it, ids };
	if (b.halves[other] === null)
		return;
	const queues = product(b.halves.adapter!.ids, b.halves.domain!.ids);
	take_assigned(b, it, queues);
	note_fact(b.l, { fact: "assigned", queues });
	b.halves = { adapter: null, domain: null };
}

/** mdev_called - the mdev of that name; without one the one that was named last */
export function mdev_called(b: build, who: string | null): string {
	b.last_named = who ?? b.last_named;
	return b.last_named;
}

/** Whether the first mdev has been created by then, and is there still. */
function is_created(b: build): boolean {
	const ops = b.statements.flatMap(({ body }) => body.kind === "op" && body.op[1] === "m0"
		? [body.op[0]] : []);

	return ops.lastIndexOf("create") > ops.lastIndexOf("destroy");
}

/** is_there - whether there is such an mdev by then */
export function is_there(b: build, name: string): boolean {
	const made = b.statements.findLast(({ body }) => body.kind === "op" &&
		["mdev", "create", "destroy"].includes(body.op[0]) && body.op[1] === name)?.body;

	return made?.kind === "op" ? made.op[0] !== "destroy"
		: name === "m0" ? !b.set_up && !b.creates : b.others.has(name);
}

/** Whether it is known which control domains an mdev has: it is made here, or was given some. */
function knows_control(b: build, mdev: string): boolean {
	return b.creates || b.statements.some(({ body }) => body.kind === "op" &&
		body.op[0] === "write" && body.op[1] === mdev &&
		["assign_control_domain", "ap_config"].includes(body.op[2]));
}

/** take_typed - an operation typed at a shell */
export function take_typed(b: build, it: item, f: Extract<fact, { fact: "op" }>): void {
	const of_mdev = typeof f.op[1] === "string" && /^m\d$/.test(f.op[1]);
	const operation = of_mdev
		? [f.op[0], mdev_called(b, f.who), ...f.op.slice(2)] as unknown as op : f.op;

	if (operation[0] === "read" && operation[2] === "control_domains" &&
		!knows_control(b, operation[1]))
		return place_unread(b, it);
	if (operation[0] === "reset")
		ran_before(b, it, operation[1]);
	/* One more with a name of its own, by which nobody calls it. */
	if (operation[0] === "create" && f.who === null && is_created(b))
		return place_unread(b, it);
	if (of_mdev && operation[0] !== "create")
		ensure_there(b, String(operation[1]));
	else if (operation[0] === "create" && operation[1] !== "m0")
		b.others.set(operation[1], false);
	b.stored ||= f.stored === true && !b.defined.has(String(operation[1])) &&
		!is_there(b, String(operation[1]));
	take_operation(b, it, operation, f.rc === null ? null : "ok");
	b.creations -= Number(operation[0] === "create");
	if (operation[0] === "create")
		for (const { add, from } of b.defined.get(operation[1]) ?? [])
			take_operation(b, from!, ["write", operation[1], ...add]);
}

/** take_gone - of one that was removed, that it is not there is what is to be seen then */
export function take_gone(b: build, it: item, name: string): void {
	const last = b.statements.findLast(({ body }) => body.kind === "op" &&
		["create", "destroy"].includes(body.op[0]) && body.op[1] === name)?.body;

	if (last?.kind !== "op" || last.op[0] !== "destroy")
		return place_unread(b, it);
	place_op(b, it, ["read", name, "matrix"], null);
	place_expect(b, it, { what: "rc", rc: -ENODEV });
}

/** Of an mdev that is there already a listing shows what it was given when it was started. */
function take_listing(b: build, it: item, name: string, set: [string, string][]): void {
	if (set.length === 0 || name === "m0" && !sets_up(b.l) || b.others.has(name))
		return;
	b.listed = true;
	flush_set_up(b);
	ensure_there(b, name);
	for (const add of set) {
		const o: op = ["write", name, ...add];

		place_op(b, it, o, null);
		if (name === "m0")
			note_fact(b.l, { fact: "op", op: o, who: name, rc: null });
	}
}

/**
 * take_definition - what is changed in a definition
 *
 * The mdev has it when it is started the next time. If it is not, it matters to nobody; where a
 * mail starts none at all, its mdev is taken as there.
 */
export function take_definition(
	b: build, it: item, who: string | null, change: definition_change,
): void {
	const name = mdev_called(b, who);
	const list = b.defined.get(name) ?? [];

	if (b.creations > 0) {
		b.defined.set(name, list);
		return edit_definition(list, change, it);
	}
	if ("set" in change)
		return b.creates ? undefined : take_listing(b, it, name, change.set);
	if (b.listed)
		return;
	if (b.creates || "remove" in change)
		return place_unread(b, it);
	ensure_there(b, name);
	take_operation(b, it, ["write", name, ...change.add]);
}

/** "A second mdev is created, and 0b.0001 is assigned to it": that is what it begins with */
function fill_empty(b: build, name: string, queues: string[]): boolean {
	const last = b.statements.at(-1);

	if (last?.body.kind !== "op" || last.body.op[0] !== "mdev" || last.body.op[1] !== name ||
		name === "m0" || last.body.op[2].apm.length + last.body.op[2].aqm.length > 0)
		return false;
	last.body = { ...last.body, op: ["mdev", name, { ...masks_of(queues), adm: [] }] };
	return true;
}

/** only_uses - "guest 1 uses mdev1": it may not run yet, and is started later */
export function only_uses(b: build, name: string): boolean {
	const opened = b.statements.findLast(({ body }) => body.kind === "op" &&
		body.op[0] === "open" && body.op[1] === name);

	return /\b(?:uses?|using|used by|in use)\b/i.test(opened?.note ?? "");
}

/** take_other - what is said of another mdev than m0 */
export function take_other(b: build, it: item, { who, of }: Extract<fact, { fact: "of" }>): void {
	b.last_named = who;
	switch (of.fact) {
	case "assigned":
		if (fill_empty(b, who, of.queues))
			break;
		if (!ensure_there(b, who, of.queues))
			place_expect(b, it,
				{ what: "masks", of: "matrix", mdev: who,
					is: { form: "queues", queues: sorted_queues(of.queues) } });
		else
			b.statements.at(-1)!.note = note_of(it);
		break;
	case "empty_mdev":
		ensure_there(b, who);
		break;
	case "start":
	case "stop":
		ensure_there(b, who);
		if (of.fact === "start" && is_running(b, who) &&
			(of.state === true || only_uses(b, who)))
			break;
		if (of.fact === "start" && of.again !== undefined && is_running(b, who)) {
			start_again(b, it, who, of.again);
			break;
		}
		if (of.fact === "stop")
			ran_before(b, it, who);
		b.others.set(who, of.fact === "start");
		place_op(b, it, [of.fact === "start" ? "open" : "close", who]);
		break;
	case "assign":
		ensure_there(b, who);
		place_op(b, it, ["write", who, `${of.verb}_${of.unit}`, `0x${of.id.toString(16)}`]);
		break;
	case "guest":
		if (!b.others.has(who))
			return place_unread(b, it); /* what it has assigned, nobody says */
		ensure_others_guest(b, it, who);
		place_expect(b, it,
			{ what: "masks", of: "guest", mdev: who,
				is: {
					form: of.gained === true ? "has" : "queues",
					queues: sorted_queues(of.queues),
				} });
		break;
	case "guest_is_matrix":
	case "matrix_counts":
		place_unread(b, it);
		break;
	case "guest_lacks":
		take_lacking(b, it, who, of.like);
		break;
	case "expect":
		ensure_others_guest(b, it, who);
		place_expect(b, it, claim_of(b, "mdev" in of.expect
			? { ...of.expect, mdev: who } : of.expect));
		break;
	default:
	}
}
