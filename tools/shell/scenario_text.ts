// SPDX-License-Identifier: GPL-2.0-only
/*
 * A session as a scenario's text: what was typed stands behind each operation.
 */
import { print_operation } from "../lib/scenario/operations.ts";
import { print_scenario } from "../lib/scenario/print.ts";
import { print_result } from "../lib/scenario/result.ts";
import type { session, step } from "./session.ts";

/* An mdev's UUID is in what was typed, or else is all that is noted. */
function line_of({ op, typed, result }: step, names: ReadonlyMap<string, string>): string {
	const note = typed === "" && op[0] === "create" ? names.get(op[1]) ?? "" : typed;
	const rc = result === null ? "" : ` = ${print_result(result)}`;

	return `${print_operation(op)}${rc}${note === "" ? "" : `  # ${note}`}`;
}

/**
 * scenario_text - a session, to be replayed
 * @name: what the scenario is called
 */
export function scenario_text(session: session, name: string): string {
	const { host, apmask, aqmask, memory } = session.options;
	const head = print_scenario({
		file: name, line: 1, name, source: null,
		about: [`Recorded by vfio-ap shell on ${session.driver}.`],
		assumptions: [], choices: [], slips: [], verdicts: [], host, apmask, aqmask,
		memory: memory === "ones" ? "ones" : "zero", statements: [],
	});
	const names = [...session.names].map(([mdev, uuid]) => `# ${mdev} is ${uuid}`);

	const lines = session.steps.map((step) => line_of(step, session.names));

	return `${[head.trimEnd(), ...names, ...lines].join("\n")}\n`;
}
