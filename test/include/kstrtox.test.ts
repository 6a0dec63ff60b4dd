// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { EINVAL, ERANGE } from "#linux/errno.h";
import { kstrtobool, kstrtouint, kstrtoul, simple_strtoul } from "#linux/kstrtox.h";
import { out } from "#linux/types.h";

const UNTOUCHED = -123;

function parse(text: string, base = 0): [number, number] {
	const res = out(UNTOUCHED);
	const rc = kstrtoul(text, base, res);

	return [rc, res.v];
}

test("kstrtoul: accepted", async (t) => {
	const cases: [string, number][] = [
		["4", 4], ["4\n", 4], ["+4", 4], ["+4\n", 4], ["0x4", 4], ["0X4", 4], ["+0x4", 4],
		["04", 4],
		["010", 8], ["0", 0], ["00", 0], ["0\n", 0], ["255", 255], ["0xff", 255],
		["0xFF\n", 255],
		["0377", 255], ["4294967296", 2 ** 32], ["0x100000000", 2 ** 32],
		["00000000000000000000000000000000000004", 4],
		["18446744073709551615", 2 ** 64], ["0xffffffffffffffff", 2 ** 64],
	];

	for (const [text, value] of cases)
		t.same(parse(text), [0, value], JSON.stringify(text));
});

test("kstrtoul: -EINVAL, and the result is left alone", async (t) => {
	for (const text of ["", "\n", " ", "4\n\n", " 4", "4 ", "\t4", "4\r\n", "-4", "-0", "++4",
		"+-4", "+", "0x", "0xg", "08", "09", "4x", "1e1", "0b11", "4,5", "x4", "0x4\0",
			"\n4", "0x+4", "4\n5"])
		t.same(parse(text), [-EINVAL, UNTOUCHED], JSON.stringify(text));
});

test("kstrtoul: -ERANGE above 64 bits", async (t) => {
	for (const text of ["18446744073709551616", "0x10000000000000000",
		"02000000000000000000000",
		"99999999999999999999999999", "18446744073709551616 ", "0x1ffffffffffffffffz",
		"18446744073709551616\n\n"])
		t.same(parse(text), [-ERANGE, UNTOUCHED], text);
});

test("kstrtoul: a base given", async (t) => {
	const cases: [string, number, number][] = [
		["10", 16, 16], ["0x10", 16, 16], ["ff\n", 16, 255], ["010", 10, 10], ["10", 8, 8],
	];

	for (const [text, base, value] of cases)
		t.same(parse(text, base), [0, value], `${text} to base ${base}`);
	t.equal(parse("0x10", 10)[0], -EINVAL);
	t.equal(parse("8", 8)[0], -EINVAL);
});

test("kstrtouint: 32 bits", async (t) => {
	for (const [text, rc, value] of [["4294967295", 0, 0xffffffff],
		["4294967296", -ERANGE, UNTOUCHED], ["-1", -EINVAL, UNTOUCHED]] as const) {
		const res = out(UNTOUCHED);

		t.equal(kstrtouint(text, 0, res), rc, text);
		t.equal(res.v, value, text);
	}
});

test("kstrtobool", async (t) => {
	for (const [text, value] of [["y", true], ["1", true], ["on", true], ["Yes\n", true],
		["n", false],
		["0\n", false], ["off", false], ["OFF", false]] as const) {
		const res = out(!value);

		t.equal(kstrtobool(text, res), 0, text);
		t.equal(res.v, value, text);
	}
	for (const text of ["", "o", "2", "maybe"])
		t.equal(kstrtobool(text, out(false)), -EINVAL, text);
});

test("simple_strtoul: the number, and where it ends", async (t) => {
	const cases: [string, number, number, number, number][] = [
		["12,34", 0, 0, 12, 2], ["12,34", 3, 0, 34, 5], ["0x1fz", 0, 0, 31, 4],
		["017", 0, 0, 15, 3],
		["-3", 0, 0, 0, 0], ["", 0, 0, 0, 0], ["0x", 0, 0, 0, 1],
	];

	for (const [text, at, base, value, end] of cases) {
		const endp = out(UNTOUCHED);

		t.equal(simple_strtoul(text, at, endp, base), value, JSON.stringify(text));
		t.equal(endp.v, end, `end of ${JSON.stringify(text)}`);
	}
});
