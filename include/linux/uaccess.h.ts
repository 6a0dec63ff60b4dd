/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Access to userspace memory. A userspace address is a bigint in the simulated
 * address space of drivers/s390/sim/user_memory.ts; a struct that goes to or
 * from there is a class with a layout.
 *
 * Source: include/linux/uaccess.h, Linux 6.12.
 */
import { user_memory_at } from "../../drivers/s390/sim/user_memory.ts";
import { EFAULT } from "./errno.h.ts";
import type { out } from "./types.h.ts";

/** user_ptr - a userspace address */
export type user_ptr = bigint;

/** field_layout - a field's name, its offset and its size (1, 2 or 4), in bytes */
export type field_layout = readonly [name: string, offset: number, size: number];

/** user_struct - a class that knows its layout in memory */
export interface user_struct {
	constructor: Function;
}

interface struct_class {
	readonly layout: readonly field_layout[];
}

/** layout_of - where the fields of a struct are in memory */
export function layout_of(object: user_struct): readonly field_layout[] {
	return (object.constructor as unknown as struct_class).layout;
}

/** offsetofend - the number of bytes up to and with a field of a struct */
export function offsetofend(cls: struct_class, member: string): number {
	const field = cls.layout.find(([name]) => name === member)!;

	return field[1] + field[2];
}

/**
 * copy_from_user - fill a struct from userspace
 * @to: the struct; fields that end behind byte @n keep their values
 * @from: userspace address
 * @n: number of bytes
 *
 * Return: how many bytes are missing afterwards: 0 or @n.
 */
export function copy_from_user(to: user_struct, from: user_ptr, n: number): number {
	const memory = user_memory_at(from, n);
	const fields = to as unknown as Record<string, number>;

	if (memory === null)
		return n;
	for (const [name, offset, size] of layout_of(to))
		if (offset + size <= n)
			fields[name] = memory.get(offset, size);
	return 0;
}

/**
 * copy_to_user - store a struct in userspace
 * @to: userspace address
 * @from: the struct
 * @n: number of bytes
 *
 * Return: how many bytes are missing afterwards: 0 or @n.
 */
export function copy_to_user(to: user_ptr, from: user_struct, n: number): number {
	const memory = user_memory_at(to, n);
	const fields = from as unknown as Record<string, number>;

	if (memory === null)
		return n;
	for (const [name, offset, size] of layout_of(from))
		if (offset + size <= n)
			memory.set(offset, size, fields[name]);
	return 0;
}

/**
 * get_user - fetch a signed 32-bit number from userspace
 * @x: the number
 * @ptr: userspace address
 *
 * Return: 0 or -EFAULT.
 */
export function get_user(x: out<number>, ptr: user_ptr): number {
	const memory = user_memory_at(ptr, 4);

	if (memory === null)
		return -EFAULT;
	x.v = memory.get(0, 4) | 0;
	return 0;
}
