// SPDX-License-Identifier: GPL-2.0-only
/*
 * A machine for the tests of this folder: adapters 4 and 5, domains 4 and 0x47,
 * the default drivers, and nobody else.
 */
import { do_initcalls } from "#linux/init.h";
import { put_device } from "#linux/device.h";
import { AP_MKQID } from "#asm/ap.h";
import { sysfs_read, sysfs_write } from "../../../../drivers/base/sysfs.ts";
import {
	ap_get_qdev, ap_message, ap_queue_message, type ap_queue,
} from "../../../../drivers/s390/crypto/ap_bus.h.ts";
import {
	ap_hw_configure, ap_hw_power_on, ap_hw_set_adapter, type ap_mode,
} from "../../../../drivers/s390/sim/ap_hardware.ts";
import { syscall } from "../../../../drivers/s390/sim/syscall.ts";

export {
	zcrypt_cex4_exit, zcrypt_cex4_init,
} from "../../../../drivers/s390/crypto/zcrypt_cex4.h.ts";

/** DEV, DRV - where the AP bus's devices and drivers are */
export const DEV = "/sys/bus/ap/devices";
export const DRV = "/sys/bus/ap/drivers";

/** Milliseconds after which every queue has been looked at once more */
export const POLL = 40;

/** boot - power on with cards of @mode, and let the first scan run */
export function boot(mode: ap_mode = "cca"): void {
	ap_hw_power_on();
	ap_hw_configure({ apm: [4, 5], aqm: [4, 0x47], adm: [4, 0x47] });
	ap_hw_set_adapter(4, { mode });
	ap_hw_set_adapter(5, { mode });
	syscall("boot", do_initcalls);
}

/** show - the text of an attribute of a device */
export function show(device: string, name: string): string {
	const { rc, text } = sysfs_read(`${DEV}/${device}/${name}`);

	return rc < 0 ? String(rc) : text;
}

/** store - write an attribute of a device */
export function store(device: string, name: string, text: string): number {
	return sysfs_write(`${DEV}/${device}/${name}`, text);
}

/** bind, unbind - give a queue to cex4queue, or take it away */
export function bind(queue: string): number {
	return sysfs_write(`${DRV}/cex4queue/bind`, queue);
}

export function unbind(queue: string): number {
	return sysfs_write(`${DRV}/cex4queue/unbind`, queue);
}

/** queue_of - the queue of adapter @card and domain @domain, without a reference */
export function queue_of(card: number, domain: number): ap_queue {
	const aq = ap_get_qdev(AP_MKQID(card, domain))!;

	put_device(aq.ap_dev.device);
	return aq;
}

/** What came back: the message, its result, and whether with a reply */
export interface receipt {
	psmid: bigint;
	rc: number;
	reply: boolean;
}

/** request - a message that notes in @log what becomes of it */
export function request(psmid: bigint, log: receipt[]): ap_message {
	const msg = new ap_message();

	msg.psmid = psmid;
	msg.msg = new Uint8Array(16);
	msg.len = 16;
	msg.receive = (_aq, { rc }, reply) => {
		log.push({ psmid, rc, reply: reply !== null });
	};
	return msg;
}

/** send - put a message to a queue as a syscall does */
export function send(aq: ap_queue, msg: ap_message): number {
	return syscall("send", () => ap_queue_message(aq, msg));
}
