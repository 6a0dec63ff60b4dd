/* SPDX-License-Identifier: GPL-2.0 */
export * from "#asm/bitops.h";

/** BITS_TO_LONGS - how many 64-bit longs a mask of @nr bits takes */
export function BITS_TO_LONGS(nr: number): number {
	return Math.ceil(nr / 64);
}
