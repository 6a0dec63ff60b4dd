// SPDX-License-Identifier: GPL-2.0-only
/*
 * A scenario in the notation as a trace: its operations alone, the short forms spelled out.
 */
import { read_text } from "../lib/cli/lines.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { expand } from "../lib/play/play.ts";
import type { operation, scenario, statement } from "../lib/scenario/model.ts";
import { parse_scenarios } from "../lib/scenario/parse.ts";
import type { trace_header, trace_op } from "../lib/trace/format.ts";
import { trace_operations } from "../lib/trace/operations.ts";
import type { player } from "../lib/trace/play.ts";

/* What the notation has besides; bound and mdev are spelled out. */
const SHORT_FORMS = new Set(["bound", "mdev"]);

/** read_script - the scenarios of a file */
export function read_script(file: string): scenario[] {
	return parse_scenarios(read_text(file), file);
}

function refuse(s: scenario, line: number, what: string, right: string): never {
	throw new usage_error(`${s.file}:${line}: ${what}, expected ${right}`);
}

/** header_of - the header of the trace that a scenario becomes */
export function header_of(s: scenario, driver: string): trace_header {
	const { old, ...host } = s.host;

	if (s.memory !== "zero")
		refuse(s, s.line, `memory ${s.memory}, which no trace can say`,
			"memory zero, or replay");
	return {
		trace: 1, driver, claim: s.name, seed: 0, host: old.length === 0 ? host : s.host,
		apmask: s.apmask, aqmask: s.aqmask,
	};
}

function operation_of(s: scenario, { body, line }: statement): operation | null {
	if (body.kind === "expect")
		return null;
	if (body.kind === "unread")
		return refuse(s, line, "a line that was not read", "an operation, or no line");
	if (body.fail_nth !== 0)
		refuse(s, line, "an allocation that fails, which no trace can say",
			"the line without it, or replay");
	if (!SHORT_FORMS.has(body.op[0]) && !trace_operations.has(body.op[0]))
		refuse(s, line, `${body.op[0]}, which no trace has`,
			"the operations of Documentation/traces.md, or replay");
	return body;
}

/**
 * script_ops - the operations of a scenario, one after the other
 * @machine: where the one before is done by the time the next is asked for
 */
export function* script_ops(
	s: scenario, driver: string, machine: player,
): Generator<trace_op["op"]> {
	yield ["init"];
	for (const statement of s.statements) {
		const body = operation_of(s, statement);

		if (body !== null && (statement.drivers?.includes(driver) ?? true))
			yield* expand(body.op, machine.lab);
	}
}
