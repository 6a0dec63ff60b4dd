/* SPDX-License-Identifier: GPL-2.0+ */
/*
 * zcrypt: the message family of accelerators.
 *
 * Copyright IBM Corp. 2001, 2023
 * Author(s): Robert Burroughs
 *	      Eric Rossman (edrossma@us.ibm.com)
 *
 * Hotplug & misc device support: Jochen Roehrig (roehrig@de.ibm.com)
 * Major cleanup & driver split: Martin Schwidefsky <schwidefsky@de.ibm.com>
 * MSGTYPE restruct:		 Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_msgtype50.h, Linux 6.12.
 */
export const MSGTYPE50_NAME = "zcrypt_msgtype50";
export const MSGTYPE50_VARIANT_DEFAULT = 0;

export { zcrypt_msgtype50_exit, zcrypt_msgtype50_init } from "./zcrypt_msgtype50.ts";
