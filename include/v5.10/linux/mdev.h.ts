/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mediated devices as Linux 5.10 had them: the parent's driver has callbacks for
 * everything, and every mediated device is VFIO's.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * Modelled on include/linux/mdev.h and drivers/vfio/mdev/mdev_private.h of Linux
 * 5.10.
 */
import type { device } from "../../linux/device.h.ts";
import type { kobject } from "../../linux/kobject.h.ts";
import {
	mdev_parent as mdev_parent_today, to_mdev_device, type mdev_device,
} from "../../linux/mdev.h.ts";
import type { module } from "../../linux/module.h.ts";
import type { char_buf } from "../../linux/sprintf.h.ts";
import type { attribute_group } from "../../linux/sysfs.h.ts";
import type { user_ptr } from "../../linux/uaccess.h.ts";
import { mdev_bus_type } from "../../../drivers/vfio/mdev/mdev_driver.ts";
import {
	MDEV_TYPE_ATTR_RO as MDEV_TYPE_ATTR_RO_today, type mdev_type_attribute,
} from "../../../drivers/vfio/mdev/mdev_sysfs.ts";

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

/** class mdev_parent - a device that mediated devices hang off, and what its driver does */
export class mdev_parent extends mdev_parent_today {
	ops: mdev_parent_ops | null = null;
}

/** MDEV_TYPE_ATTR_RO - a readable file of a type, whose show function gets the parent's device */
export function MDEV_TYPE_ATTR_RO(
	name: string, show: (kobj: kobject, dev: device, buf: char_buf) => number,
): mdev_type_attribute {
	return MDEV_TYPE_ATTR_RO_today(name, (mtype, _attr, buf) =>
		show(mtype.kobj, mtype.parent!.dev!, buf));
}

/** mdev_get_drvdata - what the parent's driver keeps for a mediated device */
export function mdev_get_drvdata<T>(mdev: mdev_device): T {
	return mdev.driver_data as T;
}

/** mdev_set_drvdata - what mdev_get_drvdata() is to return */
export function mdev_set_drvdata(mdev: mdev_device, data: unknown): void {
	mdev.driver_data = data;
}

/** mdev_from_dev - the mediated device that @dev is part of; null for other devices */
export function mdev_from_dev(dev: device): mdev_device | null {
	return dev.bus === mdev_bus_type ? to_mdev_device(dev) : null;
}

export { mdev_dev } from "../../linux/mdev.h.ts";
export type { mdev_device } from "../../linux/mdev.h.ts";
export {
	mdev_register_device, mdev_unregister_device,
} from "../../../drivers/v5.10/vfio/mdev/mdev_core.ts";
