/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * VFIO as Linux 7.3 has it: a vfio-ap device has a second interrupt.
 *
 * Copyright (C) 2012 Red Hat, Inc.  All rights reserved.
 *     Author: Alex Williamson <alex.williamson@redhat.com>
 *
 * C: include/linux/vfio.h and include/uapi/linux/vfio.h, Linux 7.3, where they differ
 *    from Linux 6.12.
 */
export * from "../../linux/vfio.h.ts";

/** Interrupts of a vfio-ap device: 1 says that the guest's AP configuration changed */
export const VFIO_AP_CFG_CHG_IRQ_INDEX = 1;
export const VFIO_AP_NUM_IRQS = 2;
