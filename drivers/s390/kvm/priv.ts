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
import { EOPNOTSUPP } from "#linux/errno.h";
import { early_initcall } from "#linux/init.h";
import {
	ECA_APIE, PGM_PRIVILEGED_OP, PGM_SPECIFICATION, PROG_IN_SIE, PSW_CC_SHIFT, PSW_MASK_CC,
	PSW_MASK_PSTATE, type crypto_hook, type kvm_vcpu,
} from "#linux/kvm_host.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { down_read, up_read } from "#linux/rwsem.h";
import { tracepoint } from "#linux/tracepoint.h";
import { kvm_arch_vcpu_enter_sie, kvm_arch_vcpu_leave_sie, test_kvm_facility } from "./kvm-s390.ts";

/** trace_pqap_hook - a guest's PQAP(AQIC) is about to be handed to the hook */
export const trace_pqap_hook = new tracepoint<[vcpu: kvm_vcpu]>();

/** kvm_s390_inject_program_int - what the guest sees instead of a result; returns 0 */
export function kvm_s390_inject_program_int(vcpu: kvm_vcpu, code: number): number {
	vcpu.arch.sie_block.iprcc = code;
	return 0;
}

/** kvm_s390_set_psw_cc - set the condition code that the guest will see */
export function kvm_s390_set_psw_cc(vcpu: kvm_vcpu, cc: bigint): void {
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
 * Context: the caller holds vcpu->mutex; takes the hook's semaphore to read.
 * Return: 0, also for a program interruption to the guest; -EOPNOTSUPP leaves the
 * instruction to userspace.
 * C: arch/s390/kvm/priv.c, Linux 6.12
 */
function handle_pqap(vcpu: kvm_vcpu): number {
	const status = new ap_queue_status();
	let pqap_hook, ret;

	/* No AP instructions on this machine */
	if (!ap_instructions_available())
		return -EOPNOTSUPP;
	/* The guest is not to use them */
	if (!(vcpu.arch.sie_block.eca & ECA_APIE))
		return -EOPNOTSUPP;
	/*
	 * A guest whose AP instructions are interpreted leaves SIE for AQIC, and for
	 * TAPQ with the T bit where bit 3 (FIII) of the interception controls asks for
	 * it, which is never set: so AQIC is all that comes here. As a guest of z/VM
	 * others can come, such as PQAP(QCI), which are not supported.
	 */
	const reg0 = vcpu.run.s.regs.gprs[0];
	const fc = (reg0 >> 24n) & 0xffn;
	if (fc !== 0x03n)
		return -EOPNOTSUPP;

	/* Only for the guest's kernel */
	if (vcpu.arch.sie_block.gpsw.mask & PSW_MASK_PSTATE)
		return kvm_s390_inject_program_int(vcpu, PGM_PRIVILEGED_OP);

	/* What is a specification exception in any PQAP */
	/* Bits 41-47 are reserved */
	if (reg0 & 0x007f0000n)
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);
	/* The T bit without the facilities test */
	if (!test_kvm_facility(vcpu.kvm, 15) && (reg0 & 0x00800000n))
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);
	/* An adapter above 63 or a domain above 15 without extended addressing */
	if (!(vcpu.kvm.arch.crypto.crycbd & 0x02) && (reg0 & 0x0000c0f0n))
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);

	/* And in AQIC: facility 65 is the instruction itself */
	if (!test_kvm_facility(vcpu.kvm, 65))
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);

	/* The semaphore keeps the hook's owner from taking it away meanwhile */
	down_read(vcpu.kvm.arch.crypto.pqap_hook_rwsem);
	if (vcpu.kvm.arch.crypto.pqap_hook) {
		if (trace_pqap_hook.enabled) /* PORT: for observers */
			trace_pqap_hook.emit(vcpu); /* PORT: for observers */
		pqap_hook = (vcpu.kvm.arch.crypto.pqap_hook as crypto_hook).fn!;
		ret = pqap_hook(vcpu);
		if (!ret) {
			if (vcpu.run.s.regs.gprs[1] & 0x00ff0000n)
				kvm_s390_set_psw_cc(vcpu, 3n);
			else
				kvm_s390_set_psw_cc(vcpu, 0n);
		}
		up_read(vcpu.kvm.arch.crypto.pqap_hook_rwsem);
		return ret;
	}
	up_read(vcpu.kvm.arch.crypto.pqap_hook_rwsem);
	/*
	 * No hook, so no driver that fills the CRYCB, so no queues: which is what the
	 * guest is told. The four bytes of the status come to lie in the register's
	 * upper half.
	 */
	status.response_code = 0x01;
	/* PORT: memcpy() into half of a bigint */
	memcpy_to_register(vcpu.run.s.regs.gprs, 1, status);
	kvm_s390_set_psw_cc(vcpu, 3n);
	return 0;
}

/** memcpy_to_register - what memcpy() of a status word to a register's address does */
export function memcpy_to_register(
	gprs: BigUint64Array, nr: number, status: ap_queue_status,
): void {
	gprs[nr] = BigInt(status.pack()) << 32n | gprs[nr] & 0xffffffffn;
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

type instruction_handler = (vcpu: kvm_vcpu) => number;

let handle_b2: instruction_handler = kvm_s390_handle_b2;

early_initcall(() => {
	handle_b2 = kvm_s390_handle_b2;
});

/**
 * set_handle_b2 - have instructions B2xx handled as another kernel does it
 * @handler: how, until the next boot; null: as Linux 6.12
 */
export function set_handle_b2(handler: instruction_handler | null): void {
	handle_b2 = handler ?? kvm_s390_handle_b2;
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
	vcpu.stat.instruction_pqap++;
	sie_block.ipa = IPA_PQAP;
	sie_block.iprcc = 0;

	const ret = handle_b2(vcpu);

	if (in_sie)
		kvm_arch_vcpu_enter_sie(vcpu);
	mutex_unlock(vcpu.mutex);
	return ret;
}
