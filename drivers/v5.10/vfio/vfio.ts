// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO core of Linux 5.10: a device is a table of callbacks and a pointer.
 *
 * Copyright (C) 2012 Red Hat, Inc.  All rights reserved.
 *     Author: Alex Williamson <alex.williamson@redhat.com>
 *
 * Derived from original vfio:
 * Copyright 2010 Cisco Systems, Inc.  All rights reserved.
 * Author: Tom Lyon, pugs@cisco.com
 *
 * Modelled on drivers/vfio/vfio.c and vfio_iommu_type1.c of Linux 5.10, for devices
 * opened through their group: it behaves as the traces need it, and was not compared
 * with the C text.
 */
import { page_to_pfn } from "#asm/page.h";
import { WARN_ON } from "#linux/bug.h";
import { msleep } from "#linux/delay.h";
import type { device } from "#linux/device.h";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import { E2BIG, EEXIST, EINVAL, ENODEV } from "#linux/errno.h";
import {
	blocking_notifier_call_chain, blocking_notifier_chain_register,
	blocking_notifier_chain_unregister, type notifier_block,
} from "#linux/notifier.h";
import type { out } from "#linux/types.h";
import {
	VFIO_GROUP_NOTIFY, VFIO_IOMMU_NOTIFY, VFIO_IOMMU_NOTIFY_DMA_UNMAP,
	vfio_iommu_type1_dma_unmap, type vfio_device_ops,
} from "#v5.10/linux/vfio.h";
import { vfio_container_pin_page, vfio_container_unpin_page } from "../../vfio/container.ts";
import {
	VFIO_GROUP_NOTIFY_SET_KVM, vfio_create_group, vfio_group_get_from_dev, vfio_group_register,
	vfio_group_unregister, vfio_remove_group,
} from "../../vfio/group.ts";
import { request_from_userspace } from "../../vfio/vfio_main.ts";
import type { vfio_group, vfio_group_fops } from "../../vfio/vfio.h.ts";

/** Page frames that one call can pin: as many numbers as fit into a page */
const VFIO_PIN_PAGES_MAX_ENTRIES = 4096 / 8;

/** The device in a group: C's struct vfio_device. */
interface vfio_device {
	ops: vfio_device_ops;
	device_data: unknown;
}

const devices = new WeakMap<vfio_group, vfio_device>();

const vfio_device_fops: vfio_group_fops = {
	open: (group) => {
		const { ops, device_data } = devices.get(group)!;

		return ops.open(device_data);
	},
	ioctl: (group, cmd, arg) => {
		const { ops, device_data } = devices.get(group)!;

		return ops.ioctl(device_data, cmd, arg);
	},
	dma_unmap: vfio_notify_dma_unmap,
	release: (group) => {
		const { ops, device_data } = devices.get(group)!;

		ops.release(device_data);
	},
};

/** vfio_notify_dma_unmap - userspace takes a range of guest addresses away: tell the notifiers */
export function vfio_notify_dma_unmap(group: vfio_group, iova: bigint, length: bigint): void {
	const unmap = new vfio_iommu_type1_dma_unmap();

	unmap.iova = iova;
	unmap.size = length;
	blocking_notifier_call_chain(group.container!.notifier, VFIO_IOMMU_NOTIFY_DMA_UNMAP, unmap);
}

/**
 * vfio_add_group_dev - let userspace have a device
 * @dev: the device
 * @ops: what it does
 * @device_data: passed to @ops
 *
 * Return: 0, -EEXIST when it was done before, -ENOMEM.
 */
export function vfio_add_group_dev(
	dev: device, ops: vfio_device_ops, device_data: unknown,
): number {
	if (vfio_group_get_from_dev(dev) !== null)
		return -EEXIST;

	const group = vfio_create_group(dev, vfio_device_fops, null);

	if (IS_ERR(group))
		return PTR_ERR(group);
	devices.set(group, { ops, device_data });
	vfio_group_register(group);
	return 0;
}

/**
 * vfio_del_group_dev - take a device away from userspace
 * @dev: the device
 *
 * Waits until it is closed, and asks for that if the device can.
 *
 * Return: the pointer given to vfio_add_group_dev().
 */
export function vfio_del_group_dev(dev: device): unknown {
	const group = vfio_group_get_from_dev(dev)!;
	const { ops, device_data } = devices.get(group)!;

	vfio_group_unregister(group);
	for (let i = 0; group.opened_file !== null; i++) {
		if (ops.request)
			ops.request(device_data, i);
		request_from_userspace(group, i);
		if (group.opened_file === null)
			break;
		msleep(10000);
	}
	devices.delete(group);
	vfio_remove_group(group);
	return device_data;
}

function check_npage(npage: number): number {
	if (!npage)
		return -EINVAL;
	return npage > VFIO_PIN_PAGES_MAX_ENTRIES ? -E2BIG : 0;
}

/**
 * vfio_pin_pages - pin guest pages
 * @dev: a device that is open
 * @user_pfn: guest page frames
 * @npage: how many
 * @_prot: IOMMU_READ, IOMMU_WRITE
 * @phys_pfn: takes the host's page frames
 *
 * Return: how many were pinned: all. -ENODEV when the device is not VFIO's,
 * -E2BIG, -EINVAL when it is not open, nobody hears of unmappings or nothing is
 * mapped, -EFAULT when there is no memory, -ENOMEM; then nothing stays pinned.
 */
export function vfio_pin_pages(
	dev: device, user_pfn: readonly bigint[], npage: number, _prot: number, phys_pfn: bigint[],
): number {
	const error = check_npage(npage);

	if (error)
		return error;

	const group = vfio_group_get_from_dev(dev);

	if (group === null)
		return -ENODEV;
	if (WARN_ON(group.container === null))		/* PORT: as the recorded drivers met it */
		return -EINVAL;

	const container = group.container!;

	if (container.notifier.head.length === 0)
		return -EINVAL;
	for (let i = 0; i < npage; i++) {
		const page = vfio_container_pin_page(container, user_pfn[i]);

		if (typeof page === "number") {
			while (--i >= 0)
				vfio_container_unpin_page(container, dev, user_pfn[i]);
			return page;
		}
		phys_pfn[i] = page_to_pfn(page);
	}
	return npage;
}

/**
 * vfio_unpin_pages - give guest pages back
 * @dev: a device
 * @user_pfn: guest page frames
 * @npage: how many
 *
 * Return: how many were given back; -ENODEV when the device is not VFIO's,
 * -EINVAL when it is not open, -E2BIG.
 */
export function vfio_unpin_pages(
	dev: device, user_pfn: readonly bigint[], npage: number,
): number {
	const error = check_npage(npage);

	if (error)
		return error;

	const group = vfio_group_get_from_dev(dev);
	const container = group?.container ?? null;

	for (let i = 0; i < npage; i++)
		vfio_container_unpin_page(container, dev, user_pfn[i]);
	if (group === null)
		return -ENODEV;
	return container === null ? -EINVAL : npage;
}

/* A guest that is there already is told of at once. */
function vfio_register_group_notifier(
	group: vfio_group, events: out<number>, nb: notifier_block,
): number {
	const set_kvm = (events.v & VFIO_GROUP_NOTIFY_SET_KVM) !== 0;

	events.v &= ~VFIO_GROUP_NOTIFY_SET_KVM;
	if (events.v || group.container === null)
		return -EINVAL;

	const ret = blocking_notifier_chain_register(group.notifier, nb);

	if (!ret && set_kvm && group.kvm)
		blocking_notifier_call_chain(group.notifier, VFIO_GROUP_NOTIFY_SET_KVM, group.kvm);
	return ret;
}

function vfio_register_iommu_notifier(
	group: vfio_group, events: out<number>, nb: notifier_block,
): number {
	events.v &= ~VFIO_IOMMU_NOTIFY_DMA_UNMAP;
	if (events.v || group.container === null)
		return -EINVAL;
	return blocking_notifier_chain_register(group.container.notifier, nb);
}

/**
 * vfio_register_notifier - hear of a device's guest or of unmappings
 * @dev: the device, being opened
 * @type: VFIO_IOMMU_NOTIFY or VFIO_GROUP_NOTIFY
 * @events: which events; those that are known are cleared
 * @nb: the callback
 *
 * Return: 0; -ENODEV when the device is not VFIO's, -EINVAL when an event is
 * unknown or the device is not being opened, -EEXIST.
 */
export function vfio_register_notifier(
	dev: device, type: number, events: out<number>, nb: notifier_block,
): number {
	if (events.v === 0)
		return -EINVAL;

	const group = vfio_group_get_from_dev(dev);

	if (group === null)
		return -ENODEV;
	switch (type) {
	case VFIO_IOMMU_NOTIFY:
		return vfio_register_iommu_notifier(group, events, nb);
	case VFIO_GROUP_NOTIFY:
		return vfio_register_group_notifier(group, events, nb);
	default:
		return -EINVAL;
	}
}

/**
 * vfio_unregister_notifier - undo vfio_register_notifier()
 *
 * Return: 0; -ENODEV when the device is not VFIO's, -ENOENT, -EINVAL.
 */
export function vfio_unregister_notifier(
	dev: device, type: number, nb: notifier_block,
): number {
	const group = vfio_group_get_from_dev(dev);

	if (group === null)
		return -ENODEV;
	switch (type) {
	case VFIO_IOMMU_NOTIFY:
		return group.container === null ? -EINVAL :
			blocking_notifier_chain_unregister(group.container.notifier, nb);
	case VFIO_GROUP_NOTIFY:
		return blocking_notifier_chain_unregister(group.notifier, nb);
	default:
		return -EINVAL;
	}
}
