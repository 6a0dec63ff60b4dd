// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernel messages that tell of more than themselves, and who takes which lock when.
 */
import { parse_queue, queue_ids } from "../../scenario/ids.ts";
import type { expectation, op, result } from "../../scenario/model.ts";
import { behind } from "../english/behind.ts";
import type { row } from "./look_up.ts";
import type { fact } from "./phrases.ts";

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22,27}";
const SHARED = new RegExp(
	`(?:(${UUID}): )?Userspace may not (?:re-)?assign queue (\\S+?)(?: to mdev:)? ` +
	`already assigned to \\\\? ?(${UUID})$`, "i");
const IN_USE = new RegExp(
	`(${UUID}): Can ?not reserve queue (\\S+?) for host driver: in use by mdev$`, "i");
/** What both have. */
const OF_QUEUE = /(?:assign|reserve) queue /i;
/** Where a message begins that lines of its mail stand in front of. */
const BEGINS = /\bUserspace may not\b/i;

function line(o: op, rc: result): fact {
	return { fact: "body", body: { kind: "op", op: o, rc, fail_nth: 0 } };
}

function claim(expect: expectation): fact {
	return { fact: "body", body: { kind: "expect", expect } };
}

/** A queue that m0 has is assigned to m1; the message is of one mdev and names another. */
function shared(of: string | undefined, queue: string, owner: string): fact[] {
	const [apid, apqi] = queue_ids(queue);
	const asker = of === owner ? "m0" : "m1";

	return [
		line(["bound", "all"], null),
		line(["mdev", "m0", { apm: [apid], aqm: [apqi], adm: [] }], null),
		line(["mdev", "m1", { apm: [], aqm: [apqi], adm: [] }], null),
		line(["write", "m1", "assign_adapter", `0x${apid.toString(16)}`], "error"),
		claim({ what: "log", text: `queue ${queue}` }),
		claim({ what: "log", text: "already assigned to m0" }),
		...(of === undefined
			? [] : [claim({ what: "log", text: `${asker}: Userspace may not` })]),
	];
}

/**
 * A queue that m0 has is reserved for the host's drivers. The host's domain is in aqmask all the
 * time, since kernels with driver_override would refuse it behind the mdev. @says: what the message
 * says of the queue
 */
function reserved(queue: string, says: string[]): fact[] {
	const [apid, apqi] = queue_ids(queue);

	return [
		{ fact: "mask", mask: "apmask", ids: [] },
		{ fact: "mask", mask: "aqmask", ids: [apqi] },
		line(["bound", "all"], null),
		line(["mdev", "m0", { apm: [apid], aqm: [apqi], adm: [] }], null),
		line(["apmask_store", `+${apid}`], "error"),
		...says.map((text) => claim({ what: "log", text })),
	];
}

function as_row(name: string, facts: fact[]): row {
	return { name, kind: "operation", list: false, facts: () => facts };
}

const OF_MASKS = /\b(?:ap|aq)?masks?\b|\bhost driver\b/gi;
const OF_ASSIGNMENT = /(?<!re-|may not )\b(?:un)?assign(?:ing|ment|s|_\w+)?\b/gi;

/** Whether the text in front of a message speaks of the masks, and not of an assignment since. */
function tells_of_masks(before: string): boolean {
	const last = (re: RegExp): number => [...before.matchAll(re)].at(-1)?.index ?? -1;

	return last(OF_MASKS) > last(OF_ASSIGNMENT);
}

/**
 * message_row - a message of the kernel log as what must have been done to get it
 * @before: the text in front of it: drivers up to 6.13 have one message for two cases
 */
export function message_row(text: string, before = ""): row | null {
	if (!OF_QUEUE.test(text))
		return null;
	const [, of, queue, owner] = SHARED.exec(text) ?? [];
	const taken = IN_USE.exec(text)?.[2];
	const q = parse_queue(queue ?? taken ?? "");

	if (q === null)
		return null;
	if (taken !== undefined)
		return as_row(MESSAGE, reserved(q, [`queue ${q} for host driver`]));
	return tells_of_masks(`${before} ${text.slice(0, text.search(BEGINS))}`) ?
		as_row(MESSAGE, reserved(q, [`re-assign queue ${q}`, "already assigned to m0"])) :
		as_row(MESSAGE, shared(of, q, owner!));
}

/** log_claims - of such a row what the log has, whoever did what, and whichever mdev it was */
export function log_claims({ facts }: row): fact[] {
	return facts([], []).flatMap((f): fact[] => f.fact !== "body" || f.body.kind !== "expect" ||
		f.body.expect.what !== "log" || /^m\d: /.test(f.body.expect.text) ? []
		: [{ fact: "expect", expect: { what: "log",
			text: f.body.expect.text.replace(/ m\d$/, "") } }]);
}

/** MESSAGE - the name of such a row: each is an example of its own */
export const MESSAGE = "a message of the kernel log";

const LOCK = "(?:mutex|_lock|->lock|rwsem)";
const LOCKING =
	new RegExp(behind(
		"takes?|taken|acquires?|holds?|held|releases?|drops?|waits?|waiting|blocks?|" +
	"grabs?|locks?|gets?", `${LOCK}\\b`, 120) +
	`|${LOCK}\\b(?:(?!${LOCK}\\b).){0,40}\\b(?:locked|taken|held|released)\\b`, "i");
const NAMES_LOCK = /mutex|[_>]lock|rwsem/i;
const AT_ONCE =
	/\b(?:at the same time|meanwhile|simultaneously|concurrently)\b|\bCPU ?\d\b.*\bCPU ?\d\b/i;

/** LOCKS - the name of a row about locks: it counts as a step only where steps are numbered */
export const LOCKS = "who takes or waits for which lock";

/** locks_row - a step of one of two processors: a lock is taken, or something happens meanwhile */
export function locks_row(text: string): row | null {
	return NAMES_LOCK.test(text) && LOCKING.test(text.slice(0, 600)) ||
		AT_ONCE.test(text.slice(0, 600)) ?
		{ name: LOCKS, kind: "actor", list: false, facts: () => [] } : null;
}
