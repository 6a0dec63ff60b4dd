// SPDX-License-Identifier: GPL-2.0-only
import { t, test } from "tap";
import { EOPNOTSUPP } from "#linux/errno.h";
import { do_initcalls } from "#linux/init.h";
import { test_bit_inv } from "#asm/bitops.h";
import { set_facility } from "#asm/facility.h";
import {
	AP_MKQID, AP_QID_CARD, AP_QID_QUEUE, ap_aapq, ap_aqic, ap_bapq, ap_config_info, ap_dqap,
	ap_instructions_available, ap_nqap, ap_qact, ap_qact_ap_info, ap_qci, ap_qirq_ctrl,
	ap_queue_status, ap_rapq, ap_tapq, ap_tapq_hwinfo, ap_test_queue, ap_zapq,
} from "#asm/ap.h";
import { out } from "#linux/types.h";
import * as bus from "../../../../drivers/s390/sim/ap_bus_insns.ts";
import {
	ap_hw_configure, ap_hw_install, ap_hw_irqs, ap_hw_power_on, ap_hw_queue_exists,
	ap_hw_queue_irq, ap_hw_reconfigured, ap_hw_script, ap_hw_set_adapter,
	ap_hw_set_bus_transparent, ap_hw_set_reset_time, pqap_tapq, pqap_zapq, trace_ap_insn,
	type ap_mode, type ap_script,
} from "../../../../drivers/s390/sim/ap_hardware.ts";
import { advance_clock } from "../../../../drivers/s390/sim/clock.ts";

const QID = AP_MKQID(4, 0x47);
const OTHER = AP_MKQID(4, 4);
const ABSENT = AP_MKQID(4, 5);

t.beforeEach(() => {
	ap_hw_power_on();
	ap_hw_configure({ apm: [4, 5], aqm: [4, 0x47], adm: [4, 7], na: 15, nd: 84 });
	do_initcalls();
});

function irq(ir: number, fields: Partial<ap_qirq_ctrl> = {}): ap_qirq_ctrl {
	return Object.assign(new ap_qirq_ctrl(), { ir, ...fields });
}

function bits(mask: Uint32Array): number[] {
	return Array.from({ length: 256 }, (_, i) => i).filter((i) => test_bit_inv(i, mask));
}

/* Every instruction that has a script, by the script's name. */
const scripted: [ap_script, (qid: number) => ap_queue_status][] = [
	["tapq", (qid) => ap_tapq(qid, null)],
	["zapq", (qid) => ap_zapq(qid, 0)],
	["zapq", (qid) => ap_rapq(qid, 0)],
	["aqic", (qid) => ap_aqic(qid, irq(1), 0n)],
];

test("APQN: adapter in the upper byte, domain in the lower", async (t) => {
	for (const [card, queue, qid] of [[0, 0, 0], [4, 0x47, 0x0447], [255, 255, 0xffff],
		[0x104, 0x147, 0x0447]]) {
		t.equal(AP_MKQID(card, queue), qid);
		t.equal(AP_QID_CARD(qid), card & 0xff);
		t.equal(AP_QID_QUEUE(qid), queue & 0xff);
	}
});

test("status word: bits from the left 0, 1, 2, 6, 7, and the code in 8-15", async (t) => {
	const words: [number, Partial<ap_queue_status>][] = [
		[0x80000000, { queue_empty: 1 }],
		[0x40000000, { replies_waiting: 1 }],
		[0x20000000, { queue_full: 1 }],
		[0x02000000, { async: 1 }],
		[0x01000000, { irq_enabled: 1 }],
		[0x00360000, { response_code: 0x36 }],
		[0x81070000, { queue_empty: 1, irq_enabled: 1, response_code: 7 }],
		[0, {}],
	];

	for (const [word, fields] of words) {
		const status = new ap_queue_status(fields);

		t.equal(status.pack(), word);
		t.strictSame(ap_queue_status.unpack(word), status);
	}
});

test("AQIC operand: zone, ir, gisc, gf, gisa, isc", async (t) => {
	const values: [bigint, Partial<ap_qirq_ctrl>][] = [
		[0x00ff000000000000n, { zone: 0xff }],
		[0x0000800000000000n, { ir: 1 }],
		[0x0000070000000000n, { gisc: 7 }],
		[0x0000000300000000n, { gf: 3 }],
		[0x000000007ffffff0n, { gisa: 0x7ffffff }],
		[0x0000000000000007n, { isc: 7 }],
		[0x0000830012345675n, { ir: 1, gisc: 3, gisa: 0x1234567, isc: 5 }],
	];

	for (const [value, fields] of values) {
		const ctrl = Object.assign(new ap_qirq_ctrl(), fields);

		t.equal(ctrl.pack(), value);
		t.strictSame(ap_qirq_ctrl.unpack(value), ctrl);
	}
});

test("a queue that is there answers 00, empty; another 01", async (t) => {
	for (const [name, insn] of scripted) {
		t.equal(insn(OTHER).response_code, 0, name);
		t.equal(insn(OTHER).queue_empty, 1, name);
		t.equal(insn(ABSENT).response_code, 1, name);
		t.equal(insn(ABSENT).queue_empty, 0, name);
	}
	t.equal(pqap_tapq(ABSENT, null), 0x00010000);
	t.equal(pqap_zapq(OTHER, false), 0x80000000);
});

test("a script is used up, code by code, then the queue answers normally", async (t) => {
	const codes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 0x0a, 0x0b, 0x10, 0x30, 0x31, 0x32, 0x33, 0x34,
		0x35, 0x36];

	for (const [name, insn] of scripted) {
		ap_hw_script(QID, name, codes);
		for (const code of codes)
			t.equal(insn(QID).response_code, code, name);
		t.equal(insn(QID).response_code, 0, name);
	}
});

test("a new script replaces what is left of the old one, of that instruction", async (t) => {
	ap_hw_script(QID, "zapq", [2, 2, 2]);
	ap_hw_script(QID, "tapq", [4]);
	t.equal(ap_zapq(QID, 0).response_code, 2);
	ap_hw_script(QID, "zapq", [5]);
	t.equal(ap_zapq(QID, 0).response_code, 5);
	t.equal(ap_zapq(QID, 0).response_code, 0);
	t.equal(ap_tapq(QID, null).response_code, 4);
});

test("RAPQ and ZAPQ take from one script", async (t) => {
	ap_hw_script(QID, "zapq", [2, 5]);
	t.equal(ap_rapq(QID, 0).response_code, 2);
	t.equal(ap_zapq(QID, 1).response_code, 5);
});

test("scripts are the queue's own", async (t) => {
	ap_hw_script(QID, "tapq", [3]);
	t.equal(ap_tapq(OTHER, null).response_code, 0);
	t.equal(ap_tapq(QID, null).response_code, 3);
});

test("AQIC: sets and clears the interrupt, and keeps what it was asked for", async (t) => {
	const status = ap_aqic(QID, irq(1, { isc: 5, gisc: 3, gisa: 0x1234 }), 0x7008n);

	t.equal(status.irq_enabled, 1);
	t.strictSame({ ...ap_hw_queue_irq(QID) }, { isc: 5, gisc: 3, gisa: 0x1234, nib: 0x7008n });
	t.strictSame(ap_hw_irqs(), [QID]);
	t.equal(ap_aqic(QID, irq(1), 0n).response_code, 0, "again without complaint");
	t.equal(ap_tapq(QID, null).irq_enabled, 1);
	t.equal(ap_aqic(QID, irq(0), 0n).irq_enabled, 0);
	t.equal(ap_hw_queue_irq(QID), null);
	t.equal(ap_aqic(QID, irq(0), 0n).response_code, 0, "disabled twice");
});

test("with any code but 00 nothing happens", async (t) => {
	ap_aqic(QID, irq(1, { gisc: 2 }), 8n);
	for (const code of [1, 2, 3, 4, 5, 6, 7, 8, 0x0a]) {
		ap_hw_script(QID, "zapq", [code]);
		t.equal(ap_zapq(QID, 0).irq_enabled, 1);
		ap_hw_script(QID, "aqic", [code]);
		t.equal(ap_aqic(QID, irq(0), 0n).irq_enabled, 1);
	}
	t.equal(ap_hw_queue_irq(QID)!.gisc, 2);
	ap_aqic(OTHER, irq(0), 0n);
	ap_hw_script(OTHER, "aqic", [7]);
	t.equal(ap_aqic(OTHER, irq(1), 0n).irq_enabled, 0);
});

test("a scripted 00 acts like any other", async (t) => {
	ap_hw_script(QID, "aqic", [0]);
	t.equal(ap_aqic(QID, irq(1), 0n).irq_enabled, 1);
	ap_hw_script(QID, "zapq", [0]);
	t.equal(ap_zapq(QID, 0).irq_enabled, 0);
});

test("RAPQ, ZAPQ: disable the interrupt", async (t) => {
	for (const reset of [ap_rapq, ap_zapq]) {
		ap_aqic(QID, irq(1), 0n);
		t.equal(reset(QID, 0).irq_enabled, 0);
		t.equal(ap_hw_queue_irq(QID), null);
	}
});

test("reset time: 02 to everything until it is over", async (t) => {
	ap_hw_set_reset_time(50);
	t.equal(ap_zapq(QID, 0).response_code, 0);
	for (const [name, insn] of scripted)
		t.equal(insn(QID).response_code, 2, name);
	t.equal(ap_tapq(OTHER, null).response_code, 0, "another queue");
	advance_clock(49);
	t.equal(ap_tapq(QID, null).response_code, 2);
	advance_clock(1);
	t.equal(ap_tapq(QID, null).response_code, 0);
	ap_hw_set_reset_time(0);
	ap_zapq(QID, 0);
	t.equal(ap_tapq(QID, null).response_code, 0, "at once again");
});

test("adapters: deconfigured 03, checkstopped 04, for all their queues", async (t) => {
	ap_hw_set_adapter(4, { configured: false });
	for (const [name, insn] of scripted)
		t.equal(insn(QID).response_code, 3, name);
	t.equal(ap_tapq(OTHER, null).response_code, 3);
	t.equal(ap_tapq(AP_MKQID(5, 4), null).response_code, 0);
	t.equal(ap_tapq(ABSENT, null).response_code, 1);
	ap_hw_set_adapter(4, { configured: true, checkstopped: true });
	t.equal(ap_zapq(QID, 0).response_code, 4);
	ap_hw_set_adapter(4, { checkstopped: false });
	t.equal(ap_zapq(QID, 0).response_code, 0);
});

test("TAPQ information: type, depth, domains; facilities with the T bit", async (t) => {
	const modes: [ap_mode, number][] =
		[["cca", 0x92000000], ["ep11", 0x06000000], ["accel", 0x6a000000]];
	const info = new ap_tapq_hwinfo();

	for (const [mode, fac] of modes) {
		ap_hw_set_adapter(4, { mode });
		ap_test_queue(QID, 1, info);
		t.equal(info.fac, fac, mode);
		t.equal(info.value, BigInt(fac) << 32n | 0x0e540007n);
	}
	t.equal(info.at, 14);
	t.equal(info.nd, 84);
	t.equal(info.qd, 7);
	t.equal(info.ml, 0);
	t.equal(info.bs, 0);
	ap_test_queue(QID, 0, info);
	t.equal(info.fac, 0);
	t.equal(info.at, 14);
	ap_hw_configure({ apxa: false });
	ap_test_queue(QID, 1, info);
	t.equal(info.apxa, 0);
	ap_test_queue(ABSENT, 1, info);
	t.equal(info.value, 0n);
});

test("TAPQ information: there also with another code than 00, but not with 01", async (t) => {
	const info = new ap_tapq_hwinfo();

	for (const code of [2, 3, 4, 5]) {
		ap_hw_script(QID, "tapq", [code]);
		ap_test_queue(QID, 1, info);
		t.equal(info.at, 14);
	}
	ap_hw_script(QID, "tapq", [1]);
	ap_test_queue(QID, 1, info);
	t.equal(info.value, 0n);
});

test("old adapters: type 9, and no more once they are not listed", async (t) => {
	const info = new ap_tapq_hwinfo();

	ap_hw_configure({ old: [4] });
	ap_tapq(QID, info);
	t.equal(info.at, 9);
	ap_tapq(AP_MKQID(5, 4), info);
	t.equal(info.at, 14);
	ap_hw_configure({ old: [] });
	ap_tapq(QID, info);
	t.equal(info.at, 14);
});

test("QCI: masks, highest numbers, flags", async (t) => {
	const config = new ap_config_info();

	t.equal(ap_qci(config), 0);
	t.strictSame([bits(config.apm), bits(config.aqm), bits(config.adm)],
		[[4, 5], [4, 0x47], [4, 7]]);
	t.strictSame([config.na, config.nd], [15, 84]);
	t.strictSame([config.apsc, config.apxa, config.qact, config.rc8a, config.apsb],
		[1, 1, 1, 1, 0]);
	ap_hw_configure({ apxa: false, na: 200, nd: 255, adm: [] });
	ap_qci(config);
	t.strictSame([config.apxa, config.na, config.nd, bits(config.adm)], [0, 200, 255, []]);

	const copy = new ap_config_info();

	copy.memcpy_from(config);
	t.strictSame(copy.words, config.words);
	copy.na = 7;
	copy.nd = 9;
	t.strictSame([copy.na, copy.nd, config.na], [7, 9, 200]);
});

test("QCI: not on a machine without facility 12", async (t) => {
	t.teardown(() => set_facility(12, true));
	set_facility(12, false);
	t.equal(ap_qci(new ap_config_info()), -EOPNOTSUPP);
});

test("a machine without AP instructions", async (t) => {
	t.equal(ap_instructions_available(), true);
	ap_hw_install(false);
	t.equal(ap_instructions_available(), false);
});

test("QACT: types above 14 behave as 14", async (t) => {
	const info = new ap_qact_ap_info();

	ap_hw_set_adapter(4, { type: 15 });
	info.cat = 14;
	t.equal(ap_qact(QID, 0, info).response_code, 0);
	t.equal(info.cat, 14);
	ap_hw_set_adapter(4, { type: 12 });
	ap_qact(QID, 0, info);
	t.equal(info.cat, 12);
	t.equal(ap_qact(ABSENT, 0, info).response_code, 1);
});

test("not installed: messages, binding, association", async (t) => {
	const psmid = out(0n), length = out(9), reslength = out(9), resgr0 = out(0);

	t.equal(ap_nqap(QID, 1n, new Uint8Array(8), 8).response_code, 0x16);
	t.equal(ap_dqap(QID, psmid, new Uint8Array(8), 8, length, reslength, resgr0).response_code,
		0x10);
	t.strictSame([length.v, reslength.v, resgr0.v], [0, 0, 0]);
	t.equal(ap_bapq(QID).response_code, 0x16);
	t.equal(ap_aapq(QID, 1).response_code, 0x16);
	t.equal(ap_nqap(ABSENT, 1n, new Uint8Array(8), 8).response_code, 1);
});

test("reconfiguration: a queue that goes away loses script and interrupt", async (t) => {
	ap_aqic(QID, irq(1), 0n);
	ap_aqic(OTHER, irq(1), 0n);
	ap_hw_script(QID, "zapq", [5]);
	ap_hw_configure({ aqm: [4] });
	t.equal(ap_hw_queue_exists(QID), false);
	t.equal(ap_tapq(QID, null).pack(), 0x01010000,
		"until everybody knows, it keeps what it had");
	ap_hw_reconfigured();
	t.equal(ap_tapq(QID, null).pack(), 0x00010000);
	t.strictSame(ap_hw_irqs(), [OTHER]);
	ap_hw_configure({ aqm: [4, 0x47] });
	t.equal(ap_tapq(QID, null).pack(), 0x80000000);
	t.equal(ap_zapq(QID, 0).response_code, 0);
	t.equal(ap_tapq(OTHER, null).irq_enabled, 1, "a queue that stays keeps both");
});

test("a script for a queue that is not there: answers, goes when it was there", async (t) => {
	ap_hw_script(ABSENT, "tapq", [4, 4, 4]);
	t.equal(ap_tapq(ABSENT, null).pack(), 0x00040000);
	ap_hw_configure({ apm: [4] });
	t.equal(ap_tapq(ABSENT, null).response_code, 4);
	ap_hw_configure({ aqm: [4, 5] });
	ap_hw_configure({ aqm: [4] });
	ap_hw_reconfigured();
	t.equal(ap_tapq(ABSENT, null).response_code, 1);
});

test("a boot forgets the queues' state and keeps the configuration", async (t) => {
	ap_aqic(QID, irq(1), 0n);
	ap_hw_script(QID, "zapq", [5]);
	do_initcalls();
	t.equal(ap_hw_queue_exists(QID), true);
	t.equal(ap_zapq(QID, 0).pack(), 0x80000000);
	ap_hw_power_on();
	t.equal(ap_hw_queue_exists(QID), false);
});

test("trace_ap_insn: each instruction, its result and who issued it", async (t) => {
	const seen: unknown[][] = [];
	const end = trace_ap_insn.register((insn, qid, status, ctrl, by_bus) =>
		seen.push([insn, qid, status, ctrl?.gisc, by_bus]));

	ap_tapq(QID, null);
	ap_aqic(QID, irq(1, { gisc: 3 }), 0n);
	bus.ap_rapq(QID, 0);
	ap_zapq(ABSENT, 0);
	end();
	ap_tapq(QID, null);
	t.strictSame(seen, [
		["tapq", QID, 0x80000000, undefined, false],
		["aqic", QID, 0x81000000, 3, false],
		["rapq", QID, 0x80000000, undefined, true],
		["zapq", ABSENT, 0x00010000, undefined, false],
	]);
});

test("a transparent bus takes nothing from scripts and leaves no mark", async (t) => {
	ap_hw_set_bus_transparent(true);
	ap_hw_script(QID, "tapq", [5]);
	ap_hw_script(QID, "zapq", [5]);
	ap_hw_script(QID, "aqic", [5]);
	t.equal(bus.ap_tapq(QID, null).response_code, 0);
	t.equal(bus.ap_zapq(QID, 0).response_code, 0);
	t.equal(bus.ap_aqic(QID, irq(1), 0n).irq_enabled, 1, "which it asked for");
	t.equal(ap_hw_queue_irq(QID), null);
	t.equal(ap_tapq(QID, null).response_code, 5);
	t.equal(ap_zapq(QID, 0).response_code, 5);
	t.equal(ap_aqic(QID, irq(1), 0n).response_code, 5);
	ap_aqic(QID, irq(1), 0n);
	ap_hw_set_reset_time(50);
	t.equal(bus.ap_rapq(QID, 0).response_code, 0);
	t.equal(ap_tapq(QID, null).irq_enabled, 1);
	t.equal(ap_tapq(QID, null).response_code, 0);

	ap_hw_set_bus_transparent(false);
	ap_hw_script(QID, "zapq", [5]);
	t.equal(bus.ap_zapq(QID, 0).response_code, 5, "and not transparent it is like anybody");
	t.equal(bus.ap_rapq(QID, 0).irq_enabled, 0);
});
