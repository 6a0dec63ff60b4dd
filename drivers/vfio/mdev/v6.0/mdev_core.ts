// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mediated device core of Linux 6.0, where it differs from today's: the core
 * allocates what stands for a parent and its types, and makes the files of a
 * type from what the driver lists. Nobody counts instances but the driver.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * C: drivers/vfio/mdev/{mdev_core,mdev_driver,mdev_sysfs}.c, Linux 6.0.
 */
import {
	dev_driver_string, dev_info, dev_warn, driver_register, driver_unregister, get_device, put_device,
	type device,
} from "#linux/device.h";
import { EEXIST, EINVAL, ENOMEM } from "#linux/errno.h";
import { core_initcall } from "#linux/init.h";
import {
	KOBJ_CHANGE, kobject_create_and_add, kobject_del, kobject_init_and_add, kobject_put,
	kobject_uevent_env, kset_create_and_add, kset_unregister, type kobj_type, type kobject,
} from "#linux/kobject.h";
import { mdev_parent, mdev_type } from "#linux/mdev.h";
import { DEFINE_MUTEX, mutex_init, mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { down_write, up_write } from "#linux/rwsem.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { sysfs_create_file, type attribute_group } from "#linux/sysfs.h";
import type { mdev_driver } from "#linux/v6.0/mdev.h";
import { class_link_create, class_link_remove, mdev_remove_children } from "../mdev_core.ts";
import { mdev_bus_type, to_mdev_type } from "../mdev_private.h.ts";
import { mdev_type_attr_create, mdev_type_sysfs_ops } from "../mdev_sysfs.ts";

/* Parents by their device. */
let parent_list = new Map<device, mdev_parent>();
const parent_list_lock = DEFINE_MUTEX("parent_list_lock");

core_initcall(() => {
	parent_list = new Map();
	mutex_init(parent_list_lock, "parent_list_lock");
});

/* The driver counts: the core of today is told so. */
const counted_by_driver = (): number => 0;

/**
 * mdev_register_driver - add a driver of mediated devices
 *
 * C: drivers/vfio/mdev/mdev_driver.c, Linux 6.0
 */
export function mdev_register_driver(drv: mdev_driver): number {
	drv.driver.bus = mdev_bus_type;
	drv.get_available = counted_by_driver;
	return driver_register(drv.driver);
}

/**
 * mdev_unregister_driver - remove a driver of mediated devices
 *
 * C: drivers/vfio/mdev/mdev_driver.c, Linux 6.0
 */
export function mdev_unregister_driver(drv: mdev_driver): void {
	driver_unregister(drv.driver);
}

function mdev_type_release(kobj: kobject): void {
	const type = to_mdev_type(kobj);

	put_device(type.parent!.dev);
	kfree(type);
}

const mdev_type_ktype: kobj_type = {
	sysfs_ops: mdev_type_sysfs_ops,
	release: mdev_type_release,
};

/* The files of a type: create, and those that the driver lists. */
function type_create_files(type: mdev_type, group: attribute_group): number {
	let ret = sysfs_create_file(type.kobj, mdev_type_attr_create.attr);

	if (ret)
		return ret;
	type.devices_kobj = kobject_create_and_add("devices", type.kobj);
	if (!type.devices_kobj)
		return -ENOMEM;
	for (const attr of group.attrs) {
		ret = sysfs_create_file(type.kobj, attr);
		if (ret)
			return ret;
	}
	return 0;
}

/**
 * add_mdev_supported_type - make a type and its directory
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.0
 */
function add_mdev_supported_type(parent: mdev_parent, group: attribute_group): mdev_type | number {
	if (!group.name)
		return -EINVAL;

	const type = kzalloc(mdev_type, GFP_KERNEL);

	if (!type)
		return -ENOMEM;
	type.kobj.kset = parent.mdev_types_kset;
	type.parent = parent;
	/* until mdev_type_release() */
	get_device(parent.dev);

	let ret = kobject_init_and_add(type.kobj, mdev_type_ktype, null,
				       "%s-%s", dev_driver_string(parent.dev!), group.name);

	if (ret) {
		kobject_put(type.kobj);
		return ret;
	}
	ret = type_create_files(type, group);
	if (ret) {
		kobject_put(type.devices_kobj);
		kobject_del(type.kobj);
		kobject_put(type.kobj);
		return ret;
	}
	return type;
}

function remove_mdev_supported_type(type: mdev_type): void {
	kobject_put(type.devices_kobj);
	kobject_del(type.kobj);
	kobject_put(type.kobj);
}

function parent_remove_sysfs_files(parent: mdev_parent): void {
	for (const type of parent.types)
		remove_mdev_supported_type(type);
	kset_unregister(parent.mdev_types_kset);
}

function parent_create_sysfs_files(
	parent: mdev_parent, groups: readonly attribute_group[],
): number {
	const types: mdev_type[] = [];

	parent.types = types;
	parent.mdev_types_kset = kset_create_and_add("mdev_supported_types", null, parent.dev!.kobj);
	if (!parent.mdev_types_kset)
		return -ENOMEM;
	for (const group of groups) {
		const type = add_mdev_supported_type(parent, group);

		if (typeof type === "number") {
			parent_remove_sysfs_files(parent);
			return type;
		}
		types.push(type);
	}
	return 0;
}

/**
 * mdev_register_device - let mediated devices be made of a device
 * @dev: the device
 * @mdev_driver: who will drive them
 *
 * Return: 0; -EINVAL without types, -EEXIST when it was done before, -ENOMEM.
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.0
 */
export function mdev_register_device(dev: device, mdev_driver: mdev_driver): number {
	if (!mdev_driver.supported_type_groups)
		return -EINVAL;

	mutex_lock(parent_list_lock);
	const ret = new_parent(dev, mdev_driver, mdev_driver.supported_type_groups);

	mutex_unlock(parent_list_lock);
	if (!ret) {
		dev_info(dev, "MDEV: Registered\n");
		kobject_uevent_env(dev.kobj, KOBJ_CHANGE, ["MDEV_STATE=registered"]);
	}
	return ret;
}

function new_parent(
	dev: device, mdev_driver: mdev_driver, groups: readonly attribute_group[],
): number {
	if (parent_list.has(dev))
		return -EEXIST;

	const parent = kzalloc(mdev_parent, GFP_KERNEL);

	if (!parent)
		return -ENOMEM;
	get_device(dev);
	parent.dev = dev;
	parent.mdev_driver = mdev_driver;
	parent.unreg_sem.name = "parent->unreg_sem";

	const ret = parent_create_sysfs_files(parent, groups);

	if (ret) {
		put_device(dev);
		kfree(parent);
		return ret;
	}
	if (class_link_create(dev))
		dev_warn(dev, "Failed to create compatibility class link\n");
	parent_list.set(dev, parent);
	return 0;
}

/**
 * mdev_unregister_device - no more mediated devices of a device: those there are go
 *
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.0
 */
export function mdev_unregister_device(dev: device): void {
	mutex_lock(parent_list_lock);
	const parent = parent_list.get(dev);

	parent_list.delete(dev);
	mutex_unlock(parent_list_lock);
	if (parent === undefined)
		return;
	dev_info(dev, "MDEV: Unregistering\n");

	down_write(parent.unreg_sem);
	class_link_remove(dev);
	mdev_remove_children(parent);
	parent_remove_sysfs_files(parent);
	up_write(parent.unreg_sem);

	put_device(dev);
	kfree(parent);
	kobject_uevent_env(dev.kobj, KOBJ_CHANGE, ["MDEV_STATE=unregistered"]);
}
