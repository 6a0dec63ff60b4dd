/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO as Linux 5.10 had it: drivers pin by page frame numbers, and hear of the
 * guest and of unmappings by notifier.
 *
 * Copyright (C) 2012 Red Hat, Inc.  All rights reserved.
 *     Author: Alex Williamson <alex.williamson@redhat.com>
 *
 * Modelled on include/linux/vfio.h and include/uapi/linux/vfio.h of Linux 5.10.
 */
import type { user_ptr } from "../../linux/uaccess.h.ts";

/**
 * struct vfio_device_ops - what a driver of VFIO devices does
 * @open: a descriptor was opened
 * @release: it was closed
 * @ioctl: a call on it
 * @request: the device is wanted back; @count times asked before
 */
export interface vfio_device_ops {
	name: string;
	open: (device_data: unknown) => number;
	release: (device_data: unknown) => void;
	ioctl: (device_data: unknown, cmd: number, arg: user_ptr) => number;
	request?: (device_data: unknown, count: number) => void;
}

/* Kinds of notifiers */
export const VFIO_IOMMU_NOTIFY = 0;
export const VFIO_GROUP_NOTIFY = 1;

/* Events of VFIO_IOMMU_NOTIFY; those of the other kind begin at 1 again */
export const VFIO_IOMMU_NOTIFY_DMA_UNMAP = 1 << 0;

/**
 * class vfio_iommu_type1_dma_unmap - what VFIO_IOMMU_NOTIFY_DMA_UNMAP is about
 * @iova: the first guest address
 * @size: in bytes
 */
export class vfio_iommu_type1_dma_unmap {
	argsz = 0;
	flags = 0;
	iova = 0n;
	size = 0n;
}

export {
	VFIO_DEVICE_API_AP_STRING, VFIO_DEVICE_FLAGS_AP, VFIO_DEVICE_FLAGS_RESET,
	VFIO_DEVICE_GET_INFO, VFIO_DEVICE_RESET, vfio_device_info,
} from "../../linux/vfio.h.ts";
export { VFIO_GROUP_NOTIFY_SET_KVM } from "../../../drivers/vfio/group.ts";
export {
	vfio_pin_pages, vfio_register_notifier, vfio_unpin_pages, vfio_unregister_notifier,
} from "../../../drivers/v5.10/vfio/vfio.ts";
