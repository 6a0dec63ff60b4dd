// SPDX-License-Identifier: GPL-2.0-only
/*
 * A scenario in the making: its lines so far, and those of the set-up, which wait until all of it
 * is told. What a line needs in front of it (the set-up, a guest that runs, a change of the host)
 * is written first.
 */
import { product, queue_ids, sorted_queues } from "../../scenario/ids.ts";
import type { choice, expectation, host_config, op, statement } from "../../scenario/model.ts";
import type { item } from "../examples/examples.ts";
import type { first_masks } from "./first_masks.ts";
import { masks_of, note_fact, type defined_attribute, type ledger } from "./ledger.ts";
import { is_typed, TYPED } from "../typed/shell.ts";

/** struct build - a scenario in the making */
export interface build {
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
	/** what there is, and whether the mail or --host says so */
	host: host_config | null;
	host_told: boolean;
	masks: first_masks;
	/** those that the mail shows before anything is done */
	known_masks: Set<"apmask" | "aqmask">;
	/** the host's masks as the steps change them, and a change not yet notified */
	now: host_config;
	change: item | null;
	scanning: boolean;
	guest_claims: string[][];
	/** the guest's queues in the first way told, if this is another */
	first_guest: string[] | null;
}

/** NOWHERE - where what the mail does not say stands */
export const NOWHERE: item = {
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

/** note_of - the line and the text of an item, which stand beside what it is read as */
export function note_of(it: item): string {
	return `line ${it.lines[0]}: ${it.text}`;
}

/** place - one more line of the scenario; it has the label of its item if it is the first of it */
export function place(b: build, it: item | null, body: statement["body"]): void {
	const first = it !== null && !b.statements.some((s) => s.note === note_of(it));

	b.statements.push({
		line: it?.lines[0] ?? 0, label: first ? unique_label(b, it!.label) : null, n: "",
		drivers: body.kind === "expect" ? it?.drivers ?? null : null,
		note: it === null ? null : note_of(it), body,
	});
}

/** place_op - an operation, as a line */
export function place_op(b: build, it: item | null, operation: op, rc: "ok" | null = "ok"): void {
	place(b, it, { kind: "op", op: operation, rc, fail_nth: 0 });
}

/** place_expect - a claim, as a line */
export function place_expect(b: build, it: item, expect: expectation): void {
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
 * claim_of - a claim as the notation has it
 *
 * A mail's "unchanged" is by the last step; the notation's by all since the last block of
 * expectations, or the last operation if there is none.
 */
export function claim_of(b: build, e: expectation): expectation {
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

/**
 * flush_set_up - write the set-up: queues first, the mdev behind them, whatever their order in the
 * mail
 */
export function flush_set_up(b: build): void {
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

/** is_running - whether a guest has the mdev by then */
export function is_running(b: build, mdev: string): boolean {
	const last = b.statements.findLast(({ body }) => body.kind === "op" &&
		(body.op[0] === "open" || body.op[0] === "close") && body.op[1] === mdev)?.body;

	return last?.kind === "op" && last.op[0] === "open";
}

/** ensure_started - start the guest that the mail tells of, if it does not say when */
export function ensure_started(b: build, it: item): void {
	flush_set_up(b);
	if (b.started || b.starts_later || !b.guest_told)
		return;
	b.started = true;
	place_op(b, null, ["open", "m0"]);
	b.assumptions.push(`the guest is started before ${it.label === "" ? `line ${it.lines[0]}` :
		`step ${it.label} (line ${it.lines[0]})`}; the mail does not say when`);
}

/** change_op - a change of the host's configuration, all at once or up to the scan */
export function change_op(b: build, name: "cfg" | "config_changed"): op {
	return [name, { apm: b.now.apm, aqm: b.now.aqm }];
}

/** flush_change - a change of the host that nobody notified of step by step happens in one go */
export function flush_change(b: build): void {
	if (b.change === null)
		return;
	place_op(b, b.change, change_op(b, "cfg"));
	b.change = null;
}

/** Half a matrix alone is none. */
function flush_halves(b: build): void {
	const { adapter, domain } = b.halves;

	b.halves = { adapter: null, domain: null };
	for (const half of [adapter, domain])
		if (half !== null)
			place_unread(b, half.it);
}

/** take_operation - an operation, and in front of it what has to be so by then */
export function take_operation(
	b: build, it: item, operation: op, rc: "ok" | null = "ok",
): void {
	if (b.mdev === null)
		flush_set_up(b);
	else
		ensure_started(b, it);
	flush_change(b);
	place_op(b, it, operation, rc);
}

/**
 * ensure_there - an mdev besides m0 of which the mail does not say that it is created
 *
 * Return: whether it was not there.
 */
export function ensure_there(b: build, name: string, queues: string[] = []): boolean {
	if (name === "m0" || b.others.has(name))
		return false;
	flush_set_up(b);
	place_op(b, null, ["mdev", name, { ...masks_of(queues), adm: [] }], null);
	b.others.set(name, false);
	if (queues.length > 0)
		b.assumptions.push(`the adapters of ${name} are assigned before its domains; ` +
			"the mail does not say");
	return true;
}

/** by_default - whether the default drivers have a queue at first */
export function by_default({ masks }: build, queue: string): boolean {
	const [apid, apqi] = queue_ids(queue);

	return masks.apmask.includes(apid) && masks.aqmask.includes(apqi);
}

/** what may be the result of the step in front of it */
const OF_RESULT =
	/\b(?:E[A-Z]{3,}|rc|ret|retval|errno|[Ee]rrors?|[Ff]ail(?:s|ed)?|refused|rejected|denied|busy|possible|allowed|permitted|in use|[Nn]o such|return (?:code|value))\b|^(?:\w*sh|tee|echo): /;

/**
 * place_unread - a line that is not read
 *
 * In front of the first step the set-up goes on behind it. What is not read behind a command may
 * be what it printed; what speaks of a result may be that of the step.
 */
export function place_unread(b: build, it: item, before?: item): void {
	const last = b.statements.at(-1);
	const tells = before?.phrase === TYPED && !is_typed(it.text) ||
		before !== undefined && OF_RESULT.test(it.text);

	for (const s of tells && last?.body.kind === "op" ? b.statements : [])
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
