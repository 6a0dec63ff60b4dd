/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mediated devices as Linux 6.0 had them: the driver lists its types as groups
 * of files and counts its instances itself.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * Modelled on include/linux/mdev.h of Linux 6.0.
 */
import type { device_driver } from "../../linux/device.h.ts";
import { mdev_driver as mdev_driver_today, type mdev_device } from "../../linux/mdev.h.ts";
import type { attribute_group } from "../../linux/sysfs.h.ts";

/**
 * class mdev_driver
 * @probe: a device was created
 * @remove: it goes
 * @supported_type_groups: per type, its name and its files
 */
export class mdev_driver extends mdev_driver_today {
	supported_type_groups: readonly attribute_group[] | null = null;

	constructor(init: {
		driver?: Partial<device_driver>;
		probe?: (mdev: mdev_device) => number;
		remove?: (mdev: mdev_device) => void;
		supported_type_groups?: readonly attribute_group[];
	} = {}) {
		const { supported_type_groups, ...today } = init;

		super(today);
		this.supported_type_groups = supported_type_groups ?? null;
	}
}

export { MDEV_TYPE_ATTR_RO, mdev_type_attribute } from "../../../drivers/vfio/mdev/mdev_sysfs.ts";
export { mdev_dev, type mdev_device, type mdev_type } from "../../linux/mdev.h.ts";
export {
	mdev_register_device, mdev_register_driver, mdev_unregister_device, mdev_unregister_driver,
} from "../../../drivers/v6.0/vfio/mdev/mdev_core.ts";
