// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each driver's filter function on a mediated device made by hand: the one place
 * that reaches around the seam, since 65,536 queues are to be filtered without
 * anything else.
 */
import { hash_add, type hashtable } from "#linux/hashtable.h";
import type { hlist_node } from "#linux/list.h";
import type { driver } from "../../drivers/s390/crypto/history/index.ts";
import { boot } from "../../drivers/s390/sim/machine.ts";
import { syscall } from "../../drivers/s390/sim/syscall.ts";
import { import_file, load_driver, module_of } from "../lib/lab/loader.ts";

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
		matrix_dev: { info?: masks; config_info?: masks };
		ap_matrix: new () => masks;
		ap_matrix_mdev: new () => mdev;
		vfio_ap_queue: new () => queue;
	};
	filter(mdev: mdev): unknown;
	linked?(q: queue): void;
}

/* One of the first three each text has; the last, what else a variant is to be told of. */
interface functions {
	vfio_ap_mdev_filter_guest_matrix(mdev: mdev, filter_apid: boolean): unknown;
	vfio_ap_mdev_filter_apcb(mdev: mdev, shadow_apcb: masks): unknown;
	vfio_ap_mdev_filter_matrix(...args: unknown[]): unknown;
	vfio_ap_queue_changed?(q: queue): void;
}

const filtered = new Uint32Array(8);

/* v12 has none: it decides adapter by adapter what a change means for the guest. */
const filters = new Map<string, (ops: functions, mdev: mdev) => unknown>([
	["v11", (ops, mdev) => ops.vfio_ap_mdev_filter_guest_matrix(mdev, true)],
	["v13", (ops, mdev) => ops.vfio_ap_mdev_filter_apcb(mdev, mdev.shadow_apcb)],
	["v6.0", (ops, mdev) =>
		ops.vfio_ap_mdev_filter_matrix(mdev.matrix.apm, mdev.matrix.aqm, mdev)],
	["v6.12", (ops, mdev) => ops.vfio_ap_mdev_filter_matrix(mdev, filtered)],
	["v6.12-masks", (ops, mdev) => ops.vfio_ap_mdev_filter_matrix(mdev, filtered)],
]);

/** filter_drivers - the drivers that have a filter function */
export const filter_drivers: readonly string[] = [...filters.keys()];

/* The modules' types differ from text to text; what they share is above. */
async function text_of(driver: driver): Promise<text> {
	const ops = {
		...await import_file(driver, "vfio_ap_ops.ts") as functions, ...module_of(driver),
	};
	const filter = filters.get(driver.label)!;

	return {
		private_h: await import_file(driver, "vfio_ap_private.h.ts") as text["private_h"],
		filter: (mdev) => filter(ops, mdev),
		linked: ops.vfio_ap_queue_changed,
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
 * Return: what makes a mediated device of @n adapters and domains.
 */
export async function load_filter(label: string): Promise<(n: number, hole: hole) => filter_bench> {
	const driver = await load_driver(label);

	boot({
		host: { apxa: true, na: MAX, nd: MAX, apm: [0], aqm: [0], adm: [] },
		apmask: [], aqmask: [],
	});
	syscall("load vfio_ap", module_of(driver).vfio_ap_init);
	const text = await text_of(driver);
	const { matrix_dev } = text.private_h;
	const info = (matrix_dev.info ?? matrix_dev.config_info)!;

	fill(info.apm, MAX + 1);
	fill(info.aqm, MAX + 1);
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
