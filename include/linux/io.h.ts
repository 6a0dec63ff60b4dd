/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Addresses of host memory, for the few objects that hardware is told about.
 */

/**
 * struct has_phys - an object that hardware can be told about
 * @phys: its host absolute address
 */
export interface has_phys {
	phys: bigint;
}

/** virt_to_phys - the host absolute address of @address */
export function virt_to_phys(address: has_phys): bigint {
	return address.phys;
}
