// SPDX-License-Identifier: GPL-2.0+
/*
 * zcrypt: queues of crypto cards.
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
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12.
 */
import { GFP_KERNEL, kfree, kzalloc, should_failslab, type gfp_t } from "#linux/slab.h";
import { atomic_read } from "#linux/atomic.h";
import { ZCRYPT_DBF_INFO } from "./zcrypt_debug.h.ts";
import {
	zcrypt_card_get, zcrypt_card_put, zcrypt_list_lock, zcrypt_queue, type zcrypt_card,
} from "./zcrypt_api.h.ts";
import { ap_flush_queue, ap_message, ap_send_online_uevent, to_ap_queue } from "./ap_bus.h.ts";
import { AP_QID_CARD, AP_QID_QUEUE } from "#asm/ap.h";
import { container_of } from "#linux/container_of.h";
import {
	DEVICE_ATTR_RO, DEVICE_ATTR_RW, dev_get_drvdata, type device, type device_attribute,
} from "#linux/device.h";
import { EINVAL, ENODEV } from "#linux/errno.h";
import { kref_get, kref_init, kref_put } from "#linux/kref.h";
import { INIT_LIST_HEAD, list_add_tail, list_del_init } from "#linux/list.h";
import { spin_lock, spin_unlock } from "#linux/spinlock.h";
import { sscanf, type char_buf } from "#linux/sprintf.h";
import {
	attribute_group, sysfs_create_group, sysfs_emit, sysfs_remove_group,
} from "#linux/sysfs.h";
import { out, type embedded } from "#linux/types.h";

/**
 * online_show - whether the queue takes requests, 1 or 0
 * @dev: the queue's device
 * @attr: its online attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
function online_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const zq = dev_get_drvdata<zcrypt_queue>(dev);
	const aq = to_ap_queue(dev);
	const online = aq.config && !aq.chkstop && zq.online ? 1 : 0;

	return sysfs_emit(buf, "%d\n", online);
}

/**
 * online_store - take the queue online or offline
 * @dev: the queue's device
 * @attr: its online attribute
 * @buf: "1" or "0"
 * @count: how many bytes were written
 *
 * Context: takes aq->lock to flush the requests of a queue that goes offline.
 * Return: @count, -EINVAL for any other text or while the card is offline, or
 * -ENODEV where card or queue is not configured or has checkstopped.
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
function online_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const zq = dev_get_drvdata<zcrypt_queue>(dev);
	const aq = to_ap_queue(dev);
	const zc = zq.zcard!;
	const online = out(0);

	if (sscanf(buf, "%d\n", online) !== 1 || online.v < 0 || online.v > 1)
		return -EINVAL;

	if (online.v && (!aq.config || !aq.card!.config ||
			 aq.chkstop || aq.card!.chkstop))
		return -ENODEV;
	if (online.v && !zc.online)
		return -EINVAL;
	zq.online = online.v;

	ZCRYPT_DBF_INFO("%s queue=%02x.%04x online=%d\n",
			"online_store", AP_QID_CARD(zq.queue!.qid),
			AP_QID_QUEUE(zq.queue!.qid), online.v);

	ap_send_online_uevent(aq.ap_dev, online.v);

	if (!online.v)
		ap_flush_queue(zq.queue!);
	return count;
}

const dev_attr_online = DEVICE_ATTR_RW("online", online_show, online_store);

/**
 * load_show - how much the queue has to do, in decimal
 * @dev: the queue's device
 * @attr: its load attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
function load_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const zq = dev_get_drvdata<zcrypt_queue>(dev);

	return sysfs_emit(buf, "%d\n", atomic_read(zq.load));
}

const dev_attr_load = DEVICE_ATTR_RO("load", load_show);

const zcrypt_queue_attrs = [
	dev_attr_online.attr,
	dev_attr_load.attr,
];

const zcrypt_queue_attr_group = new attribute_group({
	attrs: zcrypt_queue_attrs,
});

/**
 * zcrypt_queue_force_online - take a queue online or offline with its card
 * @zq: the queue
 * @online: 1 or 0
 *
 * Context: takes aq->lock to flush the requests of a queue that goes offline.
 * Return: whether this is a change.
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
export function zcrypt_queue_force_online(zq: zcrypt_queue, online: number): boolean {
	if (!!zq.online !== !!online) {
		zq.online = online;
		if (!online)
			ap_flush_queue(zq.queue!);
		return true;
	}
	return false;
}

/* The messages that take replies, by their size in bytes */
const replies = new Map<number, ap_message>();

/*
 * PORT: in C each queue has its own. A reply is handed over before the next one is fetched,
 * whichever queue that comes from, so here all share one, of 12 KB, where C has 65,536.
 */
function reply_of(size: number, flags: gfp_t): ap_message | null {
	let reply = replies.get(size);

	if (should_failslab())
		return null;
	if (reply === undefined) {
		reply = new ap_message();
		reply.msg = new Uint8Array(size);
		reply.bufsize = size;
		replies.set(size, reply);
	}
	return reply;
}

/**
 * zcrypt_queue_alloc - make a queue of a crypto card
 * @reply_buf_size: the longest reply, in bytes
 *
 * Return: the queue, or null when there is no memory.
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
export function zcrypt_queue_alloc(reply_buf_size: number): zcrypt_queue | null {

	const zq = kzalloc(zcrypt_queue, GFP_KERNEL);
	if (!zq)
		return null;
	out_free: {
		zq.reply = reply_of(reply_buf_size, GFP_KERNEL); /* PORT: kmalloc(): see there */
		if (!zq.reply)
			break out_free;
		INIT_LIST_HEAD(zq.list);
		kref_init(zq.refcount);
		return zq;

	} /* out_free: */
	kfree(zq);
	return null;
}

/**
 * zcrypt_queue_free - give its memory back
 * @zq: the queue
 *
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
export function zcrypt_queue_free(zq: zcrypt_queue): void {
	kfree(zq); /* PORT: kfree(): the reply stays, for others */
}

/**
 * zcrypt_queue_release - the last reference to a queue is gone
 * @kref: the count of references
 *
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
function zcrypt_queue_release(kref: embedded): void {
	const zq =
		container_of(kref, zcrypt_queue, "refcount");
	zcrypt_queue_free(zq);
}

/**
 * zcrypt_queue_get - hold the queue too
 * @zq: the queue
 *
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
export function zcrypt_queue_get(zq: zcrypt_queue): void {
	kref_get(zq.refcount);
}

/**
 * zcrypt_queue_put - hold the queue no longer
 * @zq: the queue
 *
 * Return: whether this was the last reference.
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
export function zcrypt_queue_put(zq: zcrypt_queue): boolean {
	return kref_put(zq.refcount, zcrypt_queue_release);
}

/**
 * zcrypt_queue_register - make a queue known, and give it its attributes
 * @zq: the queue; its card is known already
 *
 * Context: takes zcrypt_list_lock.
 * Return: 0, or the error of the attributes; then the queue is not known.
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
export function zcrypt_queue_register(zq: zcrypt_queue): number {
	let rc;

	spin_lock(zcrypt_list_lock);
	const zc = dev_get_drvdata<zcrypt_card>(zq.queue!.card!.ap_dev.device);
	zcrypt_card_get(zc);
	zq.zcard = zc;
	zq.online = 1;

	ZCRYPT_DBF_INFO("%s queue=%02x.%04x register online=1\n",
			"zcrypt_queue_register", AP_QID_CARD(zq.queue!.qid),
			AP_QID_QUEUE(zq.queue!.qid));

	list_add_tail(zq.list, zc.zqueues);
	spin_unlock(zcrypt_list_lock);

	out: {
		rc = sysfs_create_group(zq.queue!.ap_dev.device.kobj,
					zcrypt_queue_attr_group);
		if (rc)
			break out;

		/* PORT: zcrypt_rng_device_add(), out_unregister: no pool of random numbers */
		return 0;

	} /* out: */
	spin_lock(zcrypt_list_lock);
	list_del_init(zq.list);
	spin_unlock(zcrypt_list_lock);
	zcrypt_card_put(zc);
	return rc;
}

/**
 * zcrypt_queue_unregister - undo zcrypt_queue_register(), and let go of the queue
 * @zq: the queue
 *
 * Context: takes zcrypt_list_lock.
 * C: drivers/s390/crypto/zcrypt_queue.c, Linux 6.12
 */
export function zcrypt_queue_unregister(zq: zcrypt_queue): void {

	ZCRYPT_DBF_INFO("%s queue=%02x.%04x unregister\n",
			"zcrypt_queue_unregister", AP_QID_CARD(zq.queue!.qid),
			AP_QID_QUEUE(zq.queue!.qid));

	const zc = zq.zcard!;
	spin_lock(zcrypt_list_lock);
	list_del_init(zq.list);
	spin_unlock(zcrypt_list_lock);
	/* PORT: zcrypt_rng_device_remove(): no pool of random numbers */
	sysfs_remove_group(zq.queue!.ap_dev.device.kobj,
			   zcrypt_queue_attr_group);
	zcrypt_card_put(zc);
	zcrypt_queue_put(zq);
}
