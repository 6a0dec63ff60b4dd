// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a page shows of a scenario that was played: plain data, made here for the page of replay
 * and in a browser for the playground. What is foreign in it is printable.
 */
import { printable } from "../cli/terminal.ts";
import type { lab_event } from "../lab/model.ts";
import { lock_names } from "../lab/recorder.ts";
import { axes_of, bare_grid, grids_of, type axes, type mdev_grid } from "../play/grid.ts";
import type { report, step } from "../play/play.ts";
import { difference_text, masks_text, ran_text, what_text } from "../play/say.ts";
import { reasons_of } from "../play/why.ts";
import { adapter_name, domain_name } from "../scenario/ids.ts";
import type { op, scenario, statement } from "../scenario/model.ts";

/**
 * struct shown_reason - why a step came out as it did
 * @place: the function and its patch
 * @key: the function as a cross-reading's anchors name it, "" if it is no function's doing
 */
export interface shown_reason {
	cause: string;
	place: string;
	message_id: string;
	key: string;
}

/**
 * struct shown_step - a step on one driver
 * @result: what it returned, or in a few words what differs
 * @opened_by: the number of the step that nothing can be judged after; "" if it is none
 * @behind: what an operation did, folded: "locks", "instructions", "updates"
 * @grids: its mdevs; one without a name where there is none yet
 */
export interface shown_step {
	verdict: string;
	result: string;
	because: string;
	opened_by: string;
	why: shown_reason[];
	behind: [name: string, lines: string[]][];
	grids: mdev_grid[];
}

/**
 * struct shown_line - a line of the scenario
 * @words: what the mail says, whose line it is
 * @shell: what an administrator types for it
 */
export interface shown_line {
	n: string;
	line: number;
	words: string[];
	text: string;
	shell: string;
	drivers: (shown_step | null)[];
}

/** struct shown_scenario - what a page's script draws */
export interface shown_scenario {
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
		return "echo $UUID > create";
	case "destroy":
		return "echo 1 > remove";
	case "apmask_store":
	case "aqmask_store":
		return `echo ${JSON.stringify(o[1]).slice(1, -1)} > /sys/bus/ap/${name.slice(0, 6)}`;
	case "config":
		return `echo ${o[2] === "on" ? 1 : 0} > /sys/bus/ap/devices/card${adapter_name(o[1])}/config`;
	case "store":
		return `echo ${JSON.stringify(o[2]).slice(1, -1)} > ${o[1]}`;
	case "driver_override":
		return `echo ${o[2]} > /sys/bus/ap/devices/${o[1]}/driver_override`;
	case "read":
		return `cat ${o[2]}`;
	default:
		return "";
	}
}

/* Not once more where the mail has it. */
function shell_of({ body }: statement, words: readonly string[] = []): string {
	const text = body.kind === "op" ? shell_text(body.op) : "";

	return words.some((line) => line.includes(text)) ? "" : text;
}

function shown_grids(st: step, before: step | null, axes: axes): mdev_grid[] {
	const grids: mdev_grid[] = st.mdevs.size === 0 ? [bare_grid(st, before, axes)]
		: grids_of(st, before, axes);

	return grids.map((grid) => ({ ...grid, mdev: printable(grid.mdev) }));
}

function result_of(st: step): string {
	if (st.verdict === "differs")
		return difference_text(st);
	return st.s.body.kind === "op" ? ran_text(st) : "";
}

/* An update of a guest's masks, as the event has them. */
function update_text([name, mdev, apm, aqm, adm]: lab_event): string {
	return name === "clear" ? `${mdev}: all taken away` :
		`${mdev}: ${masks_text({ apm: apm as number[], aqm: aqm as number[], adm: adm as number[] })}`;
}

/** What an operation did besides, under the names it is folded under. */
function behind(st: step): [string, string[]][] {
	const of = (...names: string[]): lab_event[] =>
		st.ev.filter(([name]) => names.includes(name));
	const words = (list: lab_event[]): string[] => list.map((e) => e.join(" "));
	const instructions = of("zapq", "aqic", "tapq"), updates = of("apcb", "clear");
	const rest = st.ev.filter((e) => !instructions.includes(e) && !updates.includes(e));
	const parts: [string, string[]][] = [
		["updates of the guest", updates.map(update_text)],
		["instructions", words(instructions)],
		["other events", words(rest)],
		["locks", st.lk === "" ? [] : [st.lk, ...lock_names(st.lk)]],
	];

	return parts.filter(([, lines]) => lines.length > 0)
		.map(([name, lines]) => [name, lines.map(printable)]);
}

/* What nothing can be judged after: the first step that was not read, or ended the machine. */
function opened_by(st: step, steps: readonly step[]): string {
	if (!/ was not read$|^not reached/.test(st.because ?? ""))
		return "";
	const first = steps.find(({ s, crash }) => s.body.kind === "unread" || crash !== null);

	return first === undefined || first === st ? "" : first.s.n;
}

function shown_step(steps: readonly step[], i: number, axes: axes, driver: string): shown_step {
	const [st, before] = [steps[i]!, steps[i - 1] ?? null];

	return {
		verdict: st.verdict,
		result: printable(st.crash ?? result_of(st)),
		because: printable(st.because ?? ""), opened_by: printable(opened_by(st, steps)),
		why: reasons_of(st).map(({ cause, place, message_id }) => ({
			cause: printable(cause), place: printable(place),
			message_id: printable(message_id ?? ""),
			key: place === "" ? "" : `${driver}/${place.split(",", 1)[0]!}`,
		})),
		behind: behind(st),
		grids: shown_grids(st, before, axes),
	};
}

/* The steps of a driver, by the line they are of. */
function by_line({ steps, driver }: report, axes: axes): Map<statement, shown_step> {
	return new Map(steps.map((st, i) => [st.s, shown_step(steps, i, axes, driver.label)]));
}

/**
 * shown_scenario - a scenario as it was played on some drivers
 * @reports: one for each driver
 * @axes: what rows and columns to show; those in use, if left out
 * @words: what the mail says, by statement
 */
export function shown_scenario(sc: scenario, reports: readonly report[], axes = axes_of(reports),
	words: ReadonlyMap<statement, string[]> = new Map()): shown_scenario {
	const columns = reports.map((report) => by_line(report, axes));

	return {
		name: printable(sc.name), source: printable(sc.source ?? ""),
		about: [
			...sc.about, ...sc.assumptions.map((text) => `assumed: ${text}`),
			...sc.slips.map((text) => `slip: ${text}`),
		].map(printable),
		drivers: reports.map(({ driver }) => driver.label),
		rows: axes.apm.map(adapter_name), columns: axes.aqm.map(domain_name),
		lines: sc.statements.map((s) => ({
			n: printable(s.n), line: s.line, text: printable(what_text(s)),
			words: (words.get(s) ?? []).map(printable),
			shell: printable(shell_of(s, words.get(s))),
			drivers: columns.map((steps) => steps.get(s) ?? null),
		})),
	};
}
