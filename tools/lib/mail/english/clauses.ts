// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sentence as clauses: each says one thing of its queues, adapters and domains. A clause that
 * shares its subject or its verb with its neighbour ("05.0047 is not", "and keeps 04.0004") has it
 * here; what is said to be the cause or the occasion of a clause is marked as such.
 */
import { product, queue_ids } from "../../scenario/ids.ts";
import { PREDICATES } from "./lexicon.ts";
import type { unit } from "../sentence/phrases.ts";
import { tokens_of, type token } from "./words.ts";

/**
 * struct clause - one of a sentence's
 * @role: what it is to the clauses that are "said": why they are so, or when
 * @kinds: of its words
 * @apm, @aqm, @adm: the adapters, domains and control domains it names
 * @units: all of them, in its order
 * @pairs: "adapter 0a with domain 0001, adapter 0b with domain 0002": these queues and no others
 * @cause: why; [] if it does not say, null if it cannot be told which queues are meant
 */
export interface clause {
	role: "said" | "cause" | "when";
	text: string;
	tokens: token[];
	kinds: Set<string>;
	queues: string[];
	apm: number[];
	aqm: number[];
	adm: number[];
	units: [unit, number][];
	pairs: string[] | null;
	cause: string[] | null;
}

/** struct part - the words of a clause, and those that join it to the one before */
interface part {
	joints: string[];
	tokens: token[];
}

const JOINTS = new Set(["pause", "joint", "because", "so", "when", "or"]);
const NAMES = new Set(["queue", "id", "adapter", "domain", "control", "queues"]);
const ENDS = new Set(["stop", "detach", "take"]);
const WEAK = new Set(["be", "not", "becomes"]);

function is_main(t: token): boolean {
	return PREDICATES.has(t.kind) && !WEAK.has(t.kind);
}

function has_predicate(tokens: readonly token[]): boolean {
	return tokens.some((t) => PREDICATES.has(t.kind) || t.kind === "not");
}

function joint_name(t: token): string {
	return t.kind === "pause" || t.text === "which" || t.text === "but" ? t.text : t.kind;
}

/** The tokens between joints, each with the joints before it. */
function pieces_of(tokens: readonly token[]): part[] {
	const list: part[] = [{ joints: [], tokens: [] }];

	for (const t of tokens) {
		if (!JOINTS.has(t.kind))
			list.at(-1)!.tokens.push(t);
		else if (list.at(-1)!.tokens.length === 0)
			list.at(-1)!.joints.push(joint_name(t));
		else
			list.push({ joints: [joint_name(t)], tokens: [] });
	}
	return list.filter((p) => p.tokens.length > 0).flatMap(without_comma);
}

const SUBJECTS = new Set(["guest", "guest_matrix", "it", "nothing"]);

/** "After unbinding 04.0047 the guest has no queues": the comma is left out. */
function without_comma(p: part): part[] {
	const verb = p.tokens.findIndex((t) => PREDICATES.has(t.kind));
	const at = p.tokens.findIndex((t, i) => verb >= 0 && i > verb + 1 && SUBJECTS.has(t.kind) &&
		p.tokens.slice(i + 1).some((next) => PREDICATES.has(next.kind)));

	const from = ["besides", "only"].includes(p.tokens[at - 1]?.kind ?? "") ? at - 1 : at;

	return !p.joints.includes("when") || at < 0 ? [p] :
		[{ joints: p.joints, tokens: p.tokens.slice(0, from) },
			{ joints: [","], tokens: p.tokens.slice(from) }];
}

/* "A is bound, in the guest only A and B are visible": what the next clause speaks of. */
const BEFORE_NAMES = new Set(["guest", "only"]);

function only_names(p: part): boolean {
	const first = p.tokens.findIndex((t) => !BEFORE_NAMES.has(t.kind));

	return first >= 0 && p.tokens.slice(first).every((t) => NAMES.has(t.kind)) &&
		p.joints.every((j) => ["joint", "but", ",", "or"].includes(j));
}

/** Whether the first main word of a clause stands behind the things it names. */
function names_first(tokens: readonly token[]): boolean {
	const verb = tokens.findIndex((t) => PREDICATES.has(t.kind));
	const name = tokens.findIndex((t) => t.kind === "queue" || t.kind === "id");

	return name >= 0 && verb > name;
}

/** "No queue is bound to vfio_ap", "the guest is started": what names follow are another's. */
function needs_no_names(tokens: readonly token[]): boolean {
	const be = tokens.findIndex((t) => t.kind === "be" || t.kind === "becomes");

	const said = tokens[be + 1];

	return be > 0 && (said?.form === "past" || said?.kind === "in_use" ||
		said?.kind === "running") && !tokens.some((t) =>
		t.kind === "queue" || t.kind === "id" || t.kind === "pause");
}

/**
 * Names at the end of a clause that are what the next one speaks of: "A is bound, B and C are not".
 */
function give_back(before: part[], names: number): token[] {
	const last = before.at(-1)!;
	const given = last.tokens.splice(last.tokens.length - names);

	return given;
}

function only_predicates(p: part): boolean {
	return PREDICATES.has(p.tokens[0]!.kind);
}

/** "are" stands in front of the names, what is done to them behind the last of them. */
function verb_is_last(before: readonly token[], next: readonly token[]): boolean {
	const be = before.findIndex((t) => t.kind === "be" || t.kind === "becomes");

	return be >= 0 && before.length > be + 1 && !before.some(is_main) &&
		before.slice(be + 1).every((t) => NAMES.has(t.kind)) &&
		NAMES.has(next[0]!.kind) && next.at(-1)!.form === "past" &&
		next.slice(0, -1).every((t) => NAMES.has(t.kind));
}

/** Whether a piece carries on the clause before it instead of being one itself. */
function carries_on(clause: part, next: part): boolean {
	if (!has_predicate(next.tokens) || !has_predicate(clause.tokens))
		return !next.joints.some((j) => j === "because" || j === "so" || j === "when");
	const participle = next.tokens.some((t) => t.form === "past") &&
		next.tokens.every((t) => t.form === "past" || !PREDICATES.has(t.kind));
	/* "has adapter 04 and domain 0004 assigned" */
	if (participle && clause.tokens.some((t) => t.kind === "has") && !only_predicates(next))
		return true;
	/* "is detached and stopped" */
	if (participle && next.tokens.every((t) => ENDS.has(t.kind)) &&
		clause.tokens.some((t) => ENDS.has(t.kind)))
		return true;
	/* "to it are adapter 04 and the domains 0004 and 0047 assigned" */
	if (verb_is_last(clause.tokens, next.tokens))
		return true;
	/* "is, then, assigned" */
	return clause.tokens.some(is_main) === false && next.tokens[0]!.form === "past" &&
		!next.tokens.some((t) => t.kind === "be");
}

/** A semicolon parts clauses, unless what stands behind it says nothing. */
function merged(clauses: part[]): part[] {
	const list: part[] = [];

	for (const c of clauses) {
		if (list.length > 0 && !has_predicate(c.tokens) &&
			has_predicate(list.at(-1)!.tokens))
			list.at(-1)!.tokens.push(...separators(c), ...c.tokens);
		else
			list.push(c);
	}
	return list;
}

/** "...; it", "an mdev to which ..." */
function begins_anew(joint: string): boolean {
	return joint === ";" || joint === "which";
}

/**
 * struct draft - the clauses so far, and how many names at the end of the last could be the next
 * one's
 * @owed: these must be the next one's, since what is said of the others is denied of them
 */
interface draft {
	clauses: part[];
	loose: number;
	owed: boolean;
}

/** "The mdev is there, and domains 0001 and 0002 are assigned": the number is of those before. */
function is_torn({ clauses, loose }: draft, next: part): boolean {
	const last = clauses.at(-1)?.tokens.at(-1)?.kind;

	return loose === 0 && next.joints.join() === "joint" && next.tokens[0]!.kind === "id" &&
		last === "id" && !carries_on(clauses.at(-1)!, next);
}

/** "A is not bound, but B and C": of those it is said that they are, though no word says so. */
function contrasts(before: part, next: part): boolean {
	return next.joints.includes("but") && only_names(next) &&
		before.tokens.some((t) => t.kind === "not");
}

/** "If we filter adapter 04, the queues ...": the comma ends what stands in front. */
function ends_front({ clauses }: draft, next: part): boolean {
	const [front] = clauses;

	return clauses.length === 1 && next.joints[0] === "," && has_predicate(front!.tokens) &&
		front!.joints.some((j) => j === "when" || j === "because") &&
		next.tokens[0]!.kind !== "queue" && next.tokens[0]!.kind !== "id";
}

function add_piece(d: draft, next: part): void {
	const last = d.clauses.at(-1);

	if (last === undefined || next.joints.some(begins_anew) || ends_front(d, next) ||
			!carries_on(last, next)) {
		const subject = last !== undefined && d.loose > 0 && !next.joints.some(begins_anew)
			? give_back(d.clauses, d.loose) : [];

		d.clauses.push({ joints: next.joints, tokens: [...subject, ...next.tokens] });
		d.loose = 0;
		d.owed = false;
		return;
	}
	d.owed ||= contrasts(last, next);
	const loose = has_predicate(last.tokens) && only_names(next) && (d.owed ||
		names_first(last.tokens) || d.loose > 0 || needs_no_names(last.tokens));
	last.tokens.push(...separators(next), ...next.tokens);
	d.loose = loose ? d.loose + separators(next).length + next.tokens.length : 0;
}

/** A semicolon or colon within a clause still parts its names. */
function separators(p: part): token[] {
	return p.joints.filter((j) => /^[;:]/.test(j))
		.map((text) => ({ kind: "pause", text, queue: "", form: "" }));
}

function subject_of(tokens: readonly token[]): token[] {
	const verb = tokens.findIndex((t) => PREDICATES.has(t.kind) || t.kind === "not");

	return tokens.slice(0, Math.max(0, verb)).filter((t) => t.kind !== "pause");
}

/** What is said in a clause, without what it is said of. */
function predicate_of(tokens: readonly token[]): token[] {
	return tokens.filter((t) => is_main(t) || t.kind === "vfio_ap" ||
		t.kind === "others_driver" || t.kind === "guest" || t.kind === "guest_matrix");
}

const NO_SUBJECT = new Set(["actor", "it"]);

/** "05.0047 is not": what is said of it stands in the clause before, or behind. */
function lacks_verb(tokens: readonly token[]): boolean {
	return !tokens.some((t) => is_main(t) || t.kind === "errno" || t.kind === "nothing" ||
			t.kind === "guest_matrix") &&
		tokens.some((t) => WEAK.has(t.kind)) &&
		tokens.some((t) => t.kind === "queue" || t.kind === "id");
}

const DEEDS = new Set(["assign", "unassign", "bind", "unbind", "put", "take", "start", "stop"]);

/** "remove adapter 04", of which nobody is the subject */
function is_imperative(t: token): boolean {
	return DEEDS.has(t.kind) && t.form === "finite" && !t.text.endsWith("s");
}

/** With the subject or the verb that its neighbour has for it. */
function completed(clauses: part[]): part[] {
	const done: part[] = [];

	for (const [i, { joints, tokens }] of clauses.entries()) {
		const before = done.at(-1), next = clauses[i + 1];
		const [first] = tokens;
		const headless = !is_imperative(first!) && (PREDICATES.has(first!.kind) ||
			first!.kind === "not" || first!.kind === "it");
		const subject = subject_of(before?.tokens ?? [])
			.filter((t) => !NO_SUBJECT.has(t.kind));
		const verb = predicate_of((before ?? next)?.tokens ?? []);

		done.push({
			joints, tokens: lacks_verb(tokens) ? [...tokens, ...verb]
				: headless ? [...subject, ...tokens] : tokens,
		});
	}
	return done;
}

/** struct run - numbers of one unit, as they stand beside each other */
interface run {
	unit: string;
	ids: number[];
}

function add_id(runs: run[], unit: string, id: number): void {
	if (runs.at(-1)?.unit === unit)
		runs.at(-1)!.ids.push(id);
	else
		runs.push({ unit, ids: [id] });
}

/** Each adapter's queues, where each has its own domains; null where all have all. */
function pairs_of(runs: readonly run[]): string[] | null {
	const pairs = runs.flatMap(({ unit, ids }, i) => {
		const other = runs[i + 1]?.ids ?? [];

		return i % 2 === 1 ? [] : unit === "adapter" ? product(ids, other)
			: product(other, ids);
	});

	return runs.length > 2 && runs.every((r) => r.unit !== "control") ? pairs : null;
}

/** The adapters, domains and control domains a clause names; null if an id's unit is unclear. */
function ids_in(tokens: readonly token[]):
		Pick<clause, "apm" | "aqm" | "adm" | "units" | "pairs"> | null {
	const runs: run[] = [];
	const lists: Record<string, number[]> = { adapter: [], domain: [], control: [] };
	let current: string | null = null;
	let before = "";

	for (const t of tokens) {
		if (t.kind in lists)
			current = before in lists && before !== t.kind
				? null : t.kind; /* "adapters and domains" */
		const was = before;
		before = t.kind;
		if (t.kind in lists)
			continue;
		if (t.kind === "queues" || t.kind === "queue")
			current = null;
		if (t.kind !== "id")
			continue;
		if (was === "errno")
			return null; /* the error's number */
		const digits = t.text.replace(/^0x/, "");
		const kind = current ?? (t.text.startsWith("0x") ? null :
			digits.length === 2 ? "adapter" : digits.length === 4 ? "domain" : null);
		const id = parseInt(digits, 16);
		if (kind === null || id > 255)
			return null;
		lists[kind]!.push(id);
		add_id(runs, kind, id);
	}
	return {
		apm: lists["adapter"]!, aqm: lists["domain"]!, adm: lists["control"]!,
		units: runs.flatMap(({ unit, ids }) => ids.map((id): [unit, number] =>
			[unit === "control" ? "control_domain" : unit as unit, id])),
		pairs: pairs_of(runs),
	};
}

function role_of(joints: readonly string[]): clause["role"] {
	return joints.includes("because") ? "cause" : joints.includes("when") ? "when" : "said";
}

/** An adapter without domains, or domains without an adapter, where others have theirs. */
function is_unpaired({ apm, aqm, pairs }: Pick<clause, "apm" | "aqm" | "pairs">,
		kinds: ReadonlySet<string>): boolean {
	const of_adapters = new Set(pairs!.map((q) => queue_ids(q)[0]));
	const of_domains = new Set(pairs!.map((q) => queue_ids(q)[1]));

	return !kinds.has("assign") && (apm.some((id) => !of_adapters.has(id)) ||
		aqm.some((id) => !of_domains.has(id)));
}

/** "The guest is started libvirt is restarted": nothing parts the two. */
function says_two_things(tokens: readonly token[]): boolean {
	return tokens.some((t, i) => t.kind === "be" && tokens[i + 1]?.form === "past" &&
		tokens.slice(i + 2, tokens.findIndex((p, at) => at > i && p.kind === "pause") >>> 0)
			.some((next) => next.kind === "be"));
}

function clause_of(text: string, { joints, tokens }: part): clause | null {
	const ids = ids_in(tokens);
	const kinds = new Set(tokens.map((t) => t.kind));

	return ids === null || says_two_things(tokens) ||
		ids.pairs !== null && is_unpaired(ids, kinds) ? null : {
		role: role_of(joints), text, tokens, kinds,
		cause: [], ...ids,
		queues: tokens.flatMap((t) => t.kind === "queue" ? [t.queue] : []),
	};
}

const OF_A_CAUSE =
	new Set(["queue", "queues", "not", "bound", "bind", "unbind", "missing", "vfio_ap", "none",
		"others_driver",
		"host", "be",
	"gets", "only", "has", "pause", "becomes", "filter", "vanish", "so", "joint"]);

/** The queues for want of which something is so; null if the cause is another, or unclear. */
function missing_in(c: clause): string[] | null {
	const lacking = c.kinds.has("others_driver") !==
		["not", "missing", "unbind", "vanish"].some((k) => c.kinds.has(k));

	const verb = c.tokens.findLastIndex((t) => is_main(t) || t.kind === "vfio_ap");
	const name = c.tokens.findLastIndex((t) => t.kind === "queue");
	const told_first = name < verb || c.tokens.findIndex((t) => t.kind === "queue") > verb;

	return lacking && told_first && c.queues.length > 0 &&
		[...c.kinds].every((k) => OF_A_CAUSE.has(k)) ? c.queues : null;
}

/** "05.0047 is not bound, so adapter 05 is filtered": the first is why. */
function is_why(c: clause, joints: readonly string[]): boolean {
	return joints.includes("so") && !c.kinds.has("unbind") && missing_in(c) !== null;
}

/** "The guest does not see adapter 05: 05.0047 is not bound" */
function explains(c: clause, joints: readonly string[], before: clause): boolean {
	return /^(?::|-+)$/.test(joints[0] ?? "") && missing_in(c) !== null &&
		["not", "filter", "vanish"].some((k) => before.kinds.has(k));
}

/** Causes go to what they are the causes of. */
function with_causes(clauses: clause[], parts: readonly part[]): clause[] {
	for (const [i, c] of clauses.entries()) {
		if (i > 0 && c.role === "said" && is_why(clauses[i - 1]!, parts[i]!.joints))
			clauses[i - 1]!.role = "cause";
		if (c.role === "when" && !c.kinds.has("unbind") && missing_in(c) !== null ||
			i > 0 &&
			explains(c, parts[i]!.joints, clauses[i - 1]!))
			c.role = "cause";
	}
	const said = clauses.filter((c) => c.role !== "cause");

	for (const [i, c] of clauses.entries()) {
		if (c.role !== "cause")
			continue;
		const of = clauses.slice(0, i).findLast((it) => it.role === "said") ??
			clauses.slice(i).find((it) => it.role === "said");

		if (of !== undefined)
			of.cause = missing_in(c);
	}
	return said;
}

/**
 * clauses_of - the clauses of a sentence
 *
 * Return: null if a word is not known, or a number is of nobody knows what.
 */
export function clauses_of(text: string): clause[] | null {
	const tokens = tokens_of(text);

	if (tokens === null)
		return null;
	const d: draft = { clauses: [], loose: 0, owed: false };
	for (const p of pieces_of(tokens)) {
		if (is_torn(d, p))
			return null;
		add_piece(d, p);
	}
	if (d.owed || d.clauses.some((c) => c.joints.includes("or")))
		return null;
	const parts = completed(merged(d.clauses));
	const made = parts.map((p) => clause_of(text, p));
	return made.length === 0 || made.some((c) => c === null)
		? null : with_causes(made as clause[], parts);
}
