/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the adjunct processor VFIO matrix driver share.
 *
 * Author(s): Tony Krowiak <akrowiak@linux.ibm.com>
 *	      Halil Pasic <pasic@linux.ibm.com>
 *	      Pierre Morel <pmorel@linux.ibm.com>
 *
 * Copyright IBM Corp. 2018
 *
 * C: drivers/s390/crypto/vfio_ap_private.h, migration-v4 10/15
 *    <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
import { mdev_parent, mdev_type, type mdev_device } from "#linux/mdev.h";
import type { eventfd_ctx } from "#linux/eventfd.h";
import { lockdep_assert_held, mutex, mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { crypto_hook, type kvm } from "#linux/kvm_host.h";
import { vfio_device } from "#linux/vfio.h";
import { DECLARE_HASHTABLE, type hashtable } from "#linux/hashtable.h";
/* not in C's list: */
import { ap_config_info, ap_queue_status } from "#asm/ap.h";
import { debug_sprintf_event } from "#asm/debug.h";
import { device } from "#linux/device.h";
import { hlist_node, list_head } from "#linux/list.h";
import type { work_func_t, work_struct } from "#linux/workqueue.h";
import { AP_DEVICES, AP_DOMAINS, type ap_driver } from "../../../../v7.3/s390/crypto/ap_bus.h.ts";
import { matrix_dev, vfio_ap_dbf_info } from "./vfio_ap_drv.ts";
import type { vfio_ap_migration_data } from "./vfio_ap_migration.ts";

export const VFIO_AP_MODULE_NAME = "vfio_ap";
export const VFIO_AP_DRV_NAME = "vfio_ap";

/**
 * class ap_matrix_dev - the one matrix device: the root of the driver's data
 * @device: the device /sys/devices/vfio_ap/matrix
 * @info: the host's AP configuration as the driver last heard of it
 * @mdev_list: the mediated devices, newest first
 * @mdevs_lock: guards the contents of every mediated device; coarse on purpose
 * @vfio_ap_drv: the AP driver that queues are bound to
 * @guests_lock: guards use of a guest's KVM pointer, and @mdev_list
 * @parent: the mdev core's view of the matrix device
 * @mdev_type: the one type of mediated device offered
 * @mdev_types: the same, as the mdev core wants it
 */
export class ap_matrix_dev {
	device = new device(this);
	info = new ap_config_info();
	mdev_list = new list_head();
	mdevs_lock = new mutex();	/* one at a time in any ap_matrix_mdev */
	vfio_ap_drv: ap_driver | null = null;
	guests_lock = new mutex();	/* one at a time at any guest */
	parent = new mdev_parent();
	mdev_type = new mdev_type();
	mdev_types: mdev_type | null = null;
}

export { matrix_dev };

/**
 * class ap_matrix - adapters, domains and control domains as masks
 * @apm_max: highest APID that @apm may have
 * @apm: the adapters
 * @aqm_max: highest APQI that @aqm may have
 * @aqm: the usage domains
 * @adm_max: highest number that @adm may have
 * @adm: the control domains
 *
 * The leftmost bit of a mask is number 0, the rightmost 255.
 */
export class ap_matrix {
	apm_max = 0;
	apm = new Uint32Array(AP_DEVICES / 32);
	aqm_max = 0;
	aqm = new Uint32Array(AP_DOMAINS / 32);
	adm_max = 0;
	adm = new Uint32Array(AP_DOMAINS / 32);
}

/**
 * class ap_queue_table - the queues linked to a mediated device
 * @queues: hash table of vfio_ap_queue by APQN
 */
export class ap_queue_table {
	queues: hashtable = DECLARE_HASHTABLE(8);
}

/**
 * class ap_matrix_mdev - a mediated device
 * @vdev: the VFIO device
 * @node: its place in the matrix device's list
 * @matrix: what the administrator assigned to it
 * @shadow_apcb: what its guest should have: @matrix less what is filtered out
 * @kvm: the guest that uses it
 * @pqap_hook: the handler of the guest's PQAP(AQIC), as KVM finds it
 * @mdev: the mediated device
 * @qtable: the queues that are bound to the driver and assigned here
 * @req_trigger: the eventfd that asks userspace to give the device back
 * @cfg_chg_trigger: the eventfd that says that the guest's AP configuration changed
 * @apm_add: adapters just added to the host and not yet looked at
 * @aqm_add: domains just added to the host and not yet looked at
 * @adm_add: control domains just added to the host and not yet looked at
 * @mig_data: the state of a migration, while the mdev is open
 */
export class ap_matrix_mdev {
	vdev = new vfio_device(this);
	node = new list_head(this);
	matrix = new ap_matrix();
	shadow_apcb = new ap_matrix();
	kvm: kvm | null = null;
	pqap_hook = new crypto_hook(this);
	mdev: mdev_device | null = null;
	qtable = new ap_queue_table();
	req_trigger: eventfd_ctx | null = null;
	cfg_chg_trigger: eventfd_ctx | null = null;
	apm_add = new Uint32Array(AP_DEVICES / 32);
	aqm_add = new Uint32Array(AP_DOMAINS / 32);
	adm_add = new Uint32Array(AP_DOMAINS / 32);
	mig_data: vfio_ap_migration_data | null = null;
}

export const VFIO_AP_ISC_INVALID = 0xff;

/**
 * class vfio_ap_queue - a queue bound to the driver
 * @matrix_mdev: the mediated device it is assigned to
 * @saved_iova: guest address of its notification indicator byte, 0 for none
 * @apqn: its number
 * @saved_isc: the guest's interruption subclass, registered with the GIB
 * @mdev_qnode: its place in the mediated device's table
 * @reset_qnode: its place in a list of queues to reset
 * @reset_status: the status of its last reset
 * @reset_work: waits for the end of a reset
 *
 * PORT: two of the members that C embeds are inherited, so that a queue is its
 * own node and its own work item, and one comes with its first use: 65,536 queues
 * are one object and a status each, as in C they are one struct.
 */
export class vfio_ap_queue extends hlist_node implements work_struct {
	matrix_mdev: ap_matrix_mdev | null = null;
	saved_iova = 0n;
	apqn = 0;
	saved_isc = 0;
	#reset_qnode: list_head | null = null;
	reset_status = new ap_queue_status();
	func: work_func_t | null = null;
	pending = false;

	get mdev_qnode(): hlist_node {
		return this;
	}

	get reset_qnode(): list_head {
		return this.#reset_qnode ??= new list_head(this);
	}

	get reset_work(): work_struct {
		return this;
	}
}

/**
 * get_update_locks_for_mdev - take what updating the APCB of an mdev's guest needs
 * @matrix_mdev: the mediated device, or null
 *
 * Order: guests_lock, then kvm->lock if the mdev has a guest, then mdevs_lock.
 *
 * Context: takes guests_lock, kvm->lock if there is a guest, and mdevs_lock;
 * may sleep.
 * C: vfio_ap_private.h, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
export function get_update_locks_for_mdev(matrix_mdev: ap_matrix_mdev | null): void {
	mutex_lock(matrix_dev.guests_lock);
	if (matrix_mdev && matrix_mdev.kvm)
		mutex_lock(matrix_mdev.kvm.lock);
	mutex_lock(matrix_dev.mdevs_lock);
}

/**
 * release_update_locks_for_mdev - give back what updating an mdev's guest took
 * @matrix_mdev: the mediated device, or null
 *
 * Context: releases what get_update_locks_for_mdev() took.
 * C: vfio_ap_private.h, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
export function release_update_locks_for_mdev(matrix_mdev: ap_matrix_mdev | null): void {
	mutex_unlock(matrix_dev.mdevs_lock);
	if (matrix_mdev && matrix_mdev.kvm)
		mutex_unlock(matrix_mdev.kvm.lock);
	mutex_unlock(matrix_dev.guests_lock);
}

/**
 * assert_has_update_locks_for_mdev - complain if a lock is not held that updating an
 *				      mdev's guest needs
 * @matrix_mdev: the mediated device, or null
 *
 * Context: checks that guests_lock, kvm->lock if there is a guest, and
 * mdevs_lock are held.
 * C: vfio_ap_private.h, migration-v4 10/15 <20260707090226.3206695-11-akrowiak@linux.ibm.com>
 */
export function assert_has_update_locks_for_mdev(matrix_mdev: ap_matrix_mdev | null): void {
	lockdep_assert_held(matrix_dev.guests_lock);
	if (matrix_mdev && matrix_mdev.kvm)
		lockdep_assert_held(matrix_mdev.kvm.lock);
	lockdep_assert_held(matrix_dev.mdevs_lock);
}

export {
	vfio_ap_mdev_get_num_queues, vfio_ap_mdev_probe_queue, vfio_ap_mdev_register,
	vfio_ap_mdev_remove_queue,
	vfio_ap_mdev_resource_in_use, vfio_ap_mdev_unregister, vfio_ap_on_cfg_changed,
	vfio_ap_on_scan_complete, vfio_ap_set_new_guest_config,
} from "./vfio_ap_ops.ts";
export {
	vfio_ap_init_migration_capabilities, vfio_ap_init_migration_data,
	vfio_ap_release_migration_data, vfio_ap_reset_migration_state,
} from "./vfio_ap_migration.ts";

/*
 * PORT: the rest is vfio_ap_debug.h. A posting has three files, and today's
 * writes into the debug area of today's driver.
 */
export const DBF_WARN = 4;	/* something is suspicious */

export const DBF_MAX_SPRINTF_ARGS = 10;

/**
 * VFIO_AP_DBF_WARN - note a warning; @fmt and its arguments as for printf
 *
 * PORT: a macro in C
 *
 * C: vfio_ap_debug.h, Linux 7.1
 */
export function VFIO_AP_DBF_WARN(fmt: string, ...args: unknown[]): void {
	debug_sprintf_event(vfio_ap_dbf_info, DBF_WARN, fmt, ...args);
}
