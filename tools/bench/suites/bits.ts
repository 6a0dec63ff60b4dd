// SPDX-License-Identifier: GPL-2.0-only
/*
 * Masks of 256 bits: include/ as the drivers use it, the same written out, and
 * what else there is.
 */
import { for_each_set_bit_inv, test_bit_inv } from "#asm/bitops.h";
import { bitmap_and, bitmap_empty, bitmap_equal } from "#linux/bitmap.h";
import FastBitSet from "fastbitset";
import { TypedFastBitSet } from "typedfastbitset";
import { mask_of } from "../../lib/lab/names.ts";
import { measure } from "../measure.ts";
import type { effort, row, suite } from "../row.ts";

const BITS = 256;
const WORDS = BITS / 32;

/**
 * struct contestant - a way to hold a mask
 * @and: dst becomes a & b; returns whether anything is left
 * @sum: the numbers of all set bits, added up
 */
interface contestant<T> {
	make(ids: number[]): T;
	test(mask: T, nr: number): boolean;
	sum(mask: T): number;
	and(dst: T, a: T, b: T): boolean;
	equal(a: T, b: T): boolean;
	empty(mask: T): boolean;
}

const include: contestant<Uint32Array> = {
	make: mask_of,
	test: (mask, nr) => test_bit_inv(nr, mask),
	sum(mask) {
		let sum = 0;

		for (const nr of for_each_set_bit_inv(mask, BITS))
			sum += nr;
		return sum;
	},
	and: (dst, a, b) => bitmap_and(dst, a, b, BITS),
	equal: (a, b) => bitmap_equal(a, b, BITS),
	empty: (mask) => bitmap_empty(mask, BITS),
};

const written_out: contestant<Uint32Array> = {
	make: mask_of,
	test: (mask, nr) => (mask[nr >>> 5] & (0x80000000 >>> (nr & 31))) !== 0,
	sum(mask) {
		let sum = 0;

		for (let word = 0; word < WORDS; word++) {
			for (let bits = mask[word]; bits !== 0;) {
				const bit = Math.clz32(bits);

				sum += word << 5 | bit;
				bits &= ~(0x80000000 >>> bit);
			}
		}
		return sum;
	},
	and: (dst, a, b) => ((dst[0] = a[0] & b[0]) | (dst[1] = a[1] & b[1]) |
		(dst[2] = a[2] & b[2]) | (dst[3] = a[3] & b[3]) | (dst[4] = a[4] & b[4]) |
		(dst[5] = a[5] & b[5]) | (dst[6] = a[6] & b[6]) | (dst[7] = a[7] & b[7])) !== 0,
	equal: (a, b) => a[0] === b[0] && a[1] === b[1] && a[2] === b[2] && a[3] === b[3] &&
		a[4] === b[4] && a[5] === b[5] && a[6] === b[6] && a[7] === b[7],
	empty: (m) => (m[0] | m[1] | m[2] | m[3] | m[4] | m[5] | m[6] | m[7]) === 0,
};

/* These two can intersect in place only; that it changes nothing the second time costs the same. */
const typedfastbitset: contestant<TypedFastBitSet> = {
	make: (ids) => new TypedFastBitSet(ids),
	test: (mask, nr) => mask.has(nr),
	sum(mask) {
		let sum = 0;

		mask.forEach((nr) => {
			sum += nr;
		});
		return sum;
	},
	and: (_dst, a, b) => !a.intersection(b).isEmpty(),
	equal: (a, b) => a.equals(b),
	empty: (mask) => mask.isEmpty(),
};

const fastbitset: contestant<FastBitSet> = {
	make: (ids) => new FastBitSet(ids),
	test: (mask, nr) => mask.has(nr),
	sum(mask) {
		let sum = 0;

		mask.forEach((nr: number) => {
			sum += nr;
		});
		return sum;
	},
	and: (_dst, a, b) => !a.intersection(b).isEmpty(),
	equal: (a, b) => a.equals(b),
	empty: (mask) => mask.isEmpty(),
};

/* A BigInt cannot be changed; what it is put into stands for the destination. */
interface big {
	bits: bigint;
}

const bigint: contestant<big> = {
	make: (ids) => ({ bits: ids.reduce((bits, nr) => bits | 1n << BigInt(nr), 0n) }),
	test: (mask, nr) => (mask.bits >> BigInt(nr) & 1n) !== 0n,
	sum(mask) {
		let sum = 0;

		for (let bits = mask.bits, nr = 0; bits !== 0n; bits >>= 1n, nr++)
			if ((bits & 1n) !== 0n)
				sum += nr;
		return sum;
	},
	and: (dst, a, b) => (dst.bits = a.bits & b.bits) !== 0n,
	equal: (a, b) => a.bits === b.bits,
	empty: (mask) => mask.bits === 0n,
};

const set: contestant<Set<number>> = {
	make: (ids) => new Set(ids),
	test: (mask, nr) => mask.has(nr),
	sum(mask) {
		let sum = 0;

		for (const nr of mask)
			sum += nr;
		return sum;
	},
	and(dst, a, b) {
		dst.clear();
		for (const nr of a)
			if (b.has(nr))
				dst.add(nr);
		return dst.size !== 0;
	},
	equal(a, b) {
		if (a.size !== b.size)
			return false;
		for (const nr of a)
			if (!b.has(nr))
				return false;
		return true;
	},
	empty: (mask) => mask.size === 0,
};

const contestants = new Map<string, contestant<unknown>>([
	["include/", include],
	["written out", written_out],
	["typedfastbitset", typedfastbitset],
	["fastbitset", fastbitset],
	["BigInt", bigint],
	["Set", set],
] as [string, contestant<unknown>][]);

/* As the native program has them: 16 masks of 32 bits, always the same. */
const MASKS = 16;
const SET_BITS = 32;

function ids_of(seed: number): number[] {
	const ids = new Set<number>();

	for (let x = seed; ids.size < SET_BITS;) {
		x = Math.imul(x, 1103515245) + 12345 >>> 0;
		ids.add(x >>> 16 & 0xff);
	}
	return [...ids].toSorted((a, b) => a - b);
}

function* bodies<T>({ make, test, sum, and, equal, empty }: contestant<T>):
	Generator<[name: string, body: () => number]> {
	const a = Array.from({ length: MASKS }, (_, i) => make(ids_of(i + 1)));
	const b = Array.from({ length: MASKS }, (_, i) => make(ids_of(i + 1)));
	const c = Array.from({ length: MASKS }, (_, i) => make(ids_of(i + 101)));
	const dst = make([]);
	let nr = 0;

	yield ["test", () => {
		let n = 0;

		for (let i = 0; i < MASKS; i++, nr = nr + 7 & 0xff)
			n += test(a[i], nr) ? nr : 0;
		return n;
	}];
	yield ["iterate", () => {
		let n = 0;

		for (let i = 0; i < MASKS; i++)
			n += sum(a[i]);
		return n;
	}];
	yield ["equal", () => {
		let n = 0;

		for (let i = 0; i < MASKS; i++)
			n += equal(a[i], b[i]) ? i : 0;
		return n;
	}];
	yield ["empty", () => {
		let n = 0;

		for (let i = 0; i < MASKS; i++)
			n += empty(a[i]) ? 0 : i;
		return n;
	}];
	yield ["AND", () => {
		let n = 0;

		for (let i = 0; i < MASKS; i++)
			n += and(dst, a[i], c[i]) ? i : 0;
		return n;
	}];
}

function* run(subject: string, effort: effort): Generator<row> {
	for (const [name, body] of bodies(contestants.get(subject)!)) {
		const { ns, fold } = measure(effort, MASKS, body);

		yield { suite: "bits", driver: subject, case: name, value: ns, unit: "ns", fold };
	}
}

export const bits: suite = {
	name: "bits",
	about: `masks of ${BITS} bits, ${SET_BITS} of them set`,
	subjects: [...contestants.keys()],
	run,
};
