/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel memory: objects are JavaScript's, but each is accounted for from
 * kzalloc() to kfree(), and the n-th allocation can be made to fail.
 */
import { early_initcall } from "./init.h.ts";
import { tracepoint } from "./tracepoint.h.ts";

/** trace_alloc - something is about to be allocated */
export const trace_alloc = new tracepoint<[]>();

export const GFP_KERNEL = 0;
export type gfp_t = number;

/*
 * What an uninitialised 32-bit word reads as: 0, as the traces were recorded,
 * or all ones to show what depends on it.
 */
export let uninitialised_word = 0;

export function set_uninitialised_word(value: number): void {
	uninitialised_word = value >>> 0;
}

/*
 * Live objects, in order of allocation. A full Set gets a table twice as large, so
 * none is filled to the next power of two: another one goes on. A boot begins with
 * another one too: a cleared Set keeps a link from its old contents to the new, by
 * which the collector takes the one for reachable because of the other.
 */
const LIVE_SET_MAX = 65000;
let live = [new Set<object>()];
let countdown = 0;
let cannot_fail = false;

early_initcall(() => {
	live = [new Set()];
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
	return kmemleak_track(new cls());
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
	return kmemleak_track(new kstring(s.slice(0, max)));
}

/**
 * kfree - give an object back
 *
 * Its contents stay as they are, as memory does; null is fine.
 */
export function kfree(object: object | null): void {
	if (object === null)
		return;
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
