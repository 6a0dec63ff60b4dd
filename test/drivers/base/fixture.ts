// SPDX-License-Identifier: GPL-2.0-only
/*
 * A bus with two devices and two drivers, as small as a bus can be.
 */
import {
	ATTRIBUTE_GROUPS, DEVICE_ATTR_RO, DEVICE_ATTR_RW, DEVICE_ATTR_WO, attribute_group,
	bus_register, bus_type, dev_get_drvdata, dev_name, dev_set_drvdata, dev_set_name, device,
	device_driver, device_initialize, device_add, device_type, driver_register, put_device,
	root_device_register, sysfs_emit, type device_attribute,
} from "#linux/device.h";
import { ENOMEM } from "#linux/errno.h";
import { IS_ERR } from "#linux/err.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import type { char_buf } from "#linux/sprintf.h";

/** log - what drivers were asked to do, in order */
export const log: string[] = [];

/** class widget - a device that notes what is written to it */
export class widget {
	device = new device(this);
	kind = "";
	text = "";
}

function text_show(dev: device, attr: device_attribute, buf: char_buf): number {
	return sysfs_emit(buf, "%s", (dev.container as widget).text);
}

function text_store(dev: device, attr: device_attribute, buf: string, count: number): number {
	(dev.container as widget).text = buf;
	return count;
}

function long_show(dev: device, attr: device_attribute, buf: char_buf): number {
	buf.text = "x".repeat(5000);
	return buf.text.length;
}

function status_show(dev: device, attr: device_attribute, buf: char_buf): number {
	return sysfs_emit(buf, "driven by %s\n", dev_get_drvdata<string>(dev));
}

const widget_attrs = [
	DEVICE_ATTR_RW("text", text_show, text_store).attr,
	DEVICE_ATTR_WO("command", text_store).attr,
	DEVICE_ATTR_RO("long", long_show).attr,
];

export const widget_groups = ATTRIBUTE_GROUPS(widget_attrs);

const type_groups = [new attribute_group({
	attrs: [DEVICE_ATTR_RO("big", text_show).attr, DEVICE_ATTR_RO("small", text_show).attr],
	is_visible: (kobj, attr) => {
		const dev = kobj.container as device;

		return attr.name === (dev.container as widget).kind ? attr.mode : 0;
	},
})];

const widget_type = new device_type({ name: "widget", groups: type_groups });

/** toy_bus - drivers match devices of the kind they are named after */
export const toy_bus = new bus_type({
	name: "toy",
	match: (dev, drv) => (dev.container as widget).kind === drv.name.split("_")[0] ? 1 : 0,
	uevent: (dev, env) => {
		env.envp.push(`KIND=${(dev.container as widget).kind}`);
		return 0;
	},
});

/** probe_result - what the drivers' probe functions return */
export const probe_result = { rc: 0 };

function probe(dev: device): number {
	log.push(`${dev.driver!.name} probe ${dev_name(dev)}`);
	dev_set_drvdata(dev, dev.driver!.name);
	return probe_result.rc;
}

function remove(dev: device): void {
	log.push(`${dev.driver!.name} remove ${dev_name(dev)}`);
}

export function driver(name: string): device_driver {
	return new device_driver(null, {
		name, bus: toy_bus, probe, remove,
		dev_groups: ATTRIBUTE_GROUPS([DEVICE_ATTR_RO("status", status_show).attr]),
	});
}

function widget_release(dev: device): void {
	log.push(`release ${dev_name(dev)}`);
	kfree(dev.container);
}

/** add_widget - register a device; what device_add() returned, and the device */
export function add_widget(
	name: string, kind: string, parent: device,
): { rc: number; widget: widget | null } {
	const w = kzalloc(widget, GFP_KERNEL);

	if (w === null)
		return { rc: -ENOMEM, widget: null };
	w.kind = kind;
	w.device.bus = toy_bus;
	w.device.parent = parent;
	w.device.type = widget_type;
	w.device.groups = widget_groups;
	w.device.release = widget_release;
	device_initialize(w.device);
	const rc = dev_set_name(w.device, "%s", name) || device_add(w.device);

	if (rc)
		put_device(w.device);
	return { rc, widget: rc ? null : w };
}

/**
 * open_shop - register the bus, its root device, the drivers big_a and small_a,
 * and a device for each, b0 and s0
 */
export function open_shop(): {
	root: device; big: device_driver; small: device_driver; b0: widget; s0: widget;
} {
	log.length = 0;
	probe_result.rc = 0;
	bus_register(toy_bus);
	const root = root_device_register("toys");
	const big = driver("big_a");
	const small = driver("small_a");

	if (IS_ERR(root))
		throw new Error("no root device");
	driver_register(big);
	driver_register(small);
	const b0 = add_widget("b0", "big", root).widget!;
	const s0 = add_widget("s0", "small", root).widget!;

	return { root, big, small, b0, s0 };
}
