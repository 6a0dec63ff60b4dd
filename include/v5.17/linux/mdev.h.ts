/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mediated devices as Linux 5.17 and 5.18 had them: a driver of its own as in 6.0,
 * and what it needs of the parent in a struct beside it.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * Modelled on include/linux/mdev.h of Linux 5.17.
 */
import type { module } from "../../linux/module.h.ts";
import type { attribute_group } from "../../linux/sysfs.h.ts";
import type { mdev_driver } from "../../v6.0/linux/mdev.h.ts";

/**
 * class mdev_parent_ops - what a parent's driver offers
 * @device_driver: drives the mediated devices
 * @supported_type_groups: per type, its name and its files
 */
export class mdev_parent_ops {
	owner: module | null = null;
	device_driver: mdev_driver | null = null;
	supported_type_groups: readonly attribute_group[] | null = null;

	constructor(init: Partial<mdev_parent_ops> = {}) {
		Object.assign(this, init);
	}
}

export {
	MDEV_TYPE_ATTR_RO, mdev_dev, mdev_driver, mdev_register_driver, mdev_type_attribute,
	mdev_unregister_device, mdev_unregister_driver, type mdev_device, type mdev_type,
} from "../../v6.0/linux/mdev.h.ts";
export { mdev_from_dev, mdev_get_drvdata, mdev_set_drvdata } from "../../v5.10/linux/mdev.h.ts";
export { mdev_register_device } from "../../../drivers/v5.17/vfio/mdev/mdev_core.ts";
