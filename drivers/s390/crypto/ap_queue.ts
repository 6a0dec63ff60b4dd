// SPDX-License-Identifier: GPL-2.0
/*
 * AP bus: the devices that stand for queues, and the state machine that drives
 * them. The bus starts it for every queue that it finds, whoever gets that,
 * cex4queue for one that it gets later on. vfio_ap knows nothing of it.
 *
 * The kernel is taken as built with CONFIG_AP_DEBUG, which shows the machine's
 * state in sysfs.
 *
 * Copyright IBM Corp. 2016, 2023
 * Author(s): Martin Schwidefsky <schwidefsky@de.ibm.com>
 *
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12.
 */
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import {
	AP_DEV_STATE_ERROR, AP_DEV_STATE_OPERATING, AP_DEV_STATE_SHUTDOWN,
	AP_DEV_STATE_UNINITIATED, AP_MSG_FLAG_SPECIAL, AP_RESPONSE_BUSY,
	AP_RESPONSE_CHECKSTOPPED, AP_RESPONSE_DECONFIGURED, AP_RESPONSE_INDEX_TOO_BIG,
	AP_RESPONSE_INVALID_ADDRESS, AP_RESPONSE_INVALID_DOMAIN, AP_RESPONSE_MESSAGE_TOO_BIG,
	AP_RESPONSE_NORMAL, AP_RESPONSE_NO_FIRST_PART, AP_RESPONSE_NO_PENDING_REPLY,
	AP_RESPONSE_OTHERWISE_CHANGED, AP_RESPONSE_Q_FULL, AP_RESPONSE_Q_NOT_AVAIL,
	AP_RESPONSE_REQ_FAC_NOT_INST, AP_RESPONSE_RESET_IN_PROGRESS,
	AP_RESPONSE_STATE_CHANGE_IN_PROGRESS, AP_SM_EVENT_POLL, AP_SM_STATE_ASSOC_WAIT,
	AP_SM_STATE_IDLE, AP_SM_STATE_QUEUE_FULL, AP_SM_STATE_RESET_START,
	AP_SM_STATE_RESET_WAIT, AP_SM_STATE_SETIRQ_WAIT, AP_SM_STATE_WORKING, AP_SM_WAIT_AGAIN,
	AP_SM_WAIT_HIGH_TIMEOUT, AP_SM_WAIT_INTERRUPT, AP_SM_WAIT_LOW_TIMEOUT, AP_SM_WAIT_NONE,
	ASSOC_IDX_INVALID, ap_airq_ptr, ap_is_se_guest, ap_message, ap_queue, ap_queues_lock,
	ap_request_timeout, ap_sb_available, ap_wait, to_ap_queue, type ap_card,
	type ap_func_t, type ap_sm_event_t, type ap_sm_wait,
} from "./ap_bus.h.ts";
import { AP_DBF_INFO, AP_DBF_WARN } from "./ap_debug.h.ts";
import {
	AP_BS_Q_AVAIL_FOR_BINDING, AP_BS_Q_USABLE, AP_BS_Q_USABLE_NO_SECURE_KEY, AP_QID_CARD,
	AP_QID_QUEUE, ap_qirq_ctrl, ap_tapq_hwinfo, type ap_qid_t, type ap_queue_status,
} from "#asm/ap.h";
import {
	ap_aapq, ap_aqic, ap_bapq, ap_dqap, ap_nqap, ap_rapq, ap_tapq, ap_test_queue, ap_zapq,
} from "../sim/ap_bus_insns.ts";
import type { lsi_ptr } from "#asm/airq.h";
import { AP_ISC } from "#asm/isc.h";
import { virt_to_phys } from "#asm/page.h";
import { atomic64_inc } from "#linux/atomic.h";
import { BUG_ON } from "#linux/bug.h";
import {
	DEVICE_ATTR_RO, DEVICE_ATTR_RW, device_type, type device, type device_attribute,
} from "#linux/device.h";
import {
	EAGAIN, EBUSY, EINVAL, EIO, EMSGSIZE, ENODEV, EOPNOTSUPP, EPERM,
} from "#linux/errno.h";
import { hash_del } from "#linux/hashtable.h";
import { jiffies } from "#linux/jiffies.h";
import { kstrtobool, kstrtouint } from "#linux/kstrtox.h";
import {
	INIT_LIST_HEAD, list_add_tail, list_del_init, list_empty, list_entry, list_for_each_entry,
	list_for_each_entry_safe, list_move_tail, list_splice_init,
} from "#linux/list.h";
import { max_t, min } from "#linux/minmax.h";
import { pr_debug, pr_err } from "#linux/printk.h";
import { spin_lock_bh, spin_lock_init, spin_unlock_bh } from "#linux/spinlock.h";
import type { char_buf } from "#linux/sprintf.h";
import { attribute_group, sysfs_emit, sysfs_emit_at } from "#linux/sysfs.h";
import { del_timer_sync, mod_timer, timer_setup } from "#linux/timer.h";
import { out } from "#linux/types.h";

/*
 * What a queue can do in a Secure Execution guest follows from its card's mode.
 */

/**
 * ap_q_supported_in_se - whether the queue can be used in such a guest at all
 * @aq: the queue
 *
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_q_supported_in_se(aq: ap_queue): number {
	return aq.card!.hwinfo.ep11 || aq.card!.hwinfo.accel;
}

/**
 * ap_q_supports_bind - whether the queue can be bound to such a guest
 * @aq: the queue
 *
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_q_supports_bind(aq: ap_queue): number {
	return aq.card!.hwinfo.ep11 || aq.card!.hwinfo.accel;
}

/**
 * ap_q_supports_assoc - whether the queue can be associated with a secret
 * @aq: the queue
 *
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_q_supports_assoc(aq: ap_queue): number {
	return aq.card!.hwinfo.ep11;
}

/**
 * ap_q_needs_bind - whether the queue has to be bound before it is used
 * @aq: the queue
 *
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_q_needs_bind(aq: ap_queue): boolean {
	return ap_q_supports_bind(aq) !== 0 && !!ap_sb_available();
}

/**
 * ap_queue_enable_irq - let the queue interrupt; that takes effect later
 * @aq: the queue
 * @ind: the notification indicator byte
 *
 * Context: aq->lock is held.
 * Return: 0, -EPERM after an asynchronous error, -EOPNOTSUPP, or -EBUSY.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_queue_enable_irq(aq: ap_queue, ind: lsi_ptr): number {
	const qirqctrl = new ap_qirq_ctrl();

	qirqctrl.ir = 1;
	qirqctrl.isc = AP_ISC;
	const status = ap_aqic(aq.qid, qirqctrl, virt_to_phys(ind));
	if (status.async)
		return -EPERM;
	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
	case AP_RESPONSE_OTHERWISE_CHANGED:
		return 0;
	case AP_RESPONSE_Q_NOT_AVAIL:
	case AP_RESPONSE_DECONFIGURED:
	case AP_RESPONSE_CHECKSTOPPED:
	case AP_RESPONSE_INVALID_ADDRESS:
		pr_err("Registering adapter interrupts for AP device %02x.%04x failed\n",
		       AP_QID_CARD(aq.qid),
		       AP_QID_QUEUE(aq.qid));
		return -EOPNOTSUPP;
	case AP_RESPONSE_RESET_IN_PROGRESS:
	case AP_RESPONSE_BUSY:
	default:
		return -EBUSY;
	}
}

/**
 * __ap_send - put a message on a queue
 * @qid: its APQN
 * @psmid: what the reply will be known by
 * @msg: the message
 * @msglen: its length in bytes
 * @special: not 0 for a special command, one that is metered
 *
 * Return: the queue's status.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function __ap_send(
	qid: ap_qid_t, psmid: bigint, msg: Uint8Array, msglen: number, special: number,
): ap_queue_status {
	if (special)
		qid |= 0x400000;
	return ap_nqap(qid, psmid, msg, msglen);
}

/* The state machine's functions */

/**
 * ap_sm_nop - nothing to do for this event in this state
 * @aq: the queue
 *
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_sm_nop(aq: ap_queue): ap_sm_wait {
	return AP_SM_WAIT_NONE;
}

/**
 * ap_sm_recv - fetch a reply and give it to whoever waits for it
 * @aq: the queue; its state is left alone
 *
 * When the queue is empty although requests are pending, they are all requested
 * anew.
 *
 * Context: aq->lock is held, also when the message's receive is called.
 * Return: the queue's status.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_sm_recv(aq: ap_queue): ap_queue_status {
	let status;
	let found = false;
	const reply = aq.reply!;
	const psmid = out(reply.psmid);
	const len = out(reply.len);
	const reslen = out(0);
	const resgr0 = out(0);
	let parts = 0;

	/*
	 * A reply that is too long is fetched to its end, each part over the
	 * one before; whoever waits is told that with -EMSGSIZE.
	 */
	do {
		status = ap_dqap(aq.qid, psmid,
				 reply.msg!, reply.bufsize,
				 len, reslen, resgr0);
		parts++;
	} while (status.response_code === 0xff && resgr0.v !== 0);
	reply.psmid = psmid.v;
	reply.len = len.v;

	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
		/* PORT: print_hex_dump_debug(): off unless dynamic debug asks for it */
		aq.queue_count = max_t(0, aq.queue_count - 1);
		if (!status.queue_empty && !aq.queue_count)
			aq.queue_count++;
		if (aq.queue_count > 0)
			mod_timer(aq.timeout,
				  jiffies.now + aq.request_timeout);
		for (const ap_msg of list_for_each_entry<ap_message>(aq.pendingq, "list")) {
			if (ap_msg.psmid !== reply.psmid)
				continue;
			list_del_init(ap_msg.list);
			aq.pendingq_count--;
			if (parts > 1) {
				ap_msg.rc = -EMSGSIZE;
				ap_msg.receive!(aq, ap_msg, null);
			} else {
				ap_msg.receive!(aq, ap_msg, aq.reply);
			}
			found = true;
			break;
		}
		if (!found) {
			AP_DBF_WARN("%s unassociated reply psmid=0x%016lx on 0x%02x.%04x\n",
				    "ap_sm_recv", reply.psmid,
				    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		}
		/* fallthrough */
	case AP_RESPONSE_NO_PENDING_REPLY:
		if (!status.queue_empty || aq.queue_count <= 0)
			break;
		/* Requests got lost on the card. */
		aq.queue_count = 0;
		list_splice_init(aq.pendingq, aq.requestq);
		aq.requestq_count += aq.pendingq_count;
		pr_debug("queue 0x%02x.%04x rescheduled %d reqs (new req %d)\n",
			 AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid),
			 aq.pendingq_count, aq.requestq_count);
		aq.pendingq_count = 0;
		break;
	default:
		break;
	}
	return status;
}

/**
 * ap_sm_read - fetch a reply, and go on accordingly
 * @aq: the queue
 *
 * Context: aq->lock is held.
 * Return: what to wait for.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_sm_read(aq: ap_queue): ap_sm_wait {

	if (!aq.reply)
		return AP_SM_WAIT_NONE;
	const status = ap_sm_recv(aq);
	if (status.async)
		return AP_SM_WAIT_NONE;
	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
		if (aq.queue_count > 0) {
			aq.sm_state = AP_SM_STATE_WORKING;
			return AP_SM_WAIT_AGAIN;
		}
		aq.sm_state = AP_SM_STATE_IDLE;
		break;
	case AP_RESPONSE_NO_PENDING_REPLY:
		if (aq.queue_count > 0)
			return status.irq_enabled ?
				AP_SM_WAIT_INTERRUPT : AP_SM_WAIT_HIGH_TIMEOUT;
		aq.sm_state = AP_SM_STATE_IDLE;
		break;
	default:
		aq.dev_state = AP_DEV_STATE_ERROR;
		aq.last_err_rc = status.response_code;
		AP_DBF_WARN("%s RC 0x%02x on 0x%02x.%04x -> AP_DEV_STATE_ERROR\n",
			    "ap_sm_read", status.response_code,
			    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return AP_SM_WAIT_NONE;
	}
	/* An empty queue that does not interrupt shall do so from now on. */
	if (!status.irq_enabled && status.queue_empty) {
		const lsi_ptr = ap_airq_ptr();

		if (lsi_ptr && ap_queue_enable_irq(aq, lsi_ptr) === 0) {
			aq.sm_state = AP_SM_STATE_SETIRQ_WAIT;
			return AP_SM_WAIT_AGAIN;
		}
	}
	return AP_SM_WAIT_NONE;
}

/**
 * ap_sm_write - send the first message of the request queue
 * @aq: the queue
 *
 * Context: aq->lock is held, also when the receive of a message that the queue
 * does not take is called.
 * Return: what to wait for.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_sm_write(aq: ap_queue): ap_sm_wait {
	const qid = aq.qid;

	if (aq.requestq_count <= 0)
		return AP_SM_WAIT_NONE;

	const ap_msg = list_entry(aq.requestq.next, ap_message, "list");
	/* PORT: print_hex_dump_debug(): off unless dynamic debug asks for it */
	const status = __ap_send(qid, ap_msg.psmid,
				 ap_msg.msg!, ap_msg.len,
				 ap_msg.flags & AP_MSG_FLAG_SPECIAL);
	if (status.async)
		return AP_SM_WAIT_NONE;
	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
		aq.queue_count = max_t(1, aq.queue_count + 1);
		if (aq.queue_count === 1)
			mod_timer(aq.timeout, jiffies.now + aq.request_timeout);
		list_move_tail(ap_msg.list, aq.pendingq);
		aq.requestq_count--;
		aq.pendingq_count++;
		if (aq.queue_count < aq.card!.hwinfo.qd + 1) {
			aq.sm_state = AP_SM_STATE_WORKING;
			return AP_SM_WAIT_AGAIN;
		}
		/* fallthrough */
	case AP_RESPONSE_Q_FULL:
		aq.sm_state = AP_SM_STATE_QUEUE_FULL;
		return status.irq_enabled ?
			AP_SM_WAIT_INTERRUPT : AP_SM_WAIT_HIGH_TIMEOUT;
	case AP_RESPONSE_RESET_IN_PROGRESS:
		aq.sm_state = AP_SM_STATE_RESET_WAIT;
		return AP_SM_WAIT_LOW_TIMEOUT;
	case AP_RESPONSE_INVALID_DOMAIN:
		AP_DBF_WARN("%s RESPONSE_INVALID_DOMAIN on NQAP\n", "ap_sm_write");
		/* fallthrough */
	case AP_RESPONSE_MESSAGE_TOO_BIG:
	case AP_RESPONSE_REQ_FAC_NOT_INST:
		list_del_init(ap_msg.list);
		aq.requestq_count--;
		ap_msg.rc = -EINVAL;
		ap_msg.receive!(aq, ap_msg, null);
		return AP_SM_WAIT_AGAIN;
	default:
		aq.dev_state = AP_DEV_STATE_ERROR;
		aq.last_err_rc = status.response_code;
		AP_DBF_WARN("%s RC 0x%02x on 0x%02x.%04x -> AP_DEV_STATE_ERROR\n",
			    "ap_sm_write", status.response_code,
			    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return AP_SM_WAIT_NONE;
	}
}

/**
 * ap_sm_read_write - fetch a reply and send a request
 * @aq: the queue
 *
 * Context: aq->lock is held.
 * Return: what to wait for, the more urgent of the two.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_sm_read_write(aq: ap_queue): ap_sm_wait {
	return min(ap_sm_read(aq), ap_sm_write(aq));
}

/**
 * ap_sm_reset - begin a reset of the queue
 * @aq: the queue
 *
 * Context: aq->lock is held.
 * Return: what to wait for.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_sm_reset(aq: ap_queue): ap_sm_wait {

	const status = ap_rapq(aq.qid, aq.rapq_fbit);
	if (status.async)
		return AP_SM_WAIT_NONE;
	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
	case AP_RESPONSE_RESET_IN_PROGRESS:
		aq.sm_state = AP_SM_STATE_RESET_WAIT;
		aq.rapq_fbit = 0;
		return AP_SM_WAIT_LOW_TIMEOUT;
	default:
		aq.dev_state = AP_DEV_STATE_ERROR;
		aq.last_err_rc = status.response_code;
		AP_DBF_WARN("%s RC 0x%02x on 0x%02x.%04x -> AP_DEV_STATE_ERROR\n",
			    "ap_sm_reset", status.response_code,
			    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return AP_SM_WAIT_NONE;
	}
}

/**
 * ap_sm_reset_wait - see whether the reset is through
 * @aq: the queue
 *
 * Context: aq->lock is held.
 * Return: what to wait for.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_sm_reset_wait(aq: ap_queue): ap_sm_wait {
	const hwinfo = new ap_tapq_hwinfo();
	let lsi_ptr;

	const status = ap_test_queue(aq.qid, 1, hwinfo);

	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
		aq.se_bstate = hwinfo.bs;
		lsi_ptr = ap_airq_ptr();
		if (lsi_ptr && ap_queue_enable_irq(aq, lsi_ptr) === 0)
			aq.sm_state = AP_SM_STATE_SETIRQ_WAIT;
		else
			aq.sm_state = (aq.queue_count > 0) ?
				AP_SM_STATE_WORKING : AP_SM_STATE_IDLE;
		return AP_SM_WAIT_AGAIN;
	case AP_RESPONSE_BUSY:
	case AP_RESPONSE_RESET_IN_PROGRESS:
		return AP_SM_WAIT_LOW_TIMEOUT;
	case AP_RESPONSE_Q_NOT_AVAIL:
	case AP_RESPONSE_DECONFIGURED:
	case AP_RESPONSE_CHECKSTOPPED:
	default:
		aq.dev_state = AP_DEV_STATE_ERROR;
		aq.last_err_rc = status.response_code;
		AP_DBF_WARN("%s RC 0x%02x on 0x%02x.%04x -> AP_DEV_STATE_ERROR\n",
			    "ap_sm_reset_wait", status.response_code,
			    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return AP_SM_WAIT_NONE;
	}
}

/**
 * ap_sm_setirq_wait - see whether the queue interrupts by now
 * @aq: the queue
 *
 * Context: aq->lock is held.
 * Return: what to wait for.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_sm_setirq_wait(aq: ap_queue): ap_sm_wait {
	let status;

	if (aq.queue_count > 0 && aq.reply)
		/* A reply comes with the status */
		status = ap_sm_recv(aq);
	else
		/* and without replies TAPQ tells it */
		status = ap_tapq(aq.qid, null);

	if (status.irq_enabled === 1) {
		aq.sm_state = (aq.queue_count > 0) ?
			AP_SM_STATE_WORKING : AP_SM_STATE_IDLE;
	}

	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
		if (aq.queue_count > 0)
			return AP_SM_WAIT_AGAIN;
		/* fallthrough */
	case AP_RESPONSE_NO_PENDING_REPLY:
		return AP_SM_WAIT_LOW_TIMEOUT;
	default:
		aq.dev_state = AP_DEV_STATE_ERROR;
		aq.last_err_rc = status.response_code;
		AP_DBF_WARN("%s RC 0x%02x on 0x%02x.%04x -> AP_DEV_STATE_ERROR\n",
			    "ap_sm_setirq_wait", status.response_code,
			    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return AP_SM_WAIT_NONE;
	}
}

/**
 * ap_sm_assoc_wait - see whether the association with a secret is through
 * @aq: the queue
 *
 * Context: aq->lock is held.
 * Return: what to wait for.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_sm_assoc_wait(aq: ap_queue): ap_sm_wait {
	const hwinfo = new ap_tapq_hwinfo();

	const status = ap_test_queue(aq.qid, 1, hwinfo);
	/* The association failed after it had been accepted. */
	if (status.async && status.response_code) {
		aq.dev_state = AP_DEV_STATE_ERROR;
		aq.last_err_rc = status.response_code;
		AP_DBF_WARN("%s asynch RC 0x%02x on 0x%02x.%04x -> AP_DEV_STATE_ERROR\n",
			    "ap_sm_assoc_wait", status.response_code,
			    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return AP_SM_WAIT_NONE;
	}
	if (status.response_code > AP_RESPONSE_BUSY) {
		aq.dev_state = AP_DEV_STATE_ERROR;
		aq.last_err_rc = status.response_code;
		AP_DBF_WARN("%s RC 0x%02x on 0x%02x.%04x -> AP_DEV_STATE_ERROR\n",
			    "ap_sm_assoc_wait", status.response_code,
			    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return AP_SM_WAIT_NONE;
	}

	aq.se_bstate = hwinfo.bs;

	switch (hwinfo.bs) {
	case AP_BS_Q_USABLE:
		aq.sm_state = AP_SM_STATE_IDLE;
		pr_debug("queue 0x%02x.%04x associated with %u\n",
			 AP_QID_CARD(aq.qid),
			 AP_QID_QUEUE(aq.qid), aq.assoc_idx);
		return AP_SM_WAIT_NONE;
	case AP_BS_Q_USABLE_NO_SECURE_KEY:
		return AP_SM_WAIT_LOW_TIMEOUT;
	default:
		/* Somebody else has reset the queue, or worse. */
		aq.assoc_idx = ASSOC_IDX_INVALID;
		aq.dev_state = AP_DEV_STATE_ERROR;
		aq.last_err_rc = status.response_code;
		AP_DBF_WARN("%s bs 0x%02x on 0x%02x.%04x -> AP_DEV_STATE_ERROR\n",
			    "ap_sm_assoc_wait", hwinfo.bs,
			    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return AP_SM_WAIT_NONE;
	}
}

/*
 * What to do in each state, in the states' order: at a poll, at a timeout.
 */
const ap_jumptable: readonly (readonly ap_func_t[])[] = [
	/* AP_SM_STATE_RESET_START */ [ap_sm_reset, ap_sm_nop],
	/* AP_SM_STATE_RESET_WAIT */ [ap_sm_reset_wait, ap_sm_nop],
	/* AP_SM_STATE_SETIRQ_WAIT */ [ap_sm_setirq_wait, ap_sm_nop],
	/* AP_SM_STATE_IDLE */ [ap_sm_write, ap_sm_nop],
	/* AP_SM_STATE_WORKING */ [ap_sm_read_write, ap_sm_reset],
	/* AP_SM_STATE_QUEUE_FULL */ [ap_sm_read, ap_sm_reset],
	/* AP_SM_STATE_ASSOC_WAIT */ [ap_sm_assoc_wait, ap_sm_reset],
];

/**
 * ap_sm_event - take one step of the state machine
 * @aq: the queue
 * @event: AP_SM_EVENT_POLL or AP_SM_EVENT_TIMEOUT
 *
 * Context: aq->lock is held.
 * Return: what to wait for before the next step.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_sm_event(aq: ap_queue, event: ap_sm_event_t): ap_sm_wait {
	if (aq.config && !aq.chkstop &&
	    aq.dev_state > AP_DEV_STATE_UNINITIATED)
		return ap_jumptable[aq.sm_state][event](aq);
	else
		return AP_SM_WAIT_NONE;
}

/**
 * ap_sm_event_loop - take steps for as long as there is something to do at once
 * @aq: the queue
 * @event: AP_SM_EVENT_POLL or AP_SM_EVENT_TIMEOUT
 *
 * Context: aq->lock is held.
 * Return: what to wait for before the next step.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_sm_event_loop(aq: ap_queue, event: ap_sm_event_t): ap_sm_wait {
	let wait;

	while ((wait = ap_sm_event(aq, event)) === AP_SM_WAIT_AGAIN)
		;
	return wait;
}

/*
 * Attributes of a queue
 */

/**
 * request_count_show - requests ever put to the queue, in decimal
 * @dev: the queue's device
 * @attr: its request_count attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function request_count_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);
	let valid = false;
	let req_cnt;

	spin_lock_bh(aq.lock);
	if (aq.dev_state > AP_DEV_STATE_UNINITIATED) {
		req_cnt = aq.total_request_count;
		valid = true;
	}
	spin_unlock_bh(aq.lock);

	if (valid)
		return sysfs_emit(buf, "%llu\n", req_cnt);
	else
		return sysfs_emit(buf, "-\n");
}

/**
 * request_count_store - begin to count anew
 * @dev: the queue's device
 * @attr: its request_count attribute
 * @buf: whatever was written
 * @count: how many bytes that was
 *
 * Context: takes aq->lock.
 * Return: @count.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function request_count_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const aq = to_ap_queue(dev);

	spin_lock_bh(aq.lock);
	aq.total_request_count = 0;
	spin_unlock_bh(aq.lock);

	return count;
}

const dev_attr_request_count =
	DEVICE_ATTR_RW("request_count", request_count_show, request_count_store);

/**
 * requestq_count_show - requests not yet sent, in decimal
 * @dev: the queue's device
 * @attr: its requestq_count attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function requestq_count_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);
	let reqq_cnt = 0;

	spin_lock_bh(aq.lock);
	if (aq.dev_state > AP_DEV_STATE_UNINITIATED)
		reqq_cnt = aq.requestq_count;
	spin_unlock_bh(aq.lock);
	return sysfs_emit(buf, "%d\n", reqq_cnt);
}

const dev_attr_requestq_count = DEVICE_ATTR_RO("requestq_count", requestq_count_show);

/**
 * pendingq_count_show - requests sent and not yet answered, in decimal
 * @dev: the queue's device
 * @attr: its pendingq_count attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function pendingq_count_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);
	let penq_cnt = 0;

	spin_lock_bh(aq.lock);
	if (aq.dev_state > AP_DEV_STATE_UNINITIATED)
		penq_cnt = aq.pendingq_count;
	spin_unlock_bh(aq.lock);
	return sysfs_emit(buf, "%d\n", penq_cnt);
}

const dev_attr_pendingq_count = DEVICE_ATTR_RO("pendingq_count", pendingq_count_show);

/**
 * reset_show - whether a reset goes on, or will come if the queue does not answer
 * @dev: the queue's device
 * @attr: its reset attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function reset_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);
	let rc = 0;

	spin_lock_bh(aq.lock);
	switch (aq.sm_state) {
	case AP_SM_STATE_RESET_START:
	case AP_SM_STATE_RESET_WAIT:
		rc = sysfs_emit(buf, "Reset in progress.\n");
		break;
	case AP_SM_STATE_WORKING:
	case AP_SM_STATE_QUEUE_FULL:
		rc = sysfs_emit(buf, "Reset Timer armed.\n");
		break;
	default:
		rc = sysfs_emit(buf, "No Reset Timer set.\n");
	}
	spin_unlock_bh(aq.lock);
	return rc;
}

/**
 * reset_store - flush the queue's requests and reset it
 * @dev: the queue's device
 * @attr: its reset attribute
 * @buf: whatever was written
 * @count: how many bytes that was
 *
 * Context: takes aq->lock.
 * Return: @count.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function reset_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const aq = to_ap_queue(dev);

	spin_lock_bh(aq.lock);
	__ap_flush_queue(aq);
	aq.sm_state = AP_SM_STATE_RESET_START;
	ap_wait(ap_sm_event(aq, AP_SM_EVENT_POLL));
	spin_unlock_bh(aq.lock);

	AP_DBF_INFO("%s reset queue=%02x.%04x triggered by user\n",
		    "reset_store", AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));

	return count;
}

const dev_attr_reset = DEVICE_ATTR_RW("reset", reset_show, reset_store);

/**
 * interrupt_show - whether the queue interrupts
 * @dev: the queue's device
 * @attr: its interrupt attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function interrupt_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);
	let status;
	let rc = 0;

	spin_lock_bh(aq.lock);
	if (aq.sm_state === AP_SM_STATE_SETIRQ_WAIT) {
		rc = sysfs_emit(buf, "Enable Interrupt pending.\n");
	} else {
		status = ap_tapq(aq.qid, null);
		if (status.irq_enabled)
			rc = sysfs_emit(buf, "Interrupts enabled.\n");
		else
			rc = sysfs_emit(buf, "Interrupts disabled.\n");
	}
	spin_unlock_bh(aq.lock);

	return rc;
}

const dev_attr_interrupt = DEVICE_ATTR_RO("interrupt", interrupt_show);

/**
 * config_show - whether the queue is configured, 1 or 0
 * @dev: the queue's device
 * @attr: its config attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function config_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);

	spin_lock_bh(aq.lock);
	const rc = sysfs_emit(buf, "%d\n", aq.config ? 1 : 0);
	spin_unlock_bh(aq.lock);
	return rc;
}

const dev_attr_config = DEVICE_ATTR_RO("config", config_show);

/**
 * chkstop_show - whether the queue has checkstopped, 1 or 0
 * @dev: the queue's device
 * @attr: its chkstop attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function chkstop_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);

	spin_lock_bh(aq.lock);
	const rc = sysfs_emit(buf, "%d\n", aq.chkstop ? 1 : 0);
	spin_unlock_bh(aq.lock);
	return rc;
}

const dev_attr_chkstop = DEVICE_ATTR_RO("chkstop", chkstop_show);

/**
 * ap_functions_show - the queue's facility bits as of now, in eight hex digits
 * @dev: the queue's device
 * @attr: its ap_functions attribute
 * @buf: where to
 *
 * Return: number of characters, or -EIO when the queue does not tell.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_functions_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);
	const hwinfo = new ap_tapq_hwinfo();

	const status = ap_test_queue(aq.qid, 1, hwinfo);
	if (status.response_code > AP_RESPONSE_BUSY) {
		pr_debug("RC 0x%02x on tapq(0x%02x.%04x)\n",
			 status.response_code,
			 AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return -EIO;
	}

	return sysfs_emit(buf, "0x%08X\n", hwinfo.fac);
}

const dev_attr_ap_functions = DEVICE_ATTR_RO("ap_functions", ap_functions_show);

/**
 * states_show - the device's state, and the state machine's behind it
 * @dev: the queue's device
 * @attr: its states attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function states_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);
	let rc = 0;

	spin_lock_bh(aq.lock);
	switch (aq.dev_state) {
	case AP_DEV_STATE_UNINITIATED:
		rc = sysfs_emit(buf, "UNINITIATED\n");
		break;
	case AP_DEV_STATE_OPERATING:
		rc = sysfs_emit(buf, "OPERATING");
		break;
	case AP_DEV_STATE_SHUTDOWN:
		rc = sysfs_emit(buf, "SHUTDOWN");
		break;
	case AP_DEV_STATE_ERROR:
		rc = sysfs_emit(buf, "ERROR");
		break;
	default:
		rc = sysfs_emit(buf, "UNKNOWN");
	}
	if (aq.dev_state) {
		switch (aq.sm_state) {
		case AP_SM_STATE_RESET_START:
			rc += sysfs_emit_at(buf, rc, " [RESET_START]\n");
			break;
		case AP_SM_STATE_RESET_WAIT:
			rc += sysfs_emit_at(buf, rc, " [RESET_WAIT]\n");
			break;
		case AP_SM_STATE_SETIRQ_WAIT:
			rc += sysfs_emit_at(buf, rc, " [SETIRQ_WAIT]\n");
			break;
		case AP_SM_STATE_IDLE:
			rc += sysfs_emit_at(buf, rc, " [IDLE]\n");
			break;
		case AP_SM_STATE_WORKING:
			rc += sysfs_emit_at(buf, rc, " [WORKING]\n");
			break;
		case AP_SM_STATE_QUEUE_FULL:
			rc += sysfs_emit_at(buf, rc, " [FULL]\n");
			break;
		case AP_SM_STATE_ASSOC_WAIT:
			rc += sysfs_emit_at(buf, rc, " [ASSOC_WAIT]\n");
			break;
		default:
			rc += sysfs_emit_at(buf, rc, " [UNKNOWN]\n");
		}
	}
	spin_unlock_bh(aq.lock);

	return rc;
}
const dev_attr_states = DEVICE_ATTR_RO("states", states_show);

/**
 * last_err_rc_show - the response code that put the queue into its error state
 * @dev: the queue's device
 * @attr: its last_err_rc attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function last_err_rc_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);

	spin_lock_bh(aq.lock);
	const rc: number = aq.last_err_rc;
	spin_unlock_bh(aq.lock);

	switch (rc) {
	case AP_RESPONSE_NORMAL:
		return sysfs_emit(buf, "NORMAL\n");
	case AP_RESPONSE_Q_NOT_AVAIL:
		return sysfs_emit(buf, "Q_NOT_AVAIL\n");
	case AP_RESPONSE_RESET_IN_PROGRESS:
		return sysfs_emit(buf, "RESET_IN_PROGRESS\n");
	case AP_RESPONSE_DECONFIGURED:
		return sysfs_emit(buf, "DECONFIGURED\n");
	case AP_RESPONSE_CHECKSTOPPED:
		return sysfs_emit(buf, "CHECKSTOPPED\n");
	case AP_RESPONSE_BUSY:
		return sysfs_emit(buf, "BUSY\n");
	case AP_RESPONSE_INVALID_ADDRESS:
		return sysfs_emit(buf, "INVALID_ADDRESS\n");
	case AP_RESPONSE_OTHERWISE_CHANGED:
		return sysfs_emit(buf, "OTHERWISE_CHANGED\n");
	case AP_RESPONSE_Q_FULL:
		return sysfs_emit(buf, "Q_FULL/NO_PENDING_REPLY\n");
	case AP_RESPONSE_INDEX_TOO_BIG:
		return sysfs_emit(buf, "INDEX_TOO_BIG\n");
	case AP_RESPONSE_NO_FIRST_PART:
		return sysfs_emit(buf, "NO_FIRST_PART\n");
	case AP_RESPONSE_MESSAGE_TOO_BIG:
		return sysfs_emit(buf, "MESSAGE_TOO_BIG\n");
	case AP_RESPONSE_REQ_FAC_NOT_INST:
		return sysfs_emit(buf, "REQ_FAC_NOT_INST\n");
	default:
		return sysfs_emit(buf, "response code %d\n", rc);
	}
}
const dev_attr_last_err_rc = DEVICE_ATTR_RO("last_err_rc", last_err_rc_show);

const ap_queue_dev_attrs = [
	dev_attr_request_count.attr,
	dev_attr_requestq_count.attr,
	dev_attr_pendingq_count.attr,
	dev_attr_reset.attr,
	dev_attr_interrupt.attr,
	dev_attr_config.attr,
	dev_attr_chkstop.attr,
	dev_attr_ap_functions.attr,
	dev_attr_states.attr,
	dev_attr_last_err_rc.attr,
];

const ap_queue_dev_attr_group = new attribute_group({
	attrs: ap_queue_dev_attrs,
});

const ap_queue_dev_attr_groups = [
	ap_queue_dev_attr_group,
];

const ap_queue_type = new device_type({
	name: "ap_queue",
	groups: ap_queue_dev_attr_groups,
});

/**
 * se_bind_show - whether the queue is bound to this Secure Execution guest
 * @dev: the queue's device
 * @attr: its se_bind attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters, or -EIO when the queue does not tell.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function se_bind_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);
	const hwinfo = new ap_tapq_hwinfo();

	if (!ap_q_supports_bind(aq))
		return sysfs_emit(buf, "-\n");

	const status = ap_test_queue(aq.qid, 1, hwinfo);
	if (status.response_code > AP_RESPONSE_BUSY) {
		pr_debug("RC 0x%02x on tapq(0x%02x.%04x)\n",
			 status.response_code,
			 AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return -EIO;
	}

	spin_lock_bh(aq.lock);
	aq.se_bstate = hwinfo.bs;
	spin_unlock_bh(aq.lock);

	switch (hwinfo.bs) {
	case AP_BS_Q_USABLE:
	case AP_BS_Q_USABLE_NO_SECURE_KEY:
		return sysfs_emit(buf, "bound\n");
	default:
		return sysfs_emit(buf, "unbound\n");
	}
}

/**
 * se_bind_store - bind the queue to this guest, or give it back
 * @dev: the queue's device
 * @attr: its se_bind attribute
 * @buf: a yes or a no
 * @count: how many bytes were written
 *
 * Context: takes aq->lock.
 * Return: @count, -EINVAL, -EBUSY during a reset, or -EIO.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function se_bind_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const aq = to_ap_queue(dev);
	let status;
	const hwinfo = new ap_tapq_hwinfo();
	const value = out(false);
	let rc;

	if (!ap_q_supports_bind(aq))
		return -EINVAL;

	rc = kstrtobool(buf, value);
	if (rc)
		return rc;

	out: {
		if (!value.v) {
			/* A reset with the F bit ends the binding. */
			spin_lock_bh(aq.lock);
			__ap_flush_queue(aq);
			aq.rapq_fbit = 1;
			_ap_queue_init_state(aq);
			rc = count;
			break out;
		}

		status = ap_test_queue(aq.qid, 1, hwinfo);
		if (status.response_code) {
			AP_DBF_WARN("%s RC 0x%02x on tapq(0x%02x.%04x)\n",
				    "se_bind_store", status.response_code,
				    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
			return -EIO;
		}

		spin_lock_bh(aq.lock);
		aq.se_bstate = hwinfo.bs;
		if (hwinfo.bs !== AP_BS_Q_AVAIL_FOR_BINDING) {
			AP_DBF_WARN("%s bind attempt with bs %d on queue 0x%02x.%04x\n",
				    "se_bind_store", hwinfo.bs,
				    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
			rc = -EINVAL;
			break out;
		}

		if (aq.sm_state < AP_SM_STATE_IDLE) {
			rc = -EBUSY;
			break out;
		}

		status = ap_bapq(aq.qid);
		if (status.response_code) {
			AP_DBF_WARN("%s RC 0x%02x on bapq(0x%02x.%04x)\n",
				    "se_bind_store", status.response_code,
				    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
			rc = -EIO;
			break out;
		}
		aq.assoc_idx = ASSOC_IDX_INVALID;

		status = ap_test_queue(aq.qid, 1, hwinfo);
		if (status.response_code) {
			AP_DBF_WARN("%s RC 0x%02x on tapq(0x%02x.%04x)\n",
				    "se_bind_store", status.response_code,
				    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
			rc = -EIO;
			break out;
		}
		aq.se_bstate = hwinfo.bs;
		if (!((hwinfo.bs as number) === AP_BS_Q_USABLE ||
		      (hwinfo.bs as number) === AP_BS_Q_USABLE_NO_SECURE_KEY)) {
			AP_DBF_WARN("%s BAPQ success, but bs shows %d on queue 0x%02x.%04x\n",
				    "se_bind_store", hwinfo.bs,
				    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
			rc = -EIO;
			break out;
		}

		AP_DBF_INFO("%s bapq(0x%02x.%04x) success\n", "se_bind_store",
			    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		rc = count;

	} /* out: */
	spin_unlock_bh(aq.lock);
	return rc;
}

const dev_attr_se_bind = DEVICE_ATTR_RW("se_bind", se_bind_show, se_bind_store);

/**
 * se_associate_show - the secret that the queue is associated with
 * @dev: the queue's device
 * @attr: its se_associate attribute
 * @buf: where to
 *
 * Context: takes aq->lock.
 * Return: number of characters, or -EIO when the queue does not tell.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function se_associate_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const aq = to_ap_queue(dev);
	const hwinfo = new ap_tapq_hwinfo();

	if (!ap_q_supports_assoc(aq))
		return sysfs_emit(buf, "-\n");

	const status = ap_test_queue(aq.qid, 1, hwinfo);
	if (status.response_code > AP_RESPONSE_BUSY) {
		pr_debug("RC 0x%02x on tapq(0x%02x.%04x)\n",
			 status.response_code,
			 AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
		return -EIO;
	}

	spin_lock_bh(aq.lock);
	aq.se_bstate = hwinfo.bs;
	spin_unlock_bh(aq.lock);

	switch (hwinfo.bs) {
	case AP_BS_Q_USABLE:
		if (aq.assoc_idx === ASSOC_IDX_INVALID) {
			AP_DBF_WARN("%s AP_BS_Q_USABLE but invalid assoc_idx\n",
				    "se_associate_show");
			return -EIO;
		}
		return sysfs_emit(buf, "associated %u\n", aq.assoc_idx);
	case AP_BS_Q_USABLE_NO_SECURE_KEY:
		if (aq.assoc_idx !== ASSOC_IDX_INVALID)
			return sysfs_emit(buf, "association pending\n");
		/* fallthrough */
	default:
		return sysfs_emit(buf, "unassociated\n");
	}
}

/**
 * se_associate_store - ask for the association with a secret
 * @dev: the queue's device
 * @attr: its se_associate attribute
 * @buf: the secret's index
 * @count: how many bytes were written
 *
 * Context: takes aq->lock.
 * Return: @count, -EINVAL, -ERANGE, -EBUSY when the queue is not idle, or -EIO.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function se_associate_store(
	dev: device, attr: device_attribute, buf: string, count: number,
): number {
	const aq = to_ap_queue(dev);
	let status;
	const hwinfo = new ap_tapq_hwinfo();
	const value = out(0);
	let rc;

	if (!ap_q_supports_assoc(aq))
		return -EINVAL;

	rc = kstrtouint(buf, 0, value);
	if (rc)
		return rc;
	if (value.v >= ASSOC_IDX_INVALID)
		return -EINVAL;

	out: {
		status = ap_test_queue(aq.qid, 1, hwinfo);
		if (status.response_code) {
			AP_DBF_WARN("%s RC 0x%02x on tapq(0x%02x.%04x)\n",
				    "se_associate_store", status.response_code,
				    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
			return -EIO;
		}
		spin_lock_bh(aq.lock);
		aq.se_bstate = hwinfo.bs;
		if (hwinfo.bs !== AP_BS_Q_USABLE_NO_SECURE_KEY) {
			AP_DBF_WARN("%s association attempt with bs %d on queue 0x%02x.%04x\n",
				    "se_associate_store", hwinfo.bs,
				    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
			rc = -EINVAL;
			break out;
		}

		if (aq.sm_state !== AP_SM_STATE_IDLE) {
			rc = -EBUSY;
			break out;
		}

		status = ap_aapq(aq.qid, value.v);
		switch (status.response_code) {
		case AP_RESPONSE_NORMAL:
		case AP_RESPONSE_STATE_CHANGE_IN_PROGRESS:
			aq.sm_state = AP_SM_STATE_ASSOC_WAIT;
			aq.assoc_idx = value.v;
			ap_wait(ap_sm_event(aq, AP_SM_EVENT_POLL));
			break;
		default:
			AP_DBF_WARN("%s RC 0x%02x on aapq(0x%02x.%04x)\n",
				    "se_associate_store", status.response_code,
				    AP_QID_CARD(aq.qid), AP_QID_QUEUE(aq.qid));
			rc = -EIO;
			break out;
		}

		rc = count;

	} /* out: */
	spin_unlock_bh(aq.lock);
	return rc;
}

const dev_attr_se_associate =
	DEVICE_ATTR_RW("se_associate", se_associate_show, se_associate_store);

const ap_queue_dev_sb_attrs = [
	dev_attr_se_bind.attr,
	dev_attr_se_associate.attr,
];

const ap_queue_dev_sb_attr_group = new attribute_group({
	attrs: ap_queue_dev_sb_attrs,
});

const ap_queue_dev_sb_attr_groups = [
	ap_queue_dev_sb_attr_group,
];

/**
 * ap_queue_device_release - the last reference to a queue is gone
 * @dev: the queue's device
 *
 * Context: takes ap_queues_lock.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function ap_queue_device_release(dev: device): void {
	const aq = to_ap_queue(dev);

	spin_lock_bh(ap_queues_lock);
	hash_del(aq.hnode);
	spin_unlock_bh(ap_queues_lock);

	kfree(aq);
}

/**
 * ap_queue_create - make a queue, which is not on the bus yet
 * @qid: its APQN
 * @ac: its card
 *
 * Return: the queue, or null when there is no memory.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_queue_create(qid: ap_qid_t, ac: ap_card): ap_queue | null {

	const aq = kzalloc(ap_queue, GFP_KERNEL);
	if (!aq)
		return null;
	aq.card = ac;
	aq.ap_dev.device.release = ap_queue_device_release;
	aq.ap_dev.device.type = ap_queue_type;
	aq.ap_dev.device_type = ac.ap_dev.device_type;
	/* These attributes are of use in a Secure Execution guest alone. */
	if (ap_is_se_guest() && ap_q_supported_in_se(aq))
		aq.ap_dev.device.groups = ap_queue_dev_sb_attr_groups;
	aq.qid = qid;
	spin_lock_init(aq.lock, "aq->lock");
	INIT_LIST_HEAD(aq.pendingq);
	INIT_LIST_HEAD(aq.requestq);
	timer_setup(aq.timeout, ap_request_timeout, 0);

	return aq;
}

/**
 * ap_queue_init_reply - say where replies go, and begin to fetch them
 * @aq: the queue
 * @reply: the message that takes them, one after the other
 *
 * Context: takes aq->lock.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_queue_init_reply(aq: ap_queue, reply: ap_message): void {
	aq.reply = reply;

	spin_lock_bh(aq.lock);
	ap_wait(ap_sm_event(aq, AP_SM_EVENT_POLL));
	spin_unlock_bh(aq.lock);
}

/**
 * ap_queue_message - put a request to a queue, and send what can be sent
 * @aq: the queue
 * @ap_msg: the request; its receive is called when there is a reply, or when
 *	    there will be none
 *
 * Context: takes aq->lock.
 * Return: 0, or -ENODEV when the queue takes no requests.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_queue_message(aq: ap_queue, ap_msg: ap_message): number {
	let rc = 0;

	/* Somebody has to be told of the reply. */
	BUG_ON(!ap_msg.receive, "ap_queue_message: a message without receive");

	spin_lock_bh(aq.lock);

	if (aq.dev_state === AP_DEV_STATE_OPERATING) {
		list_add_tail(ap_msg.list, aq.requestq);
		aq.requestq_count++;
		aq.total_request_count++;
		atomic64_inc(aq.card!.total_request_count);
	} else {
		rc = -ENODEV;
	}

	ap_wait(ap_sm_event_loop(aq, AP_SM_EVENT_POLL));

	spin_unlock_bh(aq.lock);

	return rc;
}

/**
 * ap_queue_usable - whether it makes sense, right now, to put a request to a queue
 * @aq: the queue
 *
 * Context: takes aq->lock.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_queue_usable(aq: ap_queue): boolean {
	let rc = true;

	spin_lock_bh(aq.lock);

	unlock_and_out: {
		if (!aq.config || aq.chkstop) {
			rc = false;
			break unlock_and_out;
		}

		if (aq.dev_state !== AP_DEV_STATE_OPERATING) {
			rc = false;
			break unlock_and_out;
		}

		/* In a Secure Execution guest it has to be bound as well. */
		if (ap_is_se_guest()) {
			if (!ap_q_supported_in_se(aq)) {
				rc = false;
				break unlock_and_out;
			}
			if (ap_q_needs_bind(aq) &&
			    !(aq.se_bstate === AP_BS_Q_USABLE ||
			      aq.se_bstate === AP_BS_Q_USABLE_NO_SECURE_KEY))
				rc = false;
		}

	} /* unlock_and_out: */
	spin_unlock_bh(aq.lock);
	return rc;
}

/**
 * ap_cancel_message - forget a request
 * @aq: the queue it was put to
 * @ap_msg: the request
 *
 * What has been sent stays on the queue; its reply will find nobody.
 *
 * Context: takes aq->lock.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_cancel_message(aq: ap_queue, ap_msg: ap_message): void {
	spin_lock_bh(aq.lock);
	if (!list_empty(ap_msg.list)) {
		found: {
			for (const tmp of list_for_each_entry<ap_message>(aq.pendingq, "list"))
				if (tmp.psmid === ap_msg.psmid) {
					aq.pendingq_count--;
					break found;
				}
			aq.requestq_count--;
		} /* found: */
		list_del_init(ap_msg.list);
	}
	spin_unlock_bh(aq.lock);
}

/**
 * __ap_flush_queue - end all requests of a queue with -EAGAIN, sent ones first
 * @aq: the queue
 *
 * Context: aq->lock is held, also when the messages' receive is called.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
function __ap_flush_queue(aq: ap_queue): void {
	for (const ap_msg of list_for_each_entry_safe<ap_message>(aq.pendingq, "list")) {
		list_del_init(ap_msg.list);
		aq.pendingq_count--;
		ap_msg.rc = -EAGAIN;
		ap_msg.receive!(aq, ap_msg, null);
	}
	for (const ap_msg of list_for_each_entry_safe<ap_message>(aq.requestq, "list")) {
		list_del_init(ap_msg.list);
		aq.requestq_count--;
		ap_msg.rc = -EAGAIN;
		ap_msg.receive!(aq, ap_msg, null);
	}
	aq.queue_count = 0;
}

/**
 * ap_flush_queue - the same for whoever does not hold the lock
 * @aq: the queue
 *
 * Context: takes aq->lock.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_flush_queue(aq: ap_queue): void {
	spin_lock_bh(aq.lock);
	__ap_flush_queue(aq);
	spin_unlock_bh(aq.lock);
}

/**
 * ap_queue_prepare_remove - take no more requests: the driver is about to go
 * @aq: the queue
 *
 * Context: takes aq->lock.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_queue_prepare_remove(aq: ap_queue): void {
	spin_lock_bh(aq.lock);
	__ap_flush_queue(aq);
	aq.dev_state = AP_DEV_STATE_SHUTDOWN;
	spin_unlock_bh(aq.lock);
	del_timer_sync(aq.timeout);
}

/**
 * ap_queue_remove - leave nothing on the queue: the driver has gone
 * @aq: the queue, after ap_queue_prepare_remove()
 *
 * The reset with zeroize also ends the queue's interrupts.
 *
 * Context: takes aq->lock.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_queue_remove(aq: ap_queue): void {
	spin_lock_bh(aq.lock);
	ap_zapq(aq.qid, 0);
	aq.dev_state = AP_DEV_STATE_UNINITIATED;
	spin_unlock_bh(aq.lock);
}

/**
 * _ap_queue_init_state - start the state machine, with a reset of the queue
 * @aq: the queue
 *
 * Context: aq->lock is held.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function _ap_queue_init_state(aq: ap_queue): void {
	aq.dev_state = AP_DEV_STATE_OPERATING;
	aq.sm_state = AP_SM_STATE_RESET_START;
	aq.last_err_rc = 0;
	aq.assoc_idx = ASSOC_IDX_INVALID;
	ap_wait(ap_sm_event(aq, AP_SM_EVENT_POLL));
}

/**
 * ap_queue_init_state - the same for whoever does not hold the lock
 * @aq: the queue
 *
 * Context: takes aq->lock.
 * C: drivers/s390/crypto/ap_queue.c, Linux 6.12
 */
export function ap_queue_init_state(aq: ap_queue): void {
	spin_lock_bh(aq.lock);
	_ap_queue_init_state(aq);
	spin_unlock_bh(aq.lock);
}

export { ap_queue_dev_attr_groups, ap_queue_dev_attrs }; /* to which drivers/v7.3 adds one */
