// SPDX-License-Identifier: GPL-2.0
/*
 * Handling of intercepted privileged instructions as in 2020: a hook for PQAP(AQIC) is a
 * struct with an owner, and there is no lock around it.
 *
 * Copyright IBM Corp. 2008, 2018
 *
 *    Author(s): Carsten Otte <cotte@de.ibm.com>
 *               Christian Borntraeger <borntraeger@de.ibm.com>
 *
 * Modelled on arch/s390/kvm/priv.c of Linux 5.10: it behaves as the traces need it, and was
 * not compared with the C text.
 */
import { ap_instructions_available, ap_queue_status } from "#asm/ap.h";
import { EOPNOTSUPP } from "#linux/errno.h";
import {
	ECA_APIE, PGM_PRIVILEGED_OP, PGM_SPECIFICATION, PSW_MASK_PSTATE, type kvm_vcpu,
} from "#linux/kvm_host.h";
import { module_put, try_module_get } from "#linux/module.h";
import type { kvm_s390_module_hook } from "#v5.10/asm/kvm_host.h";
import { test_kvm_facility } from "../../../s390/kvm/kvm-s390.ts";
import {
	kvm_s390_inject_program_int, kvm_s390_set_psw_cc, memcpy_to_register, trace_pqap_hook,
} from "../../../s390/kvm/priv.ts";

/**
 * handle_pqap - handle an intercepted PQAP
 * @vcpu: the processor that executes it
 *
 * Nothing keeps the hook while it is called: it is read anew each time, and who takes it
 * away in between leaves a null pointer to be followed.
 *
 * Context: the caller holds vcpu->mutex.
 * Return: 0, also for a program interruption to the guest; -EOPNOTSUPP leaves the
 * instruction to userspace.
 */
function handle_pqap(vcpu: kvm_vcpu): number {
	const crypto = vcpu.kvm.arch.crypto as unknown as {
		pqap_hook: kvm_s390_module_hook | null;
	};
	const status = new ap_queue_status();
	let ret;

	if (!ap_instructions_available())
		return -EOPNOTSUPP;
	if (!(vcpu.arch.sie_block.eca & ECA_APIE))
		return -EOPNOTSUPP;
	/* AQIC is all that comes here, see the one of today */
	const reg0 = vcpu.run.s.regs.gprs[0];
	const fc = (reg0 >> 24n) & 0xffn;
	if (fc !== 0x03n)
		return -EOPNOTSUPP;

	if (vcpu.arch.sie_block.gpsw.mask & PSW_MASK_PSTATE)
		return kvm_s390_inject_program_int(vcpu, PGM_PRIVILEGED_OP);

	if (reg0 & 0x007f0000n)
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);
	if (!test_kvm_facility(vcpu.kvm, 15) && (reg0 & 0x00800000n))
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);
	if (!(vcpu.kvm.arch.crypto.crycbd & 0x02) && (reg0 & 0x0000c0f0n))
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);

	if (!test_kvm_facility(vcpu.kvm, 65))
		return kvm_s390_inject_program_int(vcpu, PGM_SPECIFICATION);

	if (crypto.pqap_hook) {
		if (!try_module_get(crypto.pqap_hook.owner))
			return -EOPNOTSUPP;
		if (trace_pqap_hook.enabled) /* PORT: for observers */
			trace_pqap_hook.emit(vcpu); /* PORT: for observers */
		ret = crypto.pqap_hook.hook!(vcpu);
		module_put(crypto.pqap_hook.owner);
		if (!ret && vcpu.run.s.regs.gprs[1] & 0x00ff0000n)
			kvm_s390_set_psw_cc(vcpu, 3n);
		return ret;
	}
	status.response_code = 0x01;
	memcpy_to_register(vcpu.run.s.regs.gprs, 1, status);
	kvm_s390_set_psw_cc(vcpu, 3n);
	return 0;
}

/** kvm_s390_handle_b2 - handle an intercepted instruction B2xx; for set_handle_b2() */
export function kvm_s390_handle_b2(vcpu: kvm_vcpu): number {
	switch (vcpu.arch.sie_block.ipa & 0x00ff) {
	case 0xaf:
		return handle_pqap(vcpu);
	default:
		return -EOPNOTSUPP;
	}
}
