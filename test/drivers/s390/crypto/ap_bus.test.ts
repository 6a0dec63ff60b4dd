// SPDX-License-Identifier: GPL-2.0-only
import { test } from "tap";
import { AP_QID_CARD, AP_QID_QUEUE, type ap_config_info } from "#asm/ap.h";
import { chsc_ap_cfg_chg } from "#asm/chsc.h";
import { set_facility } from "#asm/facility.h";
import { put_device } from "#linux/device.h";
import { EACCES, EADDRINUSE, EBUSY, EINVAL, ENODEV, ETIME } from "#linux/errno.h";
import { do_initcalls } from "#linux/init.h";
import { trace_uevent } from "#linux/kobject.h";
import { lock_is_held } from "#linux/lockdep.h";
import { mutex_lock, mutex_unlock } from "#linux/mutex.h";
import { THIS_MODULE } from "#linux/module.h";
import { kmemleak } from "#linux/slab.h";
import {
	sysfs_read, sysfs_readdir, sysfs_readlink, sysfs_write,
} from "../../../../drivers/base/sysfs.ts";
import {
	AP_DEVICE_ID_MATCH_QUEUE_TYPE, AP_DEVICE_TYPE_CEX8, AP_DRIVER_FLAG_DEFAULT,
	ap_bus_force_rescan, ap_apqn_in_matrix_owned_by_def_drv, ap_device_id, ap_driver,
	ap_driver_register, ap_driver_unregister, ap_get_qdev, ap_hex2bitmap, ap_init_apmsg,
	ap_message, ap_owned_by_def_drv, ap_parse_mask_str, ap_perms_mutex, ap_release_apmsg,
	ap_wait_apqn_bindings_complete, to_ap_queue, type ap_device, AP_MSG_FLAG_MEMPOOL,
} from "../../../../drivers/s390/crypto/ap_bus.h.ts";
import * as postings from "../../../../drivers/v5.10/s390/crypto/ap_bus.h.ts";
import {
	ap_module_exit, ap_set_params, type ap_params,
} from "../../../../drivers/s390/crypto/ap_bus.ts";
import { zcrypt_cex4_exit } from "../../../../drivers/s390/crypto/zcrypt_cex4.ts";
import {
	ap_hw_configure, ap_hw_install, ap_hw_power_on, ap_hw_script, ap_hw_set_adapter,
	type ap_host_config,
} from "../../../../drivers/s390/sim/ap_hardware.ts";
import { advance_clock } from "../../../../drivers/s390/sim/clock.ts";
import { syscall } from "../../../../drivers/s390/sim/syscall.ts";

const BUS = "/sys/bus/ap";
const ALL = `0x${"f".repeat(64)}\n`;

/** boot - power on and let the first scan run */
function boot(config: Partial<ap_host_config> = {}, params: Partial<ap_params> = {}): void {
	ap_hw_power_on();
	ap_hw_configure({ apm: [4, 5], aqm: [4, 0x47], adm: [4, 0x47], na: 15, nd: 84, ...config });
	ap_set_params(params);
	syscall("boot", do_initcalls);
}

function show(name: string): string {
	return sysfs_read(`${BUS}/${name}`).text;
}

function store(name: string, text: string): number {
	return sysfs_write(`${BUS}/${name}`, text);
}

/** reconfigure - change the host's configuration, and let the bus know */
function reconfigure(config: Partial<ap_host_config>): void {
	ap_hw_configure(config);
	syscall("configuration change", chsc_ap_cfg_chg);
}

/** a mask's text, as the bus prints it */
function mask(...ids: number[]): string {
	let value = 0n;

	for (const id of ids)
		value |= 1n << BigInt(255 - id);
	return `0x${value.toString(16).padStart(64, "0")}\n`;
}

/** the same as words */
function one(id: number): Uint32Array {
	const words = new Uint32Array(8);

	words[id >>> 5] |= 0x80000000 >>> (id & 31);
	return words;
}

/** pass - let time pass */
function pass(seconds: number): void {
	syscall("time passes", () => advance_clock(seconds * 1000));
}

/** driver_of - the name of the driver that has a device, or null */
function driver_of(device: string): string | null {
	const { rc, target } = sysfs_readlink(`${BUS}/devices/${device}/driver`);

	return rc < 0 ? null : target.split("/").at(-1)!;
}

/*
 * A driver that is not a default one, and notes what happens to it.
 */
class other_driver {
	log: string[] = [];
	in_use = 0 as number | boolean;
	drv: ap_driver;

	constructor() {
		this.drv = new ap_driver({
			ids: [new ap_device_id({
				dev_type: AP_DEVICE_TYPE_CEX8,
				match_flags: AP_DEVICE_ID_MATCH_QUEUE_TYPE,
			})],
			probe: (ap_dev) => this.#note(`probe ${name_of(ap_dev)}`),
			remove: (ap_dev) => void this.#note(`remove ${name_of(ap_dev)}`),
			in_use: (apm, aqm) => {
				const held = lock_is_held(ap_perms_mutex);

				this.#note(`in_use ${ids_of(apm)} ${ids_of(aqm)} ${held}`);
				return this.in_use;
			},
			on_config_changed: (now, before) =>
				void this.#note(`config_changed ${change(before, now)}`),
			on_scan_complete: (now, before) =>
				void this.#note(`scan_complete ${change(before, now)}`),
		});
		syscall("load", () => ap_driver_register(this.drv, THIS_MODULE, "other"));
	}

	#note(line: string): number {
		this.log.push(line);
		return 0;
	}

	/** what was noted since the last time */
	taken(): string[] {
		return this.log.splice(0);
	}
}

function name_of(ap_dev: ap_device): string {
	const { qid } = to_ap_queue(ap_dev.device);

	return `${AP_QID_CARD(qid).toString(16).padStart(2, "0")}.` +
		AP_QID_QUEUE(qid).toString(16).padStart(4, "0");
}

function ids_of(words: Uint32Array): string {
	return Array.from({ length: 256 }, (_, i) => i)
		.filter((i) => (words[i >>> 5] & (0x80000000 >>> (i & 31))) !== 0).join(",") || "-";
}

function matrix_of(info: ap_config_info): string {
	return `${ids_of(info.apm)}x${ids_of(info.aqm)}`;
}

function change(before: ap_config_info, now: ap_config_info): string {
	return `${matrix_of(before)} -> ${matrix_of(now)}`;
}

test("files of the bus: formats", async (t) => {
	boot();
	const texts: [string, string][] = [
		["ap_domain", "4\n"],
		["ap_control_domain_mask", mask(4, 0x47)],
		["ap_usage_domain_mask", mask(4, 0x47)],
		["ap_adapter_mask", mask(4, 5)],
		["config_time", "30\n"],
		["poll_thread", "0\n"],
		["ap_interrupts", "1\n"],
		["poll_timeout", "250000\n"],
		["ap_max_domain_id", "84\n"],
		["ap_max_adapter_id", "15\n"],
		["apmask", ALL],
		["aqmask", ALL],
		["scans", "1\n"],
		["bindings", "4/4 (complete)\n"],
		["features", "APSC APXA QACT RC8A\n"],
	];

	for (const [name, text] of texts)
		t.equal(show(name), text, name);
	t.strictSame(sysfs_readdir(`${BUS}/devices`).names,
		["04.0004", "04.0047", "05.0004", "05.0047", "card04", "card05"]);
	for (const name of ["ap_control_domain_mask", "ap_max_domain_id", "bindings", "features"])
		t.equal(store(name, "1"), -EACCES, name);
});

test("apxa off: highest numbers 63 and 15, and no APXA", async (t) => {
	boot({ apxa: false, na: 200, nd: 200 });
	t.equal(show("ap_max_adapter_id"), "63\n");
	t.equal(show("ap_max_domain_id"), "15\n");
	t.equal(show("features"), "APSC QACT RC8A\n");
	t.equal(show("bindings"), "2/2 (complete)\n", "domain 0x47 is beyond");
});

test("without QCI: not supported, and a scan looks everywhere up to 63 and 15", async (t) => {
	t.teardown(() => set_facility(12, true));
	set_facility(12, false);
	boot();
	for (const name of ["ap_control_domain_mask", "ap_usage_domain_mask", "ap_adapter_mask"])
		t.equal(show(name), "not supported\n");
	t.equal(show("features"), "-\n");
	t.equal(show("bindings"), "2/2 (complete)\n");
	t.equal(ap_bus_force_rescan(), false);
});

test("without AP instructions there is no bus", async (t) => {
	ap_hw_power_on();
	ap_hw_install(false);
	syscall("boot", do_initcalls);
	t.equal(sysfs_readdir(BUS).rc < 0, true);
});

/* What is written, what comes of it: an error, or the mask's adapters. */
const f = "f".repeat(64);
const mask_texts: [string, number[] | number, string?][] = [
	["0x08", [4]],
	["0x08\n", [4]],
	["08", [4]],
	["x08", [4]],
	["0x", []],
	["", 0, "not even a store"],
	["\n", []],
	["0x0800000000000000000000000000000000000000000000000000000000000001", [4, 255]],
	["0x08\n\n", -EINVAL],
	["0x08 ", -EINVAL],
	[" 0x08", -EINVAL],
	["0X08", -EINVAL],
	["0x0g", -EINVAL],
	[`0x${f}f`, -EINVAL, "65 digits"],
	["0xFf", [0, 1, 2, 3, 4, 5, 6, 7]],
	["-0-255,+4", [4]],
	["-0-255,+4,+5\n", [4, 5]],
	["-0-255,+4-6", [4, 5, 6]],
	["-0-255,+0x4-0x6", [4, 5, 6]],
	["-0-255,+010", [8], "octal"],
	["-0-255,+4,-4", []],
	["-0-255,+4,,+5", [4, 5]],
	["-0-255+4", [4], "no comma needed"],
	["-0-255,+4,", [4]],
	["-0-0xff", []],
	["+", -EINVAL],
	["+-1", -EINVAL],
	["+ 1", -EINVAL],
	["+4 ", -EINVAL],
	["+4;-5", -EINVAL],
	["4,+5", -EINVAL, "absolute, and a comma is no digit"],
	["+256", -EINVAL],
	["-256", -EINVAL],
	["+5-4", -EINVAL, "backwards"],
	["+4-", -EINVAL],
	["+4-256", -EINVAL],
	["-0-255,+4,+256", -EINVAL, "all or nothing"],
	["+0x80000001", -EINVAL, "CVE-2024-38661"],
	["+4-0x80000001", -EINVAL, "CVE-2024-38661"],
	["-2147483649", -EINVAL, "CVE-2024-38661"],
	["+4294967296", -EINVAL, "is not 0"],
	["+18446744073709551616", [...Array(256).keys()], "2^64 is"],
];

for (const name of ["apmask", "aqmask"])
	test(`${name}_store: syntax`, async (t) => {
		for (const [text, result, why] of mask_texts) {
			boot();
			const rc = store(name, text);
			const what = `${JSON.stringify(text)} ${why ?? ""}`;

			if (typeof result === "number") {
				t.equal(rc, result, what);
				t.equal(show(name), ALL);
			} else {
				t.equal(rc, text.length, what);
				t.equal(show(name), mask(...result), what);
			}
		}
	});

test("ap_hex2bitmap: sets bits from the left, keeps the others", async (t) => {
	const bits = new Uint32Array(8);

	t.equal(ap_hex2bitmap("0x80", bits, 256), 0);
	t.equal(ap_hex2bitmap("0001", bits, 256), 0);
	t.equal(ids_of(bits), "0,15");
	t.equal(ap_hex2bitmap("8", bits, 12), -EINVAL, "length no multiple of 8");
	t.equal(ap_hex2bitmap("123", new Uint32Array(1), 8), -EINVAL, "longer than the mask");
});

test("ap_parse_mask_str: under the lock, all or nothing", async (t) => {
	boot();
	const bits = new Uint32Array(8);

	t.equal(ap_parse_mask_str("+1,+2", bits, 256, ap_perms_mutex), 0);
	t.equal(ids_of(bits), "1,2");
	t.equal(ap_parse_mask_str("+3,+x", bits, 256, ap_perms_mutex), -EINVAL);
	t.equal(ids_of(bits), "1,2");
	t.equal(ap_parse_mask_str("+3", bits, 255, ap_perms_mutex), -EINVAL);
	t.equal(lock_is_held(ap_perms_mutex), false);
	t.strictSame(kmemleak().filter(({ what }) => what === "bytes"), []);
});

test("ownership: a queue is the default drivers' iff both masks have it", async (t) => {
	boot({}, { apmask: "0x08", aqmask: "0x08" });
	const other = new other_driver();

	t.strictSame(other.taken(), ["probe 04.0047", "probe 05.0004", "probe 05.0047"]);
	t.equal(driver_of("04.0004"), "cex4queue");
	t.equal(driver_of("04.0047"), "other");
	t.equal(driver_of("card04"), "cex4card");
	t.equal(show("bindings"), "4/4 (complete)\n");

	mutex_lock(ap_perms_mutex);
	t.equal(ap_owned_by_def_drv(4, 4), 1);
	t.equal(ap_owned_by_def_drv(4, 0x47), 0);
	t.equal(ap_owned_by_def_drv(5, 4), 0);
	for (const [card, queue] of [[-1, 0], [0, -1], [256, 0], [0, 256]])
		t.equal(ap_owned_by_def_drv(card, queue), -EINVAL);
	const both = new Uint32Array(8).fill(0xffffffff);

	t.equal(ap_apqn_in_matrix_owned_by_def_drv(one(4), one(4)), 1);
	t.equal(ap_apqn_in_matrix_owned_by_def_drv(one(4), one(5)), 0);
	t.equal(ap_apqn_in_matrix_owned_by_def_drv(both, both), 1, "one is enough");
	t.equal(ap_apqn_in_matrix_owned_by_def_drv(new Uint32Array(8), both), 0);
	mutex_unlock(ap_perms_mutex);

	t.equal(postings.ap_owned_by_def_drv(4, 4), 1, "takes the mutex itself");
	t.equal(postings.ap_owned_by_def_drv(256, 4), -EINVAL);
	t.equal(postings.ap_apqn_in_matrix_owned_by_def_drv(one(4), one(5)), 0);
	t.equal(lock_is_held(ap_perms_mutex), false);
});

test("bind: not to a driver of the wrong kind", async (t) => {
	boot({}, { apmask: "0x08" });
	const other = new other_driver();

	t.equal(store("drivers/other/bind", "04.0004"), -EBUSY, "it has one");
	t.equal(store("drivers/cex4queue/unbind", "04.0004"), 7);
	t.equal(store("drivers/other/bind", "04.0004"), -ENODEV);
	t.strictSame(other.taken(), ["probe 05.0004", "probe 05.0047"]);
	t.equal(driver_of("04.0004"), null);
	t.equal(show("bindings"), "3/4\n");
	t.equal(store("drivers/cex4queue/bind", "04.0004"), 7);
	t.equal(show("bindings"), "4/4 (complete)\n");
});

test("apmask: queues change hands at once", async (t) => {
	boot();
	const other = new other_driver();

	t.strictSame(other.taken(), []);
	t.equal(store("apmask", "-4"), 2);
	t.strictSame(other.taken(), ["probe 04.0004", "probe 04.0047"]);
	t.equal(store("aqmask", "-4"), 2);
	t.strictSame(other.taken(), ["probe 05.0004"]);
	t.equal(store("apmask", "+4"), 2);
	const aqm = [...Array(256).keys()].filter((apqi) => apqi !== 4).join(",");

	t.strictSame(other.taken(), [`in_use 4 ${aqm} true`, "remove 04.0047"]);
	t.equal(driver_of("04.0047"), "cex4queue");
});

test("apmask, aqmask: in_use is asked about what is added, and may refuse", async (t) => {
	boot({}, { apmask: "0x08", aqmask: "0x08" });
	const other = new other_driver();

	other.taken();
	for (const answer of [-EADDRINUSE, -EBUSY, 1, true]) {
		other.in_use = answer;
		t.equal(store("apmask", "+4,+5"), -EBUSY);
		t.strictSame(other.taken(), ["in_use 5 4 true"]);
		t.equal(store("aqmask", "+4,+6-7"), -EBUSY);
		t.strictSame(other.taken(), ["in_use 4 6,7 true"]);
	}
	t.equal(show("apmask"), mask(4));
	t.equal(show("aqmask"), mask(4));
	t.equal(driver_of("05.0004"), "other");
	t.equal(store("apmask", "+4"), 2, "nothing added: nobody is asked");
	t.equal(store("apmask", "-4"), 2);
	t.strictSame(other.taken(), ["probe 04.0004"]);
	other.in_use = 0;
	t.equal(store("apmask", "+4-5"), 4);
	t.strictSame(other.taken(), ["in_use 4,5 4 true", "remove 04.0004", "remove 05.0004"]);
	t.equal(lock_is_held(ap_perms_mutex), false);
});

test("scan: callbacks around it, adapters ascending, domains ascending", async (t) => {
	boot({}, { apmask: "0x0" });
	const other = new other_driver();

	other.taken();
	reconfigure({ apm: [3, 5, 6] });
	t.strictSame(other.taken(), [
		"config_changed 4,5x4,71 -> 3,5,6x4,71",
		"probe 03.0004", "probe 03.0047",
		"remove 04.0004", "remove 04.0047",
		"probe 06.0004", "probe 06.0047",
		"scan_complete 4,5x4,71 -> 3,5,6x4,71",
	]);
	reconfigure({ aqm: [5, 0x47] });
	t.strictSame(other.taken(), [
		"config_changed 3,5,6x4,71 -> 3,5,6x5,71",
		"remove 03.0004", "probe 03.0005",
		"remove 05.0004", "probe 05.0005",
		"remove 06.0004", "probe 06.0005",
		"scan_complete 3,5,6x4,71 -> 3,5,6x5,71",
	]);
	reconfigure({ adm: [9] });
	t.strictSame(other.taken(), [
		"config_changed 3,5,6x5,71 -> 3,5,6x5,71",
		"scan_complete 3,5,6x5,71 -> 3,5,6x5,71",
	]);
	reconfigure({ adm: [9] });
	t.strictSame(other.taken(), [], "nothing changed");
	t.equal(show("scans"), "5\n");
	t.equal(show("ap_control_domain_mask"), mask(9));
});

test("scan: removing and bringing back in one change cannot be seen", async (t) => {
	boot({}, { apmask: "0x0" });
	const other = new other_driver();

	other.taken();
	ap_hw_configure({ apm: [4] });
	reconfigure({ apm: [4, 5] });
	t.strictSame(other.taken(), []);
});

test("scan: an adapter that changes its type or facilities is a new one", async (t) => {
	boot();
	ap_hw_set_adapter(4, { type: 13 });
	store("scans", "1");
	t.equal(sysfs_read(`${BUS}/devices/card04/hwtype`).text, "13\n");
	ap_hw_set_adapter(4, { mode: "ep11" });
	store("scans", "1");
	t.equal(sysfs_read(`${BUS}/devices/card04/ap_functions`).text, "0x06000000\n");
	ap_hw_set_adapter(4, { type: 15 });
	store("scans", "1");
	t.equal(sysfs_read(`${BUS}/devices/card04/raw_hwtype`).text, "15\n");
	t.equal(sysfs_read(`${BUS}/devices/card04/hwtype`).text, "14\n");
});

test("scan: an adapter of an old type gets no devices", async (t) => {
	boot({ old: [5] });
	t.strictSame(sysfs_readdir(`${BUS}/devices`).names, ["04.0004", "04.0047", "card04"]);
	t.equal(show("bindings"), "2/2 (complete)\n");
});

test("scan: a queue that does not answer loses its device", async (t) => {
	boot();
	ap_hw_script(0x0447, "tapq", [1]);
	store("scans", "1");
	t.equal(driver_of("04.0047"), null);
	t.strictSame(sysfs_readdir(`${BUS}/devices`).names,
		["04.0004", "05.0004", "05.0047", "card04", "card05"]);
	store("scans", "1");
	t.equal(driver_of("04.0047"), "cex4queue");
});

test("scan: deconfigured and checkstopped adapters, with events", async (t) => {
	boot();
	const events: string[] = [];

	t.teardown(trace_uevent.register((...args) => events.push(JSON.stringify(args.at(-1)))));
	ap_hw_set_adapter(4, { configured: false });
	store("scans", "1");
	t.equal(sysfs_read(`${BUS}/devices/card04/config`).text, "0\n");
	t.equal(sysfs_read(`${BUS}/devices/04.0004/config`).text, "0\n");
	t.equal(events.filter((e) => e.includes("CONFIG=0")).length, 3);
	ap_hw_set_adapter(4, { configured: true, checkstopped: true });
	store("scans", "1");
	t.equal(sysfs_read(`${BUS}/devices/card04/config`).text, "1\n");
	t.equal(sysfs_read(`${BUS}/devices/card04/chkstop`).text, "1\n");
	ap_hw_set_adapter(4, { checkstopped: false });
	store("scans", "1");
	store("scans", "1");
	t.equal(sysfs_read(`${BUS}/devices/04.0047/chkstop`).text, "0\n");
	t.equal(driver_of("04.0047"), "cex4queue");
});

test("scan: by itself every 30 seconds, or as config_time says", async (t) => {
	boot();

	pass(29);
	t.equal(show("scans"), "1\n");
	pass(1);
	t.equal(show("scans"), "2\n");
	for (const text of ["4", "121", "x", "-5"])
		t.equal(store("config_time", text), -EINVAL, text);
	t.equal(store("config_time", "5\n"), 2);
	pass(5);
	t.equal(show("scans"), "3\n");
});

test("bindings: complete once per change, not per scan", async (t) => {
	boot();
	const events: string[] = [];

	t.teardown(trace_uevent.register((...args) => {
		const text = JSON.stringify(args.at(-1));

		if (text.includes("BINDINGS"))
			events.push(/COMPLETECOUNT=(\d+)/.exec(text)![1]);
	}));
	store("scans", "1");
	t.strictSame(events, []);
	t.equal(ap_wait_apqn_bindings_complete(0), 0);
	reconfigure({ apm: [4, 5, 6] });
	t.strictSame(events, ["2"]);
	store("drivers/cex4queue/unbind", "04.0004");
	store("scans", "1");
	t.strictSame(events, ["2"]);
	store("drivers/cex4queue/bind", "04.0004");
	t.equal(ap_wait_apqn_bindings_complete(5), -ETIME, "the next scan sees it");
	store("scans", "1");
	t.strictSame(events, ["2", "3"]);
	t.equal(ap_wait_apqn_bindings_complete(5), 0);
});

test("ap_domain: the first with a queue of the default drivers, or as asked for", async (t) => {
	boot({}, { aqmask: "+71" });
	t.equal(show("ap_domain"), "71\n");
	boot({}, { aqmask: "-4" });
	t.equal(show("ap_domain"), "-1\n", "a relative mask at boot begins from none");
	boot({}, { apmask: "0x0" });
	t.equal(show("ap_domain"), "-1\n");
	boot({}, { domain: 9 });
	t.equal(show("ap_domain"), "9\n", "a queue of it there need not be");
	boot({}, { domain: 85 });
	t.equal(show("ap_domain"), "4\n", "beyond the highest: as if not asked");
	for (const [text, rc, domain] of [["5", 1, 5], ["0x47\n", 5, 71], ["010", 3, 8],
		["85", -EINVAL, 8], ["-1", -EINVAL, 8], ["x", -EINVAL, 8]] as const) {
		t.equal(store("ap_domain", text), rc, text);
		t.equal(show("ap_domain"), `${domain}\n`, text);
	}
	store("aqmask", "-5");
	t.equal(store("ap_domain", "5"), -EINVAL, "not the default drivers'");
});

test("poll_timeout, poll_thread", async (t) => {
	boot({}, { useirq: 0 });
	t.equal(show("ap_interrupts"), "0\n");
	t.equal(store("poll_timeout", "120000000001"), -EINVAL);
	t.equal(store("poll_timeout", "x"), -EINVAL);
	t.equal(store("poll_timeout", "1500000\n"), 8);
	t.equal(show("poll_timeout"), "1500000\n");
	t.equal(store("poll_thread", "2"), -EINVAL);
	t.equal(store("poll_thread", "1"), 1);
	t.equal(show("poll_thread"), "1\n");
	reconfigure({ apm: [4, 5, 6] });
	pass(1);
	t.equal(sysfs_read(`${BUS}/devices/06.0004/states`).rc !== 0, true);
	t.equal(store("poll_thread", "0"), 1);
	t.equal(show("poll_thread"), "0\n");
	boot();
	t.equal(store("poll_thread", "1"), 1, "of no use where there are interrupts");
	t.equal(show("poll_thread"), "0\n");
});

test("ap_get_qdev: finds queues with a driver only", async (t) => {
	boot();
	const aq = ap_get_qdev(0x0447)!;

	t.equal(aq.qid, 0x0447);
	put_device(aq.ap_dev.device);
	store("drivers/cex4queue/unbind", "04.0047");
	t.equal(ap_get_qdev(0x0447), null);
	t.equal(ap_get_qdev(0x0448), null);
});

test("drivers: unregistering frees the queues; a default one takes only its own", async (t) => {
	boot({}, { apmask: "0x08" });
	const other = new other_driver();

	other.taken();
	syscall("unload", () => ap_driver_unregister(other.drv));
	t.strictSame(other.taken(), ["remove 05.0047", "remove 05.0004"], "last bound, first gone");
	t.equal(show("bindings"), "2/4\n");
	t.equal(other.drv.flags & AP_DRIVER_FLAG_DEFAULT, 0);
	t.equal(store("apmask", "+5"), 2, "queues without a driver are offered too");
	t.equal(show("bindings"), "4/4 (complete)\n");
});

test("messages: buffers from memory, or from the pool of eight", async (t) => {
	boot();
	const messages = Array.from({ length: 9 }, () => new ap_message());

	t.strictSame(messages.map((m) => ap_init_apmsg(m, AP_MSG_FLAG_MEMPOOL)),
		[0, 0, 0, 0, 0, 0, 0, 0, -12]);
	ap_release_apmsg(messages[0]);
	t.equal(ap_init_apmsg(messages[8], AP_MSG_FLAG_MEMPOOL), 0);
	t.equal(ap_init_apmsg(messages[0], 0), 0);
	t.equal(messages[0].bufsize, 12288);
	ap_release_apmsg(messages[0]);
	t.strictSame(kmemleak().filter(({ what }) => what === "bytes"), []);
});

test("a rescan from within a scan does nothing", async (t) => {
	boot({}, { apmask: "0x0" });
	const other = new other_driver();
	const results: boolean[] = [];

	other.drv.on_config_changed = () => void results.push(ap_bus_force_rescan());
	reconfigure({ apm: [4] });
	t.strictSame(results, [false]);
	t.equal(show("scans"), "2\n");
});

test("ap_module_exit: leaves no bus", async (t) => {
	boot();
	reconfigure({ apm: [] });
	syscall("unload", zcrypt_cex4_exit);
	t.strictSame(sysfs_readdir(`${BUS}/drivers`).names, []);
	ap_module_exit();
	t.equal(sysfs_readdir("/sys/devices/ap").rc < 0, true);
	t.equal(sysfs_readdir(BUS).rc < 0, true);
	boot();
	t.equal(show("bindings"), "4/4 (complete)\n", "and the next boot has one again");
});

test("all 65,536 queues: a scan finds each once", async (t) => {
	const ids = Array.from({ length: 256 }, (_, i) => i);

	boot({ apm: ids, aqm: ids, na: 255, nd: 255 });
	t.equal(show("bindings"), "65536/65536 (complete)\n");
	store("scans", "1");
	t.equal(show("bindings"), "65536/65536 (complete)\n");
	reconfigure({ apm: [0], aqm: [255] });
	t.equal(show("bindings"), "1/1 (complete)\n");
});
