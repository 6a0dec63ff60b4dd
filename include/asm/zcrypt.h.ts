/* SPDX-License-Identifier: GPL-2.0+ WITH Linux-syscall-note */
/*
 * Limits of the zcrypt interface to userspace.
 *
 * Copyright IBM Corp. 2001, 2022
 * Author(s): Robert Burroughs
 *	      Eric Rossman (edrossma@us.ibm.com)
 *
 * C: include/uapi/asm/zcrypt.h, Linux 6.12.
 */
export const MAX_ZDEV_CARDIDS_EXT = 256;
export const MAX_ZDEV_DOMAINS_EXT = 256;
export const MAX_ZDEV_ENTRIES_EXT = MAX_ZDEV_CARDIDS_EXT * MAX_ZDEV_DOMAINS_EXT;

/** AUTOSEL_DOM - any domain of a card */
export const AUTOSEL_DOM = 0xffff;
