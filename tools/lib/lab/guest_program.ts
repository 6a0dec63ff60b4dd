// SPDX-License-Identifier: GPL-2.0-only
/*
 * AP instructions that a guest executes on request: their names, and their answers in words.
 */
import type { kvm_vcpu } from "#linux/kvm_host.h";
import { advance_clock } from "../../../drivers/s390/sim/clock.ts";
import {
	AQIC, guest_dqap, guest_gr0, guest_nqap, guest_pqap, RAPQ, TAPQ, ZAPQ, type sie_result,
} from "../../../drivers/s390/sim/sie.ts";
import { usage_error } from "../cli/usage_error.ts";
import { parse_queue, queue_ids } from "../scenario/ids.ts";
import { GUEST_INSNS, type guest_insn, type notification } from "../scenario/model.ts";
import { SERVICE_MSECS } from "./machine.ts";

/** INSTRUCTIONS - the notation of each instruction */
export const INSTRUCTIONS = `${GUEST_INSNS.join("|")} QUEUE`;

/** instruction - an instruction on a queue such as "04.0047", for AQIC also how to notify */
export type instruction = [insn: guest_insn, queue: string, notify?: notification];

/* Guest addresses of a request and room for a reply; how queues notify if nothing else is said. */
const REQUEST = 0x10000n;
const REPLY = 0x14000n;
const REPLY_SIZE = 0x4000n;
const IR = 0x8000_0000_0000n;
const NOTIFY: notification = { isc: 6, nib: "0x2008" };
const NQAP_BIT = 0x40000000n;
const DQAP_BIT = 0x80000000n;

/* GR1 as an AP queue status word, in words. */
function answer({ exit, program, cc }: sie_result, gr1: bigint): insn_answer {
	if (program !== 0)
		return {
			code: null,
			text: `program interruption ${program.toString(16).padStart(4, "0")}`,
		};
	const status = (gr1 & 0xffffffffn).toString(16).padStart(8, "0");
	const code = Number(gr1 >> 16n & 0xffn);

	return { code, text: `cc ${cc}, response code ${code.toString(16).padStart(2, "0")}, ` +
		`status ${status}, ${exit}` };
}

function pqap(vcpu: kvm_vcpu, gr0: bigint, gr1 = 0n, gr2 = 0n): sie_result {
	const { gprs } = vcpu.run.s.regs;

	[gprs[0], gprs[1], gprs[2]] = [gr0, gr1, gr2];
	return guest_pqap(vcpu);
}

/* A request of 16 bytes. */
function nqap(vcpu: kvm_vcpu, queue: bigint): sie_result {
	const { gprs } = vcpu.run.s.regs;

	gprs[0] = queue | NQAP_BIT;
	[gprs[4], gprs[5], gprs[6], gprs[7]] = [0n, 1n, REQUEST, 16n];
	return guest_nqap(vcpu, 4, 6);
}

/* A guest asks for a reply once there may be one. */
function dqap(vcpu: kvm_vcpu, queue: bigint): sie_result {
	const { gprs } = vcpu.run.s.regs;

	advance_clock(SERVICE_MSECS);
	gprs[0] = queue | DQAP_BIT;
	[gprs[6], gprs[7]] = [REPLY, REPLY_SIZE];
	return guest_dqap(vcpu, 4, 6);
}

type executor = (
	vcpu: kvm_vcpu, apid: number, apqi: number, notify: notification,
) => sie_result;

const executors: Readonly<Record<guest_insn, executor>> = {
	"tapq": (vcpu, apid, apqi) => pqap(vcpu, guest_gr0(TAPQ, apid, apqi)),
	"rapq": (vcpu, apid, apqi) => pqap(vcpu, guest_gr0(RAPQ, apid, apqi)),
	"zapq": (vcpu, apid, apqi) => pqap(vcpu, guest_gr0(ZAPQ, apid, apqi)),
	"aqic-on": (vcpu, apid, apqi, { isc, nib }) =>
		pqap(vcpu, guest_gr0(AQIC, apid, apqi), IR | BigInt(isc), BigInt(nib)),
	"aqic-off": (vcpu, apid, apqi, { nib }) =>
		pqap(vcpu, guest_gr0(AQIC, apid, apqi), 0n, BigInt(nib)),
	"nqap": (vcpu, apid, apqi) => nqap(vcpu, guest_gr0(0, apid, apqi)),
	"dqap": (vcpu, apid, apqi) => dqap(vcpu, guest_gr0(0, apid, apqi)),
};

/**
 * struct insn_answer - the result of an instruction
 * @code: the AP response code; null for a program interruption
 * @text: the whole result in words
 */
export interface insn_answer {
	code: number | null;
	text: string;
}

/** execute - let a guest's processor execute an instruction */
export function execute(vcpu: kvm_vcpu, ...program: instruction): insn_answer {
	const [insn, queue, notify = NOTIFY] = program;
	const result = executors[insn](vcpu, ...queue_ids(queue), notify);

	return answer(result, vcpu.run.s.regs.gprs[1]!);
}

function parse_line(line: string): [guest_insn, string] {
	const [name, text = ""] = line.split(/\s+/);
	const insn = GUEST_INSNS.find((known) => known === name);
	const queue = parse_queue(text);

	if (insn === undefined)
		throw new usage_error(`unknown instruction "${name}", expected ${INSTRUCTIONS}`);
	if (queue === null)
		throw new usage_error(`"${text}" is no queue, expected 04.0047`);
	return [insn, queue];
}

/**
 * parse_program - read what a guest is to execute
 * @text: instructions, separated by semicolons or line ends; "#" begins a comment
 *
 * Throws usage_error for text that is no instruction.
 */
export function parse_program(text: string): [guest_insn, string][] {
	return text.split(/[;\n]/).map((line) => line.split("#", 1)[0]!.trim())
		.filter((line) => line !== "").map(parse_line);
}
