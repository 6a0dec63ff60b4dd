/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Guest memory: what is behind a guest's memslots.
 *
 *	page frames	memslot	can be pinned
 *	0 - 0x7fff	yes	yes: RAM, 128 MB
 *	0x8000 - 0xffff	yes	no: its memory cannot be had (-EFAULT)
 *	0x10000 -	no	no
 *
 * This is how the machine of the recorded traces was laid out. A page is
 * private to a protected guest unless the guest shares it. Contents are not
 * modelled.
 */
import { PAGE_SHIFT } from "#asm/page.h";
import { alloc_guest_storage } from "./storage.ts";

export const GUEST_RAM_PAGES = 0x8000n;
export const GUEST_MEMSLOT_PAGES = 0x10000n;

/**
 * class guest_memory
 * @base: absolute address of guest page frame 0
 * @hva: userspace address of guest page frame 0
 */
export class guest_memory {
	base = alloc_guest_storage(GUEST_RAM_PAGES);
	hva = 0x3ff_8000_0000n;
	#shared = new Set<bigint>();

	/** is_ram - whether there is memory at a guest page frame that can be pinned */
	is_ram(gfn: bigint): boolean {
		return gfn >= 0n && gfn < GUEST_RAM_PAGES;
	}

	/** pfn - the host's page frame of a guest's */
	pfn(gfn: bigint): bigint {
		return (this.base >> PAGE_SHIFT) + gfn;
	}

	/** gfn - the guest's page frame at an absolute address, or null */
	gfn(address: bigint): bigint | null {
		const gfn = (address >> PAGE_SHIFT) - (this.base >> PAGE_SHIFT);

		return this.is_ram(gfn) ? gfn : null;
	}

	/** set_shared - a protected guest shares a page with the host, or no longer */
	set_shared(gfn: bigint, shared: boolean): void {
		if (shared)
			this.#shared.add(gfn);
		else
			this.#shared.delete(gfn);
	}

	is_shared(gfn: bigint): boolean {
		return this.#shared.has(gfn);
	}
}
