// SPDX-License-Identifier: GPL-2.0+
/*
 * zcrypt: the lists of cards, queues and message families.
 *
 * Copyright IBM Corp. 2001, 2018
 * Author(s): Robert Burroughs
 *	      Eric Rossman (edrossma@us.ibm.com)
 *	      Cornelia Huck <cornelia.huck@de.ibm.com>
 *
 * Hotplug & misc device support: Jochen Roehrig (roehrig@de.ibm.com)
 * Major cleanup & driver split: Martin Schwidefsky <schwidefsky@de.ibm.com>
 *				 Ralph Wuerthner <rwuerthn@de.ibm.com>
 * MSGTYPE restruct:		 Holger Dengler <hd@linux.vnet.ibm.com>
 * Multiple device nodes: Harald Freudenberger <freude@linux.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_api.c, Linux 6.12.
 */
import { device_initcall, early_initcall } from "#linux/init.h";
import {
	debug_register, debug_register_view, debug_set_level, debug_sprintf_view, debug_unregister,
	type debug_info_t,
} from "#asm/debug.h";
import { list_add_tail, list_del_init, list_for_each_entry, list_head } from "#linux/list.h";
import { DEFINE_SPINLOCK, type spinlock_t } from "#linux/spinlock.h";
import { AP_QID_QUEUE } from "#asm/ap.h";
import { AUTOSEL_DOM } from "#asm/zcrypt.h";
import { ap_queue_usable } from "./ap_bus.h.ts";
import type { zcrypt_card, zcrypt_ops, zcrypt_queue } from "./zcrypt_api.h.ts";
import { DBF_ERR, ZCRYPT_DBF_MAX_SPRINTF_ARGS } from "./zcrypt_debug.h.ts";
import { zcrypt_msgtype6_exit, zcrypt_msgtype6_init } from "./zcrypt_msgtype6.h.ts";
import { zcrypt_msgtype50_exit, zcrypt_msgtype50_init } from "./zcrypt_msgtype50.h.ts";

/** zcrypt_list_lock - guards zcrypt_card_list and each card's list of queues */
export let zcrypt_list_lock: spinlock_t;
/** zcrypt_card_list - all crypto cards */
export let zcrypt_card_list: list_head;

let zcrypt_ops_list: list_head;

/** zcrypt_dbf_info - zcrypt's debug area */
export let zcrypt_dbf_info: debug_info_t | null;

early_initcall(() => {
	zcrypt_list_lock = DEFINE_SPINLOCK("zcrypt_list_lock");
	zcrypt_card_list = new list_head();
	zcrypt_ops_list = new list_head();
	zcrypt_dbf_info = null;
});

/* PORT: zcrypt_process_rescan(): of use to a request that found no queue */

/**
 * zcrypt_pick_queue - the queue that a request of the host would go to
 * @card, @domain: where to; AUTOSEL_DOM for whichever
 *
 * Return: its APQN, or null when no queue there takes requests of the host.
 * PORT: no function of C: there each kind of request walks the lists by itself, and takes the
 * queue with the least load. Here nobody sends any, so the first will do.
 */
export function zcrypt_pick_queue(card: number, domain: number): number | null {
	for (const zc of list_for_each_entry<zcrypt_card>(zcrypt_card_list, "list")) {
		if (zc.card!.id !== card || !zc.online || !zc.card!.config || zc.card!.chkstop)
			continue;
		for (const { online, queue } of list_for_each_entry<zcrypt_queue>(zc.zqueues,
				"list"))
			if (online && ap_queue_usable(queue!) &&
			    (domain === AUTOSEL_DOM || AP_QID_QUEUE(queue!.qid) === domain))
				return queue!.qid;
	}
	return null;
}

/**
 * zcrypt_msgtype_register - make a message family known
 * @zops: the family
 *
 * C: drivers/s390/crypto/zcrypt_api.c, Linux 6.12
 */
export function zcrypt_msgtype_register(zops: zcrypt_ops): void {
	list_add_tail(zops.list, zcrypt_ops_list);
}

/**
 * zcrypt_msgtype_unregister - the contrary
 * @zops: the family
 *
 * C: drivers/s390/crypto/zcrypt_api.c, Linux 6.12
 */
export function zcrypt_msgtype_unregister(zops: zcrypt_ops): void {
	list_del_init(zops.list);
}

/**
 * zcrypt_msgtype - look a message family up
 * @name: its name
 * @variant: which of those of that name
 *
 * Return: the family, or null.
 * C: drivers/s390/crypto/zcrypt_api.c, Linux 6.12
 */
export function zcrypt_msgtype(name: string, variant: number): zcrypt_ops | null {
	for (const zops of list_for_each_entry<zcrypt_ops>(zcrypt_ops_list, "list"))
		if (zops.variant === variant &&
		    zops.name === name) /* PORT: strncmp(): strings compare by === here */
			return zops;
	return null;
}

/*
 * PORT: find_zcdndev_by_name(), find_zcdndev_by_devt(), ioctlmask_show(), ioctlmask_store(),
 * apmask_show(), apmask_store(), aqmask_show(), aqmask_store(), admask_show(), admask_store(),
 * zcdn_create_store(), zcdn_destroy_store(), zcdn_device_release(), zcdn_create(), zcdn_destroy(),
 * zcdn_destroy_all(): there are no device nodes, neither one nor several
 */
/*
 * PORT: zcrypt_read(), zcrypt_write(), zcrypt_open(), zcrypt_release(), zcrypt_check_ioctl(),
 * zcrypt_check_card(), zcrypt_check_queue(): there is no device node
 */
/*
 * PORT: zcrypt_pick_queue(), zcrypt_drop_queue(), zcrypt_card_compare(), zcrypt_queue_compare(),
 * zcrypt_rsa_modexpo(), zcrypt_rsa_crt(), _zcrypt_send_cprb(), zcrypt_send_cprb(),
 * is_desired_ep11_card(), is_desired_ep11_queue(), _zcrypt_send_ep11_cprb(),
 * zcrypt_send_ep11_cprb(), zcrypt_rng(): no requests are built
 */
/*
 * PORT: zcrypt_device_status_mask(), zcrypt_device_status_mask_ext(), zcrypt_device_status_ext(),
 * zcrypt_status_mask(), zcrypt_qdepth_mask(), zcrypt_perdev_reqcnt(), zcrypt_pendingq_count(),
 * zcrypt_requestq_count(), icarsamodexpo_ioctl(), icarsacrt_ioctl(), zsecsendcprb_ioctl(),
 * zsendep11cprb_ioctl(), zcrypt_unlocked_ioctl(), trans_modexpo32(), trans_modexpo_crt32(),
 * trans_xcrb32(), zcrypt_compat_ioctl(): there is no device node
 */
/*
 * PORT: zcrypt_rng_data_read(), zcrypt_rng_device_add(), zcrypt_rng_device_remove(): the kernel
 * has no pool of random numbers to feed
 */
/* PORT: zcrypt_wait_api_operational(): of use to senders of requests */

/**
 * zcrypt_debug_init - make zcrypt's debug area
 *
 * Return: 0.
 * C: drivers/s390/crypto/zcrypt_api.c, Linux 6.12
 */
function zcrypt_debug_init(): number {
	zcrypt_dbf_info = debug_register("zcrypt", 2, 1,
					 ZCRYPT_DBF_MAX_SPRINTF_ARGS * 8);
	debug_register_view(zcrypt_dbf_info!, debug_sprintf_view);
	debug_set_level(zcrypt_dbf_info!, DBF_ERR);

	return 0;
}

/**
 * zcrypt_debug_exit - the contrary
 *
 * C: drivers/s390/crypto/zcrypt_api.c, Linux 6.12
 */
function zcrypt_debug_exit(): void {
	debug_unregister(zcrypt_dbf_info);
}

/* PORT: zcdn_init(), zcdn_exit(): there are no device nodes */

/**
 * zcrypt_api_init - load zcrypt
 *
 * Return: 0.
 * C: drivers/s390/crypto/zcrypt_api.c, Linux 6.12
 */
export function zcrypt_api_init(): number {
	let rc;

	out: {
		rc = zcrypt_debug_init();
		if (rc)
			break out;

		/* PORT: zcdn_init(), misc_register(): there are no device nodes */

		zcrypt_msgtype6_init();
		zcrypt_msgtype50_init();

		return 0;

	} /* out: */
	return rc;
}

/**
 * zcrypt_api_exit - unload zcrypt
 *
 * C: drivers/s390/crypto/zcrypt_api.c, Linux 6.12
 */
export function zcrypt_api_exit(): void {
	/* PORT: zcdn_exit(), misc_deregister(): there are no device nodes */
	zcrypt_msgtype6_exit();
	zcrypt_msgtype50_exit();
	/* PORT: zcrypt_ccamisc_exit(), zcrypt_ep11misc_exit(): cards are asked nothing */
	zcrypt_debug_exit();
}

device_initcall(zcrypt_api_init);
