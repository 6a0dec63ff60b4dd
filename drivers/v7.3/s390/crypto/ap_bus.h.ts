/* SPDX-License-Identifier: GPL-2.0+ */
/*
 * The AP bus of Linux 7.3, as its drivers see it.
 *
 * Copyright IBM Corp. 2006, 2023
 * Author(s): Cornelia Huck <cornelia.huck@de.ibm.com>
 *	      Martin Schwidefsky <schwidefsky@de.ibm.com>
 *	      Ralph Wuerthner <rwuerthn@de.ibm.com>
 *	      Felix Beck <felix.beck@de.ibm.com>
 *	      Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * C: drivers/s390/crypto/ap_bus.h, Linux 7.3, where it differs from Linux 6.12.
 */
export * from "../../../s390/crypto/ap_bus.h.ts";
export { ap_perms_mutex as ap_attr_mutex } from "../../../s390/crypto/ap_bus.h.ts";
export { ap_apqn_in_matrix_owned_by_def_drv, ap_owned_by_def_drv } from "./ap_bus.ts";
