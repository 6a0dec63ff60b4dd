/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notifier chains: callbacks for an event, called in order of priority.
 *
 * Source: include/linux/notifier.h and kernel/notifier.c, Linux 6.12.
 */
import { EEXIST, ENOENT } from "./errno.h.ts";
import { down_read, down_write, rw_semaphore, up_read, up_write } from "./rwsem.h.ts";
import type { embedded } from "./types.h.ts";

export const NOTIFY_DONE = 0x0000;
export const NOTIFY_OK = 0x0001;
export const NOTIFY_STOP_MASK = 0x8000;
export const NOTIFY_BAD = NOTIFY_STOP_MASK | 0x0002;

/** notifier_fn_t - a callback; @data is what the event is about */
export type notifier_fn_t =
	(nb: notifier_block, action: number, data: object | null) => number;

/** class notifier_block - a callback's place in a chain */
export class notifier_block implements embedded {
	notifier_call: notifier_fn_t | null = null;
	priority = 0;
	container: object | null;

	constructor(container: object | null = null) {
		this.container = container;
	}
}

/** class blocking_notifier_head - a chain whose callbacks may sleep */
export class blocking_notifier_head {
	rwsem: rw_semaphore;
	head: notifier_block[] = [];

	constructor(name: string) {
		this.rwsem = new rw_semaphore(`(${name})->rwsem`);
	}
}

/** blocking_notifier_chain_register - returns 0, or -EEXIST for one that is in it */
export function blocking_notifier_chain_register(
	nh: blocking_notifier_head, nb: notifier_block,
): number {
	down_write(nh.rwsem);
	const known = nh.head.includes(nb);

	if (!known) {
		let at = nh.head.findIndex((other) => other.priority < nb.priority);

		if (at < 0)
			at = nh.head.length;
		nh.head.splice(at, 0, nb);
	}
	up_write(nh.rwsem);
	return known ? -EEXIST : 0;
}

/** blocking_notifier_chain_unregister - returns 0, or -ENOENT */
export function blocking_notifier_chain_unregister(
	nh: blocking_notifier_head, nb: notifier_block,
): number {
	down_write(nh.rwsem);
	const at = nh.head.indexOf(nb);

	if (at >= 0)
		nh.head.splice(at, 1);
	up_write(nh.rwsem);
	return at < 0 ? -ENOENT : 0;
}

/**
 * blocking_notifier_call_chain - tell all of a chain, until one says stop
 *
 * Return: what the last one called returned.
 */
export function blocking_notifier_call_chain(
	nh: blocking_notifier_head, action: number, data: object | null,
): number {
	let ret = NOTIFY_DONE;

	if (nh.head.length === 0)
		return ret;
	down_read(nh.rwsem);
	for (const nb of [...nh.head]) {
		ret = nb.notifier_call!(nb, action, data);
		if (ret & NOTIFY_STOP_MASK)
			break;
	}
	up_read(nh.rwsem);
	return ret;
}
