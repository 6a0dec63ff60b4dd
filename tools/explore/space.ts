// SPDX-License-Identifier: GPL-2.0-only
/*
 * The space that is searched: a machine of a given size and every operation on it.
 *
 * Adapters are interchangeable, and so are domains, control domains and mdevs. To rename them is a
 * permutation. What is true of a state is true of all its images. Here each kind is numbered from
 * 0. Control domains have numbers of their own, apart from usage domains.
 */
import { older_than, type driver } from "../../drivers/s390/crypto/history/index.ts";
import { adapter_name, domain_name, queue_name } from "../lib/scenario/ids.ts";

/**
 * struct machine_size - how many adapters, domains, control domains and mdevs a machine has
 * @apids, @apqis, @cdids: the machine's own numbers of the adapters, domains and control domains
 */
export interface machine_size {
	adapters: number;
	domains: number;
	cdoms: number;
	mdevs: number;
	apids: number[];
	apqis: number[];
	cdids: number[];
}

/*
 * 01.0000 and 1f.0048 share a chain of the queue hash, and so do 01.0048 and 1f.0000. So the chains
 * stay the same, however two adapters and two domains are renamed.
 */
const APIDS = [0x1, 0x1f, 0x0, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8, 0x9, 0xa, 0xb, 0xc, 0xd, 0xe];
const APQIS = [0x0, 0x48, 0x1, 0x2, 0x3, 0x4, 0x5, 0x6, 0x7, 0x8, 0x9, 0xa, 0xb, 0xc, 0xd, 0xe];

/**
 * machine_of - a machine of that size
 * @plain: number adapters and domains from 0; otherwise so that queues share hash chains
 */
export function machine_of(
	adapters: number, domains: number, cdoms: number, mdevs: number, plain = false,
): machine_size {
	return {
		adapters, domains, cdoms, mdevs,
		apids: plain ? count(adapters) : APIDS.slice(0, adapters),
		apqis: plain ? count(domains) : APQIS.slice(0, domains),
		cdids: count(cdoms),
	};
}

/** queue_of - the name of the queue with that number, which is adapter * domains + domain */
export function queue_of(size: machine_size, q: number): string {
	return queue_name(size.apids[Math.floor(q / size.domains)], size.apqis[q % size.domains]);
}

/** op_kinds - the operations, by the names that --ops takes */
export const op_kinds = [
	"create", "destroy", "open", "close", "assign_adapter", "unassign_adapter", "assign_domain",
	"unassign_domain", "assign_control_domain", "unassign_control_domain", "ap_config", "bind",
	"unbind", "host_adapter", "host_domain", "host_control", "apmask", "aqmask", "aqic_on",
	"aqic_off", "reset",
] as const;

export type op_kind = (typeof op_kinds)[number];

/** A fault in an operation: its n-th allocation fails, or a queue gives other response codes. */
type fault =
	| { nth: number }
	| { apid: number; apqi: number; insn: "zapq" | "tapq" | "aqic"; codes: number[] };

/**
 * struct space_op - one operation
 * @m: the mdev, if the operation has one; @with: for open, the mdev whose guest opens it as well
 * @id: an adapter, domain or control domain
 * @apid, @apqi: a queue
 * @masks: for ap_config, the adapters, domains and control domains that it writes, as sets
 */
export interface space_op {
	kind: op_kind;
	m: number;
	with: number;
	id: number;
	apid: number;
	apqi: number;
	masks: [apm: number, aqm: number, adm: number];
	fault: fault | null;
}

/** make - an operation of that kind; members that are not given have no effect */
export function make(kind: op_kind, more: Partial<space_op> = {}): space_op {
	return {
		kind, m: 0, with: -1, id: 0, apid: 0, apqi: 0, masks: [0, 0, 0], fault: null,
		...more,
	};
}

const count = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** all - the set of the first n ids */
export const all = (n: number): number => (1 << n) - 1;

/* ap_config is written with nothing and with everything. The other operations reach the rest. */
function ap_config_ops(size: machine_size, m: number): space_op[] {
	const full: space_op["masks"] = [all(size.adapters), all(size.domains), all(size.cdoms)];

	return [make("ap_config", { m }), make("ap_config", { m, masks: full })];
}

function mdev_ops(size: machine_size, m: number): space_op[] {
	const ids = (kinds: op_kind[], n: number): space_op[] =>
		count(n).flatMap((id) => kinds.map((kind) => make(kind, { m, id })));

	return [
		make("create", { m }), make("destroy", { m }), make("open", { m }),
		make("close", { m }),
		make("reset", { m }),
		...count(size.mdevs).filter((other) => other !== m).map((other) =>
			make("open", { m, with: other })),
		...ids(["assign_adapter", "unassign_adapter"], size.adapters),
		...ids(["assign_domain", "unassign_domain"], size.domains),
		...ids(["assign_control_domain", "unassign_control_domain"], size.cdoms),
		...ap_config_ops(size, m),
		...count(size.adapters).flatMap((apid) => count(size.domains).flatMap((apqi) =>
			(["aqic_on", "aqic_off"] as const)
				.map((kind) => make(kind, { m, apid, apqi })))),
	];
}

function host_ops(size: machine_size): space_op[] {
	return [
		...count(size.adapters).map((id) => make("host_adapter", { id })),
		...count(size.domains).map((id) => make("host_domain", { id })),
		...count(size.cdoms).map((id) => make("host_control", { id })),
		...count(size.adapters).map((id) => make("apmask", { id })),
		...count(size.domains).map((id) => make("aqmask", { id })),
		...count(size.adapters).flatMap((apid) => count(size.domains).flatMap((apqi) =>
			(["bind", "unbind"] as const).map((kind) => make(kind, { apid, apqi })))),
	];
}

/* How many allocations an operation can make, and which response codes it can get. */
const ALLOCATIONS: Partial<Record<op_kind, number>> = { create: 12, open: 8, bind: 4, aqic_on: 2 };
const RESETS: readonly op_kind[] = [
	"destroy", "close", "unassign_adapter", "unassign_domain", "unbind", "reset",
];
const RESET_ANSWERS: readonly ["zapq" | "tapq", number[]][] = [
	["zapq", [0x01]], ["zapq", [0x03]], ["zapq", [0x04]], ["zapq", [0x06]], ["zapq", [0x02]],
	["tapq", [0x02, 0x00]], ["tapq", [0x01]],
];
const AQIC_ANSWERS: readonly number[][] = [[0x01], [0x06], [0x07]];

function fault_ops(o: space_op, size: machine_size): space_op[] {
	const queues = count(size.adapters).flatMap((apid) =>
		count(size.domains).map((apqi) => ({ apid, apqi })));
	const mine = queues.filter((q) => (o.kind !== "unassign_adapter" || q.apid === o.id) &&
		(o.kind !== "unassign_domain" || q.apqi === o.id) &&
		(o.kind !== "unbind" || q.apid === o.apid));
	const answers = RESETS.includes(o.kind) ? mine.flatMap((q) =>
		RESET_ANSWERS.map(([insn, codes]): fault => ({ ...q, insn, codes }))) : [];
	const aqic = o.kind === "aqic_on" || o.kind === "aqic_off"
			? AQIC_ANSWERS.map((codes): fault =>
		({ apid: o.apid, apqi: o.apqi, insn: "aqic", codes })) : [];

	return [
		...count(ALLOCATIONS[o.kind] ?? 0).map((n): fault => ({ nth: n + 1 })), ...answers,
		...aqic,
	].map((fault) => ({ ...o, fault }));
}

/* No single operation undoes these. The one that loses most comes last. */
const LEAVING: readonly op_kind[] = ["reset", "close", "ap_config", "destroy"];

/* How long operations take, as measured. An assignment takes 5 to 7 us, which is the unit. */
const COSTS: Partial<Record<op_kind, number>> = {
	create: 10, destroy: 9, open: 11, close: 5, reset: 2, ap_config: 3, bind: 2, unbind: 2,
	host_adapter: 8, host_domain: 7, host_control: 3, apmask: 3, aqmask: 3, aqic_on: 3,
	aqic_off: 2,
};

/** cost_of - how long an operation takes; an assignment takes 1 */
export function cost_of(kind: op_kind): number {
	return COSTS[kind] ?? 1;
}

/**
 * all_ops - all operations on a machine of that size; those that nothing undoes come last
 * @faults: whether to add each operation with each fault that it can meet
 */
export function all_ops(
	size: machine_size, kinds: readonly op_kind[], faults: boolean,
): space_op[] {
	const plain = [...count(size.mdevs).flatMap((m) => mdev_ops(size, m)), ...host_ops(size)]
		.filter((o) => kinds.includes(o.kind))
		.toSorted((a, b) => LEAVING.indexOf(a.kind) - LEAVING.indexOf(b.kind));

	return faults ? [...plain, ...plain.flatMap((o) => fault_ops(o, size))] : plain;
}

/**
 * struct renaming - a permutation of adapters, domains, control domains and mdevs
 *
 * Each array maps old numbers to new ones. The members *_mask do the same for sets.
 */
export interface renaming {
	apids: number[];
	apqis: number[];
	cdoms: number[];
	mdevs: number[];
	apid_mask: Uint16Array;
	apqi_mask: Uint16Array;
	cdom_mask: Uint16Array;
	mdev_mask: Uint16Array;
}

function permutations(n: number): number[][] {
	if (n === 0)
		return [[]];
	return permutations(n - 1).flatMap((p) =>
		count(n).map((at) => [...p.slice(0, at), n - 1, ...p.slice(at)]));
}

/** The image of every set of ids under a permutation. */
function mask_images(p: number[]): Uint16Array {
	const images = new Uint16Array(1 << p.length);

	for (let mask = 0; mask < images.length; mask++)
		for (let id = 0; id < p.length; id++)
			if ((mask >>> id & 1) !== 0)
				images[mask] |= 1 << p[id];
	return images;
}

/**
 * struct identified - which ids are interchangeable, so that they can be renamed
 * @ages: whether it does not matter either which of two mdevs is older; their names never do
 */
export interface identified {
	adapters: boolean;
	domains: boolean;
	cdoms: boolean;
	ages: boolean;
}

/** Everything is interchangeable. */
export const anything: identified = { adapters: true, domains: true, cdoms: true, ages: true };

/** Nothing is interchangeable but mdevs. */
export const nothing: identified = { adapters: false, domains: false, cdoms: false, ages: false };

/** series_of - the posting in a label: "v13" for "v13@8" */
export function series_of(label: string): string {
	return label.replace(/@\d+$/, "");
}

/**
 * interchangeable_on - what is interchangeable on a driver
 *
 * v11 and v12 go through an adapter's domains in ascending order and stop at the first one whose
 * queue is missing. So the number of a domain that the host does not have decides whether it stays
 * in the masks. On v11, an adapter with a missing queue may be the last one left. Then v11 empties
 * the domains as well, unless an adapter that the host does not have follows. On v13, a host may
 * gain a domain while one of two adapters lacks its other queue. Then v13 sets the guest's masks
 * once or twice, depending on which adapter it is: queues of the lesser adapter are bound first.
 *
 * Since Linux 6.0 no two mdevs have one guest, and the driver does the same to each mdev in its
 * list. Before that, a guest's second mdev is not like its first. Whole spaces were compared for
 * v6.0, v6.12 and v7.3, but for no driver that can migrate guests.
 */
export function interchangeable_on(driver: driver): identified {
	const series = series_of(driver.label);

	return {
		...anything, adapters: series !== "v11" && series !== "v13",
		domains: series !== "v11" && series !== "v12",
		ages: !older_than(driver, "6.0") && driver.migrates !== true,
	};
}

/** renamings - all renamings, ordered by the mdevs */
export function renamings(size: machine_size, identify: identified): renaming[] {
	const of = (n: number, free: boolean): number[][] => free ? permutations(n) : [count(n)];
	const result: renaming[] = [];

	for (const mdevs of permutations(size.mdevs))
		for (const apids of of(size.adapters, identify.adapters))
			for (const apqis of of(size.domains, identify.domains))
				for (const cdoms of of(size.cdoms, identify.cdoms))
					result.push({
						mdevs, apids, apqis, cdoms,
						apid_mask: mask_images(apids),
						apqi_mask: mask_images(apqis),
						cdom_mask: mask_images(cdoms),
						mdev_mask: mask_images(mdevs),
					});
	return result;
}

/* No table is made for more renamings than this. */
const TABLE_MAX = 255;

function rename_fault(f: fault | null, r: renaming): fault | null {
	return f === null || "nth" in f
		? f : { ...f, apid: r.apids[f.apid], apqi: r.apqis[f.apqi] };
}

const BY_ADAPTER: readonly op_kind[] = [
	"assign_adapter", "unassign_adapter", "host_adapter", "apmask",
];
const BY_DOMAIN: readonly op_kind[] = ["assign_domain", "unassign_domain", "host_domain", "aqmask"];
const BY_CDOM: readonly op_kind[] = [
	"assign_control_domain", "unassign_control_domain", "host_control",
];
const BY_QUEUE: readonly op_kind[] = ["bind", "unbind", "aqic_on", "aqic_off"];
const BY_HOST: readonly op_kind[] = [
	"bind", "unbind", "host_adapter", "host_domain", "host_control", "apmask", "aqmask",
];

function rename_id(o: space_op, r: renaming): number {
	if (BY_ADAPTER.includes(o.kind))
		return r.apids[o.id];
	if (BY_DOMAIN.includes(o.kind))
		return r.apqis[o.id];
	return BY_CDOM.includes(o.kind) ? r.cdoms[o.id] : o.id;
}

/** rename_op - the same operation on the renamed machine */
export function rename_op(o: space_op, r: renaming): space_op {
	const queue = BY_QUEUE.includes(o.kind);

	return {
		kind: o.kind,
		m: BY_HOST.includes(o.kind) ? 0 : r.mdevs[o.m],
		with: o.with < 0 ? -1 : r.mdevs[o.with],
		id: rename_id(o, r),
		apid: queue ? r.apids[o.apid] : 0,
		apqi: queue ? r.apqis[o.apqi] : 0,
		masks: [r.apid_mask[o.masks[0]], r.apqi_mask[o.masks[1]], r.cdom_mask[o.masks[2]]],
		fault: rename_fault(o.fault, r),
	};
}

/** op_images - for each renaming and operation, the number of the operation's image */
export function op_images(ops: space_op[], rs: renaming[]): Int32Array[] {
	const numbers = new Map(ops.map((o, i) => [JSON.stringify(o), i]));

	return rs.map((r) =>
		Int32Array.from(ops, (o) => numbers.get(JSON.stringify(rename_op(o, r)))!));
}

function invert(p: number[]): number[] {
	const q = [...p];

	p.forEach((to, from) => {
		q[to] = from;
	});
	return q;
}

/**
 * class renaming_group - how the renamings, by their numbers, undo and follow one another
 * @inverse: for each renaming, the one that undoes it
 */
export class renaming_group {
	inverse: Int32Array;
	#renamings: renaming[];
	#numbers: Map<string, number>;
	#after: Int32Array | null;

	constructor(rs: renaming[]) {
		const { length } = rs;

		this.#renamings = rs;
		this.#numbers = new Map(rs.map((r, i) => [this.#key(parts_of(r)), i]));
		this.inverse = Int32Array.from(rs, (r) => this.#number(parts_of(r).map(invert)));
		this.#after = length > TABLE_MAX ? null :
			Int32Array.from({ length: length ** 2 }, (_, i) =>
				this.#product(Math.floor(i / length), i % length));
	}

	/** composes - whether there are few enough renamings for compose() */
	get composes(): boolean {
		return this.#after !== null;
	}

	/** compose - the renaming that does one renaming and then another */
	compose(first: number, second: number): number {
		return this.#after![first * this.#renamings.length + second];
	}

	#product(first: number, second: number): number {
		const then = parts_of(this.#renamings[second]);

		return this.#number(
			parts_of(this.#renamings[first]).map((p, i) => p.map((to) => then[i][to])));
	}

	#number(parts: number[][]): number {
		return this.#numbers.get(this.#key(parts))!;
	}

	#key(parts: number[][]): string {
		return parts.join(";");
	}
}

function parts_of(r: renaming): number[][] {
	return [r.mdevs, r.apids, r.apqis, r.cdoms];
}

/** ids_of - the ids in a set, in ascending order */
export function ids_of(mask: number): number[] {
	const ids: number[] = [];

	for (let id = 0; mask >>> id !== 0; id++)
		if ((mask >>> id & 1) !== 0)
			ids.push(id);
	return ids;
}

/** ids_in - the machine's own numbers of the ids in a set, in ascending order */
export function ids_in(mask: number, ids: readonly number[]): number[] {
	return ids_of(mask).map((i) => ids[i]).toSorted((a, b) => a - b);
}

function fault_text(f: fault | null, size: machine_size): string {
	if (f === null)
		return "";
	if ("nth" in f)
		return ` (allocation ${f.nth} fails)`;
	const codes = f.codes.map((c) => c.toString(16).padStart(2, "0"));

	return ` (${queue_of(size, f.apid * size.domains + f.apqi)} answers ${f.insn} ${codes.join(" ")})`;
}

function object_text(o: space_op, size: machine_size): string {
	if (BY_QUEUE.includes(o.kind))
		return queue_of(size, o.apid * size.domains + o.apqi);
	const id = BY_ADAPTER.includes(o.kind) ? adapter_name(size.apids[o.id]) :
		BY_DOMAIN.includes(o.kind) ? domain_name(size.apqis[o.id]) :
			BY_CDOM.includes(o.kind) ? domain_name(size.cdids[o.id]) : "";

	if (BY_HOST.includes(o.kind))
		return id;
	if (o.kind === "open" && o.with >= 0)
		return `m${o.m} with m${o.with}`;
	return o.kind === "ap_config" ? `m${o.m} ${o.masks.join(",")}` : `m${o.m} ${id}`.trimEnd();
}

/** op_text - an operation in a few words */
export function op_text(o: space_op, size: machine_size): string {
	return `${o.kind} ${object_text(o, size)}${fault_text(o.fault, size)}`;
}
