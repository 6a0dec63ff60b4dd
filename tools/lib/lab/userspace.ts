// SPDX-License-Identifier: GPL-2.0-only
/*
 * The users of a driver: an administrator through sysfs, a guest's userspace through open devices,
 * and a guest through its instructions. Each enters the kernel through syscall().
 */
import { bus_find_device_by_name, put_device } from "#linux/device.h";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import { EBUSY, EFAULT, ENODEV, ENOENT } from "#linux/errno.h";
import { eventfd_close, eventfd_ctx_fdget, eventfd_ctx_put, sys_eventfd } from "#linux/eventfd.h";
import type { kvm, kvm_vcpu } from "#linux/kvm_host.h";
import { down_read, up_read } from "#linux/rwsem.h";
import type { user_struct } from "#linux/uaccess.h";
import {
	VFIO_AP_REQ_IRQ_INDEX, VFIO_DEVICE_RESET, VFIO_DEVICE_SET_IRQS, VFIO_IRQ_SET_ACTION_TRIGGER,
	VFIO_IRQ_SET_DATA_EVENTFD, vfio_irq_set,
} from "#linux/vfio.h";
import { kvm_s390_module_hook } from "#v5.10/asm/kvm_host.h";
import { VFIO_AP_CFG_CHG_IRQ_INDEX } from "#v7.3/linux/vfio.h";
import {
	sysfs_read, sysfs_read_at, sysfs_readlink, sysfs_write, sysfs_write_at,
} from "../../../drivers/base/sysfs.ts";
import { older_than } from "../../../drivers/s390/crypto/history/index.ts";
import {
	VFIO_AP_CONFIGURE,
} from "../../../drivers/s390/crypto/history/rfc2017/vfio_ap_private.h.ts";
import { vcpu_intercept_pqap } from "../../../drivers/s390/kvm/priv.ts";
import { guest_start, guest_stop } from "../../../drivers/s390/sim/guest.ts";
import { syscall } from "../../../drivers/s390/sim/syscall.ts";
import { with_user_struct } from "../../../drivers/s390/sim/user_memory.ts";
import {
	vfio_device_open, vfio_file_close, vfio_file_dma_unmap, vfio_file_ioctl,
} from "../../../drivers/vfio/group.ts";
import { mdev_bus_type } from "../../../drivers/vfio/mdev/mdev_driver.ts";
import type { vfio_file } from "../../../drivers/vfio/vfio.h.ts";
import { fail_vfio_register } from "../../../drivers/vfio/vfio_main.ts";
import { adapter_name } from "../scenario/ids.ts";
import type { creation } from "../scenario/model.ts";
import { BUS_DIR, DEVICES_DIR, driver_name } from "./bus_view.ts";
import type { kernel_module } from "./kernel_module.ts";
import { forward_instructions } from "./forwarding.ts";
import { execute, type instruction } from "./guest_program.ts";
import { apcb_of, mdev_view, type matrix_view } from "./mdev.ts";
import type { lab_result } from "./model.ts";
import { mdev_uuid } from "./names.ts";
import type { recorder } from "./recorder.ts";

/* The interrupts of a vfio-ap device, and the release that introduced each. */
const INTERRUPTS = [
	{ index: VFIO_AP_REQ_IRQ_INDEX, what: "req", since: "6.5" },
	{ index: VFIO_AP_CFG_CHG_IRQ_INDEX, what: "cfg", since: "6.15" },
] as const;

const PASSTHROUGH = "passthrough";

/* Whether KVM calls the hook for a PQAP: for an AQIC without a specification exception. */
function is_aqic({ kvm, run }: kvm_vcpu): boolean {
	const gr0 = run.s.regs.gprs[0] & 0xffffffffn;
	const has_apxa = (kvm.arch.crypto.crycbd & 2) !== 0;

	return gr0 >> 16n === 0x0300n && (has_apxa || (gr0 & 0xc0f0n) === 0n);
}

/* The machine of the traces called the hook for every PQAP. This does so where KVM would not. */
function call_pqap_hook(vcpu: kvm_vcpu): number {
	const { gprs } = vcpu.run.s.regs;
	const { crypto } = vcpu.kvm.arch;
	const hook = crypto.pqap_hook;

	if (hook instanceof kvm_s390_module_hook)
		return hook.hook!(vcpu);
	if (hook === null) {
		gprs[1] = 0x00010000n << 32n | gprs[1] & 0xffffffffn;
		return 0;
	}
	down_read(crypto.pqap_hook_rwsem);
	const rc = hook.fn!(vcpu);

	up_read(crypto.pqap_hook_rwsem);
	return rc;
}

/* The eventfd that userspace has set for the interrupt with that index. */
interface open_eventfd {
	index: number;
	fd: number;
}

/* A guest and the mdevs that it has open. */
class open_guest {
	kvm: kvm;
	files = new Map<string, vfio_file>();

	constructor(kvm: kvm) {
		this.kvm = kvm;
	}
}

/**
 * class userspace - the users of a driver; each method returns what the kernel returns
 * @mdevs: the mediated devices by their names in the scenario
 */
export class userspace {
	mdevs: Map<string, mdev_view>;
	#module: kernel_module;
	#rec: recorder;
	#guests = new Map<string, open_guest>();
	#eventfds = new Map<string, open_eventfd[]>();

	constructor(module: kernel_module, mdevs: Map<string, mdev_view>, rec: recorder) {
		this.#module = module;
		this.mdevs = mdevs;
		this.#rec = rec;
	}

	/**
	 * create - create an mdev
	 * @register: the error with which registering it with VFIO is to fail; 0 for none
	 * @type: one of the driver's types
	 */
	create(name: string, { register = 0, type = PASSTHROUGH }: creation = {},
		uuid = mdev_uuid(name)):
			number {
		const dir = this.#module.type_dir(type);

		if (dir === undefined)
			return -ENOENT;
		fail_vfio_register(register);
		const rc = sysfs_write_at(dir, "create", uuid);

		if (rc < 0)
			return rc;
		this.adopt(name, uuid);
		return 0;
	}

	/** adopt - give a name to an mdev that somebody else has created */
	adopt(name: string, uuid: string): void {
		const dev = bus_find_device_by_name(mdev_bus_type, null, uuid)!;

		put_device(dev);
		this.mdevs.set(name, new mdev_view(name, dev));
	}

	destroy(name: string): number {
		return this.#with_mdev(name, (view) => {
			const rc = sysfs_write_at(view.dir, "remove", "1");

			if (rc < 0)
				return rc;
			this.mdevs.delete(name);
			return 0;
		});
	}

	write(name: string, attr: string, text: string): number {
		return this.#with_mdev(name, (view) => {
			const rc = sysfs_write_at(view.dir, attr, text);

			if (attr === "remove" && rc >= 0 && Number(text) !== 0)
				this.mdevs.delete(name);
			return rc;
		});
	}

	/** read - read an attribute; @of: an mdev, "matrix", "bus" or a queue */
	read(of: string, attr: string, result: lab_result): number {
		const dir = this.mdevs.get(of)?.dir;
		const path = of === "matrix" ? this.#module.matrix_dir : of === "bus" ? BUS_DIR
			: of.includes(".") ? `${DEVICES_DIR}/${of}` : null;

		if (dir === undefined && path === null)
			return -ENODEV;
		const { rc, text } = dir !== undefined ? sysfs_read_at(dir, attr)
			: sysfs_read(`${path}/${attr}`);

		if (rc >= 0)
			result.out = text;
		return rc;
	}

	/**
	 * configure - configure a card, as chzcrypt does; override - write a queue's
	 * driver_override
	 */
	configure(apid: number, to: "on" | "off"): number {
		return sysfs_write(`${DEVICES_DIR}/card${adapter_name(apid)}/config`,
			to === "on" ? "1" : "0");
	}

	override(queue: string, driver: string): number {
		return sysfs_write(`${DEVICES_DIR}/${queue}/driver_override`, `${driver}\n`);
	}

	/** unbind_mdev - unbind an mdev from its driver; it cannot be used afterwards */
	unbind_mdev(name: string): number {
		return this.#with_mdev(name, (view) => {
			const driver = view.dev.driver!.name;
			const rc = sysfs_write(`/sys/bus/mdev/drivers/${driver}/unbind`,
				mdev_uuid(name));

			if (rc < 0)
				return rc;
			this.mdevs.delete(name);
			return 0;
		});
	}

	/**
	 * bind, unbind - bind a queue to the driver, or unbind it
	 *
	 * The driver core of 2020 has no separate error for a queue that another driver has.
	 */
	bind(queue: string): number {
		const rc = Math.min(0, sysfs_write_at(this.#module.dir!, "bind", queue));
		const is_held = rc === -EBUSY && driver_name(queue) !== "vfio_ap";

		return is_held && older_than(this.#module.driver, "5.15") ? -ENODEV : rc;
	}

	unbind(queue: string): number {
		return Math.min(0, sysfs_write_at(this.#module.dir!, "unbind", queue));
	}

	/** open - open an mdev in a guest of its own, or in the guest that has @other open */
	open(name: string, other: string | undefined): number {
		return this.#with_mdev(name, (view) => this.#open(view, other));
	}

	close(name: string): number {
		return this.#with_file(name, (file) => {
			const guest = this.#guests.get(name)!;

			this.#close_eventfds(name, file);
			const rc = syscall(() => `close ${name}`, () => vfio_file_close(file));

			guest.files.delete(name);
			this.#guests.delete(name);
			if (guest.files.size === 0)
				this.#rec.pause(() =>
					syscall("end of a guest", () => guest_stop(guest.kvm)));
			return rc;
		});
	}

	/** close_all - close all devices, as at the end of the processes */
	close_all(): void {
		for (const name of [...this.#guests.keys()])
			this.close(name);
	}

	reset(name: string): number {
		return this.#with_file(name, (file) =>
			syscall(() => `reset ${name}`,
				() => vfio_file_ioctl(file, VFIO_DEVICE_RESET)));
	}

	/** ioctl - another call on an open device; @data: what its argument points to */
	ioctl(name: string, cmd: number, arg: user_struct, data: readonly number[]): number {
		return this.#with_file(name, (file) => syscall(() => `ioctl on ${name}`, () =>
			with_user_struct(arg, data, (at) => vfio_file_ioctl(file, cmd, at))));
	}

	/** unmap - the guest's userspace takes guest memory away from the device */
	unmap(name: string, iova: bigint, size: bigint): number {
		return this.#with_file(name, (file) =>
			syscall(() => `unmap of ${name}`,
				() => vfio_file_dma_unmap(file, iova, size)));
	}

	/** pqap - PQAP(AQIC) of a guest; @operands: GR0 to GR2 */
	pqap(name: string, operands: readonly string[], result: lab_result): number {
		const guest = this.#guests.get(name);

		if (guest === undefined)
			return -ENODEV;
		const vcpu = guest.kvm.vcpus[0];
		const { gprs } = vcpu.run.s.regs;

		operands.forEach((operand, i) => {
			gprs[i] = BigInt(operand);
		});
		const rc = syscall(() => `PQAP(AQIC) of the guest of ${name}`, () =>
			is_aqic(vcpu) ? vcpu_intercept_pqap(vcpu) : call_pqap_hook(vcpu));

		result.out = `0x${gprs[1].toString(16)}`;
		return rc;
	}

	/**
	 * execute - another AP instruction of a guest
	 *
	 * Return: its response code; -EFAULT for a program interruption. The text of the result
	 * says more.
	 */
	execute(name: string, program: instruction, result: lab_result): number {
		const guest = this.#guests.get(name);

		if (guest === undefined)
			return -ENODEV;
		const { code, text } = syscall(() => `${program[0]} of the guest of ${name}`,
			() => execute(guest.kvm.vcpus[0], ...program));

		result.out = text;
		return code ?? -EFAULT;
	}

	/** guest - the guest that has an mdev open, or null */
	guest(name: string): kvm | null {
		return this.#guests.get(name)?.kvm ?? null;
	}

	/** name_of - the name of the mdev of an open file, or null */
	name_of(wanted: vfio_file): string | null {
		for (const guest of this.#guests.values())
			for (const [name, file] of guest.files)
				if (file === wanted)
					return name;
		return null;
	}

	/** apcb - the masks in the CRYCB of the guest that has an mdev open, or null */
	apcb(name: string): matrix_view | null {
		const guest = this.#guests.get(name);

		return guest === undefined ? null : apcb_of(guest.kvm);
	}

	#with_mdev(name: string, fn: (view: mdev_view) => number): number {
		const view = this.mdevs.get(name);

		return view === undefined ? -ENODEV : fn(view);
	}

	#with_file(name: string, fn: (file: vfio_file) => number): number {
		const file = this.#guests.get(name)?.files.get(name);

		return file === undefined ? -ENODEV : fn(file);
	}

	#open(view: mdev_view, other: string | undefined): number {
		const { name } = view;
		const shared = other === undefined ? undefined : this.#guests.get(other);
		const guest = shared ?? this.#new_guest(name);

		if (typeof guest === "number")
			return guest;
		const file = syscall(() => `open ${name}`,
			() => vfio_device_open(view.dev, guest.kvm));

		if (IS_ERR(file)) {
			if (guest.files.size === 0)
				syscall("end of a guest", () => guest_stop(guest.kvm));
			return PTR_ERR(file);
		}
		guest.files.set(name, file);
		this.#guests.set(name, guest);
		this.#set_eventfds(name, file);
		if (this.#module.driver.forwards === true)
			return this.#configure_guest(name, file, guest.kvm);
		return 0;
	}

	/*
	 * What userspace does in the design of 2017. If it is refused, the guest does not start.
	 */
	#configure_guest(name: string, file: vfio_file, guest: kvm): number {
		forward_instructions(file, guest, this.#type_of(name) === PASSTHROUGH);
		const rc = syscall(() => `configuration of the guest of ${name}`,
			() => vfio_file_ioctl(file, VFIO_AP_CONFIGURE));

		if (rc < 0)
			this.close(name);
		return rc;
	}

	#type_of(name: string): string {
		const { target } =
			sysfs_readlink(`${this.#module.matrix_dir}/${mdev_uuid(name)}/mdev_type`);

		return target.slice(target.lastIndexOf("-") + 1);
	}

	#new_guest(name: string): open_guest | number {
		const kvm = syscall(() => `start of the guest of ${name}`, () => guest_start());

		if (IS_ERR(kvm))
			return PTR_ERR(kvm);
		this.#rec.name_guest(kvm, name);
		return new open_guest(kvm);
	}

	/* Set an eventfd for each interrupt of the driver. */
	#set_eventfds(name: string, file: vfio_file): void {
		const interrupts =
			INTERRUPTS.filter(({ since }) => !older_than(this.#module.driver, since));

		this.#eventfds.set(name, interrupts.map(({ index, what }): open_eventfd => {
			const fd = sys_eventfd();
			const ctx = eventfd_ctx_fdget(fd);

			if (!IS_ERR(ctx)) {
				this.#rec.name_eventfd(ctx, name, what);
				eventfd_ctx_put(ctx);
			}
			this.#rec.pause(() => this.#set_irqs(file, index, fd));
			return { index, fd };
		}));
	}

	#close_eventfds(name: string, file: vfio_file): void {
		for (const { index, fd } of this.#eventfds.get(name) ?? []) {
			this.#rec.pause(() => this.#set_irqs(file, index, -1));
			eventfd_close(fd);
		}
		this.#eventfds.delete(name);
	}

	#set_irqs(file: vfio_file, index: number, fd: number): number {
		const irq_set = new vfio_irq_set();

		irq_set.argsz = 24;
		irq_set.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER;
		irq_set.index = index;
		irq_set.start = 0;
		irq_set.count = 1;
		return syscall("set up of an eventfd",
				() => with_user_struct(irq_set, [fd], (arg) =>
			vfio_file_ioctl(file, VFIO_DEVICE_SET_IRQS, arg)));
	}

	/** close_for - close a device because the kernel asks for it */
	close_for(wanted: vfio_file): void {
		const name = this.name_of(wanted);

		if (name !== null)
			this.close(name);
	}
}
