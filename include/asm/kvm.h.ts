/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What userspace and KVM agree on, for s390.
 *
 * Source: arch/s390/include/uapi/asm/kvm.h, Linux 6.12.
 */

/** class kvm_sync_regs - the registers that a vCPU shares with userspace */
export class kvm_sync_regs {
	gprs = new BigUint64Array(16);
}
