/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * UUIDs as mdev devices have them: 16 bytes, the first three fields with their
 * least significant byte first (the kernel's guid_t).
 *
 * Copyright (C) 2010, 2016 Intel Corp.
 *	Huang Ying <ying.huang@intel.com>
 *
 * Source: include/linux/uuid.h and lib/uuid.c, Linux 6.12.
 */
import { EINVAL } from "./errno.h.ts";

/** UUID_STRING_LEN - characters of a UUID's text */
export const UUID_STRING_LEN = 36;

/* Where in the text the two digits of each byte stand; which byte's digits come when. */
const guid_index = [6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34];
const guid_order = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15];

const byte_digits = Array.from({ length: 256 }, (_, b) => b.toString(16).padStart(2, "0"));

const uuid_form =
	/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

/** class guid_t - 16 bytes */
export class guid_t {
	b = new Uint8Array(16);

	/** the text, in lower case: what the %pUl of a format makes of it */
	toString(): string {
		let text = "";

		for (let i = 0; i < 16; i++) {
			if (i === 4 || i === 6 || i === 8 || i === 10)
				text += "-";
			text += byte_digits[this.b[guid_order[i]]];
		}
		return text;
	}
}

/**
 * uuid_is_valid - whether @uuid begins with a UUID's text
 * @uuid: 36 characters of it are looked at; whatever follows does not matter
 */
export function uuid_is_valid(uuid: string): boolean {
	return uuid_form.test(uuid);
}

/**
 * guid_parse - the UUID that a text begins with
 * @uuid: the text
 * @u: the result; written only on success
 *
 * Return: 0, or -EINVAL when it is none.
 */
export function guid_parse(uuid: string, u: guid_t): number {
	if (!uuid_is_valid(uuid))
		return -EINVAL;
	for (let i = 0; i < 16; i++)
		u.b[i] = parseInt(uuid.slice(guid_index[i], guid_index[i] + 2), 16);
	return 0;
}

export function guid_equal(u1: guid_t, u2: guid_t): boolean {
	for (let i = 0; i < 16; i++)
		if (u1.b[i] !== u2.b[i])
			return false;
	return true;
}

export function guid_copy(dst: guid_t, src: guid_t): void {
	dst.b.set(src.b);
}
