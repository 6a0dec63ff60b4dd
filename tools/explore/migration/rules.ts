// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must hold when a guest is migrated. A rule looks at an operation and at the states before
 * and after it, and says what is wrong.
 */
import { product } from "../../lib/scenario/ids.ts";
import type { masks } from "../../lib/scenario/model.ts";
import { apqn_of } from "../../lib/lab/names.ts";
import { mdev_of, type done, type mdev_seen, type memory, type seen } from "./machine.ts";
import { besides_of, bytes_due, queues_in } from "./operations.ts";

/** struct wrong - how a rule is broken: what is expected, and what happened */
export interface wrong {
	expected: string;
	actual: string;
}

/**
 * struct rule - something that must hold
 * @name: what --property calls it
 * @reason: why it must hold, in one sentence
 * @source: where that is written: a commit, a page, a function or a message
 * @state: true for a rule about the state alone, whatever the operation was
 * @holds: return null if it holds, and what is wrong if not
 */
export interface rule {
	name: string;
	reason: string;
	source: string;
	state?: true;
	holds: (d: done) => wrong | null;
}

const say = (expected: string, actual: string): wrong => ({ expected, actual });
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
const queues_of = ({ apm, aqm }: masks): string[] => product(apm, aqm);

function target(d: done): { m: string; was: mdev_seen | undefined; is: mdev_seen | undefined } {
	const m = mdev_of(d.deed.op) ?? "";

	return { m, was: d.before.mdevs.get(m), is: d.after.mdevs.get(m) };
}

function is_write({ deed: { op: [name] } }: done): boolean {
	return name === "mig_write" || name === "mig_carry";
}

function meanwhile({ deed: { op } }: done): boolean {
	return besides_of(op) !== undefined;
}

/* The data that an operation wrote. */
function written(d: done): string {
	return d.deed.op[0] === "mig_write" ? d.deed.op[2] : "";
}

/** what_ended - how the kernel stopped, without what it was doing */
export function what_ended({ message }: Error): string {
	return message.replace(/, (?:during|in) .*$/s, "");
}

function no_crash(d: done): wrong | null {
	return d.crash === null ? null : say("the kernel goes on", what_ended(d.crash));
}

function no_warn(d: done): wrong | null {
	return d.scripted || d.warned.length === 0 ? null
		: say("no WARN fires", `one does in ${d.warned[0]}`);
}

function locks(d: done): wrong | null {
	return d.bad_unlock ?
		say("a thread gives back the locks that it has taken",
			"it gives back another thread's") : null;
}

function inversions(d: done): wrong | null {
	return d.inversions.length === 0 ? null :
		say("locks are taken in one order", `${d.inversions[0]} are taken in both`);
}

/* The owner in the queue, the mdev's table and what is assigned must agree. */
function links(d: done): wrong | null {
	for (const [name, { owner }] of d.after.queues) {
		const tables = [...d.after.mdevs].filter(([, { linked }]) => linked.includes(name))
			.map(([m]) => m);
		const assigned = [...d.after.mdevs]
			.filter(([, { matrix }]) => queues_of(matrix).includes(name))
			.map(([m]) => m);

		if (owner === "gone")
			return say("a queue knows no mdev that is gone", "one does");
		if (tables.length > 1)
			return say("a queue is in one table at most", "one is in two");
		if (tables.length === 1 && owner !== tables[0])
			return say("a queue in an mdev's table knows that mdev", "one does not");
		if (owner !== null && tables.length === 0)
			return say("a queue that knows an mdev is in its table", "one is not");
		if (assigned.length === 1 && owner !== assigned[0])
			return say("a queue that is assigned and bound is linked to its mdev",
				"one is not");
		if (owner !== null && !assigned.includes(owner))
			return say("a queue that is not assigned is linked to nobody", "one is");
	}
	return null;
}

function no_sharing(d: done): wrong | null {
	const all = [...d.after.mdevs.values()].flatMap(({ matrix }) => queues_of(matrix));

	return new Set(all).size === all.length
		? null : say("a queue is assigned to one mdev", "one is assigned to two");
}

function guests(d: done): wrong | null {
	for (const { apcb, shadow, matrix } of d.after.mdevs.values()) {
		if (apcb === null)
			continue;
		if (!same(apcb, shadow))
			return say("a guest has what guest_matrix says", "it has something else");
		if (queues_of(apcb).some((q) => !queues_of(matrix).includes(q)))
			return say("a guest has what is assigned", "it has more");
		if (queues_of(apcb).some((q) => !d.after.queues.has(q)))
			return say("a guest has queues that are bound to vfio_ap",
				"it has another one");
	}
	return null;
}

/* Everything that a refused operation must leave alone. */
function all_of(s: seen): unknown {
	return [[...s.mdevs], [...s.queues].map(([q, { owner }]) => [q, owner])];
}

/* After an error the state is as before. A reset is excepted: it may get through some queues. */
function refused(d: done): wrong | null {
	const { op: [name], nth } = d.deed;

	if (d.result.rc >= 0 || meanwhile(d) || name === "reset" ||
		same(all_of(d.before), all_of(d.after)))
		return null;
	const { was, is } = target(d);
	const what = was === undefined || is === undefined ? "an mdev comes or goes"
		: !same(was.matrix, is.matrix) ? "what is assigned"
		: !same(was.shadow, is.shadow) ? "what the guest has"
		: was.state !== is.state ? "the migration state"
		: was.kept !== is.kept ? "what came in" : "who has which queue";

	return say("what is refused changes nothing",
		`${what} has changed${nth === 0 ? "" : ", where an allocation failed"}`);
}

function reset_what_leaves(d: done): wrong | null {
	if (["close", "destroy", "open"].includes(d.deed.op[0]) || meanwhile(d) ||
		d.deed.hw !== null)
		return null;
	for (const [m, { apcb: had }] of d.before.mdevs) {
		const has = d.after.mdevs.get(m)?.apcb;

		if (had === null || has === null || has === undefined)
			continue;
		const gone = queues_of(had).filter((q) => !queues_of(has).includes(q) &&
			d.after.queues.has(q));
		const missed = gone.filter(
			(q) => !d.result.ev.some(([name, of]) => name === "zapq" && of === q));

		if (missed.length > 0)
			return say("a queue that leaves a guest is reset", `where ${
				has.apm.length < had.apm.length ? "adapters" : "domains"} leave it is not`);
	}
	return null;
}

function memory_sound(d: done): wrong | null {
	return [...d.after.mdevs.values()].some(({ kept }) => kept === "freed") ?
		say("what an mdev keeps of the data is allocated", "it is freed") : null;
}

function nothing_left(d: done): wrong | null {
	return d.after.orphans <= d.before.orphans ? null :
		say("what comes in is freed, or kept where it will be", "it is kept by nobody");
}

/*
 * Whether the data read are not those that should follow. The field for the size is left out: it
 * has a rule of its own.
 */
function differs_from(image: string, at: number, got: string): boolean {
	const without = (text: string): string =>
		[...text].map((c, i) => at + i >= 16 && at + i < 32 ? "0" : c).join("");

	return without(image.slice(at, at + got.length)) !== without(got);
}

function read_of(d: done): { image: string; was: memory; got: string } | null {
	if (d.deed.op[0] !== "mig_read" || d.result.rc < 0)
		return null;
	const mid = d.result.ev.find(([name]) => name === "mid")?.[2] as string | undefined;

	return { image: d.image, was: d.was, got: (mid ?? "") + (d.result.out ?? "") };
}

function whole(d: done): wrong | null {
	const read = read_of(d);

	if (read === null || (d.deed.op[0] === "mig_read" && d.deed.op[2] === 0))
		return null;
	const { image, was, got } = read;

	if (got === "")
		return was.got.length < image.length && was.got !== "" ?
			say("a stream ends with the data's last byte", "it ends before") : null;
	if (!differs_from(image, was.got.length, got))
		return null;
	if (meanwhile(d) &&
		d.result.ev.every(([name, , mid]) => name !== "mid" || mid === undefined))
		return null;
	return meanwhile(d)
		? say("two readers get each byte once", "they get the same bytes, or skip some") :
		say("all that is read of a stream is of one configuration",
			"the rest is of another one");
}

function follows_state(d: done): wrong | null {
	const { was } = target(d);
	const { op } = d.deed;

	if (meanwhile(d) || d.result.rc < 0)
		return null;
	if (op[0] === "mig_read" && d.result.rc > 0 && was?.state !== "STOP_COPY")
		return say("a stream can be read in STOP_COPY",
			`it can be in ${was?.state ?? "a closed device"}, too`);
	if (is_write(d) && (d.result.rc > 0 || op[2] === "") && was?.state !== "RESUMING")
		return say("a stream can be written in RESUMING",
			`it can be in ${was?.state ?? "a closed device"}, too`);
	return null;
}

function tells_size(d: done): wrong | null {
	const read = read_of(d);

	if (read === null || meanwhile(d))
		return null;
	const all = read.was.got + read.got;

	return all.length < read.image.length || read.got === "" || all.length < 32 ||
		BigInt(`0x${all.slice(16, 32)}`) === BigInt(read.image.length / 2) ? null :
		say("config_sz in the data is their size", "it is not set");
}

function size_is_told(d: done): wrong | null {
	return d.deed.op[0] !== "mig_size" || d.result.rc !== 0 ||
		Number(d.result.out) * 2 === d.image.length ? null :
		say("the size that is told is that of the data", "it is another one");
}

function only_what_is_known(d: done): wrong | null {
	const { hw } = d.deed;

	if (hw === null || hw[1].tapq === undefined || d.result.rc < 0 ||
	    !d.result.ev.some(([name, q]) => name === "tapq" && q === hw[0]))
		return null;
	return say("what a queue says with an unknown response code is not used", "it is");
}

function asked_with_t(d: done): wrong | null {
	return d.result.ev.some(([name]) => name === "tapq") ?
		say("facilities are asked for with TAPQ's T bit", "TAPQ is issued without it")
		: null;
}

/*
 * What the driver's documentation asks of two queues: the same facilities, a type that is not
 * older, a class that can do as much, and both unbound.
 */
function fits(source: bigint, here: bigint): boolean {
	const facilities = (v: bigint): bigint => v >> 56n;
	const native = (v: bigint): boolean => (v >> 55n & 1n) !== 0n;
	const type = (v: bigint): bigint => v >> 24n & 0xffn;
	const bind = (v: bigint): bigint => v >> 46n & 3n;

	return facilities(source) === facilities(here) && type(source) <= type(here) &&
		(!native(source) || native(here)) && bind(source) === 0n && bind(here) === 0n;
}

/* Whether the data are complete and this host has everything that they ask for. */
function good(d: done, data: string): boolean {
	const queues = queues_in(data);
	const names = [...d.before.queues.keys()];
	const { m } = target(d);

	const apqns = queues.map(({ apqn }) => apqn);
	const is_free = ({ apqn, info }: typeof queues[number]): boolean => {
		const name = names.find((q) => apqn_of(q) === apqn);

		return name !== undefined && [null, m].includes(d.before.queues.get(name)!.owner) &&
			d.before.queues.get(name)!.reset === 0 && fits(info, d.info_of(name));
	};

	return bytes_due(data) === data.length / 2 && queues.length > 0 &&
		queues.every(is_free) &&
		new Set(apqns).size === apqns.length && is_product(apqns) &&
		[...d.before.mdevs].every(([name, { matrix }]) => name === m ||
			queues_of(matrix).every((q) => !apqns.includes(apqn_of(q))));
}

function is_product(apqns: number[]): boolean {
	const apids = new Set(apqns.map((a) => a >> 8)),
		apqis = new Set(apqns.map((a) => a & 0xff));

	return apids.size * apqis.size === apqns.length;
}

/* Good data must be taken if nothing else fails. */
function good_data(d: done): wrong | null {
	if (d.deed.op[0] !== "mig_write" || d.result.rc >= 0 || meanwhile(d) || d.deed.nth !== 0 ||
		d.deed.hw !== null)
		return null;
	const { was: { sent, resumed, raced } } = d;
	const { was } = target(d);
	const newest = d.before.streams.get(target(d).m)?.at(-1);

	if (was?.state !== "RESUMING" || newest?.out !== false || !newest.latest || raced ||
		!good(d, sent + written(d)))
		return null;
	return say("data that this host can take are taken",
		sent !== "" ? "in pieces they are not" :
		resumed > 0 ? "a second time they are not" : "they are refused");
}

function unfit(d: done): wrong | null {
	const data = d.was.sent + written(d);

	if (d.deed.op[0] !== "mig_write" || d.result.rc <= 0 || meanwhile(d) ||
		d.deed.hw !== null ||
	    bytes_due(data) !== data.length / 2)
		return null;
	const names = [...d.before.queues.keys()];
	const bad = queues_in(data).find(({ apqn, info }) => {
		const name = names.find((q) => apqn_of(q) === apqn);

		return name !== undefined && !fits(info, d.info_of(name));
	});

	return bad === undefined ? null :
		say("queues that are not as good here, or bound, are refused", "they are taken");
}

/* Incomplete data have no effect yet. */
function not_before_the_end(d: done): wrong | null {
	const { was, is } = target(d);
	const data = d.was.sent + written(d);

	if (d.deed.op[0] !== "mig_write" || d.result.rc < 0 || meanwhile(d) || was === undefined ||
		is === undefined ||
	    bytes_due(data) === data.length / 2)
		return null;
	const what = written(d) === "" ? "a write of nothing" : "a part of them";

	if (!same([was.matrix, was.shadow], [is.matrix, is.shadow]))
		return say("an mdev gets its configuration when all data are there",
			`${what} gives it one`);
	return was.kept === "none" && is.kept === "live" ?
		say("data are complete when all of them are there",
			`${what} is taken for all of them`) : null;
}

/* The target gets what the source had. */
function as_sent(d: done): wrong | null {
	const { was, is } = target(d);
	const data = d.was.sent + written(d);

	if (!is_write(d) || d.result.rc <= 0 || meanwhile(d) || was === undefined ||
		is === undefined)
		return null;
	if (d.deed.op[0] === "mig_carry")
		return d.source === null || d.was.sent !== "" ? null : as_source(d.source, is);
	if (bytes_due(data) !== data.length / 2)
		return null;
	const sent = queues_in(data).map(({ apqn }) => apqn);
	const has = queues_of(is.matrix).map(apqn_of);

	if (is_product(sent) && !same(has, sent.toSorted((a, b) => a - b)))
		return say("the target gets the queues of the data", "it gets others");
	if (!is_product(sent) || sent.length !== new Set(sent).size)
		return say("data that no source sends are refused", "they are taken");
	return null;
}

function as_source(source: masks, is: mdev_seen): wrong | null {
	if (!same(queues_of(source), queues_of(is.matrix)))
		return say("the target gets the queues of the source", "it gets others");
	return same(source.adm, is.matrix.adm) ? null :
		say("the target gets the control domains of the source", "it does not");
}

function keeps_control_domains(d: done): wrong | null {
	const { was, is } = target(d);

	return d.deed.op[0] !== "mig_write" || d.result.rc < 0 || meanwhile(d) ||
		was === undefined || is === undefined ||
		same(was.matrix.adm, is.matrix.adm) ? null :
		say("the target's control domains stay where the data say nothing of them",
			"they are gone");
}

function left_resuming(d: done): wrong | null {
	const { was, is } = target(d);

	return d.deed.op[0] !== "mig_state" || d.result.rc !== 0 || was?.state !== "RESUMING" ||
		is?.state === "RESUMING" ||
		d.was.sent !== "" && bytes_due(d.was.sent) === d.was.sent.length / 2 ?
		null : say("RESUMING is left with all data there", "it is left without");
}

function reset_ends(d: done): wrong | null {
	const { is } = target(d);

	if (d.deed.op[0] !== "reset" || d.result.rc !== 0 || is === undefined)
		return null;
	return is.kept !== "none" || is.resuming
		? say("a reset ends a migration", "what came in, and its stream, stay") : null;
}

function offered(d: done): wrong | null {
	return d.deed.op[0] === "mig_state" && d.result.rc === -1 ?
		say("what is offered can be done", "migration is offered, and every state refused")
		: null;
}

function stopped(d: done): wrong | null {
	const { was } = target(d);

	return d.deed.op[0] === "pqap" && d.result.rc === 0 && was?.state === "STOP" &&
		d.result.ev.some(([name]) => name === "aqic") ?
		say("a queue of a device in STOP does nothing", "it takes its guest's instructions")
		: null;
}

const UAPI = "include/uapi/linux/vfio.h, enum vfio_device_mig_state";
const DOC = "migration-v4 15/15, Documentation/arch/s390/vfio-ap.rst";

/** rules - all rules, no-oops first */
export const rules: readonly rule[] = [
	{ name: "no-oops",
		reason: "No null or freed pointer is followed, no byte behind an allocation.",
		source: "commit d50346801b4f", holds: no_crash },
	{ name: "no-warn",
		reason: "A WARN says that the driver did not expect what it does itself.",
		source: "commit b9bd10c43456", holds: no_warn },
	{ name: "locks-are-ones-own",
		reason: "What another thread has locked is still locked for it.",
		source: "Documentation/locking/mutex-design.rst", holds: locks },
	{ name: "no-inversion", reason: "Two orders of the same locks are a deadlock that waits.",
		source: "<20210408223804.0ca5ba36.pasic@linux.ibm.com>", holds: inversions },
	{ name: "links-sound",
		reason: "A queue belongs to the mdev that it is assigned to, and to no other.",
		source: "commit 1918f2b20c3d", state: true, holds: links },
	{ name: "no-sharing", reason: "Two guests of one queue would read each other's replies.",
		source: "vfio_ap_mdev_verify_no_sharing()", state: true, holds: no_sharing },
	{ name: "guest-sound", reason: "A guest has what is assigned, bound, and told of it.",
		source: "commit 917f509bfb88", state: true, holds: guests },
	{ name: "memory-sound", reason: "What is freed is used by nobody.", source: "mm/kasan",
		state: true,
		holds: memory_sound },
	{ name: "errno-pure", reason: "A refused operation has not happened.", source: "write(2)",
		holds: refused },
	{ name: "reset-before-reuse", reason: "The next owner must not find the last one's keys.",
		source: "commits f848cba767e5, f009cfa46655", holds: reset_what_leaves },
	{ name: "nothing-left", reason: "What nobody has is lost until the next boot.",
		source: "commits 65e05ec252a9, f21916ec4826", holds: nothing_left },
	{ name: "stream-whole", reason: "The target can only take one configuration.", source: UAPI,
		holds: whole },
	{ name: "stream-follows-state", reason: "A stream is of one state and ends with it.",
		source: UAPI,
		holds: follows_state },
	{ name: "stream-tells-size", reason: "The data have a field for their size.", source: DOC,
		holds: tells_size },
	{ name: "size-is-told", reason: "Who migrates asks how much there will be.", source: UAPI,
		holds: size_is_told },
	{ name: "known-is-sent", reason: "A response code that is unknown may mean anything.",
		source: "drivers/s390/crypto/ap_queue.c", holds: only_what_is_known },
	{ name: "asked-with-t", reason: "Without the T bit TAPQ says nothing of facilities.",
		source: "drivers/s390/crypto/ap_bus.c, ap_test_queue()", holds: asked_with_t },
	{ name: "good-data-are-taken", reason: "What fits can be written, in pieces of any size.",
		source: UAPI,
		holds: good_data },
	{ name: "unfit-is-refused", reason: "A guest must find on the target what it had.",
		source: DOC, holds: unfit },
	{ name: "all-or-nothing", reason: "A part of the data is no configuration.", source: UAPI,
		holds: not_before_the_end },
	{ name: "as-sent", reason: "The target has what the source had.", source: UAPI,
		holds: as_sent },
	{ name: "as-sent-control", reason: "Nobody takes control domains away.", source: DOC,
		holds: keeps_control_domains },
	{ name: "resumed-is-complete",
		reason: "Who leaves RESUMING is told whether the device can run.", source: UAPI,
		holds: left_resuming },
	{ name: "reset-ends-migration", reason: "A reset leaves a device as it was opened.",
		source: UAPI,
		holds: reset_ends },
	{ name: "offered-can-be-done", reason: "Who asks is told the truth.", source: UAPI,
		holds: offered },
	{ name: "stopped-does-nothing", reason: "In STOP a device changes nothing.", source: UAPI,
		holds: stopped },
];

/** rule_names - their names, for --property */
export const rule_names = rules.map(({ name }) => name);
