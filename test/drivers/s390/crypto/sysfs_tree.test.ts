// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole of sysfs, path by path and mode by mode, against a table of what Linux 6.12 has there:
 * each block names the C that makes it, and Documentation/ABI and vfio-ap.rst where they speak of
 * it. What a real kernel has besides is in the last table, with why it is not here.
 */
import { test } from "tap";
import {
	sysfs_read, sysfs_readdir, sysfs_readlink, sysfs_stat, sysfs_write,
} from "../../../../drivers/base/sysfs.ts";
import { older_than, ported } from "../../../../drivers/s390/crypto/history/index.ts";
import { ap_hw_set_adapter } from "../../../../drivers/s390/sim/ap_hardware.ts";
import { machine_lab } from "../../../../tools/lib/lab/lab.ts";
import { load_driver } from "../../../../tools/lib/lab/loader.ts";

const UUID = "12345678-1234-4123-8123-123456789abc";
const TYPE = "devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough";

/* Where the files come from; the directory; its entries: "name mode", "name/", "name -> target". */
type block = [source: string, dir: string, entries: string];

const BUS_FILES = "uevent 200, drivers_probe 200, drivers_autoprobe 644, devices/, drivers/";
const DRIVER_FILES = "uevent 200, bind 200, unbind 200";
const QUEUE_FILES = `request_count 644, requestq_count 444, pendingq_count 444, reset 644,
	interrupt 444, config 444, chkstop 444, ap_functions 444, states 444, last_err_rc 444,
	uevent 644, subsystem -> ../../../../bus/ap`;
const MODULE_FILES = "initstate 444, refcnt 444, drivers/";

/*
 * One card, a queue of the default driver's and one of vfio_ap's, a mediated device. The machine's
 * default is a CCA card; DEBUG is set in no kernel that is delivered, so last_err_rc and states are
 * what a developer's kernel has besides.
 */
const LINUX_6_12: block[] = [
	["drivers/base", "", "bus/, class/, devices/, kernel/, module/"],
	["drivers/base/bus.c: bus_register()", "bus", "ap/, matrix/, mdev/"],
	["drivers/base/bus.c", "bus/ap", BUS_FILES],
	["ap_bus.c: ap_bus_attrs[]; vfio-ap.rst", "bus/ap", `ap_adapter_mask 444,
		ap_control_domain_mask 444, ap_domain 644, ap_interrupts 444, ap_max_adapter_id 444,
		ap_max_domain_id 444, ap_usage_domain_mask 444, apmask 644, aqmask 644, bindings 444,
		config_time 644, features 444, poll_thread 644, poll_timeout 644, scans 644`],
	["drivers/base/bus.c; vfio-ap.rst", "bus/ap/devices", `card04 -> ../../../devices/ap/card04,
		04.0004 -> ../../../devices/ap/card04/04.0004, 04.0047 -> ../../../devices/ap/card04/04.0047`],
	["drivers/base/bus.c", "bus/ap/drivers", "cex4card/, cex4queue/, vfio_ap/"],
	["zcrypt_cex4.c", "bus/ap/drivers/cex4card",
		`${DRIVER_FILES}, card04 -> ../../../../devices/ap/card04,
		module -> ../../../../module/zcrypt_cex4`],
	["zcrypt_cex4.c", "bus/ap/drivers/cex4queue", `${DRIVER_FILES},
		04.0004 -> ../../../../devices/ap/card04/04.0004, module -> ../../../../module/zcrypt_cex4`],
	["vfio_ap_drv.c: vfio_ap_drv", "bus/ap/drivers/vfio_ap", `${DRIVER_FILES},
		04.0047 -> ../../../../devices/ap/card04/04.0047, module -> ../../../../module/vfio_ap`],
	["vfio_ap_drv.c: matrix_bus", "bus/matrix", BUS_FILES],
	["vfio_ap_drv.c", "bus/matrix/devices", "matrix -> ../../../devices/vfio_ap/matrix"],
	["vfio_ap_drv.c", "bus/matrix/drivers", "vfio_ap/"],
	["vfio_ap_drv.c: matrix_driver, no owner, no bind", "bus/matrix/drivers/vfio_ap",
		"uevent 200, matrix -> ../../../../devices/vfio_ap/matrix"],
	["mdev_driver.c: mdev_bus_type", "bus/mdev", BUS_FILES],
	["mdev_core.c; sysfs-bus-vfio-mdev", "bus/mdev/devices",
		`${UUID} -> ../../../devices/vfio_ap/matrix/${UUID}`],
	["drivers/base/bus.c", "bus/mdev/drivers", "vfio_ap_mdev/"],
	["vfio_ap_ops.c: vfio_ap_matrix_driver", "bus/mdev/drivers/vfio_ap_mdev", `${DRIVER_FILES},
		${UUID} -> ../../../../devices/vfio_ap/matrix/${UUID}, module -> ../../../../module/vfio_ap`],
	["mdev_core.c, vfio_main.c, group.c", "class", "mdev_bus/, vfio/, vfio-dev/"],
	["mdev_core.c", "class/mdev_bus", "matrix -> ../../devices/vfio_ap/matrix"],
	["group.c: vfio_group_init()", "class/vfio", "0 -> ../../devices/virtual/vfio/0"],
	["vfio_main.c: vfio_init()", "class/vfio-dev",
		`vfio0 -> ../../devices/vfio_ap/matrix/${UUID}/vfio-dev/vfio0`],
	["drivers/base/core.c", "devices", "ap/, vfio_ap/, virtual/"],
	["ap_bus.c: ap_module_init(); built in, so no link to a module", "devices/ap",
		"card04/, uevent 644"],
	["ap_card.c: ap_card_dev_attrs[]", "devices/ap/card04",
		`hwtype 444, raw_hwtype 444, depth 444,
		ap_functions 444, request_count 644, requestq_count 444, pendingq_count 444,
		modalias 444, config 644, chkstop 444, max_msg_size 444`],
	["zcrypt_card.c: zcrypt_card_attrs[]", "devices/ap/card04",
		"type 444, online 644, load 444"],
	["zcrypt_cex4.c: cca_card_attrs[]", "devices/ap/card04", "serialnr 444"],
	["drivers/base", "devices/ap/card04", `04.0004/, 04.0047/, uevent 644,
		driver -> ../../../bus/ap/drivers/cex4card, subsystem -> ../../../bus/ap`],
	["ap_queue.c: ap_queue_dev_attrs[]", "devices/ap/card04/04.0004", QUEUE_FILES],
	["zcrypt_queue.c: zcrypt_queue_attrs[]", "devices/ap/card04/04.0004",
		"online 644, load 444"],
	["zcrypt_cex4.c: cca_queue_attrs[]", "devices/ap/card04/04.0004", "mkvps 444"],
	["drivers/base", "devices/ap/card04/04.0004",
		"driver -> ../../../../bus/ap/drivers/cex4queue"],
	["ap_queue.c: ap_queue_dev_attrs[]", "devices/ap/card04/04.0047", QUEUE_FILES],
	["vfio_ap_ops.c: vfio_queue_attrs[]", "devices/ap/card04/04.0047", "status 444"],
	["drivers/base", "devices/ap/card04/04.0047",
		"driver -> ../../../../bus/ap/drivers/vfio_ap"],
	["drivers/base/core.c: root_device_register()", "devices/vfio_ap",
		"matrix/, uevent 644, module -> ../../module/vfio_ap"],
	["vfio_ap_drv.c: matrix_dev_attrs[]; vfio-ap.rst", "devices/vfio_ap/matrix",
		`features 444, uevent 644,
		driver -> ../../../bus/matrix/drivers/vfio_ap, subsystem -> ../../../bus/matrix`],
	["mdev_sysfs.c; sysfs-bus-vfio-mdev", "devices/vfio_ap/matrix",
		`mdev_supported_types/, ${UUID}/`],
	["mdev_sysfs.c", "devices/vfio_ap/matrix/mdev_supported_types", "vfio_ap-passthrough/"],
	["mdev_sysfs.c: mdev_types_core_attrs[], description where the driver shows one", TYPE,
		"create 200, device_api 444, name 444, available_instances 444, devices/"],
	["mdev_sysfs.c", `${TYPE}/devices`, `${UUID} -> ../../../${UUID}`],
	["vfio_ap_ops.c: vfio_ap_mdev_attrs[]; vfio-ap.rst", `devices/vfio_ap/matrix/${UUID}`,
		`assign_adapter 200,
		unassign_adapter 200, assign_domain 200, unassign_domain 200, assign_control_domain 200,
		unassign_control_domain 200, ap_config 644, control_domains 444, matrix 444, guest_matrix 444`],
	["mdev_sysfs.c: mdev_device_attrs[]", `devices/vfio_ap/matrix/${UUID}`,
		`remove 200, uevent 644, vfio-dev/,
		mdev_type -> ../mdev_supported_types/vfio_ap-passthrough,
		driver -> ../../../../bus/mdev/drivers/vfio_ap_mdev, subsystem -> ../../../../bus/mdev`],
	["drivers/iommu/iommu.c", `devices/vfio_ap/matrix/${UUID}`,
		"iommu_group -> ../../../../kernel/iommu_groups/0"],
	["drivers/base/core.c: class_dir", `devices/vfio_ap/matrix/${UUID}/vfio-dev`, "vfio0/"],
	["vfio_main.c; without CONFIG_VFIO_DEVICE_CDEV no dev",
		`devices/vfio_ap/matrix/${UUID}/vfio-dev/vfio0`,
		`uevent 644, device -> ../../../${UUID}, subsystem -> ../../../../../../class/vfio-dev`],
	["drivers/base/core.c", "devices/virtual", "vfio/"],
	["drivers/base/core.c: class_dir", "devices/virtual/vfio", "0/"],
	["group.c: vfio_group_alloc()", "devices/virtual/vfio/0",
		"dev 444, uevent 644, subsystem -> ../../../../class/vfio"],
	["drivers/iommu/iommu.c", "kernel", "iommu_groups/"],
	["drivers/iommu/iommu.c", "kernel/iommu_groups", "0/"],
	["drivers/iommu/iommu.c", "kernel/iommu_groups/0",
		"devices/, name 444, reserved_regions 444, type 644"],
	["drivers/iommu/iommu.c", "kernel/iommu_groups/0/devices",
		`${UUID} -> ../../../../devices/vfio_ap/matrix/${UUID}`],
	["drivers/base/module.c", "module", "ap/, vfio_ap/, zcrypt_cex4/"],
	["kernel/params.c", "module/ap", "parameters/"],
	["ap_bus.c: module_param_named()", "module/ap/parameters",
		`domain 440, poll_thread 440, apmask 440,
		aqmask 440, useirq 440, msgpool_min_items 440`],
	["kernel/module/sysfs.c", "module/vfio_ap", MODULE_FILES],
	["drivers/base/module.c", "module/vfio_ap/drivers",
		`ap:vfio_ap -> ../../../bus/ap/drivers/vfio_ap,
		mdev:vfio_ap_mdev -> ../../../bus/mdev/drivers/vfio_ap_mdev`],
	["kernel/module/sysfs.c", "module/zcrypt_cex4", MODULE_FILES],
	["drivers/base/module.c", "module/zcrypt_cex4/drivers",
		`ap:cex4card -> ../../../bus/ap/drivers/cex4card,
		ap:cex4queue -> ../../../bus/ap/drivers/cex4queue`],
];

/* What is not here, and must not come in by the back door. */
const NOT_MODELLED = [
	["devices/ap/card04/power", "runtime power management: no AP device has any"],
	["module/vfio_ap/coresize", "there is no code to measure"],
	["module/vfio_ap/holders", "no module uses another"],
	["module/ap/uevent", "nobody loads anything here"],
	["module/zcrypt/parameters", "no random numbers for the kernel"],
	["class/zcrypt", "no device nodes with rights of their own"],
	["class/misc/z90crypt", "no device nodes"],
	["bus/ap/devices/card04/se_bind", "not Secure Execution"],
	[`${TYPE}/description`, "vfio_ap has none"],
	["devices/ap/subsystem", "the bus is set when the device is there already"],
];

function entries_of(dir: string, entries: string): string[] {
	return entries.split(",").map((entry) => `${dir === "" ? "" : `${dir}/`}${entry.trim()}`);
}

/* The tree below a directory, in the table's words. */
function walk(dir: string): string[] {
	return sysfs_readdir(`/sys/${dir}`).names.flatMap((name) => {
		const path = dir === "" ? name : `${dir}/${name}`;
		const { type, mode } = sysfs_stat(`/sys/${path}`);

		if (type === "link")
			return [`${path} -> ${sysfs_readlink(`/sys/${path}`).target}`];
		return type === "file" ? [`${path} ${mode.toString(8)}`]
			: [`${path}/`, ...walk(path)];
	});
}

async function boot(label: string): Promise<machine_lab> {
	const lab = new machine_lab({
		host: { apxa: 1, na: 255, nd: 255, apm: [4], aqm: [4, 0x47], adm: [4], old: [] },
		apmask: Array.from({ length: 256 }, (_, id) => id),
		aqmask: Array.from({ length: 256 }, (_, id) => id), memory: "zero",
	}, await load_driver(label));

	lab.load();
	sysfs_write("/sys/bus/ap/aqmask", "-0x47");
	sysfs_write(`/sys/${TYPE}/create`, UUID);
	return lab;
}

test("v6.12: each path has the kind, the mode or the target that Linux 6.12 gives it",
		async (t) => {
	const lab = await boot("v6.12");
	const wanted = LINUX_6_12.flatMap(([, dir, entries]) => entries_of(dir, entries));

	t.equal(new Set(wanted).size, wanted.length, "the table names nothing twice");
	t.strictSame(walk("").sort(), wanted.sort());
	for (const [path, why] of NOT_MODELLED)
		t.equal(sysfs_stat(`/sys/${path}`).rc, -2, `${path}: ${why}`);
	lab.shutdown();
});

test("sysfs: what other kernels have otherwise", async (t) => {
	const queue = "/sys/devices/ap/card04/04.0047";

	for (const driver of ported.filter(({ matrix_dir }) => matrix_dir === undefined)) {
		const lab = await boot(driver.label);
		const has = (path: string): boolean => sysfs_stat(path).rc === 0;

		t.equal(has(`${queue}/driver_override`), !older_than(driver, "6.19"),
			`${driver.label}: driver_override`);
		t.notOk(has(`/sys/${TYPE}/description`), `${driver.label}: no description`);
		t.ok(has(`/sys/class/vfio/0/dev`), `${driver.label}: a group to open`);
		lab.shutdown();
		t.notOk(has("/sys/module/vfio_ap"), `${driver.label}: unloaded`);
		t.same(sysfs_readdir("/sys/class/vfio").names, []);
	}
});

test("EP11 cards: versions, modes and wrapping keys in place of serial number and master keys",
		async (t) => {
	const lab = await boot("v6.12");

	ap_hw_set_adapter(5, { mode: "ep11" });
	lab.run(["cfg", { apm: [4, 5] }]);
	const text = (path: string): string => sysfs_read(`/sys/devices/ap/card05/${path}`).text;

	t.strictSame(["API_ordinalnr", "FW_version", "serialnr", "op_modes"].map(text),
		["6\n", "8.21\n", "SIM0000000000005\n", "FIPS2011 BSI2011\n"]);
	t.match(text("05.0004/mkvps"), /^WK CUR: valid 0x[0-9a-f]{64}\nWK NEW: empty -\n$/);
	t.equal(text("05.0004/op_modes"), "FIPS2011 BSI2011\n");
	lab.shutdown();
});

test("serialnr, mkvps: asked of the card as long as a queue of its answers", async (t) => {
	const lab = await boot("v6.12");
	const text = (path: string): string => sysfs_read(`/sys/devices/ap/card04/${path}`).text;

	t.equal(text("serialnr"), "SIM00004\n");
	t.match(text("04.0004/mkvps"), /^AES NEW: empty 0x0{16}\nAES CUR: valid 0x[0-9a-f]{16}\n/);
	t.match(text("04.0004/mkvps"),
		/\nASYM CUR: valid 0x[0-9a-f]{32}\nASYM OLD: invalid 0x0{32}\n$/);
	sysfs_write("/sys/bus/ap/apmask", "-4");
	t.equal(text("serialnr"), "\n", "all queues are vfio_ap's");
	sysfs_write("/sys/bus/ap/apmask", "+4");
	sysfs_write("/sys/bus/ap/aqmask", "+0x47");
	sysfs_write("/sys/devices/ap/card04/online", "0");
	t.equal(text("serialnr"), "SIM00004\n", "offline: what was known");
	t.match(text("04.0004/mkvps"), /^AES NEW: empty/, "offline: what was known");
	t.match(text("04.0047/mkvps"), /^AES NEW: - -\nAES CUR: - -\n/,
		"and of another, nothing was");
	lab.shutdown();
});
