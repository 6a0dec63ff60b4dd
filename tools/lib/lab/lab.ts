// SPDX-License-Identifier: GPL-2.0-only
/*
 * The laboratory: a booted machine with one driver loaded, on which operations
 * of the trace format's vocabulary (TRACE.md) are done as their users would do
 * them: an administrator through sysfs, a guest's userspace through open
 * devices, a guest by its instructions, the machine by its events.
 */
import { ap_config_info, ap_qci } from "#asm/ap.h";
import { kernel_crash } from "#linux/bug.h";
import {
	bus_find_device_by_name, bus_sort_breadthfirst, dev_name, put_device,
} from "#linux/device.h";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import { ENODEV } from "#linux/errno.h";
import { eventfd_close, eventfd_ctx_fdget, eventfd_ctx_put, sys_eventfd } from "#linux/eventfd.h";
import type { kobject } from "#linux/kobject.h";
import type { kvm } from "#linux/kvm_host.h";
import { lockdep_reset } from "#linux/lockdep.h";
import { dmesg } from "#linux/printk.h";
import { set_list_watchdog } from "#linux/list.h";
import { fail_nth, fail_nth_pending, set_uninitialised_word } from "#linux/slab.h";
import {
	VFIO_AP_REQ_IRQ_INDEX, VFIO_DEVICE_RESET, VFIO_DEVICE_SET_IRQS, VFIO_IRQ_SET_ACTION_TRIGGER,
	VFIO_IRQ_SET_DATA_EVENTFD, vfio_irq_set,
} from "#linux/vfio.h";
import type { driver_private } from "../../../drivers/base/base.h.ts";
import {
	sysfs_lookup, sysfs_read, sysfs_read_at, sysfs_readdir, sysfs_readlink, sysfs_write,
	sysfs_write_at,
} from "../../../drivers/base/sysfs.ts";
import {
	AP_DEVICE_TYPE_CEX7, AP_DEVICE_TYPE_CEX8, to_ap_drv, type ap_driver,
} from "../../../drivers/s390/crypto/ap_bus.h.ts";
import {
	driver_by_label, drivers, older_than, variants, type driver, type driver_module,
} from "../../../drivers/s390/crypto/history/index.ts";
import { kvm_pqap_hook, set_pqap_hook_unlocked } from "../../../drivers/s390/kvm/priv.ts";
import { ap_hw_configure, ap_hw_script, ap_hw_set_bus_transparent } from "../../../drivers/s390/sim/ap_hardware.ts";
import { guest_start, guest_stop } from "../../../drivers/s390/sim/guest.ts";
import { boot as boot_machine, reconfigure } from "../../../drivers/s390/sim/machine.ts";
import { syscall } from "../../../drivers/s390/sim/syscall.ts";
import { with_user_struct } from "../../../drivers/s390/sim/user_memory.ts";
import {
	vfio_device_open, vfio_file_close, vfio_file_dma_unmap, vfio_file_ioctl,
} from "../../../drivers/vfio/group.ts";
import { mdev_bus_type } from "../../../drivers/vfio/mdev/mdev_driver.ts";
import type { vfio_file } from "../../../drivers/vfio/vfio.h.ts";
import { set_vfio_request_handler } from "../../../drivers/vfio/vfio_main.ts";
import { usage_error } from "../cli/usage_error.ts";
import type { boot_options, lab, lab_driver, lab_result } from "./model.ts";
import type { config_change, hw_script, masks, op } from "../scenario/model.ts";
import { decision_recorder } from "./decisions.ts";
import { apcb_of, mdev_view, type matrix_view } from "./mdev.ts";
import { mask_ids, mask_of, mdev_uuid, apqn_name, apqn_of } from "./names.ts";
import { recorder } from "./recorder.ts";

/* All of them, read once: what follows is synchronous. */
const modules = new Map(await Promise.all(
	[...drivers, ...variants].map(async (d): Promise<[driver, driver_module]> => [d, await d.load()])));

const MATRIX_DIR = "/sys/devices/vfio_ap/matrix";
const TYPE_DIR = `${MATRIX_DIR}/mdev_supported_types/vfio_ap-passthrough`;
const DRIVER_DIR = "/sys/bus/ap/drivers/vfio_ap";
const DEVICES_DIR = "/sys/bus/ap/devices";

/* A list may hold this many things that are no queues. */
const WATCHDOG_MARGIN = 16;

/**
 * class open_guest - a guest and the mdevs it has open
 */
class open_guest {
	kvm: kvm;
	files = new Map<string, vfio_file>();

	constructor(kvm: kvm) {
		this.kvm = kvm;
	}
}

function ids_of(view: matrix_view): masks {
	return { apm: mask_ids(view.apm), aqm: mask_ids(view.aqm), adm: mask_ids(view.adm) };
}

/* The queue devices of the AP bus, ascending. */
function queue_devices(): string[] {
	return sysfs_readdir(DEVICES_DIR).names.filter((name) => name.includes(".")).toSorted();
}

function driver_name(queue: string): string | null {
	const { rc, target } = sysfs_readlink(`${DEVICES_DIR}/${queue}/driver`);

	return rc < 0 ? null : target.slice(target.lastIndexOf("/") + 1);
}

/* Whether the driver's id table may match: AP type 10 (CEX4) and later. */
function is_supported(queue: string): boolean {
	return Number(sysfs_read(`${DEVICES_DIR}/card${queue.slice(0, 2)}/hwtype`).text) >= 10;
}

let last_driver: driver | null = null;

/* Where a lock is taken is another place in another driver. */
function forget_other_drivers(driver: driver): void {
	if (driver !== last_driver)
		lockdep_reset();
	last_driver = driver;
}

/** class recorded - what an operation did; few ask for its locks */
class recorded implements lab_result {
	rc = 0;
	crash: lab_result["crash"] = null;
	out: string | null = null;
	ev: lab_result["ev"] = [];
	decisions: lab_result["decisions"] = [];
	locks: readonly string[] = [];

	get lk(): string {
		return this.locks.join(" ");
	}
}

/**
 * class machine_lab - the lab on the simulated machine
 * @mdevs: the mediated devices by the scenario's names
 * @rec: what has happened since the last operation began
 * @crash: what ended the machine, or null
 * @failed: whether the last operation came to the allocation that was to fail
 */
export class machine_lab implements lab {
	mdevs = new Map<string, mdev_view>();
	rec = new recorder(this.mdevs);
	crash: kernel_crash | null = null;
	failed = false;
	#driver: driver;
	#module: driver_module;
	#guests = new Map<string, open_guest>();
	#eventfds = new Map<string, number>();
	#drv!: ap_driver;
	#driver_dir: kobject | null = null;
	#type_dir: kobject | null = null;
	#adapters = 0;
	#domains = 0;
	#notified = false;
	#loaded = false;
	#decisions: decision_recorder | null = null;

	constructor(options: boot_options, driver: driver) {
		this.#driver = driver;
		this.#module = modules.get(driver)!;
		forget_other_drivers(driver);
		const { host, apmask, aqmask, memory } = options;
		const { na, nd, apm, aqm, adm, old } = host;

		/* field by field: a spread into a larger object takes V8 longer than the first scan */
		boot_machine({
			host: { apxa: host.apxa === 1, na, nd, apm, aqm, adm, old },
			apmask, aqmask, memory,
			ap_type: older_than(driver, "5.18") ? AP_DEVICE_TYPE_CEX7 : AP_DEVICE_TYPE_CEX8,
			bus_interrupts: false,
		});
		ap_hw_set_bus_transparent(true);
		this.#watch(apm.length, aqm.length);
		set_pqap_hook_unlocked(older_than(driver, "5.15"));
		set_vfio_request_handler((file) => this.#close_for(file));
		if (options.explain === true)
			this.#decisions = new decision_recorder(MATRIX_DIR);
	}

	/** load - the driver's module_init; the operation "init" of a trace */
	load(nth = 0): lab_result {
		return this.#failing(nth, () => this.#record(false, () => {
			const rc = syscall("load vfio_ap", this.#module.vfio_ap_init);

			this.#loaded = rc === 0;
			if (!this.#loaded)
				return rc;
			this.#driver_dir = sysfs_lookup(DRIVER_DIR);
			this.#drv = to_ap_drv((this.#driver_dir!.container as driver_private).driver!);
			this.#type_dir = sysfs_lookup(TYPE_DIR);
			return 0;
		}));
	}

	run(o: op, nth = 0): lab_result {
		this.#decisions?.start(o);
		const result = this.#failing(nth, () =>
			this.#record(o[0] === "write", (r) => this.#do(o, r)));

		if (this.#decisions !== null)
			result.decisions = this.#decisions.take(() => this.bound());
		return result;
	}

	/* The n-th allocation fails meanwhile; 0 for none. */
	#failing(nth: number, fn: () => lab_result): lab_result {
		this.failed = false;
		if (nth === 0)
			return fn();
		fail_nth(nth);
		const result = fn();

		this.failed = !fail_nth_pending();
		fail_nth(0);
		return result;
	}

	matrix(mdev: string): masks | null {
		const view = this.mdevs.get(mdev);

		return view === undefined ? null : ids_of(view.state.matrix);
	}

	shadow(mdev: string): masks | null {
		const view = this.mdevs.get(mdev);

		return view === undefined ? null : ids_of(view.state.shadow_apcb);
	}

	apcb(mdev: string): masks | null {
		const masks = this.apcb_masks(mdev);

		return masks === null ? null : ids_of(masks);
	}

	/** apcb_masks - the same as the masks themselves */
	apcb_masks(mdev: string): matrix_view | null {
		const guest = this.#guests.get(mdev);

		return guest === undefined ? null : apcb_of(guest.kvm);
	}

	linked(mdev: string): string[] {
		return (this.mdevs.get(mdev)?.linked() ?? []).sort((a, b) => a - b).map(apqn_name);
	}

	queues(): string[] {
		return queue_devices().filter((queue) => is_supported(queue) &&
			[null, "vfio_ap"].includes(driver_name(queue)));
	}

	bound(): string[] {
		return queue_devices().filter((queue) => driver_name(queue) === "vfio_ap");
	}

	log(): string[] {
		const names = [...this.mdevs.keys()].map((name) => [mdev_uuid(name), name] as const);

		return dmesg().map(({ text }) =>
			names.reduce((line, [uuid, name]) => line.replaceAll(uuid, name), text));
	}

	shutdown(): void {
		if (this.#loaded)
			this.#record(false, () => this.#unload());
		this.rec.stop();
		this.#decisions?.stop();
		set_vfio_request_handler(null);
		set_pqap_hook_unlocked(false);
		set_list_watchdog(0);
		set_uninitialised_word(0);
	}

	/* What is still there goes first, as an administrator would have it. */
	#unload(): number {
		for (const mdev of [...this.#guests.keys()])
			this.#close(mdev);
		for (const name of [...this.mdevs.keys()])
			this.#destroy(name);
		syscall("unload vfio_ap", this.#module.vfio_ap_exit);
		this.#loaded = false;
		return 0;
	}

	#record(bus_locks: boolean, fn: (result: recorded) => number): lab_result {
		const result = new recorded();

		this.rec.start(bus_locks);
		try {
			result.rc = fn(result);
		} catch (error) {
			if (!(error instanceof kernel_crash))
				throw error;
			this.crash = error;
			result.crash = error.kind === "hang" ? "hang" : "fault";
			this.#loaded = false;
		}
		result.ev = this.rec.events;
		result.locks = this.rec.locks;
		return result;
	}

	#do(o: op, result: lab_result): number {
		switch (o[0]) {
		case "create":
			return this.#create(o[1]);
		case "destroy":
			return this.#destroy(o[1]);
		case "write":
			return this.#with_mdev(o[1], (view) => sysfs_write_at(view.dir, o[2], o[3]));
		case "read":
			return this.#read(o[1], o[2], result);
		case "open":
			return this.#with_mdev(o[1], (view) => this.#open(view, o[2]));
		case "close":
			return this.#close(o[1]);
		case "bind":
			return Math.min(0, sysfs_write_at(this.#driver_dir!, "bind", o[1]));
		case "unbind":
			return Math.min(0, sysfs_write_at(this.#driver_dir!, "unbind", o[1]));
		case "cfg":
			this.#sort_devices();
			this.#watch(o[1].apm?.length ?? 0, o[1].aqm?.length ?? 0);
			reconfigure(o[1]);
			return 0;
		case "in_use":
			return syscall("in_use", () =>
				Number(this.#drv.in_use!(mask_of(o[1]), mask_of(o[2]))));
		case "pqap":
			return this.#pqap(o[1], [o[2], o[3], o[4]], result);
		case "reset":
			return this.#with_file(o[1], (file) => vfio_file_ioctl(file, VFIO_DEVICE_RESET));
		case "unmap":
			return this.#with_file(o[1], (file) =>
				vfio_file_dma_unmap(file, BigInt(o[2]), BigInt(o[3])));
		case "hw":
			return this.#script(o[1], o[2]);
		case "apmask_store":
			return sysfs_write("/sys/bus/ap/apmask", o[1]);
		case "aqmask_store":
			return sysfs_write("/sys/bus/ap/aqmask", o[1]);
		case "config_changed":
			return this.#config_changed(o[1]);
		case "scan":
			return this.#scan();
		case "bound":
		case "mdev":
			throw new usage_error(`${o[0]} stands for several operations, each done on its own`);
		}
	}

	#with_mdev(name: string, fn: (view: mdev_view) => number): number {
		const view = this.mdevs.get(name);

		return view === undefined ? -ENODEV : fn(view);
	}

	#with_file(name: string, fn: (file: vfio_file) => number): number {
		const file = this.#guests.get(name)?.files.get(name);

		return file === undefined ? -ENODEV : fn(file);
	}

	#create(name: string): number {
		const uuid = mdev_uuid(name);
		const rc = sysfs_write_at(this.#type_dir!, "create", uuid);

		if (rc < 0)
			return rc;
		const dev = bus_find_device_by_name(mdev_bus_type, null, uuid)!;

		put_device(dev);
		this.mdevs.set(name, new mdev_view(name, dev));
		this.#decisions?.watch(this.mdevs.get(name)!);
		return 0;
	}

	#destroy(name: string): number {
		return this.#with_mdev(name, (view) => {
			const rc = sysfs_write_at(view.dir, "remove", "1");

			if (rc < 0)
				return rc;
			this.mdevs.delete(name);
			return 0;
		});
	}

	#read(of: string, attr: string, result: lab_result): number {
		const dir = this.mdevs.get(of)?.dir;

		if (dir === undefined && of !== "matrix" && !of.includes("."))
			return -ENODEV;
		const { rc, text } = dir !== undefined ? sysfs_read_at(dir, attr)
			: sysfs_read(`${of === "matrix" ? MATRIX_DIR : `${DEVICES_DIR}/${of}`}/${attr}`);

		if (rc >= 0)
			result.out = text;
		return rc;
	}

	#open(view: mdev_view, other: string | undefined): number {
		const { name } = view;
		const shared = other === undefined ? undefined : this.#guests.get(other);
		const guest = shared ?? this.#new_guest(name);

		if (typeof guest === "number")
			return guest;
		const file = syscall(() => `open ${name}`, () => vfio_device_open(view.dev, guest.kvm));

		if (IS_ERR(file)) {
			if (guest.files.size === 0)
				guest_stop(guest.kvm);
			return PTR_ERR(file);
		}
		guest.files.set(name, file);
		this.#guests.set(name, guest);
		if (!older_than(this.#driver, "6.5"))
			this.#set_request_eventfd(name, file);
		return 0;
	}

	#new_guest(name: string): open_guest | number {
		const kvm = guest_start();

		if (IS_ERR(kvm))
			return PTR_ERR(kvm);
		this.rec.name_guest(kvm, name);
		return new open_guest(kvm);
	}

	/* What is not the driver's doing is not in a trace; the log has it. */
	#silently(fn: () => void): void {
		const { events, locks } = this.rec;

		this.rec.events = [];
		this.rec.locks = [];
		fn();
		this.rec.events = events;
		this.rec.locks = locks;
	}

	#set_request_eventfd(name: string, file: vfio_file): void {
		const fd = sys_eventfd();
		const ctx = eventfd_ctx_fdget(fd);

		if (IS_ERR(ctx))
			return;
		this.rec.name_eventfd(ctx, name, "req");
		eventfd_ctx_put(ctx);
		this.#eventfds.set(name, fd);
		this.#silently(() => this.#set_irqs(file, fd));
	}

	#set_irqs(file: vfio_file, fd: number): number {
		const irq_set = new vfio_irq_set();

		irq_set.argsz = 24;
		irq_set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
		irq_set.index = VFIO_AP_REQ_IRQ_INDEX;
		irq_set.start = 0;
		irq_set.count = 1;
		return with_user_struct(irq_set, [fd], (arg) => vfio_file_ioctl(file, VFIO_DEVICE_SET_IRQS, arg));
	}

	#close(name: string): number {
		return this.#with_file(name, (file) => {
			const guest = this.#guests.get(name)!;
			const fd = this.#eventfds.get(name);

			if (fd !== undefined) {
				this.#silently(() => this.#set_irqs(file, -1));
				eventfd_close(fd);
				this.#eventfds.delete(name);
			}
			const rc = syscall(() => `close ${name}`, () => vfio_file_close(file));

			guest.files.delete(name);
			this.#guests.delete(name);
			if (guest.files.size === 0)
				this.#silently(() => guest_stop(guest.kvm));
			return rc;
		});
	}

	/* What userspace does when the kernel wants a device back. */
	#close_for(wanted: vfio_file): void {
		for (const guest of this.#guests.values())
			for (const [name, file] of guest.files)
				if (file === wanted)
					this.#close(name);
	}

	#pqap(name: string, operands: string[], result: lab_result): number {
		const guest = this.#guests.get(name);

		if (guest === undefined)
			return -ENODEV;
		const vcpu = guest.kvm.vcpus[0];
		const { gprs } = vcpu.run.s.regs;

		operands.forEach((operand, i) => {
			gprs[i] = BigInt(operand);
		});
		const rc = syscall(() => `PQAP(AQIC) of the guest of ${name}`, () => kvm_pqap_hook(vcpu));

		result.out = `0x${gprs[1].toString(16)}`;
		return rc;
	}

	#script(queue: string, script: hw_script): number {
		const qid = apqn_of(queue);

		for (const insn of ["zapq", "tapq", "aqic"] as const)
			if (script[insn] !== undefined)
				ap_hw_script(qid, insn, script[insn]);
		return 0;
	}

	/* A walk of more steps than this machine ever had queues is endless. */
	#watch(adapters: number, domains: number): void {
		this.#adapters = Math.max(this.#adapters, adapters);
		this.#domains = Math.max(this.#domains, domains);
		set_list_watchdog(this.#adapters * this.#domains + WATCHDOG_MARGIN);
	}

	/*
	 * The AP bus removes queues in the order they came; the machine of the
	 * traces had them ascending, however they came.
	 */
	#sort_devices(): void {
		bus_sort_breadthfirst(this.#drv.driver.bus!, (a, b) => dev_name(a) < dev_name(b) ? -1 : 1);
	}

	/* The first half of a host configuration change, up to where the scan begins. */
	#config_changed(change: config_change): number {
		return syscall("configuration change callback", () => {
			const before = new ap_config_info();
			const after = new ap_config_info();

			ap_qci(before);
			ap_hw_configure(change);
			ap_qci(after);
			this.#notified = true;
			this.#drv.on_config_changed!(after, before);
			return 0;
		});
	}

	/* The second half; the driver has heard of the change already. */
	#scan(): number {
		const { on_config_changed } = this.#drv;

		if (this.#notified)
			this.#drv.on_config_changed = null;
		try {
			reconfigure({});
		} finally {
			this.#drv.on_config_changed = on_config_changed;
			this.#notified = false;
		}
		return 0;
	}
}

/** load_driver - read the text of a driver that no registry lists, so that a lab can have it */
export async function load_driver(driver: driver): Promise<driver> {
	modules.set(driver, await driver.load());
	return driver;
}

/** driver_of - the driver of that label, or a usage_error that lists them */
export function driver_of(label: string): driver {
	const found = driver_by_label(label);

	if (found === undefined) {
		const labels = [...drivers, ...variants].map((d) => d.label).join(", ");

		throw new usage_error(`unknown driver '${label}', one of: ${labels}`);
	}
	return found;
}

/** laboratory - what replay works in */
export const laboratory = {
	drivers: (): lab_driver[] => drivers.map((d) => ({
		label: d.label, source: d.id, default: d.default,
	})),

	boot(options: boot_options, label: string): lab {
		const machine = new machine_lab(options, driver_of(label));
		const { rc, crash } = machine.load();

		if (crash !== null || rc !== 0)
			throw new Error(`${label} does not load: ${crash ?? rc}`);
		return machine;
	},
};
