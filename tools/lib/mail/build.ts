// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the facts of an example to scenarios: the set-up in its order, one line per fact, and
 * assumptions, stated, for what the mail leaves open.
 */
import { adapter_name, ascending, domain_name, queue_ids, sorted_queues } from "../scenario/ids.ts";
import {
	empty_host,
	number_steps,
	type expectation,
	type host_config,
	type op,
	type scenario,
	type statement,
} from "../scenario/model.ts";
import { print_host } from "../scenario/print.ts";
import type { item } from "./find.ts";
import { masks_of, matrix_of, new_ledger, note_fact, sets_up, type ledger } from "./ledger.ts";
import type { fact } from "./phrases.ts";

/** struct build - a scenario in the making */
interface build {
	statements: statement[];
	assumptions: string[];
	l: ledger;
	labels: Map<string, number>;
	/** set-up lines not yet written: the queues bound, then the mdev */
	bound: { it: item; queues: string[] | "all" } | null;
	mdev: { it: item; queues: string[] } | null;
	set_up: boolean;
	started: boolean;
	starts_later: boolean;
	host: host_config | null;
	/** the host's masks as the steps change them, and a change not yet notified */
	now: host_config;
	change: item | null;
	scanning: boolean;
	guest_claims: string[][];
	/** the guest's queues in the first way told, if this is another */
	first_guest: string[] | null;
}

function unique_label(b: build, label: string): string | null {
	if (label === "")
		return null;
	const seen = b.labels.get(label) ?? 0;

	b.labels.set(label, seen + 1);
	return label + "'".repeat(seen);
}

function note_of(it: item): string {
	return `line ${it.lines[0]}: ${it.text}`;
}

function place(b: build, it: item | null, body: statement["body"]): void {
	const first = it !== null && !b.statements.some((s) => s.note === note_of(it));

	b.statements.push({
		line: it?.lines[0] ?? 0, label: first ? unique_label(b, it!.label) : null, n: "",
		drivers: null, note: it === null ? null : note_of(it), body,
	});
}

function place_op(b: build, it: item | null, operation: op, rc: "ok" | null = "ok"): void {
	place(b, it, { kind: "op", op: operation, rc, fail_nth: 0 });
}

function place_expect(b: build, it: item, expect: expectation): void {
	place(b, it, { kind: "expect", expect });
}

/** Write the set-up: queues first, the mdev behind them, whatever their order in the mail. */
function flush_set_up(b: build): void {
	if (b.set_up)
		return;
	b.set_up = true;
	place_op(b, b.bound?.it ?? null, ["bound", b.bound?.queues ?? []], null);
	const { apm, aqm } = masks_of(b.mdev?.queues ?? []);
	place_op(b, b.mdev?.it ?? null, ["mdev", "m0", { apm, aqm, adm: [] }], null);
}

function ensure_started(b: build, it: item): void {
	flush_set_up(b);
	if (b.started || b.starts_later)
		return;
	b.started = true;
	place_op(b, null, ["open", "m0"]);
	b.assumptions.push(`the guest is started before ${it.label === "" ? `line ${it.lines[0]}` :
		`step ${it.label} (line ${it.lines[0]})`}; the mail does not say when`);
}

function write_id(f: Extract<fact, { fact: "assign" }>): op {
	return ["write", "m0", `${f.verb}_${f.unit}`, `0x${f.id.toString(16)}`];
}

function changed_mask(ids: number[], change: "removed" | "added", id: number): number[] {
	return change === "removed" ? ids.filter((i) => i !== id) : ascending([...ids, id]);
}

function change_op(b: build, name: "cfg" | "config_changed"): op {
	return [name, { apm: b.now.apm, aqm: b.now.aqm }];
}

/** A change of the host that nobody notified of step by step happens in one go. */
function flush_change(b: build): void {
	if (b.change === null)
		return;
	place_op(b, b.change, change_op(b, "cfg"));
	b.change = null;
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

function take_guest(b: build, it: item, queues: string[]): void {
	ensure_started(b, it);
	flush_change(b);
	b.guest_claims.push(sorted_queues(queues));
	place_expect(b, it, {
		what: "masks", of: "guest", mdev: "m0", is: { form: "queues", queues: sorted_queues(queues) },
	});
}

function take_assigned(b: build, it: item, queues: string[]): void {
	if (sets_up(b.l)) {
		b.mdev = { it, queues };
		return;
	}
	ensure_started(b, it);
	place_expect(b, it, {
		what: "masks", of: "matrix", mdev: "m0", is: { form: "queues", queues: sorted_queues(queues) },
	});
}

function status_claims(b: build, it: item, f: Extract<fact, { fact: "status_of_adapter" }>): void {
	const queues = sorted_queues(b.l.bound).filter((q) => queue_ids(q)[0] === f.adapter);

	for (const queue of queues)
		place_expect(b, it, { what: "status", queue, text: f.text.replace(/_/g, " ") });
}

function take_operation(b: build, it: item, operation: op): void {
	ensure_started(b, it);
	flush_change(b);
	place_op(b, it, operation);
}

function take_fact(b: build, it: item, f: fact): void {
	switch (f.fact) {
	case "bound":
		b.bound = { it, queues: f.queues };
		break;
	case "found":
		b.bound = { it: b.bound?.it ?? it, queues: [...(b.bound?.queues ?? []), ...f.queues] };
		break;
	case "assigned":
		take_assigned(b, it, f.queues);
		break;
	case "empty_mdev":
		b.mdev = { it, queues: [] };
		break;
	case "start":
		flush_set_up(b);
		b.starts_later = false;
		b.started = true;
		place_op(b, it, ["open", "m0"]);
		break;
	case "assign":
		take_operation(b, it, write_id(f));
		break;
	case "bind":
	case "unbind":
		take_operation(b, it, [f.fact, f.queue]);
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
		take_guest(b, it, f.queues);
		break;
	case "guest_is_matrix":
		take_guest(b, it, matrix_of(b.l));
		break;
	case "status_of_adapter":
		status_claims(b, it, f);
		break;
	case "expect":
		ensure_started(b, it);
		flush_change(b);
		place_expect(b, it, f.expect);
		break;
	default:
	}
	note_fact(b.l, f);
}

function queues_named(items: item[]): string[] {
	return items.flatMap((it) => it.facts.flatMap((f) => {
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
		default:
			return [];
		}
	}));
}

function ids_assigned(items: item[]): { apm: number[]; aqm: number[] } {
	const facts = items.flatMap((it) => it.facts);
	const of = (unit: "adapter" | "domain"): number[] => facts.flatMap((f) =>
		(f.fact === "assign" || f.fact === "config") && f.unit === unit ? [f.id] : []);

	return { apm: of("adapter"), aqm: of("domain") };
}

/** The host of a scenario whose mail does not give one: whatever the mail names exists. */
function assumed_host(items: item[]): host_config {
	const named = masks_of(queues_named(items));
	const ids = ids_assigned(items);

	return {
		...empty_host(), apm: ascending([...named.apm, ...ids.apm]),
		aqm: ascending([...named.aqm, ...ids.aqm]),
	};
}

function stated_host(items: item[]): host_config | null {
	const f = items.flatMap((it) => it.facts).find((it) => it.fact === "host");

	return f === undefined ? null : { ...empty_host(), apm: f.apm, aqm: f.aqm };
}

function pick_host(items: item[], override: host_config | null, assumptions: string[]): host_config {
	const stated = stated_host(items);

	if (override !== null) {
		assumptions.push(`host ${print_host(override)} (given by --host)`);
		return override;
	}
	if (stated !== null)
		return stated;
	const host = assumed_host(items);
	assumptions.push(`the host's AP configuration has every adapter and domain that is named ` +
		`(adapters ${host.apm.map(adapter_name).join(" ")}, domains ` +
		`${host.aqm.map(domain_name).join(" ")}); queues not said to be bound exist and are not`);
	return host;
}

/** What is not said before the first step: who is bound, what is assigned. */
function assume_set_up(b: build, items: item[]): void {
	const facts = items.flatMap((it) => it.facts);
	const bind = new Set(facts.flatMap((f) => f.fact === "bind" ? [f.queue] : []));
	const named = sorted_queues(queues_named(items));
	const first = items[0]!;

	if (!facts.some((f) => ["bound", "found"].includes(f.fact))) {
		const queues = named.filter((q) => !bind.has(q));

		b.bound = { it: { ...first, label: "", lines: [], text: "" }, queues };
		b.assumptions.push(`bound before the first step: ${queues.join(" ") || "no queue"}; ` +
			"the mail does not say");
	}
	if (!facts.some((f) => ["assigned", "empty_mdev", "assign"].includes(f.fact))) {
		b.mdev = { it: { ...first, label: "", lines: [], text: "" }, queues: named };
		note_fact(b.l, { fact: "assigned", queues: named });
		b.assumptions.push(`assigned before the first step: ${named.join(" ")}; the mail does not say`);
	}
}

function place_unread(b: build, it: item): void {
	flush_set_up(b);
	place(b, it, { kind: "unread", text: it.text });
}

function drop_empty_notes(statements: statement[]): statement[] {
	return statements.map((s) => s.note?.startsWith("line undefined") ? { ...s, note: null, line: 0 } : s);
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
				what: "masks", of: "guest", mdev: "m0", is: { form: "not", queues: b.first_guest },
			} },
		});
}

function new_build(items: item[], host: host_config, assumptions: string[]): build {
	const facts = items.flatMap((it) => it.facts);

	return {
		statements: [], assumptions, l: new_ledger(), labels: new Map(), bound: null, mdev: null,
		set_up: false, started: false, starts_later: facts.some((f) => f.fact === "start"),
		host, now: { ...host }, change: null, scanning: false, guest_claims: [], first_guest: null,
	};
}

/** The items of an example as the scenarios it tells: a "different way" begins the next. */
function variants_of(items: item[]): item[][] {
	const list: item[][] = [[]];
	const set_up = items.slice(0, items.findIndex((it) =>
		it.kind === "operation" || it.kind === "expectation")).filter((it) => it.kind === "set-up");

	for (const it of items) {
		if (!it.facts.some((f) => f.fact === "variant")) {
			list.at(-1)!.push(it);
			continue;
		}
		const base = it.facts.some((f) => f.fact === "bound") ? [] : set_up;
		list.push([...base, it]);
	}
	return list;
}

export interface built {
	statements: statement[];
	assumptions: string[];
	host: host_config;
	lines: [number, number];
}

function build_variant(items: item[], override: host_config | null, first_guest: string[] | null):
		built & { guest: string[] | null } {
	const assumptions: string[] = [];
	const b = new_build(items, pick_host(items, override, assumptions), assumptions);

	b.first_guest = first_guest;
	assume_set_up(b, items);
	for (const it of items) {
		if (it.kind === "unread")
			place_unread(b, it);
		for (const f of it.facts)
			take_fact(b, it, f);
	}
	finish_build(b);
	const statements = drop_empty_notes(b.statements);
	number_steps(statements);
	const lines = items.flatMap((it) => it.lines);
	return {
		statements, assumptions, host: b.host!, guest: b.guest_claims.at(-1) ?? null,
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

	return variants_of(items).map((v) => {
		const made = build_variant(v, override, first_guest);

		first_guest ??= made.guest;
		return made;
	});
}

/** as_scenario - with a name and a source */
export function as_scenario(b: built, name: string, source: string, file: string,
		slips: string[]): scenario {
	return {
		file, line: b.lines[0], name, source, about: [], assumptions: b.assumptions, slips,
		verdicts: [], host: b.host, apmask: [], aqmask: [], memory: "zero", choices: [],
		statements: b.statements,
	};
}
