// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files and directories of mediated devices, their types and their parents, in
 * Linux 5.10.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 5.10.
 */
import { container_of } from "#linux/container_of.h";
import {
	DEVICE_ATTR_WO, dev_driver_string, dev_name, device_create_file, device_remove_file,
	device_remove_file_self, get_device, put_device, type device, type device_attribute,
} from "#linux/device.h";
import { EINVAL, EIO, ENOMEM } from "#linux/errno.h";
import {
	kobject_create_and_add, kobject_del, kobject_init_and_add, kobject_put, kset_create_and_add,
	kset_unregister, type kobj_type, type kobject,
} from "#linux/kobject.h";
import { kstrtoul } from "#linux/kstrtox.h";
import { GFP_KERNEL, kfree, kstrndup, kzalloc } from "#linux/slab.h";
import {
	sysfs_create_file, sysfs_create_link, sysfs_remove_link, type attribute_group,
} from "#linux/sysfs.h";
import { out } from "#linux/types.h";
import { UUID_STRING_LEN, guid_parse, guid_t } from "#linux/uuid.h";
import {
	MDEV_TYPE_ATTR_WO, mdev_type, mdev_type_attribute, type mdev_parent,
} from "#linux/v5.10/mdev.h";
import { mdev_device_create, mdev_device_remove } from "./mdev_core.ts";

/** to_mdev_type - the type whose directory is @kobj */
export function to_mdev_type(kobj: kobject): mdev_type {
	return container_of(kobj, mdev_type, "kobj");
}

/**
 * create_store - make a mediated device of a type
 * @buf: its UUID, with a newline or without
 *
 * Return: @count, -EINVAL when that is no UUID, or as mdev_device_create().
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 5.10
 */
function create_store(kobj: kobject, dev: device, buf: string, count: number): number {
	const uuid = new guid_t();
	let ret;

	if ((count < UUID_STRING_LEN) || (count > UUID_STRING_LEN + 1))
		return -EINVAL;

	const str = kstrndup(buf, count, GFP_KERNEL);
	if (!str)
		return -ENOMEM;

	ret = guid_parse(str.text, uuid);
	kfree(str);
	if (ret)
		return ret;

	ret = mdev_device_create(kobj, uuid);
	if (ret)
		return ret;

	return count;
}

function mdev_type_release(kobj: kobject): void {
	const type = to_mdev_type(kobj);

	put_device(type.parent!.dev);
	kfree(type);
}

const mdev_type_ktype: kobj_type = {
	sysfs_ops: {
		show: (kobj, __attr, buf) => {
			const attr = container_of(__attr, mdev_type_attribute, "attr");

			return attr.show ? attr.show(kobj, to_mdev_type(kobj).parent!.dev!, buf) : -EIO;
		},
		store: (kobj, __attr, buf, count) => {
			const attr = container_of(__attr, mdev_type_attribute, "attr");

			return attr.store ?
				attr.store(kobj, to_mdev_type(kobj).parent!.dev!, buf, count) : -EIO;
		},
	},
	release: mdev_type_release,
};

/* The files of a type: create, and those that the driver lists. */
function type_create_files(type: mdev_type, group: attribute_group): number {
	let ret = sysfs_create_file(type.kobj, mdev_type_attr_create().attr);

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

/* Made on first use: the header that has its class is still being loaded now. */
let create_attribute: mdev_type_attribute | null = null;

function mdev_type_attr_create(): mdev_type_attribute {
	create_attribute ??= MDEV_TYPE_ATTR_WO("create", create_store);
	return create_attribute;
}

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
		remove_mdev_supported_type(type);
		return ret;
	}
	return type;
}

function remove_mdev_supported_type(type: mdev_type): void {
	kobject_put(type.devices_kobj);
	kobject_del(type.kobj);
	kobject_put(type.kobj);
}

/** parent_remove_sysfs_files - remove a parent's directory of types */
export function parent_remove_sysfs_files(parent: mdev_parent): void {
	for (const type of parent.type_list)
		remove_mdev_supported_type(type);
	parent.type_list = [];
	kset_unregister(parent.mdev_types_kset);
}

/**
 * parent_create_sysfs_files - make a parent's directory of types
 *
 * Return: 0, -ENOMEM, or why a type's directory could not be made.
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 5.10
 */
export function parent_create_sysfs_files(parent: mdev_parent): number {
	parent.mdev_types_kset = kset_create_and_add("mdev_supported_types", null, parent.dev!.kobj);
	if (!parent.mdev_types_kset)
		return -ENOMEM;
	for (const group of parent.ops!.supported_type_groups!) {
		const type = add_mdev_supported_type(parent, group);

		if (typeof type === "number") {
			parent_remove_sysfs_files(parent);
			return type;
		}
		parent.type_list.push(type);
	}
	return 0;
}

/**
 * remove_store - remove a mediated device
 * @buf: a number; 0 leaves the device alone
 *
 * Return: @count, -EINVAL when that is no number, or as mdev_device_remove().
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 5.10
 */
function remove_store(dev: device, attr: device_attribute, buf: string, count: number): number {
	const val = out(0);

	if (kstrtoul(buf, 0, val) < 0)
		return -EINVAL;

	if (val.v && device_remove_file_self(dev, attr)) {
		const ret = mdev_device_remove(dev);

		if (ret)
			return ret;
	}

	return count;
}

const dev_attr_remove = DEVICE_ATTR_WO("remove", remove_store);

/**
 * mdev_create_sysfs_files - make a device's remove file and the links to its type
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 5.10
 */
export function mdev_create_sysfs_files(dev: device, type: mdev_type): number {
	let ret = device_create_file(dev, dev_attr_remove);

	if (ret)
		return ret;

	device_link_failed: {
		ret = sysfs_create_link(type.devices_kobj!, dev.kobj, dev_name(dev));
		if (ret)
			break device_link_failed;

		ret = sysfs_create_link(dev.kobj, type.kobj, "mdev_type");
		if (ret) {
			sysfs_remove_link(type.devices_kobj!, dev_name(dev));
			break device_link_failed;
		}
		return ret;

	} /* device_link_failed: */
	device_remove_file(dev, dev_attr_remove);
	return ret;
}

/** mdev_remove_sysfs_files - undo mdev_create_sysfs_files() */
export function mdev_remove_sysfs_files(dev: device, type: mdev_type): void {
	device_remove_file(dev, dev_attr_remove);
	sysfs_remove_link(dev.kobj, "mdev_type");
	sysfs_remove_link(type.devices_kobj!, dev_name(dev));
}
