/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The service element, as far as AP is concerned: it configures adapters and
 * takes them out of the configuration. Here it always does as asked.
 *
 * Source: arch/s390/include/asm/sclp.h, Linux 6.12.
 */
import { ap_hw_set_adapter } from "../../drivers/s390/sim/ap_hardware.ts";

/** sclp_ap_configure - configure adapter @apid; returns 0 */
export function sclp_ap_configure(apid: number): number {
	ap_hw_set_adapter(apid, { configured: true });
	return 0;
}

/** sclp_ap_deconfigure - take adapter @apid out of the configuration; returns 0 */
export function sclp_ap_deconfigure(apid: number): number {
	ap_hw_set_adapter(apid, { configured: false });
	return 0;
}
