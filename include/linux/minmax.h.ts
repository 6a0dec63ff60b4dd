/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The smaller and the bigger of two numbers. C's max_t() names a type first,
 * to which both are converted; numbers have but one here.
 */
export function min<T extends number>(a: T, b: T): T {
	return a < b ? a : b;
}

export function min_t(a: number, b: number): number {
	return a < b ? a : b;
}

export function max_t(a: number, b: number): number {
	return a > b ? a : b;
}
