// SPDX-License-Identifier: GPL-2.0
/*
 * A device's driver override, as Linux 7.3 has it for every bus: the name of the only driver
 * that may have the device.
 *
 * Copyright (c) 2002-5 Patrick Mochel
 * Copyright (c) 2002-3 Open Source Development Labs
 * Copyright (c) 2007-2009 Greg Kroah-Hartman <gregkh@suse.de>
 * Copyright (c) 2007-2009 Novell Inc.
 *
 * C: drivers/base/dd.c and include/linux/device.h, Linux 7.3.
 */
import type { device, device_driver } from "#linux/device.h";
import { EINVAL, ENOMEM } from "#linux/errno.h";
import { GFP_KERNEL, kfree, kstrndup, type kstring } from "#linux/slab.h";
import { PAGE_SIZE } from "#linux/sysfs.h";

/* PORT: a member of struct device, which 6.12's does not have */
const overrides = new WeakMap<device, kstring>();

/** driver_override_name - the driver's name, or null */
export function driver_override_name(dev: device): string | null {
	return overrides.get(dev)?.text ?? null;
}

/**
 * __device_set_driver_override - say which driver may have a device
 * @dev: the device
 * @s: the driver's name, with a newline behind it or not; nothing for any
 * @len: its length
 *
 * Return: 0; -EINVAL when it would not fit into a page; -ENOMEM.
 * C: drivers/base/dd.c, Linux 7.3
 */
export function __device_set_driver_override(dev: device, s: string, len: number): number {
	let name: kstring | null = null;

	if (len >= PAGE_SIZE - 1)
		return -EINVAL;

	const line = s.split("\n", 1)[0]!;

	if (line !== "") {
		name = kstrndup(line, line.length, GFP_KERNEL);
		if (!name)
			return -ENOMEM;
	}
	kfree(overrides.get(dev) ?? null);
	if (name)
		overrides.set(dev, name);
	else
		overrides.delete(dev);
	return 0;
}

/** device_has_driver_override - whether only one driver may have a device */
export function device_has_driver_override(dev: device): boolean {
	return overrides.has(dev);
}

/** device_match_driver_override - 1 if it is that driver, 0 if another one, -1 if any may */
export function device_match_driver_override(dev: device, drv: device_driver): number {
	const name = driver_override_name(dev);

	return name === null ? -1 : Number(name === drv.name);
}
