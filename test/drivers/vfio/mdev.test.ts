// SPDX-License-Identifier: GPL-2.0-only
import { t, test, type Test } from "tap";
import type { device } from "#linux/device.h";
import { EACCES, EBUSY, EEXIST, EINVAL, ENOENT, ENOMEM, EUSERS } from "#linux/errno.h";
import { KOBJ_CHANGE, trace_uevent } from "#linux/kobject.h";
import { lockdep_inversions } from "#linux/lockdep.h";
import { dmesg } from "#linux/printk.h";
import { fail_nth, fail_nth_pending, kmemleak } from "#linux/slab.h";
import { attribute_group } from "#linux/sysfs.h";
import { mdev_driver, mdev_register_driver } from "#linux/mdev.h";
import { live_kobjects } from "../../../drivers/base/kobject.ts";
import {
	sysfs_read, sysfs_readdir, sysfs_readlink, sysfs_stat, sysfs_write,
} from "../../../drivers/base/sysfs.ts";
import {
	BUSY, PARENT, TYPE, UUID, boot, fail, generations, log, shut_down, today, v5_10, v5_10_mdev,
	v6_0,
} from "./fixture.ts";

const OTHER = "11111111-2222-3333-4444-555555555555";

let parent: device;
let before: number;

t.beforeEach(() => {
	parent = boot();
	before = live_kobjects().length;
});

const warnings = (): string[] => dmesg().filter(({ warn }) => warn).map(({ text }) => text);

/* An operation and its opposite, with one allocation after the other failing. */
function each_allocation_fails(t: Test, operation: () => number, undo: () => void): void {
	const leak = kmemleak().length;
	const kobjects = live_kobjects().length;
	let n = 1;

	for (let failed = true; failed; n++) {
		fail_nth(n);
		const rc = operation();

		failed = !fail_nth_pending();
		fail_nth(0);
		if (rc >= 0)
			undo();
		else
			t.equal(rc, -ENOMEM, `allocation ${n}`);
		t.equal(kmemleak().length, leak, `allocation ${n}`);
		t.equal(live_kobjects().length, kobjects, `allocation ${n}`);
	}
	t.ok(n > 5);
}

for (const generation of generations) {
	const { name } = generation;

	test(`${name}: the files of a type`, async (t) => {
		t.equal(generation.register(parent), 0);
		t.same(sysfs_readdir(TYPE).names.toSorted(),
			[...(name === "6.12" ? ["available_instances"] : []), "create",
				"device_api", "devices",
				"name"]);
		t.equal(sysfs_read(`${TYPE}/name`).text, "A plain device\n");
		t.match(sysfs_read(`${TYPE}/device_api`).text, /^tiny-api/);
		t.equal(sysfs_stat(`${TYPE}/create`).mode, 0o200);
		t.equal(sysfs_read(`${TYPE}/create`).rc, -EACCES);
		t.equal(sysfs_readlink("/sys/class/mdev_bus/parent").target,
			"../../devices/parent");
		generation.unregister(parent);
		t.equal(sysfs_read(`${TYPE}/name`).rc, -ENOENT);
		t.equal(sysfs_readlink("/sys/class/mdev_bus/parent").rc, -ENOENT);
	});

	test(`${name}: userspace is told of a parent that comes and goes`, async (t) => {
		const seen: unknown[] = [];
		const end = trace_uevent.register((action, kobj, env) => {
			if (action === KOBJ_CHANGE && kobj === parent.kobj)
				seen.push(...env.filter((text) => text.startsWith("MDEV_STATE")));
		});

		generation.register(parent);
		generation.unregister(parent);
		t.same(seen, ["MDEV_STATE=registered", "MDEV_STATE=unregistered"]);
		end();
	});

	test(`${name}: create and remove`, async (t) => {
		generation.register(parent);
		t.equal(sysfs_write(`${TYPE}/create`, `${UUID}\n`), UUID.length + 1);
		t.equal(sysfs_readlink(`/sys/bus/mdev/devices/${UUID}`).target,
			`../../../devices/parent/${UUID}`);
		t.equal(sysfs_readlink(`${TYPE}/devices/${UUID}`).target, `../../../${UUID}`);
		t.equal(sysfs_readlink(`${PARENT}/${UUID}/mdev_type`).target,
			"../mdev_supported_types/tiny-plain");
		t.equal(sysfs_read(`${PARENT}/${UUID}/color`).text, "blue\n");

		t.equal(sysfs_write(`${PARENT}/${UUID}/remove`, "x\n"), -EINVAL);
		t.equal(sysfs_write(`${PARENT}/${UUID}/remove`, "0\n"), 2);
		t.equal(sysfs_read(`${PARENT}/${UUID}/color`).text, "blue\n");
		t.equal(sysfs_write(`${PARENT}/${UUID}/remove`, "1\n"), 2);
		t.equal(sysfs_readlink(`/sys/bus/mdev/devices/${UUID}`).rc, -ENOENT);
		t.equal(sysfs_write(`${PARENT}/${UUID}/remove`, "1\n"), -ENOENT);
		t.same(log.filter((what) => what === "probe" || what === "remove"),
			["probe", "remove"]);
		generation.unregister(parent);
		t.equal(live_kobjects().length, before);
		shut_down(parent);
		t.notOk(live_kobjects().some(({ path }) => path.includes("parent")),
			"nobody holds it");
		t.same(dmesg().filter(({ level }) => level === "err"), []);
		t.same(kmemleak().filter(({ what }) => what.includes("mdev") ||
			what === "tiny"), []);
		t.same(warnings(), []);
		t.same(lockdep_inversions(), []);
	});

	test(`${name}: create: what is no UUID -> -EINVAL, one that there is -> -EEXIST`,
			async (t) => {
		generation.register(parent);
		for (const text of ["x", "\n", UUID.slice(1), `${UUID}\n\n`, `${UUID}xx`,
			UUID.replace("-", "0"),
			UUID.replace("8", "g")])
			t.equal(sysfs_write(`${TYPE}/create`, text), -EINVAL, text);
		t.equal(sysfs_write(`${TYPE}/create`, UUID.toUpperCase()), UUID.length);
		t.equal(sysfs_write(`${TYPE}/create`, UUID), -EEXIST);
		t.equal(sysfs_write(`${TYPE}/create`, `${OTHER}\n`), OTHER.length + 1);
		t.same(sysfs_readdir("/sys/bus/mdev/devices").names.toSorted(), [OTHER, UUID]);
		generation.unregister(parent);
		t.same(sysfs_readdir("/sys/bus/mdev/devices").names, [],
			"the parent takes them with it");
		t.same(kmemleak().filter(({ what }) => what.includes("mdev") ||
			what === "tiny"), []);
	});

	test(`${name}: the driver refuses: its error, and nothing is left`, async (t) => {
		generation.register(parent);
		const kobjects = live_kobjects().length;

		fail.set("probe", BUSY);
		t.equal(sysfs_write(`${TYPE}/create`, UUID), -EBUSY);
		t.equal(live_kobjects().length, kobjects);
		t.same(sysfs_readdir("/sys/bus/mdev/devices").names, []);
		t.equal(sysfs_write(`${TYPE}/create`, UUID), UUID.length);
		generation.unregister(parent);
	});

	test(`${name}: each allocation of register fails once: -ENOMEM, nothing is left`,
			async (t) => {
		each_allocation_fails(t, () => generation.register(parent),
			() => generation.unregister(parent));
		t.same(warnings(), []);
	});
}

for (const generation of [v5_10, today]) {
	const what = "each allocation of create fails once: -ENOMEM, nothing is left";

	test(`${generation.name}: ${what}`, async (t) => {
		generation.register(parent);
		each_allocation_fails(t, () => sysfs_write(`${TYPE}/create`, UUID),
			() => t.equal(sysfs_write(`${PARENT}/${UUID}/remove`, "1"), 1));
		generation.unregister(parent);
		t.same(warnings(), []);
	});
}

test("6.12: instances are counted: -EUSERS when there are no more", async (t) => {
	today.register(parent);
	const available = (): string => sysfs_read(`${TYPE}/available_instances`).text;

	t.equal(available(), "2\n");
	sysfs_write(`${TYPE}/create`, UUID);
	t.equal(available(), "1\n");
	sysfs_write(`${TYPE}/create`, OTHER);
	t.equal(available(), "0\n");
	t.equal(sysfs_write(`${TYPE}/create`, UUID.replace("8", "9")), -EUSERS);
	sysfs_write(`${PARENT}/${OTHER}/remove`, "1");
	t.equal(available(), "1\n");
	t.equal(sysfs_read(`${TYPE}/description`).rc, -ENOENT);
	today.unregister(parent);
});

test("6.12: a driver without device_api -> -EINVAL", async (t) => {
	t.equal(mdev_register_driver(new mdev_driver({ driver: { name: "x" } })), -EINVAL);
});

test("5.10, 6.0: a parent is registered once, and only with types", async (t) => {
	t.equal(v5_10.register(parent), 0);
	t.equal(v5_10.register(parent), -EEXIST);
	v5_10.unregister(parent);
	const [create, remove] = [(): number => 0, (): number => 0];
	const supported_type_groups = [new attribute_group({ name: "a" })];

	for (const ops of [{ create, remove }, { create, supported_type_groups },
		{ remove, supported_type_groups },
		{ create, remove, supported_type_groups: [new attribute_group()] }])
		t.equal(v5_10_mdev.mdev_register_device(parent,
			new v5_10_mdev.mdev_parent_ops(ops)),
			-EINVAL, Object.keys(ops).join(" and "));
	t.equal(v6_0.register(parent), 0);
	v6_0.unregister(parent);
	v5_10.unregister(parent);
	t.equal(live_kobjects().length, before);
});

test("5.10: an error of the driver's remove is noted, and the device goes", async (t) => {
	v5_10.register(parent);
	sysfs_write(`${TYPE}/create`, UUID);
	fail.set("remove", BUSY);
	t.equal(sysfs_write(`${PARENT}/${UUID}/remove`, "1"), 1);
	t.match(dmesg().find(({ level }) => level === "err")?.text, /Remove failed: err=-16$/);
	t.same(sysfs_readdir("/sys/bus/mdev/devices").names, []);
	v5_10.unregister(parent);
});

test("5.10: vfio_mdev is there as long as a parent is", async (t) => {
	const there = (): boolean =>
		sysfs_readdir("/sys/bus/mdev/drivers").names.includes("vfio_mdev");

	t.notOk(there());
	v5_10.register(parent);
	t.ok(there());
	v5_10.unregister(parent);
	t.notOk(there());
});
