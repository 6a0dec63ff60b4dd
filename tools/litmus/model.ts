// SPDX-License-Identifier: GPL-2.0-only
/*
 * A litmus test as data: a machine and its set-up as in a scenario, two actors with operations
 * each, and what is claimed of the states they may leave.
 */
import type { op, scenario } from "../lib/scenario/model.ts";

/**
 * What a guest's processor does, faults of the hardware, or time; besides the operations of a
 * scenario.
 * guest_aqic: subclass, guest address of the NIB (null: off)
 */
export type guest_op =
	| ["guest_tapq" | "guest_zapq" | "guest_nqap" | "guest_dqap", string, string]
	| ["guest_aqic", string, string, number, bigint | null]
	| ["adapter", number, "normal" | "checkstopped" | "deconfigured"]
	| ["busy" | "state_change", string, number]
	| ["service", number]
	| ["reset_time", number]
	| ["wait", number];

export type litmus_op = { line: number; text: string } &
	({ kind: "scenario"; op: op } | { kind: "guest"; op: guest_op });

export interface litmus_actor {
	name: string;
	ops: litmus_op[];
}

/** A part of a claim: a key of the final state, and its value ("~": a part of its value). */
export interface condition {
	key: string;
	contains: boolean;
	value: string;
}

/** condition_text - a part of a claim as it is written */
export function condition_text({ key, contains, value }: condition): string {
	return `${key}${contains ? "~" : "="}${value}`;
}

/**
 * A line of claims.
 * @how: in no, in some or in all schedules
 * @drivers: the drivers it is for, or null for all
 * @but: the drivers that it is not for
 * @all: what holds together in such a final state
 */
export interface claim {
	line: number;
	how: "never" | "sometimes" | "always";
	drivers: string[] | null;
	but: string[];
	all: condition[];
}

/**
 * struct litmus - a test
 * @setup: machine and set-up
 * @before: operations of guests in the set-up, behind it
 * @depth: how often one actor may run in the middle of the other's operation
 */
export interface litmus {
	file: string;
	line: number;
	name: string;
	setup: scenario;
	before: litmus_op[];
	actors: litmus_actor[];
	depth: number;
	claims: claim[];
}
