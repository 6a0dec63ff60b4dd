// SPDX-License-Identifier: GPL-2.0-only
/*
 * The design of November 2017: module and matrix device. There is no C of it;
 * see vfio_ap_ops.ts.
 */
import { ap_instructions_available } from "#asm/ap.h";
import {
	bus_register, bus_type, bus_unregister, dev_set_name, device_driver, device_register,
	device_unregister, driver_register, driver_unregister, root_device_register,
	root_device_unregister, type device,
} from "#linux/device.h";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import { ENODEV } from "#linux/errno.h";
import { THIS_MODULE } from "#linux/module.h";
import { mutex_init } from "#linux/mutex.h";
import { kfree } from "#linux/slab.h";
import {
	AP_DEVICE_ID_MATCH_QUEUE_TYPE,
	AP_DEVICE_TYPE_CEX4, AP_DEVICE_TYPE_CEX5, AP_DEVICE_TYPE_CEX6,
	AP_DEVICE_TYPE_CEX7, AP_DEVICE_TYPE_CEX8, ap_device_id, ap_driver, ap_driver_register,
	ap_driver_unregister,
} from "../../ap_bus.h.ts";
import {
	vfio_ap_mdev_probe_queue, vfio_ap_mdev_register, vfio_ap_mdev_remove_queue,
	vfio_ap_mdev_unregister,
} from "./vfio_ap_ops.ts";
import { ap_matrix_dev } from "./vfio_ap_private.h.ts";

export let matrix_dev: ap_matrix_dev;

const ap_queue_ids = [
	AP_DEVICE_TYPE_CEX4, AP_DEVICE_TYPE_CEX5, AP_DEVICE_TYPE_CEX6, AP_DEVICE_TYPE_CEX7,
	AP_DEVICE_TYPE_CEX8,
].map((dev_type) => new ap_device_id({ dev_type, match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }));

const vfio_ap_drv = new ap_driver();

/* The mail's device has a root of its own, and no bus; the mdev core asks for a driver's name. */
const matrix_bus = new bus_type({ name: "ap_matrix", match: () => 1 });
const matrix_driver = new device_driver(null, {
	name: "vfio_ap_matrix", bus: matrix_bus, suppress_bind_attrs: true,
});

let root_device: device;

function matrix_dev_create(): number {
	const root = root_device_register("ap_matrix");

	if (IS_ERR(root))
		return PTR_ERR(root);
	root_device = root;
	bus_register(matrix_bus);
	matrix_dev = new ap_matrix_dev();
	mutex_init(matrix_dev.lock, "matrix_dev->lock");
	dev_set_name(matrix_dev.device, "%s", "matrix");
	matrix_dev.device.parent = root_device;
	matrix_dev.device.bus = matrix_bus;
	matrix_dev.device.release = () => kfree(matrix_dev);
	matrix_dev.vfio_ap_drv = vfio_ap_drv;
	return device_register(matrix_dev.device) || driver_register(matrix_driver);
}

function matrix_dev_destroy(): void {
	driver_unregister(matrix_driver);
	device_unregister(matrix_dev.device);
	bus_unregister(matrix_bus);
	root_device_unregister(root_device);
}

/**
 * vfio_ap_init - load the driver
 *
 * Return: 0, -ENODEV on a machine without AP instructions, or the error of what
 * could not be registered.
 */
export function vfio_ap_init(): number {
	if (!ap_instructions_available())
		return -ENODEV;

	let ret = matrix_dev_create();

	if (ret)
		return ret;
	vfio_ap_drv.probe = vfio_ap_mdev_probe_queue;
	vfio_ap_drv.remove = vfio_ap_mdev_remove_queue;
	vfio_ap_drv.ids = ap_queue_ids;
	ret = ap_driver_register(vfio_ap_drv, THIS_MODULE, "vfio_ap");
	if (ret) {
		matrix_dev_destroy();
		return ret;
	}
	return vfio_ap_mdev_register();
}

/** vfio_ap_exit - unload it */
export function vfio_ap_exit(): void {
	vfio_ap_mdev_unregister();
	ap_driver_unregister(vfio_ap_drv);
	matrix_dev_destroy();
}
