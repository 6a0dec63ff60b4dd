/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Adapter interrupts: whoever serves some registers a handler for an
 * interruption subclass and gets a local summary indicator, the byte that the
 * hardware sets.
 *
 * Source: arch/s390/include/asm/airq.h, drivers/s390/cio/airq.c, Linux 6.12.
 */
import { EINVAL } from "#linux/errno.h";
import { early_initcall } from "#linux/init.h";
import { MAX_ISC } from "./isc.h.ts";
import type { addressed } from "./page.h.ts";

/* Where the indicators lie: apart from guest memory, a doubleword each. */
const LSI_BASE = 0x1000n;
const LSI_SIZE = 8n;

/** class lsi_ptr - a summary indicator: its byte and its address */
export class lsi_ptr implements addressed {
	value = 0;
	address: bigint;

	constructor(address: bigint) {
		this.address = address;
	}
}

/**
 * class airq_struct - who serves an adapter interrupt
 * @handler: called when the indicator is set
 * @lsi_ptr: the indicator, from register_adapter_interrupt()
 * @isc: interruption subclass
 */
export class airq_struct {
	handler: (airq: airq_struct) => void;
	lsi_ptr: lsi_ptr | null = null;
	isc: number;

	constructor(handler: (airq: airq_struct) => void, isc: number) {
		this.handler = handler;
		this.isc = isc;
	}
}

let airqs: airq_struct[] = [];

early_initcall(() => {
	airqs = [];
});

/** register_adapter_interrupt - begin to serve; returns 0 or -EINVAL */
export function register_adapter_interrupt(airq: airq_struct): number {
	if (airq.isc > MAX_ISC)
		return -EINVAL;
	airq.lsi_ptr ??= new lsi_ptr(LSI_BASE + BigInt(airq.isc) * LSI_SIZE);
	airqs.push(airq);
	return 0;
}

/** unregister_adapter_interrupt - end it */
export function unregister_adapter_interrupt(airq: airq_struct): void {
	airq.lsi_ptr = null;
	airqs = airqs.filter((other) => other !== airq);
}

/** lsi_at - the indicator at an address, or null */
export function lsi_at(address: bigint): lsi_ptr | null {
	return airqs.find((airq) => airq.lsi_ptr!.address === address)?.lsi_ptr ?? null;
}

/**
 * do_airq_interrupt - an adapter interrupt of a subclass has come
 *
 * C: drivers/s390/cio/airq.c, Linux 6.12
 */
export function do_airq_interrupt(isc: number): void {
	for (const airq of airqs.filter((other) => other.isc === isc))
		if (airq.lsi_ptr!.value !== 0)
			airq.handler(airq);
}
