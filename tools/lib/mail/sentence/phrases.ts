// SPDX-License-Identifier: GPL-2.0-only
/*
 * The list's phrasings, one row each. A new phrasing is a new row: its pattern, examples that it
 * must match (a test tries each), and the facts it states. Patterns match a whole sentence, white
 * space squeezed, upper and lower case alike.
 *
 * In a pattern {q} is a queue, {qs} queues as in "04.0004, 04.0047 and 05.0004", {id} an adapter's
 * or domain's number, {ids} numbers, {driver} the vfio_ap driver, {mdev} the matrix mdev, {shadow}
 * the guest's masks as the driver keeps them; {content} and {shows} stand around a file.
 */
import { mask_ids, queue_name } from "../../scenario/ids.ts";
import type { expectation, op, result, statement } from "../../scenario/model.ts";
import { remembered } from "./remembered.ts";
import { number_of } from "../typed/said.ts";

/**
 * What a phrase states. Later stages turn facts into the lines of a scenario.
 *
 * "default": a zcrypt driver has them; "there": they exist, whoever has them. "later": by then, if
 * they were not before. "state": it runs, and may have been started before. "retold": with its
 * result; it may be the operation before it that it speaks of. "gained": besides what the guest
 * had; all it has if it has only just been started and the "whole" is spoken of. "stored": an mdev
 * that is created has what its definition has. "whole": no more than these; "some": maybe more.
 * "attach": of a guest that may run without the mdev. "gone": there is no such mdev. "idle": no
 * guest runs. "status": as a tool shows it. "guest_lacks": whatever has that in its name.
 * "variant": from the first set-up, another way; what comes of it is "told", or else it differs.
 * "unknown": more than is understood. "all_assigned": whatever the host has.
 */
export type fact =
	| {
		fact: "bound"; queues: string[] | "all"; later?: boolean; whole?: boolean;
		some?: boolean;
	}
	| { fact: "found"; queues: string[] }
	| { fact: "missing"; queues: string[]; default?: boolean }
	| { fact: "there"; queues: string[] }
	| { fact: "mask"; mask: "apmask" | "aqmask"; ids: number[] }
	| { fact: "define"; who: string | null; change: definition_change }
	| { fact: "assigned"; queues: string[] }
	| { fact: "all_assigned" }
	| { fact: "not_assigned"; unit: "adapter" | "domain"; id: number }
	| { fact: "host"; apm: number[]; aqm: number[] }
	| { fact: "units"; unit: "adapter" | "domain"; ids: number[] }
	| { fact: "empty_mdev" }
	| {
		fact: "start"; domain?: domain; state?: boolean; attach?: boolean;
		again?: "reboot" | "restart";
	}
	| { fact: "assign"; verb: "assign" | "unassign"; unit: unit; id: number; retold?: boolean }
	| { fact: "bind" | "unbind"; queue: string; retold?: boolean }
	| { fact: "config"; change: "removed" | "added"; unit: "adapter" | "domain"; id: number }
	| { fact: "notified" }
	| { fact: "scanned" }
	| { fact: "guest"; queues: string[]; gained?: boolean; whole?: boolean }
	| {
		fact: "guest_is_matrix"; but?: string[]; count?: number;
		of?: { unit: "adapter" | "domain"; id: number };
	}
	| { fact: "matrix_counts"; count: number }
	| { fact: "variant"; told?: boolean }
	| { fact: "stop"; domain?: domain; attach?: boolean }
	| { fact: "rc"; rc: result }
	| { fact: "would"; unit: "adapter" | "domain"; id: number; queues: string[] }
	| { fact: "op"; op: op; who: string | null; rc: result; stored?: boolean }
	| { fact: "gone"; who: string | null }
	| { fact: "idle" }
	| { fact: "status"; queue: string; text: string }
	| { fact: "guest_lacks"; like: string }
	| { fact: "unknown" }
	| { fact: "body"; body: statement["body"] }
	| { fact: "status_of_adapter"; adapter: number; text: string }
	| { fact: "expect"; expect: expectation }
	| { fact: "of"; who: string; of: fact };

/** What becomes of a definition: an attribute more, the one at a place less, or these in all. */
export type definition_change =
	| { set: [attribute: string, value: string][] }
	| { add: [attribute: string, value: string]; at: number | null }
	| { remove: number | null };

/** struct domain - a guest as libvirt calls it; the number of its mdev, if the names have one */
export interface domain {
	name: string;
	who: string | null;
}

export type unit = "adapter" | "domain" | "control_domain";

/** struct match - a phrase found: its pattern's named groups, and all queues it speaks of */
export interface match {
	groups: Record<string, string | undefined>;
	queues: string[];
}

/**
 * struct phrase - one row
 * @kind: what a line with it is counted as; "actor" rows tell of two processors at once, which
 *        is no sequence of operations and cannot be replayed
 * @list: queues may follow, on lines of their own
 */
export interface phrase {
	name: string;
	kind: "set-up" | "operation" | "expectation" | "prose" | "actor";
	pattern: RegExp;
	list: boolean;
	examples: string[];
	facts(m: match): fact[];
}

const QUEUE = "(?:0x)?[0-9a-f]{1,2}\\.(?:0x)?[0-9a-f]{1,4}";
const ID = "(?:0x)?[0-9a-f]{1,4}";
const DRIVER = "(?:the )?vfio(?:[_-]ap)?(?: device)?(?: driver)?|the (?:device )?driver|the driver";
const MDEV = "(?:the )?(?:matrix[_ ])?mdev(?:'s matrix)?";
const SHADOW = "(?:the )?shadow[_ ](?:apcb|crycb)|(?:the )?guest[_ ]matrix";
const CONTENT =
	"(?:the )?(?:queues?|apqns?|links?|contents?)(?: listed| found| shown)? (?:in|under|of) ";
const MACROS: Record<string, string> = {
	qs: `(?:${QUEUE})(?:(?:,| and|, and|, or| or| nor) (?:${QUEUE}))*`,
	ids: `${ID}(?:(?:,| and|, and) ${ID})*`,
	content: CONTENT, shows: "(?: are| is| shows?)?:?",
	q: QUEUE, id: ID, driver: `(?:${DRIVER})`, mdev: `(?:${MDEV})`, shadow: `(?:${SHADOW})`,
};

/** A pattern with its macros written out; a macro's name behind a colon captures: {id:apid}. */
function rx(pattern: string): RegExp {
	const full = pattern.replace(/\{([a-z]+)(?::([a-z0-9]+))?\}/g,
			(_whole, macro: string, name?: string) => {
		const text = MACROS[macro]!;

		return name === undefined ? `(?:${text})` : `(?<${name}>${text})`;
	});

	return new RegExp(`^(?:${full})$`, "i");
}

/** What is said of an mdev with a number, or a UUID, is said of that one. */
function of_mdev(name: string, f: fact): fact {
	return /\d/.test(name) ? { fact: "of", who: number_of(name), of: f } : f;
}

/** queues_in - the queues a text names, in its order, canonical; repeated ones stay */
export function queues_in(text: string): string[] {
	return [...text.matchAll(
		new RegExp(`(?<![0-9a-z.])${QUEUE}(?![0-9a-z]|\\.[0-9a-z])`, "gi"))]
		.map((m) => {
			const [apid, apqi] = m[0].split(".");

			return queue_name(parseInt(apid!, 16), parseInt(apqi!, 16));
		});
}

function ids_in(text: string | undefined): number[] {
	return [...(text ?? "").matchAll(/(?<![0-9a-z])(?:0x)?[0-9a-f]{1,4}(?![0-9a-z])/gi)]
		.map((m) => parseInt(m[0], 16));
}

function id_of(text: string | undefined): number {
	return parseInt(text!, 16);
}

/** "adapter", "apid" or "apqn 04" is an adapter, "domain" or "apqi" a domain */
function unit_of(word: string | undefined): "adapter" | "domain" {
	return /^(?:adapter|apid|apqn)/i.test(word!) ? "adapter" : "domain";
}

function expect(e: expectation): fact {
	return { fact: "expect", expect: e };
}

function guest_has(queues: string[]): fact {
	return expect({ what: "masks", of: "guest", mdev: "m0", is: { form: "has", queues } });
}

function guest_lacks(queues: string[]): fact {
	return expect({ what: "masks", of: "guest", mdev: "m0", is: { form: "lacks", queues } });
}

function filtered(which: "adapter" | "domain", id: number, because: string[]): fact {
	return expect({ what: "filtered", mdev: "m0", unit: which, id, because });
}

function bindings(bound: boolean, queues: string[]): fact {
	return expect({ what: "bindings", bound, queues });
}

const EMPTY_MASKS = expect({
	what: "masks", of: "guest", mdev: "m0", is: { form: "masks", apm: [], aqm: [], adm: null },
});

const nothing = (): fact[] => [];

/** "1-2" and "(1,2)", decimal, as queues */
function pairs_in(text: string | undefined): string[] {
	return [...(text ?? "").matchAll(/(?<!\d)(\d+)(?:-|, ?)(\d+)/g)]
		.map((m) => queue_name(Number(m[1]), Number(m[2])));
}

function prose(name: string, pattern: string, examples: string[], list = false): phrase {
	return { name, kind: "prose", pattern: rx(pattern), list, examples, facts: nothing };
}

function actor(name: string, pattern: string, examples: string[]): phrase {
	return { name, kind: "actor", pattern: rx(pattern), list: false, examples, facts: nothing };
}

const SET_UP: phrase[] = [
	{
		name: "queues bound", kind: "set-up", list: true,
		pattern: rx(
			"(?:and )?(?:the following )?(?:queues?(?: devices?)?|apqns) (?:are )?" +
			"bound to {driver}:?(?: {qs})?\\.?"),
		examples: [
			"Queues bound to vfio_ap:", "Queue devices bound to vfio_ap device driver:",
			"queues bound to the vfio_ap driver: 0a.0001, 0a.0002",
			"and the following queues are bound to the vfio_ap driver:",
		],
		facts: (m) => [{ fact: "bound", queues: m.queues }],
	},
	{
		name: "no queues bound", kind: "set-up", list: false,
		pattern: rx("no queues? (?:devices? )?(?:(?:is|are) )?bound to {driver}\\.?"),
		examples: ["No queues bound to vfio driver", "no queues are bound to vfio_ap"],
		facts: () => [{ fact: "bound", queues: [] }],
	},
	{
		name: "queues listed with the driver", kind: "set-up", list: true,
		pattern: rx("{content}(?:/sys)?/bus/ap/drivers/vfio_ap/?{shows}"),
		examples: ["Queues listed in /sys/bus/ap/drivers/vfio_ap:",
			"The links in /sys/bus/ap/drivers/vfio_ap are:"],
		facts: (m) => [{ fact: "bound", queues: m.queues }],
	},
	{
		name: "APQNs assigned", kind: "set-up", list: true,
		pattern: rx("apqns? (?:{qs} )?(?:is |are )?assigned to {mdev}:?(?: {qs})?\\.?"),
		examples: [
			"APQNs assigned to matrix_mdev:", "APQN 0a.0001 assigned to matrix mdev",
		],
		facts: (m) => [{ fact: "assigned", queues: m.queues }],
	},
	{
		name: "adapters and domains assigned", kind: "set-up", list: true,
		pattern: rx("(?:adapters(?: and |/)domains assigned|assignments) to {mdev}:?"),
		examples: ["Adapters and domains assigned to matrix mdev:",
			"Adapters/domains assigned to the matrix mdev:",
				"Assignments to matrix mdev:"],
		facts: (m) => [{ fact: "assigned", queues: m.queues }],
	},
	{
		name: "queues listed in the mdev's matrix", kind: "set-up", list: true,
		pattern: rx(
			"{content}/sys/devices/vfio_ap/matrix/(?<who>[^ /]{1,60})/matrix{shows}"),
		examples: ["Queues listed in /sys/devices/vfio_ap/matrix/$UUID/matrix",
			"The contents of /sys/devices/vfio_ap/matrix/$UUID/matrix:"],
		facts: (m) => [of_mdev(m.groups["who"]!, { fact: "assigned", queues: m.queues })],
	},
	{
		name: "guest's configuration, all assigned", kind: "set-up", list: true,
		pattern: rx(
			"(?:the )?guest's ap configuration \\(all (?:are )?also assigned to the " +
			"mdev's matrix\\):?"),
		examples: ["guest's AP configuration (all also assigned to the mdev's matrix):"],
		facts: (m) => [
			{ fact: "bound", queues: m.queues }, { fact: "assigned", queues: m.queues },
			{ fact: "start" }, { fact: "guest", queues: m.queues },
		],
	},
	{
		name: "matrix in pairs", kind: "set-up", list: true,
		pattern: rx("(?:suppose )?we have in matrix_mdev->matrix:?"),
		examples: ["Suppose we have in matrix_mdev->matrix:"],
		facts: (m) => [{ fact: "assigned", queues: m.queues }],
	},
	{
		name: "matrix in bits", kind: "set-up", list: false,
		pattern: rx("matrix_mdev->matrix\\.apm and matrix_mdev->matrix\\.aqm have both just bits " +
			"{ids:ids} set(?: \\(.*\\))?\\.?"),
		examples: ["matrix_mdev->matrix.apm and matrix_mdev->matrix.aqm have both just bits 2 and 3 set."],
		facts: (m) => {
			const ids = ids_in(m.groups["ids"]);

			return [{
				fact: "assigned",
				queues: ids.flatMap((a) => ids.map((d) => queue_name(a, d))),
			}];
		},
	},
	{
		name: "queues bound, in pairs", kind: "set-up", list: false,
		pattern: rx("queues bound to {driver} (?<pairs>\\(\\d+,\\d+\\)(?:, \\(\\d+,\\d+\\))*)[;.]?"),
		examples: ["Queues bound to the vfio_ap driver (2,2), (2,3);"],
		facts: (m) => [{ fact: "bound", queues: pairs_in(m.groups["pairs"]) }],
	},
	{
		name: "queue not bound, in pairs", kind: "set-up", list: false,
		pattern: rx("not bound to {driver} is (?:however )?(?<pair>\\(\\d+,\\d+\\))\\.?"),
		examples: ["not bound to vfio_ap is however (3,3)."],
		facts: (m) => [{ fact: "missing", queues: pairs_in(m.groups["pair"]) }],
	},
	{
		name: "queue found", kind: "set-up", list: false,
		pattern: rx("we find (?<pair>\\d+-\\d+) we set? \\d+ \\d+"),
		examples: ["we find 3-7 we set 3 7"],
		facts: (m) => [{ fact: "found", queues: pairs_in(m.groups["pair"]) }],
	},
	{
		name: "queue not found", kind: "set-up", list: false,
		pattern: rx("we do not find (?<pair>\\d+-\\d+)"),
		examples: ["we do not find 3-8"],
		facts: (m) => [{ fact: "missing", queues: pairs_in(m.groups["pair"]) }],
	},
	{
		name: "host configuration", kind: "set-up", list: false,
		pattern: rx("(?:let's assume )?the host(?: lpar)? has (?:usage )?domains {ids:aqm},? and " +
			"adapters {ids:apm}\\.?"),
		examples: ["Let's assume the host LPAR has usage domains 5 and 6, and adapters 1, 2, and 3."],
		facts: (m) => [{
			fact: "host", apm: ids_in(m.groups["apm"]), aqm: ids_in(m.groups["aqm"]),
		}],
	},
	{
		name: "everything is vfio_ap's", kind: "set-up", list: false,
		pattern: rx("the apmask and aqmask are both 0(?: \\(.*\\))?, all bound\\.?"),
		examples: ["The apmask and aqmask are both 0, all bound."],
		facts: () => [{ fact: "bound", queues: "all" }],
	},
	{
		name: "a mask of the bus", kind: "set-up", list: false,
		pattern: rx("(?:and |now )?(?:the )?(?:/sys/bus/ap/)?(?<mask>a[pq]mask)" +
			"(?: (?:is|was|shows|has))?(?: (?:now|then|still))? ?[:=]? ?(?<bits>0x[0-9a-f]{64})[.,;]?"),
		examples: [`apmask: 0x7${"0".repeat(63)}`],
		facts: (m) => [{
			fact: "mask", mask: m.groups["mask"]!.toLowerCase() as "apmask" | "aqmask",
			ids: mask_ids(m.groups["bits"]!)!,
		}],
	},
	{
		name: "empty mdev with a running guest", kind: "set-up", list: false,
		pattern: rx("we (?:start with|have) an empty (?:\\([^)]*\\) ?)?mdev that is tied to a " +
			"running guest[:.]?"),
		examples: ["We start with an empty mdev that is tied to a running guest:"],
		facts: () => [{ fact: "empty_mdev" }, { fact: "start" }],
	},
	{
		name: "empty mdev", kind: "set-up", list: true,
		pattern: rx(
			"we (?:start with|have) an empty (?:\\(nothing assigned\\)? ?)?mdev\\)?" +
			"(?: and the following queues are bound to {driver}:)?"),
		examples: ["We have an empty (nothing assigned) mdev and the following queues are bound to the vfio_ap driver:"],
		facts: (m) => m.queues.length === 0 ? [{ fact: "empty_mdev" }] :
			[{ fact: "empty_mdev" }, { fact: "bound", queues: m.queues }],
	},
];

const OPERATIONS: phrase[] = [
	{
		name: "assign or unassign", kind: "operation", list: false,
		pattern: rx("(?:then )?(?<verb>(?:un)?ass+ign)(?:ed|s)?[ _](?:the )?" +
			"(?<unit>adapter|domain|control[ _]domain) {id:id}" +
			"(?: (?:to|from) {mdev})?[.:]?"),
		examples: [
			"Assign domain 00ab to matrix_mdev", "unassign adapter 0a",
			"assign_domain 3",
		],
		facts: (m) => [{
			fact: "assign",
			verb: /^un/i.test(m.groups["verb"]!) ? "unassign" : "assign",
			unit: m.groups["unit"]!.toLowerCase().replace(" ", "_") as unit,
			id: id_of(m.groups["id"]),
		}],
	},
	{
		name: "queue unbound", kind: "operation", list: false,
		pattern: rx("(?:then )?(?:queue )?(?:device )?{q} (?:gets|is) (?:removed|unbound|removed " +
			"\\(unbound\\))(?: from {driver})?\\.?|(?:then )?unbind (?:queue )?(?:device )?{q}\\.?"),
		examples: ["0a.0002 gets removed (unbound)", "unbind queue 0a.0002"],
		facts: (m) => [{ fact: "unbind", queue: m.queues[0]! }],
	},
	{
		name: "queue bound", kind: "operation", list: false,
		pattern: rx(
			"(?:then )?(?:queue )?(?:device )?{q} (?:gets|is) bound to {driver}\\.?|" +
			"(?:userspace binds|bind) (?:queue )?(?:device )?{q}(?: to {driver})?\\.?"),
		examples: [
			"queue device 0a.0002 is bound to the driver",
			"Userspace binds queue 0a.0002 to vfio_ap",
		],
		facts: (m) => [{ fact: "bind", queue: m.queues[0]! }],
	},
	{
		name: "guest started", kind: "operation", list: false,
		pattern: rx("(?:the )?guest (?:is |gets )?started:?|start (?:the|a) guest\\.?"),
		examples: ["Guest started:", "start the guest"],
		facts: () => [{ fact: "start" }],
	},
	{
		name: "host loses or gains", kind: "operation", list: false,
		pattern: rx("(?<unit>apqi|apid|domain|adapter) {id:id} (?:is |gets )?(?<change>removed|added) " +
			"(?:from|to) info->a[pq]m\\.?"),
		examples: ["APQI 00ab removed from info->aqm", "APID 0a is added to info->apm"],
		facts: (m) => [{
			fact: "config", change: m.groups["change"]!.toLowerCase() as "removed"
				| "added",
			unit: unit_of(m.groups["unit"]), id: id_of(m.groups["id"]),
		}],
	},
	{
		name: "bus notifies of the change", kind: "operation", list: false,
		pattern: rx("(?:the )?ap bus notifies {driver} that (?:the )?ap configuration has changed\\.?"),
		examples: ["AP bus notifies vfio_ap that AP configuration has changed"],
		facts: () => [{ fact: "notified" }],
	},
	{
		name: "bus scan over", kind: "operation", list: false,
		pattern: rx("(?:(?:the )?ap bus notifies {driver} )?(?:that )?(?:the )?scan is " +
			"(?:over|complete|completed)\\.?"),
		examples: ["AP bus notifies vfio_ap scan is over", "scan is complete"],
		facts: () => [{ fact: "scanned" }],
	},
	{
		name: "guest matrix after a queue is bound", kind: "operation", list: true,
		pattern: rx("(?:the )?kvm guest matrix after (?:queue )?{q} is bound(?: to {driver})?:?"),
		examples: ["KVM guest matrix after queue 0a.0002 is bound to the vfio_ap driver:"],
		facts: (m) => [
			{ fact: "bind", queue: m.queues[0]! },
			{ fact: "guest", queues: m.queues.slice(1) },
		],
	},
	{
		name: "guest matrix after a queue is unbound", kind: "operation", list: true,
		pattern: rx("(?:the )?kvm guest matrix after (?:queue )?{q} is unbound(?: from {driver})?:?"),
		examples: ["KVM guest matrix after queue 0a.0002 is unbound:"],
		facts: (m) => [
			{ fact: "unbind", queue: m.queues[0]! },
			{ fact: "guest", queues: m.queues.slice(1) },
		],
	},
	{
		name: "guest matrix at start-up", kind: "operation", list: true,
		pattern: rx("(?:the )?kvm guest matrix at (?:(?:is|its|the) )?start-?up:?"),
		examples: ["KVM guest matrix at startup:", "KVM guest matrix at is startup:"],
		facts: (m) => [{ fact: "start" }, { fact: "guest", queues: m.queues }],
	},
	{
		name: "another way to the same state", kind: "operation", list: false,
		pattern: rx("or the situation where we have {qs} bound to {driver} and then " +
			"(?<last>{q}) gets unbound\\.?"),
		examples: ["or the situation where we have 2.2, 2.3, 3.2 and 3.3 bound to vfio_ap and then 3.3 gets unbound."],
		facts: (m) => {
			const queues = m.queues.slice(0, -1);

			return [
				{ fact: "variant" }, { fact: "bound", queues },
				{ fact: "assigned", queues }, { fact: "start" },
				{ fact: "unbind", queue: m.queues.at(-1)! },
			];
		},
	},
];

const EXPECTATIONS: phrase[] = [
	{
		name: "shadow_apcb unchanged", kind: "expectation", list: true,
		pattern: rx("(?:there is )?no change to {shadow}:?|{shadow} (?:remains|does not change|stays)" +
			"(?: unchanged| the same)?:?"),
		examples: ["no change to shadow_apcb:", "shadow_apcb remains"],
		facts: (m) => [
			expect({ what: "unchanged", mdev: "m0" }),
			...(m.queues.length === 0
				? [] : [{ fact: "guest", queues: m.queues } as const]),
		],
	},
	{
		name: "shadow_apcb", kind: "expectation", list: true,
		pattern: rx("(?:we end up with )?{shadow}(?: is| changes? to| becomes| after filtering| " +
			"contains)?(?: now)?:?(?: {qs})?\\.?"),
		examples: ["shadow_apcb:", "shadow apcb is", "shadow_apcb changes to:",
			"shadow_apcb after filtering:", "We end up with the guest_matrix"],
		facts: (m) => [{ fact: "guest", queues: m.queues }],
	},
	{
		name: "matrix", kind: "expectation", list: true,
		pattern: rx("and the matrix:?"),
		examples: ["and the matrix"],
		facts: (m) => [{ fact: "assigned", queues: m.queues }],
	},
	{
		name: "queues of the guest's APCB", kind: "expectation", list: true,
		pattern: rx("apqns assigned to (?:the )?apcb:?|kvm guest matrix after filtering:?"),
		examples: ["APQNs assigned to APCB:", "KVM guest matrix after filtering:"],
		facts: (m) => [{ fact: "guest", queues: m.queues }],
	},
	{
		name: "queues listed in the mdev's guest_matrix", kind: "expectation", list: true,
		pattern: rx("{content}/sys/devices/vfio_ap/matrix/(?<who>[^ /]{1,60})/guest_matrix{shows}"),
		examples: ["Queues listed in /sys/devices/vfio_ap/matrix/$UUID/guest_matrix",
			"APQNs shown in /sys/devices/vfio_ap/matrix/$UUID/guest_matrix are:"],
		facts: (m) => [of_mdev(m.groups["who"]!, { fact: "guest", queues: m.queues })],
	},
	{
		name: "queues plugged into the guest", kind: "expectation", list: false,
		pattern: rx("apqns {qs} will be assigned to the (?:crycb|apcb) and hot plugged into the kvm " +
			"guest\\.?"),
		examples: ["APQNs 0a.0001, 0a.0002 will be assigned to the CRYCB and hot plugged into the KVM guest."],
		facts: (m) => [{ fact: "guest", queues: m.queues }],
	},
	{
		name: "filtered for want of a queue", kind: "expectation", list: false,
		pattern: rx("(?:and )?(?:the )?(?<unit>adapter|apid|apqn|domain|apqi) {id:id} " +
			"(?:is|gets|was|will be) filtered(?: from {mdev}'s matrix)? because " +
			"(?:(?:queues?|apqns?) )?(?:devices? )?{qs:missing} (?:(?:is|are) )?(?:not|no longer) bound" +
			"(?: to {driver})?\\.?"),
		examples: ["Adapter 0a is filtered because queue 0a.0002 is not bound.",
			"APQI 00ab gets filtered because 0a.00ab not bound to vfio_ap",
			"apqn 0a gets filtered because queues 0a.0002 are not bound",
			"APID 0a will be filtered because APQN 0a.0002 is not bound."],
		facts: (m) => [filtered(unit_of(m.groups["unit"]), id_of(m.groups["id"]),
			m.queues)],
	},
	{
		name: "not filtered", kind: "expectation", list: false,
		pattern: rx("(?<unit>adapter|apid|domain|apqi) {id} (?:does|is) not (?:get )?filtered because " +
			"(?:queue )?{qs} (?:is|are) bound(?: to {driver})?\\.?"),
		examples: ["APQI 00ab does not get filtered because 0a.00ab is bound to vfio_ap"],
		facts: (m) => [bindings(true, m.queues), guest_has(m.queues)],
	},
	{
		name: "domains filtered", kind: "expectation", list: false,
		pattern: rx(
			"(?:and )?(?<unit>apqi|domain)s? {ids:ids} (?:gets?|is|are) filtered\\.?"),
		examples: ["and apqis 00ab and 00ac get filtered"],
		facts: (m) => ids_in(m.groups["ids"]).map((id) => filtered("domain", id, [])),
	},
	{
		name: "adapter plugged, queues bound", kind: "expectation", list: false,
		pattern: rx("because adapter {id} is checked against (?:the )?apqis .* and since (?:queues )?" +
			"{qs} are bound to {driver},? (?:the adapter|adapter {id}) is hot plugged\\.?"),
		examples: ["because adapter 0a is checked against the APQIs in the shadow_apcb (0001, " +
			"0002) and since 0a.0001 and 0a.0002 are bound to the driver, adapter 0a is hot plugged."],
		facts: (m) => [bindings(true, m.queues), guest_has(m.queues)],
	},
	{
		name: "domain rejected", kind: "expectation", list: false,
		pattern: rx("because domain {id:id} is checked against adapters assigned to {shadow} and " +
			"rejected because neither {qs} (?:is|are) bound to {driver}\\.?"),
		examples: ["because domain 00ab is checked against adapters assigned to shadow_apcb and " +
			"rejected because neither 0a.00ab nor 0b.00ab is bound to the vfio_ap driver."],
		facts: (m) => [filtered("domain", id_of(m.groups["id"]), m.queues)],
	},
	{
		name: "adapter unplugged", kind: "expectation", list: false,
		pattern: rx("with your current code we unplug adapter {id:id} from {shadow}(?: despite the " +
			"fact that {q} was not in {shadow} in the first place)?\\.?"),
		examples: ["with your current code we unplug adapter 0a from shadow_apcb despite the fact " +
			"that 0a.0002 was not in the shadow_apcb in the first place"],
		facts: (m) => [
			filtered("adapter", id_of(m.groups["id"]), []),
			...m.queues.length === 0 ? [] : [guest_lacks(m.queues)],
		],
	},
	{
		name: "nothing removed", kind: "expectation", list: false,
		pattern: rx("nothing is removed because {qs} (?:is|are) not (?:assigned to|in) {shadow}\\.?"),
		examples: ["Nothing is removed because 0a.0002 is not assigned to shadow_apcb"],
		facts: (m) => [expect({ what: "unchanged", mdev: "m0" }), guest_lacks(m.queues)],
	},
	{
		name: "all bound", kind: "expectation", list: false,
		pattern: rx("all (?:of the )?queues assigned to {mdev} are now bound\\.?"),
		examples: ["All queues assigned to the matrix mdev are now bound."],
		facts: () => [expect({ what: "all_bound", mdev: "m0" })],
	},
	{
		name: "leaves shadow_apcb", kind: "expectation", list: false,
		pattern: rx("{driver} removes (?<unit>apqi|apid) {id:id} from {shadow}\\.?|(?<unit2>apqi|apid) " +
			"{id:id2} is not in {shadow}(?: \\(.*\\))?\\.?|filtering code filters {id:id3} because it " +
			"has been removed from info->a(?<mask>[pq])m\\.?"),
		examples: ["vfio_ap removes APQI 00ab from shadow_apcb",
			"apqi 00ab is not in shadow_apcb (see 3a.)",
			"Filtering code filters 00ab because it has been removed from info->aqm"],
		facts: (m) => [filtered(
			m.groups["mask"] === undefined
				? unit_of(m.groups["unit"] ?? m.groups["unit2"]) :
				m.groups["mask"] === "p" ? "adapter" : "domain",
			id_of(m.groups["id"] ?? m.groups["id2"] ?? m.groups["id3"]), [])],
	},
	{
		name: "no bits set", kind: "expectation", list: false,
		pattern: rx("no bits (?:are )?set in {shadow}(?: because no queues are bound to {driver})?\\.?"),
		examples: ["No bits set in shadow_apcb because no queues are bound to vfio"],
		facts: () => [EMPTY_MASKS],
	},
	{
		name: "queue linked", kind: "expectation", list: false,
		pattern: rx("q->matrix_mdev is set because {q} is assigned to {mdev}\\.?"),
		examples: ["q->matrix_mdev is set because 0a.0002 is assigned to matrix mdev"],
		facts: (m) => [expect({ what: "linked", mdev: "m0", queues: m.queues })],
	},
	{
		name: "all worked", kind: "expectation", list: false,
		pattern: rx("all of these will work\\.?"),
		examples: ["all of these will work."],
		facts: () => [expect({ what: "rc", rc: "ok" })],
	},
	{
		name: "shadow_apcb empty", kind: "expectation", list: false,
		pattern: rx(
			"(?:but )?(?:again )?(?:the )?(?:resulting )?{shadow} is completely empty" +
			"(?: at the end)?(?:: .*)?[.:]?"),
		examples: ["The resulting shadow_apcb is completely empty.",
			"But again the shadow_apcb is completely empty at the end:"],
		facts: () => [EMPTY_MASKS],
	},
	{
		name: "no commit", kind: "expectation", list: false,
		pattern: rx("(?:there (?:is|was) )?no commit(?:_apcb(?:\\(\\))?)?" +
			"(?: (?:is|was) (?:made|done))?\\.?"),
		examples: ["No commit_apcb.", "There is no commit."],
		facts: () => [expect({ what: "updates", mdev: "m0", count: 0 })],
	},
	{
		name: "an adapter comes into it", kind: "set-up", list: false,
		pattern: rx("(?:and |now )?if we add in (?:an |another )?adapter {id}\\.? into the mix " +
			"with the queues {qs},? then after"),
		examples: ["And if we add in an adapter 2. into the mix with the queues 2.2 and 2.3 then after"],
		facts: (m) => [{ fact: "bound", queues: m.queues }],
	},
	{
		name: "a different result", kind: "expectation", list: false,
		pattern: rx("that is a different result compared to:?"),
		examples: ["That is a different result compared to"],
		facts: () => [{ fact: "variant" }],
	},
	{
		name: "nothing filtered", kind: "expectation", list: false,
		pattern: rx("since (?:both|all) of those apqns reference queue devices that are bound to " +
			"{driver}, nothing will get filtered from the mdev's matrix(?: when [^.]*)?\\.?"),
		examples: [
			"Since both of those APQNs reference queue devices that are bound to the " +
			"vfio_ap device driver, nothing will get filtered from the mdev's matrix."],
		facts: () => [{ fact: "guest_is_matrix" }],
	},
	{
		name: "passed through though not bound", kind: "expectation", list: false,
		pattern: rx("consequently, queue {q} will get passed through despite not being bound to " +
			"{driver}\\.?"),
		examples: ["Consequently, queue 0a.0002 will get passed through despite not being bound to the driver."],
		facts: (m) => [guest_has(m.queues), bindings(false, m.queues)],
	},
	{
		name: "would grant access", kind: "expectation", list: false,
		pattern: rx("if i read this correctly this filtering logic would grant access to " +
			"(?<pair>\\(\\d+,\\d+\\))[^.]*\\.?"),
		examples: ["If I read this correctly this filtering logic would grant access to (3,3)."],
		facts: (m) => [guest_has(pairs_in(m.groups["pair"]))],
	},
	{
		name: "masks set", kind: "expectation", list: false,
		pattern: rx("we have set apm\\((?<apm>[0-9, ]+)\\) aqm\\((?<aqm>[0-9, ]+)\\)"),
		examples: ["we have set apm(3,4) aqm(7,8)"],
		facts: (m) => [expect({
			what: "masks", of: "guest", mdev: "m0",
			is: {
				form: "masks", apm: ids_in(m.groups["apm"]),
				aqm: ids_in(m.groups["aqm"]), adm: null,
			},
		})],
	},
	{
		name: "guest can access", kind: "expectation", list: false,
		pattern: rx("the guest can access (?<pair>\\d+-\\d+) but we do not have the device\\.?"),
		examples: ["the guest can access 3-8 but we do not have the device."],
		facts: (m) => [guest_has(pairs_in(m.groups["pair"]))],
	},
	{
		name: "none of the adapter's queues passed", kind: "expectation", list: false,
		pattern: rx("the reason no queues for adapter {id:id} are listed in the guest_matrix is because " +
			"queue {q} is not bound to {driver}, so no queue associated with the adapter is passed " +
			"through to the guest(?:; therefore, each queue device for adapter {id} should display " +
			"'(?<status>[a-z_ ]+)' instead of .*)?\\.?"),
		examples: ["The reason no queues for adapter 0xa are listed in the guest_matrix is because " +
			"queue 0a.0002 is not bound to the vfio_ap device driver, so no queue associated with " +
			"the adapter is passed through to the guest."],
		facts: (m) => [
			filtered("adapter", id_of(m.groups["id"]), m.queues),
			...(m.groups["status"] === undefined ? [] : [{
				fact: "status_of_adapter", adapter: id_of(m.groups["id"]),
				text: m.groups["status"],
			} as const]),
		],
	},
	{
		name: "choice: adapter dropped", kind: "expectation", list: false,
		pattern: rx("do not set bit {id:id} in the a(?<mask>[pq])m of the guest's crycb because queue " +
			"(?<missing>{q}) is not bound to {driver}\\."),
		examples: ["Do not set bit 3 in the APM of the guest's CRYCB because queue 03.0003 is not " +
			"bound to the vfio_ap device driver."],
		facts: (m) => [filtered(/p/i.test(m.groups["mask"]!) ? "adapter" : "domain",
			id_of(m.groups["id"]), m.queues)],
	},
	{
		name: "choice: what is left", kind: "expectation", list: false,
		pattern: rx("this would preclude guest access to .* - i\\.e\\., the guest would have access to " +
			"queues {qs}\\.?"),
		examples: ["This would preclude guest access to domain 3 in both adapters - i.e., the guest " +
			"would have access to queues 02.0002 and 03.0002."],
		facts: (m) => [{ fact: "guest", queues: m.queues }],
	},
];

const PROSE: phrase[] = [
	prose("a way of filtering", "filter (?:apids|apqis|adapters|domains):?", ["Filter APIDs:"]),
	prose("what one way leaves", "apqns remaining: (?:none|{qs})\\.?",
		["APQNs remaining: None", "APQNs remaining: 0a.0001, 0a.0002"]),
	prose("filter called with",
		"because now (?:vfio_ap_mdev_)?filter_guest_matrix\\(\\) is called with " +
		"filter_apid=(?:true|false)(?: and)?",
			["because now filter_guest_matrix() is called with filter_apid=true"]),
	prose("then we do", "(?:if )?(?:then|the) we do:?", ["If then we do"]),
	prose("queues examined",
		"when domain {id} is re-assigned, since only domain {id} will be inspected, " +
		"the apqns that will be examined will be:",
		["When domain 7 is re-assigned, since only " +
		"domain 7 will be inspected, the APQNs that will be examined will be:"], true),
	prose("shadow set with", "we set the shadow_crycb with:?",
		["We set the shadow_crycb with:"]),
	prose("violates the device model", "this violates the linux device model [^.]*\\.?",
		["This violates the linux device model rule that only bound devices are passed."]),
	prose("where it was checked",
		"we did get to the loop that is checking the boundness of the queues, " +
		"but [^.]*matrix\\.apm, and adapter {id} is not in the config of the host\\.",
	["we did get to the loop that is checking the boundness of the queues, but we check against " +
		"matrix.apm, and adapter 7 is not in the config of the host."]),
	prose("what a file is for",
		"(?:using|with) (?:the |an? )*\\S+ (?:file|attribute),? (?:one|you|an admin\\w*|userspace) can .*",
		["Using the assign_adapter file, one can assign an adapter to the mdev."]),
	prose("what the next lines are for",
		"(?:for (?:example|instance),? |e\\.g\\.,? |using (?:our|the|this) example again,? )?to (?:display|view|list|get|create|delete|make|use|verify|check|find|assign|unassign|bind|unbind|give|set|change|" +
		"remove|add|take|start|show|see|reserve|configure)\\b.*:",
			["For example, to assign adapter 4 and domain 5:"]),
	prose("heading", "=+|~+|\\^+|\\*+|for example:?|(?:example|scenario|case)(?: \\d+)?:?",
		["Example:", "======="]),
	prose("legend",
		"\\(?(?:x|\\*|yes|✓|✔) ?(?:=|:|means|is) ?[a-z_ ]{1,40}(?:[,;] ?\\S{1,5} ?(?:=|:|means|is) ?[a-z_ ]{1,40})?\\)?\\.?",
		["(x = bound to vfio_ap)"]),
	prose("an answer",
		"(?:ok|okay|hm+|right|agreed|yes|yep|correct|true|exactly|sure|indeed|i agree|same here|understood|ack|fine|good)" +
		"(?:[,;] (?:right|agreed|yes|correct|i agree|that's right|sure)| so far| (?:it )?works for me(?:, too)?)?[.:!]?|" +
		"(?:this |that |it )?works for me(?:, too)?[.:!]?",
			["Agreed.", "Yes, right.", "Fine so far."]),
	prose("what is meant",
		"i(?:'ll| will)? (?:assume|take it|guess|suppose|believe)(?: that)? you (?:mean|meant) [^.\\d]{1,200}\\.?",
		["I assume you mean that they are bound to vfio_ap."]),
	prose("what could make it so",
		"the only way (?:for )?(?:this|that|it) (?:could|can|would|to)(?: ever)? happen is (?:if|when) [^;]{1,200}\\.",
		["The only way this could happen is if somebody unbinds queue 0a.0001."]),
	prose("what a directory shows",
		"the (?:sysfs )?directory (?:for|of) the vfio_ap(?: device)? driver (?:will )?(?:now )?(?:contains?|shows?|has) " +
		"(?:symbolic )?links to the (?:ap )?queue(?: device)?s(?: that are)? bound to it:",
		["The directory of the vfio_ap driver now has links to the queues bound to it:"]),
	prose("what masks follow",
		"(?:\\* |this (?:will )?(?:results?|ends?) in )?(?:the )?(?:apmask and aqmask|(?:following )?(?:new )?masks)(?: (?:are|is))?" +
		"(?: (?:configured|set))?(?: (?:as follows|specify the following|like this))?:",
		["The apmask and aqmask are configured as follows:",
			"This will result in the following new masks:"]),
	prose("what comes next",
		"(?:actual |expected )?(?:results?|outcome|output|steps(?: to reproduce)?|set-?up|then|then run|now run|i run|run|" +
		"(?:if|when) (?:we|you|i) (?:now |then )?(?:execute|run|type|do) (?:the following|this|these commands)|" +
		"before|after|afterwards|actual|expected|observed|commands?|log|transcript|test)(?: (?:is|are))?:?", ["Result:", "Steps to reproduce:"]),
	prose("a tool's answer",
		"(?:domain \\S{1,60} (?:started|destroyed|is being shutdown|(?:created|defined)(?: from .{1,60})?|saved)|" +
		"device (?:attached|detached) successfully|" +
		"(?:destroyed |undefined )?(?:node )?device '?mdev_[^ ']{1,60}'?(?: (?:started|created|destroyed|defined)(?: from .{1,60})?)?|" +
		"connected to domain .{1,60}|created device .{1,60})\\.?",
		["Domain 'g1' started", "Device attached successfully"]),
	prose("reader's remark", "\\(see .*\\)|\\[\\.\\.\\]|bang!", ["BANG!"]),
];

const LOCK = "(?:the )?(?:ap_perms_mutex|matrix_dev->lock|kvm->lock|vcpu->mutex|ap_attr_mutex)";
const CALLER = "(?:[a-z_]+\\(\\)|user|another user)";

const ACTORS: phrase[] = [
	actor("takes a lock", `${CALLER} takes ${LOCK}(?: does the assign.*)?`,
		["apmask_store() takes ap_perms_mutex"]),
	actor("tries to take a lock",
		`${CALLER} calls [a-z_]+(?:\\(\\))? which (?:tries to take|takes) ${LOCK}`,
		["apmask_store() calls vfio_ap_mdev_resource_in_use() which tries to take matrix_dev->lock"]),
	actor("releases a lock",
		`${CALLER} (?:releases ${LOCK}(?: and .*)?|carries on, does the update .*)`,
		["vfio_ap_mdev_resource_in_use() releases matrix_dev->lock and returns 0"]),
	actor("changes the masks while",
		"user changes apmask or aqmask attempting to take queue \\S+ away from {driver}\\.?",
		["User changes apmask or aqmask attempting to take queue xx.yyyy away from the vfio_ap driver."]),
	actor("in_use finds nothing",
		"the in_use callback does not detect the affected queues to be in use .*",
		["The in_use callback does not detect the affected queues to be in use (none assigned)."]),
	actor("assigned meanwhile", "another user assigns queue xx\\.yyyy to an mdev\\.?",
		["Another user assigns queue xx.yyyy to an mdev"]),
	actor("memcpy done",
		"the memcpy is performed and ownership of xx\\.yyyy is transferred to the host\\.?",
		["The memcpy is performed and ownership of xx.yyyy is transferred to the host."]),
	actor("reprobed afterwards",
		"afterward, the queues are reprobed which results in (?:(?! xx).)* xx\\.yyyy.*",
		["Afterward, the queues are reprobed which results in a remove for xx.yyyy."]),
	actor("stolen", "the queues get 'stolen' from vfio ap while used\\.?",
		["The queues get 'stolen' from vfio ap while used."]),
];

/** phrases - every row, in the order they are tried */
export const phrases: readonly phrase[] = [
	...SET_UP, ...OPERATIONS, ...EXPECTATIONS, ...PROSE, ...ACTORS,
];

/**
 * find_phrase - the row that matches a sentence
 * @text: white space squeezed
 */
export const find_phrase: (text: string) => { phrase: phrase; match: match }
		| null = remembered((text) => {
	for (const p of phrases) {
		const m = p.pattern.exec(text);

		if (m !== null)
			return {
				phrase: p, match: {
					groups: { ...m.groups }, queues: queues_in(text),
				},
			};
	}
	return null;
});
