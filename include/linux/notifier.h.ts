/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Notifier chains: who wants to hear of something, in order of registration.
 *
 * Source: include/linux/notifier.h, Linux 6.12 (without priorities).
 */
export const NOTIFY_DONE = 0x0000;	/* does not care */
export const NOTIFY_OK = 0x0001;	/* suits it */

/** class notifier_block - one listener */
export class notifier_block {
	notifier_call: (nb: notifier_block, action: number, data: unknown) => number;

	constructor(call: (nb: notifier_block, action: number, data: unknown) => number) {
		this.notifier_call = call;
	}
}

/** class blocking_notifier_head - a chain */
export class blocking_notifier_head {
	list: notifier_block[] = [];
}

export function blocking_notifier_chain_register(
	nh: blocking_notifier_head, nb: notifier_block,
): number {
	nh.list.push(nb);
	return 0;
}

export function blocking_notifier_chain_unregister(
	nh: blocking_notifier_head, nb: notifier_block,
): number {
	nh.list = nh.list.filter((other) => other !== nb);
	return 0;
}

/** blocking_notifier_call_chain - tell all; returns what the last one said */
export function blocking_notifier_call_chain(
	nh: blocking_notifier_head, action: number, data: unknown,
): number {
	let ret = NOTIFY_DONE;

	for (const nb of nh.list)
		ret = nb.notifier_call(nb, action, data);
	return ret;
}
