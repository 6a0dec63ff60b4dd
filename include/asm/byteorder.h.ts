/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * Little-endian numbers in memory.
 */

/** le16_to_cpup - the 16-bit number at byte @at of @p */
export function le16_to_cpup(p: Uint8Array, at: number): number {
	return p[at] | p[at + 1] << 8;
}

/** le32_to_cpup - the 32-bit number at byte @at of @p */
export function le32_to_cpup(p: Uint8Array, at: number): number {
	return (le16_to_cpup(p, at) | le16_to_cpup(p, at + 2) << 16) >>> 0;
}
