// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file that is no text in UTF-8: one line says what it is, whichever command reads it.
 */
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { test, type Test } from "tap";
import { foreign_fault } from "../../../../tools/lib/cli/foreign.ts";
import { usage_error } from "../../../../tools/lib/cli/usage_error.ts";
import { dispatch } from "../../../../tools/main.ts";

const TEXT = "From: a\nSubject: b\n\n1. Queues 04.0004 and 04.0047 are bound\n2. unbind 04.0004\n";

function big_endian(text: string): Buffer {
	return Buffer.from(text, "utf16le").swap16();
}

const FILES: [what: string, bytes: Buffer][] = [
	["UTF-16", Buffer.from(`\ufeff${TEXT}`, "utf16le")],
	["UTF-16", big_endian(`\ufeff${TEXT}`)],
	["UTF-16LE", Buffer.from(TEXT, "utf16le")], ["UTF-16BE", big_endian(TEXT)],
	["UTF-32", Buffer.from([0xff, 0xfe, 0, 0, 0x41, 0, 0, 0])], ["gzip", gzipSync(TEXT)],
	["xz", Buffer.from("\xfd7zXZ\0\0", "latin1")], ["zip", Buffer.from("PK\x03\x04\x14\0")],
	["bzip2", Buffer.from("BZh91AY")], ["PDF", Buffer.from("%PDF-1.7\n")],
	["zstd", Buffer.from("\x28\xb5\x2f\xfd\x04", "latin1")],
];

async function said(
	t: Test, name: string, bytes: Buffer, ...command: string[]
): Promise<string> {
	const file = join(t.testdir({ [name]: bytes }), name);

	try {
		await dispatch([...command, file]);
	} catch (error) {
		if (error instanceof usage_error)
			return error.message;
		throw error;
	}
	return "";
}

test("foreign: by the first bytes, with a mark or without", async (t) => {
	for (const [what, bytes] of FILES)
		t.match(foreign_fault("f", bytes), `f: ${what}, expected text in UTF-8, as `);
	for (const text of [TEXT, "", "a", "\ufeffFrom: a", "{\"trace\":1}", "a\0b",
		"\0\0\0\0\0\0", "Grüße"])
		t.equal(foreign_fault("f", Buffer.from(text)), null, JSON.stringify(text));
});

test("foreign: each command that reads texts says so", async (t) => {
	for (const [what, bytes] of FILES)
		for (const [name, ...command] of [
			["x.eml", "import"], ["x.scn", "replay"], ["x.lit", "litmus"],
			["x.jsonl", "trace", "check"], ["x.patch", "crossread"],
		]) {
			const message = await said(t, name!, bytes, ...command);

			t.match(message, `${name}: ${what}, expected`);
			t.notMatch(message, "\n");
		}
});

test("foreign: of a mail without a scenario, what is wrong with it", async (t) => {
	const mail = (type: string, body: string): Buffer =>
		Buffer.from(`From: a\nSubject: b\nContent-Type: ${type}\n\n${body}\n`);

	for (const [type, words] of [
		["text/plain; charset=utf-16", /line 1: the charset "utf-16" in lines, expected /],
		["text/plain; charset=klingon", /line 1: a charset "klingon" that nobody knows/],
		["application/ms-tnef", /line 4: no text in it, only application\/ms-tnef/],
	] as const) {
		t.match(await said(t, "x.eml", mail(type, "x"), "import"), words);
	}
});
