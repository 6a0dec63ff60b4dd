/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pages and absolute addresses. All addresses are bigint; a page frame number
 * is an address shifted right by PAGE_SHIFT.
 *
 * Source: arch/s390/include/asm/page.h, Linux 6.12.
 */
export const PAGE_SHIFT = 12n;
/** PAGE_MASK - clears the offset in a page; ~PAGE_MASK keeps nothing else */
export const PAGE_MASK = ~0xfffn;

/**
 * class page - a page of absolute storage
 * @pfn: its frame number
 */
export class page {
	pfn: bigint;

	constructor(pfn: bigint) {
		this.pfn = pfn;
	}
}

export function pfn_to_page(pfn: bigint): page {
	return new page(pfn);
}

export function page_to_pfn(page: page): bigint {
	return page.pfn;
}

/** page_to_phys - the absolute address of a page */
export function page_to_phys(page: page): bigint {
	return page.pfn << PAGE_SHIFT;
}

/** addressed - an object that stands at a known absolute address */
export interface addressed {
	address: bigint;
}

/** virt_to_phys - where an object is in absolute storage; 0 for null */
export function virt_to_phys(object: addressed | null): bigint {
	return object === null ? 0n : object.address;
}
