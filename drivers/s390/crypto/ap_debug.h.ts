/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The AP bus's debug area.
 *
 * Copyright IBM Corp. 2016
 * Author(s): Harald Freudenberger <freude@de.ibm.com>
 *
 * C: drivers/s390/crypto/ap_debug.h, Linux 6.12.
 */
import { debug_sprintf_event } from "#asm/debug.h";
import { ap_dbf_info } from "./ap_bus.ts";

export const DBF_ERR = 3;	/* errors */
export const DBF_WARN = 4;	/* what may become one */
export const DBF_INFO = 5;	/* what happens */
export const DBF_DEBUG = 6;	/* for debugging only */

/** RC2ERR - level of a message about a result that may be an error */
export function RC2ERR(rc: number): number {
	return rc ? DBF_ERR : DBF_INFO;
}

/** RC2WARN - level of a message about a result that may call for a warning */
export function RC2WARN(rc: number): number {
	return rc ? DBF_WARN : DBF_INFO;
}

/** AP_DBF_MAX_SPRINTF_ARGS - arguments a message may have, with its format */
export const AP_DBF_MAX_SPRINTF_ARGS = 6;

/** AP_DBF - note an event at @level */
export function AP_DBF(level: number, fmt: string, ...args: unknown[]): void {
	debug_sprintf_event(ap_dbf_info, level, fmt, ...args);
}

export function AP_DBF_ERR(fmt: string, ...args: unknown[]): void {
	debug_sprintf_event(ap_dbf_info, DBF_ERR, fmt, ...args);
}

export function AP_DBF_WARN(fmt: string, ...args: unknown[]): void {
	debug_sprintf_event(ap_dbf_info, DBF_WARN, fmt, ...args);
}

export function AP_DBF_INFO(fmt: string, ...args: unknown[]): void {
	debug_sprintf_event(ap_dbf_info, DBF_INFO, fmt, ...args);
}
