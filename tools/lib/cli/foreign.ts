// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are no text in UTF-8, by how they begin: what they are, and what makes one of them.
 */

/* The first bytes, one character each; longer ones before those that begin them. */
const KINDS: readonly [begins: string, what: string, remedy: string][] = [
	["\x1f\x8b", "gzip", "gunzip"], ["\xfd7zXZ\0", "xz", "unxz"], ["BZh", "bzip2", "bunzip2"],
	["\x28\xb5\x2f\xfd", "zstd", "unzstd"], ["PK\x03\x04", "zip", "unzip"],
	["%PDF-", "PDF", "pdftotext"],
	["\xff\xfe\0\0", "UTF-32", "iconv -f UTF-32 -t UTF-8"],
	["\0\0\xfe\xff", "UTF-32", "iconv -f UTF-32 -t UTF-8"],
	["\xff\xfe", "UTF-16", "iconv -f UTF-16 -t UTF-8"],
	["\xfe\xff", "UTF-16", "iconv -f UTF-16 -t UTF-8"],
];
const LOOKED_AT = 64;

/* Text in UTF-16 without a mark: each second byte of what is not far from English is 0. */
function wide_kind(start: string): readonly [what: string, remedy: string] | null {
	const halves = [0, 1].map((odd) => [...start].filter((_, i) => i % 2 === odd));
	const at = halves.findIndex((half) => half.length > 2 &&
		half.filter((c) => c === "\0").length >= half.length * 0.8);
	const name = `UTF-16${at === 0 ? "BE" : "LE"}`;

	return at < 0 || halves[1 - at]!.includes("\0") ? null
		: [name, `iconv -f ${name} -t UTF-8`];
}

/** foreign_fault - what a file is that is no text, in words; null if it may be one */
export function foreign_fault(file: string, bytes: Uint8Array): string | null {
	const start = Buffer.from(bytes.subarray(0, LOOKED_AT)).toString("latin1");
	const found = KINDS.find(([begins]) => start.startsWith(begins))?.slice(1) ??
		wide_kind(start);

	return found === null ? null
		: `${file}: ${found[0]}, expected text in UTF-8, as ${found[1]} makes of it`;
}
