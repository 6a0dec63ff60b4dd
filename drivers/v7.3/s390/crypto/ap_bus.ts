// SPDX-License-Identifier: GPL-2.0+
/*
 * The AP bus of Linux 7.3: what it has otherwise than 6.12's, which is the rest of it. A queue
 * may have a driver override instead of being reserved by the masks, and a change of one mask
 * asks for all of the other dimension whether something is in use.
 *
 * Copyright IBM Corp. 2006, 2023
 * Author(s): Cornelia Huck <cornelia.huck@de.ibm.com>
 *	      Martin Schwidefsky <schwidefsky@de.ibm.com>
 *	      Ralph Wuerthner <rwuerthn@de.ibm.com>
 *	      Felix Beck <felix.beck@de.ibm.com>
 *	      Holger Dengler <hd@linux.vnet.ibm.com>
 *	      Harald Freudenberger <freude@linux.ibm.com>
 *
 * C: drivers/s390/crypto/ap_bus.c and ap_queue.c, Linux 7.3.
 */
import { AP_MKQID, AP_QID_CARD, AP_QID_QUEUE } from "#asm/ap.h";
import { test_bit_inv } from "#asm/bitops.h";
import {
	DECLARE_BITMAP, bitmap_andnot, bitmap_fill, bitmap_full,
} from "#linux/bitmap.h";
import { BITS_TO_LONGS } from "#linux/bitops.h";
import { reinit_completion } from "#linux/completion.h";
import {
	DEVICE_ATTR_RW, attribute_group, bus_for_each_dev, bus_for_each_drv, device_reprobe,
	get_device, put_device,
	sysfs_emit, type bus_type, type device, type device_attribute, type device_driver,
} from "#linux/device.h";
import { EBUSY, EINVAL, ENODEV, ERESTARTSYS } from "#linux/errno.h";
import { hash_add, hash_del } from "#linux/hashtable.h";
import { early_initcall } from "#linux/init.h";
import { module_put, try_module_get } from "#linux/module.h";
import { mutex_lock, mutex_lock_interruptible, mutex_unlock } from "#linux/mutex.h";
import { pr_debug } from "#linux/printk.h";
import { spin_lock_bh, spin_unlock_bh } from "#linux/spinlock.h";
import type { char_buf } from "#linux/sprintf.h";
import { memcmp, memcpy } from "#linux/string.h";
import {
	ap_apqn_bindings_complete, ap_bus_type, ap_parse_bitmap_str, ap_send_mask_changed_uevent,
	bus_attr_apmask, bus_attr_aqmask, is_queue_dev,
} from "../../../s390/crypto/ap_bus.ts";
import {
	AP_DEVICES, AP_DOMAINS, AP_DRIVER_FLAG_DEFAULT, ap_driver, ap_get_qdev, ap_perms,
	ap_perms_mutex as ap_attr_mutex, ap_queues, ap_queues_lock,
	to_ap_card, to_ap_dev, to_ap_drv,
	to_ap_queue,
} from "../../../s390/crypto/ap_bus.h.ts";
import { AP_DBF_WARN } from "../../../s390/crypto/ap_debug.h.ts";
import { ap_queue_dev_attr_groups, ap_queue_dev_attrs } from "../../../s390/crypto/ap_queue.ts";
import {
	__device_set_driver_override, device_has_driver_override, device_match_driver_override,
	driver_override_name,
} from "../../base/dd.ts";

/** ap_apmask_aqmask_in_use - apmask or aqmask is not all ones, since somebody stored it */
let ap_apmask_aqmask_in_use = false;
/** ap_driver_override_ctr - how many queues have a driver override */
let ap_driver_override_ctr = 0;

early_initcall(() => {
	ap_apmask_aqmask_in_use = false;
	ap_driver_override_ctr = 0;
});

/**
 * __ap_revise_reserved - let a queue look for a driver again if it is bound to
 *			  one of the wrong kind
 * @dev: a device
 * @dummy: nothing
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
function __ap_revise_reserved(dev: device, dummy: unknown): number {
	let rc, card, queue, devres, drvres, ovrd;

	if (is_queue_dev(dev)) {
		/* PORT: for a queue without a driver C reads low memory: no name, no flags, here */
		const ap_drv = dev.driver !== null ? to_ap_drv(dev.driver) : new ap_driver();
		const aq = to_ap_queue(dev);

		card = AP_QID_CARD(aq.qid);
		queue = AP_QID_QUEUE(aq.qid);

		ovrd = device_match_driver_override(dev, ap_drv.driver);
		if (ovrd > 0) {
			/* it is the one that may */
		} else if (ovrd === 0) {
			pr_debug("reprobing queue=%02x.%04x\n", card, queue);
			rc = device_reprobe(dev);
			if (rc) {
				AP_DBF_WARN("%s reprobing queue=%02x.%04x failed\n",
					    "__ap_revise_reserved", card, queue);
			}
		} else {
			mutex_lock(ap_attr_mutex);
			devres = test_bit_inv(card, ap_perms.apm) &&
				test_bit_inv(queue, ap_perms.aqm);
			mutex_unlock(ap_attr_mutex);
			drvres = ap_drv.flags & AP_DRIVER_FLAG_DEFAULT;
			if (!!devres !== !!drvres) {
				pr_debug("reprobing queue=%02x.%04x\n", card, queue);
				rc = device_reprobe(dev);
				if (rc) {
					AP_DBF_WARN("%s reprobing queue=%02x.%04x failed\n",
						    "__ap_revise_reserved", card, queue);
				}
			}
		}
	}

	return 0;
}

/**
 * ap_bus_revise_bindings - after a change of apmask or aqmask, give every queue
 *			    to a driver of the right kind
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
function ap_bus_revise_bindings(): void {
	bus_for_each_dev(ap_bus_type, null, null, __ap_revise_reserved);
}

/**
 * ap_owned_by_def_drv - whether a queue is reserved for the default drivers
 * @card: APID
 * @queue: APQI
 *
 * A driver override says more than the masks.
 *
 * Context: ap_attr_mutex is held.
 * Return: 1 or 0, -EINVAL for numbers that no queue has.
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
export function ap_owned_by_def_drv(card: number, queue: number): number {
	let rc = 0;

	if (card < 0 || card >= AP_DEVICES || queue < 0 || queue >= AP_DOMAINS)
		return -EINVAL;

	out: {
		const aq = ap_get_qdev(AP_MKQID(card, queue));
		if (aq) {
			const drv = aq.ap_dev.device.driver;
			const override = device_has_driver_override(aq.ap_dev.device);

			if (override && drv && to_ap_drv(drv).flags & AP_DRIVER_FLAG_DEFAULT)
				rc = 1;
			put_device(aq.ap_dev.device);
			if (override)
				break out;
		}

		if (test_bit_inv(card, ap_perms.apm) &&
		    test_bit_inv(queue, ap_perms.aqm))
			rc = 1;

	} /* out: */
	return rc;
}

/**
 * ap_apqn_in_matrix_owned_by_def_drv - whether any queue of a matrix is reserved
 *					for the default drivers
 * @apm: the matrix's adapters
 * @aqm: the matrix's domains
 *
 * Context: ap_attr_mutex is held.
 * Return: 1 or 0.
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
export function ap_apqn_in_matrix_owned_by_def_drv(apm: Uint32Array, aqm: Uint32Array): number {
	let card, queue, rc = 0;

	for (card = 0; !rc && card < AP_DEVICES; card++)
		if (test_bit_inv(card, apm))
			for (queue = 0; !rc && queue < AP_DOMAINS; queue++)
				if (test_bit_inv(queue, aqm))
					rc = ap_owned_by_def_drv(card, queue);

	return rc;
}

/**
 * ap_device_probe - offer a device to a driver that matches
 * @dev: the device; its driver is set
 *
 * Queues that apmask and aqmask reserve are for the default drivers only, all
 * others for the other drivers only; a driver override says more than the masks.
 *
 * Return: 0, -ENODEV if the driver is not to have it, or the driver's error.
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
function ap_device_probe(dev: device): number {
	const ap_dev = to_ap_dev(dev);
	const ap_drv = to_ap_drv(dev.driver!);
	let card, queue, devres, drvres, rc = -ENODEV, ovrd;

	if (!get_device(dev))
		return rc;

	out: {
		if (is_queue_dev(dev)) {
			card = AP_QID_CARD(to_ap_queue(dev).qid);
			queue = AP_QID_QUEUE(to_ap_queue(dev).qid);
			ovrd = device_match_driver_override(dev, ap_drv.driver);
			if (ovrd > 0) {
				/* it is the one that may */
			} else if (ovrd === 0) {
				break out;
			} else {
				mutex_lock(ap_attr_mutex);
				devres = test_bit_inv(card, ap_perms.apm) &&
					test_bit_inv(queue, ap_perms.aqm);
				mutex_unlock(ap_attr_mutex);
				drvres = ap_drv.flags & AP_DRIVER_FLAG_DEFAULT;
				if (!!devres !== !!drvres)
					break out;
			}
		}

		/* Bindings may be complete again after this. */
		reinit_completion(ap_apqn_bindings_complete);

		/* What has a driver is polled. */
		spin_lock_bh(ap_queues_lock);
		if (is_queue_dev(dev))
			hash_add(ap_queues, to_ap_queue(dev).hnode,
				 to_ap_queue(dev).qid);
		spin_unlock_bh(ap_queues_lock);

		rc = ap_drv.probe ? ap_drv.probe(ap_dev) : -ENODEV;

		if (rc) {
			spin_lock_bh(ap_queues_lock);
			if (is_queue_dev(dev))
				hash_del(to_ap_queue(dev).hnode);
			spin_unlock_bh(ap_queues_lock);
		}

	} /* out: */
	if (rc) {
		put_device(dev);
	} else {
		if (is_queue_dev(dev)) {
			pr_debug("queue=%02x.%04x new driver=%s\n",
				 card, queue, ap_drv.driver.name);
		} else {
			pr_debug("card=%02x new driver=%s\n",
				 to_ap_card(dev).id, ap_drv.driver.name);
		}
	}
	return rc;
}

/**
 * __verify_card_reservations - whether a driver can do without what is to be reserved
 * @drv: the driver
 * @data: adapters that are about to be reserved for the default drivers
 *
 * Context: ap_attr_mutex is held.
 * Return: 0, or -EBUSY when the driver has a queue of them in use.
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
function __verify_card_reservations(drv: device_driver, data: unknown): number {
	let rc = 0;
	const ap_drv = to_ap_drv(drv);
	const newapm = data as Uint32Array;
	const aqm_any = DECLARE_BITMAP(AP_DOMAINS);

	/* The driver must not go away meanwhile. */
	if (!try_module_get(drv.owner))
		return 0;

	if (ap_drv.in_use) {
		bitmap_fill(aqm_any, AP_DOMAINS);
		rc = Number(ap_drv.in_use(newapm, aqm_any));
		if (rc)
			rc = -EBUSY;
	}

	module_put(drv.owner);

	return rc;
}

/**
 * apmask_commit - make a new apmask valid, unless a driver objects
 * @newapm: the new mask
 *
 * Context: ap_attr_mutex is held.
 * Return: 0 or -EBUSY.
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
function apmask_commit(newapm: Uint32Array): number {
	let rc;
	const reserved = new Uint32Array(BITS_TO_LONGS(AP_DEVICES) * 2);

	/* What comes to the default drivers leaves the others. */
	if (bitmap_andnot(reserved, newapm, ap_perms.apm, AP_DEVICES)) {
		rc = bus_for_each_drv(ap_bus_type, null, reserved,
				      __verify_card_reservations);
		if (rc)
			return rc;
	}

	memcpy(ap_perms.apm, newapm);

	ap_apmask_aqmask_in_use =
		!(bitmap_full(ap_perms.apm, AP_DEVICES) &&
		  bitmap_full(ap_perms.aqm, AP_DOMAINS));

	return 0;
}

/**
 * apmask_store - reserve other adapters for the default drivers
 * @bus: the bus
 * @buf: what was written
 * @count: its length
 *
 * Context: takes ap_attr_mutex.
 * Return: @count; -EINVAL, also for a driver override; -EBUSY if a driver has a queue in use.
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
function apmask_store(bus: bus_type, buf: string, count: number): number {
	const newapm = DECLARE_BITMAP(AP_DEVICES);
	let rc = -EINVAL, changes = 0;

	if (mutex_lock_interruptible(ap_attr_mutex))
		return -ERESTARTSYS;

	done: {
		/* Either masks or overrides */
		if (ap_driver_override_ctr)
			break done;

		rc = ap_parse_bitmap_str(buf, ap_perms.apm, AP_DEVICES, newapm);
		if (rc)
			break done;

		changes = memcmp(ap_perms.apm, newapm);
		if (changes)
			rc = apmask_commit(newapm);

	} /* done: */
	mutex_unlock(ap_attr_mutex);
	if (rc)
		return rc;

	if (changes) {
		ap_bus_revise_bindings();
		ap_send_mask_changed_uevent(newapm, null);
	}

	return count;
}

/**
 * __verify_queue_reservations - whether a driver can do without what is to be reserved
 * @drv: the driver
 * @data: domains that are about to be reserved for the default drivers
 *
 * Context: ap_attr_mutex is held.
 * Return: 0, or -EBUSY when the driver has a queue of them in use.
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
function __verify_queue_reservations(drv: device_driver, data: unknown): number {
	let rc = 0;
	const ap_drv = to_ap_drv(drv);
	const newaqm = data as Uint32Array;
	const apm_any = DECLARE_BITMAP(AP_DEVICES);

	/* The driver must not go away meanwhile. */
	if (!try_module_get(drv.owner))
		return 0;

	if (ap_drv.in_use) {
		bitmap_fill(apm_any, AP_DEVICES);
		rc = Number(ap_drv.in_use(apm_any, newaqm));
		if (rc)
			rc = -EBUSY;
	}

	module_put(drv.owner);

	return rc;
}

/**
 * aqmask_commit - make a new aqmask valid, unless a driver objects
 * @newaqm: the new mask
 *
 * Context: ap_attr_mutex is held.
 * Return: 0 or -EBUSY.
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
function aqmask_commit(newaqm: Uint32Array): number {
	let rc;
	const reserved = new Uint32Array(BITS_TO_LONGS(AP_DOMAINS) * 2);

	/* What comes to the default drivers leaves the others. */
	if (bitmap_andnot(reserved, newaqm, ap_perms.aqm, AP_DOMAINS)) {
		rc = bus_for_each_drv(ap_bus_type, null, reserved,
				      __verify_queue_reservations);
		if (rc)
			return rc;
	}

	memcpy(ap_perms.aqm, newaqm);

	ap_apmask_aqmask_in_use =
		!(bitmap_full(ap_perms.apm, AP_DEVICES) &&
		  bitmap_full(ap_perms.aqm, AP_DOMAINS));

	return 0;
}

/**
 * aqmask_store - reserve other domains for the default drivers
 * @bus: the bus
 * @buf: what was written
 * @count: its length
 *
 * Context: takes ap_attr_mutex.
 * Return: @count; -EINVAL, also for a driver override; -EBUSY if a driver has a queue in use.
 * C: drivers/s390/crypto/ap_bus.c, Linux 7.3
 */
function aqmask_store(bus: bus_type, buf: string, count: number): number {
	const newaqm = DECLARE_BITMAP(AP_DOMAINS);
	let rc = -EINVAL, changes = 0;

	if (mutex_lock_interruptible(ap_attr_mutex))
		return -ERESTARTSYS;

	done: {
		/* Either masks or overrides */
		if (ap_driver_override_ctr)
			break done;

		rc = ap_parse_bitmap_str(buf, ap_perms.aqm, AP_DOMAINS, newaqm);
		if (rc)
			break done;

		changes = memcmp(ap_perms.aqm, newaqm);
		if (changes)
			rc = aqmask_commit(newaqm);

	} /* done: */
	mutex_unlock(ap_attr_mutex);
	if (rc)
		return rc;

	if (changes) {
		ap_bus_revise_bindings();
		ap_send_mask_changed_uevent(null, newaqm);
	}

	return count;
}

/**
 * driver_override_show - the only driver that may have a queue
 * @dev: the queue's device
 * @attr: its driver_override attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_queue.c, Linux 7.3
 */
function driver_override_show(dev: device, attr: device_attribute, buf: char_buf): number {
	return sysfs_emit(buf, "%s\n", driver_override_name(dev) ?? "");
}

/**
 * driver_override_store - say which driver may have a queue
 * @dev: the queue's device
 * @attr: its driver_override attribute
 * @buf: the driver's name; nothing for any
 * @count: number of bytes in @buf
 *
 * Context: takes ap_attr_mutex.
 * Return: @count; -EINVAL, also where the masks are in use; -ENOMEM.
 * C: drivers/s390/crypto/ap_queue.c, Linux 7.3
 */
function driver_override_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let rc = -EINVAL;

	if (mutex_lock_interruptible(ap_attr_mutex))
		return -ERESTARTSYS;

	out: {
		/* Either masks or overrides */
		if (ap_apmask_aqmask_in_use)
			break out;

		const old_value = device_has_driver_override(dev);
		rc = __device_set_driver_override(dev, buf, count);
		if (rc)
			break out;
		if (old_value && !device_has_driver_override(dev))
			--ap_driver_override_ctr;
		else if (!old_value && device_has_driver_override(dev))
			++ap_driver_override_ctr;

		rc = count;

	} /* out: */
	mutex_unlock(ap_attr_mutex);
	return rc;
}

const dev_attr_driver_override = DEVICE_ATTR_RW("driver_override",
						driver_override_show, driver_override_store);

/* What the bus of 6.12 has in the places of these. */
const today = {
	probe: ap_bus_type.probe,
	apmask_store: bus_attr_apmask.store, aqmask_store: bus_attr_aqmask.store,
	queue_attr_group: ap_queue_dev_attr_groups[0]!,
};

const ap_queue_dev_attr_group = new attribute_group({
	attrs: [...ap_queue_dev_attrs, dev_attr_driver_override.attr],
});

/**
 * ap_bus_set_overrides - let the bus be that of Linux 7.3 from the next boot on, or that of 6.12
 *
 * PORT: one machine boots either; the kernel's own tables of functions are where they differ.
 */
export function ap_bus_set_overrides(on: boolean): void {
	ap_bus_type.probe = on ? ap_device_probe : today.probe;
	bus_attr_apmask.store = on ? apmask_store : today.apmask_store;
	bus_attr_aqmask.store = on ? aqmask_store : today.aqmask_store;
	ap_queue_dev_attr_groups[0] = on ? ap_queue_dev_attr_group : today.queue_attr_group;
}
