/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What only the driver core knows of buses, drivers and devices.
 *
 * Copyright (c) 2001-2003 Patrick Mochel <mochel@osdl.org>
 * Copyright (c) 2004-2009 Greg Kroah-Hartman <gregkh@suse.de>
 * Copyright (c) 2008-2012 Novell Inc.
 *
 * Source: drivers/base/base.h, Linux 6.12.
 */
import { kobject, kset } from "#linux/kobject.h";
import type { bus_type, device, device_driver, struct_class } from "#linux/device.h";

/**
 * class subsys_private - a registered bus or class
 * @subsys: its directory
 * @devices_kset: the bus's "devices"
 * @drivers_kset: the bus's "drivers"
 * @klist_devices: its devices by name, in order of registration
 * @klist_drivers: its drivers, in order of registration
 * @drivers_autoprobe: whether a new device or driver looks for its counterpart
 * @glue_dirs: a class's directories between a parent and its devices
 */
export class subsys_private {
	subsys = new kset(this);
	devices_kset: kset | null = null;
	drivers_kset: kset | null = null;
	klist_devices = new Map<string, device>();
	klist_drivers = new Set<device_driver>();
	drivers_autoprobe = true;
	bus: bus_type | null = null;
	glue_dirs = new Map<kobject, kobject>();
	class: struct_class | null = null;
}

/**
 * class driver_private - a registered driver
 * @kobj: its directory
 * @klist_devices: the devices it drives, in order of binding
 */
export class driver_private {
	kobj = new kobject(this);
	klist_devices = new Set<device>();
	driver: device_driver;

	constructor(driver: device_driver) {
		this.driver = driver;
	}
}

/**
 * class device_private - a registered device
 * @dead: it is being removed and takes no driver any more
 */
class device_private {
	readonly dead: boolean;

	constructor(dead: boolean) {
		this.dead = dead;
	}
}

export type { device_private };

/* PORT: all devices share these two, since the lists they are in are kept elsewhere */
export const registered = new device_private(false);
export const dying = new device_private(true);
