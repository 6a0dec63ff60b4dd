/* SPDX-License-Identifier: GPL-2.0 */
/** isxdigit - whether @c is one hexadecimal digit */
export function isxdigit(c: string): boolean {
	return /^[0-9a-fA-F]$/.test(c);
}

/** hex_to_bin - the value of the hexadecimal digit @ch, or -1 */
export function hex_to_bin(ch: string): number {
	return isxdigit(ch) ? parseInt(ch, 16) : -1;
}
