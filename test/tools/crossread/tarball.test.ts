// SPDX-License-Identifier: GPL-2.0-only
/*
 * Archives that are whole are read, whatever they are made with; one that is cut off or damaged
 * is refused in one line, wherever the damage is.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type Test } from "tap";
import { read_tarball } from "../../../tools/crossread/tarball.ts";
import { usage_error } from "../../../tools/lib/cli/usage_error.ts";
import { deb, gnu_member, gz, header, member, pax_member, tar, xz } from "./archives.ts";

const PATH = "crypto/x.c";
const TEXT = "int x;\n".repeat(100);
const NOISE = Array.from({ length: 3000 }, (_, i) => (i * i * 7919 % 2147483647).toString(36))
	.join("");

const whole = tar(member("linux/", "", "5"), member(`linux/${PATH}`, TEXT),
	member("linux/zoo", NOISE));
const has_xz = xz(Buffer.alloc(0)) !== null;
const skip = has_xz ? false : "no xz here";

/* What is read of it; the message where it is refused. */
async function read(t: Test, name: string, data: Buffer): Promise<string> {
	const file = join(t.testdir(), name);

	writeFileSync(file, data);
	try {
		return (await read_tarball(file, [PATH])).get(PATH) ?? "not there";
	} catch (error) {
		if (!(error instanceof usage_error) || /\n/.test(error.message) ||
			!error.message.startsWith(file))
			throw error;
		return `refused: ${error.message.slice(file.length)}`;
	}
}

const long = `${"a-folder/".repeat(30)}${PATH}`;

for (const [what, data] of [
	["plain", whole], ["GNU's long name", tar(gnu_member(long, TEXT))],
	["pax's path", tar(pax_member(long, TEXT))],
	["a name with a prefix",
		tar(member(`linux/${PATH}`, TEXT), member("other/crypto/x.c.orig", "no"))],
] as const) {
	test(`archive: ${what}: read`, async (t) => {
		t.equal(await read(t, "a.tar", data), TEXT);
		t.equal(await read(t, "a.tar.gz", gz(data)), TEXT);
	});
}

test("archive: what is not asked for, or no plain file, is left out", async (t) => {
	t.equal(await read(t, "a.tar", tar(member("linux/y.c", TEXT))), "not there");
	t.equal(await read(t, "a.tar", tar(header(`linux/${PATH}`, 0, "5"))), "not there");
});

const damaged: [what: string, name: string, data: Buffer, message: RegExp][] = [
	["nothing", "a.tar", Buffer.alloc(0), /not a tar archive/],
	["no archive", "a.tar", Buffer.from("hello\n".repeat(200)), /not a tar archive.*checksum/],
	["gzip by another name", "a.tar", gz(whole), /it is gzip/],
	["gzip in gzip", "a.tar.gz", gz(gz(whole)), /it is gzip/],
	["no gzip", "a.tar.gz", Buffer.from("hello"), /not gzip/],
	["a header with another checksum", "a.tar",
		tar(member(`linux/${PATH}`, TEXT).fill("7", 100, 101)),
		/checksum failure/],
	["8 GiB", "a.tar", tar(header(`linux/${PATH}`, 0o77777777777)),
		/8589934591 bytes.*at most 16777216/],
	["a whole megabyte of name", "a.tar", tar(gnu_member("x".repeat(1 << 20), TEXT)),
		/a name of more/],
	["a package without anything", "a.deb", deb(), /a Debian package with no data, expected data\.tar\.xz/],
	["a package with empty data", "a.deb", deb(["data.tar.xz", Buffer.alloc(0)]),
		/a Debian package with no data, expected data\.tar\.xz/],
	["zstd", "a.deb", deb(["data.tar.zst", Buffer.alloc(8)]), /a Debian package with data\.tar\.zst, expected data\.tar\.xz/],
	["no package", "a.deb", whole, /not a Debian package/],
	["a package without sources", "a.deb", deb(["data.tar.gz", gz(whole)]),
		/without linux-source/],
	["a package that is cut off", "a.deb", deb(["data.tar.gz", gz(whole)]).subarray(0, -9),
		/whole data/],
];

for (const [what, name, data, message] of damaged) {
	test(`archive: ${what}: refused`, async (t) => {
		t.match(await read(t, name, data), new RegExp(`^refused: .*${message.source}`));
	});
}

/* A cut at each block, and some more. */
function cuts(data: Buffer): number[] {
	return Array.from({ length: 40 }, (_, i) => Math.floor(data.length * i / 40))
		.filter((at) => at > 0)
		.concat(512, 1024, data.length - 1);
}

for (const [name, data, why] of [
	["a.tar", whole.subarray(0, -512), false], ["a.tar.gz", gz(whole), false],
	["a.tar.xz", xz(whole) ?? Buffer.alloc(0), skip],
] as const) {
	test(`archive: ${name} cut off anywhere: refused`, { skip: why }, async (t) => {
		for (const at of cuts(data))
			t.match(await read(t, name, data.subarray(0, at)), /^refused: /,
				`at ${at}`);
	});
}

for (const [name, data, why] of [
	["a.tar.gz", gz(whole), false], ["a.tar.xz", xz(whole) ?? Buffer.alloc(0), skip],
] as const) {
	test(`archive: ${name} with a byte changed: refused, or the same`, { skip: why },
			async (t) => {
		let refused = 0;

		for (const at of cuts(data)) {
			const changed = Buffer.from(data);

			changed[at]! ^= 0x10;
			const answer = await read(t, name, changed);

			t.ok(answer === TEXT || answer.startsWith("refused: "),
				`at ${at}: ${answer.slice(0, 80)}`);
			refused += Number(answer !== TEXT);
		}
		t.ok(refused > 30);
	});
}

test("archive: the tarball in a package of sources", { skip }, async (t) => {
	const inner = xz(whole)!;
	const sources =
		Buffer.concat([header("./usr/src/linux-source-6.12.tar.xz", inner.length), inner,
		Buffer.alloc((512 - inner.length % 512) % 512)]);
	const data = deb(["debian-binary", Buffer.from("2.0\n")],
		["control.tar.xz", Buffer.from("x")],
		["data.tar.xz", xz(tar(sources))!]);

	t.equal(await read(t, "a.deb", data), TEXT);
	for (const at of cuts(data))
		t.match(await read(t, "a.deb", data.subarray(0, at)), /^refused: /, `at ${at}`);
});
