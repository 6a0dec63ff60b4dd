/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Drivers: registering, and their files.
 *
 * Copyright (c) 2002-3 Patrick Mochel
 * Copyright (c) 2002-3 Open Source Development Labs
 * Copyright (c) 2007 Greg Kroah-Hartman <gregkh@suse.de>
 * Copyright (c) 2007 Novell Inc.
 *
 * Source: drivers/base/driver.c, Linux 6.12.
 */
import { WARN } from "#linux/bug.h";
import type { bus_type, device, device_driver, driver_attribute } from "#linux/device.h";
import { EBUSY, EINVAL } from "#linux/errno.h";
import { KOBJ_ADD, kobject_uevent } from "#linux/kobject.h";
import { pr_err, pr_warn } from "#linux/printk.h";
import {
	sysfs_create_file, sysfs_create_groups, sysfs_remove_file, sysfs_remove_groups,
	type attribute_group,
} from "#linux/sysfs.h";
import {
	bus_add_driver, bus_is_registered, bus_remove_driver, bus_to_subsys, list_after,
} from "./bus.ts";
import { get_device } from "./core.ts";

/**
 * driver_for_each_device - call @fn for each device of a driver, in order of binding
 * @start: begin behind this one; null for the first
 *
 * Return: 0, or what @fn returned when that was not 0, which ends it.
 */
export function driver_for_each_device<T>(
	drv: device_driver, start: device | null, data: T, fn: (dev: device, data: T) => number,
): number {
	let error = 0;

	for (const dev of list_after(drv.p!.klist_devices, start)) {
		error = fn(dev, data);
		if (error)
			break;
	}
	return error;
}

/**
 * driver_find_device - the first device of a driver that @match says yes to
 * @start: begin behind this one; null for the first
 *
 * Return: the device, held, or null.
 */
export function driver_find_device<T>(
	drv: device_driver, start: device | null, data: T,
	match: (dev: device, data: T) => number | boolean,
): device | null {
	if (drv.p === null)
		return null;
	for (const dev of list_after(drv.p.klist_devices, start))
		if (match(dev, data))
			return get_device(dev);
	return null;
}

/** driver_create_file - give a driver's directory a file */
export function driver_create_file(drv: device_driver, attr: driver_attribute): number {
	return sysfs_create_file(drv.p!.kobj, attr.attr);
}

export function driver_remove_file(drv: device_driver, attr: driver_attribute): void {
	sysfs_remove_file(drv.p!.kobj, attr.attr);
}

export function driver_add_groups(
	drv: device_driver, groups: readonly attribute_group[] | null,
): number {
	return sysfs_create_groups(drv.p!.kobj, groups);
}

export function driver_remove_groups(
	drv: device_driver, groups: readonly attribute_group[] | null,
): void {
	sysfs_remove_groups(drv.p!.kobj, groups);
}

/** driver_find - the driver of that name on a bus, or null */
export function driver_find(name: string, bus: bus_type): device_driver | null {
	for (const drv of bus_to_subsys(bus)?.klist_drivers ?? [])
		if (drv.name === name)
			return drv;
	return null;
}

/** driver_register - make a driver known, and try it on its bus's devices */
export function driver_register(drv: device_driver): number {
	const bus = drv.bus!;

	if (!bus_is_registered(bus)) {
		pr_err("Driver '%s' was unable to register with bus_type '%s' because the bus was "
			+ "not initialized.\n", drv.name, bus.name);
		return -EINVAL;
	}
	if ((bus.probe && drv.probe) || (bus.remove && drv.remove))
		pr_warn("Driver '%s' needs updating - please use bus_type methods\n", drv.name);
	if (driver_find(drv.name, bus)) {
		pr_err("Error: Driver '%s' is already registered, aborting...\n", drv.name);
		return -EBUSY;
	}
	let ret = bus_add_driver(drv);

	if (ret)
		return ret;
	ret = driver_add_groups(drv, drv.groups);
	if (ret) {
		bus_remove_driver(drv);
		return ret;
	}
	kobject_uevent(drv.p!.kobj, KOBJ_ADD);
	return ret;
}

/** driver_unregister - undo driver_register(); its devices are released first */
export function driver_unregister(drv: device_driver): void {
	if (drv.p === null) {
		WARN(true, "Unexpected driver unregister!\n");
		return;
	}
	driver_remove_groups(drv, drv.groups);
	bus_remove_driver(drv);
}
