/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Kernel time in ticks, a hundred a second as s390 is configured, counted from
 * the boot of the simulated machine.
 */
import { clock_now } from "../../drivers/s390/sim/clock.ts";

/** HZ - ticks a second */
export const HZ = 100;

const MSECS_PER_JIFFY = 1000 / HZ;

/** jiffies - the present tick, in @now: C's variable, which moves by itself */
export const jiffies = {
	get now(): number {
		return Math.floor(clock_now() / MSECS_PER_JIFFY);
	},
};

/** jiffies_to_msecs - @j ticks in milliseconds */
export function jiffies_to_msecs(j: number): number {
	return j * MSECS_PER_JIFFY;
}
