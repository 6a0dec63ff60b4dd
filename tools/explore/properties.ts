// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must always hold. A property is about a state, or about a step from one state to the next.
 * It looks at what a guest and a host can observe. It names a reason why it should hold, and the
 * source of that reason.
 */
import { adapter_name, domain_name } from "../lib/scenario/ids.ts";
import type { expectation } from "../lib/scenario/model.ts";
import { ids_in, ids_of, queue_of, series_of, type machine_size, type space_op } from "./space.ts";
import {
	VFIO_AP, present, type mask_set, type mdev_state, type observation, type outcome,
	type queue_view,
} from "./world.ts";

/** How a driver promises to make a guest's matrix of what is assigned. */
export type declared_rule = "drop adapters with a hole" | "give what fits";

/**
 * declared_rule_of - the rule of a driver
 *
 * v11 and v12 add an adapter or a domain if all of its queues that the guest would get are bound.
 * From v13 on, a guest gets everything that is assigned and in the host, except each adapter with a
 * missing queue. A posting after some of its patches has the rule of the whole posting.
 */
export function declared_rule_of(label: string): declared_rule {
	return ["v11", "v12"].includes(series_of(label)) ? "give what fits"
		: "drop adapters with a hole";
}

/** struct surroundings - what a property knows besides the state */
export interface surroundings {
	size: machine_size;
	rule: declared_rule;
}

/** struct step - an operation with the states around it */
export interface step {
	before: observation;
	after: observation;
	op: space_op;
	result: outcome;
}

/**
 * struct complaint - what is wrong
 * @m: the number of the mdev
 * @expected, @actual: in words
 * @expect: the same as an expectation of a scenario, if its notation can say it
 */
export interface complaint {
	m: number;
	expected: string;
	actual: string;
	expect: expectation | null;
}

/**
 * struct property - something that must hold
 * @state: checks a state; null if the property holds
 * @step: checks an operation; null if the property holds
 *
 * history-free has neither. It compares states that were reached in different ways.
 */
export interface property {
	name: string;
	reason: string;
	source: string;
	state?: (s: observation, in_: surroundings) => complaint | null;
	step?: (t: step, in_: surroundings) => complaint | null;
}

const PASSABLE = [0x00, 0x03, 0x04];


/* Whether a queue is in the product of two masks. */
function in_product(m: mask_set, q: number, domains: number): boolean {
	return (m.apm >>> Math.floor(q / domains) & m.aqm >>> q % domains & 1) !== 0;
}

function is_present(s: observation, q: number, domains: number): boolean {
	return present(s, Math.floor(q / domains), q % domains);
}

/* The names of the queues for which a condition holds. */
function names(s: observation, size: machine_size, pick: (q: number) => boolean): string[] {
	return s.queues.flatMap((_, q) => pick(q) ? [queue_of(size, q)] : []);
}

function list(queues: readonly string[]): string {
	return queues.length === 0 ? "no queue" : queues.join(" ");
}

function same_masks(a: mask_set, b: mask_set): boolean {
	return a.apm === b.apm && a.aqm === b.aqm && a.adm === b.adm;
}

/** masks_text - adapters, domains and control domains in words */
export function masks_text(m: mask_set, size: machine_size): string {
	const text = (ids: number[], name: (id: number) => string): string =>
		ids.length === 0 ? "-" : ids.map(name).join(" ");

	return `adapters ${text(ids_in(m.apm, size.apids), adapter_name)}, domains ${
		text(ids_in(m.aqm, size.apqis), domain_name)}, control domains ${
		text(ids_in(m.adm, size.cdids), domain_name)}`;
}

/** masks_are - the expectation that masks are these */
export function masks_are(
	of: "apcb" | "matrix", m: number, masks: mask_set, size: machine_size,
): expectation {
	return {
		what: "masks", of, mdev: `m${m}`,
		is: {
			form: "masks", apm: ids_in(masks.apm, size.apids),
			aqm: ids_in(masks.aqm, size.apqis),
			adm: ids_in(masks.adm, size.cdids),
		},
	};
}

/* The complaint about the first guest that has something which no guest may have. */
function no_guest_has(
	s: observation, size: machine_size, allowed: (m: mdev_state) => mask_set, what: string,
): complaint | null {
	for (let i = 0; i < s.mdevs.length; i++) {
		const m = s.mdevs[i];

		if (!m.guest)
			continue;
		const may = allowed(m);

		if ((m.apcb.apm & ~may.apm | m.apcb.aqm & ~may.aqm | m.apcb.adm & ~may.adm) === 0)
			continue;
		const should = {
			apm: m.apcb.apm & may.apm, aqm: m.apcb.aqm & may.aqm,
			adm: m.apcb.adm & may.adm,
		};

		return {
			m: i,
			expected: `the guest has nothing that is not ${what}: ${masks_text(should, size)}`,
			actual: masks_text(m.apcb, size),
			expect: masks_are("apcb", i, should, size),
		};
	}
	return null;
}

function usable(q: queue_view): boolean {
	return q.driver === VFIO_AP && PASSABLE.includes(q.reset);
}

function queue_bound(s: observation, { size }: surroundings): complaint | null {
	for (let m = 0; m < s.mdevs.length; m++) {
		if (!s.mdevs[m].guest)
			continue;
		for (let q = 0; q < s.queues.length; q++) {
			if (usable(s.queues[q]) || !in_product(s.mdevs[m].apcb, q, size.domains) ||
			    !is_present(s, q, size.domains))
				continue;
			const wrong = names(s, size, (n) => !usable(s.queues[n]) &&
				in_product(s.mdevs[m].apcb, n, size.domains) &&
					is_present(s, n, size.domains));

			return {
				m,
				expected: `the guest has no queue that vfio_ap cannot pass: not ${list(wrong)}`,
				actual: masks_text(s.mdevs[m].apcb, size),
				expect: {
					what: "masks", of: "apcb", mdev: `m${m}`,
					is: { form: "lacks", queues: wrong },
				},
			};
		}
	}
	return null;
}

function no_sharing(s: observation, { size }: surroundings): complaint | null {
	const meet = (a: mask_set, b: mask_set): boolean =>
		(a.apm & b.apm) !== 0 && (a.aqm & b.aqm) !== 0;

	for (let a = 0; a < s.mdevs.length; a++)
		for (let b = a + 1; b < s.mdevs.length; b++)
			if (meet(s.mdevs[a].matrix, s.mdevs[b].matrix) ||
				meet(s.mdevs[a].apcb, s.mdevs[b].apcb))
				return {
					m: b, expected: `no queue of m${a} is m${b}'s too`,
					actual: `${masks_text(s.mdevs[a].matrix, size)}; ${masks_text(s.mdevs[b].matrix, size)}`,
					expect: { what: "rc", rc: "error" },
				};
	return null;
}

function apcb_is_shadow(s: observation, { size }: surroundings): complaint | null {
	for (let m = 0; m < s.mdevs.length; m++) {
		const { guest, apcb, shadow } = s.mdevs[m];

		if (guest && !same_masks(apcb, shadow))
			return {
				m,
				expected: `the guest has what guest_matrix says: ${masks_text(shadow, size)}`,
				actual: masks_text(apcb, size),
				expect: masks_are("apcb", m, shadow, size),
			};
	}
	return null;
}

/*
 * What is assigned and in the host, without each adapter that has a queue which cannot be passed.
 */
function filtered(s: observation, m: mdev_state, domains: number): mask_set {
	const masks = {
		apm: m.matrix.apm & s.host.apm, aqm: m.matrix.aqm & s.host.aqm,
		adm: m.matrix.adm & s.host.adm,
	};
	const given = { ...masks };

	for (const q of s.queues.keys())
		if (in_product(masks, q, domains) && !usable(s.queues[q]))
			given.apm &= ~(1 << Math.floor(q / domains));
	return given;
}

/*
 * What the guest has, and one more adapter, domain or queue if all queues that this adds are there.
 */
function fitting(s: observation, m: mdev_state, size: machine_size): mask_set {
	const fits = (masks: mask_set): boolean => s.queues.every((q, n) =>
		!in_product(masks, n, size.domains) || usable(q));
	const apids = ids_of(m.matrix.apm & s.host.apm & ~m.apcb.apm);
	const apqis = ids_of(m.matrix.aqm & s.host.aqm & ~m.apcb.aqm);
	const more: mask_set[] = [
		...(m.apcb.aqm === 0
			? [] : apids.map((a) => ({ ...m.apcb, apm: m.apcb.apm | 1 << a }))),
		...(m.apcb.apm === 0
			? [] : apqis.map((d) => ({ ...m.apcb, aqm: m.apcb.aqm | 1 << d }))),
		...(m.apcb.apm !== 0 || m.apcb.aqm !== 0
				? [] : apids.flatMap((a) => apqis.map((d) =>
			({ ...m.apcb, apm: 1 << a, aqm: 1 << d })))),
	];

	return more.find(fits) ?? m.apcb;
}

function maximal(s: observation, { size, rule }: surroundings): complaint | null {
	for (let i = 0; i < s.mdevs.length; i++) {
		const m = s.mdevs[i];

		if (!m.guest)
			continue;
		const given = rule === "give what fits" ? fitting(s, m, size)
			: filtered(s, m, size.domains);
		const missing = s.queues.some((_, q) => in_product(given, q, size.domains) &&
			!in_product(m.apcb, q, size.domains));

		if (missing)
			return {
				m: i,
				expected: `the guest has all that could be given: ${masks_text(given, size)}`,
				actual: masks_text(m.apcb, size),
				expect: {
					what: "masks", of: "apcb", mdev: `m${i}`,
					is: {
						form: "has", queues: names(s, size,
							(q) => in_product(given, q, size.domains)),
					},
				},
			};
	}
	return null;
}

function links_sound(s: observation, { size }: surroundings): complaint | null {
	for (let q = 0; q < s.queues.length; q++) {
		const { driver, link, chained } = s.queues[q];
		const owner = s.mdevs.findIndex((m) => in_product(m.matrix, q, size.domains));
		const should = driver === VFIO_AP ? owner + 1 : 0;

		if (chained > 1 || link !== should || chained !== Math.min(1, should))
			return {
				m: Math.max(0, owner), expect: null,
				expected: `${queue_of(size, q)} is linked ${
					should === 0 ? "to no mdev" : `to m${owner}, once`}`,
				actual: chained > 1 ? "it is in the hash table more than once" :
					link === 7 ? "it is linked to an mdev that is gone" :
						`it is linked to ${link === 0 ? "no mdev" : `m${link - 1}`} and ${
							chained === 0 ? "in no hash table" : "in a hash table"}`,
			};
	}
	const strays = s.mdevs.findIndex((m) => m.strays > 0);

	return strays < 0 ? null : {
		m: strays, expected: "the hash table has queues that there are", expect: null,
		actual: "it has one that is freed",
	};
}

function events_of(t: step, what: string): number {
	let n = 0;

	for (const e of t.result.ev)
		if (e[0] === what)
			n++;
	return n;
}

function resets_of(t: step): string[] {
	return t.result.ev.flatMap(([what, queue]) => what === "zapq" ? [queue as string] : []);
}

function zapq(m: number, queues: string[], expected: string, t: step): complaint {
	return {
		m, expected, actual: `resets: ${list(resets_of(t))}`,
		expect: { what: "instructions", which: "zapq", queues },
	};
}

function reset_before_reuse(t: step, { size }: surroundings): complaint | null {
	const { domains } = size;

	if (t.result.ev.every(([what]) => what !== "zapq" && what !== "apcb" && what !== "clear"))
		return null;
	for (let m = 0; m < t.before.mdevs.length; m++) {
		if (!t.before.mdevs[m].guest)
			continue;
		const had = t.before.mdevs[m].apcb;
		const has = t.after.mdevs[m].apcb;

		for (let q = 0; q < t.before.queues.length; q++) {
			if (!in_product(had, q, domains) || t.before.queues[q].driver !== VFIO_AP ||
			    !is_present(t.after, q, domains) || !is_present(t.before, q, domains))
				continue;
			const stays = in_product(has, q, domains);
			const resets = resets_of(t);
			const was_reset = resets.includes(queue_of(size, q));

			if (!stays && !was_reset)
				return zapq(m, [
						...new Set([...resets,
								...names(t.before, size, (n) =>
					in_product(had, n, domains) &&
					!in_product(has, n, domains) &&
					is_present(t.after, n, domains))])].toSorted(),
				`${queue_of(size, q)}, which leaves the guest, is reset`, t);
			if (stays && was_reset && t.op.kind !== "reset" && t.op.kind !== "destroy")
				return zapq(m, resets.filter((n) => n !== queue_of(size, q)),
					`${queue_of(size, q)}, which the guest is using, is not reset`, t);
		}
	}
	return resets_what_is_gone(t, size);
}

/* If a queue is gone, the hardware answers its reset with an error. */
function resets_what_is_gone(t: step, size: machine_size): complaint | null {
	const gone = resets_of(t).filter((name) => !names(t.after, size, (q) =>
		is_present(t.after, q, size.domains)).includes(name));

	return gone.length === 0
		? null : zapq(t.op.m, resets_of(t).filter((n) => !gone.includes(n)),
		`${list(gone)}, which the host no longer has, is not reset`, t);
}

function updates_of(t: step, m: number): number {
	let n = 0;

	for (const e of t.result.ev)
		if (e[0] === "apcb" && e[1] === `m${m}`)
			n++;
	return n;
}

const HOST_CHANGES: readonly string[] = ["host_adapter", "host_domain", "host_control"];

function one_update(t: step): complaint | null {
	if (!HOST_CHANGES.includes(t.op.kind))
		return null;
	for (let m = 0; m < t.before.mdevs.length; m++) {
		const n = updates_of(t, m);

		if (n > 1)
			return {
				m, expected: "the guest's masks are set at most once",
				actual: `they are set ${n} times`,
				expect: { what: "updates", mdev: `m${m}`, count: 1 },
			};
	}
	return null;
}

function no_needless_update(t: step, { size }: surroundings): complaint | null {
	if (t.op.kind === "open" || t.result.ev.length === 0)
		return null;
	for (let m = 0; m < t.before.mdevs.length; m++) {
		const { guest, apcb } = t.before.mdevs[m];

		if (guest && t.after.mdevs[m].guest && same_masks(apcb, t.after.mdevs[m].apcb) &&
		    updates_of(t, m) > 0)
			return {
				m, expected: "masks that stay what they are are not set",
				actual: `they are set to ${masks_text(apcb, size)} again`,
				expect: { what: "updates", mdev: `m${m}`, count: 0 },
			};
	}
	return null;
}

function held(m: number, which: "pins" | "gisc", expected: string, actual: string): complaint {
	return { m, expected, actual, expect: { what: "held", which, mdev: `m${m}`, count: 0 } };
}

/* Each pinned page and each registered subclass belongs to a linked queue. */
function nothing_kept(s: observation, { size }: surroundings): complaint | null {
	for (let m = 0; m < s.mdevs.length; m++) {
		if (s.mdevs[m].pins > 0)
			return held(m, "pins", "a pinned page belongs to a queue",
				"a page stays pinned for no queue");
		if (s.mdevs[m].iscs > 0)
			return held(m, "gisc", "a registered subclass belongs to a queue",
				"a subclass stays registered for no queue");
		if (s.mdevs[m].pins < 0 || s.mdevs[m].iscs < 0)
			return held(m, "pins", "what a queue uses is held for it", "it is not");
	}
	const q = s.queues.findIndex((it) => it.link === 0 && (it.isc || it.iova));

	return q < 0 ? null : {
		m: 0, expected: "a queue that is linked to no mdev keeps no page and no subclass",
		actual: `${queue_of(size, q)} does`, expect: null,
	};
}

/* Pages and subclasses are neither left behind nor given back twice. */
function nothing_left(t: step): complaint | null {
	if (t.result.leaked)
		return held(t.op.m, "pins", "no page stays pinned",
			"a page is still pinned when the device is closed");
	for (let m = 0; m < t.after.mdevs.length; m++)
		if (t.before.mdevs[m].pinned + pin_events(t, m) < 0)
			return held(m, "pins", "a page is unpinned as often as it was pinned",
				"a page is unpinned that is not pinned");
	return null;
}

function pin_events(t: step, m: number): number {
	let n = 0;

	for (const e of t.result.ev)
		if (e[1] === `m${m}`)
			n += e[0] === "pin" ? 1 : e[0] === "unpin" ? -1 : 0;
	return n;
}

function no_warn(t: step): complaint | null {
	if (events_of(t, "warn") === 0 || (t.op.fault !== null && "insn" in t.op.fault))
		return null;
	return {
		m: t.op.m, expected: "no WARN fires", actual: `${events_of(t, "warn")} fire`,
		expect: { what: "warn", count: 0 },
	};
}

function crashes(kind: "hang" | "fault", expected: string): (t: step) => complaint | null {
	return (t) => t.result.crash !== kind ? null :
		{ m: t.op.m, expected, actual: kind, expect: { what: "rc", rc: "ok" } };
}

const faults = crashes("fault", "the kernel goes on");

function no_oops(t: step): complaint | null {
	if (t.result.crash !== null)
		return faults(t);
	if (!t.result.lk.includes("kNULL+"))
		return null;
	return {
		m: t.op.m, expected: "no null pointer is followed",
		actual: "the lock of a guest that is not there is taken",
		expect: {
			what: "locks", tokens: t.result.lk.split(" ")
				.filter((lock) => !lock.startsWith("kNULL")),
		},
	};
}

function no_inversion(t: step): complaint | null {
	return t.result.inversions === 0 ? null : {
		m: t.op.m, expected: "locks are taken in one order",
		actual: "lockdep reports an inversion",
		expect: null,
	};
}

function same_queue(a: queue_view, b: queue_view): boolean {
	return a.driver === b.driver && a.link === b.link && a.chained === b.chained &&
		a.isc === b.isc && a.iova === b.iova && a.irq === b.irq && a.reset === b.reset;
}

function same_mdev(a: mdev_state, b: mdev_state): boolean {
	return a.born === b.born && a.guest === b.guest && a.kvm === b.kvm && a.hook === b.hook &&
		a.pins === b.pins && a.iscs === b.iscs && a.strays === b.strays &&
		same_masks(a.matrix, b.matrix) && same_masks(a.shadow, b.shadow) &&
		same_masks(a.apcb, b.apcb) && same_masks(a.adding, b.adding);
}

function errno_pure(t: step, { size }: surroundings): complaint | null {
	if (t.result.rc >= 0 || t.result.crash !== null)
		return null;
	const { before, after } = t;

	if (same_masks(before.host, after.host) && same_masks(before.defaults, after.defaults) &&
	    before.queues.every((q, n) => same_queue(q, after.queues[n])) &&
	    before.mdevs.every((m, n) => same_mdev(m, after.mdevs[n])))
		return null;
	const m = before.mdevs.findIndex((was, n) => !same_mdev(was, after.mdevs[n]));
	const at = Math.max(0, m);
	const matrix = before.mdevs[at].matrix;

	return {
		m: at, expected: "what is refused changes nothing",
		actual: `refused with ${t.result.rc}, and something changed: ${
			m < 0 ? "a queue" : `m${m} had ${masks_text(matrix, size)}, has ${
				masks_text(after.mdevs[m].matrix, size)}`}`,
		expect: m < 0 || same_masks(matrix, after.mdevs[m].matrix) ? null :
			masks_are("matrix", m, matrix, size),
	};
}

/** properties - all properties, in the order of reports */
export const properties: readonly property[] = [
	{
		name: "queue-bound",
		reason: "A queue that is not bound to vfio_ap is somebody else's, or nobody resets it.",
		source: "Documentation/arch/s390/vfio-ap.rst; commit 850fb7fa8c68",
		state: queue_bound,
	},
	{
		name: "within-host",
		reason: "The host can only give what it has.",
		source: "Documentation/arch/s390/vfio-ap.rst; commit 48cae940c31d",
		state: (s, { size }) =>
			no_guest_has(s, size, () => s.host, "in the host's AP configuration"),
	},
	{
		name: "within-matrix",
		reason: "A guest gets what an administrator assigned, and nothing else.",
		source: "Documentation/arch/s390/vfio-ap.rst",
		state: (s, { size }) =>
			no_guest_has(s, size, (m) => m.matrix, "assigned to the mdev"),
	},
	{
		name: "no-sharing",
		reason: "A queue has one owner: two guests would read each other's replies.",
		source: "Documentation/arch/s390/vfio-ap.rst; vfio_ap_mdev_verify_no_sharing()",
		state: no_sharing,
	},
	{
		name: "apcb-is-shadow",
		reason: "What guest_matrix shows and what the guest has must be the same.",
		source: "commit 917f509bfb88",
		state: apcb_is_shadow,
	},
	{
		name: "maximal",
		reason: "A queue that is assigned, bound and there is for the guest to use.",
		source: "commit 16fb78cbf56e; <20201201185659.72ca96c8.pasic@linux.ibm.com>",
		state: maximal,
	},
	{
		name: "history-free",
		reason: "The same assignments, bindings and host give the same guest, by whatever way.",
		source: "<20201201185659.72ca96c8.pasic@linux.ibm.com>",
	},
	{
		name: "reset-before-reuse",
		reason: "The next owner must not find the last one's keys, nor a guest lose its own.",
		source: "commits f848cba767e5, f009cfa46655, b9bd10c43456, bf09b9d7cd78",
		step: reset_before_reuse,
	},
	{
		name: "one-update",
		reason: "A guest sees a change of its host as one change; each update stops all its processors.",
		source: "commit 774d10196e64",
		step: one_update,
	},
	{
		name: "no-needless-update",
		reason: "Setting the masks stops the guest's processors, for nothing if they stay the same.",
		source: "<103cbe02-2093-c950-8d65-d3dc385942ce@linux.ibm.com>; commit 6b8a02e216f6",
		step: no_needless_update,
	},
	{
		name: "nothing-left",
		reason: "Pinned pages and subclasses that belong to nobody are lost until the next boot.",
		source: "commits 65e05ec252a9, f21916ec4826",
		state: nothing_kept,
		step: nothing_left,
	},
	{
		name: "links-sound",
		reason: "A queue is in at most one hash table, once; a second time makes the walk endless.",
		source: "commit 1918f2b20c3d",
		state: links_sound,
	},
	{
		name: "no-warn",
		reason: "A WARN says that the driver did not expect what it does itself.",
		source: "commit b9bd10c43456", step: no_warn,
	},
	{
		name: "no-hang", reason: "Every operation ends.",
		source: "commit 1918f2b20c3d",
		step: crashes("hang", "the operation ends"),
	},
	{
		name: "no-oops",
		reason: "No null or freed pointer is followed, be it that s390 survives it.",
		source: "commit d50346801b4f", step: no_oops,
	},
	{
		name: "no-inversion",
		reason: "Two orders of the same locks are a deadlock that waits.",
		source: "<20210408223804.0ca5ba36.pasic@linux.ibm.com>", step: no_inversion,
	},
	{
		name: "errno-pure", reason: "A refused operation has not happened.",
		source: "Documentation/filesystems/sysfs.rst; write(2)", step: errno_pure,
	},
];

