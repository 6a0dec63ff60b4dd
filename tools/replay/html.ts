// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports as a page: the steps at the left with a mark for each driver, at the right a grid for
 * each driver, adapters down and domains across.
 */
import { readFileSync } from "node:fs";
import { printable } from "../lib/cli/terminal.ts";
import { page_text } from "../lib/page/page.ts";
import { axes_of, CELL_WORDS, cell_word, grids_of, type axes, type mdev_grid } from "../lib/play/grid.ts";
import type { report, step } from "../lib/play/play.ts";
import { difference_text, ran_text, what_text } from "../lib/play/say.ts";
import { reasons_of } from "../lib/play/why.ts";
import { adapter_name, domain_name } from "../lib/scenario/ids.ts";
import type { op, scenario, statement } from "../lib/scenario/model.ts";

/**
 * struct shown_cell - [word, bits]: what became of the queue, and the bits of grid.ts
 */
type shown_cell = [word: string, bits: number];

/** struct shown_grid - an mdev's grid; @cells is left out where nothing has changed since the step before */
interface shown_grid {
	mdev: string;
	running: boolean;
	control: string;
	cells: shown_cell[][];
}

/**
 * struct shown_step - a step on one driver
 * @result: what it returned, or in a few words what differs
 * @why: the reasons, and where in which text
 */
interface shown_step {
	verdict: string;
	result: string;
	because: string;
	why: [cause: string, place: string, message_id: string][];
	grids: shown_grid[];
}

/** struct shown_line - a line of the scenario; @shell: what an administrator types for it */
interface shown_line {
	n: string;
	line: number;
	text: string;
	shell: string;
	drivers: (shown_step | null)[];
}

/** struct shown_scenario - what the page's script draws */
interface shown_scenario {
	name: string;
	source: string;
	about: string[];
	drivers: string[];
	rows: string[];
	columns: string[];
	lines: shown_line[];
}

function shell_text(o: op): string {
	const [name] = o;

	switch (name) {
	case "write":
		return `echo ${JSON.stringify(o[3]).slice(1, -1)} > ${o[2]}`;
	case "bind":
	case "unbind":
		return `echo ${o[1]} > /sys/bus/ap/drivers/vfio_ap/${name}`;
	case "create":
		return "echo $UUID > mdev_supported_types/vfio_ap-passthrough/create";
	case "destroy":
		return "echo 1 > remove";
	case "apmask_store":
	case "aqmask_store":
		return `echo ${JSON.stringify(o[1]).slice(1, -1)} > /sys/bus/ap/${name.slice(0, 6)}`;
	case "read":
		return `cat ${o[2]}`;
	default:
		return "";
	}
}

function shown_grid({ mdev, running, control, cells }: mdev_grid): shown_grid {
	return {
		mdev: printable(mdev), running, control,
		cells: cells.map((row) => row.map((cell) => [cell_word(cell, running), cell])),
	};
}

function result_of(st: step): string {
	if (st.verdict === "differs")
		return difference_text(st);
	return st.s.body.kind === "op" ? ran_text(st) : "";
}

function shown_step(st: step, before: step | null, axes: axes): shown_step {
	return {
		verdict: st.verdict,
		result: printable(st.crash ?? result_of(st)),
		because: printable(st.because ?? ""),
		why: reasons_of(st).map(({ cause, place, message_id }) =>
			[printable(cause), printable(place), printable(message_id ?? "")]),
		grids: grids_of(st, before, axes).map(shown_grid),
	};
}

/* The steps of a driver, by the line they are of. */
function by_line({ steps }: report, axes: axes): Map<statement, shown_step> {
	return new Map(steps.map((st, i) => [st.s, shown_step(st, steps[i - 1] ?? null, axes)]));
}

function shown_scenario(sc: scenario, reports: readonly report[]): shown_scenario {
	const axes = axes_of(reports);
	const columns = reports.map((report) => by_line(report, axes));

	return {
		name: printable(sc.name), source: printable(sc.source ?? ""), about: sc.about.map(printable),
		drivers: reports.map(({ driver }) => driver.label),
		rows: axes.apm.map(adapter_name), columns: axes.aqm.map(domain_name),
		lines: sc.statements.map((s) => ({
			n: printable(s.n), line: s.line, text: printable(what_text(s)),
			shell: s.body.kind === "op" ? printable(shell_text(s.body.op)) : "",
			drivers: columns.map((steps) => steps.get(s) ?? null),
		})),
	};
}

function asset(name: string): string {
	return readFileSync(new URL(name, import.meta.url), "utf8");
}

const BODY = `<header><h1 id="title"></h1><label id="choose">scenario <select id="scenario"></select></label>
<p id="about"></p></header>
<main><nav aria-label="steps"><table id="steps"><thead></thead><tbody></tbody></table></nav>
<section id="now" aria-live="polite" aria-label="what each driver did"></section></main>
<footer><p id="legend"></p><p>Keys: <kbd>j</kbd> <kbd>k</kbd> step, <kbd>n</kbd> <kbd>p</kbd> next and
previous difference, <kbd>1</kbd> to <kbd>9</kbd> a driver alone, <kbd>0</kbd> all, <kbd>?</kbd> this
help.</p></footer>`;

/**
 * replay_page - reports as one page
 * @reports: for each scenario those of its drivers
 */
export function replay_page(reports: readonly (readonly report[])[]): string {
	const scenarios = reports.map((list) => shown_scenario(list[0]!.scenario, list));

	return page_text({
		title: scenarios.length === 1 ? scenarios[0]!.name : `${scenarios.length} scenarios`,
		style: asset("page.css"), script: asset("page.js"), body: BODY,
		data: { scenarios, words: [...CELL_WORDS] },
	});
}
