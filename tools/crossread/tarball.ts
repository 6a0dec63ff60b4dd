// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files out of a tar archive, also one that is compressed with xz or gzip, or the one in a
 * Debian package of kernel sources. Nothing is unpacked to disk. An archive is read to its end:
 * only there is known whether it is whole and its checksums are right.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { Parser, type ReadEntry } from "tar";
import { excerpt } from "../lib/cli/excerpt.ts";
import { gzip_fault } from "../lib/cli/lines.ts";
import { usage_error } from "../lib/cli/usage_error.ts";

/** The environment lacks a program that the input needs. */
export class missing_program extends Error {
	override readonly name = "missing_program";
}

type chunks = AsyncIterable<Buffer>;

const file_max = 16 << 20;
const unpacked_max = 8 * 2 ** 30;
const plain_file = new Set(["File", "OldFile", "ContiguousFile"]);

async function *gunzip(input: chunks, file: string): AsyncGenerator<Buffer> {
	const plain = createGunzip();
	pipeline(Readable.from(input), plain, () => {});
	try {
		yield* plain;
	} catch (error) {
		throw gzip_fault(file, error);
	}
}

/*
 * What xz says of its input: its status, and the first line it wrote.
 */
function xz_fault(file: string, status: unknown, said: string): usage_error {
	const what = said.trim().split("\n", 1)[0] || `xz ended with ${status}`;
	return new usage_error(`${file}: damaged or cut off (${excerpt(what)}), `
		+ "expected what xz -t accepts");
}

async function *unxz(input: chunks, file: string): AsyncGenerator<Buffer> {
	const xz = spawn("xz", ["-dc"], { stdio: ["pipe", "pipe", "pipe"] });
	const closed = once(xz, "close");
	let said = "";
	let failure: Error | null = null;
	xz.stderr.setEncoding("utf8").on("data", (text: string) => {
		said = (said + text).slice(0, 1000);
	});
	pipeline(Readable.from(input), xz.stdin, (error) => {
		/* where xz gave up, xz says why */
		if (error && !["EPIPE", "ERR_STREAM_PREMATURE_CLOSE"].includes(error.code ?? ""))
			failure = error;
	});
	try {
		yield* xz.stdout;
		const [status] = await closed;
		if (failure !== null)
			throw failure;
		if (status !== 0)
			throw xz_fault(file, status, said);
	} catch (error) {
		throw (error as NodeJS.ErrnoException).code === "ENOENT" ?
			new missing_program("this input needs the program xz (Debian: xz-utils)")
			: error;
	} finally {
		xz.kill();
	}
}

function refuse_tar(file: string, why: string): never {
	throw new usage_error(`${file}: not a tar archive, or damaged (${excerpt(why)}), `
		+ "expected what tar -t accepts");
}

/** A part of a file in an archive. */
interface member_data {
	path: string;
	data: Buffer;
}

/*
 * A reader of tar archives that hands the data of wanted files to @found.
 */
function tar_parser(file: string, wanted: (entry: ReadEntry) => boolean, found: member_data[]) {
	const parser = new Parser({ strict: true, zstd: false });
	let ended = false;
	parser.on("error", (error: Error) => refuse_tar(file, error.message));
	parser.on("ignoredEntry", () => refuse_tar(file, "a name of more than a megabyte"));
	parser.on("eof", () => {
		ended = true;
	});
	parser.on("entry", (entry) => {
		if (plain_file.has(entry.type) && wanted(entry))
			entry.on("data", (data: Buffer) => found.push({ path: entry.path, data }));
		else
			entry.resume();
	});
	return { parser, is_ended: () => ended };
}

/*
 * The data of wanted files, in the archive's order; @wanted may throw.
 */
async function *tar_data(input: chunks, file: string, wanted: (entry: ReadEntry) => boolean):
	AsyncGenerator<member_data> {
	const found: member_data[] = [];
	const { parser, is_ended } = tar_parser(file, wanted, found);
	let size = 0;
	for await (const chunk of input) {
		/* the parser would unpack it itself, without an end */
		if (size === 0 && chunk[0] === 0x1f && chunk[1] === 0x8b)
			refuse_tar(file, "it is gzip");
		size += chunk.length;
		if (size > unpacked_max)
			throw new usage_error(`${file}: more than ${unpacked_max} bytes unpacked, expected `
				+ "the sources of one kernel");
		if (!is_ended())
			parser.write(chunk);
		yield* found.splice(0);
	}
	parser.end();
	if (!is_ended())
		refuse_tar(file, "cut off, there is no end of the archive");
	yield* found.splice(0);
}

const decoders = new Map([["xz", unxz], ["gz", gunzip]]);

function text_field(header: Buffer, from: number, length: number): string {
	return header.toString("latin1", from, from + length).trimEnd();
}

/** A member of a Debian package. */
interface deb_member {
	name: string;
	start: number;
	size: number;
}

/*
 * The members of a Debian package, which is an ar archive.
 */
async function deb_members(handle: FileHandle, file: string): Promise<deb_member[]> {
	const { size: file_size } = await handle.stat();
	const members: deb_member[] = [];
	const magic = (await handle.read(Buffer.alloc(8), 0, 8, 0)).buffer;
	if (magic.toString("latin1") !== "!<arch>\n")
		throw new usage_error(
			`${file}: not a Debian package, its first line would be !<arch>`);
	for (let at = 8; at < file_size;) {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(60), 0, 60, at);
		const digits = text_field(buffer, 48, 10);
		const size = /^\d+$/.test(digits) ? Number(digits) : NaN;
		if (bytesRead < 60 || text_field(buffer, 58, 1) !== "`" ||
			!(at + 60 + size <= file_size))
			throw new usage_error(
				`${file}: a Debian package without a whole data.tar.xz `
				+ `(byte ${at}), expected what dpkg-deb -c accepts`);
		members.push({
			name: text_field(buffer, 0, 16).replace(/\/$/, ""), start: at + 60, size,
		});
		at += 60 + size + size % 2;
	}
	return members;
}

/*
 * Where the data of a Debian package are, and how they are compressed.
 */
async function data_in_deb(file: string): Promise<deb_member & { decoder: string }> {
	const handle = await open(file);
	try {
		const data = (await deb_members(handle, file))
			.find(({ name }) => name.startsWith("data.tar"));
		const decoder = data?.name.slice("data.tar.".length) ?? "";
		if (data === undefined || data.size === 0 || !decoders.has(decoder))
			throw new usage_error(
				`${file}: a Debian package with ` +
				`${data === undefined || data.size === 0 ? "no data" : excerpt(data.name)}, ` +
				"expected data.tar.xz or data.tar.gz");
		return { ...data, decoder };
	} finally {
		await handle.close();
	}
}

/*
 * The tarball in a package of kernel sources.
 */
async function *source_in_deb(file: string): AsyncGenerator<Buffer> {
	const { start, size, decoder } = await data_in_deb(file);
	const raw = createReadStream(file, { start, end: start + size - 1 });
	let first: string | null = null;
	const wanted = ({ path }: ReadEntry): boolean => {
		if (!/\/linux-source-[^/]*\.tar\.xz$/.test(path))
			return false;
		first ??= path;
		return path === first;
	};
	for await (const { data } of tar_data(decoders.get(decoder)!(raw, file), file, wanted))
		yield data;
	if (first === null)
		throw new usage_error(`${file}: a Debian package without linux-source-*.tar.xz, `
			+ "expected a package of kernel sources");
}

function tar_chunks(file: string): chunks {
	if (file.endsWith(".deb"))
		return unxz(source_in_deb(file), file);
	const raw = createReadStream(file);
	if (/\.tar\.xz$|\.txz$/.test(file))
		return unxz(raw, file);
	return /\.tar\.gz$|\.tgz$/.test(file) ? gunzip(raw, file) : raw;
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
 * @names: paths below the archive's one top folder
 *
 * Return: the texts of those that are there, by path. Throws missing_program without xz.
 */
export async function read_tarball(file: string, names: readonly string[]) {
	const found = new Map<string, Buffer[]>();
	const name_of = (path: string) => names.find((name) => path.endsWith(`/${name}`));
	const wanted = ({ path, size }: ReadEntry): boolean => {
		const name = name_of(path);
		if (name === undefined)
			return false;
		if (size > file_max)
			throw new usage_error(
				`${file}: ${excerpt(path)} has ${size} bytes, expected `
				+ `at most ${file_max}`);
		found.set(name, []);
		return true;
	};
	await stat(file);
	for await (const { path, data } of tar_data(tar_chunks(file), file, wanted))
		found.get(name_of(path)!)!.push(data);
	return new Map([...found]
		.map(([name, parts]) => [name, Buffer.concat(parts).toString("utf8")]));
}
