// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mediated device core of Linux 5.10, where it differs from that of 6.0: there
 * is one driver of mediated devices, VFIO's, and a parent's driver is told of
 * them before they are in sysfs and after they have left it.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * Modelled on drivers/vfio/mdev/{mdev_core,mdev_sysfs}.c of Linux 5.10: it behaves
 * as the traces need it, and was not compared with the C text.
 */
import type { device } from "#linux/device.h";
import { EINVAL, ENOMEM } from "#linux/errno.h";
import { core_initcall } from "#linux/init.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { mdev_parent, type mdev_parent_ops } from "#v5.10/linux/mdev.h";
import {
	mdev_add_parent, mdev_del_parent, mdev_register_driver, mdev_unregister_driver,
} from "../../../v6.0/vfio/mdev/mdev_core.ts";
import { vfio_mdev_driver } from "./vfio_mdev.ts";

/* How many there are: VFIO's driver is there as long as there is one. */
let parents = 0;

core_initcall(() => {
	parents = 0;
});

function get_vfio_mdev_driver(): number {
	const ret = parents === 0 ? mdev_register_driver(vfio_mdev_driver) : 0;

	if (!ret)
		parents++;
	return ret;
}

function put_vfio_mdev_driver(): void {
	if (--parents === 0)
		mdev_unregister_driver(vfio_mdev_driver);
}

/**
 * mdev_register_device - let mediated devices be made of a device
 * @dev: the device
 * @ops: what its driver does
 *
 * Return: 0; -EINVAL when a callback that must be there is missing, -EEXIST when
 * it was done before, -ENOMEM.
 */
export function mdev_register_device(dev: device, ops: mdev_parent_ops): number {
	if (!ops.create || !ops.remove || !ops.supported_type_groups)
		return -EINVAL;

	let ret = get_vfio_mdev_driver();

	if (ret)
		return ret;

	const parent = kzalloc(mdev_parent, GFP_KERNEL);

	ret = -ENOMEM;
	if (parent) {
		parent.ops = ops;
		ret = mdev_add_parent(parent, dev, vfio_mdev_driver, ops.supported_type_groups);
	}
	if (ret) {
		kfree(parent);
		put_vfio_mdev_driver();
	}
	return ret;
}

/** mdev_unregister_device - undo mdev_register_device() */
export function mdev_unregister_device(dev: device): void {
	const parent = mdev_del_parent(dev);

	if (parent === null)
		return;
	kfree(parent);
	put_vfio_mdev_driver();
}
