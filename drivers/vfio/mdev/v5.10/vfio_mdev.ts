// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO's driver of mediated devices in Linux 5.10: hands everything to the
 * parent's driver.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * C: drivers/vfio/mdev/vfio_mdev.c and mdev_driver.c, Linux 5.10.
 */
import { EINVAL, ENODEV } from "#linux/errno.h";
import { mdev_driver } from "#linux/mdev.h";
import { THIS_MODULE, module_put, try_module_get } from "#linux/module.h";
import type { mdev_device } from "#linux/v5.10/mdev.h";
import type { vfio_device_ops } from "#linux/v5.10/vfio.h";
import { vfio_add_group_dev, vfio_del_group_dev } from "../../v5.10/vfio.ts";

function vfio_mdev_open(device_data: unknown): number {
	const mdev = device_data as mdev_device;
	const ops = mdev.parent!.ops!;

	if (!ops.open)
		return -EINVAL;
	if (!try_module_get(THIS_MODULE))
		return -ENODEV;
	const ret = ops.open(mdev);

	if (ret)
		module_put(THIS_MODULE);
	return ret;
}

function vfio_mdev_release(device_data: unknown): void {
	const mdev = device_data as mdev_device;
	const ops = mdev.parent!.ops!;

	if (ops.release)
		ops.release(mdev);
	module_put(THIS_MODULE);
}

const vfio_mdev_dev_ops: vfio_device_ops = {
	name: "vfio-mdev",
	open: vfio_mdev_open,
	release: vfio_mdev_release,
	ioctl: (device_data, cmd, arg) => {
		const mdev = device_data as mdev_device;
		const ops = mdev.parent!.ops!;

		return ops.ioctl ? ops.ioctl(mdev, cmd, arg) : -EINVAL;
	},
};

/** vfio_mdev_driver - bound to every mediated device */
export const vfio_mdev_driver = new mdev_driver({
	driver: { name: "vfio_mdev" },
	probe: (mdev) => vfio_add_group_dev(mdev.dev, vfio_mdev_dev_ops, mdev),
	remove: (mdev) => void vfio_del_group_dev(mdev.dev),
});
