// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/*
 * The script of the page of "replay --format html": walks through what it finds in #data.
 */
import {
	by_id, element, grid_of, grid_title, is_difference, legend, line_row, state_at, step_parts, steps_head,
} from "../lib/page/browser/picture.ts";
import type { shown_scenario } from "../lib/page/shown.ts";

/** struct replay_data - what html.ts puts into the page; @links: by "driver/function" */
export interface replay_data {
	scenarios: shown_scenario[];
	links: [key: string, href: string][];
}

const { scenarios, links: link_list } = JSON.parse(by_id("data").textContent!) as replay_data;
const links = new Map(link_list);
const steps = by_id<HTMLTableElement>("steps");
const choose = by_id<HTMLSelectElement>("scenario");

let shown = scenarios[0]!;
let at = 0;
let only: number | null = null;

function driver_of(label: string, i: number): HTMLElement {
	const { step, here } = state_at(shown, i, at);
	const parts = step !== null && here ? step_parts(step, links) :
		{ result: [element("p", "this line is not for it", { class: "quiet" })], behind: [] };
	const grids = (step?.grids ?? []).flatMap((grid) => [
		element("h3", grid_title(grid)), grid_of(grid, shown, here),
		...grid.control === "" ? [] : [element("p", `control domains: ${grid.control}`)],
	]);

	return element("article", [element("h2", label), ...parts.result, ...grids, ...parts.behind]);
}

function draw_now(): void {
	by_id("now").replaceChildren(...shown.drivers.flatMap((label, i) =>
		only === null || only === i ? [driver_of(label, i)] : []));
	steps.querySelector("[aria-current]")?.removeAttribute("aria-current");
	steps.tBodies[0]!.rows[at]?.setAttribute("aria-current", "step");
}

function draw_scenario(): void {
	by_id("title").textContent = shown.name;
	by_id("about").textContent = [...shown.about, shown.source].filter((t) => t !== "").join(" ");
	steps.tHead!.replaceChildren(steps_head(shown.drivers));
	steps.tBodies[0]!.replaceChildren(...shown.lines.map(line_row));
	for (const row of steps.tBodies[0]!.rows)
		row.tabIndex = 0;
	draw_now();
}

function address(): string {
	const number = shown.lines[at]?.n ?? "";

	return `#${scenarios.length === 1 ? "" : `${encodeURIComponent(shown.name)}/`}${encodeURIComponent(number)}`;
}

function go(to: number): void {
	at = Math.max(0, Math.min(shown.lines.length - 1, to));
	history.replaceState(null, "", address());
	draw_now();
	steps.tBodies[0]!.rows[at]?.scrollIntoView({ block: "nearest" });
}

function next_difference(by: 1 | -1): void {
	for (let i = at + by; i >= 0 && i < shown.lines.length; i += by)
		if (is_difference(shown.lines[i]!))
			return go(i);
}

function follow_address(): void {
	const parts = location.hash.slice(1).split("/").map(decodeURIComponent);
	const number = parts.pop();

	if (parts.length > 0)
		shown = scenarios.find(({ name }) => name === parts[0]) ?? shown;
	at = Math.max(0, shown.lines.findIndex(({ n }) => n === number));
	choose.value = shown.name;
	draw_scenario();
	steps.tBodies[0]!.rows[at]?.scrollIntoView({ block: "nearest" });
}

function show_only(driver: number | null): void {
	only = only === driver ? null : driver;
	draw_now();
}

const KEYS = new Map<string, () => void>([
	["j", () => go(at + 1)], ["ArrowDown", () => go(at + 1)], ["k", () => go(at - 1)], ["ArrowUp", () => go(at - 1)],
	["n", () => next_difference(1)], ["p", () => next_difference(-1)],
	["?", () => by_id("help").showPopover()],
	["0", () => show_only(null)],
]);

function row_of({ target }: Event): HTMLElement | null {
	return (target as Element).closest<HTMLElement>("tr[data-at]");
}

document.addEventListener("keydown", (event) => {
	const digit = Number(event.key);
	const action = KEYS.get(event.key);
	const row = event.key === "Enter" ? row_of(event) : null;

	if (event.ctrlKey || event.metaKey || event.altKey || event.target === choose)
		return;
	if (digit >= 1 && digit <= shown.drivers.length)
		show_only(digit - 1);
	else if (row !== null)
		go(Number(row.dataset["at"]));
	else if (action === undefined)
		return;
	else
		action();
	event.preventDefault();
});
steps.addEventListener("click", (event) => {
	const row = row_of(event);

	if (row !== null)
		go(Number(row.dataset["at"]));
});
choose.append(...scenarios.map(({ name }) => element("option", name, { value: name })));
by_id("choose").hidden = scenarios.length === 1;
choose.addEventListener("change", () => {
	shown = scenarios.find(({ name }) => name === choose.value)!;
	at = 0;
	draw_scenario();
	history.replaceState(null, "", address());
});
addEventListener("hashchange", follow_address);
by_id("legend").append(...legend());
follow_address();
