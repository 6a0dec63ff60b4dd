// SPDX-License-Identifier: GPL-2.0
/*
 * KVM on s390: guests' crypto masks, and getting their processors out of SIE.
 *
 * Copyright IBM Corp. 2008, 2020
 *
 *    Author(s): Carsten Otte <cotte@de.ibm.com>
 *               Christian Borntraeger <borntraeger@de.ibm.com>
 *               Christian Ehrhardt <ehrhardt@de.ibm.com>
 *               Jason J. Herne <jjherne@us.ibm.com>
 *
 * C: arch/s390/kvm/kvm-s390.c, Linux 6.12.
 */
import { ap_config_info, ap_instructions_available, ap_qci } from "#asm/ap.h";
import { gmap } from "#asm/gmap.h";
import { virt_to_phys } from "#asm/page.h";
import { test_facility } from "#asm/facility.h";
import { ENOMEM } from "#linux/errno.h";
import {
	CRYCB_FORMAT0, CRYCB_FORMAT1, CRYCB_FORMAT2, CRYCB_FORMAT_MASK, ECA_AIV, ECA_APIE, ECB3_AES,
	ECB3_DEA, KVM_REQ_VSIE_RESTART, PROG_BLOCK_SIE, PROG_IN_SIE, PROG_REQUEST,
	kvm_for_each_vcpu, sie_page2,
	type kvm, type kvm_vcpu,
} from "#linux/kvm_host.h";
import { init_rwsem } from "#linux/rwsem.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { memcpy, memset } from "#linux/string.h";
import { tracepoint } from "#linux/tracepoint.h";
import { sie_take_interruptions } from "../sim/ap_interrupts.ts";
import { alloc_storage_page, storage_put, storage_remove } from "../sim/storage.ts";
import {
	css_general_characteristics, kvm_s390_gisa_destroy, kvm_s390_gisa_init,
	kvm_s390_gisa_setup_vcpu,
} from "./interrupt.ts";

/** trace_crypto_set_masks - a guest's masks were set, all vCPUs being out of SIE */
export const trace_crypto_set_masks = new tracepoint<[kvm: kvm]>();
/** trace_crypto_clear_masks - a guest's masks were cleared */
export const trace_crypto_clear_masks = new tracepoint<[kvm: kvm]>();
/** trace_vcpus_unblocked - a guest's vCPUs go on after its masks were changed */
export const trace_vcpus_unblocked = new tracepoint<[kvm: kvm]>();

/* Where CRYCB and GISA are in the page, C's struct sie_page2. */
const CRYCB_OFFSET = 0x800n;
const GISA_OFFSET = 0x900n;

/** Facilities that a guest has if the host does: AP and protected keys. */
const GUEST_FACILITIES = [12, 15, 65];
const MSAX3 = 76;

/** test_kvm_facility - whether a guest has a facility */
export function test_kvm_facility(kvm: kvm, nr: number): boolean {
	return kvm.arch.fac_mask.has(nr);
}

export function kvm_s390_vcpu_crypto_reset_all(kvm: kvm): void {
	kvm_s390_vcpu_block_all(kvm);

	for (const vcpu of kvm_for_each_vcpu(kvm)) {
		kvm_s390_vcpu_crypto_setup(vcpu);
		/* whatever it copied of the CRYCB is made anew */
		kvm_s390_sync_request(KVM_REQ_VSIE_RESTART, vcpu);
	}

	kvm_s390_vcpu_unblock_all(kvm);
}

/**
 * kvm_s390_vm_set_apie - let a guest's AP instructions be interpreted, or not
 * @kvm: the guest
 * @enable: whether
 *
 * C: the APIE part of kvm_s390_vm_set_crypto(), Linux 6.12
 */
export function kvm_s390_vm_set_apie(kvm: kvm, enable: boolean): void {
	kvm.arch.crypto.apie = enable ? 1 : 0;
	kvm_s390_vcpu_crypto_reset_all(kvm);
}

function kvm_s390_vcpu_block_all(kvm: kvm): void {
	for (const vcpu of kvm.vcpus)
		kvm_s390_vcpu_block(vcpu);
}

function kvm_s390_vcpu_unblock_all(kvm: kvm): void {
	for (const vcpu of kvm.vcpus)
		kvm_s390_vcpu_unblock(vcpu);
}

function kvm_s390_sync_request_broadcast(kvm: kvm, req: number): void {
	for (const vcpu of kvm_for_each_vcpu(kvm))
		kvm_s390_sync_request(req, vcpu);
}

function kvm_s390_apxa_installed(): number {
	const info = new ap_config_info();

	if (ap_instructions_available()) {
		if (ap_qci(info) === 0)
			return info.apxa;
	}

	return 0;
}

/*
 * The format says how big the masks are: 2 with extended addressing (APXA) and
 * MSAX3, 1 with MSAX3 alone, 0 with neither.
 */
function kvm_s390_set_crycb_format(kvm: kvm): void {
	kvm.arch.crypto.crycbd = Number(virt_to_phys(kvm.arch.crypto.crycb));

	/* Format 0 to begin with */
	kvm.arch.crypto.crycbd &= ~CRYCB_FORMAT_MASK;

	if (!test_kvm_facility(kvm, MSAX3))
		return;

	if (kvm_s390_apxa_installed())
		kvm.arch.crypto.crycbd |= CRYCB_FORMAT2;
	else
		kvm.arch.crypto.crycbd |= CRYCB_FORMAT1;
}

/* The first 16 bits of a mask: what APCB0 has of domains. */
function copy_first_halfword(dst: Uint32Array, src: Uint32Array): void {
	dst[0] = (src[0] & 0xffff0000 | dst[0] & 0xffff) >>> 0;
}

/**
 * kvm_arch_crypto_set_masks - give a guest its adapters and domains
 * @kvm: the guest
 * @apm: the adapters, 256 bits
 * @aqm: the domains
 * @adm: the control domains
 *
 * All the guest's processors are out of SIE while the CRYCB changes. Formats 0
 * and 1 take 64 adapters and 16 domains of the masks.
 *
 * Context: the caller holds kvm->lock.
 * C: arch/s390/kvm/kvm-s390.c, Linux 6.12
 */
export function kvm_arch_crypto_set_masks(
	kvm: kvm, apm: Uint32Array, aqm: Uint32Array, adm: Uint32Array,
): void {
	const crycb = kvm.arch.crypto.crycb!;

	kvm_s390_vcpu_block_all(kvm);

	switch (kvm.arch.crypto.crycbd & CRYCB_FORMAT_MASK) {
	case CRYCB_FORMAT2:
		memcpy(crycb.apcb1.apm, apm); /* PORT: no VM_EVENT(), observers are told below */
		memcpy(crycb.apcb1.aqm, aqm); /* PORT: the same */
		memcpy(crycb.apcb1.adm, adm); /* PORT: the same */
		break;
	case CRYCB_FORMAT1:
	case CRYCB_FORMAT0:
		memcpy(crycb.apcb0.apm, apm.subarray(0, 2)); /* PORT: 8 bytes */
		copy_first_halfword(crycb.apcb0.aqm, aqm); /* PORT: memcpy() of 2 bytes */
		/* PORT: memcpy() of 2 bytes, and no VM_EVENT() */
		copy_first_halfword(crycb.apcb0.adm, adm);
		break;
	default:
		break;
	}
	if (trace_crypto_set_masks.enabled) /* PORT: for observers, as VM_EVENT() in C */
		trace_crypto_set_masks.emit(kvm); /* PORT: for observers */

	kvm_s390_sync_request_broadcast(kvm, KVM_REQ_VSIE_RESTART);
	kvm_s390_vcpu_unblock_all(kvm);
	if (trace_vcpus_unblocked.enabled) /* PORT: for observers */
		trace_vcpus_unblocked.emit(kvm); /* PORT: for observers */
}

/**
 * kvm_arch_crypto_clear_masks - take all adapters and domains from a guest
 * @kvm: the guest
 *
 * Context: the caller holds kvm->lock.
 * C: arch/s390/kvm/kvm-s390.c, Linux 6.12
 */
export function kvm_arch_crypto_clear_masks(kvm: kvm): void {
	kvm_s390_vcpu_block_all(kvm);

	memset(kvm.arch.crypto.crycb!.apcb0, 0);
	memset(kvm.arch.crypto.crycb!.apcb1, 0);
	if (trace_crypto_clear_masks.enabled) /* PORT: for observers, as VM_EVENT() in C */
		trace_crypto_clear_masks.emit(kvm); /* PORT: for observers */

	kvm_s390_sync_request_broadcast(kvm, KVM_REQ_VSIE_RESTART);
	kvm_s390_vcpu_unblock_all(kvm);
	if (trace_vcpus_unblocked.enabled) /* PORT: for observers */
		trace_vcpus_unblocked.emit(kvm); /* PORT: for observers */
}

function kvm_s390_crypto_init(kvm: kvm): void {
	kvm.arch.crypto.crycb = kvm.arch.sie_page2!.crycb;
	kvm_s390_set_crycb_format(kvm);
	init_rwsem(kvm.arch.crypto.pqap_hook_rwsem, "kvm->arch.crypto.pqap_hook_rwsem");

	if (!test_kvm_facility(kvm, MSAX3))
		return;

	/* Protected keys are on by default */
	kvm.arch.crypto.aes_kw = 1;
	kvm.arch.crypto.dea_kw = 1;
}

/**
 * kvm_arch_init_vm - s390's part of a new guest
 * @kvm: the guest
 *
 * AP instructions are interpreted for it, as userspace asks for with ap=on.
 *
 * Return: 0 or -ENOMEM.
 * C: arch/s390/kvm/kvm-s390.c, Linux 6.12
 */
export function kvm_arch_init_vm(kvm: kvm): number {
	const page = kzalloc(sie_page2, GFP_KERNEL);

	if (page === null)
		return -ENOMEM;
	page.kvm = kvm;
	page.address = alloc_storage_page();
	page.crycb.address = page.address + CRYCB_OFFSET;
	page.gisa.address = page.address + GISA_OFFSET;
	kvm.arch.sie_page2 = page;
	storage_put(page.gisa.address, page);	/* PORT: hardware finds it by its address */

	for (const nr of GUEST_FACILITIES)
		if (test_facility(nr))
			kvm.arch.fac_mask.add(nr);
	kvm.arch.fac_mask.add(MSAX3);

	kvm_s390_crypto_init(kvm);
	kvm.arch.crypto.apie = ap_instructions_available() ? 1 : 0;
	kvm.arch.gmap = new gmap(kvm);
	kvm_s390_gisa_init(kvm);
	return 0;
}

/**
 * kvm_arch_destroy_vm - s390's part of a guest goes
 *
 * C: arch/s390/kvm/kvm-s390.c, Linux 6.12
 */
export function kvm_arch_destroy_vm(kvm: kvm): void {
	for (const vcpu of kvm.vcpus)
		vcpu.arch.sie_block.prog0c = 0;
	kvm_s390_gisa_destroy(kvm);
	storage_remove(kvm.arch.sie_page2!.gisa.address);	/* PORT: as it was put there */
	kfree(kvm.arch.sie_page2);
}

function kvm_s390_vcpu_crypto_setup(vcpu: kvm_vcpu): void {
	const sie_block = vcpu.arch.sie_block;
	const crypto = vcpu.kvm.arch.crypto;

	if (!crypto.apie && !test_kvm_facility(vcpu.kvm, MSAX3))
		return;

	sie_block.crycbd = crypto.crycbd;
	sie_block.ecb3 &= ~(ECB3_AES | ECB3_DEA);
	sie_block.eca &= ~ECA_APIE;

	if (crypto.apie)
		sie_block.eca |= ECA_APIE;
	if (crypto.aes_kw)
		sie_block.ecb3 |= ECB3_AES;
	if (crypto.dea_kw)
		sie_block.ecb3 |= ECB3_DEA;
}

/**
 * kvm_arch_vcpu_create - s390's part of a new processor
 *
 * C: arch/s390/kvm/kvm-s390.c, Linux 6.12
 */
export function kvm_arch_vcpu_create(vcpu: kvm_vcpu): void {
	vcpu.arch.gmap = vcpu.kvm.arch.gmap;
	if (css_general_characteristics.aiv)
		vcpu.arch.sie_block.eca |= ECA_AIV;
	kvm_s390_gisa_setup_vcpu(vcpu);
	kvm_s390_vcpu_crypto_setup(vcpu);
}

/** kvm_s390_vcpu_block - take a processor out of SIE and keep it out */
function kvm_s390_vcpu_block(vcpu: kvm_vcpu): void {
	vcpu.arch.sie_block.prog20.counter |= PROG_BLOCK_SIE;
	exit_sie(vcpu);
}

function kvm_s390_vcpu_unblock(vcpu: kvm_vcpu): void {
	vcpu.arch.sie_block.prog20.counter &= ~PROG_BLOCK_SIE;
	reenter_sie(vcpu);
}

function kvm_s390_vcpu_request(vcpu: kvm_vcpu): void {
	vcpu.arch.sie_block.prog20.counter |= PROG_REQUEST;
	exit_sie(vcpu);
}

function kvm_s390_vcpu_request_handled(vcpu: kvm_vcpu): void {
	vcpu.arch.sie_block.prog20.counter &= ~PROG_REQUEST;
}

/* Processors that were kicked out and go in again as soon as they may. */
const waiting = new WeakSet<kvm_vcpu>();

function exit_sie(vcpu: kvm_vcpu): void {
	if (!(vcpu.arch.sie_block.prog0c & PROG_IN_SIE))
		return;
	vcpu.arch.sie_block.prog0c &= ~PROG_IN_SIE;
	vcpu.stat.sie_kicks++;
	waiting.add(vcpu);
}

/*
 * PORT: in C the vCPU's own thread spins in its run loop, handles its requests
 * and enters SIE again; here that happens when the last block goes.
 */
function reenter_sie(vcpu: kvm_vcpu): void {
	if (vcpu.arch.sie_block.prog20.counter & PROG_BLOCK_SIE)
		return;
	if (waiting.delete(vcpu))
		kvm_arch_vcpu_enter_sie(vcpu);
}

/** kvm_s390_sync_request - have a processor do something before it enters SIE again */
function kvm_s390_sync_request(req: number, vcpu: kvm_vcpu): void {
	vcpu.requests |= req;
	kvm_s390_vcpu_request(vcpu);
}

/* A shadow of the CRYCB exists only for guests of guests: nothing to do here. */
function kvm_s390_handle_requests(vcpu: kvm_vcpu): void {
	kvm_s390_vcpu_request_handled(vcpu);
	vcpu.requests &= ~KVM_REQ_VSIE_RESTART;
}

/**
 * kvm_arch_vcpu_enter_sie - let a processor execute guest instructions
 *
 * C: the run loop __vcpu_run() in arch/s390/kvm/kvm-s390.c, Linux 6.12
 */
export function kvm_arch_vcpu_enter_sie(vcpu: kvm_vcpu): void {
	kvm_s390_handle_requests(vcpu);
	vcpu.arch.sie_block.prog0c |= PROG_IN_SIE;
	vcpu.stat.sie_entries++;
	sie_take_interruptions(vcpu);	/* PORT: SIE does it, in hardware */
}

/** kvm_arch_vcpu_leave_sie - a processor leaves SIE by itself, by an interception */
export function kvm_arch_vcpu_leave_sie(vcpu: kvm_vcpu): void {
	vcpu.arch.sie_block.prog0c &= ~PROG_IN_SIE;
}

/**
 * kvm_s390_pv_cpu_is_protected - whether a processor's guest is protected
 *
 * C: arch/s390/kvm/pv.c, Linux 6.12
 */
export function kvm_s390_pv_cpu_is_protected(vcpu: kvm_vcpu): boolean {
	return vcpu.arch.pv.handle !== 0n;
}
