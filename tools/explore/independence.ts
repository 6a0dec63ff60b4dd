// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which operations are independent. Two independent operations lead to the same state in either
 * order, and each does the same as alone. They are operations on different mdevs, and on queues of
 * different mdevs, as long as neither decides whether the other is refused.
 *
 * On some drivers, operations on control domains are independent of operations on adapters, domains
 * and queues too, on whatever mdev: what a guest has of the one does not depend on the other.
 *
 * Other changes of the whole host (its configuration, the masks of the default drivers) concern
 * every mdev. An operation with a fault may end in any way. Neither is independent of anything.
 */
import type { driver } from "../../drivers/s390/crypto/history/index.ts";
import { HOST_FIELDS, MDEV_FIELDS } from "./canon.ts";
import type { machine_size, op_kind, space_op } from "./space.ts";
import { FIRST_HOOK } from "./world.ts";

const OF_QUEUE: readonly op_kind[] = ["bind", "unbind"];
const UNASSIGNS: readonly op_kind[] = ["unassign_adapter", "unassign_domain"];
const OF_MATRIX: readonly op_kind[] = [
	"assign_adapter", "unassign_adapter", "assign_domain", "unassign_domain", "ap_config",
];
const OF_MDEV: readonly op_kind[] = [
	...OF_MATRIX, "assign_control_domain", "unassign_control_domain", "open", "close", "reset",
	"aqic_on", "aqic_off",
];

const OF_CONTROL: readonly op_kind[] = [
	"assign_control_domain", "unassign_control_domain", "host_control",
];
/* These say nothing of control domains, and update a guest's masks for other reasons only. */
const OF_USAGE: readonly op_kind[] = [
	"assign_adapter", "unassign_adapter", "assign_domain", "unassign_domain", "aqic_on",
	"aqic_off", "reset", "bind", "unbind", "host_adapter", "host_domain", "apmask", "aqmask",
];
const OF_GUEST: readonly op_kind[] = ["open", "close"];

/* What a pair of operations requires of the state to be independent. */
const NEVER = 0;
const ALWAYS = 1;
const NO_SHARING = 2;
const NOT_ITS_QUEUE = 3;
const NOT_ITS_QUEUE_TURNED = 4;
const TWO_OWNERS = 5;
const NO_GUEST = 6;
/* The second operation does what it does without the first, and leads to where it leads then. */
const ABSORBED = 7;

/*
 * As canon.ts writes an mdev: born or not, a guest, the driver's pointer to it, whose hook it has.
 */
const GUEST = 2;
const KVM = 4;
const HOOK_AT = 3;
const FLAGS = GUEST | KVM | 7 << HOOK_AT;

/* A matrix: adapters and domains, as sets of bits. */
interface product {
	apm: number;
	aqm: number;
}

function overlap(a: product, b: product): boolean {
	return (a.apm & b.apm) !== 0 && (a.aqm & b.aqm) !== 0;
}

function has(p: product, { apid, apqi }: space_op): boolean {
	return (p.apm >>> apid & p.aqm >>> apqi & 1) !== 0;
}

/* The matrix that an operation means to make of one. */
function meant({ kind, id, masks: [apm, aqm] }: space_op, p: product): product {
	switch (kind) {
	case "assign_adapter":
		return { ...p, apm: p.apm | 1 << id };
	case "unassign_adapter":
		return { ...p, apm: p.apm & ~(1 << id) };
	case "assign_domain":
		return { ...p, aqm: p.aqm | 1 << id };
	case "unassign_domain":
		return { ...p, aqm: p.aqm & ~(1 << id) };
	case "ap_config":
		return { apm, aqm };
	default:
		return p;
	}
}

/*
 * What an operation may touch: v12 and v13 unlink or link the queues of what is unassigned from an
 * mdev that has not got it, too, whosever they are.
 */
function reach(o: space_op, p: product): product {
	switch (o.kind) {
	case "unassign_adapter":
		return { ...p, apm: p.apm | 1 << o.id };
	case "unassign_domain":
		return { ...p, aqm: p.aqm | 1 << o.id };
	default:
		return meant(o, p);
	}
}

/* The same if one of them, and not the other, is an operation on control domains. */
function asks_of_control(a: space_op, b: space_op): number {
	if (OF_CONTROL.includes(a.kind))
		return OF_USAGE.includes(b.kind) || b.kind === "create" ||
			(b.kind === "destroy" && a.kind !== "host_control" && a.m !== b.m)
			? ALWAYS : NEVER;
	if (!OF_CONTROL.includes(b.kind))
		return NEVER;
	if (a.kind === "ap_config")
		return of_one(a, b) ? ABSORBED : b.kind === "host_control" ? NO_GUEST : ALWAYS;
	if (a.kind === "destroy")
		return of_one(a, b) ? ABSORBED : ALWAYS;
	return OF_USAGE.includes(a.kind) || a.kind === "create" || OF_GUEST.includes(a.kind)
		? ALWAYS : NEVER;
}

/* Of one mdev; @b is an operation on control domains. */
function of_one(a: space_op, b: space_op): boolean {
	return a.kind !== "host_control" && b.kind !== "host_control" && a.m === b.m;
}

function asks(a: space_op, b: space_op, control_apart: boolean): number {
	if (a.fault !== null || b.fault !== null)
		return NEVER;
	const of_control = control_apart ? asks_of_control(a, b) : NEVER;

	if (of_control !== NEVER)
		return of_control;
	if (a.with >= 0 || b.with >= 0)
		return NEVER;
	if (OF_QUEUE.includes(a.kind) && OF_QUEUE.includes(b.kind))
		return a.apid === b.apid && a.apqi === b.apqi ? NEVER : TWO_OWNERS;
	if (OF_MDEV.includes(a.kind) && OF_QUEUE.includes(b.kind))
		return NOT_ITS_QUEUE;
	if (OF_QUEUE.includes(a.kind) && OF_MDEV.includes(b.kind))
		return NOT_ITS_QUEUE_TURNED;
	if (!OF_MDEV.includes(a.kind) || !OF_MDEV.includes(b.kind) || a.m === b.m)
		return NEVER;
	return OF_MATRIX.includes(a.kind) && OF_MATRIX.includes(b.kind) ||
		UNASSIGNS.includes(a.kind) || UNASSIGNS.includes(b.kind) ? NO_SHARING : ALWAYS;
}

/**
 * control_is_apart_on - whether operations on control domains are independent of others
 *
 * Whole spaces were compared for v6.12 and v7.3. On v6.0, what a guest has of adapters and domains
 * may be out of date, and a change of the host's control domains puts it right. v7.1 fails the
 * self-checks at ap_config.
 */
export function control_is_apart_on({ api }: driver): boolean {
	return api === "6.12" || api === "7.3";
}

/**
 * class independence - of the operations of a space
 * @controls: the operations on control domains, where they are apart, else none
 */
export class independence {
	controls: ReadonlySet<number>;
	#ops: readonly space_op[];
	#size: machine_size;
	#asks: Uint8Array;

	/** @control_apart: see control_is_apart_on() */
	constructor(ops: readonly space_op[], size: machine_size, control_apart: boolean) {
		this.#ops = ops;
		this.#size = size;
		this.#asks = Uint8Array.from({ length: ops.length ** 2 }, (_, i) =>
			asks(ops[Math.floor(i / ops.length)], ops[i % ops.length], control_apart));
		this.controls = new Set([...ops.keys()].filter((op) =>
			control_apart && OF_CONTROL.includes(ops[op].kind)));
	}

	/** ever - whether there may be a state in which two operations are independent */
	ever(a: number, b: number): boolean {
		return this.#asks[a * this.#ops.length + b] !== NEVER;
	}

	/** absorbs - whether it makes no difference to an operation if another was done before */
	absorbs(a: number, b: number): boolean {
		return this.#asks[a * this.#ops.length + b] === ABSORBED;
	}

	/**
	 * holds - whether two operations are independent in a state, in which both can be done
	 * @key: its canonical form
	 */
	holds(key: Uint16Array, a: number, b: number): boolean {
		const [x, y] = [this.#ops[a], this.#ops[b]];

		switch (this.#asks[a * this.#ops.length + b]) {
		case ALWAYS:
			return this.#all_sane(key);
		case NO_SHARING:
			return this.#no_sharing(key, x, y) && this.#all_sane(key);
		case NOT_ITS_QUEUE:
			return this.#not_its_queue(key, x, y) && this.#all_sane(key);
		case NOT_ITS_QUEUE_TURNED:
			return this.#not_its_queue(key, y, x) && this.#all_sane(key);
		case TWO_OWNERS:
			return this.#two_owners(key, x, y) && this.#all_sane(key);
		case NO_GUEST: case ABSORBED:
			return (key[this.#at(x.m)] & GUEST) === 0 && this.#all_sane(key);
		default:
			return false;
		}
	}

	#at(mdev: number): number {
		return HOST_FIELDS + this.#size.adapters * this.#size.domains + MDEV_FIELDS * mdev;
	}

	#matrix(key: Uint16Array, mdev: number): product {
		const at = this.#at(mdev);

		return { apm: key[at + 1], aqm: key[at + 2] };
	}

	/* Each guest is one's own, and known to the driver. */
	#all_sane(key: Uint16Array): boolean {
		for (let mdev = 0; mdev < this.#size.mdevs; mdev++) {
			const flags = key[this.#at(mdev)] & FLAGS;

			if (flags !== 0 && flags !== (GUEST | KVM | FIRST_HOOK + mdev << HOOK_AT))
				return false;
		}
		return true;
	}

	/*
	 * Whether either is refused for sharing is not up to the other, nor does it touch what
	 * the other has.
	 */
	#no_sharing(key: Uint16Array, x: space_op, y: space_op): boolean {
		const [a, b] = [this.#matrix(key, x.m), this.#matrix(key, y.m)];
		const [a_then, b_then] = [meant(x, a), meant(y, b)];

		return overlap(a_then, b) === overlap(a_then, b_then) &&
			overlap(b_then, a) === overlap(b_then, a_then) &&
			!this.#meet(x, a, y, b);
	}

	/* An operation that unassigns, and what the other has or may touch. */
	#meet(x: space_op, a: product, y: space_op, b: product): boolean {
		const [by_x, by_y] = [reach(x, a), reach(y, b)];

		return (UNASSIGNS.includes(x.kind) || UNASSIGNS.includes(y.kind)) &&
			(overlap(by_x, by_y) || overlap(by_x, b) || overlap(by_y, a));
	}

	/* The mdev neither has the queue, nor will have it. */
	#not_its_queue(key: Uint16Array, of_mdev: space_op, of_queue: space_op): boolean {
		const matrix = this.#matrix(key, of_mdev.m);

		return !has(matrix, of_queue) && !has(reach(of_mdev, matrix), of_queue) &&
			!(of_mdev.kind.startsWith("aqic") && of_mdev.apid === of_queue.apid &&
				of_mdev.apqi === of_queue.apqi);
	}

	/* No mdev has both. */
	#two_owners(key: Uint16Array, x: space_op, y: space_op): boolean {
		for (let mdev = 0; mdev < this.#size.mdevs; mdev++) {
			const matrix = this.#matrix(key, mdev);

			if (has(matrix, x) && has(matrix, y))
				return false;
		}
		return true;
	}
}
