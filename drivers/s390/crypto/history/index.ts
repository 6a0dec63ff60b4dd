// SPDX-License-Identifier: GPL-2.0-only
/*
 * The drivers that can be loaded: the only list of them. Each is a whole text;
 * one is loaded at a time, by vfio_ap_init(), and gone after vfio_ap_exit().
 * What is known of a driver is here; its text is read when it is asked for.
 */

/** What a driver's text offers: module_init() and module_exit(). */
export interface driver_module {
	vfio_ap_init(): number;
	vfio_ap_exit(): void;
}

/**
 * struct driver - one text of vfio_ap
 * @label: what it is called here
 * @date: when it was posted or released, YYYY-MM-DD
 * @id: Message-Id of a posting's cover letter, or the kernel version
 * @patches: number of patches of the series that made it, 0 for a release
 * @predecessor: the label of the text before it, or null
 * @path: its folder, from the top of the tree
 * @api: the release whose mdev and VFIO interfaces it was written for
 * @migrates: its devices can be migrated
 * @without_c: nobody posted it, so there is no C of it, no skeleton and no recording
 * @matrix_dir: the matrix device's folder in sysfs where it is not MATRIX_DIR
 * @forwards: userspace configures its guests and forwards their instructions to it, by ioctls
 * @default: whether it is among those that are meant when none is named
 * @load: read its text
 */
export interface driver {
	label: string;
	date: string;
	id: string;
	patches: number;
	predecessor: string | null;
	path: string;
	api: string;
	migrates?: true;
	without_c?: true;
	matrix_dir?: string;
	forwards?: true;
	default: boolean;
	load: () => Promise<driver_module>;
}

/** MATRIX_DIR - the matrix device's folder in sysfs, since the driver was merged */
export const MATRIX_DIR = "/sys/devices/vfio_ap/matrix";

/**
 * drivers - all of them, oldest first
 *
 * A stable release stands where the release does that it keeps up; behind all stand texts with
 * something done otherwise.
 */
export const drivers: readonly driver[] = [
	{
		label: "rfc2017",
		date: "2017-11-20",
		id: "a design of November 2017, never posted as C",
		patches: 0,
		predecessor: null,
		path: "drivers/s390/crypto/history/rfc2017",
		api: "5.10",
		without_c: true,
		matrix_dir: "/sys/devices/ap_matrix/matrix",
		forwards: true,
		default: false,
		load: () => import("./rfc2017/vfio_ap_drv.ts"),
	},
	{
		label: "v5.9",
		date: "2020-10-11",
		id: "Linux 5.9",
		patches: 0,
		predecessor: null,
		path: "drivers/s390/crypto/history/v5.9",
		api: "5.9",
		default: false,
		load: () => import("./v5.9/vfio_ap_drv.ts"),
	},
	{
		label: "v11",
		date: "2020-10-22",
		id: "<20201022171209.19494-1-akrowiak@linux.ibm.com>",
		patches: 14,
		predecessor: "v5.9",
		path: "drivers/s390/crypto/history/v11",
		api: "5.10",
		default: true,
		load: () => import("./v11/vfio_ap_drv.ts"),
	},
	{
		label: "v12",
		date: "2020-11-24",
		id: "<20201124214016.3013-1-akrowiak@linux.ibm.com>",
		patches: 17,
		predecessor: "v11",
		path: "drivers/s390/crypto/history/v12",
		api: "5.10",
		default: true,
		load: () => import("./v12/vfio_ap_drv.ts"),
	},
	{
		label: "v13",
		date: "2020-12-22",
		id: "<20201223011606.5265-1-akrowiak@linux.ibm.com>",
		patches: 15,
		predecessor: "v12",
		path: "drivers/s390/crypto/history/v13",
		api: "5.10",
		default: true,
		load: () => import("./v13/vfio_ap_drv.ts"),
	},
	{
		label: "v14",
		date: "2021-03-31",
		id: "<20210331152256.28129-1-akrowiak@linux.ibm.com>",
		patches: 13,
		predecessor: "v13",
		path: "drivers/s390/crypto/history/v14",
		api: "5.12",
		default: false,
		load: () => import("./v14/vfio_ap_drv.ts"),
	},
	{
		label: "v15",
		date: "2021-04-06",
		id: "<20210406153122.22874-1-akrowiak@linux.ibm.com>",
		patches: 13,
		predecessor: "v14",
		path: "drivers/s390/crypto/history/v15",
		api: "5.12",
		default: false,
		load: () => import("./v15/vfio_ap_drv.ts"),
	},
	{
		label: "v18",
		date: "2022-02-15",
		id: "<20220215005040.52697-1-akrowiak@linux.ibm.com>",
		patches: 18,
		predecessor: "v15",
		path: "drivers/s390/crypto/history/v18",
		api: "5.17",
		default: false,
		load: () => import("./v18/vfio_ap_drv.ts"),
	},
	{
		label: "v19",
		date: "2022-04-04",
		id: "<20220404221039.1272245-1-akrowiak@linux.ibm.com>",
		patches: 20,
		predecessor: "v18",
		path: "drivers/s390/crypto/history/v19",
		api: "5.18",
		default: false,
		load: () => import("./v19/vfio_ap_drv.ts"),
	},
	{
		label: "v20",
		date: "2022-06-21",
		id: "<20220621155134.1932383-1-akrowiak@linux.ibm.com>",
		patches: 20,
		predecessor: "v19",
		path: "drivers/s390/crypto/history/v20",
		api: "5.19",
		default: false,
		load: () => import("./v20/vfio_ap_drv.ts"),
	},
	{
		label: "v6.0",
		date: "2022-10-02",
		id: "Linux 6.0",
		patches: 0,
		predecessor: "v20",
		path: "drivers/s390/crypto/history/v6.0",
		api: "6.0",
		default: true,
		load: () => import("./v6.0/vfio_ap_drv.ts"),
	},
	{
		label: "v6.6",
		date: "2023-10-29",
		id: "Linux 6.6",
		patches: 0,
		predecessor: "v6.0",
		path: "drivers/s390/crypto/history/v6.6",
		api: "6.6",
		default: false,
		load: () => import("./v6.6/vfio_ap_drv.ts"),
	},
	{
		label: "v6.12",
		date: "2026-11-12",
		id: "Linux 6.12.117",
		patches: 0,
		predecessor: "v6.6",
		path: "drivers/s390/crypto",
		api: "6.12",
		default: true,
		load: () => import("../vfio_ap_drv.ts"),
	},
	{
		label: "v7.1",
		date: "2026-06-14",
		id: "Linux 7.1",
		patches: 0,
		predecessor: "v6.12",
		path: "drivers/s390/crypto/history/v7.1",
		api: "7.1",
		default: false,
		load: () => import("./v7.1/vfio_ap_drv.ts"),
	},
	{
		label: "migration-v4",
		date: "2026-07-07",
		id: "<20260707090226.3206695-1-akrowiak@linux.ibm.com>",
		patches: 15,
		predecessor: "v7.1",
		path: "drivers/s390/crypto/history/migration-v4",
		api: "7.1",
		migrates: true,
		default: false,
		load: () => import("./migration-v4/vfio_ap_drv.ts"),
	},
	{
		label: "v7.3",
		date: "2026-10-18",
		id: "Linux 7.3",
		patches: 0,
		predecessor: "v7.1",
		path: "drivers/s390/crypto/history/v7.3",
		api: "7.3",
		default: false,
		load: () => import("./v7.3/vfio_ap_drv.ts"),
	},
	{
		label: "v6.12-masks",
		date: "2026-11-30",
		id: "Linux 6.12.117 with a filter that does less work",
		patches: 0,
		predecessor: "v6.12",
		path: "drivers/s390/crypto/history/v6.12-masks",
		api: "6.12",
		without_c: true,
		default: false,
		load: () => import("./v6.12-masks/vfio_ap_drv.ts"),
	},
	{
		label: "v7.3-fixes",
		date: "2026-11-30",
		id: "Linux 7.3 with fixes for what explore found",
		patches: 0,
		predecessor: "v7.3",
		path: "drivers/s390/crypto/history/v7.3-fixes",
		api: "7.3",
		without_c: true,
		default: false,
		load: () => import("./v7.3-fixes/vfio_ap_drv.ts"),
	},
];

/** under_review - the posting that the list discusses now */
export const under_review = "migration-v4";

/** not_ported - postings that are known and not among @drivers, and why not */
export const not_ported: readonly { label: string; id: string; why: string }[] = [
	{
		label: "v16",
		id: "<20210510164423.346858-1-akrowiak@linux.ibm.com>",
		why: "it does not compile as posted: it calls vfio_ap_mdev_unlink_queue() and has none",
	},
	{
		label: "v17",
		id: "<20211021152332.70455-1-akrowiak@linux.ibm.com>",
		why: "it differs most from its neighbours: a list of guests, one PQAP hook in KVM",
	},
];

/** ported - those that there is C of */
export const ported: readonly driver[] = drivers.filter(({ without_c }) => !without_c);

/** driver_by_label - the driver of that label, or undefined */
export function driver_by_label(label: string): driver | undefined {
	return drivers.find((driver) => driver.label === label);
}

/**
 * older_than - whether a driver was written for a kernel before a release
 * @driver: the driver
 * @release: "6.5"
 */
export function older_than(driver: driver, release: string): boolean {
	const [major, minor] = driver.api.split(".").map(Number);
	const [than_major, than_minor] = release.split(".").map(Number);

	return major === than_major ? minor < than_minor : major < than_major;
}
