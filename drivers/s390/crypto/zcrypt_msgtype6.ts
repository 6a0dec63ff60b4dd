// SPDX-License-Identifier: GPL-2.0+
/*
 * zcrypt: the message families of coprocessors, CCA and EP11.
 *
 * Copyright IBM Corp. 2001, 2023
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
 * C: drivers/s390/crypto/zcrypt_msgtype6.c, Linux 6.12.
 */
import { zcrypt_msgtype_register, zcrypt_msgtype_unregister, zcrypt_ops } from "./zcrypt_api.h.ts";
import {
	MSGTYPE06_NAME, MSGTYPE06_VARIANT_DEFAULT, MSGTYPE06_VARIANT_EP11,
} from "./zcrypt_msgtype6.h.ts";

let zcrypt_msgtype6_ops: zcrypt_ops;
let zcrypt_msgtype6_ep11_ops: zcrypt_ops;

/**
 * zcrypt_msgtype6_init - make the families known
 *
 * C: drivers/s390/crypto/zcrypt_msgtype6.c, Linux 6.12
 */
export function zcrypt_msgtype6_init(): void {
	/* PORT: C's are initialised data, which a boot has fresh */
	zcrypt_msgtype6_ops = new zcrypt_ops(MSGTYPE06_NAME, MSGTYPE06_VARIANT_DEFAULT);
	zcrypt_msgtype6_ep11_ops = new zcrypt_ops(MSGTYPE06_NAME, MSGTYPE06_VARIANT_EP11);
	zcrypt_msgtype_register(zcrypt_msgtype6_ops);
	zcrypt_msgtype_register(zcrypt_msgtype6_ep11_ops);
}

/**
 * zcrypt_msgtype6_exit - the contrary
 *
 * C: drivers/s390/crypto/zcrypt_msgtype6.c, Linux 6.12
 */
export function zcrypt_msgtype6_exit(): void {
	zcrypt_msgtype_unregister(zcrypt_msgtype6_ops);
	zcrypt_msgtype_unregister(zcrypt_msgtype6_ep11_ops);
}
