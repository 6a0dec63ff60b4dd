// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the facts of an example to scenarios: the set-up in its order, one line per fact, and
 * assumptions, stated, for what the mail leaves open.
 */
import { EADDRINUSE, EADDRNOTAVAIL, ENODEV } from "#linux/errno.h";
import {
	adapter_name, ascending, domain_name, product, queue_ids, sorted_queues,
} from "../scenario/ids.ts";
import {
	empty_host,
	number_steps,
	type choice,
	type expectation,
	type host_config,
	type op,
	type result,
	type scenario,
	type statement,
} from "../scenario/model.ts";
import { print_host } from "../scenario/print.ts";
import type { item } from "./examples.ts";
import { masks_at_first, type first_masks } from "./first_masks.ts";
import {
	edit_definition, has_failed, masks_of, matrix_of, new_ledger, note_fact, rebinds, restated,
	sets_up, type defined_attribute, type ledger,
} from "./ledger.ts";
import type { definition_change, fact } from "./phrases.ts";
import { TYPED } from "./shell.ts";

/** struct build - a scenario in the making */
interface build {
	statements: statement[];
	assumptions: string[];
	l: ledger;
	labels: Map<string, number>;
	/** set-up lines not yet written: the queues bound, then the mdev */
	bound: { it: item; queues: string[] | "all" } | null;
	mdev: { it: item; queues: string[]; masks?: ReturnType<typeof masks_of> } | null;
	set_up: boolean;
	/** what was not read before the set-up was written */
	held: item[];
	started: boolean;
	starts_later: boolean;
	/** what the mdev has is told there: no guest runs before that */
	starts_behind: item | null;
	/**
	 * the mail speaks of a guest; it creates the mdev itself; the queues said not to be bound
	 */
	guest_told: boolean;
	creates: boolean;
	missing: string[];
	missing_in: item;
	/** the adapters, or the domains, of which the other half has not been told yet */
	halves: Record<"adapter" | "domain", { it: item; ids: number[] } | null>;
	choices: choice[];
	/**
	 * the mdev named last; of others than m0 those that are there, and those that a guest has
	 */
	last_named: string;
	others: Map<string, boolean>;
	/** assigned to a definition, before there is an mdev */
	defined: Map<string, defined_attribute[]>;
	/** what mdevctl has of it is shown: what it has by now is not changed with that */
	listed: boolean;
	/** what the definition has that it was started with is not shown */
	stored: boolean;
	/** how often one is created from here on */
	creations: number;
	/** "if we filter ...": the one way of which it is told */
	way: string | null;
	host: host_config | null;
	masks: first_masks;
	/** the host's masks as the steps change them, and a change not yet notified */
	now: host_config;
	change: item | null;
	scanning: boolean;
	guest_claims: string[][];
	/** the guest's queues in the first way told, if this is another */
	first_guest: string[] | null;
}

/** Where what the mail does not say stands. */
const NOWHERE: item = {
	label: "", lines: [], text: "", kind: "set-up", phrase: null, listed: null, facts: [],
	inherits: false,
};

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

/** How many operations the last line or sentence that is one stands for. */
function last_step_length(statements: readonly statement[]): number {
	const at = statements.findLastIndex(({ body }) => body.kind === "op");
	const note = statements[at]?.note ?? null;
	let from = at;

	while (note !== null && statements[from - 1]?.note === note &&
			statements[from - 1]!.body.kind === "op")
		from--;
	return at - from + 1;
}

/**
 * A mail's "unchanged" is by the last step; the notation's by all since the last block of
 * expectations, or the last operation if there is none.
 */
function claim_of(b: build, e: expectation): expectation {
	if (e.what !== "unchanged")
		return e;
	const at = b.statements.findLastIndex(({ body }) => body.kind === "op");
	const so_far = b.statements.slice(0, at + 1);
	const claimed = so_far.findLastIndex(({ body }) => body.kind === "expect");
	const done = claimed < 0 ? 1
		: so_far.slice(claimed).filter(({ body }) => body.kind === "op").length;
	const ops = last_step_length(so_far);

	return ops === 0 || done === ops ? e : { ...e, ops };
}

/** The mail names queues that are not bound and none that is: the others are. */
function bound_but_missing(b: build): void {
	if (b.bound !== null || b.missing.length === 0)
		return;
	const queues = sorted_queues(
		product(b.host!.apm, b.host!.aqm)
			.filter((q) => !b.missing.includes(q) && !by_default(b, q)));

	b.bound = { it: b.missing_in, queues };
	note_fact(b.l, { fact: "bound", queues });
	b.assumptions.push(
		`bound are all queues but ${b.missing.join(" ")}, since the mail names only these`);
}

/** Write the set-up: queues first, the mdev behind them, whatever their order in the mail. */
function flush_set_up(b: build): void {
	if (b.set_up)
		return;
	flush_halves(b);
	b.set_up = true;
	bound_but_missing(b);
	place_op(b, b.bound?.it ?? null, ["bound", b.bound?.queues ?? []], null);
	for (const it of b.held)
		place(b, it, { kind: "unread", text: it.text });
	if (b.creates)
		return;
	const { apm, aqm } = b.mdev?.masks ?? masks_of(b.mdev?.queues ?? []);
	place_op(b, b.mdev?.it ?? null, ["mdev", "m0", { apm, aqm, adm: [] }], null);
	if (apm.length > 0 && aqm.length > 0)
		b.choices.push({ what: "order" });
}

function is_running(b: build, mdev: string): boolean {
	const last = b.statements.findLast(({ body }) => body.kind === "op" &&
		(body.op[0] === "open" || body.op[0] === "close") && body.op[1] === mdev)?.body;

	return last?.kind === "op" && last.op[0] === "open";
}

function ensure_started(b: build, it: item): void {
	flush_set_up(b);
	if (b.started || b.starts_later || !b.guest_told)
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

/** Nothing has been done and nothing claimed since the guest was started. */
function just_started(b: build): boolean {
	const last = b.statements.at(-1)?.body;

	return last?.kind === "op" && last.op[0] === "open";
}

function take_gained(b: build, it: item, queues: string[], whole: boolean): void {
	ensure_started(b, it);
	if (whole && just_started(b))
		return take_guest(b, it, queues);
	flush_change(b);
	place_expect(b, it, {
		what: "masks", of: "guest", mdev: "m0",
		is: { form: "has", queues: sorted_queues(queues) },
	});
}

function take_guest(b: build, it: item, queues: string[]): void {
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

/** "All four queues", "everything but 04.0004": of what is assigned by then. */
function take_whole(b: build, it: item, f: Extract<fact, { fact: "guest_is_matrix" }>): void {
	const all = matrix_of(b.l);
	const { but = [], count = all.length } = f;

	if (count !== all.length || but.some((q) => !all.includes(q)))
		place_unread(b, it);
	else
		take_guest(b, it, all.filter((q) => !but.includes(q)));
}

function take_assigned(b: build, it: item, queues: string[]): void {
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

/** It has what nobody assigned since it was started, and its definition is not shown. */
function has_from_definition({ stored, l }: build, queues: readonly string[]): boolean {
	const { apm, aqm } = masks_of(queues);

	return stored && (apm.some((id) => !l.apm.has(id)) || aqm.some((id) => !l.aqm.has(id)));
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

/** Half a matrix: with the other half it is one. */
function take_units(b: build, it: item, { unit, ids }: Extract<fact, { fact: "units" }>): void {
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

/** Half a matrix alone is none. */
function flush_halves(b: build): void {
	const { adapter, domain } = b.halves;

	b.halves = { adapter: null, domain: null };
	for (const half of [adapter, domain])
		if (half !== null)
			place_unread(b, half.it);
}

function status_claims(b: build, it: item, f: Extract<fact, { fact: "status_of_adapter" }>): void {
	const queues = sorted_queues(b.l.bound).filter((q) => queue_ids(q)[0] === f.adapter);

	for (const queue of queues)
		place_expect(b, it, { what: "status", queue, text: f.text.replace(/_/g, " ") });
}

function take_operation(b: build, it: item, operation: op): void {
	if (b.mdev === null)
		flush_set_up(b);
	else
		ensure_started(b, it);
	flush_change(b);
	place_op(b, it, operation);
}

/** An operation that is told of with its result is the one before it, if that is the same. */
function take_retold(b: build, it: item, operation: op, retold: boolean): void {
	const last = b.statements.findLast(({ body }) => body.kind === "op")?.body;

	if (!retold || last?.kind !== "op" || JSON.stringify(last.op) !== JSON.stringify(operation))
		take_operation(b, it, operation);
}

/** The mdev of that name; without one the one that was named last. */
function mdev_called(b: build, who: string | null): string {
	b.last_named = who ?? b.last_named;
	return b.last_named;
}

/** Whether the first mdev has been created by then, and is there still. */
function is_created(b: build): boolean {
	const ops = b.statements.flatMap(({ body }) => body.kind === "op" && body.op[1] === "m0"
		? [body.op[0]] : []);

	return ops.lastIndexOf("create") > ops.lastIndexOf("destroy");
}

function take_typed(b: build, it: item, f: Extract<fact, { fact: "op" }>): void {
	const of_mdev = typeof f.op[1] === "string" && /^m\d$/.test(f.op[1]);
	const operation = of_mdev
		? [f.op[0], mdev_called(b, f.who), ...f.op.slice(2)] as unknown as op : f.op;

	if (operation[0] === "reset")
		ran_before(b, it, operation[1]);
	/* One more with a name of its own, by which nobody calls it. */
	if (operation[0] === "create" && f.who === null && is_created(b))
		return place_unread(b, it);
	if (of_mdev && operation[0] !== "create")
		ensure_there(b, String(operation[1]));
	else if (operation[0] === "create" && operation[1] !== "m0")
		b.others.set(operation[1], false);
	b.stored ||= f.stored === true && !b.defined.has(String(operation[1]));
	take_operation(b, it, operation);
	b.creations -= Number(operation[0] === "create");
	if (operation[0] === "create")
		for (const { add, from } of b.defined.get(operation[1]) ?? [])
			take_operation(b, from!, ["write", operation[1], ...add]);
}

/** Of one that was removed, that it is not there is what is to be seen then. */
function take_gone(b: build, it: item, name: string): void {
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
 * What is changed in a definition the mdev has when it is started the next time. If it is not, it
 * matters to nobody; where a mail starts none at all, its mdev is taken as there.
 */
function take_definition(b: build, it: item, who: string | null, change: definition_change): void {
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

/** An mdev besides m0 of which the mail does not say that it is created. */
function ensure_there(b: build, name: string, queues: string[] = []): boolean {
	if (name === "m0" || b.others.has(name))
		return false;
	flush_set_up(b);
	place_op(b, null, ["mdev", name, { ...masks_of(queues), adm: [] }], null);
	b.others.set(name, false);
	if (queues.length > 0)
		b.assumptions.push(`the adapters of ${name} are assigned before its domains; the mail does not say`);
	return true;
}

/** A claim of a guest of another mdev than m0: it has been started by then. */
function ensure_others_guest(b: build, it: item, name: string): void {
	ensure_there(b, name);
	if (b.others.get(name) === true)
		return;
	b.others.set(name, true);
	place_op(b, null, ["open", name]);
	b.assumptions.push(`the guest of ${name} is started before line ${it.lines[0]}; the mail does not say when`);
}

/** What is stopped has run, whether or not the mail says since when. */
function ran_before(b: build, it: item, name: string): void {
	if (name === "m0" ? b.started : b.others.get(name) === true)
		return;
	place_op(b, null, ["open", name]);
	b.assumptions.push(`the guest of ${name} runs before line ${it.lines[0]}; the mail does not say since when`);
}

/** An mdev's removal waits for a guest, whether or not the mail says that one runs. */
function runs_meanwhile(b: build, it: item, removal: statement, name: string): void {
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

/** A guest that runs: to reboot it resets its devices, to restart it gives them back first. */
function start_again(b: build, it: item, name: string, how: "reboot" | "restart"): void {
	if (how === "reboot")
		return place_op(b, it, ["reset", name]);
	place_op(b, it, ["close", name]);
	place_op(b, it, ["open", name]);
}

/** What is said of another mdev than m0. */
function take_other(b: build, it: item, { who, of }: Extract<fact, { fact: "of" }>): void {
	b.last_named = who;
	switch (of.fact) {
	case "assigned":
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
		if (of.fact === "start" && of.state === true && is_running(b, who))
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
		ensure_others_guest(b, it, who);
		place_expect(b, it,
			{ what: "masks", of: "guest", mdev: who,
				is: {
					form: of.gained === true ? "has" : "queues",
					queues: sorted_queues(of.queues),
				} });
		break;
	case "guest_is_matrix":
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

/** What is said of an operation's result is the claim, in place of "it works". */
function take_result(b: build, it: item, rc: Exclude<result, null>): void {
	const last = b.statements.findLast(({ body }) => body.kind === "op");

	if (b.change !== null)
		return place_unread(b, it); /* the host's configuration changes as it does */
	if (rc === -EADDRINUSE && b.others.size === 0 && last?.body.kind === "op" &&
		last.body.op[0] === "write") {
		last.body = { ...last.body, rc: null };
		return place_unread(b, it); /* which other mdev has it, nobody says */
	}
	if (last?.body.kind === "op" && rc === "waits") {
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

function take_body(b: build, it: item, body: statement["body"]): void {
	if (body.kind === "op" && ["bound", "mdev", "create"].includes(body.op[0]))
		b.set_up = true;
	flush_set_up(b);
	place(b, it, body);
}

/** Whether a guest uses it is seen of a queue; that starts none of which nobody has spoken. */
function take_status(b: build, it: item, { queue, text }: Extract<fact, { fact: "status" }>): void {
	const told = b.started || [...b.others.values()].includes(true);

	if (b.set_up && (text !== IN_USE || told))
		place_expect(b, it, { what: "status", queue, text });
}

const IN_USE = "in use";

/** "grep 0b guest_matrix" finds nothing: of all that there is. */
function take_lacking(b: build, it: item, mdev: string, like: string): void {
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

/** The queues of a list that are not bound by the steps so far; null if nobody knows. */
function not_bound_yet(b: build, queues: string[]): string[] | null {
	return b.bound === null || b.bound.queues === "all" ? null
		: queues.filter((q) => !b.l.bound.has(q));
}

/** "04.0004 is unbound", where it is: nothing is done. */
function is_unbound_already(b: build, it: item, queue: string): boolean {
	return b.set_up &&
		/\b(?:is|are|was) unbound\b|\bno longer\b|\bany ?(?:more|longer)\b/i.test(
			it.text) &&
		not_bound_yet(b, [queue])?.length === 1 &&
		!b.choices.some((c) => c.what === "bound" && c.queue === queue);
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

/** Said of queues that were not bound so far, "they are bound" is what happens to them. */
function take_bound(b: build, it: item, f: Extract<fact, { fact: "bound" }>): void {
	const { queues } = f;

	if (!b.set_up && (f.later !== true || b.bound === null || b.bound.it === it))
		return add_bound(b, it, queues);
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

function take_missing(b: build, it: item, queues: string[]): void {
	if (b.set_up)
		place_expect(b, it, { what: "bindings", bound: false, queues });
	else
		b.missing.push(...queues.filter((q) => !b.missing.includes(q)));
	if (b.missing_in === NOWHERE)
		b.missing_in = it;
}

/** Of several ways of filtering only the one that is taken is a claim. */
function take_way(b: build, it: item, f: Extract<fact, { fact: "would" }>): void {
	if (b.way !== `${f.unit} ${f.id}`)
		return;
	ensure_started(b, it);
	place_expect(b, it, {
		what: "masks", of: "guest", mdev: "m0",
		is: { form: "lacks", queues: sorted_queues(f.queues) },
	});
}

function way_of(facts: fact[]): string | null {
	const ways = facts.flatMap((f) => f.fact === "would" ? [`${f.unit} ${f.id}`] : []);
	const chosen = facts.flatMap((f) => f.fact === "expect" && f.expect.what === "filtered" ?
		[`${f.expect.unit} ${f.expect.id}`] : []);

	return new Set(ways).size === 1 ? ways[0]! : ways.find((w) => chosen.includes(w)) ?? null;
}

const OF_A_GUEST = ["masks", "unchanged", "filtered", "plugged", "updates"];

/** What is assigned and in nobody's use: no guest runs. */
function shows_idle(f: fact): boolean {
	return f.fact === "status" && f.text === "assigned";
}

/** Whether anything is said of a guest, in which case there is one. */
function tells_of_guest(facts: fact[]): boolean {
	const of_a_guest = new Set<fact["fact"]>(
		["start", "stop", "guest", "guest_is_matrix", "guest_lacks",
		"status_of_adapter", "config", "would"]);

	return facts.some((f) => of_a_guest.has(f.fact) || f.fact === "expect" &&
		OF_A_GUEST.includes(f.expect.what) &&
			!(f.expect.what === "masks" && f.expect.of === "matrix") ||
		f.fact === "expect" && f.expect.what === "status");
}

function take_fact(b: build, it: item, f: fact): void {
	switch (f.fact) {
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
		if (f.state === true && is_running(b, "m0"))
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
		if (f.fact === "unbind" && is_unbound_already(b, it, f.queue))
			return place_expect(b, it,
				{ what: "bindings", bound: false, queues: [f.queue] });
		take_retold(b, it, [f.fact, f.queue], f.retold === true);
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
	case "status_of_adapter":
		status_claims(b, it, f);
		break;
	case "expect":
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

/** The facts of an example, of whichever mdev. */
function facts_of(items: item[]): fact[] {
	return items.flatMap((it) => it.facts.map((f) => f.fact === "of" ? f.of : f));
}

function queues_named(items: item[]): string[] {
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
			return (f.op[0] === "bind" || f.op[0] === "unbind") && f.op[1].includes(".")
				? [f.op[1]] : [];
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

/** The adapter or domain that an assignment typed at a shell is about. */
function id_typed(f: fact, which: "adapter" | "domain"): number[] {
	if (f.fact !== "op" || f.op[0] !== "write" || f.op[2] !== `assign_${which}`)
		return [];
	const id = Number(f.op[3]);

	return Number.isInteger(id) && id >= 0 && id <= 255 ? [id] : [];
}

function ids_defined(change: definition_change, which: "adapter" | "domain"): number[] {
	const pairs = "set" in change ? change.set : "add" in change ? [change.add] : [];

	return pairs.flatMap(([attribute, value]) => id_typed(
		{ fact: "op", op: ["write", "m0", attribute, value], who: null, rc: null }, which));
}

function ids_assigned(items: item[]): { apm: number[]; aqm: number[] } {
	const facts = facts_of(items);
	const of = (unit: "adapter" | "domain"): number[] => facts.flatMap((f) =>
		(f.fact === "assign" || f.fact === "config") && f.unit === unit
			? [f.id] : f.fact === "units" && f.unit === unit
				? f.ids : f.fact === "define" ? ids_defined(f.change, unit)
					: id_typed(f, unit));

	return { apm: of("adapter"), aqm: of("domain") };
}

/** The host of a scenario whose mail does not give one: whatever the mail names exists. */
function assumed_host(items: item[]): host_config {
	const shown = facts_of(items).flatMap((f) => f.fact === "there" ? f.queues : []);
	const named = masks_of([...queues_named(items), ...shown]);
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

function pick_host(
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
		`${host.aqm.map(domain_name).join(" ")}); queues not said to be bound exist and are not`);
	return host;
}

/**
 * with_all - items in which "all adapters and domains" are those that the host has; where its
 * configuration changes, nobody knows which those are
 */
export function with_all(items: item[], override: host_config | null): item[] {
	const facts = facts_of(items);

	if (!facts.some((f) => f.fact === "all_assigned"))
		return items;
	const { apm, aqm } = pick_host(items, override, []);
	const queues = facts.some((f) => f.fact === "config") ? [] : product(apm, aqm);
	return items.map((it): item => it.facts.every((f) => f.fact !== "all_assigned") ? it
		: queues.length === 0 ? { ...it, kind: "unread", phrase: null, facts: [] }
			: { ...it, facts: it.facts.map((f) => f.fact === "all_assigned"
				? { fact: "assigned", queues } : f) });
}

/** The default drivers have it at first. */
function by_default({ masks }: build, queue: string): boolean {
	const [apid, apqi] = queue_ids(queue);

	return masks.apmask.includes(apid) && masks.aqmask.includes(apqi);
}

/** The mail does not say what is bound: every queue it could be about may be or not. */
function leave_bound_open(
	b: build, items: item[], bind: Set<string>, sure: readonly string[],
): void {
	const named = queues_named(items);
	const ids = ids_assigned(items);
	const matrix = masks_of(named);
	const queues = sorted_queues([...named,
		...product([...matrix.apm, ...ids.apm], [...matrix.aqm, ...ids.aqm])])
			.filter((q) => !bind.has(q) && !by_default(b, q));

	const open = queues.filter((q) => !sure.includes(q));

	b.bound = { it: NOWHERE, queues };
	note_fact(b.l, { fact: "bound", queues: queues.filter((q) => sure.includes(q)) });
	b.choices.push(...open.map((queue): choice => ({ what: "bound", queue })));
	if (open.length > 0)
		b.assumptions.push(`which of ${open.join(" ")} are bound at first is not said`);
}

/** Adapters and domains that are only ever assigned may not be there at all. */
function leave_host_open(b: build, items: item[]): void {
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

function depends_on_masks(f: fact): boolean {
	return f.fact === "rc" && f.rc === -EADDRNOTAVAIL ||
		f.fact === "op" && (f.op[0] === "apmask_store" || f.op[0] === "aqmask_store");
}

/**
 * What the default drivers have decides a few things; of what the mail does not name it may be
 * little or all.
 */
function leave_masks_open(b: build, items: item[]): void {
	const facts = facts_of(items);

	if (b.masks.assumed !== null)
		b.assumptions.push(b.masks.assumed);
	if (!b.masks.shown && facts.some(depends_on_masks) && !takes_from_masks(facts))
		b.choices.push({ what: "masks" });
}

/**
 * The first list of what is bound is what is bound at first, if nothing has changed it before.
 *
 * Return: whether it is of one queue only, amid what happens: no list of all that is bound.
 */
function hoist_bound(b: build, items: item[]): boolean {
	const told = items.flatMap((it) => (it.kind === "unread" ? [null] : it.facts)
		.map((f) => ({ it, f })));

	for (const [i, { it, f }] of told.entries()) {
		if (f === null || rebinds(f))
			return false;
		if (f.fact !== "bound" || f.some === true)
			continue;
		if (f.queues === "all") {
			b.bound = { it, queues: "all" };
			return false;
		}
		const before = told.slice(0, i).map((t) => t.f);
		const one = f.later === true || f.queues.length === 1 && it.phrase !== TYPED &&
			it.listed === null;

		if (one && before.some(acts))
			return true;
		b.bound = { it, queues: f.queues };
		note_fact(b.l, f);
		return false;
	}
	return false;
}

/** "04.0004 is bound", of one that nothing was done to: it is so from the first. */
function bound_alone(facts: readonly fact[]): string[] {
	const until = facts.findIndex(rebinds);

	return facts.slice(0, until < 0 ? facts.length : until).flatMap((f) =>
		f.fact === "bound" && f.later !== true && f.queues !== "all" ? f.queues : []);
}

/** What gives an mdev something, or says what it has. */
function is_of_matrix(f: fact): boolean {
	return ["assign", "assigned", "units", "empty_mdev", "define", "of", "body"]
		.includes(f.fact) || f.fact === "op" && ["write", "create", "destroy"]
		.includes(f.op[0]);
}

/** Neither gives the mdev anything. */
function flushes(f: fact): boolean {
	return rebinds(f) || f.fact === "start" || f.fact === "op" && f.op[0] === "read";
}

/** Binding assigns nothing: what is shown of a matrix behind it was there before. */
function hoist_assigned(b: build, items: item[]): void {
	const it = items.find((i) => i.kind === "unread" || i.facts.some(is_of_matrix));
	const f = it?.facts.find(is_of_matrix);
	const before = items.slice(0, it === undefined ? 0 : items.indexOf(it));
	const amid = it?.facts.slice(0, it.facts.indexOf(f!)) ?? [];

	const shows = it?.phrase === TYPED ||
		before.every((i) => i.facts.every((g) => g.fact === "bound" || flushes(g)));

	if (f?.fact !== "assigned" || !shows ||
		![...before.flatMap((i) => i.facts), ...amid].some(flushes))
		return;
	b.mdev = { it: NOWHERE, queues: f.queues };
	note_fact(b.l, f);
	if (it!.phrase !== TYPED && !b.starts_later)
		[b.starts_later, b.starts_behind] = [true, it!];
}

/** So is what is said not to be bound. */
function hoist_missing(b: build, items: item[]): void {
	for (const it of items)
		for (const f of it.kind === "unread" ? [] : it.facts) {
			if (rebinds(f))
				return;
			if (b.bound !== null || f.fact !== "missing" || b.missing.length > 0)
				continue;
			b.missing.push(...f.queues);
			b.missing_in = it;
		}
}

/** Whether something has been done by then, or claimed. */
function acts(f: fact | null): boolean {
	return f !== null && !["assigned", "empty_mdev", "host", "missing"].includes(f.fact);
}

/** "-5 > apmask", before anything is said of what is bound: until then a fresh host had it all. */
function takes_from_masks(facts: fact[]): boolean {
	const first = facts.find((f) => f.fact === "bound" || f.fact === "found" ||
		f.fact === "missing" || f.fact === "body" || depends_on_masks(f));

	return first?.fact === "op" && typeof first.op[1] === "string" &&
		!first.op[1].startsWith("+");
}

function begin_fresh(b: build): void {
	const every = [...Array(256).keys()];

	b.masks = { apmask: every, aqmask: every, shown: true, assumed: null };
	b.bound = { it: NOWHERE, queues: [] };
	b.assumptions.push("apmask and aqmask are all ones at first, as on a fresh host");
}

/** The first thing that is assigned is assigned to a running guest's mdev: that may have more. */
function assigns_to_running(facts: fact[]): boolean {
	const first = facts.find((f) => f.fact === "assign" || f.fact === "start" ||
		f.fact === "op" && f.op[0] === "write");

	return first?.fact === "start" && !facts.some((f) => f.fact === "op" &&
		f.op[0] === "create");
}

/** What is unassigned before it is ever assigned was assigned at first. */
function unassigned_first(facts: readonly fact[], which: "adapter" | "domain"): number[] {
	const deeds = facts.flatMap((f): [number, boolean][] =>
		f.fact === "assign" && f.unit === which ? [[f.id, f.verb === "unassign"]]
		: id_typed(f, which).map((id) => [id, false]));

	return deeds.filter(([id, takes], i) => takes && deeds.findIndex(([it]) => it === id) === i)
		.map(([id]) => id);
}

/**
 * What the guest is said to have before anything is done; what is unbound before that takes
 * nothing else from it and gives it nothing.
 */
function guest_at_first(facts: fact[]): string[] {
	const at = facts.findIndex((f) => f.fact === "guest" || acts_on(f) && !unbinds(f) ||
		f.fact === "expect" && f.expect.what !== "out");
	const f = facts[at];

	return f?.fact === "guest" && f.gained !== true &&
		!facts.some((it) => it.fact === "op" && it.op[0] === "create") ? f.queues : [];
}

function unbinds(f: fact): boolean {
	return f.fact === "unbind" || f.fact === "op" && f.op[0] === "unbind";
}

/** "cat .../04.0047/status", and there is something: only vfio_ap's queues have that. */
function is_status(f: fact, { facts }: item): f is fact & { op: ["read", string, string] } {
	return f.fact === "op" && f.op[0] === "read" && f.op[2] === "status" &&
		facts.some((g) => g.fact === "expect" && g.expect.what === "out");
}

/**
 * What is bound at first, and what is not, by what was typed and done without an error. A script
 * shows no error; what it binds is not bound at first all the same.
 */
function bindings_typed(items: readonly item[]): Record<"bound" | "free", string[]> {
	const known = { bound: [] as string[], free: [] as string[] };
	const seen = new Set<string>();
	const printed = items.some((it) => it.phrase === TYPED && it.printed === true);

	const until = items.findIndex((it) => it.facts.some((f) => rebinds(f) &&
		!(f.fact === "op" && ["bind", "unbind"].includes(f.op[0]))));

	for (const [i, it] of items.entries()) {
		const failed = items[i + 1]?.facts.some(has_failed) === true;

		for (const f of it.phrase === TYPED ? it.facts : []) {
			if (is_status(f, it) && !seen.has(f.op[1]) && (until < 0 || i < until))
				known.bound.push(f.op[1]);
			if (f.fact !== "op" || f.op[0] !== "bind" && f.op[0] !== "unbind" ||
				seen.has(f.op[1]))
				continue;
			seen.add(f.op[1]);
			if (!failed && (f.op[0] === "bind" || printed))
				known[f.op[0] === "bind" ? "free" : "bound"].push(f.op[1]);
		}
	}
	return known;
}

function acts_on(f: fact): boolean {
	return ["assign", "bind", "unbind", "config", "found", "of", "stop", "body"]
		.includes(f.fact) || f.fact === "op" && f.op[0] !== "read";
}

/**
 * Whatever the mail names may be assigned at first, unless it is assigned later.
 * @sure: is assigned at first, since the guest has it then
 */
function leave_assigned_open(b: build, items: item[], sure: readonly string[]): void {
	const later = ids_assigned(items.map((it) =>
		({ ...it, facts: it.facts.filter((f) => f.fact !== "config") })));
	const named = masks_of(sorted_queues(queues_named(items)));
	const facts = facts_of(items);
	const known = {
		apm: [...masks_of(sure).apm, ...unassigned_first(facts, "adapter")],
		aqm: [...masks_of(sure).aqm, ...unassigned_first(facts, "domain")],
	};
	const may_be = (all: number[], not: number[], is: number[]): number[] =>
		ascending([...is, ...all.filter((id) => !not.includes(id))]);
	const apm = may_be(named.apm, later.apm, known.apm);
	const aqm = may_be(named.aqm, later.aqm, known.aqm);
	const open = {
		apm: apm.filter((id) => !known.apm.includes(id)),
		aqm: aqm.filter((id) => !known.aqm.includes(id)),
	};
	const queues = product(apm, aqm);

	b.mdev = {
		it: { ...items[0]!, label: "", lines: [], text: "" }, queues, masks: { apm, aqm },
	};
	note_fact(b.l, { fact: "assigned", queues });
	b.choices.push(...open.apm.map((id): choice => ({ what: "assigned", unit: "adapter", id })),
		...open.aqm.map((id): choice => ({ what: "assigned", unit: "domain", id })));
	if (sure.length > 0)
		b.assumptions.push(`${sure.join(" ")} are assigned at first, since the guest ` +
			"has them then");
	if (queues.length > 0 && open.apm.length + open.aqm.length > 0)
		b.assumptions.push(`what of ${queues.filter((q) => !sure.includes(q)).join(" ")} ` +
			"is assigned before the first step is not said");
}

/** "The guest is running with 0a.0001": how things are, not a step of which it is claimed */
function tells_guest(items: readonly item[]): boolean {
	return items.some(({ facts }) => facts.some((f, i) => f.fact === "start" &&
		f.state === true && facts[i + 1]?.fact === "guest"));
}

/** Whether it is said what is bound before anything may change that. */
function tells_first(facts: fact[]): boolean {
	const at = facts.findIndex((f) => f.fact === "bound" && f.later !== true &&
		f.some !== true);
	const change = facts.findIndex(rebinds);

	return at >= 0 && (change < 0 || at < change);
}

/** What is not said before the first step: who is bound, what is assigned. */
function assume_set_up(b: build, items: item[]): void {
	const facts = items.flatMap((it) => it.facts);
	const bind = new Set(facts.flatMap((f) => f.fact === "bind" ? [f.queue]
		: f.fact === "bound" && f.later === true && f.queues !== "all" ? f.queues : []));

	const begins_empty = !assigns_to_running(facts);
	const typed = items.some((it) => it.phrase === TYPED &&
		it.facts.some((f) => f.fact === "guest"));
	const sure = typed || tells_guest(items) || begins_empty &&
		facts.some((f) => ["assign", "op"].includes(f.fact)) ? guest_at_first(facts) : [];
	const { bound, free } = bindings_typed(items);

	const takes = (["adapter", "domain"] as const).flatMap((it) => unassigned_first(facts, it));

	const fresh = takes_from_masks(facts);
	const alone = !fresh && hoist_bound(b, items);

	if (fresh)
		begin_fresh(b);
	hoist_missing(b, items);
	hoist_assigned(b, items);
	const explicit = facts.some((f) => f.fact === "body");
	if (!explicit && b.bound === null && (alone || !tells_first(facts)) &&
		!facts.some((f) => f.fact === "found" || f.fact === "missing"))
		leave_bound_open(b, items, new Set([...bind, ...free]),
			[...sure, ...bound, ...bound_alone(facts)]);
	const stated = facts.some((f) => ["assigned", "units", "empty_mdev"].includes(f.fact) ||
		f.fact === "define" && "set" in f.change && f.change.set.length > 0 ||
		begins_empty && sure.length + takes.length === 0 &&
		["assign", "op"].includes(f.fact) ||
		f.fact === "body" && f.body.kind === "op" &&
			["mdev", "create"].includes(f.body.op[0]));
	if (!stated)
		leave_assigned_open(b, items, sure);
	leave_masks_open(b, items);
}

/**
 * In front of the first step the set-up goes on behind it. What is not read behind a command may
 * be what it printed.
 */
function place_unread(b: build, it: item, before?: item): void {
	const last = b.statements.at(-1);

	for (const s of before?.phrase === TYPED && last?.body.kind === "op" ? b.statements : [])
		if (s.body.kind === "op" && s.body.rc === "ok" &&
			(s === last || s.note === note_of(before!)))
			s.body = { ...s.body, rc: null };
	if (b.set_up) {
		flush_change(b);
		place(b, it, { kind: "unread", text: it.text });
	} else {
		b.held.push(it);
	}
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

function is_creation(f: fact): boolean {
	return f.fact === "op" && f.op[0] === "create";
}

function new_build(items: item[], host: host_config, assumptions: string[]): build {
	const facts = items.flatMap((it) => it.facts);
	const masks = masks_at_first(items, host);

	return {
		statements: [], assumptions, l: new_ledger(), labels: new Map(), bound: null,
		mdev: null,
		set_up: false, held: [], started: false,
		starts_later: facts.find((f) => f.fact === "start" ||
			f.fact === "stop")?.fact === "start", starts_behind: null,
		host, masks, now: { ...host }, change: null, scanning: false, guest_claims: [],
		first_guest: null,
		halves: { adapter: null, domain: null },
		guest_told: tells_of_guest(facts), missing: [], missing_in: NOWHERE, choices: [],
		last_named: "m0",
		others: new Map(), defined: new Map(), listed: false, stored: false,
		way: way_of(facts),
		creations: facts.filter(is_creation).length, creates: facts.some(is_creation),
	};
}

/** The items of an example as the scenarios it tells: a "different way" begins the next. */
function variants_of(items: item[]): item[][] {
	const list: item[][] = [[]];
	const set_up = items.slice(0, items.findIndex((it) =>
		it.kind === "operation" || it.kind === "expectation"))
			.filter((it) => it.kind === "set-up");

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
	const assumptions: string[] = [];
	const b = new_build(items, pick_host(whole, override, assumptions), assumptions);

	b.first_guest = first_guest;
	b.guest_told ||= first_guest !== null;
	assume_set_up(b, items);
	if (override === null && stated_host(items) === null)
		leave_host_open(b, whole);
	for (const [i, it] of items.entries()) {
		const before = items.slice(0, i).findLast(({ kind }) => kind !== "prose");

		if (it.kind === "unread" || is_result(it) && before?.kind === "unread")
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
		statements, assumptions, host: b.host!, choices: b.choices,
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

	return variants_of(items).flatMap((variant) => {
		const [first, ...again] = restated(variant);
		const made = build_variant(first!, variant, override, first_guest);

		first_guest ??= made.guest;
		return [made, ...again.map((it) => build_variant(it, variant, override, null))];
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
