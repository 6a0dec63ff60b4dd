/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel log. Records keep their format and arguments and are put into
 * words when somebody reads them: most never are.
 */
import { early_initcall } from "./init.h.ts";
import { vsnprintf } from "./sprintf.h.ts";

export type log_level = "err" | "warn" | "notice" | "info" | "debug";

const LOG_RECORDS = 4096;

/**
 * class log_record - one line of the log
 * @level: its level
 * @warn: it is a WARN, which a test must have expected
 */
export class log_record {
	level: log_level;
	warn = false;
	#fmt: string;
	#args: readonly unknown[];

	constructor(level: log_level, fmt: string, args: readonly unknown[]) {
		this.level = level;
		this.#fmt = fmt;
		this.#args = args;
	}

	/** the line, without its newline */
	get text(): string {
		return vsnprintf(this.#fmt, this.#args).replace(/\n$/, "");
	}
}

let log: log_record[] = [];

early_initcall(() => {
	log = [];
});

/** printk - add a record; the oldest half goes when the log is full */
export function printk(level: log_level, fmt: string, args: readonly unknown[]): log_record {
	const record = new log_record(level, fmt, args);

	if (log.length >= LOG_RECORDS)
		log = log.slice(LOG_RECORDS / 2);
	log.push(record);
	return record;
}

/** dmesg - the log since boot, oldest first */
export function dmesg(): readonly log_record[] {
	return log;
}

export function pr_err(fmt: string, ...args: unknown[]): void {
	printk("err", fmt, args);
}

export function pr_warn(fmt: string, ...args: unknown[]): void {
	printk("warn", fmt, args);
}

export function pr_notice(fmt: string, ...args: unknown[]): void {
	printk("notice", fmt, args);
}

export function pr_info(fmt: string, ...args: unknown[]): void {
	printk("info", fmt, args);
}

export function pr_debug(fmt: string, ...args: unknown[]): void {
	printk("debug", fmt, args);
}

/* Nothing limits the rate here: time stands still between operations. */
export const pr_notice_ratelimited = pr_notice;
