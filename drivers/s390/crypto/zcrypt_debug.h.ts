/* SPDX-License-Identifier: GPL-2.0 */
/*
 * zcrypt's debug area.
 *
 * Copyright IBM Corp. 2016
 * Author(s): Holger Dengler (hd@linux.vnet.ibm.com)
 *	      Harald Freudenberger <freude@de.ibm.com>
 *
 * C: drivers/s390/crypto/zcrypt_debug.h, Linux 6.12.
 */
import { debug_sprintf_event } from "#asm/debug.h";
import { zcrypt_dbf_info } from "./zcrypt_api.ts";

export const DBF_ERR = 3;	/* errors */
export const DBF_INFO = 5;	/* what happens */

/** ZCRYPT_DBF_MAX_SPRINTF_ARGS - arguments a message may have, with its format */
export const ZCRYPT_DBF_MAX_SPRINTF_ARGS = 6;

/** ZCRYPT_DBF_INFO - note what happens; @fmt and its arguments as for printf */
export function ZCRYPT_DBF_INFO(fmt: string, ...args: unknown[]): void {
	debug_sprintf_event(zcrypt_dbf_info, DBF_INFO, fmt, ...args);
}
