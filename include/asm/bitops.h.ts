/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bit operations on masks of 32-bit words, in both of s390's numberings.
 *
 * The inverted numbering counts from the left, as the architecture does: bit 0
 * is the most significant bit of the first byte. Held big-endian in memory, the
 * words of a mask are then byte for byte what hardware sees:
 *
 *	_inv:	bit nr is word nr >>> 5, mask 0x80000000 >>> (nr & 31)
 *
 * The plain numbering is that of a kernel mask of 64-bit longs, where bit 0 is
 * the least significant bit of the first long. A 64-bit long is two of our
 * words, high half first, so plain bit nr is inverted bit nr ^ 63:
 *
 *	plain:	nr 0..63   -> _inv 63..0	(first long)
 *		nr 64..127 -> _inv 127..64	(second long)
 *
 * Valid bit numbers are 0 to 32 * length - 1; the functions do not check, as
 * C's do not (a number beyond reads as 0 and writes nothing).
 *
 * Source: arch/s390/include/asm/bitops.h, Linux 6.12.
 */
import { tracepoint } from "#linux/tracepoint.h";

/** trace_set_bit_inv, trace_clear_bit_inv - a bit is about to be set or cleared */
export const trace_set_bit_inv = new tracepoint<[nr: number, mask: Uint32Array]>();
export const trace_clear_bit_inv = new tracepoint<[nr: number, mask: Uint32Array]>();

/** test_bit_inv - whether bit @nr, counted from the left, is set in @mask */
export function test_bit_inv(nr: number, mask: Uint32Array): boolean {
	return (mask[nr >>> 5] & (0x80000000 >>> (nr & 31))) !== 0;
}

/** set_bit_inv - set bit @nr, counted from the left */
export function set_bit_inv(nr: number, mask: Uint32Array): void {
	if (trace_set_bit_inv.enabled)
		trace_set_bit_inv.emit(nr, mask);
	mask[nr >>> 5] |= 0x80000000 >>> (nr & 31);
}

/** clear_bit_inv - clear bit @nr, counted from the left */
export function clear_bit_inv(nr: number, mask: Uint32Array): void {
	if (trace_clear_bit_inv.enabled)
		trace_clear_bit_inv.emit(nr, mask);
	mask[nr >>> 5] &= ~(0x80000000 >>> (nr & 31));
}

/** test_bit - whether plain bit @nr is set in @mask */
export function test_bit(nr: number, mask: Uint32Array): boolean {
	return test_bit_inv(nr ^ 63, mask);
}

/** set_bit - set plain bit @nr */
export function set_bit(nr: number, mask: Uint32Array): void {
	set_bit_inv(nr ^ 63, mask);
}

/** clear_bit - clear plain bit @nr */
export function clear_bit(nr: number, mask: Uint32Array): void {
	clear_bit_inv(nr ^ 63, mask);
}

/**
 * find_next_bit_inv - the first set bit at or behind @offset
 * @mask: the mask
 * @size: number of bits to look at, from the left
 * @offset: where to begin
 *
 * Return: the bit's number counted from the left, or @size if there is none.
 */
export function find_next_bit_inv(mask: Uint32Array, size: number, offset: number): number {
	let word = offset >>> 5;

	if (offset >= size)
		return size;
	let bits = mask[word] & (-1 >>> (offset & 31));

	while (bits === 0) {
		word = word + 1 | 0;
		if (word << 5 >= size)
			return size;
		bits = mask[word] | 0;	/* signed, as above: else V8 takes it for a float */
	}
	const nr = word << 5 | Math.clz32(bits);

	return nr < size ? nr : size;
}

/** find_first_bit_inv - the first set bit among the @size leftmost, or @size */
export function find_first_bit_inv(mask: Uint32Array, size: number): number {
	return find_next_bit_inv(mask, size, 0);
}

/*
 * What for_each_set_bit_inv() walks with. It reads the mask anew at each step,
 * as the macro does, so a body may clear bits ahead of the walk. It is its own
 * result: V8 does not take apart the iterator of a for-of, so that a step costs
 * as much as the memory it touches.
 */
class set_bit_iterator implements IterableIterator<number> {
	#mask: Uint32Array;
	#size: number;
	#word = 0;
	#ahead = -1;	/* the bits of the word that the walk has not passed */
	value = 0;
	done = false;

	constructor(mask: Uint32Array, size: number) {
		this.#mask = mask;
		this.#size = size;
	}

	[Symbol.iterator](): this {
		return this;
	}

	next(): this {
		const mask = this.#mask;
		const size = this.#size;
		let word = this.#word;
		let bits = mask[word] & this.#ahead;

		if (bits === 0) {
			do {
				word = word + 1 | 0;
				if (word << 5 >= size) {
					this.done = true;
					return this;
				}
				bits = mask[word] | 0;
			} while (bits === 0);
			this.#word = word;
		}
		const bit = Math.clz32(bits);

		this.#ahead = 0x7fffffff >>> bit;
		this.value = word << 5 | bit;
		if (this.value >= size)
			this.done = true;
		return this;
	}
}

/**
 * for_each_set_bit_inv - walk the set bits from left to right
 * @mask: the mask
 * @size: number of bits to look at, from the left
 *
 * Use: for (const apid of for_each_set_bit_inv(apm, AP_DEVICES)) ...
 */
export function for_each_set_bit_inv(mask: Uint32Array, size: number): IterableIterator<number> {
	return new set_bit_iterator(mask, size);
}
