/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls to the ultravisor, which keeps the memory of protected guests from the
 * host.
 *
 * Source: arch/s390/include/asm/uv.h, Linux 6.12.
 */
export { uv_pin_shared } from "../../drivers/s390/sim/ultravisor.ts";

/** is_prot_virt_guest - whether this machine is itself such a guest: it is not */
export function is_prot_virt_guest(): boolean {
	return false;
}
