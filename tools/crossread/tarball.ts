// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files out of a tar archive, also one that is compressed with xz or gzip, or the one in a
 * Debian package of kernel sources. Nothing is unpacked to disk, and reading ends with the last
 * file that was asked for.
 */

import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { usage_error } from "../lib/cli/usage_error.ts";

/** The environment lacks a program that the input needs. */
export class missing_program extends Error {
	override readonly name = "missing_program";
}

const block = 512;

/** Takes bytes from a stream, as many as are asked for. */
class byte_reader {
	private buffer: Buffer = Buffer.alloc(0);
	private readonly chunks: AsyncIterator<Buffer>;

	constructor(stream: Readable) {
		this.chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
	}

	/** take - the next @size bytes; fewer at the end of the stream */
	async take(size: number): Promise<Buffer> {
		const parts = [this.buffer];
		let got = this.buffer.length;
		while (got < size) {
			const { done, value } = await this.chunks.next();
			if (done)
				break;
			parts.push(value);
			got += value.length;
		}
		const all = parts.length > 1 ? Buffer.concat(parts) : parts[0];
		this.buffer = all.subarray(size);
		return all.subarray(0, size);
	}

	/** skip - leave @size bytes out */
	async skip(size: number): Promise<void> {
		let left = size - this.buffer.length;
		if (left <= 0) {
			this.buffer = this.buffer.subarray(size);
			return;
		}
		this.buffer = Buffer.alloc(0);
		while (left > 0) {
			const { done, value } = await this.chunks.next();
			if (done)
				return;
			if (value.length > left)
				this.buffer = value.subarray(left);
			left -= value.length;
		}
	}

	/** rest - the stream from here on, in chunks */
	async *rest(): AsyncGenerator<Buffer> {
		yield this.buffer;
		for (;;) {
			const { done, value } = await this.chunks.next();
			if (done)
				return;
			yield value;
		}
	}
}

interface tar_member {
	name: string;
	size: number;
}

function text_field(header: Buffer, from: number, length: number): string {
	return header.toString("latin1", from, from + length).replace(/\0[\s\S]*$/, "");
}

function read_member(header: Buffer, file: string): tar_member | null {
	if (header.length < block || header.every((byte) => byte === 0))
		return null;
	if (text_field(header, 257, 5) !== "ustar")
		throw new usage_error(`${file}: not a tar archive, a linux-source tarball would be right`);
	const prefix = text_field(header, 345, 155);
	const name = text_field(header, 0, 100);
	const size = parseInt(text_field(header, 124, 12), 8);
	return { name: prefix && header[262] === 0 ? `${prefix}/${name}` : name, size };
}

function is_end_of_program(error: unknown): boolean {
	return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/*
 * The output of `xz -dc` fed with a stream. What feeds it ends when the output is closed,
 * because what was asked for is found.
 */
function unxz(input: Readable): Readable {
	const xz = spawn("xz", ["-dc", "-q"], { stdio: ["pipe", "pipe", "ignore"] });
	xz.on("error", (error) => {
		const lacks = new missing_program("this input needs the program xz (Debian: xz-utils)");
		xz.stdout.destroy(is_end_of_program(error) ? lacks : error);
	});
	xz.stdout.on("close", () => {
		input.destroy();
		xz.kill();
	});
	pipeline(input, xz.stdin, (error) => {
		if (error instanceof usage_error || error instanceof missing_program)
			xz.stdout.destroy(error);
	});
	return xz.stdout;
}

/*
 * Where in a Debian package (an ar archive) its data are: [first byte, last byte].
 */
async function data_in_deb(file: string): Promise<[number, number]> {
	const handle = await open(file);
	try {
		for (let at = 8; ;) {
			const header = Buffer.alloc(60);
			const { bytesRead } = await handle.read(header, 0, 60, at);
			const size = parseInt(text_field(header, 48, 10), 10);
			if (bytesRead < 60 || !(size >= 0))
				throw new usage_error(`${file}: a Debian package without data.tar.xz`);
			if (header.toString("latin1", 0, 16).startsWith("data.tar.xz"))
				return [at + 60, at + 60 + size - 1];
			at += 60 + size + size % 2;
		}
	} finally {
		await handle.close();
	}
}

/*
 * The first member of a tar archive that a name matches, as a stream.
 */
async function member_stream(tar: Readable, name: RegExp, file: string) {
	const bytes = new byte_reader(tar);
	for (;;) {
		const member = read_member(await bytes.take(block), file);
		if (!member)
			throw new usage_error(`${file}: no linux-source tarball in it, or it is cut off`);
		if (name.test(member.name))
			return Readable.from(bytes.rest()).on("close", () => tar.destroy());
		await bytes.skip(Math.ceil(member.size / block) * block);
	}
}

async function tar_stream(file: string): Promise<Readable> {
	if (file.endsWith(".deb")) {
		const [start, end] = await data_in_deb(file);
		const data = unxz(createReadStream(file, { start, end }));
		return unxz(await member_stream(data, /\/linux-source-[^/]*\.tar\.xz$/, file));
	}
	const raw = createReadStream(file);
	if (/\.tar\.xz$|\.txz$/.test(file))
		return unxz(raw);
	return /\.tar\.gz$|\.tgz$/.test(file) ? raw.pipe(createGunzip()) : raw;
}

/**
 * is_tarball - whether a file is read as an archive, by its name
 *
 * @file: the path
 */
export function is_tarball(file: string): boolean {
	return /\.(?:deb|tar|tar\.xz|txz|tar\.gz|tgz)$/.test(file);
}

/**
 * read_tarball - files out of an archive
 *
 * @file: a tar archive, plain or compressed, or a Debian package that holds one
 * @wanted: paths below the archive's one top folder
 *
 * Return: the texts of those that are there, by path. Throws missing_program without xz.
 */
export async function read_tarball(file: string, wanted: readonly string[]) {
	const found = new Map<string, string>();
	await stat(file);
	const stream = await tar_stream(file);
	const bytes = new byte_reader(stream);
	while (found.size < wanted.length) {
		const member = read_member(await bytes.take(block), file);
		if (!member)
			break;
		const path = wanted.find((name) => member.name.endsWith(`/${name}`));
		const padded = Math.ceil(member.size / block) * block;
		if (path === undefined)
			await bytes.skip(padded);
		else
			found.set(path, (await bytes.take(padded)).toString("utf8", 0, member.size));
	}
	stream.destroy();
	return found;
}
