/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Debug feature of the driver.
 *
 * Copyright IBM Corp. 2022
 *
 * Author(s): Tony Krowiak <akrowiak@linux.ibm.com>
 */
import { debug_sprintf_event } from "#asm/debug.h";
import { vfio_ap_dbf_info } from "./vfio_ap_drv.ts";

export const DBF_ERR = 3;	/* something went wrong */
export const DBF_WARN = 4;	/* something is suspicious */
export const DBF_INFO = 5;	/* of general interest */
export const DBF_DEBUG = 6;	/* for debugging only */

export const DBF_MAX_SPRINTF_ARGS = 10;

/** VFIO_AP_DBF_ERR - note an error; @fmt and its arguments as for printf */
export function VFIO_AP_DBF_ERR(fmt: string, ...args: unknown[]): void {
	debug_sprintf_event(vfio_ap_dbf_info, DBF_ERR, fmt, ...args);
}

/** VFIO_AP_DBF_WARN - note a warning */
export function VFIO_AP_DBF_WARN(fmt: string, ...args: unknown[]): void {
	debug_sprintf_event(vfio_ap_dbf_info, DBF_WARN, fmt, ...args);
}

/** VFIO_AP_DBF_INFO - note something of interest */
export function VFIO_AP_DBF_INFO(fmt: string, ...args: unknown[]): void {
	debug_sprintf_event(vfio_ap_dbf_info, DBF_INFO, fmt, ...args);
}

/** VFIO_AP_DBF_DBG - note something for debugging */
export function VFIO_AP_DBF_DBG(fmt: string, ...args: unknown[]): void {
	debug_sprintf_event(vfio_ap_dbf_info, DBF_DEBUG, fmt, ...args);
}

export { vfio_ap_dbf_info };
