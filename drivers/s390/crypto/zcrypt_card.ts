// SPDX-License-Identifier: GPL-2.0+
/*
 * zcrypt: crypto cards.
 *
 * Copyright IBM Corp. 2001, 2012
 * Author(s): Robert Burroughs
 *	      Eric Rossman (edrossma@us.ibm.com)
 *	      Cornelia Huck <cornelia.huck@de.ibm.com>
 *
 * Hotplug & misc device support: Jochen Roehrig (roehrig@de.ibm.com)
 * Major cleanup & driver split: Martin Schwidefsky <schwidefsky@de.ibm.com>
 *				 Ralph Wuerthner <rwuerthn@de.ibm.com>
 * MSGTYPE restruct:		 Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12.
 */
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { atomic_read } from "#linux/atomic.h";
import { ZCRYPT_DBF_INFO } from "./zcrypt_debug.h.ts";
import {
	zcrypt_card, zcrypt_card_list, zcrypt_list_lock, zcrypt_queue_force_online,
	zcrypt_queue_get, zcrypt_queue_put, type zcrypt_queue,
} from "./zcrypt_api.h.ts";
import { ap_send_online_uevent, to_ap_card } from "./ap_bus.h.ts";
import { container_of } from "#linux/container_of.h";
import {
	DEVICE_ATTR_RO, DEVICE_ATTR_RW, dev_get_drvdata, type device, type device_attribute,
} from "#linux/device.h";
import { EINVAL, ENODEV } from "#linux/errno.h";
import { kref_get, kref_init, kref_put } from "#linux/kref.h";
import {
	INIT_LIST_HEAD, list_add_tail, list_del_init, list_empty, list_for_each_entry,
} from "#linux/list.h";
import { spin_lock, spin_unlock } from "#linux/spinlock.h";
import { sscanf, type char_buf } from "#linux/sprintf.h";
import {
	attribute_group, sysfs_create_group, sysfs_emit, sysfs_remove_group,
} from "#linux/sysfs.h";
import { out, type embedded } from "#linux/types.h";

/**
 * type_show - the card's type in words
 * @dev: the card's device
 * @attr: its type attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
function type_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const zc = dev_get_drvdata<zcrypt_card>(dev);

	return sysfs_emit(buf, "%s\n", zc.type_string);
}

const dev_attr_type = DEVICE_ATTR_RO("type", type_show);

/**
 * online_show - whether the card takes requests, 1 or 0
 * @dev: the card's device
 * @attr: its online attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
function online_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const zc = dev_get_drvdata<zcrypt_card>(dev);
	const ac = to_ap_card(dev);
	const online = ac.config && !ac.chkstop && zc.online ? 1 : 0;

	return sysfs_emit(buf, "%d\n", online);
}

/**
 * online_store - take the card and all its queues online or offline
 * @dev: the card's device
 * @attr: its online attribute
 * @buf: "1" or "0"
 * @count: how many bytes were written
 *
 * Context: takes zcrypt_list_lock, and aq->lock of each queue that goes offline.
 * Return: @count, -EINVAL for any other text, or -ENODEV for a card that is
 * not configured or has checkstopped.
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
function online_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const zc = dev_get_drvdata<zcrypt_card>(dev);
	const ac = to_ap_card(dev);
	const online = out(0);
	let i = 0;
	let zq_uelist: zcrypt_queue[] | null = null;

	if (sscanf(buf, "%d\n", online) !== 1 || online.v < 0 || online.v > 1)
		return -EINVAL;

	if (online.v && (!ac.config || ac.chkstop))
		return -ENODEV;

	zc.online = online.v;
	const id = zc.card!.id;

	ZCRYPT_DBF_INFO("%s card=%02x online=%d\n", "online_store", id, online.v);

	ap_send_online_uevent(ac.ap_dev, online.v);

	spin_lock(zcrypt_list_lock);
	/*
	 * uevents are not for where a spinlock is held: note whom they are to
	 * be about, with a reference each.
	 */
	/* PORT: list_for_each_entry(), kcalloc(): an array needs no length beforehand */
	if (!list_empty(zc.zqueues))
		zq_uelist = [];
	for (const zq of list_for_each_entry<zcrypt_queue>(zc.zqueues, "list"))
		if (zcrypt_queue_force_online(zq, online.v))
			if (zq_uelist) {
				zcrypt_queue_get(zq);
				zq_uelist[i++] = zq;
			}
	spin_unlock(zcrypt_list_lock);
	if (zq_uelist) {
		for (i = 0; zq_uelist[i]; i++) {
			const zq = zq_uelist[i];
			ap_send_online_uevent(zq.queue!.ap_dev, online.v);
			zcrypt_queue_put(zq);
		}
	}

	return count;
}

const dev_attr_online = DEVICE_ATTR_RW("online", online_show, online_store);

/**
 * load_show - how much the card has to do, in decimal
 * @dev: the card's device
 * @attr: its load attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
function load_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const zc = dev_get_drvdata<zcrypt_card>(dev);

	return sysfs_emit(buf, "%d\n", atomic_read(zc.load));
}

const dev_attr_load = DEVICE_ATTR_RO("load", load_show);

const zcrypt_card_attrs = [
	dev_attr_type.attr,
	dev_attr_online.attr,
	dev_attr_load.attr,
];

const zcrypt_card_attr_group = new attribute_group({
	attrs: zcrypt_card_attrs,
});

/**
 * zcrypt_card_alloc - make a crypto card
 *
 * Return: the card, or null when there is no memory.
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
export function zcrypt_card_alloc(): zcrypt_card | null {

	const zc = kzalloc(zcrypt_card, GFP_KERNEL);
	if (!zc)
		return null;
	INIT_LIST_HEAD(zc.list);
	INIT_LIST_HEAD(zc.zqueues);
	kref_init(zc.refcount);
	return zc;
}

/**
 * zcrypt_card_free - give its memory back
 * @zc: the card
 *
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
export function zcrypt_card_free(zc: zcrypt_card): void {
	kfree(zc);
}

/**
 * zcrypt_card_release - the last reference to a card is gone
 * @kref: the count of references
 *
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
function zcrypt_card_release(kref: embedded): void {
	const zdev =
		container_of(kref, zcrypt_card, "refcount");
	zcrypt_card_free(zdev);
}

/**
 * zcrypt_card_get - hold the card too
 * @zc: the card
 *
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
export function zcrypt_card_get(zc: zcrypt_card): void {
	kref_get(zc.refcount);
}

/**
 * zcrypt_card_put - hold the card no longer
 * @zc: the card
 *
 * Return: whether this was the last reference.
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
export function zcrypt_card_put(zc: zcrypt_card): boolean {
	return kref_put(zc.refcount, zcrypt_card_release);
}

/**
 * zcrypt_card_register - make a card known, and give it its attributes
 * @zc: the card
 *
 * Context: takes zcrypt_list_lock.
 * Return: 0, or the error of the attributes; then the card is not known.
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
export function zcrypt_card_register(zc: zcrypt_card): number {

	spin_lock(zcrypt_list_lock);
	list_add_tail(zc.list, zcrypt_card_list);
	spin_unlock(zcrypt_list_lock);

	zc.online = 1;

	ZCRYPT_DBF_INFO("%s card=%02x register online=1\n",
			"zcrypt_card_register", zc.card!.id);

	const rc = sysfs_create_group(zc.card!.ap_dev.device.kobj,
				zcrypt_card_attr_group);
	if (rc) {
		spin_lock(zcrypt_list_lock);
		list_del_init(zc.list);
		spin_unlock(zcrypt_list_lock);
	}

	return rc;
}

/**
 * zcrypt_card_unregister - undo zcrypt_card_register(), and let go of the card
 * @zc: the card
 *
 * Context: takes zcrypt_list_lock.
 * C: drivers/s390/crypto/zcrypt_card.c, Linux 6.12
 */
export function zcrypt_card_unregister(zc: zcrypt_card): void {
	ZCRYPT_DBF_INFO("%s card=%02x unregister\n",
			"zcrypt_card_unregister", zc.card!.id);

	spin_lock(zcrypt_list_lock);
	list_del_init(zc.list);
	spin_unlock(zcrypt_list_lock);
	sysfs_remove_group(zc.card!.ap_dev.device.kobj,
			   zcrypt_card_attr_group);
	zcrypt_card_put(zc);
}
