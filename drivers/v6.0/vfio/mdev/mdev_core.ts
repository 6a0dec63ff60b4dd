// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mediated device core of Linux 6.0, where it differs from today's: the core
 * allocates what stands for a parent and its types, and the driver lists the
 * files of each type. Nobody counts instances but the driver.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * Modelled on drivers/vfio/mdev/{mdev_core,mdev_driver,mdev_sysfs}.c of Linux 6.0:
 * it behaves as the traces need it, and was not compared with the C text.
 */
import {
	driver_register, driver_unregister, get_device, put_device, type device,
} from "#linux/device.h";
import { EEXIST, EINVAL, ENOMEM } from "#linux/errno.h";
import { core_initcall } from "#linux/init.h";
import { mdev_parent, mdev_type, type mdev_driver } from "#linux/mdev.h";
import { DEFINE_MUTEX, mutex_init, mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { attribute_group } from "#linux/sysfs.h";
import type { mdev_driver as mdev_driver_6_0 } from "#v6.0/linux/mdev.h";
import { mdev_register_parent, mdev_unregister_parent } from "../../../vfio/mdev/mdev_core.ts";
import { mdev_bus_type } from "../../../vfio/mdev/mdev_private.h.ts";
import { mdev_type_attr_create, mdev_type_ktype } from "../../../vfio/mdev/mdev_sysfs.ts";

/* Parents by their device. */
let parent_list = new Map<device, mdev_parent>();
const parent_list_lock = DEFINE_MUTEX("parent_list_lock");

core_initcall(() => {
	parent_list = new Map();
	mutex_init(parent_list_lock, "parent_list_lock");
});

/* The driver counts: the core of today is told so. */
const counted_by_driver = (): number => 0;

/** mdev_register_driver - add a driver of mediated devices */
export function mdev_register_driver(drv: mdev_driver): number {
	drv.driver.bus = mdev_bus_type;
	drv.get_available = counted_by_driver;
	return driver_register(drv.driver);
}

/** mdev_unregister_driver - remove a driver of mediated devices */
export function mdev_unregister_driver(drv: mdev_driver): void {
	driver_unregister(drv.driver);
}

/* A type with the files of @group and the one to create a device with. */
function add_supported_type(types: mdev_type[], group: attribute_group): number {
	if (!group.name)
		return -EINVAL;

	const type = kzalloc(mdev_type, GFP_KERNEL);

	if (!type)
		return -ENOMEM;
	const attrs = [mdev_type_attr_create.attr, ...group.attrs];

	type.sysfs_name = group.name;
	type.ktype = { ...mdev_type_ktype, default_groups: [new attribute_group({ attrs })] };
	types.push(type);
	return 0;
}

function free_types(types: readonly mdev_type[]): void {
	for (const type of types)
		kfree(type);
}

function add_parent(
	parent: mdev_parent, dev: device, mdev_driver: mdev_driver,
	groups: readonly attribute_group[],
): number {
	const types: mdev_type[] = [];
	let ret = 0;

	if (parent_list.has(dev))
		return -EEXIST;
	for (const group of groups)
		ret ||= add_supported_type(types, group);
	ret ||= mdev_register_parent(parent, dev, mdev_driver, types, types.length);
	if (ret) {
		free_types(types);
		return ret;
	}
	get_device(dev);
	parent_list.set(dev, parent);
	return 0;
}

/**
 * mdev_add_parent - let mediated devices be made of a device
 * @parent: what stands for the device here; the caller frees it after an error
 *	    and after mdev_del_parent()
 * @dev: the device
 * @mdev_driver: who will drive them
 * @groups: per type, its name and its files
 *
 * Return: 0; -EINVAL for a type without a name, -EEXIST when it was done before,
 * -ENOMEM.
 */
export function mdev_add_parent(
	parent: mdev_parent, dev: device, mdev_driver: mdev_driver,
	groups: readonly attribute_group[],
): number {
	mutex_lock(parent_list_lock);
	const ret = add_parent(parent, dev, mdev_driver, groups);

	mutex_unlock(parent_list_lock);
	return ret;
}

/**
 * mdev_del_parent - no more mediated devices of a device: those there are go
 *
 * Return: what mdev_add_parent() was given for @dev, or null.
 */
export function mdev_del_parent(dev: device): mdev_parent | null {
	mutex_lock(parent_list_lock);
	const parent = parent_list.get(dev) ?? null;

	parent_list.delete(dev);
	mutex_unlock(parent_list_lock);
	if (parent) {
		mdev_unregister_parent(parent);
		free_types(parent.types);
		put_device(dev);
	}
	return parent;
}

/**
 * mdev_register_device - let mediated devices be made of a device
 * @dev: the device
 * @mdev_driver: who will drive them
 *
 * Return: 0; -EINVAL without types, else as mdev_add_parent().
 */
export function mdev_register_device(dev: device, mdev_driver: mdev_driver_6_0): number {
	if (!mdev_driver.supported_type_groups)
		return -EINVAL;

	const parent = kzalloc(mdev_parent, GFP_KERNEL);

	if (!parent)
		return -ENOMEM;
	const ret = mdev_add_parent(parent, dev, mdev_driver, mdev_driver.supported_type_groups);

	if (ret)
		kfree(parent);
	return ret;
}

/** mdev_unregister_device - undo mdev_register_device() */
export function mdev_unregister_device(dev: device): void {
	kfree(mdev_del_parent(dev));
}
