// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { clear_bit_inv, set_bit_inv } from "#asm/bitops.h";
import { CRYCB_FORMAT0, CRYCB_FORMAT1, CRYCB_FORMAT2, kvm_s390_crypto_cb } from "#asm/kvm_host.h";
import { crycb_bytes, crycb_dump, crycb_fields } from "./crycb_dump.ts";

test("crycb_fields: every byte once, in order", async (t) => {
	let at = 0;

	for (const [offset, bytes, name] of crycb_fields) {
		t.equal(offset, at, name);
		at += bytes;
	}
	t.equal(at, 0x100);
});

/* A field's offset by its name; the names of the masks are unique. */
function offset_of(name: string): number {
	return crycb_fields.find((field) => field[2] === name)![0];
}

test("bit n of each mask is the n-th from the left, at the offset of its field", async (t) => {
	const masks: ["apcb0" | "apcb1", "apm" | "aqm" | "adm", number][] = [
		["apcb0", "apm", 64], ["apcb0", "aqm", 16], ["apcb0", "adm", 16],
		["apcb1", "apm", 256], ["apcb1", "aqm", 256], ["apcb1", "adm", 256],
	];

	for (const [apcb, mask, bits] of masks) {
		const crycb = new kvm_s390_crypto_cb();
		const at = offset_of(`${apcb}.${mask}`.toUpperCase());

		for (let n = 0; n < bits; n++) {
			set_bit_inv(n, crycb[apcb][mask]);
			const bytes = crycb_bytes(crycb);

			if (bytes[at + (n >>> 3)] !== 0x80 >>> (n & 7) ||
				bytes.filter((b) => b !== 0).length !== 1)
				t.fail(`${apcb}.${mask} bit ${n}`);
			clear_bit_inv(n, crycb[apcb][mask]);
		}
		t.pass(`${apcb}.${mask}: ${bits} bits`);
	}
});

test("crycb_dump: formats 0 and 1 show APCB0, format 1 the key masks as well", async (t) => {
	const crycb = new kvm_s390_crypto_cb();

	set_bit_inv(0, crycb.apcb0.apm);
	set_bit_inv(63, crycb.apcb0.apm);
	set_bit_inv(15, crycb.apcb0.aqm);
	t.equal(crycb_dump(crycb, 0x100800 | CRYCB_FORMAT0), [
		"CRYCBD 00100800: format 0, origin 0x00100800",
		"0000  80 00 00 00 00 00 00 01                          APCB0.APM  (00 3f)",
		"0008  00 01                                            APCB0.AQM  (000f)",
		"000a  00 00 00 00 00 00                                reserved",
		"0010  00 00                                            APCB0.ADM  (none)",
		"0012  00 00 00 00 00 00 00 00 00 00 00 00 00 00        reserved",
		"",
	].join("\n"));
	const format1 = crycb_dump(crycb, 0x100800 | CRYCB_FORMAT1).split("\n");

	t.equal(format1[0], "CRYCBD 00100801: format 1, origin 0x00100800");
	t.ok(format1.some((line) => line.endsWith("AES wrapping key mask")));
	t.notOk(format1.some((line) => line.includes("APCB1")));
});

test("crycb_dump: format 2 shows APCB1", async (t) => {
	const crycb = new kvm_s390_crypto_cb();

	for (const id of [4, 5, 0xff])
		set_bit_inv(id, crycb.apcb1.apm);
	set_bit_inv(0x47, crycb.apcb1.aqm);
	const lines = crycb_dump(crycb, 0x100800 | CRYCB_FORMAT2).split("\n");

	t.equal(lines[0], "CRYCBD 00100803: format 2, origin 0x00100800");
	t.ok(lines.includes(
		"0080  0c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  APCB1.APM  (04 05 ff)"));
	t.ok(lines.includes("0090  00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 01"));
	t.ok(lines.includes(
		"00a0  00 00 00 00 00 00 00 00 01 00 00 00 00 00 00 00  APCB1.AQM  (0047)"));
	t.notOk(lines.some((line) => line.includes("APCB0")));
});
