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
 * private to a protected guest unless the guest shares it. Contents are zero
 * until somebody stores something.
 */
import { PAGE_SHIFT } from "#asm/page.h";
import { early_initcall } from "#linux/init.h";
import { alloc_guest_storage } from "./storage.ts";

export const GUEST_RAM_PAGES = 0x8000n;
export const GUEST_MEMSLOT_PAGES = 0x10000n;

const PAGE_SIZE = 1 << Number(PAGE_SHIFT);
const OFFSET = BigInt(PAGE_SIZE - 1);

let memories = new Set<guest_memory>();

early_initcall(() => {
	memories = new Set();
});

/** guest_memory_at - the guest memory that an absolute address is in, or null */
export function guest_memory_at(address: bigint): guest_memory | null {
	for (const memory of memories)
		if (memory.gfn(address) !== null)
			return memory;
	return null;
}

/** guest_memory_free - a guest's memory is gone; its addresses are not used again */
export function guest_memory_free(memory: guest_memory): void {
	memories.delete(memory);
}

/**
 * class guest_memory
 * @base: absolute address of guest page frame 0
 * @hva: userspace address of guest page frame 0
 */
export class guest_memory {
	base = alloc_guest_storage(GUEST_RAM_PAGES);
	hva = 0x3ff_8000_0000n;
	#shared = new Set<bigint>();
	#pages = new Map<bigint, Uint8Array>();

	constructor() {
		memories.add(this);
	}

	/** has - whether all of some bytes are RAM; @address is the guest's */
	has(address: bigint, length: number): boolean {
		return address >= 0n && this.is_ram(address + BigInt(length) - 1n >> PAGE_SHIFT);
	}

	/** load - bytes of the guest's RAM */
	load(address: bigint, length: number): Uint8Array {
		const bytes = new Uint8Array(length);

		for (let i = 0; i < length; i++)
			bytes[i] = this.#byte(address + BigInt(i));
		return bytes;
	}

	#byte(address: bigint): number {
		return this.#pages.get(address >> PAGE_SHIFT)?.[Number(address & OFFSET)] ?? 0;
	}

	/** store - change bytes of the guest's RAM */
	store(address: bigint, bytes: ArrayLike<number>): void {
		for (let i = 0; i < bytes.length; i++) {
			const at = address + BigInt(i);
			let page = this.#pages.get(at >> PAGE_SHIFT);

			if (page === undefined)
				this.#pages.set(at >> PAGE_SHIFT, page = new Uint8Array(PAGE_SIZE));
			page[Number(at & OFFSET)] = bytes[i];
		}
	}

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
