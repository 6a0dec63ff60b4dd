// SPDX-License-Identifier: GPL-2.0+
/*
 * VFIO based AP device driver: loading, unloading and the matrix device.
 *
 * Copyright IBM Corp. 2018
 *
 * Author(s): Tony Krowiak <akrowiak@linux.ibm.com>
 *	      Pierre Morel <pmorel@linux.ibm.com>
 *
 * C: drivers/s390/crypto/vfio_ap_drv.c, Linux 7.1.
 */
import { THIS_MODULE } from "#linux/module.h";
import { kfree, kzalloc_obj } from "#v7.3/linux/slab.h";
import { test_facility } from "#asm/facility.h";
import {
	DBF_MAX_SPRINTF_ARGS, DBF_WARN, VFIO_AP_DRV_NAME, ap_matrix_dev, vfio_ap_mdev_probe_queue,
	vfio_ap_mdev_register, vfio_ap_mdev_remove_queue, vfio_ap_mdev_resource_in_use,
	vfio_ap_mdev_unregister, vfio_ap_on_cfg_changed, vfio_ap_on_scan_complete,
} from "./vfio_ap_private.h.ts";
/* not in C's list: */
import { ap_instructions_available, ap_qci } from "#asm/ap.h";
import {
	debug_register, debug_register_view, debug_set_level, debug_sprintf_view, debug_unregister,
	type debug_info_t,
} from "#asm/debug.h";
import { container_of } from "#linux/container_of.h";
import {
	ATTRIBUTE_GROUPS, DEVICE_ATTR_RO,
	bus_register, bus_type, bus_unregister, dev_set_name, device,
	device_attribute, device_del, device_driver, device_register, device_unregister,
	driver_register,
	driver_unregister, put_device, root_device_register, root_device_unregister, sysfs_emit,
} from "#linux/device.h";
import { ENODEV, ENOENT, ENOMEM } from "#linux/errno.h";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import { INIT_LIST_HEAD } from "#linux/list.h";
import { mutex_init } from "#linux/mutex.h";
import type { char_buf } from "#linux/sprintf.h";
import {
	AP_DEVICE_ID_MATCH_QUEUE_TYPE,
	AP_DEVICE_TYPE_CEX4, AP_DEVICE_TYPE_CEX5, AP_DEVICE_TYPE_CEX6,
	AP_DEVICE_TYPE_CEX7, AP_DEVICE_TYPE_CEX8, ap_device_id, ap_driver, ap_driver_register,
	ap_driver_unregister,
} from "../../../../v7.3/s390/crypto/ap_bus.h.ts";

const VFIO_AP_ROOT_NAME = "vfio_ap";
const VFIO_AP_DEV_NAME = "matrix";

export let matrix_dev: ap_matrix_dev;
export let vfio_ap_dbf_info: debug_info_t | null = null;

/**
 * features_show - what the driver offers beyond its first version
 * @dev: the matrix device
 * @attr: its features attribute
 * @buf: where to
 *
 * Return: number of characters.
 * Unchanged since: v6.12
 */
function features_show(dev: device, attr: device_attribute, buf: char_buf): number {
	return sysfs_emit(buf, "guest_matrix hotplug ap_config\n");
}
const dev_attr_features = DEVICE_ATTR_RO("features", features_show);

const matrix_dev_attrs = [
	dev_attr_features.attr,
];
const matrix_dev_groups = ATTRIBUTE_GROUPS(matrix_dev_attrs);

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
	new ap_device_id({ dev_type: AP_DEVICE_TYPE_CEX8,
			   match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE }),
];

const vfio_ap_drv = new ap_driver({
	probe: vfio_ap_mdev_probe_queue,
	remove: vfio_ap_mdev_remove_queue,
	in_use: vfio_ap_mdev_resource_in_use,
	on_config_changed: vfio_ap_on_cfg_changed,
	on_scan_complete: vfio_ap_on_scan_complete,
	ids: ap_queue_ids,
});

/**
 * vfio_ap_matrix_dev_release - the last reference to the matrix device is gone
 * @dev: the device in it
 *
 * C: vfio_ap_drv.c, Linux 7.1
 * Unchanged since: v6.12
 */
function vfio_ap_matrix_dev_release(dev: device): void {
	const matrix_dev = container_of(dev, ap_matrix_dev, "device");

	kfree(matrix_dev);
}

const matrix_bus = new bus_type({
	name: "matrix",
});

const matrix_driver = new device_driver(null, {
	name: "vfio_ap",
	bus: matrix_bus,
	suppress_bind_attrs: true,
	dev_groups: matrix_dev_groups,
});

/**
 * vfio_ap_matrix_dev_create - make the matrix device, its bus and its driver
 *
 * Context: while the module is loaded, before anybody else knows of the device;
 * may sleep.
 * Return: 0, or the error of what could not be made; nothing is left then but
 * what the C leaves: the memory, where QCI fails.
 * C: vfio_ap_drv.c, Linux 7.1
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

					matrix_dev = kzalloc_obj(ap_matrix_dev)!;
					if (!matrix_dev) {
						ret = -ENOMEM;
						break matrix_alloc_err;
					}

					/* What the host has, if the machine can tell */
					if (test_facility(12)) {
						ret = ap_qci(matrix_dev.info);
						if (ret)
							break matrix_alloc_err;
					}

					mutex_init(matrix_dev.mdevs_lock, "matrix_dev->mdevs_lock");
					INIT_LIST_HEAD(matrix_dev.mdev_list);
					mutex_init(matrix_dev.guests_lock, "matrix_dev->guests_lock");

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
				device_del(matrix_dev.device);
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
 * C: vfio_ap_drv.c, Linux 7.1
 * Unchanged since: v6.12
 */
function vfio_ap_matrix_dev_destroy(): void {
	const root_device = matrix_dev.device.parent!;

	driver_unregister(matrix_driver);
	device_unregister(matrix_dev.device);
	bus_unregister(matrix_bus);
	root_device_unregister(root_device);
}

/**
 * vfio_ap_dbf_info_init - make the driver's debug area
 *
 * Return: 0, or -ENOENT.
 * C: vfio_ap_drv.c, Linux 7.1
 * Unchanged since: v6.12
 */
function vfio_ap_dbf_info_init(): number {
	vfio_ap_dbf_info = debug_register("vfio_ap", 1, 1,
					  DBF_MAX_SPRINTF_ARGS * 8);

	if (!vfio_ap_dbf_info)
		return -ENOENT;

	debug_register_view(vfio_ap_dbf_info, debug_sprintf_view);
	debug_set_level(vfio_ap_dbf_info, DBF_WARN);

	return 0;
}

/**
 * vfio_ap_init - load the driver
 *
 * Return: 0, -ENODEV on a machine without AP instructions, or the error of
 * what could not be registered.
 * C: vfio_ap_drv.c, Linux 7.1
 * Unchanged since: v6.12
 */
function vfio_ap_init(): number {
	let ret;

	ret = vfio_ap_dbf_info_init();
	if (ret)
		return ret;

	/* Without AP instructions there is nothing to pass through. */
	if (!ap_instructions_available())
		return -ENODEV;

	ret = vfio_ap_matrix_dev_create();
	if (ret)
		return ret;

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
 * C: vfio_ap_drv.c, Linux 7.1
 * Unchanged since: v6.12
 */
function vfio_ap_exit(): void {
	vfio_ap_mdev_unregister();
	ap_driver_unregister(vfio_ap_drv);
	vfio_ap_matrix_dev_destroy();
	debug_unregister(vfio_ap_dbf_info);
}

export { vfio_ap_init, vfio_ap_exit }; /* module_init, module_exit */
