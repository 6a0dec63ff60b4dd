// SPDX-License-Identifier: GPL-2.0-only
/*
 * The queues of the AP bus as sysfs shows them.
 */
import { sysfs_lookup, sysfs_read, sysfs_readdir } from "../../../drivers/base/sysfs.ts";

/** BUS_DIR, DEVICES_DIR - the directory of the AP bus, and that of its devices */
export const BUS_DIR = "/sys/bus/ap";
export const DEVICES_DIR = `${BUS_DIR}/devices`;

/* The queue devices of the AP bus, in ascending order. */
function queue_devices(): string[] {
	return sysfs_readdir(DEVICES_DIR).names.filter((name) => name.includes(".")).toSorted();
}

/** driver_name - the driver that a queue is bound to, or null */
export function driver_name(queue: string): string | null {
	return sysfs_lookup(`${DEVICES_DIR}/${queue}/driver`)?.name ?? null;
}

/* Whether the driver's id table may match: AP type 10 (CEX4) and later. */
function is_supported(queue: string): boolean {
	return Number(sysfs_read(`${DEVICES_DIR}/card${queue.slice(0, 2)}/hwtype`).text) >= 10;
}

/** bindable_queues - the queues that vfio_ap has or can have, in ascending order */
export function bindable_queues(): string[] {
	const supported = new Map<string, boolean>();
	const is_of_type = (queue: string): boolean => {
		const card = queue.slice(0, 2);

		if (!supported.has(card))
			supported.set(card, is_supported(queue));
		return supported.get(card)!;
	};

	return queue_devices().filter((queue) => is_of_type(queue) &&
		[null, "vfio_ap"].includes(driver_name(queue)));
}

/**
 * bound_queues - the queues that vfio_ap has, in ascending order
 *
 * This asks the devices. While a device is being probed, the driver's directory has no link to it.
 */
export function bound_queues(): string[] {
	return queue_devices().filter((queue) => driver_name(queue) === "vfio_ap");
}
