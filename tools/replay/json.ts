// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports as JSON Lines: one object for each scenario and driver.
 */
import { print_step } from "../scenario/print.ts";
import { sentence_of } from "../mail/read.ts";
import type { decision } from "./lab.ts";
import type { report, step } from "./run.ts";
import { decisions_behind, patches_of, reasons } from "./why.ts";

function list_of(text: string): string[] {
	return text === "" || text === "-" ? [] : text.split(" ");
}

function decisions_of(st: step): decision[] {
	return st.s.body.kind === "op" ? st.decisions : decisions_behind(st).map(({ d }) => d);
}

function step_object(st: step): object {
	const { body } = st.s;
	const why = [...reasons(st), ...patches_of(decisions_of(st))];

	return {
		n: st.s.n, line: st.s.line, text: body.kind === "unread" ? body.text : sentence_of(st.s),
		kind: body.kind, ...(body.kind === "op" && { op: body.op }),
		...(body.kind === "expect" && { expect: print_step(st.s) }),
		...(st.rc !== null && { rc: st.rc }), ...(st.crash !== null && { crash: st.crash }),
		guest: st.guest ?? [], apcb: st.apcb ?? [],
		expected: list_of(st.expected), actual: list_of(st.actual), verdict: st.verdict,
		why: why.length === 0 ? null : why.join("; "),
	};
}

/**
 * json_line - a report as one line
 */
export function json_line(r: report): string {
	const count = (v: step["verdict"]): number => r.steps.filter((st) => st.verdict === v).length;

	return JSON.stringify({
		scenario: r.scenario.name, source: r.scenario.source, driver: r.driver.label,
		steps: r.steps.map((st) => step_object(st)),
		holds: count("holds"), differs: count("differs"), unread: count("unread"),
	}) + "\n";
}
