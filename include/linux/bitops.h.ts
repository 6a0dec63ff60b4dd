/* SPDX-License-Identifier: GPL-2.0 */
export * from "#asm/bitops.h";
