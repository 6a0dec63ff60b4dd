// SPDX-License-Identifier: GPL-2.0+
/*
 * Adjunct processor matrix VFIO device driver: the callbacks.
 *
 * Copyright IBM Corp. 2018
 *
 * Author(s): Tony Krowiak <akrowiak@linux.ibm.com>
 *	      Halil Pasic <pasic@linux.ibm.com>
 *	      Pierre Morel <pmorel@linux.ibm.com>
 *
 * C: drivers/s390/crypto/vfio_ap_ops.c, v20 17/20
 *    <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 *
 * Numbers: an APID or APQI is 0 to 255, an APQN has the APID in its upper and
 * the APQI in its lower byte. Masks are 256 bits, bit 0 leftmost.
 */
import { memcpy, memset } from "#linux/string.h";
import {
	VFIO_DEVICE_API_AP_STRING, VFIO_DEVICE_FLAGS_AP, VFIO_DEVICE_FLAGS_RESET,
	VFIO_DEVICE_GET_INFO,
	VFIO_DEVICE_RESET, VFIO_IOMMU_NOTIFY, VFIO_IOMMU_NOTIFY_DMA_UNMAP, vfio_device_info,
	vfio_device_ops, vfio_init_group_dev, vfio_pin_pages, vfio_register_emulated_iommu_dev,
	vfio_register_notifier, vfio_uninit_group_dev, vfio_unpin_pages, vfio_unregister_group_dev,
	vfio_unregister_notifier, type vfio_device, type vfio_iommu_type1_dma_unmap,
} from "#v5.19/linux/vfio.h";
import {
	DEVICE_ATTR_RO, DEVICE_ATTR_WO,
	dev_get_drvdata, dev_name, dev_set_drvdata, dev_warn, put_device,
	type device, type device_attribute,
} from "#linux/device.h";
import { list_add, list_del, list_empty, list_for_each_entry } from "#linux/list.h";
import {
	clear_bit_inv, find_first_bit_inv, find_next_bit_inv, for_each_set_bit_inv, set_bit_inv,
	test_bit_inv,
} from "#linux/bitops.h";
import {
	ECA_AIV, PAGE_MASK, PAGE_SHIFT, gfn_to_hva, kvm_arch_crypto_clear_masks,
	kvm_arch_crypto_set_masks, kvm_get_kvm, kvm_is_error_hva, kvm_put_kvm,
	kvm_s390_gisc_register,
	kvm_s390_gisc_unregister, lowcore_kvm, type kvm, type kvm_vcpu,
} from "#linux/kvm_host.h";
import { KBUILD_MODNAME, THIS_MODULE } from "#linux/module.h";
import type { guid_t } from "#linux/uuid.h";
import { MAX_ZDEV_ENTRIES_EXT } from "#asm/zcrypt.h";

import {
	VFIO_AP_DBF_WARN, VFIO_AP_ISC_INVALID,
	ap_matrix, ap_matrix_mdev, ap_queue_table, matrix_dev,
	vfio_ap_queue,
} from "./vfio_ap_private.h.ts";
/* not in C's list: */
import {
	AP_MKQID, AP_QID_CARD, AP_QID_QUEUE, ap_aqic, ap_qirq_ctrl, ap_queue_status, ap_tapq,
	ap_tapq_hwinfo, ap_test_queue, ap_zapq, type ap_config_info,
} from "#asm/ap.h";
import { le16_to_cpup, le32_to_cpup } from "#asm/byteorder.h";
import { atomic_dec_if_positive, atomic_inc, atomic_read, atomic_set } from "#linux/atomic.h";
import {
	DECLARE_BITMAP,
	bitmap_and, bitmap_andnot, bitmap_clear, bitmap_copy, bitmap_empty, bitmap_equal,
	bitmap_intersects,
} from "#linux/bitmap.h";
import { WARN, WARN_ON, WARN_ONCE } from "#linux/bug.h";
import { container_of } from "#linux/container_of.h";
import { msleep } from "#linux/delay.h";
import {
	EADDRINUSE, EADDRNOTAVAIL, EBUSY, EFAULT, EINVAL, EIO, ENODEV, ENOMEM, EOPNOTSUPP, EPERM,
} from "#linux/errno.h";
import {
	hash_add, hash_del, hash_first, hash_for_each, hash_init, hash_next,
} from "#linux/hashtable.h";
import { IOMMU_READ, IOMMU_WRITE } from "#linux/iommu.h";
import { kstrtoul } from "#linux/kstrtox.h";
import {
	MDEV_TYPE_ATTR_RO, mdev_dev, mdev_driver, mdev_register_device, mdev_register_driver,
	mdev_unregister_device, mdev_unregister_driver, type mdev_device, type mdev_type,
	type mdev_type_attribute,
} from "#v6.0/linux/mdev.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { NOTIFY_DONE, NOTIFY_OK, type notifier_block } from "#linux/notifier.h";
import { pr_warn } from "#linux/printk.h";
import { down_write, up_write } from "#linux/rwsem.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { scnprintf, sprintf, type char_buf } from "#linux/sprintf.h";
import { PAGE_SIZE, attribute_group, sysfs_create_group, sysfs_remove_group } from "#linux/sysfs.h";
import { out } from "#linux/types.h";
import { copy_from_user, copy_to_user, offsetofend, type user_ptr } from "#linux/uaccess.h";
import {
	AP_DEVICES, AP_DEVICE_TYPE_CEX4, AP_DOMAINS, AP_RESPONSE_BUSY, AP_RESPONSE_CHECKSTOPPED,
	AP_RESPONSE_DECONFIGURED, AP_RESPONSE_INVALID_ADDRESS, AP_RESPONSE_INVALID_GISA,
	AP_RESPONSE_NORMAL, AP_RESPONSE_OTHERWISE_CHANGED, AP_RESPONSE_Q_NOT_AVAIL,
	AP_RESPONSE_RESET_IN_PROGRESS,
	ap_apqn_in_matrix_owned_by_def_drv, ap_get_qdev, ap_perms_mutex,
	to_ap_dev, to_ap_queue, type ap_device,
} from "../../ap_bus.h.ts";

const VFIO_AP_MDEV_TYPE_HWVIRT = "passthrough";
const VFIO_AP_MDEV_NAME_HWVIRT = "VFIO AP Passthrough Device";

const AP_QUEUE_ASSIGNED = "assigned";
const AP_QUEUE_UNASSIGNED = "unassigned";
const AP_QUEUE_IN_USE = "in use";

/**
 * get_update_locks_for_kvm - take what updating a guest's APCB needs
 * @kvm: the guest, or null
 *
 * Context: takes guests_lock, kvm->lock if there is a guest, and mdevs_lock, in
 * that order; may sleep.
 * C: vfio_ap_ops.c, v20 09/20 <20220621155134.1932383-10-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function get_update_locks_for_kvm(kvm: kvm | null): void { /* PORT: a macro in C */
	mutex_lock(matrix_dev.guests_lock);
	if (kvm)
		mutex_lock(kvm.lock);
	mutex_lock(matrix_dev.mdevs_lock);
}

/**
 * release_update_locks_for_kvm - give back what get_update_locks_for_kvm() took
 * @kvm: the guest, or null
 *
 * Context: releases what get_update_locks_for_kvm() took.
 * C: vfio_ap_ops.c, v20 09/20 <20220621155134.1932383-10-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function release_update_locks_for_kvm(kvm: kvm | null): void { /* PORT: a macro in C */
	mutex_unlock(matrix_dev.mdevs_lock);
	if (kvm)
		mutex_unlock(kvm.lock);
	mutex_unlock(matrix_dev.guests_lock);
}

/**
 * get_update_locks_for_mdev - take what updating the APCB of an mdev's guest needs
 * @matrix_mdev: the mediated device, or null
 *
 * Context: takes guests_lock, kvm->lock if there is a guest, and mdevs_lock, in
 * that order; may sleep.
 * C: vfio_ap_ops.c, v20 10/20 <20220621155134.1932383-11-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function get_update_locks_for_mdev( /* PORT: a macro in C */
	matrix_mdev: ap_matrix_mdev | null,
): void {
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
 * C: vfio_ap_ops.c, v20 10/20 <20220621155134.1932383-11-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function release_update_locks_for_mdev( /* PORT: a macro in C */
	matrix_mdev: ap_matrix_mdev | null,
): void {
	mutex_unlock(matrix_dev.mdevs_lock);
	if (matrix_mdev && matrix_mdev.kvm)
		mutex_unlock(matrix_mdev.kvm.lock);
	mutex_unlock(matrix_dev.guests_lock);
}

/**
 * get_update_locks_by_apqn - find the mdev an APQN is assigned to and take what
 *			      updating its guest's APCB needs
 * @apqn: the number of a queue
 *
 * Context: takes guests_lock, kvm->lock if there is a guest, and mdevs_lock, in
 * that order; may sleep.
 * Return: the mediated device, or null if the APQN is assigned to none; the
 * locks are taken in either case.
 * C: vfio_ap_ops.c, v20 11/20 <20220621155134.1932383-12-akrowiak@linux.ibm.com>
 */
function get_update_locks_by_apqn(apqn: number): ap_matrix_mdev | null {
	mutex_lock(matrix_dev.guests_lock);

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		if (test_bit_inv(AP_QID_CARD(apqn), matrix_mdev.matrix.apm) &&
		    test_bit_inv(AP_QID_QUEUE(apqn), matrix_mdev.matrix.aqm)) {
			if (matrix_mdev.kvm)
				mutex_lock(matrix_mdev.kvm.lock);

			mutex_lock(matrix_dev.mdevs_lock);

			return matrix_mdev;
		}
	}

	mutex_lock(matrix_dev.mdevs_lock);

	return null;
}

/**
 * get_update_locks_for_queue - take what updating the APCB of a queue's guest needs
 * @q: the queue
 *
 * Context: takes guests_lock, kvm->lock if there is a guest, and mdevs_lock, in
 * that order; may sleep.
 * C: vfio_ap_ops.c, v20 11/20 <20220621155134.1932383-12-akrowiak@linux.ibm.com>
 */
function get_update_locks_for_queue(q: vfio_ap_queue): void { /* PORT: a macro in C */
	mutex_lock(matrix_dev.guests_lock);
	if (q.matrix_mdev && q.matrix_mdev.kvm)
		mutex_lock(q.matrix_mdev.kvm.lock);
	mutex_lock(matrix_dev.mdevs_lock);
}

/**
 * vfio_ap_mdev_get_queue - look a queue up among those linked to an mdev
 * @matrix_mdev: the mediated device
 * @apqn: the queue's number
 *
 * Context: mdevs_lock held.
 * Return: the queue, or null.
 * C: vfio_ap_ops.c, v20 03/20 <20220621155134.1932383-4-akrowiak@linux.ibm.com>
 * Unchanged since: v18
 */
function vfio_ap_mdev_get_queue(matrix_mdev: ap_matrix_mdev, apqn: number): vfio_ap_queue | null {
	for (let q = hash_first<vfio_ap_queue>(matrix_mdev.qtable.queues, apqn); q !== null;
	     q = hash_next(q, apqn)) { /* hash_for_each_possible() */
		if (q && q.apqn === apqn)
			return q;
	}

	return null;
}

/**
 * vfio_ap_wait_for_irqclear - wait until a queue no longer interrupts
 * @apqn: the queue
 *
 * Looks up to 5 times, 20 ms apart, while the queue is good, busy or in a reset;
 * warns when the queue is anything else, or still interrupts at the end.
 *
 * Context: process context, sleeps up to 100 ms.
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
function vfio_ap_wait_for_irqclear(apqn: number): void {
	let status: ap_queue_status;
	let retry = 5;

	do {
		status = ap_tapq(apqn, null);
		switch (status.response_code) {
		case AP_RESPONSE_NORMAL:
		case AP_RESPONSE_RESET_IN_PROGRESS:
			if (!status.irq_enabled)
				return;
			/* fallthrough */
		case AP_RESPONSE_BUSY:
			msleep(20);
			break;
		case AP_RESPONSE_Q_NOT_AVAIL:
		case AP_RESPONSE_DECONFIGURED:
		case AP_RESPONSE_CHECKSTOPPED:
		default:
			WARN_ONCE(true, "%s: tapq rc %02x: %04x\n", "vfio_ap_wait_for_irqclear",
				  status.response_code, apqn);
			return;
		}
	} while (--retry);

	WARN_ONCE(true, "%s: tapq rc %02x: %04x could not clear IR bit\n",
		  "vfio_ap_wait_for_irqclear", status.response_code, apqn);
}

/**
 * vfio_ap_free_aqic_resources - give back what a queue's interrupts needed
 * @q: the queue, or null
 *
 * The guest's interruption subclass and the page of its notification byte. A
 * subclass that is still registered when the guest is gone stays so, with a
 * warning each time.
 *
 * Context: mdevs_lock held.
 * C: vfio_ap_ops.c, Linux 5.19
 */
function vfio_ap_free_aqic_resources(q: vfio_ap_queue | null): void {
	if (!q)
		return;
	if (q.saved_isc !== VFIO_AP_ISC_INVALID &&
	    !WARN_ON(!(q.matrix_mdev && q.matrix_mdev.kvm))) {
		kvm_s390_gisc_unregister(q.matrix_mdev!.kvm!, q.saved_isc);
		q.saved_isc = VFIO_AP_ISC_INVALID;
	}
	if (q.saved_pfn && !WARN_ON(!q.matrix_mdev)) {
		vfio_unpin_pages(q.matrix_mdev!.vdev, [q.saved_pfn], 1);
		q.saved_pfn = 0n;
	}
}

/**
 * vfio_ap_irq_disable - make a queue stop interrupting
 * @q: the queue
 *
 * While the queue is busy or in a reset it is tried again, 20 ms later, up to 6
 * times in all. Whatever the end, the resources of the interrupts are freed.
 *
 * Context: caller holds mdevs_lock.
 * Return: the status of the last PQAP(AQIC).
 * C: vfio_ap_ops.c, v20 03/20 <20220621155134.1932383-4-akrowiak@linux.ibm.com>
 * Unchanged since: v11
 */
function vfio_ap_irq_disable(q: vfio_ap_queue): ap_queue_status {
	const aqic_gisa = new ap_qirq_ctrl();
	let status: ap_queue_status;
	let retries = 5;

	end_free: {
		do {
			status = ap_aqic(q.apqn, aqic_gisa, 0n);
			switch (status.response_code) {
			case AP_RESPONSE_OTHERWISE_CHANGED:
			case AP_RESPONSE_NORMAL:
				vfio_ap_wait_for_irqclear(q.apqn);
				break end_free;
			case AP_RESPONSE_RESET_IN_PROGRESS:
			case AP_RESPONSE_BUSY:
				msleep(20);
				break;
			case AP_RESPONSE_Q_NOT_AVAIL:
			case AP_RESPONSE_DECONFIGURED:
			case AP_RESPONSE_CHECKSTOPPED:
			case AP_RESPONSE_INVALID_ADDRESS:
			default:
				/* Anything else: the queue is not operational */
				WARN_ONCE(true, "%s: ap_aqic status %d\n", "vfio_ap_irq_disable",
					  status.response_code);
				break end_free;
			}
		} while (retries--);

		WARN_ONCE(true, "%s: ap_aqic status %d\n", "vfio_ap_irq_disable",
			  status.response_code);
	} /* end_free: */
	vfio_ap_free_aqic_resources(q);
	return status;
}

/**
 * vfio_ap_validate_nib - the address of a notification indicator byte
 * @vcpu: the guest CPU whose general register 2 holds it
 * @nib: where to put it; 0 is as good as any other
 * @g_pfn: where to put the number of its page frame
 *
 * Return: 0, or -EINVAL when it is not backed by guest memory.
 * C: vfio_ap_ops.c, Linux 5.19
 * Unchanged since: v19
 */
function vfio_ap_validate_nib(vcpu: kvm_vcpu, nib: out<bigint>, g_pfn: bigint[]): number {
	nib.v = vcpu.run.s.regs.gprs[2];
	g_pfn[0] = nib.v >> PAGE_SHIFT;

	if (kvm_is_error_hva(gfn_to_hva(vcpu.kvm, g_pfn[0])))
		return -EINVAL;

	return 0;
}

/**
 * vfio_ap_irq_enable - turn a queue's interrupts on for a guest
 * @q: the queue
 * @isc: the guest's interruption subclass, 0 to 7
 * @vcpu: the guest CPU that asked, by PQAP(AQIC)
 *
 * Pins the page of the notification byte and registers the subclass; what an
 * earlier call had is given back when the new setting holds. A page pinned for a
 * subclass that cannot be had stays pinned.
 *
 * Context: mdevs_lock held, and what KVM holds around its hook; may sleep to
 * pin a page.
 * Return: the queue's status; response code 06 when the byte's page cannot be
 * had, 08 when the subclass cannot.
 * C: vfio_ap_ops.c, Linux 5.19
 */
function vfio_ap_irq_enable(q: vfio_ap_queue, isc: number, vcpu: kvm_vcpu): ap_queue_status {
	const aqic_gisa = new ap_qirq_ctrl();
	let status = new ap_queue_status();
	const nib = out(0n);
	const g_pfn = [0n];
	const h_pfn = [0n];

	/* The byte has to be somewhere */
	if (vfio_ap_validate_nib(vcpu, nib, g_pfn)) {
		VFIO_AP_DBF_WARN("%s: invalid NIB address: nib=%#lx, g_pfn=%#lx, apqn=%#04x\n",
				 "vfio_ap_irq_enable", nib.v, g_pfn[0], q.apqn);

		status.response_code = AP_RESPONSE_INVALID_ADDRESS;
		return status;
	}

	const ret = vfio_pin_pages(q.matrix_mdev!.vdev, g_pfn, 1,
				   IOMMU_READ | IOMMU_WRITE, h_pfn);
	switch (ret) {
	case 1:
		break;
	default:
		VFIO_AP_DBF_WARN("%s: vfio_pin_pages failed: rc=%d," +
				 "nib=%#lx, g_pfn=%#lx, apqn=%#04x\n",
				 "vfio_ap_irq_enable", ret, nib.v, g_pfn[0], q.apqn);

		status.response_code = AP_RESPONSE_INVALID_ADDRESS;
		return status;
	}

	const kvm = q.matrix_mdev!.kvm!;
	const gisa = kvm.arch.gisa_int.origin;

	const h_nib = (h_pfn[0] << PAGE_SHIFT) | (nib.v & ~PAGE_MASK);
	aqic_gisa.gisc = isc;

	const nisc = kvm_s390_gisc_register(kvm, isc);
	if (nisc < 0) {
		VFIO_AP_DBF_WARN("%s: gisc registration failed: nisc=%d, isc=%d, apqn=%#04x\n",
				 "vfio_ap_irq_enable", nisc, isc, q.apqn);

		status.response_code = AP_RESPONSE_INVALID_GISA;
		return status;
	}

	aqic_gisa.isc = nisc;
	aqic_gisa.ir = 1;
	aqic_gisa.gisa = Number((gisa?.address ?? 0n) >> 4n);

	status = ap_aqic(q.apqn, aqic_gisa, h_nib);
	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
		/* What was set before has just been replaced */
		vfio_ap_free_aqic_resources(q);
		q.saved_pfn = g_pfn[0];
		q.saved_isc = isc;
		break;
	case AP_RESPONSE_OTHERWISE_CHANGED:
		/* The old setting stays: give the new one back */
		vfio_unpin_pages(q.matrix_mdev!.vdev, g_pfn, 1);
		kvm_s390_gisc_unregister(kvm, isc);
		break;
	default:
		pr_warn("%s: apqn %04x: response: %02x\n", "vfio_ap_irq_enable", q.apqn,
			status.response_code);
		vfio_ap_irq_disable(q);
		break;
	}

	if (status.response_code !== AP_RESPONSE_NORMAL) {
		VFIO_AP_DBF_WARN("%s: PQAP(AQIC) failed with status=%#02x: " +
				 "zone=%#x, ir=%#x, gisc=%#x, f=%#x," +
				 "gisa=%#x, isc=%#x, apqn=%#04x\n",
				 "vfio_ap_irq_enable", status.response_code,
				 aqic_gisa.zone, aqic_gisa.ir, aqic_gisa.gisc,
				 aqic_gisa.gf, aqic_gisa.gisa, aqic_gisa.isc,
				 q.apqn);
	}

	return status;
}

/**
 * vfio_ap_le_guid_to_be_uuid - the pieces of a UUID in printing order
 * @guid: the UUID, its first three fields little-endian
 * @uuid: six numbers to be printed as %08lx-%04lx-%04lx-%04lx-%04lx%08lx
 *
 * The debug feature keeps numbers by value but strings by reference, and the
 * name of an mdev may be gone when somebody reads the event.
 * C: vfio_ap_ops.c, Linux 5.19
 * Unchanged since: v19
 */
function vfio_ap_le_guid_to_be_uuid(guid: guid_t, uuid: number[]): void {
	uuid[0] = le32_to_cpup(guid.b, 0);
	uuid[1] = le16_to_cpup(guid.b, 4);
	uuid[2] = le16_to_cpup(guid.b, 6);
	uuid[3] = guid.b[8] << 8 | guid.b[9];
	uuid[4] = guid.b[10] << 8 | guid.b[11];
	uuid[5] = (guid.b[12] << 24 | guid.b[13] << 16 | guid.b[14] << 8 | guid.b[15]) >>> 0;
}

/**
 * handle_pqap - a guest executed PQAP(AQIC)
 * @vcpu: the guest CPU; register 0 holds the APQN, 1 the IR bit and the
 *	  interruption subclass, 2 the address of the notification byte
 *
 * Register 1 holds the status word afterwards; its response code is 01 when
 * the queue is not the guest's.
 *
 * Context: KVM holds the hook's semaphore; takes mdevs_lock.
 * Return: 0, or -EOPNOTSUPP when KVM has no interrupt virtualisation and
 * userspace has to deal with it.
 * C: vfio_ap_ops.c, v20 07/20 <20220621155134.1932383-8-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function handle_pqap(vcpu: kvm_vcpu): number {
	let status;
	const uuid: number[] = [];
	let qstatus = new ap_queue_status();

	qstatus.response_code = AP_RESPONSE_Q_NOT_AVAIL;
	const apqn = Number(vcpu.run.s.regs.gprs[0] & 0xffffn);

	/* Without AIV it is userspace's business */
	if (!(vcpu.arch.sie_block.eca & ECA_AIV)) {
		VFIO_AP_DBF_WARN("%s: AIV facility not installed: apqn=0x%04x, eca=0x%04x\n",
				 "handle_pqap", apqn, vcpu.arch.sie_block.eca);

		return -EOPNOTSUPP;
	}

	mutex_lock(matrix_dev.mdevs_lock);

	out_unlock: {
		if (!vcpu.kvm.arch.crypto.pqap_hook) {
			VFIO_AP_DBF_WARN("%s: PQAP(AQIC) hook not registered with the vfio_ap driver: apqn=0x%04x\n",
					 "handle_pqap", apqn);

			break out_unlock;
		}

		const matrix_mdev = container_of(vcpu.kvm.arch.crypto.pqap_hook,
						 ap_matrix_mdev, "pqap_hook");

		/* Nobody uses the mdev: nothing to be done */
		if (!matrix_mdev.kvm) {
			vfio_ap_le_guid_to_be_uuid(matrix_mdev.mdev!.uuid, uuid);
			VFIO_AP_DBF_WARN("%s: mdev %08lx-%04lx-%04lx-%04lx-%04lx%08lx not in use: apqn=0x%04x\n",
					 "handle_pqap", uuid[0], uuid[1], uuid[2],
					 uuid[3], uuid[4], uuid[5], apqn);
			break out_unlock;
		}

		const q = vfio_ap_mdev_get_queue(matrix_mdev, apqn);
		if (!q) {
			VFIO_AP_DBF_WARN("%s: Queue %02x.%04x not bound to the vfio_ap driver\n",
					 "handle_pqap", AP_QID_CARD(apqn),
					 AP_QID_QUEUE(apqn));
			break out_unlock;
		}

		status = vcpu.run.s.regs.gprs[1];

		/* IR (bit 16) says on or off */
		if ((status >> (63n - 16n)) & 0x01n)
			qstatus = vfio_ap_irq_enable(q, Number(status & 0x07n), vcpu);
		else
			qstatus = vfio_ap_irq_disable(q);
	} /* out_unlock: */
	/* PORT: memcpy() over the upper half of a register, then a shift: the lower half is lost */
	vcpu.run.s.regs.gprs[1] = BigInt(qstatus.pack()); /* PORT: see above */
	mutex_unlock(matrix_dev.mdevs_lock);
	return 0;
}

/**
 * vfio_ap_matrix_init - set the limits of a matrix
 * @info: the host's AP configuration
 * @matrix: the matrix
 *
 * Without extended addressing there are 64 adapters and 16 domains.
 *
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
function vfio_ap_matrix_init(info: ap_config_info, matrix: ap_matrix): void {
	matrix.apm_max = info.apxa ? info.na : 63;
	matrix.aqm_max = info.apxa ? info.nd : 15;
	matrix.adm_max = info.apxa ? info.nd : 15;
}

/**
 * vfio_ap_mdev_update_guest_apcb - give the guest what the shadow says
 * @matrix_mdev: the mediated device, with or without a guest
 *
 * Context: kvm->lock, if there is a guest, and mdevs_lock held: KVM changes
 * masks under its lock.
 * C: vfio_ap_ops.c, v20 12/20 <20220621155134.1932383-13-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_update_guest_apcb(matrix_mdev: ap_matrix_mdev): void {
	if (matrix_mdev.kvm)
		kvm_arch_crypto_set_masks(matrix_mdev.kvm,
					  matrix_mdev.shadow_apcb.apm,
					  matrix_mdev.shadow_apcb.aqm,
					  matrix_mdev.shadow_apcb.adm);
}

/**
 * vfio_ap_mdev_filter_cdoms - the shadow's control domains: assigned and in the host
 * @matrix_mdev: the mediated device
 *
 * Context: kvm->lock, if there is a guest, and mdevs_lock held.
 * Return: whether the shadow changed.
 * C: vfio_ap_ops.c, v20 12/20 <20220621155134.1932383-13-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_filter_cdoms(matrix_mdev: ap_matrix_mdev): boolean {
	const prev_shadow_adm = DECLARE_BITMAP(AP_DOMAINS);

	bitmap_copy(prev_shadow_adm, matrix_mdev.shadow_apcb.adm, AP_DOMAINS);
	bitmap_and(matrix_mdev.shadow_apcb.adm, matrix_mdev.matrix.adm,
		   matrix_dev.info.adm, AP_DOMAINS);

	return !bitmap_equal(prev_shadow_adm, matrix_mdev.shadow_apcb.adm,
			     AP_DOMAINS);
}

/*
 * vfio_ap_mdev_filter_matrix()'s local masks: it calls nothing that calls it
 * again, and so allocates nothing.
 */
const prev_shadow_apm = DECLARE_BITMAP(AP_DEVICES); /* PORT: a local */
const prev_shadow_aqm = DECLARE_BITMAP(AP_DOMAINS); /* PORT: a local */

/**
 * vfio_ap_mdev_filter_matrix - work out anew what the guest should have
 * @apm: the adapters to look at
 * @aqm: the domains to look at
 * @matrix_mdev: the mediated device
 *
 * The shadow becomes what is assigned and in the host, less each adapter of
 * @apm that lacks a queue in one of the domains of @aqm, or has one there whose
 * last reset failed. Only these two masks are looked at: an adapter that an
 * earlier call dropped for another domain is back. Either may be the shadow's
 * own and then changes on the way.
 *
 * Context: kvm->lock, if there is a guest, and mdevs_lock held.
 * Return: whether the shadow's adapters or domains changed.
 * C: vfio_ap_ops.c, v20 17/20 <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_filter_matrix(apm: Uint32Array, aqm: Uint32Array,
				    matrix_mdev: ap_matrix_mdev): boolean {
	let apid, apqi, apqn;
	/* PORT: DECLARE_BITMAP() of the two locals stands above the function */
	let q;

	bitmap_copy(prev_shadow_apm, matrix_mdev.shadow_apcb.apm, AP_DEVICES);
	bitmap_copy(prev_shadow_aqm, matrix_mdev.shadow_apcb.aqm, AP_DOMAINS);
	vfio_ap_matrix_init(matrix_dev.info, matrix_mdev.shadow_apcb);

	/* Begin with what is assigned, as far as the host has it */
	bitmap_and(matrix_mdev.shadow_apcb.apm, matrix_mdev.matrix.apm,
		   matrix_dev.info.apm, AP_DEVICES);
	bitmap_and(matrix_mdev.shadow_apcb.aqm, matrix_mdev.matrix.aqm,
		   matrix_dev.info.aqm, AP_DOMAINS);

	for (apid = find_first_bit_inv(apm, AP_DEVICES); apid < AP_DEVICES;
	     apid = find_next_bit_inv(apm, AP_DEVICES, apid + 1)) { /* for_each_set_bit_inv() */
		for (apqi = find_first_bit_inv(aqm, AP_DOMAINS); apqi < AP_DOMAINS;
		     apqi = find_next_bit_inv(aqm, AP_DOMAINS,
					      apqi + 1)) { /* for_each_set_bit_inv() */
			/* One queue that is missing costs the adapter */
			apqn = AP_MKQID(apid, apqi);
			q = vfio_ap_mdev_get_queue(matrix_mdev, apqn);
			if (!q || q.reset_rc) {
				clear_bit_inv(apid,
					      matrix_mdev.shadow_apcb.apm);
				break;
			}
		}
	}

	return !bitmap_equal(prev_shadow_apm, matrix_mdev.shadow_apcb.apm,
			     AP_DEVICES) ||
	       !bitmap_equal(prev_shadow_aqm, matrix_mdev.shadow_apcb.aqm,
			     AP_DOMAINS);
}

/**
 * vfio_ap_mdev_probe - a mediated device has been created
 * @mdev: the mediated device
 *
 * Context: takes mdevs_lock to put it at the front of the list, whose walkers
 * hold guests_lock.
 * Return: 0; -EPERM when there are too many; -ENOMEM; the error of VFIO.
 * C: vfio_ap_ops.c, v20 11/20 <20220621155134.1932383-12-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_probe(mdev: mdev_device): number {
	let ret;

	if ((atomic_dec_if_positive(matrix_dev.available_instances) < 0))
		return -EPERM;

	const matrix_mdev = kzalloc(ap_matrix_mdev, GFP_KERNEL)!;
	err_dec_available: {
		err_list: {
			if (!matrix_mdev) {
				ret = -ENOMEM;
				break err_dec_available;
			}
			vfio_init_group_dev(matrix_mdev.vdev, mdev.dev,
					    vfio_ap_matrix_dev_ops);

			matrix_mdev.mdev = mdev;
			vfio_ap_matrix_init(matrix_dev.info, matrix_mdev.matrix);
			matrix_mdev.pqap_hook.fn = handle_pqap;
			vfio_ap_matrix_init(matrix_dev.info, matrix_mdev.shadow_apcb);
			hash_init(matrix_mdev.qtable.queues);

			ret = vfio_register_emulated_iommu_dev(matrix_mdev.vdev);
			if (ret)
				break err_list;
			dev_set_drvdata(mdev.dev, matrix_mdev);
			mutex_lock(matrix_dev.mdevs_lock);
			list_add(matrix_mdev.node, matrix_dev.mdev_list);
			mutex_unlock(matrix_dev.mdevs_lock);
			return 0;

		} /* err_list: */
		vfio_uninit_group_dev(matrix_mdev.vdev);
		kfree(matrix_mdev);
	} /* err_dec_available: */
	atomic_inc(matrix_dev.available_instances);
	return ret;
}

/**
 * vfio_ap_mdev_link_queue - link a queue with a mediated device
 * @matrix_mdev: the mediated device
 * @q: the queue, or null
 *
 * Context: caller holds mdevs_lock.
 * C: vfio_ap_ops.c, v20 03/20 <20220621155134.1932383-4-akrowiak@linux.ibm.com>
 * Unchanged since: v18
 */
function vfio_ap_mdev_link_queue(matrix_mdev: ap_matrix_mdev, q: vfio_ap_queue | null): void {
	if (q) {
		q.matrix_mdev = matrix_mdev;
		hash_add(matrix_mdev.qtable.queues,
			 q.mdev_qnode, q.apqn);
	}
}

/**
 * vfio_ap_mdev_link_apqn - link a queue with a mediated device, if it is bound
 * @matrix_mdev: the mediated device
 * @apqn: the queue
 *
 * Context: caller holds mdevs_lock.
 * C: vfio_ap_ops.c, v20 03/20 <20220621155134.1932383-4-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_link_apqn(matrix_mdev: ap_matrix_mdev, apqn: number): void {
	const q = vfio_ap_find_queue(apqn);
	vfio_ap_mdev_link_queue(matrix_mdev, q);
}

/**
 * vfio_ap_unlink_queue_fr_mdev - take a queue out of its mdev's table
 * @q: the queue; it still names the mdev
 *
 * C: vfio_ap_ops.c, v20 03/20 <20220621155134.1932383-4-akrowiak@linux.ibm.com>
 * Unchanged since: v18
 */
function vfio_ap_unlink_queue_fr_mdev(q: vfio_ap_queue): void {
	hash_del(q.mdev_qnode);
}

/**
 * vfio_ap_unlink_mdev_fr_queue - make a queue forget its mdev
 * @q: the queue
 *
 * Context: mdevs_lock held.
 * C: vfio_ap_ops.c, v20 03/20 <20220621155134.1932383-4-akrowiak@linux.ibm.com>
 * Unchanged since: v18
 */
function vfio_ap_unlink_mdev_fr_queue(q: vfio_ap_queue): void {
	q.matrix_mdev = null;
}

/**
 * vfio_ap_mdev_unlink_fr_queues - make all queues linked to an mdev forget it
 * @matrix_mdev: the mediated device
 *
 * Context: mdevs_lock held.
 * C: vfio_ap_ops.c, v20 03/20 <20220621155134.1932383-4-akrowiak@linux.ibm.com>
 * Unchanged since: v15
 */
function vfio_ap_mdev_unlink_fr_queues(matrix_mdev: ap_matrix_mdev): void {
	let q;

	for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm, AP_DEVICES)) {
		for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm, AP_DOMAINS)) {
			q = vfio_ap_mdev_get_queue(matrix_mdev,
						   AP_MKQID(apid, apqi));
			if (q)
				q.matrix_mdev = null;
		}
	}
}

/**
 * vfio_ap_mdev_remove - a mediated device is being removed
 * @mdev: the mediated device
 *
 * Context: waits until nobody has it open; takes guests_lock, mdevs_lock.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v18
 */
function vfio_ap_mdev_remove(mdev: mdev_device): void {
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(mdev.dev);

	vfio_unregister_group_dev(matrix_mdev.vdev);

	mutex_lock(matrix_dev.guests_lock);
	mutex_lock(matrix_dev.mdevs_lock);
	vfio_ap_mdev_reset_queues(matrix_mdev.qtable);
	vfio_ap_mdev_unlink_fr_queues(matrix_mdev);
	list_del(matrix_mdev.node);
	mutex_unlock(matrix_dev.mdevs_lock);
	mutex_unlock(matrix_dev.guests_lock);
	vfio_uninit_group_dev(matrix_mdev.vdev);
	kfree(matrix_mdev);
	atomic_inc(matrix_dev.available_instances);
}

/**
 * name_show - what the type of mediated device is called
 * @mtype: the type
 * @attr: its name attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: vfio_ap_ops.c, Linux 5.19
 * Unchanged since: v18
 */
function name_show(mtype: mdev_type, attr: mdev_type_attribute, buf: char_buf): number {
	return sprintf(buf, 0, "%s\n", VFIO_AP_MDEV_NAME_HWVIRT);
}

const mdev_type_attr_name = MDEV_TYPE_ATTR_RO("name", name_show);

/**
 * available_instances_show - how many more mediated devices there can be
 * @mtype: the type
 * @attr: its available_instances attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: vfio_ap_ops.c, Linux 5.19
 * Unchanged since: v18
 */
function available_instances_show(mtype: mdev_type, attr: mdev_type_attribute,
				  buf: char_buf): number {
	return sprintf(buf, 0, "%d\n",
		       atomic_read(matrix_dev.available_instances));
}

const mdev_type_attr_available_instances =
	MDEV_TYPE_ATTR_RO("available_instances", available_instances_show);

/**
 * device_api_show - what kind of VFIO device it is
 * @mtype: the type
 * @attr: its device_api attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: vfio_ap_ops.c, Linux 5.19
 * Unchanged since: v18
 */
function device_api_show(mtype: mdev_type, attr: mdev_type_attribute, buf: char_buf): number {
	return sprintf(buf, 0, "%s\n", VFIO_DEVICE_API_AP_STRING);
}

const mdev_type_attr_device_api = MDEV_TYPE_ATTR_RO("device_api", device_api_show);

const vfio_ap_mdev_type_attrs = [
	mdev_type_attr_name.attr,
	mdev_type_attr_device_api.attr,
	mdev_type_attr_available_instances.attr,
];

const vfio_ap_mdev_hwvirt_type_group = new attribute_group({
	name: VFIO_AP_MDEV_TYPE_HWVIRT,
	attrs: vfio_ap_mdev_type_attrs,
});

const vfio_ap_mdev_type_groups = [
	vfio_ap_mdev_hwvirt_type_group,
];

const MDEV_SHARING_ERR = "Userspace may not re-assign queue %02lx.%04lx " +
			 "already assigned to %s";

/**
 * vfio_ap_mdev_log_sharing_err - say which queues two mdevs would share
 * @matrix_mdev: the mdev that has them: the one named is also the one said to
 *		 have asked
 * @apm: the adapters
 * @aqm: the domains
 *
 * C: vfio_ap_ops.c, v20 06/20 <20220621155134.1932383-7-akrowiak@linux.ibm.com>
 * Unchanged since: v18
 */
function vfio_ap_mdev_log_sharing_err(matrix_mdev: ap_matrix_mdev,
				      apm: Uint32Array, aqm: Uint32Array): void {
	const dev = mdev_dev(matrix_mdev.mdev!);
	const mdev_name = dev_name(dev);

	for (const apid of for_each_set_bit_inv(apm, AP_DEVICES))
		for (const apqi of for_each_set_bit_inv(aqm, AP_DOMAINS))
			dev_warn(dev, MDEV_SHARING_ERR, apid, apqi, mdev_name);
}

/**
 * vfio_ap_mdev_verify_no_sharing - whether APQNs are free of any other mdev
 * @mdev_apm: the adapters
 * @mdev_aqm: the domains
 *
 * An mdev is known by its masks: it is the other one unless both are its own.
 *
 * Context: guests_lock or mdevs_lock held.
 * Return: 0, or -EADDRINUSE when one of the product is assigned elsewhere.
 * C: vfio_ap_ops.c, v20 06/20 <20220621155134.1932383-7-akrowiak@linux.ibm.com>
 * Unchanged since: v14
 */
function vfio_ap_mdev_verify_no_sharing(mdev_apm: Uint32Array, mdev_aqm: Uint32Array): number {
	const apm = DECLARE_BITMAP(AP_DEVICES);
	const aqm = DECLARE_BITMAP(AP_DOMAINS);

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		/* It may well have its own */
		if (mdev_apm === matrix_mdev.matrix.apm &&
		    mdev_aqm === matrix_mdev.matrix.aqm)
			continue;

		memset(apm, 0);
		memset(aqm, 0);

		/* Whole words: the bits beyond the limit are zero in both */
		if (!bitmap_and(apm, mdev_apm, matrix_mdev.matrix.apm,
				AP_DEVICES))
			continue;

		if (!bitmap_and(aqm, mdev_aqm, matrix_mdev.matrix.aqm,
				AP_DOMAINS))
			continue;

		vfio_ap_mdev_log_sharing_err(matrix_mdev, apm, aqm);

		return -EADDRINUSE;
	}

	return 0;
}

/**
 * vfio_ap_mdev_validate_masks - whether an mdev may have what is assigned to it
 * @matrix_mdev: the mediated device
 *
 * Context: ap_perms_mutex and guests_lock held.
 * Return: 0; -EADDRNOTAVAIL when the host's drivers own one of the APQNs;
 * -EADDRINUSE when another mdev has one.
 * C: vfio_ap_ops.c, v20 06/20 <20220621155134.1932383-7-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_validate_masks(matrix_mdev: ap_matrix_mdev): number {
	if (ap_apqn_in_matrix_owned_by_def_drv(matrix_mdev.matrix.apm,
					       matrix_mdev.matrix.aqm))
		return -EADDRNOTAVAIL;

	return vfio_ap_mdev_verify_no_sharing(matrix_mdev.matrix.apm,
					      matrix_mdev.matrix.aqm);
}

/**
 * vfio_ap_mdev_link_adapter - link the queues of an adapter
 * @matrix_mdev: the mediated device
 * @apid: the adapter
 *
 * Context: caller holds mdevs_lock.
 * C: vfio_ap_ops.c, v20 03/20 <20220621155134.1932383-4-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_link_adapter(matrix_mdev: ap_matrix_mdev, apid: number): void {
	for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm, AP_DOMAINS))
		vfio_ap_mdev_link_apqn(matrix_mdev,
				       AP_MKQID(apid, apqi));
}

/**
 * assign_adapter_store - assign an adapter to an mdev
 * @dev: the mediated device
 * @attr: its assign_adapter attribute
 * @buf: the APID in C's number syntax
 * @count: number of bytes in @buf
 *
 * Only the new adapter is looked at by the filter.
 *
 * Context: takes ap_perms_mutex, guests_lock, kvm->lock, mdevs_lock.
 * Return: @count; -EINVAL or -ERANGE when it is no number; -ENODEV when it is
 * above what the mdev may have; -EADDRNOTAVAIL when the host's drivers own one
 * of the new APQNs; -EADDRINUSE when another mdev has one.
 * C: vfio_ap_ops.c, v20 15/20 <20220621155134.1932383-16-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function assign_adapter_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apid = out(0);
	const apm_delta = DECLARE_BITMAP(AP_DEVICES);
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	mutex_lock(ap_perms_mutex);
	get_update_locks_for_mdev(matrix_mdev);

	done: {
		ret = kstrtoul(buf, 0, apid);
		if (ret)
			break done;

		if (apid.v > matrix_mdev.matrix.apm_max) {
			ret = -ENODEV;
			break done;
		}

		set_bit_inv(apid.v, matrix_mdev.matrix.apm);

		ret = vfio_ap_mdev_validate_masks(matrix_mdev);
		if (ret) {
			clear_bit_inv(apid.v, matrix_mdev.matrix.apm);
			break done;
		}

		vfio_ap_mdev_link_adapter(matrix_mdev, apid.v);
		memset(apm_delta, 0);
		set_bit_inv(apid.v, apm_delta);

		if (vfio_ap_mdev_filter_matrix(apm_delta,
					       matrix_mdev.matrix.aqm, matrix_mdev))
			vfio_ap_mdev_update_guest_apcb(matrix_mdev);

		ret = count;
	} /* done: */
	release_update_locks_for_mdev(matrix_mdev);
	mutex_unlock(ap_perms_mutex);

	return ret;
}
const dev_attr_assign_adapter = DEVICE_ATTR_WO("assign_adapter", assign_adapter_store);

/**
 * vfio_ap_unlink_apqn_fr_mdev - take the queue of a number out of an mdev's table
 * @matrix_mdev: the mediated device
 * @apid: its adapter
 * @apqi: its domain
 *
 * Return: the queue, or null if it was not linked.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_unlink_apqn_fr_mdev(matrix_mdev: ap_matrix_mdev,
				     apid: number, apqi: number): vfio_ap_queue | null {
	let q = null;

	q = vfio_ap_mdev_get_queue(matrix_mdev, AP_MKQID(apid, apqi));
	/* Only what is linked can be unlinked */
	if (q)
		vfio_ap_unlink_queue_fr_mdev(q);

	return q;
}

/**
 * vfio_ap_mdev_unlink_adapter - unlink the queues of an adapter that is leaving
 * @matrix_mdev: the mediated device it was assigned to
 * @apid: the adapter
 * @qtable: where to add those that the guest had and that are to be reset; the
 *	    others keep the mediated device in their data
 *
 * Context: mdevs_lock held.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_unlink_adapter(matrix_mdev: ap_matrix_mdev, apid: number,
				     qtable: ap_queue_table | null): void {
	let q;

	for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm, AP_DOMAINS)) {
		q = vfio_ap_unlink_apqn_fr_mdev(matrix_mdev, apid, apqi);

		if (q && qtable) {
			if (test_bit_inv(apid, matrix_mdev.shadow_apcb.apm) &&
			    test_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm))
				hash_add(qtable.queues, q.mdev_qnode,
					 q.apqn);
		}
	}
}

/**
 * vfio_ap_mdev_hot_unplug_adapter - take an adapter from an mdev and its guest
 * @matrix_mdev: the mediated device
 * @apid: the adapter
 *
 * The last loop deletes what it stands on: of the queues in one chain of the
 * table it sees the first alone.
 *
 * Context: kvm->lock, if there is a guest, and mdevs_lock held.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_hot_unplug_adapter(matrix_mdev: ap_matrix_mdev, apid: number): void {
	const qtable = kzalloc(ap_queue_table, GFP_KERNEL)!; /* without a check, in C too */

	hash_init(qtable.queues);
	vfio_ap_mdev_unlink_adapter(matrix_mdev, apid, qtable);

	if (test_bit_inv(apid, matrix_mdev.shadow_apcb.apm)) {
		clear_bit_inv(apid, matrix_mdev.shadow_apcb.apm);
		vfio_ap_mdev_update_guest_apcb(matrix_mdev);
	}

	vfio_ap_mdev_reset_queues(qtable);

	for (const q of hash_for_each<vfio_ap_queue>(qtable.queues, "mdev_qnode")) {
		vfio_ap_unlink_mdev_fr_queue(q);
		hash_del(q.mdev_qnode);
	}

	kfree(qtable);
}

/**
 * unassign_adapter_store - take an adapter from an mdev
 * @dev: the mediated device
 * @attr: its unassign_adapter attribute
 * @buf: the APID in C's number syntax
 * @count: number of bytes in @buf
 *
 * Context: takes guests_lock, kvm->lock, mdevs_lock.
 * Return: @count; -EINVAL or -ERANGE when it is no number; -ENODEV when it is
 * above what the mdev may have.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function unassign_adapter_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apid = out(0);
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	get_update_locks_for_mdev(matrix_mdev);

	done: {
		ret = kstrtoul(buf, 0, apid);
		if (ret)
			break done;

		if (apid.v > matrix_mdev.matrix.apm_max) {
			ret = -ENODEV;
			break done;
		}

		clear_bit_inv(apid.v, matrix_mdev.matrix.apm);
		vfio_ap_mdev_hot_unplug_adapter(matrix_mdev, apid.v);
		ret = count;
	} /* done: */
	release_update_locks_for_mdev(matrix_mdev);
	return ret;
}
const dev_attr_unassign_adapter = DEVICE_ATTR_WO("unassign_adapter", unassign_adapter_store);

/**
 * vfio_ap_mdev_link_domain - link the queues of a domain
 * @matrix_mdev: the mediated device
 * @apqi: the domain
 *
 * Context: caller holds mdevs_lock.
 * C: vfio_ap_ops.c, v20 03/20 <20220621155134.1932383-4-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_link_domain(matrix_mdev: ap_matrix_mdev, apqi: number): void {
	for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm, AP_DEVICES))
		vfio_ap_mdev_link_apqn(matrix_mdev, AP_MKQID(apid, apqi));
}

/**
 * assign_domain_store - assign a domain to an mdev
 * @dev: the mediated device
 * @attr: its assign_domain attribute
 * @buf: the APQI in C's number syntax
 * @count: number of bytes in @buf
 *
 * Only the new domain is looked at by the filter.
 *
 * Context: takes ap_perms_mutex, guests_lock, kvm->lock, mdevs_lock.
 * Return: @count, or an error as assign_adapter_store() has them.
 * C: vfio_ap_ops.c, v20 15/20 <20220621155134.1932383-16-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function assign_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apqi = out(0);
	const aqm_delta = DECLARE_BITMAP(AP_DOMAINS);
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	mutex_lock(ap_perms_mutex);
	get_update_locks_for_mdev(matrix_mdev);

	done: {
		ret = kstrtoul(buf, 0, apqi);
		if (ret)
			break done;

		if (apqi.v > matrix_mdev.matrix.aqm_max) {
			ret = -ENODEV;
			break done;
		}

		set_bit_inv(apqi.v, matrix_mdev.matrix.aqm);

		ret = vfio_ap_mdev_validate_masks(matrix_mdev);
		if (ret) {
			clear_bit_inv(apqi.v, matrix_mdev.matrix.aqm);
			break done;
		}

		vfio_ap_mdev_link_domain(matrix_mdev, apqi.v);
		memset(aqm_delta, 0);
		set_bit_inv(apqi.v, aqm_delta);

		if (vfio_ap_mdev_filter_matrix(matrix_mdev.matrix.apm, aqm_delta,
					       matrix_mdev))
			vfio_ap_mdev_update_guest_apcb(matrix_mdev);

		ret = count;
	} /* done: */
	release_update_locks_for_mdev(matrix_mdev);
	mutex_unlock(ap_perms_mutex);

	return ret;
}
const dev_attr_assign_domain = DEVICE_ATTR_WO("assign_domain", assign_domain_store);

/**
 * vfio_ap_mdev_unlink_domain - unlink the queues of a domain that is leaving
 * @matrix_mdev: the mediated device it was assigned to
 * @apqi: the domain
 * @qtable: where to add those that the guest had and that are to be reset; the
 *	    others keep the mediated device in their data
 *
 * Context: mdevs_lock held.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_unlink_domain(matrix_mdev: ap_matrix_mdev, apqi: number,
				    qtable: ap_queue_table | null): void {
	let q;

	for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm, AP_DEVICES)) {
		q = vfio_ap_unlink_apqn_fr_mdev(matrix_mdev, apid, apqi);

		if (q && qtable) {
			if (test_bit_inv(apid, matrix_mdev.shadow_apcb.apm) &&
			    test_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm))
				hash_add(qtable.queues, q.mdev_qnode,
					 q.apqn);
		}
	}
}

/**
 * vfio_ap_mdev_hot_unplug_domain - take a domain from an mdev and its guest
 * @matrix_mdev: the mediated device
 * @apqi: the domain
 *
 * The last loop is that of vfio_ap_mdev_hot_unplug_adapter().
 *
 * Context: kvm->lock, if there is a guest, and mdevs_lock held.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_hot_unplug_domain(matrix_mdev: ap_matrix_mdev, apqi: number): void {
	const qtable = kzalloc(ap_queue_table, GFP_KERNEL)!; /* without a check, in C too */

	hash_init(qtable.queues);
	vfio_ap_mdev_unlink_domain(matrix_mdev, apqi, qtable);

	if (test_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm)) {
		clear_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm);
		vfio_ap_mdev_update_guest_apcb(matrix_mdev);
	}

	vfio_ap_mdev_reset_queues(qtable);

	for (const q of hash_for_each<vfio_ap_queue>(qtable.queues, "mdev_qnode")) {
		vfio_ap_unlink_mdev_fr_queue(q);
		hash_del(q.mdev_qnode);
	}

	kfree(qtable);
}

/**
 * unassign_domain_store - take a domain from an mdev
 * @dev: the mediated device
 * @attr: its unassign_domain attribute
 * @buf: the APQI in C's number syntax
 * @count: number of bytes in @buf
 *
 * Context: takes guests_lock, kvm->lock, mdevs_lock.
 * Return: @count, or an error as unassign_adapter_store() has them.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function unassign_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apqi = out(0);
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	get_update_locks_for_mdev(matrix_mdev);

	done: {
		ret = kstrtoul(buf, 0, apqi);
		if (ret)
			break done;

		if (apqi.v > matrix_mdev.matrix.aqm_max) {
			ret = -ENODEV;
			break done;
		}

		clear_bit_inv(apqi.v, matrix_mdev.matrix.aqm);
		vfio_ap_mdev_hot_unplug_domain(matrix_mdev, apqi.v);
		ret = count;

	} /* done: */
	release_update_locks_for_mdev(matrix_mdev);
	return ret;
}
const dev_attr_unassign_domain = DEVICE_ATTR_WO("unassign_domain", unassign_domain_store);

/**
 * assign_control_domain_store - assign a control domain to an mdev
 * @dev: the mediated device
 * @attr: its assign_control_domain attribute
 * @buf: the domain in C's number syntax
 * @count: number of bytes in @buf
 *
 * Context: takes guests_lock, kvm->lock, mdevs_lock.
 * Return: @count; -EINVAL or -ERANGE when it is no number; -ENODEV when it is
 * above what the mdev may have.
 * C: vfio_ap_ops.c, v20 12/20 <20220621155134.1932383-13-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function assign_control_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const id = out(0);
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	get_update_locks_for_mdev(matrix_mdev);

	done: {
		ret = kstrtoul(buf, 0, id);
		if (ret)
			break done;

		if (id.v > matrix_mdev.matrix.adm_max) {
			ret = -ENODEV;
			break done;
		}

		/* The leftmost bit of the mask is domain 0 */
		set_bit_inv(id.v, matrix_mdev.matrix.adm);
		if (vfio_ap_mdev_filter_cdoms(matrix_mdev))
			vfio_ap_mdev_update_guest_apcb(matrix_mdev);

		ret = count;
	} /* done: */
	release_update_locks_for_mdev(matrix_mdev);
	return ret;
}
const dev_attr_assign_control_domain =
	DEVICE_ATTR_WO("assign_control_domain", assign_control_domain_store);

/**
 * unassign_control_domain_store - take a control domain from an mdev
 * @dev: the mediated device
 * @attr: its unassign_control_domain attribute
 * @buf: the domain in C's number syntax
 * @count: number of bytes in @buf
 *
 * Context: takes guests_lock, kvm->lock, mdevs_lock.
 * Return: @count, or an error as assign_control_domain_store() has them.
 * C: vfio_ap_ops.c, v20 12/20 <20220621155134.1932383-13-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function unassign_control_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const domid = out(0);
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	get_update_locks_for_mdev(matrix_mdev);

	done: {
		ret = kstrtoul(buf, 0, domid);
		if (ret)
			break done;

		if (domid.v > matrix_mdev.matrix.adm_max) {
			ret = -ENODEV;
			break done;
		}

		clear_bit_inv(domid.v, matrix_mdev.matrix.adm);

		if (test_bit_inv(domid.v, matrix_mdev.shadow_apcb.adm)) {
			clear_bit_inv(domid.v, matrix_mdev.shadow_apcb.adm);
			vfio_ap_mdev_update_guest_apcb(matrix_mdev);
		}

		ret = count;
	} /* done: */
	release_update_locks_for_mdev(matrix_mdev);
	return ret;
}
const dev_attr_unassign_control_domain =
	DEVICE_ATTR_WO("unassign_control_domain", unassign_control_domain_store);

/**
 * control_domains_show - the control domains assigned, one a line
 * @dev: the mediated device
 * @dev_attr: its control_domains attribute
 * @buf: where to
 *
 * Context: takes mdevs_lock.
 * Return: number of characters.
 * C: vfio_ap_ops.c, v20 07/20 <20220621155134.1932383-8-akrowiak@linux.ibm.com>
 * Unchanged since: v18
 */
function control_domains_show(dev: device, dev_attr: device_attribute, buf: char_buf): number {
	let nchars = 0;
	let n;
	let bufpos = 0;
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);
	const max_domid = matrix_mdev.matrix.adm_max;

	mutex_lock(matrix_dev.mdevs_lock);
	for (const id of for_each_set_bit_inv(matrix_mdev.matrix.adm, max_domid + 1)) {
		n = sprintf(buf, bufpos, "%04lx\n", id);
		bufpos += n;
		nchars += n;
	}
	mutex_unlock(matrix_dev.mdevs_lock);

	return nchars;
}
const dev_attr_control_domains = DEVICE_ATTR_RO("control_domains", control_domains_show);

/**
 * vfio_ap_mdev_matrix_show - print the queues of a matrix, one a line
 * @matrix: the matrix
 * @buf: where to
 *
 * "AA.DDDD" for every adapter and domain; only adapters: "AA."; only domains:
 * ".DDDD". Nothing stops at the end of the page.
 *
 * Return: number of characters.
 * C: vfio_ap_ops.c, v20 16/20 <20220621155134.1932383-17-akrowiak@linux.ibm.com>
 * Unchanged since: v11
 */
function vfio_ap_mdev_matrix_show(matrix: ap_matrix, buf: char_buf): number {
	let bufpos = 0;
	const napm_bits = matrix.apm_max + 1;
	const naqm_bits = matrix.aqm_max + 1;
	let nchars = 0;
	let n;

	const apid1 = find_first_bit_inv(matrix.apm, napm_bits);
	const apqi1 = find_first_bit_inv(matrix.aqm, naqm_bits);

	if ((apid1 < napm_bits) && (apqi1 < naqm_bits)) {
		for (const apid of for_each_set_bit_inv(matrix.apm, napm_bits)) {
			for (const apqi of for_each_set_bit_inv(matrix.aqm,
								naqm_bits)) {
				n = sprintf(buf, bufpos, "%02lx.%04lx\n", apid,
					    apqi);
				bufpos += n;
				nchars += n;
			}
		}
	} else if (apid1 < napm_bits) {
		for (const apid of for_each_set_bit_inv(matrix.apm, napm_bits)) {
			n = sprintf(buf, bufpos, "%02lx.\n", apid);
			bufpos += n;
			nchars += n;
		}
	} else if (apqi1 < naqm_bits) {
		for (const apqi of for_each_set_bit_inv(matrix.aqm, naqm_bits)) {
			n = sprintf(buf, bufpos, ".%04lx\n", apqi);
			bufpos += n;
			nchars += n;
		}
	}

	return nchars;
}

/**
 * matrix_show - the queues assigned to a mediated device
 * @dev: the mediated device
 * @attr: its matrix attribute
 * @buf: where to
 *
 * Context: takes mdevs_lock.
 * Return: number of characters.
 * C: vfio_ap_ops.c, v20 16/20 <20220621155134.1932383-17-akrowiak@linux.ibm.com>
 */
function matrix_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	mutex_lock(matrix_dev.mdevs_lock);
	const nchars = vfio_ap_mdev_matrix_show(matrix_mdev.matrix, buf);
	mutex_unlock(matrix_dev.mdevs_lock);

	return nchars;
}
const dev_attr_matrix = DEVICE_ATTR_RO("matrix", matrix_show);

/**
 * guest_matrix_show - the queues that a guest has, or would have
 * @dev: the mediated device
 * @attr: its guest_matrix attribute
 * @buf: where to
 *
 * Context: takes mdevs_lock.
 * Return: number of characters.
 * C: vfio_ap_ops.c, v20 16/20 <20220621155134.1932383-17-akrowiak@linux.ibm.com>
 */
function guest_matrix_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	mutex_lock(matrix_dev.mdevs_lock);
	const nchars = vfio_ap_mdev_matrix_show(matrix_mdev.shadow_apcb, buf);
	mutex_unlock(matrix_dev.mdevs_lock);

	return nchars;
}
const dev_attr_guest_matrix = DEVICE_ATTR_RO("guest_matrix", guest_matrix_show);

const vfio_ap_mdev_attrs = [
	dev_attr_assign_adapter.attr,
	dev_attr_unassign_adapter.attr,
	dev_attr_assign_domain.attr,
	dev_attr_unassign_domain.attr,
	dev_attr_assign_control_domain.attr,
	dev_attr_unassign_control_domain.attr,
	dev_attr_control_domains.attr,
	dev_attr_matrix.attr,
	dev_attr_guest_matrix.attr,
];

const vfio_ap_mdev_attr_group = new attribute_group({
	attrs: vfio_ap_mdev_attrs,
});

const vfio_ap_mdev_attr_groups = [
	vfio_ap_mdev_attr_group,
];

/**
 * vfio_ap_mdev_set_kvm - a guest begins to use an mdev
 * @matrix_mdev: the mediated device
 * @kvm: the guest
 *
 * The hook is set before it is known whether the guest uses an mdev already,
 * and stays set if it does.
 *
 * Context: takes the hook's semaphore; then guests_lock, kvm->lock, mdevs_lock.
 * Return: 0, or -EPERM when the guest uses another mdev.
 * C: vfio_ap_ops.c, v20 12/20 <20220621155134.1932383-13-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_set_kvm(matrix_mdev: ap_matrix_mdev, kvm: kvm): number {
	if (kvm.arch.crypto.crycbd) {
		down_write(kvm.arch.crypto.pqap_hook_rwsem);
		kvm.arch.crypto.pqap_hook = matrix_mdev.pqap_hook;
		up_write(kvm.arch.crypto.pqap_hook_rwsem);

		get_update_locks_for_kvm(kvm);

		for (const m of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
			if (m !== matrix_mdev && m.kvm === kvm) {
				release_update_locks_for_kvm(kvm);
				return -EPERM;
			}
		}

		kvm_get_kvm(kvm);
		matrix_mdev.kvm = kvm;
		vfio_ap_mdev_update_guest_apcb(matrix_mdev);

		release_update_locks_for_kvm(kvm);
	}

	return 0;
}

/**
 * vfio_ap_mdev_iommu_notifier - guest memory goes away
 * @nb: the mediated device's notifier
 * @action: what happens; only VFIO_IOMMU_NOTIFY_DMA_UNMAP is of interest
 * @data: the range that goes
 *
 * Unpins the first page of the range, whether or not it was ever pinned, and
 * leaves the queue whose indicator byte may be in it as it is.
 *
 * Return: NOTIFY_OK, or NOTIFY_DONE for any other action.
 * C: vfio_ap_ops.c, Linux 5.19
 */
function vfio_ap_mdev_iommu_notifier(
	nb: notifier_block, action: number, data: object | null,
): number {
	const matrix_mdev = container_of(nb, ap_matrix_mdev, "iommu_notifier");

	if (action === VFIO_IOMMU_NOTIFY_DMA_UNMAP) {
		const unmap = data as vfio_iommu_type1_dma_unmap;
		const g_pfn = [unmap.iova >> PAGE_SHIFT];

		vfio_unpin_pages(matrix_mdev.vdev, g_pfn, 1);
		return NOTIFY_OK;
	}

	return NOTIFY_DONE;
}

/**
 * vfio_ap_mdev_unset_kvm - a guest ends its use of an mdev
 * @matrix_mdev: the mediated device
 *
 * Context: takes the hook's semaphore; then guests_lock, kvm->lock, mdevs_lock.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_unset_kvm(matrix_mdev: ap_matrix_mdev): void {
	const kvm = matrix_mdev.kvm;

	if (kvm && kvm.arch.crypto.crycbd) {
		down_write(kvm.arch.crypto.pqap_hook_rwsem);
		kvm.arch.crypto.pqap_hook = null;
		up_write(kvm.arch.crypto.pqap_hook_rwsem);

		get_update_locks_for_kvm(kvm);

		kvm_arch_crypto_clear_masks(kvm);
		vfio_ap_mdev_reset_queues(matrix_mdev.qtable);
		kvm_put_kvm(kvm);
		matrix_mdev.kvm = null;

		release_update_locks_for_kvm(kvm);
	}
}

/**
 * vfio_ap_find_queue - the driver's view of a queue on the AP bus
 * @apqn: the queue
 *
 * Return: the queue, or null when there is no such device or it is not bound
 * to this driver.
 * C: vfio_ap_ops.c, v20 01/20 <20220621155134.1932383-2-akrowiak@linux.ibm.com>
 * Unchanged since: v18
 */
function vfio_ap_find_queue(apqn: number): vfio_ap_queue | null {
	let q: vfio_ap_queue | null = null;

	const queue = ap_get_qdev(apqn);
	if (!queue)
		return null;

	if (queue.ap_dev.device.driver === matrix_dev.vfio_ap_drv!.driver)
		q = dev_get_drvdata<vfio_ap_queue | null>(queue.ap_dev.device);

	put_device(queue.ap_dev.device);

	return q;
}

/**
 * vfio_ap_mdev_reset_queue - reset a queue and wait a little for the end
 * @q: the queue, or null
 * @retry: how often to try again while another reset is going on
 *
 * Context: mdevs_lock held; sleeps 20 ms between two tries.
 * Return: 0; -EBUSY when it cannot be reset now; -EIO for anything else.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_reset_queue(q: vfio_ap_queue | null, retry: number): number {
	let status: ap_queue_status;
	let ret;
	let retry2 = 2;

	if (!q)
		return 0;
	free_resources: {
		retry_zapq: for (;;) {
			status = ap_zapq(q.apqn, 0);
			q.reset_rc = status.response_code;
			switch (status.response_code) {
			case AP_RESPONSE_NORMAL:
				ret = 0;
				break;
			case AP_RESPONSE_RESET_IN_PROGRESS:
				if (retry--) {
					msleep(20);
					continue retry_zapq;
				}
				ret = -EBUSY;
				break;
			case AP_RESPONSE_Q_NOT_AVAIL:
			case AP_RESPONSE_DECONFIGURED:
			case AP_RESPONSE_CHECKSTOPPED:
				WARN_ONCE(!!status.irq_enabled,
					  "PQAP/ZAPQ for %02x.%04x failed with rc=%u while IRQ enabled",
					  AP_QID_CARD(q.apqn), AP_QID_QUEUE(q.apqn),
					  status.response_code);
				ret = -EBUSY;
				break free_resources;
			default:
				/* Nothing more can be done */
				WARN(true,
				     "PQAP/ZAPQ for %02x.%04x failed with invalid rc=%u\n",
				     AP_QID_CARD(q.apqn), AP_QID_QUEUE(q.apqn),
				     status.response_code);
				return -EIO;
			}
			break retry_zapq;
		}

		/* It is over when the queue is empty and its interrupts are off */
		while (retry2--) {
			if (status.queue_empty && !status.irq_enabled)
				break;
			msleep(20);
			status = ap_tapq(q.apqn, null);
		}
		WARN_ONCE(retry2 <= 0, "unable to verify reset of queue %02x.%04x",
			  AP_QID_CARD(q.apqn), AP_QID_QUEUE(q.apqn));

	} /* free_resources: */
	vfio_ap_free_aqic_resources(q);

	return ret;
}

/**
 * vfio_ap_mdev_reset_queues - reset all queues of a table, one after the other
 * @qtable: the table
 *
 * Return: 0, or the error of the last one that was not reset.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_reset_queues(qtable: ap_queue_table): number {
	let ret, rc = 0;

	for (const q of hash_for_each<vfio_ap_queue>(qtable.queues, "mdev_qnode")) {
		ret = vfio_ap_mdev_reset_queue(q, 1);
		/* One that fails does not keep the others from being reset */
		if (ret)
			rc = ret;
	}

	return rc;
}

/**
 * vfio_ap_mdev_open_device - userspace opened an mdev
 * @vdev: the VFIO device
 *
 * Return: 0; -EINVAL without a guest; -EPERM as vfio_ap_mdev_set_kvm(); the error
 * of the notifier.
 * C: vfio_ap_ops.c, Linux 5.19
 */
function vfio_ap_mdev_open_device(vdev: vfio_device): number {
	const matrix_mdev =
		container_of(vdev, ap_matrix_mdev, "vdev");
	const events = out(0);
	let ret;

	if (!vdev.kvm)
		return -EINVAL;

	ret = vfio_ap_mdev_set_kvm(matrix_mdev, vdev.kvm);
	if (ret)
		return ret;

	err_kvm: {
		matrix_mdev.iommu_notifier.notifier_call = vfio_ap_mdev_iommu_notifier;
		events.v = VFIO_IOMMU_NOTIFY_DMA_UNMAP;
		ret = vfio_register_notifier(vdev, VFIO_IOMMU_NOTIFY, events,
					     matrix_mdev.iommu_notifier);
		if (ret)
			break err_kvm;
		return 0;

	} /* err_kvm: */
	vfio_ap_mdev_unset_kvm(matrix_mdev);
	return ret;
}

/**
 * vfio_ap_mdev_close_device - userspace closed an mdev
 * @vdev: the VFIO device
 *
 * C: vfio_ap_ops.c, Linux 5.19
 */
function vfio_ap_mdev_close_device(vdev: vfio_device): void {
	const matrix_mdev =
		container_of(vdev, ap_matrix_mdev, "vdev");

	vfio_unregister_notifier(vdev, VFIO_IOMMU_NOTIFY,
				 matrix_mdev.iommu_notifier);
	vfio_ap_mdev_unset_kvm(matrix_mdev);
}

/**
 * vfio_ap_mdev_get_device_info - answer VFIO_DEVICE_GET_INFO
 * @arg: where userspace has its struct vfio_device_info
 *
 * Return: 0, -EFAULT when it cannot be read or written, or -EINVAL when it is too
 * short.
 * C: vfio_ap_ops.c, Linux 5.19
 * Unchanged since: v18
 */
function vfio_ap_mdev_get_device_info(arg: user_ptr): number {
	const info = new vfio_device_info();

	const minsz = offsetofend(vfio_device_info, "num_irqs");

	if (copy_from_user(info, arg, minsz))
		return -EFAULT;

	if (info.argsz < minsz)
		return -EINVAL;

	info.flags = VFIO_DEVICE_FLAGS_AP | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = 0;
	info.num_irqs = 0;

	return copy_to_user(arg, info, minsz) ? -EFAULT : 0;
}

/**
 * vfio_ap_mdev_ioctl - userspace asks for something
 * @vdev: the VFIO device
 * @cmd: VFIO_DEVICE_GET_INFO or VFIO_DEVICE_RESET
 * @arg: the argument's address
 *
 * Context: takes mdevs_lock.
 * Return: what the request returns, or -EOPNOTSUPP for another one.
 * C: vfio_ap_ops.c, v20 14/20 <20220621155134.1932383-15-akrowiak@linux.ibm.com>
 * Unchanged since: v18
 */
function vfio_ap_mdev_ioctl(vdev: vfio_device, cmd: number, arg: user_ptr): number {
	const matrix_mdev =
		container_of(vdev, ap_matrix_mdev, "vdev");
	let ret;

	mutex_lock(matrix_dev.mdevs_lock);
	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		ret = vfio_ap_mdev_get_device_info(arg);
		break;
	case VFIO_DEVICE_RESET:
		ret = vfio_ap_mdev_reset_queues(matrix_mdev.qtable);
		break;
	default:
		ret = -EOPNOTSUPP;
		break;
	}
	mutex_unlock(matrix_dev.mdevs_lock);

	return ret;
}

/**
 * vfio_ap_mdev_for_queue - the mdev a queue is assigned to
 * @q: the queue
 *
 * Context: mdevs_lock held, which does not keep the list as it is.
 * Return: the mediated device, or null.
 * C: vfio_ap_ops.c, v20 02/20 <20220621155134.1932383-3-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_for_queue(q: vfio_ap_queue): ap_matrix_mdev | null {
	const apid = AP_QID_CARD(q.apqn);
	const apqi = AP_QID_QUEUE(q.apqn);

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		if (test_bit_inv(apid, matrix_mdev.matrix.apm) &&
		    test_bit_inv(apqi, matrix_mdev.matrix.aqm))
			return matrix_mdev;
	}

	return null;
}

/**
 * status_show - what a bound queue is used for
 * @dev: the queue's device
 * @attr: its status attribute
 * @buf: where to
 *
 * In use is every queue of an mdev with a guest, also one that was kept from it.
 * While the queue is being probed it has no data yet: a null pointer.
 *
 * Context: takes mdevs_lock.
 * Return: number of characters.
 * C: vfio_ap_ops.c, v20 07/20 <20220621155134.1932383-8-akrowiak@linux.ibm.com>
 */
function status_show(dev: device, attr: device_attribute, buf: char_buf): number {
	let nchars = 0;
	const apdev = to_ap_dev(dev);

	mutex_lock(matrix_dev.mdevs_lock);
	const q = dev_get_drvdata<vfio_ap_queue>(apdev.device);
	const matrix_mdev = vfio_ap_mdev_for_queue(q);

	if (matrix_mdev) {
		if (matrix_mdev.kvm)
			nchars = scnprintf(buf, 0, PAGE_SIZE, "%s\n",
					   AP_QUEUE_IN_USE);
		else
			nchars = scnprintf(buf, 0, PAGE_SIZE, "%s\n",
					   AP_QUEUE_ASSIGNED);
	} else {
		nchars = scnprintf(buf, 0, PAGE_SIZE, "%s\n",
				   AP_QUEUE_UNASSIGNED);
	}

	mutex_unlock(matrix_dev.mdevs_lock);

	return nchars;
}

const dev_attr_status = DEVICE_ATTR_RO("status", status_show);

const vfio_queue_attrs = [
	dev_attr_status.attr,
];

const vfio_queue_attr_group = new attribute_group({
	attrs: vfio_queue_attrs,
});

const vfio_ap_matrix_dev_ops = new vfio_device_ops({
	open_device: vfio_ap_mdev_open_device,
	close_device: vfio_ap_mdev_close_device,
	ioctl: vfio_ap_mdev_ioctl,
});

const vfio_ap_matrix_driver = new mdev_driver({
	driver: {
		name: "vfio_ap_mdev",
		owner: THIS_MODULE,
		mod_name: KBUILD_MODNAME,
		dev_groups: vfio_ap_mdev_attr_groups,
	},
	probe: vfio_ap_mdev_probe,
	remove: vfio_ap_mdev_remove,
	supported_type_groups: vfio_ap_mdev_type_groups,
});

/**
 * vfio_ap_mdev_register - offer mediated devices
 *
 * Return: 0, or the error of the mdev core.
 * C: vfio_ap_ops.c, Linux 5.19
 */
export function vfio_ap_mdev_register(): number {
	let ret;

	atomic_set(matrix_dev.available_instances, MAX_ZDEV_ENTRIES_EXT);

	ret = mdev_register_driver(vfio_ap_matrix_driver);
	if (ret)
		return ret;

	err_driver: {
		ret = mdev_register_device(matrix_dev.device, vfio_ap_matrix_driver);
		if (ret)
			break err_driver;
		return 0;

	} /* err_driver: */
	mdev_unregister_driver(vfio_ap_matrix_driver);
	return ret;
}

/**
 * vfio_ap_mdev_unregister - offer mediated devices no longer; those there are go
 *
 * C: vfio_ap_ops.c, Linux 5.19
 * Unchanged since: v18
 */
export function vfio_ap_mdev_unregister(): void {
	mdev_unregister_device(matrix_dev.device);
	mdev_unregister_driver(vfio_ap_matrix_driver);
}

/**
 * vfio_ap_mdev_probe_queue - a queue is being bound to the driver
 * @apdev: the queue's AP device
 *
 * The attribute is there before the queue's data, and stays when there is no
 * memory for them.
 *
 * Context: takes guests_lock, kvm->lock, mdevs_lock.
 * Return: 0; -ENOMEM; the error of sysfs.
 * C: vfio_ap_ops.c, v20 13/20 <20220621155134.1932383-14-akrowiak@linux.ibm.com>
 */
export function vfio_ap_mdev_probe_queue(apdev: ap_device): number {
	const ret = sysfs_create_group(apdev.device.kobj, vfio_queue_attr_group);
	if (ret)
		return ret;

	const q = kzalloc(vfio_ap_queue, GFP_KERNEL);
	if (!q)
		return -ENOMEM;

	q.apqn = to_ap_queue(apdev.device).qid;
	q.saved_isc = VFIO_AP_ISC_INVALID;
	const matrix_mdev = get_update_locks_by_apqn(q.apqn);

	if (matrix_mdev) {
		vfio_ap_mdev_link_queue(matrix_mdev, q);

		if (vfio_ap_mdev_filter_matrix(matrix_mdev.matrix.apm,
					       matrix_mdev.matrix.aqm,
					       matrix_mdev))
			vfio_ap_mdev_update_guest_apcb(matrix_mdev);
	}
	dev_set_drvdata(apdev.device, q);
	release_update_locks_for_mdev(matrix_mdev);

	return 0;
}

/**
 * vfio_ap_mdev_remove_queue - a queue is being unbound from the driver
 * @apdev: the queue's AP device
 *
 * A guest that has it loses the adapter; of the adapter's queues only this one
 * is reset.
 *
 * Context: takes guests_lock, kvm->lock, mdevs_lock.
 * C: vfio_ap_ops.c, v20 13/20 <20220621155134.1932383-14-akrowiak@linux.ibm.com>
 */
export function vfio_ap_mdev_remove_queue(apdev: ap_device): void {
	sysfs_remove_group(apdev.device.kobj, vfio_queue_attr_group);
	const q = dev_get_drvdata<vfio_ap_queue>(apdev.device);
	get_update_locks_for_queue(q);
	const matrix_mdev = q.matrix_mdev;

	if (matrix_mdev) {
		vfio_ap_unlink_queue_fr_mdev(q);

		const apid = AP_QID_CARD(q.apqn);
		const apqi = AP_QID_QUEUE(q.apqn);

		/* The guest has it; a single queue cannot be taken from a matrix */
		if (test_bit_inv(apid, matrix_mdev.shadow_apcb.apm) &&
		    test_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm)) {
			clear_bit_inv(apid, matrix_mdev.shadow_apcb.apm);
			vfio_ap_mdev_update_guest_apcb(matrix_mdev);
		}
	}

	vfio_ap_mdev_reset_queue(q, 1);
	dev_set_drvdata(apdev.device, null);
	kfree(q);
	release_update_locks_for_mdev(matrix_mdev);
}

/**
 * vfio_ap_mdev_resource_in_use - whether some mdev has one of these APQNs
 * @apm: the adapters
 * @aqm: the domains
 *
 * Context: takes guests_lock, mdevs_lock.
 * Return: 0, or -EADDRINUSE.
 * C: vfio_ap_ops.c, v20 15/20 <20220621155134.1932383-16-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
export function vfio_ap_mdev_resource_in_use(apm: Uint32Array, aqm: Uint32Array): number {
	mutex_lock(matrix_dev.guests_lock);
	mutex_lock(matrix_dev.mdevs_lock);
	const ret = vfio_ap_mdev_verify_no_sharing(apm, aqm);
	mutex_unlock(matrix_dev.mdevs_lock);
	mutex_unlock(matrix_dev.guests_lock);

	return ret;
}

/**
 * vfio_ap_mdev_hot_unplug_cfg - take from a guest what the host has lost
 * @matrix_mdev: the mediated device
 * @aprem: the adapters
 * @aqrem: the domains
 * @cdrem: the control domains
 *
 * The guest hears of it if something is left in a mask that was looked at, not
 * if something was taken.
 *
 * Context: kvm->lock and mdevs_lock held.
 * C: vfio_ap_ops.c, v20 17/20 <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_hot_unplug_cfg(matrix_mdev: ap_matrix_mdev, aprem: Uint32Array,
				     aqrem: Uint32Array, cdrem: Uint32Array): void {
	let do_hotplug = 0;

	if (!bitmap_empty(aprem, AP_DEVICES)) {
		do_hotplug |= Number(bitmap_andnot(matrix_mdev.shadow_apcb.apm,
						   matrix_mdev.shadow_apcb.apm,
						   aprem, AP_DEVICES));
	}

	if (!bitmap_empty(aqrem, AP_DOMAINS)) {
		do_hotplug |= Number(bitmap_andnot(matrix_mdev.shadow_apcb.aqm,
						   matrix_mdev.shadow_apcb.aqm,
						   aqrem, AP_DEVICES));
	}

	if (!bitmap_empty(cdrem, AP_DOMAINS))
		do_hotplug |= Number(bitmap_andnot(matrix_mdev.shadow_apcb.adm,
						   matrix_mdev.shadow_apcb.adm,
						   cdrem, AP_DOMAINS));

	if (do_hotplug)
		vfio_ap_mdev_update_guest_apcb(matrix_mdev);
}

/**
 * vfio_ap_mdev_cfg_remove - the host has lost something: find whose it was
 * @ap_remove: the adapters
 * @aq_remove: the domains
 * @cd_remove: the control domains
 *
 * Whoever comes after an mdev that had some of it is treated as having some too.
 * Of the control domains those that the mdev has not are taken from it. An mdev
 * without a guest has its guest's lock taken all the same.
 *
 * Context: guests_lock held; takes kvm->lock and mdevs_lock for each mdev.
 * C: vfio_ap_ops.c, v20 17/20 <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_cfg_remove(ap_remove: Uint32Array, aq_remove: Uint32Array,
				 cd_remove: Uint32Array): void {
	const aprem = DECLARE_BITMAP(AP_DEVICES);
	const aqrem = DECLARE_BITMAP(AP_DOMAINS);
	const cdrem = DECLARE_BITMAP(AP_DOMAINS);
	let do_remove = 0;

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		/* PORT: null is an address on s390 */
		mutex_lock(lowcore_kvm(matrix_mdev.kvm).lock);
		mutex_lock(matrix_dev.mdevs_lock);

		do_remove |= Number(bitmap_and(aprem, ap_remove,
					       matrix_mdev.matrix.apm,
					       AP_DEVICES));
		do_remove |= Number(bitmap_and(aqrem, aq_remove,
					       matrix_mdev.matrix.aqm,
					       AP_DOMAINS));
		do_remove |= Number(bitmap_andnot(cdrem, cd_remove,
						  matrix_mdev.matrix.adm,
						  AP_DOMAINS));

		if (do_remove)
			vfio_ap_mdev_hot_unplug_cfg(matrix_mdev, aprem, aqrem,
						    cdrem);

		mutex_unlock(matrix_dev.mdevs_lock);
		mutex_unlock(lowcore_kvm(matrix_mdev.kvm).lock); /* PORT: as above */
	}
}

/**
 * vfio_ap_mdev_on_cfg_remove - what has the host lost?
 * @cur_config_info: its configuration now
 * @prev_config_info: its configuration before
 *
 * Context: guests_lock held.
 * C: vfio_ap_ops.c, v20 17/20 <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_on_cfg_remove(cur_config_info: ap_config_info,
				    prev_config_info: ap_config_info): void {
	let do_remove;
	const aprem = DECLARE_BITMAP(AP_DEVICES);
	const aqrem = DECLARE_BITMAP(AP_DOMAINS);
	const cdrem = DECLARE_BITMAP(AP_DOMAINS);

	do_remove = Number(bitmap_andnot(aprem,
					 prev_config_info.apm,
					 cur_config_info.apm,
					 AP_DEVICES));
	do_remove |= Number(bitmap_andnot(aqrem,
					  prev_config_info.aqm,
					  cur_config_info.aqm,
					  AP_DEVICES));
	do_remove |= Number(bitmap_andnot(cdrem,
					  prev_config_info.adm,
					  cur_config_info.adm,
					  AP_DEVICES));

	if (do_remove)
		vfio_ap_mdev_cfg_remove(aprem, aqrem, cdrem);
}

/**
 * vfio_ap_filter_apid_by_qtype - drop adapters older than CEX4 from a mask
 * @apm: the adapters
 * @aqm: the domains whose queues tell the type
 *
 * The type is compared where it stands, in the uppermost byte of a word, with a
 * small number: no adapter is old, but one whose type has its top bit set. An
 * adapter whose type cannot be had is dropped too.
 * C: vfio_ap_ops.c, v20 17/20 <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 */
function vfio_ap_filter_apid_by_qtype(apm: Uint32Array, aqm: Uint32Array): void {
	let apid_cleared;
	let status;
	const info = new ap_tapq_hwinfo();
	let qtype;
	const qtype_mask = 0xff000000;

	for (const apid of for_each_set_bit_inv(apm, AP_DEVICES)) {
		apid_cleared = false;

		for (const apqi of for_each_set_bit_inv(aqm, AP_DOMAINS)) {
			status = ap_test_queue(AP_MKQID(apid, apqi), 1, info);
			switch (status.response_code) {
			/* In these cases the hardware says what it is */
			case AP_RESPONSE_NORMAL:
			case AP_RESPONSE_RESET_IN_PROGRESS:
			case AP_RESPONSE_DECONFIGURED:
			case AP_RESPONSE_CHECKSTOPPED:
			case AP_RESPONSE_BUSY:
				qtype = info.apinfo & qtype_mask;

				/* Too old for the driver */
				if (qtype < AP_DEVICE_TYPE_CEX4) {
					clear_bit_inv(apid, apm);
					apid_cleared = true;
				}

				break;

			default:
				/* What it is cannot be known */
				clear_bit_inv(apid, apm);
				apid_cleared = true;
				break;
			}

			/* The other queues would not change this any more */
			if (apid_cleared)
				continue;
		}
	}
}

/**
 * vfio_ap_mdev_cfg_add - the host has gained something: note it at whose it is
 * @apm_add: the adapters; those of an old type are dropped from it
 * @aqm_add: the domains
 * @adm_add: the control domains
 *
 * Context: guests_lock held, but not mdevs_lock.
 * C: vfio_ap_ops.c, v20 17/20 <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_cfg_add(apm_add: Uint32Array, aqm_add: Uint32Array,
			      adm_add: Uint32Array): void {
	if (list_empty(matrix_dev.mdev_list))
		return;

	vfio_ap_filter_apid_by_qtype(apm_add, aqm_add);

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		bitmap_and(matrix_mdev.apm_add,
			   matrix_mdev.matrix.apm, apm_add, AP_DEVICES);
		bitmap_and(matrix_mdev.aqm_add,
			   matrix_mdev.matrix.aqm, aqm_add, AP_DOMAINS);
		bitmap_and(matrix_mdev.adm_add,
			   matrix_mdev.matrix.adm, adm_add, AP_DEVICES);
	}
}

/**
 * vfio_ap_mdev_on_cfg_add - what has the host gained?
 * @cur_config_info: its configuration now
 * @prev_config_info: its configuration before
 *
 * The guests get it when the bus has finished its scan.
 *
 * Context: guests_lock held.
 * C: vfio_ap_ops.c, v20 17/20 <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_on_cfg_add(cur_config_info: ap_config_info,
				 prev_config_info: ap_config_info): void {
	let do_add;
	const apm_add = DECLARE_BITMAP(AP_DEVICES);
	const aqm_add = DECLARE_BITMAP(AP_DOMAINS);
	const adm_add = DECLARE_BITMAP(AP_DOMAINS);

	do_add = Number(bitmap_andnot(apm_add,
				      cur_config_info.apm,
				      prev_config_info.apm,
				      AP_DEVICES));
	do_add |= Number(bitmap_andnot(aqm_add,
				       cur_config_info.aqm,
				       prev_config_info.aqm,
				       AP_DOMAINS));
	do_add |= Number(bitmap_andnot(adm_add,
				       cur_config_info.adm,
				       prev_config_info.adm,
				       AP_DOMAINS));

	if (do_add)
		vfio_ap_mdev_cfg_add(apm_add, aqm_add, adm_add);
}

/**
 * vfio_ap_on_cfg_changed - the AP bus found the host's configuration changed
 * @cur_cfg_info: the configuration now
 * @prev_cfg_info: the configuration before
 *
 * Context: takes guests_lock, and under it kvm->lock and mdevs_lock.
 * C: vfio_ap_ops.c, v20 17/20 <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 */
export function vfio_ap_on_cfg_changed(cur_cfg_info: ap_config_info | null,
				       prev_cfg_info: ap_config_info | null): void {
	if (!cur_cfg_info || !prev_cfg_info)
		return;

	/* Both functions below walk the list of mdevs */
	mutex_lock(matrix_dev.guests_lock);

	vfio_ap_mdev_on_cfg_remove(cur_cfg_info, prev_cfg_info);
	vfio_ap_mdev_on_cfg_add(cur_cfg_info, prev_cfg_info);
	memcpy(matrix_dev.info, cur_cfg_info);

	mutex_unlock(matrix_dev.guests_lock);
}

/**
 * vfio_ap_mdev_hot_plug_cfg - give a guest what the host has gained
 * @matrix_mdev: the mediated device
 *
 * With neither adapters nor domains among it the filter looks at nothing, and
 * every adapter it had dropped is back.
 *
 * Context: guests_lock held; takes kvm->lock and mdevs_lock, the former also
 * where there is no guest.
 * C: vfio_ap_ops.c, v20 17/20 <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 * Unchanged since: v19
 */
function vfio_ap_mdev_hot_plug_cfg(matrix_mdev: ap_matrix_mdev): void {
	let do_hotplug = 0;
	let filter_domains = false;
	let filter_adapters = false;
	const apm = DECLARE_BITMAP(AP_DEVICES);
	const aqm = DECLARE_BITMAP(AP_DOMAINS);

	mutex_lock(lowcore_kvm(matrix_mdev.kvm).lock); /* PORT: null is an address on s390 */
	mutex_lock(matrix_dev.mdevs_lock);

	filter_adapters = bitmap_and(apm, matrix_mdev.matrix.apm,
				     matrix_mdev.apm_add, AP_DEVICES);
	filter_domains = bitmap_and(aqm, matrix_mdev.matrix.aqm,
				    matrix_mdev.aqm_add, AP_DOMAINS);

	if (filter_adapters && filter_domains)
		do_hotplug |= Number(vfio_ap_mdev_filter_matrix(apm, aqm, matrix_mdev));
	else if (filter_adapters)
		do_hotplug |=
			Number(vfio_ap_mdev_filter_matrix(apm,
							  matrix_mdev.shadow_apcb.aqm,
							  matrix_mdev));
	else
		do_hotplug |=
			Number(vfio_ap_mdev_filter_matrix(matrix_mdev.shadow_apcb.apm,
							  aqm, matrix_mdev));

	if (bitmap_intersects(matrix_mdev.matrix.adm, matrix_mdev.adm_add,
			      AP_DOMAINS))
		do_hotplug |= Number(vfio_ap_mdev_filter_cdoms(matrix_mdev));

	if (do_hotplug)
		vfio_ap_mdev_update_guest_apcb(matrix_mdev);

	mutex_unlock(matrix_dev.mdevs_lock);
	mutex_unlock(lowcore_kvm(matrix_mdev.kvm).lock); /* PORT: as above */
}

/**
 * vfio_ap_on_scan_complete - the AP bus has probed all that the host has gained
 * @new_config_info: the configuration now
 * @old_config_info: the configuration before
 *
 * Context: takes guests_lock, and under it kvm->lock and mdevs_lock.
 * C: vfio_ap_ops.c, v20 17/20 <20220621155134.1932383-18-akrowiak@linux.ibm.com>
 * Unchanged since: v18
 */
export function vfio_ap_on_scan_complete(new_config_info: ap_config_info,
					 old_config_info: ap_config_info): void {
	mutex_lock(matrix_dev.guests_lock);

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		if (bitmap_empty(matrix_mdev.apm_add, AP_DEVICES) &&
		    bitmap_empty(matrix_mdev.aqm_add, AP_DOMAINS) &&
		    bitmap_empty(matrix_mdev.adm_add, AP_DOMAINS))
			continue;

		vfio_ap_mdev_hot_plug_cfg(matrix_mdev);
		bitmap_clear(matrix_mdev.apm_add, 0, AP_DEVICES);
		bitmap_clear(matrix_mdev.aqm_add, 0, AP_DOMAINS);
		bitmap_clear(matrix_mdev.adm_add, 0, AP_DOMAINS);
	}

	mutex_unlock(matrix_dev.guests_lock);
}

export {
	vfio_ap_mdev_filter_matrix, vfio_ap_mdev_get_queue, vfio_ap_mdev_link_queue,
}; /* VISIBLE_IF_KUNIT */
