// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each driver's filter function on a mediated device made by hand: the one place
 * that reaches around the seam, since 65,536 queues are to be filtered without
 * anything else.
 */
import { hash_add, type hashtable } from "#linux/hashtable.h";
import type { hlist_node } from "#linux/list.h";
import type { driver } from "../../drivers/s390/crypto/history/index.ts";
import { ap_hw_configure } from "../../drivers/s390/sim/ap_hardware.ts";
import { boot } from "../../drivers/s390/sim/machine.ts";
import { syscall } from "../../drivers/s390/sim/syscall.ts";
import { import_file, load_driver, module_of } from "../lib/lab/loader.ts";
import { range } from "./machine.ts";

/** A hole in the matrix: the queue that is not bound. */
export type hole = "none" | "first" | "last";

/* What the texts have in common, by their field names. */
interface masks {
	apm: Uint32Array;
	aqm: Uint32Array;
	apm_max: number;
	aqm_max: number;
	adm_max: number;
}

interface mdev {
	matrix: masks;
	shadow_apcb: masks;
	qtable: hashtable | { queues: hashtable };
}

interface queue {
	apqn: number;
	matrix_mdev: mdev | null;
	mdev_qnode: hlist_node;
}

/* A text, as far as it is needed here. */
interface text {
	private_h: {
		ap_matrix: new () => masks;
		ap_matrix_mdev: new () => mdev;
		vfio_ap_queue: new () => queue;
	};
	filter(mdev: mdev): unknown;
	linked?(q: queue): void;
}

/* What a text exports of these; the last, what a variant is to be told of besides. */
interface functions {
	vfio_ap_mdev_filter_guest_matrix?(mdev: mdev, filter_apid: boolean): unknown;
	vfio_ap_mdev_filter_apcb?(mdev: mdev, shadow_apcb: masks): unknown;
	vfio_ap_mdev_filter_matrix?(...args: unknown[]): unknown;
	vfio_ap_queue_changed?(q: queue): void;
}

const filtered = new Uint32Array(8);

/** filter_drivers - the drivers whose filter functions are measured unless others are named */
export const filter_drivers: readonly string[] = ["v11", "v13", "v6.0", "v6.12", "v6.12-masks"];

/* A text's filter function; null if it has none, as v12, which decides adapter by adapter. */
function filter_of(ops: functions): text["filter"] | null {
	const {
		vfio_ap_mdev_filter_guest_matrix: guest_matrix, vfio_ap_mdev_filter_apcb: apcb,
		vfio_ap_mdev_filter_matrix: matrix,
	} = ops;

	if (guest_matrix !== undefined)
		return (mdev) => guest_matrix(mdev, true);
	if (apcb !== undefined)
		return (mdev) => apcb(mdev, mdev.shadow_apcb);
	if (matrix === undefined)
		return null;
	return matrix.length === 3 ? (mdev) => matrix(mdev.matrix.apm, mdev.matrix.aqm, mdev)
		: (mdev) => matrix(mdev, filtered);
}

/* The modules' types differ from text to text; what they share is above. */
async function text_of(driver: driver): Promise<text | null> {
	const ops = {
		...await import_file(driver, "vfio_ap_ops.ts") as functions, ...module_of(driver),
	};
	const filter = filter_of(ops);

	return filter === null ? null : {
		private_h: await import_file(driver, "vfio_ap_private.h.ts") as text["private_h"],
		filter, linked: ops.vfio_ap_queue_changed,
	};
}

/**
 * struct filter_bench - a driver's filter on a matrix
 * @run: filter; returns the first word of the adapters that are left
 */
export interface filter_bench {
	run(): number;
}

const MAX = 0xff;

function fill(mask: Uint32Array, n: number): void {
	for (let i = 0; i < n; i++)
		mask[i >>> 5] |= 0x80000000 >>> (i & 31);
}

function with_max<T extends masks>(matrix: T): T {
	matrix.apm_max = matrix.aqm_max = matrix.adm_max = MAX;
	return matrix;
}

function mdev_of(text: text, n: number, hole: hole): mdev {
	const mdev = new text.private_h.ap_matrix_mdev();
	const table = Array.isArray(mdev.qtable) ? mdev.qtable : mdev.qtable.queues;
	const missing = { none: -1, first: 0, last: (n - 1) << 8 | n - 1 }[hole];

	fill(with_max(mdev.matrix).apm, n);
	fill(mdev.matrix.aqm, n);
	with_max(mdev.shadow_apcb);
	for (let i = 0; i < n * n; i++) {
		const q = new text.private_h.vfio_ap_queue();

		q.apqn = Math.floor(i / n) << 8 | i % n;
		if (q.apqn === missing)
			continue;
		q.matrix_mdev = mdev;
		hash_add(table, q.mdev_qnode, q.apqn);
		text.linked?.(q);
	}
	return mdev;
}

/**
 * load_filter - boot, load a driver, and make its filter ready
 *
 * Return: what makes a mediated device of @n adapters and domains; null if the driver's text
 * exports no filter function.
 */
export async function load_filter(
	label: string,
): Promise<((n: number, hole: hole) => filter_bench) | null> {
	const driver = await load_driver(label);
	const text = await text_of(driver);

	if (text === null)
		return null;
	boot({
		host: { apxa: true, na: MAX, nd: MAX, apm: [0], aqm: [0], adm: [] },
		apmask: [], aqmask: [],
	});
	/* 65,536 queues, of which the bus does not hear: drivers ask the machine what it has. */
	ap_hw_configure({ apm: range(MAX + 1), aqm: range(MAX + 1) });
	syscall("load vfio_ap", module_of(driver).vfio_ap_init);
	return (n, hole) => {
		const mdev = mdev_of(text, n, hole);

		return {
			run() {
				text.filter(mdev);
				return mdev.shadow_apcb.apm[0];
			},
		};
	};
}
