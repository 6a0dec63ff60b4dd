/* SPDX-License-Identifier: GPL-2.0 */
/** hex_to_bin - the value of the hexadecimal digit @ch, or -1 */
export function hex_to_bin(ch: string): number {
	const code = ch.charCodeAt(0);

	if (code >= 0x30 && code <= 0x39)
		return code - 0x30;
	const lower = code | 0x20;

	return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : -1;
}

/** isxdigit - whether @c is a hexadecimal digit; undefined, behind a text's end, is none */
export function isxdigit(c: string | undefined): boolean {
	return c !== undefined && hex_to_bin(c) >= 0;
}
