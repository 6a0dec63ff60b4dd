/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Access rights of a mapping.
 *
 * Source: include/linux/iommu.h, Linux 6.12.
 */
export const IOMMU_READ = 1 << 0;
export const IOMMU_WRITE = 1 << 1;
