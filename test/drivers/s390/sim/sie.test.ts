// SPDX-License-Identifier: GPL-2.0-only
import * as fast_check from "fast-check";
import { t, test } from "tap";
import { test_bit_inv } from "#asm/bitops.h";
import { set_facility } from "#asm/facility.h";
import { IS_ERR } from "#linux/err.h";
import { do_initcalls } from "#linux/init.h";
import {
	CRYCB_FORMAT0, CRYCB_FORMAT1, CRYCB_FORMAT2, CRYCB_FORMAT_MASK, PGM_ADDRESSING,
	PGM_OPERATION, PGM_PRIVILEGED_OP, PGM_SPECIFICATION, PSW_MASK_PSTATE, crypto_hook,
	kvm_arch_crypto_set_masks, trace_crypto_set_masks, type kvm as guest, type kvm_vcpu,
} from "#linux/kvm_host.h";
import {
	kvm_arch_vcpu_leave_sie, kvm_s390_vm_set_apie,
} from "../../../../drivers/s390/kvm/kvm-s390.ts";
import {
	ap_hw_configure, ap_hw_fault, ap_hw_install, ap_hw_power_on, ap_hw_script,
	ap_hw_set_adapter, ap_hw_set_reset_time, ap_hw_set_service_time,
} from "../../../../drivers/s390/sim/ap_hardware.ts";
import { advance_clock } from "../../../../drivers/s390/sim/clock.ts";
import { guest_start } from "../../../../drivers/s390/sim/guest.ts";
import {
	AQIC, QACT, QCI, RAPQ, TAPQ, ZAPQ, guest_dqap, guest_gr0, guest_nqap, guest_pqap,
	sie_has_queue,
} from "../../../../drivers/s390/sim/sie.ts";

let kvm: guest;
let vcpu: kvm_vcpu;

function mask(ids: Iterable<number>): Uint32Array {
	const words = new Uint32Array(8);

	for (const id of ids)
		words[id >>> 5] |= 0x80000000 >>> (id & 31);
	return words;
}

function every(n: number): number[] {
	return Array.from({ length: n }, (_, id) => id);
}

/* A host, and a guest of it with masks. */
function machine(apxa: boolean, host: number[][], own: number[][]): void {
	ap_hw_power_on();
	ap_hw_configure({
		apxa, na: 255, nd: 255, apm: host[0], aqm: host[1], adm: host[2], old: [],
	});
	do_initcalls();
	const started = guest_start();

	if (IS_ERR(started))
		throw new Error("guest_start");
	kvm = started;
	vcpu = kvm.vcpus[0];
	kvm_arch_crypto_set_masks(kvm, mask(own[0]), mask(own[1]), mask(own[2]));
}

t.beforeEach(() => machine(true, [[4, 5], [4, 0x47], [4]], [[4], [4, 0x47], [4]]));
t.afterEach(() => [12, 15, 65].forEach((nr) => set_facility(nr, true)));

/* PQAP with these registers; what becomes of it. */
function pqap(gr0: bigint, gr1 = 0n, gr2 = 0n) {
	const { gprs } = vcpu.run.s.regs;

	gprs[0] = gr0;
	gprs[1] = gr1;
	gprs[2] = gr2;
	const { exit, program, cc } = guest_pqap(vcpu);

	return { exit, program, cc, rc: Number(gprs[1] >> 16n & 0xffn) };
}

/* NQAP or DQAP on registers @r1 and @r2, @length in the one behind @r2. */
function message(insn: typeof guest_nqap, gr0: bigint, r1 = 2, r2 = 4, length = 128n): number {
	const { gprs } = vcpu.run.s.regs;

	gprs[0] = gr0;
	gprs[r2] = 0x10000n;
	gprs[(r2 | 1)] = length;
	return insn(vcpu, r1, r2).program;
}

test("kvm-unit-tests s390x/ap.c: PQAP", async (t) => {
	t.equal(pqap(42n << 24n).program, PGM_SPECIFICATION, "invalid fc");
	for (let bit = 16n; bit < 23n; bit++)
		t.equal(pqap(1n << bit).program, PGM_SPECIFICATION, `gr0 bit ${63n - bit}`);
	for (const fc of [4n, 6n])
		for (let i = 1n; i < 8n; i++)
			t.equal(pqap(fc << 24n, 0n, 0x1000n + i).program, PGM_SPECIFICATION,
				`fc ${fc} +${i}`);
});

test("kvm-unit-tests s390x/ap.c: NQAP and DQAP", async (t) => {
	const tests: [string, typeof guest_nqap, number[]][] = [
		["nqap", guest_nqap, [32, 34, 35, 40]], ["dqap", guest_dqap, [33, 34, 35, 40, 41]],
	];

	for (const [name, insn, zero_bits] of tests) {
		t.equal(message(insn, 0n, 3, 6), PGM_SPECIFICATION, `${name}: r1`);
		t.equal(message(insn, 0n, 2, 7), PGM_SPECIFICATION, `${name}: r2`);
		t.equal(message(insn, 0n, 3, 7), PGM_SPECIFICATION, `${name}: both`);
		t.equal(message(insn, 0n, 2, 4, 0n), PGM_SPECIFICATION, `${name}: len==0`);
		for (const bit of zero_bits)
			t.equal(message(insn, 1n << BigInt(63 - bit)), PGM_SPECIFICATION,
				`${name}: gr0 ${bit}`);
		t.equal(message(insn, 0n), 0, `${name}: nothing wrong`);
	}
});

test("kvm-unit-tests s390x/ap.c: the problem state", async (t) => {
	vcpu.arch.sie_block.gpsw.mask |= PSW_MASK_PSTATE;
	t.equal(pqap(guest_gr0(QCI, 0, 0), 0n, 0x1000n).program, PGM_PRIVILEGED_OP);
	t.equal(message(guest_nqap, 0n, 0, 2), PGM_PRIVILEGED_OP);
	t.equal(message(guest_dqap, 0n, 0, 2), PGM_PRIVILEGED_OP);
	t.equal(pqap(42n << 24n).program, PGM_PRIVILEGED_OP, "before any specification exception");
	t.equal(message(guest_nqap, 0n, 3, 7, 0n), PGM_PRIVILEGED_OP);
});

test("specification exceptions by facility", async (t) => {
	kvm.arch.fac_mask.delete(12);
	t.equal(pqap(guest_gr0(QCI, 0, 0)).program, PGM_SPECIFICATION, "QCI without facility 12");
	t.equal(pqap(guest_gr0(TAPQ, 4, 4) | 0x00800000n).program, 0, "T bit");
	kvm.arch.fac_mask.delete(15);
	t.equal(pqap(guest_gr0(TAPQ, 4, 4) | 0x00800000n).program, PGM_SPECIFICATION);
	for (const fc of [6n, 7n, 8n, 9n, 255n])
		t.equal(pqap(fc << 24n).program, PGM_SPECIFICATION, `fc ${fc} is not installed`);
	t.equal(pqap(guest_gr0(QACT, 4, 4) | 1n << 22n).program, 0, "bit 41 is QACT's");
	t.equal(pqap(guest_gr0(RAPQ, 4, 4) | 1n << 22n).program, PGM_SPECIFICATION,
		"and not RAPQ's");
});

test("QCI into storage that is none -> addressing", async (t) => {
	t.equal(pqap(guest_gr0(QCI, 0, 0), 0n, 0x8000n << 12n).program, PGM_ADDRESSING);
	t.equal(pqap(guest_gr0(QCI, 0, 0), 0n, (0x8000n << 12n) - 120n).program, PGM_ADDRESSING);
	t.equal(pqap(guest_gr0(QCI, 0, 0), 0n, (0x8000n << 12n) - 128n).program, 0);
});

test("who executes: interpreted, intercepted, held out of SIE", async (t) => {
	t.match(pqap(guest_gr0(TAPQ, 4, 4)), { exit: "interpreted", cc: 0, rc: 0 });
	t.match(pqap(guest_gr0(AQIC, 4, 4)), { exit: "intercepted", program: 0, cc: 3 });
	t.equal(vcpu.run.s.regs.gprs[1] >> 32n, 0x00010000n,
		"no hook: KVM's answer, in the upper half");
	kvm_s390_vm_set_apie(kvm, false);
	for (const fc of [TAPQ, RAPQ, ZAPQ, AQIC, QCI, QACT])
		t.match(pqap(guest_gr0(fc, 4, 4)), { exit: "intercepted", program: PGM_OPERATION },
			`fc ${fc}`);
	t.equal(message(guest_nqap, 0n), PGM_OPERATION);
	kvm_s390_vm_set_apie(kvm, true);
	ap_hw_install(false);
	t.equal(pqap(guest_gr0(TAPQ, 4, 4)).program, PGM_OPERATION);
	ap_hw_install(true);
	const end = trace_crypto_set_masks.register(() =>
		t.equal(pqap(guest_gr0(TAPQ, 4, 4)).exit, "waits", "while masks are set"));

	kvm_arch_crypto_set_masks(kvm, mask([4]), mask([4]), mask([]));
	end();
	t.equal(pqap(guest_gr0(TAPQ, 4, 4)).exit, "interpreted");
	kvm_arch_vcpu_leave_sie(vcpu);
	t.equal(pqap(guest_gr0(TAPQ, 4, 4)).exit, "waits");
});

test("AQIC is intercepted with priv.c's checks in their order", async (t) => {
	const asked: bigint[] = [];

	kvm.arch.crypto.pqap_hook = new crypto_hook();
	kvm.arch.crypto.pqap_hook.fn = (asking) => {
		asked.push(asking.run.s.regs.gprs[0]);
		asking.run.s.regs.gprs[1] = 0x00060000n;
		return 0;
	};
	const aqic = guest_gr0(AQIC, 4, 4);

	t.match(pqap(aqic), { exit: "intercepted", program: 0, cc: 3, rc: 0x06 });
	t.match(pqap(guest_gr0(AQIC, 9, 9)), { rc: 0x06 }, "the APCB is not asked");
	kvm.arch.fac_mask.delete(65);
	t.equal(pqap(aqic).program, PGM_SPECIFICATION, "facility 65");
	vcpu.arch.sie_block.gpsw.mask |= PSW_MASK_PSTATE;
	t.equal(pqap(aqic | 0x00010000n).program, PGM_PRIVILEGED_OP,
		"the problem state comes first");
	t.same(asked, [aqic, guest_gr0(AQIC, 9, 9)]);
});

test("response and condition codes of each function, by cause", async (t) => {
	const causes: [string, () => void, number][] = [
		["nothing wrong", () => {}, 0x00],
		["reset in progress", () => {
			ap_hw_set_reset_time(50);
			pqap(guest_gr0(ZAPQ, 4, 4));
		}, 0x02],
		["deconfigured", () => ap_hw_set_adapter(4, { configured: false }), 0x03],
		["checkstopped", () => ap_hw_set_adapter(4, { checkstopped: true }), 0x04],
		["busy", () => ap_hw_fault(0x0404, "busy", 10), 0x05],
		["state change in progress", () => ap_hw_fault(0x0404, "state change", 10), 0x0a],
		["not in the guest's APM",
			() => kvm_arch_crypto_set_masks(kvm, mask([5]), mask([4]), mask([])), 0x01],
		["not in the guest's AQM",
			() => kvm_arch_crypto_set_masks(kvm, mask([4]), mask([5]), mask([])), 0x01],
		["not in the host's configuration", () => ap_hw_configure({ aqm: [5] }), 0x01],
		["another adapter is checkstopped",
			() => ap_hw_set_adapter(5, { checkstopped: true }), 0x00],
	];

	for (const [cause, make, rc] of causes) {
		for (const fc of [TAPQ, RAPQ, ZAPQ, QACT]) {
			machine(true, [[4, 5], [4, 0x47], [4]], [[4], [4, 0x47], [4]]);
			make();
			t.match(pqap(guest_gr0(fc, 4, 4)),
				{ exit: "interpreted", program: 0, rc, cc: rc ? 3 : 0 },
				`fc ${fc}: ${cause}`);
		}
	}
});

test("every response code comes through to the guest", async (t) => {
	const codes = [
		0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x10, 0x11, 0x13,
		0x15, 0x16,
		0x30, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x42,
	];
	const { gprs } = vcpu.run.s.regs;

	for (const script of ["tapq", "zapq", "nqap", "dqap"] as const)
		ap_hw_script(0x0404, script, codes);
	for (const rc of codes) {
		t.match(pqap(guest_gr0(TAPQ, 4, 4)), { rc, cc: 3 });
		t.match(pqap(guest_gr0(ZAPQ, 4, 4)), { rc, cc: 3 });
		for (const insn of [guest_nqap, guest_dqap]) {
			t.equal(message(insn, 0x0404n), 0);
			t.equal(Number(gprs[1] >> 16n & 0xffn), rc);
		}
	}
});

test("TAPQ: status in the lower half of GR1, GR2 with and without the T bit", async (t) => {
	const { gprs } = vcpu.run.s.regs;

	pqap(guest_gr0(TAPQ, 4, 4), 0x1234_5678_ffff_ffffn);
	t.equal(gprs[1], 0x1234_5678_8000_0000n);
	t.equal(gprs[2], 0x0eff0007n, "type 14, highest domain, depth less one");
	pqap(guest_gr0(TAPQ, 4, 4) | 0x00800000n);
	t.equal(gprs[2], 0x920000000eff0007n);
	pqap(guest_gr0(TAPQ, 5, 4), 0n, 77n);
	t.same([gprs[1], gprs[2]], [0x00010000n, 0n]);
});

test("QCI: flags of the host, masks as the guest may use them", async (t) => {
	machine(true, [[4, 5], [4, 0x47], [4, 9]], [[4, 200], [0x47, 0x48], [9, 10]]);
	t.match(pqap(guest_gr0(QCI, 0, 0), 0xabcdn, 0x2000n), { cc: 0, program: 0 });
	t.equal(vcpu.run.s.regs.gprs[1], 0xabcdn, "GR1 stays");
	const bytes = kvm.memory!.load(0x2000n, 128);
	const words = (at: number): number[] => every(256).filter((id) => bytes[at + (id >> 3)] &
		0x80 >> (id & 7));

	t.equal(bytes[0] & 0x40, 0x40);
	t.same([bytes[4], bytes[5]], [255, 255]);
	t.same([words(16), words(48), words(80)], [[4], [0x47], [9]]);
});

test("messages: NQAP and DQAP through guest storage", async (t) => {
	const { gprs } = vcpu.run.s.regs;

	ap_hw_set_service_time(2);
	kvm.memory!.store(0x10000n, [1, 2, 3, 4]);
	[gprs[2], gprs[3]] = [0x11111111n, 0x22222222n];
	t.equal(message(guest_nqap, 0x40000404n, 2, 4, 4n), 0);
	t.equal(gprs[1] & 0xffffffffn, 0n, "not empty any more, and no reply yet");
	t.equal(message(guest_dqap, 0x80000404n, 6, 4, 3n), 0);
	t.equal(gprs[1] >> 16n & 0xffn, 0x10n);
	advance_clock(2);
	t.equal(message(guest_dqap, 0x80000404n, 6, 4, 3n), 0);
	t.same([gprs[2], gprs[4], gprs[5]], [1n, 0x10003n, 0n], "one byte is left");
	const { cc } = guest_dqap_rest();

	t.equal(cc, 0);
	t.same([gprs[6], gprs[7]], [0x11111111n, 0x22222222n]);
	t.same([...kvm.memory!.load(0x10000n, 4)], [0xfe, 0xfd, 0xfc, 0xfb]);
	t.equal(message(guest_nqap, 0x40400404n, 2, 4, 4n), 0, "a special message");
	t.equal(gprs[1] >> 16n & 0xffn, 0x42n,
		"domain 0x0102 or 0xfefd is not the guest's to change");
});

/* Go on with the reply, behind what was stored. */
function guest_dqap_rest() {
	vcpu.run.s.regs.gprs[5] = 16n;
	return guest_dqap(vcpu, 6, 4);
}

/* The definition: a queue is the guest's iff APCB and host have both its numbers. */
const may = (apm: Uint32Array, aqm: Uint32Array, host_apm: Uint32Array, host_aqm: Uint32Array,
	limit: readonly number[], apid: number, apqi: number): boolean =>
	apid < limit[0] && apqi < limit[1] && test_bit_inv(apid, apm) &&
	test_bit_inv(apid, host_apm) &&
	test_bit_inv(apqi, aqm) && test_bit_inv(apqi, host_aqm);

const formats = [
	[CRYCB_FORMAT0, [64, 16]], [CRYCB_FORMAT1, [64, 16]], [CRYCB_FORMAT2, [256, 256]],
] as const;

/* A machine whose guest has a CRYCB of that format. */
function format_machine(format: number, host: number[][], own: number[][]): void {
	machine(format === CRYCB_FORMAT2, host, own);
	for (const holder of [kvm.arch.crypto, vcpu.arch.sie_block])
		holder.crycbd = (holder.crycbd & ~CRYCB_FORMAT_MASK | format) >>> 0;
}

test("effective access: 256 x 256 queues, formats 0, 1, 2", async (t) => {
	const host = [
		every(256).filter((id) => id % 3 !== 0),
		every(256).filter((id) => id % 5 !== 1), [],
	];
	const own = [
		every(256).filter((id) => id % 7 !== 2),
		every(256).filter((id) => id % 2 === 0), [],
	];
	const [apm, aqm, host_apm, host_aqm] = [own[0], own[1], host[0], host[1]].map(mask);

	for (const [format, limit] of formats) {
		let wrong = 0, usable = 0;

		format_machine(format, host, own);
		for (let apid = 0; apid < 256; apid++) {
			for (let apqi = 0; apqi < 256; apqi++) {
				const expected = may(apm, aqm, host_apm, host_aqm, limit, apid,
					apqi);
				const beyond = format !== CRYCB_FORMAT2 && (apid > 63 || apqi > 15);
				const { rc, program } = pqap(guest_gr0(TAPQ, apid, apqi));

				usable += Number(expected);
				wrong += Number(program !== (beyond ? PGM_SPECIFICATION : 0) ||
					(program === 0 && rc !== (expected ? 0 : 1)));
			}
		}
		t.equal(wrong, 0, `format ${format}: ${usable} usable`);
	}
});

test("effective access: each single bit of each mask", async (t) => {
	for (const [format, [adapters, domains]] of formats) {
		let wrong = 0;

		format_machine(format, [every(256), every(256), []], [[], [], []]);
		const has = (id: number, other: number): boolean =>
			sie_has_queue(vcpu, id << 8 | other);

		for (let n = 0; n < 256; n++) {
			kvm_arch_crypto_set_masks(kvm, mask([n]), mask([n]), mask([]));
			for (let m = 0; m < 256; m++) {
				wrong += Number(
					has(m, n) !== (m === n && n < adapters && n < domains));
				wrong += Number(
					has(n, m) !== (m === n && n < adapters && n < domains));
			}
		}
		t.equal(wrong, 0, `format ${format}`);
	}
});

test("effective access: property over masks", async (t) => {
	const ids = fast_check.uniqueArray(fast_check.nat(255), { maxLength: 40 });

	fast_check.assert(fast_check.property(ids, ids, ids, ids,
		fast_check.constantFrom(...formats), fast_check.nat(0xffff),
		(host_apm, host_aqm, apm, aqm, [format, limit], qid) => {
			format_machine(format, [host_apm, host_aqm, []], [apm, aqm, []]);
			const expected = (apid: number, apqi: number): boolean =>
				may(mask(apm), mask(aqm), mask(host_apm), mask(host_aqm), limit,
					apid, apqi);
			const queues = [qid, ...apm.flatMap((a) => aqm.map((d) => a << 8 | d))];

			return queues.every(
				(q) => sie_has_queue(vcpu, q) === expected(q >> 8, q & 0xff));
		}), { numRuns: 200, seed: 2017 });
});
