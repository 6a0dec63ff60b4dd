// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translates between the names that people use and those of the machine.
 */

import { queue_ids, queue_name } from "../scenario/ids.ts";

/** apqn_name - "04.0047" for the APQN 0x0447 */
export function apqn_name(apqn: number): string {
	return queue_name(apqn >>> 8, apqn & 0xff);
}

/** apqn_of - the APQN 0x0447 for "04.0047" */
export function apqn_of(name: string): number {
	const [apid, apqi] = queue_ids(name);

	return apid << 8 | apqi;
}

/**
 * mask_ids - the numbers of the bits that are set in a mask, in ascending order
 */
export function mask_ids(mask: Uint32Array): number[] {
	const ids: number[] = [];

	for (let word = 0; word < mask.length; word++) {
		for (let bits = mask[word]; bits !== 0;) {
			const bit = Math.clz32(bits);

			ids.push(word << 5 | bit);
			bits &= ~(0x80000000 >>> bit);
		}
	}
	return ids;
}

/* Up to this many numbers, an insertion sort is fastest. */
const FEW = 32;

/** sort_apqns - sort a list in place, in ascending order; returns the list */
export function sort_apqns(apqns: number[]): number[] {
	if (apqns.length > FEW)
		return apqns.sort((a, b) => a - b);
	for (let i = 1; i < apqns.length; i++) {
		const apqn = apqns[i];
		let at = i;

		for (; at > 0 && apqns[at - 1] > apqn; at--)
			apqns[at] = apqns[at - 1];
		apqns[at] = apqn;
	}
	return apqns;
}

/** mask_of - the mask of 256 bits in which these numbers are set */
export function mask_of(ids: Iterable<number>): Uint32Array {
	const mask = new Uint32Array(8);

	for (const id of ids)
		mask[id >>> 5] |= 0x80000000 >>> (id & 31);
	return mask;
}

/**
 * mdev_uuid - the UUID of an mdev of a scenario; the same name gives the same UUID
 * @name: up to 8 characters
 */
export function mdev_uuid(name: string): string {
	let digits = "";

	for (let i = 0; i < name.length; i++)
		digits += name.charCodeAt(i).toString(16).padStart(2, "0");

	return `${digits.slice(0, 8).padEnd(8, "0")}-0000-4000-8000-${digits.slice(8).padEnd(12, "0")}`;
}
