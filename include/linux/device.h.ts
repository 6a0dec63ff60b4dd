/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The driver model: devices, drivers, and the buses that bring them together.
 *
 * Copyright (c) 2001-2003 Patrick Mochel <mochel@osdl.org>
 * Copyright (c) 2004-2009 Greg Kroah-Hartman <gregkh@suse.de>
 * Copyright (c) 2008-2009 Novell Inc.
 *
 * Source: include/linux/device.h, device/bus.h, device/class.h and
 * device/driver.h, Linux 6.12.
 */
import { kobject, type kobj_uevent_env } from "./kobject.h.ts";
import type { module } from "./module.h.ts";
import type { char_buf } from "./sprintf.h.ts";
import { attribute, type attribute_group } from "./sysfs.h.ts";
import type { task_struct } from "./sched.h.ts";
import type { embedded } from "./types.h.ts";
import type { device_private, driver_private } from "../../drivers/base/base.h.ts";

type device_show = (dev: device, attr: device_attribute, buf: char_buf) => number;
type device_store = (dev: device, attr: device_attribute, buf: string, count: number) => number;
type driver_show = (driver: device_driver, buf: char_buf) => number;
type driver_store = (driver: device_driver, buf: string, count: number) => number;
type bus_show = (bus: bus_type, buf: char_buf) => number;
type bus_store = (bus: bus_type, buf: string, count: number) => number;

/** class device_attribute - a file of a device */
export class device_attribute {
	attr: attribute;
	show: device_show | null;
	store: device_store | null;

	constructor(
		name: string, mode: number, show: device_show | null, store: device_store | null,
	) {
		this.attr = new attribute(name, mode, this);
		this.show = show;
		this.store = store;
	}
}

export function DEVICE_ATTR_RO(name: string, show: device_show): device_attribute {
	return new device_attribute(name, 0o444, show, null);
}

export function DEVICE_ATTR_WO(name: string, store: device_store): device_attribute {
	return new device_attribute(name, 0o200, null, store);
}

export function DEVICE_ATTR_RW(
	name: string, show: device_show, store: device_store,
): device_attribute {
	return new device_attribute(name, 0o644, show, store);
}

/** class driver_attribute - a file of a driver */
export class driver_attribute {
	attr: attribute;
	show: driver_show | null;
	store: driver_store | null;

	constructor(
		name: string, mode: number, show: driver_show | null, store: driver_store | null,
	) {
		this.attr = new attribute(name, mode, this);
		this.show = show;
		this.store = store;
	}
}

export function DRIVER_ATTR_WO(name: string, store: driver_store): driver_attribute {
	return new driver_attribute(name, 0o200, null, store);
}

/** class bus_attribute - a file of a bus */
export class bus_attribute {
	attr: attribute;
	show: bus_show | null;
	store: bus_store | null;

	constructor(name: string, mode: number, show: bus_show | null, store: bus_store | null) {
		this.attr = new attribute(name, mode, this);
		this.show = show;
		this.store = store;
	}
}

export function BUS_ATTR_RO(name: string, show: bus_show): bus_attribute {
	return new bus_attribute(name, 0o444, show, null);
}

export function BUS_ATTR_WO(name: string, store: bus_store): bus_attribute {
	return new bus_attribute(name, 0o200, null, store);
}

export function BUS_ATTR_RW(name: string, show: bus_show, store: bus_store): bus_attribute {
	return new bus_attribute(name, 0o644, show, store);
}

/* Numbers of one row of a bus_index: those of an adapter's queues. */
const ROW = 256;

/**
 * class bus_index - devices of a bus by a number of theirs
 * @match: says yes to the device with the number that it is asked for, and to no other
 * @key: a device's number, below @size; null for one that @match never says yes to
 *
 * The C walks the list of all devices for each number: a scan of 65,536 queues takes the square of
 * that. A row is made for the first device in it, since most machines have few.
 */
export class bus_index {
	match: (dev: device, data: unknown) => boolean;
	key: (dev: device) => number | null;
	#rows: ((device | null)[] | null)[];

	constructor(size: number, match: bus_index["match"], key: bus_index["key"]) {
		this.match = match;
		this.key = key;
		this.#rows = new Array<(device | null)[] | null>(Math.ceil(size / ROW)).fill(null);
	}

	/** find - the device of that number, or null */
	find(number: number): device | null {
		return this.#rows[number >>> 8]?.[number & ROW - 1] ?? null;
	}

	/** set - what is found under a number from now on */
	set(number: number, found: device | null): void {
		const row = this.#rows[number >>> 8] ??= new Array<device | null>(ROW).fill(null);

		row[number & ROW - 1] = found;
	}
}

/**
 * class bus_type
 * @name: the directory's name under /sys/bus
 * @bus_groups: the bus's own files
 * @dev_groups: files of each of its devices
 * @drv_groups: files of each of its drivers
 * @match: whether @drv can drive @dev: positive, zero, or an error
 * @probe: called instead of the driver's probe, to call it
 * @remove: called instead of the driver's remove
 * @indices: what its devices can be found by without looking at them all
 */
export class bus_type {
	name = "";
	bus_groups: readonly attribute_group[] | null = null;
	dev_groups: readonly attribute_group[] | null = null;
	drv_groups: readonly attribute_group[] | null = null;
	match: ((dev: device, drv: device_driver) => number | boolean) | null = null;
	uevent: ((dev: device, env: kobj_uevent_env) => number) | null = null;
	probe: ((dev: device) => number) | null = null;
	remove: ((dev: device) => number | void) | null = null;
	indices: bus_index[] = [];

	constructor(init: Partial<bus_type> = {}) {
		Object.assign(this, init);
	}
}

/**
 * class device_driver
 * @name: the directory's name under the bus's drivers
 * @suppress_bind_attrs: whether it has no bind and unbind
 * @probe: try to drive @dev: 0 if it does, else an error
 * @remove: let go of @dev
 * @groups: the driver's own files
 * @dev_groups: files that a device has while it is bound to the driver
 */
export class device_driver implements embedded {
	name = "";
	bus: bus_type | null = null;
	owner: module | null = null;
	mod_name: string | null = null;
	suppress_bind_attrs = false;
	probe: ((dev: device) => number) | null = null;
	remove: ((dev: device) => number | void) | null = null;
	groups: readonly attribute_group[] | null = null;
	dev_groups: readonly attribute_group[] | null = null;
	p: driver_private | null = null;
	container: object | null;

	constructor(container: object | null = null, init: Partial<device_driver> = {}) {
		this.container = container;
		Object.assign(this, init);
	}
}

/**
 * class struct_class - C's struct class, a word that is taken here
 * @name: the directory's name under /sys/class
 * @dev_groups: files of each of its devices
 * @devnode: the name of a device's node under /dev, where it is not the device's
 */
export class struct_class {
	name = "";
	dev_groups: readonly attribute_group[] | null = null;
	dev_release: ((dev: device) => void) | null = null;
	devnode: ((dev: device) => string) | null = null;
	class_release: ((cls: struct_class) => void) | null = null;

	constructor(init: Partial<struct_class> = {}) {
		Object.assign(this, init);
	}
}

/** class device_type - what devices of one kind on a bus have in common */
export class device_type {
	name: string | null = null;
	groups: readonly attribute_group[] | null = null;
	uevent: ((dev: device, env: kobj_uevent_env) => number) | null = null;
	release: ((dev: device) => void) | null = null;

	constructor(init: Partial<device_type> = {}) {
		Object.assign(this, init);
	}
}

/**
 * class device
 * @kobj: its place in sysfs
 * @parent: the device it hangs off
 * @p: what only the driver core knows
 * @init_name: the name it starts with, if not set by dev_set_name()
 * @driver: who drives it
 * @driver_data: what that driver keeps for it
 * @mutex: the task that is inside device_lock(); lockdep does not look at this
 *	   lock in C either
 * @devt: major and minor number, 0 for none
 * @groups: files of this device
 * @release: frees it
 */
export class device implements embedded {
	kobj: kobject;
	parent: device | null = null;
	p: device_private | null = null;
	init_name: string | null = null;
	type: device_type | null = null;
	bus: bus_type | null = null;
	driver: device_driver | null = null;
	driver_data: unknown = null;
	mutex: task_struct | null = null;
	devt = 0;
	class: struct_class | null = null;
	groups: readonly attribute_group[] | null = null;
	release: ((dev: device) => void) | null = null;
	iommu_group: object | null = null;
	container: object | null;

	constructor(container: object | null = null) {
		this.kobj = new kobject(this);
		this.container = container;
	}
}

/** dev_name - what a device is called: its initial name until it has another */
export function dev_name(dev: device): string {
	return dev.init_name ?? dev.kobj.name ?? "(null)";
}

/** dev_get_drvdata - what the driver keeps for the device; T says what that is */
export function dev_get_drvdata<T>(dev: device): T {
	return dev.driver_data as T;
}

/** dev_set_drvdata - what the driver keeps for the device from now on */
export function dev_set_drvdata(dev: device, data: unknown): void {
	dev.driver_data = data;
}

export {
	dev_dbg, dev_driver_string, dev_err, dev_info, dev_notice, dev_notice_ratelimited,
	dev_set_name, dev_warn, device_add, device_del, device_for_each_child, device_initialize,
	device_lock, device_register, device_remove_file_self, device_unlock, device_unregister,
	get_device, put_device, root_device_register, root_device_unregister,
} from "../../drivers/base/core.ts";
export {
	bus_find_device, bus_find_device_by_name, bus_for_each_dev, bus_for_each_drv, bus_register,
	bus_sort_breadthfirst, bus_unregister, device_reprobe,
} from "../../drivers/base/bus.ts";
export { device_driver_attach } from "../../drivers/base/dd.ts";
export {
	driver_find, driver_find_device, driver_for_each_device, driver_register, driver_unregister,
} from "../../drivers/base/driver.ts";
export {
	class_compat_create_link, class_compat_register, class_compat_remove_link, class_create,
	class_register, class_unregister, type class_compat,
} from "../../drivers/base/class.ts";
export {
	ATTRIBUTE_GROUPS, attribute_group, sysfs_emit, sysfs_emit_at,
} from "./sysfs.h.ts";
