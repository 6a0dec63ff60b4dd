// SPDX-License-Identifier: GPL-2.0-only
/*
 * The host of a scenario: the one that the mail states, or --host gives, or else everything that
 * the mail names.
 */
import { ENODEV } from "#linux/errno.h";
import { adapter_name, ascending, domain_name, product, queue_ids } from "../../scenario/ids.ts";
import { empty_host, type host_config } from "../../scenario/model.ts";
import { print_host } from "../../scenario/print.ts";
import { does } from "../examples/deeds.ts";
import type { item } from "../examples/examples.ts";
import { masks_of } from "./ledger.ts";
import type { build } from "./making.ts";
import { facts_of, ids_assigned, queues_named } from "./named.ts";

/** The host of a scenario whose mail does not give one: whatever the mail names exists. */
function assumed_host(items: item[]): host_config {
	const shown = facts_of(items).flatMap((f) => f.fact === "there" ? f.queues : []);
	const named = masks_of([...queues_named(items), ...shown]);
	const ids = ids_assigned(items);
	const configured = facts_of(items).flatMap((f) =>
		f.fact === "op" && f.op[0] === "config" ? [f.op[1]] : []);

	return {
		...empty_host(), apm: ascending([...named.apm, ...ids.apm, ...configured]),
		aqm: ascending([...named.aqm, ...ids.aqm]),
	};
}

/** stated_host - the host that the mail states, or null */
export function stated_host(items: item[]): host_config | null {
	const f = items.flatMap((it) => it.facts).find((it) => it.fact === "host");

	return f === undefined ? null : { ...empty_host(), apm: f.apm, aqm: f.aqm };
}

/**
 * with_first_host - items in which what is said of the host amid the steps is not read: what the
 * host has by then is no set-up, and it is nowhere said what changed it
 */
export function with_first_host(items: readonly item[]): item[] {
	const deed = items.findIndex((it) => it.facts.some(does));

	return items.map((it, i) => deed >= 0 && i > deed && it.facts.some((f) => f.fact === "host")
		? { ...it, kind: "unread", phrase: null, facts: [] } : it);
}

/** pick_host - the host of the scenario; what is assumed of it is added to @assumptions */
export function pick_host(
	items: item[], override: host_config | null, assumptions: string[],
): host_config {
	const stated = stated_host(items);

	if (override !== null) {
		assumptions.push(`host ${print_host(override)} (given by --host)`);
		return override;
	}
	if (stated !== null)
		return stated;
	const host = assumed_host(items);
	if (host.apm.length + host.aqm.length === 0)
		return host;
	assumptions.push(`the host's AP configuration has every adapter and domain that is named ` +
		`(adapters ${host.apm.map(adapter_name).join(" ")}, domains ` +
		`${host.aqm.map(domain_name).join(" ")}); ` +
		"queues not said to be bound exist and are not");
	return host;
}

/**
 * with_all - items in which "all adapters and domains" are those that the host has; where its
 * configuration changes, or where no list is of what there is, nobody knows which those are
 */
export function with_all(items: item[], override: host_config | null): item[] {
	const facts = facts_of(items);

	if (!facts.some((f) => f.fact === "all_assigned"))
		return items;
	const { apm, aqm } = pick_host(items, override, []);
	const told = override !== null || stated_host(items) !== null || facts.some((f) =>
		f.fact === "bound" && f.queues !== "all" || f.fact === "found" ||
		f.fact === "missing" || f.fact === "there");
	const queues = !told || facts.some((f) => f.fact === "config") ? [] : product(apm, aqm);
	return items.map((it): item => it.facts.every((f) => f.fact !== "all_assigned") ? it
		: queues.length === 0 ? { ...it, kind: "unread", phrase: null, facts: [] }
			: { ...it, facts: it.facts.map((f) => f.fact === "all_assigned"
				? { fact: "assigned", queues } : f) });
}

/** The queues whose binding says that there are none, in words or at a shell. */
function queues_not_found(items: readonly item[]): { it: item; queue: string }[] {
	const told = items.filter((it) => it.kind !== "prose");

	return told.flatMap((it, i) => {
		const none = [...it.facts, ...told[i + 1]?.facts ?? []]
			.some((f) => f.fact === "rc" && f.rc === -ENODEV);

		return !none ? []
			: it.facts.flatMap((f) => f.fact === "bind" ? [{ it, queue: f.queue }]
			: f.fact === "op" && f.op[0] === "bind" ? [{ it, queue: f.op[1] }] : []);
	});
}

/**
 * leave_failed_open - what is named only where "no such device" is what comes of it may not be
 * there
 */
export function leave_failed_open(b: build, items: item[]): void {
	const failed = queues_not_found(items);
	const others = items.filter((it) => !failed.some((f) => f.it === it));
	const { apm, aqm } = assumed_host(others);

	for (const [apid, apqi] of failed.map(({ queue }) => queue_ids(queue)))
		for (const [what, id, known] of [
			["adapter", apid, apm], ["domain", apqi, aqm],
		] as const)
			if (!known.includes(id) &&
				!b.choices.some((c) => c.what === what && c.id === id))
				b.choices.push({ what, id });
}

/** leave_host_open - adapters and domains that are only ever assigned may not be there at all */
export function leave_host_open(b: build, items: item[]): void {
	const facts = items.flatMap((it) => it.facts);
	const there = masks_of(
		facts.flatMap((f) => f.fact === "bound" && f.queues !== "all" ? f.queues :
		["found", "missing", "there"].includes(f.fact) && "queues" in f
			? f.queues as string[] : f.fact === "bind" ||
			f.fact === "unbind" ? [f.queue] : []));
	const ids = ids_assigned(items);
	const listed = masks_of(facts.flatMap((f) => f.fact === "assigned" ? f.queues : []));

	if (b.choices.some((c) => c.what === "bound") ||
		!facts.some((f) => ["bound", "found"].includes(f.fact)) ||
		facts.some((f) => f.fact === "bound" && f.queues === "all" ||
			f.fact === "config"))
		return;
	for (const [what, all, known] of [["adapter", [...ids.apm, ...listed.apm], there.apm],
		["domain", [...ids.aqm, ...listed.aqm], there.aqm]] as const)
		for (const id of ascending(all).filter((it) => !known.includes(it) &&
			known.length > 0))
			b.choices.push({ what, id });
}
