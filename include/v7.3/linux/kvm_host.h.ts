/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KVM as Linux 7.3 has it: a driver asks whether a guest address is memory, and no
 * more learns where userspace has it.
 *
 * C: arch/s390/include/asm/kvm_host_s390.h, Linux 7.3, where it differs from Linux 6.12.
 */
export * from "../../linux/kvm_host.h.ts";
export { kvm_s390_is_gpa_in_memslot } from "../../../drivers/v7.3/s390/kvm/priv.ts";
