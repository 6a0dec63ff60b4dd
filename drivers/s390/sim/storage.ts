/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Absolute storage of the host: who gets which addresses. Kernel structures
 * that hardware is told the address of get pages below 2 GB, guests' memory
 * lies above 4 GB. Addresses are not used again before the next boot. What the
 * hardware has to find by its address is put there.
 */
import { early_initcall } from "#linux/init.h";

const PAGE = 0x1000n;
const KERNEL_BASE = 0x100000n;
const GUESTS_BASE = 0x1_0000_0000n;

let next_page = KERNEL_BASE;
let next_guest = GUESTS_BASE;

/* What hardware finds at an address. */
let objects = new Map<bigint, object>();

early_initcall(() => {
	next_page = KERNEL_BASE;
	next_guest = GUESTS_BASE;
	objects = new Map();
});

/** storage_put - let hardware find an object at an address */
export function storage_put(address: bigint, object: object): void {
	objects.set(address, object);
}

/** storage_remove - what is at an address is freed: hardware finds nothing there any more */
export function storage_remove(address: bigint): void {
	objects.delete(address);
}

/** storage_object - what hardware finds at an address, or undefined */
export function storage_object(address: bigint): object | undefined {
	return objects.get(address);
}

/** storage_exists - whether there is storage at an address that somebody got */
export function storage_exists(address: bigint): boolean {
	return (address > 0n && address < next_page) ||
		(address >= GUESTS_BASE && address < next_guest);
}

/** alloc_storage_page - the absolute address of a page below 2 GB */
export function alloc_storage_page(): bigint {
	const address = next_page;

	next_page += PAGE;
	return address;
}

/**
 * alloc_guest_storage - the absolute address of a guest's memory
 * @pages: how many pages
 */
export function alloc_guest_storage(pages: bigint): bigint {
	const address = next_guest;

	next_guest += pages * PAGE;
	return address;
}
