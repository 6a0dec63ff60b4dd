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
import type { flexible_struct } from "./slab.h.ts";
import type { out } from "./types.h.ts";

/** user_ptr - a userspace address */
export type user_ptr = bigint;

/** field_layout - a field's name, its offset and its size (1, 2, 4 or 8), in bytes */
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

/** sizeof - the bytes of a struct in memory */
export function sizeof(cls: struct_class): number {
	const [, offset, size] = cls.layout[cls.layout.length - 1];

	return offset + size;
}

/**
 * struct user_page - what happens where a copy meets userspace's memory
 * @arrive: the kernel is about to copy; false: the page cannot be had
 * @leave: it has copied
 */
export interface user_page {
	arrive(): boolean;
	leave(): void;
}

let watched_page: user_page | null = null;

/** set_user_page - who is asked when the kernel copies bytes; null for nobody */
export function set_user_page(page: user_page | null): void {
	watched_page = page;
}

/* Bytes in kernel memory: those of a struct, from @offset on. */
interface kernel_pointer {
	to: flexible_struct;
	offset: number;
}

/** pointer_to - the address of a struct as bytes, and some more: (char *)p + offset */
export function pointer_to(to: flexible_struct, offset = 0): kernel_pointer {
	return { to, offset };
}

function is_kernel_pointer(at: user_struct | kernel_pointer): at is kernel_pointer {
	return "offset" in at && "to" in at;
}

function copy_bytes(n: number, copy: () => boolean): number {
	if (watched_page !== null && !watched_page.arrive())
		return n;
	if (!copy())
		return n;
	watched_page?.leave();
	return 0;
}

/**
 * copy_from_user - fill kernel memory from userspace
 * @to: a struct, of which fields that end behind byte @n keep their values; or bytes
 * @from: userspace address
 * @n: number of bytes
 *
 * Return: how many bytes are missing afterwards: 0 or @n.
 */
export function copy_from_user(
	to: user_struct | kernel_pointer, from: user_ptr, n: number,
): number {
	if (is_kernel_pointer(to))
		return copy_bytes(n, () => {
			const memory = user_memory_at(from, n);

			if (memory !== null)
				to.to.copy_in(to.offset, memory.bytes(n));
			return memory !== null;
		});
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
 * copy_to_user - store kernel memory in userspace
 * @to: userspace address
 * @from: a struct, or bytes
 * @n: number of bytes
 *
 * Return: how many bytes are missing afterwards: 0 or @n.
 */
export function copy_to_user(to: user_ptr, from: user_struct | kernel_pointer, n: number): number {
	if (is_kernel_pointer(from))
		return copy_bytes(n, () => {
			const memory = user_memory_at(to, n);

			memory?.bytes(n).set(from.to.copy_out(from.offset, n));
			return memory !== null;
		});
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
