// SPDX-License-Identifier: GPL-2.0-only
/*
 * A scenario as numbered steps, to be pasted into a mail: sentences where one says exactly what
 * the line says, else the notation. How many lines there are stands in front and behind, so that
 * one that gets lost on the way is noticed. blocks.ts makes the same scenario of it again.
 */
import type { scenario, statement } from "../scenario/model.ts";
import { print_header, print_step } from "../scenario/print.ts";
import { sentence_for } from "./notation/bodies.ts";

function step_line(s: statement): string {
	const mark = s.label === null ? "- " : `${s.label}. `;
	const on = s.drivers === null ? "" : `on ${s.drivers.join(",")}: `;
	const note = s.note === null ? "" : `  # ${s.note}`;

	return `${mark}${on}${sentence_for(s.body) ?? print_step(s)}${note}`;
}

/** mail_text - a scenario as numbered steps */
export function mail_text(sc: scenario): string {
	const lines = [...print_header(sc), ...sc.statements.map(step_line)];

	return [`Scenario ${sc.name}, ${lines.length} lines:`, ...lines,
		`End of ${sc.name}, ${lines.length} lines.`].join("\n") + "\n";
}
