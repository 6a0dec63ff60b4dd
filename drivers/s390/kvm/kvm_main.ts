// SPDX-License-Identifier: GPL-2.0-only
/*
 * Virtual machines: creation, references, memory slots.
 *
 * Copyright (C) 2006 Qumranet, Inc.
 * Copyright 2010 Red Hat, Inc. and/or its affiliates.
 *
 * Authors:
 *   Avi Kivity   <avi@qumranet.com>
 *   Yaniv Kamay  <yaniv@qumranet.com>
 *
 * C: virt/kvm/kvm_main.c, Linux 6.12.
 */
import { ERR_PTR, type err_ptr } from "#linux/err.h";
import { EEXIST, EINVAL, ENOMEM } from "#linux/errno.h";
import {
	KVM_HVA_ERR_BAD, KVM_MAX_VCPUS, PAGE_SHIFT, kvm, kvm_memory_slot, kvm_vcpu,
} from "#linux/kvm_host.h";
import { pr_err } from "#linux/printk.h";
import { mutex_init, mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { GFP_KERNEL, kfree, kmemleak_track, kzalloc, should_failslab } from "#linux/slab.h";
import { kvm_arch_destroy_vm, kvm_arch_init_vm, kvm_arch_vcpu_create } from "./kvm-s390.ts";

/**
 * kvm_create_vm - a new guest, with no memory and no processors
 *
 * Return: the guest, with one reference, or ERR_PTR(-ENOMEM).
 * C: virt/kvm/kvm_main.c, Linux 6.12
 */
export function kvm_create_vm(): kvm | err_ptr {
	const vm = kzalloc(kvm, GFP_KERNEL);

	if (vm === null)
		return ERR_PTR(-ENOMEM);
	mutex_init(vm.lock, "kvm->lock");
	vm.users_count = 1;
	vm.vm_file = true;

	const r = kvm_arch_init_vm(vm);

	if (r) {
		kfree(vm);
		return ERR_PTR(r);
	}
	return vm;
}

function kvm_destroy_vm(kvm: kvm): void {
	kvm_arch_destroy_vm(kvm);
	for (const vcpu of kvm.vcpus)
		kfree(vcpu);
	kfree(kvm);
}

/** kvm_get_kvm - hold the guest */
export function kvm_get_kvm(kvm: kvm): void {
	kvm.users_count++;
}

/** kvm_get_kvm_safe - hold the guest if somebody still does; returns whether */
export function kvm_get_kvm_safe(kvm: kvm): boolean {
	if (kvm.users_count <= 0)
		return false;
	kvm.users_count++;
	return true;
}

/**
 * kvm_put_kvm - hold the guest no longer; the last one destroys it
 *
 * A put too many frees a guest that is running. Its memory keeps its contents,
 * so in practice it runs on; here too, with a line in the log.
 */
export function kvm_put_kvm(kvm: kvm): void {
	kvm.users_count--;
	if (kvm.users_count <= 0 && kvm.vm_file)
		pr_err("kvm: refcount underflow: a running guest is freed\n");
	else if (kvm.users_count === 0)
		kvm_destroy_vm(kvm);
}

/**
 * kvm_vm_release - userspace closes its descriptor of the guest
 *
 * C: virt/kvm/kvm_main.c, Linux 6.12
 */
export function kvm_vm_release(kvm: kvm): void {
	kvm.vm_file = false;
	kvm.users_count = Math.max(kvm.users_count, 1);		/* PORT: puts too many, see above */
	kvm_put_kvm(kvm);
}

/**
 * kvm_create_vcpu - add a processor to a guest
 * @kvm: the guest
 * @id: the processor's address
 *
 * Context: takes kvm->lock.
 * Return: the processor; or ERR_PTR(-EINVAL) above the highest address,
 * ERR_PTR(-EEXIST), ERR_PTR(-ENOMEM).
 * C: kvm_vm_ioctl_create_vcpu() in virt/kvm/kvm_main.c, Linux 6.12
 */
export function kvm_create_vcpu(kvm: kvm, id: number): kvm_vcpu | err_ptr {
	if (id >= KVM_MAX_VCPUS)
		return ERR_PTR(-EINVAL);
	if (should_failslab())
		return ERR_PTR(-ENOMEM);

	const vcpu = kmemleak_track(new kvm_vcpu(kvm, id));

	kvm_arch_vcpu_create(vcpu);
	mutex_lock(kvm.lock);
	if (kvm.vcpus.some((other) => other.vcpu_id === id)) {
		mutex_unlock(kvm.lock);
		kfree(vcpu);
		return ERR_PTR(-EEXIST);
	}
	kvm.vcpus.push(vcpu);
	mutex_unlock(kvm.lock);
	return vcpu;
}

/**
 * kvm_set_memory_region - put memory into a guest's address space
 * @kvm: the guest
 * @slot: where, and which memory
 *
 * Return: 0, or -EEXIST when there is memory already.
 * C: virt/kvm/kvm_main.c, Linux 6.12
 */
export function kvm_set_memory_region(kvm: kvm, slot: kvm_memory_slot): number {
	for (const other of kvm.memslots)
		if (slot.base_gfn < other.base_gfn + other.npages &&
		    other.base_gfn < slot.base_gfn + slot.npages)
			return -EEXIST;
	kvm.memslots.push(slot);
	kvm.memslots.sort((a, b) => (a.base_gfn < b.base_gfn ? -1 : 1));
	return 0;
}

/**
 * gfn_to_hva - where userspace has a guest page
 * @kvm: the guest
 * @gfn: the guest's page frame
 *
 * Return: the address, or KVM_HVA_ERR_BAD when no slot has the page.
 * C: virt/kvm/kvm_main.c, Linux 6.12
 */
export function gfn_to_hva(kvm: kvm, gfn: bigint): bigint {
	for (const slot of kvm.memslots)
		if (gfn >= slot.base_gfn && gfn < slot.base_gfn + slot.npages)
			return slot.userspace_addr + (gfn - slot.base_gfn << PAGE_SHIFT);
	return KVM_HVA_ERR_BAD;
}
