// SPDX-License-Identifier: GPL-2.0-only
/*
 * The names of sysfs that some kernel has: a name that is none of these was mistyped.
 */
import { did_you_mean, nearest } from "../cli/nearest.ts";
import { parse_queue } from "./ids.ts";

/** Whose attributes can be read: an mdev, a queue, the matrix device, the AP bus. */
const ATTRIBUTES = {
	mdev: [
		"assign_adapter", "unassign_adapter", "assign_domain", "unassign_domain",
		"assign_control_domain", "unassign_control_domain", "control_domains", "matrix",
		"guest_matrix", "ap_config", "remove", "uevent",
	],
	queue: [
		"status", "driver_override", "ap_functions", "chkstop", "config", "interrupt",
		"last_err_rc", "pendingq_count", "request_count", "requestq_count", "reset",
		"se_associate", "se_bind", "states", "mkvps", "op_modes", "load", "online",
		"modalias", "uevent",
	],
	matrix: ["features", "uevent"],
	bus: [
		"ap_adapter_mask", "ap_control_domain_mask", "ap_domain", "ap_interrupts",
		"ap_max_adapter_id", "ap_max_domain_id", "ap_usage_domain_mask", "apmask",
		"aqmask", "bindings", "config_time", "poll_thread", "poll_timeout", "scans",
	],
};

const WHOSE = {
	mdev: "an mdev", queue: "a queue", matrix: "the matrix device", bus: "the AP bus",
};

/** Files of the AP bus, its drivers, cards and modules, and the directories of all. */
const OTHERS = [
	"sys", "bus", "devices", "class", "kernel", "module", "drivers", "device", "driver",
	"parameters", "ap", "mdev", "mdev_bus", "vfio", "vfio-dev", "vfio_ap", "vfio_mdev",
	"vfio_ap_mdev", "cex4card", "cex4queue", "virtual", "iommu_group", "iommu_groups",
	"mdev_supported_types", "mdev_type", "vfio_ap-passthrough", "vfio_ap_matrix",
	"vfio_ap_matrix-passthrough", "vfio_ap_matrix-virtual", "create", "available_instances",
	"device_api", "name", "bind", "unbind", "depth", "domain", "drivers_autoprobe",
	"drivers_probe", "hwtype", "raw_hwtype", "initstate", "max_msg_size",
	"msgpool_min_items", "refcnt", "serialnr", "type", "useirq", "reserved_regions", "debug",
];
const KNOWN = new Set([...Object.values(ATTRIBUTES).flat(), ...OTHERS]);
/** A card, a device with a number, an mdev by its UUID. */
const NUMBERED =
	/^(?:card[0-9a-f]{2}|[a-z_]+[0-9]+|[0-9]+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * unknown_attribute - what to say of an attribute that no kernel has
 * @of: whose it would be
 *
 * Return: what is wrong and what is expected, or null.
 */
export function unknown_attribute(of: keyof typeof ATTRIBUTES, attr: string):
		[what: string, right: string] | null {
	const known = ATTRIBUTES[of];

	return known.includes(attr) ? null : [
		`${WHOSE[of]} has no attribute "${attr}"${did_you_mean(attr, known)}`,
		nearest(attr, known) ?? `one of ${known.join(" ")}`,
	];
}

/** unknown_file - what to say of a path in sysfs with a name that no kernel has, or null */
export function unknown_file(path: string): [what: string, right: string] | null {
	const wrong = path.split("/").slice(1).find((name) =>
		!KNOWN.has(name) && !NUMBERED.test(name) && parse_queue(name) === null);

	return wrong === undefined ? null : [
		`nothing in sysfs is called "${wrong}"${did_you_mean(wrong, KNOWN)}`,
		"a file such as /sys/bus/ap/drivers_autoprobe",
	];
}
