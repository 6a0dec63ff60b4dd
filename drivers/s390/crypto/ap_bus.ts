// SPDX-License-Identifier: GPL-2.0+
/*
 * The adjunct processor bus: finds cards and queues, and brings them to the
 * drivers that may have them.
 *
 * Copyright IBM Corp. 2006, 2023
 * Author(s): Cornelia Huck <cornelia.huck@de.ibm.com>
 *	      Martin Schwidefsky <schwidefsky@de.ibm.com>
 *	      Ralph Wuerthner <rwuerthn@de.ibm.com>
 *	      Felix Beck <felix.beck@de.ibm.com>
 *	      Holger Dengler <hd@linux.vnet.ibm.com>
 *	      Harald Freudenberger <freude@linux.ibm.com>
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12.
 */
import { device_initcall } from "#linux/init.h";
import { PTR_ERR_OR_ZERO } from "#linux/err.h";
import { DECLARE_TASKLET_OLD, tasklet_schedule } from "#linux/interrupt.h";
import {
	INIT_WORK, cancel_work, cancel_work_sync, queue_work, system_long_wq, work_struct,
} from "#linux/workqueue.h";
import { GFP_KERNEL, kfree, kfree_sensitive, kmalloc } from "#linux/slab.h";
import { NOTIFY_DONE, NOTIFY_OK, notifier_block } from "#linux/notifier.h";
import {
	DEFINE_MUTEX, mutex_init, mutex_is_locked, mutex_lock, mutex_lock_interruptible,
	mutex_trylock, mutex_unlock, type mutex,
} from "#linux/mutex.h";
import { airq_struct, register_adapter_interrupt, unregister_adapter_interrupt } from "#asm/airq.h";
import {
	ATOMIC_INIT, atomic64_inc_return, atomic64_read, atomic64_set, atomic64_t, atomic_read,
	atomic_set,
} from "#linux/atomic.h";
import { AP_ISC } from "#asm/isc.h";
import {
	HRTIMER_NORESTART, hrtimer, hrtimer_cancel, hrtimer_forward_now, hrtimer_init,
	hrtimer_is_queued, hrtimer_restart, hrtimer_set_expires, hrtimer_start_expires,
} from "#linux/hrtimer.h";
import { test_facility } from "#asm/facility.h";
import { hex_to_bin, isxdigit } from "#linux/hex.h";
import { module_put, try_module_get, type module } from "#linux/module.h";
import { is_prot_virt_guest } from "#asm/uv.h";
import { CHSC_NOTIFY_AP_CFG, chsc_notifier_register, chsc_notifier_unregister } from "#asm/chsc.h";
import {
	mempool_alloc_preallocated, mempool_create_kmalloc_pool, mempool_destroy, mempool_free,
	type mempool_t,
} from "#linux/mempool.h";
import { clear_bit_inv, set_bit_inv, test_bit_inv } from "#asm/bitops.h";
import {
	debug_register, debug_register_view, debug_set_level, debug_sprintf_view, debug_unregister,
	type debug_info_t,
} from "#asm/debug.h";
import { DECLARE_BITMAP, bitmap_andnot, bitmap_empty } from "#linux/bitmap.h";
import { BITS_TO_LONGS } from "#linux/bitops.h";
import { WARN_ON_ONCE } from "#linux/bug.h";
import {
	complete_all, completion, completion_done, init_completion, reinit_completion,
	wait_for_completion_interruptible, wait_for_completion_interruptible_timeout,
} from "#linux/completion.h";
import {
	BUS_ATTR_RO, BUS_ATTR_RW, bus_find_device, bus_for_each_dev, bus_for_each_drv, bus_index,
	bus_register, bus_type, bus_unregister, dev_set_name, device_register, device_reprobe,
	device_unregister, driver_register, driver_unregister, get_device, put_device,
	root_device_register, root_device_unregister, type device, type device_driver,
} from "#linux/device.h";
import { EBUSY, EINTR, EINVAL, ENODEV, ENOMEM, ERESTARTSYS, ETIME } from "#linux/errno.h";
import {
	DECLARE_HASHTABLE, hash_add, hash_del, hash_first, hash_for_each, hash_init, hash_next,
} from "#linux/hashtable.h";
import { HZ, jiffies } from "#linux/jiffies.h";
import {
	KOBJ_CHANGE, add_uevent_var, kobject_uevent_env, type kobj_uevent_env,
} from "#linux/kobject.h";
import { kstrtobool, kstrtoul, simple_strtoul } from "#linux/kstrtox.h";
import { min } from "#linux/minmax.h";
import { pr_debug, pr_warn } from "#linux/printk.h";
import { current, type task_struct } from "#linux/sched.h";
import { DEFINE_SPINLOCK, spin_lock_bh, spin_lock_init, spin_unlock_bh } from "#linux/spinlock.h";
import { char_buf, snprintf, sscanf } from "#linux/sprintf.h";
import { memcmp, memcpy, memset } from "#linux/string.h";
import { ATTRIBUTE_GROUPS, sysfs_emit, sysfs_emit_at } from "#linux/sysfs.h";
import { from_timer, mod_timer, timer_delete, timer_list, timer_setup } from "#linux/timer.h";
import { out } from "#linux/types.h";
import {
	AP_MKQID, AP_QID_CARD, AP_QID_QUEUE, ap_config_info, ap_instructions_available,
	ap_qact_ap_info, ap_qci, ap_tapq_hwinfo, type ap_qid_t,
} from "#asm/ap.h";
import { param_sysfs_builtin } from "../../base/module.ts";
import { ap_qact, ap_test_queue } from "../sim/ap_bus_insns.ts"; /* PORT: see there */
import {
	AP_CONFIG_TIME, AP_DEFAULT_MAX_MSG_SIZE, AP_DEVICES, AP_DEVICE_ID_MATCH_CARD_TYPE,
	AP_DEVICE_ID_MATCH_QUEUE_TYPE, AP_DEVICE_TYPE_CEX4, AP_DEVICE_TYPE_CEX8, AP_DEV_STATE_ERROR,
	AP_DEV_STATE_UNINITIATED, AP_DOMAINS, AP_DRIVER_FLAG_DEFAULT, AP_MSG_FLAG_MEMPOOL,
	AP_RESPONSE_BUSY, AP_RESPONSE_CHECKSTOPPED, AP_RESPONSE_DECONFIGURED, AP_RESPONSE_NORMAL,
	AP_RESPONSE_RESET_IN_PROGRESS, AP_SM_EVENT_POLL, AP_SM_EVENT_TIMEOUT, AP_SM_WAIT_AGAIN,
	AP_SM_WAIT_HIGH_TIMEOUT, AP_SM_WAIT_INTERRUPT, AP_SM_WAIT_LOW_TIMEOUT, AP_SM_WAIT_NONE,
	TAPQ_CARD_HWINFO_MASK, _ap_queue_init_state, ap_card_create, ap_flush_queue, ap_queue,
	ap_queue_create, ap_queue_init_state, ap_queue_prepare_remove, ap_queue_remove, ap_sm_event,
	ap_sm_event_loop, ap_test_bit, struct_ap_perms, to_ap_card, to_ap_dev, to_ap_drv,
	to_ap_queue, type ap_card, type ap_device, type ap_driver, type ap_message, type ap_sm_wait,
} from "./ap_bus.h.ts";
import { AP_DBF_INFO, AP_DBF_MAX_SPRINTF_ARGS, AP_DBF_WARN, DBF_ERR } from "./ap_debug.h.ts";

/*
 * All that follows is set anew at each boot, by ap_bus_statics_init().
 */

/** ap_domain_index - the default domain, -1 as long as there is none */
export let ap_domain_index = -1;
const ap_domain_lock = DEFINE_SPINLOCK("ap_domain_lock");

let ap_thread_flag = 0;
let apm_str: string | null = null;
let aqm_str: string | null = null;
let ap_useirq = 1;

/** ap_max_msg_size - the longest message that any card takes, in bytes */
export let ap_max_msg_size = ATOMIC_INIT(12 * 1024);

let ap_root_device: device;

/** ap_queues - all queue devices that have a driver, by APQN */
export const ap_queues = DECLARE_HASHTABLE(8);
/** ap_queues_lock - guards ap_queues */
export const ap_queues_lock = DEFINE_SPINLOCK("ap_queues_lock");

/** ap_perms - what is reserved for the default drivers */
export let ap_perms: struct_ap_perms;
/** ap_perms_mutex - guards ap_perms */
export const ap_perms_mutex = DEFINE_MUTEX("ap_perms_mutex");

/* How often since boot all queues had drivers */
let ap_bindings_complete_count: atomic64_t;

/* All queues have drivers */
let ap_apqn_bindings_complete: completion;

let ap_qci_info: ap_config_info;
let ap_qci_info_old: ap_config_info;

/** ap_dbf_info - the bus's debug area */
export let ap_dbf_info: debug_info_t | null = null;

/* Message buffers for who cannot wait for memory */
let ap_msg_pool: mempool_t | null = null;
const ap_msg_pool_min_items = 8;

/* The scan */
let ap_scan_bus_result = false;		/* what the last one found */
const ap_scan_bus_mutex = DEFINE_MUTEX("ap_scan_bus_mutex");	/* one at a time */
let ap_scan_bus_task: task_struct | null = null;	/* who holds the mutex */
let ap_scan_bus_count: atomic64_t;
let ap_scan_bus_time = 0;
let ap_scan_bus_timer: timer_list;
let ap_scan_bus_work: work_struct;

/* Looking for replies */
const ap_tasklet = DECLARE_TASKLET_OLD(ap_tasklet_fn);
let ap_poll_kthread: work_struct | null = null;	/* PORT: see ap_poll_thread() */
const ap_poll_thread_mutex = DEFINE_MUTEX("ap_poll_thread_mutex");
const ap_poll_timer_lock = DEFINE_SPINLOCK("ap_poll_timer_lock");
let ap_poll_timer: hrtimer;

/* The high rate: 4 kHz, in nanoseconds between two polls */
let poll_high_timeout = 250000;

/* The low rate, for states that take their time: 25 Hz */
const poll_low_timeout = 40000000;

/* Highest numbers where QCI does not say */
let ap_max_domain_id = 15;
let ap_max_adapter_id = 63;

/* The machine is a logical partition. */
const MACHINE_IS_VM = false;	/* PORT: C asks the machine */

let ap_irq_flag = false;

const ap_airq = new airq_struct(ap_interrupt_handler, AP_ISC);
let queues: bus_index;				/* PORT: see index_devices() */

/**
 * ap_airq_ptr - the indicator that the bus's queues set, null without interrupts
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_airq_ptr(): airq_struct["lsi_ptr"] {
	if (ap_irq_flag)
		return ap_airq.lsi_ptr;
	return null;
}

/**
 * ap_interrupts_available - whether queues can interrupt
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_interrupts_available(): boolean {
	return test_facility(65);
}

/**
 * ap_qci_available - whether the configuration can be queried
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_qci_available(): boolean {
	return test_facility(12);
}

/**
 * ap_apft_available - whether TAPQ can tell facilities
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_apft_available(): boolean {
	return test_facility(15);
}

/**
 * ap_qact_available - whether adapters can be asked for a compatible type
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_qact_available(): number {
	return ap_qci_info.qact;
}

/**
 * ap_sb_available - whether queues can be bound in Secure Execution
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_sb_available(): number {
	return ap_qci_info.apsb;
}

/**
 * ap_is_se_guest - whether this is a Secure Execution guest with queues
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_is_se_guest(): boolean {
	return is_prot_virt_guest() && ap_sb_available() !== 0;
}

/**
 * ap_init_qci_info - ask for the configuration a first time
 *
 * Sets the highest numbers, where it tells them.
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_init_qci_info(): void {
	if (!ap_qci_available() ||
	    ap_qci(ap_qci_info)) {
		AP_DBF_INFO("%s QCI not supported\n", "ap_init_qci_info");
		return;
	}
	memcpy(ap_qci_info_old, ap_qci_info);
	AP_DBF_INFO("%s successful fetched initial qci info\n", "ap_init_qci_info");

	if (ap_qci_info.apxa) {
		if (ap_qci_info.na) {
			ap_max_adapter_id = ap_qci_info.na;
			AP_DBF_INFO("%s new ap_max_adapter_id is %d\n",
				    "ap_init_qci_info", ap_max_adapter_id);
		}
		if (ap_qci_info.nd) {
			ap_max_domain_id = ap_qci_info.nd;
			AP_DBF_INFO("%s new ap_max_domain_id is %d\n",
				    "ap_init_qci_info", ap_max_domain_id);
		}
	}
}

/**
 * ap_test_config - whether a bit of a mask is set
 * @field: the mask
 * @nr: number of the bit from the left
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_test_config(field: Uint32Array, nr: number): boolean {
	return ap_test_bit(field[nr >> 5], nr & 0x1f);
}

/**
 * ap_test_config_card_id - whether an adapter is in the configuration
 * @id: APID
 *
 * Return: also true where the configuration cannot be queried.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_test_config_card_id(id: number): boolean {
	if (id > ap_max_adapter_id)
		return false;
	if (ap_qci_info.flags)
		return ap_test_config(ap_qci_info.apm, id);
	return true;
}

/**
 * ap_test_config_usage_domain - whether a usage domain is in the configuration
 * @domain: APQI
 *
 * Return: also true where the configuration cannot be queried.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_test_config_usage_domain(domain: number): boolean {
	if (domain > ap_max_domain_id)
		return false;
	if (ap_qci_info.flags)
		return ap_test_config(ap_qci_info.aqm, domain);
	return true;
}

/**
 * ap_test_config_ctrl_domain - whether a control domain is in the configuration
 * @domain: its number
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_test_config_ctrl_domain(domain: number): boolean {
	if (!ap_qci_info || domain > ap_max_domain_id)
		return false;
	return ap_test_config(ap_qci_info.adm, domain);
}

/**
 * ap_queue_info - ask a queue whether it is there and what it is
 * @qid: APQN
 * @hwinfo: takes what it is
 * @decfg: takes whether it is deconfigured
 * @cstop: takes whether it is checkstopped
 *
 * Return: 1 if it is there; 0 if it seems to be, but does not say what it is; -1
 * if it is not.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_queue_info(
	qid: ap_qid_t, hwinfo: ap_tapq_hwinfo, decfg: out<boolean>, cstop: out<boolean>,
): number {
	hwinfo.fac = 0;		/* PORT: value, in two halves */
	hwinfo.apinfo = 0;

	/* Numbers beyond these are a specification exception. */
	if (AP_QID_CARD(qid) > ap_max_adapter_id ||
	    AP_QID_QUEUE(qid) > ap_max_domain_id)
		return -1;

	const status = ap_test_queue(qid, ap_apft_available(), hwinfo);

	switch (status.response_code) {
	case AP_RESPONSE_NORMAL:
	case AP_RESPONSE_RESET_IN_PROGRESS:
	case AP_RESPONSE_DECONFIGURED:
	case AP_RESPONSE_CHECKSTOPPED:
	case AP_RESPONSE_BUSY:
		/* With these the queue tells what it is. */
		break;
	default:
		/* So it does with an asynchronous error. */
		if (!status.async)
			return -1;
		break;
	}

	/* What exists has at least one facility or a type. */
	if (WARN_ON_ONCE(!(hwinfo.fac | hwinfo.apinfo)))
		return 0;

	decfg.v = status.response_code === AP_RESPONSE_DECONFIGURED;
	cstop.v = status.response_code === AP_RESPONSE_CHECKSTOPPED;

	return 1;
}

/**
 * ap_wait - see to it that the state machines go on
 * @wait: what they wait for
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_wait(wait: ap_sm_wait): void {
	let hr_time;

	switch (wait) {
	case AP_SM_WAIT_AGAIN:
	case AP_SM_WAIT_INTERRUPT:
		if (ap_irq_flag)
			break;
		if (ap_poll_kthread) {
			wake_up(ap_poll_kthread);
			break;
		}
		/* fallthrough */
	case AP_SM_WAIT_LOW_TIMEOUT:
	case AP_SM_WAIT_HIGH_TIMEOUT:
		spin_lock_bh(ap_poll_timer_lock);
		if (!hrtimer_is_queued(ap_poll_timer)) {
			hr_time =
				wait === AP_SM_WAIT_LOW_TIMEOUT ?
				poll_low_timeout : poll_high_timeout; /* PORT: no label, as in C */
			hrtimer_forward_now(ap_poll_timer, hr_time);
			hrtimer_restart(ap_poll_timer);
		}
		spin_unlock_bh(ap_poll_timer_lock);
		break;
	case AP_SM_WAIT_NONE:
	default:
		break;
	}
}

/**
 * ap_request_timeout - a request has taken too long
 * @t: the timer of its queue
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_request_timeout(t: timer_list): void {
	const aq = from_timer(ap_queue, t, "timeout");

	spin_lock_bh(aq.lock);
	ap_wait(ap_sm_event(aq, AP_SM_EVENT_TIMEOUT));
	spin_unlock_bh(aq.lock);
}

/**
 * ap_poll_timeout - it is time to look for replies
 * @unused: the timer
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_poll_timeout(unused: hrtimer): number {
	tasklet_schedule(ap_tasklet);
	return HRTIMER_NORESTART;
}

/**
 * ap_interrupt_handler - a queue of the bus has interrupted
 * @airq: the bus's registration
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_interrupt_handler(airq: airq_struct): void {
	/* PORT: inc_irq_stat(): there is no /proc/interrupts */
	tasklet_schedule(ap_tasklet);
}

/**
 * ap_tasklet_fn - let all queues' state machines take a step
 * @dummy: nothing
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_tasklet_fn(dummy: number): void {
	let wait: ap_sm_wait = AP_SM_WAIT_NONE;

	/* First of all: an interrupt from here on is a new one. */
	if (ap_irq_flag)
		ap_airq.lsi_ptr!.value = 0; /* PORT: xchg(): nobody else writes at the same time */

	spin_lock_bh(ap_queues_lock);
	for (const aq of hash_for_each<ap_queue>(ap_queues, "hnode")) {
		spin_lock_bh(aq.lock);
		wait = min(wait, ap_sm_event_loop(aq, AP_SM_EVENT_POLL)) as ap_sm_wait;
		spin_unlock_bh(aq.lock);
	}
	spin_unlock_bh(ap_queues_lock);

	ap_wait(wait);
}

/* PORT: ap_pending_requests(): keeps the poll thread from sleeping between two passes */

/**
 * ap_poll_thread - look for replies while there is nothing better to do
 * @data: the thread
 *
 * A work item, which is what runs here when nothing else does: one pass of the
 * thread's loop for each time it is woken.
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_poll_thread(data: work_struct): void {
	/* PORT: no scheduler: no wait queue, no niceness, no freezer, no loop, no result */
	ap_tasklet_fn(0);
}

/* Let the poll thread run. */
function wake_up(thread: work_struct): void { /* PORT: of a wait queue, in C */
	queue_work(system_long_wq, thread);
}

/**
 * ap_poll_thread_start - have a poll thread, if that is of any use
 *
 * Return: 0.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_poll_thread_start(): number {
	if (ap_irq_flag || ap_poll_kthread)
		return 0;
	mutex_lock(ap_poll_thread_mutex);
	ap_poll_kthread = new work_struct();
	INIT_WORK(ap_poll_kthread, ap_poll_thread); /* PORT: kthread_run(), which can fail */
	mutex_unlock(ap_poll_thread_mutex);
	return 0;
}

/**
 * ap_poll_thread_stop - have no poll thread any more
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_poll_thread_stop(): void {
	if (!ap_poll_kthread)
		return;
	mutex_lock(ap_poll_thread_mutex);
	cancel_work_sync(ap_poll_kthread); /* PORT: kthread_stop() */
	ap_poll_kthread = null;
	mutex_unlock(ap_poll_thread_mutex);
}

/* PORT: a macro in C */
function is_card_dev(x: device): boolean {
	return x.parent === ap_root_device;
}

/* PORT: a macro in C */
function is_queue_dev(x: device): boolean {
	return x.parent !== ap_root_device;
}

/**
 * ap_init_apmsg - prepare a message and get a buffer for it
 * @ap_msg: the message
 * @flags: AP_MSG_FLAG_...
 *
 * Return: 0 or -ENOMEM.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_init_apmsg(ap_msg: ap_message, flags: number): number {
	memset(ap_msg, 0);
	ap_msg.flags = flags;

	if (flags & AP_MSG_FLAG_MEMPOOL) {
		ap_msg.msg = mempool_alloc_preallocated(ap_msg_pool!);
		if (!ap_msg.msg)
			return -ENOMEM;
		ap_msg.bufsize = AP_DEFAULT_MAX_MSG_SIZE;
		return 0;
	}

	const maxmsgsize = atomic_read(ap_max_msg_size);
	ap_msg.msg = kmalloc(maxmsgsize, GFP_KERNEL);
	if (!ap_msg.msg)
		return -ENOMEM;
	ap_msg.bufsize = maxmsgsize;

	return 0;
}

/**
 * ap_release_apmsg - give a message's buffer back
 * @ap_msg: the message
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_release_apmsg(ap_msg: ap_message): void {
	if (ap_msg.flags & AP_MSG_FLAG_MEMPOOL) {
		/* PORT: memzero_explicit(): the pool hands out fresh buffers */
		mempool_free(ap_msg.msg, ap_msg_pool!);
	} else {
		kfree_sensitive(ap_msg.msg);
	}
}

/**
 * ap_bus_match - whether a driver is for a device
 * @dev: the device
 * @drv: the driver
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_bus_match(dev: device, drv: device_driver): number {
	const ap_drv = to_ap_drv(drv);

	/* A driver's table names types of cards and types of queues. */
	for (const id of ap_drv.ids) {
		if (is_card_dev(dev) &&
		    id.match_flags & AP_DEVICE_ID_MATCH_CARD_TYPE &&
		    id.dev_type === to_ap_dev(dev).device_type)
			return 1;
		if (is_queue_dev(dev) &&
		    id.match_flags & AP_DEVICE_ID_MATCH_QUEUE_TYPE &&
		    id.dev_type === to_ap_dev(dev).device_type)
			return 1;
	}
	return 0;
}

/**
 * ap_uevent - add to an event what is known of the device
 * @dev: the device
 * @env: the event's variables
 *
 * Return: 0, or an error of add_uevent_var().
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_uevent(dev: device, env: kobj_uevent_env): number {
	let rc = 0;
	const ap_dev = to_ap_dev(dev);

	/* The bus's own events say all in their variables. */
	if (dev === ap_root_device)
		return 0;

	if (is_card_dev(dev)) {
		const ac = to_ap_card(ap_dev.device);

		rc = add_uevent_var(env, "DEV_TYPE=%04X", ap_dev.device_type);
		if (rc)
			return rc;
		rc = add_uevent_var(env, "MODALIAS=ap:t%02X", ap_dev.device_type);
		if (rc)
			return rc;

		/* accelerator, or CCA or EP11 coprocessor */
		if (ac.hwinfo.accel)
			rc = add_uevent_var(env, "MODE=accel");
		else if (ac.hwinfo.cca)
			rc = add_uevent_var(env, "MODE=cca");
		else if (ac.hwinfo.ep11)
			rc = add_uevent_var(env, "MODE=ep11");
		if (rc)
			return rc;
	} else {
		const aq = to_ap_queue(ap_dev.device);

		/* accelerator, or CCA or EP11 coprocessor */
		if (aq.card!.hwinfo.accel)
			rc = add_uevent_var(env, "MODE=accel");
		else if (aq.card!.hwinfo.cca)
			rc = add_uevent_var(env, "MODE=cca");
		else if (aq.card!.hwinfo.ep11)
			rc = add_uevent_var(env, "MODE=ep11");
		if (rc)
			return rc;
	}

	return 0;
}

/**
 * ap_send_init_scan_done_uevent - tell userspace that the first scan is done
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_send_init_scan_done_uevent(): void {
	const envp = ["INITSCAN=done"];

	kobject_uevent_env(ap_root_device.kobj, KOBJ_CHANGE, envp);
}

/**
 * ap_send_bindings_complete_uevent - tell userspace that all queues have drivers
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_send_bindings_complete_uevent(): void {
	const buf = new char_buf();

	snprintf(buf, 32, "COMPLETECOUNT=%llu",
		 atomic64_inc_return(ap_bindings_complete_count));
	kobject_uevent_env(ap_root_device.kobj, KOBJ_CHANGE, ["BINDINGS=complete", buf.text]);
}

/**
 * ap_send_config_uevent - tell userspace that a device was (de)configured
 * @ap_dev: the device
 * @cfg: it is configured now
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_send_config_uevent(ap_dev: ap_device, cfg: boolean): void {
	const buf = new char_buf();

	snprintf(buf, 16, "CONFIG=%d", cfg ? 1 : 0);

	kobject_uevent_env(ap_dev.device.kobj, KOBJ_CHANGE, [buf.text]);
}

/**
 * ap_send_online_uevent - tell userspace that a device went online or offline
 * @ap_dev: the device
 * @online: not 0 if it is online now
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_send_online_uevent(ap_dev: ap_device, online: number): void {
	const buf = new char_buf();

	snprintf(buf, 16, "ONLINE=%d", online ? 1 : 0);

	kobject_uevent_env(ap_dev.device.kobj, KOBJ_CHANGE, [buf.text]);
}

/**
 * ap_send_mask_changed_uevent - tell userspace of a new apmask or aqmask
 * @newapm: the new apmask, or null
 * @newaqm: the new aqmask, where @newapm is null
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_send_mask_changed_uevent(
	newapm: Uint32Array | null, newaqm: Uint32Array | null,
): void {
	const buf = new char_buf();

	if (newapm)
		snprintf(buf, 100,
			 "APMASK=0x%08x%08x%08x%08x%08x%08x%08x%08x\n",
			 newapm[0], newapm[1], newapm[2], newapm[3],
			 newapm[4], newapm[5], newapm[6], newapm[7]);
	else
		snprintf(buf, 100,
			 "AQMASK=0x%08x%08x%08x%08x%08x%08x%08x%08x\n",
			 newaqm![0], newaqm![1], newaqm![2], newaqm![3],
			 newaqm![4], newaqm![5], newaqm![6], newaqm![7]);

	kobject_uevent_env(ap_root_device.kobj, KOBJ_CHANGE, [buf.text]);
}

/*
 * class __ap_calc_ctrs - counts of queues
 * @apqns: all
 * @bound: those with a driver
 */
class __ap_calc_ctrs {
	apqns = 0;
	bound = 0;

	memset_zero(): void {
		this.apqns = 0;
		this.bound = 0;
	}
}

/**
 * __ap_calc_helper - count a device, if it is a queue
 * @dev: the device
 * @arg: the counts
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function __ap_calc_helper(dev: device, arg: unknown): number {
	const pctrs = arg as __ap_calc_ctrs;

	if (is_queue_dev(dev)) {
		pctrs.apqns++;
		if (dev.driver)
			pctrs.bound++;
	}

	return 0;
}

/**
 * ap_calc_bound_apqns - count the queues
 * @apqns: takes how many there are
 * @bound: takes how many have a driver
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_calc_bound_apqns(apqns: out<number>, bound: out<number>): void {
	const ctrs = new __ap_calc_ctrs();

	memset(ctrs, 0);
	bus_for_each_dev(ap_bus_type, null, ctrs, __ap_calc_helper);

	apqns.v = ctrs.apqns;
	bound.v = ctrs.bound;
}

/**
 * ap_check_bindings_complete - if all queues have drivers, let who waits for it
 *				know, and userspace, once
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_check_bindings_complete(): void {
	const apqns = out(0), bound = out(0);

	if (atomic64_read(ap_scan_bus_count) >= 1) {
		ap_calc_bound_apqns(apqns, bound);
		if (bound.v === apqns.v) {
			if (!completion_done(ap_apqn_bindings_complete)) {
				complete_all(ap_apqn_bindings_complete);
				ap_send_bindings_complete_uevent();
				pr_debug("all apqn bindings complete\n");
			}
		}
	}
}

/**
 * ap_wait_apqn_bindings_complete - wait until the first scan is done and all
 *				    queues have drivers
 * @timeout: how long at most, in ticks; 0 for no limit
 *
 * Return: 0; -ETIME when that was not long enough.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_wait_apqn_bindings_complete(timeout: number): number {
	let rc = 0;
	let l;

	if (completion_done(ap_apqn_bindings_complete))
		return 0;

	if (timeout)
		l = wait_for_completion_interruptible_timeout(
			ap_apqn_bindings_complete, timeout);
	else
		l = wait_for_completion_interruptible(
			ap_apqn_bindings_complete);
	if (l < 0)
		rc = l === -ERESTARTSYS ? -EINTR : l;
	else if (l === 0 && timeout)
		rc = -ETIME;

	pr_debug("rc=%d\n", rc);
	return rc;
}

/**
 * __ap_queue_devices_with_id_unregister - take a queue of an adapter away
 * @dev: a device
 * @data: APID
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function __ap_queue_devices_with_id_unregister(dev: device, data: unknown): number {
	if (is_queue_dev(dev) &&
	    AP_QID_CARD(to_ap_queue(dev).qid) === data)
		device_unregister(dev);
	return 0;
}

/**
 * __ap_revise_reserved - let a queue look for a driver again if it is bound to
 *			  one of the wrong kind
 * @dev: a device
 * @dummy: nothing
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function __ap_revise_reserved(dev: device, dummy: unknown): number {
	let rc, card, queue, devres, drvres;

	if (is_queue_dev(dev)) {
		card = AP_QID_CARD(to_ap_queue(dev).qid);
		queue = AP_QID_QUEUE(to_ap_queue(dev).qid);
		mutex_lock(ap_perms_mutex);
		devres = test_bit_inv(card, ap_perms.apm) &&
			test_bit_inv(queue, ap_perms.aqm);
		mutex_unlock(ap_perms_mutex);
		/* PORT: for a queue without a driver C reads low memory: no flags, here */
		drvres = (dev.driver !== null ? to_ap_drv(dev.driver).flags : 0)
			& AP_DRIVER_FLAG_DEFAULT;
		if (!!devres !== !!drvres) {
			pr_debug("reprobing queue=%02x.%04x\n", card, queue);
			rc = device_reprobe(dev);
			if (rc)
				AP_DBF_WARN("%s reprobing queue=%02x.%04x failed\n",
					    "__ap_revise_reserved", card, queue);
		}
	}

	return 0;
}

/**
 * ap_bus_revise_bindings - after a change of apmask or aqmask, give every queue
 *			    to a driver of the right kind
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_bus_revise_bindings(): void {
	bus_for_each_dev(ap_bus_type, null, null, __ap_revise_reserved);
}

/**
 * ap_owned_by_def_drv - whether a queue is reserved for the default drivers
 * @card: APID
 * @queue: APQI
 *
 * Context: ap_perms_mutex is held.
 * Return: 1 or 0, -EINVAL for numbers that no queue has.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_owned_by_def_drv(card: number, queue: number): number {
	let rc = 0;

	if (card < 0 || card >= AP_DEVICES || queue < 0 || queue >= AP_DOMAINS)
		return -EINVAL;

	if (test_bit_inv(card, ap_perms.apm) &&
	    test_bit_inv(queue, ap_perms.aqm))
		rc = 1;

	return rc;
}

/**
 * ap_apqn_in_matrix_owned_by_def_drv - whether any queue of a matrix is reserved
 *					for the default drivers
 * @apm: the matrix's adapters
 * @aqm: the matrix's domains
 *
 * Context: ap_perms_mutex is held.
 * Return: 1 or 0.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_apqn_in_matrix_owned_by_def_drv(apm: Uint32Array, aqm: Uint32Array): number {
	let card, queue, rc = 0;

	for (card = 0; !rc && card < AP_DEVICES; card++)
		if (test_bit_inv(card, apm) &&
		    test_bit_inv(card, ap_perms.apm))
			for (queue = 0; !rc && queue < AP_DOMAINS; queue++)
				if (test_bit_inv(queue, aqm) &&
				    test_bit_inv(queue, ap_perms.aqm))
					rc = 1;

	return rc;
}

/**
 * ap_device_probe - offer a device to a driver that matches
 * @dev: the device; its driver is set
 *
 * Queues that apmask and aqmask reserve are for the default drivers only, all
 * others for the other drivers only.
 *
 * Return: 0, -ENODEV if the driver is not to have it, or the driver's error.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_device_probe(dev: device): number {
	const ap_dev = to_ap_dev(dev);
	const ap_drv = to_ap_drv(dev.driver!);
	let card, queue, devres, drvres, rc = -ENODEV;

	if (!get_device(dev))
		return rc;

	out: {
		if (is_queue_dev(dev)) {
			card = AP_QID_CARD(to_ap_queue(dev).qid);
			queue = AP_QID_QUEUE(to_ap_queue(dev).qid);
			mutex_lock(ap_perms_mutex);
			devres = test_bit_inv(card, ap_perms.apm) &&
				test_bit_inv(queue, ap_perms.aqm);
			mutex_unlock(ap_perms_mutex);
			drvres = ap_drv.flags & AP_DRIVER_FLAG_DEFAULT;
			if (!!devres !== !!drvres)
				break out;
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
	if (rc)
		put_device(dev);
	return rc;
}

/**
 * ap_device_remove - take a device from its driver
 * @dev: the device
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_device_remove(dev: device): void {
	const ap_dev = to_ap_dev(dev);
	const ap_drv = to_ap_drv(dev.driver!);

	/* no more messages */
	if (is_queue_dev(dev))
		ap_queue_prepare_remove(to_ap_queue(dev));

	/* the driver lets go */
	if (ap_drv.remove)
		ap_drv.remove(ap_dev);

	/* reset */
	if (is_queue_dev(dev))
		ap_queue_remove(to_ap_queue(dev));

	/* and no more polling */
	spin_lock_bh(ap_queues_lock);
	if (is_queue_dev(dev))
		hash_del(to_ap_queue(dev).hnode);
	spin_unlock_bh(ap_queues_lock);

	put_device(dev);
}

/**
 * ap_get_qdev - find a queue that has a driver
 * @qid: APQN
 *
 * Return: the queue, its device referenced; put_device() when done. Or null.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_get_qdev(qid: ap_qid_t): ap_queue | null {
	spin_lock_bh(ap_queues_lock);
	/* PORT: the chain that it can be in; C walks them all */
	for (let node = hash_first(ap_queues, qid); node !== null; node = hash_next(node, qid)) {
		const aq = node.container as ap_queue;

		if (aq.qid === qid) {
			get_device(aq.ap_dev.device);
			spin_unlock_bh(ap_queues_lock);
			return aq;
		}
	}
	spin_unlock_bh(ap_queues_lock);

	return null;
}

/**
 * ap_driver_register - add a driver to the bus
 * @ap_drv: the driver
 * @owner: its module
 * @name: what it is called under /sys/bus/ap/drivers
 *
 * Return: 0, or an error of driver_register().
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_driver_register(
	ap_drv: ap_driver, owner: module | null, name: string,
): number {
	const drv = ap_drv.driver;

	drv.bus = ap_bus_type;
	drv.owner = owner;
	drv.name = name;
	const rc = driver_register(drv);

	ap_check_bindings_complete();

	return rc;
}

/**
 * ap_driver_unregister - take a driver from the bus; its devices lose it
 * @ap_drv: the driver
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_driver_unregister(ap_drv: ap_driver): void {
	driver_unregister(ap_drv.driver);
}

/**
 * ap_bus_force_rescan - scan the bus now
 *
 * Context: takes ap_scan_bus_mutex, unless this task has it already.
 * Return: true if the configuration had changed.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_bus_force_rescan(): boolean {
	const scan_counter = atomic64_read(ap_scan_bus_count);
	let rc = false;

	pr_debug("> scan counter=%lu\n", scan_counter);

	out: {
		/* The first scan is not to be anticipated. */
		if (scan_counter <= 0)
			break out;

		/*
		 * Whoever scans may send messages, find all cards offline, and get here
		 * again.
		 */
		if (mutex_is_locked(ap_scan_bus_mutex)) {
			if (ap_scan_bus_task === current)
				break out;
		}

		if (mutex_trylock(ap_scan_bus_mutex)) {
			ap_scan_bus_task = current;
			ap_scan_bus_result = ap_scan_bus();
			rc = ap_scan_bus_result;
			ap_scan_bus_task = null;
			mutex_unlock(ap_scan_bus_mutex);
			break out;
		}

		/* Somebody else scans: wait for what that finds. */
		if (mutex_lock_interruptible(ap_scan_bus_mutex)) {
			break out;
		}
		rc = ap_scan_bus_result;
		mutex_unlock(ap_scan_bus_mutex);

	} /* out: */
	pr_debug("rc=%d\n", rc);
	return rc;
}

/**
 * ap_bus_cfg_chg - the machine says that something has changed
 * @nb: the bus's registration
 * @action: what
 * @data: nothing
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_bus_cfg_chg(nb: notifier_block, action: number, data: unknown): number {
	if (action !== CHSC_NOTIFY_AP_CFG)
		return NOTIFY_DONE;

	pr_debug("config change, forcing bus rescan\n");

	ap_bus_force_rescan();

	return NOTIFY_OK;
}

const ap_bus_nb = new notifier_block();
ap_bus_nb.notifier_call = ap_bus_cfg_chg;

/**
 * ap_hex2bitmap - set the bits of a mask that a hexadecimal number has
 * @str: the number, with or without 0x, and a newline at its end or not; its
 *	 first digit is for the leftmost four bits
 * @bitmap: the mask; what the number leaves open stays as it is
 * @bits: its length, a multiple of 8
 *
 * Return: 0, or -EINVAL when there is more than that in @str.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_hex2bitmap(str: string, bitmap: Uint32Array, bits: number): number {
	let i, n, b;
	let at = 0;	/* PORT: C moves str itself */

	if (bits & 0x07)
		return -EINVAL;

	if (str[0] === "0" && str[1] === "x")
		at++;
	if (str[at] === "x")
		at++;

	for (i = 0; isxdigit(str[at]) && i < bits; at++) {
		b = hex_to_bin(str[at]);
		for (n = 0; n < 4; n++)
			if (b & (0x08 >> n))
				set_bit_inv(i + n, bitmap);
		i += 4;
	}

	if (str[at] === "\n")
		at++;
	if (at < str.length)
		return -EINVAL;
	return 0;
}

/**
 * modify_bitmap - set and clear bits as a list says
 * @str: the list: "+" to set or "-" to clear, a number or two with "-" between
 *	 them for a range, commas; "+0-15,-0x7"
 * @bitmap: the mask; on error the terms before it have been carried out
 * @bits: its length, a multiple of 8
 *
 * The numbers are unsigned longs: as ints, large ones became negative and got
 * past the check of the upper bound (CVE-2024-38661).
 *
 * Return: 0, or -EINVAL.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function modify_bitmap(str: string, bitmap: Uint32Array, bits: number): number {
	let a, i, z;
	let at = 0;	/* PORT: C moves str itself */
	let sign;
	const np = out(0);

	if (bits & 0x07)
		return -EINVAL;

	while (at < str.length) {
		sign = str[at++];
		if (sign !== "+" && sign !== "-")
			return -EINVAL;
		a = z = simple_strtoul(str, at, np, 0);
		if (at === np.v || a >= bits)
			return -EINVAL;
		at = np.v;
		if (str[at] === "-") {
			z = simple_strtoul(str, ++at, np, 0);
			if (at === np.v || a > z || z >= bits)
				return -EINVAL;
			at = np.v;
		}
		for (i = a; i <= z; i++)
			if (sign === "+")
				set_bit_inv(i, bitmap);
			else
				clear_bit_inv(i, bitmap);
		while (str[at] === "," || str[at] === "\n")
			at++;
	}

	return 0;
}

/**
 * ap_parse_bitmap_str - make a new mask from an old one and a text
 * @str: a list of changes if it begins with "+" or "-", else the whole mask as
 *	 a hexadecimal number
 * @bitmap: the old mask
 * @bits: its length
 * @newmap: takes the new mask
 *
 * Return: 0, or -EINVAL.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_parse_bitmap_str(
	str: string, bitmap: Uint32Array, bits: number, newmap: Uint32Array,
): number {
	/* PORT: BITS_TO_LONGS(): masks know their size */
	let rc;

	if (str[0] === "+" || str[0] === "-") {
		memcpy(newmap, bitmap);
		rc = modify_bitmap(str, newmap, bits);
	} else {
		memset(newmap, 0);
		rc = ap_hex2bitmap(str, newmap, bits);
	}
	return rc;
}

/**
 * ap_parse_mask_str - change a mask as a text says, or not at all
 * @str: the text, see ap_parse_bitmap_str()
 * @bitmap: the mask
 * @bits: its length, a multiple of 8
 * @lock: guards the mask
 *
 * Context: takes @lock.
 * Return: 0, -EINVAL or -ENOMEM.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
export function ap_parse_mask_str(
	str: string, bitmap: Uint32Array, bits: number, lock: mutex,
): number {
	if (bits & 0x07)
		return -EINVAL;

	const size = BITS_TO_LONGS(bits) * 8;
	const newmap = kmalloc(size, GFP_KERNEL);
	if (!newmap)
		return -ENOMEM;
	if (mutex_lock_interruptible(lock)) {
		kfree(newmap);
		return -ERESTARTSYS;
	}
	const words = new Uint32Array(newmap.buffer);
	const rc = ap_parse_bitmap_str(str, bitmap, bits, words);
	if (rc === 0)
		memcpy(bitmap, words);
	mutex_unlock(lock);
	kfree(newmap);
	return rc;
}

/*
 * The files of /sys/bus/ap.
 */

/**
 * ap_domain_show - the default domain, -1 for none
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_domain_show(bus: bus_type, buf: char_buf): number {
	return sysfs_emit(buf, "%d\n", ap_domain_index);
}

/**
 * ap_domain_store - set the default domain
 * @bus: the bus
 * @buf: what was written
 * @count: its length
 *
 * Return: @count, or -EINVAL for what is no domain of the default drivers.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_domain_store(bus: bus_type, buf: string, count: number): number {
	const domain = out(0);

	if (sscanf(buf, "%i\n", domain) !== 1 ||
	    domain.v < 0 || domain.v > ap_max_domain_id ||
	    !test_bit_inv(domain.v, ap_perms.aqm))
		return -EINVAL;

	spin_lock_bh(ap_domain_lock);
	ap_domain_index = domain.v;
	spin_unlock_bh(ap_domain_lock);

	AP_DBF_INFO("%s stored new default domain=%d\n",
		    "ap_domain_store", domain.v);

	return count;
}

const bus_attr_ap_domain = BUS_ATTR_RW("ap_domain", ap_domain_show, ap_domain_store);

/**
 * ap_control_domain_mask_show - the control domains of the configuration
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_control_domain_mask_show(bus: bus_type, buf: char_buf): number {
	if (!ap_qci_info.flags)
		return sysfs_emit(buf, "not supported\n");

	return sysfs_emit(buf, "0x%08x%08x%08x%08x%08x%08x%08x%08x\n",
			  ap_qci_info.adm[0], ap_qci_info.adm[1],
			  ap_qci_info.adm[2], ap_qci_info.adm[3],
			  ap_qci_info.adm[4], ap_qci_info.adm[5],
			  ap_qci_info.adm[6], ap_qci_info.adm[7]);
}

const bus_attr_ap_control_domain_mask = BUS_ATTR_RO("ap_control_domain_mask",
						    ap_control_domain_mask_show);

/**
 * ap_usage_domain_mask_show - the usage domains of the configuration
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_usage_domain_mask_show(bus: bus_type, buf: char_buf): number {
	if (!ap_qci_info.flags)
		return sysfs_emit(buf, "not supported\n");

	return sysfs_emit(buf, "0x%08x%08x%08x%08x%08x%08x%08x%08x\n",
			  ap_qci_info.aqm[0], ap_qci_info.aqm[1],
			  ap_qci_info.aqm[2], ap_qci_info.aqm[3],
			  ap_qci_info.aqm[4], ap_qci_info.aqm[5],
			  ap_qci_info.aqm[6], ap_qci_info.aqm[7]);
}

const bus_attr_ap_usage_domain_mask = BUS_ATTR_RO("ap_usage_domain_mask",
						  ap_usage_domain_mask_show);

/**
 * ap_adapter_mask_show - the adapters of the configuration
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_adapter_mask_show(bus: bus_type, buf: char_buf): number {
	if (!ap_qci_info.flags)
		return sysfs_emit(buf, "not supported\n");

	return sysfs_emit(buf, "0x%08x%08x%08x%08x%08x%08x%08x%08x\n",
			  ap_qci_info.apm[0], ap_qci_info.apm[1],
			  ap_qci_info.apm[2], ap_qci_info.apm[3],
			  ap_qci_info.apm[4], ap_qci_info.apm[5],
			  ap_qci_info.apm[6], ap_qci_info.apm[7]);
}

const bus_attr_ap_adapter_mask = BUS_ATTR_RO("ap_adapter_mask", ap_adapter_mask_show);

/**
 * ap_interrupts_show - 1 if the bus's queues interrupt
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_interrupts_show(bus: bus_type, buf: char_buf): number {
	return sysfs_emit(buf, "%d\n", ap_irq_flag ? 1 : 0);
}

const bus_attr_ap_interrupts = BUS_ATTR_RO("ap_interrupts", ap_interrupts_show);

/**
 * config_time_show - seconds between two scans
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function config_time_show(bus: bus_type, buf: char_buf): number {
	return sysfs_emit(buf, "%d\n", ap_scan_bus_time);
}

/**
 * config_time_store - set the time between two scans
 * @bus: the bus
 * @buf: what was written
 * @count: its length
 *
 * Return: @count, or -EINVAL outside of 5 to 120 seconds.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function config_time_store(bus: bus_type, buf: string, count: number): number {
	const time = out(0);

	if (sscanf(buf, "%d\n", time) !== 1 || time.v < 5 || time.v > 120)
		return -EINVAL;
	ap_scan_bus_time = time.v;
	mod_timer(ap_scan_bus_timer, jiffies.now + ap_scan_bus_time * HZ);
	return count;
}

const bus_attr_config_time = BUS_ATTR_RW("config_time", config_time_show, config_time_store);

/**
 * poll_thread_show - 1 if there is a poll thread
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function poll_thread_show(bus: bus_type, buf: char_buf): number {
	return sysfs_emit(buf, "%d\n", ap_poll_kthread ? 1 : 0);
}

/**
 * poll_thread_store - have a poll thread or not
 * @bus: the bus
 * @buf: what was written
 * @count: its length
 *
 * Return: @count, or -EINVAL.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function poll_thread_store(bus: bus_type, buf: string, count: number): number {
	const value = out(false);
	let rc;

	rc = kstrtobool(buf, value);
	if (rc)
		return rc;

	if (value.v) {
		rc = ap_poll_thread_start();
		if (rc)
			count = rc;
	} else {
		ap_poll_thread_stop();
	}
	return count;
}

const bus_attr_poll_thread = BUS_ATTR_RW("poll_thread", poll_thread_show, poll_thread_store);

/**
 * poll_timeout_show - nanoseconds between two polls at the high rate
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function poll_timeout_show(bus: bus_type, buf: char_buf): number {
	return sysfs_emit(buf, "%lu\n", poll_high_timeout);
}

/**
 * poll_timeout_store - set the high rate
 * @bus: the bus
 * @buf: what was written
 * @count: its length
 *
 * Return: @count, -EINVAL above two minutes, or an error of kstrtoul().
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function poll_timeout_store(bus: bus_type, buf: string, count: number): number {
	const value = out(0);

	const rc = kstrtoul(buf, 0, value);
	if (rc)
		return rc;

	if (value.v > 120000000000)
		return -EINVAL;
	poll_high_timeout = value.v;
	const hr_time = poll_high_timeout;

	spin_lock_bh(ap_poll_timer_lock);
	hrtimer_cancel(ap_poll_timer);
	hrtimer_set_expires(ap_poll_timer, hr_time);
	hrtimer_start_expires(ap_poll_timer);
	spin_unlock_bh(ap_poll_timer_lock);

	return count;
}

const bus_attr_poll_timeout = BUS_ATTR_RW("poll_timeout", poll_timeout_show, poll_timeout_store);

/**
 * ap_max_domain_id_show - the highest domain there can be
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_max_domain_id_show(bus: bus_type, buf: char_buf): number {
	return sysfs_emit(buf, "%d\n", ap_max_domain_id);
}

const bus_attr_ap_max_domain_id = BUS_ATTR_RO("ap_max_domain_id", ap_max_domain_id_show);

/**
 * ap_max_adapter_id_show - the highest adapter there can be
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_max_adapter_id_show(bus: bus_type, buf: char_buf): number {
	return sysfs_emit(buf, "%d\n", ap_max_adapter_id);
}

const bus_attr_ap_max_adapter_id = BUS_ATTR_RO("ap_max_adapter_id", ap_max_adapter_id_show);

/**
 * apmask_show - the adapters reserved for the default drivers
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function apmask_show(bus: bus_type, buf: char_buf): number {
	if (mutex_lock_interruptible(ap_perms_mutex))
		return -ERESTARTSYS;
	const rc = sysfs_emit(buf, "0x%08x%08x%08x%08x%08x%08x%08x%08x\n",
			ap_perms.apm[0], ap_perms.apm[1],
			ap_perms.apm[2], ap_perms.apm[3],
			ap_perms.apm[4], ap_perms.apm[5],
			ap_perms.apm[6], ap_perms.apm[7]);
	mutex_unlock(ap_perms_mutex);

	return rc;
}

/**
 * __verify_card_reservations - whether a driver can do without what is to be reserved
 * @drv: the driver
 * @data: adapters that are about to be reserved for the default drivers
 *
 * Context: ap_perms_mutex is held.
 * Return: 0, or -EBUSY when the driver has a queue of them in use.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function __verify_card_reservations(drv: device_driver, data: unknown): number {
	let rc = 0;
	const ap_drv = to_ap_drv(drv);
	const newapm = data as Uint32Array;

	/* The driver must not go away meanwhile. */
	if (!try_module_get(drv.owner))
		return 0;

	if (ap_drv.in_use) {
		rc = Number(ap_drv.in_use(newapm, ap_perms.aqm));
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
 * Context: ap_perms_mutex is held.
 * Return: 0 or -EBUSY.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
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

	return 0;
}

/**
 * apmask_store - reserve other adapters for the default drivers
 * @bus: the bus
 * @buf: what was written
 * @count: its length
 *
 * Context: takes ap_perms_mutex.
 * Return: @count, -EINVAL, or -EBUSY when a driver has a queue in use.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function apmask_store(bus: bus_type, buf: string, count: number): number {
	let rc, changes = 0;
	const newapm = DECLARE_BITMAP(AP_DEVICES);

	if (mutex_lock_interruptible(ap_perms_mutex))
		return -ERESTARTSYS;

	done: {
		rc = ap_parse_bitmap_str(buf, ap_perms.apm, AP_DEVICES, newapm);
		if (rc)
			break done;

		changes = memcmp(ap_perms.apm, newapm);
		if (changes)
			rc = apmask_commit(newapm);

	} /* done: */
	mutex_unlock(ap_perms_mutex);
	if (rc)
		return rc;

	if (changes) {
		ap_bus_revise_bindings();
		ap_send_mask_changed_uevent(newapm, null);
	}

	return count;
}

const bus_attr_apmask = BUS_ATTR_RW("apmask", apmask_show, apmask_store);

/**
 * aqmask_show - the domains reserved for the default drivers
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function aqmask_show(bus: bus_type, buf: char_buf): number {
	if (mutex_lock_interruptible(ap_perms_mutex))
		return -ERESTARTSYS;
	const rc = sysfs_emit(buf, "0x%08x%08x%08x%08x%08x%08x%08x%08x\n",
			ap_perms.aqm[0], ap_perms.aqm[1],
			ap_perms.aqm[2], ap_perms.aqm[3],
			ap_perms.aqm[4], ap_perms.aqm[5],
			ap_perms.aqm[6], ap_perms.aqm[7]);
	mutex_unlock(ap_perms_mutex);

	return rc;
}

/**
 * __verify_queue_reservations - whether a driver can do without what is to be reserved
 * @drv: the driver
 * @data: domains that are about to be reserved for the default drivers
 *
 * Context: ap_perms_mutex is held.
 * Return: 0, or -EBUSY when the driver has a queue of them in use.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function __verify_queue_reservations(drv: device_driver, data: unknown): number {
	let rc = 0;
	const ap_drv = to_ap_drv(drv);
	const newaqm = data as Uint32Array;

	/* The driver must not go away meanwhile. */
	if (!try_module_get(drv.owner))
		return 0;

	if (ap_drv.in_use) {
		rc = Number(ap_drv.in_use(ap_perms.apm, newaqm));
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
 * Context: ap_perms_mutex is held.
 * Return: 0 or -EBUSY.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
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

	return 0;
}

/**
 * aqmask_store - reserve other domains for the default drivers
 * @bus: the bus
 * @buf: what was written
 * @count: its length
 *
 * Context: takes ap_perms_mutex.
 * Return: @count, -EINVAL, or -EBUSY when a driver has a queue in use.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function aqmask_store(bus: bus_type, buf: string, count: number): number {
	let rc, changes = 0;
	const newaqm = DECLARE_BITMAP(AP_DOMAINS);

	if (mutex_lock_interruptible(ap_perms_mutex))
		return -ERESTARTSYS;

	done: {
		rc = ap_parse_bitmap_str(buf, ap_perms.aqm, AP_DOMAINS, newaqm);
		if (rc)
			break done;

		changes = memcmp(ap_perms.aqm, newaqm);
		if (changes)
			rc = aqmask_commit(newaqm);

	} /* done: */
	mutex_unlock(ap_perms_mutex);
	if (rc)
		return rc;

	if (changes) {
		ap_bus_revise_bindings();
		ap_send_mask_changed_uevent(null, newaqm);
	}

	return count;
}

const bus_attr_aqmask = BUS_ATTR_RW("aqmask", aqmask_show, aqmask_store);

/**
 * scans_show - how often the bus was scanned
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function scans_show(bus: bus_type, buf: char_buf): number {
	return sysfs_emit(buf, "%llu\n", atomic64_read(ap_scan_bus_count));
}

/**
 * scans_store - scan the bus
 * @bus: the bus
 * @buf: what was written
 * @count: its length
 *
 * Return: @count.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function scans_store(bus: bus_type, buf: string, count: number): number {
	AP_DBF_INFO("%s force AP bus rescan\n", "scans_store");

	ap_bus_force_rescan();

	return count;
}

const bus_attr_scans = BUS_ATTR_RW("scans", scans_show, scans_store);

/**
 * bindings_show - how many queues have drivers, of how many
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function bindings_show(bus: bus_type, buf: char_buf): number {
	let rc;
	const apqns = out(0), n = out(0);

	ap_calc_bound_apqns(apqns, n);
	if (atomic64_read(ap_scan_bus_count) >= 1 && n.v === apqns.v)
		rc = sysfs_emit(buf, "%u/%u (complete)\n", n.v, apqns.v);
	else
		rc = sysfs_emit(buf, "%u/%u\n", n.v, apqns.v);

	return rc;
}

const bus_attr_bindings = BUS_ATTR_RO("bindings", bindings_show);

/**
 * features_show - the features that QCI tells
 * @bus: the bus
 * @buf: where to
 *
 * Return: number of characters.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function features_show(bus: bus_type, buf: char_buf): number {
	let n = 0;

	if (!ap_qci_info.flags)
		return sysfs_emit(buf, "-\n");

	if (ap_qci_info.apsc)
		n += sysfs_emit_at(buf, n, "APSC ");
	if (ap_qci_info.apxa)
		n += sysfs_emit_at(buf, n, "APXA ");
	if (ap_qci_info.qact)
		n += sysfs_emit_at(buf, n, "QACT ");
	if (ap_qci_info.rc8a)
		n += sysfs_emit_at(buf, n, "RC8A ");
	if (ap_qci_info.apsb)
		n += sysfs_emit_at(buf, n, "APSB ");

	sysfs_emit_at(buf, n === 0 ? 0 : n - 1, "\n");

	return n;
}

const bus_attr_features = BUS_ATTR_RO("features", features_show);

const ap_bus_attrs = [
	bus_attr_ap_domain.attr,
	bus_attr_ap_control_domain_mask.attr,
	bus_attr_ap_usage_domain_mask.attr,
	bus_attr_ap_adapter_mask.attr,
	bus_attr_config_time.attr,
	bus_attr_poll_thread.attr,
	bus_attr_ap_interrupts.attr,
	bus_attr_poll_timeout.attr,
	bus_attr_ap_max_domain_id.attr,
	bus_attr_ap_max_adapter_id.attr,
	bus_attr_apmask.attr,
	bus_attr_aqmask.attr,
	bus_attr_scans.attr,
	bus_attr_bindings.attr,
	bus_attr_features.attr,
];
const ap_bus_groups = ATTRIBUTE_GROUPS(ap_bus_attrs);

const ap_bus_type = new bus_type({
	name: "ap",
	bus_groups: ap_bus_groups,
	match: ap_bus_match,
	uevent: ap_uevent,
	probe: ap_device_probe,
	remove: ap_device_remove,
});

/**
 * ap_select_domain - choose a default domain, unless there is one
 *
 * The first that is reserved for the default drivers and has a queue, of an
 * adapter also reserved for them, that works.
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_select_domain(): void {
	let status;
	let card, dom;

	spin_lock_bh(ap_domain_lock);
	out: {
		if (ap_domain_index >= 0) {
			break out;
		}
		for (dom = 0; dom <= ap_max_domain_id; dom++) {
			if (!ap_test_config_usage_domain(dom) ||
			    !test_bit_inv(dom, ap_perms.aqm))
				continue;
			for (card = 0; card <= ap_max_adapter_id; card++) {
				if (!ap_test_config_card_id(card) ||
				    !test_bit_inv(card, ap_perms.apm))
					continue;
				status = ap_test_queue(AP_MKQID(card, dom),
						       ap_apft_available(),
						       null);
				if (status.response_code === AP_RESPONSE_NORMAL)
					break;
			}
			if (card <= ap_max_adapter_id)
				break;
		}
		if (dom <= ap_max_domain_id) {
			ap_domain_index = dom;
			AP_DBF_INFO("%s new default domain is %d\n",
				    "ap_select_domain", ap_domain_index);
		}
	} /* out: */
	spin_unlock_bh(ap_domain_lock);
}

/**
 * ap_get_compatible_type - the type that an adapter is to be driven as
 * @qid: APQN of a queue of it
 * @rawtype: its type
 * @func: its facility bits
 *
 * Return: the type, or 0 for one that no driver supports.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_get_compatible_type(qid: ap_qid_t, rawtype: number, func: number): number {
	let comp_type = 0;

	/* No driver here knows what is older than CEX4 */
	if (rawtype < AP_DEVICE_TYPE_CEX4) {
		AP_DBF_WARN("%s queue=%02x.%04x unsupported type %d\n",
			    "ap_get_compatible_type", AP_QID_CARD(qid),
			    AP_QID_QUEUE(qid), rawtype);
		return 0;
	}
	/* A type that the drivers know is its own */
	if (rawtype <= AP_DEVICE_TYPE_CEX8)
		return rawtype;
	/* It is newer: ask it whether it can behave as the newest type that they know */
	if (ap_qact_available()) {
		const apinfo = new ap_qact_ap_info();

		apinfo.mode = (func >> 26) & 0x07;
		apinfo.cat = AP_DEVICE_TYPE_CEX8;
		const status = ap_qact(qid, 0, apinfo);
		if (status.response_code === AP_RESPONSE_NORMAL &&
		    apinfo.cat >= AP_DEVICE_TYPE_CEX4 &&
		    apinfo.cat <= AP_DEVICE_TYPE_CEX8)
			comp_type = apinfo.cat;
	}
	if (!comp_type)
		AP_DBF_WARN("%s queue=%02x.%04x unable to map type %d\n",
			    "ap_get_compatible_type", AP_QID_CARD(qid),
			    AP_QID_QUEUE(qid), rawtype);
	else if (comp_type !== rawtype)
		AP_DBF_INFO("%s queue=%02x.%04x map type %d to %d\n",
			    "ap_get_compatible_type", AP_QID_CARD(qid), AP_QID_QUEUE(qid),
			    rawtype, comp_type);
	return comp_type;
}

/**
 * __match_card_device_with_id - whether a device is the card of an adapter
 * @dev: the device
 * @data: APID
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function __match_card_device_with_id(dev: device, data: unknown): boolean {
	return is_card_dev(dev) && to_ap_card(dev).id === data;
}

/**
 * __match_queue_device_with_qid - whether a device is a certain queue
 * @dev: the device
 * @data: APQN
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function __match_queue_device_with_qid(dev: device, data: unknown): boolean {
	return is_queue_dev(dev) && to_ap_queue(dev).qid === data;
}

/**
 * __match_queue_device_with_queue_id - whether a device is any queue of a domain
 * @dev: the device
 * @data: APQI
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function __match_queue_device_with_queue_id(dev: device, data: unknown): boolean {
	return is_queue_dev(dev) &&
		AP_QID_QUEUE(to_ap_queue(dev).qid) === data;
}

/* PORT: cards and queues are found by number at once, where C walks the list of all devices */
function index_devices(): void {
	const cards = new bus_index(AP_DEVICES, __match_card_device_with_id,
		(dev) => is_card_dev(dev) ? to_ap_card(dev).id : null);

	queues = new bus_index(AP_DEVICES * AP_DOMAINS, __match_queue_device_with_qid,
		(dev) => is_queue_dev(dev) ? to_ap_queue(dev).qid : null);
	ap_bus_type.indices = [cards, queues];
}

/**
 * __drv_notify_config_changed - tell a driver that a scan begins with a new
 *				 configuration
 * @drv: the driver
 * @data: nothing
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function __drv_notify_config_changed(drv: device_driver, data: unknown): number {
	const ap_drv = to_ap_drv(drv);

	if (try_module_get(drv.owner)) {
		if (ap_drv.on_config_changed)
			ap_drv.on_config_changed(ap_qci_info, ap_qci_info_old);
		module_put(drv.owner);
	}

	return 0;
}

/**
 * notify_config_changed - tell all drivers
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function notify_config_changed(): void {
	bus_for_each_drv(ap_bus_type, null, null,
			 __drv_notify_config_changed);
}

/**
 * __drv_notify_scan_complete - tell a driver that the scan with a new
 *				configuration is done
 * @drv: the driver
 * @data: nothing
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function __drv_notify_scan_complete(drv: device_driver, data: unknown): number {
	const ap_drv = to_ap_drv(drv);

	if (try_module_get(drv.owner)) {
		if (ap_drv.on_scan_complete)
			ap_drv.on_scan_complete(ap_qci_info,
						ap_qci_info_old);
		module_put(drv.owner);
	}

	return 0;
}

/**
 * notify_scan_complete - tell all drivers
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function notify_scan_complete(): void {
	bus_for_each_drv(ap_bus_type, null, null,
			 __drv_notify_scan_complete);
}

/**
 * ap_scan_rm_card_dev_and_queue_devs - take a card away, its queues first
 * @ac: the card
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_scan_rm_card_dev_and_queue_devs(ac: ap_card): void {
	bus_for_each_dev(ap_bus_type, null,
			 ac.id,
			 __ap_queue_devices_with_id_unregister);
	device_unregister(ac.ap_dev.device);
}

/**
 * ap_scan_domains - bring the queues of a card up to date
 * @ac: the card
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_scan_domains(ac: ap_card): void {
	const hwinfo = new ap_tapq_hwinfo();
	const decfg = out(false), chkstop = out(false);
	let aq;
	let dev;
	let qid;
	let rc, dom;

	/*
	 * Each domain is either not in the configuration, then its queue goes; or new,
	 * then its queue comes; or both old and present, then its queue follows what
	 * the hardware says of it.
	 */
	for (dom = 0; dom <= ap_max_domain_id; dom++) {
		/* PORT: most are neither in the configuration nor there, and passed over */
		if (queues.find(AP_MKQID(ac.id, dom)) === null && !ap_test_config_usage_domain(dom))
			continue;	/* PORT: see above */
		put_dev_and_continue: {
			qid = AP_MKQID(ac.id, dom);
			dev = bus_find_device(ap_bus_type, null,
					      qid,
					      __match_queue_device_with_qid);
			aq = dev ? to_ap_queue(dev) : null;
			if (!ap_test_config_usage_domain(dom)) {
				if (dev) {
					AP_DBF_INFO("%s(%d,%d) not in config anymore, " +
						    "rm queue dev\n",
						    "ap_scan_domains", ac.id, dom);
					device_unregister(dev);
				}
				break put_dev_and_continue;
			}
			/* in the configuration: ask the queue */
			rc = ap_queue_info(qid, hwinfo, decfg, chkstop);
			switch (rc) {
			case -1:
				if (dev) {
					AP_DBF_INFO("%s(%d,%d) queue_info() failed, rm queue dev\n",
						    "ap_scan_domains", ac.id, dom);
					device_unregister(dev);
				}
				/* fallthrough */
			case 0:
				break put_dev_and_continue;
			default:
				break;
			}
			/* The hardware has the queue and there is no device for it yet: make one */
			if (!aq) {
				aq = ap_queue_create(qid, ac);
				if (!aq) {
					AP_DBF_WARN("%s(%d,%d) ap_queue_create() failed\n",
						    "ap_scan_domains", ac.id, dom);
					continue;
				}
				aq.config = !decfg.v;
				aq.chkstop = chkstop.v;
				aq.se_bstate = hwinfo.bs;
				dev = aq.ap_dev.device;
				dev.bus = ap_bus_type;
				dev.parent = ac.ap_dev.device;
				dev_set_name(dev, "%02x.%04x", ac.id, dom);
				rc = device_register(dev);
				if (rc) {
					AP_DBF_WARN("%s(%d,%d) device_register() failed\n",
						    "ap_scan_domains", ac.id, dom);
					break put_dev_and_continue;
				}
				/* the reference that is put below */
				get_device(dev);
				if (decfg.v) {
					AP_DBF_INFO("%s(%d,%d) new (decfg) queue dev created\n",
						    "ap_scan_domains", ac.id, dom);
				} else if (chkstop.v) {
					AP_DBF_INFO("%s(%d,%d) new (chkstop) queue dev created\n",
						    "ap_scan_domains", ac.id, dom);
				} else {
					/* start its state machine */
					ap_queue_init_state(aq);
					AP_DBF_INFO("%s(%d,%d) new queue dev created\n",
						    "ap_scan_domains", ac.id, dom);
				}
				break put_dev_and_continue;
			}
			/* There is a device: see what changed since the last scan */
			spin_lock_bh(aq.lock);
			aq.se_bstate = hwinfo.bs;
			if (chkstop.v && !aq.chkstop) {
				/* it is checkstopped now */
				aq.chkstop = true;
				if (aq.dev_state > AP_DEV_STATE_UNINITIATED) {
					aq.dev_state = AP_DEV_STATE_ERROR;
					aq.last_err_rc = AP_RESPONSE_CHECKSTOPPED;
				}
				spin_unlock_bh(aq.lock);
				pr_debug("(%d,%d) queue dev checkstop on\n",
					 ac.id, dom);
				/* Whoever waits for a reply gets -EAGAIN and tries another queue */
				ap_flush_queue(aq);
				break put_dev_and_continue;
			} else if (!chkstop.v && aq.chkstop) {
				/* The checkstop is over: the queue begins anew */
				aq.chkstop = false;
				if (aq.dev_state > AP_DEV_STATE_UNINITIATED)
					_ap_queue_init_state(aq);
				spin_unlock_bh(aq.lock);
				pr_debug("(%d,%d) queue dev checkstop off\n",
					 ac.id, dom);
				break put_dev_and_continue;
			}
			if (decfg.v && aq.config) {
				/* it is deconfigured now */
				aq.config = false;
				if (aq.dev_state > AP_DEV_STATE_UNINITIATED) {
					aq.dev_state = AP_DEV_STATE_ERROR;
					aq.last_err_rc = AP_RESPONSE_DECONFIGURED;
				}
				spin_unlock_bh(aq.lock);
				pr_debug("(%d,%d) queue dev config off\n",
					 ac.id, dom);
				ap_send_config_uevent(aq.ap_dev, aq.config);
				/* Whoever waits for a reply gets -EAGAIN and tries another queue */
				ap_flush_queue(aq);
				break put_dev_and_continue;
			} else if (!decfg.v && !aq.config) {
				/* It is configured again: the queue begins anew */
				aq.config = true;
				if (aq.dev_state > AP_DEV_STATE_UNINITIATED)
					_ap_queue_init_state(aq);
				spin_unlock_bh(aq.lock);
				pr_debug("(%d,%d) queue dev config on\n",
					 ac.id, dom);
				ap_send_config_uevent(aq.ap_dev, aq.config);
				break put_dev_and_continue;
			}
			/* The queue was in error for another reason: give it another try */
			if (!decfg.v && aq.dev_state === AP_DEV_STATE_ERROR) {
				spin_unlock_bh(aq.lock);
				/* Whoever waits for a reply gets -EAGAIN and tries another queue */
				ap_flush_queue(aq);
				/* begins with a reset */
				ap_queue_init_state(aq);
				AP_DBF_INFO("%s(%d,%d) queue dev reinit enforced\n",
					    "ap_scan_domains", ac.id, dom);
				break put_dev_and_continue;
			}
			spin_unlock_bh(aq.lock);
		} /* put_dev_and_continue: */
		put_device(dev);
	}
}

/**
 * ap_scan_adapter - bring a card and its queues up to date
 * @ap: APID
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_scan_adapter(ap: number): void {
	let rc, dom, comp_type;
	let ac;
	let dev;
	let qid = 0;

	dev = bus_find_device(ap_bus_type, null,
			      ap,
			      __match_card_device_with_id);
	ac = dev ? to_ap_card(dev) : null;

	/* not in the configuration */
	if (!ap_test_config_card_id(ap)) {
		if (ac) {
			AP_DBF_INFO("%s(%d) ap not in config any more, rm card and queue devs\n",
				    "ap_scan_adapter", ap);
			ap_scan_rm_card_dev_and_queue_devs(ac);
			put_device(dev);
		}
		return;
	}

	const hwinfo = new ap_tapq_hwinfo();
	const decfg = out(false), chkstop = out(false);

	/*
	 * In the configuration: what is it, and is it still what it was? The first
	 * queue that answers can tell.
	 */
	for (dom = 0; dom <= ap_max_domain_id; dom++)
		if (ap_test_config_usage_domain(dom)) {
			qid = AP_MKQID(ap, dom);
			if (ap_queue_info(qid, hwinfo, decfg, chkstop) > 0)
				break;
		}
	if (dom > ap_max_domain_id) {
		/* none answers */
		if (ac) {
			AP_DBF_INFO("%s(%d) no type info (no APQN found), rm card and queue devs\n",
				    "ap_scan_adapter", ap);
			ap_scan_rm_card_dev_and_queue_devs(ac);
			put_device(dev);
		} else {
			pr_debug("(%d) no type info (no APQN found), ignored\n",
				 ap);
		}
		return;
	}
	if (!hwinfo.at) {
		/* The queues do not say what they are: nothing can drive them */
		if (ac) {
			AP_DBF_INFO("%s(%d) no valid type (0) info, rm card and queue devs\n",
				    "ap_scan_adapter", ap);
			ap_scan_rm_card_dev_and_queue_devs(ac);
			put_device(dev);
		} else {
			pr_debug("(%d) no valid type (0) info, ignored\n", ap);
		}
		return;
	}
	/* without what is the queue's; PORT: value, in two halves */
	hwinfo.fac = (hwinfo.fac & TAPQ_CARD_HWINFO_MASK.fac) >>> 0;
	hwinfo.apinfo = (hwinfo.apinfo & TAPQ_CARD_HWINFO_MASK.apinfo) >>> 0;
	if (ac) {
		if (ac.hwinfo.at !== hwinfo.at) {
			AP_DBF_INFO("%s(%d) hwtype %d changed, rm card and queue devs\n",
				    "ap_scan_adapter", ap, hwinfo.at);
			ap_scan_rm_card_dev_and_queue_devs(ac);
			put_device(dev);
			ac = null;
		} else if (ac.hwinfo.fac !== hwinfo.fac) {
			AP_DBF_INFO("%s(%d) functions 0x%08x changed, rm card and queue devs\n",
				    "ap_scan_adapter", ap, hwinfo.fac);
			ap_scan_rm_card_dev_and_queue_devs(ac);
			put_device(dev);
			ac = null;
		} else {
			if (chkstop.v && !ac.chkstop) {
				/* it is checkstopped now */
				ac.chkstop = true;
				AP_DBF_INFO("%s(%d) card dev checkstop on\n",
					    "ap_scan_adapter", ap);
			} else if (!chkstop.v && ac.chkstop) {
				/* The checkstop is over */
				ac.chkstop = false;
				AP_DBF_INFO("%s(%d) card dev checkstop off\n",
					    "ap_scan_adapter", ap);
			}
			if (decfg.v && ac.config) {
				ac.config = false;
				AP_DBF_INFO("%s(%d) card dev config off\n",
					    "ap_scan_adapter", ap);
				ap_send_config_uevent(ac.ap_dev, ac.config);
			} else if (!decfg.v && !ac.config) {
				ac.config = true;
				AP_DBF_INFO("%s(%d) card dev config on\n",
					    "ap_scan_adapter", ap);
				ap_send_config_uevent(ac.ap_dev, ac.config);
			}
		}
	}

	if (!ac) {
		/* The hardware has the card and there is no device for it yet: make one */
		comp_type = ap_get_compatible_type(qid, hwinfo.at, hwinfo.fac);
		if (!comp_type) {
			AP_DBF_WARN("%s(%d) type %d, can't get compatibility type\n",
				    "ap_scan_adapter", ap, hwinfo.at);
			return;
		}
		ac = ap_card_create(ap, hwinfo, comp_type);
		if (!ac) {
			AP_DBF_WARN("%s(%d) ap_card_create() failed\n",
				    "ap_scan_adapter", ap);
			return;
		}
		ac.config = !decfg.v;
		ac.chkstop = chkstop.v;
		dev = ac.ap_dev.device;
		dev.bus = ap_bus_type;
		dev.parent = ap_root_device;
		dev_set_name(dev, "card%02x", ap);
		/* the longest message that any card takes */
		if (ac.maxmsgsize > atomic_read(ap_max_msg_size)) {
			atomic_set(ap_max_msg_size, ac.maxmsgsize);
			AP_DBF_INFO("%s(%d) ap_max_msg_size update to %d byte\n",
				    "ap_scan_adapter", ap,
				    atomic_read(ap_max_msg_size));
		}
		rc = device_register(dev);
		if (rc) {
			AP_DBF_WARN("%s(%d) device_register() failed\n",
				    "ap_scan_adapter", ap);
			put_device(dev);
			return;
		}
		/* the reference that is put below */
		get_device(dev);
		if (decfg.v)
			AP_DBF_INFO("%s(%d) new (decfg) card dev type=%d func=0x%08x created\n",
				    "ap_scan_adapter", ap, hwinfo.at, hwinfo.fac);
		else if (chkstop.v)
			AP_DBF_INFO("%s(%d) new (chkstop) card dev type=%d func=0x%08x created\n",
				    "ap_scan_adapter", ap, hwinfo.at, hwinfo.fac);
		else
			AP_DBF_INFO("%s(%d) new card dev type=%d func=0x%08x created\n",
				    "ap_scan_adapter", ap, hwinfo.at, hwinfo.fac);
	}

	/* and its queues */
	ap_scan_domains(ac);

	put_device(ac.ap_dev.device);
}

/**
 * ap_get_configuration - ask for the configuration again
 *
 * Return: true if it has changed; both are kept.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_get_configuration(): boolean {
	if (!ap_qci_info.flags)
		return false;

	memcpy(ap_qci_info_old, ap_qci_info);
	ap_qci(ap_qci_info);

	return memcmp(ap_qci_info,
		      ap_qci_info_old) !== 0;
}

/**
 * ap_config_has_new_aps - whether the configuration has adapters that the one
 *			   before had not
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_config_has_new_aps(): boolean {

	const m = new Uint32Array(BITS_TO_LONGS(AP_DEVICES) * 2);

	if (!ap_qci_info.flags)
		return false;

	bitmap_andnot(m, ap_qci_info.apm,
		      ap_qci_info_old.apm, AP_DEVICES);
	if (!bitmap_empty(m, AP_DEVICES))
		return true;

	return false;
}

/**
 * ap_config_has_new_doms - whether the configuration has usage domains that the
 *			    one before had not
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_config_has_new_doms(): boolean {
	const m = new Uint32Array(BITS_TO_LONGS(AP_DOMAINS) * 2);

	if (!ap_qci_info.flags)
		return false;

	bitmap_andnot(m, ap_qci_info.aqm,
		      ap_qci_info_old.aqm, AP_DOMAINS);
	if (!bitmap_empty(m, AP_DOMAINS))
		return true;

	return false;
}

/**
 * ap_scan_bus - bring all cards and queues up to date
 *
 * Drivers hear of a new configuration before and after.
 *
 * Context: ap_scan_bus_mutex is held.
 * Return: true if the configuration has changed.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_scan_bus(): boolean {
	let ap;

	pr_debug(">\n");

	const config_changed = ap_get_configuration();
	if (config_changed) {
		if (ap_config_has_new_aps() || ap_config_has_new_doms()) {
			/* New queues will need drivers. */
			reinit_completion(ap_apqn_bindings_complete);
		}
		notify_config_changed();
	}
	ap_select_domain();

	for (ap = 0; ap <= ap_max_adapter_id; ap++)
		ap_scan_adapter(ap);

	if (config_changed)
		notify_scan_complete();

	/* Is there a queue of the default domain? */
	if (ap_domain_index >= 0) {
		const dev =
			bus_find_device(ap_bus_type, null,
					ap_domain_index,
					__match_queue_device_with_queue_id);
		if (dev)
			put_device(dev);
		else
			AP_DBF_INFO("%s no queue device with default domain %d available\n",
				    "ap_scan_bus", ap_domain_index);
	}

	if (atomic64_inc_return(ap_scan_bus_count) === 1) {
		pr_debug("init scan complete\n");
		ap_send_init_scan_done_uevent();
	}

	ap_check_bindings_complete();

	mod_timer(ap_scan_bus_timer, jiffies.now + ap_scan_bus_time * HZ);

	pr_debug("< config_changed=%d\n", config_changed ? 1 : 0);

	return config_changed;
}

/**
 * ap_scan_bus_timer_callback - it is time to scan
 * @unused: the timer
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_scan_bus_timer_callback(unused: timer_list): void {
	/* not in a timer: a scan takes its time */
	queue_work(system_long_wq, ap_scan_bus_work);
}

/**
 * ap_scan_bus_wq_callback - scan, unless somebody does already
 * @unused: the work item
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_scan_bus_wq_callback(unused: work_struct): void {
	/* Every scan sees to it that there will be another. */
	if (mutex_trylock(ap_scan_bus_mutex)) {
		ap_scan_bus_task = current;
		ap_scan_bus_result = ap_scan_bus();
		ap_scan_bus_task = null;
		mutex_unlock(ap_scan_bus_mutex);
	}
}

/**
 * ap_async_exit - end all that runs by itself
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_async_exit(): void {
	if (ap_thread_flag)
		ap_poll_thread_stop();
	chsc_notifier_unregister(ap_bus_nb);
	cancel_work(ap_scan_bus_work);
	hrtimer_cancel(ap_poll_timer);
	timer_delete(ap_scan_bus_timer);
}

/**
 * ap_async_init - begin all that runs by itself, the first scan among it
 *
 * Return: 0 or an error.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_async_init(): number {
	let rc;

	timer_setup(ap_scan_bus_timer, ap_scan_bus_timer_callback, 0);

	/* z/VM wants to be asked less often. */
	if (MACHINE_IS_VM)
		poll_high_timeout = 1500000;
	hrtimer_init(ap_poll_timer);
	ap_poll_timer.function = ap_poll_timeout;

	queue_work(system_long_wq, ap_scan_bus_work);

	out: {
		out_notifier: {
			rc = chsc_notifier_register(ap_bus_nb);
			if (rc)
				break out;

			if (!ap_thread_flag)
				return 0;

			rc = ap_poll_thread_start();
			if (rc)
				break out_notifier;

			return 0;

		} /* out_notifier: */
		chsc_notifier_unregister(ap_bus_nb);
	} /* out: */
	cancel_work(ap_scan_bus_work);
	hrtimer_cancel(ap_poll_timer);
	timer_delete(ap_scan_bus_timer);
	return rc;
}

/**
 * ap_irq_exit - serve no more interrupts
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_irq_exit(): void {
	if (ap_irq_flag)
		unregister_adapter_interrupt(ap_airq);
}

/**
 * ap_irq_init - serve interrupts, if the machine has them
 *
 * Return: 0 or an error.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_irq_init(): number {
	if (!ap_interrupts_available() || !ap_useirq)
		return 0;

	const rc = register_adapter_interrupt(ap_airq);
	ap_irq_flag = (rc === 0);

	return rc;
}

/**
 * ap_debug_exit - give the debug area up
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_debug_exit(): void {
	debug_unregister(ap_dbf_info);
}

/**
 * ap_debug_init - make the debug area
 *
 * Return: 0.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_debug_init(): number {
	ap_dbf_info = debug_register("ap", 2, 1,
				     AP_DBF_MAX_SPRINTF_ARGS * 8);
	debug_register_view(ap_dbf_info!, debug_sprintf_view);
	debug_set_level(ap_dbf_info!, DBF_ERR);

	return 0;
}

/**
 * ap_perms_init - reserve for the default drivers what the kernel's command line
 *		   says, or all
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_perms_init(): void {
	memset(ap_perms.ioctlm, 0xff);
	memset(ap_perms.apm, 0xff);
	memset(ap_perms.aqm, 0xff);

	if (apm_str) {
		memset(ap_perms.apm, 0);
		ap_parse_mask_str(apm_str, ap_perms.apm, AP_DEVICES,
				  ap_perms_mutex);
	}

	if (aqm_str) {
		memset(ap_perms.aqm, 0);
		ap_parse_mask_str(aqm_str, ap_perms.aqm, AP_DOMAINS,
				  ap_perms_mutex);
	}
}

/**
 * struct ap_params - the kernel's command line, as far as the bus reads it
 * @domain: the default domain
 * @poll_thread: 1 to have a poll thread
 * @apmask: adapters reserved for the default drivers, see ap_parse_bitmap_str()
 * @aqmask: domains reserved for the default drivers
 * @useirq: 0 to do without interrupts
 */
export interface ap_params {
	domain: number;
	poll_thread: number;
	apmask: string | null;
	aqmask: string | null;
	useirq: number;
}

const default_params: ap_params = {
	domain: -1, poll_thread: 0, apmask: null, aqmask: null, useirq: 1,
};
let params = default_params;

/**
 * ap_set_params - set the command line of the next boot
 * @given: what it says; the rest is as without
 */
/* PORT: module parameters, which in C are read before ap_module_init() */
export function ap_set_params(given: Partial<ap_params>): void {
	params = {
		domain: given.domain ?? default_params.domain,
		poll_thread: given.poll_thread ?? default_params.poll_thread,
		apmask: given.apmask ?? default_params.apmask,
		aqmask: given.aqmask ?? default_params.aqmask,
		useirq: given.useirq ?? default_params.useirq,
	};
}

/* All statics, as they are when a kernel starts. */
/* PORT: what C's loader does */
function ap_bus_statics_init(): void {
	ap_domain_index = params.domain;
	ap_thread_flag = params.poll_thread;
	apm_str = params.apmask;
	aqm_str = params.aqmask;
	ap_useirq = params.useirq;
	params = default_params;
	spin_lock_init(ap_domain_lock, "ap_domain_lock");
	ap_max_msg_size = ATOMIC_INIT(AP_DEFAULT_MAX_MSG_SIZE);
	spin_lock_init(ap_queues_lock, "ap_queues_lock");
	ap_perms = new struct_ap_perms();
	mutex_init(ap_perms_mutex, "ap_perms_mutex");
	ap_bindings_complete_count = new atomic64_t();
	ap_apqn_bindings_complete = new completion();
	init_completion(ap_apqn_bindings_complete);
	ap_qci_info = new ap_config_info();
	ap_qci_info_old = new ap_config_info();
	ap_scan_bus_result = false;
	mutex_init(ap_scan_bus_mutex, "ap_scan_bus_mutex");
	ap_scan_bus_task = null;
	ap_scan_bus_count = new atomic64_t();
	atomic64_set(ap_scan_bus_count, 0);
	ap_scan_bus_time = AP_CONFIG_TIME;
	ap_scan_bus_timer = new timer_list();
	ap_scan_bus_work = new work_struct();
	INIT_WORK(ap_scan_bus_work, ap_scan_bus_wq_callback);
	ap_poll_kthread = null;
	mutex_init(ap_poll_thread_mutex, "ap_poll_thread_mutex");
	spin_lock_init(ap_poll_timer_lock, "ap_poll_timer_lock");
	ap_poll_timer = new hrtimer();
	poll_high_timeout = 250000;
	ap_max_domain_id = 15;
	ap_max_adapter_id = 63;
	ap_irq_flag = false;
	index_devices();
}

/**
 * ap_module_init - begin
 *
 * Return: 0, -ENODEV on a machine without AP instructions, or the error of what
 * could not be had.
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_module_init(): number {
	let rc;

	if (!ap_instructions_available()) {
		pr_warn("The hardware system does not support AP instructions\n");
		return -ENODEV;
	}

	rc = ap_debug_init();
	if (rc)
		return rc;

	hash_init(ap_queues);

	out: {
		ap_msg_pool = mempool_create_kmalloc_pool(ap_msg_pool_min_items,
							  AP_DEFAULT_MAX_MSG_SIZE);
		if (!ap_msg_pool) {
			rc = -ENOMEM;
			break out;
		}

		/* apmask, aqmask */
		ap_perms_init();

		ap_init_qci_info();

		/* Is the default domain asked for one that can be? */
		if (ap_domain_index < -1 || ap_domain_index > ap_max_domain_id ||
		    (ap_domain_index >= 0 &&
		     !test_bit_inv(ap_domain_index, ap_perms.aqm))) {
			pr_warn("%d is not a valid cryptographic domain\n",
				ap_domain_index);
			ap_domain_index = -1;
		}

		/* /sys/bus/ap */
		rc = bus_register(ap_bus_type);
		if (rc)
			break out;

		out_bus: {
			/* /sys/devices/ap */
			/* PORT: the bus is built in, where THIS_MODULE is null */
			const root = root_device_register("ap", null);
			rc = PTR_ERR_OR_ZERO(root);
			if (rc)
				break out_bus;
			ap_root_device = root as device;
			ap_root_device.bus = ap_bus_type;

			out_device: {
				rc = ap_irq_init();
				if (rc)
					break out_device;

				out_irq: {
					/* the first scan, and the timers */
					rc = ap_async_init();
					if (rc)
						break out_irq;

					return 0;

				} /* out_irq: */
				ap_irq_exit();
			} /* out_device: */
			root_device_unregister(ap_root_device);
		} /* out_bus: */
		bus_unregister(ap_bus_type);
	} /* out: */
	mempool_destroy(ap_msg_pool);
	ap_debug_exit();
	return rc;
}

/**
 * ap_module_exit - end
 *
 * C: drivers/s390/crypto/ap_bus.c, Linux 6.12
 */
function ap_module_exit(): void {
	ap_async_exit();
	ap_irq_exit();
	root_device_unregister(ap_root_device);
	bus_unregister(ap_bus_type);
	mempool_destroy(ap_msg_pool);
	ap_debug_exit();
}

/* PORT: module_param_named(), which C's linker collects */
function ap_param_sysfs_init(): void {
	param_sysfs_builtin("ap", [
		["domain", 0o440, () => String(ap_domain_index)],
		["poll_thread", 0o440, () => String(ap_thread_flag)],
		["apmask", 0o440, () => apm_str ?? "(null)"],
		["aqmask", 0o440, () => aqm_str ?? "(null)"],
		["useirq", 0o440, () => String(ap_useirq)],
		["msgpool_min_items", 0o440, () => String(ap_msg_pool_min_items)],
	]);
}

device_initcall(() => {
	ap_bus_statics_init();
	ap_param_sysfs_init();
	ap_module_init();
});

export { ap_module_init, ap_module_exit }; /* module_init, module_exit */
export {
	ap_apqn_bindings_complete, ap_bus_type, ap_parse_bitmap_str, ap_send_mask_changed_uevent,
	bus_attr_apmask, bus_attr_aqmask, is_queue_dev,
}; /* what the bus of another kernel shares with this one: drivers/v7.3 */
