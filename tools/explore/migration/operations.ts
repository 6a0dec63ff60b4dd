// SPDX-License-Identifier: GPL-2.0-only
/*
 * The operations that are tried on a migration. They open, read, write and close streams. They
 * write complete data, parts of them, and wrong data. Between them, or in another thread, mdevs,
 * guests and queues come and go.
 */
import { product, queue_ids } from "../../lib/scenario/ids.ts";
import type { besides, hw_script, op } from "../../lib/scenario/model.ts";

/**
 * struct deed - an operation and its circumstances
 * @op: the operation
 * @nth: which of its allocations fails, from 1; 0 for none
 * @hw: what a queue's hardware answers to it, or null for what it usually does
 */
export interface deed {
	op: op;
	nth: number;
	hw: [queue: string, script: hw_script] | null;
}

/**
 * struct yard - the size of a machine
 * @apids: the host's adapters
 * @apqis: the host's domains, for use and for control
 * @mdevs: the names of the mdevs that may exist
 */
export interface yard {
	apids: number[];
	apqis: number[];
	mdevs: string[];
}

/** yard_of - the yard for numbers of adapters, domains and mdevs */
export function yard_of(adapters: number, domains: number, mdevs: number): yard {
	const count = (n: number, from: number): number[] =>
		Array.from({ length: n }, (_, i) => from + i);

	return {
		apids: count(adapters, 4), apqis: count(domains, 4),
		mdevs: count(mdevs, 0).map((m) => `m${m}`),
	};
}

/** HWINFO - what TAPQ puts into register 2 for every queue at boot */
export const HWINFO = "f28000000e0f0008";
/*
 * The same for a queue that is bound to a guest, and for queues of two other classes: stateless
 * and accelerator.
 */
const BOUND = "f28040000e0f0008";
const STATELESS = "f24000000e0f0008";
const ACCELERATOR = "f21000000e0f0008";

/*
 * A number of queues that is larger than in any data here. All ones would be, too. But without
 * kasan the driver would then loop four thousand million times.
 */
const MANY = "00000100";

const HEADER_DIGITS = 32;
const QUEUE_DIGITS = 32;
const UNKNOWN_CODE = 0x0c;
/* A queue that no machine has. */
const ELSEWHERE = "3f.0004";

/** data_of - the data that a source with these queues sends */
export function data_of(
	queues: readonly string[], info: string | ((queue: string) => string) = HWINFO,
): string {
	const of = typeof info === "string" ? () => info : info;

	return queues.length.toString(16).padStart(8, "0") + "0".repeat(HEADER_DIGITS - 8) +
		queues.map((queue) => `${of(queue)}${queue_ids(queue)
			.map((id) => id.toString(16).padStart(2, "0")).join("")}${"0".repeat(12)}`)
			.join("");
}

/** bytes_due - how many bytes the data have by their own header; null before that is there */
export function bytes_due(data: string): number | null {
	return data.length < HEADER_DIGITS ? null :
		(HEADER_DIGITS + parseInt(data.slice(0, 8), 16) * QUEUE_DIGITS) / 2;
}

/** queues_in - the queues in the data, without an incomplete last one: APQN and information */
export function queues_in(data: string): { apqn: number; info: bigint }[] {
	return (data.slice(HEADER_DIGITS).match(/.{32}/g) ?? []).map((row) =>
		({ apqn: parseInt(row.slice(16, 20), 16), info: BigInt(`0x${row.slice(0, 16)}`) }));
}

/** besides_of - what another thread does while the kernel copies; undefined for nothing */
export function besides_of(o: op): besides | undefined {
	return o[0] === "mig_read" || o[0] === "mig_write" ? o[4] : undefined;
}

/* An operation under the usual circumstances. */
function plain(o: op): deed {
	return { op: o, nth: 0, hw: null };
}

function config_text(
	apids: readonly number[], apqis: readonly number[], cdids: readonly number[],
): string {
	return [apids, apqis, cdids].map((ids) => {
		const digits = new Uint8Array(64);

		for (const id of ids)
			digits[id >>> 2]! |= 8 >>> (id & 3);
		return `0x${Array.from(digits, (d) => d.toString(16)).join("")}`;
	}).join(",");
}

function mdev_groups(y: yard, m: string): op[][] {
	const write = (attr: string, ids: readonly number[]): op[] =>
		ids.map((id): op => ["write", m, attr, String(id)]);
	const config = (...ids: [number[], number[], number[]]): op =>
		["write", m, "ap_config", config_text(...ids)];
	const [control] = y.apqis;

	return [
		[["create", m]], [["create", m, { register: -12 }]], [["destroy", m]],
		[["open", m]], [["open", m]], [["close", m]], [["reset", m]],
		write("assign_adapter", y.apids), write("assign_domain", y.apqis),
		[...write("unassign_adapter", y.apids), ...write("unassign_domain", y.apqis)],
		[...write("assign_control_domain", [control!]),
			...write("unassign_control_domain", [control!])],
		[config(y.apids, y.apqis, []), config([], [], []),
			config(y.apids.slice(0, 1), y.apqis, []),
			config(y.apids, y.apqis.slice(0, 1), [control!])],
		y.apids.flatMap((apid) => y.apqis.map((apqi): op =>
			["pqap", m, `0x${(0x3000000 | apid << 8 | apqi).toString(16)}`,
				"0x800000000003", "0x1000"])),
		[["mig_feature", m], ["mig_get", m], ["mig_size", m]],
		[["mig_state", m, "STOP"]], [["mig_state", m, "RUNNING"]],
		[["mig_state", m, "STOP_COPY"]], [["mig_state", m, "RESUMING"]],
		[["mig_state", m, "RUNNING_P2P"], ["mig_state", m, "PRE_COPY"],
			["mig_state", m, "ERROR"]],
		[["mig_close", m]],
		y.mdevs.map((from): op => ["mig_carry", from, m]),
	];
}

/* The operations of another thread while the kernel copies. */
function others(y: yard, m: string, q: string): op[] {
	return [
		["close", m], ["reset", m], ["mig_close", m],
		["write", m, "unassign_domain", String(y.apqis[0])],
		["unbind", q], ["mig_state", m, "RUNNING"], ["mig_state", m, "RESUMING"],
	];
}

function read_groups(y: yard, m: string, q: string): op[][] {
	const during = (mid: op): op => ["mig_read", m, 16, undefined, { mid }];

	return [
		[["mig_read", m, 16], ["mig_read", m, 24]], [["mig_read", m, 4096]],
		[["mig_read", m, 0]],
		[during(["mig_read", m, 16])], others(y, m, q).map(during),
		[["mig_read", m, 16, undefined, { fault: 1 }]],
	];
}

function write_groups(y: yard, m: string, queues: readonly string[]): op[][] {
	const [q] = queues as [string];
	const one = data_of([q]), all = data_of(queues);
	const write = (data: string, what?: besides): op =>
		what === undefined ? ["mig_write", m, data]
		: ["mig_write", m, data, undefined, what];
	const happens = (what: keyof besides, bytes: string): besides =>
		Object.fromEntries([[what, bytes]]);
	const first = product([y.apids[0]!], y.apqis), column = product(y.apids, [y.apqis[0]!]);

	return [
		[write(one), write(all), write(data_of(first)), write(data_of(column))],
		[write(one), write(all)],
		[write(one.slice(0, HEADER_DIGITS)), write(one.slice(HEADER_DIGITS)),
			write(all.slice(0, HEADER_DIGITS))],
		[write(""), write(one.slice(0, 16)), write(one.slice(0, 8)), write(one.slice(16))],
		[write("ffffffff" + one.slice(8)), write("00010001" + one.slice(8)),
			write("00000002" + one.slice(8))],
		[write(data_of([q], BOUND)), write(data_of([q], STATELESS)),
			write(data_of([q], ACCELERATOR))],
		[write(data_of([])), write(data_of([ELSEWHERE])), write(data_of([q, q]))],
		[write(one, happens("then", "00000002")), write(all, happens("then", MANY))],
		[write(data_of([ELSEWHERE]), { mid: "hold" }), write(one, { mid: "hold" })],
		[...others(y, m, q).map((mid) => write(one, { mid })),
			write(one, { mid: write(one) })],
		[write(one, { fault: 1 }), write(one, { fault: 2 })],
	];
}

function host_groups(y: yard, queues: readonly string[]): op[][] {
	const info = (q: string, gr2: string): op => ["hw", q, { tapq_gr2: `0x${gr2}` }];
	const without = (ids: readonly number[]): number[][] =>
		ids.map((id) => ids.filter((it) => it !== id));

	return [
		queues.map((q): op => ["bind", q]), queues.map((q): op => ["unbind", q]),
		[["cfg", { apm: y.apids, aqm: y.apqis }],
			...without(y.apids).map((apm): op => ["cfg", { apm }]),
			...without(y.apqis).map((aqm): op => ["cfg", { aqm }])],
		queues.flatMap((q) => [HWINFO, BOUND, STATELESS].map((gr2) => info(q, gr2))),
	];
}

/* The largest number of allocations that each operation makes. */
const ALLOCATIONS: Partial<Record<op[0], number>> = {
	create: 12, open: 9, write: 5, mig_state: 3, mig_read: 1, mig_write: 3, bind: 4,
};

function failing(o: op): deed[] {
	if (besides_of(o) !== undefined)
		return [];
	return Array.from({ length: ALLOCATIONS[o[0]] ?? 0 },
		(_, i) => ({ op: o, nth: i + 1, hw: null }));
}

/* An operation that issues TAPQ, on a queue that answers with an unknown response code. */
function answered(o: op, queues: readonly string[]): deed[] {
	if ((o[0] !== "mig_write" && o[0] !== "mig_read") || besides_of(o) !== undefined)
		return [];
	const scripts: hw_script[] =
		[{ tapq: [UNKNOWN_CODE] }, { tapq: [UNKNOWN_CODE], tapq_async: 1 }];

	return queues.flatMap((q) =>
		scripts.map((script): deed => ({ op: o, nth: 0, hw: [q, script] })));
}

/** beginning - give a guest all queues of the machine; half of the walks begin like this */
export function beginning({ apids, apqis, mdevs: [m] }: yard): deed[] {
	const write = (attr: string, ids: readonly number[]): op[] =>
		ids.map((id): op => ["write", m!, attr, String(id)]);

	return [["create", m!] as op, ...write("assign_adapter", apids),
		...write("assign_domain", apqis),
		["open", m!] as op].map(plain);
}

/**
 * deed_groups - everything that is tried on a machine, in groups
 *
 * A walk picks a group first, so that a large group is not tried more often than a small one.
 */
export function deed_groups(y: yard): deed[][] {
	const queues = product(y.apids, y.apqis);
	const of_mdevs = y.mdevs.flatMap((m) => [
		...mdev_groups(y, m), ...read_groups(y, m, queues[0]!),
		...write_groups(y, m, queues),
	]);
	const ops = [...of_mdevs, ...host_groups(y, queues)];

	return [
		...ops.map((group) => group.map(plain)), ops.flat().flatMap(failing),
		ops.flat().flatMap((o) => answered(o, queues)),
	];
}

/*
 * Whether the search of a whole space writes these data: those of one queue, complete, cut, or with
 * one word changed. Several queues make no difference on a machine with one.
 */
function written_in_space(data: string, one: string): boolean {
	const changed = [...one].filter((digit, i) => digit !== data[i]).length;

	return one.startsWith(data) || one.endsWith(data) ||
		(data.length === one.length && changed <= 2) || data === data_of([]);
}

/**
 * space_deeds - the operations of deed_groups() that are tried in every state of a small machine
 *
 * There is one thread. The host configuration stays. Queues are bound to the driver and unbound,
 * and TAPQ may say that a queue is bound to a guest. Control domains and interrupts are left out:
 * the other vocabularies of explore have them. Everything else is left to the walks.
 */
export function space_deeds(y: yard): deed[] {
	const [first] = product(y.apids, y.apqis) as [string];
	const one = data_of([first]);
	const in_space = (o: op): boolean => {
		if (o[0] === "cfg" || o[0] === "pqap" || besides_of(o) !== undefined)
			return false;
		if (o[0] === "hw")
			return o[2].tapq_gr2 !== `0x${STATELESS}`;
		if (o[0] === "write")
			return !o[2].includes("control") &&
				(o[2] !== "ap_config" || !o[3].slice(-64).includes("8"));
		return o[0] !== "mig_write" || written_in_space(o[2], one);
	};
	const deeds = deed_groups(y).flat()
		.filter(({ op: o, nth, hw }) => nth === 0 && hw === null && in_space(o));

	return [...new Map(deeds.map((d) => [JSON.stringify(d), d])).values()];
}
