// SPDX-License-Identifier: GPL-2.0-only
/*
 * What "vfio-ap litmus" prints, in a mail: for each final state one schedule that leads to it. A
 * schedule in which one actor comes behind the other is a scenario; one in which they are at work
 * at the same time is none.
 */
import { quote } from "../../scenario/lexer.ts";
import { block_of, type block } from "./blocks.ts";
import type { mail_line, message } from "../message/message.ts";

/**
 * struct schedules - the output of one test on one driver
 * @blocks: the schedules that are scenarios
 * @interleaved: the lines of the others
 */
export interface schedules {
	lines: number[];
	blocks: block[];
	interleaved: number[];
}

const HEAD = /^\s*(\S+) on (\S+): \d+ schedules?\b/;
const STATE = /^\s*\d+ {2}end=/;
const CLAIM = /^\s*(?:holds|differs|open) +line \d+: /;
const STEP = /^\s*(?:at [^:]*\S: )?[\w-]+: (\S.*)$/;
const RESULT = " ->";
const AMID = /^\s*at \S/;

interface numbered_text {
	line: number;
	text: string;
}

const MSECS = /^(service|reset_time|wait) (\d+)$/;
const MSECS_WORDS: Readonly<Record<string, string>> = {
	service: "service_time", reset_time: "reset_time", wait: "advance",
};
const GUEST = /^guest_(tapq|zapq|nqap) (m\d+ )?(\S+)$/;
const GUEST_AQIC = /^guest_aqic (m\d+ )?(\S+) (off|\d+ 0x[0-9a-f]+)$/;
const CHECKSTOPPED = /^adapter (\S+) checkstopped$/;
const READ = /^read (\S+) (status|matrix|guest_matrix)$/;

/** An operation of litmus tests as the notation has it; what it has not stays as it is. */
function as_notation(op: string): string {
	const [, what, msecs] = MSECS.exec(op) ?? [];
	const [, insn, mdev = "", queue] = GUEST.exec(op) ?? [];
	const [, of = "", on, how] = GUEST_AQIC.exec(op) ?? [];
	const [, adapter] = CHECKSTOPPED.exec(op) ?? [];

	if (what !== undefined)
		return `${MSECS_WORDS[what]} ${msecs}ms`;
	if (insn !== undefined)
		return `run ${mdev}${insn} ${queue}`;
	if (how !== undefined)
		return `run ${of}${how === "off" ? `aqic-off ${on}` : `aqic-on ${on} ${how}`}`;
	return adapter === undefined ? op : `checkstop ${adapter}`;
}

/** What was read is a claim about what it shows. */
function as_claim(op: string, result: string): string | null {
	const [, of, attr] = READ.exec(op) ?? [];

	if (of === undefined || /^-E[A-Z]+$/.test(result))
		return null;
	if (attr === "status")
		return `status ${of} ${quote(result)}`;
	return /^(?:\s*[0-9a-f]{2}\.[0-9a-f]{4})*$/.test(result)
		? `${attr === "matrix" ? "matrix" : "guest"} ${of} ${result || "-"}` : null;
}

/** A guest's response code is printed as two hexadecimal digits. */
function as_result(op: string, result: string): string {
	return op.startsWith("guest_") && /^[0-9a-f]{2}$/.test(result)
		? String(parseInt(result, 16)) : result;
}

/** "apmask_store +4 -> 2" as a line of the notation */
function as_step({ line, text }: mail_line): numbered_text {
	const step = STEP.exec(text)?.[1] ?? "";
	const end = step.lastIndexOf(RESULT);
	const [op, result] = [step.slice(0, end), step.slice(end + RESULT.length).trim()];
	const said = as_notation(op);

	return {
		line, text: end < 0 || said.startsWith("guest_") ? text.trim()
			: as_claim(op, result) ?? `${said} = ${as_result(op, result)}`,
	};
}

/** The lines of an output: up to one that is empty, or another's head. */
function output_length(lines: readonly mail_line[], from: number): number {
	let i = from + 1;

	while (i < lines.length && lines[i]!.text.trim() !== "" && !HEAD.test(lines[i]!.text))
		i++;
	return i - from;
}

/** The states with their schedules, each a list of lines. */
function states_in(lines: readonly mail_line[]): mail_line[][] {
	const list: mail_line[][] = [];

	for (const l of lines)
		if (STATE.test(l.text))
			list.push([]);
		else if (!CLAIM.test(l.text))
			list.at(-1)?.push(l);
	return list;
}

function output_of(lines: readonly mail_line[], file: string, mail: message): schedules {
	const [, name, driver] = HEAD.exec(lines[0]!.text)!;
	const first = lines.findIndex((l) => STATE.test(l.text));
	const set_up = lines.slice(1, first < 0 ? undefined : first)
		.filter((l) => !CLAIM.test(l.text))
		.map(({ line, text }) => ({ line, text: as_notation(text.trim()) }));
	const states = first < 0 ? [] : states_in(lines.slice(first));
	const all = lines.map((l) => l.line);
	const blocks = states.map((steps, i) => steps.some((l) => AMID.test(l.text)) ? null :
		block_of([...set_up, ...steps.map(as_step)],
			`${name}-on-${driver}-${i + 1}`, file, mail, null, all));

	return {
		lines: all, blocks: blocks.filter((b) => b !== null),
		interleaved: states.filter((steps) => steps.some((l) => AMID.test(l.text))).flat()
			.map((l) => l.line),
	};
}

/**
 * find_schedules - the outputs of litmus tests that stand in a mail
 * @lines: of one depth of quoting
 */
export function find_schedules(
	lines: readonly mail_line[], file: string, mail: message,
): schedules[] {
	const list: schedules[] = [];

	for (let i = 0; i < lines.length; i++) {
		if (!HEAD.test(lines[i]!.text))
			continue;
		const length = output_length(lines, i);

		list.push(output_of(lines.slice(i, i + length), file, mail));
		i += length - 1;
	}
	return list;
}
