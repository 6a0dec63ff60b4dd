// SPDX-License-Identifier: GPL-2.0+
/*
 * zcrypt: the message family of accelerators.
 *
 * Copyright IBM Corp. 2001, 2012
 * Author(s): Robert Burroughs
 *	      Eric Rossman (edrossma@us.ibm.com)
 *
 * Hotplug & misc device support: Jochen Roehrig (roehrig@de.ibm.com)
 * Major cleanup & driver split: Martin Schwidefsky <schwidefsky@de.ibm.com>
 *				 Ralph Wuerthner <rwuerthn@de.ibm.com>
 * MSGTYPE restruct:		 Holger Dengler <hd@linux.vnet.ibm.com>
 *
 * PORT: all but the registration is left out: nobody sends requests here.
 *
 * C: drivers/s390/crypto/zcrypt_msgtype50.c, Linux 6.12.
 */
import { zcrypt_msgtype_register, zcrypt_msgtype_unregister, zcrypt_ops } from "./zcrypt_api.h.ts";
import { MSGTYPE50_NAME, MSGTYPE50_VARIANT_DEFAULT } from "./zcrypt_msgtype50.h.ts";

let zcrypt_msgtype50_ops: zcrypt_ops;

/**
 * zcrypt_msgtype50_init - make the family known
 *
 * C: drivers/s390/crypto/zcrypt_msgtype50.c, Linux 6.12
 */
export function zcrypt_msgtype50_init(): void {
	/* PORT: C's is initialised data, which a boot has fresh */
	zcrypt_msgtype50_ops = new zcrypt_ops(MSGTYPE50_NAME, MSGTYPE50_VARIANT_DEFAULT);
	zcrypt_msgtype_register(zcrypt_msgtype50_ops);
}

/**
 * zcrypt_msgtype50_exit - the contrary
 *
 * C: drivers/s390/crypto/zcrypt_msgtype50.c, Linux 6.12
 */
export function zcrypt_msgtype50_exit(): void {
	zcrypt_msgtype_unregister(zcrypt_msgtype50_ops);
}
