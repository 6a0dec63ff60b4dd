/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Device tables: what a driver says it can drive.
 *
 * Source: include/linux/mod_devicetable.h, Linux 6.12.
 */

/** AP_DEVICE_ID_MATCH_CARD_TYPE - the entry is for cards of @dev_type */
export const AP_DEVICE_ID_MATCH_CARD_TYPE = 0x01;
/** AP_DEVICE_ID_MATCH_QUEUE_TYPE - the entry is for queues of @dev_type */
export const AP_DEVICE_ID_MATCH_QUEUE_TYPE = 0x02;

/**
 * struct ap_device_id - an entry of an AP driver's table
 * @match_flags: which of the two it is for; 0 ends a table
 * @dev_type: the AP device type, as AP_DEVICE_TYPE_CEX8
 */
export interface ap_device_id {
	match_flags: number;
	dev_type: number;
}
