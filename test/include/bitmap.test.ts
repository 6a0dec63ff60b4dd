// SPDX-License-Identifier: GPL-2.0-only
import * as fc from "fast-check";
import { test } from "tap";
import {
	DECLARE_BITMAP, bitmap_and, bitmap_andnot, bitmap_clear, bitmap_copy, bitmap_empty,
	bitmap_equal, bitmap_intersects, bitmap_zero,
} from "#linux/bitmap.h";
import { test_bit } from "#asm/bitops.h";
import { memcmp, memcpy, memset } from "#linux/string.h";
import { set_uninitialised_word } from "#linux/slab.h";

const BITS = 256;
const ALL = (1n << 256n) - 1n;

function value(mask: Uint32Array): bigint {
	return mask.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

function mask_of(bits: bigint): Uint32Array {
	return Uint32Array.from({ length: 8 },
		(_, i) => Number((bits >> BigInt(224 - 32 * i)) & 0xffffffffn));
}

/* Every single bit, with nothing, itself and everything. */
const pairs: [bigint, bigint][] = Array.from({ length: BITS }, (_, nr): [bigint, bigint][] => {
	const bit = 1n << BigInt(nr);

	return [[bit, 0n], [bit, bit], [bit, ALL], [0n, bit], [ALL, bit], [ALL - bit, bit]];
}).flat();

const mask = fc.oneof(fc.bigInt({ min: 0n, max: ALL }), fc.constantFrom(0n, ALL, 1n, 1n << 255n));

function check_pair(a: bigint, b: bigint): boolean {
	const x = mask_of(a);
	const y = mask_of(b);
	const dst = new Uint32Array(8).fill(0xdeadbeef);

	return bitmap_and(dst, x, y, BITS) === ((a & b) !== 0n) && value(dst) === (a & b)
		&& bitmap_andnot(dst, x, y, BITS) === ((a & ~b) !== 0n) &&
		value(dst) === (a & ~b & ALL)
		&& bitmap_equal(x, y, BITS) === (a === b)
		&& bitmap_intersects(x, y, BITS) === ((a & b) !== 0n)
		&& bitmap_empty(x, BITS) === (a === 0n)
		&& (bitmap_copy(dst, x, BITS), value(dst) === a)
		&& Math.sign(memcmp(x, y)) === (a < b ? -1 : a > b ? 1 : 0)
		&& value(x) === a && value(y) === b;
}

test("two masks: every bit against nothing, itself and everything", async (t) => {
	for (const [a, b] of pairs)
		if (!check_pair(a, b))
			t.fail(`${a.toString(16)} and ${b.toString(16)}`);
});

test("two masks: any two agree with BigInt", async (t) => {
	fc.assert(fc.property(mask, mask, check_pair));
});

test("the result may be one of the sources", async (t) => {
	const x = mask_of(0b1100n);

	t.equal(bitmap_and(x, x, mask_of(0b0110n), BITS), true);
	t.equal(value(x), 0b0100n);
	t.equal(bitmap_andnot(x, mask_of(0b0100n), x, BITS), false);
	t.equal(value(x), 0n);
});

test("nbits: only that many are looked at and written", async (t) => {
	const all = mask_of(ALL);
	const none = mask_of(0n);
	const beyond = mask_of(1n << 127n);		/* the first bit behind 128 */
	const written = (fn: (dst: Uint32Array) => unknown, before: bigint): bigint => {
		const dst = mask_of(before);

		fn(dst);
		return value(dst);
	};

	t.equal(bitmap_and(mask_of(0n), all, beyond, 128), false);
	t.equal(bitmap_andnot(mask_of(0n), beyond, none, 128), false);
	t.equal(bitmap_empty(beyond, 128), true);
	t.equal(bitmap_equal(beyond, none, 128), true);
	t.equal(bitmap_intersects(beyond, all, 128), false);
	t.equal(written((dst) => bitmap_and(dst, none, none, 128), ALL), (1n << 128n) - 1n);
	t.equal(written((dst) => bitmap_andnot(dst, none, none, 128), ALL), (1n << 128n) - 1n);
	t.equal(written((dst) => bitmap_zero(dst, 128), ALL), (1n << 128n) - 1n);
	t.equal(written((dst) => bitmap_copy(dst, all, 128), 0n), ALL - ((1n << 128n) - 1n));
});

test("bitmap_clear: runs of plain bits", async (t) => {
	const runs = [[0, 256], [0, 64], [0, 1], [1, 1], [60, 10], [255, 1], [64, 64], [7, 0]];

	for (const [start, nbits] of runs) {
		const cleared = new Uint32Array(8).fill(0xffffffff);

		bitmap_clear(cleared, start, nbits);
		for (let nr = 0; nr < BITS; nr++) {
			const within = nr >= start && nr < start + nbits;

			if (test_bit(nr, cleared) === within)
				t.fail(`bit ${nr} of ${start}+${nbits}`);
		}
	}
});

test("DECLARE_BITMAP: holds what the machine leaves in fresh memory", async (t) => {
	t.teardown(() => set_uninitialised_word(0));
	t.equal(value(DECLARE_BITMAP(BITS)), 0n);
	set_uninitialised_word(0xffffffff);
	t.equal(value(DECLARE_BITMAP(BITS)), ALL);
});

test("memcpy, memset: of masks", async (t) => {
	const dst = mask_of(5n);

	memcpy(dst, mask_of(ALL));
	t.equal(value(dst), ALL);
	memset(dst, 0);
	t.equal(value(dst), 0n);
	memset(dst, 0xff);
	t.equal(value(dst), ALL);
});
