// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of tools/lib/mail/english/speaks.ts: what is typed there is done, and what a
 * shell would print is not read, so no line of it speaks of anything.
 */

export function is_particular(): boolean {
	return false;
}

export function is_operative(): boolean {
	return false;
}
