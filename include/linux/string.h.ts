/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory and string functions. A struct that C copies or clears as bytes is
 * here a class that says how, field by field.
 */
import type { out } from "./types.h.ts";

interface struct<T> {
	memcpy_from(src: T): void;
}

interface zeroable {
	memset_zero(): void;
}

interface comparable<T> {
	memcmp_with(other: T): number;
}

/** memcpy - copy @src over @dst, a mask or a struct */
export function memcpy(dst: Uint32Array, src: Uint32Array): void;
export function memcpy<T>(dst: struct<T>, src: T): void;
export function memcpy<T>(dst: Uint32Array | struct<T>, src: Uint32Array | T): void {
	if (dst instanceof Uint32Array)
		dst.set(src as Uint32Array);
	else
		dst.memcpy_from(src as T);
}

/** memset - set all bytes of a mask to @c, or clear a struct (@c is 0 then) */
export function memset(dst: Uint32Array, c: 0 | 0xff): void;
export function memset(dst: zeroable, c: 0): void;
export function memset(dst: Uint32Array | zeroable, c: 0 | 0xff): void {
	if (dst instanceof Uint32Array)
		dst.fill(c === 0 ? 0 : 0xffffffff);
	else
		dst.memset_zero();
}

/** memcmp - 0 if two masks or structs are equal, else the sign of the first difference */
export function memcmp(a: Uint32Array, b: Uint32Array): number;
export function memcmp<T>(a: comparable<T>, b: T): number;
export function memcmp<T>(a: Uint32Array | comparable<T>, b: Uint32Array | T): number {
	if (a instanceof Uint32Array)
		return compare_words(a, b as Uint32Array);
	return a.memcmp_with(b as T);
}

function compare_words(a: Uint32Array, b: Uint32Array): number {
	for (let i = 0; i < a.length; i++)
		if (a[i] !== b[i])
			return a[i] < b[i] ? -1 : 1;
	return 0;
}

/* Where the first of some characters is, or -1. */
function first_of(text: string, characters: string): number {
	if (characters.length === 1)
		return text.indexOf(characters);
	for (let i = 0; i < text.length; i++)
		if (characters.includes(text[i]))
			return i;
	return -1;
}

/**
 * strsep - take the text before the next separator
 * @s: the rest of the text; afterwards what stands behind the separator, or
 *     null when there was none
 * @ct: the separators, each a character
 *
 * Return: the piece, or null when nothing was left.
 */
export function strsep(s: out<string | null>, ct: string): string | null {
	const text = s.v;

	if (text === null)
		return null;
	const end = first_of(text, ct);

	s.v = end < 0 ? null : text.slice(end + 1);
	return end < 0 ? text : text.slice(0, end);
}
