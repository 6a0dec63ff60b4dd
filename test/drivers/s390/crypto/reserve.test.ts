// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a queue is reserved for a guest and comes back, step by step, as the
 * document of July 2018 tells it; the bus's masks, which came later, have their
 * say as well.
 */
import { test } from "tap";
import { ENODEV } from "#linux/errno.h";
import {
	sysfs_read, sysfs_readdir, sysfs_readlink, sysfs_write,
} from "../../../../drivers/base/sysfs.ts";
import { ap_hw_set_service_time } from "../../../../drivers/s390/sim/ap_hardware.ts";
import { advance_clock } from "../../../../drivers/s390/sim/clock.ts";
import { guest_ap_bus } from "../sim/guest_linux.ts";
import { syscall } from "../../../../drivers/s390/sim/syscall.ts";
import { user_submit, type user_request } from "../sim/zcrypt_users.ts";
import { machine_lab } from "../../../../tools/lib/lab/lab.ts";
import { load_driver } from "../../../../tools/lib/lab/loader.ts";
import { empty_host } from "../../../../tools/lib/scenario/model.ts";

const v6_12 = await load_driver("v6.12");

const QUEUE = "/sys/bus/ap/devices/04.0004";
const SERVICE = 5;
const text = Uint8Array.from([1, 2, 3]);

function driver_name(): string | null {
	const { rc, target } = sysfs_readlink(`${QUEUE}/driver`);

	return rc < 0 ? null : target.slice(target.lastIndexOf("/") + 1);
}

function pass(msecs: number): void {
	syscall("time", () => advance_clock(msecs));
}

test("a queue is reserved for a guest, used, and given back", async (t) => {
	const host = { ...empty_host(), apm: [4, 5], aqm: [4] };
	const lab = new machine_lab({ host, apmask: [4, 5], aqmask: [4], memory: "zero" }, v6_12);

	lab.load();
	ap_hw_set_service_time(SERVICE);
	pass(200);

	t.comment("1. the driver has made /sys/devices/vfio_ap and the matrix device in it");
	t.ok(sysfs_readdir("/sys/devices/vfio_ap").names.includes("matrix"));
	t.ok(sysfs_readdir("/sys/devices/vfio_ap/matrix/mdev_supported_types").names
		.includes("vfio_ap-passthrough"));
	t.same([driver_name(), lab.bound()], ["cex4queue", []]);

	t.comment("2. the host uses the queue; it is unbound by hand, which is not refused");
	const busy: user_request[] = Array.from({ length: 6 }, () =>
		syscall("request", () => user_submit(text)));

	t.ok(busy.some(({ attempts }) => attempts[0] === 0x0404));
	t.equal(sysfs_write("/sys/bus/ap/drivers/cex4queue/unbind", "04.0004"), 7);
	t.equal(driver_name(), null);

	t.comment("3. what was on it has gone to the other queue, and is answered");
	t.ok(busy.every(({ rc, attempts }) => rc === 0 || attempts.at(-1) === 0x0504));
	pass(20 * SERVICE);
	t.ok(busy.every(({ rc }) => rc === 0));

	t.comment("4. vfio_ap does not get a queue that the masks give to the default drivers");
	t.equal(sysfs_write("/sys/bus/ap/drivers/vfio_ap/bind", "04.0004"), -ENODEV);

	t.comment("5. they are changed; it is bound by hand, and vfio_ap's probe makes it known");
	t.equal(lab.run(["apmask_store", "-4"]).rc, 2);
	t.equal(driver_name(), null, "who is unbound stays so");
	t.equal(sysfs_write("/sys/bus/ap/drivers/vfio_ap/bind", "04.0004"), 7);
	t.equal(driver_name(), "vfio_ap");
	t.equal(sysfs_read(`${QUEUE}/status`).text, "unassigned\n");

	t.comment("6. a mediated device, to which adapter and domain are assigned");
	lab.run(["create", "m0"]);
	t.equal(lab.run(["write", "m0", "assign_adapter", "4"]).rc, 1);
	t.equal(lab.run(["write", "m0", "assign_domain", "4"]).rc, 1);
	t.equal(lab.run(["read", "m0", "matrix"]).out, "04.0004\n");
	t.same(lab.linked("m0"), ["04.0004"]);
	t.equal(sysfs_read(`${QUEUE}/status`).text, "assigned\n");

	t.comment("7. a guest is started with it, and uses the queue");
	t.equal(lab.run(["open", "m0"]).rc, 0);
	t.equal(sysfs_read(`${QUEUE}/status`).text, "in use\n");
	t.same(lab.apcb("m0"), { apm: [4], aqm: [4], adm: [] });
	const bus = new guest_ap_bus(lab.mdevs.get("m0")!.state.kvm!.vcpus[0]);

	bus.scan();
	t.same([...bus.queues.keys()], [0x0404]);
	const request = bus.request(text);

	pass(SERVICE);
	t.same(request.reply, text.map((byte) => ~byte));

	t.comment("8. while it is assigned, the masks cannot take it back");
	t.equal(lab.run(["apmask_store", "+4"]).rc, -16);

	t.comment("9. the guest ends: the queue is reset; the mdev goes, the masks change, all is as before");
	const { ev } = lab.run(["close", "m0"]);

	t.ok(ev.some(([what, queue]) => what === "zapq" && queue === "04.0004"));
	t.equal(lab.run(["destroy", "m0"]).rc, 0);
	t.equal(lab.run(["apmask_store", "+4"]).rc, 2);
	t.equal(driver_name(), "cex4queue");
	pass(200);
	const after = Array.from({ length: 2 }, () => syscall("request", () => user_submit(text)));

	pass(4 * SERVICE);
	t.ok(after.some(({ attempts, rc }) => attempts[0] === 0x0404 && rc === 0));
	lab.shutdown();
});
