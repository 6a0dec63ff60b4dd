/* SPDX-License-Identifier: GPL-2.0+ */
/*
 * The AP bus as the postings of 2020 (v11, v12, v13) knew it, and those up to v18:
 * today's, but for what these drivers can tell apart.
 *
 *	ap_owned_by_def_drv()			take ap_perms_mutex themselves; since
 *	ap_apqn_in_matrix_owned_by_def_drv()	v19 the caller does
 *	ap_driver.in_use			returned a bool in v11, an errno since
 *						v12; the bus takes both
 *
 * What they cannot tell apart is today's:
 *
 *	apmask_store(), aqmask_store()	v11 returned -EBUSY as today; v12 and v13
 *					handed the driver's own error on (-EADDRINUSE),
 *					and with an error kept the module's reference
 *	ap_scan_bus()			after on_config_changed() copied the new
 *					configuration over the old one, so that
 *					on_scan_complete() was given the same twice;
 *					v11 held a lock ap_config_lock around it all
 *
 * Copyright IBM Corp. 2006, 2020
 * Author(s): Cornelia Huck <cornelia.huck@de.ibm.com>
 *	      Martin Schwidefsky <schwidefsky@de.ibm.com>
 *	      Ralph Wuerthner <rwuerthn@de.ibm.com>
 *	      Felix Beck <felix.beck@de.ibm.com>
 *	      Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * C: drivers/s390/crypto/ap_bus.c of
 *    v11 04/14 <20201022171209.19494-5-akrowiak@linux.ibm.com>,
 *    v11 11/14 <20201022171209.19494-12-akrowiak@linux.ibm.com>,
 *    v12 06/17 <20201124214016.3013-7-akrowiak@linux.ibm.com>,
 *    v13 10/15 <20201223011606.5265-11-akrowiak@linux.ibm.com>
 */
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import * as ap_bus from "../../../s390/crypto/ap_bus.h.ts";
import { ap_perms_mutex } from "../../../s390/crypto/ap_bus.h.ts";

export * from "../../../s390/crypto/ap_bus.h.ts";

/**
 * ap_owned_by_def_drv - whether a queue is reserved for the default drivers
 * @card: APID
 * @queue: APQI
 *
 * Context: takes ap_perms_mutex, unless the numbers are no queue's.
 * Return: 1 or 0, -EINVAL for numbers that no queue has.
 * C: drivers/s390/crypto/ap_bus.c, v5.9 to v5.17
 */
export function ap_owned_by_def_drv(card: number, queue: number): number {
	if (card < 0 || card >= ap_bus.AP_DEVICES || queue < 0 || queue >= ap_bus.AP_DOMAINS)
		return ap_bus.ap_owned_by_def_drv(card, queue);
	mutex_lock(ap_perms_mutex);

	const rc = ap_bus.ap_owned_by_def_drv(card, queue);

	mutex_unlock(ap_perms_mutex);
	return rc;
}

/**
 * ap_apqn_in_matrix_owned_by_def_drv - whether any queue of a matrix is reserved
 *					for the default drivers
 * @apm: the matrix's adapters
 * @aqm: the matrix's domains
 *
 * Context: takes ap_perms_mutex.
 * Return: 1 or 0.
 * C: drivers/s390/crypto/ap_bus.c, v5.9 to v5.17
 */
export function ap_apqn_in_matrix_owned_by_def_drv(apm: Uint32Array, aqm: Uint32Array): number {
	mutex_lock(ap_perms_mutex);

	const rc = ap_bus.ap_apqn_in_matrix_owned_by_def_drv(apm, aqm);

	mutex_unlock(ap_perms_mutex);
	return rc;
}
