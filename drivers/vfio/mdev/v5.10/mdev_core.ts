// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mediated device core of Linux 5.10.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * C: drivers/vfio/mdev/mdev_core.c, Linux 5.10.
 */
import {
	dev_dbg, dev_err, dev_info, dev_set_name, dev_warn, device_add, device_del,
	device_driver_attach, device_for_each_child, device_initialize, driver_register,
	driver_unregister, get_device, put_device, type device,
} from "#linux/device.h";
import { EAGAIN, EEXIST, EINVAL, ENODEV, ENOMEM } from "#linux/errno.h";
import { core_initcall } from "#linux/init.h";
import {
	KOBJ_CHANGE, kobject_get, kobject_put, kobject_uevent_env, type kobject,
} from "#linux/kobject.h";
import { INIT_LIST_HEAD, list_add, list_del, list_for_each_entry, list_head } from "#linux/list.h";
import {
	DEFINE_MUTEX, lockdep_assert_held, mutex_init, mutex_lock, mutex_unlock,
} from "#linux/mutex.h";
import { down_read_trylock, down_write, up_read, up_write } from "#linux/rwsem.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { guid_copy, guid_equal, type guid_t } from "#linux/uuid.h";
import {
	mdev_device, mdev_parent, to_mdev_device, type mdev_parent_ops,
} from "#linux/v5.10/mdev.h";
import { class_link_create, class_link_remove } from "../mdev_core.ts";
import { mdev_bus_type } from "../mdev_private.h.ts";
import {
	mdev_create_sysfs_files, mdev_remove_sysfs_files, parent_create_sysfs_files,
	parent_remove_sysfs_files, to_mdev_type,
} from "./mdev_sysfs.ts";
import { vfio_mdev_driver } from "./vfio_mdev.ts";

/* Parents by their device. */
let parent_list = new Map<device, mdev_parent>();
const parent_list_lock = DEFINE_MUTEX("parent_list_lock");

const mdev_list = new list_head();
const mdev_list_lock = DEFINE_MUTEX("mdev_list_lock");

core_initcall(() => {
	parent_list = new Map();
	INIT_LIST_HEAD(mdev_list);
	mutex_init(parent_list_lock, "parent_list_lock");
	mutex_init(mdev_list_lock, "mdev_list_lock");
});

/**
 * mdev_device_remove_common - a mediated device goes
 *
 * VFIO lets go of it first, which waits until it is closed; only then is its
 * parent's driver told.
 *
 * Context: the caller holds the parent's unreg_sem.
 * C: drivers/vfio/mdev/mdev_core.c, Linux 5.10
 */
function mdev_device_remove_common(mdev: mdev_device): void {
	const parent = mdev.parent!;

	mdev_remove_sysfs_files(mdev.dev, to_mdev_type(mdev.type_kobj!));
	device_del(mdev.dev);
	lockdep_assert_held(parent.unreg_sem);
	const ret = parent.ops!.remove!(mdev);

	if (ret)
		dev_err(mdev.dev, "Remove failed: err=%d\n", ret);

	/* against device_initialize() */
	put_device(mdev.dev);
}

function mdev_device_remove_cb(dev: device, data: unknown): number {
	if (dev.bus === mdev_bus_type)
		mdev_device_remove_common(to_mdev_device(dev));
	return 0;
}

/**
 * mdev_register_device - let mediated devices be made of a device
 * @dev: the device
 * @ops: what its driver does
 *
 * VFIO's driver of mediated devices is there as long as there is a parent.
 *
 * Return: 0; -EINVAL when a callback that must be there is missing, -EEXIST when
 * it was done before, -ENOMEM.
 * C: drivers/vfio/mdev/mdev_core.c, Linux 5.10
 */
export function mdev_register_device(dev: device, ops: mdev_parent_ops): number {
	let ret;

	/* what no driver can do without */
	if (!ops.create || !ops.remove || !ops.supported_type_groups)
		return -EINVAL;

	if (parent_list.size === 0) {
		vfio_mdev_driver.driver.bus = mdev_bus_type;
		ret = driver_register(vfio_mdev_driver.driver);
		if (ret)
			return ret;
	}

	mutex_lock(parent_list_lock);
	ret = new_parent(dev, ops);
	mutex_unlock(parent_list_lock);
	if (ret) {
		if (parent_list.size === 0)
			driver_unregister(vfio_mdev_driver.driver);
		return ret;
	}

	dev_info(dev, "MDEV: Registered\n");
	kobject_uevent_env(dev.kobj, KOBJ_CHANGE, ["MDEV_STATE=registered"]);
	return 0;
}

function new_parent(dev: device, ops: mdev_parent_ops): number {
	if (parent_list.has(dev))
		return -EEXIST;

	const parent = kzalloc(mdev_parent, GFP_KERNEL);

	if (!parent)
		return -ENOMEM;
	get_device(dev);
	parent.dev = dev;
	parent.ops = ops;

	const ret = parent_create_sysfs_files(parent);

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
 * C: drivers/vfio/mdev/mdev_core.c, Linux 5.10
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
	device_for_each_child(dev, null, mdev_device_remove_cb);
	parent_remove_sysfs_files(parent);
	up_write(parent.unreg_sem);

	put_device(dev);
	kfree(parent);
	if (parent_list.size === 0)
		driver_unregister(vfio_mdev_driver.driver);
	kobject_uevent_env(dev.kobj, KOBJ_CHANGE, ["MDEV_STATE=unregistered"]);
}

/* The last reference to a mediated device is gone. */
function mdev_device_release(dev: device): void {
	const mdev = to_mdev_device(dev);

	mutex_lock(mdev_list_lock);
	list_del(mdev.next);
	mutex_unlock(mdev_list_lock);

	kobject_put(mdev.type_kobj);
	dev_dbg(mdev.dev, "MDEV: destroying\n");
	kfree(mdev);
}

/**
 * mdev_device_create - make a mediated device
 * @kobj: its type's directory
 * @uuid: its name
 *
 * The parent's driver hears of it before it is in sysfs.
 *
 * Return: 0; -EEXIST when there is one of that name, -ENODEV when the parent
 * goes, -ENOMEM, or the driver's error.
 * C: drivers/vfio/mdev/mdev_core.c, Linux 5.10
 */
export function mdev_device_create(kobj: kobject, uuid: guid_t): number {
	let ret;
	const type = to_mdev_type(kobj);
	const parent = type.parent!;

	mutex_lock(mdev_list_lock);

	/* One of each name */
	for (const tmp of list_for_each_entry<mdev_device>(mdev_list, "next")) {
		if (guid_equal(tmp.uuid, uuid)) {
			mutex_unlock(mdev_list_lock);
			return -EEXIST;
		}
	}

	const mdev = kzalloc(mdev_device, GFP_KERNEL);
	if (!mdev) {
		mutex_unlock(mdev_list_lock);
		return -ENOMEM;
	}

	guid_copy(mdev.uuid, uuid);
	list_add(mdev.next, mdev_list);
	mutex_unlock(mdev_list_lock);

	mdev.parent = parent;
	mdev.type_kobj = kobject_get(kobj);

	device_initialize(mdev.dev);
	mdev.dev.parent = parent.dev;
	mdev.dev.bus = mdev_bus_type;
	mdev.dev.release = mdev_device_release;
	mdev.dev.groups = parent.ops!.mdev_attr_groups;

	mdev_fail: {
		ret = dev_set_name(mdev.dev, "%s", uuid);
		if (ret)
			break mdev_fail;

		/* The parent may be going */
		if (!down_read_trylock(parent.unreg_sem)) {
			ret = -ENODEV;
			break mdev_fail;
		}

		ops_create_fail: {
			add_fail: {
				sysfs_fail: {
					ret = parent.ops!.create!(kobj, mdev);
					if (ret)
						break ops_create_fail;

					ret = device_add(mdev.dev);
					if (ret)
						break add_fail;

					/* PORT: in C the driver finds the device by itself */
					ret = device_driver_attach(vfio_mdev_driver.driver, mdev.dev);
					if (ret)
						break sysfs_fail;

					ret = mdev_create_sysfs_files(mdev.dev, type);
					if (ret)
						break sysfs_fail;

					mdev.active = true;
					dev_dbg(mdev.dev, "MDEV: created\n");
					up_read(parent.unreg_sem);
					return 0;

				} /* sysfs_fail: */
				device_del(mdev.dev);
			} /* add_fail: */
			parent.ops!.remove!(mdev);
		} /* ops_create_fail: */
		up_read(parent.unreg_sem);
	} /* mdev_fail: */
	put_device(mdev.dev);
	return ret;
}

/**
 * mdev_device_remove - remove a mediated device
 *
 * Return: 0; -ENODEV when it is gone or its parent goes, -EAGAIN when it is not
 * ready or somebody else removes it.
 * C: drivers/vfio/mdev/mdev_core.c, Linux 5.10
 */
export function mdev_device_remove(dev: device): number {
	const mdev = to_mdev_device(dev);
	let known = false;

	mutex_lock(mdev_list_lock);
	for (const tmp of list_for_each_entry<mdev_device>(mdev_list, "next")) {
		if (tmp === mdev) {
			known = true;
			break;
		}
	}

	if (!known) {
		mutex_unlock(mdev_list_lock);
		return -ENODEV;
	}

	if (!mdev.active) {
		mutex_unlock(mdev_list_lock);
		return -EAGAIN;
	}

	mdev.active = false;
	mutex_unlock(mdev_list_lock);

	const parent = mdev.parent!;

	/* The parent may be going */
	if (!down_read_trylock(parent.unreg_sem))
		return -ENODEV;

	mdev_device_remove_common(mdev);
	up_read(parent.unreg_sem);
	return 0;
}
