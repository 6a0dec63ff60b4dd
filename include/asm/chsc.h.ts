/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events from the channel subsystem. The one that matters here says that the AP
 * configuration has changed.
 *
 * Source: arch/s390/include/asm/chsc.h, drivers/s390/cio/chsc.c, Linux 6.12.
 */
import { early_initcall } from "#linux/init.h";
import {
	blocking_notifier_call_chain, blocking_notifier_chain_register,
	blocking_notifier_chain_unregister, blocking_notifier_head, type notifier_block,
} from "#linux/notifier.h";

/** CHSC_NOTIFY_AP_CFG - the AP configuration has changed */
export const CHSC_NOTIFY_AP_CFG = 3;

let chsc_notifiers: blocking_notifier_head;

early_initcall(() => {
	chsc_notifiers = new blocking_notifier_head("&chsc_notifiers");
});

/** chsc_notifier_register - hear of events; returns 0 or -EEXIST */
export function chsc_notifier_register(nb: notifier_block): number {
	return blocking_notifier_chain_register(chsc_notifiers, nb);
}

/** chsc_notifier_unregister - hear of them no longer; returns 0 or -ENOENT */
export function chsc_notifier_unregister(nb: notifier_block): number {
	return blocking_notifier_chain_unregister(chsc_notifiers, nb);
}

/** chsc_ap_cfg_chg - the machine says that its AP configuration has changed */
export function chsc_ap_cfg_chg(): void {
	blocking_notifier_call_chain(chsc_notifiers, CHSC_NOTIFY_AP_CFG, null);
}
