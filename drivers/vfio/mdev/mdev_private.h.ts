/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the mediated device core share.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * C: drivers/vfio/mdev/mdev_private.h, Linux 6.12.
 */
import { container_of } from "#linux/container_of.h";
import type { kobject } from "#linux/kobject.h";
import { mdev_type } from "#linux/mdev.h";

export { mdev_bus_type } from "./mdev_driver.ts";
export {
	mdev_create_sysfs_files, mdev_device_groups, mdev_remove_sysfs_files,
	parent_create_sysfs_files, parent_remove_sysfs_files,
} from "./mdev_sysfs.ts";
export { mdev_device_create, mdev_device_remove } from "./mdev_core.ts";

/** to_mdev_type - the type whose directory is @kobj */
export function to_mdev_type(kobj: kobject): mdev_type {
	return container_of(kobj, mdev_type, "kobj");
}
