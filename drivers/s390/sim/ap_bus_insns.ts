// SPDX-License-Identifier: GPL-2.0-only
/*
 * The AP bus's copy of the instructions.
 *
 * In C they are static inline: every file that uses one has a copy of its own,
 * and an instruction's address would tell who issued it. Here it is told by
 * which copy was called: ap_bus.ts and ap_queue.ts call these, the drivers those
 * of asm/ap.h, which does the same but for the hardware knowing the difference.
 * Written out, since one wrapper for all would keep all from being inlined.
 */
import * as insn from "#asm/ap.h";
import type {
	ap_qact_ap_info, ap_qid_t, ap_qirq_ctrl, ap_queue_status, ap_tapq_hwinfo,
} from "#asm/ap.h";
import type { out } from "#linux/types.h";
import { ap_hw_by_bus } from "./ap_hardware.ts";

/* What comes back from an instruction of the bus: its instructions end here. */
function done(status: ap_queue_status): ap_queue_status {
	ap_hw_by_bus(false);
	return status;
}

export function ap_tapq(qid: ap_qid_t, info: ap_tapq_hwinfo | null): ap_queue_status {
	ap_hw_by_bus(true);
	return done(insn.ap_tapq(qid, info));
}

export function ap_test_queue(
	qid: ap_qid_t, tbit: number | boolean, info: ap_tapq_hwinfo | null,
): ap_queue_status {
	ap_hw_by_bus(true);
	return done(insn.ap_test_queue(qid, tbit, info));
}

export function ap_rapq(qid: ap_qid_t, fbit: number): ap_queue_status {
	ap_hw_by_bus(true);
	return done(insn.ap_rapq(qid, fbit));
}

export function ap_zapq(qid: ap_qid_t, fbit: number): ap_queue_status {
	ap_hw_by_bus(true);
	return done(insn.ap_zapq(qid, fbit));
}

export function ap_aqic(
	qid: ap_qid_t, qirqctrl: ap_qirq_ctrl, pa_ind: bigint,
): ap_queue_status {
	ap_hw_by_bus(true);
	return done(insn.ap_aqic(qid, qirqctrl, pa_ind));
}

export function ap_qact(
	qid: ap_qid_t, ifbit: number, apinfo: ap_qact_ap_info,
): ap_queue_status {
	ap_hw_by_bus(true);
	return done(insn.ap_qact(qid, ifbit, apinfo));
}

export function ap_bapq(qid: ap_qid_t): ap_queue_status {
	ap_hw_by_bus(true);
	return done(insn.ap_bapq(qid));
}

export function ap_aapq(qid: ap_qid_t, sec_idx: number): ap_queue_status {
	ap_hw_by_bus(true);
	return done(insn.ap_aapq(qid, sec_idx));
}

export function ap_nqap(
	qid: ap_qid_t, psmid: bigint, msg: Uint8Array, length: number,
): ap_queue_status {
	ap_hw_by_bus(true);
	return done(insn.ap_nqap(qid, psmid, msg, length));
}

export function ap_dqap(
	qid: ap_qid_t, psmid: out<bigint>, msg: Uint8Array, msglen: number,
	length: out<number> | null, reslength: out<number> | null, resgr0: out<number> | null,
): ap_queue_status {
	ap_hw_by_bus(true);
	return done(insn.ap_dqap(qid, psmid, msg, msglen, length, reslength, resgr0));
}
