/* SPDX-License-Identifier: GPL-2.0+ */
/*
 * zcrypt: the message families of coprocessors, CCA and EP11.
 *
 * Copyright IBM Corp. 2001, 2012
 * Author(s): Robert Burroughs
 *	      Eric Rossman (edrossma@us.ibm.com)
 *
 * Hotplug & misc device support: Jochen Roehrig (roehrig@de.ibm.com)
 * Major cleanup & driver split: Martin Schwidefsky <schwidefsky@de.ibm.com>
 * MSGTYPE restruct:		 Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_msgtype6.h, Linux 6.12.
 */
export const MSGTYPE06_NAME = "zcrypt_msgtype6";
export const MSGTYPE06_VARIANT_DEFAULT = 0;
export const MSGTYPE06_VARIANT_EP11 = 2;

export { zcrypt_msgtype6_exit, zcrypt_msgtype6_init } from "./zcrypt_msgtype6.ts";
