/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The facility list: what this machine has, bit by bit, as STFLE stores it.
 *
 * Bits that the ported texts ask for:
 *
 *	12	PQAP(QCI), query AP configuration information
 *	15	AP facilities test (the T bit of TAPQ)
 *	65	AP queue interruption control (PQAP(AQIC))
 *
 * Source: arch/s390/include/asm/facility.h, Linux 6.12.
 */
import { clear_bit_inv, set_bit_inv, test_bit_inv } from "./bitops.h.ts";

const FACILITY_BITS = 256;
const installed = [12, 15, 65];

const stfle_fac_list = new Uint32Array(FACILITY_BITS / 32);

/**
 * facilities_power_on - install what a machine is delivered with
 *
 * The list belongs to the machine: a boot does not change it.
 */
export function facilities_power_on(): void {
	stfle_fac_list.fill(0);
	for (const nr of installed)
		set_bit_inv(nr, stfle_fac_list);
}

facilities_power_on();

/**
 * test_facility - whether a facility is installed
 * @nr: its bit in the facility list
 */
export function test_facility(nr: number): boolean {
	return test_bit_inv(nr, stfle_fac_list);
}

/**
 * set_facility - install or remove a facility
 * @nr: its bit in the facility list
 */
export function set_facility(nr: number, present: boolean): void {
	if (present)
		set_bit_inv(nr, stfle_fac_list);
	else
		clear_bit_inv(nr, stfle_fac_list);
}
