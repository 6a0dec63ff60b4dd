// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a queue interrupts: a datasheet.
 *
 * Sources: Documentation/arch/s390/vfio-ap.rst, arch/s390/kvm/interrupt.c and
 * arch/s390/include/asm/kvm_host.h of Linux 6.12.
 *
 * A queue of the host (no GISA in AQIC)
 *	The indicator byte is set and an adapter interrupt of the host's subclass
 *	comes.
 *
 * A queue of a guest (AQIC named a GISA)
 *	1. The notification indicator byte (NIB) is set to 1: a byte of absolute
 *	   storage, usually of the guest's memory. Nobody asks whether the guest
 *	   still has the queue, or still uses the byte.
 *	2. The bit of the guest's subclass in the GISA's IPM is set.
 *	3. A processor of the guest that is in SIE, open for I/O interruptions
 *	   (PSW) and for the subclass (control register 6), takes it at once.
 *	4. If there is none, and the subclass is in the GISA's IAM, the host is
 *	   alerted: the IAM becomes zero, the GISA goes to the front of the list
 *	   in the GIB, and an adapter interrupt of the GIB's subclass comes unless
 *	   the list was not empty or the host is working on it.
 *	5. Otherwise it stays pending until a processor opens for it.
 *
 * A processor takes the lowest-numbered pending subclass that it is open for,
 * again and again until there is none; each clears its bit of the IPM.
 *
 * Not modelled
 *	Format 1 areas' adapter event counts and simple modes; the I/O new PSW (the
 *	guest's handler is called instead).
 */
import { do_airq_interrupt, lsi_at } from "#asm/airq.h";
import { early_initcall } from "#linux/init.h";
import {
	PROG_IN_SIE, PSW_MASK_IO, type kvm_s390_gisa, type kvm_vcpu, type sie_page2,
} from "#linux/kvm_host.h";
import { tracepoint } from "#linux/tracepoint.h";
import type { kvm_s390_gib } from "../kvm/interrupt.ts";
import { ap_hw_connect_interrupt, type ap_queue_irq } from "./ap_hardware.ts";
import { guest_memory_at } from "./guest_memory.ts";
import { storage_object } from "./storage.ts";

/** trace_nib - a notification indicator byte was set; @address is absolute */
export const trace_nib = new tracepoint<[qid: number, address: bigint]>();

/** trace_guest_interruption - a guest's processor took an interruption */
export const trace_guest_interruption = new tracepoint<[vcpu: kvm_vcpu, isc: number]>();

const NULL_GISA_ADDR = 0n;
const ISC_BIT = 0x80;

let gib: kvm_s390_gib | null = null;
let handlers = new WeakMap<kvm_vcpu, (isc: number) => void>();

early_initcall(() => {
	gib = null;
	handlers = new WeakMap();
	ap_hw_connect_interrupt(queue_interrupt);
});

/**
 * chsc_sgib - tell the hardware where the GIB is
 *
 * Source: arch/s390/include/asm/chsc.h, Linux 6.12.
 */
export function chsc_sgib(block: kvm_s390_gib): void {
	gib = block;
}

/** set_io_handler - what a guest does when a processor takes an I/O interruption */
export function set_io_handler(vcpu: kvm_vcpu, handler: (isc: number) => void): void {
	handlers.set(vcpu, handler);
}

/* A reply has come to a queue that interrupts. */
function queue_interrupt(qid: number, irq: ap_queue_irq): void {
	if (irq.gisa === 0)
		host_interrupt(irq);
	else
		guest_interrupt(qid, irq);
}

function host_interrupt(irq: ap_queue_irq): void {
	const lsi = lsi_at(irq.nib);

	if (lsi !== null)
		lsi.value = 1;
	do_airq_interrupt(irq.isc);
}

function guest_interrupt(qid: number, irq: ap_queue_irq): void {
	const memory = guest_memory_at(irq.nib);
	const page = storage_object(BigInt(irq.gisa) << 4n) as sie_page2 | undefined;

	memory?.store(irq.nib - memory.base, [1]);
	if (trace_nib.enabled)
		trace_nib.emit(qid, irq.nib);
	if (page !== undefined)
		raise(page, irq.gisc);
}

function raise({ gisa, kvm }: sie_page2, gisc: number): void {
	const bit = ISC_BIT >> gisc;

	gisa.ipm |= bit;
	for (const vcpu of kvm!.vcpus)
		sie_take_interruptions(vcpu);
	if ((gisa.ipm & gisa.iam & bit) !== 0)
		alert(gisa);
}

function alert(gisa: kvm_s390_gisa): void {
	const first = gib!.alert_list_origin;

	gisa.iam = 0;
	gisa.next_alert = first;
	gib!.alert_list_origin = gisa.address;
	if (first === NULL_GISA_ADDR)
		do_airq_interrupt(gib!.nisc);
}

/* The subclasses that a processor is open for, as the IPM has them. */
function open_subclasses(vcpu: kvm_vcpu): number {
	const { gpsw, gcr, prog0c } = vcpu.arch.sie_block;

	if ((prog0c & PROG_IN_SIE) === 0 || (gpsw.mask & PSW_MASK_IO) === 0n)
		return 0;
	return Number(gcr[6] >> 24n & 0xffn);
}

/**
 * sie_take_interruptions - a processor takes the interruptions that it can
 * @vcpu: the processor, in SIE or not
 *
 * To be called whenever it enters SIE, or opens its PSW or control register 6.
 */
export function sie_take_interruptions(vcpu: kvm_vcpu): void {
	const gisa = vcpu.kvm.arch.gisa_int.origin;

	if (gisa === null || gisa.ipm === 0)
		return;
	for (let open = open_subclasses(vcpu); (gisa.ipm & open) !== 0;
	     open = open_subclasses(vcpu)) {
		const isc = Math.clz32(gisa.ipm & open) - 24;

		gisa.ipm &= ~(ISC_BIT >> isc);
		if (trace_guest_interruption.enabled)
			trace_guest_interruption.emit(vcpu, isc);
		handle(vcpu, isc);
	}
}

/* The new PSW is closed for I/O; the old one is loaded again when the guest is done. */
function handle(vcpu: kvm_vcpu, isc: number): void {
	const { gpsw } = vcpu.arch.sie_block;

	gpsw.mask &= ~PSW_MASK_IO;
	handlers.get(vcpu)?.(isc);
	gpsw.mask |= PSW_MASK_IO;
}
