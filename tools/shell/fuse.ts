// SPDX-License-Identifier: GPL-2.0-only
/*
 * The FUSE protocol, version 7.31, as far as a tree of sysfs needs it: requests out of bytes,
 * replies into bytes. The layout is that of the kernel's header linux/fuse.h; all numbers are
 * little endian on the machines that Node.js runs on but s390, so the host's order is asked for.
 */
import { endianness } from "node:os";

/** Requests that are answered with something else than "not implemented". */
export const FUSE_LOOKUP = 1;
export const FUSE_FORGET = 2;
export const FUSE_GETATTR = 3;
export const FUSE_SETATTR = 4;
export const FUSE_READLINK = 5;
export const FUSE_SYMLINK = 6;
export const FUSE_MKNOD = 8;
export const FUSE_MKDIR = 9;
export const FUSE_UNLINK = 10;
export const FUSE_RMDIR = 11;
export const FUSE_RENAME = 12;
export const FUSE_LINK = 13;
export const FUSE_OPEN = 14;
export const FUSE_READ = 15;
export const FUSE_WRITE = 16;
export const FUSE_STATFS = 17;
export const FUSE_RELEASE = 18;
export const FUSE_FSYNC = 20;
export const FUSE_FLUSH = 25;
export const FUSE_INIT = 26;
export const FUSE_OPENDIR = 27;
export const FUSE_READDIR = 28;
export const FUSE_RELEASEDIR = 29;
export const FUSE_CREATE = 35;
export const FUSE_INTERRUPT = 36;
export const FUSE_DESTROY = 38;
export const FUSE_BATCH_FORGET = 42;
export const FUSE_RENAME2 = 45;

/** Flags of an open file's reply: no page cache; no position. */
export const FOPEN_DIRECT_IO = 1;
export const FOPEN_STREAM = 16;

/** S_IFMT values of st_mode. */
export const S_IFREG = 0o100000;
export const S_IFDIR = 0o040000;
export const S_IFLNK = 0o120000;

/** The greatest request: a write of 128 KiB, its header, and room. */
const MAX_WRITE = 131072;
export const REQUEST_SIZE = MAX_WRITE + 4096;

const MAJOR = 7;
const MINOR = 31;
const IN_HEADER = 40;
const OUT_HEADER = 16;
const DIRENT_HEADER = 24;
const WRITE_IN = 40;

const LITTLE = endianness() === "LE";

/**
 * class fuse_request - what the kernel asks
 * @opcode: FUSE_LOOKUP and so on
 * @unique: names the request in its reply
 * @nodeid: the inode it is about
 */
export class fuse_request {
	opcode: number;
	unique: bigint;
	nodeid: number;
	#bytes: DataView;

	/** @bytes: one request, whole */
	constructor(bytes: Uint8Array) {
		this.#bytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		this.opcode = this.#u32(4);
		this.unique = this.#bytes.getBigUint64(8, LITTLE);
		this.nodeid = this.#u64(16);
	}

	#u32(at: number): number {
		return this.#bytes.getUint32(at, LITTLE);
	}

	#u64(at: number): number {
		return Number(this.#bytes.getBigUint64(at, LITTLE));
	}

	/** name - of LOOKUP and its like: the text up to the NUL */
	name(): string {
		return this.data(0).toString("utf8").split("\0", 1)[0]!;
	}

	/** open_flags - of OPEN: open(2)'s */
	open_flags(): number {
		return this.#u32(IN_HEADER);
	}

	/** handle - of READ, WRITE, RELEASE, READDIR: what the reply to the open named */
	handle(): number {
		return this.#u64(IN_HEADER);
	}

	/** offset - of READ and READDIR, in bytes */
	offset(): number {
		return this.#u64(IN_HEADER + 8);
	}

	/** size - of READ and READDIR, in bytes */
	size(): number {
		return this.#u32(IN_HEADER + 16);
	}

	/** written - of WRITE: the bytes */
	written(): Buffer {
		return this.data(WRITE_IN).subarray(0, this.size());
	}

	/** interrupts - of INTERRUPT: the request that a signal reached */
	interrupts(): bigint {
		return this.#bytes.getBigUint64(IN_HEADER, LITTLE);
	}

	/**
	 * forgotten - of FORGET and BATCH_FORGET: inodes, and how many lookups of each are undone
	 */
	forgotten(): [nodeid: number, lookups: number][] {
		if (this.opcode === FUSE_FORGET)
			return [[this.nodeid, this.#u64(IN_HEADER)]];
		return Array.from({ length: this.#u32(IN_HEADER) }, (_, i) =>
			[this.#u64(IN_HEADER + 8 + 16 * i), this.#u64(IN_HEADER + 16 + 16 * i)]);
	}

	/** data - what stands @skip bytes behind the header, to the end */
	data(skip: number): Buffer {
		const { buffer, byteOffset, byteLength } = this.#bytes;

		return Buffer.from(buffer, byteOffset + IN_HEADER + skip,
			byteLength - IN_HEADER - skip);
	}
}

/* A body of a reply, filled from the front. */
class writer {
	bytes: Buffer;
	#at = 0;

	constructor(size: number) {
		this.bytes = Buffer.alloc(size);
	}

	u16(...values: number[]): this {
		for (const value of values)
			this.#at = LITTLE ? this.bytes.writeUInt16LE(value, this.#at)
				: this.bytes.writeUInt16BE(value, this.#at);
		return this;
	}

	u32(...values: number[]): this {
		for (const value of values)
			this.#at = LITTLE ? this.bytes.writeUInt32LE(value, this.#at)
				: this.bytes.writeUInt32BE(value, this.#at);
		return this;
	}

	u64(...values: (number | bigint)[]): this {
		for (const value of values)
			this.#at = LITTLE ? this.bytes.writeBigUInt64LE(BigInt(value), this.#at)
				: this.bytes.writeBigUInt64BE(BigInt(value), this.#at);
		return this;
	}
}

/**
 * struct fuse_attr - what stat tells
 * @ino: inode number
 * @mode: type and permissions
 * @nlink: links; of a directory two and one for each subdirectory
 * @size: in bytes
 * @mtime: seconds since 1970, for all three times
 */
export interface fuse_attr {
	ino: number;
	mode: number;
	nlink: number;
	size: number;
	mtime: number;
}

function put_attr(to: writer, attr: fuse_attr): writer {
	const { ino, size, mtime, mode, nlink } = attr;

	to.u64(ino, size, 0, mtime, mtime, mtime).u32(0, 0, 0, mode, nlink);
	return to.u32(0, 0, 0, 4096, 0);	/* root's; block size of a page */
}

/** entry_reply - to LOOKUP: the inode, valid for no time at all */
export function entry_reply(nodeid: number, attr: fuse_attr): Buffer {
	return put_attr(new writer(128).u64(nodeid, 0, 0, 0).u32(0, 0), attr).bytes;
}

/** attr_reply - to GETATTR and SETATTR */
export function attr_reply(attr: fuse_attr): Buffer {
	return put_attr(new writer(104).u64(0).u32(0, 0), attr).bytes;
}

/** open_reply - to OPEN and OPENDIR: the handle, and FOPEN_ flags */
export function open_reply(handle: number, flags: number): Buffer {
	return new writer(16).u64(handle).u32(flags, 0).bytes;
}

/** write_reply - to WRITE: how many bytes were taken */
export function write_reply(size: number): Buffer {
	return new writer(8).u32(size, 0).bytes;
}

/** statfs_reply - no blocks, names of up to 255 characters */
export function statfs_reply(): Buffer {
	return new writer(80).u64(0, 0, 0, 0, 0).u32(4096, 255, 4096, 0).bytes;
}

/** init_reply - the version spoken and the greatest write */
export function init_reply(): Buffer {
	return new writer(64).u32(MAJOR, MINOR, 0, 0).u16(16, 12).u32(MAX_WRITE, 1)
		.u16(32, 0).bytes;
}

/**
 * struct fuse_dirent - an entry of a directory
 * @mode: its S_IFMT bits
 */
export interface fuse_dirent {
	ino: number;
	name: string;
	mode: number;
}

/**
 * readdir_reply - to READDIR
 * @entries: the whole directory
 * @first: how many of them the reader has had
 * @size: bytes that it has room for
 */
export function readdir_reply(
	entries: readonly fuse_dirent[], first: number, size: number,
): Buffer {
	const pieces: Buffer[] = [];
	let room = size;

	for (let i = first; i < entries.length; i++) {
		const { ino, name, mode } = entries[i]!;
		const text = Buffer.from(name, "utf8");
		const length = (DIRENT_HEADER + text.length + 7) & ~7;

		if (length > room)
			break;
		room -= length;
		const entry = new writer(length).u64(ino, i + 1).u32(text.length, mode >>> 12);

		text.copy(entry.bytes, DIRENT_HEADER);
		pieces.push(entry.bytes);
	}
	return Buffer.concat(pieces);
}

/**
 * fuse_reply - a whole reply
 * @unique: the request's
 * @body: what it asked for, or a negative errno
 */
export function fuse_reply(unique: bigint, body: Buffer | number): Buffer {
	const data = typeof body === "number" ? Buffer.alloc(0) : body;
	const header = new writer(OUT_HEADER).u32(OUT_HEADER + data.length,
		(typeof body === "number" ? body : 0) >>> 0).u64(unique);

	return Buffer.concat([header.bytes, data]);
}
