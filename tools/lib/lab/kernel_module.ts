// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver's module in the running kernel: insmod, rmmod, and the driver between the two.
 */
import type { kobject } from "#linux/kobject.h";
import { lockdep_reset } from "#linux/lockdep.h";
import { THIS_MODULE } from "#linux/module.h";
import type { driver_private } from "../../../drivers/base/base.h.ts";
import {
	mod_sysfs_setup, mod_sysfs_state, mod_sysfs_teardown,
} from "../../../drivers/base/module.ts";
import { sysfs_lookup, sysfs_readdir } from "../../../drivers/base/sysfs.ts";
import { to_ap_drv, type ap_driver } from "../../../drivers/s390/crypto/ap_bus.h.ts";
import {
	MATRIX_DIR, type driver, type driver_module,
} from "../../../drivers/s390/crypto/history/index.ts";
import { syscall } from "../../../drivers/s390/sim/syscall.ts";
import { module_of } from "./loader.ts";
import { DRIVER_DIR } from "./mdev.ts";

let last_driver: driver | null = null;

/* Each driver takes a lock at places of its own. */
function forget_other_drivers(driver: driver): void {
	if (driver !== last_driver)
		lockdep_reset();
	last_driver = driver;
}

/**
 * class kernel_module - a driver on a booted machine
 * @driver: the driver
 * @live: whether it is loaded
 * @dir: the directory of the driver, once it is loaded
 * @matrix_dir: the directory of its matrix device
 * @drv: the struct ap_driver that it registered
 */
export class kernel_module {
	driver: driver;
	live = false;
	dir: kobject | null = null;
	matrix_dir: string;
	drv!: ap_driver;
	#module: driver_module;
	#type_dirs = new Map<string, kobject>();

	/** @driver: a driver that load_driver() has read */
	constructor(driver: driver) {
		this.driver = driver;
		this.matrix_dir = driver.matrix_dir ?? MATRIX_DIR;
		this.#module = module_of(driver);
		forget_other_drivers(driver);
	}

	/** insert - insmod; returns what module_init() returns */
	insert(): number {
		mod_sysfs_setup(THIS_MODULE);
		const rc = syscall("load vfio_ap", this.#module.vfio_ap_init);

		this.live = rc === 0;
		if (!this.live) {
			mod_sysfs_teardown(THIS_MODULE);
			return rc;
		}
		mod_sysfs_state(THIS_MODULE, "live");
		this.dir = sysfs_lookup(DRIVER_DIR);
		this.drv = to_ap_drv((this.dir!.container as driver_private).driver!);
		for (const name of sysfs_readdir(this.#types_dir).names)
			this.#type_dirs.set(name.slice(name.indexOf("-") + 1),
				sysfs_lookup(`${this.#types_dir}/${name}`)!);
		return 0;
	}

	get #types_dir(): string {
		return `${this.matrix_dir}/mdev_supported_types`;
	}

	/**
	 * type_dir - the directory of an mdev type whose name is given without the driver's, or
	 * undefined
	 */
	type_dir(type: string): kobject | undefined {
		return this.#type_dirs.get(type);
	}

	/** remove - rmmod */
	remove(): void {
		mod_sysfs_state(THIS_MODULE, "going");
		syscall("unload vfio_ap", this.#module.vfio_ap_exit);
		mod_sysfs_teardown(THIS_MODULE);
		this.live = false;
	}
}
