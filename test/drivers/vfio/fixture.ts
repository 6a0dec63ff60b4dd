// SPDX-License-Identifier: GPL-2.0-only
/*
 * A parent device and a driver of its mediated devices, as small as they can be,
 * in each of the three generations of the interface.
 */
import { page } from "#asm/page.h";
import { container_of } from "#linux/container_of.h";
import {
	ATTRIBUTE_GROUPS, DEVICE_ATTR_RO, bus_register, bus_type, bus_unregister, dev_get_drvdata,
	dev_name, dev_set_drvdata, dev_set_name, device, device_driver, device_register,
	device_unregister, driver_register, driver_unregister, put_device, sysfs_emit,
	type device_attribute,
} from "#linux/device.h";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import { EBUSY, EINVAL } from "#linux/errno.h";
import { do_initcalls } from "#linux/init.h";
import { IOMMU_READ, IOMMU_WRITE } from "#linux/iommu.h";
import type { kobject } from "#linux/kobject.h";
import type { kvm } from "#linux/kvm_host.h";
import {
	mdev_driver, mdev_parent, mdev_register_driver, mdev_register_parent, mdev_type,
	mdev_unregister_driver, mdev_unregister_parent, type mdev_device,
} from "#linux/mdev.h";
import { THIS_MODULE } from "#linux/module.h";
import { NOTIFY_OK, notifier_block } from "#linux/notifier.h";
import { GFP_KERNEL, kfree, kzalloc } from "#linux/slab.h";
import type { char_buf } from "#linux/sprintf.h";
import { attribute_group } from "#linux/sysfs.h";
import { out } from "#linux/types.h";
import * as v5_10_mdev from "#v5.10/linux/mdev.h";
import * as v5_10_vfio from "#v5.10/linux/vfio.h";
import * as v6_0_mdev from "#v6.0/linux/mdev.h";
import * as v6_0_vfio from "#v6.0/linux/vfio.h";
import {
	VFIO_DEVICE_RESET, vfio_alloc_device, vfio_device, vfio_device_ops, vfio_pin_pages,
	vfio_put_device, vfio_register_emulated_iommu_dev, vfio_unpin_pages,
	vfio_unregister_group_dev,
} from "#linux/vfio.h";
import { guest_start } from "../../../drivers/s390/sim/guest.ts";
import type { vfio_file } from "../../../drivers/vfio/vfio.h.ts";
import { vfio_device_open } from "../../../drivers/vfio/group.ts";

export const UUID = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";
export const PARENT = "/sys/devices/parent";
export const TYPE = `${PARENT}/mdev_supported_types/tiny-plain`;

/** log - what the driver was asked to do, in order */
export const log: string[] = [];

/** fail - the error that a callback answers with next time, by its name */
export const fail = new Map<string, number>();

function note(what: string): number {
	const error = fail.get(what);

	log.push(error === undefined ? what : `${what}: ${error}`);
	fail.delete(what);
	return error ?? 0;
}

/** class tiny - the driver's object of one mediated device */
class tiny {
	vdev = new vfio_device(this);
	kvm: kvm | null = null;
	group_notifier = new notifier_block(this);
	iommu_notifier = new notifier_block(this);
}

const bus = new bus_type({ name: "parents", match: () => 1 });
const parent_driver = new device_driver(null, { name: "tiny", bus });

function color_show(dev: device, attr: device_attribute, buf: char_buf): number {
	return sysfs_emit(buf, "blue\n");
}

const mdev_groups = ATTRIBUTE_GROUPS([DEVICE_ATTR_RO("color", color_show).attr]);

/**
 * struct generation - an interface for mediated devices
 * @register: the parent and its driver come
 * @pin: pin a guest page frame for the device opened last; what that returned
 */
export interface generation {
	name: string;
	register: (parent: device) => number;
	unregister: (parent: device) => void;
	pin: (gfn: bigint) => number;
	unpin: (gfn: bigint) => void;
}

/* The mediated device that was opened last. */
let opened: tiny | null = null;

const ops = new vfio_device_ops({
	init: () => note("init"),
	release: () => void note("release"),
	open_device: (vdev) => {
		opened = container_of(vdev, tiny, "vdev");
		opened.kvm = vdev.kvm;
		return note(vdev.kvm === null ? "open without a guest" : "open");
	},
	close_device: () => void note("close"),
	ioctl: (_vdev, cmd) => (cmd === VFIO_DEVICE_RESET ? note("reset") : -EINVAL),
	request: (_vdev, count) => void note(`request ${count}`),
	dma_unmap: (_vdev, iova, length) =>
		void note(`unmap ${iova.toString(16)} ${length.toString(16)}`),
});

const parents = { today: new mdev_parent() };
let type: mdev_type;

const driver_today = new mdev_driver({
	device_api: "tiny-api",
	max_instances: 2,
	probe: (mdev) => {
		const dev = vfio_alloc_device(tiny, "vdev", mdev.dev, ops);

		if (IS_ERR(dev))
			return PTR_ERR(dev);
		const ret = note("probe") || vfio_register_emulated_iommu_dev(dev.vdev);

		if (ret) {
			vfio_put_device(dev.vdev);
			return ret;
		}
		dev_set_drvdata(mdev.dev, dev);
		return 0;
	},
	remove: (mdev) => {
		const dev = dev_get_drvdata<tiny>(mdev.dev);

		vfio_unregister_group_dev(dev.vdev);
		note("remove");
		vfio_put_device(dev.vdev);
	},
	driver: { name: "tiny_mdev", owner: THIS_MODULE, dev_groups: mdev_groups },
});

const h_page = out<page | null>(null);

const today: generation = {
	name: "6.12",
	register: (parent) => {
		const ret = mdev_register_driver(driver_today);

		if (ret)
			return ret;
		type = new mdev_type();
		type.sysfs_name = "plain";
		type.pretty_name = "A plain device";
		parents.today = new mdev_parent();
		const rc = mdev_register_parent(parents.today, parent, driver_today, [type], 1);

		if (rc)
			mdev_unregister_driver(driver_today);
		return rc;
	},
	unregister: () => {
		mdev_unregister_parent(parents.today);
		mdev_unregister_driver(driver_today);
	},
	pin: (gfn) => vfio_pin_pages(opened!.vdev, gfn << 12n, 1, IOMMU_READ | IOMMU_WRITE, h_page),
	unpin: (gfn) => vfio_unpin_pages(opened!.vdev, gfn << 12n, 1),
};

const type_group_6_0 = new attribute_group({
	name: "plain",
	attrs: [
		v6_0_mdev.MDEV_TYPE_ATTR_RO("name", (_mtype, _attr, buf) =>
			sysfs_emit(buf, "A plain device\n")).attr,
		v6_0_mdev.MDEV_TYPE_ATTR_RO("device_api", (_mtype, _attr, buf) =>
			sysfs_emit(buf, "tiny-api\n")).attr,
	],
});

const driver_6_0 = new v6_0_mdev.mdev_driver({
	probe: (mdev) => {
		const dev = kzalloc(tiny, GFP_KERNEL)!;

		v6_0_vfio.vfio_init_group_dev(dev.vdev, mdev.dev, ops);
		const ret = note("probe") || v6_0_vfio.vfio_register_emulated_iommu_dev(dev.vdev);

		if (ret) {
			v6_0_vfio.vfio_uninit_group_dev(dev.vdev);
			kfree(dev);
			return ret;
		}
		dev_set_drvdata(mdev.dev, dev);
		return 0;
	},
	remove: (mdev: mdev_device) => {
		const dev = dev_get_drvdata<tiny>(mdev.dev);

		v6_0_vfio.vfio_unregister_group_dev(dev.vdev);
		note("remove");
		v6_0_vfio.vfio_uninit_group_dev(dev.vdev);
		kfree(dev);
	},
	driver: { name: "tiny_mdev", owner: THIS_MODULE, dev_groups: mdev_groups },
	supported_type_groups: [type_group_6_0],
});

const v6_0: generation = {
	name: "6.0",
	register: (parent) => {
		const ret = v6_0_mdev.mdev_register_driver(driver_6_0);

		if (ret)
			return ret;
		const rc = v6_0_mdev.mdev_register_device(parent, driver_6_0);

		if (rc)
			v6_0_mdev.mdev_unregister_driver(driver_6_0);
		return rc;
	},
	unregister: (parent) => {
		v6_0_mdev.mdev_unregister_device(parent);
		v6_0_mdev.mdev_unregister_driver(driver_6_0);
	},
	pin: today.pin,
	unpin: today.unpin,
};

const type_group_5_10 = new attribute_group({
	name: "plain",
	attrs: [
		v5_10_mdev.MDEV_TYPE_ATTR_RO("name", (_kobj: kobject, _dev, buf) =>
			sysfs_emit(buf, "A plain device\n")).attr,
		v5_10_mdev.MDEV_TYPE_ATTR_RO("device_api", (_kobj: kobject, dev, buf) =>
			sysfs_emit(buf, "tiny-api of %s\n", dev_name(dev))).attr,
	],
});

let opened_5_10: device | null = null;

function open_5_10(mdev: v5_10_mdev.mdev_device): number {
	const dev = v5_10_mdev.mdev_get_drvdata<tiny>(mdev);
	const events = out(v5_10_vfio.VFIO_GROUP_NOTIFY_SET_KVM);

	opened_5_10 = v5_10_mdev.mdev_dev(mdev);
	dev.kvm = null;
	dev.group_notifier.notifier_call = (_nb, _action, data) => {
		dev.kvm = data as kvm | null;
		log.push(data === null ? "SET_KVM null" : "SET_KVM");
		return NOTIFY_OK;
	};
	v5_10_vfio.vfio_register_notifier(opened_5_10, v5_10_vfio.VFIO_GROUP_NOTIFY, events,
		dev.group_notifier);
	events.v = v5_10_vfio.VFIO_IOMMU_NOTIFY_DMA_UNMAP;
	dev.iommu_notifier.notifier_call = (_nb, _action, data) => {
		const { iova, size } = data as v5_10_vfio.vfio_iommu_type1_dma_unmap;

		note(`unmap ${iova.toString(16)} ${size.toString(16)}`);
		return NOTIFY_OK;
	};
	v5_10_vfio.vfio_register_notifier(opened_5_10, v5_10_vfio.VFIO_IOMMU_NOTIFY, events,
		dev.iommu_notifier);
	const ret = note(dev.kvm === null ? "open without a guest" : "open");

	if (ret)
		unregister_notifiers(dev, opened_5_10);
	return ret;
}

function unregister_notifiers(dev: tiny, mdev: device): void {
	v5_10_vfio.vfio_unregister_notifier(mdev, v5_10_vfio.VFIO_IOMMU_NOTIFY, dev.iommu_notifier);
	v5_10_vfio.vfio_unregister_notifier(mdev, v5_10_vfio.VFIO_GROUP_NOTIFY, dev.group_notifier);
}

const ops_5_10 = new v5_10_mdev.mdev_parent_ops({
	owner: THIS_MODULE,
	supported_type_groups: [type_group_5_10],
	mdev_attr_groups: mdev_groups,
	create: (_kobj, mdev) => {
		const ret = note("probe");

		if (ret)
			return ret;
		v5_10_mdev.mdev_set_drvdata(mdev, kzalloc(tiny, GFP_KERNEL));
		return 0;
	},
	remove: (mdev) => {
		kfree(v5_10_mdev.mdev_get_drvdata<tiny>(mdev));
		return note("remove");
	},
	open: open_5_10,
	release: (mdev) => {
		note("close");
		unregister_notifiers(v5_10_mdev.mdev_get_drvdata<tiny>(mdev),
			v5_10_mdev.mdev_dev(mdev));
	},
	ioctl: (_mdev, cmd) => (cmd === v5_10_vfio.VFIO_DEVICE_RESET ? note("reset") : -EINVAL),
});

const v5_10: generation = {
	name: "5.10",
	register: (parent) => v5_10_mdev.mdev_register_device(parent, ops_5_10),
	unregister: (parent) => v5_10_mdev.mdev_unregister_device(parent),
	pin: (gfn) => v5_10_vfio.vfio_pin_pages(opened_5_10!, [gfn], 1,
		IOMMU_READ | IOMMU_WRITE, []),
	unpin: (gfn) => void v5_10_vfio.vfio_unpin_pages(opened_5_10!, [gfn], 1),
};

export const generations: readonly generation[] = [v5_10, v6_0, today];
export { today, v5_10, v6_0, v5_10_mdev };

/** boot - a machine with the parent device and nothing registered yet */
export function boot(): device {
	do_initcalls();
	log.length = 0;
	fail.clear();
	bus_register(bus);
	driver_register(parent_driver);

	const parent = new device();

	dev_set_name(parent, "parent");
	parent.bus = bus;
	parent.release = () => undefined;
	if (device_register(parent))
		put_device(parent);
	return parent;
}

/** shut_down - what boot() made goes */
export function shut_down(parent: device): void {
	device_unregister(parent);
	driver_unregister(parent_driver);
	bus_unregister(bus);
}

/** a_guest - a guest that has started */
export function a_guest(): kvm {
	const guest = guest_start();

	if (IS_ERR(guest))
		throw new Error("guest_start");
	return guest;
}

/** open - open the mediated device, or fail the test */
export function open(kvm: kvm | null): vfio_file {
	const file = vfio_device_open(UUID, kvm);

	if (IS_ERR(file))
		throw new Error(`vfio_device_open: ${PTR_ERR(file)}`);
	return file;
}

/** open_error - the error of opening the mediated device, 0 for none */
export function open_error(kvm: kvm | null, uuid = UUID): number {
	const file = vfio_device_open(uuid, kvm);

	return IS_ERR(file) ? PTR_ERR(file) : 0;
}

/** a busy one, for a callback to answer with */
export const BUSY = -EBUSY;
