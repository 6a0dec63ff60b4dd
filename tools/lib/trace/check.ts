// SPDX-License-Identifier: GPL-2.0-only
/*
 * Plays recorded traces and compares every field of every line.
 */
import { EBUSY, ENODEV } from "#linux/errno.h";
import { driver_name } from "../lab/bus_view.ts";
import type { recorded_op, trace, trace_op, trace_start } from "./format.ts";
import { player, type played_op } from "./play.ts";

/**
 * struct divergence - a field that differs from what was recorded
 * @line: the op's line in its file
 * @field: rc, crash, out, ev, lk or st
 */
export interface divergence {
	file: string;
	line: number;
	op: trace_op["op"];
	field: string;
	expected: unknown;
	actual: unknown;
}

/**
 * struct outcome - a trace, played
 * @ops: number of ops done
 * @divergences: the fields that differ, at most one op's: what follows a
 *		 difference is not comparable
 */
export interface outcome {
	ops: number;
	divergences: divergence[];
}

/* What is empty is left out of a trace. */
const NOTHING: trace_op = { op: ["init"], ev: [], lk: "", st: {} };
const FIELDS = ["rc", "out", "ev", "lk", "st"] as const;

/* Whether two JSON values are the same; node:util's comparison takes ten times as long. */
function same(a: unknown, b: unknown): boolean {
	if (a === b)
		return true;
	if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
		return false;
	if (Array.isArray(a)) {
		if (!Array.isArray(b) || a.length !== b.length)
			return false;
		for (let i = 0; i < a.length; i++)
			if (!same(a[i], b[i]))
				return false;
		return true;
	}
	return same_fields(a as Record<string, unknown>, b as Record<string, unknown>);
}

function same_fields(a: Record<string, unknown>, b: Record<string, unknown>): boolean {
	for (const key in b)
		if (!(key in a))
			return false;
	for (const key in a)
		if (!(key in b) || !same(a[key], b[key]))
			return false;
	return true;
}

function is_same(recorded: trace_op, played: played_op): boolean {
	return recorded.rc === played.rc && recorded.out === played.out &&
		(recorded.lk ?? NOTHING.lk) === played.lk &&
		same(recorded.ev ?? NOTHING.ev, played.ev) &&
		same(recorded.st ?? NOTHING.st, played.st);
}

/*
 * Binding a queue that another driver holds is refused by the driver core, -EBUSY in some
 * recordings and -ENODEV in others of the same kernel: vfio_ap is not asked.
 */
function is_refused_by_core({ op, rc, ev, lk, st }: trace_op, played: played_op): boolean {
	if (op[0] !== "bind" || ![-EBUSY, -ENODEV].includes(rc!) || rc === played.rc)
		return false;
	const holder = driver_name(op[1]);

	return holder !== null && holder !== "vfio_ap" && [-EBUSY, -ENODEV].includes(played.rc!) &&
		(ev ?? lk ?? st) === undefined;
}

/**
 * compare - the fields of a played op that differ from the recording
 *
 * Return: null for none, which is nearly always.
 */
export function compare(
	trace: trace_start, recorded: recorded_op, played: played_op, machine: player,
): divergence[] | null {
	if (played.crash === undefined && recorded.rest_is(played.rest()))
		return null;
	const { file } = trace;
	const { op, line } = recorded;

	recorded.read_recorded();
	if (recorded.crash !== played.crash)
		return [{
			file, line, op, field: "crash", expected: recorded.crash,
			actual: played.crash && `${played.crash}: ${machine.crash_text()}`,
		}];
	if (recorded.crash !== undefined || is_same(recorded, played) ||
	    is_refused_by_core(recorded, played))
		return null;
	const found: divergence[] = [];

	for (const field of FIELDS) {
		const expected = recorded[field] ?? NOTHING[field];
		const actual = played[field];

		if (!same(expected, actual))
			found.push({ file, line, op, field, expected, actual });
	}
	return found;
}

/**
 * class trace_check - a trace that is played and compared, op by op
 * @ops: number of ops done
 * @divergences: as of struct outcome
 */
export class trace_check implements outcome {
	ops = 0;
	divergences: divergence[] = [];
	#trace: trace_start;
	#machine: player;

	/** @label: the driver */
	constructor(trace: trace_start, label: string) {
		this.#trace = trace;
		this.#machine = new player(trace.header, label);
	}

	/** take - do the next op, unless one before it differed */
	take(recorded: recorded_op): void {
		if (this.divergences.length > 0) {
			recorded.read();
			return;
		}
		const played = this.#machine.play(recorded.op);

		this.ops++;
		this.divergences = compare(this.#trace, recorded, played, this.#machine) ?? [];
	}

	/** end - unload the driver */
	end(): void {
		this.#machine.power_off();
	}
}

/**
 * check_trace - play a trace and compare
 * @label: the driver; the one it was recorded on, by default
 */
export function check_trace(trace: trace, label = trace.header.driver): outcome {
	const check = new trace_check(trace, label);

	try {
		for (const recorded of trace.ops)
			check.take(recorded);
	} finally {
		check.end();
	}
	return check;
}
