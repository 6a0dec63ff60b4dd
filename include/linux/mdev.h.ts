/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mediated devices: a device that a driver makes of another on demand.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * C: include/linux/mdev.h, Linux 6.12.
 */
import { atomic_t } from "./atomic.h.ts";
import { container_of } from "./container_of.h.ts";
import { device, device_driver } from "./device.h.ts";
import { kobject, type kobj_type, type kset } from "./kobject.h.ts";
import { list_head } from "./list.h.ts";
import { rw_semaphore } from "./rwsem.h.ts";
import type { char_buf } from "./sprintf.h.ts";
import { guid_t } from "./uuid.h.ts";

/**
 * class mdev_device - a mediated device
 * @uuid: its name
 * @next: its place in the list of all
 * @type: what it is
 * @active: it may be removed
 * @driver_data: what a parent's driver of Linux 5.10 keeps for it
 */
export class mdev_device {
	dev = new device(this);
	uuid = new guid_t();
	next = new list_head(this);
	type: mdev_type | null = null;
	active = false;
	driver_data: unknown = null;		/* PORT: for Linux 5.10 */
}

/**
 * class mdev_type - a kind of mediated device that a parent offers
 * @sysfs_name: the second half of its directory's name; set by the driver
 * @pretty_name: what its name file says; set by the driver
 * @parent: who offers it
 * @devices_kobj: its directory of devices
 * @ktype: its files, where a driver of Linux 5.10 or 6.0 lists them
 */
export class mdev_type {
	sysfs_name = "";
	pretty_name: string | null = null;

	parent: mdev_parent | null = null;

	kobj = new kobject(this);
	devices_kobj: kobject | null = null;
	ktype: kobj_type | null = null;		/* PORT: for Linux 5.10 and 6.0 */
}

/**
 * class mdev_parent - a device that mediated devices hang off
 * @dev: that device
 * @mdev_driver: who drives the mediated devices
 * @unreg_sem: keeps creation and removal out while the parent goes
 * @available_instances: how many more mediated devices there can be
 */
export class mdev_parent {
	dev: device | null = null;
	mdev_driver: mdev_driver | null = null;
	mdev_types_kset: kset | null = null;
	unreg_sem = new rw_semaphore();
	types: readonly mdev_type[] = [];
	nr_types = 0;
	available_instances = new atomic_t();

	memset_zero(): void {
		this.dev = null;
		this.mdev_driver = null;
		this.mdev_types_kset = null;
		this.types = [];
		this.nr_types = 0;
		this.available_instances.counter = 0;
	}
}

/** to_mdev_device - the mediated device that @dev is part of */
export function to_mdev_device(dev: device): mdev_device {
	return container_of(dev, mdev_device, "dev");
}

/**
 * class mdev_driver
 * @device_api: what the device_api files say
 * @max_instances: how many devices there can be of one parent
 * @probe: a device was created
 * @remove: it goes
 * @get_available: how many more there can be, if the driver counts itself
 * @show_description: the description file, if there is one
 * @created: Linux 5.10: a device is made, but not in sysfs yet
 * @deleted: Linux 5.10: it is in sysfs no longer
 */
export class mdev_driver {
	device_api: string | null = null;
	max_instances = 0;
	probe: ((mdev: mdev_device) => number) | null = null;
	remove: ((mdev: mdev_device) => void) | null = null;
	get_available: ((mtype: mdev_type) => number) | null = null;
	show_description: ((mtype: mdev_type, buf: char_buf) => number) | null = null;
	driver = new device_driver(this);
	created: ((mdev: mdev_device) => number) | null = null;		/* PORT: for Linux 5.10 */
	deleted: ((mdev: mdev_device) => void) | null = null;		/* PORT: for Linux 5.10 */

	/* @init: the fields; those of @driver are set in the driver's own object */
	constructor(
		init: Partial<Omit<mdev_driver, "driver">> &
			{ driver?: Partial<device_driver> } = {},
	) {
		const { driver, ...fields } = init;

		Object.assign(this, fields);
		Object.assign(this.driver, driver);
	}
}

/** mdev_dev - the device in a mediated device */
export function mdev_dev(mdev: mdev_device): device {
	return mdev.dev;
}

export {
	mdev_register_parent, mdev_unregister_parent,
} from "../../drivers/vfio/mdev/mdev_core.ts";
export {
	mdev_register_driver, mdev_unregister_driver,
} from "../../drivers/vfio/mdev/mdev_driver.ts";
