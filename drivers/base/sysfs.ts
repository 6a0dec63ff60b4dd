/* SPDX-License-Identifier: GPL-2.0 */
/*
 * sysfs: kernel objects as directories, their attributes as files, relations
 * between them as links.
 *
 * Nothing is stored that follows from the objects themselves. A directory is a
 * kobject; which files it has is a file_set, shared by all directories with the
 * same ones; links that follow from an object's state are worked out when
 * somebody looks (struct kobj_type's link). So the directory of a device costs a
 * pointer or two.
 *
 * The second half is userspace's side: what open, read, write, readdir, readlink
 * and lstat give for a path below /sys, for root. Not modelled: file positions
 * (a read gives all, a write is one write), access times, bin_attributes, named
 * groups (directories of attributes that are no kobject), and the
 * power management files of a device.
 *
 * Copyright (c) 2001-3 Patrick Mochel
 * Copyright (c) 2007 SUSE Linux Products GmbH
 * Copyright (c) 2007 Tejun Heo <teheo@suse.de>
 *
 * Source: fs/sysfs/{dir,file,group,symlink}.c and fs/kernfs/file.c, Linux 6.12.
 */
import {
	EACCES, EEXIST, EINVAL, EIO, EISDIR, ENODEV, ENOENT, ENOMEM, ENOTDIR,
} from "#linux/errno.h";
import { early_initcall } from "#linux/init.h";
import { kobject, sysfs_link } from "#linux/kobject.h";
import { pr_err, pr_warn } from "#linux/printk.h";
import { should_failslab } from "#linux/slab.h";
import { char_buf } from "#linux/sprintf.h";
import { PAGE_SIZE, type attribute, type attribute_group, type sysfs_ops } from "#linux/sysfs.h";
import { syscall } from "../s390/sim/syscall.ts";

/** A file of a directory: what it is and the permissions it has there. */
interface file {
	attr: attribute;
	mode: number;
}

/**
 * class file_set - the files of a directory
 *
 * Sets do not change: a directory that gets or loses files moves on to another
 * set, the same that others moved on to before it.
 */
export class file_set {
	by_name: ReadonlyMap<string, file>;
	#with: WeakMap<attribute | attribute_group, file_set> | null = null;
	#without: WeakMap<attribute | attribute_group, file_set> | null = null;

	constructor(by_name: ReadonlyMap<string, file>) {
		this.by_name = by_name;
	}

	/** with - the set that those with @what as well have, as far as it is known */
	with(what: attribute | attribute_group): file_set | undefined {
		return this.#with?.get(what);
	}

	/** without - the set that those have who lost @what, as far as it is known */
	without(what: attribute | attribute_group): file_set | undefined {
		return this.#without?.get(what);
	}

	remember_with(what: attribute | attribute_group, more: file_set): file_set {
		this.#with ??= new WeakMap();
		this.#with.set(what, more);
		/* back to this one: no third set, and a fourth, for what comes and goes */
		more.remember_without(what, this);
		return more;
	}

	remember_without(what: attribute | attribute_group, less: file_set): file_set {
		this.#without ??= new WeakMap();
		this.#without.set(what, less);
		return less;
	}
}

const no_files = new file_set(new Map());

/* The top of the tree: what has no parent is in here. */
let root: kobject;

early_initcall(() => {
	root = new kobject();
	root.name = "sys";
	root.children = new Map();
});

/* The entry that a name stands for in a directory. */
function dirent(dir: kobject, name: string): kobject | sysfs_link | file | null {
	const entry = dir.children?.get(name) ?? dir.files?.by_name.get(name);

	if (entry !== undefined)
		return entry;
	const target = dir.ktype?.link?.(dir, name) ?? null;

	return target === null ? null : new sysfs_link(target);
}

/** sysfs_warn_dup - log that @name is there already */
export function sysfs_warn_dup(parent: kobject, name: string): void {
	pr_warn("sysfs: cannot create duplicate filename '%s/%s'",
		sysfs_path(parent).slice("/sys".length), name);
}

function add_child(parent: kobject, name: string, entry: kobject | sysfs_link): number {
	if (should_failslab())
		return -ENOMEM;
	if (dirent(parent, name) !== null) {
		sysfs_warn_dup(parent, name);
		return -EEXIST;
	}
	parent.children ??= new Map();
	parent.children.set(name, entry);
	return 0;
}

function remove_child(parent: kobject, name: string): void {
	parent.children?.delete(name);
	if (parent.children?.size === 0 && parent !== root)
		parent.children = null;
}

/** sysfs_create_dir - make the directory of an object; its parent and name are set */
export function sysfs_create_dir(kobj: kobject): number {
	return add_child(kobj.parent ?? root, kobj.name!, kobj);
}

/** sysfs_remove_dir - remove an object's directory with everything in it */
export function sysfs_remove_dir(kobj: kobject): void {
	/* an ancestor may have gone first and taken everything below with it */
	if ((kobj.parent ?? root).children?.get(kobj.name!) === kobj)
		remove_child(kobj.parent ?? root, kobj.name!);
	kobj.children = null;
	kobj.files = null;
}

/** sysfs_create_link - make a link @name in @kobj's directory that leads to @target's */
export function sysfs_create_link(kobj: kobject, target: kobject, name: string): number {
	return add_child(kobj, name, new sysfs_link(target));
}

export function sysfs_remove_link(kobj: kobject, name: string): void {
	if (kobj.children?.get(name) instanceof sysfs_link)
		remove_child(kobj, name);
}

/** sysfs_delete_link - remove a link if it leads to @target */
export function sysfs_delete_link(
	kobj: kobject, target: kobject | undefined, name: string,
): void {
	const link = kobj.children?.get(name);

	if (link instanceof sysfs_link && link.target === target)
		remove_child(kobj, name);
}

/* The set with more files, or null when one of them is there already. */
function files_with(set: file_set, added: readonly file[]): file_set | null {
	const by_name = new Map(set.by_name);

	for (const file of added) {
		if (by_name.has(file.attr.name))
			return null;
		by_name.set(file.attr.name, file);
	}
	return new file_set(by_name);
}

/* The set without some files; those that are not there do not matter. */
function files_without(
	set: file_set, what: attribute | attribute_group, attrs: readonly attribute[],
): file_set {
	const by_name = new Map(set.by_name);

	for (const attr of attrs)
		by_name.delete(attr.name);
	const less = by_name.size === 0 ? no_files
		: by_name.size === set.by_name.size ? set : new file_set(by_name);

	return set.remember_without(what, less);
}

/* The set with one file more, the same each time. */
function with_file(set: file_set, attr: attribute): file_set | null {
	const more = files_with(set, [{ attr, mode: attr.mode }]);

	return more === null ? null : set.remember_with(attr, more);
}

/* The set with a group more: the same each time, unless what is visible depends on the object. */
function with_group(set: file_set, kobj: kobject, grp: attribute_group): file_set | null {
	const more = files_with(set, group_files(kobj, grp));

	return more === null || grp.is_visible !== null ? more : set.remember_with(grp, more);
}

/** sysfs_create_file - make the file of one attribute; -EEXIST, -ENOMEM */
export function sysfs_create_file(kobj: kobject, attr: attribute): number {
	const set = kobj.files ?? no_files;

	if (should_failslab())
		return -ENOMEM;
	const more = set.with(attr) ?? with_file(set, attr);

	if (more === null || kobj.children?.has(attr.name)) {
		sysfs_warn_dup(kobj, attr.name);
		return -EEXIST;
	}
	kobj.files = more;
	return 0;
}

export function sysfs_remove_file(kobj: kobject, attr: attribute): void {
	const set = kobj.files;

	if (set !== null)
		kobj.files = set.without(attr) ?? files_without(set, attr, [attr]);
}

/**
 * sysfs_remove_file_self - remove a file from within its own store function
 *
 * Return: whether the caller is the one who removed it.
 */
export function sysfs_remove_file_self(kobj: kobject, attr: attribute): boolean {
	if (kobj.files?.by_name.get(attr.name)?.attr !== attr)
		return false;
	sysfs_remove_file(kobj, attr);
	return true;
}

/* The files of a group in an object's directory. */
function group_files(kobj: kobject, grp: attribute_group): file[] {
	const files = grp.attrs.map((attr) => ({ attr, mode: attr.mode }));

	if (grp.is_visible === null)
		return files;
	return files.map((file, n) => ({ ...file, mode: grp.is_visible!(kobj, file.attr, n) }))
		.filter((file) => file.mode !== 0);
}

/* The file of a group whose name a subdirectory or link has already. */
function name_taken({ children }: kobject, grp: attribute_group): attribute | undefined {
	return children === null ? undefined : grp.attrs.find((attr) => children.has(attr.name));
}

/** sysfs_create_group - make the files of a group, all or none; -EEXIST, -ENOMEM, -EINVAL */
export function sysfs_create_group(kobj: kobject, grp: attribute_group): number {
	const set = kobj.files ?? no_files;

	if (!kobj.state_in_sysfs || grp.name !== null)
		return -EINVAL;
	if (should_failslab())
		return -ENOMEM;
	const more = set.with(grp) ?? with_group(set, kobj, grp);
	const taken = more === null ? grp.attrs.find((attr) => set.by_name.has(attr.name))
		: name_taken(kobj, grp);

	if (more === null || taken !== undefined) {
		sysfs_warn_dup(kobj, taken!.name);
		return -EEXIST;
	}
	kobj.files = more;
	return 0;
}

export function sysfs_remove_group(kobj: kobject, grp: attribute_group): void {
	const set = kobj.files;

	if (set !== null)
		kobj.files = set.without(grp) ?? files_without(set, grp, grp.attrs);
}

/** sysfs_create_groups - make the files of several groups, all or none */
export function sysfs_create_groups(
	kobj: kobject, groups: readonly attribute_group[] | null | undefined,
): number {
	if (!groups)
		return 0;
	for (let i = 0; i < groups.length; i++) {
		const error = sysfs_create_group(kobj, groups[i]);

		if (error) {
			while (--i >= 0)
				sysfs_remove_group(kobj, groups[i]);
			return error;
		}
	}
	return 0;
}

export function sysfs_remove_groups(
	kobj: kobject, groups: readonly attribute_group[] | null | undefined,
): void {
	if (groups)
		for (let i = 0; i < groups.length; i++)
			sysfs_remove_group(kobj, groups[i]);
}

/* Userspace's side. */

/** sysfs_path - the absolute path of an object's directory */
export function sysfs_path(kobj: kobject): string {
	let path = "";

	for (let k: kobject | null = kobj; k !== null && k !== root; k = k.parent)
		path = `/${k.name}${path}`;
	return `/sys${path}`;
}

const MOUNT_POINT = /^\/+sys(?:\/|$)/;

/* The entry at the end of a path, a last link not followed, or an error. */
function resolve(path: string): kobject | sysfs_link | file | number {
	let at: kobject | sysfs_link | file = root;

	if (!MOUNT_POINT.test(path))
		return -ENOENT;
	for (let from = path.indexOf("sys") + 3, end: number; from < path.length; from = end + 1) {
		const dir: kobject | file = at instanceof sysfs_link ? at.target : at;
		const slash = path.indexOf("/", from);

		end = slash < 0 ? path.length : slash;
		if (end === from)
			continue;
		const name = path.slice(from, end);

		if (!(dir instanceof kobject))
			return -ENOTDIR;
		if (name === ".")
			continue;
		const next: kobject | sysfs_link | file | null =
			name === ".." ? dir.parent ?? root : dirent(dir, name);

		if (next === null)
			return -ENOENT;
		at = next;
	}
	return at;
}

/**
 * sysfs_lookup - the directory of a path
 * @path: absolute, below /sys; links are followed
 *
 * For those who use the same directory many times: sysfs_read_at() and
 * sysfs_write_at() take it. A directory that has been removed meanwhile has
 * nothing in it.
 *
 * Return: the directory, or null if there is none of that path.
 */
export function sysfs_lookup(path: string): kobject | null {
	const found = resolve(path);

	if (found instanceof sysfs_link)
		return found.target;
	return found instanceof kobject ? found : null;
}

/* The file @name of a directory for an access that the bits of @mode allow, or an error. */
function open(dir: kobject, name: string, mode: number): file | number {
	const file = dir.files?.by_name.get(name);

	if (file === undefined)
		return dirent(dir, name) === null ? -ENOENT : -EISDIR;
	/* root may do anything but this */
	if ((mode & 0o444) !== 0 && (file.mode & 0o444) === 0)
		return -EACCES;
	if ((mode & 0o222) !== 0 && (file.mode & 0o222) === 0)
		return -EACCES;
	return dir.ktype!.sysfs_ops === null ? -EIO : file;
}

/* Where a file's path leads: its directory and its name there, or an error. */
function split(path: string): { dir: kobject; name: string } | number {
	const at = path.lastIndexOf("/");
	const name = path.slice(at + 1);
	const dir = resolve(path.slice(0, at));

	if (at <= 0 || name === "" || name === "." || name === "..")
		return typeof resolve(path) === "number" ? -ENOENT : -EISDIR;
	if (typeof dir === "number")
		return dir;
	if (dir instanceof sysfs_link)
		return { dir: dir.target, name };
	return dir instanceof kobject ? { dir, name } : -ENOTDIR;
}

/**
 * struct sysfs_text - what a read gave
 * @rc: number of characters, or a negative error
 * @text: the characters
 */
export interface sysfs_text {
	rc: number;
	text: string;
}

function fill_read_buffer(dir: kobject, attr: attribute, ops: sysfs_ops): sysfs_text {
	const buf = new char_buf();
	let count = ops.show(dir, attr, buf);

	if (count >= PAGE_SIZE) {
		pr_err("fill_read_buffer: %s returned bad count\n", ops.show.name);
		count = PAGE_SIZE - 1;
	}
	if (count < 0)
		return { rc: count, text: "" };
	return { rc: count, text: buf.text.slice(0, count).padEnd(count, "\0") };
}

/**
 * sysfs_read_at - read a file of a directory
 * @dir: what sysfs_lookup() returned
 * @name: the file
 */
export function sysfs_read_at(dir: kobject, name: string): sysfs_text {
	const file = open(dir, name, 0o444);

	if (typeof file === "number")
		return { rc: file, text: "" };
	return syscall(() => `read ${sysfs_path(dir)}/${name}`, () =>
		fill_read_buffer(dir, file.attr, dir.ktype!.sysfs_ops!));
}

/** sysfs_read - read the file @path */
export function sysfs_read(path: string): sysfs_text {
	const where = split(path);

	if (typeof where === "number")
		return { rc: where, text: "" };
	return sysfs_read_at(where.dir, where.name);
}

/* Text as the bytes that userspace passes, a character each. */
function bytes(text: string): string {
	for (let i = 0; i < text.length; i++)
		if (text.charCodeAt(i) > 0x7f)
			return String.fromCharCode(...new TextEncoder().encode(text));
	return text;
}

/**
 * sysfs_write_at - write a file of a directory
 * @dir: what sysfs_lookup() returned
 * @name: the file
 * @text: what to write, in one go; the driver sees at most a page of it, up to
 *	  the first NUL
 *
 * Return: number of bytes written, or a negative error.
 */
export function sysfs_write_at(dir: kobject, name: string, text: string): number {
	const file = open(dir, name, 0o222);

	if (typeof file === "number")
		return file;
	return store(dir, file.attr, bytes(text));
}

/* Have a file take some bytes, a character each. */
function store(dir: kobject, attr: attribute, data: string): number {
	if (data === "")
		return 0;
	const count = Math.min(data.length, PAGE_SIZE);
	const end = data.indexOf("\0");
	const buf = data.slice(0, end < 0 ? count : Math.min(end, count));

	return syscall(() => `write ${JSON.stringify(data)} to ${sysfs_path(dir)}/${attr.name}`, () =>
		dir.ktype!.sysfs_ops!.store(dir, attr, buf, count));
}

/** sysfs_write - write @text to the file @path */
export function sysfs_write(path: string, text: string): number {
	const where = split(path);

	return typeof where === "number" ? where : sysfs_write_at(where.dir, where.name, text);
}

/**
 * class sysfs_open_file - a file that userspace holds open
 * @path: where it was
 *
 * It may be held longer than the file is there: then it gives -ENODEV, also when
 * another file has come to stand at the same path.
 */
export class sysfs_open_file {
	path: string;
	#dir: kobject;
	#attr: attribute;

	constructor(path: string, dir: kobject, attr: attribute) {
		this.path = path;
		this.#dir = dir;
		this.#attr = attr;
	}

	#is_there(): boolean {
		return this.#dir.files?.by_name.get(this.#attr.name)?.attr === this.#attr;
	}

	/** read - the whole text, asked of the driver anew */
	read(): sysfs_text {
		if (!this.#is_there())
			return { rc: -ENODEV, text: "" };
		return syscall(() => `read ${this.path}`, () =>
			fill_read_buffer(this.#dir, this.#attr, this.#dir.ktype!.sysfs_ops!));
	}

	/** write - as sysfs_write_at(), but of bytes, a character each */
	write(data: string): number {
		return this.#is_there() ? store(this.#dir, this.#attr, data) : -ENODEV;
	}
}

/**
 * sysfs_open - open a file
 * @path: the file
 * @mode: 0o444 to read it, 0o222 to write it, both together
 *
 * Return: the open file, or a negative error.
 */
export function sysfs_open(path: string, mode: number): sysfs_open_file | number {
	const where = split(path);

	if (typeof where === "number")
		return where;
	const file = open(where.dir, where.name, mode);

	return typeof file === "number" ? file : new sysfs_open_file(path, where.dir, file.attr);
}

/**
 * sysfs_readdir - the names in a directory, sorted
 *
 * Return: them, or a negative error and none.
 */
export function sysfs_readdir(path: string): { rc: number; names: string[] } {
	const found = resolve(path);

	if (typeof found === "number")
		return { rc: found, names: [] };
	const dir = found instanceof sysfs_link ? found.target : found;

	if (!(dir instanceof kobject))
		return { rc: -ENOTDIR, names: [] };
	const names = [
		...(dir.children?.keys() ?? []), ...(dir.files?.by_name.keys() ?? []),
		...(dir.ktype?.links?.(dir) ?? []),
	];

	return { rc: 0, names: names.sort() };
}

/**
 * sysfs_readlink - where a link leads, as a relative path
 *
 * Return: that, or a negative error and "".
 */
export function sysfs_readlink(path: string): { rc: number; target: string } {
	const found = resolve(path);

	if (typeof found === "number")
		return { rc: found, target: "" };
	if (!(found instanceof sysfs_link))
		return { rc: -EINVAL, target: "" };
	const where = split(path) as { dir: kobject };
	const from = sysfs_path(where.dir).split("/");
	const to = sysfs_path(found.target).split("/");
	let common = 0;

	/* a link to an ancestor goes up to that one's parent and down again */
	while (common < to.length - 1 && from[common] === to[common])
		common++;
	return { rc: 0, target: [...from.slice(common).fill(".."), ...to.slice(common)].join("/") };
}

/**
 * struct sysfs_stat - what lstat tells
 * @rc: 0, or a negative error; then the rest says nothing
 * @mode: permissions
 * @size: in bytes; of a file it is a page, however long the text
 * @nlink: links; of a directory two, and one for each subdirectory
 */
export interface sysfs_stat {
	rc: number;
	type: "file" | "dir" | "link";
	mode: number;
	size: number;
	nlink: number;
}

function subdirectories({ children }: kobject): number {
	let count = 0;

	for (const child of children?.values() ?? [])
		if (child instanceof kobject)
			count++;
	return count;
}

/** sysfs_stat - what is at @path; a link is not followed */
export function sysfs_stat(path: string): sysfs_stat {
	const found = resolve(path);

	if (typeof found === "number")
		return { rc: found, type: "file", mode: 0, size: 0, nlink: 0 };
	if (found instanceof sysfs_link)
		return { rc: 0, type: "link", mode: 0o777, size: 0, nlink: 1 };
	if (found instanceof kobject)
		return {
			rc: 0, type: "dir", mode: 0o755, size: 0, nlink: 2 + subdirectories(found),
		};
	return { rc: 0, type: "file", mode: found.mode, size: PAGE_SIZE, nlink: 1 };
}
