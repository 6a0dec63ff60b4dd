// SPDX-License-Identifier: GPL-2.0+
/*
 * Linux 6.12's vfio_ap with a filter that does less work.
 *
 * The filter of 6.12 looks up every APQN of an mdev's matrix among 256 chains:
 * where there are n queues, n lookups in chains of n / 256. Here an mdev's queue
 * table knows of each adapter, as a mask over the domains, which of its queues a
 * guest may have; an adapter passes when no bit of the wanted domains lies
 * outside of that. A bit changes only when a queue is linked, unlinked or reset,
 * which is when the table is told; everything else, the ops tables included, is
 * the text of 6.12.
 *
 * Documentation/benchmarks.md says what it gains and what a patch would change.
 *
 * Copyright IBM Corp. 2018 (vfio_ap_mdev_filter_matrix(), as in vfio_ap_ops.c)
 */
import { AP_QID_CARD, AP_QID_QUEUE } from "#asm/ap.h";
import { DECLARE_BITMAP, bitmap_and, bitmap_clear, bitmap_copy, bitmap_equal } from "#linux/bitmap.h";
import {
	clear_bit_inv, find_first_bit_inv, find_next_bit_inv, set_bit_inv, test_bit_inv,
} from "#linux/bitops.h";
import { early_initcall } from "#linux/init.h";
import { hlist_unhashed } from "#linux/list.h";
import { AP_DEVICES, AP_DOMAINS } from "../../ap_bus.h.ts";
import { vfio_ap_exit as v6_12_exit, vfio_ap_init as v6_12_init } from "../../vfio_ap_drv.ts";
import { _queue_passable, seam, vfio_ap_matrix_init } from "../../vfio_ap_ops.ts";
import { matrix_dev, type ap_matrix_mdev, type vfio_ap_queue } from "../../vfio_ap_private.h.ts";

/* Words of an adapter's mask; the masks stand behind one another, by APID. */
const ROW = AP_DOMAINS / 32;

/**
 * queue_changed - a queue was linked to an mdev, unlinked, or reset
 * @q: the queue
 */
function queue_changed(q: vfio_ap_queue): void {
	if (q.matrix_mdev === null)
		return;
	const { qtable } = q.matrix_mdev;
	const apqi = AP_QID_QUEUE(q.apqn);
	const word = AP_QID_CARD(q.apqn) * ROW + (apqi >>> 5);
	const bit = 0x80000000 >>> (apqi & 31);

	qtable.passable ??= new Uint32Array(AP_DEVICES * ROW);
	if (!hlist_unhashed(q.mdev_qnode) && _queue_passable(q))
		qtable.passable[word] |= bit;
	else
		qtable.passable[word] &= ~bit;
}

const no_queues = new Uint32Array(AP_DEVICES * ROW);
const prev_shadow_apm = DECLARE_BITMAP(AP_DEVICES);
const prev_shadow_aqm = DECLARE_BITMAP(AP_DOMAINS);

/**
 * adapter_passes - whether each of some domains has a passable queue on an adapter
 * @passable: the masks of all adapters
 * @apid: the adapter
 * @aqm: the domains
 * @first: the first word of @aqm that is not 0
 * @last: the last one
 */
function adapter_passes(
	passable: Uint32Array, apid: number, aqm: Uint32Array, first: number, last: number,
): boolean {
	const row = apid * ROW;

	for (let i = first; i <= last; i++)
		if ((aqm[i] & ~passable[row + i]) !== 0)
			return false;
	return true;
}

/**
 * vfio_ap_mdev_filter_matrix - work out anew what the guest should have
 * @matrix_mdev: the mediated device
 * @apm_filtered: is set to the adapters that were in the shadow and are
 *		  dropped for a missing queue: theirs are to be reset
 *
 * Return: whether the shadow's adapters or domains changed.
 * C: vfio_ap_ops.c, Linux 6.12, but for the two walks over the domains
 */
function vfio_ap_mdev_filter_matrix(matrix_mdev: ap_matrix_mdev, apm_filtered: Uint32Array): boolean {
	const { apm, aqm } = matrix_mdev.shadow_apcb;
	const passable = matrix_mdev.qtable.passable ?? no_queues;
	let first = 0, last = ROW - 1;

	bitmap_copy(prev_shadow_apm, apm, AP_DEVICES);
	bitmap_copy(prev_shadow_aqm, aqm, AP_DOMAINS);
	vfio_ap_matrix_init(matrix_dev.info, matrix_mdev.shadow_apcb);
	bitmap_clear(apm_filtered, 0, AP_DEVICES);

	bitmap_and(apm, matrix_mdev.matrix.apm, matrix_dev.info.apm, AP_DEVICES);
	bitmap_and(aqm, matrix_mdev.matrix.aqm, matrix_dev.info.aqm, AP_DOMAINS);

	while (first <= last && aqm[first] === 0)
		first++;
	while (first <= last && aqm[last] === 0)
		last--;
	for (let apid = find_first_bit_inv(apm, AP_DEVICES); apid < AP_DEVICES;
	     apid = find_next_bit_inv(apm, AP_DEVICES, apid + 1)) { /* for_each_set_bit_inv() */
		if (!adapter_passes(passable, apid, aqm, first, last)) {
			clear_bit_inv(apid, apm);
			if (test_bit_inv(apid, prev_shadow_apm))
				set_bit_inv(apid, apm_filtered);
		}
	}

	return !bitmap_equal(prev_shadow_apm, apm, AP_DEVICES) ||
	       !bitmap_equal(prev_shadow_aqm, aqm, AP_DOMAINS);
}

function set_seam(on: boolean): void {
	seam.filter_matrix = on ? vfio_ap_mdev_filter_matrix : null;
	seam.queue_changed = on ? queue_changed : null;
}

/* A driver that crashed was not unloaded. */
early_initcall(() => set_seam(false));

/** vfio_ap_init - load the driver; as 6.12's */
export function vfio_ap_init(): number {
	set_seam(true);
	const ret = v6_12_init();

	if (ret)
		set_seam(false);
	return ret;
}

/** vfio_ap_exit - unload the driver */
export function vfio_ap_exit(): void {
	v6_12_exit();
	set_seam(false);
}

export { queue_changed, vfio_ap_mdev_filter_matrix }; /* VISIBLE_IF_KUNIT */
