// SPDX-License-Identifier: GPL-2.0+
/*
 * Adjunct processor matrix VFIO device driver callbacks.
 *
 * Copyright IBM Corp. 2018
 *
 * Author(s): Tony Krowiak <akrowiak@linux.ibm.com>
 *	      Halil Pasic <pasic@linux.ibm.com>
 *	      Pierre Morel <pmorel@linux.ibm.com>
 *
 * C: drivers/s390/crypto/vfio_ap_ops.c, v14 12/13
 *    <20210331152256.28129-13-akrowiak@linux.ibm.com>
 */
import { memcmp, memcpy, memset } from "#linux/string.h";
import {
	VFIO_DEVICE_API_AP_STRING, VFIO_DEVICE_FLAGS_AP, VFIO_DEVICE_FLAGS_RESET,
	VFIO_DEVICE_GET_INFO,
	VFIO_DEVICE_RESET, VFIO_GROUP_NOTIFY, VFIO_GROUP_NOTIFY_SET_KVM, VFIO_IOMMU_NOTIFY,
	VFIO_IOMMU_NOTIFY_DMA_UNMAP, vfio_device_info, vfio_pin_pages, vfio_register_notifier,
	vfio_unpin_pages, vfio_unregister_notifier, type vfio_iommu_type1_dma_unmap,
} from "#v5.10/linux/vfio.h";
import {
	DEVICE_ATTR_RO, DEVICE_ATTR_WO, dev_get_drvdata, dev_name, dev_set_drvdata, dev_warn,
	put_device, type device, type device_attribute,
} from "#linux/device.h";
import { list_add, list_del, list_for_each_entry } from "#linux/list.h";
import {
	clear_bit_inv, find_first_bit_inv, find_next_bit_inv, for_each_set_bit_inv, set_bit_inv,
	test_bit_inv,
} from "#linux/bitops.h";
import {
	ECA_AIV, PAGE_MASK, PAGE_SHIFT, kvm_get_kvm, kvm_put_kvm, kvm_s390_gisc_register,
	kvm_s390_gisc_unregister, type kvm, type kvm_vcpu,
} from "#linux/kvm_host.h";
import { THIS_MODULE, module_put, try_module_get } from "#linux/module.h";
import { MAX_ZDEV_ENTRIES_EXT } from "#asm/zcrypt.h";

import {
	VFIO_AP_ISC_INVALID, ap_matrix, ap_matrix_mdev, matrix_dev, vfio_ap_queue,
} from "./vfio_ap_private.h.ts";
/* not in C's list: */
import {
	AP_MKQID, AP_QID_CARD, AP_QID_QUEUE,
	ap_aqic, ap_qirq_ctrl, ap_queue_status, ap_tapq, ap_zapq,
	type ap_config_info,
} from "#asm/ap.h";
import { kvm_arch_crypto_clear_masks, kvm_arch_crypto_set_masks } from "#v5.10/asm/kvm_host.h";
import { atomic_dec_if_positive, atomic_inc, atomic_read, atomic_set } from "#linux/atomic.h";
import {
	DECLARE_BITMAP, bitmap_and, bitmap_andnot, bitmap_clear, bitmap_empty, bitmap_intersects,
} from "#linux/bitmap.h";
import { WARN, WARN_ON, WARN_ONCE, WARN_ON_ONCE } from "#linux/bug.h";
import { container_of } from "#linux/container_of.h";
import { msleep } from "#linux/delay.h";
import {
	EADDRINUSE, EADDRNOTAVAIL, EAGAIN, EBUSY, EFAULT, EINVAL, EIO, ENODEV, ENOMEM, EOPNOTSUPP,
	EPERM,
} from "#linux/errno.h";
import { hash_64 } from "#linux/hash.h";
import {
	hash_add, hash_del, hash_first, hash_for_each, hash_init, hash_next,
} from "#linux/hashtable.h";
import { IOMMU_READ, IOMMU_WRITE } from "#linux/iommu.h";
import type { kobject } from "#linux/kobject.h";
import { kstrtoul } from "#linux/kstrtox.h";
import {
	MDEV_TYPE_ATTR_RO, mdev_dev, mdev_from_dev, mdev_get_drvdata, mdev_parent_ops,
	mdev_register_device, mdev_set_drvdata, mdev_unregister_device, type mdev_device,
} from "#v5.10/linux/mdev.h";
import { mutex_lock, mutex_trylock, mutex_unlock } from "#linux/mutex.h";
import { NOTIFY_DONE, NOTIFY_OK, type notifier_block } from "#linux/notifier.h";
import { pr_warn } from "#linux/printk.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { sprintf, type char_buf } from "#linux/sprintf.h";
import { attribute_group } from "#linux/sysfs.h";
import { out } from "#linux/types.h";
import { copy_from_user, copy_to_user, offsetofend } from "#linux/uaccess.h";
import { init_waitqueue_head, wait_event_cmd, wake_up_all } from "#linux/wait.h";
import {
	AP_DEVICES, AP_DOMAINS,
	AP_RESPONSE_BUSY, AP_RESPONSE_CHECKSTOPPED, AP_RESPONSE_DECONFIGURED,
	AP_RESPONSE_INVALID_ADDRESS, AP_RESPONSE_NORMAL, AP_RESPONSE_OTHERWISE_CHANGED,
	AP_RESPONSE_Q_NOT_AVAIL, AP_RESPONSE_RESET_IN_PROGRESS, ap_apqn_in_matrix_owned_by_def_drv,
	ap_get_qdev, to_ap_queue, type ap_device,
} from "../../../../v5.10/s390/crypto/ap_bus.h.ts";

const VFIO_AP_MDEV_TYPE_HWVIRT = "passthrough";
const VFIO_AP_MDEV_NAME_HWVIRT = "VFIO AP Passthrough Device";

/**
 * vfio_ap_mdev_get_queue - a queue of a mediated device
 * @matrix_mdev: the mediated device
 * @apqn: the queue
 *
 * The key is an unsigned long here and an int where queues are added, so C
 * looks with hash_64() for what was stored with hash_32(). The two agree on
 * the chain for all but 64 APQNs; those (23.00ed is the lowest) are never found.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: the queue, or null when it is not linked to the mediated device.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_get_queue(matrix_mdev: ap_matrix_mdev, apqn: number): vfio_ap_queue | null {
	for (let q = hash_first<vfio_ap_queue>(matrix_mdev.qtable, apqn, hash_64); q !== null;
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
 * vfio_ap_free_aqic_resources - give back what a queue's interrupts need
 * @q: the queue, or null
 *
 * That is the guest's interruption subclass, registered with the GIB, and the
 * pinned page of the notification indicator byte. What cannot be given back for
 * want of a guest or of a mediated device stays, with a warning each time.
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, Linux 5.9
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
		vfio_unpin_pages(mdev_dev(q.matrix_mdev!.mdev!),
				 [q.saved_pfn], 1);
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
 * Context: caller holds matrix_dev->lock.
 * Return: the status of the last PQAP(AQIC).
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
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
 * vfio_ap_irq_enable - make a queue interrupt its guest
 * @q: the queue
 * @isc: the guest's interruption subclass
 * @nib: guest address of the notification indicator byte
 *
 * Pins the byte's page, registers the subclass, and hands both to the hardware.
 * Nothing is retried; that is up to the guest.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: the status of PQAP(AQIC), or one with AP_RESPONSE_INVALID_ADDRESS when
 * the page could not be pinned.
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
function vfio_ap_irq_enable(q: vfio_ap_queue, isc: number, nib: bigint): ap_queue_status {
	const aqic_gisa = new ap_qirq_ctrl();
	let status = new ap_queue_status();
	const g_pfn = [0n];
	const h_pfn = [0n];

	g_pfn[0] = nib >> PAGE_SHIFT;
	const ret = vfio_pin_pages(mdev_dev(q.matrix_mdev!.mdev!), g_pfn, 1,
				   IOMMU_READ | IOMMU_WRITE, h_pfn);
	switch (ret) {
	case 1:
		break;
	default:
		status.response_code = AP_RESPONSE_INVALID_ADDRESS;
		return status;
	}

	const kvm = q.matrix_mdev!.kvm!;
	const gisa = kvm.arch.gisa_int.origin;

	const h_nib = (h_pfn[0] << PAGE_SHIFT) | (nib & ~PAGE_MASK);
	aqic_gisa.gisc = isc;
	aqic_gisa.isc = kvm_s390_gisc_register(kvm, isc) & 7; /* a field of 3 bits */
	aqic_gisa.ir = 1;
	aqic_gisa.gisa = Number((gisa?.address ?? 0n) >> 4n);

	status = ap_aqic(q.apqn, aqic_gisa, h_nib);
	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
		/* What was set up before, if anything, is no longer in use */
		vfio_ap_free_aqic_resources(q);
		q.saved_pfn = g_pfn[0];
		q.saved_isc = isc;
		break;
	case AP_RESPONSE_OTHERWISE_CHANGED:
		/* Nothing was changed: drop the new set-up */
		vfio_unpin_pages(mdev_dev(q.matrix_mdev!.mdev!), g_pfn, 1);
		kvm_s390_gisc_unregister(kvm, isc);
		break;
	default:
		pr_warn("%s: apqn %04x: response: %02x\n", "vfio_ap_irq_enable", q.apqn,
			status.response_code);
		vfio_ap_irq_disable(q);
		break;
	}

	return status;
}

/**
 * handle_pqap - execute an intercepted PQAP(AQIC)
 * @vcpu: the guest's CPU: general register 0 holds the APQN, 1 IR and ISC, 2 the
 *	  address of the notification indicator byte; 1 gets the status
 *
 * A queue that is not linked to the mediated device answers
 * AP_RESPONSE_Q_NOT_AVAIL, and so does every queue of one without a guest.
 *
 * Context: takes matrix_dev->lock; waits without it while the guest is set or unset.
 * Return: 0, or -EOPNOTSUPP to leave the instruction to userspace.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 */
function handle_pqap(vcpu: kvm_vcpu): number {
	let qstatus = new ap_queue_status({
			       response_code: AP_RESPONSE_Q_NOT_AVAIL, });

	/* Without the AIV facility it is userspace's business */
	if (!(vcpu.arch.sie_block.eca & ECA_AIV))
		return -EOPNOTSUPP;

	const apqn = Number(vcpu.run.s.regs.gprs[0] & 0xffffn);
	mutex_lock(matrix_dev.lock);

	out_unlock: {
		if (!vcpu.kvm.arch.crypto.pqap_hook)
			break out_unlock;

		const matrix_mdev = container_of(vcpu.kvm.arch.crypto.pqap_hook,
						 ap_matrix_mdev, "pqap_hook");

		/* The guest may just be coming or going */
		wait_event_cmd(matrix_mdev.wait_for_kvm,
			       () => !matrix_mdev.kvm_busy,
			       () => mutex_unlock(matrix_dev.lock),
			       () => mutex_lock(matrix_dev.lock));

		/* Nobody uses it: nothing to be done */
		if (!matrix_mdev.kvm)
			break out_unlock;

		const q = vfio_ap_mdev_get_queue(matrix_mdev, apqn);
		if (!q)
			break out_unlock;

		const status = vcpu.run.s.regs.gprs[1];

		/* Bit 16 is IR: whether to interrupt */
		if ((status >> (63n - 16n)) & 0x01n)
			qstatus = vfio_ap_irq_enable(q, Number(status & 0x07n),
						     vcpu.run.s.regs.gprs[2]);
		else
			qstatus = vfio_ap_irq_disable(q);

	} /* out_unlock: */
	/* PORT: memcpy() over the upper half of the register, then a shift: the lower is lost */
	vcpu.run.s.regs.gprs[1] = BigInt(qstatus.pack()); /* PORT: see above */
	mutex_unlock(matrix_dev.lock);
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
 * vfio_ap_mdev_has_crycb - whether a guest with a CRYCB uses a mediated device
 * @matrix_mdev: the mediated device
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 08/13 <20210331152256.28129-9-akrowiak@linux.ibm.com>
 * Unchanged since: v11
 */
function vfio_ap_mdev_has_crycb(matrix_mdev: ap_matrix_mdev): boolean {
	return !!(matrix_mdev.kvm && matrix_mdev.kvm.arch.crypto.crycbd);
}

/**
 * vfio_ap_mdev_commit_apcb - give the guest the masks of the shadow APCB
 * @matrix_mdev: the mediated device, with or without a guest
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 08/13 <20210331152256.28129-9-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_commit_apcb(matrix_mdev: ap_matrix_mdev): void {
	if (vfio_ap_mdev_has_crycb(matrix_mdev))
		kvm_arch_crypto_set_masks(matrix_mdev.kvm!,
					  matrix_mdev.shadow_apcb.apm,
					  matrix_mdev.shadow_apcb.aqm,
					  matrix_mdev.shadow_apcb.adm);
}

/**
 * vfio_ap_mdev_filter_apcb - work out what the guest should have
 * @matrix_mdev: the mediated device
 * @shadow_apcb: takes the result
 *
 * What is assigned and in the host, less each adapter with a queue that is not
 * bound to this driver.
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_filter_apcb(matrix_mdev: ap_matrix_mdev, shadow_apcb: ap_matrix): void {
	let apid, apqi, apqn;

	/* What the host has not got cannot be the guest's */
	bitmap_and(shadow_apcb.apm, matrix_mdev.matrix.apm,
		   matrix_dev.config_info.apm, AP_DEVICES);
	bitmap_and(shadow_apcb.aqm, matrix_mdev.matrix.aqm,
		   matrix_dev.config_info.aqm, AP_DOMAINS);
	bitmap_and(shadow_apcb.adm, matrix_mdev.matrix.adm,
		   matrix_dev.config_info.adm, AP_DOMAINS);

	for (apid = find_first_bit_inv(shadow_apcb.apm, AP_DEVICES); apid < AP_DEVICES;
	     apid = find_next_bit_inv(shadow_apcb.apm, AP_DEVICES,
				      apid + 1)) { /* for_each_set_bit_inv() */
		for (apqi = find_first_bit_inv(shadow_apcb.aqm, AP_DOMAINS); apqi < AP_DOMAINS;
		     apqi = find_next_bit_inv(shadow_apcb.aqm, AP_DOMAINS,
				      apqi + 1)) { /* for_each_set_bit_inv() */
			/*
			 * The architecture has no means to leave out a single
			 * queue: its whole adapter has to go.
			 */
			apqn = AP_MKQID(apid, apqi);
			if (!vfio_ap_mdev_get_queue(matrix_mdev, apqn)) {
				clear_bit_inv(apid, shadow_apcb.apm);
				break;
			}
		}
	}
}

/**
 * vfio_ap_mdev_refresh_apcb - compute the shadow APCB anew
 * @matrix_mdev: the mediated device
 *
 * The guest, if there is one, gets it if it changed.
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_refresh_apcb(matrix_mdev: ap_matrix_mdev): void {
	const shadow_apcb = new ap_matrix();

	vfio_ap_matrix_init(matrix_dev.config_info, shadow_apcb);
	vfio_ap_mdev_filter_apcb(matrix_mdev, shadow_apcb);

	if (memcmp(shadow_apcb.words, matrix_mdev.shadow_apcb.words) !== 0) {
		memcpy(matrix_mdev.shadow_apcb, shadow_apcb);
		vfio_ap_mdev_commit_apcb(matrix_mdev);
	}
}

/**
 * vfio_ap_mdev_create - a mediated device is being created
 * @kobj: its type
 * @mdev: the device
 *
 * Context: takes matrix_dev->lock.
 * Return: 0, -EPERM when there are too many, or -ENOMEM.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_create(kobj: kobject, mdev: mdev_device): number {
	if ((atomic_dec_if_positive(matrix_dev.available_instances) < 0))
		return -EPERM;

	const matrix_mdev = kzalloc(ap_matrix_mdev, GFP_KERNEL);
	if (!matrix_mdev) {
		atomic_inc(matrix_dev.available_instances);
		return -ENOMEM;
	}

	matrix_mdev.mdev = mdev;
	vfio_ap_matrix_init(matrix_dev.config_info, matrix_mdev.matrix);
	init_waitqueue_head(matrix_mdev.wait_for_kvm, "matrix_mdev->wait_for_kvm");
	vfio_ap_matrix_init(matrix_dev.config_info, matrix_mdev.shadow_apcb);
	hash_init(matrix_mdev.qtable);
	mdev_set_drvdata(mdev, matrix_mdev);
	matrix_mdev.pqap_hook.hook = handle_pqap;
	matrix_mdev.pqap_hook.owner = THIS_MODULE;
	mutex_lock(matrix_dev.lock);
	list_add(matrix_mdev.node, matrix_dev.mdev_list);
	mutex_unlock(matrix_dev.lock);

	return 0;
}

/**
 * vfio_ap_mdev_remove - a mediated device is being removed
 * @mdev: the device
 *
 * Its queues are reset; their links to it stay.
 *
 * Context: takes matrix_dev->lock.
 * Return: 0, or -EBUSY while a guest uses it, comes or goes.
 * C: vfio_ap_ops.c, v14 01/13 <20210331152256.28129-2-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_remove(mdev: mdev_device): number {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	mutex_lock(matrix_dev.lock);

	if (matrix_mdev.kvm_busy || matrix_mdev.kvm) {
		mutex_unlock(matrix_dev.lock);
		return -EBUSY;
	}

	vfio_ap_mdev_reset_queues(mdev);
	list_del(matrix_mdev.node);
	kfree(matrix_mdev);
	mdev_set_drvdata(mdev, null);
	atomic_inc(matrix_dev.available_instances);
	mutex_unlock(matrix_dev.lock);

	return 0;
}

/**
 * name_show - what the type of mediated device is called
 * @kobj: the type
 * @dev: the matrix device
 * @buf: where to
 *
 * Return: number of characters.
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
function name_show(kobj: kobject, dev: device, buf: char_buf): number {
	return sprintf(buf, 0, "%s\n", VFIO_AP_MDEV_NAME_HWVIRT);
}

const mdev_type_attr_name = MDEV_TYPE_ATTR_RO("name", name_show);

/**
 * available_instances_show - how many more mediated devices there can be
 * @kobj: the type
 * @dev: the matrix device
 * @buf: where to
 *
 * Return: number of characters.
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
function available_instances_show(kobj: kobject, dev: device, buf: char_buf): number {
	return sprintf(buf, 0, "%d\n",
		       atomic_read(matrix_dev.available_instances));
}

const mdev_type_attr_available_instances =
	MDEV_TYPE_ATTR_RO("available_instances", available_instances_show);

/**
 * device_api_show - what kind of VFIO device it is
 * @kobj: the type
 * @dev: the matrix device
 * @buf: where to
 *
 * Return: number of characters.
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
function device_api_show(kobj: kobject, dev: device, buf: char_buf): number {
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
 * vfio_ap_mdev_log_sharing_err - say which queues belong to somebody else
 * @matrix_mdev: the mediated device that has them: the one named is also the one
 *		 said to have asked
 * @apm: their adapters
 * @aqm: their domains
 *
 * C: vfio_ap_ops.c, v14 07/13 <20210331152256.28129-8-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_log_sharing_err(
	matrix_mdev: ap_matrix_mdev, apm: Uint32Array, aqm: Uint32Array,
): void {
	const dev = mdev_dev(matrix_mdev.mdev!);
	const mdev_name = dev_name(dev);

	for (const apid of for_each_set_bit_inv(apm, AP_DEVICES))
		for (const apqi of for_each_set_bit_inv(aqm, AP_DOMAINS))
			dev_warn(dev, MDEV_SHARING_ERR, apid, apqi, mdev_name);
}

/**
 * vfio_ap_mdev_verify_no_sharing - check that no other mediated device has a queue
 * @mdev_apm: adapters of the queues
 * @mdev_aqm: domains of the queues; every combination is looked at
 *
 * A mediated device is known by its masks: it is the other one unless both are its
 * own.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: 0, or -EADDRINUSE when one of them is assigned.
 * C: vfio_ap_ops.c, v14 07/13 <20210331152256.28129-8-akrowiak@linux.ibm.com>
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

		/*
		 * Whole longs are compared; what is beyond the limits is zero
		 * in both.
		 */
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
 * vfio_ap_mdev_validate_masks - check a mediated device's assignments
 * @matrix_mdev: the mediated device
 *
 * Context: caller holds matrix_dev->lock.
 * Return: 0, -EADDRNOTAVAIL when a queue is reserved for the default drivers, or
 * -EADDRINUSE when another mediated device has one.
 * C: vfio_ap_ops.c, v14 07/13 <20210331152256.28129-8-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_validate_masks(matrix_mdev: ap_matrix_mdev): number {
	if (ap_apqn_in_matrix_owned_by_def_drv(matrix_mdev.matrix.apm,
					       matrix_mdev.matrix.aqm))
		return -EADDRNOTAVAIL;

	return vfio_ap_mdev_verify_no_sharing(matrix_mdev.matrix.apm,
					      matrix_mdev.matrix.aqm);
}

/**
 * vfio_ap_mdev_link_queue - link a queue with a mediated device
 * @matrix_mdev: the mediated device
 * @q: the queue, or null
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_link_queue(matrix_mdev: ap_matrix_mdev, q: vfio_ap_queue | null): void {
	if (q) {
		q.matrix_mdev = matrix_mdev;
		hash_add(matrix_mdev.qtable,
			 q.mdev_qnode, q.apqn);
	}
}

/**
 * vfio_ap_mdev_link_apqn - link a queue with a mediated device, if it is bound
 * @matrix_mdev: the mediated device
 * @apqn: the queue
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_link_apqn(matrix_mdev: ap_matrix_mdev, apqn: number): void {
	const q = vfio_ap_find_queue(apqn);
	vfio_ap_mdev_link_queue(matrix_mdev, q);
}

/**
 * vfio_ap_mdev_unlink_queue_fr_mdev - take a queue out of its mediated device's table
 * @q: the queue; it still names the mediated device
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_unlink_queue_fr_mdev(q: vfio_ap_queue): void {
	hash_del(q.mdev_qnode);
}

/**
 * vfio_ap_mdev_unlink_mdev_fr_queue - make a queue forget its mediated device
 * @q: the queue
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_unlink_mdev_fr_queue(q: vfio_ap_queue): void {
	q.matrix_mdev = null;
}

/**
 * vfio_ap_mdev_unlink_queue - end the link of a queue with a mediated device
 * @q: the queue, or null
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_unlink_queue(q: vfio_ap_queue | null): void {
	if (q) {
		vfio_ap_mdev_unlink_queue_fr_mdev(q);
		vfio_ap_mdev_unlink_mdev_fr_queue(q);
	}
}

/**
 * vfio_ap_mdev_unlink_apqn - end the link of a queue, if it is bound
 * @apqn: the queue
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_unlink_apqn(apqn: number): void {
	const q = vfio_ap_find_queue(apqn);
	vfio_ap_mdev_unlink_queue(q);
}

/**
 * vfio_ap_mdev_link_adapter - link the queues of an adapter
 * @matrix_mdev: the mediated device
 * @apid: the adapter
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_link_adapter(matrix_mdev: ap_matrix_mdev, apid: number): void {
	for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm, AP_DOMAINS))
		vfio_ap_mdev_link_apqn(matrix_mdev,
				       AP_MKQID(apid, apqi));
}

/**
 * assign_adapter_store - assign an adapter to a mediated device
 * @dev: the mediated device
 * @attr: its assign_adapter attribute
 * @buf: the APID, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock, if it is free.
 * Return: @count; -EINVAL or -ERANGE when @buf is no number, -ENODEV when the
 * machine cannot have such an adapter, -EADDRNOTAVAIL when a queue that would
 * come with it is reserved for the default drivers, -EADDRINUSE when another mediated
 * device has one, -EBUSY while the guest comes or goes, -EAGAIN when the lock was
 * not free.
 * C: vfio_ap_ops.c, v14 10/13 <20210331152256.28129-11-akrowiak@linux.ibm.com>
 */
function assign_adapter_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apid = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	if (!mutex_trylock(matrix_dev.lock))
		return -EAGAIN;

	done: {
		/* The guest may just be coming or going */
		if (matrix_mdev.kvm_busy) {
			ret = -EBUSY;
			break done;
		}

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
		vfio_ap_mdev_refresh_apcb(matrix_mdev);
		ret = count;
	} /* done: */
	mutex_unlock(matrix_dev.lock);

	return ret;
}
const dev_attr_assign_adapter = DEVICE_ATTR_WO("assign_adapter", assign_adapter_store);

/**
 * vfio_ap_mdev_unlink_adapter - end the links of the queues of an adapter
 * @matrix_mdev: the mediated device
 * @apid: the adapter
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_unlink_adapter(matrix_mdev: ap_matrix_mdev, apid: number): void {
	for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm, AP_DOMAINS))
		vfio_ap_mdev_unlink_apqn(AP_MKQID(apid, apqi));
}

/**
 * unassign_adapter_store - take an adapter back from a mediated device
 * @dev: the mediated device
 * @attr: its unassign_adapter attribute
 * @buf: the APID, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock.
 * Return: @count; -EINVAL or -ERANGE when @buf is no number, -ENODEV when the
 * machine cannot have such an adapter, -EBUSY while the guest comes or goes.
 * C: vfio_ap_ops.c, v14 08/13 <20210331152256.28129-9-akrowiak@linux.ibm.com>
 */
function unassign_adapter_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apid = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	mutex_lock(matrix_dev.lock);

	done: {
		/* The guest may just be coming or going */
		if (matrix_mdev.kvm_busy) {
			ret = -EBUSY;
			break done;
		}

		ret = kstrtoul(buf, 0, apid);
		if (ret)
			break done;

		if (apid.v > matrix_mdev.matrix.apm_max) {
			ret = -ENODEV;
			break done;
		}

		clear_bit_inv(apid.v, matrix_mdev.matrix.apm);
		vfio_ap_mdev_unlink_adapter(matrix_mdev, apid.v);
		vfio_ap_mdev_refresh_apcb(matrix_mdev);
		ret = count;
	} /* done: */
	mutex_unlock(matrix_dev.lock);
	return ret;
}
const dev_attr_unassign_adapter = DEVICE_ATTR_WO("unassign_adapter", unassign_adapter_store);

/**
 * vfio_ap_mdev_link_domain - link the queues of a domain
 * @matrix_mdev: the mediated device
 * @apqi: the domain
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_link_domain(matrix_mdev: ap_matrix_mdev, apqi: number): void {
	for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm, AP_DEVICES))
		vfio_ap_mdev_link_apqn(matrix_mdev, AP_MKQID(apid, apqi));
}

/**
 * assign_domain_store - assign a domain to a mediated device
 * @dev: the mediated device
 * @attr: its assign_domain attribute
 * @buf: the APQI, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock, if it is free.
 * Return: @count; -EINVAL or -ERANGE when @buf is no number, -ENODEV when the
 * machine cannot have such a domain, -EADDRNOTAVAIL when a queue that would
 * come with it is reserved for the default drivers, -EADDRINUSE when another mediated
 * device has one, -EBUSY while the guest comes or goes, -EAGAIN when the lock was
 * not free.
 * C: vfio_ap_ops.c, v14 10/13 <20210331152256.28129-11-akrowiak@linux.ibm.com>
 */
function assign_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apqi = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);
	const max_apqi = matrix_mdev.matrix.aqm_max;

	if (!mutex_trylock(matrix_dev.lock))
		return -EAGAIN;

	done: {
		/* The guest may just be coming or going */
		if (matrix_mdev.kvm_busy) {
			ret = -EBUSY;
			break done;
		}

		ret = kstrtoul(buf, 0, apqi);
		if (ret)
			break done;
		if (apqi.v > max_apqi) {
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
		vfio_ap_mdev_refresh_apcb(matrix_mdev);
		ret = count;
	} /* done: */
	mutex_unlock(matrix_dev.lock);

	return ret;
}
const dev_attr_assign_domain = DEVICE_ATTR_WO("assign_domain", assign_domain_store);

/**
 * vfio_ap_mdev_unlink_domain - end the links of the queues of a domain
 * @matrix_mdev: the mediated device
 * @apqi: the domain
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_unlink_domain(matrix_mdev: ap_matrix_mdev, apqi: number): void {
	for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm, AP_DEVICES))
		vfio_ap_mdev_unlink_apqn(AP_MKQID(apid, apqi));
}

/**
 * unassign_domain_store - take a domain back from a mediated device
 * @dev: the mediated device
 * @attr: its unassign_domain attribute
 * @buf: the APQI, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock.
 * Return: @count; -EINVAL or -ERANGE when @buf is no number, -ENODEV when the
 * machine cannot have such a domain, -EBUSY while the guest comes or goes.
 * C: vfio_ap_ops.c, v14 08/13 <20210331152256.28129-9-akrowiak@linux.ibm.com>
 */
function unassign_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apqi = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	mutex_lock(matrix_dev.lock);

	done: {
		/* The guest may just be coming or going */
		if (matrix_mdev.kvm_busy) {
			ret = -EBUSY;
			break done;
		}

		ret = kstrtoul(buf, 0, apqi);
		if (ret)
			break done;

		if (apqi.v > matrix_mdev.matrix.aqm_max) {
			ret = -ENODEV;
			break done;
		}

		clear_bit_inv(apqi.v, matrix_mdev.matrix.aqm);
		vfio_ap_mdev_unlink_domain(matrix_mdev, apqi.v);
		vfio_ap_mdev_refresh_apcb(matrix_mdev);
		ret = count;
	} /* done: */
	mutex_unlock(matrix_dev.lock);
	return ret;
}
const dev_attr_unassign_domain = DEVICE_ATTR_WO("unassign_domain", unassign_domain_store);

/**
 * vfio_ap_mdev_hot_plug_cdom - a control domain was assigned: plug it, if the host has it
 * @matrix_mdev: the mediated device
 * @domid: the control domain
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_hot_plug_cdom(matrix_mdev: ap_matrix_mdev, domid: number): void {
	if (!test_bit_inv(domid, matrix_mdev.shadow_apcb.adm) &&
	    test_bit_inv(domid,
			 matrix_dev.config_info.adm)) {
		set_bit_inv(domid, matrix_mdev.shadow_apcb.adm);
		vfio_ap_mdev_commit_apcb(matrix_mdev);
	}
}

/**
 * assign_control_domain_store - assign a control domain to a mediated device
 * @dev: the mediated device
 * @attr: its assign_control_domain attribute
 * @buf: the domain number, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock, if it is free.
 * Return: @count; -EINVAL or -ERANGE when @buf is no number, -ENODEV when the
 * machine cannot have such a domain, -EBUSY while the guest comes or goes, -EAGAIN
 * when the lock was not free.
 * C: vfio_ap_ops.c, v14 10/13 <20210331152256.28129-11-akrowiak@linux.ibm.com>
 */
function assign_control_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const id = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	if (!mutex_trylock(matrix_dev.lock))
		return -EAGAIN;

	done: {
		/* The guest may just be coming or going */
		if (matrix_mdev.kvm_busy) {
			ret = -EBUSY;
			break done;
		}

		ret = kstrtoul(buf, 0, id);
		if (ret)
			break done;

		if (id.v > matrix_mdev.matrix.adm_max) {
			ret = -ENODEV;
			break done;
		}

		/* Bit 0 of the mask is the leftmost, as the hardware counts */
		set_bit_inv(id.v, matrix_mdev.matrix.adm);
		vfio_ap_mdev_hot_plug_cdom(matrix_mdev, id.v);
		ret = count;
	} /* done: */
	mutex_unlock(matrix_dev.lock);
	return ret;
}
const dev_attr_assign_control_domain =
	DEVICE_ATTR_WO("assign_control_domain", assign_control_domain_store);

/**
 * vfio_ap_mdev_hot_unplug_cdom - a control domain is no longer assigned: unplug it
 * @matrix_mdev: the mediated device
 * @domid: the control domain
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 08/13 <20210331152256.28129-9-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_hot_unplug_cdom(matrix_mdev: ap_matrix_mdev, domid: number): void {
	if (test_bit_inv(domid, matrix_mdev.shadow_apcb.adm)) {
		clear_bit_inv(domid, matrix_mdev.shadow_apcb.adm);
		vfio_ap_mdev_commit_apcb(matrix_mdev);
	}
}

/**
 * unassign_control_domain_store - take a control domain back from a mediated device
 * @dev: the mediated device
 * @attr: its unassign_control_domain attribute
 * @buf: the domain number, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock.
 * Return: @count; -EINVAL or -ERANGE when @buf is no number, -ENODEV when the
 * machine cannot have such a domain, -EBUSY while the guest comes or goes.
 * C: vfio_ap_ops.c, v14 08/13 <20210331152256.28129-9-akrowiak@linux.ibm.com>
 */
function unassign_control_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const domid = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);
	const max_domid = matrix_mdev.matrix.adm_max;

	mutex_lock(matrix_dev.lock);

	done: {
		/* The guest may just be coming or going */
		if (matrix_mdev.kvm_busy) {
			ret = -EBUSY;
			break done;
		}

		ret = kstrtoul(buf, 0, domid);
		if (ret)
			break done;
		if (domid.v > max_domid) {
			ret = -ENODEV;
			break done;
		}

		clear_bit_inv(domid.v, matrix_mdev.matrix.adm);
		vfio_ap_mdev_hot_unplug_cdom(matrix_mdev, domid.v);
		ret = count;
	} /* done: */
	mutex_unlock(matrix_dev.lock);
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
 * Context: takes matrix_dev->lock.
 * Return: number of characters.
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
function control_domains_show(dev: device, dev_attr: device_attribute, buf: char_buf): number {
	let nchars = 0;
	let n;
	let bufpos = 0;
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);
	const max_domid = matrix_mdev.matrix.adm_max;

	mutex_lock(matrix_dev.lock);
	for (const id of for_each_set_bit_inv(matrix_mdev.matrix.adm, max_domid + 1)) {
		n = sprintf(buf, bufpos, "%04lx\n", id);
		bufpos += n;
		nchars += n;
	}
	mutex_unlock(matrix_dev.lock);

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
 * C: vfio_ap_ops.c, v14 11/13 <20210331152256.28129-12-akrowiak@linux.ibm.com>
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
 * Context: takes matrix_dev->lock.
 * Return: number of characters.
 * C: vfio_ap_ops.c, v14 11/13 <20210331152256.28129-12-akrowiak@linux.ibm.com>
 * Unchanged since: v11
 */
function matrix_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	mutex_lock(matrix_dev.lock);
	const nchars = vfio_ap_mdev_matrix_show(matrix_mdev.matrix, buf);
	mutex_unlock(matrix_dev.lock);

	return nchars;
}
const dev_attr_matrix = DEVICE_ATTR_RO("matrix", matrix_show);

/**
 * guest_matrix_show - the queues that a guest has, or would have
 * @dev: the mediated device
 * @attr: its guest_matrix attribute
 * @buf: where to
 *
 * Context: takes matrix_dev->lock.
 * Return: number of characters.
 * C: vfio_ap_ops.c, v14 11/13 <20210331152256.28129-12-akrowiak@linux.ibm.com>
 * Unchanged since: v12
 */
function guest_matrix_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	mutex_lock(matrix_dev.lock);
	const nchars = vfio_ap_mdev_matrix_show(matrix_mdev.shadow_apcb, buf);
	mutex_unlock(matrix_dev.lock);

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
 * vfio_ap_mdev_set_kvm - a guest starts to use a mediated device
 * @matrix_mdev: the mediated device
 * @kvm: the guest
 *
 * The guest's masks are set while the lock is given back, so that kvm->lock is
 * never taken under it; whoever needs the guest waits until that is done. A guest
 * without a CRYCB is left alone.
 *
 * Context: caller holds matrix_dev->lock, which is given back in between.
 * Return: 0, or -EPERM when the guest uses another mediated device already.
 * C: vfio_ap_ops.c, v14 06/13 <20210331152256.28129-7-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_set_kvm(matrix_mdev: ap_matrix_mdev, kvm: kvm): number {
	if (kvm.arch.crypto.crycbd) {
		for (const m of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
			if (m !== matrix_mdev && m.kvm === kvm)
				return -EPERM;
		}

		kvm_get_kvm(kvm);
		matrix_mdev.kvm_busy = true;
		mutex_unlock(matrix_dev.lock);
		kvm_arch_crypto_set_masks(kvm, matrix_mdev.shadow_apcb.apm,
					  matrix_mdev.shadow_apcb.aqm,
					  matrix_mdev.shadow_apcb.adm);
		mutex_lock(matrix_dev.lock);
		kvm.arch.crypto.pqap_hook = matrix_mdev.pqap_hook;
		matrix_mdev.kvm = kvm;
		matrix_mdev.kvm_busy = false;
		wake_up_all(matrix_mdev.wait_for_kvm);
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
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
function vfio_ap_mdev_iommu_notifier(
	nb: notifier_block, action: number, data: object | null,
): number {
	const matrix_mdev = container_of(nb, ap_matrix_mdev, "iommu_notifier");

	if (action === VFIO_IOMMU_NOTIFY_DMA_UNMAP) {
		const unmap = data as vfio_iommu_type1_dma_unmap;
		const g_pfn = [unmap.iova >> PAGE_SHIFT];

		vfio_unpin_pages(mdev_dev(matrix_mdev.mdev!), g_pfn, 1);
		return NOTIFY_OK;
	}

	return NOTIFY_DONE;
}

/**
 * vfio_ap_mdev_unset_kvm - a guest no longer uses a mediated device
 * @matrix_mdev: the mediated device
 *
 * The masks are cleared while the lock is given back.
 *
 * Context: caller holds matrix_dev->lock, which is given back in between.
 * C: vfio_ap_ops.c, v14 01/13 <20210331152256.28129-2-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_unset_kvm(matrix_mdev: ap_matrix_mdev): void {
	/* The guest may just be coming or going */
	wait_event_cmd(matrix_mdev.wait_for_kvm,
		       () => !matrix_mdev.kvm_busy,
		       () => mutex_unlock(matrix_dev.lock),
		       () => mutex_lock(matrix_dev.lock));

	if (matrix_mdev.kvm) {
		matrix_mdev.kvm_busy = true;
		mutex_unlock(matrix_dev.lock);
		kvm_arch_crypto_clear_masks(matrix_mdev.kvm);
		mutex_lock(matrix_dev.lock);
		vfio_ap_mdev_reset_queues(matrix_mdev.mdev!);
		matrix_mdev.kvm.arch.crypto.pqap_hook = null;
		kvm_put_kvm(matrix_mdev.kvm);
		matrix_mdev.kvm = null;
		matrix_mdev.kvm_busy = false;
		wake_up_all(matrix_mdev.wait_for_kvm);
	}
}

/**
 * vfio_ap_mdev_group_notifier - a guest comes or goes
 * @nb: the mediated device's notifier
 * @action: what happens; only VFIO_GROUP_NOTIFY_SET_KVM is of interest
 * @data: the guest, or null when it is gone
 *
 * Context: takes matrix_dev->lock.
 * Return: NOTIFY_OK, or NOTIFY_DONE when the guest could not be taken.
 * C: vfio_ap_ops.c, v14 01/13 <20210331152256.28129-2-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_group_notifier(
	nb: notifier_block, action: number, data: object | null,
): number {
	let notify_rc = NOTIFY_OK;

	if (action !== VFIO_GROUP_NOTIFY_SET_KVM)
		return NOTIFY_OK;

	mutex_lock(matrix_dev.lock);
	const matrix_mdev = container_of(nb, ap_matrix_mdev, "group_notifier");

	if (!data)
		vfio_ap_mdev_unset_kvm(matrix_mdev);
	else if (vfio_ap_mdev_set_kvm(matrix_mdev, data as kvm))
		notify_rc = NOTIFY_DONE;

	mutex_unlock(matrix_dev.lock);

	return notify_rc;
}

/**
 * vfio_ap_find_queue - the driver's view of a queue on the AP bus
 * @apqn: the queue
 *
 * Return: the queue, or null when there is no such device or it is not bound
 * to this driver.
 * C: vfio_ap_ops.c, v14 02/13 <20210331152256.28129-3-akrowiak@linux.ibm.com>
 */
function vfio_ap_find_queue(apqn: number): vfio_ap_queue | null {
	let q: vfio_ap_queue | null = null;

	const queue = ap_get_qdev(apqn);
	if (!queue)
		return null;

	if (queue.ap_dev.device.driver === matrix_dev.vfio_ap_drv!.driver)
		q = dev_get_drvdata<vfio_ap_queue>(queue.ap_dev.device);

	put_device(queue.ap_dev.device);

	return q;
}

/**
 * vfio_ap_mdev_reset_queue - reset a queue and wait a little for the end
 * @q: the queue, or null
 * @retry: how often to try again, 20 ms later, while another reset is going on
 *
 * Context: caller holds matrix_dev->lock.
 * Return: 0; -EBUSY when it cannot be reset now; -EIO for anything else, and then
 * the resources of its interrupts are kept.
 * C: vfio_ap_ops.c, Linux 5.12
 */
export function vfio_ap_mdev_reset_queue(q: vfio_ap_queue | null, retry: number): number {
	let status;
	let ret;
	let retry2 = 2;

	if (!q)
		return 0;

	free_resources: {
		retry_zapq: for (;;) {
			status = ap_zapq(q.apqn, 0);
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
				WARN_ON_ONCE(!!status.irq_enabled);
				ret = -EBUSY;
				break free_resources;
			default:
				/* Nothing more can be done */
				WARN(true, "PQAP/ZAPQ completed with invalid rc (%x)\n",
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
		WARN_ON_ONCE(retry2 <= 0);

	} /* free_resources: */
	vfio_ap_free_aqic_resources(q);

	return ret;
}

/**
 * vfio_ap_mdev_reset_queues - reset all queues of a mediated device
 * @mdev: the mediated device
 *
 * Those of the matrix that are bound, and all of them even if one fails.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: 0, or the error of the last one that failed.
 * C: vfio_ap_ops.c, Linux 5.12
 */
function vfio_ap_mdev_reset_queues(mdev: mdev_device): number {
	let ret;
	let rc = 0;
	let q;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm,
						matrix_mdev.matrix.apm_max + 1)) {
		for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm,
							matrix_mdev.matrix.aqm_max + 1)) {
			q = vfio_ap_find_queue(AP_MKQID(apid, apqi));
			ret = vfio_ap_mdev_reset_queue(q, 1);
			/* Busy or broken, the others still have to be reset */
			if (ret)
				rc = ret;
		}
	}

	return rc;
}

/**
 * vfio_ap_mdev_open - userspace opens a mediated device
 * @mdev: the mediated device
 *
 * Context: the notifiers may be called from within.
 * Return: 0, or the error of what could not be registered.
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
function vfio_ap_mdev_open(mdev: mdev_device): number {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);
	const events = out(0);
	let ret;

	if (!try_module_get(THIS_MODULE))
		return -ENODEV;

	matrix_mdev.group_notifier.notifier_call = vfio_ap_mdev_group_notifier;
	events.v = VFIO_GROUP_NOTIFY_SET_KVM;

	ret = vfio_register_notifier(mdev_dev(mdev), VFIO_GROUP_NOTIFY,
				     events, matrix_mdev.group_notifier);
	if (ret) {
		module_put(THIS_MODULE);
		return ret;
	}

	matrix_mdev.iommu_notifier.notifier_call = vfio_ap_mdev_iommu_notifier;
	events.v = VFIO_IOMMU_NOTIFY_DMA_UNMAP;
	ret = vfio_register_notifier(mdev_dev(mdev), VFIO_IOMMU_NOTIFY,
				     events, matrix_mdev.iommu_notifier);
	if (!ret)
		return ret;

	vfio_unregister_notifier(mdev_dev(mdev), VFIO_GROUP_NOTIFY,
				 matrix_mdev.group_notifier);
	module_put(THIS_MODULE);
	return ret;
}

/**
 * vfio_ap_mdev_release - userspace closes a mediated device
 * @mdev: the mediated device
 *
 * Context: takes matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 01/13 <20210331152256.28129-2-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_release(mdev: mdev_device): void {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	mutex_lock(matrix_dev.lock);
	vfio_ap_mdev_unset_kvm(matrix_mdev);
	mutex_unlock(matrix_dev.lock);

	vfio_unregister_notifier(mdev_dev(mdev), VFIO_IOMMU_NOTIFY,
				 matrix_mdev.iommu_notifier);
	vfio_unregister_notifier(mdev_dev(mdev), VFIO_GROUP_NOTIFY,
				 matrix_mdev.group_notifier);
	module_put(THIS_MODULE);
}

/**
 * vfio_ap_mdev_get_device_info - answer VFIO_DEVICE_GET_INFO
 * @arg: where userspace has its struct vfio_device_info
 *
 * Return: 0, -EFAULT when it cannot be read or written, or -EINVAL when it is too
 * short.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_mdev_get_device_info(arg: bigint): number {
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
 * @mdev: the mediated device
 * @cmd: VFIO_DEVICE_GET_INFO or VFIO_DEVICE_RESET
 * @arg: the argument's address
 *
 * Context: takes matrix_dev->lock; a reset waits without it while the guest is set
 * or unset.
 * Return: what the request returns, or -EOPNOTSUPP for another one.
 * C: vfio_ap_ops.c, v14 01/13 <20210331152256.28129-2-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_ioctl(mdev: mdev_device, cmd: number, arg: bigint): number {
	let ret;
	let matrix_mdev: ap_matrix_mdev;

	mutex_lock(matrix_dev.lock);
	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		ret = vfio_ap_mdev_get_device_info(arg);
		break;
	case VFIO_DEVICE_RESET:
		matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);
		if (WARN(!matrix_mdev, "Driver data missing from mdev!!")) {
			ret = -EINVAL;
			break;
		}

		/* The guest may just be coming or going */
		wait_event_cmd(matrix_mdev.wait_for_kvm,
			       () => !matrix_mdev.kvm_busy,
			       () => mutex_unlock(matrix_dev.lock),
			       () => mutex_lock(matrix_dev.lock));

		ret = vfio_ap_mdev_reset_queues(mdev);
		break;
	default:
		ret = -EOPNOTSUPP;
		break;
	}
	mutex_unlock(matrix_dev.lock);

	return ret;
}

const vfio_ap_matrix_ops = new mdev_parent_ops({
	owner: THIS_MODULE,
	supported_type_groups: vfio_ap_mdev_type_groups,
	mdev_attr_groups: vfio_ap_mdev_attr_groups,
	create: vfio_ap_mdev_create,
	remove: vfio_ap_mdev_remove,
	open: vfio_ap_mdev_open,
	release: vfio_ap_mdev_release,
	ioctl: vfio_ap_mdev_ioctl,
});

/**
 * vfio_ap_mdev_register - offer mediated devices
 *
 * Return: 0, or the error of the mdev core.
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
export function vfio_ap_mdev_register(): number {
	atomic_set(matrix_dev.available_instances, MAX_ZDEV_ENTRIES_EXT);

	return mdev_register_device(matrix_dev.device, vfio_ap_matrix_ops);
}

/**
 * vfio_ap_mdev_unregister - offer mediated devices no longer; those there are go
 *
 * C: vfio_ap_ops.c, Linux 5.9
 * Unchanged since: v11
 */
export function vfio_ap_mdev_unregister(): void {
	mdev_unregister_device(matrix_dev.device);
}

/**
 * vfio_ap_queue_link_mdev - link a queue with the mediated device it is assigned to
 * @q: the queue
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 04/13 <20210331152256.28129-5-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_queue_link_mdev(q: vfio_ap_queue): void {
	const apid = AP_QID_CARD(q.apqn);
	const apqi = AP_QID_QUEUE(q.apqn);

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		if (test_bit_inv(apid, matrix_mdev.matrix.apm) &&
		    test_bit_inv(apqi, matrix_mdev.matrix.aqm)) {
			vfio_ap_mdev_link_queue(matrix_mdev, q);
			break;
		}
	}
}

/**
 * vfio_ap_mdev_probe_queue - a queue is being bound to the driver
 * @apdev: the queue's device
 *
 * Context: takes matrix_dev->lock; waits without it while the guest is set or unset.
 * Return: 0 or -ENOMEM.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 */
export function vfio_ap_mdev_probe_queue(apdev: ap_device): number {
	const q = kzalloc(vfio_ap_queue, GFP_KERNEL);
	if (!q)
		return -ENOMEM;
	mutex_lock(matrix_dev.lock);
	q.apqn = to_ap_queue(apdev.device).qid;
	q.saved_isc = VFIO_AP_ISC_INVALID;
	vfio_ap_queue_link_mdev(q);
	if (q.matrix_mdev) {
		/* Amid a change of the host the end of the scan does it, once for all */
		if (bitmap_empty(matrix_dev.ap_add, AP_DEVICES) &&
		    bitmap_empty(matrix_dev.aq_add, AP_DOMAINS)) {
			/* The guest may just be coming or going */
			wait_event_cmd(q.matrix_mdev.wait_for_kvm,
				       () => !q.matrix_mdev!.kvm_busy,
				       () => mutex_unlock(matrix_dev.lock),
				       () => mutex_lock(matrix_dev.lock));

			vfio_ap_mdev_refresh_apcb(q.matrix_mdev);
		}
	}
	dev_set_drvdata(apdev.device, q);
	mutex_unlock(matrix_dev.lock);

	return 0;
}

/**
 * vfio_ap_mdev_remove_queue - a queue is being taken from the driver
 * @apdev: the queue's device
 *
 * The guest loses it before it is reset.
 *
 * Context: takes matrix_dev->lock; waits without it while the guest is set or unset.
 * C: vfio_ap_ops.c, v14 08/13 <20210331152256.28129-9-akrowiak@linux.ibm.com>
 */
export function vfio_ap_mdev_remove_queue(apdev: ap_device): void {
	mutex_lock(matrix_dev.lock);
	const q = dev_get_drvdata<vfio_ap_queue>(apdev.device);

	if (q.matrix_mdev) {
		vfio_ap_mdev_unlink_queue_fr_mdev(q);

		/* The guest may just be coming or going */
		wait_event_cmd(q.matrix_mdev.wait_for_kvm,
			       () => !q.matrix_mdev!.kvm_busy,
			       () => mutex_unlock(matrix_dev.lock),
			       () => mutex_lock(matrix_dev.lock));

		vfio_ap_mdev_refresh_apcb(q.matrix_mdev);
	}

	vfio_ap_mdev_reset_queue(q, 1);
	dev_set_drvdata(apdev.device, null);
	kfree(q);
	mutex_unlock(matrix_dev.lock);
}

/**
 * vfio_ap_mdev_resource_in_use - whether any of some queues is assigned
 * @apm: their adapters
 * @aqm: their domains
 *
 * Context: caller holds ap_perms_mutex; takes matrix_dev->lock, if it is free: a
 * store that holds it may be waiting for ap_perms_mutex.
 * Return: 0, -EADDRINUSE when one is assigned, or -EBUSY when the lock was not free.
 * C: vfio_ap_ops.c, v14 10/13 <20210331152256.28129-11-akrowiak@linux.ibm.com>
 */
export function vfio_ap_mdev_resource_in_use(apm: Uint32Array, aqm: Uint32Array): number {
	if (!mutex_trylock(matrix_dev.lock))
		return -EBUSY;

	const ret = vfio_ap_mdev_verify_no_sharing(apm, aqm);
	mutex_unlock(matrix_dev.lock);

	return ret;
}

/**
 * vfio_ap_mdev_unlink_apids - end the links of all queues of some adapters
 * @matrix_mdev: the mediated device
 * @apid_rem: the adapters that the host has lost
 *
 * Each is reset before. Deleting the entry that the walk stands on ends the walk
 * of its chain: what stands behind it in there stays linked.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: whether there were any.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_unlink_apids(matrix_mdev: ap_matrix_mdev, apid_rem: Uint32Array): boolean {
	let apid;
	let q_unlinked = false;

	for (const q of hash_for_each<vfio_ap_queue>(matrix_mdev.qtable, "mdev_qnode")) {
		apid = AP_QID_CARD(q.apqn);
		if (test_bit_inv(apid, apid_rem)) {
			vfio_ap_mdev_reset_queue(q, 1);
			vfio_ap_mdev_unlink_queue(q);
			q_unlinked = true;
		}
	}

	return q_unlinked;
}

/**
 * vfio_ap_mdev_unlink_apqis - end the links of all queues of some domains
 * @matrix_mdev: the mediated device
 * @apqi_rem: the domains that the host has lost
 *
 * As vfio_ap_mdev_unlink_apids(), the unfinished walk included.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: whether there were any.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 */
function vfio_ap_mdev_unlink_apqis(matrix_mdev: ap_matrix_mdev, apqi_rem: Uint32Array): boolean {
	let apqi;
	let q_unlinked = false;

	for (const q of hash_for_each<vfio_ap_queue>(matrix_mdev.qtable, "mdev_qnode")) {
		apqi = AP_QID_QUEUE(q.apqn);
		if (test_bit_inv(apqi, apqi_rem)) {
			vfio_ap_mdev_reset_queue(q, 1);
			vfio_ap_mdev_unlink_queue(q);
			q_unlinked = true;
		}
	}

	return q_unlinked;
}

/**
 * vfio_ap_mdev_on_cfg_remove - take from the guests what the host has lost
 *
 * Whether domains were unlinked overrides whether adapters were; what one
 * mediated device left there stands for the next. Control domains are not looked
 * at.
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_on_cfg_remove(): void {
	let refresh_apcb = false;
	const aprem = DECLARE_BITMAP(AP_DEVICES);
	const aqrem = DECLARE_BITMAP(AP_DOMAINS);

	const cur_apm = matrix_dev.config_info.apm;
	const cur_aqm = matrix_dev.config_info.aqm;
	const prev_apm = matrix_dev.config_info_prev.apm;
	const prev_aqm = matrix_dev.config_info_prev.aqm;

	const ap_remove = bitmap_andnot(aprem, prev_apm, cur_apm, AP_DEVICES);
	const aq_remove = bitmap_andnot(aqrem, prev_aqm, cur_aqm, AP_DOMAINS);

	if (!ap_remove && !aq_remove)
		return;

	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		if (ap_remove)
			refresh_apcb = vfio_ap_mdev_unlink_apids(matrix_mdev,
								 aprem);

		if (aq_remove)
			refresh_apcb = vfio_ap_mdev_unlink_apqis(matrix_mdev,
								 aqrem);

		if (refresh_apcb)
			vfio_ap_mdev_refresh_apcb(matrix_mdev);
	}
}

/**
 * vfio_ap_mdev_on_cfg_add - remember what the host has got new, until scan complete
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_mdev_on_cfg_add(): void {
	const cur_apm = matrix_dev.config_info.apm;
	const cur_aqm = matrix_dev.config_info.aqm;
	const cur_adm = matrix_dev.config_info.adm;

	const prev_apm = matrix_dev.config_info_prev.apm;
	const prev_aqm = matrix_dev.config_info_prev.aqm;
	const prev_adm = matrix_dev.config_info_prev.adm;

	bitmap_andnot(matrix_dev.ap_add, cur_apm, prev_apm, AP_DEVICES);
	bitmap_andnot(matrix_dev.aq_add, cur_aqm, prev_aqm, AP_DOMAINS);
	bitmap_andnot(matrix_dev.ad_add, cur_adm, prev_adm, AP_DOMAINS);
}

/**
 * vfio_ap_init_mdev_matrixes - set the limits of all mediated devices anew
 * @config_info: the host's AP configuration
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 */
export function vfio_ap_init_mdev_matrixes(config_info: ap_config_info): void {
	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		vfio_ap_matrix_init(config_info, matrix_mdev.matrix);
		vfio_ap_matrix_init(config_info, matrix_mdev.shadow_apcb);
	}
}

/**
 * vfio_ap_on_cfg_changed - the host's AP configuration has changed
 * @new_config_info: what it is now
 * @old_config_info: what it was
 *
 * Context: takes matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 */
export function vfio_ap_on_cfg_changed(
	new_config_info: ap_config_info, old_config_info: ap_config_info,
): void {
	mutex_lock(matrix_dev.lock);
	memcpy(matrix_dev.config_info, new_config_info);
	memcpy(matrix_dev.config_info_prev, old_config_info);
	vfio_ap_init_mdev_matrixes(new_config_info);
	vfio_ap_mdev_on_cfg_remove();
	vfio_ap_mdev_on_cfg_add();
	mutex_unlock(matrix_dev.lock);
}

/**
 * vfio_ap_on_scan_complete - the AP bus has looked at what the change brought
 * @new_config_info: the host's AP configuration
 * @old_config_info: the one before the change
 *
 * Guests get what is new, if it was assigned to them and is bound by now. New
 * control domains are not forgotten afterwards.
 *
 * Context: takes matrix_dev->lock.
 * C: vfio_ap_ops.c, v14 12/13 <20210331152256.28129-13-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
export function vfio_ap_on_scan_complete(
	new_config_info: ap_config_info, old_config_info: ap_config_info,
): void {
	mutex_lock(matrix_dev.lock);
	for (const matrix_mdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		if (bitmap_intersects(matrix_mdev.matrix.apm,
				      matrix_dev.ap_add, AP_DEVICES) ||
		    bitmap_intersects(matrix_mdev.matrix.aqm,
				      matrix_dev.aq_add, AP_DOMAINS) ||
		    bitmap_intersects(matrix_mdev.matrix.adm,
				      matrix_dev.ad_add, AP_DOMAINS))
			vfio_ap_mdev_refresh_apcb(matrix_mdev);
	}

	bitmap_clear(matrix_dev.ap_add, 0, AP_DEVICES);
	bitmap_clear(matrix_dev.aq_add, 0, AP_DOMAINS);
	mutex_unlock(matrix_dev.lock);
}

export { vfio_ap_mdev_filter_apcb }; /* VISIBLE_IF_KUNIT */
