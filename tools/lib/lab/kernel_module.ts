// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver's module in the running kernel: insmod, rmmod, and what there is in between.
 */
import type { kobject } from "#linux/kobject.h";
import { lockdep_reset } from "#linux/lockdep.h";
import type { driver_private } from "../../../drivers/base/base.h.ts";
import { sysfs_lookup } from "../../../drivers/base/sysfs.ts";
import { to_ap_drv, type ap_driver } from "../../../drivers/s390/crypto/ap_bus.h.ts";
import type { driver, driver_module } from "../../../drivers/s390/crypto/history/index.ts";
import { syscall } from "../../../drivers/s390/sim/syscall.ts";
import { module_of } from "./loader.ts";
import { DRIVER_DIR } from "./mdev.ts";

/** MATRIX_DIR - the directory of the matrix device */
export const MATRIX_DIR = "/sys/devices/vfio_ap/matrix";

/** TYPE_DIR - that of its mdev type */
export const TYPE_DIR = `${MATRIX_DIR}/mdev_supported_types/vfio_ap-passthrough`;

let last_driver: driver | null = null;

/* Where a lock is taken is another place in another driver. */
function forget_other_drivers(driver: driver): void {
	if (driver !== last_driver)
		lockdep_reset();
	last_driver = driver;
}

/**
 * class kernel_module - a driver on a booted machine
 * @driver: which
 * @live: whether it is loaded
 * @dir, @type_dir: the directories of the driver and of its mdev type, once it is loaded
 * @drv: what it registered with the AP bus
 */
export class kernel_module {
	driver: driver;
	live = false;
	dir: kobject | null = null;
	type_dir: kobject | null = null;
	drv!: ap_driver;
	#module: driver_module;

	/** @driver: one that load_driver() has read */
	constructor(driver: driver) {
		this.driver = driver;
		this.#module = module_of(driver);
		forget_other_drivers(driver);
	}

	/** insert - insmod; returns what module_init() does */
	insert(): number {
		const rc = syscall("load vfio_ap", this.#module.vfio_ap_init);

		this.live = rc === 0;
		if (!this.live)
			return rc;
		this.dir = sysfs_lookup(DRIVER_DIR);
		this.drv = to_ap_drv((this.dir!.container as driver_private).driver!);
		this.type_dir = sysfs_lookup(TYPE_DIR);
		return 0;
	}

	/** remove - rmmod */
	remove(): void {
		syscall("unload vfio_ap", this.#module.vfio_ap_exit);
		this.live = false;
	}
}
