// SPDX-License-Identifier: GPL-2.0
/*
 * Handling of intercepted privileged instructions: PQAP.
 *
 * Copyright IBM Corp. 2008, 2020
 *
 *    Author(s): Carsten Otte <cotte@de.ibm.com>
 *               Christian Borntraeger <borntraeger@de.ibm.com>
 *
 * C: arch/s390/kvm/priv.c, Linux 6.12.
 */
import { ap_instructions_available, ap_queue_status } from "#asm/ap.h";
import { kvm_s390_module_hook } from "#v5.10/asm/kvm_host.h";
import { EOPNOTSUPP } from "#linux/errno.h";
import { early_initcall } from "#linux/init.h";
import {
	ECA_APIE, PGM_PRIVILEGED_OP, PGM_SPECIFICATION, PROG_IN_SIE, PSW_CC_SHIFT, PSW_MASK_CC,
	PSW_MASK_PSTATE, type kvm_vcpu,
} from "#linux/kvm_host.h";
import { module_put, try_module_get } from "#linux/module.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { down_read, up_read } from "#linux/rwsem.h";
import { tracepoint } from "#linux/tracepoint.h";
import { kvm_arch_vcpu_enter_sie, kvm_arch_vcpu_leave_sie, test_kvm_facility } from "./kvm-s390.ts";

/** trace_pqap_hook - a guest's PQAP(AQIC) is about to be handed to the hook */
export const trace_pqap_hook = new tracepoint<[vcpu: kvm_vcpu]>();

/* Whether the hook is as in Linux 5.10, without a lock. */
let pqap_hook_unlocked = false;

early_initcall(() => {
	pqap_hook_unlocked = false;
});

/**
 * set_pqap_hook_unlocked - be the KVM of 2020 when a guest executes PQAP(AQIC)
 * @value: whether; every boot starts without
 *
 * A hook of that time is called without a lock in any case; this says that
 * there is no lock either while no hook is set.
 */
export function set_pqap_hook_unlocked(value: boolean): void {
	pqap_hook_unlocked = value;
}

/* A program interruption is what the guest sees instead of a result. */
function kvm_s390_inject_program_int(vcpu: kvm_vcpu, code: number): number {
	vcpu.arch.sie_block.iprcc = code;
	return 0;
}

function kvm_s390_set_psw_cc(vcpu: kvm_vcpu, cc: bigint): void {
	const gpsw = vcpu.arch.sie_block.gpsw;

	gpsw.mask = gpsw.mask & ~PSW_MASK_CC | cc << PSW_CC_SHIFT;
}

/** kvm_s390_get_psw_cc - the condition code that the guest sees */
export function kvm_s390_get_psw_cc(vcpu: kvm_vcpu): number {
	return Number((vcpu.arch.sie_block.gpsw.mask & PSW_MASK_CC) >> PSW_CC_SHIFT);
}

/**
 * handle_pqap - handle an intercepted PQAP
 * @vcpu: the processor that executes it
 *
 * The only function that gets here is AQIC (0x03). What it does is the hook's
 * business; without one the guest hears that the queue is not available.
 *
 * Context: the caller holds vcpu->mutex.
 * Return: 0, also for a program interruption to the guest; -EOPNOTSUPP leaves
 * the instruction to userspace.
 * C: arch/s390/kvm/priv.c, Linux 6.12
 */
function handle_pqap(vcpu: kvm_vcpu): number {
	vcpu.stat.instruction_pqap++;	/* PORT: for observers */

	/* No AP instructions on this machine */
	if (!ap_instructions_available())
		return -EOPNOTSUPP;
	/* The guest is not to use them */
	if (!(vcpu.arch.sie_block.eca & ECA_APIE))
		return -EOPNOTSUPP;
	const reg0 = vcpu.run.s.regs.gprs[0];
	const fc = Number(reg0 >> 24n & 0xffn);
	if (fc !== 0x03)
		return -EOPNOTSUPP;

	/* Only for the guest's kernel */
	if (vcpu.arch.sie_block.gpsw.mask & PSW_MASK_PSTATE)
		return kvm_s390_inject_program_int(vcpu, PGM_PRIVILEGED_OP);

	/* Bits 41-47 are reserved */
	if (reg0 & 0x007f0000n)
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);
	/* The T bit without the facilities test */
	if (!test_kvm_facility(vcpu.kvm, 15) && reg0 & 0x00800000n)
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);
	/* An adapter above 63 or a domain above 15 without extended addressing */
	if (!(vcpu.kvm.arch.crypto.crycbd & 0x02) && reg0 & 0x0000c0f0n)
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);

	/* No AQIC facility */
	if (!test_kvm_facility(vcpu.kvm, 65))
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);

	return kvm_pqap_hook(vcpu);
}

/**
 * kvm_pqap_hook - ask the hook about a PQAP(AQIC) that was found good
 * @vcpu: the processor that executes it
 *
 * A hook of 2020 is called as KVM did then, without a lock around it.
 *
 * Return: what the hook returned; 0 without one, and then response code 0x01 is
 * in the upper half of general register 1, where KVM puts it.
 * C: the second half of handle_pqap() in arch/s390/kvm/priv.c, Linux 6.12
 */
export function kvm_pqap_hook(vcpu: kvm_vcpu): number {
	const crypto = vcpu.kvm.arch.crypto;

	if (crypto.pqap_hook instanceof kvm_s390_module_hook)
		return kvm_pqap_module_hook(vcpu);
	if (pqap_hook_unlocked)
		return pqap_without_hook(vcpu);

	down_read(crypto.pqap_hook_rwsem);
	if (crypto.pqap_hook) {
		if (trace_pqap_hook.enabled)
			trace_pqap_hook.emit(vcpu);	/* PORT: for observers */
		const ret = crypto.pqap_hook.fn!(vcpu);
		if (!ret)
			kvm_s390_set_psw_cc(vcpu, vcpu.run.s.regs.gprs[1] & 0x00ff0000n ? 3n : 0n);
		up_read(crypto.pqap_hook_rwsem);
		return ret;
	}
	up_read(crypto.pqap_hook_rwsem);
	return pqap_without_hook(vcpu);
}

function pqap_without_hook(vcpu: kvm_vcpu): number {
	const gprs = vcpu.run.s.regs.gprs;
	const status = new ap_queue_status();

	status.response_code = 0x01;
	gprs[1] = BigInt(status.pack()) << 32n | gprs[1] & 0xffffffffn;
	kvm_s390_set_psw_cc(vcpu, 3n);
	return 0;
}

/*
 * Nothing keeps the hook while it is called: it is read anew each time, and who
 * takes it away in between leaves a null pointer to be followed.
 * C: part of handle_pqap() in arch/s390/kvm/priv.c, Linux 5.10
 */
function kvm_pqap_module_hook(vcpu: kvm_vcpu): number {
	const crypto = vcpu.kvm.arch.crypto as { pqap_hook: kvm_s390_module_hook | null };
	const { owner } = crypto.pqap_hook!;

	if (!try_module_get(owner))
		return -EOPNOTSUPP;
	if (trace_pqap_hook.enabled)
		trace_pqap_hook.emit(vcpu);	/* PORT: for observers */
	const ret = crypto.pqap_hook!.hook!(vcpu);

	module_put(owner);
	if (!ret && vcpu.run.s.regs.gprs[1] & 0x00ff0000n)
		kvm_s390_set_psw_cc(vcpu, 3n);
	return ret;
}

/** PQAP - the instruction's code */
const IPA_PQAP = 0xb2af;

/**
 * kvm_s390_handle_b2 - handle an intercepted instruction B2xx
 * @vcpu: the processor; ipa in its SIE block says which
 *
 * Return: 0, or -EOPNOTSUPP for what is left to userspace.
 * C: arch/s390/kvm/priv.c, Linux 6.12
 */
export function kvm_s390_handle_b2(vcpu: kvm_vcpu): number {
	switch (vcpu.arch.sie_block.ipa & 0x00ff) {
	case 0xaf:
		return handle_pqap(vcpu);
	default:
		return -EOPNOTSUPP;
	}
}

/**
 * vcpu_intercept_pqap - a guest's processor executes a PQAP that is intercepted
 * @vcpu: the processor; its general registers 0 to 2 are the operands
 *
 * It leaves SIE, the host handles the instruction, and it goes on in SIE if it
 * was there. Whatever program interruption the guest gets is in iprcc, else 0.
 *
 * Context: takes vcpu->mutex, as the KVM_RUN that the processor is in does.
 * Return: 0, or -EOPNOTSUPP for what is left to userspace.
 */
export function vcpu_intercept_pqap(vcpu: kvm_vcpu): number {
	const sie_block = vcpu.arch.sie_block;
	const in_sie = (sie_block.prog0c & PROG_IN_SIE) !== 0;

	mutex_lock(vcpu.mutex);
	kvm_arch_vcpu_leave_sie(vcpu);
	sie_block.ipa = IPA_PQAP;
	sie_block.iprcc = 0;

	const ret = kvm_s390_handle_b2(vcpu);

	if (in_sie)
		kvm_arch_vcpu_enter_sie(vcpu);
	mutex_unlock(vcpu.mutex);
	return ret;
}
