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
 * C: drivers/s390/crypto/vfio_ap_private.h, v15 12/13
 *    <20210406153122.22874-13-akrowiak@linux.ibm.com>
 */
import { device } from "#linux/device.h";
import type { mdev_device } from "#v5.10/linux/mdev.h";
import { mutex } from "#linux/mutex.h";
import type { kvm } from "#linux/kvm_host.h";
import { DECLARE_HASHTABLE, type hashtable } from "#linux/hashtable.h";
/* not in C's list: */
import { kvm_s390_module_hook } from "#v5.10/asm/kvm_host.h";
import { ap_config_info } from "#asm/ap.h";
import { atomic_t } from "#linux/atomic.h";
import { hlist_node, list_head } from "#linux/list.h";
import { notifier_block } from "#linux/notifier.h";
import { wait_queue_head } from "#linux/wait.h";
import { AP_DEVICES, AP_DOMAINS, type ap_driver } from "../../../../v5.10/s390/crypto/ap_bus.h.ts";

export const VFIO_AP_MODULE_NAME = "vfio_ap";
export const VFIO_AP_DRV_NAME = "vfio_ap";

/**
 * class ap_matrix_dev - the one matrix device: the root of the driver's data
 * @device: the device /sys/devices/vfio_ap/matrix
 * @available_instances: mediated devices that can still be created
 * @config_info: the host's AP configuration as the driver last heard of it
 * @config_info_prev: the one before that
 * @mdev_list: the mediated devices, newest first
 * @lock: guards everything: @mdev_list and the contents of each mediated device
 * @vfio_ap_drv: the AP driver that queues are bound to
 * @ap_add: adapters added to the host, from the change to the end of the scan
 * @aq_add: domains added to the host, likewise
 * @ad_add: control domains added to the host, likewise
 */
export class ap_matrix_dev {
	device = new device(this);
	available_instances = new atomic_t();
	config_info = new ap_config_info();
	config_info_prev = new ap_config_info();
	mdev_list = new list_head();
	lock = new mutex();
	vfio_ap_drv: ap_driver | null = null;
	ap_add = new Uint32Array(AP_DEVICES / 32);
	aq_add = new Uint32Array(AP_DOMAINS / 32);
	ad_add = new Uint32Array(AP_DOMAINS / 32);
}

export { matrix_dev } from "./vfio_ap_drv.ts";

/* Words of struct ap_matrix: three times a long and a mask */
const AP_MATRIX_WORDS = 3 * (2 + 256 / 32);

/**
 * class ap_matrix - adapters, domains and control domains as masks
 * @words: the struct itself, for what compares it as memory
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
	words: Uint32Array;
	apm: Uint32Array;
	aqm: Uint32Array;
	adm: Uint32Array;

	constructor() {
		this.words = new Uint32Array(AP_MATRIX_WORDS);
		this.apm = this.words.subarray(2, 10);
		this.aqm = this.words.subarray(12, 20);
		this.adm = this.words.subarray(22, 30);
	}

	get apm_max(): number {
		return this.words[1];
	}

	set apm_max(apm_max: number) {
		this.words[1] = apm_max;
	}

	get aqm_max(): number {
		return this.words[11];
	}

	set aqm_max(aqm_max: number) {
		this.words[11] = aqm_max;
	}

	get adm_max(): number {
		return this.words[21];
	}

	set adm_max(adm_max: number) {
		this.words[21] = adm_max;
	}

	memcpy_from(src: ap_matrix): void {
		this.words.set(src.words);
	}
}

/**
 * class ap_matrix_mdev - a mediated device
 * @node: its place in the matrix device's list
 * @matrix: what the administrator assigned to it
 * @shadow_apcb: what its guest should have: @matrix less what is filtered out
 * @group_notifier: hears of the guest (VFIO_GROUP_NOTIFY_SET_KVM)
 * @iommu_notifier: hears of guest memory going away
 * @kvm_busy: @kvm is being set or unset, with matrix_dev->lock given back
 * @wait_for_kvm: who waits until that is done
 * @kvm: the guest that uses it
 * @pqap_hook: the handler of the guest's PQAP(AQIC), as KVM finds it
 * @mdev: the mediated device
 * @qtable: the queues that are bound to the driver and assigned here, by APQN
 */
export class ap_matrix_mdev {
	node = new list_head(this);
	matrix = new ap_matrix();
	shadow_apcb = new ap_matrix();
	group_notifier = new notifier_block(this);
	iommu_notifier = new notifier_block(this);
	kvm_busy = false;
	wait_for_kvm = new wait_queue_head();
	kvm: kvm | null = null;
	pqap_hook = new kvm_s390_module_hook(this);
	mdev: mdev_device | null = null;
	qtable: hashtable = DECLARE_HASHTABLE(8);
}

/**
 * class vfio_ap_queue - a queue bound to the driver
 * @matrix_mdev: the mediated device it is assigned to
 * @saved_pfn: guest page of its notification indicator byte, 0 for none
 * @apqn: its number
 * @saved_isc: the guest's interruption subclass, registered with the GIB
 * @mdev_qnode: its place in the mediated device's table
 */
export class vfio_ap_queue extends hlist_node {
	matrix_mdev: ap_matrix_mdev | null = null;
	saved_pfn = 0n;
	apqn = 0;
	saved_isc = 0;

	/* PORT: inherited, as C embeds it: a queue and its node are one object */
	get mdev_qnode(): hlist_node {
		return this;
	}
}

export const VFIO_AP_ISC_INVALID = 0xff;

export {
	vfio_ap_mdev_probe_queue, vfio_ap_mdev_register, vfio_ap_mdev_remove_queue,
	vfio_ap_mdev_resource_in_use, vfio_ap_mdev_unregister, vfio_ap_on_cfg_changed,
	vfio_ap_on_scan_complete,
} from "./vfio_ap_ops.ts";
