/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lowcore: what the CPU keeps at address 0, where a null pointer points.
 *
 * Source: arch/s390/include/asm/lowcore.h, Linux 6.12.
 */
export { low_memory, set_low_memory } from "../../drivers/s390/sim/lowcore.ts";
