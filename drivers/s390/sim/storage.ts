/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Absolute storage of the host: who gets which addresses. Kernel structures
 * that hardware is told the address of get pages below 2 GB, guests' memory
 * lies above 4 GB. Addresses are not used again before the next boot.
 */
import { early_initcall } from "#linux/init.h";

const PAGE = 0x1000n;
const KERNEL_BASE = 0x100000n;
const GUESTS_BASE = 0x1_0000_0000n;

let next_page = KERNEL_BASE;
let next_guest = GUESTS_BASE;

early_initcall(() => {
	next_page = KERNEL_BASE;
	next_guest = GUESTS_BASE;
});

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
