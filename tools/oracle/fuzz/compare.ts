// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines of a trace from the port and from the C.
 */
import { isDeepStrictEqual } from "node:util";
import type { driver } from "../../../drivers/s390/crypto/history/index.ts";
import type { trace_header } from "../../lib/trace/format.ts";
import { run_program } from "../program.ts";
import { play_all, type fuzz_op } from "./port.ts";

/** struct fuzz_trace - a trace, without what came of it */
export interface fuzz_trace {
	header: trace_header;
	ops: fuzz_op[];
}

/**
 * struct divergence - the first operation that port and C do differently
 * @at: its place in the trace
 * @field: what differs: crash, rc, out, ev, lk or st
 * @port, @c: the lines
 */
export interface divergence {
	at: number;
	field: string;
	port: string;
	c: string;
}

function field_that_differs(port: string, c: string): string | null {
	const [a, b] = [port, c].map((line) => JSON.parse(line) as Record<string, unknown>);

	return ["crash", "rc", "out", "ev", "lk", "st"].find((field) =>
		!isDeepStrictEqual(a[field], b[field])) ?? null;
}

/** first_divergence - where two traces part, or null; the header is no line here */
export function first_divergence(port: readonly string[], c: readonly string[]): divergence | null {
	for (let at = 0; at < Math.max(port.length, c.length); at++) {
		if (port[at] === c[at])
			continue;
		if (port[at] === undefined || c[at] === undefined)
			return { at, field: "crash", port: port[at] ?? "", c: c[at] ?? "" };
		const field = field_that_differs(port[at], c[at]);

		if (field !== null)
			return { at, field, port: port[at], c: c[at] };
	}
	return null;
}

/** input_of - a trace as the oracle reads it */
export function input_of({ header, ops }: fuzz_trace): string {
	return [header, ...ops.map((op) => ({ op }))].map((line) => `${JSON.stringify(line)}\n`)
		.join("");
}

/** answers_in - the oracle's output, cut into traces, each without its header */
export function answers_in(output: string): string[][] {
	const traces: string[][] = [];

	for (const line of output.split("\n")) {
		if (line.startsWith('{"trace"'))
			traces.push([]);
		else if (line !== "")
			traces.at(-1)!.push(line);
	}
	return traces;
}

/** compare_traces - play traces on both */
export async function compare_traces(traces: readonly fuzz_trace[], program: string,
	driver: driver):
	Promise<(divergence | null)[]> {
	const answers = answers_in(await run_program(program, traces.map(input_of).join("")));

	return traces.map(({ header, ops }, i) => first_divergence(play_all(header, ops, driver),
		answers[i]));
}
