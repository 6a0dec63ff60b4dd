// SPDX-License-Identifier: GPL-2.0-only
/*
 * Listens to the machine and records what a trace records: events, and locks taken and released
 * (Documentation/traces.md, "ev" and "lk").
 */
import { trace_warn } from "#linux/bug.h";
import { trace_eventfd, type eventfd_ctx } from "#linux/eventfd.h";
import { trace_lock, type lock_instance, type lock_op } from "#linux/lockdep.h";
import type { kvm } from "#linux/kvm_host.h";
import { trace_pin } from "#linux/vfio.h";
import type { device } from "#linux/device.h";
import { trace_gisc } from "../../../drivers/s390/kvm/interrupt.ts";
import {
	trace_crypto_clear_masks, trace_crypto_set_masks,
} from "../../../drivers/s390/kvm/kvm-s390.ts";
import {
	trace_ap_hwinfo, trace_ap_insn, trace_ap_message,
} from "../../../drivers/s390/sim/ap_hardware.ts";
import type { op } from "../scenario/model.ts";
import type { lab_event, lab_result } from "./model.ts";
import { apcb_of } from "./mdev.ts";
import { mask_ids, apqn_name } from "./names.ts";

/* The sign that a trace has for each event of a lock. */
class lock_words {
	taken: string;
	released: string;
	failed: string;

	constructor(letter: string) {
		this.taken = `${letter}+`;
		this.released = `${letter}-`;
		this.failed = `${letter}!`;
	}

	of(op: lock_op): string {
		return op === "+" ? this.taken : op === "-" ? this.released : this.failed;
	}
}

const BUS_LOCK = new lock_words("a");
const DEV_SET_LOCK = new lock_words("d");
/* Stands for the mdevs of the guest that owns the lock. */
const GUEST_LOCK = new lock_words("k?");

/* The locks that a trace records, by their names in the kernel. */
const LOCKS = new Map([
	["matrix_dev->guests_lock", new lock_words("g")],
	["matrix_dev->mdevs_lock", new lock_words("m")],
	["matrix_dev->lock", new lock_words("l")],
	["kvm->arch.crypto.pqap_hook_rwsem", new lock_words("p")],
	["ap_perms_mutex", BUS_LOCK],
	["NULL->lock", new lock_words("kNULL")],
	["kvm->lock", GUEST_LOCK],
	["dev_set->lock", DEV_SET_LOCK],
]);

/**
 * lock_names - the locks that a trace's letters stand for
 * @lk: the locks in the form of a trace
 *
 * Return: "g matrix_dev->guests_lock", ...; for a lock of a guest "kMDEV kvm->lock".
 */
export function lock_names(lk: string): string[] {
	const letters = new Set(lk.split(" ").map((word) => word.slice(0, -1)));

	return [...LOCKS].flatMap(([name, { taken }]) => {
		const letter = taken.slice(0, -1);
		const of_guests = letter === "k?" ? [...letters].filter((l) => /^km\d/.test(l))
			: [letter];

		return of_guests.filter((l) => letters.has(l)).map((l) => `${l} ${name}`);
	});
}

/* The words for a lock, or null if a trace does not record it. The class of the lock keeps them. */
function words_of(lock: lock_instance): lock_words | null {
	const cls = lock.dep_class;

	if (cls === null)
		return LOCKS.get(lock.name) ?? null;
	if (cls.note === undefined)
		cls.note = LOCKS.get(lock.name) ?? null;
	return cls.note as lock_words | null;
}

/** is_store - whether it is the driver that takes the lock of the AP bus in an operation */
export function is_store([name]: op): boolean {
	return name === "write" || name === "mig_write";
}

/** opens - whether an operation records VFIO's dev_set->lock */
export function opens([name]: op): boolean {
	return name === "create" || name === "open";
}

/** class recorded - what an operation did; its locks are made on demand, since few ask for them */
export class recorded implements lab_result {
	rc = 0;
	crash: lab_result["crash"] = null;
	out: string | null = null;
	ev: lab_event[] = [];
	decisions: lab_result["decisions"] = [];
	locks: readonly string[] = [];

	get lk(): string {
		return this.locks.join(" ");
	}
}

/**
 * class recorder - what happened during an operation
 * @events: the events, in order
 * @locks: the locks, in order
 * @bus_locks: whether to record ap_perms_mutex. The AP bus takes it around every probe. A driver
 *	       takes it only in a store.
 * @dev_set_locks: whether to record VFIO's dev_set->lock
 * @shows_dev_set: whether operations that take it record it
 */
export class recorder {
	events: lab_event[] = [];
	locks: string[] = [];
	bus_locks = false;
	dev_set_locks = false;
	shows_dev_set = false;
	#left_out: lock_words | null = null;
	#guests = new WeakMap<kvm, string>();
	#guest_locks = new WeakMap<lock_instance, lock_words>();
	#mdevs: ReadonlyMap<string, { dev: device }>;
	#eventfds = new WeakMap<eventfd_ctx, [mdev: string, what: string]>();
	#end: (() => void)[];

	/** @mdevs: the mediated devices, by name */
	constructor(mdevs: ReadonlyMap<string, { dev: device }>) {
		this.#mdevs = mdevs;
		this.#end = [
			trace_lock.register((lock, op) => this.#lock(lock, op)),
			trace_crypto_set_masks.register((guest) => this.#set_masks(guest)),
			trace_crypto_clear_masks.register((guest) =>
				this.#note("clear", this.guest(guest))),
			trace_ap_insn.register((insn, qid, _status, irq, by_bus) => {
				if (by_bus || insn === "tapq")
					return;
				if (irq === null)
					this.#note("zapq", apqn_name(qid));
				else
					this.#note("aqic", apqn_name(qid), irq.ir, irq.gisc);
			}),
			trace_ap_message.register((what, qid) => {
				if (what === "taken")
					this.#note("nqap", apqn_name(qid));
			}),
			trace_ap_hwinfo.register((qid) => this.#note("tapq", apqn_name(qid))),
			trace_gisc.register((op, guest, isc) =>
				this.#note(`gisc${op}`, this.guest(guest), isc)),
			trace_pin.register((op, dev, gfn) =>
				this.#note(op === "+" ? "pin" : "unpin", this.#mdev(dev),
					`0x${gfn.toString(16)}`)),
			trace_eventfd.register((ctx) => {
				const named = this.#eventfds.get(ctx);

				if (named !== undefined)
					this.#note("eventfd", ...named);
			}),
			trace_warn.register(() => this.#note("warn")),
		];
	}

	/** start - begin a new operation */
	start(bus_locks: boolean, dev_set_locks = false): void {
		this.events = [];
		this.locks = [];
		this.bus_locks = bus_locks;
		this.dev_set_locks = dev_set_locks;
	}

	/** pause - do something that is not the driver's doing; only the log records it */
	pause(fn: () => void): void {
		const { events, locks } = this;

		this.events = [];
		this.locks = [];
		fn();
		this.events = events;
		this.locks = locks;
	}

	/** resume - continue the operation that another one interrupted */
	resume(events: lab_event[], locks: string[], bus_locks: boolean): void {
		this.events = events;
		this.locks = locks;
		this.bus_locks = bus_locks;
	}

	/** stop - stop listening, for good */
	stop(): void {
		for (const end of this.#end)
			end();
	}

	/** name_guest - from now on, call a guest by the mdev it opened first */
	name_guest(guest: kvm, mdev: string): void {
		this.#guests.set(guest, mdev);
		this.#guest_locks.set(guest.lock, new lock_words(`k${mdev}`));
	}

	name_eventfd(ctx: eventfd_ctx, mdev: string, what: string): void {
		this.#eventfds.set(ctx, [mdev, what]);
	}

	#mdev(dev: device): string {
		for (const [name, view] of this.#mdevs)
			if (view.dev === dev)
				return name;
		return "?";
	}

	guest(guest: kvm): string {
		return this.#guests.get(guest) ?? "?";
	}

	/** note - add an event to the operation */
	note(...event: lab_event): void {
		this.#note(...event);
	}

	#note(...event: lab_event): void {
		this.events.push(event);
	}

	#set_masks(guest: kvm): void {
		const { apm, aqm, adm } = apcb_of(guest);

		this.#note("apcb", this.guest(guest), mask_ids(apm), mask_ids(aqm), mask_ids(adm));
	}

	/** leave_out - do not record the lock with that name */
	leave_out(name: string): void {
		this.#left_out = LOCKS.get(name)!;
	}

	#lock(lock: lock_instance, op: lock_op): void {
		let words = words_of(lock);

		if (words === this.#left_out)
			return;
		if (words === GUEST_LOCK)
			words = this.#guest_locks.get(lock) ?? null;
		if (words !== null && (words !== BUS_LOCK || this.bus_locks) &&
		    (words !== DEV_SET_LOCK || this.dev_set_locks))
			this.locks.push(words.of(op));
	}
}
