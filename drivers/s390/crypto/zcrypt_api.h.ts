/* SPDX-License-Identifier: GPL-2.0+ */
/*
 * zcrypt: what the drivers of crypto cards and queues share.
 *
 * Copyright IBM Corp. 2001, 2019
 * Author(s): Robert Burroughs
 *	      Eric Rossman (edrossma@us.ibm.com)
 *	      Cornelia Huck <cornelia.huck@de.ibm.com>
 *
 * Hotplug & misc device support: Jochen Roehrig (roehrig@de.ibm.com)
 * Major cleanup & driver split: Martin Schwidefsky <schwidefsky@de.ibm.com>
 *				 Ralph Wuerthner <rwuerthn@de.ibm.com>
 * MSGTYPE restruct:		 Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_api.h, Linux 6.12.
 */
import { atomic_t } from "#linux/atomic.h";
import { kref } from "#linux/kref.h";
import { list_head } from "#linux/list.h";
import type { embedded } from "#linux/types.h";
import type { ap_card, ap_message, ap_queue } from "./ap_bus.h.ts";

/* Device types as user space knows them */
export const ZCRYPT_CEX3C = 7;
export const ZCRYPT_CEX4 = 10;
export const ZCRYPT_CEX5 = 11;
export const ZCRYPT_CEX6 = 12;

/*
 * Kinds of request that a card has a speed for, in the order of the speeds:
 * MEX_1K, MEX_2K, MEX_4K, CRT_1K, CRT_2K, CRT_4K, HWRNG, SECKEY
 */
export const NUM_OPS = 8;

/* A reference count that leads back to what it counts references to. */
class embedded_kref extends kref implements embedded {
	container: object | null;

	constructor(container: object) {
		super();
		this.container = container;
	}
}

/**
 * class zcrypt_ops - how the requests of one family are built and sent
 * @list: its place among all of them
 * @variant: which of those with the same name
 *
 * PORT: C's functions that build requests are left out: nobody sends any here.
 */
export class zcrypt_ops {
	list = new list_head(this);
	variant: number;
	name: string;

	constructor(name: string, variant: number) {
		this.name = name;
		this.variant = variant;
	}
}

/**
 * class zcrypt_card - a crypto card
 * @list: its place among all cards
 * @zqueues: its queues
 * @refcount: one for the driver, one for each of the queues
 * @card: the AP card
 * @online: 1 unless an administrator took it offline
 * @user_space_type: device type as user space knows it
 * @type_string: the same in words
 * @min_mod_size: smallest modulus, in bytes
 * @max_mod_size: biggest modulus, in bytes
 * @max_exp_bit_length: longest exponent
 * @speed_rating: for each kind of request how long it takes, in no unit
 * @load: the ratings of the requests under way, added up
 * @request_count: requests under way
 */
export class zcrypt_card {
	list = new list_head(this);
	zqueues = new list_head();
	refcount = new embedded_kref(this);
	card: ap_card | null = null;
	online = 0;

	user_space_type = 0;
	type_string = "";
	min_mod_size = 0;
	max_mod_size = 0;
	max_exp_bit_length = 0;
	speed_rating: readonly number[] = [];
	load = new atomic_t();

	request_count = 0;
}

/**
 * class zcrypt_queue - a queue of a crypto card
 * @list: its place among the card's queues
 * @refcount: one for the driver
 * @zcard: the card
 * @ops: how requests are built
 * @queue: the AP queue
 * @online: 1 unless an administrator took it offline
 * @load: the ratings of the requests under way, added up
 * @request_count: requests under way
 * @reply: takes the replies
 */
export class zcrypt_queue {
	list = new list_head(this);
	refcount = new embedded_kref(this);
	zcard: zcrypt_card | null = null;
	ops: zcrypt_ops | null = null;
	queue: ap_queue | null = null;
	online = 0;

	load = new atomic_t();

	request_count = 0;

	reply: ap_message | null = null;	/* PORT: shared, see zcrypt_queue_alloc() */
}

export {
	zcrypt_api_exit, zcrypt_api_init, zcrypt_card_list, zcrypt_list_lock, zcrypt_msgtype,
	zcrypt_msgtype_register, zcrypt_msgtype_unregister, zcrypt_pick_queue,
} from "./zcrypt_api.ts";
export {
	zcrypt_card_alloc, zcrypt_card_free, zcrypt_card_get, zcrypt_card_put,
	zcrypt_card_register, zcrypt_card_unregister,
} from "./zcrypt_card.ts";
export {
	zcrypt_queue_alloc, zcrypt_queue_force_online, zcrypt_queue_free, zcrypt_queue_get,
	zcrypt_queue_put, zcrypt_queue_register, zcrypt_queue_unregister,
} from "./zcrypt_queue.ts";
