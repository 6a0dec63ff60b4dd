/* SPDX-License-Identifier: GPL-2.0 */
import { advance_clock } from "../../drivers/s390/sim/clock.ts";

/** msleep - let @msecs milliseconds of simulated time pass */
export function msleep(msecs: number): void {
	advance_clock(msecs);
}
