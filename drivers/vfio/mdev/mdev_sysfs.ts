// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files and directories of mediated devices, their types and their parents.
 *
 * Copyright (c) 2016, NVIDIA CORPORATION. All rights reserved.
 *     Author: Neo Jia <cjia@nvidia.com>
 *             Kirti Wankhede <kwankhede@nvidia.com>
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12.
 */
import {
	attribute, attribute_group, sysfs_create_link, sysfs_emit, sysfs_remove_link,
	type sysfs_ops,
} from "#linux/sysfs.h";
import { GFP_KERNEL, kfree, kstrndup } from "#linux/slab.h";
import { to_mdev_device, type mdev_device, type mdev_parent, type mdev_type } from "#linux/mdev.h";
import { atomic_read } from "#linux/atomic.h";
import {
	DEVICE_ATTR_WO, dev_driver_string, dev_name, device_remove_file_self, get_device,
	put_device, type device, type device_attribute,
} from "#linux/device.h";
import { container_of } from "#linux/container_of.h";
import { EINVAL, EIO, ENOMEM } from "#linux/errno.h";
import {
	KOBJ_TYPE, kobject_create_and_add, kobject_del, kobject_init_and_add, kobject_put,
	kset_create_and_add, kset_unregister, type kobject,
} from "#linux/kobject.h";
import { kstrtoul } from "#linux/kstrtox.h";
import { pr_debug } from "#linux/printk.h";
import type { char_buf } from "#linux/sprintf.h";
import { out } from "#linux/types.h";
import { UUID_STRING_LEN, guid_parse, guid_t } from "#linux/uuid.h";
import {
	mdev_device_create, mdev_device_remove, to_mdev_type,
} from "./mdev_private.h.ts";

/** class mdev_type_attribute - a file of a type's directory */
export class mdev_type_attribute {
	attr: attribute;
	show: ((mtype: mdev_type, attr: mdev_type_attribute, buf: char_buf) => number) | null;
	store: ((mtype: mdev_type, attr: mdev_type_attribute, buf: string, count: number) => number)
		| null;

	constructor(
		name: string, mode: number, show: mdev_type_attribute["show"],
		store: mdev_type_attribute["store"],
	) {
		this.attr = new attribute(name, mode, this);
		this.show = show;
		this.store = store;
	}
}

/* PORT: a macro in C */
function to_mdev_type_attr(attr: attribute): mdev_type_attribute {
	return container_of(attr, mdev_type_attribute, "attr");
}

/** MDEV_TYPE_ATTR_RO - a readable file of a type */
export function MDEV_TYPE_ATTR_RO(		/* PORT: a macro in C */
	name: string, show: NonNullable<mdev_type_attribute["show"]>,
): mdev_type_attribute {
	return new mdev_type_attribute(name, 0o444, show, null);
}

/** MDEV_TYPE_ATTR_WO - a writable file of a type */
function MDEV_TYPE_ATTR_WO(		/* PORT: a macro in C */
	name: string, store: NonNullable<mdev_type_attribute["store"]>,
): mdev_type_attribute {
	return new mdev_type_attribute(name, 0o200, null, store);
}

/**
 * mdev_type_attr_show - read a file of a type
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function mdev_type_attr_show(kobj: kobject, __attr: attribute, buf: char_buf): number {
	const attr = to_mdev_type_attr(__attr);
	const type = to_mdev_type(kobj);
	let ret = -EIO;

	if (attr.show)
		ret = attr.show(type, attr, buf);
	return ret;
}

/**
 * mdev_type_attr_store - write a file of a type
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function mdev_type_attr_store(
	kobj: kobject, __attr: attribute, buf: string, count: number,
): number {
	const attr = to_mdev_type_attr(__attr);
	const type = to_mdev_type(kobj);
	let ret = -EIO;

	if (attr.store)
		ret = attr.store(type, attr, buf, count);
	return ret;
}

const mdev_type_sysfs_ops: sysfs_ops = {
	show: mdev_type_attr_show,
	store: mdev_type_attr_store,
};

/**
 * create_store - make a mediated device of a type
 * @buf: its UUID, with a newline or without
 *
 * Return: @count, -EINVAL when that is no UUID, or as mdev_device_create().
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function create_store(
	mtype: mdev_type, attr: mdev_type_attribute, buf: string, count: number,
): number {
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

	ret = mdev_device_create(mtype, uuid);
	if (ret)
		return ret;

	return count;
}
const mdev_type_attr_create = MDEV_TYPE_ATTR_WO("create", create_store);

/**
 * device_api_show - which programming interface devices of a type have
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function device_api_show(mtype: mdev_type, attr: mdev_type_attribute, buf: char_buf): number {
	return sysfs_emit(buf, "%s\n", mtype.parent!.mdev_driver!.device_api);
}
const mdev_type_attr_device_api = MDEV_TYPE_ATTR_RO("device_api", device_api_show);

/**
 * name_show - what a type is called
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function name_show(mtype: mdev_type, attr: mdev_type_attribute, buf: char_buf): number {
	return sysfs_emit(buf, "%s\n",
		mtype.pretty_name ? mtype.pretty_name : mtype.sysfs_name);
}

const mdev_type_attr_name = MDEV_TYPE_ATTR_RO("name", name_show);

/**
 * available_instances_show - how many more devices there can be
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function available_instances_show(
	mtype: mdev_type, attr: mdev_type_attribute, buf: char_buf,
): number {
	const drv = mtype.parent!.mdev_driver!;

	if (drv.get_available)
		return sysfs_emit(buf, "%u\n", drv.get_available(mtype));
	return sysfs_emit(buf, "%u\n",
			  atomic_read(mtype.parent!.available_instances));
}
const mdev_type_attr_available_instances =
	MDEV_TYPE_ATTR_RO("available_instances", available_instances_show);

/**
 * description_show - what a driver says of a type
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function description_show(mtype: mdev_type, attr: mdev_type_attribute, buf: char_buf): number {
	return mtype.parent!.mdev_driver!.show_description!(mtype, buf);
}
const mdev_type_attr_description = MDEV_TYPE_ATTR_RO("description", description_show);

const mdev_types_core_attrs = [
	mdev_type_attr_create.attr,
	mdev_type_attr_device_api.attr,
	mdev_type_attr_name.attr,
	mdev_type_attr_available_instances.attr,
	mdev_type_attr_description.attr,
];

/**
 * mdev_types_core_is_visible - leave the description out where there is none
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function mdev_types_core_is_visible(kobj: kobject, attr: attribute, n: number): number {
	if (attr === mdev_type_attr_description.attr &&
	    !to_mdev_type(kobj).parent!.mdev_driver!.show_description)
		return 0;
	return attr.mode;
}

const mdev_type_core_group = new attribute_group({
	attrs: mdev_types_core_attrs,
	is_visible: mdev_types_core_is_visible,
});

const mdev_type_groups = [
	mdev_type_core_group,
];

/**
 * mdev_type_release - the last reference to a type is gone
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function mdev_type_release(kobj: kobject): void {
	const type = to_mdev_type(kobj);

	pr_debug("Releasing group %s\n", kobj.name);
	/* against the get in mdev_type_add() */
	put_device(type.parent!.dev);
}

const mdev_type_ktype = KOBJ_TYPE({
	sysfs_ops: mdev_type_sysfs_ops,
	release: mdev_type_release,
	default_groups: mdev_type_groups,
});

/**
 * mdev_type_add - make a type's directory
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function mdev_type_add(parent: mdev_parent, type: mdev_type): number {
	let ret;

	type.kobj.kset = parent.mdev_types_kset;
	type.parent = parent;
	/* until mdev_type_release() */
	get_device(parent.dev);

	/* PORT: a type that a driver of Linux 5.10 or 6.0 lists has its own ktype */
	ret = kobject_init_and_add(type.kobj, type.ktype ?? mdev_type_ktype, null,
				   "%s-%s", dev_driver_string(parent.dev!),
				   type.sysfs_name);
	if (ret) {
		kobject_put(type.kobj);
		return ret;
	}

	attr_devices_failed: {
		type.devices_kobj = kobject_create_and_add("devices", type.kobj);
		if (!type.devices_kobj) {
			ret = -ENOMEM;
			break attr_devices_failed;
		}

		return 0;

	} /* attr_devices_failed: */
	kobject_del(type.kobj);
	kobject_put(type.kobj);
	return ret;
}

/**
 * mdev_type_remove - remove a type's directory
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function mdev_type_remove(type: mdev_type): void {
	kobject_put(type.devices_kobj);
	kobject_del(type.kobj);
	kobject_put(type.kobj);
}

/**
 * parent_remove_sysfs_files - remove a parent's directory of types
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
export function parent_remove_sysfs_files(parent: mdev_parent): void {
	let i;

	for (i = 0; i < parent.nr_types; i++)
		mdev_type_remove(parent.types[i]);
	kset_unregister(parent.mdev_types_kset);
}

/**
 * parent_create_sysfs_files - make a parent's directory of types
 *
 * Return: 0, -ENOMEM, or why a type's directory could not be made.
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
export function parent_create_sysfs_files(parent: mdev_parent): number {
	let ret = 0, i;

	parent.mdev_types_kset = kset_create_and_add("mdev_supported_types",
					       null, parent.dev!.kobj);
	if (!parent.mdev_types_kset)
		return -ENOMEM;

	out_err: {
		for (i = 0; i < parent.nr_types; i++) {
			ret = mdev_type_add(parent, parent.types[i]);
			if (ret)
				break out_err;
		}
		return 0;

	} /* out_err: */
	while (--i >= 0)
		mdev_type_remove(parent.types[i]);
	kset_unregister(parent.mdev_types_kset);
	return ret;
}

/**
 * remove_store - remove a mediated device
 * @buf: a number; 0 leaves the device alone
 *
 * Return: @count, -EINVAL when that is no number, or as mdev_device_remove().
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
function remove_store(dev: device, attr: device_attribute, buf: string, count: number): number {
	const mdev = to_mdev_device(dev);
	const val = out(0);

	if (kstrtoul(buf, 0, val) < 0)
		return -EINVAL;

	if (val.v && device_remove_file_self(dev, attr)) {
		let ret;

		ret = mdev_device_remove(mdev);
		if (ret)
			return ret;
	}

	return count;
}

const dev_attr_remove = DEVICE_ATTR_WO("remove", remove_store);

const mdev_device_attrs = [
	dev_attr_remove.attr,
];

const mdev_device_group = new attribute_group({
	attrs: mdev_device_attrs,
});

export const mdev_device_groups = [
	mdev_device_group,
];

/**
 * mdev_create_sysfs_files - make the links between a device and its type
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
export function mdev_create_sysfs_files(mdev: mdev_device): number {
	const type = mdev.type!;
	const kobj = mdev.dev.kobj;
	let ret;

	ret = sysfs_create_link(type.devices_kobj!, kobj, dev_name(mdev.dev));
	if (ret)
		return ret;

	type_link_failed: {
		ret = sysfs_create_link(kobj, type.kobj, "mdev_type");
		if (ret)
			break type_link_failed;
		return ret;

	} /* type_link_failed: */
	sysfs_remove_link(mdev.type!.devices_kobj!, dev_name(mdev.dev));
	return ret;
}

/**
 * mdev_remove_sysfs_files - remove the links between a device and its type
 *
 * C: drivers/vfio/mdev/mdev_sysfs.c, Linux 6.12
 */
export function mdev_remove_sysfs_files(mdev: mdev_device): void {
	const kobj = mdev.dev.kobj;

	sysfs_remove_link(kobj, "mdev_type");
	sysfs_remove_link(mdev.type!.devices_kobj!, dev_name(mdev.dev));
}

export { mdev_type_attr_create, mdev_type_ktype }; /* PORT: for the core of Linux 6.0 */
