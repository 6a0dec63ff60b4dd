// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports as JSON Lines: one object for each scenario and driver.
 */
import { sentence_of } from "../lib/mail/read.ts";
import { json_text } from "../lib/scenario/lexer.ts";
import type { decision } from "../lib/lab/model.ts";
import { product } from "../lib/scenario/ids.ts";
import type { report, step, verdict } from "../lib/play/play.ts";
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

function step_object(st: step): object {
	const { body } = st.s;
	const state = st.mdevs.get(st.mdev);

	return {
		n: st.s.n, line: st.s.line, text: body.kind === "unread" ? body.text : sentence_of(st.s),
		kind: body.kind, op: body.kind === "op" ? body.op : null, rc: st.crash ?? st.rc,
		out: st.out, mdev: st.mdev, guest: st.guest ?? [], apcb: st.apcb ?? [],
		matrix: state === undefined ? [] : product(state.matrix.apm, state.matrix.aqm),
		masks: state ?? null, bound: st.bound, expected: list_of(st.expected),
		verdict: st.verdict, why: why_of(st),
	};
}

/**
 * json_line - a report as one line
 */
export function json_line(r: report): string {
	const count = (v: verdict): number => r.steps.filter((st) => st.verdict === v).length;

	return json_text({
		scenario: r.scenario.name, source: r.scenario.source, driver: r.driver.label,
		steps: r.steps.map((st) => step_object(st)),
		holds: count("holds"), differs: count("differs"), ran: count("ran"), open: count("open"),
		depends: count("depends"),
		unread: r.steps.filter((st) => st.s.body.kind === "unread").length,
	}) + "\n";
}
