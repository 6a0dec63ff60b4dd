/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mediated devices as Linux 5.10 had them: the parent's driver has callbacks for
 * everything, and every mediated device is VFIO's.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * C: include/linux/mdev.h and drivers/vfio/mdev/mdev_private.h, Linux 5.10.
 */
import { container_of } from "../container_of.h.ts";
import { device } from "../device.h.ts";
import { kobject, type kset } from "../kobject.h.ts";
import { list_head } from "../list.h.ts";
import type { module } from "../module.h.ts";
import { rw_semaphore } from "../rwsem.h.ts";
import type { char_buf } from "../sprintf.h.ts";
import { attribute, type attribute_group } from "../sysfs.h.ts";
import type { user_ptr } from "../uaccess.h.ts";
import { guid_t } from "../uuid.h.ts";
import { mdev_bus_type } from "../../../drivers/vfio/mdev/mdev_driver.ts";

/**
 * class mdev_parent_ops - what a parent's driver does
 * @supported_type_groups: per type, its name and its files
 * @mdev_attr_groups: the files of each mediated device
 * @create: make a mediated device of the type whose directory is @kobj
 * @remove: it goes; an error is noted and does not stop that
 * @open: it is opened
 * @release: it is closed
 * @ioctl: a call on it
 */
export class mdev_parent_ops {
	owner: module | null = null;
	supported_type_groups: readonly attribute_group[] | null = null;
	mdev_attr_groups: readonly attribute_group[] | null = null;
	create: ((kobj: kobject, mdev: mdev_device) => number) | null = null;
	remove: ((mdev: mdev_device) => number) | null = null;
	open: ((mdev: mdev_device) => number) | null = null;
	release: ((mdev: mdev_device) => void) | null = null;
	ioctl: ((mdev: mdev_device, cmd: number, arg: user_ptr) => number) | null = null;

	constructor(init: Partial<mdev_parent_ops> = {}) {
		Object.assign(this, init);
	}
}

/** class mdev_parent - a device that mediated devices hang off */
export class mdev_parent {
	dev: device | null = null;
	ops: mdev_parent_ops | null = null;
	mdev_types_kset: kset | null = null;
	type_list: mdev_type[] = [];
	unreg_sem = new rw_semaphore("parent->unreg_sem");
}

/** class mdev_type - a kind of mediated device that a parent offers */
export class mdev_type {
	kobj = new kobject(this);
	devices_kobj: kobject | null = null;
	parent: mdev_parent | null = null;
}

/**
 * class mdev_device - a mediated device
 * @uuid: its name
 * @driver_data: what the parent's driver keeps for it
 * @next: its place in the list of all
 * @type_kobj: its type's directory
 * @active: it may be removed
 */
export class mdev_device {
	dev = new device(this);
	parent: mdev_parent | null = null;
	uuid = new guid_t();
	driver_data: unknown = null;
	next = new list_head(this);
	type_kobj: kobject | null = null;
	active = false;
}

type mdev_type_show = (kobj: kobject, dev: device, buf: char_buf) => number;
type mdev_type_store = (kobj: kobject, dev: device, buf: string, count: number) => number;

/** class mdev_type_attribute - a file of a type's directory */
export class mdev_type_attribute {
	attr: attribute;
	show: mdev_type_show | null;
	store: mdev_type_store | null;

	constructor(
		name: string, mode: number, show: mdev_type_show | null, store: mdev_type_store | null,
	) {
		this.attr = new attribute(name, mode, this);
		this.show = show;
		this.store = store;
	}
}

/** MDEV_TYPE_ATTR_RO - a readable file of a type */
export function MDEV_TYPE_ATTR_RO(name: string, show: mdev_type_show): mdev_type_attribute {
	return new mdev_type_attribute(name, 0o444, show, null);
}

/** MDEV_TYPE_ATTR_WO - a writable file of a type */
export function MDEV_TYPE_ATTR_WO(name: string, store: mdev_type_store): mdev_type_attribute {
	return new mdev_type_attribute(name, 0o200, null, store);
}

/** to_mdev_device - the mediated device that @dev is part of */
export function to_mdev_device(dev: device): mdev_device {
	return container_of(dev, mdev_device, "dev");
}

/** mdev_get_drvdata - what the parent's driver keeps for a mediated device */
export function mdev_get_drvdata<T>(mdev: mdev_device): T {
	return mdev.driver_data as T;
}

export function mdev_set_drvdata(mdev: mdev_device, data: unknown): void {
	mdev.driver_data = data;
}

export function mdev_uuid(mdev: mdev_device): guid_t {
	return mdev.uuid;
}

/** mdev_dev - the device in a mediated device */
export function mdev_dev(mdev: mdev_device): device {
	return mdev.dev;
}

/** mdev_parent_dev - the device that a mediated device hangs off */
export function mdev_parent_dev(mdev: mdev_device): device {
	return mdev.parent!.dev!;
}

/** mdev_from_dev - the mediated device that @dev is part of; null for other devices */
export function mdev_from_dev(dev: device): mdev_device | null {
	return dev.bus === mdev_bus_type ? to_mdev_device(dev) : null;
}

export {
	mdev_register_device, mdev_unregister_device,
} from "../../../drivers/vfio/mdev/v5.10/mdev_core.ts";
