/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Adapter interrupts: whoever serves some registers a handler for an
 * interruption subclass and gets a local summary indicator, the byte that the
 * hardware sets.
 *
 * Source: arch/s390/include/asm/airq.h, drivers/s390/cio/airq.c, Linux 6.12.
 */
import { EINVAL } from "#linux/errno.h";
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

/** register_adapter_interrupt - begin to serve; returns 0 or -EINVAL */
export function register_adapter_interrupt(airq: airq_struct): number {
	if (airq.isc > MAX_ISC)
		return -EINVAL;
	airq.lsi_ptr ??= new lsi_ptr(LSI_BASE + BigInt(airq.isc) * LSI_SIZE);
	return 0;
}

/** unregister_adapter_interrupt - end it */
export function unregister_adapter_interrupt(airq: airq_struct): void {
	airq.lsi_ptr = null;
}
