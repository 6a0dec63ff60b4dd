/* SPDX-License-Identifier: GPL-2.0 */
import type { embedded } from "./types.h.ts";

/**
 * container_of - the struct that a member is embedded in
 * @ptr: the member; it was told its container when that was constructed
 * @_type: the container's class
 * @_member: the member's name in the container
 *
 * The last two arguments are what C needs to compute the address; here they
 * give the result its type, and the reader C's three arguments.
 */
export function container_of<T extends object>(
	ptr: embedded,
	_type: abstract new (...args: never[]) => T,
	_member: keyof T,
): T {
	return ptr.container as T;
}
