// SPDX-License-Identifier: GPL-2.0-only
/*
 * VFIO core of Linux 5.19: devices as in 6.0, pages and notifiers as in 5.10, but
 * asked for by the vfio_device.
 *
 * Copyright (C) 2012 Red Hat, Inc.  All rights reserved.
 *     Author: Alex Williamson <alex.williamson@redhat.com>
 *
 * Modelled on drivers/vfio/vfio.c of Linux 5.19: it behaves as the traces need it,
 * and was not compared with the C text.
 */
import type { notifier_block } from "#linux/notifier.h";
import type { out } from "#linux/types.h";
import type { vfio_device } from "#linux/vfio.h";
import * as v5_10 from "../../v5.10/vfio/vfio.ts";
import * as v6_0 from "../../v6.0/vfio/vfio_main.ts";
import { vfio_device_fops } from "../../vfio/vfio_main.ts";
import type { vfio_group_fops } from "../../vfio/vfio.h.ts";

const notifying_fops: vfio_group_fops = {
	...vfio_device_fops, dma_unmap: v5_10.vfio_notify_dma_unmap,
};

/**
 * vfio_register_emulated_iommu_dev - let userspace have a device without an IOMMU
 * @device: the device
 *
 * Return: 0 or -ENOMEM.
 */
export function vfio_register_emulated_iommu_dev(device: vfio_device): number {
	return v6_0.vfio_register_emulated_iommu_dev(device, notifying_fops);
}

/** vfio_pin_pages - pin guest pages; as in 5.10, of a vfio_device */
export function vfio_pin_pages(
	device: vfio_device, user_pfn: readonly bigint[], npage: number, prot: number,
	phys_pfn: bigint[],
): number {
	return v5_10.vfio_pin_pages(device.dev!, user_pfn, npage, prot, phys_pfn);
}

/** vfio_unpin_pages - give guest pages back; as in 5.10, of a vfio_device */
export function vfio_unpin_pages(
	device: vfio_device, user_pfn: readonly bigint[], npage: number,
): number {
	return v5_10.vfio_unpin_pages(device.dev!, user_pfn, npage);
}

/** vfio_register_notifier - hear of unmappings; as in 5.10, of a vfio_device */
export function vfio_register_notifier(
	device: vfio_device, type: number, events: out<number>, nb: notifier_block,
): number {
	return v5_10.vfio_register_notifier(device.dev!, type, events, nb);
}

/** vfio_unregister_notifier - undo vfio_register_notifier() */
export function vfio_unregister_notifier(
	device: vfio_device, type: number, nb: notifier_block,
): number {
	return v5_10.vfio_unregister_notifier(device.dev!, type, nb);
}
