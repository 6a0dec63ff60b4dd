// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bus of mediated devices.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * C: drivers/vfio/mdev/mdev_driver.c, Linux 6.12.
 */
import { container_of } from "#linux/container_of.h";
import {
	bus_type, driver_register, driver_unregister, type device, type device_driver,
} from "#linux/device.h";
import { EINVAL } from "#linux/errno.h";
import { mdev_driver, to_mdev_device } from "#linux/mdev.h";

/**
 * mdev_probe - have the driver take a new mediated device
 *
 * C: drivers/vfio/mdev/mdev_driver.c, Linux 6.12
 */
function mdev_probe(dev: device): number {
	const drv = container_of(dev.driver!, mdev_driver, "driver");

	if (!drv.probe)
		return 0;
	return drv.probe(to_mdev_device(dev));
}

/**
 * mdev_remove - have the driver let go of a mediated device
 *
 * C: drivers/vfio/mdev/mdev_driver.c, Linux 6.12
 */
function mdev_remove(dev: device): void {
	const drv = container_of(dev.driver!, mdev_driver, "driver");

	if (drv.remove)
		drv.remove(to_mdev_device(dev));
}

/**
 * mdev_match - no driver matches by itself: each device gets its parent's
 *
 * C: drivers/vfio/mdev/mdev_driver.c, Linux 6.12
 */
function mdev_match(dev: device, drv: device_driver): number {
	return 0;
}

export const mdev_bus_type = new bus_type({
	name: "mdev",
	probe: mdev_probe,
	remove: mdev_remove,
	match: mdev_match,
});

/**
 * mdev_register_driver - add a driver of mediated devices
 * @drv: the driver
 *
 * Return: 0; -EINVAL without a device_api; else as driver_register().
 * C: drivers/vfio/mdev/mdev_driver.c, Linux 6.12
 */
export function mdev_register_driver(drv: mdev_driver): number {
	if (!drv.device_api)
		return -EINVAL;

	/* what all these drivers have in common */
	drv.driver.bus = mdev_bus_type;
	return driver_register(drv.driver);
}

/**
 * mdev_unregister_driver - remove a driver of mediated devices
 *
 * C: drivers/vfio/mdev/mdev_driver.c, Linux 6.12
 */
export function mdev_unregister_driver(drv: mdev_driver): void {
	driver_unregister(drv.driver);
}
