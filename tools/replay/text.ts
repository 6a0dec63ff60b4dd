// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports as text. A scenario's summary stands first, then its steps: drivers that do the same
 * share a line, what holds everywhere is folded, reasons stand below what differs, and where in
 * which driver's text they were found at the end.
 */
import { plural } from "../lib/cli/plural.ts";
import { printable, styled } from "../lib/cli/terminal.ts";
import { ascending, queue_ids } from "../lib/scenario/ids.ts";
import type { scenario, statement } from "../lib/scenario/model.ts";
import { grid } from "../lib/play/judge.ts";
import type { report, step, verdict } from "../lib/play/play.ts";
import {
	difference_text, queues_of, ran_text, state_text, what_text,
} from "../lib/play/say.ts";
import { reasons_of, type reason } from "../lib/play/why.ts";
import { coloured, cut, indented, screen_width, table } from "./table.ts";

/** as wide as a step's number and the space around it */
const MARGIN = 8;

/**
 * struct group - drivers that did the same
 * @text: what they did
 * @why: the causes, and the drivers with the places that say where
 */
interface group {
	drivers: string[];
	verdict: verdict;
	text: string;
	st: step;
	why: Map<string, string[]>;
}

/**
 * class footnotes - where in which driver's text, by the driver's name, a number only if it needs
 * one
 */
class footnotes {
	#places = new Map<string, string[]>();

	name(driver: string, { place, message_id }: reason): string | null {
		if (place === "")
			return null;
		const text = `${place}${message_id === null ? "" : ` ${message_id}`}`;
		const list = this.#places.get(driver) ?? [];

		this.#places.set(driver, list);
		if (!list.includes(text))
			list.push(text);
		return `${driver} ${list.indexOf(text) + 1}`;
	}

	/** A driver with one place goes by its name alone. */
	shown(name: string): string {
		const [driver, number] = name.split(" ");

		return this.#places.get(driver!)!.length === 1 ? driver! : `${driver}:${number}`;
	}

	lines(): string[] {
		return [...this.#places].flatMap(([driver, list]) =>
			list.map((text, i) => `[${this.shown(`${driver} ${i + 1}`)}] ${text}`));
	}
}

function result_text(st: step): string {
	if (st.s.body.kind !== "op")
		return st.verdict === "differs" ? difference_text(st) : "";
	return st.verdict === "ran" || st.verdict === "open" ? ran_text(st) :
		st.verdict === "differs" ? `${st.actual}, not ${st.expected}` : st.actual;
}

function outcome_text(st: step, before: step | null): string {
	const parts = st.verdict === "open" && st.s.body.kind !== "op" ? [] : [result_text(st)];

	if (st.s.body.kind === "op")
		parts.push(state_text(st, before));
	if (st.because !== null)
		parts.push(st.because);
	return parts.filter((t) => t !== "").join("; ");
}

function find_step(r: report, s: statement): { st: step; before: step | null } | null {
	const at = r.steps.findIndex((it) => it.s === s);

	return at < 0 ? null : { st: r.steps[at]!, before: r.steps[at - 1] ?? null };
}

function add_reasons(g: group, st: step, driver: string, notes: footnotes): void {
	for (const r of reasons_of(st)) {
		const names = g.why.get(r.cause) ?? [];
		const name = notes.name(driver, r);

		g.why.set(r.cause, name === null ? names : [...names, name]);
	}
}

/** Reasons are told where something differs, and everywhere if there is one driver. */
function wants_reasons(st: step, alone: boolean): boolean {
	return st.verdict === "differs" && st.s.body.kind === "expect" || alone &&
		st.s.body.kind === "op";
}

/** In the drivers' order. */
function groups_of(s: statement, reports: report[], notes: footnotes): group[] {
	const groups = new Map<string, group>();

	for (const r of reports) {
		const found = find_step(r, s);

		if (found === null)
			continue;
		const { st, before } = found;
		const text = outcome_text(st, before);
		const key = JSON.stringify([st.verdict, text]);
		const g = groups.get(key) ??
			{ drivers: [], verdict: st.verdict, text, st, why: new Map<string,
				string[]>() };

		groups.set(key, g);
		g.drivers.push(r.driver.label);
		if (wants_reasons(st, reports.length === 1))
			add_reasons(g, st, r.driver.label, notes);
	}
	return [...groups.values()];
}

/** Both sides as grids of adapters by domains, where they are more than a few queues. */
function grids(st: step): string[] {
	const expected = queues_of(st.expected), actual = queues_of(st.actual);

	if (expected === null || actual === null || new Set([...expected, ...actual]).size < 3)
		return [];
	const all = [...expected, ...actual];
	const apm = ascending(all.map((q) => queue_ids(q)[0]));
	const aqm = ascending(all.map((q) => queue_ids(q)[1]));
	const [left, right] = [expected, actual].map((q) => grid(q, apm, aqm));
	const width = Math.max(...left!.map((l) => l.length), "expected".length) + 4;
	return ["expected".padEnd(width) + "actual",
		...left!.map((l, i) => l.padEnd(width) + right![i]!)];
}

function why_lines(g: group, notes: footnotes): string[] {
	return [...g.why].map(([cause, names]) => `why: ${cause}` +
		(names.length === 0 ? "" : ` [${names.map((n) => notes.shown(n)).join(" ")}]`));
}

/** All drivers do the same and it is a claim that holds: nothing to say but that. */
function folds(groups: group[], s: statement): boolean {
	return groups.length === 1 && groups[0]!.verdict === "holds" && groups[0]!.text === "" &&
		s.body.kind === "expect" && s.drivers === null;
}

function group_lines(g: group, all: number, notes: footnotes): string[] {
	const who = g.drivers.length === all && all > 1 ? "all drivers" :
		all === 1 ? "" : g.drivers.join(" ");
	const lines = indented(`${who === "" ? "" : `${who}: `}${g.verdict}` +
		`${g.text === "" ? "" : `: ${printable(g.text)}`}`, MARGIN, MARGIN + 4);

	return [...lines,
		...(g.verdict === "differs" && all === 1
			? grids(g.st).map((l) => " ".repeat(MARGIN + 4) + l) : []),
		...why_lines(g, notes)
			.flatMap((t) => indented(printable(t), MARGIN + 4, MARGIN + 9)),
	];
}

function head_line(s: statement, rest: string): string[] {
	const on = s.drivers === null ? "" : `on ${s.drivers.join(",")}: `;
	const text = printable(on + what_text(s));

	return indented(`${s.n.padEnd(MARGIN - 3)} ${text}${rest}`, 2, MARGIN);
}

interface shown {
	s: statement;
	groups: group[];
}

function step_lines({ s, groups }: shown, all: number, notes: footnotes): string[] {
	const [only] = groups;
	const short = only === undefined ? "" : ` ${only.verdict}` +
		(only.text === "" ? "" : `: ${printable(only.text)}`);

	if (only === undefined)
		return head_line(s, "   not for these drivers");
	if (groups.length === 1 && only.why.size === 0 && (only.drivers.length === all) &&
			MARGIN + what_text(s).length + short.length + 3 <= screen_width())
		return head_line(s, `  ${short}`);
	return [...head_line(s, ""), ...groups.flatMap((g) => group_lines(g, all, notes))];
}

function fold_line(folded: shown[], all: number): string[] {
	const what = folded.map(({ s }) => `${s.n} ${printable(what_text(s))}`).join("; ");
	const who = all > 1 ? "hold on all drivers" : "hold";

	if (folded.length === 1)
		return step_lines(folded[0]!, all, new footnotes());
	return indented(`${what}: ${who}`, 2, MARGIN);
}

function steps_text(sc: scenario, reports: report[], notes: footnotes): string[] {
	const list = sc.statements.map((s): shown => ({ s, groups: groups_of(s, reports, notes) }))
		.filter(({ s, groups }) => groups.length > 0 || s.drivers === null);
	const lines: string[] = [];
	let folded: shown[] = [];
	const flush = (): void => {
		if (folded.length > 0)
			lines.push(...fold_line(folded, reports.length));
		folded = [];
	};

	for (const it of list) {
		if (folds(it.groups, it.s)) {
			folded.push(it);
			continue;
		}
		flush();
		lines.push(...step_lines(it, reports.length, notes));
	}
	flush();
	return lines;
}

function prose_lines(sc: scenario): string[] {
	return [
		...(sc.source === null ? [] : [`source   ${sc.source}`]),
		...sc.about.map((t) => `about    ${t}`),
		...sc.assumptions.map((t) => `assumed  ${t}`),
		...sc.slips.map((t) => `slip     ${t}`),
	].flatMap((t) => indented(printable(t), 2, 11));
}

function numbers(r: report, v: verdict): string[] {
	return r.steps.filter((st) => st.verdict === v).map((st) => st.s.n);
}

/** "3 hold, 1 differs (6), 2 open (7 8)" */
function count_text(r: report): string {
	const holds = numbers(r, "holds").length;
	const parts = (["ran", "differs", "depends", "open"] as const)
		.map((v): [verdict, string[]] => [v, numbers(r, v)])
		.filter(([, list]) => list.length > 0)
		.map(([v, list]) => v === "ran" ? `${list.length} ran` : `${list.length} ` +
			`${v === "open" || list.length === 1 ? v : v === "differs" ? "differ" : "depend"} ` +
			`(${list.join(" ")})`);

	return [`${holds} hold${holds === 1 ? "s" : ""}`, ...parts].join(", ");
}

function recorded_text(r: report): string {
	const line = r.scenario.verdicts.find((v) => v.drivers.includes(r.driver.label));

	if (line === undefined)
		return "";
	/* What is open is not as anything says. */
	return r.as_recorded && !r.open ? ", as the scenario's verdict says" :
		`; the scenario's verdict says ${line.holds ? "holds" : `differs ${line.differs_at.join(" ")}`}`;
}

/** Drivers with the same outcome share a line. */
function summary_lines(reports: report[]): string[] {
	const by_text = new Map<string, string[]>();

	for (const r of reports) {
		const text = count_text(r) + recorded_text(r);

		by_text.set(text, [...by_text.get(text) ?? [], r.driver.label]);
	}
	return [...by_text]
		.flatMap(([text, labels]) => indented(`${labels.join(" ")}: ${text}`, 2, 6));
}

/**
 * scenario_text - one scenario on the drivers
 * @preface: lines about where it was read
 */
export function scenario_text(sc: scenario, reports: report[], preface: string[]): string {
	const notes = new footnotes();
	const steps = steps_text(sc, reports, notes);
	const lines = [
		styled("bold", printable(sc.name)), ...summary_lines(reports),
		...preface.flatMap((l) => indented(printable(l), 2, 11)), ...prose_lines(sc), "",
		...steps,
		...notes.lines().flatMap((t) => indented(printable(t), 2, 6)),
	];

	return lines.map(coloured).join("\n") + "\n\n";
}

const WORST: verdict[] = ["differs", "open", "depends", "holds", "ran"];

function outcome(r: report): string {
	const worst = WORST.find((v) => r.steps.some((st) => st.verdict === v)) ?? "holds";
	const number = worst === "holds" || worst === "ran" ? "" : ` ${numbers(r, worst).length}`;

	return worst + number + (r.as_recorded || !has_verdict(r) ? "" : " !");
}

/** Whether the scenario's file says what this driver makes of it. */
function has_verdict({ scenario, driver }: report): boolean {
	return scenario.verdicts.some((v) => v.drivers.includes(driver.label));
}

/** What is to be said of the outcomes: against the files' verdicts, or against the claims. */
function legend(reports: report[]): string {
	const wrong = reports.filter((r) => !r.as_recorded);
	const marked = wrong.filter(has_verdict).length;
	const claims = wrong.length - marked;
	const open = reports.filter((r) => r.as_recorded && r.open).length;

	if (wrong.length === 0 && open === 0 &&
		reports.every(has_verdict))
		return "every outcome is the one its scenario gives";
	return [
		...(marked === 0 ? []
			: [`${marked} marked ! ${marked === 1 ? "is not the one its file gives" :
			"are not the ones their files give"}`]),
		...(claims === 0
			? []
				: [`${claims} ${claims === 1 ? "differs" : "differ"} from what is claimed`]),
		...(open === 0 ? [] : [`${open} ${open === 1 ? "is" : "are"} open`]),
	].join(", ") || "nothing differs";
}

/** a scenario's name has at least so many columns */
const NAME_WIDTH = 20;

/** How wide the outcomes of each driver are, with the room between them. */
function widths_of(reports: report[][]): number[] {
	return reports[0]!.map(({ driver }, i) => 2 + Math.max(driver.label.length,
		...reports.map((list) => outcome(list[i]!).length)));
}

/** How many columns from one on fit side by side; one always does. */
function columns_that_fit(widths: readonly number[], first: number): number {
	let room = screen_width() - NAME_WIDTH - widths[first]!;
	let last = first + 1;

	while (last < widths.length && widths[last]! <= room)
		room -= widths[last++]!;
	return last - first;
}

function outcome_columns(
	reports: report[][], widths: readonly number[], first: number, last: number,
): string[] {
	const taken = widths.slice(first, last).reduce((sum, w) => sum + w, 0);
	const room = Math.max(NAME_WIDTH, screen_width() - taken);

	return table([
		["scenario", ...reports[0]!.slice(first, last).map((r) => r.driver.label)],
		...reports.map((list) => [cut(printable(list[0]!.scenario.name), room),
			...list.slice(first, last).map(outcome)]),
	]);
}

/** Scenarios that were played on the same drivers: their table, in as many parts as it takes. */
function tables_of(reports: report[][]): string[] {
	const widths = widths_of(reports);
	const parts: string[] = [];

	for (let i = 0, n; i < widths.length; i += n) {
		n = columns_that_fit(widths, i);
		parts.push(outcome_columns(reports, widths, i, i + n).map(coloured).join("\n"));
	}
	return parts;
}

/* Scenarios that were played on the same drivers are one table. */
function by_columns(reports: report[][]): report[][][] {
	const groups = new Map<string, report[][]>();

	for (const list of reports) {
		const columns = list.map((r) => r.driver.label).join();

		groups.set(columns, [...groups.get(columns) ?? [], list]);
	}
	return [...groups.values()];
}

/**
 * outcome_table - scenarios by drivers
 *
 * "!" marks an outcome that is not the one the scenario's file gives; a mail gives none.
 */
export function outcome_table(reports: report[][]): string {
	if (reports.length === 0)
		return "";
	const parts = by_columns(reports).flatMap(tables_of);

	return `${parts.join("\n\n")}\n\n${plural(reports.length, "scenario")}, ` +
		`${plural(reports.flat().length, "outcome")}: ${legend(reports.flat())}\n`;
}

