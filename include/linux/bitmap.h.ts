/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Operations on whole masks: Uint32Array, 32 bits a word, bit 0 leftmost (see
 * asm/bitops.h.ts for the two numberings; none of these depends on which).
 *
 *	bitmap_zero(dst, nbits)			dst = 0
 *	bitmap_copy(dst, src, nbits)		dst = src
 *	bitmap_and(dst, a, b, nbits)		dst = a & b; is the result non-empty?
 *	bitmap_andnot(dst, a, b, nbits)		dst = a & ~b; is the result non-empty?
 *	bitmap_equal(a, b, nbits)		a == b?
 *	bitmap_intersects(a, b, nbits)		a & b non-empty?
 *	bitmap_empty(src, nbits)		src == 0?
 *	bitmap_clear(map, start, nbits)		clear a run of plain bits
 *
 * Mind the results of bitmap_and() and bitmap_andnot(): they tell whether
 * anything is left, not whether anything changed. nbits is a multiple of 64,
 * except for bitmap_clear(). dst may be one of the sources.
 *
 * Source: include/linux/bitmap.h, Linux 6.12.
 */
import { clear_bit } from "#asm/bitops.h";
import { uninitialised_word } from "./slab.h.ts";

/*
 * The masks of AP have this size. What a filter does with whole masks is written
 * out for it, as C's compiler does where it knows the size: 12 ns instead of 20.
 */
const AP_BITS = 256;

/**
 * DECLARE_BITMAP - a local mask of @bits bits
 *
 * Its contents are what C leaves undefined: the machine's setting for
 * uninitialised memory (zero, as the traces were recorded, or all ones).
 */
export function DECLARE_BITMAP(bits: number): Uint32Array {
	const map = new Uint32Array(bits >>> 5);

	if (uninitialised_word !== 0)
		map.fill(uninitialised_word);
	return map;
}

export function bitmap_fill(dst: Uint32Array, nbits: number): void {
	for (let i = 0; i < nbits >>> 5; i++)
		dst[i] = 0xffffffff;
}

/** bitmap_full - whether all bits are set */
export function bitmap_full(src: Uint32Array, nbits: number): boolean {
	for (let i = 0; i < nbits >>> 5; i++)
		if (src[i] !== 0xffffffff)
			return false;
	return true;
}

function __bitmap_zero(dst: Uint32Array, nbits: number): void {
	const words = nbits >>> 5;

	for (let i = 0; i < words; i++)
		dst[i] = 0;
}

export function bitmap_zero(dst: Uint32Array, nbits: number): void {
	if (nbits !== AP_BITS) {
		__bitmap_zero(dst, nbits);
		return;
	}
	dst[0] = 0;
	dst[1] = 0;
	dst[2] = 0;
	dst[3] = 0;
	dst[4] = 0;
	dst[5] = 0;
	dst[6] = 0;
	dst[7] = 0;
}

function __bitmap_copy(dst: Uint32Array, src: Uint32Array, nbits: number): void {
	const words = nbits >>> 5;

	for (let i = 0; i < words; i++)
		dst[i] = src[i];
}

export function bitmap_copy(dst: Uint32Array, src: Uint32Array, nbits: number): void {
	if (nbits !== AP_BITS) {
		__bitmap_copy(dst, src, nbits);
		return;
	}
	dst[0] = src[0];
	dst[1] = src[1];
	dst[2] = src[2];
	dst[3] = src[3];
	dst[4] = src[4];
	dst[5] = src[5];
	dst[6] = src[6];
	dst[7] = src[7];
}

function __bitmap_and(
	dst: Uint32Array, a: Uint32Array, b: Uint32Array, nbits: number,
): boolean {
	const words = nbits >>> 5;
	let result = 0;

	for (let i = 0; i < words; i++)
		result |= dst[i] = a[i] & b[i];
	return result !== 0;
}

export function bitmap_and(
	dst: Uint32Array, a: Uint32Array, b: Uint32Array, nbits: number,
): boolean {
	if (nbits !== AP_BITS)
		return __bitmap_and(dst, a, b, nbits);
	return ((dst[0] = a[0] & b[0]) | (dst[1] = a[1] & b[1]) | (dst[2] = a[2] & b[2]) |
		(dst[3] = a[3] & b[3]) | (dst[4] = a[4] & b[4]) | (dst[5] = a[5] & b[5]) |
		(dst[6] = a[6] & b[6]) | (dst[7] = a[7] & b[7])) !== 0;
}

export function bitmap_andnot(
	dst: Uint32Array, a: Uint32Array, b: Uint32Array, nbits: number,
): boolean {
	const words = nbits >>> 5;
	let result = 0;

	for (let i = 0; i < words; i++)
		result |= dst[i] = a[i] & ~b[i];
	return result !== 0;
}

function __bitmap_equal(a: Uint32Array, b: Uint32Array, nbits: number): boolean {
	const words = nbits >>> 5;

	for (let i = 0; i < words; i++)
		if (a[i] !== b[i])
			return false;
	return true;
}

export function bitmap_equal(a: Uint32Array, b: Uint32Array, nbits: number): boolean {
	if (nbits !== AP_BITS)
		return __bitmap_equal(a, b, nbits);
	return (a[0] ^ b[0] | a[1] ^ b[1] | a[2] ^ b[2] | a[3] ^ b[3] |
		a[4] ^ b[4] | a[5] ^ b[5] | a[6] ^ b[6] | a[7] ^ b[7]) === 0;
}

export function bitmap_intersects(a: Uint32Array, b: Uint32Array, nbits: number): boolean {
	const words = nbits >>> 5;

	for (let i = 0; i < words; i++)
		if ((a[i] & b[i]) !== 0)
			return true;
	return false;
}

export function bitmap_empty(src: Uint32Array, nbits: number): boolean {
	const words = nbits >>> 5;

	for (let i = 0; i < words; i++)
		if (src[i] !== 0)
			return false;
	return true;
}

export function bitmap_clear(map: Uint32Array, start: number, nbits: number): void {
	if (start === 0 && (nbits & 63) === 0) {
		bitmap_zero(map, nbits);
		return;
	}
	for (let nr = start; nr < start + nbits; nr++)
		clear_bit(nr, map);
}
