// SPDX-License-Identifier: GPL-2.0-only
/*
 * AP instructions of a guest under SIE: a datasheet.
 *
 * Sources: arch/s390/include/asm/ap.h, arch/s390/kvm/priv.c, arch/s390/kvm/
 * kvm-s390.c and Documentation/arch/s390/vfio-ap.rst of Linux 6.12 for operands,
 * interpretation and interception; kvm-unit-tests, s390x/ap.c (posted 2024) for
 * program interruptions; QEMU's target/s390x/kvm for what userspace makes of an
 * instruction that KVM leaves to it.
 *
 * Who executes
 *	A processor that is held out of SIE (its masks are being set) executes
 *	nothing: "waits".
 *	ECA.28 (APIE) on: SIE interprets PQAP, NQAP and DQAP, except PQAP(AQIC),
 *	which is always intercepted. TAPQ with the T bit would be intercepted with
 *	IC.3 (FIII), which KVM does not set.
 *	ECA.28 off, or no AP instructions on the machine: all are intercepted. KVM
 *	leaves them to userspace, and that gives the guest an operation exception,
 *	unless it knows better (the design of 2017).
 *
 * What the guest may use
 *	A queue is the guest's iff its adapter is in the APCB's APM and its domain
 *	in the AQM, and the host has both. For any other the response code is 01.
 *	Formats 0 and 1 of the CRYCB have adapters 0-63 and domains 0-15.
 *
 * Program interruptions, the first that applies
 *	02 privileged operation	in the problem state, whatever else is wrong
 *	06 specification	PQAP: a function code that is not installed (QCI
 *				without facility 12, BAPQ and AAPQ outside Secure
 *				Execution); GR0 bits 41-47, bit 41 apart for QACT;
 *				bit 40 (T) without facility 15; an adapter above 63
 *				or a domain above 15 without extended addressing;
 *				QCI's GR2 not on a doubleword
 *				NQAP, DQAP: an odd register R1 or R2; length 0; GR0
 *				bits 32, 34, 35, 40 of NQAP, 33, 34, 35, 40, 41 of
 *				DQAP; the APQN as above
 *	05 addressing		storage that is no RAM of the guest
 *
 * Results
 *	GR1 bits 32-63: the status word; the rest of GR1 stays. Condition code 3
 *	with any response code but 00, else 0.
 *	TAPQ	GR2: the queue's information, 0 for a queue that is not there
 *	RAPQ, ZAPQ	the F bit (41) is for Secure Execution: specification
 *	QCI	128 bytes at GR2: flags and highest numbers of the host (extended
 *		addressing as the CRYCB's format has it), masks as the guest may use
 *		them; GR1 stays, condition code 0
 *	QACT	GR1: what is asked; GR2: the answer
 *	NQAP	R1, R1+1: PSMID, high and low half; R2: address; R2+1: length;
 *		GR0 bit 41: a special message, for a control domain of the guest
 *	DQAP	R1, R1+1: PSMID; R2: behind the last byte stored; R2+1: room left;
 *		GR2: bytes that did not fit. A reply that did not fit: condition code
 *		2, and GR0 says to go on with it
 *
 * Not modelled
 *	Secure Execution (BAPQ, AAPQ, the F bit), guests of guests, messages in
 *	several NQAPs (GR0 bit 33 is taken as set), access exceptions other than
 *	addressing, DAT: addresses are the guest's absolute ones.
 */
import { AP_MKQID, ap_config_info, ap_qact_ap_info, ap_tapq_hwinfo } from "#asm/ap.h";
import { test_bit_inv } from "#asm/bitops.h";
import { EOPNOTSUPP } from "#linux/errno.h";
import {
	CRYCB_FORMAT2, CRYCB_FORMAT_MASK, ECA_APIE, PGM_ADDRESSING, PGM_OPERATION,
	PGM_PRIVILEGED_OP, PGM_SPECIFICATION, PROG_IN_SIE, PSW_CC_SHIFT, PSW_MASK_CC,
	PSW_MASK_PSTATE, type kvm, type kvm_vcpu,
} from "#linux/kvm_host.h";
import { early_initcall } from "#linux/init.h";
import { test_kvm_facility } from "../kvm/kvm-s390.ts";
import { kvm_s390_get_psw_cc, vcpu_intercept_pqap } from "../kvm/priv.ts";
import * as hw from "./ap_hardware.ts";

/**
 * struct sie_result - how an instruction of a guest ended
 * @exit: interpreted by SIE, intercepted, or not executed as the processor waits
 * @program: the program interruption the guest gets instead of a result, or 0
 * @cc: the condition code
 */
export interface sie_result {
	exit: "interpreted" | "intercepted" | "waits";
	program: number;
	cc: number;
}

/** An instruction: which, and its register fields */
export type ap_instruction = readonly [name: "pqap" | "nqap" | "dqap", r1: number, r2: number];

/** What userspace makes of an instruction: condition code and program interruption (or 0) */
type userspace = (vcpu: kvm_vcpu, insn: ap_instruction) => { cc: number; program: number };

let userspaces = new WeakMap<kvm, userspace>();

early_initcall(() => {
	userspaces = new WeakMap();
});

/** set_ap_userspace - let a guest's userspace execute what KVM leaves to it */
export function set_ap_userspace(guest: kvm, handler: userspace): void {
	userspaces.set(guest, handler);
}

/** The function codes of PQAP, bits 32-39 of GR0 */
export const TAPQ = 0, RAPQ = 1, ZAPQ = 2, AQIC = 3, QCI = 4, QACT = 5;

const F_BIT = 1 << 22;
const RESERVED_PQAP = 0x007f0000;
const T_BIT = 0x00800000;
const BEYOND_APQN = 0x0000c0f0;
const RESERVED_NQAP = 0xb0800000;
const RESERVED_DQAP = 0x70c00000;

const RC_Q_NOT_AVAIL = 0x01;
const QCI_BYTES = 128;
const QCI_APXA = 0x40000000;
const FACILITY_QCI = 12;
const FACILITY_APFT = 15;
const REPLY_LIMIT = 12 * 1024;

function has_apxa(vcpu: kvm_vcpu): boolean {
	return (vcpu.arch.sie_block.crycbd & CRYCB_FORMAT_MASK) === CRYCB_FORMAT2;
}

/* The APCB in the format of the designation in the SIE block. */
function apcb(vcpu: kvm_vcpu) {
	const crycb = vcpu.kvm.arch.crypto.crycb!;

	return has_apxa(vcpu) ? crycb.apcb1 : crycb.apcb0;
}

/* Whether a mask has a bit; masks of formats 0 and 1 end early. */
function has_bit(id: number, mask: Uint32Array, bits: number): boolean {
	return id < bits && test_bit_inv(id, mask);
}

/**
 * sie_has_queue - whether a guest may use a queue
 * @vcpu: a processor of the guest
 * @qid: APQN
 */
export function sie_has_queue(vcpu: kvm_vcpu, qid: number): boolean {
	const { apm, aqm } = apcb(vcpu);
	const [adapters, domains] = has_apxa(vcpu) ? [256, 256] : [64, 16];

	return has_bit(qid >>> 8, apm, adapters) && has_bit(qid & 0xff, aqm, domains) &&
		hw.ap_hw_queue_exists(qid);
}

/* The masks that a guest may use: its own, of what the host has. */
function effective(vcpu: kvm_vcpu): ap_config_info {
	const info = new ap_config_info();
	const own = apcb(vcpu);

	hw.pqap_qci(info);
	for (const mask of ["apm", "aqm", "adm"] as const)
		for (let i = 0; i < info[mask].length; i++)
			info[mask][i] &= own[mask][i] ?? 0;
	if (!has_apxa(vcpu)) {
		info.flags &= ~QCI_APXA;
		info.na = 0;
		info.nd = 0;
	}
	return info;
}

function set_cc(vcpu: kvm_vcpu, cc: number): void {
	const { gpsw } = vcpu.arch.sie_block;

	gpsw.mask = gpsw.mask & ~PSW_MASK_CC | BigInt(cc) << PSW_CC_SHIFT;
}

/* The end of an interpreted instruction that has a status word. */
function complete(vcpu: kvm_vcpu, status: number): sie_result {
	const { gprs } = vcpu.run.s.regs;

	gprs[1] = gprs[1] & ~0xffffffffn | BigInt(status);
	return done(vcpu, (status & 0x00ff0000) === 0 ? 0 : 3);
}

function done(vcpu: kvm_vcpu, cc: number): sie_result {
	set_cc(vcpu, cc);
	return { exit: "interpreted", program: 0, cc };
}

/* Instead of a result the guest gets a program interruption. */
function program(
	vcpu: kvm_vcpu, code: number, exit: sie_result["exit"] = "interpreted",
): sie_result {
	vcpu.arch.sie_block.iprcc = code;
	return { exit, program: code, cc: kvm_s390_get_psw_cc(vcpu) };
}

/* A queue that the guest may not use: as if it were not there. */
const not_available = (): number => RC_Q_NOT_AVAIL << 16;

function low_word(register: bigint): number {
	return Number(register & 0xffffffffn);
}

/**
 * sie_execute - execute an AP instruction, if it is not for SIE to interpret let
 *		 the host see to it
 * @vcpu: the processor
 * @insn: the instruction
 * @interpret: what SIE does; null for an instruction that it never interprets
 *
 * Context: an intercepted instruction takes vcpu->mutex.
 */
function sie_execute(
	vcpu: kvm_vcpu, insn: ap_instruction, interpret: (() => sie_result) | null,
): sie_result {
	const { eca, prog0c } = vcpu.arch.sie_block;

	if (!(prog0c & PROG_IN_SIE))
		return { exit: "waits", program: 0, cc: kvm_s390_get_psw_cc(vcpu) };
	vcpu.arch.sie_block.iprcc = 0;
	if (!hw.pqap_installed() || !(eca & ECA_APIE))
		return leave_to_userspace(vcpu, insn);
	if (interpret === null)
		return intercept(vcpu, insn);
	if (vcpu.arch.sie_block.gpsw.mask & PSW_MASK_PSTATE)
		return program(vcpu, PGM_PRIVILEGED_OP);
	return interpret();
}

/* What KVM leaves to userspace. */
function leave_to_userspace(vcpu: kvm_vcpu, insn: ap_instruction): sie_result {
	const handler = userspaces.get(vcpu.kvm);

	if (handler === undefined)
		return program(vcpu, PGM_OPERATION, "intercepted");
	if (vcpu.arch.sie_block.gpsw.mask & PSW_MASK_PSTATE)
		return program(vcpu, PGM_PRIVILEGED_OP, "intercepted");
	const result = handler(vcpu, insn);

	if (result.program !== 0)
		return program(vcpu, result.program, "intercepted");
	set_cc(vcpu, result.cc);
	return { exit: "intercepted", ...result };
}

/* KVM decides. */
function intercept(vcpu: kvm_vcpu, insn: ap_instruction): sie_result {
	if (vcpu_intercept_pqap(vcpu) === -EOPNOTSUPP)
		return leave_to_userspace(vcpu, insn);
	return {
		exit: "intercepted", program: vcpu.arch.sie_block.iprcc,
		cc: kvm_s390_get_psw_cc(vcpu),
	};
}

/**
 * guest_pqap - a guest executes PQAP
 * @vcpu: the processor; its general registers 0 to 2 are the operands
 */
export function guest_pqap(vcpu: kvm_vcpu): sie_result {
	const fc = low_word(vcpu.run.s.regs.gprs[0]) >>> 24;

	return sie_execute(vcpu, ["pqap", 0, 0],
		fc === AQIC ? null : () => interpret_pqap(vcpu, fc));
}

function interpret_pqap(vcpu: kvm_vcpu, fc: number): sie_result {
	const { gprs } = vcpu.run.s.regs;
	const gr0 = low_word(gprs[0]);
	const fault = pqap_exception(vcpu, fc, gr0, gprs[2]);

	if (fault !== 0)
		return program(vcpu, fault);
	if (fc === QCI)
		return query_configuration(vcpu, gprs[2]);
	if (!sie_has_queue(vcpu, gr0 & 0xffff)) {
		if (fc === TAPQ)
			gprs[2] = 0n;
		return complete(vcpu, not_available());
	}
	return complete(vcpu, on_queue(vcpu, fc, gr0));
}

/* What is wrong with PQAP's operands, or 0. */
function pqap_exception(vcpu: kvm_vcpu, fc: number, gr0: number, gr2: bigint): number {
	if (fc > QACT || (fc === QCI && !test_kvm_facility(vcpu.kvm, FACILITY_QCI)))
		return PGM_SPECIFICATION;
	if ((gr0 & RESERVED_PQAP & (fc === QACT ? ~F_BIT : ~0)) !== 0)
		return PGM_SPECIFICATION;
	if ((gr0 & T_BIT) !== 0 && !test_kvm_facility(vcpu.kvm, FACILITY_APFT))
		return PGM_SPECIFICATION;
	if ((gr0 & BEYOND_APQN) !== 0 && !has_apxa(vcpu))
		return PGM_SPECIFICATION;
	if (fc !== QCI)
		return 0;
	if ((gr2 & 7n) !== 0n)
		return PGM_SPECIFICATION;
	return vcpu.kvm.memory!.has(gr2, QCI_BYTES) ? 0 : PGM_ADDRESSING;
}

/* A function on a queue that the guest may use; the status word. */
function on_queue(vcpu: kvm_vcpu, fc: number, gr0: number): number {
	switch (fc) {
	case TAPQ:
		return test_queue(vcpu, gr0);
	case RAPQ:
		return hw.pqap_rapq(gr0, false);
	case ZAPQ:
		return hw.pqap_zapq(gr0, false);
	default:
		return query_compatible_type(vcpu, gr0);
	}
}

function test_queue(vcpu: kvm_vcpu, gr0: number): number {
	const info = new ap_tapq_hwinfo();
	const status = hw.pqap_tapq(gr0, info);

	vcpu.run.s.regs.gprs[2] = info.value;
	return status;
}

/* GR1 and GR2 of QACT: mode in bits 3-5, type in 32-39, version in 48-63. */
function query_compatible_type(vcpu: kvm_vcpu, gr0: number): number {
	const { gprs } = vcpu.run.s.regs;
	const info = new ap_qact_ap_info();

	info.mode = Number(gprs[1] >> 58n & 7n);
	info.cat = Number(gprs[1] >> 24n & 0xffn);
	info.ver = [Number(gprs[1] >> 8n & 0xffn), Number(gprs[1] & 0xffn)];
	const status = hw.pqap_qact(gr0, gr0 & F_BIT ? 1 : 0, info);

	gprs[2] = BigInt(info.mode) << 58n | BigInt(info.cat) << 24n | BigInt(info.ver[0]) << 8n |
		BigInt(info.ver[1]);
	return status;
}

function query_configuration(vcpu: kvm_vcpu, address: bigint): sie_result {
	const bytes = new Uint8Array(QCI_BYTES);
	const view = new DataView(bytes.buffer);

	effective(vcpu).words.forEach((word, i) => view.setUint32(4 * i, word));
	vcpu.kvm.memory!.store(address, bytes);
	return done(vcpu, 0);
}

/* What is wrong with the registers of NQAP and DQAP, or 0. */
function message_exception(vcpu: kvm_vcpu, r1: number, r2: number, reserved: number): number {
	const { gprs } = vcpu.run.s.regs;
	const gr0 = low_word(gprs[0]);

	if ((r1 & 1) !== 0 || (r2 & 1) !== 0 || gprs[r2 + 1] === 0n)
		return PGM_SPECIFICATION;
	if ((gr0 & reserved) !== 0 || ((gr0 & BEYOND_APQN) !== 0 && !has_apxa(vcpu)))
		return PGM_SPECIFICATION;
	return 0;
}

/**
 * guest_nqap - a guest executes NQAP
 * @vcpu: the processor
 * @r1: the even register of the pair with the PSMID
 * @r2: the even register of the pair with address and length of the message
 */
export function guest_nqap(vcpu: kvm_vcpu, r1: number, r2: number): sie_result {
	return sie_execute(vcpu, ["nqap", r1, r2], () => interpret_nqap(vcpu, r1, r2));
}

function interpret_nqap(vcpu: kvm_vcpu, r1: number, r2: number): sie_result {
	const { gprs } = vcpu.run.s.regs;
	const gr0 = low_word(gprs[0]);
	const fault = message_exception(vcpu, r1, r2, RESERVED_NQAP);

	if (fault !== 0)
		return program(vcpu, fault);
	if (!sie_has_queue(vcpu, gr0 & 0xffff))
		return complete(vcpu, not_available());
	const length = gprs[r2 + 1] > REPLY_LIMIT ? REPLY_LIMIT + 1 : Number(gprs[r2 + 1]);

	if (!vcpu.kvm.memory!.has(gprs[r2], length))
		return program(vcpu, PGM_ADDRESSING);
	const psmid = (gprs[r1] & 0xffffffffn) << 32n | gprs[r1 + 1] & 0xffffffffn;
	const text = vcpu.kvm.memory!.load(gprs[r2], length);

	return complete(vcpu, hw.nqap(gr0, psmid, text, length, effective(vcpu).adm));
}

/**
 * guest_dqap - a guest executes DQAP
 * @vcpu: the processor
 * @r1: the even register of the pair that takes the PSMID
 * @r2: the even register of the pair with address and room for the reply
 */
export function guest_dqap(vcpu: kvm_vcpu, r1: number, r2: number): sie_result {
	return sie_execute(vcpu, ["dqap", r1, r2], () => interpret_dqap(vcpu, r1, r2));
}

function interpret_dqap(vcpu: kvm_vcpu, r1: number, r2: number): sie_result {
	const { gprs } = vcpu.run.s.regs;
	const gr0 = low_word(gprs[0]);
	const fault = message_exception(vcpu, r1, r2, RESERVED_DQAP);

	if (fault !== 0)
		return program(vcpu, fault);
	if (!sie_has_queue(vcpu, gr0 & 0xffff))
		return complete(vcpu, not_available());
	const room = gprs[r2 + 1] > REPLY_LIMIT ? REPLY_LIMIT : Number(gprs[r2 + 1]);

	if (!vcpu.kvm.memory!.has(gprs[r2], room))
		return program(vcpu, PGM_ADDRESSING);
	const reply = new hw.ap_reply(new Uint8Array(room), room);
	const status = hw.dqap(gr0, reply);

	return store_reply(vcpu, r1, r2, reply, status);
}

function store_reply(
	vcpu: kvm_vcpu, r1: number, r2: number, reply: hw.ap_reply, status: number,
): sie_result {
	const { gprs } = vcpu.run.s.regs;

	vcpu.kvm.memory!.store(gprs[r2], reply.buffer.subarray(0, reply.length));
	gprs[r2] += BigInt(reply.length);
	gprs[r2 + 1] -= BigInt(reply.length);
	gprs[2] = BigInt(reply.residual);
	if (reply.residual !== 0) {
		gprs[0] |= BigInt(hw.DQAP_CONTINUE);
		return done(vcpu, 2);
	}
	gprs[r1] = reply.psmid >> 32n;
	gprs[r1 + 1] = reply.psmid & 0xffffffffn;
	return complete(vcpu, status);
}

/** guest_gr0 - GR0 of PQAP: function @fc on the queue of adapter @apid and domain @apqi */
export function guest_gr0(fc: number, apid: number, apqi: number): bigint {
	return BigInt(fc) << 24n | BigInt(AP_MKQID(apid, apqi));
}
