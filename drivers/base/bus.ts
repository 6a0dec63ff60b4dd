/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Buses: who is on them, who drives whom, and the files by which a user says so.
 *
 * Left out, since no text here can tell: notifiers, interfaces, driver_override,
 * /sys/devices/system.
 *
 * Copyright (c) 2002-3 Patrick Mochel
 * Copyright (c) 2002-3 Open Source Development Labs
 * Copyright (c) 2007 Greg Kroah-Hartman <gregkh@suse.de>
 * Copyright (c) 2007 Novell Inc.
 * Copyright (c) 2023 Greg Kroah-Hartman <gregkh@linuxfoundation.org>
 *
 * Source: drivers/base/bus.c, Linux 6.12.
 */
import {
	BUS_ATTR_RW, BUS_ATTR_WO, DRIVER_ATTR_WO, bus_type, dev_name, type bus_attribute,
	type bus_index, type device, type device_driver, type driver_attribute,
} from "#linux/device.h";
import { EEXIST, EINVAL, EIO, ENODEV, ENOMEM } from "#linux/errno.h";
import { core_initcall } from "#linux/init.h";
import {
	KOBJ_TYPE, kobject_init_and_add, kobject_put, kobject_set_name, kobject_synth_uevent,
	kset_create_and_add, kset_register, kset_unregister, type kobject, type kset,
} from "#linux/kobject.h";
import { pr_err } from "#linux/printk.h";
import { GFP_KERNEL, kfree, kmemleak_track, kzalloc, should_failslab } from "#linux/slab.h";
import type { char_buf } from "#linux/sprintf.h";
import {
	sysfs_create_file, sysfs_create_groups, sysfs_emit, sysfs_remove_file, sysfs_remove_groups,
	type attribute,
} from "#linux/sysfs.h";
import { driver_private, subsys_private } from "./base.h.ts";
import { device_add_groups, device_remove_groups, get_device, put_device } from "./core.ts";
import {
	device_attach, device_driver_attach, device_driver_detach, device_initial_probe,
	device_release_driver, driver_attach, driver_detach, driver_match_device,
} from "./dd.ts";
import {
	driver_add_groups, driver_create_file, driver_remove_file, driver_remove_groups,
} from "./driver.ts";
import { kset_ktype } from "./kobject.ts";
import { module_add_driver, module_remove_driver } from "./module.ts";
import { sysfs_warn_dup } from "./sysfs.ts";

/* /sys/bus, and the registered buses */
let bus_kset: kset | null = null;
let buses = new Map<bus_type, subsys_private>();

/** bus_to_subsys - what the driver core knows of a bus; null unless registered */
export function bus_to_subsys(bus: bus_type | null): subsys_private | null {
	return bus === null ? null : buses.get(bus) ?? null;
}

/** bus_get - the bus, if it is registered, else null */
function bus_get(bus: bus_type | null): bus_type | null {
	return bus_to_subsys(bus) === null ? null : bus;
}

/** bus_put - the counterpart of bus_get(); buses are not counted here */
function bus_put(_bus: bus_type | null): void {
}

function drv_attr_show(kobj: kobject, attr: attribute, buf: char_buf): number {
	const drv_attr = attr.container as driver_attribute;
	const drv_priv = kobj.container as driver_private;

	return drv_attr.show === null ? -EIO : drv_attr.show(drv_priv.driver, buf);
}

function drv_attr_store(kobj: kobject, attr: attribute, buf: string, count: number): number {
	const drv_attr = attr.container as driver_attribute;
	const drv_priv = kobj.container as driver_private;

	return drv_attr.store === null ? -EIO : drv_attr.store(drv_priv.driver, buf, count);
}

function driver_release(kobj: kobject): void {
	kfree(kobj.container);
}

/* The links of a driver's directory: the devices it drives. */
function driver_link(kobj: kobject, name: string): kobject | null {
	const drv_priv = kobj.container as driver_private;
	const dev = bus_to_subsys(drv_priv.driver.bus)?.klist_devices.get(name);

	return dev !== undefined && drv_priv.klist_devices.has(dev) ? dev.kobj : null;
}

function* driver_links(kobj: kobject): Generator<string> {
	for (const dev of (kobj.container as driver_private).klist_devices)
		yield dev_name(dev);
}

const driver_ktype = KOBJ_TYPE({
	sysfs_ops: { show: drv_attr_show, store: drv_attr_store },
	release: driver_release,
	link: driver_link,
	links: driver_links,
});

/* What C finds by the member that a kobject is of its subsys_private. */
function to_subsys_private(kobj: kobject): subsys_private {
	return (kobj.container as kset).container as subsys_private;
}

function bus_attr_show(kobj: kobject, attr: attribute, buf: char_buf): number {
	const bus_attr = attr.container as bus_attribute;
	const subsys_priv = to_subsys_private(kobj);

	return bus_attr.show === null ? -EIO : bus_attr.show(subsys_priv.bus!, buf);
}

function bus_attr_store(kobj: kobject, attr: attribute, buf: string, count: number): number {
	const bus_attr = attr.container as bus_attribute;
	const subsys_priv = to_subsys_private(kobj);

	return bus_attr.store === null ? -EIO : bus_attr.store(subsys_priv.bus!, buf, count);
}

/** bus_create_file - give a bus's directory a file */
function bus_create_file(bus: bus_type, attr: bus_attribute): number {
	const sp = bus_to_subsys(bus);

	return sp === null ? -EINVAL : sysfs_create_file(sp.subsys.kobj, attr.attr);
}

function bus_remove_file(bus: bus_type, attr: bus_attribute): void {
	const sp = bus_to_subsys(bus);

	if (sp !== null)
		sysfs_remove_file(sp.subsys.kobj, attr.attr);
}

function bus_release(kobj: kobject): void {
	kfree(to_subsys_private(kobj));
}

const bus_ktype = KOBJ_TYPE({
	sysfs_ops: { show: bus_attr_show, store: bus_attr_store },
	release: bus_release,
});

/* The directory "devices" of a bus: its devices. */
function devices_link(kobj: kobject, name: string): kobject | null {
	return to_subsys_private(kobj.parent!).klist_devices.get(name)?.kobj ?? null;
}

function devices_links(kobj: kobject): Iterable<string> {
	return to_subsys_private(kobj.parent!).klist_devices.keys();
}

/* What a bus's "devices" is: a kset with links to its devices. */
const devices_kset_ktype = KOBJ_TYPE({
	...kset_ktype,
	link: devices_link,
	links: devices_links,
});

/* A user detaches a device from its driver. */
function unbind_store(drv: device_driver, buf: string, count: number): number {
	const bus = bus_get(drv.bus)!;
	let err = -ENODEV;

	const dev = bus_find_device_by_name(bus, null, buf);
	if (dev !== null && dev.driver === drv) {
		device_driver_detach(dev);
		err = count;
	}
	put_device(dev);
	bus_put(bus);
	return err;
}

/* A user attaches a device to a driver, which must be willing. */
function bind_store(drv: device_driver, buf: string, count: number): number {
	const bus = bus_get(drv.bus)!;
	let err = -ENODEV;

	const dev = bus_find_device_by_name(bus, null, buf);
	if (dev !== null && driver_match_device(drv, dev)) {
		err = device_driver_attach(drv, dev);
		if (!err)
			err = count;
	}
	put_device(dev);
	bus_put(bus);
	return err;
}

function drivers_autoprobe_show(bus: bus_type, buf: char_buf): number {
	const sp = bus_to_subsys(bus);

	if (sp === null)
		return -EINVAL;
	return sysfs_emit(buf, "%d\n", Number(sp.drivers_autoprobe));
}

function drivers_autoprobe_store(bus: bus_type, buf: string, count: number): number {
	const sp = bus_to_subsys(bus);

	if (sp === null)
		return -EINVAL;
	sp.drivers_autoprobe = buf[0] !== "0";
	return count;
}

function drivers_probe_store(bus: bus_type, buf: string, count: number): number {
	let err = -EINVAL;

	const dev = bus_find_device_by_name(bus, null, buf);
	if (dev === null)
		return -ENODEV;
	if (bus_rescan_devices_helper(dev) === 0)
		err = count;
	put_device(dev);
	return err;
}

function* behind<T>(list: Iterable<T>, start: T): Generator<T> {
	let started = false;

	for (const entry of list) {
		if (started)
			yield entry;
		else
			started = entry === start;
	}
}

/*
 * What comes behind @start in a list, or all of it. An entry that is deleted
 * during a walk is not visited any more; one that is added is.
 */
export function list_after<T>(list: Iterable<T>, start: T | null): Iterable<T> {
	return start === null ? list : behind(list, start);
}

/**
 * bus_for_each_dev - call @fn for each device of a bus, in order of registration
 * @start: begin behind this one; null for the first
 *
 * Return: what @fn returned as soon as that is not 0, else 0; -EINVAL if the bus
 * is not registered.
 */
export function bus_for_each_dev<T>(
	bus: bus_type | null, start: device | null, data: T, fn: (dev: device, data: T) => number,
): number {
	const sp = bus_to_subsys(bus);
	let error = 0;

	if (sp === null)
		return -EINVAL;
	for (const dev of list_after(sp.klist_devices.values(), start)) {
		get_device(dev);
		error = fn(dev, data);
		put_device(dev);
		if (error)
			break;
	}
	return error;
}

/* What is found from now on under a device's numbers: itself, or nothing. */
function index_device(bus: bus_type, dev: device, found: device | null): void {
	for (const index of bus.indices) {
		const number = index.key(dev);

		if (number !== null)
			index.set(number, found);
	}
}

function index_by(bus: bus_type | null, match: unknown): bus_index | null {
	if (bus !== null)
		for (let i = 0; i < bus.indices.length; i++)
			if (bus.indices[i].match === match)
				return bus.indices[i];
	return null;
}

/** bus_find_device - the first device that @match says yes to, held; or null */
export function bus_find_device<T>(
	bus: bus_type | null, start: device | null, data: T,
	match: (dev: device, data: T) => number | boolean,
): device | null {
	const sp = bus_to_subsys(bus);

	if (sp === null)
		return null;
	const index = start === null ? index_by(sp.bus, match) : null;

	if (index !== null)
		return get_device(index.find(data as number));
	for (const dev of list_after(sp.klist_devices.values(), start))
		if (match(dev, data))
			return get_device(dev);
	return null;
}

/**
 * bus_find_device_by_name - the device of that name, held; or null
 * @start: begin behind this one; null for the first
 * @name: its name; a newline behind it does not matter
 */
export function bus_find_device_by_name(
	bus: bus_type | null, start: device | null, name: string,
): device | null {
	const plain = name.endsWith("\n") ? name.slice(0, -1) : name;

	if (start !== null)
		return bus_find_device(bus, start, plain,
			(dev, wanted) => dev_name(dev) === wanted);
	return get_device(bus_to_subsys(bus)?.klist_devices.get(plain) ?? null);
}

/**
 * bus_for_each_drv - call @fn for each driver of a bus, in order of registration
 *
 * As bus_for_each_dev().
 */
export function bus_for_each_drv<T>(
	bus: bus_type | null, start: device_driver | null, data: T,
	fn: (drv: device_driver, data: T) => number,
): number {
	const sp = bus_to_subsys(bus);

	if (sp === null)
		return -EINVAL;
	for (const drv of list_after(sp.klist_drivers, start)) {
		const error = fn(drv, data);

		if (error)
			return error;
	}
	return 0;
}

/** bus_add_device - put a device on its bus, if it has one; 0 or a negative error */
export function bus_add_device(dev: device): number {
	if (dev.bus === null)
		return 0;
	const sp = bus_to_subsys(dev.bus);

	if (sp === null) {
		pr_err("%s: cannot add device '%s' to unregistered bus '%s'\n",
			"bus_add_device", dev_name(dev), dev.bus.name);
		return -EINVAL;
	}
	const error = device_add_groups(dev, sp.bus!.dev_groups);

	if (error)
		return error;
	/* the links to and from the bus's directory follow from being in its list */
	if (should_failslab())
		return -ENOMEM;
	if (sp.klist_devices.has(dev_name(dev))) {
		sysfs_warn_dup(sp.devices_kset!.kobj, dev_name(dev));
		return -EEXIST;
	}
	sp.klist_devices.set(dev_name(dev), get_device(dev));
	index_device(sp.bus!, dev, dev);
	return 0;
}

/** bus_probe_device - look for a driver for a new device */
export function bus_probe_device(dev: device): void {
	if (bus_to_subsys(dev.bus) !== null)
		device_initial_probe(dev);
}

/** bus_remove_device - take a device from its bus and its driver; undoes bus_add_device() */
export function bus_remove_device(dev: device): void {
	const sp = bus_to_subsys(dev.bus);

	if (sp === null)
		return;
	device_remove_groups(dev, sp.bus!.dev_groups);
	if (sp.klist_devices.get(dev_name(dev)) !== dev)
		return;
	sp.klist_devices.delete(dev_name(dev));
	index_device(sp.bus!, dev, null);
	device_release_driver(dev);
	put_device(dev);
}

/* Files of the core's own, made at the first boot; they hold no state. */
let driver_attr_bind: driver_attribute;
let driver_attr_unbind: driver_attribute;
let driver_attr_uevent: driver_attribute;
let bus_attr_drivers_probe: bus_attribute;
let bus_attr_drivers_autoprobe: bus_attribute;
let bus_attr_uevent: bus_attribute;

function add_bind_files(drv: device_driver): number {
	let ret = driver_create_file(drv, driver_attr_unbind);

	if (ret === 0) {
		ret = driver_create_file(drv, driver_attr_bind);
		if (ret)
			driver_remove_file(drv, driver_attr_unbind);
	}
	return ret;
}

function remove_bind_files(drv: device_driver): void {
	driver_remove_file(drv, driver_attr_bind);
	driver_remove_file(drv, driver_attr_unbind);
}

function add_probe_files(bus: bus_type): number {
	let retval = bus_create_file(bus, bus_attr_drivers_probe);

	if (retval)
		return retval;
	retval = bus_create_file(bus, bus_attr_drivers_autoprobe);
	if (retval)
		bus_remove_file(bus, bus_attr_drivers_probe);
	return retval;
}

function remove_probe_files(bus: bus_type): void {
	bus_remove_file(bus, bus_attr_drivers_autoprobe);
	bus_remove_file(bus, bus_attr_drivers_probe);
}

function uevent_store(drv: device_driver, buf: string, count: number): number {
	const rc = kobject_synth_uevent(drv.p!.kobj, buf);

	return rc ? rc : count;
}

/* The files of a driver; when they fail, C says so and goes on, and so does this. */
function add_driver_files(drv: device_driver, sp: subsys_private): void {
	if (driver_create_file(drv, driver_attr_uevent))
		pr_err("%s: uevent attr (%s) failed\n", "bus_add_driver", drv.name);
	if (driver_add_groups(drv, sp.bus!.drv_groups))
		pr_err("%s: driver_add_groups(%s) failed\n", "bus_add_driver", drv.name);
	if (!drv.suppress_bind_attrs && add_bind_files(drv))
		pr_err("%s: add_bind_files(%s) failed\n", "bus_add_driver", drv.name);
}

/** bus_add_driver - make a driver known to its bus, and try it on the bus's devices */
export function bus_add_driver(drv: device_driver): number {
	const sp = bus_to_subsys(drv.bus);

	if (sp === null)
		return -EINVAL;
	if (should_failslab())
		return -ENOMEM;
	const priv = kmemleak_track(new driver_private(drv));
	let error: number;

	drv.p = priv;
	priv.kobj.kset = sp.drivers_kset;
	out_unregister: {
		error = kobject_init_and_add(priv.kobj, driver_ktype, null, "%s", drv.name);
		if (error)
			break out_unregister;
		sp.klist_drivers.add(drv);
		if (sp.drivers_autoprobe) {
			error = driver_attach(drv);
			if (error) {
				sp.klist_drivers.delete(drv);
				break out_unregister;
			}
		}
		module_add_driver(drv.owner, drv);
		add_driver_files(drv, sp);
		return 0;
	} /* out_unregister: */
	kobject_put(priv.kobj);
	drv.p = null;
	return error;
}

/** bus_remove_driver - undo bus_add_driver(); its devices are released first */
export function bus_remove_driver(drv: device_driver): void {
	const sp = bus_to_subsys(drv.bus);

	if (sp === null)
		return;
	if (!drv.suppress_bind_attrs)
		remove_bind_files(drv);
	driver_remove_groups(drv, sp.bus!.drv_groups);
	driver_remove_file(drv, driver_attr_uevent);
	sp.klist_drivers.delete(drv);
	driver_detach(drv);
	module_remove_driver(drv);
	kobject_put(drv.p!.kobj);
	drv.p = null;		/* PORT: in C it dangles */
}

function bus_rescan_devices_helper(dev: device): number {
	const ret = dev.driver === null ? device_attach(dev) : 0;

	return ret < 0 ? ret : 0;
}

/** device_reprobe - detach a device from its driver, if any, and look for one anew */
export function device_reprobe(dev: device): number {
	if (dev.driver !== null)
		device_driver_detach(dev);
	return bus_rescan_devices_helper(dev);
}

function bus_uevent_store(bus: bus_type, buf: string, count: number): number {
	const sp = bus_to_subsys(bus);

	if (sp === null)
		return -EINVAL;
	const ret = kobject_synth_uevent(sp.subsys.kobj, buf);

	return ret ? ret : count;
}

core_initcall(function buses_init(): void {
	buses = new Map();
	bus_kset = kset_create_and_add("bus", null, null);
	driver_attr_bind ??= DRIVER_ATTR_WO("bind", bind_store);
	driver_attr_unbind ??= DRIVER_ATTR_WO("unbind", unbind_store);
	driver_attr_uevent ??= DRIVER_ATTR_WO("uevent", uevent_store);
	bus_attr_drivers_probe ??= BUS_ATTR_WO("drivers_probe", drivers_probe_store);
	bus_attr_drivers_autoprobe ??=
		BUS_ATTR_RW("drivers_autoprobe", drivers_autoprobe_show, drivers_autoprobe_store);
	bus_attr_uevent ??= BUS_ATTR_WO("uevent", bus_uevent_store);
});

/* What is in a bus's directory, undone by its caller as far as it came. */
function bus_add_contents(bus: bus_type, priv: subsys_private): number {
	const bus_kobj = priv.subsys.kobj;
	const retval = bus_create_file(bus, bus_attr_uevent);

	if (retval)
		return retval;
	priv.devices_kset = kset_create_and_add("devices", null, bus_kobj);
	if (priv.devices_kset === null)
		return -ENOMEM;
	priv.devices_kset.kobj.ktype = devices_kset_ktype;
	priv.drivers_kset = kset_create_and_add("drivers", null, bus_kobj);
	if (priv.drivers_kset === null)
		return -ENOMEM;
	return add_probe_files(bus) || sysfs_create_groups(bus_kobj, bus.bus_groups);
}

function bus_remove_contents(bus: bus_type, sp: subsys_private): void {
	sysfs_remove_groups(sp.subsys.kobj, bus.bus_groups);
	remove_probe_files(bus);
	bus_remove_file(bus, bus_attr_uevent);
	kset_unregister(sp.drivers_kset);
	kset_unregister(sp.devices_kset);
	kset_unregister(sp.subsys);
}

/** bus_register - make a bus known; 0 or a negative error */
export function bus_register(bus: bus_type): number {
	const priv = kzalloc(subsys_private, GFP_KERNEL);

	if (priv === null)
		return -ENOMEM;
	priv.bus = bus;
	let retval = kobject_set_name(priv.subsys.kobj, "%s", bus.name);

	if (!retval) {
		priv.subsys.kobj.kset = bus_kset;
		priv.subsys.kobj.ktype = bus_ktype;
		retval = kset_register(priv.subsys);
	}
	if (retval) {
		kfree(priv);
		return retval;
	}
	buses.set(bus, priv);
	retval = bus_add_contents(bus, priv);
	if (retval) {
		bus_remove_contents(bus, priv);
		buses.delete(bus);
	}
	return retval;
}

/** bus_unregister - undo bus_register() */
export function bus_unregister(bus: bus_type): void {
	const sp = bus_to_subsys(bus);

	if (sp === null)
		return;
	bus_remove_contents(bus, sp);
	buses.delete(bus);
}

/** bus_is_registered - whether a bus is known */
export function bus_is_registered(bus: bus_type | null): boolean {
	return bus_to_subsys(bus) !== null;
}

function is_ascending<T>(list: Iterable<T>, compare: (a: T, b: T) => number): boolean {
	let before: T | null = null;

	for (const entry of list) {
		if (before !== null && compare(before, entry) >= 0)
			return false;
		before = entry;
	}
	return true;
}

/**
 * bus_sort_breadthfirst - sort a bus's devices for those who walk them
 * @compare: less than, equal to or greater than 0 as @a belongs before, with or
 *	     behind @b; equal ones end up in reverse order, as in C
 */
export function bus_sort_breadthfirst(
	bus: bus_type, compare: (a: device, b: device) => number,
): void {
	const sp = bus_to_subsys(bus);

	if (sp === null || is_ascending(sp.klist_devices.values(), compare))
		return;
	const sorted = [...sp.klist_devices.values()].toReversed().toSorted(compare);

	sp.klist_devices = new Map(sorted.map((dev) => [dev_name(dev), dev]));
}
