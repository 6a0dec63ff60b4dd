/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO as Linux 5.17 and 5.18 had it: a driver's object as in 5.19, but pages and
 * notifiers are asked for by the device, and the guest is told by notifier, all as
 * in 5.10.
 *
 * Modelled on include/linux/vfio.h of Linux 5.17.
 */
export * from "../../v6.0/linux/vfio.h.ts";
export {
	VFIO_GROUP_NOTIFY, VFIO_GROUP_NOTIFY_SET_KVM, VFIO_IOMMU_NOTIFY,
	VFIO_IOMMU_NOTIFY_DMA_UNMAP, vfio_iommu_type1_dma_unmap, vfio_pin_pages,
	vfio_register_notifier, vfio_unpin_pages, vfio_unregister_notifier,
} from "../../v5.10/linux/vfio.h.ts";
export { vfio_register_emulated_iommu_dev } from "../../v5.19/linux/vfio.h.ts";
