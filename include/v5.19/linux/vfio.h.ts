/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO as Linux 5.19 had it: that of 6.0, but drivers pin by page frame numbers
 * and hear of unmappings by notifier, as they had since 5.10.
 *
 * Modelled on include/linux/vfio.h of Linux 5.19.
 */
export * from "../../v6.0/linux/vfio.h.ts";
export {
	VFIO_IOMMU_NOTIFY, VFIO_IOMMU_NOTIFY_DMA_UNMAP, vfio_iommu_type1_dma_unmap,
} from "../../v5.10/linux/vfio.h.ts";
export {
	vfio_pin_pages, vfio_register_emulated_iommu_dev, vfio_register_notifier, vfio_unpin_pages,
	vfio_unregister_notifier,
} from "../../../drivers/v5.19/vfio/vfio.ts";
