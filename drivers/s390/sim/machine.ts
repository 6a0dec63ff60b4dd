// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulated machine as a whole: power on with a host configuration, boot,
 * reconfigure, boot again.
 *
 * There is one machine. Everything a kernel keeps is made anew by the initcalls
 * of a boot, so nothing of an earlier one is left; what belongs to the hardware
 * (the AP configuration, the facilities) is set when power comes on.
 */
import { chsc_ap_cfg_chg } from "#asm/chsc.h";
import { facilities_power_on } from "#asm/facility.h";
import { do_initcalls } from "#linux/init.h";
import { set_kasan } from "#linux/kasan.h";
import { set_uninitialised_word } from "#linux/slab.h";
import { ap_set_params } from "../crypto/ap_bus.ts";
import "../crypto/zcrypt_api.ts";
import "../crypto/zcrypt_cex4.ts";
import { ap_bus_set_overrides } from "../../v7.3/s390/crypto/ap_bus.ts";
import "../../vfio/vfio_main.ts";
import "../../vfio/mdev/mdev_core.ts";
import "../../vfio/mdev/mdev_driver.ts";
import {
	ap_hw_configure, ap_hw_power_on, ap_hw_reconfigured, ap_hw_set_secure_execution,
	ap_hw_set_type, type ap_host_config,
} from "./ap_hardware.ts";
import { set_low_memory, set_null_kvm } from "./lowcore.ts";
import { syscall } from "./syscall.ts";
import { set_prot_virt_guest } from "./ultravisor.ts";

export type { ap_host_config };

/* What an uninitialised word reads as. */
const UNINITIALISED = { zero: 0, ones: 0xffffffff, pattern: 0xfefefefe } as const;

/** What uninitialised memory is filled with. */
export type memory_contents = keyof typeof UNINITIALISED;

/**
 * struct machine_config - a machine to boot
 * @host: its AP configuration; @old is left out when all adapters are new
 * @apmask: adapters reserved for the default drivers
 * @aqmask: domains reserved for the default drivers
 * @ap_type: AP type of adapters that are not old; 14 (CEX8) unless said
 * @memory: what uninitialised memory reads as: zero, all ones (poison), or the compiler's
 *	    pattern
 * @driver_overrides: whether the AP bus is that of a kernel with driver overrides (7.3)
 * @kasan: whether freed memory, and what is behind an allocation, is watched
 * @secure_execution: whether the host is a Secure Execution guest itself
 * @null_kvm: what a null struct kvm is: the lowcore, or an oops
 * @low_memory: what is read through any other null pointer: zeros, or a fault
 * @bus_interrupts: whether the AP bus has its own queues interrupt; yes, unless
 *		    somebody wants it to keep its hands off the queues
 */
export interface machine_config {
	host: Omit<ap_host_config, "old"> & { old?: Iterable<number> };
	apmask: Iterable<number>;
	aqmask: Iterable<number>;
	ap_type?: number;
	memory?: memory_contents;
	driver_overrides?: boolean;
	kasan?: boolean;
	secure_execution?: boolean;
	null_kvm?: "lowcore" | "oops";
	low_memory?: "zero" | "fault";
	bus_interrupts?: boolean;
}

const HEX_DIGITS = "0123456789abcdef";

/* A mask in the syntax of the kernel's command line: "0x" and digits from the left. */
function mask_text(ids: Iterable<number>): string {
	const digits = new Uint8Array(64);

	let text = "0x";

	for (const id of ids)
		digits[id >>> 2] |= 8 >>> (id & 3);
	for (let i = 0; i < digits.length; i++)
		text += HEX_DIGITS[digits[i]];
	return text;
}

/**
 * boot - switch the machine on and boot its kernel
 * @config: the machine
 *
 * Afterwards the AP bus has scanned, and the default drivers have their queues.
 */
export function boot(config: machine_config): void {
	facilities_power_on();
	ap_hw_power_on();
	if (config.ap_type !== undefined)
		ap_hw_set_type(config.ap_type);
	ap_hw_configure(config.host);
	set_null_kvm(config.null_kvm ?? "lowcore");
	set_low_memory(config.low_memory ?? "zero");
	set_uninitialised_word(UNINITIALISED[config.memory ?? "zero"]);
	ap_bus_set_overrides(config.driver_overrides ?? false);
	set_kasan(config.kasan ?? false);
	ap_hw_set_secure_execution(config.secure_execution ?? false);
	set_prot_virt_guest(config.secure_execution ?? false);
	ap_set_params({
		apmask: mask_text(config.apmask),
		aqmask: mask_text(config.aqmask),
		useirq: config.bus_interrupts === false ? 0 : 1,
	});
	syscall("boot", do_initcalls);
}

/**
 * reconfigure - the host's AP configuration changes while the kernel runs
 * @change: what changes; the rest stays
 *
 * The AP bus is told, as by the machine's event, and scans.
 */
export function reconfigure(change: Partial<ap_host_config>): void {
	syscall("host configuration change", () => {
		ap_hw_configure(change);
		chsc_ap_cfg_chg();
	});
	ap_hw_reconfigured();
}
