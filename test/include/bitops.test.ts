// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import {
	clear_bit, clear_bit_inv, find_first_bit_inv, find_next_bit_inv, for_each_set_bit_inv,
	set_bit, set_bit_inv, test_bit, test_bit_inv,
} from "#asm/bitops.h";

const BITS = 256;

/* The mask as hardware sees it: a number of 256 bits, the leftmost bit the highest. */
function value(mask: Uint32Array): bigint {
	return mask.reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

/* Its plain numbering: 64-bit longs, each counted from its lowest bit. */
function plain_value(nr: number): bigint {
	const long = BigInt(nr >> 6);
	const bit = BigInt(nr & 63);

	return 1n << ((3n - long) * 64n + bit);
}

function mask_of(bits: Iterable<number>): Uint32Array {
	const mask = new Uint32Array(BITS / 32);

	for (const nr of bits)
		set_bit_inv(nr, mask);
	return mask;
}

test("set_bit_inv, clear_bit_inv, test_bit_inv: every bit, from the left", async (t) => {
	for (let nr = 0; nr < BITS; nr++) {
		const mask = new Uint32Array(BITS / 32);
		const full = new Uint32Array(BITS / 32).fill(0xffffffff);

		set_bit_inv(nr, mask);
		clear_bit_inv(nr, full);
		const bit = 1n << BigInt(BITS - 1 - nr);
		const all = (1n << BigInt(BITS)) - 1n;
		let others = 0;

		for (let other = 0; other < BITS; other++)
			others += Number(test_bit_inv(other, mask));
		if (value(mask) !== bit || value(full) !== all - bit || !test_bit_inv(nr, mask)
		    || test_bit_inv(nr, full) || others !== 1)
			t.fail(`bit ${nr}`);
	}
});

test("set_bit, clear_bit, test_bit: every bit, from the right of its long", async (t) => {
	for (let nr = 0; nr < BITS; nr++) {
		const mask = new Uint32Array(BITS / 32);

		set_bit(nr, mask);
		if (value(mask) !== plain_value(nr) || !test_bit(nr, mask) ||
			!test_bit_inv(nr ^ 63, mask))
			t.fail(`bit ${nr}`);
		clear_bit(nr, mask);
		if (value(mask) !== 0n || test_bit(nr, mask))
			t.fail(`bit ${nr} is still set`);
	}
});

test("a bit beyond the mask: reads as 0, writes nothing", async (t) => {
	const mask = new Uint32Array(BITS / 32);

	set_bit_inv(BITS, mask);
	clear_bit_inv(BITS, mask);
	t.equal(test_bit_inv(BITS, mask), false);
	t.equal(value(mask), 0n);
});

test("find_next_bit_inv: every single bit from every offset", async (t) => {
	for (let nr = 0; nr < BITS; nr++) {
		const mask = mask_of([nr]);

		for (let offset = 0; offset <= BITS; offset++)
			if (find_next_bit_inv(mask, BITS, offset) !== (offset <= nr ? nr : BITS))
				t.fail(`bit ${nr} from ${offset}`);
	}
});

test("find_first_bit_inv: a size that ends before the first bit is returned", async (t) => {
	for (let size = 1; size <= BITS; size++)
		for (const nr of [0, 1, 15, 16, 31, 32, 63, 64, 127, 200, 255])
			if (find_first_bit_inv(mask_of([nr]), size) !== (nr < size ? nr : size))
				t.fail(`bit ${nr} of ${size}`);
	t.equal(find_first_bit_inv(mask_of([3]), 0), 0);
});

test("for_each_set_bit_inv", async (t) => {
	const cases: [string, number[], number, number[]][] = [
		["none", [], 256, []],
		["both ends", [0, 255], 256, [0, 255]],
		["word borders", [31, 32, 63, 64, 95, 96], 256, [31, 32, 63, 64, 95, 96]],
		["up to the size", [3, 15, 16, 17], 16, [3, 15]],
		["all", [...Array(256).keys()], 256, [...Array(256).keys()]],
	];

	for (const [name, set, size, walked] of cases)
		t.same([...for_each_set_bit_inv(mask_of(set), size)], walked, name);
});

test("for_each_set_bit_inv: a body may clear bits ahead", async (t) => {
	const mask = mask_of([1, 2, 3]);
	const walked: number[] = [];

	for (const nr of for_each_set_bit_inv(mask, BITS)) {
		walked.push(nr);
		clear_bit_inv(2, mask);
	}
	t.same(walked, [1, 3]);
});
