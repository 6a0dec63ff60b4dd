// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mediated device core of Linux 5.17, where it differs from that of 6.0: the types
 * do not belong to the driver.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * Modelled on drivers/vfio/mdev/mdev_core.c of Linux 5.17: it behaves as the traces
 * need it, and was not compared with the C text.
 */
import type { device } from "#linux/device.h";
import { EINVAL } from "#linux/errno.h";
import type { mdev_parent_ops } from "#v5.17/linux/mdev.h";
import * as v6_0 from "../../../v6.0/vfio/mdev/mdev_core.ts";

/**
 * mdev_register_device - let mediated devices be made of a device
 * @dev: the device
 * @ops: who will drive them, and their types
 *
 * Return: 0; -EINVAL without a driver, else as in 6.0.
 */
export function mdev_register_device(dev: device, ops: mdev_parent_ops): number {
	if (!ops.device_driver)
		return -EINVAL;

	ops.device_driver.supported_type_groups = ops.supported_type_groups;
	return v6_0.mdev_register_device(dev, ops.device_driver);
}
