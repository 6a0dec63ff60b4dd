/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel memory: objects are JavaScript's, but each is accounted for from
 * kzalloc() to kfree(), and the n-th allocation can be made to fail.
 */
import { low_memory_access } from "../../drivers/s390/sim/lowcore.ts";
import { early_initcall } from "./init.h.ts";
import {
	kasan_enabled, kasan_poison_object, kasan_report, kasan_unpoison_object,
} from "./kasan.h.ts";
import { tracepoint } from "./tracepoint.h.ts";

/** trace_alloc - something is about to be allocated */
export const trace_alloc = new tracepoint<[]>();

export const GFP_KERNEL = 0;
/** GFP_KERNEL_ACCOUNT - the memory is charged to the process it is for */
export const GFP_KERNEL_ACCOUNT = 1;
export type gfp_t = number;

/*
 * What an uninitialised 32-bit word reads as: 0, as the traces were recorded,
 * or all ones to show what depends on it.
 */
export let uninitialised_word = 0;

export function set_uninitialised_word(value: number): void {
	uninitialised_word = value >>> 0;
}

/**
 * uninitialised - a struct on the stack, which nobody has written yet
 * @object: a new one, of numbers and masks; the machine's setting for uninitialised
 *	    memory is written into it
 *
 * Return: @object.
 */
export function uninitialised<T extends object>(object: T): T {
	if (uninitialised_word === 0)
		return object;
	for (const [key, value] of Object.entries(object))
		if (value instanceof Uint32Array)
			value.fill(uninitialised_word);
		else if (value instanceof Uint8Array)
			value.fill(uninitialised_word & 0xff);
		else if (typeof value === "number")
			(object as Record<string, unknown>)[key] = uninitialised_word;
	return object;
}

/*
 * Live objects, in order of allocation. A full Set gets a table twice as large, so
 * none is filled to the next power of two: another one goes on. A boot begins with
 * another one too: a cleared Set keeps a link from its old contents to the new, by
 * which the collector takes the one for reachable because of the other.
 */
const LIVE_SET_MAX = 65000;
let live = [new Set<object>()];
let charged = new Set<flexible_struct>();
let countdown = 0;
let cannot_fail = false;

early_initcall(() => {
	live = [new Set()];
	charged = new Set();
	countdown = 0;
	cannot_fail = false;
});

/**
 * should_failslab - whether this allocation is the one to fail
 *
 * Called once by every allocating function, whatever it allocates.
 */
export function should_failslab(): boolean {
	if (cannot_fail)
		return false;
	if (trace_alloc.enabled)
		trace_alloc.emit();
	return countdown !== 0 && --countdown === 0;
}

/**
 * fail_nth - make an allocation fail
 * @n: which one from now on, counted from 1; 0 for none
 */
export function fail_nth(n: number): void {
	countdown = n;
}

/** fail_nth_pending - whether the allocation that fail_nth() named is still to come */
export function fail_nth_pending(): boolean {
	return countdown !== 0;
}

/** fail_nth_left - how many allocations are still to come up to that one, itself included */
export function fail_nth_left(): number {
	return countdown;
}

/** nofail - call a function whose allocations never fail, nor count: __GFP_NOFAIL */
export function nofail<T>(fn: () => T): T {
	const before = cannot_fail;

	cannot_fail = true;
	try {
		return fn();
	} finally {
		cannot_fail = before;
	}
}

/** kmemleak_track - account for an object that was made otherwise */
export function kmemleak_track<T extends object>(object: T): T {
	if (live[live.length - 1].size === LIVE_SET_MAX)
		live.push(new Set());
	live[live.length - 1].add(object);
	return object;
}

/**
 * kzalloc - a new object of class @cls, all fields at their initial value
 *
 * Return: the object, or null when the allocation fails.
 */
export function kzalloc<T extends object>(cls: new () => T, _flags: gfp_t): T | null {
	if (should_failslab())
		return null;
	const object = kmemleak_track(new cls());

	if (kasan_enabled())
		kasan_unpoison_object(object);
	return object;
}

/**
 * kmalloc - memory for bytes
 * @size: how many
 *
 * Return: the bytes, each 0, or null when the allocation fails.
 */
export function kmalloc(size: number, _flags: gfp_t): Uint8Array<ArrayBuffer> | null {
	if (should_failslab())
		return null;
	return kmemleak_track(new Uint8Array(size));
}

/* A string in kernel memory: an object of its own, so that it can leak. */
class kstring {
	text: string;

	constructor(text: string) {
		this.text = text;
	}
}

export type { kstring };

/**
 * kstrndup - copy of the first @max characters of @s
 *
 * Return: the copy, its characters in `text`, or null.
 */
export function kstrndup(s: string, max: number, _flags: gfp_t): kstring | null {
	if (should_failslab())
		return null;
	const copy = kmemleak_track(new kstring(s.slice(0, max)));

	if (kasan_enabled())
		kasan_unpoison_object(copy);
	return copy;
}

/* Allocations end on such a boundary: up to it nobody notices. */
const SLAB_ALIGNMENT = 8;

/* What an allocation of no bytes is: an address that is not null and cannot be used. */
const ZERO_SIZE_PTR = 16;

/**
 * class flexible_struct - a struct that ends in an array of any length: so many bytes
 *
 * In memory it is what an s390 has there, numbers with their most significant byte
 * first. What is behind its end reads as zero and cannot be written.
 */
export class flexible_struct {
	memory: Uint8Array<ArrayBuffer>;
	freed = false;

	constructor(size: number) {
		this.memory = new Uint8Array(size);
	}

	/** get - the number of @size bytes at @offset; of 8, as a bigint: see get64() */
	get(offset: number, size: number): number {
		let value = 0;

		this.#access(offset, size, false);
		for (let i = offset; i < offset + size; i++)
			value = value << 8 | (this.memory[i] ?? 0);
		return value >>> 0;
	}

	set(offset: number, size: number, value: number): void {
		this.#access(offset, size, true);
		for (let i = 0; i < size; i++)
			this.#put(offset + i, value >>> 8 * (size - 1 - i));
	}

	get64(offset: number): bigint {
		return BigInt(this.get(offset, 4)) << 32n | BigInt(this.get(offset + 4, 4));
	}

	set64(offset: number, value: bigint): void {
		this.set(offset, 4, Number(value >> 32n & 0xffffffffn));
		this.set(offset + 4, 4, Number(value & 0xffffffffn));
	}

	/** copy_in - write bytes at @offset */
	copy_in(offset: number, bytes: Uint8Array): void {
		this.#access(offset, bytes.length, true);
		for (let i = 0; i < bytes.length; i++)
			this.#put(offset + i, bytes[i]!);
	}

	/** copy_out - the @size bytes at @offset */
	copy_out(offset: number, size: number): Uint8Array {
		const bytes = new Uint8Array(size);

		this.#access(offset, size, false);
		for (let i = 0; i < size; i++)
			bytes[i] = this.memory[offset + i] ?? 0;
		return bytes;
	}

	#put(at: number, byte: number): void {
		if (at < this.memory.length)
			this.memory[at] = byte;
	}

	#access(offset: number, size: number, write: boolean): void {
		const what = this.constructor.name;

		if (size === 0)
			return;
		if (this.memory.length === 0) {
			low_memory_access(ZERO_SIZE_PTR + offset, write);
			return;
		}
		if (this.freed)
			kasan_report(`use after free of ${what}`);
		if (offset + size > Math.ceil(this.memory.length / SLAB_ALIGNMENT) * SLAB_ALIGNMENT)
			kasan_report(
				`${what} of ${this.memory.length} bytes is accessed at ${offset}`);
	}
}

function charge(object: flexible_struct, flags: gfp_t): void {
	if (flags === GFP_KERNEL_ACCOUNT && object.memory.length !== 0)
		charged.add(object);
}

/**
 * kzalloc_size - kzalloc() of a struct that ends in an array
 * @cls: the struct
 * @size: bytes in all
 * @flags: GFP_KERNEL_ACCOUNT to charge them
 *
 * Return: the struct, each byte 0, or null when the allocation fails.
 */
export function kzalloc_size<T extends flexible_struct>(
	cls: new (size: number) => T, size: number, flags: gfp_t,
): T | null {
	if (should_failslab())
		return null;
	const object = new cls(size);

	if (size !== 0)
		kmemleak_track(object);
	charge(object, flags);
	return object;
}

/**
 * krealloc - give a struct another size
 * @object: the struct; it is freed when the new one is there
 * @size: bytes in all
 *
 * Return: another one, with the contents as far as they fit, or null when the
 * allocation fails; then the old one is still there.
 */
export function krealloc<T extends flexible_struct>(
	object: T, size: number, flags: gfp_t,
): T | null {
	const { memory } = object;

	if (object.freed)
		kasan_report(`krealloc of ${object.constructor.name}, which is freed`);
	const moved = kzalloc_size(object.constructor as new (size: number) => T, size, flags);

	if (moved === null)
		return null;
	moved.copy_in(0, memory.subarray(0, size));
	kfree(object);
	return moved;
}

/** kmem_charged - the structs that were charged to somebody and are not freed */
export function kmem_charged(): readonly flexible_struct[] {
	return [...charged];
}

function kfree_flexible(object: flexible_struct): void {
	if (object.memory.length === 0)
		return;
	if (object.freed)
		kasan_report(`double free of ${object.constructor.name}`);
	object.freed = true;
	charged.delete(object);
}

/**
 * kfree - give an object back
 *
 * Its contents stay as they are, as memory does; null is fine.
 */
export function kfree(object: object | null): void {
	if (object === null)
		return;
	if (object instanceof flexible_struct)
		kfree_flexible(object);
	else if (kasan_enabled())
		kasan_poison_object(object);
	for (let i = live.length - 1; i >= 0; i--)
		if (live[i].delete(object))
			return;
}

/** kfree_sensitive - kfree() of bytes that nobody is to read afterwards; null is fine */
export function kfree_sensitive(bytes: Uint8Array | null): void {
	bytes?.fill(0);
	kfree(bytes);
}

function what_is(object: object): string {
	if (object instanceof Uint8Array)
		return "bytes";
	return object instanceof kstring ? "string" : object.constructor.name;
}

/** kmemleak - what is allocated and not yet freed, oldest first */
export function kmemleak(): { object: object; what: string }[] {
	return live.flatMap((set) => [...set]).map((object) => ({ object, what: what_is(object) }));
}
