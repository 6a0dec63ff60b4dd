// SPDX-License-Identifier: GPL-2.0-only
/*
 * Archives for tests, made byte by byte.
 */
import { spawnSync } from "node:child_process";
import { gzipSync } from "node:zlib";

const BLOCK = 512;

function octal(n: number, width: number): string {
	return `${n.toString(8).padStart(width - 1, "0")}\0`;
}

function padded(data: Buffer): Buffer {
	return Buffer.concat([data, Buffer.alloc((BLOCK - data.length % BLOCK) % BLOCK)]);
}

/** header - a member's header; @size as it says, which need not be true */
export function header(name: string, size: number, type = "0"): Buffer {
	const h = Buffer.alloc(BLOCK);

	h.write(name, 0, 100);
	h.write(octal(0o644, 8) + octal(0, 8) + octal(0, 8) + octal(size, 12) + octal(0, 12), 100);
	h.write(" ".repeat(8), 148);
	h.write(`${type}`, 156);
	h.write("ustar\0" + "00", 257);
	const sum = h.reduce((a, byte) => a + byte, 0);

	h.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
	return h;
}

/** member - a file of an archive */
export function member(name: string, text: string, type = "0"): Buffer {
	const data = Buffer.from(text);

	return Buffer.concat([header(name, data.length, type), padded(data)]);
}

/** gnu_member - the same, its name in a member of its own as GNU tar does with long ones */
export function gnu_member(name: string, text: string): Buffer {
	return Buffer.concat(
		[member("././@LongLink", `${name}\0`, "L"), member(name.slice(0, 99), text)]);
}

/** pax_member - the same, its name in an extended header */
export function pax_member(name: string, text: string): Buffer {
	const body = ` path=${name}\n`;
	let length = body.length + 1;

	while (String(length).length + Buffer.byteLength(body) !== length)
		length++;
	return Buffer.concat(
		[member("pax", `${length}${body}`, "x"), member(name.slice(0, 99), text)]);
}

/** tar - an archive */
export function tar(...members: Buffer[]): Buffer {
	return Buffer.concat([...members, Buffer.alloc(2 * BLOCK)]);
}

export const gz = (data: Buffer): Buffer => gzipSync(data);

/** xz - compressed with the program; null where there is none */
export function xz(data: Buffer): Buffer | null {
	const { status, stdout } = spawnSync("xz", ["-c", "-0"], { input: data });

	return status === 0 ? stdout : null;
}

/** deb - a Debian package with these members */
export function deb(...members: [name: string, data: Buffer][]): Buffer {
	return Buffer.concat([Buffer.from("!<arch>\n"), ...members.flatMap(([name, data]) => [
		Buffer.from(`${name.padEnd(16)}0           0     0     100644  ${String(data.length).padEnd(10)}\`\n`),
		data, Buffer.alloc(data.length % 2),
	])]);
}
