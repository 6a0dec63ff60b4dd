/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classes: devices by what they do, under /sys/class.
 *
 * Copyright (c) 2002-3 Patrick Mochel
 * Copyright (c) 2002-3 Open Source Development Labs
 * Copyright (c) 2003-2004 Greg Kroah-Hartman
 * Copyright (c) 2003-2004 IBM Corp.
 *
 * Source: drivers/base/class.c, Linux 6.12.
 */
import { dev_name, struct_class, type class_attribute, type device } from "#linux/device.h";
import { EINVAL, EIO, ENOMEM } from "#linux/errno.h";
import { ERR_PTR, type err_ptr } from "#linux/err.h";
import { core_initcall } from "#linux/init.h";
import {
	kobject_create_and_add, kobject_del, kobject_put, kobject_set_name, kset_create_and_add,
	kset_register, kset_unregister, type kobj_type, type kobject, type kset,
} from "#linux/kobject.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import type { char_buf } from "#linux/sprintf.h";
import {
	sysfs_create_file, sysfs_create_groups, sysfs_create_link, sysfs_remove_file,
	sysfs_remove_groups, sysfs_remove_link, type attribute,
} from "#linux/sysfs.h";
import { subsys_private } from "./base.h.ts";
import { get_device } from "./core.ts";

/* /sys/class, and the registered classes */
let class_kset: kset | null = null;
let classes = new Map<struct_class, subsys_private>();

core_initcall(function classes_init(): void {
	classes = new Map();
	class_kset = kset_create_and_add("class", null, null);
});

/** class_to_subsys - what the driver core knows of a class; null unless registered */
export function class_to_subsys(cls: struct_class | null): subsys_private | null {
	return cls === null ? null : classes.get(cls) ?? null;
}

/* What C finds by the member that a kobject is of its subsys_private. */
function to_subsys_private(kobj: kobject): subsys_private {
	return (kobj.container as kset).container as subsys_private;
}

function class_attr_show(kobj: kobject, attr: attribute, buf: char_buf): number {
	const class_attr = attr.container as class_attribute;
	const cp = to_subsys_private(kobj);

	return class_attr.show === null ? -EIO : class_attr.show(cp.class!, class_attr, buf);
}

function class_attr_store(kobj: kobject, attr: attribute, buf: string, count: number): number {
	const class_attr = attr.container as class_attribute;
	const cp = to_subsys_private(kobj);

	return class_attr.store === null ? -EIO
		: class_attr.store(cp.class!, class_attr, buf, count);
}

function class_release(kobj: kobject): void {
	const cp = to_subsys_private(kobj);

	cp.class!.class_release?.(cp.class!);
	kfree(cp);
}

const class_ktype: kobj_type = {
	sysfs_ops: { show: class_attr_show, store: class_attr_store },
	release: class_release,
};

/** class_create_file - give a class's directory a file */
export function class_create_file(cls: struct_class, attr: class_attribute): number {
	const sp = class_to_subsys(cls);

	return sp === null ? -EINVAL : sysfs_create_file(sp.subsys.kobj, attr.attr);
}

export function class_remove_file(cls: struct_class, attr: class_attribute): void {
	const sp = class_to_subsys(cls);

	if (sp !== null)
		sysfs_remove_file(sp.subsys.kobj, attr.attr);
}

/** class_register - make a class known; 0 or a negative error */
export function class_register(cls: struct_class): number {
	const cp = kzalloc(subsys_private, GFP_KERNEL);

	if (cp === null)
		return -ENOMEM;
	let error = kobject_set_name(cp.subsys.kobj, "%s", cls.name);

	if (error) {
		kfree(cp);
		return error;
	}
	cp.subsys.kobj.kset = class_kset;
	cp.subsys.kobj.ktype = class_ktype;
	cp.class = cls;
	error = kset_register(cp.subsys);
	if (error) {
		kfree(cp);
		return error;
	}
	classes.set(cls, cp);
	error = sysfs_create_groups(cp.subsys.kobj, cls.class_groups);
	if (error)
		class_unregister(cls);
	return error;
}

export function class_unregister(cls: struct_class): void {
	const sp = class_to_subsys(cls);

	if (sp === null)
		return;
	sysfs_remove_groups(sp.subsys.kobj, cls.class_groups);
	classes.delete(cls);
	kset_unregister(sp.subsys);
}

function class_create_release(cls: struct_class): void {
	kfree(cls);
}

/** class_create - a new class, registered; or an error pointer */
export function class_create(name: string): struct_class | err_ptr {
	const cls = kzalloc(struct_class, GFP_KERNEL);

	if (cls === null)
		return ERR_PTR(-ENOMEM);
	cls.name = name;
	cls.class_release = class_create_release;
	const retval = class_register(cls);

	if (retval) {
		kfree(cls);
		return ERR_PTR(retval);
	}
	return cls;
}

/** class_destroy - undo class_create() */
export function class_destroy(cls: struct_class | err_ptr | null): void {
	if (cls instanceof struct_class)
		class_unregister(cls);
}

/** class_find_device - the first device of a class that @match says yes to, held; or null */
export function class_find_device<T>(
	cls: struct_class, start: device | null, data: T,
	match: (dev: device, data: T) => number | boolean,
): device | null {
	const sp = class_to_subsys(cls);
	let started = start === null;

	for (const dev of sp?.klist_devices.values() ?? []) {
		if (started && match(dev, data))
			return get_device(dev);
		started ||= dev === start;
	}
	return null;
}

/** class_find_device_by_name - the device of that name, held; or null */
export function class_find_device_by_name(cls: struct_class, name: string): device | null {
	return get_device(class_to_subsys(cls)?.klist_devices.get(name) ?? null);
}

/** class class_compat - a directory of links to devices that used to be a class */
export class class_compat {
	kobj: kobject | null = null;
}

/** class_compat_register - a new directory of links under /sys/class, or null */
export function class_compat_register(name: string): class_compat | null {
	const cls = kzalloc(class_compat, GFP_KERNEL);

	if (cls === null)
		return null;
	cls.kobj = kobject_create_and_add(name, class_kset!.kobj);
	if (cls.kobj === null) {
		kfree(cls);
		return null;
	}
	return cls;
}

export function class_compat_unregister(cls: class_compat): void {
	kobject_del(cls.kobj!);
	kobject_put(cls.kobj);
	kfree(cls);
}

/**
 * class_compat_create_link - link a device there
 * @device_link: whom a link "device" in the device's directory leads to, if any
 */
export function class_compat_create_link(
	cls: class_compat, dev: device, device_link: device | null,
): number {
	let error = sysfs_create_link(cls.kobj!, dev.kobj, dev_name(dev));

	if (error)
		return error;
	if (device_link !== null) {
		error = sysfs_create_link(dev.kobj, device_link.kobj, "device");
		if (error)
			sysfs_remove_link(cls.kobj!, dev_name(dev));
	}
	return error;
}

export function class_compat_remove_link(
	cls: class_compat, dev: device, device_link: device | null,
): void {
	if (device_link !== null)
		sysfs_remove_link(dev.kobj, "device");
	sysfs_remove_link(cls.kobj!, dev_name(dev));
}
