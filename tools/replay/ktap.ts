// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports as KTAP version 1 (Documentation/dev-tools/ktap.rst): a test for each scenario, in it a
 * subtest for each driver, in that one for each step. What a scenario's verdict says will differ
 * is an expected failure.
 */
import { printable } from "../lib/cli/terminal.ts";
import { print_step } from "../lib/scenario/print.ts";
import type { report, step } from "../lib/play/play.ts";
import { ran_text } from "../lib/play/say.ts";
import { reasons } from "../lib/play/why.ts";

/** struct ktap_test - a result line with what stands before it */
interface ktap_test {
	name: string;
	ok: boolean;
	directive: string | null;
	diagnostics: string[];
	subtests: ktap_test[];
}

function description(text: string): string {
	return printable(text).replace(/#/g, "\\x23").trim();
}

function render(tests: ktap_test[], indent: string): string[] {
	const lines = [`${indent}KTAP version 1`, `${indent}1..${tests.length}`];

	tests.forEach((t, i) => {
		if (t.subtests.length > 0)
			lines.push(...render(t.subtests, `${indent}  `));
		lines.push(...t.diagnostics.map((d) => `${indent}# ${printable(d)}`));
		const directive = t.directive === null ? "" : ` # ${t.directive}`;
		lines.push(`${indent}${t.ok ? "ok" : "not ok"} ${i + 1} ${description(t.name)}${directive}`);
	});
	return lines;
}

function diagnostics_of(st: step, missed: boolean): string[] {
	switch (st.verdict) {
	case "differs":
		return [
			`line ${st.s.line}: expected ${st.expected}, actual ${st.actual}`,
			...reasons(st),
		];
	case "ran":
		return [
			`ran: ${ran_text(st)}`,
			...(missed ? ["the scenario's verdict says it differs"] : []),
		];
	default:
		return missed ? ["holds, the scenario's verdict says it differs"] : [];
	}
}

function step_test(st: step, r: report): ktap_test {
	const line = r.scenario.verdicts.find((v) => v.drivers.includes(r.driver.label));
	const recorded = st.verdict === "differs" && st.s.drivers === null &&
		line?.differs_at.includes(st.s.n) === true;
	const missed = (st.verdict === "holds" || st.verdict === "ran") && st.s.drivers === null &&
		line?.differs_at.includes(st.s.n) === true;
	const skipped = st.verdict === "open" || st.verdict === "depends";

	return {
		name: `${st.s.n}: ${print_step(st.s)}`, subtests: [],
		ok: st.verdict === "differs" ? recorded : !missed,
		directive: recorded ? "XFAIL the scenario's verdict says so" :
			skipped ? `SKIP ${description(`${st.verdict}: ${st.because ?? ""}`)}`
			: null,
		diagnostics: diagnostics_of(st, missed),
	};
}

function group(name: string, subtests: ktap_test[]): ktap_test {
	return {
		name, subtests, ok: subtests.every((t) => t.ok), directive: null, diagnostics: [],
	};
}

/**
 * ktap_text - reports, scenario by scenario, as KTAP
 */
export function ktap_text(reports: report[][]): string {
	const tests = reports.map((list) => group(list[0]!.scenario.name,
		list.map((r) => group(r.driver.label, r.steps.map((st) => step_test(st, r))))));

	return render(tests, "").join("\n") + "\n";
}
