// SPDX-License-Identifier: GPL-2.0
/*
 * Interruptions of guests: the guest interruption state area (GISA) and the
 * guest information block (GIB) that alerts the host.
 *
 * Copyright IBM Corp. 2008, 2020
 *
 *    Author(s): Carsten Otte <cotte@de.ibm.com>
 *
 * C: arch/s390/kvm/interrupt.c, Linux 6.12.
 */
import { airq_struct, register_adapter_interrupt } from "#asm/airq.h";
import { GAL_ISC, MAX_ISC } from "#asm/isc.h";
import { virt_to_phys } from "#asm/page.h";
import { WARN } from "#linux/bug.h";
import { EBUSY, EINVAL, EIO, ENODEV, ERANGE } from "#linux/errno.h";
import {
	HRTIMER_NORESTART, HRTIMER_RESTART, hrtimer_cancel, hrtimer_forward_now, hrtimer_init,
	hrtimer_set_expires, hrtimer_start_expires, type hrtimer,
} from "#linux/hrtimer.h";
import { arch_initcall, device_initcall } from "#linux/init.h";
import {
	GISA_FORMAT1, PSW_MASK_IO, type kvm, type kvm_s390_gisa, type kvm_s390_gisa_interrupt,
	type kvm_vcpu, type sie_page2,
} from "#linux/kvm_host.h";
import { spin_lock, spin_lock_init, spin_unlock } from "#linux/spinlock.h";
import { memset } from "#linux/string.h";
import { tracepoint } from "#linux/tracepoint.h";
import { chsc_sgib, sie_take_interruptions } from "../sim/ap_interrupts.ts";
import { storage_object } from "../sim/storage.ts";
import { kvm_arch_vcpu_enter_sie } from "./kvm-s390.ts";

/**
 * trace_gisc - a guest subclass was registered ("+") or unregistered ("-")
 *
 * Unregistering one that is not registered is seen too, though it fails.
 */
export const trace_gisc = new tracepoint<[op: "+" | "-", kvm: kvm, gisc: number]>();

/**
 * class kvm_s390_gib - the guest information block: whom alerts go to
 * @alert_list_origin: the first area of the alert list, or one of the two below
 * @nisc: the host's subclass for alerts
 */
class kvm_s390_gib {
	alert_list_origin = NULL_GISA_ADDR;
	nisc = 0;
}

export type { kvm_s390_gib };

/* Nobody has raised an alert; nobody has, and the host is looking. */
const NULL_GISA_ADDR = 0n;
const NONE_GISA_ADDR = 1n;

/* How often the host looks whether a guest takes its interruptions. */
const KICK_INTERVAL_NS = 1000000;	/* PORT: 50000 in C; the clock counts milliseconds */

/** css_general_characteristics - what the channel subsystem can; set before a guest is made */
export const css_general_characteristics = { aiv: true };

arch_initcall(() => {
	css_general_characteristics.aiv = true;
});

let gib: kvm_s390_gib | null = null;

/**
 * gisa_set_iam - change which subclasses alert the host
 * @gisa: the area
 * @iam: the new mask
 *
 * Return: 0, or -EBUSY when the area is in the alert list.
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
function gisa_set_iam(gisa: kvm_s390_gisa, iam: number): number {
	if (gisa.next_alert !== gisa.address)
		return -EBUSY;
	gisa.iam = iam;
	return 0;
}

/**
 * gisa_get_ipm_or_restore_iam - what is pending of what alerts the host; if
 *				 nothing is, alerts are wanted again
 * @gi: the guest's area
 *
 * Return: the pending subclasses that somebody registered.
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
function gisa_get_ipm_or_restore_iam(gi: kvm_s390_gisa_interrupt): number {
	const alert_mask = gi.alert.mask;
	const pending_mask = gi.origin!.ipm & alert_mask;

	if (pending_mask)
		return pending_mask;
	gi.origin!.iam = alert_mask;
	return 0;
}

function psw_ioint_disabled(vcpu: kvm_vcpu): boolean {
	return !(vcpu.arch.sie_block.gpsw.mask & PSW_MASK_IO);
}

/**
 * __airqs_kick_single_vcpu - wake a processor that would take what is pending
 * @kvm: the guest
 * @deliverable_mask: the pending subclasses
 *
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
function __airqs_kick_single_vcpu(kvm: kvm, deliverable_mask: number): void {
	for (const vcpu of kvm.arch.idle_mask) {
		if (psw_ioint_disabled(vcpu))
			continue;
		const vcpu_isc_mask = Number(vcpu.arch.sie_block.gcr[6] >> 24n & 0xffn);
		if (deliverable_mask & vcpu_isc_mask) {
			kvm_s390_vcpu_wakeup(vcpu);
			return;
		}
	}
}

/* PORT: in C the processor's thread wakes up, and takes the interruption on its way into SIE. */
function kvm_s390_vcpu_wakeup(vcpu: kvm_vcpu): void {
	vcpu.kvm.arch.idle_mask.delete(vcpu);
	kvm_arch_vcpu_enter_sie(vcpu);
	sie_take_interruptions(vcpu);
}

/**
 * gisa_vcpu_kicker - see whether a guest takes its interruptions, and help
 * @timer: the guest's timer
 *
 * Return: whether to look again.
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
function gisa_vcpu_kicker(timer: hrtimer): number {
	const gi = (timer as kvm_s390_gisa_interrupt["timer"]).container as kvm_s390_gisa_interrupt;
	const { kvm } = storage_object(gi.origin!.address) as sie_page2;
	const pending_mask = gisa_get_ipm_or_restore_iam(gi);

	if (pending_mask) {
		__airqs_kick_single_vcpu(kvm!, pending_mask);
		hrtimer_forward_now(timer, gi.expires);
		return HRTIMER_RESTART;
	}

	return HRTIMER_NORESTART;
}

/**
 * process_gib_alert_list - start the timers of all guests that raised an alert
 *
 * An alert that is raised meanwhile is seen in another round.
 *
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
function process_gib_alert_list(): void {
	let final, origin = 0n;

	do {
		final = origin & NONE_GISA_ADDR;
		origin = gib!.alert_list_origin;
		gib!.alert_list_origin = !final ? NONE_GISA_ADDR : NULL_GISA_ADDR;
		while (origin & ~NONE_GISA_ADDR) {
			const { gisa, kvm } = storage_object(origin) as sie_page2;
			const gi = kvm!.arch.gisa_int;

			origin = gisa.next_alert;
			gisa.next_alert = gisa.address;
			hrtimer_cancel(gi.timer);
			hrtimer_set_expires(gi.timer, 0);
			hrtimer_start_expires(gi.timer);
		}
	} while (!final);
}

/**
 * kvm_s390_gisa_init - give a guest its area, where the machine has AIV
 *
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
export function kvm_s390_gisa_init(kvm: kvm): void {
	const gi = kvm.arch.gisa_int;

	if (!css_general_characteristics.aiv)
		return;
	gi.origin = kvm.arch.sie_page2!.gisa;
	gi.alert.mask = 0;
	gi.expires = KICK_INTERVAL_NS;
	spin_lock_init(gi.alert.ref_lock, "gi->alert.ref_lock");
	hrtimer_init(gi.timer);
	gi.timer.function = gisa_vcpu_kicker;
	memset(gi.origin, 0);
	gi.origin.next_alert = virt_to_phys(gi.origin); /* PORT: no VM_EVENT() */
}

/**
 * kvm_s390_gisa_setup_vcpu - tell SIE where the guest's area is
 *
 * C: part of kvm_s390_vcpu_setup() in arch/s390/kvm/kvm-s390.c, Linux 6.12
 */
export function kvm_s390_gisa_setup_vcpu(vcpu: kvm_vcpu): void {
	const gisa = vcpu.kvm.arch.gisa_int.origin;

	vcpu.arch.sie_block.gd = gisa === null ? 0 : Number(virt_to_phys(gisa)) | GISA_FORMAT1;
}

/**
 * kvm_s390_gisa_destroy - take a guest's area away
 *
 * Context: nobody uses the guest any more; a subclass still registered warns.
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
export function kvm_s390_gisa_destroy(kvm: kvm): void {
	const gi = kvm.arch.gisa_int;

	if (!gi.origin)
		return;
	WARN(gi.alert.mask !== 0x00,
	     "unexpected non zero alert.mask 0x%02x",
	     gi.alert.mask);
	gi.alert.mask = 0x00;
	if (gisa_set_iam(gi.origin, gi.alert.mask))
		process_gib_alert_list();
	hrtimer_cancel(gi.timer);
	gi.origin = null; /* PORT: no VM_EVENT() */
}

/**
 * kvm_s390_gisc_register - let a guest subclass alert the host
 * @kvm: the guest
 * @gisc: the subclass, 0 to 7
 *
 * Registrations are counted; the first one sets the subclass in the alert mask.
 *
 * Return: the host's subclass for alerts; -ENODEV when the guest has no area,
 * -ERANGE above 7.
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
export function kvm_s390_gisc_register(kvm: kvm, gisc: number): number {
	const gi = kvm.arch.gisa_int;

	if (!gi.origin)
		return -ENODEV;
	if (gisc > MAX_ISC)
		return -ERANGE;

	spin_lock(gi.alert.ref_lock);
	gi.alert.ref_count[gisc]++;
	if (gi.alert.ref_count[gisc] === 1) {
		gi.alert.mask |= 0x80 >> gisc;
		gisa_set_iam(gi.origin, gi.alert.mask);
	}
	spin_unlock(gi.alert.ref_lock);

	if (trace_gisc.enabled) /* PORT: for observers */
		trace_gisc.emit("+", kvm, gisc); /* PORT: for observers */
	return gib!.nisc;
}

/**
 * kvm_s390_gisc_unregister - take back one registration of a guest subclass
 * @kvm: the guest
 * @gisc: the subclass, 0 to 7
 *
 * Return: 0; -ENODEV when the guest has no area, -ERANGE above 7, -EINVAL when
 * the subclass is not registered.
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
export function kvm_s390_gisc_unregister(kvm: kvm, gisc: number): number {
	const gi = kvm.arch.gisa_int;
	let rc = 0;

	if (!gi.origin)
		return -ENODEV;
	if (gisc > MAX_ISC)
		return -ERANGE;

	spin_lock(gi.alert.ref_lock);
	out: {
		if (gi.alert.ref_count[gisc] === 0) {
			rc = -EINVAL;
			break out;
		}
		gi.alert.ref_count[gisc]--;
		if (gi.alert.ref_count[gisc] === 0) {
			gi.alert.mask &= ~(0x80 >> gisc);
			gisa_set_iam(gi.origin, gi.alert.mask);
		}
	} /* out: */
	spin_unlock(gi.alert.ref_lock);

	if (trace_gisc.enabled) /* PORT: for observers */
		trace_gisc.emit("-", kvm, gisc); /* PORT: for observers */
	return rc;
}

/**
 * gib_alert_irq_handler - guests have raised alerts
 * @_airq: the registration
 *
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
function gib_alert_irq_handler(_airq: airq_struct): void {
	process_gib_alert_list();
}

const gib_alert_irq = new airq_struct(gib_alert_irq_handler, 0);

/**
 * kvm_s390_gib_init - set up the block that alerts go to
 * @nisc: the host's subclass for them
 *
 * Return: 0, or -EIO when the subclass cannot be served.
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
function kvm_s390_gib_init(nisc: number): number {
	gib = new kvm_s390_gib();
	gib_alert_irq.isc = nisc;
	if (register_adapter_interrupt(gib_alert_irq)) {
		gib = null;
		return -EIO;
	}
	/* These adapters do not set the indicator. */
	gib_alert_irq.lsi_ptr!.value = 0xff;

	gib.nisc = nisc;
	chsc_sgib(gib);
	return 0;
}

device_initcall(() => void kvm_s390_gib_init(GAL_ISC));
