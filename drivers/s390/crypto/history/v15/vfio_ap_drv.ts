// SPDX-License-Identifier: GPL-2.0+
/*
 * VFIO based AP device driver: loading, unloading and the matrix device.
 *
 * Copyright IBM Corp. 2018
 *
 * Author(s): Tony Krowiak <akrowiak@linux.ibm.com>
 *	      Pierre Morel <pmorel@linux.ibm.com>
 *
 * C: drivers/s390/crypto/vfio_ap_drv.c, v15 12/13
 *    <20210406153122.22874-13-akrowiak@linux.ibm.com>
 */
import { THIS_MODULE } from "#linux/module.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import { memset } from "#linux/string.h";
import { test_facility } from "#asm/facility.h";
import {
	VFIO_AP_DRV_NAME, ap_matrix_dev, vfio_ap_mdev_probe_queue, vfio_ap_mdev_register,
	vfio_ap_mdev_remove_queue, vfio_ap_mdev_resource_in_use, vfio_ap_mdev_unregister,
	vfio_ap_on_cfg_changed, vfio_ap_on_scan_complete,
} from "./vfio_ap_private.h.ts";
/* not in C's list: */
import { ap_instructions_available, ap_qci } from "#asm/ap.h";
import {
	bus_register, bus_type, bus_unregister, dev_get_drvdata, dev_set_name,
	device, device_driver,
	device_register, device_unregister, driver_register, driver_unregister, put_device,
	root_device_register, root_device_unregister,
} from "#linux/device.h";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import { ENODEV, ENOMEM } from "#linux/errno.h";
import { INIT_LIST_HEAD } from "#linux/list.h";
import { mutex_init } from "#linux/mutex.h";
import {
	AP_DEVICE_ID_MATCH_QUEUE_TYPE,
	AP_DEVICE_TYPE_CEX4, AP_DEVICE_TYPE_CEX5, AP_DEVICE_TYPE_CEX6,
	AP_DEVICE_TYPE_CEX7, ap_device_id, ap_driver, ap_driver_register, ap_driver_unregister,
} from "../../../../v5.10/s390/crypto/ap_bus.h.ts";

const VFIO_AP_ROOT_NAME = "vfio_ap";
const VFIO_AP_DEV_NAME = "matrix";

export let matrix_dev: ap_matrix_dev;

/* CEX4 and later: what is older is left to nobody's guest. */
const ap_queue_ids = [
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX4,
			   match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX5,
			   match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX6,
			   match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }),
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX7,
			   match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }),
];

const vfio_ap_drv = new ap_driver();

/**
 * vfio_ap_matrix_dev_release - the last reference to the matrix device is gone
 * @dev: the device in it
 *
 * Nobody ever set the driver data, so nothing is freed: the memory leaks.
 *
 * C: vfio_ap_drv.c, Linux 5.9
 * Unchanged since: v11
 */
function vfio_ap_matrix_dev_release(dev: device): void {
	const matrix_dev = dev_get_drvdata<ap_matrix_dev | null>(dev);

	kfree(matrix_dev);
}

/**
 * matrix_bus_match - whether a driver of the matrix bus can drive a device
 * @dev: the device
 * @drv: the driver
 *
 * Return: 1, there is one of each.
 * C: vfio_ap_drv.c, Linux 5.9
 * Unchanged since: v11
 */
function matrix_bus_match(dev: device, drv: device_driver): number {
	return 1;
}

const matrix_bus = new bus_type({
	name: "matrix",
	match: matrix_bus_match,
});

const matrix_driver = new device_driver(null, {
	name: "vfio_ap",
	bus: matrix_bus,
	suppress_bind_attrs: true,
});

/**
 * vfio_ap_matrix_dev_create - make the matrix device, its bus and its driver
 *
 * Context: while the module is loaded, before anybody else knows of the device;
 * may sleep.
 * Return: 0, or the error of what could not be made; nothing is left then but
 * what the C leaves: the memory, where QCI fails.
 * C: vfio_ap_drv.c, v15 12/13 <20210406153122.22874-13-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_matrix_dev_create(): number {
	let ret;

	const root_device = root_device_register(VFIO_AP_ROOT_NAME);
	if (IS_ERR(root_device))
		return PTR_ERR(root_device);

	bus_register_err: {
		matrix_alloc_err: {
			matrix_reg_err: {
				matrix_drv_err: {
					ret = bus_register(matrix_bus);
					if (ret)
						break bus_register_err;

					matrix_dev = kzalloc(ap_matrix_dev, GFP_KERNEL)!;
					if (!matrix_dev) {
						ret = -ENOMEM;
						break matrix_alloc_err;
					}

					/* What the host has, if the machine can tell */
					if (test_facility(12)) {
						ret = ap_qci(matrix_dev.config_info);
						if (ret)
							break matrix_alloc_err;
					}

					mutex_init(matrix_dev.lock, "matrix_dev->lock");
					INIT_LIST_HEAD(matrix_dev.mdev_list);

					dev_set_name(matrix_dev.device, "%s", VFIO_AP_DEV_NAME);
					matrix_dev.device.parent = root_device;
					matrix_dev.device.bus = matrix_bus;
					matrix_dev.device.release = vfio_ap_matrix_dev_release;
					matrix_dev.vfio_ap_drv = vfio_ap_drv;

					ret = device_register(matrix_dev.device);
					if (ret)
						break matrix_reg_err;

					ret = driver_register(matrix_driver);
					if (ret)
						break matrix_drv_err;

					return 0;

				} /* matrix_drv_err: */
				device_unregister(matrix_dev.device);
			} /* matrix_reg_err: */
			put_device(matrix_dev.device);
		} /* matrix_alloc_err: */
		bus_unregister(matrix_bus);
	} /* bus_register_err: */
	root_device_unregister(root_device);
	return ret;
}

/**
 * vfio_ap_matrix_dev_destroy - undo vfio_ap_matrix_dev_create()
 *
 * C: vfio_ap_drv.c, Linux 5.9
 * Unchanged since: v11
 */
function vfio_ap_matrix_dev_destroy(): void {
	const root_device = matrix_dev.device.parent!;

	driver_unregister(matrix_driver);
	device_unregister(matrix_dev.device);
	bus_unregister(matrix_bus);
	root_device_unregister(root_device);
}

/**
 * vfio_ap_init - load the driver
 *
 * Return: 0, -ENODEV on a machine without AP instructions, or the error of
 * what could not be registered.
 * C: vfio_ap_drv.c, v15 12/13 <20210406153122.22874-13-akrowiak@linux.ibm.com>
 * Unchanged since: v13
 */
function vfio_ap_init(): number {
	let ret;

	/* Without AP instructions there is nothing to pass through. */
	if (!ap_instructions_available())
		return -ENODEV;

	ret = vfio_ap_matrix_dev_create();
	if (ret)
		return ret;

	memset(vfio_ap_drv, 0);
	vfio_ap_drv.probe = vfio_ap_mdev_probe_queue;
	vfio_ap_drv.remove = vfio_ap_mdev_remove_queue;
	vfio_ap_drv.in_use = vfio_ap_mdev_resource_in_use;
	vfio_ap_drv.on_config_changed = vfio_ap_on_cfg_changed;
	vfio_ap_drv.on_scan_complete = vfio_ap_on_scan_complete;
	vfio_ap_drv.ids = ap_queue_ids;

	ret = ap_driver_register(vfio_ap_drv, THIS_MODULE, VFIO_AP_DRV_NAME);
	if (ret) {
		vfio_ap_matrix_dev_destroy();
		return ret;
	}

	ret = vfio_ap_mdev_register();
	if (ret) {
		ap_driver_unregister(vfio_ap_drv);
		vfio_ap_matrix_dev_destroy();

		return ret;
	}

	return 0;
}

/**
 * vfio_ap_exit - unload the driver
 *
 * C: vfio_ap_drv.c, Linux 5.9
 * Unchanged since: v11
 */
function vfio_ap_exit(): void {
	vfio_ap_mdev_unregister();
	ap_driver_unregister(vfio_ap_drv);
	vfio_ap_matrix_dev_destroy();
}

export { vfio_ap_init, vfio_ap_exit }; /* module_init, module_exit */
