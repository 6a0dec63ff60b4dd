// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { kernel_crash } from "#linux/bug.h";
import {
	ATTRIBUTE_GROUPS, DRIVER_ATTR_WO, bus_find_device, bus_find_device_by_name,
	bus_for_each_dev, bus_for_each_drv, bus_register, bus_sort_breadthfirst, bus_type,
	bus_unregister, class_register, class_unregister, dev_name, dev_set_name, device,
	device_del, device_driver, device_driver_attach, device_for_each_child, device_lock,
	device_register, device_reprobe, device_unlock, device_unregister, driver_find,
	driver_register, driver_unregister, get_device, put_device, root_device_register,
	root_device_unregister, struct_class,
} from "#linux/device.h";
import { EBUSY, EEXIST, EINVAL, EIO, ENODEV, ENOMEM, errname } from "#linux/errno.h";
import { IS_ERR } from "#linux/err.h";
import { do_initcalls } from "#linux/init.h";
import { live_kobjects, trace_uevent } from "#linux/kobject.h";
import { dmesg } from "#linux/printk.h";
import { fail_nth, fail_nth_pending, kmemleak } from "#linux/slab.h";
import { sysfs_read, sysfs_stat, sysfs_write } from "../../../drivers/base/sysfs.ts";
import {
	add_widget, driver, log, open_shop, probe_result, toy_bus, type widget,
} from "./fixture.ts";

t.beforeEach(() => do_initcalls());

const BUS = "/sys/bus/toy";

/* A callback for a walk that collects names. */
function collect(dev: { kobj: { name: string | null } }, names: string[]): number {
	names.push(dev.kobj.name!);
	return 0;
}

function begins_with(dev: device, start: string): boolean {
	return dev_name(dev).startsWith(start);
}

function exists(path: string): boolean {
	return sysfs_stat(path).rc === 0;
}

test("probing: a new device by the driver that matches, old ones by a new driver", async (t) => {
	const { b0, s0, big } = open_shop();

	t.same(log, ["big_a probe b0", "small_a probe s0"]);
	t.equal(b0.device.driver, big);
	driver_unregister(big);
	t.equal(b0.device.driver, null);
	driver_register(big);
	t.equal(b0.device.driver, big);
	t.same(log.slice(2), ["big_a remove b0", "big_a probe b0"]);
	t.equal(s0.device.driver?.name, "small_a");
	sysfs_write(`${BUS}/drivers/small_a/unbind`, "s0");
	driver_unregister(big);
	driver_register(big);
	t.equal(s0.device.driver, null, "a new driver leaves alone what does not match");
});

test("drivers_autoprobe: 0 leaves devices alone until drivers_probe names them", async (t) => {
	const { root } = open_shop();

	t.same(sysfs_read(`${BUS}/drivers_autoprobe`), { rc: 2, text: "1\n" });
	t.equal(sysfs_write(`${BUS}/drivers_autoprobe`, "0"), 1);
	t.same(sysfs_read(`${BUS}/drivers_autoprobe`), { rc: 2, text: "0\n" });
	const b1 = add_widget("b1", "big", root).widget!;

	t.equal(b1.device.driver, null);
	t.equal(sysfs_write(`${BUS}/drivers_probe`, "b1\n"), 3);
	t.equal(b1.device.driver?.name, "big_a");
	const held = live_kobjects();

	t.equal(sysfs_write(`${BUS}/drivers_probe`, "b2"), -ENODEV);
	t.equal(sysfs_write(`${BUS}/drivers_probe`, "b1"), 2, "has a driver: nothing to do");
	t.same(live_kobjects(), held, "and nobody holds it for that");
});

test("bind, unbind: results", async (t) => {
	open_shop();
	const big = `${BUS}/drivers/big_a`;
	const held = live_kobjects();

	t.equal(sysfs_write(`${big}/bind`, "b0"), -EBUSY, "bound already");
	t.equal(sysfs_write(`${big}/bind`, "s0"), -ENODEV, "does not match");
	t.equal(sysfs_write(`${big}/bind`, "b9"), -ENODEV, "not on this bus");
	t.equal(sysfs_write(`${big}/bind`, "b0 "), -ENODEV);
	t.equal(sysfs_write(`${big}/unbind`, "s0"), -ENODEV, "another driver's");
	t.equal(sysfs_write(`${big}/unbind`, "b0\n"), 3);
	t.equal(sysfs_write(`${big}/unbind`, "b0"), -ENODEV, "not bound");
	t.equal(sysfs_write(`${big}/bind`, "b0\n"), 3);
	t.same(log.slice(2), ["big_a remove b0", "big_a probe b0"]);
	t.same(live_kobjects(), held, "nobody holds more than before");
});

test("bind: an error of probe is returned as it is, and nothing is bound", async (t) => {
	const { b0 } = open_shop();
	const big = `${BUS}/drivers/big_a`;

	sysfs_write(`${big}/unbind`, "b0");
	for (const rc of [-EIO, -ENODEV, -EBUSY, -ENOMEM]) {
		probe_result.rc = rc;
		t.equal(sysfs_write(`${big}/bind`, "b0"), rc, errname(rc));
		t.equal(b0.device.driver, null);
		t.equal(b0.device.driver_data, null, "what probe left is gone");
		t.equal(exists("/sys/devices/toys/b0/driver"), false);
	}
	t.same(dmesg().map((r) => r.text), [
		`big_a b0: probe with driver big_a failed with error ${-EIO}`,
		`big_a b0: probe with driver big_a failed with error ${-EBUSY}`,
		`big_a b0: probe with driver big_a failed with error ${-ENOMEM}`,
	]);
});

test("probe fails: the next driver that matches is tried", async (t) => {
	const { root } = open_shop();
	const second = driver("big_b");

	driver_register(second);
	probe_result.rc = -EIO;
	add_widget("b1", "big", root);
	t.same(log.slice(-2), ["big_a probe b1", "big_b probe b1"]);
});

test("dev_groups of a driver: there while the device is bound", async (t) => {
	open_shop();
	t.same(sysfs_read("/sys/devices/toys/b0/status"), { rc: 16, text: "driven by big_a\n" });
	sysfs_write(`${BUS}/drivers/big_a/unbind`, "b0");
	t.equal(exists("/sys/devices/toys/b0/status"), false);
	sysfs_write(`${BUS}/drivers/big_a/bind`, "b0");
	t.equal(exists("/sys/devices/toys/b0/status"), true);
});

test("suppress_bind_attrs: no bind and no unbind", async (t) => {
	open_shop();
	const quiet = driver("quiet_a");

	quiet.suppress_bind_attrs = true;
	driver_register(quiet);
	t.equal(exists(`${BUS}/drivers/big_a/bind`), true);
	t.equal(exists(`${BUS}/drivers/quiet_a/bind`), false);
	t.equal(exists(`${BUS}/drivers/quiet_a/unbind`), false);
	t.equal(exists(`${BUS}/drivers/quiet_a/uevent`), true);
});

test("driver_unregister: the last bound device is released first", async (t) => {
	const { root, big } = open_shop();

	add_widget("b1", "big", root);
	add_widget("b2", "big", root);
	sysfs_write(`${BUS}/drivers/big_a/unbind`, "b1");
	sysfs_write(`${BUS}/drivers/big_a/bind`, "b1");
	log.length = 0;
	driver_unregister(big);
	t.same(log, ["big_a remove b1", "big_a remove b2", "big_a remove b0"]);
	t.equal(exists(`${BUS}/drivers/big_a`), false);
});

test("a driver's own files, and a log line for one that goes past its bus", async (t) => {
	const groups = ATTRIBUTE_GROUPS([DRIVER_ATTR_WO("poke", (drv, buf) => {
		log.push(`poke ${drv.name}`);
		return buf.length;
	}).attr]);
	const bus = new bus_type({ name: "proud", probe: () => 0 });
	const drv = new device_driver(null, { name: "own", bus, probe: () => 0, groups });
	const events: string[] = [];
	const stop = trace_uevent.register((action, kobj) => events.push(`${action} ${kobj.name}`));

	t.teardown(stop);
	bus_register(bus);
	t.equal(driver_register(drv), 0);
	t.match(dmesg().at(-1)!.text, /'own' needs updating/);
	t.ok(events.includes("add own"));
	t.equal(sysfs_write("/sys/bus/proud/drivers/own/poke", "abc"), 3);
	t.equal(log.at(-1), "poke own");
	driver_unregister(drv);
	t.equal(exists("/sys/bus/proud/drivers/own"), false);
	bus_unregister(bus);
});

test("driver_register: twice -> -EBUSY, bus unknown -> -EINVAL", async (t) => {
	open_shop();
	const stray = new device_driver(null,
		{ name: "stray", bus: new bus_type({ name: "none" }) });

	t.equal(driver_register(driver("big_a")), -EBUSY);
	t.equal(driver_register(stray), -EINVAL);
	driver_unregister(stray);
	t.match(dmesg().map((r) => r.text),
		[/already registered/, /not initialized/, /Unexpected driver/]);
	t.equal(driver_find("big_a", toy_bus)?.name, "big_a");
	t.equal(driver_find("big_z", toy_bus), null);
});

test("device_add: a name that is taken -> -EEXIST, the other loses nothing", async (t) => {
	const { root, b0 } = open_shop();

	t.equal(add_widget("b0", "small", root).rc, -EEXIST);
	t.equal(sysfs_stat("/sys/bus/toy/devices/b0").type, "link");
	t.equal(b0.device.driver?.name, "big_a");
	const elsewhere = root_device_register("elsewhere");

	if (IS_ERR(elsewhere))
		throw new Error("no root device");
	t.equal(add_widget("b0", "big", elsewhere).rc, -EEXIST, "names of a bus are its own");
	t.equal(exists("/sys/devices/elsewhere/b0"), false);
	t.equal(bus_find_device_by_name(toy_bus, null, "b0"), b0.device);
});

test("a device that is being removed takes no driver any more", async (t) => {
	const { big, b0 } = open_shop();

	get_device(b0.device);
	device_del(b0.device);
	t.equal(device_driver_attach(big, b0.device), -ENODEV);
	put_device(b0.device);
	t.not(log.at(-1), "release b0");
	put_device(b0.device);
	t.equal(log.at(-1), "release b0", "when nobody holds it any more");
});

test("device_unregister: of a bound device, its driver lets go first", async (t) => {
	const { b0 } = open_shop();

	device_unregister(b0.device);
	t.same(log.slice(2), ["big_a remove b0", "release b0"]);
	t.equal(exists("/sys/devices/toys/b0"), false);
	t.equal(exists("/sys/bus/toy/devices/b0"), false);
	t.equal(exists("/sys/bus/toy/drivers/big_a/b0"), false);
});

test("device_reprobe: with a driver and without", async (t) => {
	const { b0 } = open_shop();

	t.equal(device_reprobe(b0.device), 0);
	t.same(log.slice(2), ["big_a remove b0", "big_a probe b0"]);
	sysfs_write(`${BUS}/drivers/big_a/unbind`, "b0");
	t.equal(device_reprobe(b0.device), 0);
	t.equal(b0.device.driver?.name, "big_a");
});

test("walks of devices and drivers: order, start, early end, removal on the way", async (t) => {
	const { root, b0, s0, big } = open_shop();
	const b1 = add_widget("b1", "big", root).widget!;
	const names = (start: device | null): string[] => {
		const seen: string[] = [];

		bus_for_each_dev(toy_bus, start, seen, collect);
		return seen;
	};

	t.same(names(null), ["b0", "s0", "b1"]);
	t.same(names(b0.device), ["s0", "b1"]);
	t.equal(bus_for_each_dev(toy_bus, null, null, (dev) => dev === s0.device ? 7 : 0), 7);
	t.equal(bus_for_each_dev(new bus_type(), null, null, () => 1), -EINVAL);
	t.equal(bus_find_device(toy_bus, null, "b", begins_with), b0.device);
	t.equal(bus_find_device(toy_bus, b0.device, "b", begins_with), b1.device);
	t.equal(bus_find_device(toy_bus, null, null, () => 0), null);
	t.equal(bus_find_device_by_name(toy_bus, null, "s0\n"), s0.device);
	t.equal(bus_find_device_by_name(toy_bus, b0.device, "b0"), null);
	const drivers: string[] = [];

	t.equal(bus_for_each_drv(toy_bus, null, drivers, (drv, list) => {
		list.push(drv.name);
		return 0;
	}), 0);
	t.same(drivers, ["big_a", "small_a"]);
	t.equal(bus_for_each_drv(toy_bus, big, 5, (drv, n) => drv.name === "small_a" ? n : 0), 5);
	t.equal(device_for_each_child(root, "s0",
		(dev, name) => Number(dev_name(dev) === name)), 1);
	t.equal(device_for_each_child(root, "s9",
		(dev, name) => Number(dev_name(dev) === name)), 0);
	/* found above, and held since */
	for (const found of [b0, b1, s0])
		put_device(found.device);
	device_for_each_child(root, null, (dev) => {
		device_unregister(dev);
		return 0;
	});
	t.same(names(null), []);
});

test("bus_sort_breadthfirst: walks follow the order", async (t) => {
	const { root } = open_shop();
	const seen: string[] = [];

	add_widget("a9", "big", root);
	bus_sort_breadthfirst(toy_bus, (a, b) => dev_name(a) < dev_name(b) ? -1 : 1);
	bus_for_each_dev(toy_bus, null, seen, collect);
	t.same(seen, ["a9", "b0", "s0"]);
});

test("device_lock: who waits for himself is in a deadlock", async (t) => {
	const { b0 } = open_shop();

	device_lock(b0.device);
	t.throws(() => device_lock(b0.device), new kernel_crash("deadlock",
		"init waits for &dev->mutex, held by init"));
	device_unlock(b0.device);
	device_lock(b0.device);
});

test("classes: links, and a directory between a device and its children", async (t) => {
	const { b0 } = open_shop();
	const cls = new struct_class({ name: "doll", dev_release: () => log.push("release doll") });
	const doll = new device();

	t.equal(class_register(cls), 0);
	doll.parent = b0.device;
	doll.class = cls;
	doll.devt = (243 << 20) | 5;
	dev_set_name(doll, "doll0");
	t.equal(device_register(doll), 0);
	t.equal(sysfs_stat("/sys/devices/toys/b0/doll/doll0").type, "dir");
	t.equal(sysfs_stat("/sys/class/doll/doll0").type, "link");
	t.equal(sysfs_stat("/sys/class/doll/doll0/device").type, "link");
	t.same(sysfs_read("/sys/class/doll/doll0/dev").text, "243:5\n");
	t.same(sysfs_read("/sys/class/doll/doll0/uevent").text,
		"MAJOR=243\nMINOR=5\nDEVNAME=doll0\n");
	t.equal(device_for_each_child(b0.device, doll, (dev, wanted) => Number(dev === wanted)), 1);
	device_unregister(doll);
	t.equal(exists("/sys/devices/toys/b0/doll"), false, "the last one closes the door");
	t.equal(log.at(-1), "release doll");
	const orphan = new device();

	orphan.class = cls;
	dev_set_name(orphan, "doll1");
	device_register(orphan);
	t.equal(sysfs_stat("/sys/devices/virtual/doll/doll1").type, "dir");
	device_unregister(orphan);
	class_unregister(cls);
	t.equal(exists("/sys/class/doll"), false);
	t.notOk(live_kobjects().some(({ path }) => path.includes("doll")),
		"nobody holds any of it");
});

test("uevents: what userspace hears of", async (t) => {
	const heard: string[][] = [];
	const stop = trace_uevent.register((action, kobj, envp) => heard.push([...envp]));

	t.teardown(stop);
	const { b0 } = open_shop();

	t.same(heard.filter((envp) => envp[1] === "DEVPATH=/devices/toys/b0"), [
		["ACTION=add", "DEVPATH=/devices/toys/b0", "SUBSYSTEM=toy", "DEVTYPE=widget",
			"KIND=big"],
		["ACTION=bind", "DEVPATH=/devices/toys/b0", "SUBSYSTEM=toy", "DEVTYPE=widget",
			"DRIVER=big_a",
			"KIND=big"],
	]);
	heard.length = 0;
	t.equal(sysfs_read("/sys/devices/toys/b0/uevent").text,
		"DEVTYPE=widget\nDRIVER=big_a\nKIND=big\n");
	t.equal(sysfs_write("/sys/devices/toys/b0/uevent", "change"), 6);
	t.equal(heard[0][0], "ACTION=change");
	t.equal(sysfs_write("/sys/devices/toys/b0/uevent", "dance"), -EINVAL);
	heard.length = 0;
	device_unregister(b0.device);
	t.same(heard.map((envp) => envp[0]), ["ACTION=unbind", "ACTION=remove"]);
});

/* Everything from nothing to a bound device, or to the first error. */
function build(parts: (() => void)[]): number {
	let rc = bus_register(toy_bus);

	if (rc)
		return rc;
	parts.push(() => bus_unregister(toy_bus));
	const root = root_device_register("toys");

	if (IS_ERR(root))
		return root.error;
	parts.push(() => root_device_unregister(root));
	const big = driver("big_a");

	rc = driver_register(big);
	if (rc)
		return rc;
	parts.push(() => driver_unregister(big));
	const made: { rc: number; widget: widget | null } = add_widget("b0", "big", root);

	if (made.widget !== null)
		parts.push(() => device_unregister(made.widget!.device));
	return made.rc;
}

test("every allocation fails once: -ENOMEM or dealt with, and nothing is left", async (t) => {
	const before = live_kobjects();
	const leaks = kmemleak().length;
	let errors = 0;

	for (let n = 1; ; n++) {
		const parts: (() => void)[] = [];

		log.length = 0;
		fail_nth(n);
		const rc = build(parts);
		const done = fail_nth_pending();

		fail_nth(0);
		for (const undo of parts.toReversed())
			undo();
		if (rc !== 0 && rc !== -ENOMEM)
			t.fail(`allocation ${n}: ${errname(rc)}`);
		errors += Number(rc !== 0);
		t.equal(log.filter((what) => what.includes(" remove ")).length,
			log.filter((what) => what.includes(" probe ")).length,
				`allocation ${n}: removed`);
		t.same(live_kobjects(), before, `allocation ${n}`);
		t.equal(kmemleak().length, leaks, `allocation ${n}`);
		if (done)
			break;
	}
	t.ok(errors > 20, `${errors} of the allocations matter`);
});
