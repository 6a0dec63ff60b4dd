// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated sysfs behind FUSE, without a mount: requests as the kernel's bytes, replies as
 * bytes.
 */
import { test } from "tap";
import { sysfs_write } from "../../../drivers/base/sysfs.ts";
import {
	fuse_reply, fuse_request, FUSE_CREATE, FUSE_FORGET, FUSE_GETATTR, FUSE_LOOKUP, FUSE_MKDIR,
	FUSE_OPEN, FUSE_OPENDIR, FUSE_READ, FUSE_READDIR, FUSE_READLINK, FUSE_RELEASE, FUSE_WRITE,
	S_IFDIR, S_IFLNK, S_IFREG,
} from "../../../tools/shell/fuse.ts";
import { LATER } from "../../../tools/shell/server.ts";
import { sysfs_tree } from "../../../tools/shell/tree.ts";
import { machine_lab } from "../../../tools/lib/lab/lab.ts";
import { load_driver } from "../../../tools/lib/lab/loader.ts";

const UUID = "12345678-1234-4123-8123-123456789abc";
const TYPE = "/sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough";

const driver = await load_driver("v6.12");

function boot(): sysfs_tree {
	const lab = new machine_lab({
		host: { apxa: 1, na: 255, nd: 255, apm: [4], aqm: [4], adm: [4], old: [] },
		apmask: [], aqmask: [], memory: "zero",
	}, driver);

	lab.load();
	return new sysfs_tree(new Map(), { before() {}, write: (file, data) => file.write(data) },
		() => {});
}

function u64(...values: number[]): Buffer {
	const bytes = Buffer.alloc(8 * values.length);

	values.forEach((value, i) => bytes.writeBigUInt64LE(BigInt(value), 8 * i));
	return bytes;
}

function request(opcode: number, nodeid: number, body: Buffer): fuse_request {
	const header = Buffer.alloc(40);

	header.writeUInt32LE(40 + body.length, 0);
	header.writeUInt32LE(opcode, 4);
	header.writeBigUInt64LE(7n, 8);
	header.writeBigUInt64LE(BigInt(nodeid), 16);
	return new fuse_request(Buffer.concat([header, body]));
}

function ask(
	tree: sysfs_tree, opcode: number, nodeid: number, body: Buffer = Buffer.alloc(0),
): Buffer | number {
	const answer = tree.answer(request(opcode, nodeid, body));

	if (answer === LATER)
		throw new Error("an answer of sysfs comes at once");
	return answer;
}

/* The inode at a path below /sys, and its mode and links; or an error. */
function walk(
	tree: sysfs_tree, path: string,
): { id: number; mode: number; nlink: number } | number {
	let id = 1, mode = S_IFDIR, nlink = 0;

	for (const name of path.split("/")) {
		const entry = ask(tree, FUSE_LOOKUP, id, Buffer.from(`${name}\0`));

		if (typeof entry === "number")
			return entry;
		id = Number(entry.readBigUInt64LE(0));
		mode = entry.readUInt32LE(100);
		nlink = entry.readUInt32LE(104);
	}
	return { id, mode, nlink };
}

function node(tree: sysfs_tree, path: string): number {
	const found = walk(tree, path);

	if (typeof found === "number")
		throw new Error(`${path}: ${found}`);
	return found.id;
}

function open(tree: sysfs_tree, id: number, flags: number): number {
	const opened = ask(tree, FUSE_OPEN, id, u64(flags));

	return typeof opened === "number" ? opened : Number(opened.readBigUInt64LE(0));
}

function read(
	tree: sysfs_tree, id: number, handle: number, offset = 0, size = 4096,
): string | number {
	const body = Buffer.alloc(40);

	u64(handle, offset).copy(body);
	body.writeUInt32LE(size, 16);
	const text = ask(tree, FUSE_READ, id, body);

	return typeof text === "number" ? text : text.toString("latin1");
}

function write(tree: sysfs_tree, id: number, handle: number, data: string): number {
	const bytes = Buffer.from(data, "latin1");
	const head = Buffer.alloc(40);

	u64(handle, 0).copy(head);
	head.writeUInt32LE(bytes.length, 16);
	const taken = ask(tree, FUSE_WRITE, id, Buffer.concat([head, bytes]));

	return typeof taken === "number" ? taken : taken.readUInt32LE(0);
}

function names(tree: sysfs_tree, id: number, room: number): string[] {
	const opened = ask(tree, FUSE_OPENDIR, id, u64(0)) as Buffer;
	const list: string[] = [];

	for (let first = 0; ;) {
		const body = Buffer.alloc(40);

		u64(Number(opened.readBigUInt64LE(0)), first).copy(body);
		body.writeUInt32LE(room, 16);
		const piece = ask(tree, FUSE_READDIR, id, body) as Buffer;

		if (piece.length === 0)
			return list;
		for (let at = 0; at < piece.length;) {
			const length = piece.readUInt32LE(at + 16);

			list.push(piece.toString("utf8", at + 24, at + 24 + length));
			first = Number(piece.readBigUInt64LE(at + 8));
			at += (24 + length + 7) & ~7;
		}
	}
}

test("lookup: directories, files, links, and what is not there -> -ENOENT", async (t) => {
	const tree = boot();

	t.match(walk(tree, "devices/ap"), { mode: S_IFDIR | 0o755, nlink: 3 }, "one card below it");
	t.match(walk(tree, "bus/ap/apmask"), { mode: S_IFREG | 0o644, nlink: 1 });
	t.match(walk(tree, "bus/ap/devices/card04"), { mode: S_IFLNK | 0o777 });
	t.equal(walk(tree, "bus/ap/nothing"), -2);
	t.equal((ask(tree, FUSE_READLINK, node(tree, "bus/ap/devices/card04")) as Buffer)
		.toString(),
		"../../../devices/ap/card04");
});

test("readdir: in pieces as large as the reader's room, the same names", async (t) => {
	const tree = boot();
	const id = node(tree, "bus/ap");

	t.strictSame(names(tree, id, 64), names(tree, id, 65536));
	t.match(names(tree, id, 4096), [".", "..", "ap_adapter_mask"]);
});

test("read and write: errors are the driver's", async (t) => {
	const tree = boot();
	const create = node(tree, TYPE.slice(5) + "/create");

	t.equal(open(tree, create, 0), -13, "create cannot be read");
	t.equal(write(tree, create, open(tree, create, 1), `${UUID}\n`), 37);
	t.equal(write(tree, create, open(tree, create, 1), UUID), -17);
	const matrix = node(tree, `devices/vfio_ap/matrix/${UUID}/matrix`);
	const adapter = node(tree, `devices/vfio_ap/matrix/${UUID}/assign_adapter`);
	const domain = node(tree, `devices/vfio_ap/matrix/${UUID}/assign_domain`);

	t.equal(write(tree, adapter, open(tree, adapter, 1), "4\n"), 2);
	t.equal(write(tree, domain, open(tree, domain, 1), "\xff"), -22);
	t.equal(write(tree, domain, open(tree, domain, 1), "4"), 1);
	t.equal(open(tree, matrix, 1), -13);
	const handle = open(tree, matrix, 0);

	t.equal(read(tree, matrix, handle), "04.0004\n");
	t.equal(read(tree, matrix, handle, 3, 2), "00");
	t.equal(read(tree, matrix, handle, 8), "");
});

test("a file held open over its removal -> -ENODEV, by name -> -ENOENT", async (t) => {
	const tree = boot();

	sysfs_write(`${TYPE}/create`, UUID);
	const path = `devices/vfio_ap/matrix/${UUID}/matrix`;
	const id = node(tree, path);
	const handle = open(tree, id, 0);

	t.equal(read(tree, id, handle), "");
	sysfs_write(`/sys/devices/vfio_ap/matrix/${UUID}/remove`, "1");
	t.equal(read(tree, id, handle), -19);
	t.equal((ask(tree, FUSE_GETATTR, id) as Buffer).readUInt32LE(16 + 64), 0, "fstat: no link");
	t.equal(walk(tree, path), -2);
	sysfs_write(`${TYPE}/create`, UUID);
	t.equal(read(tree, id, handle), -19, "another file at the same path is another file");
});

test("what makes or renames something is refused, as by kernfs", async (t) => {
	const tree = boot();

	t.equal(ask(tree, FUSE_CREATE, 1), -13);
	t.equal(ask(tree, FUSE_MKDIR, 1), -1);
	t.equal(ask(tree, 99, 1), -38, "unknown request");
});

test("inodes and handles: forgotten and closed, they are gone", async (t) => {
	const tree = boot();
	const id = node(tree, "bus/ap/apmask");
	const handle = open(tree, id, 0);

	t.equal(ask(tree, FUSE_RELEASE, id, u64(handle)), 0);
	t.equal(read(tree, id, handle), -9);
	const forget = request(FUSE_FORGET, id, u64(1));

	for (const [nodeid, lookups] of forget.forgotten())
		tree.forget(nodeid, lookups);
	t.equal(open(tree, id, 0), -2);
});

test("reply: header, error and body", async (t) => {
	t.equal(fuse_reply(7n, -2).toString("hex"), "10000000feffffff0700000000000000");
	t.equal(fuse_reply(7n, Buffer.from("ab")).toString("hex"),
		"1200000000000000070000000000000" + "06162");
});
