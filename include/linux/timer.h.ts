/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Timers: a function to be called at a tick to come, on the simulated clock.
 *
 * A timer that is moved to a later tick keeps its alarm: when that goes off too
 * early it is set again. Most timers guard against something that does not
 * happen, and are moved at each sign of life.
 */
import { clock_alarm } from "../../drivers/s390/sim/clock.ts";
import { jiffies, jiffies_to_msecs } from "./jiffies.h.ts";
import type { embedded } from "./types.h.ts";

export type timer_function = (t: timer_list) => void;

/**
 * class timer_list
 * @expires: when it goes off, in ticks
 * @function: what it calls then
 * @flags: as timer_setup() got them; none makes a difference here
 * @container: the struct it is embedded in
 */
export class timer_list implements embedded {
	expires = 0;
	function: timer_function | null = null;
	flags = 0;
	container: object | null;
	#cancel: (() => void) | null = null;
	#alarm = 0;

	constructor(container: object | null = null) {
		this.container = container;
	}

	/* Is it to go off? */
	get pending(): boolean {
		return this.#cancel !== null;
	}

	start(expires: number): void {
		this.expires = expires;
		if (this.#cancel !== null && this.#alarm <= expires)
			return;
		this.stop();
		timer_list.#set_alarm(this);
	}

	stop(): void {
		this.#cancel?.();
		this.#cancel = null;
	}

	/* Private methods of an instance would cost each timer a field. */
	static #set_alarm(timer: timer_list): void {
		timer.#alarm = timer.expires;
		timer.#cancel = clock_alarm(jiffies_to_msecs(timer.expires),
			() => timer_list.#ring(timer));
	}

	static #ring(timer: timer_list): void {
		timer.#cancel = null;
		if (timer.expires > timer.#alarm)
			timer_list.#set_alarm(timer);
		else
			timer.function!(timer);
	}
}

/** timer_setup - prepare @timer to call @callback; it is not yet to go off */
export function timer_setup(timer: timer_list, callback: timer_function, flags: number): void {
	timer.function = callback;
	timer.flags = flags;
}

/** from_timer - the struct of class @type that @timer is embedded in as @member */
export function from_timer<T extends object>(
	type: abstract new (...args: never[]) => T, timer: timer_list, member: keyof T,
): T {
	return timer.container as T;
}

/**
 * mod_timer - let @timer go off at @expires, whether it was to go off or not
 * @expires: in ticks; one that is past goes off as soon as time moves
 *
 * Return: 1 if it was to go off before, else 0.
 */
export function mod_timer(timer: timer_list, expires: number): number {
	const pending = timer.pending;

	timer.start(Math.max(expires, jiffies.now));
	return pending ? 1 : 0;
}

/** timer_delete - let @timer not go off; returns 1 if it was to, else 0 */
export function timer_delete(timer: timer_list): number {
	const pending = timer.pending;

	timer.stop();
	return pending ? 1 : 0;
}

/* Nothing runs beside the caller, so there is nobody to wait for. */
export const del_timer_sync = timer_delete;
