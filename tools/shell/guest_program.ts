// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a guest executes when somebody types it: AP instructions by name, each with its answer.
 */
import type { kvm } from "#linux/kvm_host.h";
import {
	AQIC, guest_dqap, guest_gr0, guest_nqap, guest_pqap, RAPQ, TAPQ, ZAPQ, type sie_result,
} from "../../drivers/s390/sim/sie.ts";
import { syscall } from "../../drivers/s390/sim/syscall.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { parse_queue, queue_ids } from "../lib/scenario/ids.ts";

/** INSTRUCTIONS - how each is typed */
export const INSTRUCTIONS = "tapq|rapq|zapq|aqic-on|aqic-off|nqap|dqap QUEUE";

const PQAP_FUNCTIONS = new Map([["tapq", TAPQ], ["rapq", RAPQ], ["zapq", ZAPQ]]);

/* Guest addresses: the notification byte, a request, room for a reply. */
const NIB = 0x2008n;
const REQUEST = 0x10000n;
const REPLY = 0x14000n;
const REPLY_SIZE = 0x4000n;
const IR = 0x8000_0000_0000n;
const ISC = 6n;
const NQAP_BIT = 0x40000000n;
const DQAP_BIT = 0x80000000n;

function queue_of(text: string | undefined): [apid: number, apqi: number] {
	const queue = text === undefined ? null : parse_queue(text);

	if (queue === null)
		throw new usage_error(`"${text ?? ""}" is no queue, expected 04.0047`);
	return queue_ids(queue);
}

/* GR1 as an AP queue status word, in words. */
function answer({ exit, program, cc }: sie_result, gr1: bigint): string {
	if (program !== 0)
		return `program interruption ${program.toString(16).padStart(4, "0")}`;
	const status = (gr1 & 0xffffffffn).toString(16).padStart(8, "0");
	const code = Number(gr1 >> 16n & 0xffn).toString(16).padStart(2, "0");

	return `cc ${cc}, response code ${code}, status ${status}, ${exit}`;
}

function execute(vcpu: kvm["vcpus"][number], name: string, apid: number, apqi: number): sie_result {
	const { gprs } = vcpu.run.s.regs;
	const queue = guest_gr0(0, apid, apqi);

	switch (name) {
	case "nqap":
		gprs[0] = queue | NQAP_BIT;
		[gprs[4], gprs[5], gprs[6], gprs[7]] = [0n, 1n, REQUEST, 16n];
		return guest_nqap(vcpu, 4, 6);
	case "dqap":
		gprs[0] = queue | DQAP_BIT;
		[gprs[6], gprs[7]] = [REPLY, REPLY_SIZE];
		return guest_dqap(vcpu, 4, 6);
	case "aqic-on":
	case "aqic-off":
		gprs[0] = guest_gr0(AQIC, apid, apqi);
		[gprs[1], gprs[2]] = [name === "aqic-on" ? IR | ISC : 0n, NIB];
		return guest_pqap(vcpu);
	}
	const fc = PQAP_FUNCTIONS.get(name);

	if (fc === undefined)
		throw new usage_error(`unknown instruction "${name}", expected ${INSTRUCTIONS}`);
	gprs[0] = guest_gr0(fc, apid, apqi);
	gprs[1] = 0n;
	return guest_pqap(vcpu);
}

/**
 * run_program - have a guest execute instructions
 * @guest: its first processor does
 * @text: one instruction a line, or several between semicolons; "#" begins a comment
 *
 * Return: a line for each. Throws usage_error for what is no instruction.
 */
export function run_program(guest: kvm, text: string): string {
	const lines = text.split(/[;\n]/).map((line) => line.split("#", 1)[0]!.trim());

	return lines.filter((line) => line !== "").map((line) => {
		const [name = "", queue] = line.split(/\s+/);
		const [apid, apqi] = queue_of(queue);
		const vcpu = guest.vcpus[0]!;
		const result = syscall(`${line} of a guest`, () => execute(vcpu, name, apid, apqi));

		return `${line}: ${answer(result, vcpu.run.s.regs.gprs[1]!)}\n`;
	}).join("");
}
