// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO's driver of mediated devices in Linux 5.10: hands everything to the
 * parent's driver.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * Modelled on drivers/vfio/mdev/vfio_mdev.c of Linux 5.10, and on what mdev_core.c
 * there asks of the parent's driver: it behaves as the traces need it, and was not
 * compared with the C text.
 */
import { dev_err } from "#linux/device.h";
import { EINVAL, ENODEV } from "#linux/errno.h";
import { mdev_driver, type mdev_device } from "#linux/mdev.h";
import { THIS_MODULE, module_put, try_module_get } from "#linux/module.h";
import type { mdev_parent, mdev_parent_ops } from "#v5.10/linux/mdev.h";
import type { user_ptr } from "#linux/uaccess.h";
import type { vfio_device_ops } from "#v5.10/linux/vfio.h";
import { mdev_device_groups } from "../../../vfio/mdev/mdev_private.h.ts";
import { vfio_add_group_dev, vfio_del_group_dev } from "../vfio.ts";

function ops_of(mdev: mdev_device): mdev_parent_ops {
	return (mdev.type!.parent as mdev_parent).ops!;
}

function vfio_mdev_open(device_data: unknown): number {
	const mdev = device_data as mdev_device;
	const ops = ops_of(mdev);

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
	const ops = ops_of(mdev);

	if (ops.release)
		ops.release(mdev);
	module_put(THIS_MODULE);
}

function vfio_mdev_ioctl(device_data: unknown, cmd: number, arg: user_ptr): number {
	const mdev = device_data as mdev_device;
	const ops = ops_of(mdev);

	return ops.ioctl ? ops.ioctl(mdev, cmd, arg) : -EINVAL;
}

const vfio_mdev_dev_ops: vfio_device_ops = {
	name: "vfio-mdev",
	open: vfio_mdev_open,
	release: vfio_mdev_release,
	ioctl: vfio_mdev_ioctl,
};

/* The parent's driver makes its part of the device, and names the device's files. */
function create(mdev: mdev_device): number {
	const ops = ops_of(mdev);

	mdev.dev.groups = [...mdev_device_groups, ...ops.mdev_attr_groups ?? []];
	return ops.create!(mdev.type!.kobj, mdev);
}

function remove(mdev: mdev_device): void {
	const ret = ops_of(mdev).remove!(mdev);

	if (ret)
		dev_err(mdev.dev, "Remove failed: err=%d\n", ret);
}

/** vfio_mdev_driver - bound to every mediated device */
export const vfio_mdev_driver = new mdev_driver({
	driver: { name: "vfio_mdev" },
	created: create,
	probe: (mdev) => vfio_add_group_dev(mdev.dev, vfio_mdev_dev_ops, mdev),
	remove: (mdev) => void vfio_del_group_dev(mdev.dev),
	deleted: remove,
});
