// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a driver left behind: everything that the machine keeps account of and that was not there
 * before the driver was loaded.
 */
import { live_kobjects } from "#linux/kobject.h";
import { kvm } from "#linux/kvm_host.h";
import { current } from "#linux/sched.h";
import { kmemleak } from "#linux/slab.h";
import { vfio_leaked_pages, vfio_pinned_pages } from "../../../drivers/vfio/container.ts";

/* The objects of the AP bus for the adapters and queues that the host has now. */
const BUS_OBJECTS = new Set(["ap_card", "ap_queue", "zcrypt_card", "zcrypt_queue"]);
const BUS_DEVICES = "/sys/devices/ap/";

/**
 * class inventory - what there is at one time
 *
 * Take an inventory when the machine has booted. Ask for leftovers when the driver is unloaded.
 */
export class inventory {
	#objects = new Set<object>(kmemleak().map(({ object }) => object));
	#kobjects = new Set<string>(live_kobjects().map(({ path }) => path));

	/**
	 * leftovers - what is there now and was not there then
	 *
	 * Return: a line for each, in ascending order: "memory ap_matrix_dev", "kobject
	 * /devices/...", "page 0x1 of MDEV", "lock NAME", "gisc 3".
	 */
	leftovers(): string[] {
		return [
			...kmemleak()
				.filter(({ object, what }) => !this.#objects.has(object) &&
					!BUS_OBJECTS.has(what))
				.map(({ object, what }) => `memory ${what}${gisc_of(object)}`),
			...live_kobjects()
				.filter(({ path }) => !this.#kobjects.has(path) &&
					!path.startsWith(BUS_DEVICES))
				.map(({ path }) => `kobject ${path}`),
			...[...vfio_pinned_pages(), ...vfio_leaked_pages()]
				.map(({ mdev, gfn }) => `page 0x${gfn.toString(16)} of ${mdev}`),
			...current.held.map(({ name }) => `lock ${name}`),
		].toSorted();
	}
}

/* A guest that is still there says which subclasses it has registered. */
function gisc_of(object: object): string {
	return object instanceof kvm && object.arch.gisa_int.alert.mask !== 0
		? ` gisc mask ${object.arch.gisa_int.alert.mask.toString(16)}` : "";
}
