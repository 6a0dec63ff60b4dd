// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/*
 * Draws what shown.ts made: steps with a mark for each driver, and grids of adapters by domains.
 * All text goes in as text.
 */
import { APCB, BOUND, CELL_WORDS, CHANGED, cell_word, type mdev_grid } from "../../play/grid.ts";
import type { shown_line, shown_reason, shown_scenario, shown_step } from "../shown.ts";

const MARKS = new Map([
	["holds", "✓"], ["differs", "✗"], ["ran", "·"], ["open", "?"], ["depends", "±"],
]);
const LETTERS =
	new Map([["guest", "G"], ["would", "g"], ["filtered", "F"], ["stale", "A!"],
		["lost", "S!"]]);

type content = string | Node;

/** element - an element with its content and attributes */
export function element<K extends keyof HTMLElementTagNameMap>(name: K,
	content: content | content[] = [],
		attributes: Record<string, string> = {}): HTMLElementTagNameMap[K] {
	const made = document.createElement(name);

	made.append(...[content].flat());
	for (const [key, value] of Object.entries(attributes))
		made.setAttribute(key, value);
	return made;
}

/** by_id - an element of the page's body */
export function by_id<T extends HTMLElement = HTMLElement>(id: string): T {
	return document.getElementById(id) as T;
}

/**
 * state_at - the newest step of a driver at or before a line
 *
 * Return: the step, or null, and whether it is that line's.
 */
export function state_at({ lines }: shown_scenario, driver: number, line: number):
		{ step: shown_step | null; here: boolean } {
	for (let i = line; i >= 0; i--) {
		const step = lines[i]!.drivers[driver];

		if (step)
			return { step, here: i === line };
	}
	return { step: null, here: false };
}

/** cell_text - what a cell says, for those who do not see it */
function cell_text(cell: number, running: boolean): string {
	return [
		CELL_WORDS.get(cell_word(cell, running)) ?? "not assigned",
		cell & BOUND ? "bound to vfio_ap" : "not bound",
		cell & CHANGED ? "changed in this step" : "",
	].filter((t) => t !== "").join(", ");
}

/** cell_of - a cell; marked as changed only @here, where it changed */
function cell_of(cell: number, running: boolean, here: boolean): HTMLTableCellElement {
	const bits = here ? cell : cell & ~CHANGED;
	const word = cell_word(bits, running);
	const bound = (bits & BOUND) !== 0;
	const classes = [
		word, bits & CHANGED ? "changed" : "",
		running && bits & APCB && !bound ? "unbound" : "",
	];
	const made = element("td", [
		element("span", `${LETTERS.get(word) ?? ""}${bound ? "●" : "○"}`,
			{ "aria-hidden": "true" }),
		element("span", cell_text(bits, running), { class: "heard" }),
	], { title: cell_text(bits, running) });

	made.className = classes.filter((c) => c !== "").join(" ");
	return made;
}

/* The head of a row or column. */
function head_of(name: string, scope: string, assigned: boolean): HTMLTableCellElement {
	return element("th", name,
		assigned ? { scope, class: "assigned", title: "assigned" } : { scope });
}

/** grid_of - an mdev as a table, adapters down and domains across */
export function grid_of(
	grid: mdev_grid, { rows, columns }: shown_scenario, here: boolean,
): HTMLTableElement {
	const head = element("tr", [element("td", "", { class: "corner" }),
		...columns.map((name, i) => head_of(name, "col", grid.columns[i]!))]);
	const body = grid.cells.map(
		(row, i) => element("tr", [head_of(rows[i]!, "row", grid.rows[i]!),
		...row.map((cell) => cell_of(cell, grid.running, here))]));

	return element("table", [element("thead", head), element("tbody", body)],
		{ class: columns.length > 12 ? "grid dense" : "grid" });
}

/** grid_title - which mdev a grid is of */
export function grid_title({ mdev, running }: mdev_grid): string {
	return mdev === "" ? "no mdev yet" : `${mdev}, ${running ? "guest running" : "no guest"}`;
}

function folded(name: string, lines: content[], open = false): HTMLDetailsElement {
	return element("details", [element("summary", name), ...lines], open ? { open: "" } : {});
}

/** links - by "driver/function", the place of a cross-reading */
function reason_of(
	{ cause, place, message_id, key }: shown_reason, links: ReadonlyMap<string, string>,
): Node {
	const href = links.get(key);
	const where = href === undefined ? place : element("a", place, { href });
	const mail = /^<[\w.+@-]+>$/.test(message_id) ?
		[" ", element("a", message_id,
			{ href: `https://lore.kernel.org/all/${message_id.slice(1, -1)}/` })]
				: [message_id];

	return element("p",
		place === "" ? cause : [cause, element("br"), element("small", [where, ...mail])]);
}

function counted(name: string, lines: string[]): string {
	return name === "locks" ? `locks: ${lines[0]!.split(" ").length / 2 | 0}`
		: `${name}: ${lines.length}`;
}

/**
 * step_parts - what a step's line came to on a driver, and what is folded behind it
 * @links: by "driver/function", the place of a cross-reading
 * @address_of: where a step is, by its number; null where steps have no addresses
 */
export function step_parts(step: shown_step, links: ReadonlyMap<string, string>,
	address_of: ((n: string) => string) | null): { result: Node[]; behind: Node[] } {
	const { verdict, result, because, opened_by, why, behind } = step;
	const reason = address_of === null || opened_by === "" ? because
		: element("a", because, { href: address_of(opened_by) });

	return {
		result: [
			element("p", [element("strong", verdict),
				result === "" ? "" : `: ${result}`],
					{ class: `result ${verdict}` }),
			...because === "" ? [] : [element("p", reason, { class: "quiet" })],
		],
		behind: [
			...why.length === 0
				? [] : [folded("why", why.map((r) => reason_of(r, links)),
					verdict === "differs")],
			...behind.map(([name, lines]) => folded(counted(name, lines),
				lines.map((line) => element("p", element("code", line))))),
		],
	};
}

/** mark_of - how a line came out on a driver, as a cell of the list of steps */
function mark_of(step: shown_step | null, driver: string): HTMLTableCellElement {
	if (step === null)
		return element("td", "", { class: "mark" });
	return element("td", [
		element("span", MARKS.get(step.verdict) ?? "", { "aria-hidden": "true" }),
		element("span", step.verdict, { class: "heard" }),
	], { class: `mark ${step.verdict}`, title: `${driver}: ${step.verdict}` });
}

/* The number or dash in front of a step in a mail. */
const MARK = /^(?:[-*]|\d+(?:\.\d+)*[.):]?)\s+/;

/* What a mail says, unless it is what the step says. */
function said_in({ words, text }: shown_line): string {
	const bare = words.join(" ").replace(/\s+/g, " ").trim().replace(MARK, "");

	return bare === text ? "" : words.join("\n");
}

/* A step that is longer may not be seen as a whole. */
const LONG = 200;

/** line_row - a line of the scenario as a row of the list of steps */
export function line_row(line: shown_line, i: number, labels: readonly string[]):
		HTMLTableRowElement {
	const { n, text, shell, drivers } = line;
	const said = said_in(line);
	const what = [
		...said === "" ? [] : [element("p", said, { class: "said quiet" })],
		/* what may be scrolled must be reached by the keyboard */
		element("code", text, text.length > LONG ? { tabindex: "0" } : {}),
	];

	return element("tr", [element("td", element("button", n, { class: "plain" })),
		element("td", shell === "" ? what : [
			...what, element("br"), element("small", `$ ${shell}`),
		]),
		...drivers.map((step, k) => mark_of(step, labels[k]!))], { "data-at": String(i) });
}

/** steps_head - the head of that list */
export function steps_head(drivers: readonly string[]): HTMLTableRowElement {
	return element("tr",
		[element("th", "step", { scope: "col" }), element("th", "what", { scope: "col" }),
		...drivers.map((label) => element("th", element("span", label),
			{ class: "mark", scope: "col" }))]);
}

/** is_difference - whether a line did not come out as claimed on some driver */
export function is_difference({ drivers }: shown_line): boolean {
	return drivers.some((step) => step !== null && step.verdict !== "holds" &&
		step.verdict !== "ran");
}

/** legend - what the letters mean */
export function legend(): Node[] {
	const parts = [...LETTERS].map(([word, letter]) => `${letter} ${CELL_WORDS.get(word)!}`);

	return [element("p",
		`${parts.join("; ")}; ● bound to vfio_ap, ○ not bound; a head underlined: assigned; an outline: changed in this step.`),
		element("p",
			"✓ holds, ✗ differs, · ran without a claim, ? could not be judged, ± depends on how the source is read.")];
}
