// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the facts of an example name: queues, adapters and domains, of whichever mdev.
 */
import { EEXIST } from "#linux/errno.h";
import { parse_queue, product } from "../../scenario/ids.ts";
import type { item } from "../examples/examples.ts";
import { has_failed } from "./ledger.ts";
import type { definition_change, fact } from "../sentence/phrases.ts";

/** facts_of - the facts of an example, of whichever mdev */
export function facts_of(items: item[]): fact[] {
	return items.flatMap((it) => it.facts.map((f) => f.fact === "of" ? f.of : f));
}

/** queues_named - all queues that the facts are about */
export function queues_named(items: item[]): string[] {
	return facts_of(items).flatMap((f) => {
		switch (f.fact) {
		case "bound":
			return f.queues === "all" ? [] : f.queues;
		case "found":
		case "missing":
		case "assigned":
		case "guest":
			return f.queues;
		case "bind":
		case "unbind":
			return [f.queue];
		case "op":
			return ["bind", "unbind", "read"].includes(f.op[0]) &&
				parse_queue(String(f.op[1])) !== null ? [String(f.op[1])] : [];
		case "would":
			return f.queues;
		case "body":
			return f.body.kind === "op" && f.body.op[0] === "mdev" ?
				product(f.body.op[2].apm, f.body.op[2].aqm) : [];
		case "expect":
			return f.expect.what === "filtered" ? f.expect.because :
				f.expect.what === "status" ? [f.expect.queue] :
					f.expect.what === "masks" && "queues" in f.expect.is
					? f.expect.is.queues : [];
		default:
			return [];
		}
	});
}

/** id_typed - the adapter or domain that an assignment typed at a shell is about */
export function id_typed(
	f: fact, which: "adapter" | "domain", verb: "assign" | "unassign" = "assign",
): number[] {
	if (f.fact !== "op" || f.op[0] !== "write" || f.op[2] !== `${verb}_${which}`)
		return [];
	const id = f.op[3].trim() === "" ? NaN : Number(f.op[3]);

	return Number.isInteger(id) && id >= 0 && id <= 255 ? [id] : [];
}

function ids_defined(change: definition_change, which: "adapter" | "domain"): number[] {
	const pairs = "set" in change ? change.set : "add" in change ? [change.add] : [];

	return pairs.flatMap(([attribute, value]) => id_typed(
		{ fact: "op", op: ["write", "m0", attribute, value], who: null, rc: null }, which));
}

/** is_configured - whether a card is configured off or on: it is in the host then */
export function is_configured(f: fact): boolean {
	return f.fact === "op" && f.op[0] === "config";
}

/**
 * ids_assigned - the adapters and domains that are assigned one by one, and those of the host's
 * changes
 */
export function ids_assigned(items: item[]): { apm: number[]; aqm: number[] } {
	const facts = facts_of(items);
	const of = (unit: "adapter" | "domain"): number[] => facts.flatMap((f) =>
		(f.fact === "assign" || f.fact === "config") && f.unit === unit
			? [f.id] : f.fact === "units" && f.unit === unit
				? f.ids : f.fact === "define" ? ids_defined(f.change, unit)
					: f.fact === "op" && f.op[0] === "config"
						? unit === "adapter" ? [f.op[1]] : []
						: id_typed(f, unit));

	return { apm: of("adapter"), aqm: of("domain") };
}

function is_assigned(f: fact, unit: "adapter" | "domain"): boolean {
	return f.fact === "assign" && f.unit === unit && f.verb === "assign" ||
		id_typed(f, unit).length > 0;
}

function makes(f: fact): boolean {
	return f.fact === "define" || f.fact === "op" &&
		(f.op[0] === "create" || f.op[0] === "write" && f.op[2] === "ap_config");
}

/** is_made - whether an mdev is created, or gets adapters and domains: it has nothing at first */
export function is_made(facts: readonly fact[]): boolean {
	return facts.some((f, i) => makes(f) && !finds_it(facts, i)) ||
			(["adapter", "domain"] as const).every((unit) =>
		facts.some((f) => is_assigned(f, unit)));
}

export function is_creation(f: fact): boolean {
	return f.fact === "op" && f.op[0] === "create";
}

/** Of an mdev that is there: it is written to, or removed. */
function needs_mdev(f: fact): boolean {
	return f.fact === "assign" || f.fact === "op" && ["write", "destroy"].includes(f.op[0]) &&
		(f.who === null || f.who === "m0");
}

/** Whether there is one already where it is to be created. */
function finds_it(facts: readonly fact[], at: number): boolean {
	const next = facts[at + 1];

	return is_creation(facts[at]!) && next?.fact === "rc" && next.rc === -EEXIST;
}

/** is_created_first - whether an mdev is created, and nothing shows that it was there before */
export function is_created_first(facts: readonly fact[]): boolean {
	const used = facts.findIndex((f, i) => finds_it(facts, i) || needs_mdev(f) &&
		!(facts[i + 1] !== undefined && has_failed(facts[i + 1]!)));
	const first = facts.findIndex((f, i) => is_creation(f) && !finds_it(facts, i));

	return first >= 0 && !(used >= 0 && used < first);
}

function changes_matrix(f: fact): boolean {
	return f.fact === "assign" || f.fact === "op" && f.op[0] === "write";
}

/** states_matrix - whether it is said what an mdev has before that is changed */
export function states_matrix(facts: readonly fact[]): boolean {
	const change = facts.findIndex(changes_matrix);

	return facts.slice(0, change < 0 ? facts.length : change).some((f) =>
		["assigned", "units", "empty_mdev"].includes(f.fact) ||
		f.fact === "define" && "set" in f.change && f.change.set.length > 0 ||
		f.fact === "body" && f.body.kind === "op" &&
			["mdev", "create"].includes(f.body.op[0]));
}
