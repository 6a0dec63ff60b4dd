/* SPDX-License-Identifier: GPL-2.0+ */
/*
 * The adjunct processor bus: what its parts and its drivers share.
 *
 * Copyright IBM Corp. 2006, 2023
 * Author(s): Cornelia Huck <cornelia.huck@de.ibm.com>
 *	      Martin Schwidefsky <schwidefsky@de.ibm.com>
 *	      Ralph Wuerthner <rwuerthn@de.ibm.com>
 *	      Felix Beck <felix.beck@de.ibm.com>
 *	      Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * C: drivers/s390/crypto/ap_bus.h, Linux 6.12.
 */
import { device, device_driver } from "#linux/device.h";
import { list_head, type hlist_head, type hlist_node } from "#linux/list.h";
import { atomic64_t } from "#linux/atomic.h";
import { completion } from "#linux/completion.h";
import { container_of } from "#linux/container_of.h";
import { HZ } from "#linux/jiffies.h";
import type { lock_class } from "#linux/lockdep.h";
import type { task_struct } from "#linux/sched.h";
import type { spinlock_t } from "#linux/spinlock.h";
import { timer_list } from "#linux/timer.h";
import type { ap_device_id as ap_device_id_fields } from "#linux/mod_devicetable.h";
import { ap_tapq_hwinfo, type ap_config_info, type ap_qid_t } from "#asm/ap.h";

/** AP_DEVICES - adapters there can be; AP_DOMAINS - domains; AP_IOCTLS - ioctl numbers */
export const AP_DEVICES = 256;
export const AP_DOMAINS = 256;
export const AP_IOCTLS = 256;
/** AP_RESET_TIMEOUT - ticks a reset may take */
export const AP_RESET_TIMEOUT = HZ * 0.7;
/** AP_CONFIG_TIME - seconds between two scans of the bus */
export const AP_CONFIG_TIME = 30;
/** AP_POLL_TIME - ticks between two looks for replies */
export const AP_POLL_TIME = 1;
/** AP_DEFAULT_MAX_MSG_SIZE - bytes of a message where the adapter names no limit */
export const AP_DEFAULT_MAX_MSG_SIZE = 12 * 1024;
/** AP_TAPQ_ML_FIELD_CHUNK_SIZE - bytes that one of ap_tapq_hwinfo.ml stands for */
export const AP_TAPQ_ML_FIELD_CHUNK_SIZE = 4096;

/**
 * ap_test_bit - whether a bit of a word is set
 * @word: the word
 * @nr: number of the bit, 0 is the leftmost
 *
 * C: drivers/s390/crypto/ap_bus.h, Linux 6.12
 */
export function ap_test_bit(word: number, nr: number): boolean {
	return (word & (0x80000000 >>> nr)) !== 0;
}

/* Response codes of AP instructions */
export const AP_RESPONSE_NORMAL = 0x00;
export const AP_RESPONSE_Q_NOT_AVAIL = 0x01;
export const AP_RESPONSE_RESET_IN_PROGRESS = 0x02;
export const AP_RESPONSE_DECONFIGURED = 0x03;
export const AP_RESPONSE_CHECKSTOPPED = 0x04;
export const AP_RESPONSE_BUSY = 0x05;
export const AP_RESPONSE_INVALID_ADDRESS = 0x06;
export const AP_RESPONSE_OTHERWISE_CHANGED = 0x07;
export const AP_RESPONSE_INVALID_GISA = 0x08;
export const AP_RESPONSE_Q_BOUND_TO_ANOTHER = 0x09;
export const AP_RESPONSE_STATE_CHANGE_IN_PROGRESS = 0x0a;
export const AP_RESPONSE_Q_NOT_BOUND = 0x0b;
export const AP_RESPONSE_Q_FULL = 0x10;
export const AP_RESPONSE_NO_PENDING_REPLY = 0x10;
export const AP_RESPONSE_INDEX_TOO_BIG = 0x11;
export const AP_RESPONSE_NO_FIRST_PART = 0x13;
export const AP_RESPONSE_MESSAGE_TOO_BIG = 0x15;
export const AP_RESPONSE_REQ_FAC_NOT_INST = 0x16;
export const AP_RESPONSE_Q_BIND_ERROR = 0x30;
export const AP_RESPONSE_Q_NOT_AVAIL_FOR_ASSOC = 0x31;
export const AP_RESPONSE_Q_NOT_EMPTY = 0x32;
export const AP_RESPONSE_BIND_LIMIT_EXCEEDED = 0x33;
export const AP_RESPONSE_INVALID_ASSOC_SECRET = 0x34;
export const AP_RESPONSE_ASSOC_SECRET_NOT_UNIQUE = 0x35;
export const AP_RESPONSE_ASSOC_FAILED = 0x36;
export const AP_RESPONSE_INVALID_DOMAIN = 0x42;

/* AP types that have drivers */
export const AP_DEVICE_TYPE_CEX4 = 10;
export const AP_DEVICE_TYPE_CEX5 = 11;
export const AP_DEVICE_TYPE_CEX6 = 12;
export const AP_DEVICE_TYPE_CEX7 = 13;
export const AP_DEVICE_TYPE_CEX8 = 14;

/* AP types that had drivers before Linux 5.18: only their existence counts here */
export const AP_DEVICE_TYPE_PCICC = 3;
export const AP_DEVICE_TYPE_PCICA = 4;
export const AP_DEVICE_TYPE_PCIXCC = 5;
export const AP_DEVICE_TYPE_CEX2A = 6;
export const AP_DEVICE_TYPE_CEX2C = 7;
export const AP_DEVICE_TYPE_CEX3A = 8;
export const AP_DEVICE_TYPE_CEX3C = 9;

/* States of a queue's state machine (enum ap_sm_state) */
export type ap_sm_state = 0 | 1 | 2 | 3 | 4 | 5 | 6;
export const AP_SM_STATE_RESET_START = 0;
export const AP_SM_STATE_RESET_WAIT = 1;
export const AP_SM_STATE_SETIRQ_WAIT = 2;
export const AP_SM_STATE_IDLE = 3;
export const AP_SM_STATE_WORKING = 4;
export const AP_SM_STATE_QUEUE_FULL = 5;
export const AP_SM_STATE_ASSOC_WAIT = 6;
export const NR_AP_SM_STATES = 7;

/* What happens to a state machine (enum ap_sm_event) */
export type ap_sm_event_t = 0 | 1;
export const AP_SM_EVENT_POLL = 0;
export const AP_SM_EVENT_TIMEOUT = 1;
export const NR_AP_SM_EVENTS = 2;

/* What a state machine waits for, the most urgent first (enum ap_sm_wait) */
export type ap_sm_wait = 0 | 1 | 2 | 3 | 4;
export const AP_SM_WAIT_AGAIN = 0;		/* nothing: once more at once */
export const AP_SM_WAIT_HIGH_TIMEOUT = 1;	/* poll at the high rate */
export const AP_SM_WAIT_LOW_TIMEOUT = 2;	/* poll at the low rate */
export const AP_SM_WAIT_INTERRUPT = 3;		/* an interrupt, if there are any */
export const AP_SM_WAIT_NONE = 4;		/* nothing more to come */
export const NR_AP_SM_WAIT = 5;

/* States of a queue device (enum ap_dev_state) */
export type ap_dev_state = 0 | 1 | 2 | 3;
export const AP_DEV_STATE_UNINITIATED = 0;	/* not touched yet */
export const AP_DEV_STATE_OPERATING = 1;	/* works */
export const AP_DEV_STATE_SHUTDOWN = 2;		/* being unbound or removed */
export const AP_DEV_STATE_ERROR = 3;		/* in an error */
export const NR_AP_DEV_STATES = 4;

/** AP_DRIVER_FLAG_DEFAULT - the driver is one of those apmask and aqmask speak for */
export const AP_DRIVER_FLAG_DEFAULT = 0x0001;

export {
	AP_DEVICE_ID_MATCH_CARD_TYPE, AP_DEVICE_ID_MATCH_QUEUE_TYPE,
} from "#linux/mod_devicetable.h";

/** class ap_device_id - an entry of an AP driver's table, see mod_devicetable.h */
export class ap_device_id implements ap_device_id_fields {
	match_flags = 0;
	dev_type = 0;

	constructor(init: Partial<ap_device_id_fields> = {}) {
		Object.assign(this, init);
	}
}

/**
 * class ap_driver - a driver of cards or queues
 * @driver: what the driver core knows of it
 * @ids: the device types it is for
 * @flags: AP_DRIVER_FLAG_...
 * @probe: take a device; 0 or an error
 * @remove: give a device up
 * @in_use: whether a queue of adapters @apm and domains @aqm is in use: 0 or
 *	    an error (v11: a bool). The caller holds ap_perms_mutex.
 * @on_config_changed: a scan is about to begin and found that QCI's answer has
 *		       changed
 * @on_scan_complete: that scan is done
 */
export class ap_driver {
	driver: device_driver;
	ids: readonly ap_device_id_fields[] = [];
	flags = 0;
	probe: ((ap_dev: ap_device) => number) | null = null;
	remove: ((ap_dev: ap_device) => void) | null = null;
	in_use: ((apm: Uint32Array, aqm: Uint32Array) => number | boolean) | null = null;
	on_config_changed: ((new_config_info: ap_config_info,
			     old_config_info: ap_config_info) => void) | null = null;
	on_scan_complete: ((new_config_info: ap_config_info,
			    old_config_info: ap_config_info) => void) | null = null;

	constructor(init: Partial<ap_driver> = {}) {
		this.driver = new device_driver(this);
		Object.assign(this, init);
	}

	memset_zero(): void {
		this.driver = new device_driver(this);
		this.ids = [];
		this.flags = 0;
		this.probe = null;
		this.remove = null;
		this.in_use = null;
		this.on_config_changed = null;
		this.on_scan_complete = null;
	}
}

/** to_ap_drv - the AP driver that @drv is part of */
export function to_ap_drv(drv: device_driver): ap_driver {
	return container_of(drv, ap_driver, "driver");
}

/**
 * class ap_device - what cards and queues have in common
 * @device: what the driver core knows of it
 * @device_type: AP type
 * @container: the card or queue that this is part of
 */
export class ap_device {
	device: device;
	device_type = 0;
	container: object | null;

	constructor(container: object | null = null) {
		this.device = new device(this);
		this.container = container;
	}
}

/** to_ap_dev - the AP device that @dev is part of */
export function to_ap_dev(dev: device): ap_device {
	return container_of(dev, ap_device, "device");
}

/**
 * class ap_card - an adapter
 * @ap_dev: the device
 * @hwinfo: what TAPQ says of it
 * @id: APID
 * @maxmsgsize: longest message it takes, in bytes
 * @config: it is configured
 * @chkstop: it is checkstopped
 * @total_request_count: requests it ever got
 */
export class ap_card {
	ap_dev = new ap_device(this);
	hwinfo = new ap_tapq_hwinfo();
	id = 0;
	maxmsgsize = 0;
	config = false;
	chkstop = false;
	total_request_count = new atomic64_t();
}

/** TAPQ_CARD_HWINFO_MASK - the part of TAPQ's answer that is the adapter's, not the queue's */
export const TAPQ_CARD_HWINFO_MASK = { fac: 0xffff0000, apinfo: 0xffff0f0f }; /* PORT: two halves */
/** ASSOC_IDX_INVALID - no secret associated */
export const ASSOC_IDX_INVALID = 0x10000;

/** to_ap_card - the card that @dev is part of */
export function to_ap_card(dev: device): ap_card {
	return container_of(container_of(dev, ap_device, "device"), ap_card, "ap_dev");
}

/**
 * class ap_queue - a queue
 * @ap_dev: the device
 * @hnode: its place in ap_queues
 * @card: its adapter
 * @lock: guards the rest
 * @dev_state: state of the device
 * @config: it is configured
 * @chkstop: it is checkstopped
 * @qid: APQN
 * @se_bstate: bind state in Secure Execution
 * @assoc_idx: index of the associated secret
 * @queue_count: messages in the hardware's queue
 * @pendingq_count: length of @pendingq
 * @requestq_count: length of @requestq
 * @total_request_count: requests it ever got
 * @request_timeout: ticks a request may take
 * @timeout: the timer for that
 * @pendingq: messages sent
 * @requestq: messages to be sent
 * @reply: takes replies
 * @sm_state: state of its state machine
 * @rapq_fbit: F bit of the next RAPQ
 * @last_err_rc: response code of the last error
 *
 * PORT: the first two and the lock are inherited, as C embeds them: a queue is its
 * own AP device, node and spinlock.
 */
export class ap_queue extends ap_device implements hlist_node, spinlock_t {
	next: hlist_node | null = null;
	key = 0;
	place = 0;
	pprev: hlist_head | hlist_node | null = null;
	card: ap_card | null = null;
	name = "aq->lock";
	dep_class: lock_class | null = null;
	owner: task_struct | null = null;
	dev_state: ap_dev_state = AP_DEV_STATE_UNINITIATED;
	config = false;
	chkstop = false;
	qid: ap_qid_t = 0;
	se_bstate = 0;
	assoc_idx = 0;
	queue_count = 0;
	pendingq_count = 0;
	requestq_count = 0;
	total_request_count = 0;
	request_timeout = 0;
	timeout = new timer_list(this);
	pendingq = new list_head();
	requestq = new list_head();
	reply: ap_message | null = null;
	sm_state: ap_sm_state = AP_SM_STATE_RESET_START;
	rapq_fbit = 0;
	last_err_rc = 0;

	constructor() {
		super();
		this.container = this;
	}

	get ap_dev(): ap_device {
		return this;
	}

	get hnode(): hlist_node {
		return this;
	}

	get lock(): spinlock_t {
		return this;
	}
}

/** to_ap_queue - the queue that @dev is part of */
export function to_ap_queue(dev: device): ap_queue {
	return container_of(container_of(dev, ap_device, "device"), ap_queue, "ap_dev");
}

/** ap_func_t - a step of a queue's state machine */
export type ap_func_t = (queue: ap_queue) => ap_sm_wait;

/** class ap_response_type - what somebody who sent a message waits on */
export class ap_response_type {
	work = new completion();
	type = 0;
}

/**
 * class ap_message - a request, or the room for a reply
 * @list: its place in a queue's requestq or pendingq
 * @psmid: message id
 * @msg: the message's buffer
 * @len: bytes of @msg that count
 * @bufsize: bytes of @msg
 * @flags: AP_MSG_FLAG_...
 * @rc: what became of it
 * @response: what the sender waits on
 * @receive: called with the reply, or null where there is none
 */
export class ap_message {
	list = new list_head(this);
	psmid = 0n;
	msg: Uint8Array | null = null;
	len = 0;
	bufsize = 0;
	flags = 0;
	rc = 0;
	response = new ap_response_type();
	receive: ((aq: ap_queue, msg: ap_message, reply: ap_message | null) => void) | null = null;

	memset_zero(): void {
		this.list = new list_head(this);
		this.psmid = 0n;
		this.msg = null;
		this.len = 0;
		this.bufsize = 0;
		this.flags = 0;
		this.rc = 0;
		this.response = new ap_response_type();
		this.receive = null;
	}
}

export const AP_MSG_FLAG_SPECIAL = 0x0001;	/* NQAP with the special bit */
export const AP_MSG_FLAG_USAGE = 0x0002;	/* CCA, EP11: a usage message */
export const AP_MSG_FLAG_ADMIN = 0x0004;	/* CCA, EP11: a control message */
export const AP_MSG_FLAG_MEMPOOL = 0x0008;	/* the buffer is from the pool */

/**
 * class struct_ap_perms - C's struct ap_perms, whose name the variable has here
 * @ioctlm: ioctl numbers allowed
 * @apm: adapters reserved for the default drivers
 * @aqm: domains reserved for the default drivers
 * @adm: control domains
 */
export class struct_ap_perms {
	ioctlm = new Uint32Array(AP_IOCTLS / 32);
	apm = new Uint32Array(AP_DEVICES / 32);
	aqm = new Uint32Array(AP_DOMAINS / 32);
	adm = new Uint32Array(AP_DOMAINS / 32);
}

export {
	ap_airq_ptr, ap_apqn_in_matrix_owned_by_def_drv, ap_bus_force_rescan, ap_domain_index,
	ap_driver_register, ap_driver_unregister, ap_get_qdev, ap_hex2bitmap, ap_init_apmsg,
	ap_is_se_guest, ap_max_msg_size, ap_owned_by_def_drv, ap_parse_mask_str, ap_perms,
	ap_perms_mutex, ap_queues, ap_queues_lock, ap_release_apmsg, ap_request_timeout,
	ap_sb_available, ap_send_config_uevent, ap_send_online_uevent, ap_test_config_ctrl_domain,
	ap_test_config_usage_domain, ap_wait, ap_wait_apqn_bindings_complete,
} from "./ap_bus.ts";
export {
	_ap_queue_init_state, ap_cancel_message, ap_flush_queue, ap_queue_create,
	ap_queue_init_reply, ap_queue_init_state, ap_queue_message, ap_queue_prepare_remove,
	ap_queue_remove, ap_queue_usable, ap_sm_event, ap_sm_event_loop,
} from "./ap_queue.ts";
export { ap_card_create } from "./ap_card.ts";
