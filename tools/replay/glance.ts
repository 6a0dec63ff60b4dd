// SPDX-License-Identifier: GPL-2.0-only
/*
 * A scenario at a glance, as "vfio-ap replay" shows the examples of the mails before the table of
 * all outcomes: a row for each of the mail's own steps; drivers that do the same share a line.
 */
import { printable, styled } from "../lib/cli/terminal.ts";
import { adapter_name, ascending, domain_name, product, queue_ids } from "../lib/scenario/ids.ts";
import type { scenario, statement } from "../lib/scenario/model.ts";
import { print_step } from "../lib/scenario/print.ts";
import type { report, step } from "../lib/play/run.ts";
import { coloured, cut, table } from "./table.ts";
import { queues_of, reasons_of, type reason } from "../lib/play/why.ts";

const WHAT_WIDTH = 52;

/** "04.0004 04.0047 05.0004 05.0047" as "04 05 x 0004 0047"; what is no product stays */
function as_product(queues: readonly string[]): string {
	const apm = ascending(queues.map((q) => queue_ids(q)[0]));
	const aqm = ascending(queues.map((q) => queue_ids(q)[1]));

	if (queues.length < 2 || product(apm, aqm).join(" ") !== queues.join(" "))
		return queues.length === 0 ? "-" : queues.join(" ");
	return `${apm.map(adapter_name).join(" ")} x ${aqm.map(domain_name).join(" ")}`;
}

function side_text(side: string): string {
	const queues = queues_of(side);

	return printable(queues === null ? side : as_product(queues));
}

function what_text(s: statement): string {
	const { body } = s;
	const masks = body.kind === "expect" && body.expect.what === "masks" ? body.expect : null;
	const text = masks?.is.form === "queues" ? `${masks.of} ${as_product(masks.is.queues)}` :
		print_step(s).replace(/^bound (.*)$/, (_, q: string) => `bound ${side_text(q)}`)
			.replace(/ = \S+$/, "");

	return printable(cut(text.replace(/ m0\b/, ""), WHAT_WIDTH));
}

/**
 * struct group - drivers that did the same
 * @why: the causes, and the numbers of the footnotes that say where
 */
interface group {
	drivers: string[];
	st: step;
	why: Map<string, Set<number>>;
}

/** class footnotes - where in which driver's text, each place once */
class footnotes {
	#places: string[] = [];

	number(driver: string, { place, message_id }: reason): number {
		const text = `${driver}: ${place}${message_id === null ? "" : ` ${message_id}`}`;

		if (!this.#places.includes(text))
			this.#places.push(text);
		return this.#places.indexOf(text) + 1;
	}

	lines(): string[] {
		return this.#places.map((text, i) => `[${i + 1}] ${text}`);
	}
}

function add_reasons(g: group, st: step, driver: string, notes: footnotes): void {
	for (const r of reasons_of(st)) {
		const numbers = g.why.get(r.cause) ?? new Set();

		numbers.add(notes.number(driver, r));
		g.why.set(r.cause, numbers);
	}
}

function why_lines(g: group): string[] {
	return [...g.why].map(([cause, numbers]) =>
		`why: ${printable(cause)} [${[...numbers].join(" ")}]`);
}

/** In the drivers' order. */
function groups_of(s: statement, reports: report[], notes: footnotes): group[] {
	const groups = new Map<string, group>();

	for (const r of reports) {
		const st = r.steps.find((it) => it.s === s)!;
		const key = st.verdict === "holds" ? "" : `${st.verdict} ${st.actual}`;
		const g = groups.get(key) ?? { drivers: [], st, why: new Map<string, Set<number>>() };

		groups.set(key, g);
		g.drivers.push(r.driver.label);
		if (st.verdict !== "holds")
			add_reasons(g, st, r.driver.label, notes);
	}
	return [...groups.values()];
}

function group_rows(s: statement, reports: report[], notes: footnotes):
		{ cells: string[]; why: string[] }[] {
	return groups_of(s, reports, notes).map((g, i) => ({
		cells: [
			i === 0 ? s.n : "", i === 0 ? what_text(s) : "",
			g.drivers.length === reports.length ? "all" : g.drivers.join(" "), g.st.verdict,
			g.st.verdict === "holds" ? "" : side_text(g.st.actual),
		],
		why: why_lines(g),
	}));
}

/**
 * glance_text - a scenario's own steps on the drivers
 * @sc: the scenario; only its numbered steps for all drivers are shown
 */
export function glance_text(sc: scenario, reports: report[]): string {
	const notes = new footnotes();
	const rows = sc.statements.filter((s) => s.label !== null && s.drivers === null)
		.flatMap((s) => group_rows(s, reports, notes));
	const lines = table([["step", "what the mail says", "drivers", "", "what they did"],
		...rows.map((r) => r.cells)]);
	const indent = " ".repeat(lines[0]!.indexOf("what the mail says"));

	return [
		`${styled("bold", printable(sc.name))}  ${printable(sc.source ?? "")}`,
		...sc.slips.map((t) => `  slip: ${printable(t)}`),
		...lines.flatMap((line, i) => [`  ${coloured(line)}`,
			...(i === 0 ? [] : rows[i - 1]!.why.map((t) => `  ${indent}${t}`))]),
		...notes.lines().map((t) => `  ${printable(t)}`),
	].join("\n") + "\n\n";
}
