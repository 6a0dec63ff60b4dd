// SPDX-License-Identifier: GPL-2.0-only
/*
 * A driver's stay on a machine that others have used before and will use after
 * it: loaded, used by an administrator and a guest, unloaded.
 */
import { bus_find_device_by_name, put_device, type device } from "#linux/device.h";
import { IS_ERR, PTR_ERR } from "#linux/err.h";
import type { kobject } from "#linux/kobject.h";
import type { kvm } from "#linux/kvm_host.h";
import { VFIO_DEVICE_RESET } from "#linux/vfio.h";
import { sysfs_read, sysfs_write, sysfs_write_at } from "../../../../../drivers/base/sysfs.ts";
import {
	older_than, type driver, type driver_module,
} from "../../../../../drivers/s390/crypto/history/index.ts";
import { set_handle_b2, vcpu_intercept_pqap } from "../../../../../drivers/s390/kvm/priv.ts";
import { kvm_s390_handle_b2 } from "../../../../../drivers/v5.10/s390/kvm/priv.ts";
import { guest_start, guest_stop } from "../../../../../drivers/s390/sim/guest.ts";
import { boot, reconfigure } from "../../../../../drivers/s390/sim/machine.ts";
import { syscall } from "../../../../../drivers/s390/sim/syscall.ts";
import {
	vfio_device_open, vfio_file_close, vfio_file_ioctl,
} from "../../../../../drivers/vfio/group.ts";
import { mdev_bus_type } from "../../../../../drivers/vfio/mdev/mdev_driver.ts";
import type { vfio_file } from "../../../../../drivers/vfio/vfio.h.ts";
import { apcb_of } from "../../../../../tools/lib/lab/mdev.ts";
import { mask_ids, mdev_uuid } from "../../../../../tools/lib/lab/names.ts";
import { recorder } from "../../../../../tools/lib/lab/recorder.ts";

const CREATE = "/sys/devices/vfio_ap/matrix/mdev_supported_types/vfio_ap-passthrough/create";
const CEX7 = 13;

/** boot_session_machine - a machine for all drivers: adapters 04 05, domains 0004 0047 */
export function boot_session_machine(): void {
	boot({
		host: { apxa: true, na: 255, nd: 255, apm: [4, 5], aqm: [4, 0x47], adm: [4, 5] },
		apmask: [], aqmask: [], ap_type: CEX7, bus_interrupts: false,
	});
}

/**
 * class session - a driver that is loaded
 * @seen: what could be seen so far, a line for each step
 */
export class session {
	seen: string[] = [];
	guest!: kvm;
	file!: vfio_file;
	#module: driver_module;
	#mdevs = new Map<string, { dev: device }>();
	#rec = new recorder(this.#mdevs);
	#dir!: kobject;

	constructor(driver: driver, module: driver_module) {
		this.#module = module;
		set_handle_b2(older_than(driver, "5.15") ? kvm_s390_handle_b2 : null);
		this.step("load", () => syscall("load", () => module.vfio_ap_init()));
	}

	/** step - do something, and note what came of it */
	step(name: string, fn: () => number | string): void {
		this.#rec.start(false);
		const result = fn();
		const apcb = this.guest === undefined ? [] : Object.entries(apcb_of(this.guest))
			.filter(([mask]) => mask.endsWith("m"))
			.map(([mask, words]) => `${mask} ${mask_ids(words as Uint32Array)}`);

		const { events, locks } = this.#rec;

		this.seen.push(`${name}: ${JSON.stringify([result, events, locks, apcb])}`);
	}

	create(): void {
		const uuid = mdev_uuid("m0");

		this.step("create", () => sysfs_write(CREATE, uuid));
		const dev = bus_find_device_by_name(mdev_bus_type, null, uuid)!;

		put_device(dev);
		this.#dir = dev.kobj;
		this.#mdevs.set("m0", { dev });
	}

	write(attr: string, text: string): void {
		this.step(`${attr} ${text}`, () => sysfs_write_at(this.#dir, attr, text));
	}

	open(vcpus = 1): void {
		const guest = guest_start(vcpus);

		if (IS_ERR(guest))
			throw new Error("guest_start");
		this.guest = guest;
		this.#rec.name_guest(guest, "m0");
		this.step("open", () => {
			const file = vfio_device_open(mdev_uuid("m0"), guest);

			if (IS_ERR(file))
				return PTR_ERR(file);
			this.file = file;
			return 0;
		});
	}

	/** pqap - the guest has the queue 04.0004 interrupt it, or not */
	pqap(enable: boolean): void {
		const vcpu = this.guest.vcpus[0]!;
		const { gprs } = vcpu.run.s.regs;

		[gprs[0], gprs[1], gprs[2]] = [0x3000404n, enable ? 0x800000000003n : 0n, 0x1000n];
		this.step("pqap",
			() => `${syscall("pqap", () => vcpu_intercept_pqap(vcpu))} ${gprs[1]}`);
	}

	close(): void {
		this.step("close", () => syscall("close", () => vfio_file_close(this.file)));
		this.step("stop", () => {
			guest_stop(this.guest);
			return 0;
		});
	}

	/** end - the mdev goes, and then the driver */
	end(): string[] {
		this.write("remove", "1");
		return this.unload();
	}

	/** unload - the driver goes with all it has; nobody listens any more */
	unload(): string[] {
		this.step("unload", () => {
			syscall("unload", () => this.#module.vfio_ap_exit());
			return 0;
		});
		this.#rec.stop();
		set_handle_b2(null);
		return this.seen;
	}
}

/**
 * play_session - what an administrator and a guest do in a short time
 *
 * Every part of a driver has its turn; unassigning a domain has not, v11 and v12
 * never end after that.
 *
 * Return: what could be seen of it, a line for each step.
 */
export function play_session(driver: driver, module: driver_module): string[] {
	const s = new session(driver, module);

	s.create();
	s.write("assign_adapter", "4");
	s.write("assign_domain", "0x47");
	s.write("assign_domain", "4");
	s.write("assign_control_domain", "5");
	s.open();
	s.pqap(true);
	s.write("assign_adapter", "5");
	s.step("show", () => sysfs_read(`/sys/bus/mdev/devices/${mdev_uuid("m0")}/matrix`).text);
	s.step("unbind", () => sysfs_write("/sys/bus/ap/drivers/vfio_ap/unbind", "05.0047"));
	s.step("bind", () => sysfs_write("/sys/bus/ap/drivers/vfio_ap/bind", "05.0047"));
	s.step("reset", () => vfio_file_ioctl(s.file, VFIO_DEVICE_RESET));
	s.pqap(true);
	s.step("adapter 5 goes", () => {
		reconfigure({ apm: [4] });
		return 0;
	});
	s.step("adapter 5 comes", () => {
		reconfigure({ apm: [4, 5] });
		return 0;
	});
	s.write("unassign_adapter", "5");
	s.write("unassign_control_domain", "5");
	s.pqap(false);
	s.close();
	return s.end();
}
