/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices: their directories, files, links and lives.
 *
 * Left out, since no text here can tell: device links, power management,
 * managed resources (devres), firmware nodes, device numbers under /sys/dev,
 * namespaces.
 *
 * Copyright (c) 2002-3 Patrick Mochel
 * Copyright (c) 2002-3 Open Source Development Labs
 * Copyright (c) 2006 Greg Kroah-Hartman <gregkh@suse.de>
 * Copyright (c) 2006 Novell, Inc.
 *
 * Source: drivers/base/core.c, Linux 6.12.
 */
import { WARN } from "#linux/bug.h";
import {
	DEVICE_ATTR_RO, DEVICE_ATTR_RW, dev_name, device, type device_attribute, type device_driver,
} from "#linux/device.h";
import { EINVAL, EIO, ENOMEM } from "#linux/errno.h";
import { ERR_PTR, IS_ERR, PTR_ERR, type err_ptr } from "#linux/err.h";
import { core_initcall } from "#linux/init.h";
import {
	KOBJ_ADD, KOBJ_REMOVE, KOBJ_TYPE, add_uevent_var, kobj_sysfs_ops, kobj_uevent_env, kobject,
	kobject_add, kobject_create_and_add, kobject_del, kobject_get, kobject_init, kobject_put,
	kobject_set_name, kobject_synth_uevent, kobject_uevent, kset_create_and_add, type kset,
	type kset_uevent_ops,
} from "#linux/kobject.h";
import type { lock_instance } from "#linux/lockdep.h";
import { THIS_MODULE, type module } from "#linux/module.h";
import { lock_contended } from "#linux/mutex.h";
import { printk, type log_level } from "#linux/printk.h";
import { current } from "#linux/sched.h";
import { GFP_KERNEL, kfree, kzalloc, should_failslab } from "#linux/slab.h";
import type { char_buf } from "#linux/sprintf.h";
import {
	PAGE_SIZE, sysfs_create_file, sysfs_create_groups, sysfs_create_link, sysfs_emit,
	sysfs_emit_at, sysfs_remove_file, sysfs_remove_file_self, sysfs_remove_groups,
	type attribute, type attribute_group, type sysfs_ops,
} from "#linux/sysfs.h";
import { dying, registered, type subsys_private } from "./base.h.ts";
import { bus_add_device, bus_probe_device, bus_remove_device, bus_to_subsys } from "./bus.ts";
import { class_to_subsys } from "./class.ts";
import { module_add_device } from "./module.ts";
import { sysfs_delete_link } from "./sysfs.ts";

/** dev_driver_string - the driver of a device, else its bus or class */
export function dev_driver_string(dev: device): string {
	return dev.driver?.name ?? dev.bus?.name ?? dev.class?.name ?? "";
}

function dev_attr_show(kobj: kobject, attr: attribute, buf: char_buf): number {
	const dev_attr = attr.container as device_attribute;
	const dev = kobj.container as device;
	let ret = -EIO;

	if (dev_attr.show !== null)
		ret = dev_attr.show(dev, dev_attr, buf);
	if (ret >= PAGE_SIZE)
		printk("warn", "dev_attr_show: %s returned bad count\n", [dev_attr.show!.name]);
	return ret;
}

function dev_attr_store(kobj: kobject, attr: attribute, buf: string, count: number): number {
	const dev_attr = attr.container as device_attribute;
	const dev = kobj.container as device;
	let ret = -EIO;

	if (dev_attr.store !== null)
		ret = dev_attr.store(dev, dev_attr, buf, count);
	return ret;
}

const dev_sysfs_ops: sysfs_ops = {
	show: dev_attr_show,
	store: dev_attr_store,
};

function device_release(kobj: kobject): void {
	const dev = kobj.container as device;
	const release = dev.release ?? dev.type?.release ?? dev.class?.dev_release;

	if (release)
		release(dev);
	else
		WARN(true, "Device '%s' does not have a release() function, it is broken and must "
			+ "be fixed.\n", dev_name(dev));
}

/* The links of a device's directory that its state tells: its subsystem and its driver. */
function device_link(kobj: kobject, name: string): kobject | null {
	const dev = kobj.container as device;

	if (name === "driver")
		return dev.driver?.p?.kobj ?? null;
	if (name === "subsystem")
		return device_subsys(dev)?.subsys.kobj ?? null;
	return null;
}

function* device_links(kobj: kobject): Generator<string> {
	const dev = kobj.container as device;

	if (device_subsys(dev) !== null)
		yield "subsystem";
	if (dev.driver !== null)
		yield "driver";
}

/* A device that is given a bus once it was added, as the AP bus's root, has no link to that. */
function device_subsys(dev: device): subsys_private | null {
	const bus = bus_to_subsys(dev.bus);

	return bus?.klist_devices.get(dev_name(dev)) === dev ? bus : class_to_subsys(dev.class);
}

const device_ktype = KOBJ_TYPE({
	release: device_release,
	sysfs_ops: dev_sysfs_ops,
	link: device_link,
	links: device_links,
});

function dev_uevent_filter(kobj: kobject): boolean {
	if (kobj.ktype !== device_ktype)
		return false;
	const dev = kobj.container as device;

	return dev.bus !== null || dev.class !== null;
}

function dev_uevent_name(kobj: kobject): string | null {
	const dev = kobj.container as device;

	return dev.bus?.name ?? dev.class?.name ?? null;
}

function dev_uevent(kobj: kobject, env: kobj_uevent_env): number {
	const dev = kobj.container as device;

	if (MAJOR(dev.devt)) {
		add_uevent_var(env, "MAJOR=%u", MAJOR(dev.devt));
		add_uevent_var(env, "MINOR=%u", MINOR(dev.devt));
		add_uevent_var(env, "DEVNAME=%s", dev.class?.devnode?.(dev) ?? dev_name(dev));
	}
	if (dev.type?.name)
		add_uevent_var(env, "DEVTYPE=%s", dev.type.name);
	if (dev.driver !== null)
		add_uevent_var(env, "DRIVER=%s", dev.driver.name);
	const retval = dev.bus?.uevent?.(dev, env) ?? 0;

	return dev.type?.uevent?.(dev, env) ?? retval;
}

const device_uevent_ops: kset_uevent_ops = {
	filter: dev_uevent_filter,
	name: dev_uevent_name,
	uevent: dev_uevent,
};

function uevent_show(dev: device, attr: device_attribute, buf: char_buf): number {
	const env = new kobj_uevent_env();
	let len = 0;

	if (!dev_uevent_filter(dev.kobj))
		return 0;
	const retval = dev_uevent(dev.kobj, env);

	if (retval)
		return 0;
	for (const variable of env.envp)
		len += sysfs_emit_at(buf, len, "%s\n", variable);
	return len;
}

function uevent_store(dev: device, attr: device_attribute, buf: string, count: number): number {
	const rc = kobject_synth_uevent(dev.kobj, buf);

	if (rc) {
		dev_err(dev, "uevent: failed to send synthetic uevent: %d\n", rc);
		return rc;
	}
	return count;
}

/** device_add_groups - give a device the files of some groups */
export function device_add_groups(
	dev: device, groups: readonly attribute_group[] | null | undefined,
): number {
	return sysfs_create_groups(dev.kobj, groups);
}

/** device_remove_groups - take them away again */
export function device_remove_groups(
	dev: device, groups: readonly attribute_group[] | null | undefined,
): void {
	sysfs_remove_groups(dev.kobj, groups);
}

function device_add_attrs(dev: device): number {
	return device_add_groups(dev, dev.class?.dev_groups)
		|| device_add_groups(dev, dev.type?.groups)
		|| device_add_groups(dev, dev.groups);
}

function device_remove_attrs(dev: device): void {
	device_remove_groups(dev, dev.groups);
	device_remove_groups(dev, dev.type?.groups);
	device_remove_groups(dev, dev.class?.dev_groups);
}

/** MAJOR - the kind of a device number */
function MAJOR(dev: number): number {
	return dev >>> 20;
}

/** MINOR - which of its kind a device number means */
function MINOR(dev: number): number {
	return dev & 0xfffff;
}

function dev_show(dev: device, attr: device_attribute, buf: char_buf): number {
	return sysfs_emit(buf, "%u:%u\n", MAJOR(dev.devt), MINOR(dev.devt));
}

/* /sys/devices, /sys/devices/virtual, and the files of every device */
let devices_kset: kset | null = null;
let virtual_dir: kobject | null = null;
let kernel_dir: kobject | null = null;
let dev_attr_uevent: device_attribute;
let dev_attr_dev: device_attribute;

core_initcall(function devices_init(): void {
	devices_kset = kset_create_and_add("devices", device_uevent_ops, null);
	virtual_dir = kobject_create_and_add("virtual", devices_kset!.kobj);
	kernel_dir = null;
	dev_attr_uevent ??= DEVICE_ATTR_RW("uevent", uevent_show, uevent_store);
	dev_attr_dev ??= DEVICE_ATTR_RO("dev", dev_show);
});

/** device_create_file - give a device a file */
function device_create_file(dev: device | null, attr: device_attribute): number {
	if (dev === null)
		return 0;
	if ((attr.attr.mode & 0o222) !== 0 && attr.store === null)
		WARN(true, "Attribute %s: write permission without 'store'\n", attr.attr.name);
	if ((attr.attr.mode & 0o444) !== 0 && attr.show === null)
		WARN(true, "Attribute %s: read permission without 'show'\n", attr.attr.name);
	return sysfs_create_file(dev.kobj, attr.attr);
}

function device_remove_file(dev: device | null, attr: device_attribute): void {
	if (dev !== null)
		sysfs_remove_file(dev.kobj, attr.attr);
}

/** device_remove_file_self - remove a file from within its own store function */
export function device_remove_file_self(dev: device | null, attr: device_attribute): boolean {
	return dev !== null && sysfs_remove_file_self(dev.kobj, attr.attr);
}

/** device_initialize - make a device usable: it can be held, and got rid of by put_device() */
export function device_initialize(dev: device): void {
	dev.kobj.kset = devices_kset;
	kobject_init(dev.kobj, device_ktype);
	dev.mutex = null;
}

/** kernel_kobj - /sys/kernel */
export function kernel_kobj(): kobject | null {
	kernel_dir ??= kobject_create_and_add("kernel", null);
	return kernel_dir;
}

/** virtual_device_parent - the directory of devices of a class that have no parent */
function virtual_device_parent(): kobject | null {
	return virtual_dir;
}

/* A class's directory between a device and its children of that class. */
class class_dir {
	kobj = new kobject(this);
	class: subsys_private | null = null;
}

function class_dir_release(kobj: kobject): void {
	const dir = kobj.container as class_dir;

	for (const [parent, glue] of dir.class!.glue_dirs)
		if (glue === kobj)
			dir.class!.glue_dirs.delete(parent);
	kfree(dir);
}

const class_dir_ktype = KOBJ_TYPE({
	release: class_dir_release,
	sysfs_ops: kobj_sysfs_ops,
});

function class_dir_create_and_add(
	sp: subsys_private, parent_kobj: kobject | null,
): kobject | err_ptr {
	const dir = kzalloc(class_dir, GFP_KERNEL);

	if (dir === null)
		return ERR_PTR(-ENOMEM);
	dir.class = sp;
	kobject_init(dir.kobj, class_dir_ktype);
	/* not in the devices kset, so that it sends no events */
	const retval = kobject_add(dir.kobj, parent_kobj, "%s", sp.class!.name);

	if (retval < 0) {
		kobject_put(dir.kobj);
		return ERR_PTR(retval);
	}
	sp.glue_dirs.set(parent_kobj!, dir.kobj);
	return dir.kobj;
}

function get_device_parent(dev: device, parent: device | null): kobject | err_ptr | null {
	const sp = class_to_subsys(dev.class);

	if (sp !== null) {
		let parent_kobj: kobject | null;

		if (parent === null)
			parent_kobj = virtual_device_parent();
		else if (parent.class !== null)
			return parent.kobj;
		else
			parent_kobj = parent.kobj;

		const found = sp.glue_dirs.get(parent_kobj!);

		return found ? kobject_get(found) : class_dir_create_and_add(sp, parent_kobj);
	}
	return parent === null ? null : parent.kobj;
}

function live_in_glue_dir(kobj: kobject | null): boolean {
	return kobj !== null && kobj.ktype === class_dir_ktype;
}

function get_glue_dir(dev: device): kobject | null {
	return dev.kobj.parent;
}

function kobject_has_children(kobj: kobject): boolean {
	return kobj.children !== null;
}

/* Leave a glue directory; the last one removes it. */
function cleanup_glue_dir(glue_dir: kobject | null): void {
	if (!live_in_glue_dir(glue_dir))
		return;
	if (!kobject_has_children(glue_dir!) && glue_dir!.kref === 1)
		kobject_del(glue_dir!);
	kobject_put(glue_dir);
}

function device_add_class_symlinks(dev: device): number {
	const sp = class_to_subsys(dev.class);
	let error = 0;

	if (sp === null)
		return 0;
	if (dev.parent !== null)
		error = sysfs_create_link(dev.kobj, dev.parent.kobj, "device");
	return error || sysfs_create_link(sp.subsys.kobj, dev.kobj, dev_name(dev));
}

function device_remove_class_symlinks(dev: device): void {
	const sp = class_to_subsys(dev.class);

	if (sp === null)
		return;
	sysfs_delete_link(dev.kobj, dev.parent?.kobj, "device");
	sysfs_delete_link(sp.subsys.kobj, dev.kobj, dev_name(dev));
}

/** dev_set_name - name a device that is not registered yet; 0 or -ENOMEM */
export function dev_set_name(dev: device, fmt: string, ...args: unknown[]): number {
	return kobject_set_name(dev.kobj, fmt, ...args);
}

function device_private_init(dev: device): number {
	if (should_failslab())
		return -ENOMEM;
	dev.p = registered;
	return 0;
}

/* Everything a registered device has besides its directory. */
function device_add_contents(dev: device): number {
	return device_create_file(dev, dev_attr_uevent)
		|| device_add_class_symlinks(dev)
		|| device_add_attrs(dev)
		|| bus_add_device(dev)
		|| (MAJOR(dev.devt) ? device_create_file(dev, dev_attr_dev) : 0);
}

/* Undoes device_add_contents(), however far that came. */
function device_remove_contents(dev: device): void {
	device_remove_file(dev, dev_attr_dev);
	device_remove_class_symlinks(dev);
	device_remove_file(dev, dev_attr_uevent);
	device_remove_attrs(dev);
	bus_remove_device(dev);
	kobject_uevent(dev.kobj, KOBJ_REMOVE);
	const glue_dir = get_glue_dir(dev);

	kobject_del(dev.kobj);
	cleanup_glue_dir(glue_dir);
}

/* The directory of a device, below its parent's. */
function device_add_dir(dev: device): number {
	const kobj = get_device_parent(dev, dev.parent);

	if (IS_ERR(kobj))
		return PTR_ERR(kobj);
	if (kobj !== null)
		dev.kobj.parent = kobj;
	const error = kobject_add(dev.kobj, dev.kobj.parent, null);

	if (error)
		cleanup_glue_dir(kobj);
	return error;
}

function device_add_name(dev: device): number {
	let error = 0;

	if (dev.init_name !== null) {
		error = dev_set_name(dev, "%s", dev.init_name);
		dev.init_name = null;
	}
	return dev.kobj.name === null && !error ? -EINVAL : error;
}

/**
 * device_add - make a device known: its directory, files, links, and to its bus
 *
 * Probes, if the bus does that by itself. When this fails, only put_device() may
 * follow.
 *
 * Return: 0, or a negative error.
 */
export function device_add(dev: device): number {
	let error = dev.p === null ? device_private_init(dev) : 0;

	if (error)
		return error;
	get_device(dev);
	get_device(dev.parent);
	error = device_add_name(dev) || device_add_dir(dev);
	if (!error) {
		error = device_add_contents(dev);
		if (error)
			device_remove_contents(dev);
	}
	if (error) {
		put_device(dev.parent);
		dev.p = null;
	} else {
		kobject_uevent(dev.kobj, KOBJ_ADD);
		bus_probe_device(dev);
		class_to_subsys(dev.class)?.klist_devices.set(dev_name(dev), dev);
	}
	put_device(dev);
	return error;
}

/** device_register - device_initialize() and device_add() */
export function device_register(dev: device): number {
	device_initialize(dev);
	return device_add(dev);
}

/** get_device - hold a device; null is fine */
export function get_device<T extends device | null>(dev: T): T {
	if (dev !== null)
		kobject_get(dev.kobj);
	return dev;
}

/** put_device - hold a device no longer; the last one releases it */
export function put_device(dev: device | null): void {
	if (dev !== null)
		kobject_put(dev.kobj);
}

/* What a task that waits for device_lock() is said to wait for. */
const dev_mutex: lock_instance = { name: "&dev->mutex", dep_class: null };

/** device_lock - nobody else binds, unbinds or removes the device meanwhile */
export function device_lock(dev: device): void {
	if (dev.mutex !== null)
		lock_contended(dev_mutex, dev.mutex);
	dev.mutex = current;
}

export function device_unlock(dev: device): void {
	dev.mutex = null;
}

function kill_device(dev: device): void {
	dev.p = dying;
}

/** device_del - undo device_add(); the device is still held by its owner */
export function device_del(dev: device): void {
	const parent = dev.parent;

	device_lock(dev);
	kill_device(dev);
	device_unlock(dev);
	class_to_subsys(dev.class)?.klist_devices.delete(dev_name(dev));
	device_remove_contents(dev);
	put_device(parent);
}

/** device_unregister - device_del(), and hold the device no longer */
export function device_unregister(dev: device): void {
	device_del(dev);
	put_device(dev);
}

/* The devices below a directory, those in its glue directories too. */
function* devices_in(dir: kobject): Generator<device> {
	for (const child of dir.children?.values() ?? []) {
		if (!(child instanceof kobject))
			continue;
		if (child.ktype === device_ktype)
			yield child.container as device;
		else if (child.ktype === class_dir_ktype)
			yield* devices_in(child);
	}
}

/**
 * device_for_each_child - call @fn for each child of a device
 *
 * Return: what @fn returned as soon as that is not 0, else 0.
 */
export function device_for_each_child<T>(
	parent: device, data: T, fn: (dev: device, data: T) => number,
): number {
	for (const child of devices_in(parent.kobj)) {
		const error = fn(child, data);

		if (error)
			return error;
	}
	return 0;
}

/* A device that is only there to be a parent. */
class root_device {
	dev = new device(this);
}

function root_device_release(dev: device): void {
	kfree(dev.container);
}

/**
 * root_device_register - a new device /sys/devices/@name
 * @owner: whose it is; null for one that is built in. In C a macro says so.
 *
 * Return: it, or an error pointer.
 */
export function root_device_register(
	name: string, owner: module | null = THIS_MODULE,
): device | err_ptr {
	const root = kzalloc(root_device, GFP_KERNEL);

	if (root === null)
		return ERR_PTR(-ENOMEM);
	let err = dev_set_name(root.dev, "%s", name);

	if (err) {
		kfree(root);
		return ERR_PTR(err);
	}
	root.dev.release = root_device_release;
	err = device_register(root.dev);
	if (err) {
		put_device(root.dev);
		return ERR_PTR(err);
	}
	module_add_device(owner, root.dev.kobj);
	return root.dev;
}

export function root_device_unregister(dev: device): void {
	device_unregister(dev);
}

/** device_set_driver - who drives the device from now on */
export function device_set_driver(dev: device, drv: device_driver | null): void {
	dev.driver = drv;
}

function dev_printk(level: log_level, dev: device, fmt: string, args: unknown[]): void {
	printk(level, `%s %s: ${fmt}`, [dev_driver_string(dev), dev_name(dev), ...args]);
}

/** dev_err - a line of the log that names the device and its driver; so do the next four */
export function dev_err(dev: device, fmt: string, ...args: unknown[]): void {
	dev_printk("err", dev, fmt, args);
}

export function dev_warn(dev: device, fmt: string, ...args: unknown[]): void {
	dev_printk("warn", dev, fmt, args);
}

export function dev_notice(dev: device, fmt: string, ...args: unknown[]): void {
	dev_printk("notice", dev, fmt, args);
}

export function dev_info(dev: device, fmt: string, ...args: unknown[]): void {
	dev_printk("info", dev, fmt, args);
}

export function dev_dbg(dev: device, fmt: string, ...args: unknown[]): void {
	dev_printk("debug", dev, fmt, args);
}

/* Nothing limits the rate here: time stands still between operations. */
export { dev_notice as dev_notice_ratelimited };
