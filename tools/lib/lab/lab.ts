// SPDX-License-Identifier: GPL-2.0-only
/*
 * The laboratory: a booted machine with one driver loaded. It does the operations of the trace
 * format (Documentation/traces.md) as their users would do them, and shows what can be observed.
 */
import { kernel_crash } from "#linux/bug.h";
import { kasan_enabled, kasan_enter } from "#linux/kasan.h";
import { dmesg } from "#linux/printk.h";
import { fail_nth, fail_nth_left } from "#linux/slab.h";
import { older_than, ported, type driver } from "../../../drivers/s390/crypto/history/index.ts";
import type { vfio_file } from "../../../drivers/vfio/vfio.h.ts";
import { outside } from "../../../drivers/s390/sim/syscall.ts";
import { set_vfio_request_handler } from "../../../drivers/vfio/vfio_main.ts";
import type { masks, op } from "../scenario/model.ts";
import { bindable_queues, bound_queues } from "./bus_view.ts";
import { decision_recorder } from "./decisions.ts";
import { kernel_module } from "./kernel_module.ts";
import { driver_of, load_driver } from "./loader.ts";
import { machine } from "./machine.ts";
import { migration } from "./migration.ts";
import type { matrix_view, mdev_view } from "./mdev.ts";
import type { boot_options, lab, lab_driver, lab_result } from "./model.ts";
import { apqn_name, mask_ids, mdev_uuid } from "./names.ts";
import { operate } from "./operations.ts";
import { is_store, opens, recorded, recorder } from "./recorder.ts";
import { userspace } from "./userspace.ts";

const NO_MASKS: masks = { apm: [], aqm: [], adm: [] };

function ids_of(view: matrix_view): masks {
	return { apm: mask_ids(view.apm), aqm: mask_ids(view.aqm), adm: mask_ids(view.adm) };
}

/*
 * Locks that the recordings of two kernels do not show, because the kernel takes them, not the
 * driver. Under v14 and v15 KVM takes kvm->lock when it sets masks. Under v18 the AP bus takes
 * ap_perms_mutex when it tells who owns a queue.
 */
function leave_out_locks(rec: recorder, driver: driver): void {
	if (older_than(driver, "5.12") || !older_than(driver, "5.18"))
		return;
	rec.leave_out(older_than(driver, "5.15") ? "kvm->lock" : "ap_perms_mutex");
}

/**
 * class machine_lab - the lab on the simulated machine
 * @mdevs: the mediated devices by their names in the scenario
 * @rec: what has happened since the last operation began
 * @crash: what ended the machine, or null
 * @machine, @module, @users, @migration: the parts that carry out operations
 */
export class machine_lab implements lab {
	mdevs = new Map<string, mdev_view>();
	rec = new recorder(this.mdevs);
	crash: kernel_crash | null = null;
	allocations: number | null = null;
	machine: machine;
	module: kernel_module;
	users: userspace;
	migration: migration;
	while_waiting: lab["while_waiting"] = null;
	#decisions: decision_recorder | null = null;

	/** @driver: a driver that load_driver() has read */
	constructor(options: boot_options, driver: driver) {
		this.rec.shows_dev_set = options.dev_set_locks ?? false;
		this.module = new kernel_module(driver);
		this.machine = new machine(options, driver);
		this.users = new userspace(this.module, this.mdevs, this.rec);
		this.migration = new migration(this.users, this.rec,
			(o, result) => operate(this, o, result));
		leave_out_locks(this.rec, driver);
		set_vfio_request_handler((file) => outside(() => this.#requested(file)));
		if (options.explain === true)
			this.#decisions = new decision_recorder(this.module.matrix_dir);
	}

	/** load - run the driver's module_init, which a trace calls "init" */
	load(nth = 0): lab_result {
		return this.#failing(nth, () => this.#record(false, () => this.module.insert()));
	}

	run(o: op, nth = 0): lab_result {
		return this.#failing(nth, () => this.observe(o, (r) => operate(this, o, r)));
	}

	/**
	 * observe - do something, and record it as an operation
	 * @o: the operation that it amounts to; null if the vocabulary has none
	 * @fn: does it; returns what the kernel returns
	 *
	 * Other operations can happen while this one waits. They are recorded separately.
	 */
	observe(o: op | null, fn: (result: lab_result) => number): lab_result {
		if (o !== null)
			this.#decisions?.start(o);
		const result = this.#record(
			o !== null && is_store(o), fn,
				o !== null && this.rec.shows_dev_set && opens(o));

		if (this.#decisions !== null && o !== null)
			this.#decide(o, result, this.#decisions);
		return result;
	}

	#decide(o: op, result: lab_result, decisions: decision_recorder): void {
		if (o[0] === "create" && result.rc === 0 && result.crash === null)
			decisions.watch(this.mdevs.get(o[1])!);
		result.decisions = decisions.take(() => this.bound());
	}

	/* Let the n-th allocation fail meanwhile; 0 for none. */
	#failing(nth: number, fn: () => lab_result): lab_result {
		this.allocations = null;
		if (nth === 0)
			return fn();
		fail_nth(nth);
		const result = fn();

		if (fail_nth_left() > 0)
			this.allocations = nth - fail_nth_left();
		fail_nth(0);
		return result;
	}

	matrix(mdev: string): masks | null {
		const view = this.mdevs.get(mdev);

		return view === undefined ? null : ids_of(view.state.matrix);
	}

	/** shadow - what the guest should have; without a shadow APCB, what it has */
	shadow(mdev: string): masks | null {
		const view = this.mdevs.get(mdev);

		if (view === undefined)
			return null;
		const { shadow_apcb } = view.state;

		return shadow_apcb === undefined ? this.apcb(mdev) ??
			NO_MASKS : ids_of(shadow_apcb);
	}

	apcb(mdev: string): masks | null {
		const masks = this.apcb_masks(mdev);

		return masks === null ? null : ids_of(masks);
	}

	/** apcb_masks - the masks of the APCB */
	apcb_masks(mdev: string): matrix_view | null {
		return this.users.apcb(mdev);
	}

	linked(mdev: string): string[] {
		return (this.mdevs.get(mdev)?.linked() ?? []).sort((a, b) => a - b).map(apqn_name);
	}

	/**
	 * touches_freed_memory - whether a freed queue is still linked to an mdev, on a machine
	 *			  that watches its memory
	 *
	 * The next walk through the table touches the freed memory. The recorder of the traces made
	 * such a walk.
	 */
	touches_freed_memory(): boolean {
		if (!kasan_enabled())
			return false;
		kasan_enter(true);
		try {
			for (const view of this.mdevs.values())
				view.linked();
			return false;
		} catch (error) {
			if (!(error instanceof kernel_crash))
				throw error;
			this.crash = error;
			return true;
		} finally {
			kasan_enter(false);
		}
	}

	get carried(): Map<string, string> {
		return this.migration.carried;
	}

	queues(): string[] {
		return bindable_queues();
	}

	bound(): string[] {
		return bound_queues();
	}

	log(): string[] {
		const names = [...this.mdevs.keys()]
			.map((name) => [mdev_uuid(name), name] as const);

		return dmesg().map(({ text }) =>
			names.reduce((line, [uuid, name]) => line.replaceAll(uuid, name), text));
	}

	/** shutdown - as an administrator would have it: the driver is unloaded before */
	shutdown(): void {
		if (this.module.live)
			this.#record(false, () => this.#unload());
		this.power_off();
	}

	power_off(): void {
		this.module.live = false;
		this.rec.stop();
		this.#decisions?.stop();
		set_vfio_request_handler(null);
		this.machine.off();
	}

	/*
	 * The kernel asks for a device back. For an operation that waits, do once what is to happen
	 * meanwhile.
	 */
	#requested(file: vfio_file): void {
		const waiter = this.while_waiting;

		this.while_waiting = null;
		if (waiter !== null) {
			waiter(this.#so_far());
			this.rec.start(false);
			if (this.crash !== null)
				throw this.crash;
		}
		this.users.close_for(file);
	}

	#so_far(): lab_result {
		const result = new recorded();

		result.ev = this.rec.events;
		result.locks = this.rec.locks;
		if (this.#decisions !== null)
			result.decisions = this.#decisions.take(() => this.bound());
		return result;
	}

	/* First remove what is still there, as an administrator would. */
	#unload(): number {
		this.migration.close_all();
		this.users.close_all();
		for (const name of [...this.mdevs.keys()])
			this.users.destroy(name);
		this.module.remove();
		return 0;
	}

	#record(
		bus_locks: boolean, fn: (result: recorded) => number, dev_set_locks = false,
	): lab_result {
		const result = new recorded();
		const { events, locks, bus_locks: before } = this.rec;

		this.rec.start(bus_locks, dev_set_locks);
		try {
			result.rc = fn(result);
		} catch (error) {
			if (!(error instanceof kernel_crash))
				throw error;
			this.crash = error;
			result.crash = error.kind === "hang" || error.kind === "deadlock"
				? "hang" : "fault";
			this.module.live = false;
		}
		result.ev = this.rec.events;
		result.locks = this.rec.locks;
		this.rec.resume(events, locks, before);
		return result;
	}
}

function described(d: driver): lab_driver {
	return { label: d.label, source: d.id, default: d.default };
}

/** laboratory - the laboratory that replay uses */
export const laboratory = {
	drivers: (): lab_driver[] => ported.map(described),

	driver: (label: string): lab_driver => described(driver_of(label)),

	load: async (label: string): Promise<lab_driver> => described(await load_driver(label)),

	boot(options: boot_options, label: string): lab {
		const booted = new machine_lab(options, driver_of(label));
		const { rc, crash } = booted.load();

		if (crash !== null || rc !== 0)
			throw new Error(`${label} does not load: ${crash ?? rc}`);
		return booted;
	},
};
