/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO as Linux 6.0 had it: the driver allocates and frees the object itself.
 *
 * Modelled on include/linux/vfio.h of Linux 6.0.
 */
export * from "../../linux/vfio.h.ts";
export {
	vfio_init_group_dev, vfio_register_emulated_iommu_dev, vfio_uninit_group_dev,
	vfio_unregister_group_dev,
} from "../../../drivers/v6.0/vfio/vfio_main.ts";
