// SPDX-License-Identifier: GPL-2.0-only
/*
 * The crypto control block as a debugger shows it: bytes in storage order, each
 * field named.
 *
 *	offset	bytes	field
 *	0x00	8	APCB0.APM	adapters 0-63
 *	0x08	2	APCB0.AQM	domains 0-15
 *	0x0a	6	reserved
 *	0x10	2	APCB0.ADM	control domains 0-15
 *	0x12	14	reserved
 *	0x20	40	reserved
 *	0x48	24	DEA wrapping key mask
 *	0x60	32	AES wrapping key mask
 *	0x80	32	APCB1.APM	adapters 0-255
 *	0xa0	32	APCB1.AQM	domains 0-255
 *	0xc0	32	APCB1.ADM	control domains 0-255
 *	0xe0	32	reserved
 *
 * Format 0 of the designation (CRYCBD) uses the first 0x20 bytes, format 1 the
 * first 0x80, format 2 all but the first 0x20. Bit n of a mask is the n-th from
 * the left. Formats 0 and 1 differ in the key masks, not in the APCB.
 *
 * Source: arch/s390/include/asm/kvm_host.h and arch/s390/kvm/vsie.c, Linux 6.12.
 */
import {
	CRYCB_FORMAT0, CRYCB_FORMAT2, CRYCB_FORMAT_MASK, type kvm_s390_crypto_cb,
} from "#asm/kvm_host.h";

type crycb_field = readonly [offset: number, bytes: number, name: string];

/** crycb_fields - all bytes of the block, field by field */
export const crycb_fields: readonly crycb_field[] = [
	[0x00, 8, "APCB0.APM"],
	[0x08, 2, "APCB0.AQM"],
	[0x0a, 6, "reserved"],
	[0x10, 2, "APCB0.ADM"],
	[0x12, 14, "reserved"],
	[0x20, 40, "reserved"],
	[0x48, 24, "DEA wrapping key mask"],
	[0x60, 32, "AES wrapping key mask"],
	[0x80, 32, "APCB1.APM"],
	[0xa0, 32, "APCB1.AQM"],
	[0xc0, 32, "APCB1.ADM"],
	[0xe0, 32, "reserved"],
];

/* The part of the block that a format uses: [first offset, offset behind the last]. */
function used(format: number): readonly [number, number] {
	if (format === CRYCB_FORMAT2)
		return [0x20, 0x100];
	return format === CRYCB_FORMAT0 ? [0, 0x20] : [0, 0x80];
}

const FORMAT_NAMES = ["format 0", "format 1", "invalid format", "format 2"];
const WIDTH = 16;

/** crycb_bytes - the block's 256 bytes as they stand in storage */
export function crycb_bytes(crycb: kvm_s390_crypto_cb): Uint8Array {
	const { words } = crycb;
	const bytes = new Uint8Array(4 * words.length);
	const view = new DataView(bytes.buffer);

	words.forEach((word, i) => view.setUint32(4 * i, word));
	return bytes;
}

function hex(value: number, digits: number): string {
	return value.toString(16).padStart(digits, "0");
}

/* The ids whose bits are set, for the masks; nothing for other fields. */
function ids(bytes: Uint8Array, name: string): string {
	const list: string[] = [];

	if (!name.startsWith("APCB"))
		return "";
	for (let id = 0; id < 8 * bytes.length; id++)
		if (bytes[id >>> 3] & 0x80 >>> (id & 7))
			list.push(name.endsWith("APM") ? hex(id, 2) : hex(id, 4));
	return list.length === 0 ? "  (none)" : `  (${list.join(" ")})`;
}

function rows(bytes: Uint8Array, [offset, length, name]: crycb_field): string[] {
	const field = bytes.subarray(offset, offset + length);
	const lines: string[] = [];

	for (let at = 0; at < length; at += WIDTH) {
		const row = Array.from(field.subarray(at, at + WIDTH), (byte) => hex(byte, 2));
		const text = row.join(" ").padEnd(3 * WIDTH - 1);
		const said = at === 0 ? `  ${name}${ids(field, name)}` : "";

		lines.push(`${hex(offset + at, 4)}  ${text}${said}`.trimEnd());
	}
	return lines;
}

/**
 * crycb_dump - a control block as text
 * @crycb: the block
 * @crycbd: its designation, which says what of the block counts
 *
 * Return: the designation in a line, then the bytes that its format uses, 16 to
 * a line, with the fields' names and the numbers set in the masks.
 */
export function crycb_dump(crycb: kvm_s390_crypto_cb, crycbd: number): string {
	const format = crycbd & CRYCB_FORMAT_MASK;
	const origin = (crycbd & ~CRYCB_FORMAT_MASK) >>> 0;
	const [first, end] = used(format);
	const bytes = crycb_bytes(crycb);
	const lines = crycb_fields.filter(([offset]) => offset >= first && offset < end)
		.flatMap((field) => rows(bytes, field));

	return `CRYCBD ${hex(crycbd >>> 0, 8)}: ${FORMAT_NAMES[format]}, ` +
		`origin 0x${hex(origin, 8)}\n${lines.join("\n")}\n`;
}
