// SPDX-License-Identifier: GPL-2.0
/*
 * AP bus: the devices that stand for cards.
 *
 * Copyright IBM Corp. 2016
 * Author(s): Martin Schwidefsky <schwidefsky@de.ibm.com>
 *
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12.
 */
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { sclp_ap_configure, sclp_ap_deconfigure } from "#asm/sclp.h";
import {
	AP_DEFAULT_MAX_MSG_SIZE, AP_TAPQ_ML_FIELD_CHUNK_SIZE, ap_card, ap_queues, ap_queues_lock,
	ap_send_config_uevent, to_ap_card, to_ap_dev, type ap_queue,
} from "./ap_bus.h.ts";
import type { ap_tapq_hwinfo } from "#asm/ap.h";
import { atomic64_read, atomic64_set } from "#linux/atomic.h";
import {
	DEVICE_ATTR_RO, DEVICE_ATTR_RW, device_type, type device, type device_attribute,
} from "#linux/device.h";
import { EINVAL } from "#linux/errno.h";
import { hash_for_each } from "#linux/hashtable.h";
import { spin_lock_bh, spin_unlock_bh } from "#linux/spinlock.h";
import { sscanf, type char_buf } from "#linux/sprintf.h";
import { attribute_group, sysfs_emit } from "#linux/sysfs.h";
import { out } from "#linux/types.h";

/**
 * hwtype_show - the type the card is driven as, in decimal
 * @dev: the card's device
 * @attr: its hwtype attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function hwtype_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const ac = to_ap_card(dev);

	return sysfs_emit(buf, "%d\n", ac.ap_dev.device_type);
}

const dev_attr_hwtype = DEVICE_ATTR_RO("hwtype", hwtype_show);

/**
 * raw_hwtype_show - the type the hardware reports, in decimal
 * @dev: the card's device
 * @attr: its raw_hwtype attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function raw_hwtype_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const ac = to_ap_card(dev);

	return sysfs_emit(buf, "%d\n", ac.hwinfo.at);
}

const dev_attr_raw_hwtype = DEVICE_ATTR_RO("raw_hwtype", raw_hwtype_show);

/**
 * depth_show - how many requests each of the card's queues takes, in decimal
 * @dev: the card's device
 * @attr: its depth attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function depth_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const ac = to_ap_card(dev);

	return sysfs_emit(buf, "%d\n", ac.hwinfo.qd + 1);
}

const dev_attr_depth = DEVICE_ATTR_RO("depth", depth_show);

/**
 * ap_functions_show - the card's facility bits, in eight hex digits
 * @dev: the card's device
 * @attr: its ap_functions attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function ap_functions_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const ac = to_ap_card(dev);

	return sysfs_emit(buf, "0x%08X\n", ac.hwinfo.fac);
}

const dev_attr_ap_functions = DEVICE_ATTR_RO("ap_functions", ap_functions_show);

/**
 * request_count_show - requests ever sent to the card, in decimal
 * @dev: the card's device
 * @attr: its request_count attribute
 * @buf: where to
 *
 * Context: takes ap_queues_lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function request_count_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const ac = to_ap_card(dev);
	let req_cnt;

	req_cnt = 0;
	spin_lock_bh(ap_queues_lock);
	req_cnt = atomic64_read(ac.total_request_count);
	spin_unlock_bh(ap_queues_lock);
	return sysfs_emit(buf, "%llu\n", req_cnt);
}

/**
 * request_count_store - begin to count anew, for the card and its queues
 * @dev: the card's device
 * @attr: its request_count attribute
 * @buf: whatever was written
 * @count: how many bytes that was
 *
 * Context: takes ap_queues_lock.
 * Return: @count.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function request_count_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const ac = to_ap_card(dev);

	spin_lock_bh(ap_queues_lock);
	for (const aq of hash_for_each<ap_queue>(ap_queues, "hnode"))
		if (ac === aq.card)
			aq.total_request_count = 0;
	spin_unlock_bh(ap_queues_lock);
	atomic64_set(ac.total_request_count, 0);

	return count;
}

const dev_attr_request_count =
	DEVICE_ATTR_RW("request_count", request_count_show, request_count_store);

/**
 * requestq_count_show - requests not yet sent to the card, in decimal
 * @dev: the card's device
 * @attr: its requestq_count attribute
 * @buf: where to
 *
 * Context: takes ap_queues_lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function requestq_count_show(dev: device, attr: device_attribute, buf: char_buf): number {
	let reqq_cnt;
	const ac = to_ap_card(dev);

	reqq_cnt = 0;
	spin_lock_bh(ap_queues_lock);
	for (const aq of hash_for_each<ap_queue>(ap_queues, "hnode"))
		if (ac === aq.card)
			reqq_cnt += aq.requestq_count;
	spin_unlock_bh(ap_queues_lock);
	return sysfs_emit(buf, "%d\n", reqq_cnt);
}

const dev_attr_requestq_count = DEVICE_ATTR_RO("requestq_count", requestq_count_show);

/**
 * pendingq_count_show - requests the card has not yet answered, in decimal
 * @dev: the card's device
 * @attr: its pendingq_count attribute
 * @buf: where to
 *
 * Context: takes ap_queues_lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function pendingq_count_show(dev: device, attr: device_attribute, buf: char_buf): number {
	let penq_cnt;
	const ac = to_ap_card(dev);

	penq_cnt = 0;
	spin_lock_bh(ap_queues_lock);
	for (const aq of hash_for_each<ap_queue>(ap_queues, "hnode"))
		if (ac === aq.card)
			penq_cnt += aq.pendingq_count;
	spin_unlock_bh(ap_queues_lock);
	return sysfs_emit(buf, "%d\n", penq_cnt);
}

const dev_attr_pendingq_count = DEVICE_ATTR_RO("pendingq_count", pendingq_count_show);

/**
 * modalias_show - what a driver for the card would be looked up by
 * @dev: the card's device
 * @attr: its modalias attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function modalias_show(dev: device, attr: device_attribute, buf: char_buf): number {
	return sysfs_emit(buf, "ap:t%02X\n", to_ap_dev(dev).device_type);
}

const dev_attr_modalias = DEVICE_ATTR_RO("modalias", modalias_show);

/**
 * config_show - whether the card is configured, 1 or 0
 * @dev: the card's device
 * @attr: its config attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function config_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const ac = to_ap_card(dev);

	return sysfs_emit(buf, "%d\n", ac.config ? 1 : 0);
}

/**
 * config_store - configure the card, or take it out of the configuration
 * @dev: the card's device
 * @attr: its config attribute
 * @buf: "1" or "0"
 * @count: how many bytes were written
 *
 * Return: @count, -EINVAL for any other text, or what the service element says.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function config_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	let rc = 0;
	const cfg = out(0);
	const ac = to_ap_card(dev);

	if (sscanf(buf, "%d\n", cfg) !== 1 || cfg.v < 0 || cfg.v > 1)
		return -EINVAL;

	if (cfg.v && !ac.config)
		rc = sclp_ap_configure(ac.id);
	else if (!cfg.v && ac.config)
		rc = sclp_ap_deconfigure(ac.id);
	if (rc)
		return rc;

	ac.config = cfg.v !== 0;

	ap_send_config_uevent(ac.ap_dev, ac.config);

	return count;
}

const dev_attr_config = DEVICE_ATTR_RW("config", config_show, config_store);

/**
 * chkstop_show - whether the card has checkstopped, 1 or 0
 * @dev: the card's device
 * @attr: its chkstop attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function chkstop_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const ac = to_ap_card(dev);

	return sysfs_emit(buf, "%d\n", ac.chkstop ? 1 : 0);
}

const dev_attr_chkstop = DEVICE_ATTR_RO("chkstop", chkstop_show);

/**
 * max_msg_size_show - the longest message the card takes, in bytes
 * @dev: the card's device
 * @attr: its max_msg_size attribute
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function max_msg_size_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const ac = to_ap_card(dev);

	return sysfs_emit(buf, "%u\n", ac.maxmsgsize);
}

const dev_attr_max_msg_size = DEVICE_ATTR_RO("max_msg_size", max_msg_size_show);

const ap_card_dev_attrs = [
	dev_attr_hwtype.attr,
	dev_attr_raw_hwtype.attr,
	dev_attr_depth.attr,
	dev_attr_ap_functions.attr,
	dev_attr_request_count.attr,
	dev_attr_requestq_count.attr,
	dev_attr_pendingq_count.attr,
	dev_attr_modalias.attr,
	dev_attr_config.attr,
	dev_attr_chkstop.attr,
	dev_attr_max_msg_size.attr,
];

const ap_card_dev_attr_group = new attribute_group({
	attrs: ap_card_dev_attrs,
});

const ap_card_dev_attr_groups = [
	ap_card_dev_attr_group,
];

const ap_card_type = new device_type({
	name: "ap_card",
	groups: ap_card_dev_attr_groups,
});

/**
 * ap_card_device_release - the last reference to a card is gone
 * @dev: the card's device
 *
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
function ap_card_device_release(dev: device): void {
	const ac = to_ap_card(dev);

	kfree(ac);
}

/**
 * ap_card_create - make a card, which is not on the bus yet
 * @id: its APID
 * @hwinfo: what TAPQ says about one of its queues
 * @comp_type: the AP device type to drive it as
 *
 * Return: the card, or null when there is no memory.
 * C: drivers/s390/crypto/ap_card.c, Linux 6.12
 */
export function ap_card_create(
	id: number, hwinfo: ap_tapq_hwinfo, comp_type: number,
): ap_card | null {

	const ac = kzalloc(ap_card, GFP_KERNEL);
	if (!ac)
		return null;
	ac.ap_dev.device.release = ap_card_device_release;
	ac.ap_dev.device.type = ap_card_type;
	ac.ap_dev.device_type = comp_type;
	ac.hwinfo = hwinfo;
	ac.id = id;
	ac.maxmsgsize = hwinfo.ml > 0 ?
		hwinfo.ml * AP_TAPQ_ML_FIELD_CHUNK_SIZE : AP_DEFAULT_MAX_MSG_SIZE;

	return ac;
}
