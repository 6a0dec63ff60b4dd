/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's multiplicative hashes.
 *
 * Source: include/linux/hash.h, Linux 6.12.
 */
const GOLDEN_RATIO_32 = 0x61c88647;
const GOLDEN_RATIO_64 = 0x61c8864680b583ebn;

/** hash_32 - the upper @bits bits of the product, for a 32-bit key */
export function hash_32(val: number, bits: number): number {
	return Math.imul(val, GOLDEN_RATIO_32) >>> (32 - bits);
}

/** hash_64 - the same for a 64-bit key */
export function hash_64(val: number, bits: number): number {
	return Number(BigInt.asUintN(64, BigInt(val) * GOLDEN_RATIO_64) >> BigInt(64 - bits));
}
