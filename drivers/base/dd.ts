/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bringing devices and drivers together, and taking them apart.
 *
 * Left out: deferred probing (a driver that asks for it is told -EAGAIN, nobody
 * tries again), asynchronous probing (all is done in the caller's time), power
 * management, pin control, DMA set-up.
 *
 * Copyright (c) 2002-5 Patrick Mochel
 * Copyright (c) 2002-3 Open Source Development Labs
 * Copyright (c) 2007-2009 Greg Kroah-Hartman <gregkh@suse.de>
 * Copyright (c) 2007-2009 Novell Inc.
 *
 * Source: drivers/base/dd.c, Linux 6.12.
 */
import { dev_set_drvdata, type device, type device_driver } from "#linux/device.h";
import { EAGAIN, EBUSY, ENODEV, ENOMEM, ENXIO, EPROBE_DEFER } from "#linux/errno.h";
import { KOBJ_BIND, KOBJ_UNBIND, kobject_uevent } from "#linux/kobject.h";
import { should_failslab } from "#linux/slab.h";
import { bus_for_each_dev, bus_for_each_drv, bus_to_subsys } from "./bus.ts";
import {
	dev_err, dev_warn, device_add_groups, device_lock, device_remove_groups, device_set_driver,
	device_unlock, get_device, put_device,
} from "./core.ts";

/**
 * driver_match_device - whether a driver can drive a device
 *
 * Return: positive if so, 0 if not, or a negative error of the bus.
 */
export function driver_match_device(drv: device_driver, dev: device): number {
	return drv.bus!.match === null ? 1 : Number(drv.bus!.match(dev, drv));
}

/** device_is_bound - whether a device was probed with success and not released since */
function device_is_bound(dev: device): boolean {
	return dev.driver?.p?.klist_devices.has(dev) ?? false;
}

function driver_bound(dev: device): void {
	if (device_is_bound(dev)) {
		dev_warn(dev, "%s: device already bound\n", "driver_bound");
		return;
	}
	dev.driver!.p!.klist_devices.add(dev);
	kobject_uevent(dev.kobj, KOBJ_BIND);
}

/*
 * The links between a device and its driver follow from their state; what is
 * left of making them is that there may be no memory for them.
 */
function driver_sysfs_add(_dev: device): number {
	return should_failslab() ? -ENOMEM : 0;
}

function device_unbind_cleanup(dev: device): void {
	device_set_driver(dev, null);
	dev_set_drvdata(dev, null);
}

function device_remove(dev: device): void {
	const drv = dev.driver!;

	device_remove_groups(dev, drv.dev_groups);
	if (dev.bus?.remove)
		dev.bus.remove(dev);
	else if (drv.remove)
		drv.remove(dev);
}

function call_driver_probe(dev: device, drv: device_driver): number {
	let ret = 0;

	if (dev.bus!.probe)
		ret = dev.bus!.probe(dev);
	else if (drv.probe)
		ret = drv.probe(dev);
	switch (ret) {
	case 0:
	case -EPROBE_DEFER:
	case -ENODEV:
	case -ENXIO:
		break;
	default:
		dev_err(dev, "probe with driver %s failed with error %d\n", drv.name, ret);
		break;
	}
	return ret;
}

/* Errors of a driver's probe are returned as positive numbers, others as negative ones. */
function really_probe(dev: device, drv: device_driver): number {
	let ret = 0;

	device_set_driver(dev, drv);
	probe_failed: {
		dev_groups_failed: {
			ret = driver_sysfs_add(dev);
			if (ret) {
				dev_err(dev, "%s: driver_sysfs_add failed\n", "really_probe");
				break probe_failed;
			}
			ret = call_driver_probe(dev, drv);
			if (ret) {
				ret = -ret;
				break probe_failed;
			}
			ret = device_add_groups(dev, drv.dev_groups);
			if (ret) {
				dev_err(dev, "device_add_groups() failed\n");
				break dev_groups_failed;
			}
			driver_bound(dev);
			return ret;
		} /* dev_groups_failed: */
		device_remove(dev);
	} /* probe_failed: */
	device_unbind_cleanup(dev);
	return ret;
}

/**
 * __driver_probe_device - try a driver on a device
 *
 * Context: device_lock().
 * Return: 0 if it drives the device now, -ENODEV if the device is not (or no
 * longer) registered, -EBUSY if it has a driver, another negative error of the
 * core, or a positive one of the driver.
 */
function __driver_probe_device(drv: device_driver, dev: device): number {
	if (dev.p === null || dev.p.dead || !dev.kobj.state_in_sysfs)
		return -ENODEV;
	if (dev.driver !== null)
		return -EBUSY;
	return really_probe(dev, drv);
}

function driver_probe_device(drv: device_driver, dev: device): number {
	return __driver_probe_device(drv, dev);
}

function __device_attach_driver(drv: device_driver, dev: device): number {
	let ret = driver_match_device(drv, dev);

	if (ret <= 0)
		return ret;
	/* a driver whose probe fails is passed over, the next one is asked */
	ret = driver_probe_device(drv, dev);
	if (ret < 0)
		return ret;
	return Number(ret === 0);
}

function __device_attach(dev: device): number {
	let ret = 0;

	device_lock(dev);
	if (!dev.p!.dead)
		ret = dev.driver !== null ? 1
			: bus_for_each_drv(dev.bus, null, dev, __device_attach_driver);
	device_unlock(dev);
	return ret;
}

/**
 * device_attach - look for a driver for a device
 *
 * Return: 1 if it has one, 0 if none matched or wanted it, or a negative error.
 */
export function device_attach(dev: device): number {
	return __device_attach(dev);
}

/** device_initial_probe - the same for a new device, if its bus does that by itself */
export function device_initial_probe(dev: device): void {
	if (bus_to_subsys(dev.bus)?.drivers_autoprobe)
		__device_attach(dev);
}

/**
 * device_driver_attach - try one driver on one device
 *
 * Return: 0, or a negative error: the driver's own, -EBUSY if the device has a
 * driver, -ENODEV if it is not registered, -EAGAIN for one to be tried later.
 */
export function device_driver_attach(drv: device_driver, dev: device): number {
	device_lock(dev);
	let ret = __driver_probe_device(drv, dev);

	device_unlock(dev);
	if (ret > 0)
		ret = -ret;
	if (ret === -EPROBE_DEFER)
		return -EAGAIN;
	return ret;
}

function __driver_attach(dev: device, drv: device_driver): number {
	if (driver_match_device(drv, dev) <= 0)
		return 0;
	device_lock(dev);
	driver_probe_device(drv, dev);
	device_unlock(dev);
	return 0;
}

/** driver_attach - try a driver on all devices of its bus */
export function driver_attach(drv: device_driver): number {
	return bus_for_each_dev(drv.bus, null, drv, __driver_attach);
}

function __device_release_driver(dev: device): void {
	const drv = dev.driver;

	if (drv !== null) {
		device_remove(dev);
		device_unbind_cleanup(dev);
		drv.p!.klist_devices.delete(dev);
		kobject_uevent(dev.kobj, KOBJ_UNBIND);
	}
}

function device_release_driver_internal(dev: device, drv: device_driver | null): void {
	device_lock(dev);
	if (drv === null || drv === dev.driver)
		__device_release_driver(dev);
	device_unlock(dev);
}

/** device_release_driver - detach a device from its driver, if it has one */
export function device_release_driver(dev: device): void {
	device_release_driver_internal(dev, null);
}

/** device_driver_detach - the same, as a user asks for it */
export function device_driver_detach(dev: device): void {
	device_release_driver_internal(dev, null);
}

/** driver_detach - detach all devices of a driver, the last bound first */
export function driver_detach(drv: device_driver): void {
	const devices = drv.p!.klist_devices;

	for (const dev of [...devices].toReversed()) {
		if (!devices.has(dev))
			continue;
		get_device(dev);
		device_release_driver_internal(dev, drv);
		put_device(dev);
	}
}
