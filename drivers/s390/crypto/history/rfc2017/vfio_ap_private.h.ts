/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The design of November 2017: what its driver keeps. There is no C of it; see
 * vfio_ap_ops.ts for what it is and where it comes from.
 */
import { set_bit_inv } from "#asm/bitops.h";
import type { kvm } from "#linux/kvm_host.h";
import { device } from "#linux/device.h";
import { mutex } from "#linux/mutex.h";
import { notifier_block } from "#linux/notifier.h";
import type { field_layout } from "#linux/uaccess.h";
import type { mdev_device } from "#v5.10/linux/mdev.h";
import type { ap_driver } from "../../ap_bus.h.ts";

export const VFIO_AP_PASSTHROUGH = "passthrough";
export const VFIO_AP_VIRTUAL = "virtual";
export type vfio_ap_type = typeof VFIO_AP_PASSTHROUGH | typeof VFIO_AP_VIRTUAL;

/** VFIO_AP_CONFIGURE - let the guest have the mdev's matrix; no argument */
export const VFIO_AP_CONFIGURE = 0x3b8c;
/** VFIO_AP_EXECUTE - execute an intercepted instruction; argument: struct vfio_ap_insn */
export const VFIO_AP_EXECUTE = 0x3b8d;

/** What an instruction is, in vfio_ap_insn.insn */
export const INSN_PQAP = 0, INSN_NQAP = 1, INSN_DQAP = 2;

/* 16 registers, two words each, the high one first. */
const REGISTER_WORDS = 32;
const register_layout: field_layout[] =
	Array.from({ length: REGISTER_WORDS }, (_, i) => [`word${i}`, 24 + 4 * i, 4]);

/**
 * class vfio_ap_insn - an intercepted instruction, and then its result
 * @argsz: size of this struct, in bytes
 * @insn: INSN_...
 * @r1: its first register field, NQAP and DQAP only
 * @r2: its second
 * @cc: on return the condition code
 * @program: on return the program interruption to give to the guest, or 0
 *
 * Behind these are the general registers, word0 to word31.
 */
export class vfio_ap_insn {
	argsz = 152;
	insn = 0;
	r1 = 0;
	r2 = 0;
	cc = 0;
	program = 0;

	static readonly layout: readonly field_layout[] = [
		["argsz", 0, 4], ["insn", 4, 4], ["r1", 8, 4], ["r2", 12, 4], ["cc", 16, 4],
		["program", 20, 4], ...register_layout,
	];

	constructor() {
		for (const [name] of register_layout)
			this.#words[name] = 0;
	}

	get #words(): Record<string, number> {
		return this as unknown as Record<string, number>;
	}

	/** get - a general register */
	get(register: number): bigint {
		return BigInt(this.#words[`word${2 * register}`]) << 32n |
			BigInt(this.#words[`word${2 * register + 1}`]);
	}

	set(register: number, value: bigint): void {
		this.#words[`word${2 * register}`] = Number(value >> 32n & 0xffffffffn);
		this.#words[`word${2 * register + 1}`] = Number(value & 0xffffffffn);
	}
}

/** class vfio_ap_queue - a queue bound to the driver; @outstanding: requests without a reply */
export class vfio_ap_queue {
	apqn = 0;
	outstanding = 0;
}

/**
 * class vfio_ap_request - a guest's request on a real queue
 * @apqn: the virtual queue, as the guest knows it
 * @psmid: as the guest named it
 */
export class vfio_ap_request {
	matrix_mdev: ap_matrix_mdev;
	apqn: number;
	psmid: bigint;
	reply: Uint8Array | null = null;

	constructor(matrix_mdev: ap_matrix_mdev, apqn: number, psmid: bigint) {
		this.matrix_mdev = matrix_mdev;
		this.apqn = apqn;
		this.psmid = psmid;
	}
}

/** A map of virtual ids to the real ones behind each. */
export type vfio_ap_map = Map<number, readonly number[]>;

/**
 * class ap_matrix_mdev - a mediated device
 * @adapters: virtual: the real adapters behind each; passthrough: each behind itself
 * @domains: the same of domains
 * @replies: requests that have been answered and not been fetched, first answered first
 */
export class ap_matrix_mdev {
	mdev: mdev_device | null = null;
	type: vfio_ap_type = VFIO_AP_PASSTHROUGH;
	adapters: vfio_ap_map = new Map();
	domains: vfio_ap_map = new Map();
	replies: vfio_ap_request[] = [];
	kvm: kvm | null = null;
	group_notifier = new notifier_block(this);

	/** matrix - the adapters and domains that a guest sees; no control domains */
	get matrix(): { apm: Uint32Array; aqm: Uint32Array; adm: Uint32Array } {
		return {
			apm: mask_of(this.adapters), aqm: mask_of(this.domains),
			adm: new Uint32Array(8),
		};
	}
}

function mask_of(map: vfio_ap_map): Uint32Array {
	const mask = new Uint32Array(8);

	for (const id of map.keys())
		set_bit_inv(id, mask);
	return mask;
}

/**
 * class ap_matrix_dev - the matrix device
 * @mdevs: the mediated devices; all are of one type
 * @queues: the queues bound to the driver, by APQN
 * @requests: those under way, by the PSMID they have on the real queue
 */
export class ap_matrix_dev {
	device = new device(this);
	lock = new mutex();
	vfio_ap_drv: ap_driver | null = null;
	mdevs: ap_matrix_mdev[] = [];
	queues = new Map<number, vfio_ap_queue>();
	requests = new Map<bigint, [vfio_ap_queue, vfio_ap_request]>();
	psmid = 0n;
}
