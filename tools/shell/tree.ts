// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated sysfs as the filesystem behind a mount, with some files of the shell's own in it.
 * It answers as kernfs does: whatever would make or rename something is refused, a file that is
 * held open and removed gives ENODEV.
 */
import { EACCES, EBADF, EINTR, EINVAL, ENOENT, ENOSYS, EPERM } from "#linux/errno.h";
import {
	sysfs_open, sysfs_readdir, sysfs_readlink, sysfs_stat, type sysfs_open_file,
} from "../../drivers/base/sysfs.ts";
import {
	attr_reply, entry_reply, FOPEN_DIRECT_IO, FOPEN_STREAM, FUSE_CREATE, FUSE_FLUSH, FUSE_FSYNC,
	FUSE_GETATTR, FUSE_LINK, FUSE_LOOKUP, FUSE_MKDIR, FUSE_MKNOD, FUSE_OPEN, FUSE_OPENDIR,
	FUSE_READ, FUSE_READDIR, FUSE_READLINK, FUSE_RELEASE, FUSE_RELEASEDIR, FUSE_RENAME,
	FUSE_RENAME2, FUSE_RMDIR, FUSE_SETATTR, FUSE_STATFS, FUSE_SYMLINK, FUSE_UNLINK, FUSE_WRITE,
	open_reply, readdir_reply, statfs_reply, write_reply, S_IFDIR, S_IFLNK, S_IFREG,
	type fuse_attr, type fuse_dirent, type fuse_request,
} from "./fuse.ts";
import { LATER, type filesystem } from "./server.ts";

/**
 * struct open_special - one that has a special file open
 * @read: up to so many bytes, none at the end, or null: the answer follows by @ready
 * @write: takes all of the bytes
 * @close: it is open no more
 */
export interface open_special {
	read(size: number, ready: (bytes: Buffer) => void): Buffer | null;
	write(bytes: Buffer): void;
	close(): void;
}

/** struct special_file - a file that is not sysfs's */
export interface special_file {
	mode: number;
	open(): open_special;
}

/**
 * struct machine_door - by which writes go in
 * @before: something looks at the machine: time has passed
 * @write: write bytes to an open file; returns how many were taken, or an error
 */
export interface machine_door {
	before(): void;
	write(file: sysfs_open_file, data: string): number;
}

/* An open file of sysfs; its text is kept from the first read on. */
class open_file {
	file: sysfs_open_file;
	text: Buffer | null = null;

	constructor(file: sysfs_open_file) {
		this.file = file;
	}
}

type handle = open_file | open_special | fuse_dirent[];

/* An inode; what fstat tells of a file that is held open and gone is what it was. */
interface node {
	path: string;
	lookups: number;
	attr: fuse_attr | null;
}

const ROOT_NODE = 1;
const TYPES = { file: S_IFREG, dir: S_IFDIR, link: S_IFLNK };
const O_ACCMODE = 3;
const O_WRONLY = 1;
const ACCESS_OF = [0o444, 0o222, 0o666];

/* An inode number that a path always has: 48 bits of FNV-1a. */
function ino_of(path: string): number {
	let low = 0x811c9dc5, high = 0x1b3;

	for (let i = 0; i < path.length; i++) {
		low = Math.imul(low ^ path.charCodeAt(i), 0x01000193) >>> 0;
		high = Math.imul(high ^ path.charCodeAt(i), 0x00010daf) & 0xffff;
	}
	return high * 0x100000000 + low;
}

/** class sysfs_tree - the filesystem, see the head of this file */
export class sysfs_tree implements filesystem {
	#nodes = new Map<number, node>([[ROOT_NODE, { path: "/sys", lookups: 1, attr: null }]]);
	#ids = new Map<string, number>([["/sys", ROOT_NODE]]);
	#handles = new Map<number, handle>();
	/* requests that are answered later */
	#unanswered = new Set<bigint>();
	#next_id = ROOT_NODE + 1;
	#next_handle = 1;
	#born = Math.floor(Date.now() / 1000);
	#special: ReadonlyMap<string, special_file>;
	#door: machine_door;
	#reply: (unique: bigint, body: Buffer | number) => void;

	/**
	 * @special: the shell's files, by path
	 * @door: by which writes go in
	 * @reply: answers a request later
	 */
	constructor(
		special: ReadonlyMap<string, special_file>, door: machine_door,
		reply: (unique: bigint, body: Buffer | number) => void,
	) {
		this.#special = special;
		this.#door = door;
		this.#reply = reply;
	}

	answer(request: fuse_request): Buffer | number | typeof LATER {
		this.#door.before();
		switch (request.opcode) {
		case FUSE_LOOKUP:
			return this.#lookup(request);
		case FUSE_GETATTR:
		case FUSE_SETATTR:
			return this.#getattr(request);
		case FUSE_READLINK:
			return this.#with_path(request, (path) => {
				const { rc, target } = sysfs_readlink(path);

				return rc < 0 ? rc : Buffer.from(target);
			});
		case FUSE_OPEN:
			return this.#with_path(request,
				(path) => this.#open(path, request.open_flags()));
		case FUSE_OPENDIR:
			return this.#with_path(request, (path) => this.#opendir(path));
		case FUSE_READ:
			return this.#read(request);
		case FUSE_WRITE:
			return this.#write(request);
		case FUSE_READDIR:
			return this.#readdir(request);
		case FUSE_RELEASE:
		case FUSE_RELEASEDIR:
			return this.#release(request.handle());
		case FUSE_STATFS:
			return statfs_reply();
		case FUSE_FLUSH:
		case FUSE_FSYNC:
			return 0;
		case FUSE_CREATE:
			return -EACCES;
		case FUSE_MKNOD:
		case FUSE_MKDIR:
		case FUSE_SYMLINK:
		case FUSE_LINK:
		case FUSE_UNLINK:
		case FUSE_RMDIR:
		case FUSE_RENAME:
		case FUSE_RENAME2:
			return -EPERM;
		default:
			return -ENOSYS;
		}
	}

	forget(nodeid: number, lookups: number): void {
		const node = this.#nodes.get(nodeid);

		if (node === undefined || nodeid === ROOT_NODE || (node.lookups -= lookups) > 0)
			return;
		this.#nodes.delete(nodeid);
		this.#ids.delete(node.path);
	}

	/*
	 * Who waits for a file of ours to say something waits no more; a wait in the kernel that a
	 * signal does not end, as vfio's for its users, goes on.
	 */
	interrupt(unique: bigint): void {
		this.#answer_now(unique, -EINTR);
	}

	#later(unique: bigint): typeof LATER {
		this.#unanswered.add(unique);
		return LATER;
	}

	/* The answer to what is still waited for. */
	#answer_now(unique: bigint, body: Buffer | number): void {
		if (this.#unanswered.delete(unique))
			this.#reply(unique, body);
	}

	#with_path(
		{ nodeid }: fuse_request, fn: (path: string) => Buffer | number,
	): Buffer | number {
		const node = this.#nodes.get(nodeid);

		return node === undefined ? -ENOENT : fn(node.path);
	}

	#lookup(request: fuse_request): Buffer | number {
		return this.#with_path(request, (parent) => {
			const path = `${parent}/${request.name()}`;
			const attr = this.#attr(path);

			return typeof attr === "number"
				? attr : entry_reply(this.#node(path, attr), attr);
		});
	}

	/* The inode of a path, looked up once more. */
	#node(path: string, attr: fuse_attr): number {
		const id = this.#ids.get(path) ?? this.#next_id++;
		const lookups = (this.#nodes.get(id)?.lookups ?? 0) + 1;

		this.#ids.set(path, id);
		this.#nodes.set(id, { path, lookups, attr });
		return id;
	}

	/* A path that is gone is not asked for: the kernel looks it up before. So this is fstat. */
	#getattr({ nodeid }: fuse_request): Buffer | number {
		const node = this.#nodes.get(nodeid);

		if (node === undefined)
			return -ENOENT;
		const attr = this.#attr(node.path);

		if (typeof attr !== "number")
			node.attr = attr;
		else if (node.attr !== null)
			node.attr = { ...node.attr, nlink: 0 };
		return node.attr === null ? -ENOENT : attr_reply(node.attr);
	}

	#attr(path: string): fuse_attr | number {
		const ino = ino_of(path), mtime = this.#born;
		const special = this.#special.get(path);

		if (special !== undefined)
			return { ino, mtime, mode: S_IFREG | special.mode, nlink: 1, size: 0 };
		const { rc, type, mode, size, nlink } = sysfs_stat(path);

		if (rc === 0)
			return { ino, mtime, mode: TYPES[type] | mode, nlink, size };
		return this.#special_names(path).length === 0 ? rc
			: { ino, mtime, mode: S_IFDIR | 0o755, nlink: 2, size: 0 };
	}

	/* What the shell has put below a path: the next name of each. */
	#special_names(path: string): string[] {
		const below = [...this.#special.keys()]
			.filter((name) => name.startsWith(`${path}/`));

		return [...new Set(
			below.map((name) => name.slice(path.length + 1).split("/", 1)[0]!))];
	}

	#new_handle(handle: handle): number {
		this.#handles.set(this.#next_handle, handle);
		return this.#next_handle++;
	}

	#open(path: string, flags: number): Buffer | number {
		const special = this.#special.get(path);

		if (special !== undefined)
			return open_reply(this.#new_handle(special.open()),
				FOPEN_DIRECT_IO | FOPEN_STREAM);
		const access = flags & O_ACCMODE;
		const file = sysfs_open(path, ACCESS_OF[access] ?? 0o666);

		if (typeof file === "number")
			return file;
		if (access !== O_WRONLY)
			this.#door.before();
		return open_reply(this.#new_handle(new open_file(file)), FOPEN_DIRECT_IO);
	}

	#opendir(path: string): Buffer | number {
		const { rc, names } = sysfs_readdir(path);
		const special = this.#special_names(path);

		if (rc < 0 && special.length === 0)
			return rc;
		const up = path === "/sys" ? path : path.slice(0, path.lastIndexOf("/"));
		const entries = [...new Set([...names, ...special])].map((name) => {
			const attr = this.#attr(`${path}/${name}`);

			return {
				ino: ino_of(`${path}/${name}`), name,
				mode: typeof attr === "number" ? 0 : attr.mode,
			};
		});

		return open_reply(this.#new_handle([
			{ ino: ino_of(path), name: ".", mode: S_IFDIR },
			{ ino: ino_of(up), name: "..", mode: S_IFDIR }, ...entries,
		]), 0);
	}

	#readdir(request: fuse_request): Buffer | number {
		const entries = this.#handles.get(request.handle());

		return Array.isArray(entries)
			? readdir_reply(entries, request.offset(), request.size()) : -EBADF;
	}

	#read(request: fuse_request): Buffer | number | typeof LATER {
		const handle = this.#handles.get(request.handle());
		const { unique } = request;

		if (handle === undefined || Array.isArray(handle))
			return -EBADF;
		if (!(handle instanceof open_file))
			return handle.read(request.size(),
				(bytes) => this.#answer_now(unique, bytes)) ?? this.#later(unique);
		const from = request.offset();

		if (handle.text === null || from === 0) {
			const { rc, text } = handle.file.read();

			if (rc < 0)
				return rc;
			handle.text = Buffer.from(text, "latin1");
		}
		return handle.text.subarray(from, from + request.size());
	}

	#write(request: fuse_request): Buffer | number {
		const handle = this.#handles.get(request.handle());

		if (handle === undefined || Array.isArray(handle))
			return -EBADF;
		if (!(handle instanceof open_file)) {
			handle.write(request.written());
			return write_reply(request.size());
		}
		const taken = this.#door.write(handle.file, request.written().toString("latin1"));

		return taken < 0 ? taken : write_reply(taken);
	}

	#release(id: number): number {
		const handle = this.#handles.get(id);

		if (handle !== undefined && !Array.isArray(handle) &&
			!(handle instanceof open_file))
			handle.close();
		return this.#handles.delete(id) ? 0 : -EINVAL;
	}
}
