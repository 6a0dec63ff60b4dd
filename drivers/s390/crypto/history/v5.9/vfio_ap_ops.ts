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
 * C: drivers/s390/crypto/vfio_ap_ops.c, Linux 5.9
 */
import { memset } from "#linux/string.h";
import {
	VFIO_DEVICE_API_AP_STRING, VFIO_DEVICE_FLAGS_AP, VFIO_DEVICE_FLAGS_RESET,
	VFIO_DEVICE_GET_INFO,
	VFIO_DEVICE_RESET, VFIO_GROUP_NOTIFY, VFIO_GROUP_NOTIFY_SET_KVM, VFIO_IOMMU_NOTIFY,
	VFIO_IOMMU_NOTIFY_DMA_UNMAP, vfio_device_info, vfio_pin_pages, vfio_register_notifier,
	vfio_unpin_pages, vfio_unregister_notifier, type vfio_iommu_type1_dma_unmap,
} from "#v5.10/linux/vfio.h";
import {
	DEVICE_ATTR_RO, DEVICE_ATTR_WO, dev_get_drvdata, driver_find_device, driver_for_each_device,
	put_device, type device, type device_attribute,
} from "#linux/device.h";
import { list_add, list_del, list_for_each_entry } from "#linux/list.h";
import {
	clear_bit_inv, find_first_bit_inv, for_each_set_bit_inv, set_bit_inv, test_bit_inv,
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
import { DECLARE_BITMAP, bitmap_and } from "#linux/bitmap.h";
import { WARN_ONCE, WARN_ON_ONCE } from "#linux/bug.h";
import { container_of } from "#linux/container_of.h";
import { msleep } from "#linux/delay.h";
import {
	EADDRINUSE, EADDRNOTAVAIL, EBUSY, EFAULT, EINVAL, EIO, ENODEV, ENOMEM, EOPNOTSUPP, EPERM,
} from "#linux/errno.h";
import { IOMMU_READ, IOMMU_WRITE } from "#linux/iommu.h";
import type { kobject } from "#linux/kobject.h";
import { kstrtoul } from "#linux/kstrtox.h";
import {
	MDEV_TYPE_ATTR_RO, mdev_dev, mdev_from_dev, mdev_get_drvdata, mdev_parent_ops,
	mdev_register_device, mdev_set_drvdata, mdev_unregister_device, type mdev_device,
} from "#v5.10/linux/mdev.h";
import { low_memory } from "#asm/lowcore.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { NOTIFY_DONE, NOTIFY_OK, type notifier_block } from "#linux/notifier.h";
import { pr_warn } from "#linux/printk.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { sprintf, type char_buf } from "#linux/sprintf.h";
import { attribute_group } from "#linux/sysfs.h";
import { out } from "#linux/types.h";
import { copy_from_user, copy_to_user, offsetofend } from "#linux/uaccess.h";
import {
	AP_DEVICES, AP_DOMAINS,
	AP_RESPONSE_BUSY, AP_RESPONSE_CHECKSTOPPED, AP_RESPONSE_DECONFIGURED,
	AP_RESPONSE_INVALID_ADDRESS, AP_RESPONSE_NORMAL, AP_RESPONSE_OTHERWISE_CHANGED,
	AP_RESPONSE_Q_NOT_AVAIL, AP_RESPONSE_RESET_IN_PROGRESS, to_ap_queue,
} from "../../../../v5.10/s390/crypto/ap_bus.h.ts";

const VFIO_AP_MDEV_TYPE_HWVIRT = "passthrough";
const VFIO_AP_MDEV_NAME_HWVIRT = "VFIO AP Passthrough Device";

/**
 * match_apqn - whether a queue device has a number
 * @dev: the device
 * @data: the number
 *
 * Return: 1 or 0.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function match_apqn(dev: device, data: number): number {
	/* PORT: may be null */
	const q = low_memory(dev_get_drvdata<vfio_ap_queue>(dev), vfio_ap_queue);

	return (q.apqn === data) ? 1 : 0;
}

/**
 * vfio_ap_get_queue - a queue of a mediated device
 * @matrix_mdev: the mediated device
 * @apqn: the queue
 *
 * Who looks a queue up makes it the mediated device's: from here on the queue
 * knows it, until its interrupts are disabled.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: the queue, or null when it is not assigned, or not bound to this driver.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_get_queue(matrix_mdev: ap_matrix_mdev, apqn: number): vfio_ap_queue | null {
	if (!test_bit_inv(AP_QID_CARD(apqn), matrix_mdev.matrix.apm))
		return null;
	if (!test_bit_inv(AP_QID_QUEUE(apqn), matrix_mdev.matrix.aqm))
		return null;

	const dev = driver_find_device(matrix_dev.vfio_ap_drv!.driver, null,
				       apqn, match_apqn);
	if (!dev)
		return null;
	const q = dev_get_drvdata<vfio_ap_queue>(dev);
	q.matrix_mdev = matrix_mdev;
	put_device(dev);

	return q;
}

/**
 * vfio_ap_wait_for_irqclear - wait until a queue no longer interrupts
 * @apqn: the queue
 *
 * Looks up to 5 times, 20 ms apart, while the queue is good, busy or in a reset;
 * warns when the queue is anything else, or still interrupts at the end.
 *
 * C: vfio_ap_ops.c, Linux 5.9
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
 * @q: the queue
 *
 * That is the guest's interruption subclass, registered with the GIB, and the
 * pinned page of the notification indicator byte. Without a mediated device both
 * are only forgotten; with one, nobody checks that it has a guest.
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_free_aqic_resources(q: vfio_ap_queue): void {
	if (q.saved_isc !== VFIO_AP_ISC_INVALID && q.matrix_mdev)
		kvm_s390_gisc_unregister(q.matrix_mdev.kvm!, q.saved_isc);
	if (q.saved_pfn && q.matrix_mdev)
		vfio_unpin_pages(mdev_dev(q.matrix_mdev.mdev!),
				 [q.saved_pfn], 1);
	q.saved_pfn = 0n;
	q.saved_isc = VFIO_AP_ISC_INVALID;
}

/**
 * vfio_ap_irq_disable - make a queue stop interrupting
 * @q: the queue
 *
 * While the queue is busy or in a reset it is tried again, 20 ms later, up to 6
 * times in all. Whatever the end, the resources of the interrupts are freed, and
 * the queue forgets its mediated device.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: the status of the last PQAP(AQIC).
 * C: vfio_ap_ops.c, Linux 5.9
 */
export function vfio_ap_irq_disable(q: vfio_ap_queue): ap_queue_status {
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
	q.matrix_mdev = null;
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
 * A queue that is not assigned, or not bound, answers AP_RESPONSE_Q_NOT_AVAIL.
 *
 * Context: takes matrix_dev->lock.
 * Return: 0, or -EOPNOTSUPP to leave the instruction to userspace.
 * C: vfio_ap_ops.c, Linux 5.9
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

		const q = vfio_ap_get_queue(matrix_mdev, apqn);
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
 */
function vfio_ap_matrix_init(info: ap_config_info, matrix: ap_matrix): void {
	matrix.apm_max = info.apxa ? info.na : 63;
	matrix.aqm_max = info.apxa ? info.nd : 15;
	matrix.adm_max = info.apxa ? info.nd : 15;
}

/**
 * vfio_ap_mdev_create - a mediated device is being created
 * @kobj: its type
 * @mdev: the device
 *
 * Context: takes matrix_dev->lock.
 * Return: 0, -EPERM when there are too many, or -ENOMEM.
 * C: vfio_ap_ops.c, Linux 5.9
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
	vfio_ap_matrix_init(matrix_dev.info, matrix_mdev.matrix);
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
 * Return: 0, or -EBUSY while a guest uses it.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_mdev_remove(mdev: mdev_device): number {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	if (matrix_mdev.kvm)
		return -EBUSY;

	mutex_lock(matrix_dev.lock);
	vfio_ap_mdev_reset_queues(mdev);
	list_del(matrix_mdev.node);
	mutex_unlock(matrix_dev.lock);

	kfree(matrix_mdev);
	mdev_set_drvdata(mdev, null);
	atomic_inc(matrix_dev.available_instances);

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

/**
 * class vfio_ap_queue_reserved - what vfio_ap_has_queue() looks for
 * @apid: the adapter, null for any
 * @apqi: the domain, null for any
 * @reserved: whether there is one
 */
class vfio_ap_queue_reserved {
	apid: number | null = null;
	apqi: number | null = null;
	reserved = false;
}

/**
 * vfio_ap_has_queue - whether a queue device is of an adapter, of a domain, or both
 * @dev: the device, bound to this driver
 * @data: which, and where to note that it is
 *
 * Return: 0, or -EINVAL when neither adapter nor domain is given.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_has_queue(dev: device, data: vfio_ap_queue_reserved): number {
	const qres = data;
	const ap_queue = to_ap_queue(dev);
	let qid, id;

	if (qres.apid !== null && qres.apqi !== null) {
		qid = AP_MKQID(qres.apid, qres.apqi);
		if (qid === ap_queue.qid)
			qres.reserved = true;
	} else if (qres.apid !== null && qres.apqi === null) {
		id = AP_QID_CARD(ap_queue.qid);
		if (id === qres.apid)
			qres.reserved = true;
	} else if (qres.apid === null && qres.apqi !== null) {
		id = AP_QID_QUEUE(ap_queue.qid);
		if (id === qres.apqi)
			qres.reserved = true;
	} else {
		return -EINVAL;
	}

	return 0;
}

/**
 * vfio_ap_verify_queue_reserved - check that a queue is bound to this driver
 * @apid: its adapter, null for any
 * @apqi: its domain, null for any
 *
 * With only one of both, any queue of that adapter, or of that domain, will do.
 *
 * Return: 0, or -EADDRNOTAVAIL when there is none.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_verify_queue_reserved(apid: number | null, apqi: number | null): number {
	const qres = new vfio_ap_queue_reserved();

	qres.apid = apid;
	qres.apqi = apqi;
	qres.reserved = false;

	const ret = driver_for_each_device(matrix_dev.vfio_ap_drv!.driver, null,
					   qres, vfio_ap_has_queue);
	if (ret)
		return ret;

	if (qres.reserved)
		return 0;

	return -EADDRNOTAVAIL;
}

/**
 * vfio_ap_mdev_verify_queues_reserved_for_apid - check that the queues an adapter
 *						  brings are bound to this driver
 * @matrix_mdev: the mediated device it is to be assigned to
 * @apid: the adapter
 *
 * Without a domain assigned, one queue of the adapter will do.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: 0, or -EADDRNOTAVAIL when one is not.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_mdev_verify_queues_reserved_for_apid(
	matrix_mdev: ap_matrix_mdev, apid: number,
): number {
	let ret;
	const nbits = matrix_mdev.matrix.aqm_max + 1;

	if (find_first_bit_inv(matrix_mdev.matrix.aqm, nbits) >= nbits)
		return vfio_ap_verify_queue_reserved(apid, null);

	for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm, nbits)) {
		ret = vfio_ap_verify_queue_reserved(apid, apqi);
		if (ret)
			return ret;
	}

	return 0;
}

/**
 * vfio_ap_mdev_verify_no_sharing - check that no other mediated device has a queue
 * @matrix_mdev: the mediated device whose queues are looked for
 *
 * Context: caller holds matrix_dev->lock.
 * Return: 0, or -EADDRINUSE when one of them is assigned to another.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_mdev_verify_no_sharing(matrix_mdev: ap_matrix_mdev): number {
	const apm = DECLARE_BITMAP(AP_DEVICES);
	const aqm = DECLARE_BITMAP(AP_DOMAINS);

	for (const lstdev of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		if (matrix_mdev === lstdev)
			continue;

		memset(apm, 0);
		memset(aqm, 0);

		/*
		 * Whole longs are compared; what is beyond the limits is zero
		 * in both.
		 */
		if (!bitmap_and(apm, matrix_mdev.matrix.apm,
				lstdev.matrix.apm, AP_DEVICES))
			continue;

		if (!bitmap_and(aqm, matrix_mdev.matrix.aqm,
				lstdev.matrix.aqm, AP_DOMAINS))
			continue;

		return -EADDRINUSE;
	}

	return 0;
}

/**
 * assign_adapter_store - assign an adapter to a mediated device
 * @dev: the mediated device
 * @attr: its assign_adapter attribute
 * @buf: the APID, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock.
 * Return: @count; -EBUSY while a guest uses the mediated device, -EINVAL or
 * -ERANGE when @buf is no number, -ENODEV when the machine cannot have such an
 * adapter, -EADDRNOTAVAIL when a queue that would come with it is not bound to
 * this driver, -EADDRINUSE when another mediated device has one.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function assign_adapter_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apid = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	/* Not while a guest uses it */
	if (matrix_mdev.kvm)
		return -EBUSY;

	ret = kstrtoul(buf, 0, apid);
	if (ret)
		return ret;

	if (apid.v > matrix_mdev.matrix.apm_max)
		return -ENODEV;

	/* Bit 0 of the mask is the leftmost, as the hardware counts */
	mutex_lock(matrix_dev.lock);

	done: {
		share_err: {
			ret = vfio_ap_mdev_verify_queues_reserved_for_apid(matrix_mdev, apid.v);
			if (ret)
				break done;

			set_bit_inv(apid.v, matrix_mdev.matrix.apm);

			ret = vfio_ap_mdev_verify_no_sharing(matrix_mdev);
			if (ret)
				break share_err;

			ret = count;
			break done;

		} /* share_err: */
		clear_bit_inv(apid.v, matrix_mdev.matrix.apm);
	} /* done: */
	mutex_unlock(matrix_dev.lock);

	return ret;
}
const dev_attr_assign_adapter = DEVICE_ATTR_WO("assign_adapter", assign_adapter_store);

/**
 * unassign_adapter_store - take an adapter back from a mediated device
 * @dev: the mediated device
 * @attr: its unassign_adapter attribute
 * @buf: the APID, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock.
 * Return: @count; -EBUSY while a guest uses the mediated device, -EINVAL or
 * -ERANGE when @buf is no number, -ENODEV when the machine cannot have such an
 * adapter.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function unassign_adapter_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const apid = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	/* Not while a guest uses it */
	if (matrix_mdev.kvm)
		return -EBUSY;

	const ret = kstrtoul(buf, 0, apid);
	if (ret)
		return ret;

	if (apid.v > matrix_mdev.matrix.apm_max)
		return -ENODEV;

	mutex_lock(matrix_dev.lock);
	clear_bit_inv(apid.v, matrix_mdev.matrix.apm);
	mutex_unlock(matrix_dev.lock);

	return count;
}
const dev_attr_unassign_adapter = DEVICE_ATTR_WO("unassign_adapter", unassign_adapter_store);

/**
 * vfio_ap_mdev_verify_queues_reserved_for_apqi - check that the queues a domain
 *						  brings are bound to this driver
 * @matrix_mdev: the mediated device it is to be assigned to
 * @apqi: the domain
 *
 * Without an adapter assigned, one queue of the domain will do.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: 0, or -EADDRNOTAVAIL when one is not.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_mdev_verify_queues_reserved_for_apqi(
	matrix_mdev: ap_matrix_mdev, apqi: number,
): number {
	let ret;
	const nbits = matrix_mdev.matrix.apm_max + 1;

	if (find_first_bit_inv(matrix_mdev.matrix.apm, nbits) >= nbits)
		return vfio_ap_verify_queue_reserved(null, apqi);

	for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm, nbits)) {
		ret = vfio_ap_verify_queue_reserved(apid, apqi);
		if (ret)
			return ret;
	}

	return 0;
}

/**
 * assign_domain_store - assign a domain to a mediated device
 * @dev: the mediated device
 * @attr: its assign_domain attribute
 * @buf: the APQI, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock.
 * Return: @count; -EBUSY while a guest uses the mediated device, -EINVAL or
 * -ERANGE when @buf is no number, -ENODEV when the machine cannot have such a
 * domain, -EADDRNOTAVAIL when a queue that would come with it is not bound to
 * this driver, -EADDRINUSE when another mediated device has one.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function assign_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let ret;
	const apqi = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);
	const max_apqi = matrix_mdev.matrix.aqm_max;

	/* Not while a guest uses it */
	if (matrix_mdev.kvm)
		return -EBUSY;

	ret = kstrtoul(buf, 0, apqi);
	if (ret)
		return ret;
	if (apqi.v > max_apqi)
		return -ENODEV;

	mutex_lock(matrix_dev.lock);

	done: {
		share_err: {
			ret = vfio_ap_mdev_verify_queues_reserved_for_apqi(matrix_mdev, apqi.v);
			if (ret)
				break done;

			set_bit_inv(apqi.v, matrix_mdev.matrix.aqm);

			ret = vfio_ap_mdev_verify_no_sharing(matrix_mdev);
			if (ret)
				break share_err;

			ret = count;
			break done;

		} /* share_err: */
		clear_bit_inv(apqi.v, matrix_mdev.matrix.aqm);
	} /* done: */
	mutex_unlock(matrix_dev.lock);

	return ret;
}
const dev_attr_assign_domain = DEVICE_ATTR_WO("assign_domain", assign_domain_store);

/**
 * unassign_domain_store - take a domain back from a mediated device
 * @dev: the mediated device
 * @attr: its unassign_domain attribute
 * @buf: the APQI, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock.
 * Return: @count; -EBUSY while a guest uses the mediated device, -EINVAL or
 * -ERANGE when @buf is no number, -ENODEV when the machine cannot have such a
 * domain.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function unassign_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const apqi = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	/* Not while a guest uses it */
	if (matrix_mdev.kvm)
		return -EBUSY;

	const ret = kstrtoul(buf, 0, apqi);
	if (ret)
		return ret;

	if (apqi.v > matrix_mdev.matrix.aqm_max)
		return -ENODEV;

	mutex_lock(matrix_dev.lock);
	clear_bit_inv(apqi.v, matrix_mdev.matrix.aqm);
	mutex_unlock(matrix_dev.lock);

	return count;
}
const dev_attr_unassign_domain = DEVICE_ATTR_WO("unassign_domain", unassign_domain_store);

/**
 * assign_control_domain_store - assign a control domain to a mediated device
 * @dev: the mediated device
 * @attr: its assign_control_domain attribute
 * @buf: the domain number, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock.
 * Return: @count; -EBUSY while a guest uses the mediated device, -EINVAL or
 * -ERANGE when @buf is no number, -ENODEV when the machine cannot have such a
 * domain.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function assign_control_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const id = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	/* Not while a guest uses it */
	if (matrix_mdev.kvm)
		return -EBUSY;

	const ret = kstrtoul(buf, 0, id);
	if (ret)
		return ret;

	if (id.v > matrix_mdev.matrix.adm_max)
		return -ENODEV;

	/* Bit 0 of the mask is the leftmost, as the hardware counts */
	mutex_lock(matrix_dev.lock);
	set_bit_inv(id.v, matrix_mdev.matrix.adm);
	mutex_unlock(matrix_dev.lock);

	return count;
}
const dev_attr_assign_control_domain =
	DEVICE_ATTR_WO("assign_control_domain", assign_control_domain_store);

/**
 * unassign_control_domain_store - take a control domain back from a mediated device
 * @dev: the mediated device
 * @attr: its unassign_control_domain attribute
 * @buf: the domain number, as text
 * @count: length of @buf
 *
 * Context: takes matrix_dev->lock.
 * Return: @count; -EBUSY while a guest uses the mediated device, -EINVAL or
 * -ERANGE when @buf is no number, -ENODEV when the machine cannot have such a
 * domain.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function unassign_control_domain_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const domid = out(0);
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);
	const max_domid = matrix_mdev.matrix.adm_max;

	/* Not while a guest uses it */
	if (matrix_mdev.kvm)
		return -EBUSY;

	const ret = kstrtoul(buf, 0, domid);
	if (ret)
		return ret;
	if (domid.v > max_domid)
		return -ENODEV;

	mutex_lock(matrix_dev.lock);
	clear_bit_inv(domid.v, matrix_mdev.matrix.adm);
	mutex_unlock(matrix_dev.lock);

	return count;
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
 * matrix_show - the queues assigned to a mediated device, one a line
 * @dev: the mediated device
 * @attr: its matrix attribute
 * @buf: where to
 *
 * "AA.DDDD" for every adapter and domain; only adapters: "AA."; only domains:
 * ".DDDD". Nothing stops at the end of the page.
 *
 * Context: takes matrix_dev->lock.
 * Return: number of characters.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function matrix_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const mdev = mdev_from_dev(dev)!;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);
	let bufpos = 0;
	const napm_bits = matrix_mdev.matrix.apm_max + 1;
	const naqm_bits = matrix_mdev.matrix.aqm_max + 1;
	let nchars = 0;
	let n;

	const apid1 = find_first_bit_inv(matrix_mdev.matrix.apm, napm_bits);
	const apqi1 = find_first_bit_inv(matrix_mdev.matrix.aqm, naqm_bits);

	mutex_lock(matrix_dev.lock);

	if ((apid1 < napm_bits) && (apqi1 < naqm_bits)) {
		for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm, napm_bits)) {
			for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm,
								naqm_bits)) {
				n = sprintf(buf, bufpos, "%02lx.%04lx\n", apid,
					    apqi);
				bufpos += n;
				nchars += n;
			}
		}
	} else if (apid1 < napm_bits) {
		for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm, napm_bits)) {
			n = sprintf(buf, bufpos, "%02lx.\n", apid);
			bufpos += n;
			nchars += n;
		}
	} else if (apqi1 < naqm_bits) {
		for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm, naqm_bits)) {
			n = sprintf(buf, bufpos, ".%04lx\n", apqi);
			bufpos += n;
			nchars += n;
		}
	}

	mutex_unlock(matrix_dev.lock);

	return nchars;
}
const dev_attr_matrix = DEVICE_ATTR_RO("matrix", matrix_show);

const vfio_ap_mdev_attrs = [
	dev_attr_assign_adapter.attr,
	dev_attr_unassign_adapter.attr,
	dev_attr_assign_domain.attr,
	dev_attr_unassign_domain.attr,
	dev_attr_assign_control_domain.attr,
	dev_attr_unassign_control_domain.attr,
	dev_attr_control_domains.attr,
	dev_attr_matrix.attr,
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
 * Context: takes matrix_dev->lock.
 * Return: 0, or -EPERM when the guest uses another mediated device already.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_mdev_set_kvm(matrix_mdev: ap_matrix_mdev, kvm: kvm): number {
	mutex_lock(matrix_dev.lock);

	for (const m of list_for_each_entry<ap_matrix_mdev>(matrix_dev.mdev_list, "node")) {
		if ((m !== matrix_mdev) && (m.kvm === kvm)) {
			mutex_unlock(matrix_dev.lock);
			return -EPERM;
		}
	}

	matrix_mdev.kvm = kvm;
	kvm_get_kvm(kvm);
	kvm.arch.crypto.pqap_hook = matrix_mdev.pqap_hook;
	mutex_unlock(matrix_dev.lock);

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
 * vfio_ap_mdev_group_notifier - a guest comes or goes
 * @nb: the mediated device's notifier
 * @action: what happens; only VFIO_GROUP_NOTIFY_SET_KVM is of interest
 * @data: the guest, or null when it is gone
 *
 * A guest gets all that is assigned, for good.
 *
 * Context: no locks held around the masks: the C takes none.
 * Return: NOTIFY_OK, or NOTIFY_DONE when the guest could not be taken.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_mdev_group_notifier(
	nb: notifier_block, action: number, data: object | null,
): number {
	if (action !== VFIO_GROUP_NOTIFY_SET_KVM)
		return NOTIFY_OK;

	const matrix_mdev = container_of(nb, ap_matrix_mdev, "group_notifier");

	if (!data) {
		matrix_mdev.kvm = null;
		return NOTIFY_OK;
	}

	const ret = vfio_ap_mdev_set_kvm(matrix_mdev, data as kvm);
	if (ret)
		return NOTIFY_DONE;

	/* Without a CRYCB there is nowhere to copy masks to */
	if (!matrix_mdev.kvm!.arch.crypto.crycbd)
		return NOTIFY_DONE;

	kvm_arch_crypto_set_masks(matrix_mdev.kvm!, matrix_mdev.matrix.apm,
				  matrix_mdev.matrix.aqm,
				  matrix_mdev.matrix.adm);

	return NOTIFY_OK;
}

/**
 * vfio_ap_irq_disable_apqn - make a queue stop interrupting, if it is bound
 * @apqn: the queue
 *
 * Context: caller holds matrix_dev->lock.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_irq_disable_apqn(apqn: number): void {
	const dev = driver_find_device(matrix_dev.vfio_ap_drv!.driver, null,
				       apqn, match_apqn);
	if (dev) {
		const q = dev_get_drvdata<vfio_ap_queue>(dev);
		vfio_ap_irq_disable(q);
		put_device(dev);
	}
}

/**
 * vfio_ap_mdev_reset_queue - reset a queue and wait until it is empty
 * @apid: adapter of the queue
 * @apqi: domain of the queue
 * @retry: how often to try again, 20 ms later, while the queue is busy
 *
 * Return: 0, -EIO when the queue is not operational, -EBUSY when it stayed busy.
 * C: vfio_ap_ops.c, Linux 5.9
 */
export function vfio_ap_mdev_reset_queue(apid: number, apqi: number, retry: number): number {
	let status;
	let retry2 = 2;
	const apqn = AP_MKQID(apid, apqi);

	do {
		status = ap_zapq(apqn, 0);
		switch (status.response_code) {
		case AP_RESPONSE_NORMAL:
			while (!status.queue_empty && retry2--) {
				msleep(20);
				status = ap_tapq(apqn, null);
			}
			WARN_ON_ONCE(retry2 <= 0);
			return 0;
		case AP_RESPONSE_RESET_IN_PROGRESS:
		case AP_RESPONSE_BUSY:
			msleep(20);
			break;
		default:
			/* Nothing to be done about it */
			return -EIO;
		}
	} while (retry--);

	return -EBUSY;
}

/**
 * vfio_ap_mdev_reset_queues - reset all queues of a mediated device
 * @mdev: the mediated device
 *
 * All of the matrix, bound or not, and all of them even if one fails.
 *
 * Context: caller holds matrix_dev->lock.
 * Return: 0, or the error of the last one that failed.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_mdev_reset_queues(mdev: mdev_device): number {
	let ret;
	let rc = 0;
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	for (const apid of for_each_set_bit_inv(matrix_mdev.matrix.apm,
						matrix_mdev.matrix.apm_max + 1)) {
		for (const apqi of for_each_set_bit_inv(matrix_mdev.matrix.aqm,
							matrix_mdev.matrix.aqm_max + 1)) {
			ret = vfio_ap_mdev_reset_queue(apid, apqi, 1);
			/* Busy or broken, the others still have to be reset */
			if (ret)
				rc = ret;
			vfio_ap_irq_disable_apqn(AP_MKQID(apid, apqi));
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
 * Context: takes matrix_dev->lock, and kvm->lock under it.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_mdev_release(mdev: mdev_device): void {
	const matrix_mdev = mdev_get_drvdata<ap_matrix_mdev>(mdev);

	mutex_lock(matrix_dev.lock);
	if (matrix_mdev.kvm) {
		kvm_arch_crypto_clear_masks(matrix_mdev.kvm);
		matrix_mdev.kvm.arch.crypto.pqap_hook = null;
		vfio_ap_mdev_reset_queues(mdev);
		kvm_put_kvm(matrix_mdev.kvm);
		matrix_mdev.kvm = null;
	}
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
 * Return: 0, -EFAULT when it cannot be read, -EINVAL when it is too short, or
 * the number of bytes that could not be written.
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

	return copy_to_user(arg, info, minsz);
}

/**
 * vfio_ap_mdev_ioctl - userspace asks for something
 * @mdev: the mediated device
 * @cmd: VFIO_DEVICE_GET_INFO or VFIO_DEVICE_RESET
 * @arg: the argument's address
 *
 * Context: takes matrix_dev->lock.
 * Return: what the request returns, or -EOPNOTSUPP for another one.
 * C: vfio_ap_ops.c, Linux 5.9
 */
function vfio_ap_mdev_ioctl(mdev: mdev_device, cmd: number, arg: bigint): number {
	let ret;

	mutex_lock(matrix_dev.lock);
	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		ret = vfio_ap_mdev_get_device_info(arg);
		break;
	case VFIO_DEVICE_RESET:
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
 */
export function vfio_ap_mdev_register(): number {
	atomic_set(matrix_dev.available_instances, MAX_ZDEV_ENTRIES_EXT);

	return mdev_register_device(matrix_dev.device, vfio_ap_matrix_ops);
}

/**
 * vfio_ap_mdev_unregister - offer mediated devices no longer; those there are go
 *
 * C: vfio_ap_ops.c, Linux 5.9
 */
export function vfio_ap_mdev_unregister(): void {
	mdev_unregister_device(matrix_dev.device);
}
