// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports as text: a table of steps by drivers for each scenario, and what differs below it.
 */
import { printable, styled } from "../lib/cli/terminal.ts";
import { ascending, queue_ids } from "../lib/scenario/ids.ts";
import { print_step } from "../lib/scenario/print.ts";
import type { scenario } from "../lib/scenario/model.ts";
import { grid } from "../lib/play/judge.ts";
import type { report, step } from "../lib/play/run.ts";
import { coloured, cut, table } from "./table.ts";
import { decisions_behind, patches_of, queues_of, reasons } from "../lib/play/why.ts";

const WIDTH = 64;

function cell(r: report, s: step["s"]): string {
	const st = r.steps.find((it) => it.s === s);

	if (st === undefined)
		return "-";
	return st.verdict === "unread" ? "not read" : st.verdict;
}

function prose_lines(sc: scenario): string[] {
	return [
		...(sc.source === null ? [] : [`source   ${sc.source}`]),
		...sc.about.map((t) => `about    ${t}`),
		...sc.assumptions.map((t) => `assumed  ${t}`),
		...sc.slips.map((t) => `slip     ${t}`),
	].map((t) => `  ${printable(t)}`);
}

function step_table(sc: scenario, reports: report[]): string[] {
	const head = ["step", "line", "what", ...reports.map((r) => r.driver.label)];
	const rows = sc.statements.map((s) => [
		s.n, s.line === 0 ? "" : String(s.line), printable(cut(print_step(s), WIDTH)),
		...reports.map((r) => cell(r, s)),
	]);

	return table([head, ...rows]).map((l) => `  ${coloured(l)}`);
}

/** Both sides as grids of adapters by domains, where they are more than a few queues. */
function grids(st: step): string[] {
	const expected = queues_of(st.expected), actual = queues_of(st.actual);

	if (expected === null || actual === null || new Set([...expected, ...actual]).size < 3)
		return [];
	const queues = [expected, actual];
	const all = queues.flat();
	const apm = ascending(all.map((q) => queue_ids(q)[0]));
	const aqm = ascending(all.map((q) => queue_ids(q)[1]));
	const [left, right] = queues.map((q) => grid(q, apm, aqm));
	const width = Math.max(...left!.map((l) => l.length), "expected".length) + 4;
	return ["expected".padEnd(width) + "actual",
		...left!.map((l, i) => l.padEnd(width) + right![i]!)];
}

function difference(st: step): string[] {
	const why = reasons(st).map((t) => `why      ${printable(t)}`);
	const shown = grids(st);
	const sides = shown.length > 0 ? shown :
		[`expected ${printable(st.expected)}`, `actual   ${printable(st.actual)}`];

	if (st.verdict === "unread")
		return [`  ${st.s.n}: not read: ${printable(print_step(st.s))}`];
	return [
		`  ${st.s.n}: ${printable(print_step(st.s))}`,
		...[...sides, ...why].map((t) => `      ${t}`),
	];
}

function count_text(r: report): string {
	const of = (v: step["verdict"]): number => r.steps.filter((st) => st.verdict === v).length;
	const unread = of("unread");

	return `${of("holds")} hold, ${of("differs")} differ` + (unread === 0 ? "" : `, ${unread} not read`);
}

function recorded_text(r: report): string {
	const line = r.scenario.verdicts.find((v) => v.drivers.includes(r.driver.label));

	if (line === undefined)
		return "";
	return r.as_recorded ? ", as the scenario's verdict says" :
		`, the scenario's verdict says ${line.holds ? "holds" : `differs ${line.differs_at.join(" ")}`}`;
}

function driver_lines(r: report): string[] {
	const wrong = r.steps.filter((st) => st.verdict !== "holds");

	return [
		coloured(`${r.driver.label}: ${count_text(r)}${recorded_text(r)}`),
		...wrong.flatMap((st) => difference(st)),
	].map((l) => `  ${l}`);
}

/** The reasons behind each step, for one driver: what it did, also where that was expected. */
function story(r: report): string[] {
	const lines = r.steps.filter((st) => st.s.body.kind === "op" && st.decisions.length > 0)
		.flatMap((st) => reasons(st).map((t) => `    ${st.s.n}: ${printable(t)}`));

	return lines.length === 0 ? [] : ["  what the driver decided:", ...lines];
}

function patch_lines(reports: report[]): string[] {
	const shown = reports.flatMap((r) => r.steps.flatMap((st) =>
		st.s.body.kind === "op" && reports.length === 1 ? st.decisions :
			decisions_behind(st).map(({ d }) => d)));

	return patches_of(shown).map((t) => `  ${t}`);
}

/**
 * scenario_text - one scenario on the drivers
 * @preface: lines about where it was read
 */
export function scenario_text(sc: scenario, reports: report[], preface: string[]): string {
	const lines = [
		styled("bold", printable(sc.name)), ...preface.map((l) => `  ${l}`), ...prose_lines(sc), "",
		...step_table(sc, reports), "",
		...(reports.length === 1 ? story(reports[0]!) : []),
		...reports.flatMap(driver_lines), ...patch_lines(reports),
	];

	return lines.join("\n") + "\n\n";
}

function outcome(r: report): string {
	const differs = r.steps.filter((st) => st.verdict !== "holds");
	const text = differs.length === 0 ? "holds" : `differs ${differs.length}/${r.steps.length}`;

	return r.as_recorded || r.scenario.verdicts.length === 0 ? text : `${text} !`;
}

/** What is to be said of the outcomes: against the files' verdicts, or against the claims. */
function legend(reports: report[]): string {
	const wrong = reports.filter((r) => !r.as_recorded);
	const marked = wrong.filter((r) => r.scenario.verdicts.length > 0);
	const claims = wrong.length - marked.length;

	if (wrong.length === 0 && reports.every((r) => r.scenario.verdicts.length > 0))
		return "every outcome is the one its scenario gives";
	return [
		...(marked.length === 0 ? [] : [`${marked.length} marked ! are not the ones their files give`]),
		...(claims === 0 ? [] : [`${claims} differ from what is claimed`]),
	].join(", ") || "everything holds";
}

/**
 * outcome_table - scenarios by drivers
 *
 * "!" marks an outcome that is not the one the scenario's file gives; a mail gives none.
 */
export function outcome_table(reports: report[][]): string {
	if (reports.length === 0)
		return "";
	const head = ["scenario", ...reports[0]!.map((r) => r.driver.label)];
	const rows = reports.map((list) => [printable(list[0]!.scenario.name), ...list.map(outcome)]);

	return `${table([head, ...rows]).map(coloured).join("\n")}\n\n${reports.length} scenarios, ` +
		`${reports.flat().length} outcomes: ${legend(reports.flat())}\n`;
}

