/* SPDX-License-Identifier: GPL-2.0 */
/*
 * KASAN: watches freed memory, and what lies behind an allocation. A machine that
 * wants it says so; otherwise freed memory keeps its contents, and behind an
 * allocation there are zeros.
 *
 * An object is watched by its fields: after kfree() each of them is an accessor that
 * reports. So are those of the objects that are part of it, the ones that it had when
 * it was made; what it points to is another allocation.
 *
 * Source: include/linux/kasan.h, Linux 6.12.
 */
import { kernel_crash } from "./bug.h.ts";
import { early_initcall } from "./init.h.ts";

let wanted = false;
let in_kernel = false;
let parts = new WeakMap<object, Set<object>>();
let poisoned = new WeakSet<object>();

early_initcall(() => {
	parts = new WeakMap();
	poisoned = new WeakSet();
});

/** set_kasan - whether the machine watches its memory */
export function set_kasan(on: boolean): void {
	wanted = on;
}

/** kasan_enabled - whether it does */
export function kasan_enabled(): boolean {
	return wanted;
}

/**
 * kasan_enter - whether the kernel is executing from now on: who looks on from outside
 *		 may read freed memory
 */
export function kasan_enter(on: boolean): void {
	in_kernel = on;
}

/** kasan_report - stop the kernel for an access that must not be, if it is watched */
export function kasan_report(what: string): void {
	if (wanted && in_kernel)
		throw new kernel_crash("oops", `KASAN: ${what}`);
}

/* Whether a struct is a part of another one, and none that the driver core or VFIO has in it. */
function is_part(value: unknown, of: object): value is object {
	if (typeof value !== "object" || value === null || ArrayBuffer.isView(value))
		return false;
	const { container } = value as { container?: unknown };

	return (container === undefined || container === of) && !("release" in value) &&
		!("ops" in value);
}

/* Adds the parts of a struct: those that lead back to it, tables, and matrices. */
function add_parts(object: object, parts: Set<object>): void {
	for (const value of Object.values(object).flat(1)) {
		if (!is_part(value, object) || parts.has(value))
			continue;
		parts.add(value);
		add_parts(value, parts);
	}
}

/** kasan_unpoison_object - an object was made */
export function kasan_unpoison_object(object: object): void {
	if (!wanted)
		return;
	const of_it = new Set([object]);

	add_parts(object, of_it);
	parts.set(object, of_it);
}

function poison(object: object, what: string): void {
	for (const key of Object.keys(object)) {
		let value: unknown = (object as Record<string, unknown>)[key];

		Object.defineProperty(object, key, {
			configurable: true,
			enumerable: true,
			get: () => {
				kasan_report(`use after free of ${what}: ${key} is read`);
				return value;
			},
			set: (v: unknown) => {
				kasan_report(`use after free of ${what}: ${key} is written`);
				value = v;
			},
		});
	}
}

/** kasan_poison_object - an object is freed; a second time is reported */
export function kasan_poison_object(object: object): void {
	if (!wanted)
		return;
	const what = object.constructor.name;

	if (poisoned.has(object))
		kasan_report(`double free of ${what}`);
	const of_it = parts.get(object);

	if (of_it === undefined)
		return;
	poisoned.add(object);
	for (const part of of_it)
		poison(part, what);
}
