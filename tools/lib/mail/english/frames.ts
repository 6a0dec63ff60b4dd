// SPDX-License-Identifier: GPL-2.0-only
/*
 * Clauses by what is in them rather than by their wording: a frame takes a clause's verb, its
 * queues, adapters and domains, and the container they are said to be in, to enter or to leave: the
 * mdev, the guest, the driver or the host. It refuses the clause if a word is left that has no
 * place in it. What no frame takes is not read.
 */
import { errno_by_name } from "#linux/errno.h";
import { ascending, product } from "../../scenario/ids.ts";
import type { expectation, result } from "../../scenario/model.ts";
import type { clause } from "./clauses.ts";
import { masks_of } from "../build/ledger.ts";
import type { fact } from "../sentence/phrases.ts";

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

type reading = { list: boolean; facts(listed: string[]): fact[] } | null;

/**
 * struct frame - a kind of clause
 * @words: the kinds of words that may be in it, besides queues, ids and units
 * @examples: sentences that it takes; a test tries each
 */
export interface frame {
	name: string;
	kind: frame_match["kind"];
	words: string;
	examples: string[];
	read(c: clause): reading;
}

/** ALWAYS - the kinds of words that any frame may have */
export const ALWAYS = ["queue", "queues", "id", "adapter", "domain", "control", "pause",
	"suppose", "be",
	"all", "actor", "joint", "or",
	"it", "out", "becomes", "besides"];

function any(c: clause, kinds: string): boolean {
	return kinds.split(" ").some((k) => c.kinds.has(k));
}

function facts(...list: fact[]): reading {
	return { list: false, facts: () => list };
}

function listing(of: (queues: string[]) => fact[]): reading {
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

/** guest_form - a claim of what the guest has, or has not, among other queues */
export function guest_form(form: "has" | "lacks", queues: string[]): fact {
	return claim({ what: "masks", of: "guest", mdev: "m0", is: { form, queues } });
}

const UNCHANGED: fact = claim({ what: "unchanged", mdev: "m0" });
const NO_QUEUES: fact = { fact: "guest", queues: [] };

function without_cause(c: clause): boolean {
	return c.cause?.length === 0;
}

function names_units(c: clause): boolean {
	return c.apm.length + c.aqm.length + c.adm.length > 0;
}

/** ends_open - whether a clause names no queue, adapter or domain */
export function ends_open(c: clause): boolean {
	return c.queues.length === 0 && !names_units(c);
}

/** It names nothing of a matrix, not even in general: "an adapter". */
function is_bare(c: clause): boolean {
	return ends_open(c) && !any(c, "adapter domain control queues");
}

function denied(c: clause): boolean {
	return c.kinds.has("not");
}

function has_none(c: clause): boolean {
	return any(c, "none nothing");
}

function of_guest(c: clause): boolean {
	return any(c, "guest guest_matrix");
}

/** "adapter 05 and both domains": some are named and others are not. */
function names_only_some(c: clause): boolean {
	const label = c.tokens.findLastIndex((t) => t.kind === "pause" && t.text === ":");
	const rest = c.tokens.slice(label + 1);
	const bare = rest.some((t, i) => (t.kind === "adapter" || t.kind === "domain") &&
		!["id", "adapter", "domain"].includes(rest[i + 1]?.kind ?? ""));

	return names_units(c) &&
		(bare || rest.some((t) => t.kind === "adapter" && c.apm.length === 0 ||
		t.kind === "domain" && c.aqm.length === 0));
}

/** "adapter 05 and queue 06.0001": its queues are not all that it names. */
function names_more(c: clause): boolean {
	const { apm, aqm } = masks_of(c.queues);
	const others = (named: number[], known: number[]): boolean =>
		named.length > 0 && ascending(named).join() !== known.join();

	return c.queues.length > 0 && !c.kinds.has("except") &&
		(others(c.apm, apm) || others(c.aqm, aqm));
}

/** The queues a clause names, or those that its adapters and domains make. */
function queues_of(c: clause): string[] {
	return c.queues.length > 0 ? c.queues : c.pairs ?? product(c.apm, c.aqm);
}

/** A heading: what it is of stands in front of a colon, or nobody does anything. */
function is_label(c: clause): boolean {
	const colon = c.tokens.findIndex((t) => t.kind === "pause" && /[:=]/.test(t.text));

	return colon >= 0 &&
		!c.tokens.slice(0, colon)
			.some((t) => t.kind === "queue" || t.kind === "id" || t.kind === "be");
}

/** What happens, rather than how things are. */
function is_dynamic(c: clause): boolean {
	return any(c, "gets becomes") ||
		c.tokens.some((t) => t.form === "finite" || t.form === "ing");
}

function bindings(c: clause, bound: boolean): reading {
	const queues = queues_of(c);

	if (!bound && c.role === "said" && NO_LONGER.test(c.text))
		return facts(...queues.map((queue): fact => ({ fact: "unbind", queue })));
	return facts(!bound ? { fact: "missing", queues } : is_later(c)
		? { fact: "bound", queues, later: true } : { fact: "bound", queues });
}

/** "then 04.0004 is bound", "if 04.0004 is bound": done, where something was set up before */
function is_later(c: clause): boolean {
	return c.role === "when" || c.kinds.has("besides") ||
		/\b(?:then|now|next|later|after(?:wards?)?|finally)\b/i.test(c.text);
}

/** "is not bound any more": it was, and it is done */
const NO_LONGER = /\bno longer\b|\bany ?(?:more|longer)\b/i;
/** "was bound again": it is done, not how things are */
const AGAIN =
	/\b(?:again|back|re-?)[ -]?bound\b|\bbound(?: to)?(?: the)?(?: vfio_ap)?(?: driver)? again\b|\bbound back(?! to)\b/i;

/** "04.0004 is bound to nothing", and no list that is empty */
function speaks_of_none(c: clause): boolean {
	return has_none(c) && c.queues.length > 0;
}

/** "all but 04.0004": and no others are named, of which it would be said */
function excepts_all_named(c: clause): boolean {
	const at = c.tokens.findIndex((t) => t.kind === "except");
	const behind = c.tokens.slice(at + 1);
	const end = behind.findIndex((t) => !["queue", "queues", "pause", "joint"]
		.includes(t.kind));
	const excepted = (end < 0 ? behind : behind.slice(0, end)).filter((t) => t.queue !== "");

	return (c.kinds.has("all") || names_units(c)) && excepted.length === c.queues.length;
}

function read_bound(c: clause): reading {
	const states = any(c, "bound in_use") || c.kinds.has("has") && c.kinds.has("vfio_ap") ||
		c.kinds.has("missing") && !of_guest(c) && !/\bthere\b/i.test(c.text);
	const unbound = c.tokens.some((it) => it.text === "unbound") && is_label(c);
	const one_unit = (c.apm.length > 0) !== (c.aqm.length > 0);

	const is_table = c.tokens.filter((t) => t.kind === "bound").length > 1 ||
		denied(c) && c.kinds.has("only") && c.queues.length > 1;

	if (is_table || names_more(c) || !states && !unbound || speaks_of_none(c) ||
		c.kinds.has("has") && c.kinds.has("unbind") || !without_cause(c) || one_unit ||
		c.kinds.has("in_use") &&
		!c.kinds.has("vfio_ap"))
		return null;
	if (c.kinds.has("except"))
		return c.queues.length === 0 || denied(c) || !excepts_all_named(c) ? null
			: bindings(c, false);
	if (c.kinds.has("bound") && (any(c, "gets becomes") || AGAIN.test(c.text)) &&
		c.queues.length > 0)
		return denied(c) ? bindings(c, false)
			: facts(...c.queues.map((queue): fact => ({ fact: "bind", queue })));
	if (!ends_open(c))
		return bindings(c, !denied(c) && !unbound && !c.kinds.has("missing"));
	if (has_none(c) || denied(c))
		return has_none(c) || /\bno\b/i.test(c.text) ? facts({ fact: "bound", queues: [] })
			: null;
	return c.kinds.has("missing") || c.kinds.has("all") && !/\b(?:all|every)/i.test(c.text) ||
		/\ball (?:two|three|four|five|six|seven|eight)\b/i.test(c.text) ? null
		: c.kinds.has("all") ? facts({ fact: "bound", queues: "all" }) :
		listing((queues) =>
			[unbound ? { fact: "missing", queues } : { fact: "bound", queues }]);
}

/** "owned by zcrypt:", and which queues those are */
function read_others(c: clause): reading {
	if (!c.kinds.has("bound") || !c.kinds.has("others_driver") ||
		!is_label(c) && !c.text.endsWith(":") ||
		names_units(c) || !without_cause(c))
		return null;
	return listing((listed) => {
		const queues = [...c.queues, ...listed];

		return queues.length === 0 ? [{ fact: "unknown" }]
			: [{ fact: "missing", queues, default: true }];
	});
}

/** "queues 04.0004 -> vfio_ap", "vfio_ap: 04.0004": no verb says it */
function read_bound_to(c: clause): reading {
	if (!c.kinds.has("vfio_ap") || c.queues.length === 0 || names_units(c) || !without_cause(c))
		return null;
	return any(c, "pause be") ? bindings(c, true) : null;
}

/** "not bound to vfio_ap but to cex4queue", "bound to cex4queue, not to vfio_ap" */
function is_theirs(c: clause): boolean {
	const at = (kind: string): number => c.tokens.findIndex((t) => t.kind === kind);
	const [not, mine, theirs] = [at("not"), at("vfio_ap"), at("others_driver")];

	return c.tokens.filter((t) => t.kind === "not").length < 2 &&
		(mine < 0 ? not < 0 : not >= 0 && not < mine && (mine < theirs || theirs < not));
}

/** "04.0004 is bound to cex4queue", "the host has 04.0004": the default drivers have it */
function read_theirs(c: clause): reading {
	if (!c.kinds.has("others_driver") || c.queues.length === 0 || names_units(c) ||
		!without_cause(c) || c.role === "when" || !is_theirs(c) ||
		!any(c, "bound has pause be"))
		return null;
	return facts({ fact: "missing", queues: c.queues, default: true });
}

/** What is assigned; the queues that this makes may be listed as well. */
function assigned_state(c: clause): reading {
	const queues = queues_of(c);
	const same = (listed: string[]): boolean => listed.length === queues.length &&
		queues.every((q) => listed.includes(q));

	return {
		list: c.text.endsWith(":"),
		facts: (listed) => listed.length === 0 || same(listed)
			? [{ fact: "assigned", queues }] : [{ fact: "unknown" }],
	};
}

/** Assigned in one go and in no order that is told: a state, not operations. */
function is_state(c: clause): boolean {
	return c.apm.length > 0 && c.aqm.length > 0 &&
		(!any(c, "actor") || c.kinds.has("has")) &&
		!/\bthen (?=(?:the )?(?:adapter|domain|card)|[0-9a-f]{2})/i.test(c.text) &&
		c.tokens.some((t) => t.form === "past" ||
			["has", "create", "gets"].includes(t.kind));
}

function result_of(c: clause): result {
	const errno = c.tokens.find((t) => t.kind === "errno");

	if (errno !== undefined)
		return -errno_by_name(errno.text)!;
	return c.kinds.has("fails") || c.kinds.has("works") && denied(c) ? "error" : "ok";
}

/** "Assigning adapter 05 fails": the step may have been told of before. */
function is_retold(c: clause): boolean {
	return c.kinds.has("result") || c.tokens.some((t) => t.form === "ing");
}

function results(c: clause): fact[] {
	const rc = result_of(c);

	return rc === "ok" ? [] : [{ fact: "rc", rc }];
}

function assignments(c: clause, verb: "assign" | "unassign"): fact[] {
	const retold = results(c).length > 0 && is_retold(c);

	return [
		...c.units.map(([which, id]): fact => ({
			fact: "assign", verb, unit: which, id, retold,
		})),
		...results(c),
	];
}

const INTO = "assign put attach plug gets gains", FROM = "unassign take detach unplug loses";

/** Assigned or unassigned, whichever words say so; null if neither or both. */
function direction(c: clause): "assign" | "unassign" | null {
	const [into, from] = [any(c, INTO), any(c, FROM)];

	return into === from ? null : into ? "assign" : "unassign";
}

/** Whether it is about an mdev: it is named, or nothing else could be meant. */
function about_mdev(c: clause): boolean {
	if (c.kinds.has("mdev"))
		return !of_guest(c) || any(c, "assign unassign");
	return any(c, "assign unassign") || any(c, "put take") && names_units(c) &&
		c.queues.length === 0 && !of_guest(c);
}

/** "All adapters and domains are assigned": whichever there are */
const ALL_THERE_IS =
	/\b(?:all|every)(?: of)?(?: the| these| its)? (?:adapters?(?:,? and |\/)(?:all |every )?(?:the )?domains?|queues|apqns)\b/i;

function takes_all(c: clause): boolean {
	return ends_open(c) && c.kinds.has("all") && ALL_THERE_IS.test(c.text) &&
		!any(c, "except only none");
}

/** "adapter 05 is not assigned", "the mdev does not have domain 0004" */
function not_assigned(c: clause): reading {
	return !names_units(c) || c.adm.length + c.queues.length > 0 || of_guest(c) ||
		!without_cause(c) || any(c, "only except none all works fails errno gives") ? null
		: facts(...c.apm.map((id): fact => ({ fact: "not_assigned", unit: "adapter", id })),
			...c.aqm.map((id): fact => ({ fact: "not_assigned", unit: "domain", id })));
}

function read_assign(c: clause): reading {
	const verb = direction(c);

	if (denied(c) && c.kinds.has("assign") && c.tokens.some((t) => t.form === "past"))
		return not_assigned(c);

	if (verb === null || !about_mdev(c) || !without_cause(c) || names_only_some(c) ||
		denied(c) && !c.kinds.has("works"))
		return null;
	if (takes_all(c))
		return verb === "assign" && (any(c, "be has gets") || c.tokens.some(
			(t) => t.kind === "assign" && t.form === "past"))
			? facts({ fact: "all_assigned" }) : null;
	if (c.kinds.has("none"))
		return verb === "assign" && ends_open(c) ? facts({ fact: "empty_mdev" }) : null;
	if (c.queues.length > 0)
		return verb === "assign" && !names_units(c) ? assigned_state(c) : null;
	if (verb === "assign" && is_state(c) && results(c).length === 0)
		return assigned_state(c);
	if (names_units(c))
		return { list: false, facts: () => assignments(c, verb) };
	return c.kinds.has("assign") && !is_dynamic(c) && !c.kinds.has("all")
		? listing((queues) => [{ fact: "assigned", queues }]) : null;
}

/** One half of a matrix, the other of which stands on another line. */
function read_units(c: clause): reading {
	const one = (c.apm.length > 0) !== (c.aqm.length > 0);

	if (!is_label(c) || !one || c.adm.length + c.queues.length > 0 || !without_cause(c) ||
		denied(c) ||
			!/^(?:and )?(?:the )?(?:adapters?|apids?|cards?|domains?|apqis?)\b/i.test(
				c.text))
		return null;
	return facts({
		fact: "units", unit: c.apm.length > 0 ? "adapter" : "domain",
		ids: [...c.apm, ...c.aqm],
	});
}

/** Once more from what is bound, to another end: what follows says which. */
function read_as_above(c: clause): reading {
	return c.kinds.has("as_above") && is_bare(c) && without_cause(c) && !denied(c)
		? facts({ fact: "variant", told: true }) : null;
}

function read_mdev(c: clause): reading {
	if (denied(c) && c.kinds.has("mdev") && c.kinds.has("has"))
		return not_assigned(c);
	if (!c.kinds.has("mdev") || !without_cause(c) || denied(c) || names_only_some(c) ||
		names_more(c))
		return null;
	if (takes_all(c))
		return c.kinds.has("has") ? facts({ fact: "all_assigned" }) : null;
	if (c.kinds.has("only") && c.queues.length + c.apm.length * c.aqm.length === 0)
		return null;
	if (has_none(c) || c.kinds.has("create") && is_bare(c))
		return facts({ fact: "empty_mdev" });
	if (any(c, "actor") && is_bare(c))
		return facts();
	if (c.queues.length > 0 || c.apm.length > 0 && c.aqm.length > 0)
		return assigned_state(c);
	if (names_units(c))
		return c.kinds.has("has") ? { list: false, facts: () => assignments(c, "assign") }
			: null;
	return c.tokens.length > 4 ? null : listing((queues) => [{ fact: "assigned", queues }]);
}

function read_bind(c: clause): reading {
	const put = any(c, "put take gets gains loses attach detach") && c.kinds.has("vfio_ap");
	const bind = c.kinds.has("bind") || put && any(c, "put gets gains attach");
	const unbind = c.kinds.has("unbind") || put && any(c, "take loses detach");

	if (c.queues.length === 0 || names_units(c) || denied(c) || !without_cause(c) ||
		bind === unbind)
		return null;
	const retold = results(c).length > 0 && is_retold(c);
	return facts(...c.queues.map(
		(queue): fact => ({ fact: bind ? "bind" : "unbind", queue, retold })),
			...results(c));
}

/** "Another guest takes it", "libvirt is restarted": not of this guest. */
const OF_OTHERS =
	/\bguests?\s+(?:takes?|took)\b|^(?!.*\b(?:guest|vm|qemu|domain)\b).*\blibvirt|\bresum/i;

function again(c: clause): "reboot" | "restart" | undefined {
	return /\breboot/i.test(c.text) ? "reboot" : /\brestart/i.test(c.text)
		? "restart" : undefined;
}

/** A guest comes or goes, or the mdev it has does. */
function read_guest_runs(c: clause): reading {
	const stop = c.kinds.has("stop");
	const start = any(c, "start running");
	const given = c.kinds.has("attach") || /\b(?:uses|using) it\b/i.test(c.text) ||
		c.kinds.has("mdev") &&
		any(c, "put plug gets gains in_use opens has");
	const taken = c.kinds.has("detach") || c.kinds.has("mdev") && any(c, "take unplug loses");

	if (!any(c, "guest qemu") || !is_bare(c) || denied(c) || !without_cause(c) ||
		c.kinds.has("all") || OF_OTHERS.test(c.text) ||
			(stop || taken) === (start || given && !stop && !taken))
		return null;
	const empty: fact[] = !stop && c.kinds.has("mdev") && c.kinds.has("none")
		? [{ fact: "empty_mdev" }] : [];
	return facts(...empty, stop || taken ? { fact: "stop" } : start && !c.kinds.has("start")
		? { fact: "start", state: true } : { fact: "start", again: again(c) });
}

/** "No guest is started yet" */
function read_idle(c: clause): reading {
	return is_bare(c) && c.kinds.has("guest") && denied(c) && without_cause(c) &&
		(any(c, "start running") ||
			c.tokens.length === 2 && c.tokens[0]!.kind === "not")
			? facts({ fact: "idle" }) : null;
}

/** "Queues 04.0004 and 05.0004 are in use by a guest" */
function read_in_use(c: clause): reading {
	if (!c.kinds.has("in_use") || !c.kinds.has("guest") || c.queues.length === 0 ||
		names_units(c) || denied(c) || !without_cause(c) || c.kinds.has("except") ||
		c.tokens.findLastIndex((t) => t.kind === "queue") >
			c.tokens.findIndex((t) => t.kind === "in_use"))
		return null;
	return facts({ fact: "start", state: true }, guest_form("has", c.queues));
}

/** The mdev is made once more. */
function read_again(c: clause): reading {
	if (!c.kinds.has("mdev") || !c.kinds.has("start") || !is_bare(c) || !without_cause(c) ||
		denied(c) || !/\bagain\b/i.test(c.text))
		return null;
	return facts({ fact: "op", op: ["create", "m0"], who: null, rc: "ok" });
}

/** Of queues that are said to be missing for a reason, the reason is a claim too. */
function reason(c: clause): fact[] {
	return c.cause!.length === 0
		? [] : [claim({ what: "bindings", bound: false, queues: c.cause! })];
}

/** What a guest does not have, or no longer. */
function gone(c: clause): fact[] {
	const units = c.apm.length + c.aqm.length > 0;

	return [
		...(c.queues.length === 0 ? [] : [guest_form("lacks", c.queues)]),
		...c.apm.map((id) => filtered("adapter", id, c.cause!)),
		...c.aqm.map((id) => filtered("domain", id, c.cause!)),
		...(units ? [] : reason(c)),
	];
}

/**
 * What a guest has besides what it had; all it has, if the guest is what is spoken of and has just
 * started.
 */
function come(c: clause): fact[] {
	const whole = is_label(c) || c.kinds.has("only");
	const units = c.apm.length > 0 && c.aqm.length > 0 && whole;
	const kept = denied(c); /* "has not lost 04.0004": it may have more */
	const first = of_guest({ ...c, kinds: new Set(c.tokens.slice(0, 2).map((t) => t.kind)) });

	if (whole && c.queues.length > 0 || units)
		return [{ fact: "guest", queues: queues_of(c) }];
	return all_of_unit(c) ?? [
		...(c.queues.length === 0
			? [] : [kept ? guest_form("has", c.queues) : { fact: "guest",
				queues: c.queues, gained: true,
				whole: first || c.queues.length > 1 } as const]),
		...c.apm.map((id) => plugged("adapter", id)),
		...c.aqm.map((id) => plugged("domain", id)),
	];
}

const COMES = "plug appear gets gains put attach available",
	GOES = "unplug filter vanish loses take detach missing";

/** "04.0004 is gone", "04.0004 shows up": where, if not in the guest */
function is_of_nobody(c: clause): boolean {
	return any(c, "vanish appear available") && !names_units(c) &&
		!any(c, "mdev host vfio_ap guest guest_matrix gets");
}

/** "Adapter 05 is missing because 05.0047 is not bound": in the guest, where else? */
function lacks_for_want(c: clause): boolean {
	return any(c, "missing vanish") && names_units(c) && (c.cause?.length ?? 0) > 0 &&
		!any(c, "mdev host vfio_ap");
}

/** "With filtering by APID the guest gets 04.0004": what the driver does, not what is filtered */
function names_filtering(c: clause): boolean {
	return c.tokens.some((t, i) => t.kind === "filter" && t.form === "ing" &&
		c.tokens[i - 1]?.kind !== "be");
}

/**
 * Whether it says of queues and the like that the guest has them now or not; null if it does not
 * say.
 */
function comes_or_goes(c: clause): "comes" | "goes" | null {
	const guests = any(c, "plug unplug filter") &&
		(!c.kinds.has("mdev") || c.kinds.has("filter")) || is_of_nobody(c) ||
		lacks_for_want(c);
	const [comes, goes] = [any(c, COMES), any(c, GOES)];

	if (any(c, `${COMES} has`) && names_filtering(c))
		return null;
	if (comes === goes && !c.kinds.has("filter") || !guests && !of_guest(c))
		return null;
	return (comes && !goes) !== denied(c) ? "comes" : "goes";
}

const COUNTS = ["", "", "both", "three", "four", "five", "six", "seven", "eight"];

function count_in(c: clause): { count?: number } {
	const count = COUNTS.findLastIndex((word) => word !== "" &&
		new RegExp(`\\b${word}\\b`, "i").test(c.text));

	return count < 0 ? {} : { count };
}

/** "all four", "both queues": all that is assigned, if it is as many */
function all_of(c: clause, but?: string[]): fact {
	return { fact: "guest_is_matrix", ...but === undefined ? {} : { but }, ...count_in(c) };
}

/** "both adapters": a number, and not of queues */
function counts_units(c: clause): boolean {
	return any(c, "adapter domain") && !c.kinds.has("queues") && "count" in count_in(c);
}

const ALL_QUEUES_OF =
	/\b(?:all|both|each|every)(?: (?:of|the|its|two|three|four)){0,3} (?:queues?|apqns?) (?:of|in|on|for|from|with) (?:the )?(?:adapter|card|apid|domain|apqi)\b/i;

/** "both queues of adapter 04" */
function all_of_unit(c: clause): fact[] | null {
	const [unit, id] = c.units[0] ?? [];

	return c.units.length !== 1 || unit === "control_domain" || !ALL_QUEUES_OF.test(c.text)
		? null : [{ fact: "guest_is_matrix", of: { unit: unit!, id: id! },
			...count_in(c) }];
}

/** "Nothing is hot plugged": nothing more */
const COMING = /\b(?:hot[ -]?)?plug(?:s|ged)?\b|\badded\b|\bappears?\b|\bshows? up\b/i;

/** "the whole adapter": of one, and nobody says which */
const ONE_UNIT = /\b(?:whole|entire) (?:\w+ )?(?:adapter|apid|card|domain|apqi|queue|apqn)\b/i;

/** "You filter all of it": what somebody's code does, not what the guest has */
function is_of_code(c: clause): boolean {
	return c.tokens.some((t, i) => t.kind === "filter" &&
		c.tokens[i - (t.form === "ing" ? 2 : 1)]?.kind === "actor");
}

/** Nothing, or all there is: of no queue in particular. */
function passed_at_large(c: clause, way: "comes" | "goes"): reading {
	if (ONE_UNIT.test(c.text) || is_of_code(c) || counts_units(c))
		return null;
	if (has_none(c) && !c.kinds.has("all"))
		return way === "goes" && any(c, GOES)
			? c.kinds.has("loses") ? null
				: facts(c.kinds.has("filter")
					? { fact: "guest_is_matrix" } : UNCHANGED) :
			!any(c, "plug available appear") ? null
				: facts(COMING.test(c.text) ? UNCHANGED : NO_QUEUES, ...reason(c));
	if (!c.kinds.has("all") || denied(c) || any(c, "only except"))
		return null;
	return facts(way === "goes" ? NO_QUEUES : all_of(c));
}

/** Filtered, or plugged in, or not: what is so, and for want of which queues. */
function read_passed(c: clause): reading {
	const way = comes_or_goes(c);
	const one_unit = names_units(c) && queues_of(c).length === 0;
	const assigns = c.tokens.some((t) => t.kind === "assign" && t.form !== "past");

	const leaves = c.tokens.findIndex((t) => /^(?:leav|left)/.test(t.text));

	if (leaves >= 0 && c.tokens.slice(leaves).some((t) => ["queue", "id"].includes(t.kind)))
		return null; /* "the filter leaves 04.0004": that is not gone */
	const of_two = c.kinds.has("guest_matrix") && any(c, "mdev unassign") ||
		c.kinds.has("mdev") && any(c, "attach detach"); /* whose queues are they? */

	if (way === null || assigns || of_two || c.kinds.has("vfio_ap") || c.cause === null ||
		c.adm.length > 0 ||
			c.kinds.has("except"))
		return null;
	if (ends_open(c))
		return without_cause(c) || way === "goes" || has_none(c) ? passed_at_large(c, way)
			: null;
	if (c.kinds.has("only") && one_unit && way === "comes" && without_cause(c) && !has_none(c))
		return facts(only_units(c));
	if (c.kinds.has("only") && (way === "goes" || one_unit) || way === "comes" &&
		!without_cause(c) || has_none(c))
		return null;
	return facts(...way === "goes" ? gone(c) : come(c));
}

/** "nothing except 04.0004", "everything but 04.0004" */
function read_all_but(c: clause, queues: string[]): reading {
	if (queues.length === 0 || !without_cause(c) || has_none(c) === c.kinds.has("all"))
		return null;
	return facts(has_none(c) ? { fact: "guest", queues }
		: all_of(c, queues));
}

/** "The guest has only domain 4": of one of its masks, whatever the other has */
function only_units({ apm, aqm }: clause): fact {
	return claim({
		what: "masks", of: "guest", mdev: "m0",
		is: {
			form: "masks", apm: apm.length > 0 ? apm : null,
			aqm: aqm.length > 0 ? aqm : null, adm: null,
		},
	});
}

/** "The guest can use 0a.0001": that one among others */
const CAN_USE =
	/\b(?:can|able to|do(?:es)? (?:now |still |indeed )?(?:see|have|get|use|show|hold))\b|\b(?:is|are) new\b/i;
/** "The guest has both 0a.0001 and 0a.0002": the two of which somebody spoke */
const BOTH_OF = /\bboth (?:queues? )?[0-9a-f]{1,2}\./i;

/** "0a.0001 is still in the guest": that one, whatever else is there */
function is_in_guest(c: clause): boolean {
	const guest = c.tokens.findIndex((t) => t.kind === "guest" || t.kind === "guest_matrix");

	return c.queues.length > 0 && !c.kinds.has("only") && !is_label(c) &&
		c.tokens.findLastIndex((t) => t.kind === "queue") < guest &&
		!/\ball (?:that|there)\b/i.test(c.text);
}

/** What a guest has, as a whole. */
function read_guest(c: clause): reading {
	const queues = queues_of(c);
	const holds = c.kinds.has("guest_matrix") || c.kinds.has("guest") &&
		(any(c, "has unchanged") || queues.length > 0 || has_none(c) &&
			(is_label(c) || c.kinds.has("be"))) ||
		c.kinds.has("it") && /\bsees?\b/.test(c.text) && queues.length > 0;

	if (!holds || c.cause === null || c.adm.length > 0 || names_more(c) ||
		c.kinds.has("mdev") && !any(c, "unchanged change guest_matrix"))
		return null;
	if (c.kinds.has("except"))
		return read_all_but(c, queues);
	if (denied(c) && names_units(c) && c.queues.length === 0 && c.kinds.has("has"))
		return facts(...gone(c));
	if (c.kinds.has("only") && names_units(c) && queues.length === 0 && c.kinds.has("has"))
		return denied(c) ? null : facts(only_units(c), ...reason(c));
	if (!without_cause(c) && queues.length === 0)
		return null;
	if (is_in_guest(c) && !denied(c) && !has_none(c))
		return facts(guest_form("has", queues), ...reason(c));
	if (c.kinds.has("unchanged") && has_none(c))
		return denied(c) ? null : facts(NO_QUEUES);
	if (any(c, "unchanged") || c.kinds.has("change") && (denied(c) || has_none(c)))
		return listing((listed) => [UNCHANGED, ...[...queues, ...listed].length === 0 ? [] :
			[{ fact: "guest", queues: [...queues, ...listed] } satisfies fact]]);
	if (denied(c))
		return queues.length > 0 ? facts(guest_form("lacks", queues), ...reason(c))
			: has_none(c) ? facts(NO_QUEUES) : null;
	if (has_none(c))
		return queues.length > 0 ? null : facts(NO_QUEUES);
	if ((c.kinds.has("besides") || queues.length === 1 && CAN_USE.test(c.text)) &&
		queues.length > 0 && !c.kinds.has("only"))
		return without_cause(c) ? facts(guest_form("has", queues)) : null;
	if (queues.length === 0 && names_units(c))
		return c.kinds.has("only") || !c.kinds.has("has") ? null : facts(...come(c));
	if (c.kinds.has("all"))
		return queues.length > 0 ? facts(BOTH_OF.test(c.text) ? guest_form("has", queues)
			: { fact: "guest", queues })
			: /\b(?:keeps?|kept|retains?)\b/i.test(c.text) ? facts(UNCHANGED)
				: names_units(c) || counts_units(c) || !without_cause(c)
					? null : facts(all_of(c));
	if (!without_cause(c))
		return queues.length === 0 ? null : facts({ fact: "guest", queues }, ...reason(c));
	const whole = c.kinds.has("only") ? { whole: true } : {};
	return queues.length === 0 && any(c, "adapter domain control") ? null :
		listing((listed) => [{ fact: "guest", queues: [...queues, ...listed], ...whole }]);
}

function read_unchanged(c: clause): reading {
	const changes = c.kinds.has("change") && (c.kinds.has("nothing") || denied(c));

	if (!ends_open(c) || c.cause === null ||
		!(changes || c.kinds.has("unchanged") &&
			c.tokens.every((t) => ["unchanged", "be", "all", "it"].includes(t.kind))))
		return null;
	return facts(UNCHANGED, ...reason(c));
}

/** read_would - "If we filter APID 4, the APQNs (4,0) and (4,1) will be removed." */
export function read_would(c: clause, left: clause): reading {
	const one = [...c.apm, ...c.aqm];

	if (!c.kinds.has("filter") || one.length !== 1 || !left.kinds.has("take") ||
		left.queues.length === 0)
		return null;
	return facts({ fact: "would", unit: c.apm.length === 1 ? "adapter" : "domain", id: one[0]!,
		queues: left.queues });
}

/** What stays as it is meanwhile, or what would change it: neither is done. */
function read_aside(c: clause): reading {
	const stays = c.kinds.has("unchanged") && c.kinds.has("mdev") && c.kinds.has("guest");

	return is_bare(c) && (stays || c.kinds.has("allows") && c.kinds.has("stop"))
		? facts() : null;
}

/** It does not come back before the guest lets the device go; if for ever, nobody asked it to. */
function read_waits(c: clause): reading {
	const for_ever = /\b(?:indefinitely|for ?ever)\b/i.test(c.text);

	const removed = c.kinds.has("mdev") && any(c, "unassign destroy take");
	const deed: fact[] = removed
		? [{ fact: "op", op: ["destroy", "m0"], who: null, rc: "ok" }] : [];

	if (!c.kinds.has("waits") || !is_bare(c) || denied(c) || !without_cause(c) ||
		c.kinds.has("guest") && !removed && !any(c, "result stop detach"))
		return null;
	return facts(...deed, { fact: "rc", rc: "waits" },
		...(for_ever ? [claim({ what: "eventfd", mdev: "m0", which: "req", count: 0 })]
			: []));
}

/** The mdev itself is removed. */
function read_destroy(c: clause): reading {
	if (!c.kinds.has("mdev") || !is_bare(c) || !without_cause(c) || denied(c) ||
		!any(c, "unassign destroy take") || OF_OTHERS.test(c.text) ||
		/\b(?:clear|strip|lift)/i.test(c.text))
		return null;
	return facts({ fact: "op", op: ["destroy", "m0"], who: null, rc: "ok" });
}

/** chzcrypt --config-off, in words */
function read_config(c: clause): reading {
	const to = c.kinds.has("off") ? "off" : "on";

	if (c.kinds.has("off") === c.kinds.has("on") || c.apm.length === 0 || c.aqm.length +
		c.queues.length > 0 || !without_cause(c) || denied(c))
		return null;
	return facts(...c.apm.map(
		(id): fact => ({ fact: "op", op: ["config", id, to], who: null, rc: "ok" })));
}

function read_result(c: clause): reading {
	const of_it = c.tokens.some((t, i) => t.form === "ing" && c.tokens[i + 1]?.kind === "it");

	if (of_it || !ends_open(c) || !without_cause(c) || !any(c, "errno works fails") ||
		denied(c) &&
		!c.kinds.has("works") ||
			c.kinds.has("fails") && c.kinds.has("works"))
		return null;
	return facts({ fact: "rc", rc: result_of(c) });
}

function read_host(c: clause): reading {
	if (!c.kinds.has("host") || !names_units(c) || !without_cause(c) || c.queues.length > 0 ||
		denied(c) || c.adm.length > 0)
		return null;
	const change = any(c, "loses unassign take vanish missing")
		? "removed" : any(c, "gains assign put appear gets") ? "added" : null;
	if (change === null)
		return c.kinds.has("has") || is_label(c) ||
			c.kinds.has("be") && c.apm.length > 0 && c.aqm.length > 0
			? facts({ fact: "host", apm: c.apm, aqm: c.aqm }) : null;
	return facts(...c.apm.map((id): fact => ({ fact: "config", change, unit: "adapter", id })),
		...c.aqm.map((id): fact => ({ fact: "config", change, unit: "domain", id })));
}

/** frames - in the order they are tried */
export const frames: readonly frame[] = [
	{
		name: "what the host has, loses or gains", kind: "set-up",
		words: "host has loses gains gets assign unassign put attach take detach vanish appear missing", read: read_host,
		examples: ["The host has adapters 0a and 0b and domains 0001, 0002.",
			"Adapter 0b is removed from the host's AP configuration.",
				"The host loses adapter 0b"],
	},
	{
		name: "an operation's result", kind: "expectation",
		words: "errno works fails gives gets assign unassign bind unbind put attach take detach has result vfio_ap not attribute", read: read_result,
		examples: ["-EADDRINUSE", "assign fails with -EBUSY", "This works.",
			"It fails: Device or resource busy"],
	},
	{
		name: "an operation that waits", kind: "expectation",
		words: "waits mdev guest unassign take detach destroy stop result",
		read: read_waits, examples: ["The command hangs indefinitely"],
	},
	{
		name: "what would let it go on", kind: "prose",
		words: "allows stop mdev guest unchanged result in_use",
		read: read_aside, examples: ["the mdev remains in-use by the guest",
			"shutting down the guest will allow the command to complete"],
	},
	{
		name: "the mdev is started again", kind: "operation",
		words: "mdev start works", read: read_again,
		examples: ["I verified that the mdev can be started again without error."],
	},
	{
		name: "queues bound or not", kind: "set-up",
		words: "bound vfio_ap has not missing none nothing gets becomes in_use unbind only except", read: read_bound,
		examples: ["Bound queues:", "vfio_ap has 0a.0001, 0a.0002 and 0b.0001.",
			"0b.0002 is not bound to vfio_ap, 0a.0001 and 0b.0001 are.",
			"Queues bound: 0a.0001 0a.0002",
			"Now suppose APQN (4,1) does not reference a queue device bound to the vfio_ap device driver."],
	},
	{
		name: "queues of the default drivers", kind: "set-up", words: "bound others_driver",
		read: read_others, examples: ["Queues owned by zcrypt: 0a.0001, 0a.0002"],
	},
	{
		name: "queues and their driver", kind: "set-up", words: "vfio_ap",
		read: read_bound_to,
		examples: ["0a.0001: vfio_ap", "vfio_ap: 0a.0001, 0a.0002"],
	},
	{
		name: "queues of a default driver", kind: "set-up",
		words: "others_driver bound has vfio_ap not besides in_use", read: read_theirs,
		examples: ["0a.0001 is bound to cex4queue", "cex4queue: 0a.0001",
			"The default drivers have 0a.0001 and 0a.0002.",
			"0a.0001 is not bound to vfio_ap but to zcrypt"],
	},
	{
		name: "a guest starts or ends", kind: "operation",
		words: "guest qemu start running stop gets gains put attach take detach plug unplug loses in_use opens mdev has vfio_ap none works", read: read_guest_runs,
		examples: ["The guest is running.", "Boot the guest",
			"The guest using the mdev is started.",
			"Shut the guest down"],
	},
	{
		name: "no guest runs", kind: "prose", words: "guest start running not mdev in_use",
		read: read_idle, examples: ["No guest is started yet.", "The guest is not running"],
	},
	{
		name: "queues in use by a guest", kind: "operation", words: "in_use guest mdev",
		read: read_in_use, examples: ["Queues 0a.0001 and 0a.0002 are in use by a guest."],
	},
	{
		name: "passed through, or filtered", kind: "expectation",
		words: "filter plug unplug appear vanish available gets gains loses put attach take detach missing becomes not none nothing only assign guest guest_matrix mdev vfio_ap", read: read_passed,
		examples: ["adapter 0b is not passed through because 0b.0002 is not bound",
			"0b.0002 is missing, so adapter 0b is not plugged in.",
			"domain 0002 gets hot plugged",
			"The guest loses adapter 0b"],
	},
	{
		name: "what the guest has, loses or gains", kind: "expectation",
		words: "guest it guest_matrix has unchanged change becomes not none nothing only except vfio_ap mdev",
		read: read_guest,
		examples: ["guest has 0a.0001 0a.0002", "The guest's matrix is 0a.0001, 0a.0002",
			"guest_matrix is unchanged", "guest_matrix: no APQNs"],
	},
	{
		name: "nothing changes", kind: "expectation",
		words: "nothing not none change unchanged guest guest_matrix",
		read: read_unchanged, examples: ["nothing changes", "No change."],
	},
	{
		name: "the mdev's adapters, or its domains", kind: "set-up", words: "assign mdev",
		read: read_units,
		examples: ["Adapters: 0a, 0b", "Domains assigned to the mdev: 0001, 0002"],
	},
	{
		name: "assigned to the mdev, or taken from it", kind: "operation",
		words: "assign unassign put attach take detach plug unplug gets gains loses has mdev errno fails works not gives none guest create result attribute configure", read: read_assign,
		examples: ["The admin assigns adapter 0b.", "Then 0b is assigned to the mdev",
			"add adapter 0b",
			"Adapter 0a and domains 0001 and 0002 are assigned to the mdev.",
				"assigned: 0a.0001 0a.0002"],
	},
	{
		name: "the same queues are bound once more", kind: "set-up", words: "as_above has",
		read: read_as_above,
		examples: ["We have the same situation regarding the bound queues as above."],
	},
	{
		name: "what the mdev has", kind: "set-up",
		words: "mdev has none nothing create configure only not", read: read_mdev,
		examples: [
			"The mdev has adapter 0a, domains 0001 and 0002.", "matrix:",
			"The mdev is empty",
		],
	},
	{
		name: "the mdev is removed", kind: "operation",
		words: "mdev unassign take detach destroy gets", read: read_destroy,
		examples: ["The mdev is removed.", "destroy the mdev"],
	},
	{
		name: "a card configured off or on", kind: "operation", words: "off on host gets",
		read: read_config,
		examples: ["Card 0a is configured off.", "adapter 0b gets deconfigured"],
	},
	{
		name: "a queue bound or unbound", kind: "operation",
		words: "bind unbind put attach take detach gets gains loses vfio_ap errno fails works gives result", read: read_bind,
		examples: [
			"Queues 0a.0002 and 0b.0002 are unbound",
			"binding 0b.0002 fails with -EBUSY",
		],
	},
];
