// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports as JSON Lines: one object for each scenario and driver.
 */
import { sentence_of } from "../lib/mail/read.ts";
import { json_text } from "../lib/scenario/lexer.ts";
import type { decision } from "../lib/lab/model.ts";
import { product } from "../lib/scenario/ids.ts";
import type { op } from "../lib/scenario/model.ts";
import type { mdev_state, report, step, verdict } from "../lib/play/play.ts";
import { decisions_behind, patches_of, reasons } from "../lib/play/why.ts";

function list_of(text: string): string[] {
	return text === "" || text === "-" ? [] : text.split(" ");
}

function decisions_of(st: step): decision[] {
	return st.s.body.kind === "op" ? st.decisions : decisions_behind(st).map(({ d }) => d);
}

/** What was found where something else was expected, the driver's reasons, and their patches. */
function why_of(st: step): string | null {
	const lines = [
		...(st.because === null ? [] : [st.because]),
		...(st.verdict === "differs" ? [`actual: ${st.actual}`] : []),
		...reasons(st), ...patches_of(decisions_of(st)),
	];

	return lines.length === 0 ? null : lines.join("; ");
}

/**
 * struct step_object - a line of a scenario, judged
 * @n, @line, @text: its number, its place in the file, and what it says there
 * @op: the operation, as Documentation/traces.md has it
 * @rc: what an operation returned; "hang" or "fault" where it ended the machine
 * @out: the text it gave
 * @guest, @apcb, @matrix: queues of @mdev afterwards
 * @masks: the same with control domains, as masks
 * @bound: the queues that are bound to vfio_ap afterwards
 * @why: what was found instead, the driver's reasons, the patches they are from
 */
interface step_object {
	n: string;
	line: number;
	text: string;
	kind: "op" | "expect" | "unread";
	op: op | null;
	rc: number | "hang" | "fault" | null;
	out: string | null;
	mdev: string;
	guest: string[];
	apcb: string[];
	matrix: string[];
	masks: mdev_state | null;
	bound: readonly string[];
	expected: string[];
	verdict: verdict;
	why: string | null;
}

/**
 * struct report_object - what a driver made of a scenario, and how many lines had which verdict
 * @scenario, @source: the scenario's name, and where it is from
 * @driver: the driver's label
 */
export interface report_object extends Record<verdict, number> {
	scenario: string;
	source: string | null;
	driver: string;
	steps: step_object[];
	unread: number;
}

function step_object(st: step): step_object {
	const { body } = st.s;
	const state = st.mdevs.get(st.mdev);

	return {
		n: st.s.n, line: st.s.line,
		text: body.kind === "unread" ? body.text : sentence_of(st.s),
		kind: body.kind, op: body.kind === "op" ? body.op : null, rc: st.crash ?? st.rc,
		out: st.out, mdev: st.mdev, guest: st.guest ?? [], apcb: st.apcb ?? [],
		matrix: state === undefined ? [] : product(state.matrix.apm, state.matrix.aqm),
		masks: state ?? null, bound: st.bound, expected: list_of(st.expected),
		verdict: st.verdict, why: why_of(st),
	};
}

/** report_object - a report, as JSON has it */
export function report_object(r: report): report_object {
	const count = (v: verdict): number => r.steps.filter((st) => st.verdict === v).length;

	return {
		scenario: r.scenario.name, source: r.scenario.source, driver: r.driver.label,
		steps: r.steps.map((st) => step_object(st)),
		holds: count("holds"), differs: count("differs"), ran: count("ran"),
		open: count("open"),
		depends: count("depends"),
		unread: r.steps.filter((st) => st.s.body.kind === "unread").length,
	};
}

/** json_line - a report as one line */
export function json_line(r: report): string {
	return `${json_text(report_object(r))}\n`;
}
