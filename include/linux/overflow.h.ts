/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sums that may not fit.
 *
 * Source: include/linux/overflow.h, Linux 6.12.
 */
import type { out } from "./types.h.ts";

const S64_MAX = 2 ** 63;

/**
 * check_add_overflow - add two numbers of 64 bits with a sign, neither of them negative
 * @d: takes the sum
 *
 * Return: whether it does not fit.
 */
export function check_add_overflow(a: number, b: number, d: out<number>): boolean {
	d.v = a + b;
	return d.v >= S64_MAX;
}
