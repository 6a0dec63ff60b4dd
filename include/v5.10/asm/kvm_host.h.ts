/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KVM as the postings of 2020 found it, where it differs from today's: the hook
 * is a struct with an owner and no lock of its own, and setting or clearing the
 * masks takes kvm->lock itself.
 *
 * Copyright IBM Corp. 2008, 2018
 *
 * Modelled on arch/s390/include/asm/kvm_host.h of Linux 5.10.
 */
import type { kvm_vcpu } from "#linux/kvm_host.h";
import type { module } from "#linux/module.h";
import type { embedded } from "#linux/types.h";

/**
 * class kvm_s390_module_hook - the handler of an intercepted PQAP(AQIC)
 * @hook: the handler
 * @owner: the module it is in
 */
export class kvm_s390_module_hook implements embedded {
	hook: ((vcpu: kvm_vcpu) => number) | null = null;
	owner: module | null = null;
	container: object | null;

	constructor(container: object | null = null) {
		this.container = container;
	}
}

export * from "../../asm/kvm_host.h.ts";
export {
	kvm_arch_crypto_clear_masks, kvm_arch_crypto_set_masks,
} from "../../../drivers/v5.10/s390/kvm/kvm-s390.ts";
