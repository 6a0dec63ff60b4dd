/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ultravisor: keeps the memory of protected guests from the host. Modelled
 * is what the NIB of a protected guest needs: a page is shared or it is not.
 *
 * Source: arch/s390/kernel/uv.c, Linux 6.12, for names and results.
 */
import type { gmap } from "#asm/gmap.h";
import { PAGE_SHIFT } from "#asm/page.h";
import { EFAULT, EINVAL } from "#linux/errno.h";
import { core_initcall } from "#linux/init.h";
import type { guest_memory } from "./guest_memory.ts";

let protected_guests = new Set<guest_memory>();

core_initcall(() => {
	protected_guests = new Set();
});

let prot_virt_guest = false;

/** set_prot_virt_guest - whether this machine is a protected guest itself */
export function set_prot_virt_guest(on: boolean): void {
	prot_virt_guest = on;
}

/** is_prot_virt_guest - whether it is */
export function is_prot_virt_guest(): boolean {
	return prot_virt_guest;
}

/** uv_protect - a guest's memory is private to it from now on, or no longer */
export function uv_protect(memory: guest_memory, enable: boolean): void {
	if (enable)
		protected_guests.add(memory);
	else
		protected_guests.delete(memory);
}

/**
 * uv_pin_shared - ask for a page to stay shared
 * @paddr: its absolute address
 *
 * Return: 0, or -EINVAL when it is no shared page of a protected guest.
 */
export function uv_pin_shared(paddr: bigint): number {
	for (const memory of protected_guests) {
		const gfn = memory.gfn(paddr);

		if (gfn !== null)
			return memory.is_shared(gfn) ? 0 : -EINVAL;
	}
	return -EINVAL;
}

/**
 * gmap_convert_to_secure - make a page private to its guest again
 * @gmap: the guest's address space
 * @gaddr: guest address of the page
 *
 * Return: 0, or -EFAULT when there is no page.
 */
export function gmap_convert_to_secure(gmap: gmap | null, gaddr: bigint): number {
	const memory = gmap!.private.memory!;
	const gfn = gaddr >> PAGE_SHIFT;

	if (!memory.is_ram(gfn))
		return -EFAULT;
	memory.set_shared(gfn, false);
	return 0;
}
