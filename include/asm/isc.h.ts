/* SPDX-License-Identifier: GPL-2.0 */
/*
 * I/O interruption subclasses: 0 is served first, 7 last.
 *
 * Source: arch/s390/include/asm/isc.h, Linux 6.12.
 */
/** MAX_ISC - the highest subclass */
export const MAX_ISC = 7;

/** GAL_ISC - alerts of guests' interruption areas */
export const GAL_ISC = 5;

/** AP_ISC - the AP bus's own queues */
export const AP_ISC = 6;
