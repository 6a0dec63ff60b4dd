/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory of the process that plays userspace: where ioctl arguments are.
 * Big-endian, as the machine is. What is not allocated cannot be accessed.
 */
import { early_initcall } from "#linux/init.h";
import { copy_to_user, layout_of, type user_struct } from "#linux/uaccess.h";

const USER_BASE = 0x1000n;
const ALIGNMENT = 16n;

/**
 * class user_view - bytes of userspace memory, from some address on
 *
 * Byte by byte: a DataView would move the memory out of V8's heap.
 */
class user_view {
	#piece: Uint8Array;
	#at: number;

	constructor(piece: Uint8Array, at: number) {
		this.#piece = piece;
		this.#at = at;
	}

	/** get - the unsigned number of @size bytes at @offset; of 8, exact up to 2^53 */
	get(offset: number, size: number): number {
		if (size === 8)
			return this.get(offset, 4) * 2 ** 32 + this.get(offset + 4, 4);
		let value = 0;

		for (let i = 0; i < size; i++)
			value = value << 8 | this.#piece[this.#at + offset + i];
		return value >>> 0;
	}

	set(offset: number, size: number, value: number): void {
		if (size === 8) {
			this.set(offset, 4, Math.floor(value / 2 ** 32));
			this.set(offset + 4, 4, value % 2 ** 32);
			return;
		}
		for (let i = 0; i < size; i++)
			this.#piece[this.#at + offset + i] = value >>> 8 * (size - 1 - i);
	}

	/** bytes - the first @size of them, to be read and written */
	bytes(size: number): Uint8Array {
		return this.#piece.subarray(this.#at, this.#at + size);
	}
}

export type { user_view };

/* Allocated pieces by address. */
let pieces = new Map<bigint, Uint8Array>();
let top = USER_BASE;

early_initcall(() => {
	pieces = new Map();
	top = USER_BASE;
});

/**
 * user_alloc - allocate userspace memory, all zero
 * @size: bytes
 *
 * Return: its address.
 */
export function user_alloc(size: number): bigint {
	const address = top;

	pieces.set(address, new Uint8Array(size));
	top += (BigInt(size) + ALIGNMENT - 1n) / ALIGNMENT * ALIGNMENT + ALIGNMENT;
	return address;
}

/** user_free - give back what user_alloc() returned */
export function user_free(address: bigint): void {
	pieces.delete(address);
}

/**
 * user_memory_at - look at userspace memory
 * @address: where
 * @size: how many bytes must be there
 *
 * Return: the bytes, or null when some of them are not allocated.
 */
export function user_memory_at(address: bigint, size: number): user_view | null {
	for (const [start, bytes] of pieces) {
		const at = address - start;

		if (at >= 0n && at + BigInt(size) <= BigInt(bytes.length))
			return new user_view(bytes, Number(at));
	}
	return null;
}

/**
 * with_user_struct - pass a struct by its address, as a system call does
 * @object: the struct; it has a layout
 * @data: 32-bit numbers that follow it in memory
 * @call: the system call, given the address
 *
 * Return: what @call returned, and the struct's memory afterwards in @object.
 */
export function with_user_struct(
	object: user_struct, data: readonly number[], call: (arg: bigint) => number,
): number {
	const layout = layout_of(object);
	const [, offset, size] = layout[layout.length - 1];
	const length = offset + size;
	const arg = user_alloc(length + 4 * data.length);

	copy_to_user(arg, object, length);
	const view = user_memory_at(arg, length + 4 * data.length)!;

	data.forEach((value, i) => view.set(length + 4 * i, 4, value));
	const ret = call(arg);

	for (const [name, at, bytes] of layout)
		(object as unknown as Record<string, number>)[name] = view.get(at, bytes);
	user_free(arg);
	return ret;
}
