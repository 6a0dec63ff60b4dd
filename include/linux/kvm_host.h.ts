/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A virtual machine and its processors, as KVM sees them.
 *
 * Source: include/linux/kvm_host.h, Linux 6.12.
 */
import { kvm_arch, kvm_vcpu_arch, kvm_vcpu_stat } from "#asm/kvm_host.h";
import { kvm_sync_regs } from "#asm/kvm.h";
import type { guest_memory } from "../../drivers/s390/sim/guest_memory.ts";
import { mutex } from "./mutex.h.ts";

/** class kvm_run - what a vCPU shares with userspace */
export class kvm_run {
	s = { regs: new kvm_sync_regs() };
}

/**
 * class kvm_memory_slot - a range of guest addresses with memory behind it
 * @base_gfn: its first page frame
 * @npages: how many
 * @userspace_addr: where userspace has that memory
 */
export class kvm_memory_slot {
	base_gfn: bigint;
	npages: bigint;
	userspace_addr: bigint;

	constructor(base_gfn: bigint, npages: bigint, userspace_addr: bigint) {
		this.base_gfn = base_gfn;
		this.npages = npages;
		this.userspace_addr = userspace_addr;
	}
}

/**
 * class kvm_vcpu - a virtual processor
 * @vcpu_id: its address
 * @requests: what it has to do before it enters SIE again
 * @mutex: held while it runs or is being changed
 */
export class kvm_vcpu {
	kvm: kvm;
	vcpu_id: number;
	requests = 0;
	mutex = new mutex("vcpu->mutex");
	run = new kvm_run();
	stat = new kvm_vcpu_stat();
	arch = new kvm_vcpu_arch();

	constructor(kvm: kvm, id: number) {
		this.kvm = kvm;
		this.vcpu_id = id;
	}
}

/**
 * class kvm - a virtual machine
 * @lock: guards its set of vCPUs and its crypto masks
 * @memslots: its memory, by ascending address
 * @users_count: references to it
 * @vm_file: one of them is userspace's
 * @memory: what is behind the memslots
 */
export class kvm {
	lock = new mutex("kvm->lock");
	memslots: kvm_memory_slot[] = [];
	vcpus: kvm_vcpu[] = [];
	users_count = 0;
	vm_file = false;		/* PORT: struct file */
	arch = new kvm_arch();
	memory: guest_memory | null = null;	/* PORT: mm_struct */
}

/** kvm_for_each_vcpu - walk a guest's processors */
export function kvm_for_each_vcpu(kvm: kvm): readonly kvm_vcpu[] {
	return kvm.vcpus;
}

export * from "#asm/page.h";
export * from "#asm/kvm_host.h";
export {
	gfn_to_hva, kvm_create_vcpu, kvm_create_vm, kvm_get_kvm, kvm_get_kvm_safe, kvm_put_kvm,
	kvm_set_memory_region, kvm_vm_release,
} from "../../drivers/s390/kvm/kvm_main.ts";
export { lowcore_kvm, set_null_kvm, trace_lowcore_kvm } from "../../drivers/s390/sim/lowcore.ts";
