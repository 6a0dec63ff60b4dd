// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mediated device core: parents, creation and removal.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.12.
 */
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import {
	bus_register, bus_unregister, class_compat_create_link, class_compat_register,
	class_compat_remove_link, dev_dbg, dev_info, dev_set_name, dev_warn, device_add, device_del,
	device_driver_attach, device_for_each_child, device_initialize, put_device,
	type class_compat, type device,
} from "#linux/device.h";
import {
	mdev_device, to_mdev_device, type mdev_driver, type mdev_parent, type mdev_type,
} from "#linux/mdev.h";
import { atomic_dec, atomic_inc, atomic_read, atomic_set } from "#linux/atomic.h";
import { EAGAIN, EEXIST, ENODEV, ENOMEM, EUSERS } from "#linux/errno.h";
import { subsys_initcall } from "#linux/init.h";
import { KOBJ_CHANGE, kobject_get, kobject_put, kobject_uevent_env } from "#linux/kobject.h";
import { INIT_LIST_HEAD, list_add, list_del, list_for_each_entry, list_head } from "#linux/list.h";
import {
	DEFINE_MUTEX, lockdep_assert_held, mutex_init, mutex_lock, mutex_unlock,
} from "#linux/mutex.h";
import { down_read_trylock, down_write, init_rwsem, up_read, up_write } from "#linux/rwsem.h";
import { memset } from "#linux/string.h";
import { guid_copy, guid_equal, type guid_t } from "#linux/uuid.h";
import {
	mdev_bus_type, mdev_create_sysfs_files, mdev_device_groups, mdev_remove_sysfs_files,
	parent_create_sysfs_files, parent_remove_sysfs_files,
} from "./mdev_private.h.ts";

let mdev_bus_compat_class: class_compat | null = null;

const mdev_list = new list_head();
const mdev_list_lock = DEFINE_MUTEX("mdev_list_lock");

/* PORT: device_add(); a driver of Linux 5.10 hears of the device before. */
function mdev_device_add(mdev: mdev_device): number {
	const { created, deleted } = mdev.type!.parent!.mdev_driver!;
	let ret = created ? created(mdev) : 0;

	if (ret)
		return ret;
	ret = device_add(mdev.dev);
	if (ret && deleted)
		deleted(mdev);
	return ret;
}

/* PORT: device_del(); a driver of Linux 5.10 hears of it afterwards. */
function mdev_device_del(mdev: mdev_device): void {
	const { deleted } = mdev.type!.parent!.mdev_driver!;

	device_del(mdev.dev);
	if (deleted)
		deleted(mdev);
}

/**
 * mdev_device_remove_common - a mediated device goes
 *
 * Context: the caller holds the parent's unreg_sem.
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.12
 */
function mdev_device_remove_common(mdev: mdev_device): void {
	const parent = mdev.type!.parent!;

	mdev_remove_sysfs_files(mdev);
	mdev_device_del(mdev);			/* PORT: device_del() in C */
	lockdep_assert_held(parent.unreg_sem);
	/* against device_initialize() */
	put_device(mdev.dev);
}

/**
 * mdev_device_remove_cb - a child of a parent that goes
 *
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.12
 */
function mdev_device_remove_cb(dev: device, data: unknown): number {
	if (dev.bus === mdev_bus_type)
		mdev_device_remove_common(to_mdev_device(dev));
	return 0;
}

/**
 * mdev_register_parent - let mediated devices be made of a device
 * @parent: filled in here
 * @dev: the device; the caller holds it until mdev_unregister_parent()
 * @mdev_driver: who will drive the mediated devices
 * @types: the types offered
 * @nr_types: how many
 *
 * Return: 0, or why the directories could not be made.
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.12
 */
export function mdev_register_parent(
	parent: mdev_parent, dev: device, mdev_driver: mdev_driver, types: readonly mdev_type[],
	nr_types: number,
): number {
	const env_string = "MDEV_STATE=registered";
	const envp = [env_string];
	let ret;

	memset(parent, 0);
	init_rwsem(parent.unreg_sem, "parent->unreg_sem");
	parent.dev = dev;
	parent.mdev_driver = mdev_driver;
	parent.types = types;
	parent.nr_types = nr_types;
	atomic_set(parent.available_instances, mdev_driver.max_instances);

	ret = parent_create_sysfs_files(parent);
	if (ret)
		return ret;

	ret = class_compat_create_link(mdev_bus_compat_class!, dev, null);
	if (ret)
		dev_warn(dev, "Failed to create compatibility class link\n");

	dev_info(dev, "MDEV: Registered\n");
	kobject_uevent_env(dev.kobj, KOBJ_CHANGE, envp);
	return 0;
}

/**
 * mdev_unregister_parent - no more mediated devices of a device: those there are go
 * @parent: the parent
 *
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.12
 */
export function mdev_unregister_parent(parent: mdev_parent): void {
	const env_string = "MDEV_STATE=unregistered";
	const envp = [env_string];

	dev_info(parent.dev!, "MDEV: Unregistering\n");

	down_write(parent.unreg_sem);
	class_compat_remove_link(mdev_bus_compat_class!, parent.dev!, null);
	device_for_each_child(parent.dev!, null, mdev_device_remove_cb);
	parent_remove_sysfs_files(parent);
	up_write(parent.unreg_sem);

	kobject_uevent_env(parent.dev!.kobj, KOBJ_CHANGE, envp);
}

/**
 * mdev_device_release - the last reference to a mediated device is gone
 *
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.12
 */
function mdev_device_release(dev: device): void {
	const mdev = to_mdev_device(dev);
	const parent = mdev.type!.parent!;

	mutex_lock(mdev_list_lock);
	list_del(mdev.next);
	if (!parent.mdev_driver!.get_available)
		atomic_inc(parent.available_instances);
	mutex_unlock(mdev_list_lock);

	/* against the get in mdev_device_create() */
	kobject_put(mdev.type!.kobj);

	dev_dbg(mdev.dev, "MDEV: destroying\n");
	kfree(mdev);
}

/**
 * mdev_device_create - make a mediated device
 * @type: of which type
 * @uuid: its name
 *
 * Return: 0; -EEXIST when there is one of that name, -EUSERS when there are as
 * many as there can be, -ENODEV when the parent goes, -ENOMEM, or the driver's
 * error.
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.12
 */
export function mdev_device_create(type: mdev_type, uuid: guid_t): number {
	let ret;
	const parent = type.parent!;
	const drv = parent.mdev_driver!;

	mutex_lock(mdev_list_lock);

	/* One of each name */
	for (const tmp of list_for_each_entry<mdev_device>(mdev_list, "next")) {
		if (guid_equal(tmp.uuid, uuid)) {
			mutex_unlock(mdev_list_lock);
			return -EEXIST;
		}
	}

	if (!drv.get_available) {
		if (!atomic_read(parent.available_instances)) {
			mutex_unlock(mdev_list_lock);
			return -EUSERS;
		}
		atomic_dec(parent.available_instances);
	}

	const mdev = kzalloc(mdev_device, GFP_KERNEL);
	if (!mdev) {
		mutex_unlock(mdev_list_lock);
		return -ENOMEM;
	}

	device_initialize(mdev.dev);
	mdev.dev.parent = parent.dev;
	mdev.dev.bus = mdev_bus_type;
	mdev.dev.release = mdev_device_release;
	mdev.dev.groups = mdev_device_groups;
	mdev.type = type;
	/* until mdev_device_release() */
	kobject_get(type.kobj);

	guid_copy(mdev.uuid, uuid);
	list_add(mdev.next, mdev_list);
	mutex_unlock(mdev_list_lock);

	out_put_device: {
		ret = dev_set_name(mdev.dev, "%s", uuid);
		if (ret)
			break out_put_device;

		/* The parent may be going */
		if (!down_read_trylock(parent.unreg_sem)) {
			ret = -ENODEV;
			break out_put_device;
		}

		out_unlock: {
			out_del: {
				ret = mdev_device_add(mdev);	/* PORT: device_add() in C */
				if (ret)
					break out_unlock;

				ret = device_driver_attach(drv.driver, mdev.dev);
				if (ret)
					break out_del;

				ret = mdev_create_sysfs_files(mdev);
				if (ret)
					break out_del;

				mdev.active = true;
				dev_dbg(mdev.dev, "MDEV: created\n");
				up_read(parent.unreg_sem);

				return 0;

			} /* out_del: */
			mdev_device_del(mdev);		/* PORT: device_del() in C */
		} /* out_unlock: */
		up_read(parent.unreg_sem);
	} /* out_put_device: */
	put_device(mdev.dev);
	return ret;
}

/**
 * mdev_device_remove - remove a mediated device
 * @mdev: the device
 *
 * Return: 0; -ENODEV when it is gone or its parent goes, -EAGAIN when it is not
 * ready or somebody else removes it.
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.12
 */
export function mdev_device_remove(mdev: mdev_device): number {
	let tmp: mdev_device | null = null;
	const parent = mdev.type!.parent!;

	mutex_lock(mdev_list_lock);
	for (tmp of list_for_each_entry<mdev_device>(mdev_list, "next")) {
		if (tmp === mdev)
			break;
	}

	if (tmp !== mdev) {
		mutex_unlock(mdev_list_lock);
		return -ENODEV;
	}

	if (!mdev.active) {
		mutex_unlock(mdev_list_lock);
		return -EAGAIN;
	}

	mdev.active = false;
	mutex_unlock(mdev_list_lock);

	/* The parent may be going */
	if (!down_read_trylock(parent.unreg_sem))
		return -ENODEV;

	mdev_device_remove_common(mdev);
	up_read(parent.unreg_sem);
	return 0;
}

/**
 * mdev_init - register the bus, and the class by which userspace finds parents
 *
 * C: drivers/vfio/mdev/mdev_core.c, Linux 6.12
 */
function mdev_init(): number {
	let ret;

	INIT_LIST_HEAD(mdev_list);				/* PORT: a boot begins afresh */
	mutex_init(mdev_list_lock, "mdev_list_lock");		/* PORT: a boot begins afresh */

	ret = bus_register(mdev_bus_type);
	if (ret)
		return ret;

	mdev_bus_compat_class = class_compat_register("mdev_bus");
	if (!mdev_bus_compat_class) {
		bus_unregister(mdev_bus_type);
		return -ENOMEM;
	}

	return 0;
}

subsys_initcall(mdev_init);
