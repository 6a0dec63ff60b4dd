// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { char_buf, scnprintf, snprintf, sprintf, sscanf, vsnprintf } from "#linux/sprintf.h";
import { PAGE_SIZE, sysfs_emit, sysfs_emit_at } from "#linux/sysfs.h";
import { out } from "#linux/types.h";
import { dmesg } from "#linux/printk.h";
import { do_initcalls } from "#linux/init.h";

t.beforeEach(() => do_initcalls());

test("vsnprintf", async (t) => {
	const cases: [string, unknown[], string][] = [
		["%02x.%04x\n", [4, 0x47], "04.0047\n"],
		["%d", [-5], "-5"], ["%i", [7], "7"], ["%u", [-1], "4294967295"], ["%u", [0], "0"],
		["%lu", [-1], "18446744073709551615"],
		["%x", [-1], "ffffffff"], ["%X", [255], "FF"], ["%#x", [255], "0xff"],
		["%#04x", [5], "0x05"],
		["0x%016llx", [0x8000000000000000n], "0x8000000000000000"], ["%04d", [-3], "-003"],
		["%-4s|", ["ab"], "ab  |"], ["%4s|", ["ab"], "  ab|"], ["%2s|", ["ab"], "ab|"],
		["%c%c", ["a", "b"], "ab"],
		["%%", [], "%"], ["100%% %s", ["x"], "100% x"], ["%zu", [3], "3"],
		["%p", [0x1000n], "0x0000000000001000"],
		["%pad", [{ v: 0x20 }], "0x0000000000000020"],
		["none", [], "none"],
	];

	for (const [fmt, args, text] of cases)
		t.equal(vsnprintf(fmt, args), text, fmt);
});

test("sprintf: goes on where the caller says, however long it gets", async (t) => {
	const buf = new char_buf();
	let at = 0;

	at += sprintf(buf, at, "%02x.", 4);
	at += sprintf(buf, at, "%04x\n", 5);
	t.equal(buf.text, "04.0005\n");
	t.equal(sprintf(buf, 3, "x"), 1);
	t.equal(buf.text, "04.x", "what stood behind is gone");
	t.equal(sprintf(buf, 0, "%s", "x".repeat(5000)), 5000);
});

test("snprintf, scnprintf: cut to the size, and say so differently", async (t) => {
	const buf = new char_buf();

	t.equal(snprintf(buf, 4, "%s", "abcdef"), 6);
	t.equal(buf.text, "abc");
	t.equal(scnprintf(buf, 0, 4, "%s", "abcdef"), 3);
	t.equal(scnprintf(buf, 3, 1, "%s", "x"), 0);
	t.equal(scnprintf(buf, 3, 0, "%s", "x"), 0);
	t.equal(buf.text, "abc");
	t.equal(scnprintf(buf, 2, 4, "%s", "XYZ123"), 3);
	t.equal(buf.text, "abXYZ", "from where the caller says");
});

test("sysfs_emit, sysfs_emit_at: 4095 characters fit in a page", async (t) => {
	const buf = new char_buf();

	t.equal(sysfs_emit(buf, "%s", "x".repeat(PAGE_SIZE)), PAGE_SIZE - 1);
	t.equal(buf.text.length, PAGE_SIZE - 1);
	t.equal(sysfs_emit(buf, "abc\n"), 4, "replaces what was there");
	t.equal(sysfs_emit_at(buf, 4, "def\n"), 4);
	t.equal(buf.text, "abc\ndef\n");
	t.equal(sysfs_emit_at(buf, 4090, "%s", "123456789"), 5, "what fitted");
	t.equal(sysfs_emit_at(buf, 4095, "x"), 0);
	t.equal(dmesg().length, 0);
	t.equal(sysfs_emit_at(buf, 4096, "x"), 0);
	t.match(dmesg()[0], { warn: true, text: /^invalid sysfs_emit_at: at:4096/ });
});

test("sscanf", async (t) => {
	const a = out(0);
	const b = out(0);

	t.equal(sscanf("12 -3", "%d %d", a, b), 2);
	t.same([a.v, b.v], [12, -3]);
	t.equal(sscanf("0x1f.017", "%i.%i", a, b), 2);
	t.same([a.v, b.v], [31, 15]);
	t.equal(sscanf("7;8", "%d,%d", a, b), 1);
	t.equal(sscanf("x", "%d", a), 0);
});
