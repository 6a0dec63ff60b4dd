// SPDX-License-Identifier: GPL-2.0
/*
 * KVM on s390 of 2020: setting and clearing a guest's masks takes kvm->lock.
 *
 * Copyright IBM Corp. 2008, 2020
 *
 * Modelled on arch/s390/kvm/kvm-s390.c of Linux 5.10: it behaves as the traces need
 * it, and was not compared with the C text.
 */
import type { kvm } from "#linux/kvm_host.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import * as today from "../../../s390/kvm/kvm-s390.ts";

/**
 * kvm_arch_crypto_set_masks - give a guest its adapters and domains
 * @kvm: the guest
 * @apm: the adapters, 256 bits
 * @aqm: the domains
 * @adm: the control domains
 *
 * Context: takes kvm->lock.
 */
export function kvm_arch_crypto_set_masks(
	kvm: kvm, apm: Uint32Array, aqm: Uint32Array, adm: Uint32Array,
): void {
	mutex_lock(kvm.lock);
	today.kvm_arch_crypto_set_masks(kvm, apm, aqm, adm);
	mutex_unlock(kvm.lock);
}

/**
 * kvm_arch_crypto_clear_masks - take all adapters and domains from a guest
 * @kvm: the guest
 *
 * Context: takes kvm->lock.
 */
export function kvm_arch_crypto_clear_masks(kvm: kvm): void {
	mutex_lock(kvm.lock);
	today.kvm_arch_crypto_clear_masks(kvm);
	mutex_unlock(kvm.lock);
}
