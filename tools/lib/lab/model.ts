// SPDX-License-Identifier: GPL-2.0-only
/*
 * What replay needs of a machine with a driver. lab.ts implements it on the simulated machine.
 * Operations and events have the vocabulary of the trace format (Documentation/traces.md).
 */
import type { host_config, masks, op } from "../scenario/model.ts";

/** An event in the form of a trace: ["zapq", "04.0004"], ["apcb", "m0", [4], [71], []], ... */
export type lab_event = [string, ...(string | number | number[])[]];

/**
 * struct decision - what the driver decided about an adapter or domain of a guest, and why
 * @mdev: the mdev of the guest
 * @unit: whether it is an adapter or a domain
 * @id: the number of the adapter or domain
 * @verdict: "filtered" (a filter left it out), "unplugged" (the guest had it and lost it),
 *           "plugged" (the guest got it)
 * @queue: the queue that was decisive, "AA.DDDD", or null
 * @cause: the reason in the driver's own terms, e.g. "05.0054 is not bound"
 * @func, @file: the function that decided, and its file
 * @patch: the patch or release that the function is from: "v11 08/14", "Linux 6.12"
 * @message_id: the Message-Id of that patch, or null
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
 * @rc: the return value; has no meaning if @crash is set
 * @crash: whether the watchdog (hang) or an oops (fault) ended the operation
 * @out: the text of a show function, or GR1 after pqap ("0x..."); otherwise null
 * @ev: the events, in order
 * @lk: the locks taken and released, in the form of a trace
 * @decisions: what the driver decided, in order; only in a lab that explains
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
 * struct boot_options - the machine that a scenario asks for
 * @apmask, @aqmask: the adapters and domains of the default drivers
 * @memory: the contents of uninitialised memory
 * @kasan: whether to watch freed memory and the bytes after an allocation
 * @secure_execution: whether the host itself is a Secure Execution guest
 * @dev_set_locks: whether to record VFIO's dev_set->lock when a device is created or opened
 * @low_memory: what a read through a null pointer gives: zeros (as on the real machine) or a fault
 * @explain: whether to watch what the driver decides, which takes time
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
 * @run: does one operation (never "bound" or "mdev", which replay splits); @fail_nth makes its
 *       n-th allocation fail (0: none)
 * @allocations: how many allocations the last operation made, if it did not reach the n-th;
 *               otherwise null
 * @matrix, @shadow: matrix_mdev->matrix and ->shadow_apcb; null if there is no such mdev
 * @apcb: the CRYCB's masks of the guest that opened @mdev; null without a guest
 * @linked: the queues in the mdev's hash table, in ascending order
 * @queues: the queues of the host that vfio_ap can drive, in ascending order: those of the default
 *          drivers and of old adapters are not among them
 * @bound: the queues bound to vfio_ap, in ascending order
 * @log: the kernel log since boot, in which mdevs have their names in the scenario
 * @carried: for each mdev, what was read from its migration streams, if that can be read
 * @while_waiting: what to do while an operation waits for a guest to close its device; null if the
 *                 guest closes it at once. The function gets what the operation has done so far.
 *                 When it returns, the guest closes the device if the function has not done so,
 *                 and the operation continues.
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
 * @source: the source of its text: a Message-Id or a kernel version
 * @default: whether it is used when no driver is named
 */
export interface lab_driver {
	label: string;
	source: string;
	default: boolean;
}
