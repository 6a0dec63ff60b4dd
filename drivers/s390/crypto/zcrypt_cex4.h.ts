/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Copyright IBM Corp. 2012
 * Author(s): Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_cex4.h, Linux 6.12.
 */
export { zcrypt_cex4_exit, zcrypt_cex4_init } from "./zcrypt_cex4.ts";
