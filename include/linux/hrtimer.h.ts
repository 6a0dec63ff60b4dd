/* SPDX-License-Identifier: GPL-2.0 */
/*
 * High resolution timers: times are in nanoseconds of the simulated clock.
 *
 * Source: include/linux/hrtimer.h, Linux 6.12.
 */
import { clock_alarm, clock_now } from "../../drivers/s390/sim/clock.ts";

export type ktime_t = number;

export const HRTIMER_NORESTART = 0;
export const HRTIMER_RESTART = 1;

const NSEC_PER_MSEC = 1000000;

/**
 * class hrtimer
 * @function: what it calls; says whether to start again at its new time
 * @expires: when, in nanoseconds since boot
 */
export class hrtimer {
	function: ((timer: hrtimer) => number) | null = null;
	expires: ktime_t = 0;
	cancel: (() => void) | null = null;
}

/** hrtimer_init - prepare @timer; it is not to go off yet */
export function hrtimer_init(timer: hrtimer): void {
	timer.function = null;
	timer.expires = 0;
	timer.cancel = null;
}

/** hrtimer_is_queued - whether it is to go off */
export function hrtimer_is_queued(timer: hrtimer): boolean {
	return timer.cancel !== null;
}

export function hrtimer_set_expires(timer: hrtimer, time: ktime_t): void {
	timer.expires = time;
}

/** hrtimer_forward_now - move its time to the next multiple of @interval from it to come */
export function hrtimer_forward_now(timer: hrtimer, interval: ktime_t): number {
	const now = clock_now() * NSEC_PER_MSEC;

	if (timer.expires > now)
		return 0;
	const overrun = Math.floor((now - timer.expires) / interval) + 1;

	timer.expires += overrun * interval;
	return overrun;
}

/** hrtimer_start_expires - let it go off at its time; one that is past, as soon as time moves */
export function hrtimer_start_expires(timer: hrtimer): void {
	timer.cancel?.();
	timer.cancel = clock_alarm(timer.expires / NSEC_PER_MSEC, () => {
		timer.cancel = null;
		if (timer.function!(timer) === HRTIMER_RESTART)
			hrtimer_start_expires(timer);
	});
}

export const hrtimer_restart = hrtimer_start_expires;

/** hrtimer_cancel - let it not go off; returns 1 if it was to, else 0 */
export function hrtimer_cancel(timer: hrtimer): number {
	if (timer.cancel === null)
		return 0;
	timer.cancel();
	timer.cancel = null;
	return 1;
}
