// SPDX-License-Identifier: GPL-2.0-only
/*
 * What replay needs of a machine with a driver on it. lab.ts is the implementation, on
 * the simulated machine; the vocabulary of operations and events is the trace format's (TRACE.md).
 */
import type { host_config, masks, op } from "../scenario/model.ts";

/** An event as a trace writes it: ["zapq", "04.0004"], ["apcb", "m0", [4], [71], []], ... */
export type lab_event = [string, ...(string | number | number[])[]];

/**
 * struct decision - what the driver decided about a part of a guest's matrix, and why
 * @mdev: whose guest
 * @unit: what it decided about
 * @id: that adapter's or domain's number
 * @verdict: "filtered" (left out by a filter), "unplugged" (taken from a guest that had it),
 *           "plugged" (given)
 * @queue: the queue that decided it, "AA.DDDD", or null
 * @cause: in the driver's own terms, e.g. "05.0054 is not bound"
 * @func, @file: where in the driver's text
 * @patch: the patch or release that part of the text is from: "v11 08/14", "Linux 6.12"
 * @message_id: that patch's Message-Id, or null
 */
export interface decision {
	mdev: string;
	unit: "adapter" | "domain";
	id: number;
	verdict: "filtered" | "unplugged" | "plugged";
	queue: string | null;
	cause: string;
	func: string;
	file: string;
	patch: string;
	message_id: string | null;
}

/**
 * struct lab_result - what an operation did
 * @rc: the returned value; without meaning if @crash is set
 * @crash: the machine's watchdog (hang) or oops (fault) ended the operation
 * @out: a show's text, or GR1 after pqap ("0x..."); null otherwise
 * @ev: what happened, in order
 * @lk: the locks taken and released, as a trace writes them
 * @decisions: what the driver decided, in order; only of a lab that explains
 */
export interface lab_result {
	rc: number;
	crash: "hang" | "fault" | null;
	out: string | null;
	ev: lab_event[];
	lk: string;
	decisions: decision[];
}

/**
 * struct boot_options - the machine a scenario asks for
 * @apmask, @aqmask: the adapters and domains of the default drivers
 * @memory: what uninitialised memory is filled with
 * @kasan: watch freed memory, and what is behind an allocation
 * @secure_execution: the host is a Secure Execution guest itself
 * @dev_set_locks: the locks of an operation have VFIO's dev_set->lock among them, where a device
 *		   is made or opened
 * @low_memory: what is read through a null pointer: zeros (as on the real machine) or a fault
 * @explain: watch what the driver decides, which takes its time
 */
export interface boot_options {
	host: host_config;
	apmask: number[];
	aqmask: number[];
	memory: "zero" | "ones" | "pattern";
	kasan?: boolean;
	secure_execution?: boolean;
	dev_set_locks?: boolean;
	low_memory?: "zero" | "fault";
	explain?: boolean;
}

/**
 * struct lab - a booted machine with one driver loaded
 * @run: does one operation (never "bound" or "mdev", which replay takes apart); @fail_nth makes
 *       its n-th allocation fail (0: none)
 * @allocations: how many the last operation had, if none of them was the n-th; else null
 * @matrix, @shadow: matrix_mdev->matrix and ->shadow_apcb; null if there is no such mdev
 * @apcb: the CRYCB's masks of the guest that opened @mdev; null without a guest
 * @linked: the queues in the mdev's queue hash, ascending
 * @queues: the queues of the host that vfio_ap may drive (not the default drivers', not too
 *          old), ascending
 * @bound: the queues bound to vfio_ap, ascending
 * @log: the kernel log since boot, mdevs by their names in the scenario
 * @carried: by mdev, what was read from its migration streams, where that can be read
 * @while_waiting: what happens while an operation waits for a guest to close its device; null: the
 *                 guest closes it at once. What the operation has done by then is handed over; it
 *                 goes on when the function returns, and the guest closes the device if that did
 *                 not.
 * @power_off: switches the machine off as it is; the next one to boot finds nothing of it
 */
export interface lab {
	run(op: op, fail_nth: number): lab_result;
	allocations?: number | null;
	matrix(mdev: string): masks | null;
	shadow(mdev: string): masks | null;
	apcb(mdev: string): masks | null;
	linked(mdev: string): string[];
	queues(): string[];
	bound(): string[];
	log(): string[];
	carried?: Map<string, string>;
	while_waiting: ((so_far: lab_result) => void) | null;
	power_off(): void;
}

/**
 * struct lab_driver - a driver that can be loaded
 * @label: "v11", "v6.12", ...
 * @source: where its text is from: a Message-Id or a kernel version
 * @default: whether it is among those that are meant when none is named
 */
export interface lab_driver {
	label: string;
	source: string;
	default: boolean;
}
