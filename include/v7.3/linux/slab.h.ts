/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel memory as Linux 7.3 has it: an allocation names what it makes.
 *
 * C: include/linux/slab.h, Linux 7.3, where it differs from Linux 6.12.
 */
import { GFP_KERNEL, kzalloc } from "../../linux/slab.h.ts";

export * from "../../linux/slab.h.ts";

/**
 * kzalloc_obj - a new object of class @cls, all fields at their initial value
 *
 * Return: the object, or null when the allocation fails.
 */
export function kzalloc_obj<T extends object>(cls: new () => T): T | null {
	return kzalloc(cls, GFP_KERNEL);
}
