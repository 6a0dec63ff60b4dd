// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import {
	class_compat_create_link, class_compat_register, device_unregister,
} from "#linux/device.h";
import {
	EACCES, EEXIST, EINVAL, EIO, EISDIR, ENOENT, ENOTDIR, errname,
} from "#linux/errno.h";
import { do_initcalls } from "#linux/init.h";
import { kobj_attribute, kobject_create_and_add, kobject_put } from "#linux/kobject.h";
import { dmesg } from "#linux/printk.h";
import {
	attribute, sysfs_create_file, sysfs_create_group, sysfs_create_link, sysfs_emit,
	sysfs_remove_file, sysfs_remove_group, sysfs_remove_link,
} from "#linux/sysfs.h";
import {
	sysfs_lookup, sysfs_read, sysfs_read_at, sysfs_readdir, sysfs_readlink, sysfs_stat,
	sysfs_write, sysfs_write_at,
} from "../../../drivers/base/sysfs.ts";
import { open_shop, widget_groups } from "./fixture.ts";

t.beforeEach(() => do_initcalls());

const B0 = "/sys/devices/toys/b0";

test("the tree: what a bus, two drivers and two devices look like", async (t) => {
	open_shop();
	const cases: [string, string[]][] = [
		["/sys", ["bus", "class", "devices", "module"]],
		["/sys/bus", ["toy"]],
		["/sys/bus/toy",
			["devices", "drivers", "drivers_autoprobe", "drivers_probe", "uevent"]],
		["/sys/bus/toy/devices", ["b0", "s0"]],
		["/sys/bus/toy/drivers", ["big_a", "small_a"]],
		["/sys/bus/toy/drivers/big_a", ["b0", "bind", "uevent", "unbind"]],
		["/sys/devices", ["toys", "virtual"]],
		["/sys/devices/toys", ["b0", "s0", "uevent"]],
		[B0, ["big", "command", "driver", "long", "status", "subsystem", "text", "uevent"]],
		["/sys/devices/toys/s0",
			["command", "driver", "long", "small", "status", "subsystem", "text",
			"uevent"]],
	];

	for (const [path, names] of cases)
		t.same(sysfs_readdir(path), { rc: 0, names }, path);
});

test("links: relative, and they can be walked through", async (t) => {
	const { root, b0 } = open_shop();
	const cls = class_compat_register("toy_box")!;

	class_compat_create_link(cls, root, null);
	sysfs_create_link(b0.device.kobj, root.kobj, "home");
	const cases: [string, string][] = [
		["/sys/bus/toy/devices/b0", "../../../devices/toys/b0"],
		["/sys/bus/toy/drivers/big_a/b0", "../../../../devices/toys/b0"],
		[`${B0}/driver`, "../../../bus/toy/drivers/big_a"],
		[`${B0}/subsystem`, "../../../bus/toy"],
		[`${B0}/home`, "../../toys"],
		["/sys/class/toy_box/toys", "../../devices/toys"],
	];

	for (const [path, target] of cases) {
		t.same(sysfs_readlink(path), { rc: 0, target }, path);
		t.match(sysfs_stat(path), { rc: 0, type: "link" });
	}
	sysfs_write("/sys/class/toy_box/toys/b0/text", "hello");
	t.equal(sysfs_read("/sys/bus/toy/devices/b0/driver/b0/subsystem/devices/b0/text").text,
		"hello");
	t.equal(sysfs_read("/sys/bus/toy/devices/b0/../b0/./text").text, "hello");
	t.same(sysfs_readdir("/sys/bus/toy/devices/b0"), sysfs_readdir(B0));
});

test("read and write: errors", async (t) => {
	open_shop();
	const reads: [string, number][] = [
		[`${B0}/command`, -EACCES], [`${B0}/nothing`, -ENOENT],
		["/sys/nothing/text", -ENOENT],
		[B0, -EISDIR], ["/sys", -EISDIR], [`${B0}/driver`, -EISDIR], [`${B0}/..`, -EISDIR],
		[`${B0}/text/more`, -ENOTDIR], [`${B0}/text/more/still`, -ENOTDIR],
		["/proc/cpuinfo", -ENOENT],
		["relative", -ENOENT], ["", -ENOENT], ["/sys/bus/toy/drivers/big_a/bind", -EACCES],
	];
	const writes: [string, number][] = [
		[`${B0}/big`, -EACCES], [`${B0}/nothing`, -ENOENT], [B0, -EISDIR],
		[`${B0}/text/more`, -ENOTDIR],
		["/sys/bus/toy/devices/b0", -EISDIR],
	];

	for (const [path, rc] of reads)
		t.same(sysfs_read(path), { rc, text: "" }, `read ${path} -> ${errname(rc)}`);
	for (const [path, rc] of writes)
		t.equal(sysfs_write(path, "x"), rc, `write ${path} -> ${errname(rc)}`);
	t.same(sysfs_readdir(`${B0}/text`), { rc: -ENOTDIR, names: [] });
	t.same(sysfs_readdir(`${B0}/nothing`), { rc: -ENOENT, names: [] });
	t.same(sysfs_readlink(`${B0}/text`), { rc: -EINVAL, target: "" });
	t.same(sysfs_readlink(B0), { rc: -EINVAL, target: "" });
	t.same(sysfs_readlink(`${B0}/nothing`), { rc: -ENOENT, target: "" });
	t.equal(sysfs_stat(`${B0}/nothing`).rc, -ENOENT);
});

test("stat: modes and sizes", async (t) => {
	open_shop();
	t.same(sysfs_stat(`${B0}/text`),
		{ rc: 0, type: "file", mode: 0o644, size: 4096, nlink: 1 });
	t.same(sysfs_stat(`${B0}/big`), { rc: 0, type: "file", mode: 0o444, size: 4096, nlink: 1 });
	t.same(sysfs_stat(`${B0}/command`),
		{ rc: 0, type: "file", mode: 0o200, size: 4096, nlink: 1 });
	t.same(sysfs_stat(B0), { rc: 0, type: "dir", mode: 0o755, size: 0, nlink: 2 });
	t.same(sysfs_stat("/sys"), { rc: 0, type: "dir", mode: 0o755, size: 0, nlink: 6 });
});

test("write: what the driver gets to see", async (t) => {
	const { b0 } = open_shop();

	b0.text = "old";
	t.equal(sysfs_write(`${B0}/text`, ""), 0);
	t.equal(b0.text, "old", "nothing is no write");
	t.equal(sysfs_write(`${B0}/text`, "5\n"), 2);
	t.equal(b0.text, "5\n", "the newline is its business");
	t.equal(sysfs_write(`${B0}/text`, "5\0junk"), 6, "all are counted");
	t.equal(b0.text, "5", "a string ends at a NUL");
	t.equal(sysfs_write(`${B0}/text`, "x".repeat(5000)), 4096);
	t.equal(b0.text.length, 4096);
	t.equal(sysfs_write(`${B0}/text`, "é"), 2, "bytes, not characters");
});

test("read: a page at most, and the log tells whose fault that was", async (t) => {
	open_shop();
	const { rc, text } = sysfs_read(`${B0}/long`);

	t.equal(rc, 4095);
	t.equal(text.length, 4095);
	t.same(dmesg().map((r) => r.text), [
		"dev_attr_show: long_show returned bad count",
		"fill_read_buffer: dev_attr_show returned bad count",
	]);
});

test("sysfs_lookup: a directory for many accesses", async (t) => {
	const { b0 } = open_shop();
	const dir = sysfs_lookup("/sys/bus/toy/devices/b0")!;

	t.equal(dir, b0.device.kobj);
	t.equal(sysfs_write_at(dir, "text", "hello"), 5);
	t.same(sysfs_read_at(dir, "text"), { rc: 5, text: "hello" });
	t.equal(sysfs_write_at(dir, "driver", "x"), -EISDIR);
	t.equal(sysfs_lookup(`${B0}/text`), null);
	t.equal(sysfs_lookup("/sys/nothing"), null);
	device_unregister(b0.device);
	t.equal(sysfs_write_at(dir, "text", "hello"), -ENOENT, "it has been removed");
});

test("groups and files: what is there already is not made again", async (t) => {
	const { b0, s0 } = open_shop();
	const kobj = b0.device.kobj;

	t.equal(sysfs_create_group(kobj, widget_groups[0]), -EEXIST);
	t.equal(sysfs_create_file(kobj, new attribute("text", 0o444)), -EEXIST);
	t.equal(sysfs_create_file(kobj, new attribute("extra", 0o444)), 0);
	t.equal(sysfs_create_link(kobj, s0.device.kobj, "text"), -EEXIST);
	t.equal(sysfs_create_link(kobj, s0.device.kobj, "driver"), -EEXIST);
	t.equal(sysfs_create_link(kobj, s0.device.kobj, "friend"), 0);
	t.equal(sysfs_create_file(kobj, new attribute("friend", 0o444)), -EEXIST);
	t.equal(dmesg()[0].text, "sysfs: cannot create duplicate filename '/devices/toys/b0/text'");
	sysfs_remove_link(kobj, "friend");
	t.equal(sysfs_stat(`${B0}/friend`).rc, -ENOENT);
	sysfs_remove_file(kobj, new attribute("extra", 0o444));
	sysfs_remove_group(kobj, widget_groups[0]);
	sysfs_remove_group(kobj, widget_groups[0]);
	t.same(sysfs_readdir(B0).names, ["big", "driver", "status", "subsystem", "uevent"]);
	t.equal(sysfs_stat("/sys/devices/toys/s0/text").rc, 0, "another's are untouched");
});

test("is_visible: decides for each device", async (t) => {
	open_shop();
	t.equal(sysfs_stat(`${B0}/big`).rc, 0);
	t.equal(sysfs_stat(`${B0}/small`).rc, -ENOENT);
	t.equal(sysfs_stat("/sys/devices/toys/s0/big").rc, -ENOENT);
});

test("plain objects: files that know how to be read", async (t) => {
	const kobj = kobject_create_and_add("plain", null)!;
	const readable = new kobj_attribute(new attribute("readable", 0o644));
	const dumb = new kobj_attribute(new attribute("dumb", 0o644));

	readable.show = (k, attr, buf) => sysfs_emit(buf, "%s\n", attr.attr.name);
	sysfs_create_file(kobj, readable.attr);
	sysfs_create_file(kobj, dumb.attr);
	t.same(sysfs_read("/sys/plain/readable"), { rc: 9, text: "readable\n" });
	t.equal(sysfs_read("/sys/plain/dumb").rc, -EIO);
	t.equal(sysfs_write("/sys/plain/readable", "x"), -EIO);
	kobject_put(kobj);
	t.equal(sysfs_stat("/sys/plain").rc, -ENOENT);
});
