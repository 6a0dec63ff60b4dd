// SPDX-License-Identifier: GPL-2.0
/*
 * What KVM of Linux 7.3 offers to vfio_ap instead of gfn_to_hva().
 *
 * Copyright IBM Corp. 2008, 2020
 *    Author(s): Carsten Otte <cotte@de.ibm.com>
 *               Christian Borntraeger <borntraeger@de.ibm.com>
 *
 * C: arch/s390/kvm/s390/priv.c, Linux 7.3.
 */
import { PAGE_SHIFT, gfn_to_hva, kvm_is_error_hva, type kvm } from "#linux/kvm_host.h";

/* PORT: in KVM's own code; a slot of this machine is never invalid, nor read-only. */
function kvm_is_gpa_in_memslot(kvm: kvm, gpa: bigint): boolean {
	return !kvm_is_error_hva(gfn_to_hva(kvm, gpa >> PAGE_SHIFT));
}

/**
 * kvm_s390_is_gpa_in_memslot - whether a guest has memory at an address
 * @kvm: the guest
 * @gpa: the guest's address
 *
 * C: arch/s390/kvm/s390/priv.c, Linux 7.3
 */
export function kvm_s390_is_gpa_in_memslot(kvm: kvm, gpa: bigint): boolean {
	return kvm_is_gpa_in_memslot(kvm, gpa);
}
