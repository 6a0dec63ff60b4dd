// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/*
 * The script of the page of "replay --format html": walks through what it finds in #data.
 */
import { by_id, element, is_difference, legend } from "../lib/page/browser/picture.ts";
import { viewer } from "../lib/page/browser/viewer.ts";
import type { shown_line, shown_scenario } from "../lib/page/shown.ts";
import type { mail_ledger } from "./words.ts";

/** struct replayed_scenario - a scenario, and how the mail was read that it is of */
export interface replayed_scenario extends shown_scenario {
	ledger: mail_ledger | null;
}

/** struct replay_data - what html.ts puts into the page; @links: by "driver/function" */
export interface replay_data {
	scenarios: replayed_scenario[];
	links: [key: string, href: string][];
}

/* Nothing at all may have been found. */
const NOTHING: replayed_scenario = {
	name: "", source: "", about: [], drivers: [], rows: [], columns: [], lines: [],
	ledger: null,
};
const { scenarios, links } = JSON.parse(by_id("data").textContent!) as replay_data;
const choose = by_id<HTMLSelectElement>("scenario");
const view = new viewer({ links: new Map(links), on_step: write_address, address_of });

function address_of(n: string): string {
	const number = encodeURIComponent(n);

	return scenarios.length <= 1 ? `#${number}`
		: `#${encodeURIComponent(view.shown.name)}/${number}`;
}

function write_address(): void {
	history.replaceState(null, "", address_of(view.shown.lines[view.at]?.n ?? ""));
}

function step_link(n: string): Node[] {
	return n === "" ? [] : [element("a", n, { href: address_of(n) })];
}

/* How the mail's lines were read, and what was not: nothing vanishes. */
function draw_ledger(ledger: mail_ledger | null): void {
	const folded = by_id<HTMLDetailsElement>("ledger");
	const lines = ledger?.lines ?? [];

	folded.hidden = ledger === null;
	folded.querySelector("summary")!.textContent =
		`lines of the mail, ${ledger?.summary ?? ""}`;
	folded.querySelector("table")!.hidden = lines.length === 0;
	folded.querySelector("tbody")!.replaceChildren(...lines.map(({ line, what, text, step }) =>
		element("tr", [
			element("th", String(line), { scope: "row" }), element("td", what),
			element("td", text), element("td", step_link(step)),
		], { class: what === "not read" ? "open" : "quiet" })));
}

function show(shown: replayed_scenario, at: number): void {
	view.show(shown, at);
	draw_ledger(shown.ledger);
}

/* An address that a mail cut off may end within an escape. */
function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

function follow_address(): void {
	const parts = location.hash.slice(1).split("/").map(decoded);
	const number = parts.pop();
	const shown = scenarios.find(({ name }) => name === parts[0]) ?? scenarios[0] ?? NOTHING;

	choose.value = shown.name;
	/* a list of links may be above it */
	if (parts[0] === shown.name)
		by_id("title").scrollIntoView();
	show(shown, shown.lines.findIndex(({ n }) => n === number));
}

/* A step in which some driver did something, or that did not come out as claimed. */
function is_eventful(line: shown_line): boolean {
	return is_difference(line) ||
		line.drivers.some((step) => step !== null && step.behind.length > 0);
}

/* As many cells as a browser lays out on paper in a few seconds. */
const PAPER_CELLS = 20000;

/* The steps that paper has room for: the eventful ones; of a large machine the one shown. */
function on_paper({ lines, drivers, rows, columns }: shown_scenario): number[] {
	const eventful = lines.flatMap((line, at) => is_eventful(line) ? [at] : []);
	const cells = eventful.length * drivers.length * rows.length * columns.length;

	return cells <= PAPER_CELLS ? eventful : [view.at];
}

function written_out(at: number): HTMLElement {
	const { n, text } = view.shown.lines[at]!;

	return element("section", [
		element("h2", [`${n}: `, element("code", text)]),
		element("div", view.articles(at), { class: "row" }),
	]);
}

/* On paper nobody can step or unfold: what the steps did, one below the other. */
function write_out(): void {
	by_id<HTMLDetailsElement>("ledger").open = true;
	by_id("walk").replaceChildren(...on_paper(view.shown).map(written_out));
	for (const folded of by_id("walk").querySelectorAll("details"))
		folded.open ||= folded.querySelector("summary")!.textContent === "why";
}

choose.append(...scenarios.map(({ name }) => element("option", name, { value: name })));
by_id("choose").hidden = scenarios.length <= 1;
choose.addEventListener("change", () => {
	show(scenarios.find(({ name }) => name === choose.value)!, 0);
	write_address();
});
addEventListener("hashchange", follow_address);
addEventListener("beforeprint", write_out);
addEventListener("afterprint", () => by_id("walk").replaceChildren());
by_id("legend").append(...legend());
follow_address();
