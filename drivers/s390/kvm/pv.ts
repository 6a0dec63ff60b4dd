// SPDX-License-Identifier: GPL-2.0
/*
 * Protected guests: becoming one and ceasing to be one.
 *
 * Copyright IBM Corp. 2019, 2020
 *
 *    Author(s): Janosch Frank <frankja@linux.ibm.com>
 *
 * C: arch/s390/kvm/pv.c and kvm-s390.c, Linux 6.12.
 */
import { EINVAL } from "#linux/errno.h";
import { core_initcall } from "#linux/init.h";
import type { kvm } from "#linux/kvm_host.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { uv_protect } from "../sim/ultravisor.ts";

let next_handle = 1n;

core_initcall(() => {
	next_handle = 1n;
});

/* Each processor is held still while it gets or loses its handle. */
function kvm_s390_cpus_to_pv(kvm: kvm): void {
	for (const vcpu of kvm.vcpus) {
		mutex_lock(vcpu.mutex);
		vcpu.arch.pv.handle = next_handle++;
		mutex_unlock(vcpu.mutex);
	}
}

function kvm_s390_cpus_from_pv(kvm: kvm): void {
	for (const vcpu of kvm.vcpus) {
		mutex_lock(vcpu.mutex);
		vcpu.arch.pv.handle = 0n;
		mutex_unlock(vcpu.mutex);
	}
}

/**
 * kvm_s390_pv_enable - make a guest a protected one
 * @kvm: the guest
 *
 * Context: takes kvm->lock and, under it, each vcpu->mutex.
 * Return: 0, or -EINVAL when it is one.
 * C: KVM_PV_ENABLE in kvm_s390_handle_pv(), Linux 6.12
 */
export function kvm_s390_pv_enable(kvm: kvm): number {
	let r = -EINVAL;

	mutex_lock(kvm.lock);
	if (kvm.arch.pv.handle === 0n) {
		kvm.arch.pv.handle = next_handle++;
		kvm.arch.gmap!.guest_handle = kvm.arch.pv.handle;
		uv_protect(kvm.memory!, true);
		kvm_s390_cpus_to_pv(kvm);
		r = 0;
	}
	mutex_unlock(kvm.lock);
	return r;
}

/**
 * kvm_s390_pv_disable - make a protected guest an ordinary one
 * @kvm: the guest
 *
 * Context: takes kvm->lock and, under it, each vcpu->mutex.
 * Return: 0, or -EINVAL when it is none.
 * C: KVM_PV_DISABLE in kvm_s390_handle_pv(), Linux 6.12
 */
export function kvm_s390_pv_disable(kvm: kvm): number {
	let r = -EINVAL;

	mutex_lock(kvm.lock);
	if (kvm.arch.pv.handle !== 0n) {
		kvm_s390_cpus_from_pv(kvm);
		uv_protect(kvm.memory!, false);
		kvm.arch.gmap!.guest_handle = 0n;
		kvm.arch.pv.handle = 0n;
		r = 0;
	}
	mutex_unlock(kvm.lock);
	return r;
}
