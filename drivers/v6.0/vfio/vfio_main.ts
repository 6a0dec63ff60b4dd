// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO core of Linux 6.0: the driver allocates its object, says when the
 * vfio_device in it begins and ends, and frees it itself. There is no
 * vfioN device in sysfs.
 *
 * Copyright (C) 2012 Red Hat, Inc.  All rights reserved.
 *     Author: Alex Williamson <alex.williamson@redhat.com>
 *
 * Modelled on drivers/vfio/vfio_main.c of Linux 6.0: it behaves as the traces need
 * it, and was not compared with the C text.
 */
import { init_completion } from "#linux/completion.h";
import type { device } from "#linux/device.h";
import type { vfio_device, vfio_device_ops } from "#linux/vfio.h";
import { vfio_group_unregister } from "../../vfio/group.ts";
import {
	vfio_device_fops, vfio_device_make_available, vfio_device_put_registration,
	vfio_device_remove_group, vfio_device_set_group, vfio_ensure_device_set,
	vfio_release_device_set, vfio_wait_for_users,
} from "../../vfio/vfio_main.ts";
import type { vfio_group_fops } from "../../vfio/vfio.h.ts";

/**
 * vfio_init_group_dev - make a vfio_device ready to be registered
 * @device: the driver's
 * @dev: the device it stands for
 * @ops: the driver's callbacks
 */
export function vfio_init_group_dev(
	device: vfio_device, dev: device, ops: vfio_device_ops,
): void {
	init_completion(device.comp);
	device.dev = dev;
	device.ops = ops;
}

/**
 * vfio_uninit_group_dev - undo vfio_init_group_dev()
 */
export function vfio_uninit_group_dev(device: vfio_device): void {
	vfio_release_device_set(device);
}

/**
 * vfio_register_emulated_iommu_dev - let userspace have a device without an IOMMU
 * @device: the device
 * @fops: how it is used by file descriptor
 *
 * Return: 0 or -ENOMEM.
 */
export function vfio_register_emulated_iommu_dev(
	device: vfio_device, fops: vfio_group_fops = vfio_device_fops,
): number {
	let ret;

	ret = vfio_device_set_group(device, fops);
	if (ret)
		return ret;

	ret = vfio_ensure_device_set(device);
	if (ret) {
		vfio_device_remove_group(device);
		return ret;
	}

	vfio_device_make_available(device);
	return 0;
}

/**
 * vfio_unregister_group_dev - take a device away from userspace
 * @device: the device
 *
 * Waits until it is closed, and asks for that, again and again.
 */
export function vfio_unregister_group_dev(device: vfio_device): void {
	vfio_group_unregister(device.group!);

	vfio_device_put_registration(device);
	vfio_wait_for_users(device);

	vfio_device_remove_group(device);
}
