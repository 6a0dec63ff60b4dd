// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine under a lab. It boots with the configuration of a trace or a scenario, and events
 * such as configuration changes happen on it.
 */
import { ap_config_info, ap_qci } from "#asm/ap.h";
import { bus_sort_breadthfirst, dev_name } from "#linux/device.h";
import { set_kasan } from "#linux/kasan.h";
import { set_uninitialised_word } from "#linux/slab.h";
import {
	AP_DEVICE_TYPE_CEX7, AP_DEVICE_TYPE_CEX8, type ap_driver,
} from "../../../drivers/s390/crypto/ap_bus.h.ts";
import { older_than, type driver } from "../../../drivers/s390/crypto/history/index.ts";
import { set_handle_b2 } from "../../../drivers/s390/kvm/priv.ts";
import {
	ap_hw_configure, ap_hw_script, ap_hw_set_adapter, ap_hw_set_bus_transparent,
	ap_hw_set_hwinfo, ap_hw_set_queue_async, ap_hw_set_queue_info, ap_hw_set_service_time,
} from "../../../drivers/s390/sim/ap_hardware.ts";
import { advance_clock } from "../../../drivers/s390/sim/clock.ts";
import { boot, reconfigure } from "../../../drivers/s390/sim/machine.ts";
import { syscall } from "../../../drivers/s390/sim/syscall.ts";
import { kvm_s390_handle_b2 } from "../../../drivers/v5.10/s390/kvm/priv.ts";
import type { config_change, hw_script } from "../scenario/model.ts";
import type { boot_options } from "./model.ts";
import { apqn_of } from "./names.ts";

/* What a queue says of itself on the machine of the recordings. Its type is the adapter's. */
const HWINFO = 0xf2800000_0e0f0008n;

/** SERVICE_MSECS - how many milliseconds an adapter takes for a request */
export const SERVICE_MSECS = 1;

/**
 * class machine - a running machine
 */
export class machine {
	#notified = false;

	/** Boots the machine; @driver decides which kernel runs on it. */
	constructor(options: boot_options, driver: driver) {
		const { host, apmask, aqmask, memory, low_memory, kasan, secure_execution } =
			options;
		const { na, nd, apm, aqm, adm, old } = host;

		/*
		 * This copies field by field. A spread into a larger object takes V8 longer than
		 * the first scan of the bus.
		 */
		boot({
			host: { apxa: host.apxa === 1, na, nd, apm, aqm, adm, old },
			apmask, aqmask, memory, low_memory, kasan, secure_execution,
			ap_type: older_than(driver, "5.18") ? AP_DEVICE_TYPE_CEX7
				: AP_DEVICE_TYPE_CEX8,
			bus_interrupts: false,
			driver_overrides: !older_than(driver, "6.19"),
		});
		ap_hw_set_bus_transparent(true);
		ap_hw_set_hwinfo(HWINFO);
		ap_hw_set_service_time(SERVICE_MSECS);
		set_handle_b2(older_than(driver, "5.15") ? kvm_s390_handle_b2 : null);
	}

	/** change_host - the host's AP configuration changes */
	change_host(change: config_change, drv: ap_driver): void {
		/*
		 * The AP bus removes queues in the order in which they appeared. The machine
		 * of the traces removed them in ascending order, however they had appeared.
		 */
		bus_sort_breadthfirst(drv.driver.bus!,
			(a, b) => dev_name(a) < dev_name(b) ? -1 : 1);
		reconfigure(change);
	}

	/** announce_change - the first half of a change, before the scan */
	announce_change(change: config_change, drv: ap_driver): void {
		syscall("configuration change callback", () => {
			const before = new ap_config_info();
			const after = new ap_config_info();

			ap_qci(before);
			ap_hw_configure(change);
			ap_qci(after);
			this.#notified = true;
			drv.on_config_changed?.(after, before);
		});
	}

	/**
	 * scan - the second half of a change; the driver is not told of the change again
	 */
	scan(drv: ap_driver): void {
		const { on_config_changed } = drv;

		if (this.#notified)
			drv.on_config_changed = null;
		try {
			reconfigure({});
		} finally {
			drv.on_config_changed = on_config_changed;
			this.#notified = false;
		}
	}

	/** checkstop - an adapter stops; the AP bus notices when it scans */
	checkstop(apid: number): void {
		ap_hw_set_adapter(apid, { checkstopped: true });
	}

	/** pass - let time pass; returns whether anything was to be done meanwhile */
	pass(msecs: number): boolean {
		return syscall("time passes", () => advance_clock(msecs));
	}

	/** script - set what the hardware of a queue answers next */
	script(queue: string, script: hw_script): void {
		const qid = apqn_of(queue);

		for (const insn of ["zapq", "tapq", "aqic"] as const)
			if (script[insn] !== undefined)
				ap_hw_script(qid, insn, script[insn]);
		if (script.tapq_gr2 !== undefined)
			ap_hw_set_queue_info(qid, BigInt(script.tapq_gr2));
		if (script.tapq_async !== undefined)
			ap_hw_set_queue_async(qid, script.tapq_async === 1);
	}

	/** off - switch the machine off; nothing is left for the next one */
	off(): void {
		set_handle_b2(null);
		set_uninitialised_word(0);
		set_kasan(false);
	}
}
