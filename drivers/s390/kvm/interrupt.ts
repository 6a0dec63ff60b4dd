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
import { GAL_ISC, MAX_ISC } from "#asm/isc.h";
import { virt_to_phys } from "#asm/page.h";
import { WARN } from "#linux/bug.h";
import { EBUSY, EINVAL, ENODEV, ERANGE } from "#linux/errno.h";
import { arch_initcall, device_initcall } from "#linux/init.h";
import { GISA_FORMAT1, type kvm, type kvm_s390_gisa, type kvm_vcpu } from "#linux/kvm_host.h";
import { spin_lock, spin_lock_init, spin_unlock } from "#linux/spinlock.h";
import { memset } from "#linux/string.h";
import { tracepoint } from "#linux/tracepoint.h";

/**
 * trace_gisc - a guest subclass was registered ("+") or unregistered ("-")
 *
 * Unregistering one that is not registered is seen too, though it fails.
 */
export const trace_gisc = new tracepoint<[op: "+" | "-", kvm: kvm, gisc: number]>();

/** class kvm_s390_gib - the guest information block: whom alerts go to */
class kvm_s390_gib {
	nisc = 0;
}

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
	spin_lock_init(gi.alert.ref_lock, "gi->alert.ref_lock");
	memset(gi.origin, 0);
	gi.origin.next_alert = virt_to_phys(gi.origin);
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
	gisa_set_iam(gi.origin, gi.alert.mask);
	gi.origin = null;
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

	if (trace_gisc.enabled)
		trace_gisc.emit("+", kvm, gisc);	/* PORT: for observers */
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

	if (trace_gisc.enabled)
		trace_gisc.emit("-", kvm, gisc);	/* PORT: for observers */
	return rc;
}

/**
 * kvm_s390_gib_init - set up the block that alerts go to
 * @nisc: the host's subclass for them
 *
 * Return: 0.
 * C: arch/s390/kvm/interrupt.c, Linux 6.12
 */
function kvm_s390_gib_init(nisc: number): number {
	gib = new kvm_s390_gib();
	gib.nisc = nisc;
	return 0;
}

device_initcall(() => void kvm_s390_gib_init(GAL_ISC));
