// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO groups, and what userspace does with them. A virtual machine monitor
 * that is given a mediated device opens its group, puts it into a container,
 * tells KVM of the group and asks for a descriptor of the device; all this is
 * vfio_device_open() here, and vfio_file_close() undoes it.
 *
 * Copyright (C) 2012 Red Hat, Inc.  All rights reserved.
 *     Author: Alex Williamson <alex.williamson@redhat.com>
 *
 * C: drivers/vfio/group.c, Linux 6.12.
 */
import { ERR_PTR, IS_ERR, type err_ptr } from "#linux/err.h";
import { EBADF, EBUSY, ENODEV, ENOMEM } from "#linux/errno.h";
import {
	bus_find_device_by_name, class_create, dev_name, dev_set_name, device, device_add,
	device_initialize, device_unregister, put_device, type struct_class,
} from "#linux/device.h";
import { subsys_initcall } from "#linux/init.h";
import type { kvm } from "#linux/kvm_host.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { blocking_notifier_call_chain } from "#linux/notifier.h";
import { GFP_KERNEL, kfree, kzalloc, nofail } from "#linux/slab.h";
import { spin_lock, spin_unlock } from "#linux/spinlock.h";
import type { user_ptr } from "#linux/uaccess.h";
import {
	iommu_group_add_device, iommu_group_alloc, iommu_group_remove_device, iommu_group_set_name,
} from "../iommu/iommu.ts";
import { vfio_container, vfio_container_attach, vfio_container_detach } from "./container.ts";
import { mdev_bus_type } from "./mdev/mdev_driver.ts";
import { vfio_file, vfio_group, type vfio_group_fops } from "./vfio.h.ts";

/** VFIO_GROUP_NOTIFY_SET_KVM - the event that tells of a group's guest */
export const VFIO_GROUP_NOTIFY_SET_KVM = 1 << 0;

/* The first number of the groups' device nodes: of a major number that is given out at boot. */
const GROUP_DEVT = 511 << 20;

let groups = new Map<device, vfio_group>();
let group_ida = new Set<number>();
let group_class: struct_class | null = null;

subsys_initcall(function vfio_group_init(): void {
	groups = new Map();
	group_ida = new Set();
	const created = class_create("vfio");

	group_class = IS_ERR(created) ? null : created;
	if (group_class !== null)
		group_class.devnode = (dev) => `vfio/${dev_name(dev)}`;
});

function ida_alloc(): number {
	let minor = 0;

	while (group_ida.has(minor))
		minor++;
	group_ida.add(minor);
	return minor;
}

function vfio_group_release(dev: device): void {
	group_ida.delete(dev.devt - GROUP_DEVT);
}

/* What userspace finds of the group, and opens. */
/* PORT: no allocation here fails; the recorded failures are those of the driver and of VFIO */
function vfio_group_add_node(group: vfio_group): void {
	const node = new device();

	device_initialize(node);
	node.devt = GROUP_DEVT + ida_alloc();
	node.class = group_class;
	node.release = vfio_group_release;
	nofail(() => {
		dev_set_name(node, "%d", group.iommu_group!.id);
		device_add(node);
	});
	group.node = node;
}

/**
 * vfio_create_group - the group of a device
 * @dev: the device
 * @fops: what its descriptor does
 * @name: what its IOMMU group is called, or null
 *
 * Return: the group or ERR_PTR(-ENOMEM).
 * C: vfio_noiommu_group_alloc() in drivers/vfio/group.c, Linux 6.12
 */
export function vfio_create_group(
	dev: device, fops: vfio_group_fops, name: string | null,
): vfio_group | err_ptr {
	const group = kzalloc(vfio_group, GFP_KERNEL);

	if (group === null)
		return ERR_PTR(-ENOMEM);
	group.iommu_group = iommu_group_alloc();
	if (name !== null)
		iommu_group_set_name(group.iommu_group, name);
	iommu_group_add_device(group.iommu_group, dev);
	group.dev = dev;
	group.fops = fops;
	vfio_group_add_node(group);
	groups.set(dev, group);
	return group;
}

/** vfio_remove_group - undo vfio_create_group() */
export function vfio_remove_group(group: vfio_group): void {
	groups.delete(group.dev!);
	device_unregister(group.node!);
	iommu_group_remove_device(group.iommu_group!);
	kfree(group);
}

/** vfio_group_register - from now on there is a descriptor to be had */
export function vfio_group_register(group: vfio_group): void {
	mutex_lock(group.device_lock);
	group.registered = true;
	mutex_unlock(group.device_lock);
}

/** vfio_group_unregister - nobody gets a descriptor any more */
export function vfio_group_unregister(group: vfio_group): void {
	mutex_lock(group.device_lock);
	group.registered = false;
	mutex_unlock(group.device_lock);
}

/** vfio_group_get_from_dev - the group that a device is in, or null */
export function vfio_group_get_from_dev(dev: device): vfio_group | null {
	return groups.get(dev) ?? null;
}

function vfio_group_set_kvm(group: vfio_group, kvm: kvm | null): void {
	spin_lock(group.kvm_ref_lock);
	group.kvm = kvm;
	spin_unlock(group.kvm_ref_lock);
	blocking_notifier_call_chain(group.notifier, VFIO_GROUP_NOTIFY_SET_KVM, kvm);
}

/* The group's own descriptor: one at a time. */
function vfio_group_fops_open(group: vfio_group, file: vfio_file): number {
	let ret = -EBUSY;

	mutex_lock(group.group_lock);
	if (group.opened_file === null) {
		group.opened_file = file;
		ret = 0;
	}
	mutex_unlock(group.group_lock);
	return ret;
}

function vfio_group_fops_release(group: vfio_group): void {
	mutex_lock(group.group_lock);
	if (group.container !== null) {
		vfio_container_detach(group.container);
		kfree(group.container);
		group.container = null;
	}
	group.opened_file = null;
	mutex_unlock(group.group_lock);
}

function vfio_group_get_device_fd(group: vfio_group): number {
	mutex_lock(group.device_lock);
	const { registered } = group;

	mutex_unlock(group.device_lock);
	return registered ? group.fops!.open(group) : -ENODEV;
}

/* From the open group to the open device; undone by the caller on failure. */
function open_device(group: vfio_group, kvm: kvm | null): number {
	const container = kzalloc(vfio_container, GFP_KERNEL);

	if (container === null)
		return -ENOMEM;
	vfio_container_attach(container, group.dev!, kvm);
	group.container = container;
	vfio_group_set_kvm(group, kvm);

	const ret = vfio_group_get_device_fd(group);

	if (ret)
		vfio_group_set_kvm(group, null);
	return ret;
}

/**
 * vfio_device_open - open a mediated device for a guest
 * @mdev: the device, or its UUID
 * @kvm: the guest; null for a process that is no guest
 *
 * Return: the open device; or ERR_PTR() of -ENODEV when there is none that can
 * be opened, -EBUSY when somebody has it open, -ENOMEM, or the driver's error;
 * nothing is left open then.
 */
export function vfio_device_open(mdev: device | string, kvm: kvm | null): vfio_file | err_ptr {
	const group = group_of(mdev);

	if (group === null)
		return ERR_PTR(-ENODEV);

	const file = kzalloc(vfio_file, GFP_KERNEL);

	if (file === null)
		return ERR_PTR(-ENOMEM);

	let ret = vfio_group_fops_open(group, file);

	if (ret) {
		kfree(file);
		return ERR_PTR(ret);
	}
	file.group = group;
	ret = open_device(group, kvm);
	if (ret) {
		vfio_group_fops_release(group);
		kfree(file);
		return ERR_PTR(ret);
	}
	file.is_open = true;
	return file;
}

function group_of(mdev: device | string): vfio_group | null {
	if (typeof mdev !== "string")
		return vfio_group_get_from_dev(mdev);

	const dev = bus_find_device_by_name(mdev_bus_type, null, mdev);

	if (dev === null)
		return null;
	put_device(dev);
	return vfio_group_get_from_dev(dev);
}

/**
 * vfio_file_ioctl - a call on an open device
 * @cmd: VFIO_DEVICE_...
 * @arg: userspace address of its argument
 *
 * Return: what the driver returned; -EBADF on one that is closed.
 */
export function vfio_file_ioctl(file: vfio_file, cmd: number, arg: user_ptr = 0n): number {
	if (!file.is_open)
		return -EBADF;
	return file.group!.fops!.ioctl(file.group!, cmd, arg);
}

/**
 * vfio_file_dma_unmap - take a range of guest addresses away from the device
 * @iova: its first address
 * @length: in bytes
 *
 * The range is mapped again at once, as when memory is replaced.
 *
 * Return: 0; -EBADF on one that is closed.
 */
export function vfio_file_dma_unmap(file: vfio_file, iova: bigint, length: bigint): number {
	if (!file.is_open)
		return -EBADF;
	file.group!.fops!.dma_unmap(file.group!, iova, length);
	return 0;
}

/**
 * vfio_file_close - close the device
 *
 * Return: 0; -EBADF on one that is closed.
 */
export function vfio_file_close(file: vfio_file): number {
	const group = file.group;

	if (!file.is_open || group === null)
		return -EBADF;
	file.is_open = false;
	group.fops!.release(group);
	vfio_group_set_kvm(group, null);
	vfio_group_fops_release(group);
	kfree(file);
	return 0;
}
