/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A guest as its virtual machine monitor starts and stops it: memory laid out as
 * guest_memory.ts says, processors running, AP instructions interpreted.
 */
import { IS_ERR, type err_ptr } from "#linux/err.h";
import {
	kvm_create_vcpu, kvm_create_vm, kvm_memory_slot, kvm_set_memory_region, kvm_vm_release,
	type kvm,
} from "#linux/kvm_host.h";
import { kvm_arch_vcpu_enter_sie, kvm_arch_vcpu_leave_sie } from "../kvm/kvm-s390.ts";
import {
	GUEST_MEMSLOT_PAGES, GUEST_RAM_PAGES, guest_memory, guest_memory_free,
} from "./guest_memory.ts";

/**
 * guest_start - start a guest
 * @vcpus: how many processors it has
 *
 * Return: the guest, to be stopped with guest_stop(); or ERR_PTR(-ENOMEM).
 */
export function guest_start(vcpus = 1): kvm | err_ptr {
	const kvm = kvm_create_vm();

	if (IS_ERR(kvm))
		return kvm;

	const memory = new guest_memory();
	const ram = GUEST_RAM_PAGES;

	kvm.memory = memory;
	kvm_set_memory_region(kvm, new kvm_memory_slot(0n, ram, memory.hva));
	kvm_set_memory_region(kvm,
		new kvm_memory_slot(ram, GUEST_MEMSLOT_PAGES - ram, memory.hva + (ram << 12n)));
	for (let id = 0; id < vcpus; id++) {
		const vcpu = kvm_create_vcpu(kvm, id);

		if (IS_ERR(vcpu)) {
			guest_memory_free(memory);
			kvm_vm_release(kvm);
			return vcpu;
		}
		kvm_arch_vcpu_enter_sie(vcpu);
	}
	return kvm;
}

/** guest_stop - stop a guest; a device that still uses it keeps it in memory */
export function guest_stop(kvm: kvm): void {
	for (const vcpu of kvm.vcpus)
		kvm_arch_vcpu_leave_sie(vcpu);
	if (kvm.memory !== null)
		guest_memory_free(kvm.memory);
	kvm_vm_release(kvm);
}
