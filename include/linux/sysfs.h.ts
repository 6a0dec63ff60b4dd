/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Attributes: the files of sysfs, and the functions that print into them.
 *
 * Source: include/linux/sysfs.h and fs/sysfs/file.c, Linux 6.12.
 */
import { WARN } from "./bug.h.ts";
import type { kobject } from "./kobject.h.ts";
import { vsnprintf, type char_buf } from "./sprintf.h.ts";
import type { embedded } from "./types.h.ts";

/** PAGE_SIZE - what an attribute's text has to fit in, in bytes */
export const PAGE_SIZE = 4096;

/**
 * class attribute - a file
 * @name: its name
 * @mode: its permissions, as 0o644
 * @container: the struct it is embedded in (device_attribute and the like)
 */
export class attribute implements embedded {
	name: string;
	mode: number;
	container: object | null;

	constructor(name: string, mode: number, container: object | null = null) {
		this.name = name;
		this.mode = mode;
		this.container = container;
	}
}

/**
 * class attribute_group - files that come and go together
 * @name: what the group is called by those who have a use for that; a directory
 *	  of its own for the files is not modelled
 * @is_visible: the mode that the @n-th file gets in @kobj; 0 leaves it out
 * @attrs: the files
 */
export class attribute_group {
	name: string | null = null;
	is_visible: ((kobj: kobject, attr: attribute, n: number) => number) | null = null;
	attrs: readonly attribute[] = [];

	constructor(init: Partial<attribute_group> = {}) {
		Object.assign(this, init);
	}
}

/** ATTRIBUTE_GROUPS - the groups array with the one group of @attrs */
export function ATTRIBUTE_GROUPS(attrs: readonly attribute[]): readonly attribute_group[] {
	return [new attribute_group({ attrs })];
}

/**
 * struct sysfs_ops - how the files of one type of object are read and written
 * @show: fills @buf; returns the number of characters or an error
 * @store: takes @buf, a C string, and the @count of bytes the user wrote;
 *	   returns the number of bytes taken or an error
 */
export interface sysfs_ops {
	show: (kobj: kobject, attr: attribute, buf: char_buf) => number;
	store: (kobj: kobject, attr: attribute, buf: string, count: number) => number;
}

/**
 * sysfs_emit - print the whole text of a file
 * @buf: the buffer that the show function was given
 *
 * Return: the number of characters that fitted in the page.
 */
export function sysfs_emit(buf: char_buf, fmt: string, ...args: unknown[]): number {
	const text = vsnprintf(fmt, args);

	buf.text = text.length < PAGE_SIZE ? text : text.slice(0, PAGE_SIZE - 1);
	return buf.text.length;
}

/**
 * sysfs_emit_at - print a piece of the text of a file
 * @buf: the buffer that the show function was given
 * @at: where in it the piece begins; what stood there and behind is cut off
 *
 * Return: the number of characters that fitted in the page, maybe none.
 */
export function sysfs_emit_at(
	buf: char_buf, at: number, fmt: string, ...args: unknown[]
): number {
	if (WARN(at < 0 || at >= PAGE_SIZE, "invalid sysfs_emit_at: at:%d", at))
		return 0;
	const room = PAGE_SIZE - 1 - at;
	const text = vsnprintf(fmt, args);
	const piece = text.length <= room ? text : text.slice(0, room);

	buf.text = at === buf.text.length ? buf.text + piece : buf.text.slice(0, at) + piece;
	return piece.length;
}

export {
	sysfs_create_file, sysfs_create_group, sysfs_create_groups, sysfs_create_link,
	sysfs_remove_file, sysfs_remove_file_self, sysfs_remove_group, sysfs_remove_groups,
	sysfs_remove_link,
} from "../../drivers/base/sysfs.ts";
