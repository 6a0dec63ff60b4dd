/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reference counts.
 *
 * Source: include/linux/kref.h, Linux 6.12.
 */
import { WARN } from "./bug.h.ts";

/** class kref - a count of those who hold an object; the last one releases it */
export class kref {
	refcount = 0;
}

export function kref_init(kref: kref): void {
	kref.refcount = 1;
}

export function kref_read(kref: kref): number {
	return kref.refcount;
}

/** kref_get - hold the object too; one that nobody holds any more warns */
export function kref_get(kref: kref): void {
	if (kref.refcount <= 0)
		WARN(true, "refcount_t: addition on %d; use-after-free.", kref.refcount);
	kref.refcount++;
}

/**
 * kref_put - hold the object no longer
 * @release: called with @kref by the last one
 *
 * Return: whether this was the last one.
 */
export function kref_put<T extends kref>(kref: T, release: (kref: T) => void): boolean {
	if (kref.refcount <= 0) {
		WARN(true, "refcount_t: underflow; use-after-free.");
		return false;
	}
	if (--kref.refcount !== 0)
		return false;
	release(kref);
	return true;
}
