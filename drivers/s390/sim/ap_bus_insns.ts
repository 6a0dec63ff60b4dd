// SPDX-License-Identifier: GPL-2.0-only
/*
 * The AP bus's copy of the instructions.
 *
 * In C they are static inline: every file that uses one has a copy of its own,
 * and an instruction's address would tell who issued it. Here it is told by
 * which copy was called: ap_bus.ts and ap_queue.ts call these, the drivers those
 * of asm/ap.h, which does the same but for the hardware knowing the difference.
 */
import * as insn from "#asm/ap.h";
import { ap_hw_by_bus } from "./ap_hardware.ts";

function as_bus<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
	return (...args) => {
		ap_hw_by_bus(true);
		const result = fn(...args);

		ap_hw_by_bus(false);
		return result;
	};
}

export const ap_tapq = as_bus(insn.ap_tapq);
export const ap_test_queue = as_bus(insn.ap_test_queue);
export const ap_rapq = as_bus(insn.ap_rapq);
export const ap_zapq = as_bus(insn.ap_zapq);
export const ap_aqic = as_bus(insn.ap_aqic);
export const ap_qact = as_bus(insn.ap_qact);
export const ap_bapq = as_bus(insn.ap_bapq);
export const ap_aapq = as_bus(insn.ap_aapq);
export const ap_nqap = as_bus(insn.ap_nqap);
export const ap_dqap = as_bus(insn.ap_dqap);
