// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sentences by what is in them rather than by their wording: a frame takes a sentence's tokens,
 * has slots for its queues, adapters, domains, cause and result, and refuses it if a word is left
 * that has no place in it. What no frame takes is not read.
 */
import { errno_by_name } from "#linux/errno.h";
import { product } from "../scenario/ids.ts";
import type { expectation, result } from "../scenario/model.ts";
import type { fact, unit } from "./phrases.ts";
import { is_foreign, tokens_of, type token } from "./words.ts";

/**
 * struct frame_match - a sentence that a frame takes
 * @list: queues may follow on lines of their own
 * @facts: what it states, with the queues of that list
 */
export interface frame_match {
	name: string;
	kind: "set-up" | "operation" | "expectation" | "prose";
	list: boolean;
	facts(listed: string[]): fact[];
}

/** struct clause - a sentence's main part, and its cause */
interface clause {
	text: string;
	tokens: token[];
	kinds: Set<string>;
	queues: string[];
	apm: number[];
	aqm: number[];
	adm: number[];
	cause: token[] | null;
}

/**
 * struct frame - a kind of sentence
 * @words: the kinds of words that may be in it, besides queues, ids and units
 * @examples: sentences that it takes; a test tries each
 */
export interface frame {
	name: string;
	kind: frame_match["kind"];
	words: string;
	examples: string[];
	read(c: clause): { list: boolean; facts(listed: string[]): fact[] } | null;
}

const ALWAYS = new Set([
	"queue", "queues", "id", "adapter", "domain", "control", "pause", "suppose",
]);

function facts(...list: fact[]): ReturnType<frame["read"]> {
	return { list: false, facts: () => list };
}

function listing(of: (queues: string[]) => fact[]): ReturnType<frame["read"]> {
	return { list: true, facts: of };
}

function claim(e: expectation): fact {
	return { fact: "expect", expect: e };
}

function filtered(which: "adapter" | "domain", id: number, because: string[]): fact {
	return claim({ what: "filtered", mdev: "m0", unit: which, id, because });
}

function plugged(which: "adapter" | "domain", id: number): fact {
	return claim({ what: "plugged", mdev: "m0", unit: which, id });
}

function guest_form(form: "has" | "lacks", queues: string[]): fact {
	return claim({ what: "masks", of: "guest", mdev: "m0", is: { form, queues } });
}

const UNCHANGED: fact = claim({ what: "unchanged", mdev: "m0" });

/** The adapters, domains and control domains a clause names; null if an id's unit is unclear. */
function ids_in(tokens: token[]): Pick<clause, "apm" | "aqm" | "adm"> | null {
	const lists: Record<string, number[]> = { adapter: [], domain: [], control: [] };
	let current: string | null = null;
	let before = "";

	for (const t of tokens) {
		if (t.kind in lists)
			current = before in lists && before !== t.kind
				? null : t.kind; /* "adapters and domains" */
		before = t.kind;
		if (t.kind in lists)
			continue;
		if (t.kind === "queues" || t.kind === "queue")
			current = null;
		if (t.kind !== "id")
			continue;
		const digits = t.text.replace(/^0x/, "");
		const kind = current ?? (t.text.startsWith("0x") ? null :
			digits.length === 2 ? "adapter" : digits.length === 4 ? "domain" : null);
		const id = parseInt(digits, 16);
		if (kind === null || id > 255)
			return null;
		lists[kind]!.push(id);
	}
	return { apm: lists["adapter"]!, aqm: lists["domain"]!, adm: lists["control"]! };
}

function clause_of(text: string): clause | null {
	const all = tokens_of(text);
	const because = all.findIndex((t) => t.kind === "because");
	const so = all.findIndex((t) => t.kind === "so");
	const [main, cause] = because > 0 ? [all.slice(0, because), all.slice(because + 1)] :
		so > 0 ? [all.slice(so + 1), all.slice(0, so)] :
			[all.filter((t) => t.kind !== "so"), null];
	const ids = ids_in(main);

	if (ids === null || main.length === 0)
		return null;
	return {
		text, tokens: main, kinds: new Set(main.map((t) => t.kind)), cause, ...ids,
		queues: main.flatMap((t) => t.kind === "queue" ? [t.queue] : []),
	};
}

/** The queues for want of which something is so; null if the cause is another, or unclear. */
function missing_in(cause: token[]): string[] | null {
	const kinds = new Set(cause.map((t) => t.kind));
	const known = [...kinds]
		.every((k) => ["queue", "queues", "not", "bound", "unbind", "missing",
		"vfio_ap", "pause", "none", "host"].includes(k));
	const queues = cause.flatMap((t) => t.kind === "queue" ? [t.queue] : []);

	if (!known || queues.length === 0 ||
		!(kinds.has("not") || kinds.has("missing") || kinds.has("unbind")))
		return null;
	return queues;
}

function cause_queues(c: clause): string[] | null {
	return c.cause === null ? [] : missing_in(c.cause);
}

function without_cause(c: clause): boolean {
	return c.cause === null;
}

function names_units(c: clause): boolean {
	return c.apm.length + c.aqm.length + c.adm.length > 0;
}

function ends_open(c: clause): boolean {
	return c.queues.length === 0 && !names_units(c);
}

/**
 * Queues that are bound, and queues that are not, part of the sentence by part: what is said of
 * them stands behind them, or, as over a list, ahead.
 */
function by_polarity(tokens: token[]): { bound: string[]; unbound: string[]; clear: boolean } {
	const bound: string[] = [], unbound: string[] = [];
	let part: string[] = [];
	let negated = false, verb = false, ahead = false;
	const flush = (): void => {
		(negated ? unbound : bound).push(...part);
		part = [];
		negated = verb = false;
	};

	for (const [i, t] of tokens.entries()) {
		const says = ["not", "bound", "missing", "has"].includes(t.kind);

		if (part.length > 0 && (ahead ? says || t.text.includes(";") :
			t.kind === "queue" && verb && tokens[i - 1]!.kind === "pause"))
			flush();
		if (t.kind === "queue") {
			ahead = part.length === 0 ? verb : ahead;
			part.push(t.queue);
		}
		negated ||= t.kind === "not" || t.kind === "missing";
		verb ||= t.kind === "bound" || t.kind === "missing" || t.kind === "has";
	}
	flush();
	return { bound, unbound, clear: bound.length + unbound.length > 0 };
}

function read_bound(c: clause): ReturnType<frame["read"]> {
	const none = c.kinds.has("not") || c.kinds.has("none") || c.kinds.has("nothing");

	if (!c.kinds.has("bound") && !c.kinds.has("has") && !c.kinds.has("missing") ||
		names_units(c) || !without_cause(c))
		return null;
	if (c.kinds.has("has") && !c.kinds.has("vfio_ap"))
		return null;
	if (c.queues.length > 0) {
		const { bound, unbound } = by_polarity(c.tokens);

		return facts(...(bound.length === 0
			? [] : [{ fact: "bound", queues: bound } as const]),
			...(unbound.length === 0
				? [] : [{ fact: "missing", queues: unbound } as const]));
	}
	if (none)
		return facts({ fact: "bound", queues: [] });
	if (/\b(?:all|every|everything)\b/i.test(c.text))
		return facts({ fact: "bound", queues: "all" });
	return listing((queues) => [{ fact: "bound", queues }]);
}

function assigned_state(c: clause): fact {
	return { fact: "assigned", queues: c.queues.length > 0 ? c.queues : product(c.apm, c.aqm) };
}

/** Assigned in one go and in no order that is told: a state, not operations. */
function is_state(c: clause): boolean {
	return c.apm.length > 0 && c.aqm.length > 0 &&
		/\b(?:assigned|has|have|with|contains)\b/i.test(c.text) &&
		(c.kinds.has("create") || !/\b(?:gets?|then|admin\w*|user)\b/i.test(c.text));
}

function verb_of(c: clause): "assign" | "unassign" {
	return c.kinds.has("unassign") ? "unassign" : "assign";
}

function result_of(c: clause): result {
	const errno = c.tokens.find((t) => t.kind === "errno");

	if (errno !== undefined)
		return -errno_by_name(errno.text)!;
	return c.kinds.has("fails") ? "error" : "ok";
}

function assignments(c: clause): fact[] {
	const of = (which: unit, ids: number[]): fact[] =>
		ids.map((id) => ({ fact: "assign", verb: verb_of(c), unit: which, id }));
	const rc = result_of(c);

	return [...of("adapter", c.apm), ...of("domain", c.aqm), ...of("control_domain", c.adm),
		...(rc === "ok" ? [] : [{ fact: "rc", rc } as const])];
}

function read_assign(c: clause): ReturnType<frame["read"]> {
	if (!c.kinds.has("assign") && !c.kinds.has("unassign") || !without_cause(c) ||
			c.kinds.has("not") && !c.kinds.has("none"))
		return null;
	if (c.kinds.has("none"))
		return c.kinds.has("assign") ? facts({ fact: "empty_mdev" }) : null;
	if (c.queues.length > 0)
		return c.kinds.has("assign") && !names_units(c) ? facts(assigned_state(c)) : null;
	if (is_state(c))
		return facts(assigned_state(c));
	if (names_units(c))
		return { list: false, facts: () => assignments(c) };
	if (c.kinds.has("unassign"))
		return null;
	return listing((queues) => [{ fact: "assigned", queues }]);
}

function read_mdev(c: clause): ReturnType<frame["read"]> {
	if (!c.kinds.has("mdev") || !without_cause(c) || c.kinds.has("not") ||
		c.kinds.has("vfio_ap"))
		return null;
	if (c.kinds.has("none") || c.kinds.has("nothing") || c.kinds.has("create") && ends_open(c))
		return facts({ fact: "empty_mdev" });
	if (c.queues.length > 0 || c.apm.length > 0 && c.aqm.length > 0)
		return facts(assigned_state(c));
	return names_units(c) || c.tokens.length > 4 ? null :
		listing((queues) => [{ fact: "assigned", queues }]);
}

function read_bind(c: clause): ReturnType<frame["read"]> {
	const verb = c.kinds.has("unbind") ? "unbind" : "bind";
	const rc = result_of(c);

	if (c.queues.length === 0 || names_units(c) || c.kinds.has("not") || !without_cause(c) ||
			c.kinds.has("bind") === c.kinds.has("unbind"))
		return null;
	return facts(...c.queues.map((queue): fact => ({ fact: verb, queue })),
		...(rc === "ok" ? [] : [{ fact: "rc", rc } as const]));
}

function read_guest_runs(c: clause): ReturnType<frame["read"]> {
	const stop = c.kinds.has("stop");

	if (!c.kinds.has("guest") || !ends_open(c) || c.kinds.has("not") || !without_cause(c) ||
			stop === (c.kinds.has("start") || c.kinds.has("running")))
		return null;
	const empty: fact[] = !stop && c.kinds.has("mdev") && c.kinds.has("none")
		? [{ fact: "empty_mdev" }] : [];
	return facts(...empty, { fact: stop ? "stop" : "start" });
}

/** The mdev is made once more, and the guest gets it again. */
function read_again(c: clause): ReturnType<frame["read"]> {
	if (!c.kinds.has("mdev") || !c.kinds.has("attach") || !ends_open(c) || !without_cause(c) ||
		c.kinds.has("not"))
		return null;
	const made: fact[] = c.kinds.has("start")
		? [{ fact: "op", op: ["create", "m0"], who: null, rc: "ok" }] : [];

	return facts(...made, { fact: "start" });
}

/** What is said of a guest's queues with a verb of losing or gaining. */
function lost_or_gained(c: clause): fact[] {
	const loses = c.kinds.has("loses") || c.kinds.has("not");

	return [
		...(c.queues.length === 0 ? [] : [guest_form(loses ? "lacks" : "has", c.queues)]),
		...c.apm.map((id) => loses ? filtered("adapter", id, cause_queues(c)!)
			: plugged("adapter", id)),
		...c.aqm.map((id) => loses ? filtered("domain", id, cause_queues(c)!)
			: plugged("domain", id)),
	];
}

function read_guest(c: clause): ReturnType<frame["read"]> {
	const queues = c.queues.length > 0 ? c.queues : product(c.apm, c.aqm);

	if (!c.kinds.has("guest_matrix") && !(c.kinds.has("guest") && (c.kinds.has("has") ||
			c.kinds.has("loses") || c.kinds.has("gains") || c.kinds.has("gets"))) ||
				cause_queues(c) === null || c.adm.length > 0)
		return null;
	if (c.kinds.has("loses") || c.kinds.has("gains") || c.kinds.has("gets"))
		return ends_open(c) || c.kinds.has("not") && !c.kinds.has("gets") ? null :
			{ list: false, facts: () => lost_or_gained(c) };
	if (c.kinds.has("not") && c.kinds.has("has") && names_units(c) && c.queues.length === 0)
		return { list: false, facts: () => lost_or_gained(c) };
	if (!without_cause(c) && !(c.kinds.has("not") && queues.length > 0))
		return null;
	if (c.kinds.has("unchanged") || c.kinds.has("change") && c.kinds.has("not"))
		return listing((listed) => [UNCHANGED, ...[...queues, ...listed].length === 0 ? [] :
			[{ fact: "guest", queues: [...queues, ...listed] } satisfies fact]]);
	if (c.kinds.has("not"))
		return queues.length === 0 ? null : facts(guest_form("lacks", queues));
	if (c.kinds.has("none") || c.kinds.has("nothing"))
		return facts({ fact: "guest", queues: [] });
	if (queues.length === 0 && names_units(c))
		return null;
	return listing((listed) => [{ fact: "guest", queues: [...queues, ...listed] }]);
}

function read_unchanged(c: clause): ReturnType<frame["read"]> {
	const changes = c.kinds.has("change") && (c.kinds.has("nothing") || c.kinds.has("not"));
	const because = cause_queues(c);

	if (ends_open(c) && changes && because !== null && because.length > 0)
		return facts(UNCHANGED, claim({ what: "bindings", bound: false, queues: because }));
	return ends_open(c) && without_cause(c) &&
		(changes || c.kinds.has("unchanged") && c.tokens.length === 1) ?
		facts(UNCHANGED) : null;
}

/** Filtered, or plugged in, or not: what is so, and for want of which queues. */
function read_passed(c: clause): ReturnType<frame["read"]> {
	const because = cause_queues(c);
	const gone = c.kinds.has("filter") || c.kinds.has("unplug");
	const out = c.kinds.has("not") !== gone && (c.kinds.has("not") || gone);

	if (!gone && !c.kinds.has("plug") || because === null || ends_open(c) || c.adm.length > 0)
		return null;
	if (!out && because.length > 0)
		return null;
	return facts(
		...(c.queues.length === 0 ? [] : [guest_form(out ? "lacks" : "has", c.queues)]),
		...c.apm.map((id) => out ? filtered("adapter", id, because)
			: plugged("adapter", id)),
		...c.aqm.map((id) => out ? filtered("domain", id, because)
			: plugged("domain", id)));
}

/** "If we filter APID 4, the APQNs (4,0) and (4,1) will be removed." */
function read_would(c: clause): ReturnType<frame["read"]> {
	const one = [...c.apm, ...c.aqm];

	if (!c.kinds.has("filter") || !c.kinds.has("unassign") || c.queues.length === 0 ||
		one.length !== 1)
		return null;
	return facts({ fact: "would", unit: c.apm.length === 1 ? "adapter" : "domain", id: one[0]!,
		queues: c.queues });
}

/** What stays as it is meanwhile, or what would change it: neither is done. */
function read_aside(c: clause): ReturnType<frame["read"]> {
	const stays = c.kinds.has("unchanged") && c.kinds.has("mdev") && c.kinds.has("guest");

	return ends_open(c) && (stays || c.kinds.has("allows") && c.kinds.has("stop"))
		? facts() : null;
}

/** It does not come back before the guest lets the device go; if for ever, nobody asked it to. */
function read_waits(c: clause): ReturnType<frame["read"]> {
	const for_ever = /\b(?:indefinitely|for ?ever)\b/i.test(c.text);

	const removed = c.kinds.has("mdev") && (c.kinds.has("unassign") || c.kinds.has("destroy"));
	const deed: fact[] = removed
		? [{ fact: "op", op: ["destroy", "m0"], who: null, rc: "ok" }] : [];

	if (!c.kinds.has("waits") || !ends_open(c) || c.kinds.has("not") || !without_cause(c))
		return null;
	return facts(...deed, { fact: "rc", rc: "waits" },
		...(for_ever ? [claim({ what: "eventfd", mdev: "m0", which: "req", count: 0 })]
			: []));
}

/** The mdev itself is removed. */
function read_destroy(c: clause): ReturnType<frame["read"]> {
	if (!c.kinds.has("mdev") || !ends_open(c) || !without_cause(c) ||
		!(c.kinds.has("unassign") || c.kinds.has("destroy")))
		return null;
	return facts({ fact: "op", op: ["destroy", "m0"], who: null, rc: "ok" });
}

/** chzcrypt --config-off, in words */
function read_config(c: clause): ReturnType<frame["read"]> {
	const to = c.kinds.has("off") ? "off" : "on";

	if (c.kinds.has("off") === c.kinds.has("on") || c.apm.length === 0 || c.aqm.length +
		c.queues.length > 0 || !without_cause(c))
		return null;
	return facts(...c.apm.map(
		(id): fact => ({ fact: "op", op: ["config", id, to], who: null, rc: "ok" })));
}

function read_result(c: clause): ReturnType<frame["read"]> {
	if (!ends_open(c) || !without_cause(c) || c.kinds.has("not") ||
			!c.kinds.has("errno") && !c.kinds.has("works") && !c.kinds.has("fails"))
		return null;
	return facts({ fact: "rc", rc: result_of(c) });
}

function read_host(c: clause): ReturnType<frame["read"]> {
	if (!c.kinds.has("host") || !names_units(c) || !without_cause(c) || c.queues.length > 0)
		return null;
	const change = c.kinds.has("loses") || c.kinds.has("unassign") ? "removed" :
		c.kinds.has("gains") || c.kinds.has("assign") ? "added" : null;
	if (c.kinds.has("not") || c.adm.length > 0)
		return null;
	if (change === null)
		return c.kinds.has("has") ? facts({ fact: "host", apm: c.apm, aqm: c.aqm }) : null;
	return facts(...c.apm.map((id): fact => ({ fact: "config", change, unit: "adapter", id })),
		...c.aqm.map((id): fact => ({ fact: "config", change, unit: "domain", id })));
}

/** the one frame that takes what is so and what is not so in one sentence */
const BOUND_OR_NOT = "queues bound or not";

/** frames - in the order they are tried */
export const frames: readonly frame[] = [
	{
		name: "what the host has, loses or gains", kind: "set-up",
		words: "host has loses gains assign unassign not", read: read_host,
		examples: ["The host has adapters 0a and 0b and domains 0001, 0002.",
			"Adapter 0b is removed from the host's AP configuration.",
				"The host loses adapter 0b"],
	},
	{
		name: "an operation's result", kind: "expectation",
		words: "errno works fails gives assign unassign bind unbind has", read: read_result,
		examples: ["-EADDRINUSE", "assign fails with -EBUSY", "This works.",
			"It fails: Device or resource busy"],
	},
	{
		name: "an operation that waits", kind: "expectation",
		words: "waits mdev guest unassign destroy stop",
		read: read_waits, examples: ["The command hangs indefinitely"],
	},
	{
		name: "what would let it go on", kind: "prose",
		words: "allows stop mdev guest unchanged",
		read: read_aside, examples: ["the mdev remains in-use by the guest",
			"shutting down the guest will allow the command to complete"],
	},
	{
		name: "the mdev is started again and given to the guest", kind: "operation",
		words: "mdev start attach guest running works", read: read_again,
		examples: ["I verified that the mdev can be started again and re-attached to the running guest without error.",
			"the mdev is re-attached to the guest"],
	},
	{
		name: BOUND_OR_NOT, kind: "set-up",
		words: "bound vfio_ap has not missing none nothing", read: read_bound,
		examples: ["Bound queues:", "vfio_ap has 0a.0001, 0a.0002 and 0b.0001.",
			"0b.0002 is not bound to vfio_ap, 0a.0001 and 0b.0001 are.",
			"Queues bound: 0a.0001 0a.0002",
			"Now suppose APQN (4,1) does not reference a queue device bound to the vfio_ap device driver."],
	},
	{
		name: "what a way of filtering would leave", kind: "expectation",
		words: "filter unassign mdev guest_matrix guest",
		read: read_would,
		examples: ["If we filter APID 4, the APQNs (4,0) and (4,1) will be removed."],
	},
	{
		name: "a guest starts or ends", kind: "operation",
		words: "guest start running stop gets mdev has vfio_ap none", read: read_guest_runs,
		examples: ["The guest is running.", "Boot the guest",
			"The guest using the mdev is started.",
			"Shut the guest down"],
	},
	{
		name: "passed through, or filtered", kind: "expectation",
		words: "filter plug unplug gets not guest guest_matrix mdev", read: read_passed,
		examples: ["adapter 0b is not passed through because 0b.0002 is not bound",
			"0b.0002 is missing, so adapter 0b is not plugged in.",
				"domain 0002 gets hot plugged"],
	},
	{
		name: "what the guest has, loses or gains", kind: "expectation",
		words: "guest guest_matrix has loses gains gets unchanged change not none nothing vfio_ap missing",
		read: read_guest,
		examples: ["guest has 0a.0001 0a.0002", "The guest's matrix is 0a.0001, 0a.0002",
			"guest_matrix is unchanged", "The guest loses adapter 0b",
				"guest_matrix: no APQNs"],
	},
	{
		name: "nothing changes", kind: "expectation",
		words: "nothing not change unchanged guest",
		read: read_unchanged, examples: ["nothing changes", "No change."],
	},
	{
		name: "assigned to the mdev, or taken from it", kind: "operation",
		words: "assign unassign gets has mdev errno fails works gives none guest create",
		read: read_assign,
		examples: ["The admin assigns adapter 0b.", "Then 0b is assigned to the mdev",
			"add adapter 0b",
			"Adapter 0a and domains 0001 and 0002 are assigned to the mdev.",
				"assigned: 0a.0001 0a.0002"],
	},
	{
		name: "what the mdev has", kind: "set-up", words: "mdev has none nothing create",
		read: read_mdev,
		examples: [
			"The mdev has adapter 0a, domains 0001 and 0002.", "matrix:",
			"The mdev is empty",
		],
	},
	{
		name: "the mdev is removed", kind: "operation", words: "mdev unassign destroy gets",
		read: read_destroy,
		examples: ["The mdev is removed.", "destroy the mdev"],
	},
	{
		name: "a card configured off or on", kind: "operation", words: "off on host gets",
		read: read_config,
		examples: ["Card 0a is configured off.", "adapter 0b gets deconfigured"],
	},
	{
		name: "a queue bound or unbound", kind: "operation",
		words: "bind unbind gets vfio_ap errno fails works gives", read: read_bind,
		examples: [
			"Queues 0a.0002 and 0b.0002 are unbound",
			"binding 0b.0002 fails with -EBUSY",
		],
	},
];

/** C, not English */
const CODE = /[{}=&|]|\);$|\w\(|!\w/;

const ALLOWED = new Map(frames.map((f) => [f, new Set([...ALWAYS, ...f.words.split(" ")])]));

function read_clause(text: string): frame_match | null {
	const c = is_foreign(text) ? null : clause_of(text);

	if (c === null)
		return null;
	for (const f of frames) {
		const allowed = ALLOWED.get(f)!;
		const found = [...c.kinds].every((k) => allowed.has(k)) ? f.read(c) : null;

		if (found !== null)
			return { name: f.name, kind: name_kind(f, found.facts([])), ...found };
	}
	return null;
}

/** mdevs and guests by their numbers: "mdev1", "guest 2", "VM b" */
const NAMED = /\b((?:matrix[ _])?mdev|guest|vm)[ _-]?#?(\d|[ab])\b(?!\.)/gi;

/** what is said of one mdev can be said of another by its number */
const OF_ONE = new Set<fact["fact"]>([
	"assigned", "empty_mdev", "start", "stop", "assign", "guest", "expect", "rc",
]);

/** A sentence about an mdev or guest with a number, the one that goes with it having the same. */
function read_named(text: string): frame_match | null {
	const names = new Set([...text.matchAll(NAMED)].map((m) => m[2]!.toLowerCase()));

	if (names.size === 0)
		return read_clause(text);
	const found = names.size > 1 ? null : read_clause(text.replace(NAMED, "$1"));
	if (found === null || found.facts([]).some((f) => !OF_ONE.has(f.fact)))
		return null;
	const [who] = names;
	return {
		...found,
		facts: (listed) => found.facts(listed)
			.map((f): fact => f.fact === "rc" ? f : { fact: "of", who: who!, of: f }),
	};
}

function name_kind(f: frame, list: fact[]): frame_match["kind"] {
	if (list.some((it) => it.fact === "config" || it.fact === "assign"))
		return "operation";
	return list.length > 0 &&
		list.every((it) => it.fact === "assigned" || it.fact === "empty_mdev") ?
		"set-up" : f.kind;
}

/** "guest keeps A and does not see B", "05 is assigned, but 05.0047 is not bound" */
const VERB = "(?:does|do|did|is|are|was|were|gets?|got|loses?|lost|sees?|saw|keeps?|kept|has|have|had|still|remains?|stays?|" +
	"becomes?|can ?not|can|will|won't|doesn't|didn't|isn't|aren't|no longer|(?:un)?assigns?|(?:un)?binds?|starts?|stops?|" +
	"boots?|adds?|removes?|launches|fails?|works?|succeeds?|(?:re)?started|stopped|booted|re-?booted)";
const JOINT =
	new RegExp(`(?:,? (?:and|but|while|whereas|yet)|[;,])(?: (?:then|also|now|only))* (?=${VERB}\\b)`, "i");
const SUBJECT =
	new RegExp(`^(?:(?:then|now|so|but|and|afterwards),? )?(.{1,60}?) (?=${VERB}\\b)`, "i");
const JOINT_OF_TWO = new RegExp("(?:,? (?:and|but|while|whereas)|[;,])(?: (?:then|also|now))* " +
	"(?=(?:the |an? )?(?:guest|vm|adapter|domain|card|apid|apqi|admin\\w*|user|mdev|guest_matrix|shadow_apcb|nothing|it)\\b" +
	`[^,;]{0,40} ${VERB}\\b)`, "i");

/** "A bound to vfio_ap, adapter B assigned to the mdev and the guest running" */
const STATES =
	new RegExp("(?:, and|,| and|, with| with) (?=(?:the |a )?(?:guest|vm) (?:is )?(?:running|started)\\b|" +
	"(?:an? mdev with |(?:adapters?|apids?|domains?|apqis?|queues?|apqns?) )(?:[0-9a-fx., ]|and|adapters?|apids?|domains?|apqis?)*assigned\\b)", "gi");
/** "If the admin now assigns adapter 05, nothing changes." */
const WHAT_IF =
	/^(?:so |and )?(?:if|when|once|after) ((?=[^,]*\b(?:now|then|next|subsequently|later|again|assigning|unassigning|binding|unbinding)\b)[^,]{5,120}), (?:then )?(.+)$/i;
const SO =
	/, (?:so|hence|therefore) (?=(?:the )?(?:guest|shadow|adapter|domain|guest_matrix|nothing)\b)/i;
const IN_CASE =
	/^(?:so|and|now|then)?,? ?(?:if|when|given|with|say|let's say|let's assume|suppose|assume)(?: that)? (?:(?:i|we|you) )?(?:have |had )?(?=.*\b(?:bound|assigned)\b)/i;

/**
 * The two parts of a sentence with two verbs, the second with the subject of the first; or null.
 */
function parts_of(text: string): [string, string] | null {
	const states = [...text.matchAll(STATES)]
		.filter((m) => /\b(?:bound|assigned)\b/i.test(text.slice(0, m.index)));
	const so = SO.exec(text);
	const own = JOINT_OF_TWO.exec(text);
	const same = JOINT.exec(text);

	const what_if = WHAT_IF.exec(text);

	if (what_if !== null)
		return [what_if[1]!, what_if[2]!];
	const caused = so !== null && /\b(?:because|since)\b/i.test(text.slice(0, so.index))
		? so : states[0];
	if (caused !== undefined)
		return [text.slice(0, caused.index), text.slice(caused.index + caused[0].length)];
	const at = own !== null && (same === null || own.index <= same.index) ? own : same;

	if (at === null || at.index === 0)
		return null;
	const [first, rest] = [text.slice(0, at.index), text.slice(at.index + at[0].length)];
	if (at === own)
		return [first, rest];
	const subject = SUBJECT.exec(first)?.[1];
	return subject === undefined ? null : [first, `${subject} ${rest}`];
}

function joined(first: frame_match, second: frame_match): frame_match {
	const kinds = [first.kind, second.kind];
	const kind = (["operation", "expectation", "set-up"] as const)
		.find((k) => kinds.includes(k)) ?? "prose";

	return {
		name: `${first.name}; ${second.name}`, kind, list: second.list,
		facts: (listed) => [...first.facts([]), ...second.facts(listed)],
	};
}

/** Both parts; null if one of them is not read. */
function read_parts(parts: [string, string]): frame_match | null {
	const first = read_frame(parts[0]), second = read_frame(parts[1]);

	return first === null || second === null ? null : joined(first, second);
}

/** "adapter 05 is filtered (05.0047 is not bound)" */
function with_cause(text: string): string {
	return text.replace(/ \(([^()]*)\)/g, (whole, inner: string) =>
		/\bnot bound\b/i.test(inner) ? ` because ${inner}` : whole);
}

const NEGATION = /\b(?:not|no longer|n't|never|neither|nothing|none)\b|n't\b/i;

/**
 * read_frame - the frame that takes a sentence
 * @text: white space squeezed
 *
 * A sentence with two verbs is two, if each is read. If not, and it denies something, nobody knows
 * what: only lists of queues that are bound or not say it of each.
 */
export function read_frame(sentence: string): frame_match | null {
	const text = with_cause(sentence).replace(/^(?:[=-]+>|→) ?(?=-?E[A-Z])/, "gives ")
		.replace(/ =+ (?=[0-9a-f]{1,2}\.[0-9a-f])/gi, ": ")
		.replace(IN_CASE, "");

	if (text.length > 400 || CODE.test(text))
		return null;
	const parts = parts_of(text);
	const found = parts === null ? null : read_parts(parts);

	if (found !== null)
		return found;
	const whole = read_named(text);
	return parts !== null && NEGATION.test(text) && whole !== null &&
		whole.name !== BOUND_OR_NOT ? null : whole;
}
