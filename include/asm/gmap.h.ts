/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A guest's address space, as far as protected guests need it.
 *
 * Source: arch/s390/include/asm/gmap.h, Linux 6.12.
 */
import type { kvm } from "#linux/kvm_host.h";

/**
 * class gmap
 * @guest_handle: the ultravisor's handle of a protected guest, else 0
 * @private: the guest
 */
export class gmap {
	guest_handle = 0n;
	private: kvm;

	constructor(kvm: kvm) {
		this.private = kvm;
	}
}

export { gmap_convert_to_secure } from "../../drivers/s390/sim/ultravisor.ts";
