// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { ENOENT } from "#linux/errno.h";
import { live_kobjects } from "#linux/kobject.h";
import { lockdep_inversions, lockdep_orders } from "#linux/lockdep.h";
import { dmesg } from "#linux/printk.h";
import { kmemleak } from "#linux/slab.h";
import { DECLARE_BITMAP } from "#linux/bitmap.h";
import { sysfs_read, sysfs_readdir, sysfs_stat } from "../../../../drivers/base/sysfs.ts";
import { clock_now } from "../../../../drivers/s390/sim/clock.ts";
import { boot, reconfigure } from "../../../../drivers/s390/sim/machine.ts";
import { machine_lab } from "../../../../tools/lib/lab/lab.ts";
import { load_driver } from "../../../../tools/lib/lab/loader.ts";

const v6_12 = await load_driver("v6.12");

const HOST = { apxa: true, na: 255, nd: 255, apm: [4, 5], aqm: [4, 0x47], adm: [4] };

/* All that a kernel keeps and that can be counted. */
function contents(): unknown {
	return {
		memory: kmemleak().map(({ what }) => what),
		kobjects: live_kobjects().map(({ path, refcount }) => `${path} ${refcount}`),
		orders: lockdep_orders(),
		inversions: lockdep_inversions(),
		log: dmesg().map(({ text }) => text),
		now: clock_now(),
	};
}

test("boot: cards and queues of the host, bound as the masks say", async (t) => {
	boot({ host: HOST, apmask: [5], aqmask: [0x47] });
	t.same(sysfs_readdir("/sys/bus/ap/devices").names,
		["04.0004", "04.0047", "05.0004", "05.0047", "card04", "card05"]);
	t.equal(sysfs_read("/sys/bus/ap/devices/05.0047/online").text, "1\n",
		"the default driver's");
	t.equal(sysfs_stat("/sys/bus/ap/devices/04.0004/driver").rc, -ENOENT,
		"reserved: nobody's yet");
	t.equal(sysfs_read("/sys/bus/ap/apmask").text, `0x04${"0".repeat(62)}\n`);
	t.equal(sysfs_read("/sys/bus/ap/aqmask").text, `0x${"0".repeat(17)}1${"0".repeat(46)}\n`);
});

test("boot again: nothing of the life before is left", async (t) => {
	boot({ host: HOST, apmask: [], aqmask: [] });
	const fresh = contents();
	const lab = new machine_lab({
		host: { ...HOST, apxa: 1, old: [] }, apmask: [], aqmask: [], memory: "ones",
	}, v6_12);

	lab.load();
	lab.run(["create", "m0"]);
	lab.run(["write", "m0", "assign_adapter", "4"]);
	lab.run(["write", "m0", "assign_domain", "4"]);
	lab.run(["open", "m0"]);
	t.notSame(contents(), fresh);
	lab.rec.stop();
	boot({ host: HOST, apmask: [], aqmask: [] });
	t.same(contents(), fresh);
	t.same(DECLARE_BITMAP(64), new Uint32Array(2), "uninitialised memory is zero again");
	t.equal(sysfs_stat("/sys/devices/vfio_ap").rc, -ENOENT);
});

test("reconfigure: the bus follows the host", async (t) => {
	boot({ host: HOST, apmask: [], aqmask: [] });
	reconfigure({ apm: [5, 6], aqm: [4] });
	t.same(sysfs_readdir("/sys/bus/ap/devices").names,
		["05.0004", "06.0004", "card05", "card06"]);
	t.equal(sysfs_read("/sys/bus/ap/ap_adapter_mask").text, `0x06${"0".repeat(62)}\n`);
});

test("ap_type: what adapters are", async (t) => {
	boot({ host: { ...HOST, old: [5] }, apmask: [], aqmask: [], ap_type: 13 });
	t.equal(sysfs_read("/sys/bus/ap/devices/card04/hwtype").text, "13\n");
	t.equal(sysfs_stat("/sys/bus/ap/devices/card05").rc, -ENOENT,
		"the bus of today ignores old ones");
	boot({ host: HOST, apmask: [], aqmask: [] });
	t.equal(sysfs_read("/sys/bus/ap/devices/card04/hwtype").text, "14\n");
});
