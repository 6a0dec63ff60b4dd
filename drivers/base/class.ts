/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Classes: devices by what they do, under /sys/class.
 *
 * Left out, since no class here has any: files of a class itself.
 *
 * Copyright (c) 2002-3 Patrick Mochel
 * Copyright (c) 2002-3 Open Source Development Labs
 * Copyright (c) 2003-2004 Greg Kroah-Hartman
 * Copyright (c) 2003-2004 IBM Corp.
 *
 * Source: drivers/base/class.c, Linux 6.12.
 */
import { dev_name, struct_class, type device } from "#linux/device.h";
import { ENOMEM } from "#linux/errno.h";
import { ERR_PTR, type err_ptr } from "#linux/err.h";
import { core_initcall } from "#linux/init.h";
import {
	KOBJ_TYPE, kobject_create_and_add, kobject_set_name, kset_create_and_add, kset_register,
	kset_unregister, type kobject, type kset,
} from "#linux/kobject.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { sysfs_create_link, sysfs_remove_link } from "#linux/sysfs.h";
import { subsys_private } from "./base.h.ts";

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

function class_release(kobj: kobject): void {
	const cp = to_subsys_private(kobj);

	cp.class!.class_release?.(cp.class!);
	kfree(cp);
}

const class_ktype = KOBJ_TYPE({
	sysfs_ops: null,
	release: class_release,
});

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
	return 0;
}

export function class_unregister(cls: struct_class): void {
	const sp = class_to_subsys(cls);

	if (sp === null)
		return;
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
