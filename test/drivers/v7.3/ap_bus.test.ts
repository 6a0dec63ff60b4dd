// SPDX-License-Identifier: GPL-2.0-only
/*
 * The AP bus of Linux 7.3: driver overrides instead of masks, and what the masks ask.
 */
import { test } from "tap";
import { EBUSY, EINVAL, ENOENT } from "#linux/errno.h";
import { sysfs_read, sysfs_write } from "../../../drivers/base/sysfs.ts";
import { machine_lab } from "../../../tools/lib/lab/lab.ts";
import { driver_of, load_driver } from "../../../tools/lib/lab/loader.ts";

const ALL = Array.from({ length: 256 }, (_, id) => id);
const DEVICE = "/sys/bus/ap/devices/04.0004";
const OVERRIDE = `${DEVICE}/driver_override`;

for (const label of ["v6.12", "v7.3"])
	await load_driver(label);

function boot(label: string, apmask = ALL, aqmask = ALL): machine_lab {
	const host = {
		apxa: 1 as const, na: 255, nd: 255, apm: [4, 5], aqm: [4, 5], adm: [], old: [],
	};
	const lab = new machine_lab({ host, apmask, aqmask, memory: "zero" }, driver_of(label));

	lab.load();
	return lab;
}

function override(name: string): number {
	return sysfs_write(OVERRIDE, `${name}\n`);
}

/* From its default driver to vfio_ap, by hand. */
function hand_over(lab: machine_lab): number {
	sysfs_write("/sys/bus/ap/drivers/cex4queue/unbind", "04.0004");
	return lab.run(["bind", "04.0004"]).rc;
}

test("driver_override: vfio_ap gets a queue that the masks reserve for the host", async (t) => {
	const lab = boot("v7.3");

	t.equal(sysfs_read(OVERRIDE).text, "\n");
	t.equal(override("vfio_ap"), 8);
	t.equal(sysfs_read(OVERRIDE).text, "vfio_ap\n");
	t.equal(hand_over(lab), 0);
	t.strictSame(lab.bound(), ["04.0004"]);
	t.equal(lab.run(["create", "m0"]).rc, 0);
	t.equal(lab.run(["write", "m0", "assign_adapter", "4"]).rc, 1);
	t.equal(lab.run(["write", "m0", "assign_domain", "4"]).rc, 1, "nobody else has it");
	t.strictSame(lab.linked("m0"), ["04.0004"]);
	lab.shutdown();
});

test("driver_override: without one the masks decide", async (t) => {
	const lab = boot("v7.3");

	t.not(hand_over(lab), 0);
	t.strictSame(lab.bound(), []);
	lab.shutdown();
});

test("driver_override: no masks meanwhile, and no override once a mask is stored", async (t) => {
	const lab = boot("v7.3");

	override("vfio_ap");
	t.equal(sysfs_write("/sys/bus/ap/apmask", "-5"), -EINVAL);
	t.equal(sysfs_write("/sys/bus/ap/aqmask", "-5"), -EINVAL);
	t.equal(override(""), 1, "it is taken back");
	t.equal(sysfs_write("/sys/bus/ap/apmask", "-5"), 2);
	t.equal(override("vfio_ap"), -EINVAL);
	t.equal(sysfs_write("/sys/bus/ap/apmask", "+5"), 2);
	t.equal(override("vfio_ap"), 8, "all ones again");
	lab.shutdown();
});

/* Adapter 04 is not the host's, so by today's aqmask it makes no difference which domains are. */
test("apmask: what is in use with any domain keeps its adapter", async (t) => {
	for (const [label, rc] of [["v6.12", 2], ["v7.3", -EBUSY]] as const) {
		const lab = boot(label, [5], []);

		lab.run(["create", "m0"]);
		lab.run(["write", "m0", "assign_adapter", "4"]);
		lab.run(["write", "m0", "assign_domain", "4"]);
		t.equal(sysfs_write("/sys/bus/ap/apmask", "+4"), rc, label);
		lab.shutdown();
	}
});

test("the bus of 6.12 has no overrides, also behind 7.3's", async (t) => {
	boot("v7.3").shutdown();
	const lab = boot("v6.12");

	t.equal(override("vfio_ap"), -ENOENT);
	lab.shutdown();
});
