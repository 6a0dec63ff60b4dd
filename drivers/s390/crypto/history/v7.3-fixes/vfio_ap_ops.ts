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
 * C: drivers/s390/crypto/vfio_ap_ops.c, Linux 7.3.
 *
 * Numbers: an APID or APQI is 0 to 255, an APQN has the APID in its upper and
 * the APQI in its lower byte. Masks are 256 bits, bit 0 leftmost.
 */
import { memcpy, memset, strsep } from "#linux/string.h";
import {
	VFIO_AP_CFG_CHG_IRQ_INDEX, VFIO_AP_NUM_IRQS, VFIO_AP_REQ_IRQ_INDEX,
	VFIO_DEVICE_API_AP_STRING,
	VFIO_DEVICE_FLAGS_AP, VFIO_DEVICE_FLAGS_RESET,
	VFIO_DEVICE_GET_INFO, VFIO_DEVICE_GET_IRQ_INFO,
	VFIO_DEVICE_RESET, VFIO_DEVICE_SET_IRQS, VFIO_IRQ_INFO_EVENTFD, VFIO_IRQ_SET_ACTION_TRIGGER,
	VFIO_IRQ_SET_DATA_EVENTFD, VFIO_IRQ_SET_DATA_TYPE_MASK, vfio_alloc_device, vfio_device_info,
	vfio_device_ops, vfio_iommufd_emulated_attach_ioas, vfio_iommufd_emulated_bind,
	vfio_iommufd_emulated_detach_ioas, vfio_iommufd_emulated_unbind,
	vfio_irq_info, vfio_irq_set,
	vfio_pin_pages, vfio_put_device, vfio_register_emulated_iommu_dev,
	vfio_set_irqs_validate_and_prepare, vfio_unpin_pages, vfio_unregister_group_dev,
	type vfio_device,
} from "#v7.3/linux/vfio.h";
import {
	DEVICE_ATTR_RO, DEVICE_ATTR_RW, DEVICE_ATTR_WO, attribute_group, dev_get_drvdata, dev_name,
	dev_notice, dev_notice_ratelimited, dev_set_drvdata, dev_warn, put_device,
	sysfs_emit, sysfs_emit_at, type device, type device_attribute,
} from "#linux/device.h";
import {
	INIT_LIST_HEAD, list_add, list_add_tail, list_del, list_empty, list_for_each_entry,
	list_for_each_entry_safe, list_head,
} from "#linux/list.h";
import {
	clear_bit_inv, find_first_bit_inv, find_next_bit_inv, for_each_set_bit_inv, set_bit_inv,
	test_bit_inv,
} from "#linux/bitops.h";
import {
	ECA_AIV, PAGE_MASK, kvm_arch_crypto_clear_masks, kvm_arch_crypto_set_masks, kvm_get_kvm,
	kvm_put_kvm, kvm_s390_gisc_register, kvm_s390_gisc_unregister, kvm_s390_is_gpa_in_memslot,
	kvm_s390_pv_cpu_is_protected, page_to_phys, virt_to_phys,
	type kvm, type kvm_vcpu, type page,
} from "#v7.3/linux/kvm_host.h";
import { KBUILD_MODNAME, THIS_MODULE } from "#linux/module.h";
import type { guid_t } from "#linux/uuid.h";
import { MAX_ZDEV_ENTRIES_EXT } from "#asm/zcrypt.h";

import {
	VFIO_AP_DBF_WARN, VFIO_AP_ISC_INVALID, ap_matrix, ap_matrix_mdev, matrix_dev, vfio_ap_queue,
} from "./vfio_ap_private.h.ts";
/* not in C's list: */
import { WARN, WARN_ON, WARN_ONCE } from "#linux/bug.h";
import {
	DECLARE_BITMAP,
	bitmap_and, bitmap_andnot, bitmap_clear, bitmap_copy, bitmap_empty, bitmap_equal,
	bitmap_intersects, bitmap_zero,
} from "#linux/bitmap.h";
import { container_of } from "#linux/container_of.h";
import { msleep } from "#linux/delay.h";
import {
	EADDRINUSE, EADDRNOTAVAIL, EAGAIN, EBUSY, EFAULT, EINVAL, EIO, ENODEV, ENOMEM,
	EOPNOTSUPP, EPERM,
} from "#linux/errno.h";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import {
	eventfd_ctx_fdget, eventfd_ctx_put, eventfd_signal,
} from "#linux/eventfd.h";
import {
	hash_add, hash_del, hash_first, hash_for_each, hash_init, hash_next,
} from "#linux/hashtable.h";
import { IOMMU_READ, IOMMU_WRITE } from "#linux/iommu.h";
import { kstrtoul } from "#linux/kstrtox.h";
import {
	mdev_dev, mdev_driver, mdev_register_driver, mdev_register_parent, mdev_unregister_driver,
	mdev_unregister_parent, to_mdev_device, type mdev_device,
} from "#linux/mdev.h";
import { lockdep_assert_held, mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { pr_notice_ratelimited, pr_warn } from "#linux/printk.h";
import { down_write, up_write } from "#linux/rwsem.h";
import { GFP_KERNEL, kfree, kstrndup, kzalloc_obj } from "#v7.3/linux/slab.h";
import type { char_buf } from "#linux/sprintf.h";
import { sysfs_create_group, sysfs_remove_group } from "#linux/sysfs.h";
import { out } from "#linux/types.h";
import {
	copy_from_user, copy_to_user, get_user, offsetofend, type user_ptr,
} from "#linux/uaccess.h";
import { uv_pin_shared } from "#asm/uv.h";
import {
	INIT_WORK, flush_work, queue_work, system_long_wq, type work_struct,
} from "#linux/workqueue.h";
import { low_memory } from "#asm/lowcore.h";
import { le16_to_cpup, le32_to_cpup } from "#asm/byteorder.h";
import {
	AP_MKQID, AP_QID_CARD, AP_QID_QUEUE, ap_aqic, ap_qirq_ctrl, ap_queue_status, ap_tapq,
	ap_tapq_hwinfo, ap_test_queue, ap_zapq, type ap_config_info,
} from "#asm/ap.h";
import {
	AP_DEVICES, AP_DEVICE_TYPE_CEX4, AP_DOMAINS, AP_RESPONSE_ASSOC_FAILED,
	AP_RESPONSE_ASSOC_SECRET_NOT_UNIQUE, AP_RESPONSE_BUSY, AP_RESPONSE_CHECKSTOPPED,
	AP_RESPONSE_DECONFIGURED, AP_RESPONSE_INVALID_ADDRESS, AP_RESPONSE_NORMAL,
	AP_RESPONSE_OTHERWISE_CHANGED, AP_RESPONSE_Q_NOT_AVAIL, AP_RESPONSE_RESET_IN_PROGRESS,
	AP_RESPONSE_STATE_CHANGE_IN_PROGRESS, ap_apqn_in_matrix_owned_by_def_drv, ap_attr_mutex,
	ap_get_qdev, ap_hex2bitmap, to_ap_dev, to_ap_queue, type ap_device,
} from "../../../../v7.3/s390/crypto/ap_bus.h.ts";

const VFIO_AP_MDEV_TYPE_HWVIRT = "passthrough";
const VFIO_AP_MDEV_NAME_HWVIRT = "VFIO AP Passthrough Device";

const AP_QUEUE_ASSIGNED = "assigned";
const AP_QUEUE_UNASSIGNED = "unassigned";
const AP_QUEUE_IN_USE = "in use";

const AP_RESET_INTERVAL = 20;	/* milliseconds between two looks at a reset */

/**
 * get_update_locks_for_kvm - take what updating a guest's APCB needs
 * @kvm: the guest, or null
 *
 * Context: takes guests_lock, kvm->lock and the hook's semaphore if there is a
 * guest, and mdevs_lock, in that order; may sleep. As in: v6.12
 */
function get_update_locks_for_kvm(kvm: kvm | null): void {
	mutex_lock(matrix_dev.guests_lock);
	if (kvm) {
		mutex_lock(kvm.lock);
		down_write(kvm.arch.crypto.pqap_hook_rwsem);
	}
	mutex_lock(matrix_dev.mdevs_lock);
}

/**
 * release_update_locks_for_kvm - give back what get_update_locks_for_kvm() took
 * @kvm: the guest, or null
 *
 * Context: releases what get_update_locks_for_kvm() took.
 * As in: v6.12
 */
function release_update_locks_for_kvm(kvm: kvm | null): void {
	mutex_unlock(matrix_dev.mdevs_lock);
	if (kvm) {
		up_write(kvm.arch.crypto.pqap_hook_rwsem);
		mutex_unlock(kvm.lock);
	}
	mutex_unlock(matrix_dev.guests_lock);
}

/**
 * get_update_locks_for_mdev - take what updating the APCB of an mdev's guest needs
 * @matrix_mdev: the mediated device, or null
 *
 * Context: takes guests_lock, kvm->lock if there is a guest, and mdevs_lock, in
 * that order; may sleep.
 * Unchanged since: v6.12
 */
function get_update_locks_for_mdev(matrix_mdev: ap_matrix_mdev | null): void {
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
 * Unchanged since: v6.12
 */
function release_update_locks_for_mdev(matrix_mdev: ap_matrix_mdev | null): void {
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
 * Unchanged since: v6.12
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
 * Unchanged since: v6.12
 */
function get_update_locks_for_queue(q: vfio_ap_queue): void {
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
 * Unchanged since: v6.12
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
 * vfio_ap_wait_for_irqclear - wait until a queue's interrupts are off
 * @apqn: the queue's number
 *
 * Looks up to five times, 20 ms apart; warns if the queue is gone, or still
 * has them on.
 *
 * Context: process context, sleeps up to 100 ms.
 * Unchanged since: v6.12
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
 * The guest's interruption subclass and the page of its notification byte.
 *
 * Context: mdevs_lock held, or the queue's reset is being waited for by who
 * holds it.
 * As in: v6.12
 */
function vfio_ap_free_aqic_resources(q: vfio_ap_queue | null): void {
	if (!q)
		return;
	if (q.saved_isc !== VFIO_AP_ISC_INVALID) {
		if (!WARN_ON(!q.matrix_mdev) && q.matrix_mdev!.kvm)
			kvm_s390_gisc_unregister(q.matrix_mdev!.kvm, q.saved_isc);
		q.saved_isc = VFIO_AP_ISC_INVALID;
	}
	if (q.saved_iova && !WARN_ON(!q.matrix_mdev)) {
		vfio_unpin_pages(q.matrix_mdev!.vdev, q.saved_iova, 1);
		q.saved_iova = 0n;
	}
}

/**
 * vfio_ap_irq_disable - turn a queue's interrupts off
 * @q: the queue
 *
 * A busy queue, or one being reset, is asked up to six times, 20 ms apart. The
 * resources are given back whatever the queue says.
 *
 * Context: mdevs_lock held; sleeps 20 ms between two tries.
 * Return: the status of the last AQIC.
 * Unchanged since: v6.12
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
				/* The queue does not work */
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
 * @nib: where to put it
 *
 * Return: 0, or -EINVAL when it is 0 or not backed by guest memory.
 * Unchanged since: v7.1
 */
function vfio_ap_validate_nib(vcpu: kvm_vcpu, nib: out<bigint>): number {
	nib.v = vcpu.run.s.regs.gprs[2];

	if (!nib.v)
		return -EINVAL;
	if (!kvm_s390_is_gpa_in_memslot(vcpu.kvm, nib.v))
		return -EINVAL;

	return 0;
}

/**
 * ensure_nib_shared - whether a protected guest shares the page of its NIB
 * @addr: the page's address in the host
 *
 * A page that was shared is pinned shared already, and stays so. One that was not
 * has been exported by the pinning, and belongs to the guest's secure part no more.
 *
 * Context: the page is pinned, by vfio_pin_pages().
 * Return: 0, or the ultravisor's error.
 * Unchanged since: v7.1
 */
function ensure_nib_shared(addr: bigint): number {
	return uv_pin_shared(addr);
}

/**
 * vfio_ap_irq_enable - turn a queue's interrupts on for a guest
 * @q: the queue
 * @isc: the guest's interruption subclass, 0 to 7
 * @vcpu: the guest CPU that asked, by PQAP(AQIC)
 *
 * Pins the page of the notification byte and registers the subclass; what an
 * earlier call had is given back when the new setting holds.
 *
 * Context: mdevs_lock held, and what KVM holds around its hook; may sleep to
 * pin a page.
 * Return: the queue's status; response code 06 when the byte's page or the
 * subclass cannot be had.
 */
function vfio_ap_irq_enable(q: vfio_ap_queue, isc: number, vcpu: kvm_vcpu): ap_queue_status {
	const aqic_gisa = new ap_qirq_ctrl();
	let status = new ap_queue_status();
	const h_page = out<page | null>(null);
	const nib = out(0n);
	let ret;

	/* The byte has to be somewhere */
	if (vfio_ap_validate_nib(vcpu, nib)) {
		VFIO_AP_DBF_WARN("%s: invalid NIB address: nib=%pad, apqn=%#04x\n",
				 "vfio_ap_irq_enable", nib, q.apqn);

		status.response_code = AP_RESPONSE_INVALID_ADDRESS;
		return status;
	}

	/* Also a page that is not shared can most likely be pinned */
	/* PORT: null is an address on s390 */
	ret = vfio_pin_pages(low_memory(q.matrix_mdev, ap_matrix_mdev).vdev, nib.v, 1,
			     IOMMU_READ | IOMMU_WRITE, h_page);
	switch (ret) {
	case 1:
		break;
	default:
		VFIO_AP_DBF_WARN("%s: vfio_pin_pages failed: rc=%d,nib=%pad, apqn=%#04x\n",
				 "vfio_ap_irq_enable", ret, nib, q.apqn);

		status.response_code = AP_RESPONSE_INVALID_ADDRESS;
		return status;
	}

	const kvm = q.matrix_mdev!.kvm!;
	const gisa = kvm.arch.gisa_int.origin;

	const h_nib = page_to_phys(h_page.v!) | (nib.v & ~PAGE_MASK);
	aqic_gisa.gisc = isc;

	/* A protected guest has to share that page */
	if (kvm_s390_pv_cpu_is_protected(vcpu) &&
	    ensure_nib_shared(h_nib & PAGE_MASK)) {
		vfio_unpin_pages(q.matrix_mdev!.vdev, nib.v, 1);
		status.response_code = AP_RESPONSE_INVALID_ADDRESS;
		return status;
	}

	const nisc = kvm_s390_gisc_register(kvm, isc);
	if (nisc < 0) {
		VFIO_AP_DBF_WARN("%s: gisc registration failed: nisc=%d, isc=%d, apqn=%#04x\n",
				 "vfio_ap_irq_enable", nisc, isc, q.apqn);

		vfio_unpin_pages(q.matrix_mdev!.vdev, nib.v, 1);
		status.response_code = AP_RESPONSE_INVALID_ADDRESS;
		return status;
	}

	aqic_gisa.isc = nisc;
	aqic_gisa.ir = 1;
	aqic_gisa.gisa = Number(virt_to_phys(gisa) >> 4n);

	status = ap_aqic(q.apqn, aqic_gisa, h_nib);
	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
		/* What was set before has just been replaced */
		vfio_ap_free_aqic_resources(q);
		q.saved_iova = nib.v;
		q.saved_isc = isc;
		break;
	case AP_RESPONSE_OTHERWISE_CHANGED:
		/* The old setting stays: give the new one back */
		ret = kvm_s390_gisc_unregister(kvm, isc);
		if (ret)
			VFIO_AP_DBF_WARN("%s: kvm_s390_gisc_unregister: rc=%d isc=%d, apqn=%#04x\n",
					 "vfio_ap_irq_enable", ret, isc, q.apqn);
		vfio_unpin_pages(q.matrix_mdev!.vdev, nib.v, 1);
		break;
	default:
		pr_warn("%s: apqn %04x: response: %02x\n", "vfio_ap_irq_enable", q.apqn,
			status.response_code);
		/* The new setting is nobody's yet: give it back, too */
		ret = kvm_s390_gisc_unregister(kvm, isc);
		if (ret)
			VFIO_AP_DBF_WARN("%s: kvm_s390_gisc_unregister: rc=%d isc=%d, apqn=%#04x\n",
					 "vfio_ap_irq_enable", ret, isc, q.apqn);
		vfio_unpin_pages(q.matrix_mdev!.vdev, nib.v, 1);
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
 * Unchanged since: v6.12
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
 * Unchanged since: v6.12
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
	/* PORT: memcpy() over a register's upper half, then a shift: the lower half is lost */
	vcpu.run.s.regs.gprs[1] = BigInt(qstatus.pack()); /* PORT: see above */
	mutex_unlock(matrix_dev.mdevs_lock);
	return 0;
}

/**
 * vfio_ap_matrix_init - set a matrix's limits to what the host can have
 * @info: the host's AP configuration
 * @matrix: the matrix
 *
 * Unchanged since: v6.12
 */
function vfio_ap_matrix_init(info: ap_config_info, matrix: ap_matrix): void {
	matrix.apm_max = info.apxa ? info.na : 63;
	matrix.aqm_max = info.apxa ? info.nd : 15;
	matrix.adm_max = info.apxa ? info.nd : 15;
}

/**
 * signal_guest_ap_cfg_changed - say that a guest's AP configuration changed
 * @matrix_mdev: the mediated device
 *
 * Context: mdevs_lock held.
 * Unchanged since: v7.1
 */
function signal_guest_ap_cfg_changed(matrix_mdev: ap_matrix_mdev): void {
	if (matrix_mdev.cfg_chg_trigger)
		eventfd_signal(matrix_mdev.cfg_chg_trigger);
}

/**
 * vfio_ap_mdev_update_guest_apcb - give the guest what the shadow says
 * @matrix_mdev: the mediated device, with or without a guest
 *
 * Context: kvm->lock, if there is a guest, and mdevs_lock held: KVM changes
 * masks under its lock.
 * Unchanged since: v7.1
 */
function vfio_ap_mdev_update_guest_apcb(matrix_mdev: ap_matrix_mdev): void {
	if (matrix_mdev.kvm) {
		kvm_arch_crypto_set_masks(matrix_mdev.kvm,
					  matrix_mdev.shadow_apcb.apm,
					  matrix_mdev.shadow_apcb.aqm,
					  matrix_mdev.shadow_apcb.adm);

		signal_guest_ap_cfg_changed(matrix_mdev);
	}
}

/**
 * vfio_ap_mdev_filter_cdoms - the shadow's control domains: assigned and in the host
 * @matrix_mdev: the mediated device
 *
 * Context: kvm->lock, if there is a guest, and mdevs_lock held.
 * Return: whether the shadow changed.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_filter_cdoms(matrix_mdev: ap_matrix_mdev): boolean {
	const prev_shadow_adm = DECLARE_BITMAP(AP_DOMAINS);

	bitmap_copy(prev_shadow_adm, matrix_mdev.shadow_apcb.adm, AP_DOMAINS);
	bitmap_and(matrix_mdev.shadow_apcb.adm, matrix_mdev.matrix.adm,
		   matrix_dev.info.adm, AP_DOMAINS);

	return !bitmap_equal(prev_shadow_adm, matrix_mdev.shadow_apcb.adm,
			     AP_DOMAINS);
}

/**
 * _queue_passable - whether a guest may have a queue
 * @q: the queue, or null
 *
 * Context: mdevs_lock held.
 * Return: false unless its last reset worked, or could not be done because the
 * queue is out of order.
 * Unchanged since: v6.12
 */
function _queue_passable(q: vfio_ap_queue | null): boolean {
	if (q === null)
		return false;

	switch (q.reset_status.response_code) {
	case AP_RESPONSE_NORMAL:
	case AP_RESPONSE_DECONFIGURED:
	case AP_RESPONSE_CHECKSTOPPED:
		return true;
	default:
		return false;
	}
}

/*
 * vfio_ap_mdev_filter_matrix()'s local masks: it calls nothing that calls it
 * again, and so allocates nothing.
 */
const prev_shadow_apm = DECLARE_BITMAP(AP_DEVICES); /* PORT: a local */
const prev_shadow_aqm = DECLARE_BITMAP(AP_DOMAINS); /* PORT: a local */

/**
 * vfio_ap_mdev_filter_matrix - work out anew what the guest should have
 * @matrix_mdev: the mediated device
 * @apm_filtered: is set to the adapters that were in the shadow and are
 *		  dropped for a missing queue: theirs are to be reset
 *
 * The shadow becomes what is assigned and in the host, less each adapter that
 * lacks a passable queue in one of the domains: single queues cannot be left
 * out of a matrix.
 *
 * Context: kvm->lock, if there is a guest, and mdevs_lock held.
 * Return: whether the shadow's adapters or domains changed.
 * Unchanged since: v7.1
 */
function vfio_ap_mdev_filter_matrix(matrix_mdev: ap_matrix_mdev,
				    apm_filtered: Uint32Array): boolean {
	let apid, apqi, apqn;
	/* PORT: DECLARE_BITMAP() of the two locals stands above the function */

	bitmap_copy(prev_shadow_apm, matrix_mdev.shadow_apcb.apm, AP_DEVICES);
	bitmap_copy(prev_shadow_aqm, matrix_mdev.shadow_apcb.aqm, AP_DOMAINS);
	vfio_ap_matrix_init(matrix_dev.info, matrix_mdev.shadow_apcb);
	bitmap_clear(apm_filtered, 0, AP_DEVICES);

	/* Begin with what is assigned, as far as the host has it */
	bitmap_and(matrix_mdev.shadow_apcb.apm, matrix_mdev.matrix.apm,
		   matrix_dev.info.apm, AP_DEVICES);
	bitmap_and(matrix_mdev.shadow_apcb.aqm, matrix_mdev.matrix.aqm,
		   matrix_dev.info.aqm, AP_DOMAINS);

	for (apid = find_first_bit_inv(matrix_mdev.shadow_apcb.apm, AP_DEVICES); apid < AP_DEVICES;
	     apid = find_next_bit_inv(matrix_mdev.shadow_apcb.apm, AP_DEVICES,
				      apid + 1)) { /* for_each_set_bit_inv() */
		for (apqi = find_first_bit_inv(matrix_mdev.shadow_apcb.aqm, AP_DOMAINS);
		     apqi < AP_DOMAINS;
		     apqi = find_next_bit_inv(matrix_mdev.shadow_apcb.aqm, AP_DOMAINS,
					      apqi + 1)) { /* for_each_set_bit_inv() */
			/* One queue that is missing costs the adapter */
			apqn = AP_MKQID(apid, apqi);
			if (!_queue_passable(vfio_ap_mdev_get_queue(matrix_mdev, apqn))) {
				clear_bit_inv(apid, matrix_mdev.shadow_apcb.apm);

				/* The guest had it: the caller wants to know */
				if (test_bit_inv(apid, prev_shadow_apm))
					set_bit_inv(apid, apm_filtered);

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
 * vfio_ap_mdev_init_dev - a mediated device has been allocated
 * @vdev: the VFIO device in it
 *
 * Context: nobody else knows of the mdev yet.
 * Return: 0.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_init_dev(vdev: vfio_device): number {
	const matrix_mdev =
		container_of(vdev, ap_matrix_mdev, "vdev");

	matrix_mdev.mdev = to_mdev_device(vdev.dev!);
	vfio_ap_matrix_init(matrix_dev.info, matrix_mdev.matrix);
	matrix_mdev.pqap_hook.fn = handle_pqap;
	vfio_ap_matrix_init(matrix_dev.info, matrix_mdev.shadow_apcb);
	hash_init(matrix_mdev.qtable.queues);

	return 0;
}

/**
 * vfio_ap_mdev_probe - a mediated device has been created
 * @mdev: the mediated device
 *
 * Context: takes guests_lock to put it at the front of the list.
 * Return: 0, or the error of VFIO.
 * As in: v6.12
 */
function vfio_ap_mdev_probe(mdev: mdev_device): number {
	let ret;

	const matrix_mdev = vfio_alloc_device(ap_matrix_mdev, "vdev", mdev.dev,
					      vfio_ap_matrix_dev_ops);
	if (IS_ERR(matrix_mdev))
		return PTR_ERR(matrix_mdev);

	err_put_vdev: {
		ret = vfio_register_emulated_iommu_dev(matrix_mdev.vdev);
		if (ret)
			break err_put_vdev;

		/* Whoever walks the list holds guests_lock; so does who changes it */
		mutex_lock(matrix_dev.guests_lock);
		dev_set_drvdata(mdev.dev, matrix_mdev);
		list_add(matrix_mdev.node, matrix_dev.mdev_list);
		mutex_unlock(matrix_dev.guests_lock);
		return 0;

	} /* err_put_vdev: */
	vfio_put_device(matrix_mdev.vdev);
	return ret;
}

/**
 * vfio_ap_mdev_link_queue - link a queue to an mdev
 * @matrix_mdev: the mediated device
 * @q: the queue, or null
 *
 * Does nothing if it is linked already.
 *
 * Context: mdevs_lock held.
 * Unchanged since: v7.1
 */
function vfio_ap_mdev_link_queue(matrix_mdev: ap_matrix_mdev, q: vfio_ap_queue | null): void {
	if (!q || vfio_ap_mdev_get_queue(matrix_mdev, q.apqn))
		return;

	q.matrix_mdev = matrix_mdev;
	hash_add(matrix_mdev.qtable.queues, q.mdev_qnode, q.apqn);
}

/**
 * vfio_ap_mdev_link_apqn - link the queue of a number to an mdev, if it is bound
 * @matrix_mdev: the mediated device
 * @apqn: the queue's number
 *
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_link_apqn(matrix_mdev: ap_matrix_mdev, apqn: number): void {
	const q = vfio_ap_find_queue(apqn);
	vfio_ap_mdev_link_queue(matrix_mdev, q);
}

/**
 * vfio_ap_unlink_queue_fr_mdev - take a queue out of its mdev's table
 * @q: the queue; it still names the mdev
 *
 * Unchanged since: v7.1
 */
function vfio_ap_unlink_queue_fr_mdev(q: vfio_ap_queue): void {
	hash_del(q.mdev_qnode);
}

/**
 * vfio_ap_unlink_mdev_fr_queue - make a queue forget its mdev
 * @q: the queue
 *
 * Context: mdevs_lock held.
 * Unchanged since: v6.12
 */
function vfio_ap_unlink_mdev_fr_queue(q: vfio_ap_queue): void {
	q.matrix_mdev = null;
}

/**
 * vfio_ap_mdev_unlink_fr_queues - make all queues linked to an mdev forget it
 * @matrix_mdev: the mediated device
 *
 * Context: mdevs_lock held.
 * Unchanged since: v6.12
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
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_remove(mdev: mdev_device): void {
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(mdev.dev);

	vfio_unregister_group_dev(matrix_mdev.vdev);

	mutex_lock(matrix_dev.guests_lock);
	mutex_lock(matrix_dev.mdevs_lock);
	vfio_ap_mdev_reset_queues(matrix_mdev);
	vfio_ap_mdev_unlink_fr_queues(matrix_mdev);
	list_del(matrix_mdev.node);
	mutex_unlock(matrix_dev.mdevs_lock);
	mutex_unlock(matrix_dev.guests_lock);
	vfio_put_device(matrix_mdev.vdev);
}

const MDEV_SHARING_ERR = "Userspace may not assign queue %02lx.%04lx to mdev: already assigned to %s";

const MDEV_IN_USE_ERR = "Can not reserve queue %02lx.%04lx for host driver: in use by mdev";

/**
 * vfio_ap_mdev_log_sharing_err - say which queues two mdevs would share
 * @assignee: the mdev that wanted them
 * @assigned_to: the mdev that has them
 * @apm: the adapters
 * @aqm: the domains
 *
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_log_sharing_err(assignee: ap_matrix_mdev, assigned_to: ap_matrix_mdev,
				      apm: Uint32Array, aqm: Uint32Array): void {
	for (const apid of for_each_set_bit_inv(apm, AP_DEVICES)) {
		for (const apqi of for_each_set_bit_inv(aqm, AP_DOMAINS)) {
			dev_warn(mdev_dev(assignee.mdev!), MDEV_SHARING_ERR,
				 apid, apqi, dev_name(mdev_dev(assigned_to.mdev!)));
		}
	}
}

/**
 * vfio_ap_mdev_log_in_use_err - say which queues the host cannot have back
 * @assignee: the mdev that has them
 * @apm: the adapters
 * @aqm: the domains
 *
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_log_in_use_err(assignee: ap_matrix_mdev,
				     apm: Uint32Array, aqm: Uint32Array): void {
	for (const apid of for_each_set_bit_inv(apm, AP_DEVICES)) {
		for (const apqi of for_each_set_bit_inv(aqm, AP_DOMAINS))
			dev_warn(mdev_dev(assignee.mdev!), MDEV_IN_USE_ERR, apid, apqi);
	}
}

/**
 * vfio_ap_mdev_verify_no_sharing - whether APQNs are free of any other mdev
 * @assignee: the mdev they are meant for, or null when the AP bus asks on
 *	      behalf of the host's drivers
 * @mdev_apm: the adapters
 * @mdev_aqm: the domains
 *
 * Context: guests_lock held.
 * Return: 0, or -EADDRINUSE when one of the product is assigned elsewhere.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_verify_no_sharing(assignee: ap_matrix_mdev | null,
					mdev_apm: Uint32Array, mdev_aqm: Uint32Array): number {
	const apm = DECLARE_BITMAP(AP_DEVICES);
	const aqm = DECLARE_BITMAP(AP_DOMAINS);

	for (const assigned_to of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		/* It may well have its own */
		if (assignee === assigned_to)
			continue;

		memset(apm, 0);
		memset(aqm, 0);

		/* Whole words: the bits beyond the limit are zero in both */
		if (!bitmap_and(apm, mdev_apm, assigned_to.matrix.apm, AP_DEVICES))
			continue;

		if (!bitmap_and(aqm, mdev_aqm, assigned_to.matrix.aqm, AP_DOMAINS))
			continue;

		if (assignee)
			vfio_ap_mdev_log_sharing_err(assignee, assigned_to, apm, aqm);
		else
			vfio_ap_mdev_log_in_use_err(assigned_to, apm, aqm);

		return -EADDRINUSE;
	}

	return 0;
}

/**
 * vfio_ap_mdev_validate_masks - whether an mdev may have what is assigned to it
 * @matrix_mdev: the mediated device
 *
 * Context: ap_attr_mutex and guests_lock held.
 * Return: 0; -EADDRNOTAVAIL when the host's drivers own one of the APQNs;
 * -EADDRINUSE when another mdev has one.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_validate_masks(matrix_mdev: ap_matrix_mdev): number {
	if (ap_apqn_in_matrix_owned_by_def_drv(matrix_mdev.matrix.apm,
					       matrix_mdev.matrix.aqm))
		return -EADDRNOTAVAIL;

	return vfio_ap_mdev_verify_no_sharing(matrix_mdev,
					      matrix_mdev.matrix.apm,
					      matrix_mdev.matrix.aqm);
}

/**
 * vfio_ap_mdev_link_adapter - link an adapter's queues to an mdev
 * @matrix_mdev: the mediated device
 * @apid: the adapter
 *
 * Context: mdevs_lock held.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_link_adapter(matrix_mdev: ap_matrix_mdev, apid: number): void {
	for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm, AP_DOMAINS))
		vfio_ap_mdev_link_apqn(matrix_mdev,
				       AP_MKQID(apid, apqi));
}

/**
 * collect_queues_to_reset - list an adapter's queues in the shadow's domains
 * @matrix_mdev: the mediated device
 * @apid: the adapter
 * @qlist: the list to append to
 *
 * Context: mdevs_lock held.
 * Unchanged since: v6.12
 */
function collect_queues_to_reset(matrix_mdev: ap_matrix_mdev,
				 apid: number,
				 qlist: list_head): void {
	let q;

	for (const apqi of for_each_set_bit_inv(matrix_mdev.shadow_apcb.aqm, AP_DOMAINS)) {
		q = vfio_ap_mdev_get_queue(matrix_mdev, AP_MKQID(apid, apqi));
		if (q)
			list_add_tail(q.reset_qnode, qlist);
	}
}

/**
 * reset_queues_for_apid - reset an adapter's queues in the shadow's domains
 * @matrix_mdev: the mediated device
 * @apid: the adapter
 *
 * Unchanged since: v6.12
 */
function reset_queues_for_apid(matrix_mdev: ap_matrix_mdev, apid: number): void {
	const qlist = new list_head();

	INIT_LIST_HEAD(qlist);
	collect_queues_to_reset(matrix_mdev, apid, qlist);
	vfio_ap_mdev_reset_qlist(qlist);
}

/**
 * reset_queues_for_apids - reset several adapters' queues in the shadow's domains
 * @matrix_mdev: the mediated device
 * @apm_reset: the adapters
 *
 * Return: 0, or -EIO when one could not be reset.
 * Unchanged since: v6.12
 */
function reset_queues_for_apids(matrix_mdev: ap_matrix_mdev, apm_reset: Uint32Array): number {
	if (bitmap_empty(apm_reset, AP_DEVICES))
		return 0;

	const qlist = new list_head();
	INIT_LIST_HEAD(qlist);

	for (const apid of for_each_set_bit_inv(apm_reset, AP_DEVICES))
		collect_queues_to_reset(matrix_mdev, apid, qlist);

	return vfio_ap_mdev_reset_qlist(qlist);
}

/**
 * assign_adapter_store - assign an adapter to an mdev
 * @dev: the mediated device
 * @attr: its assign_adapter attribute
 * @buf: the APID in C's number syntax
 * @count: number of bytes in @buf
 *
 * Context: takes ap_attr_mutex, guests_lock, kvm->lock, mdevs_lock.
 * Return: @count; -EINVAL or -ERANGE when it is no number; -ENODEV when it is
 * above what the mdev may have; -EADDRNOTAVAIL when the host's drivers own one
 * of the new APQNs; -EADDRINUSE when another mdev has one.
 * Unchanged since: v7.1
 */
function assign_adapter_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apid = out(0);
	const apm_filtered = DECLARE_BITMAP(AP_DEVICES);
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	mutex_lock(ap_attr_mutex);
	get_update_locks_for_mdev(matrix_mdev);

	done: {
		ret = kstrtoul(buf, 0, apid);
		if (ret)
			break done;

		if (apid.v > matrix_mdev.matrix.apm_max) {
			ret = -ENODEV;
			break done;
		}

		if (test_bit_inv(apid.v, matrix_mdev.matrix.apm)) {
			ret = count;
			break done;
		}

		set_bit_inv(apid.v, matrix_mdev.matrix.apm);

		ret = vfio_ap_mdev_validate_masks(matrix_mdev);
		if (ret) {
			clear_bit_inv(apid.v, matrix_mdev.matrix.apm);
			break done;
		}

		vfio_ap_mdev_link_adapter(matrix_mdev, apid.v);

		if (vfio_ap_mdev_filter_matrix(matrix_mdev, apm_filtered)) {
			vfio_ap_mdev_update_guest_apcb(matrix_mdev);
			reset_queues_for_apids(matrix_mdev, apm_filtered);
		}

		ret = count;
	} /* done: */
	release_update_locks_for_mdev(matrix_mdev);
	mutex_unlock(ap_attr_mutex);

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
 * Unchanged since: v6.12
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
 * @qlist: where to append those that the guest had and that are to be reset
 *
 * Context: mdevs_lock held.
 */
function vfio_ap_mdev_unlink_adapter(matrix_mdev: ap_matrix_mdev, apid: number,
				     qlist: list_head | null): void {
	let q;

	for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm, AP_DOMAINS)) {
		q = vfio_ap_unlink_apqn_fr_mdev(matrix_mdev, apid, apqi);

		if (q && qlist) {
			/* A guest can turn on interrupts of a queue that is filtered from it */
			if ((test_bit_inv(apid, matrix_mdev.shadow_apcb.apm) &&
			     test_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm)) ||
			    q.saved_isc !== VFIO_AP_ISC_INVALID)
				list_add_tail(q.reset_qnode, qlist);
			else	/* No guest has had it since its last reset */
				vfio_ap_unlink_mdev_fr_queue(q);
		}
	}
}

/**
 * vfio_ap_mdev_hot_unplug_adapters - take adapters from an mdev and its guest
 * @matrix_mdev: the mediated device
 * @apids: the adapters
 *
 * Context: kvm->lock, if there is a guest, and mdevs_lock held; sleeps until
 * the resets are over.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_hot_unplug_adapters(matrix_mdev: ap_matrix_mdev, apids: Uint32Array): void {
	const qlist = new list_head();
	let apcb_update = false;

	INIT_LIST_HEAD(qlist);

	for (const apid of for_each_set_bit_inv(apids, AP_DEVICES)) {
		vfio_ap_mdev_unlink_adapter(matrix_mdev, apid, qlist);

		if (test_bit_inv(apid, matrix_mdev.shadow_apcb.apm)) {
			clear_bit_inv(apid, matrix_mdev.shadow_apcb.apm);
			apcb_update = true;
		}
	}

	/* A guest is not disturbed for nothing */
	if (apcb_update)
		vfio_ap_mdev_update_guest_apcb(matrix_mdev);

	vfio_ap_mdev_reset_qlist(qlist);

	for (const q of list_for_each_entry_safe<vfio_ap_queue>(qlist, "reset_qnode")) {
		vfio_ap_unlink_mdev_fr_queue(q);
		list_del(q.reset_qnode);
	}
}

/**
 * vfio_ap_mdev_hot_unplug_adapter - take one adapter from an mdev and its guest
 * @matrix_mdev: the mediated device
 * @apid: the adapter
 *
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_hot_unplug_adapter(matrix_mdev: ap_matrix_mdev, apid: number): void {
	const apids = DECLARE_BITMAP(AP_DEVICES);

	bitmap_zero(apids, AP_DEVICES);
	set_bit_inv(apid, apids);
	vfio_ap_mdev_hot_unplug_adapters(matrix_mdev, apids);
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
 * Unchanged since: v6.12
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

		if (!test_bit_inv(apid.v, matrix_mdev.matrix.apm)) {
			ret = count;
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
 * vfio_ap_mdev_link_domain - link a domain's queues to an mdev
 * @matrix_mdev: the mediated device
 * @apqi: the domain
 *
 * Context: mdevs_lock held.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_link_domain(matrix_mdev: ap_matrix_mdev, apqi: number): void {
	for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm, AP_DEVICES))
		vfio_ap_mdev_link_apqn(matrix_mdev,
				       AP_MKQID(apid, apqi));
}

/**
 * assign_domain_store - assign a domain to an mdev
 * @dev: the mediated device
 * @attr: its assign_domain attribute
 * @buf: the APQI in C's number syntax
 * @count: number of bytes in @buf
 *
 * Context: takes ap_attr_mutex, guests_lock, kvm->lock, mdevs_lock.
 * Return: @count, or an error as assign_adapter_store() has them.
 * Unchanged since: v7.1
 */
function assign_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apqi = out(0);
	const apm_filtered = DECLARE_BITMAP(AP_DEVICES);
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	mutex_lock(ap_attr_mutex);
	get_update_locks_for_mdev(matrix_mdev);

	done: {
		ret = kstrtoul(buf, 0, apqi);
		if (ret)
			break done;

		if (apqi.v > matrix_mdev.matrix.aqm_max) {
			ret = -ENODEV;
			break done;
		}

		if (test_bit_inv(apqi.v, matrix_mdev.matrix.aqm)) {
			ret = count;
			break done;
		}

		set_bit_inv(apqi.v, matrix_mdev.matrix.aqm);

		ret = vfio_ap_mdev_validate_masks(matrix_mdev);
		if (ret) {
			clear_bit_inv(apqi.v, matrix_mdev.matrix.aqm);
			break done;
		}

		vfio_ap_mdev_link_domain(matrix_mdev, apqi.v);

		if (vfio_ap_mdev_filter_matrix(matrix_mdev, apm_filtered)) {
			vfio_ap_mdev_update_guest_apcb(matrix_mdev);
			reset_queues_for_apids(matrix_mdev, apm_filtered);
		}

		ret = count;
	} /* done: */
	release_update_locks_for_mdev(matrix_mdev);
	mutex_unlock(ap_attr_mutex);

	return ret;
}
const dev_attr_assign_domain = DEVICE_ATTR_WO("assign_domain", assign_domain_store);

/**
 * vfio_ap_mdev_unlink_domain - unlink the queues of a domain that is leaving
 * @matrix_mdev: the mediated device it was assigned to
 * @apqi: the domain
 * @qlist: where to append those that the guest had and that are to be reset
 *
 * Context: mdevs_lock held.
 */
function vfio_ap_mdev_unlink_domain(matrix_mdev: ap_matrix_mdev, apqi: number,
				    qlist: list_head | null): void {
	let q;

	for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm, AP_DEVICES)) {
		q = vfio_ap_unlink_apqn_fr_mdev(matrix_mdev, apid, apqi);

		if (q && qlist) {
			/* A guest can turn on interrupts of a queue that is filtered from it */
			if ((test_bit_inv(apid, matrix_mdev.shadow_apcb.apm) &&
			     test_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm)) ||
			    q.saved_isc !== VFIO_AP_ISC_INVALID)
				list_add_tail(q.reset_qnode, qlist);
			else	/* No guest has had it since its last reset */
				vfio_ap_unlink_mdev_fr_queue(q);
		}
	}
}

/**
 * vfio_ap_mdev_hot_unplug_domains - take domains from an mdev and its guest
 * @matrix_mdev: the mediated device
 * @apqis: the domains
 *
 * Context: kvm->lock, if there is a guest, and mdevs_lock held; sleeps until
 * the resets are over.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_hot_unplug_domains(matrix_mdev: ap_matrix_mdev, apqis: Uint32Array): void {
	const qlist = new list_head();
	let apcb_update = false;

	INIT_LIST_HEAD(qlist);

	for (const apqi of for_each_set_bit_inv(apqis, AP_DOMAINS)) {
		vfio_ap_mdev_unlink_domain(matrix_mdev, apqi, qlist);

		if (test_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm)) {
			clear_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm);
			apcb_update = true;
		}
	}

	/* A guest is not disturbed for nothing */
	if (apcb_update)
		vfio_ap_mdev_update_guest_apcb(matrix_mdev);

	vfio_ap_mdev_reset_qlist(qlist);

	for (const q of list_for_each_entry_safe<vfio_ap_queue>(qlist, "reset_qnode")) {
		vfio_ap_unlink_mdev_fr_queue(q);
		list_del(q.reset_qnode);
	}
}

/**
 * vfio_ap_mdev_hot_unplug_domain - take one domain from an mdev and its guest
 * @matrix_mdev: the mediated device
 * @apqi: the domain
 *
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_hot_unplug_domain(matrix_mdev: ap_matrix_mdev, apqi: number): void {
	const apqis = DECLARE_BITMAP(AP_DOMAINS);

	bitmap_zero(apqis, AP_DEVICES);
	set_bit_inv(apqi, apqis);
	vfio_ap_mdev_hot_unplug_domains(matrix_mdev, apqis);
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
 */
function unassign_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apm_filtered = DECLARE_BITMAP(AP_DEVICES);
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

		if (!test_bit_inv(apqi.v, matrix_mdev.matrix.aqm)) {
			ret = count;
			break done;
		}

		clear_bit_inv(apqi.v, matrix_mdev.matrix.aqm);
		vfio_ap_mdev_hot_unplug_domain(matrix_mdev, apqi.v);
		/* An adapter that was filtered for that domain comes back */
		if (vfio_ap_mdev_filter_matrix(matrix_mdev, apm_filtered)) {
			vfio_ap_mdev_update_guest_apcb(matrix_mdev);
			reset_queues_for_apids(matrix_mdev, apm_filtered);
		}
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
 * Unchanged since: v6.12
 */
function assign_control_domain_store(dev: device, attr: device_attribute,
				     buf: string, count: number): number {
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

		if (test_bit_inv(id.v, matrix_mdev.matrix.adm)) {
			ret = count;
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
 * Unchanged since: v6.12
 */
function unassign_control_domain_store(dev: device, attr: device_attribute,
				       buf: string, count: number): number {
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

		if (!test_bit_inv(domid.v, matrix_mdev.matrix.adm)) {
			ret = count;
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
 * control_domains_show - the control domains assigned to an mdev
 * @dev: the mediated device
 * @dev_attr: its control_domains attribute
 * @buf: where to, a line each
 *
 * Context: takes mdevs_lock.
 * Return: number of characters; what does not fit into the page is left out.
 * Unchanged since: v7.1
 */
function control_domains_show(dev: device, dev_attr: device_attribute, buf: char_buf): number {
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);
	const max_domid = matrix_mdev.matrix.adm_max;
	let nchars = 0;

	mutex_lock(matrix_dev.mdevs_lock);
	for (const id of for_each_set_bit_inv(matrix_mdev.matrix.adm, max_domid + 1))
		nchars += sysfs_emit_at(buf, nchars, "%04lx\n", id);
	mutex_unlock(matrix_dev.mdevs_lock);

	return nchars;
}
const dev_attr_control_domains = DEVICE_ATTR_RO("control_domains", control_domains_show);

/**
 * vfio_ap_mdev_matrix_show - a matrix as APQNs, a line each
 * @matrix: the matrix
 * @buf: where to
 *
 * With domains alone the lines are ".DDDD", with adapters alone "AA.".
 *
 * Return: number of characters; what does not fit into the page is left out.
 * Unchanged since: v7.1
 */
function vfio_ap_mdev_matrix_show(matrix: ap_matrix, buf: char_buf): number {
	const napm_bits = matrix.apm_max + 1;
	const naqm_bits = matrix.aqm_max + 1;
	let nchars = 0;

	const apid1 = find_first_bit_inv(matrix.apm, napm_bits);
	const apqi1 = find_first_bit_inv(matrix.aqm, naqm_bits);

	if ((apid1 < napm_bits) && (apqi1 < naqm_bits)) {
		for (const apid of for_each_set_bit_inv(matrix.apm, napm_bits)) {
			for (const apqi of for_each_set_bit_inv(matrix.aqm, naqm_bits))
				nchars += sysfs_emit_at(buf, nchars, "%02lx.%04lx\n", apid, apqi);
		}
	} else if (apid1 < napm_bits) {
		for (const apid of for_each_set_bit_inv(matrix.apm, napm_bits))
			nchars += sysfs_emit_at(buf, nchars, "%02lx.\n", apid);
	} else if (apqi1 < naqm_bits) {
		for (const apqi of for_each_set_bit_inv(matrix.aqm, naqm_bits))
			nchars += sysfs_emit_at(buf, nchars, ".%04lx\n", apqi);
	}

	return nchars;
}

/**
 * matrix_show - the APQNs assigned to an mdev
 * @dev: the mediated device
 * @attr: its matrix attribute
 * @buf: where to
 *
 * Context: takes mdevs_lock.
 * Return: number of characters.
 * Unchanged since: v6.12
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
 * guest_matrix_show - the APQNs that a guest of an mdev has, or would have
 * @dev: the mediated device
 * @attr: its guest_matrix attribute
 * @buf: where to
 *
 * Context: takes mdevs_lock.
 * Return: number of characters.
 * Unchanged since: v6.12
 */
function guest_matrix_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);

	mutex_lock(matrix_dev.mdevs_lock);
	const nchars = vfio_ap_mdev_matrix_show(matrix_mdev.shadow_apcb, buf);
	mutex_unlock(matrix_dev.mdevs_lock);

	return nchars;
}
const dev_attr_guest_matrix = DEVICE_ATTR_RO("guest_matrix", guest_matrix_show);

/**
 * write_ap_bitmap - a mask as 64 hex digits and a separator
 * @bitmap: the mask
 * @buf: where to
 * @offset: where in it
 * @sep: the separator
 *
 * Return: number of characters.
 * Unchanged since: v6.12
 */
function write_ap_bitmap(bitmap: Uint32Array, buf: char_buf, offset: number, sep: string): number {
	return sysfs_emit_at(buf, offset, "0x%08x%08x%08x%08x%08x%08x%08x%08x%c",
			 bitmap[0], bitmap[1], bitmap[2], bitmap[3], /* PORT: a long is two words */
			 bitmap[4], bitmap[5], bitmap[6], bitmap[7], sep);
}

/**
 * ap_config_show - the three masks assigned to an mdev
 * @dev: the mediated device
 * @attr: its ap_config attribute
 * @buf: where to
 *
 * Context: takes no lock: the masks may be of different moments.
 * Return: number of characters.
 * Unchanged since: v6.12
 */
function ap_config_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);
	let idx = 0;

	idx += write_ap_bitmap(matrix_mdev.matrix.apm, buf, idx, ",");
	idx += write_ap_bitmap(matrix_mdev.matrix.aqm, buf, idx, ",");
	idx += write_ap_bitmap(matrix_mdev.matrix.adm, buf, idx, "\n");

	return idx;
}

/* Characters of a mask in full, with its prefix and separator. */
const AP_DEVICES_STRLEN = AP_DEVICES / 4 + 3;
const AP_DOMAINS_STRLEN = AP_DOMAINS / 4 + 3;
const AP_CONFIG_STRLEN = AP_DEVICES_STRLEN + 2 * AP_DOMAINS_STRLEN;

/**
 * parse_bitmap - read the next mask
 * @strbufptr: the rest of the text
 * @bitmap: the mask
 * @nbits: its size in bits
 *
 * Return: 0, or -EINVAL when there is none or it is malformed.
 * Unchanged since: v6.12
 */
function parse_bitmap(strbufptr: out<string | null>, bitmap: Uint32Array, nbits: number): number {
	const curmask = strsep(strbufptr, ",\n");
	if (curmask === null)
		return -EINVAL;

	bitmap_clear(bitmap, 0, nbits);
	return ap_hex2bitmap(curmask, bitmap, nbits);
}

/**
 * ap_matrix_overflow_check - whether an mdev has numbers above its limits
 * @matrix_mdev: the mediated device
 *
 * Context: mdevs_lock held.
 * Return: 0, or -ENODEV.
 * Unchanged since: v6.12
 */
function ap_matrix_overflow_check(matrix_mdev: ap_matrix_mdev): number {
	for (const bit of for_each_set_bit_inv(matrix_mdev.matrix.apm, AP_DEVICES)) {
		if (bit > matrix_mdev.matrix.apm_max)
			return -ENODEV;
	}

	for (const bit of for_each_set_bit_inv(matrix_mdev.matrix.aqm, AP_DOMAINS)) {
		if (bit > matrix_mdev.matrix.aqm_max)
			return -ENODEV;
	}

	for (const bit of for_each_set_bit_inv(matrix_mdev.matrix.adm, AP_DOMAINS)) {
		if (bit > matrix_mdev.matrix.adm_max)
			return -ENODEV;
	}

	return 0;
}

/**
 * ap_matrix_copy - copy the masks of a matrix, but not its limits
 * @dst: where to
 * @src: where from
 *
 * Unchanged since: v6.12
 */
function ap_matrix_copy(dst: ap_matrix, src: ap_matrix | null): void {
	/* In C this quiets the compiler */
	if (!src)
		return;

	bitmap_copy(dst.apm, src.apm, AP_DEVICES);
	bitmap_copy(dst.aqm, src.aqm, AP_DOMAINS);
	bitmap_copy(dst.adm, src.adm, AP_DOMAINS);
}

/**
 * ap_config_store - give an mdev three new masks at once
 * @dev: the mediated device
 * @attr: its ap_config attribute
 * @buf: adapters, domains, control domains, as hex masks from the left
 * @count: number of bytes in @buf
 *
 * Context: takes ap_attr_mutex, guests_lock, kvm->lock, mdevs_lock.
 * Return: @count; -ENOMEM; -EINVAL when a mask is missing or malformed;
 * -EADDRNOTAVAIL and -EADDRINUSE as assign_adapter_store(); -ENODEV when a
 * number is above what the mdev may have. On error nothing has changed.
 * Unchanged since: v7.1
 */
function ap_config_store(dev: device, attr: device_attribute, buf: string, count: number): number {
	const matrix_mdev = dev_get_drvdata<ap_matrix_mdev>(dev);
	const m_new = new ap_matrix(), m_old = new ap_matrix();
	const m_added = new ap_matrix(), m_removed = new ap_matrix();
	const apm_filtered = DECLARE_BITMAP(AP_DEVICES);
	let rc = count;
	let do_update;

	const newbuf = kstrndup(buf, AP_CONFIG_STRLEN, GFP_KERNEL);
	if (!newbuf)
		return -ENOMEM;
	const rest = out<string | null>(newbuf.text);

	mutex_lock(ap_attr_mutex);
	get_update_locks_for_mdev(matrix_mdev);

	/* What to go back to */
	ap_matrix_copy(m_old, matrix_mdev.matrix);
	out: {
		if (parse_bitmap(rest, m_new.apm, AP_DEVICES) ||
		    parse_bitmap(rest, m_new.aqm, AP_DOMAINS) ||
		    parse_bitmap(rest, m_new.adm, AP_DOMAINS)) {
			rc = -EINVAL;
			break out;
		}

		bitmap_andnot(m_removed.apm, m_old.apm, m_new.apm, AP_DEVICES);
		bitmap_andnot(m_removed.aqm, m_old.aqm, m_new.aqm, AP_DOMAINS);
		bitmap_andnot(m_added.apm, m_new.apm, m_old.apm, AP_DEVICES);
		bitmap_andnot(m_added.aqm, m_new.aqm, m_old.aqm, AP_DOMAINS);

		/* What is validated is the mdev's own matrix */
		ap_matrix_copy(matrix_mdev.matrix, m_new);

		/* Not allowed: as it was */
		rc = vfio_ap_mdev_validate_masks(matrix_mdev);
		if (rc) {
			ap_matrix_copy(matrix_mdev.matrix, m_old);
			break out;
		}
		rc = ap_matrix_overflow_check(matrix_mdev);
		if (rc) {
			ap_matrix_copy(matrix_mdev.matrix, m_old);
			break out;
		}
		rc = count;

		/* What leaves is unlinked by the old matrix */
		ap_matrix_copy(matrix_mdev.matrix, m_old);

		/* First what leaves */
		vfio_ap_mdev_hot_unplug_adapters(matrix_mdev, m_removed.apm);
		vfio_ap_mdev_hot_unplug_domains(matrix_mdev, m_removed.aqm);

		/* What is new is linked by the new matrix */
		ap_matrix_copy(matrix_mdev.matrix, m_new);

		/* Then what is new */
		for (const newbit of for_each_set_bit_inv(m_added.apm, AP_DEVICES))
			vfio_ap_mdev_link_adapter(matrix_mdev, newbit);

		for (const newbit of for_each_set_bit_inv(m_added.aqm, AP_DOMAINS))
			vfio_ap_mdev_link_domain(matrix_mdev, newbit);

		/* What the guest may have of it */
		do_update = vfio_ap_mdev_filter_matrix(matrix_mdev, apm_filtered);
		do_update = vfio_ap_mdev_filter_cdoms(matrix_mdev) || do_update;

		/* And only then the guest */
		if (do_update) {
			vfio_ap_mdev_update_guest_apcb(matrix_mdev);
			reset_queues_for_apids(matrix_mdev, apm_filtered);
		}
	} /* out: */
	release_update_locks_for_mdev(matrix_mdev);
	mutex_unlock(ap_attr_mutex);
	kfree(newbuf);
	return rc;
}
const dev_attr_ap_config = DEVICE_ATTR_RW("ap_config", ap_config_show, ap_config_store);

const vfio_ap_mdev_attrs = [
	dev_attr_assign_adapter.attr,
	dev_attr_unassign_adapter.attr,
	dev_attr_assign_domain.attr,
	dev_attr_unassign_domain.attr,
	dev_attr_assign_control_domain.attr,
	dev_attr_unassign_control_domain.attr,
	dev_attr_ap_config.attr,
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
 * Context: takes guests_lock, kvm->lock, the hook's semaphore, mdevs_lock.
 * Return: 0, or -EPERM when the guest uses an mdev already.
 */
function vfio_ap_mdev_set_kvm(matrix_mdev: ap_matrix_mdev, kvm: kvm): number {
	const apm_filtered = DECLARE_BITMAP(AP_DEVICES);

	if (kvm.arch.crypto.crycbd) {
		get_update_locks_for_kvm(kvm);
		if (kvm.arch.crypto.pqap_hook) {
			release_update_locks_for_kvm(kvm);
			return -EPERM;
		}
		kvm.arch.crypto.pqap_hook = matrix_mdev.pqap_hook;

		kvm_get_kvm(kvm);
		matrix_mdev.kvm = kvm;
		/* What became of the queues since they were assigned decides what may be given */
		vfio_ap_mdev_filter_matrix(matrix_mdev, apm_filtered);
		vfio_ap_mdev_update_guest_apcb(matrix_mdev);
		release_update_locks_for_kvm(kvm);
	}

	return 0;
}

/**
 * unmap_iova - guest memory is going away: turn off what notifies into it
 * @matrix_mdev: the mediated device
 * @iova: guest address
 * @length: bytes
 *
 * Context: mdevs_lock held; sleeps while interrupts go off.
 * Unchanged since: v6.12
 */
function unmap_iova(matrix_mdev: ap_matrix_mdev, iova: bigint, length: bigint): void {
	const qtable = matrix_mdev.qtable;

	for (const q of hash_for_each<vfio_ap_queue>(qtable.queues, "mdev_qnode")) {
		if (q.saved_iova >= iova && q.saved_iova < BigInt.asUintN(64, iova + length))
			vfio_ap_irq_disable(q);
	}
}

/**
 * vfio_ap_mdev_dma_unmap - VFIO says that guest memory is going away
 * @vdev: the VFIO device
 * @iova: guest address
 * @length: bytes
 *
 * Context: takes mdevs_lock.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_dma_unmap(vdev: vfio_device, iova: bigint, length: bigint): void {
	const matrix_mdev =
		container_of(vdev, ap_matrix_mdev, "vdev");

	mutex_lock(matrix_dev.mdevs_lock);

	unmap_iova(matrix_mdev, iova, length);

	mutex_unlock(matrix_dev.mdevs_lock);
}

/**
 * vfio_ap_mdev_unset_kvm - a guest ends its use of an mdev
 * @matrix_mdev: the mediated device
 *
 * Context: takes guests_lock, kvm->lock, the hook's semaphore, mdevs_lock.
 * As in: v6.12
 */
function vfio_ap_mdev_unset_kvm(matrix_mdev: ap_matrix_mdev): void {
	const kvm = matrix_mdev.kvm;

	if (kvm && kvm.arch.crypto.crycbd) {
		get_update_locks_for_kvm(kvm);
		kvm.arch.crypto.pqap_hook = null;

		kvm_arch_crypto_clear_masks(kvm);
		vfio_ap_mdev_reset_queues(matrix_mdev);
		matrix_mdev.kvm = null;

		release_update_locks_for_kvm(kvm);
		kvm_put_kvm(kvm);
	}
}

/**
 * vfio_ap_find_queue - the driver's data of a queue, if it is bound
 * @apqn: the queue's number
 *
 * Return: the queue, or null.
 * Unchanged since: v6.12
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
 * apq_status_check - what a TAPQ says of a reset that was begun
 * @apqn: the queue's number
 * @status: the status that TAPQ gave
 *
 * Return: 0 when it is over; -EBUSY when it goes on; -EAGAIN when a failed
 * association needs another reset; -ENODEV when the queue is gone; -EIO, with a
 * warning, for anything else.
 * As in: v6.12
 */
function apq_status_check(apqn: number, status: ap_queue_status): number {
	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
	case AP_RESPONSE_DECONFIGURED:
	case AP_RESPONSE_CHECKSTOPPED:
		return 0;
	case AP_RESPONSE_RESET_IN_PROGRESS:
	case AP_RESPONSE_BUSY:
		return -EBUSY;
	case AP_RESPONSE_ASSOC_SECRET_NOT_UNIQUE:
	case AP_RESPONSE_ASSOC_FAILED:
		/* Every instruction will answer this until the queue is reset */
		return -EAGAIN;
	case AP_RESPONSE_Q_NOT_AVAIL:
		return -ENODEV;
	default:
		WARN(true,
		     "failed to verify reset of queue %02x.%04x: TAPQ rc=%u\n",
		     AP_QID_CARD(apqn), AP_QID_QUEUE(apqn),
		     status.response_code);
		return -EIO;
	}
}

const WAIT_MSG = "Waited %dms for reset of queue %02x.%04x (%u, %u, %u)";

/**
 * apq_reset_check - wait for the end of a queue's reset
 * @reset_work: the work item in the queue
 *
 * Looks every 20 ms, for as long as it takes; resets again where the first one
 * was not accepted. Interrupts are off after a reset: what they needed is given
 * back.
 *
 * Context: a work item, without a lock; sleeps. Who waits for it holds
 * mdevs_lock.
 */
function apq_reset_check(reset_work: work_struct): void {
	let ret = -EBUSY, elapsed = 0;
	let status = new ap_queue_status();

	const q = container_of(reset_work, vfio_ap_queue, "reset_work");
	memcpy(status, q.reset_status);
	while (true) {
		msleep(AP_RESET_INTERVAL);
		elapsed += AP_RESET_INTERVAL;
		status = ap_tapq(q.apqn, null);
		ret = apq_status_check(q.apqn, status);
		if (ret === -EIO)
			return;
		if (ret === -ENODEV) {
			vfio_ap_free_aqic_resources(q);
			return;
		}
		if (ret === -EBUSY) {
			pr_notice_ratelimited(WAIT_MSG, elapsed,
					      AP_QID_CARD(q.apqn),
					      AP_QID_QUEUE(q.apqn),
					      status.response_code,
					      status.queue_empty,
					      status.irq_enabled);
		} else {
			if (q.reset_status.response_code === AP_RESPONSE_RESET_IN_PROGRESS ||
			    q.reset_status.response_code === AP_RESPONSE_BUSY ||
			    q.reset_status.response_code === AP_RESPONSE_STATE_CHANGE_IN_PROGRESS ||
			    ret === -EAGAIN) {
				status = ap_zapq(q.apqn, 0);
				memcpy(q.reset_status, status);
				continue;
			}
			if (q.saved_isc !== VFIO_AP_ISC_INVALID)
				vfio_ap_free_aqic_resources(q);
			break;
		}
	}
}

/**
 * vfio_ap_mdev_reset_queue - begin to reset a queue
 * @q: the queue, or null
 *
 * A work item waits for the end.
 *
 * Context: mdevs_lock held; does not wait: the work item does.
 */
function vfio_ap_mdev_reset_queue(q: vfio_ap_queue | null): void {
	if (!q)
		return;
	const status = ap_zapq(q.apqn, 0);
	memcpy(q.reset_status, status);
	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
	case AP_RESPONSE_RESET_IN_PROGRESS:
	case AP_RESPONSE_BUSY:
	case AP_RESPONSE_STATE_CHANGE_IN_PROGRESS:
		/* Whether it worked is seen later */
		queue_work(system_long_wq, q.reset_work);
		break;
	case AP_RESPONSE_DECONFIGURED:
	case AP_RESPONSE_CHECKSTOPPED:
	case AP_RESPONSE_Q_NOT_AVAIL:
		vfio_ap_free_aqic_resources(q);
		break;
	default:
		WARN(true,
		     "PQAP/ZAPQ for %02x.%04x failed with invalid rc=%u\n",
		     AP_QID_CARD(q.apqn), AP_QID_QUEUE(q.apqn),
		     status.response_code);
	}
}

/**
 * vfio_ap_mdev_reset_queues - reset all queues linked to an mdev and wait
 * @matrix_mdev: the mediated device
 *
 * Context: mdevs_lock held; sleeps until the resets are over.
 * Return: 0, or -EIO when one was not reset.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_reset_queues(matrix_mdev: ap_matrix_mdev): number {
	let ret = 0;

	for (const q of hash_for_each<vfio_ap_queue>(matrix_mdev.qtable.queues, "mdev_qnode"))
		vfio_ap_mdev_reset_queue(q);

	for (const q of hash_for_each<vfio_ap_queue>(matrix_mdev.qtable.queues, "mdev_qnode")) {
		flush_work(q.reset_work);

		if (q.reset_status.response_code)
			ret = -EIO;
	}

	return ret;
}

/**
 * vfio_ap_mdev_reset_qlist - reset all queues of a list and wait
 * @qlist: the list
 *
 * Context: mdevs_lock held; sleeps until the resets are over.
 * Return: 0, or -EIO when one was not reset.
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_reset_qlist(qlist: list_head): number {
	let ret = 0;

	for (const q of list_for_each_entry<vfio_ap_queue>(qlist, "reset_qnode"))
		vfio_ap_mdev_reset_queue(q);

	for (const q of list_for_each_entry<vfio_ap_queue>(qlist, "reset_qnode")) {
		flush_work(q.reset_work);

		if (q.reset_status.response_code)
			ret = -EIO;
	}

	return ret;
}

/**
 * vfio_ap_mdev_open_device - userspace opened an mdev
 * @vdev: the VFIO device
 *
 * Return: 0; -EINVAL without a guest; -EPERM as vfio_ap_mdev_set_kvm().
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_open_device(vdev: vfio_device): number {
	const matrix_mdev =
		container_of(vdev, ap_matrix_mdev, "vdev");

	if (!vdev.kvm)
		return -EINVAL;

	return vfio_ap_mdev_set_kvm(matrix_mdev, vdev.kvm);
}

/**
 * vfio_ap_mdev_close_device - userspace closed an mdev
 * @vdev: the VFIO device
 *
 * Unchanged since: v6.12
 */
function vfio_ap_mdev_close_device(vdev: vfio_device): void {
	const matrix_mdev =
		container_of(vdev, ap_matrix_mdev, "vdev");

	vfio_ap_mdev_unset_kvm(matrix_mdev);
}

/**
 * vfio_ap_mdev_request - ask userspace to give an mdev back
 * @vdev: the VFIO device
 * @count: how often it has been asked
 *
 * The guest loses its queues at once, whatever userspace does.
 *
 * Context: takes guests_lock, kvm->lock, mdevs_lock.
 * Unchanged since: v7.1
 */
function vfio_ap_mdev_request(vdev: vfio_device, count: number): void {
	const dev = vdev.dev!;

	const matrix_mdev = container_of(vdev, ap_matrix_mdev, "vdev");

	get_update_locks_for_mdev(matrix_mdev);

	if (matrix_mdev.kvm) {
		kvm_arch_crypto_clear_masks(matrix_mdev.kvm);
		signal_guest_ap_cfg_changed(matrix_mdev);
	}

	if (matrix_mdev.req_trigger) {
		if (!(count % 10))
			dev_notice_ratelimited(dev,
					       "Relaying device request to user (#%u)\n",
					       count);

		eventfd_signal(matrix_mdev.req_trigger);
	} else if (count === 0) {
		dev_notice(dev,
			   "No device request registered, blocked until released by user\n");
	}

	release_update_locks_for_mdev(matrix_mdev);
}

/**
 * vfio_ap_mdev_get_device_info - VFIO_DEVICE_GET_INFO
 * @arg: userspace's struct vfio_device_info
 *
 * Return: 0; -EFAULT; -EINVAL when the struct is too small.
 * Unchanged since: v6.12
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
	info.num_irqs = VFIO_AP_NUM_IRQS;

	return copy_to_user(arg, info, minsz) ? -EFAULT : 0;
}

/**
 * vfio_ap_get_irq_info - VFIO_DEVICE_GET_IRQ_INFO
 * @arg: userspace's struct vfio_irq_info
 *
 * Return: 0; -EFAULT; -EINVAL when the struct is too small or the index unknown.
 * Unchanged since: v7.1
 */
function vfio_ap_get_irq_info(arg: user_ptr): number {
	const info = new vfio_irq_info();

	const minsz = offsetofend(vfio_irq_info, "count");

	if (copy_from_user(info, arg, minsz))
		return -EFAULT;

	if (info.argsz < minsz || info.index >= VFIO_AP_NUM_IRQS)
		return -EINVAL;

	switch (info.index) {
	case VFIO_AP_REQ_IRQ_INDEX:
		info.count = 1;
		info.flags = VFIO_IRQ_INFO_EVENTFD;
		break;
	case VFIO_AP_CFG_CHG_IRQ_INDEX:
		info.count = 1;
		info.flags = VFIO_IRQ_INFO_EVENTFD;
		break;
	default:
		return -EINVAL;
	}

	return copy_to_user(arg, info, minsz) ? -EFAULT : 0;
}

/**
 * vfio_ap_irq_set_init - read and check the head of a VFIO_DEVICE_SET_IRQS
 * @irq_set: where to
 * @arg: userspace's struct vfio_irq_set
 *
 * Return: 0; -EFAULT; -EINVAL.
 * Unchanged since: v6.12
 */
function vfio_ap_irq_set_init(irq_set: vfio_irq_set, arg: user_ptr): number {
	const data_size = out(0);

	const minsz = offsetofend(vfio_irq_set, "count");

	if (copy_from_user(irq_set, arg, minsz))
		return -EFAULT;

	const ret = vfio_set_irqs_validate_and_prepare(irq_set, 1, VFIO_AP_NUM_IRQS,
						       data_size);
	if (ret)
		return ret;

	if (!(irq_set.flags & VFIO_IRQ_SET_ACTION_TRIGGER))
		return -EINVAL;

	return 0;
}

/**
 * vfio_ap_set_request_irq - set the eventfd of device requests
 * @matrix_mdev: the mediated device
 * @arg: userspace's struct vfio_irq_set, a file descriptor behind it; -1 takes
 *	 the eventfd away
 *
 * Context: mdevs_lock held.
 * Return: 0; -EFAULT; -EINVAL for another negative number; the error of a
 * descriptor that is no eventfd.
 * Unchanged since: v6.12
 */
function vfio_ap_set_request_irq(matrix_mdev: ap_matrix_mdev, arg: user_ptr): number {
	const fd = out(0);
	let req_trigger;

	const minsz = offsetofend(vfio_irq_set, "count");
	const data = arg + BigInt(minsz);

	if (get_user(fd, data))
		return -EFAULT;

	if (fd.v === -1) {
		if (matrix_mdev.req_trigger)
			eventfd_ctx_put(matrix_mdev.req_trigger);
		matrix_mdev.req_trigger = null;
	} else if (fd.v >= 0) {
		req_trigger = eventfd_ctx_fdget(fd.v);
		if (IS_ERR(req_trigger))
			return PTR_ERR(req_trigger);

		if (matrix_mdev.req_trigger)
			eventfd_ctx_put(matrix_mdev.req_trigger);

		matrix_mdev.req_trigger = req_trigger;
	} else {
		return -EINVAL;
	}

	return 0;
}

/**
 * vfio_ap_set_cfg_change_irq - set the eventfd of configuration changes
 * @matrix_mdev: the mediated device
 * @arg: userspace's struct vfio_irq_set, a file descriptor behind it; -1 takes
 *	 the eventfd away
 *
 * Context: mdevs_lock held.
 * Return: 0; -EFAULT; -EINVAL for another negative number; the error of a
 * descriptor that is no eventfd.
 * Unchanged since: v7.1
 */
function vfio_ap_set_cfg_change_irq(matrix_mdev: ap_matrix_mdev, arg: user_ptr): number {
	const fd = out(0);
	let cfg_chg_trigger;

	const minsz = offsetofend(vfio_irq_set, "count");
	const data = arg + BigInt(minsz);

	if (get_user(fd, data))
		return -EFAULT;

	if (fd.v === -1) {
		if (matrix_mdev.cfg_chg_trigger)
			eventfd_ctx_put(matrix_mdev.cfg_chg_trigger);
		matrix_mdev.cfg_chg_trigger = null;
	} else if (fd.v >= 0) {
		cfg_chg_trigger = eventfd_ctx_fdget(fd.v);
		if (IS_ERR(cfg_chg_trigger))
			return PTR_ERR(cfg_chg_trigger);

		if (matrix_mdev.cfg_chg_trigger)
			eventfd_ctx_put(matrix_mdev.cfg_chg_trigger);

		matrix_mdev.cfg_chg_trigger = cfg_chg_trigger;
	} else {
		return -EINVAL;
	}

	return 0;
}

/**
 * vfio_ap_set_irqs - VFIO_DEVICE_SET_IRQS
 * @matrix_mdev: the mediated device
 * @arg: userspace's struct vfio_irq_set
 *
 * Return: 0 or an error; -EINVAL for anything but an eventfd.
 * Unchanged since: v7.1
 */
function vfio_ap_set_irqs(matrix_mdev: ap_matrix_mdev, arg: user_ptr): number {
	const irq_set = new vfio_irq_set();

	const ret = vfio_ap_irq_set_init(irq_set, arg);
	if (ret)
		return ret;

	switch (irq_set.flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_EVENTFD:
		switch (irq_set.index) {
		case VFIO_AP_REQ_IRQ_INDEX:
			return vfio_ap_set_request_irq(matrix_mdev, arg);
		case VFIO_AP_CFG_CHG_IRQ_INDEX:
			return vfio_ap_set_cfg_change_irq(matrix_mdev, arg);
		default:
			return -EINVAL;
		}
	default:
		return -EINVAL;
	}
}

/**
 * vfio_ap_mdev_ioctl - an ioctl on an open mdev
 * @vdev: the VFIO device
 * @cmd: its number
 * @arg: its argument
 *
 * Context: takes mdevs_lock.
 * Return: 0 or an error; -EOPNOTSUPP for an unknown one.
 * Unchanged since: v6.12
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
		ret = vfio_ap_mdev_reset_queues(matrix_mdev);
		break;
	case VFIO_DEVICE_GET_IRQ_INFO:
		ret = vfio_ap_get_irq_info(arg);
		break;
	case VFIO_DEVICE_SET_IRQS:
		ret = vfio_ap_set_irqs(matrix_mdev, arg);
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
 * Context: guests_lock held.
 * Return: the mediated device, or null.
 * As in: v6.12
 */
function vfio_ap_mdev_for_queue(q: vfio_ap_queue): ap_matrix_mdev | null {
	const apid = AP_QID_CARD(q.apqn);
	const apqi = AP_QID_QUEUE(q.apqn);

	lockdep_assert_held(matrix_dev.guests_lock);

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
 * Context: takes guests_lock, mdevs_lock.
 * Return: number of characters.
 */
function status_show(dev: device, attr: device_attribute, buf: char_buf): number {
	let nchars = 0;
	let apid, apqi;
	const apdev = to_ap_dev(dev);

	mutex_lock(matrix_dev.guests_lock);
	mutex_lock(matrix_dev.mdevs_lock);
	const q = dev_get_drvdata<vfio_ap_queue | null>(apdev.device);

	/*
	 * A probe that finds no memory gives its locks back before it takes
	 * this file away: taking it away waits for readers, who wait for the
	 * locks. A reader in between finds no queue here.
	 */
	done: {
		if (!q) {
			nchars = sysfs_emit(buf, "%s\n", AP_QUEUE_UNASSIGNED);
			break done;
		}

		const matrix_mdev = vfio_ap_mdev_for_queue(q);

		/* Assigned, and perhaps more than that */
		if (matrix_mdev) {
			apid = AP_QID_CARD(q.apqn);
			apqi = AP_QID_QUEUE(q.apqn);
			/* In use is what a guest has, not what it could have */
			if (matrix_mdev.kvm &&
			    test_bit_inv(apid, matrix_mdev.shadow_apcb.apm) &&
			    test_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm))
				nchars = sysfs_emit(buf, "%s\n", AP_QUEUE_IN_USE);
			else
				nchars = sysfs_emit(buf, "%s\n", AP_QUEUE_ASSIGNED);
		} else {
			nchars = sysfs_emit(buf, "%s\n", AP_QUEUE_UNASSIGNED);
		}

	} /* done: */
	mutex_unlock(matrix_dev.mdevs_lock);
	mutex_unlock(matrix_dev.guests_lock);

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
	init: vfio_ap_mdev_init_dev,
	open_device: vfio_ap_mdev_open_device,
	close_device: vfio_ap_mdev_close_device,
	ioctl: vfio_ap_mdev_ioctl,
	dma_unmap: vfio_ap_mdev_dma_unmap,
	bind_iommufd: vfio_iommufd_emulated_bind,
	unbind_iommufd: vfio_iommufd_emulated_unbind,
	attach_ioas: vfio_iommufd_emulated_attach_ioas,
	detach_ioas: vfio_iommufd_emulated_detach_ioas,
	request: vfio_ap_mdev_request,
});

const vfio_ap_matrix_driver = new mdev_driver({
	device_api: VFIO_DEVICE_API_AP_STRING,
	max_instances: MAX_ZDEV_ENTRIES_EXT,
	driver: {
		name: "vfio_ap_mdev",
		owner: THIS_MODULE,
		mod_name: KBUILD_MODNAME,
		dev_groups: vfio_ap_mdev_attr_groups,
	},
	probe: vfio_ap_mdev_probe,
	remove: vfio_ap_mdev_remove,
});

/**
 * vfio_ap_mdev_register - offer mediated devices
 *
 * Return: 0, or the error of the mdev core.
 * Unchanged since: v7.1
 */
export function vfio_ap_mdev_register(): number {
	let ret;

	ret = mdev_register_driver(vfio_ap_matrix_driver);
	if (ret)
		return ret;

	matrix_dev.mdev_type.sysfs_name = VFIO_AP_MDEV_TYPE_HWVIRT;
	matrix_dev.mdev_type.pretty_name = VFIO_AP_MDEV_NAME_HWVIRT;
	matrix_dev.mdev_types = matrix_dev.mdev_type;
	err_driver: {
		ret = mdev_register_parent(matrix_dev.parent, matrix_dev.device,
					   vfio_ap_matrix_driver,
					   [matrix_dev.mdev_types], 1);
		if (ret)
			break err_driver;
		return 0;

	} /* err_driver: */
	mdev_unregister_driver(vfio_ap_matrix_driver);
	return ret;
}

/**
 * vfio_ap_mdev_unregister - offer mediated devices no longer
 *
 * Unchanged since: v6.12
 */
export function vfio_ap_mdev_unregister(): void {
	mdev_unregister_parent(matrix_dev.parent);
	mdev_unregister_driver(vfio_ap_matrix_driver);
}

/**
 * vfio_ap_mdev_probe_queue - a queue is being bound to the driver
 * @apdev: the queue's AP device
 *
 * Context: takes guests_lock, kvm->lock, mdevs_lock.
 * Return: 0; -ENOMEM; the error of sysfs.
 */
export function vfio_ap_mdev_probe_queue(apdev: ap_device): number {
	let ret, q;
	const apm_filtered = DECLARE_BITMAP(AP_DEVICES);

	const apqn = to_ap_queue(apdev.device).qid;
	const matrix_mdev = get_update_locks_by_apqn(apqn);

	err_release_locks: {
		err_remove_group: {
			done: {
				ret = sysfs_create_group(apdev.device.kobj, vfio_queue_attr_group);
				if (ret)
					break err_release_locks;

				q = kzalloc_obj(vfio_ap_queue);
				if (!q) {
					ret = -ENOMEM;
					break err_remove_group;
				}

				q.apqn = apqn;
				q.saved_isc = VFIO_AP_ISC_INVALID;
				memset(q.reset_status, 0);
				INIT_WORK(q.reset_work, apq_reset_check);

				if (matrix_mdev) {
					vfio_ap_mdev_link_queue(matrix_mdev, q);

					/*
					 * While the host's additions are still being
					 * probed, one filtering at the end serves all.
					 */
					if (!bitmap_empty(matrix_mdev.apm_add, AP_DEVICES) ||
					    !bitmap_empty(matrix_mdev.aqm_add, AP_DOMAINS))
						break done;

					if (vfio_ap_mdev_filter_matrix(matrix_mdev, apm_filtered)) {
						vfio_ap_mdev_update_guest_apcb(matrix_mdev);
						reset_queues_for_apids(matrix_mdev, apm_filtered);
					}
				}

			} /* done: */
			dev_set_drvdata(apdev.device, q);
			release_update_locks_for_mdev(matrix_mdev);

			return ret;

		} /* err_remove_group: */
		release_update_locks_for_mdev(matrix_mdev);
		sysfs_remove_group(apdev.device.kobj, vfio_queue_attr_group);
		return ret;

	} /* err_release_locks: */
	release_update_locks_for_mdev(matrix_mdev);
	return ret;
}

/**
 * vfio_ap_mdev_remove_queue - a queue is being unbound from the driver
 * @apdev: the queue's AP device
 *
 * A guest that has it loses the adapter.
 *
 * Context: takes guests_lock, kvm->lock, mdevs_lock.
 * As in: v6.12
 */
export function vfio_ap_mdev_remove_queue(apdev: ap_device): void {
	sysfs_remove_group(apdev.device.kobj, vfio_queue_attr_group);
	const q = dev_get_drvdata<vfio_ap_queue>(apdev.device);
	get_update_locks_for_queue(q);
	const matrix_mdev = q.matrix_mdev;
	const apid = AP_QID_CARD(q.apqn);
	const apqi = AP_QID_QUEUE(q.apqn);

	done: {
		if (matrix_mdev) {
			/* The guest has it */
			if (test_bit_inv(apid, matrix_mdev.shadow_apcb.apm) &&
			    test_bit_inv(apqi, matrix_mdev.shadow_apcb.aqm)) {
				/* A single queue cannot be taken from a matrix */
				clear_bit_inv(apid, matrix_mdev.shadow_apcb.apm);
				vfio_ap_mdev_update_guest_apcb(matrix_mdev);
				reset_queues_for_apid(matrix_mdev, apid);
				break done;
			}
		}

		/*
		 * What the host no longer has cannot be reset (response code
		 * 01), but its interrupts are off for certain.
		 */
		if (test_bit_inv(apid, matrix_dev.info.apm) &&
		    test_bit_inv(apqi, matrix_dev.info.aqm)) {
			vfio_ap_mdev_reset_queue(q);
			flush_work(q.reset_work);
		} else {
			vfio_ap_free_aqic_resources(q);
		}

	} /* done: */
	if (matrix_mdev)
		vfio_ap_unlink_queue_fr_mdev(q);

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
 * Unchanged since: v6.12
 */
export function vfio_ap_mdev_resource_in_use(apm: Uint32Array, aqm: Uint32Array): number {
	mutex_lock(matrix_dev.guests_lock);
	mutex_lock(matrix_dev.mdevs_lock);
	const ret = vfio_ap_mdev_verify_no_sharing(null, apm, aqm);
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
 * Context: kvm->lock and mdevs_lock held; sleeps until queues are reset.
 */
function vfio_ap_mdev_hot_unplug_cfg(matrix_mdev: ap_matrix_mdev, aprem: Uint32Array,
				     aqrem: Uint32Array, cdrem: Uint32Array): void {
	const apm_filtered = DECLARE_BITMAP(AP_DEVICES);
	let do_hotplug = false;

	bitmap_zero(apm_filtered, AP_DEVICES);

	if (bitmap_intersects(matrix_mdev.shadow_apcb.apm, aprem, AP_DEVICES)) {
		bitmap_andnot(matrix_mdev.shadow_apcb.apm,
			      matrix_mdev.shadow_apcb.apm,
			      aprem, AP_DEVICES);
		do_hotplug = true;
	}

	/* An adapter that was filtered for a domain that is gone comes back */
	if (!bitmap_empty(aqrem, AP_DOMAINS))
		do_hotplug = vfio_ap_mdev_filter_matrix(matrix_mdev, apm_filtered) || do_hotplug;

	if (bitmap_intersects(matrix_mdev.shadow_apcb.adm, cdrem, AP_DOMAINS)) {
		bitmap_andnot(matrix_mdev.shadow_apcb.adm,
			      matrix_mdev.shadow_apcb.adm,
			      cdrem, AP_DOMAINS);
		do_hotplug = true;
	}

	if (do_hotplug)
		vfio_ap_mdev_update_guest_apcb(matrix_mdev);

	reset_queues_for_apids(matrix_mdev, apm_filtered);
}

/**
 * vfio_ap_mdev_cfg_remove - the host has lost something: find whose it was
 * @ap_remove: the adapters
 * @aq_remove: the domains
 * @cd_remove: the control domains
 *
 * Context: guests_lock held; takes kvm->lock and mdevs_lock for each mdev.
 * As in: v6.12
 */
function vfio_ap_mdev_cfg_remove(ap_remove: Uint32Array, aq_remove: Uint32Array,
				 cd_remove: Uint32Array): void {
	const aprem = DECLARE_BITMAP(AP_DEVICES);
	const aqrem = DECLARE_BITMAP(AP_DOMAINS);
	const cdrem = DECLARE_BITMAP(AP_DOMAINS);
	let do_remove;

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		/* kvm->lock comes before mdevs_lock, which the mdev's fields need */
		if (matrix_mdev.kvm)
			mutex_lock(matrix_mdev.kvm.lock);
		mutex_lock(matrix_dev.mdevs_lock);

		do_remove = Number(bitmap_and(aprem, ap_remove,
					      matrix_mdev.matrix.apm,
					      AP_DEVICES));
		do_remove |= Number(bitmap_and(aqrem, aq_remove,
					       matrix_mdev.matrix.aqm,
					       AP_DOMAINS));
		do_remove |= Number(bitmap_and(cdrem, cd_remove,
					       matrix_mdev.matrix.adm,
					       AP_DOMAINS));

		if (do_remove)
			vfio_ap_mdev_hot_unplug_cfg(matrix_mdev, aprem, aqrem,
						    cdrem);

		mutex_unlock(matrix_dev.mdevs_lock);
		if (matrix_mdev.kvm)
			mutex_unlock(matrix_mdev.kvm.lock);
	}
}

/**
 * vfio_ap_mdev_on_cfg_remove - what has the host lost?
 * @cur_config_info: its configuration now
 * @prev_config_info: its configuration before
 *
 * Context: guests_lock held.
 * Unchanged since: v6.12
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
 * An adapter whose type cannot be had is dropped too.
 * Unchanged since: v6.12
 */
function vfio_ap_filter_apid_by_qtype(apm: Uint32Array, aqm: Uint32Array): void {
	let apid_cleared;
	let status;
	const info = new ap_tapq_hwinfo();

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
				/* Too old for the driver */
				if (info.at < AP_DEVICE_TYPE_CEX4) {
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
 * Context: guests_lock held; takes mdevs_lock for each mdev.
 * As in: v6.12
 */
function vfio_ap_mdev_cfg_add(apm_add: Uint32Array, aqm_add: Uint32Array,
			      adm_add: Uint32Array): void {
	if (list_empty(matrix_dev.mdev_list))
		return;

	vfio_ap_filter_apid_by_qtype(apm_add, aqm_add);

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		/* The mdev's fields need it */
		mutex_lock(matrix_dev.mdevs_lock);

		bitmap_and(matrix_mdev.apm_add,
			   matrix_mdev.matrix.apm, apm_add, AP_DEVICES);
		bitmap_and(matrix_mdev.aqm_add,
			   matrix_mdev.matrix.aqm, aqm_add, AP_DOMAINS);
		bitmap_and(matrix_mdev.adm_add,
			   matrix_mdev.matrix.adm, adm_add, AP_DEVICES);

		mutex_unlock(matrix_dev.mdevs_lock);
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
 * Unchanged since: v6.12
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
 */
export function vfio_ap_on_cfg_changed(cur_cfg_info: ap_config_info | null,
				       prev_cfg_info: ap_config_info | null): void {
	if (!cur_cfg_info || !prev_cfg_info)
		return;

	/* Both functions below walk the list of mdevs */
	mutex_lock(matrix_dev.guests_lock);

	/* What is lost cannot be given any more; what is gained waits for its queues */
	bitmap_and(matrix_dev.info.apm, matrix_dev.info.apm, cur_cfg_info.apm, AP_DEVICES);
	bitmap_and(matrix_dev.info.aqm, matrix_dev.info.aqm, cur_cfg_info.aqm, AP_DOMAINS);
	vfio_ap_mdev_on_cfg_remove(cur_cfg_info, prev_cfg_info);
	vfio_ap_mdev_on_cfg_add(cur_cfg_info, prev_cfg_info);
	memcpy(matrix_dev.info, cur_cfg_info);

	mutex_unlock(matrix_dev.guests_lock);
}

/**
 * vfio_ap_mdev_hot_plug_cfg - give a guest what the host has gained
 * @matrix_mdev: the mediated device
 *
 * Context: kvm->lock and mdevs_lock held.
 * As in: v6.12
 */
function vfio_ap_mdev_hot_plug_cfg(matrix_mdev: ap_matrix_mdev): void {
	const apm_filtered = DECLARE_BITMAP(AP_DEVICES);
	let do_hotplug = false;

	/* With control domains alone nothing below would fill it in */
	bitmap_zero(apm_filtered, AP_DEVICES);

	const filter_adapters = bitmap_intersects(matrix_mdev.matrix.apm,
						  matrix_mdev.apm_add, AP_DEVICES);
	const filter_domains = bitmap_intersects(matrix_mdev.matrix.aqm,
						 matrix_mdev.aqm_add, AP_DOMAINS);
	const filter_cdoms = bitmap_intersects(matrix_mdev.matrix.adm,
					       matrix_mdev.adm_add, AP_DOMAINS);

	if (filter_adapters || filter_domains)
		do_hotplug = vfio_ap_mdev_filter_matrix(matrix_mdev, apm_filtered);

	if (filter_cdoms)
		do_hotplug = vfio_ap_mdev_filter_cdoms(matrix_mdev) || do_hotplug;

	if (do_hotplug)
		vfio_ap_mdev_update_guest_apcb(matrix_mdev);

	reset_queues_for_apids(matrix_mdev, apm_filtered);
}

/**
 * vfio_ap_on_scan_complete - the AP bus has probed all that the host has gained
 * @new_config_info: the configuration now
 * @old_config_info: the configuration before
 *
 * Context: takes guests_lock, and under it kvm->lock and mdevs_lock.
 * As in: v6.12
 */
export function vfio_ap_on_scan_complete(new_config_info: ap_config_info,
					 old_config_info: ap_config_info): void {
	mutex_lock(matrix_dev.guests_lock);

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		/* kvm->lock comes before mdevs_lock, which the mdev's fields need */
		if (matrix_mdev.kvm)
			mutex_lock(matrix_mdev.kvm.lock);
		mutex_lock(matrix_dev.mdevs_lock);

		do_unlock: {
			if (bitmap_empty(matrix_mdev.apm_add, AP_DEVICES) &&
			    bitmap_empty(matrix_mdev.aqm_add, AP_DOMAINS) &&
			    bitmap_empty(matrix_mdev.adm_add, AP_DOMAINS))
				break do_unlock;

			vfio_ap_mdev_hot_plug_cfg(matrix_mdev);
			bitmap_clear(matrix_mdev.apm_add, 0, AP_DEVICES);
			bitmap_clear(matrix_mdev.aqm_add, 0, AP_DOMAINS);
			bitmap_clear(matrix_mdev.adm_add, 0, AP_DOMAINS);

		} /* do_unlock: */
		mutex_unlock(matrix_dev.mdevs_lock);
		if (matrix_mdev.kvm)
			mutex_unlock(matrix_mdev.kvm.lock);
	}

	mutex_unlock(matrix_dev.guests_lock);
}
