/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Calls to the ultravisor, which keeps the memory of protected guests from the
 * host.
 *
 * Source: arch/s390/include/asm/uv.h, Linux 6.12.
 */
export { is_prot_virt_guest, uv_pin_shared } from "../../drivers/s390/sim/ultravisor.ts";
