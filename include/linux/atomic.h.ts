/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters that several CPUs may change. Here one task runs at a time, so what
 * is left of them is their names.
 */

/** class atomic_t - a counter; every change is of 32 bits, in C */
export class atomic_t {
	counter: number;

	constructor(counter = 0) {
		this.counter = counter;
	}
}

/** atomic64_t - the same of 64 bits; exact up to 2^53 */
export { atomic_t as atomic64_t };

export function ATOMIC_INIT(i: number): atomic_t {
	return new atomic_t(i);
}

export function atomic_read(v: atomic_t): number {
	return v.counter;
}

export function atomic_set(v: atomic_t, i: number): void {
	v.counter = i;
}

export function atomic_inc(v: atomic_t): void {
	v.counter++;
}

export function atomic_dec(v: atomic_t): void {
	v.counter--;
}

/** atomic_add - add @i */
export function atomic_add(i: number, v: atomic_t): void {
	v.counter += i;
}

/** atomic_sub - subtract @i */
export function atomic_sub(i: number, v: atomic_t): void {
	v.counter -= i;
}

/** atomic_dec_if_positive - take one off unless that is below zero; returns what that gives */
export function atomic_dec_if_positive(v: atomic_t): number {
	const dec = v.counter - 1;

	if (dec >= 0)
		v.counter = dec;
	return dec;
}

/** atomic_inc_return - add one; returns the new value */
export function atomic_inc_return(v: atomic_t): number {
	return ++v.counter;
}

export const atomic64_read = atomic_read;
export const atomic64_set = atomic_set;
export const atomic64_inc = atomic_inc;
export const atomic64_inc_return = atomic_inc_return;
