/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel's multiplicative hashes.
 *
 * Source: include/linux/hash.h, Linux 6.12.
 */
const GOLDEN_RATIO_32 = 0x61c88647;
const GOLDEN_RATIO_64_UPPER = 0x61c88646;
const GOLDEN_RATIO_64_LOWER = 0x80b583eb;

/** hash_32 - the upper @bits bits of the product, for a 32-bit key */
export function hash_32(val: number, bits: number): number {
	return Math.imul(val, GOLDEN_RATIO_32) >>> (32 - bits);
}

/* The upper 32 bits of the product of two 32-bit numbers; no step is above 2^49. */
function mulhi_u32(a: number, b: number): number {
	const upper = (a >>> 16) * b + Math.floor((a & 0xffff) * b / 0x10000);

	return Math.floor(upper / 0x10000);
}

/**
 * hash_64 - the same for a 64-bit key
 * @val: the key, up to 2^53
 * @bits: 1 to 32
 *
 * In numbers of 32 bits, of which the upper half of the product is made: a
 * bigint takes ten times as long.
 */
export function hash_64(val: number, bits: number): number {
	const product_upper = mulhi_u32(val >>> 0, GOLDEN_RATIO_64_LOWER) +
		Math.imul(val, GOLDEN_RATIO_64_UPPER) +
		Math.imul(val / 0x100000000, GOLDEN_RATIO_64_LOWER);

	return product_upper >>> (32 - bits);
}
