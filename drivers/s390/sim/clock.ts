/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The simulated clock: milliseconds since boot. It moves only when somebody
 * sleeps or a user lets time pass; nothing here reads the wall clock.
 */
import { early_initcall } from "#linux/init.h";
import { tracepoint } from "#linux/tracepoint.h";

/** trace_sleep - a task is about to let this many milliseconds pass */
export const trace_sleep = new tracepoint<[msecs: number]>();

interface alarm {
	at: number;
	fn: () => void;
}

let now = 0;
let alarms: alarm[] = [];

early_initcall(() => {
	now = 0;
	alarms = [];
});

/** clock_now - milliseconds since boot */
export function clock_now(): number {
	return now;
}

/**
 * clock_alarm - call a function at a time to come
 * @at: milliseconds since boot; those of one time are called in order of request
 * @fn: what to call
 *
 * Return: the function that takes the request back.
 */
export function clock_alarm(at: number, fn: () => void): () => void {
	const request = { at, fn };
	let i = alarms.length;

	while (i > 0 && alarms[i - 1].at > at)
		i--;
	alarms.splice(i, 0, request);
	return () => {
		alarms = alarms.filter((other) => other !== request);
	};
}

/**
 * advance_clock - let time pass
 * @msecs: how long, in milliseconds; alarms on the way go off at their time
 *
 * Return: whether there was one.
 */
export function advance_clock(msecs: number): boolean {
	const end = now + msecs;
	const rings = alarms.length !== 0 && alarms[0].at <= end;

	if (trace_sleep.enabled)
		trace_sleep.emit(msecs);
	while (alarms.length !== 0 && alarms[0].at <= end) {
		const { at, fn } = alarms.shift()!;

		now = Math.max(now, at);
		fn();
	}
	now = Math.max(now, end);
	return rings;
}
