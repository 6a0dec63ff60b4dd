/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a kernel on s390 finds behind a null pointer: address 0 can be read and
 * written, it is the CPU's lowcore. A driver that takes the lock of a guest
 * that is not there therefore "takes" whatever the lowcore has at that offset,
 * and goes on. One setting of the machine makes it an oops instead, as it would
 * be elsewhere. What is read there of any other struct is zero, or a fault.
 */
import { kernel_crash } from "#linux/bug.h";
import { early_initcall } from "#linux/init.h";
import { kvm } from "#linux/kvm_host.h";
import { pr_err } from "#linux/printk.h";
import { current } from "#linux/sched.h";
import { tracepoint } from "#linux/tracepoint.h";

/** trace_lowcore_kvm - a null struct kvm was dereferenced */
export const trace_lowcore_kvm = new tracepoint<[]>();

type null_kvm = "lowcore" | "oops";

let setting: null_kvm = "lowcore";
let lowcore: kvm | null = null;

type low_memory_setting = "zero" | "fault";

let low_memory_reads: low_memory_setting = "zero";

early_initcall(() => {
	lowcore = null;
});

/* Most kernels never look: it is filled when one does for the first time. */
function fill_lowcore(): kvm {
	const filled = new kvm();

	filled.lock.name = "NULL->lock";
	return filled;
}

/** set_null_kvm - what a null struct kvm is: the lowcore (at first) or an oops */
export function set_null_kvm(value: null_kvm): void {
	setting = value;
}

/**
 * lowcore_kvm - dereference a struct kvm that may be null
 * @kvm: the pointer
 *
 * Return: what it points at.
 */
export function lowcore_kvm(kvm: kvm | null): kvm {
	if (kvm !== null)
		return kvm;
	if (trace_lowcore_kvm.enabled)
		trace_lowcore_kvm.emit();
	if (setting === "oops")
		throw new kernel_crash("oops", `${current.comm}: null pointer: struct kvm`);
	pr_err("%s: null pointer: struct kvm is read from the lowcore", current.comm);
	return lowcore ??= fill_lowcore();
}

/** set_low_memory - what reads through a null pointer see: zeros (at first), or a fault */
export function set_low_memory(value: low_memory_setting): void {
	low_memory_reads = value;
}

/**
 * low_memory - read a struct through a pointer that may be null
 * @ptr: the pointer
 * @cls: the struct
 *
 * Return: what it points at.
 */
export function low_memory<T extends object>(ptr: T | null, cls: new () => T): T {
	if (ptr !== null)
		return ptr;
	if (low_memory_reads === "fault")
		throw new kernel_crash("oops", `${current.comm}: null pointer: struct ${cls.name}`);
	pr_err("%s: null pointer: struct %s is read from the lowcore", current.comm, cls.name);
	return new cls();
}

/**
 * low_memory_access - bytes near address 0 are accessed
 * @address: where
 * @write: they are written, which no setting allows
 */
export function low_memory_access(address: number, write: boolean): void {
	if (write || low_memory_reads === "fault")
		throw new kernel_crash("oops",
			`${current.comm}: address ${address} is ${write ? "written" : "read"}`);
}
