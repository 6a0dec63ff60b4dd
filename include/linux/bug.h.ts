/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a kernel does when something is wrong: WARN goes on, BUG does not.
 */
import { early_initcall } from "./init.h.ts";
import { printk } from "./printk.h.ts";
import { tracepoint } from "./tracepoint.h.ts";

/** trace_warn - a WARN fired; the finished message */
export const trace_warn = new tracepoint<[message: string]>();

/* Formats of WARN_ONCE() that have fired since boot. */
const warned = new Set<string>();

/*
 * WARN_ONCE() warns each time unless the machine says otherwise: a test, a
 * trace or a scenario wants to see the second one too.
 */
let once = false;

/** set_warn_once - whether WARN_ONCE() warns but once a boot */
export function set_warn_once(value: boolean): void {
	once = value;
}

early_initcall(() => warned.clear());

export type crash_kind = "oops" | "hang" | "deadlock" | "BUG";

/**
 * class kernel_crash - the simulated kernel cannot go on
 * @kind: "oops" (bad pointer), "hang" (endless walk), "deadlock" (a lock that
 *	  will never come), "BUG"
 *
 * The only thing that drivers/ and include/ ever throw. Whoever called into the
 * kernel catches it; the machine needs a reboot afterwards.
 */
export class kernel_crash extends Error {
	kind: crash_kind;

	constructor(kind: crash_kind, message: string) {
		super(message);
		this.name = "kernel_crash";
		this.kind = kind;
	}
}

/** BUG - stop the kernel */
export function BUG(message: string): never {
	throw new kernel_crash("BUG", message);
}

/** BUG_ON - stop the kernel if @condition holds */
export function BUG_ON(condition: boolean, message: string): void {
	if (condition)
		BUG(message);
}

/**
 * WARN - log a warning if @condition holds
 * @fmt: printf format and its arguments
 *
 * Return: @condition.
 */
export function WARN(condition: boolean, fmt: string, ...args: unknown[]): boolean {
	if (condition) {
		const record = printk("warn", fmt, args);

		record.warn = true;
		if (trace_warn.enabled)
			trace_warn.emit(record.text);
	}
	return condition;
}

/** WARN_ON - WARN() with nothing to say but where it stands */
export function WARN_ON(condition: boolean): boolean {
	return condition ? WARN(true, "WARNING: condition that should never hold") : false;
}

/** WARN_ON_ONCE - WARN_ON(): no two of them can be told apart here */
export const WARN_ON_ONCE = WARN_ON;

/** WARN_ONCE - WARN() the first time only, where the machine is set so */
export function WARN_ONCE(condition: boolean, fmt: string, ...args: unknown[]): boolean {
	if (condition && !(once && warned.has(fmt))) {
		warned.add(fmt);
		WARN(true, fmt, ...args);
	}
	return condition;
}
