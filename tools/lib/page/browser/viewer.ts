// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/*
 * A scenario on a page: the list of its steps in #steps, what each driver did in #now, and the
 * keys that walk through it.
 */
import type { mdev_grid } from "../../play/grid.ts";
import type { shown_scenario, shown_step } from "../shown.ts";
import {
	by_id, element, grid_of, grid_title, is_difference, line_row, state_at, step_parts,
	steps_head,
} from "./picture.ts";

/**
 * struct viewer_options - what is particular about a page
 * @links: where functions are cross-read, by "driver/function"
 * @on_step: called when another step is shown
 * @address_of: where on the page a step is, by its number
 * @dress: adds to a driver's grids what can be done there
 */
export interface viewer_options {
	links?: ReadonlyMap<string, string>;
	on_step?: () => void;
	address_of?: (n: string) => string;
	dress?: (grids: HTMLTableElement[], driver: number) => void;
}

const KEYS = new Map<string, (v: viewer) => void>([
	["j", (v) => v.go(v.at + 1)], ["ArrowDown", (v) => v.go(v.at + 1)],
	["k", (v) => v.go(v.at - 1)], ["ArrowUp", (v) => v.go(v.at - 1)],
	["n", (v) => v.next_difference(1)], ["p", (v) => v.next_difference(-1)],
	["0", (v) => v.show_only(null)],
	["?", () => by_id("help").showPopover()],
]);

function row_of({ target }: Event): HTMLElement | null {
	return (target as Element).closest<HTMLElement>("tr[data-at]");
}

/* As many drivers as have room beside the steps. */
const BESIDE = 6;

/* As many domains as have room wherever there is a place for grids beside the steps. */
const WIDE = 8;

/* Whether a key is meant for what has the focus. */
function is_typed({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
	return ctrlKey || metaKey || altKey ||
		(target as Element).matches("input, select, textarea");
}

/**
 * class viewer - the scenario that a page shows
 * @shown: the scenario
 * @at: the step
 */
export class viewer {
	shown: shown_scenario = {
		name: "", source: "", about: [], drivers: [], rows: [], columns: [], lines: [],
	};
	at = 0;
	#only: number | null = null;
	#steps = by_id<HTMLTableElement>("steps");
	#narrow = matchMedia("(max-width: 960px)");
	#options: viewer_options;

	constructor(options: viewer_options) {
		this.#options = options;
		this.#steps.addEventListener("click", (event) => this.#choose(row_of(event)));
		document.addEventListener("keydown", (event) => this.#key(event));
		this.#narrow.addEventListener("change", () => {
			this.#arrange();
			this.draw();
		});
	}

	/* Where there is no room beside the steps, what the drivers did is above them. */
	get #is_stacked(): boolean {
		return this.shown.drivers.length > BESIDE || this.#narrow.matches;
	}

	#arrange(): void {
		const { classList } = by_id("now").parentElement!;

		classList.toggle("many", this.shown.drivers.length > BESIDE);
		classList.toggle("stacked", this.#is_stacked);
	}

	/** show - another scenario, from a step on */
	show(shown: shown_scenario, at: number): void {
		this.shown = shown;
		this.at = Math.max(0, Math.min(shown.lines.length - 1, at));
		by_id("title").textContent = shown.name;
		by_id("about").textContent = [...shown.about, shown.source].filter((t) => t !== "")
			.join("\n");
		this.#arrange();
		this.#steps.tHead!.replaceChildren(steps_head(shown.drivers));
		this.#steps.tBodies[0]!.replaceChildren(
			...shown.lines.map((line, i) => line_row(line, i, shown.drivers)));
		this.draw();
		if (this.at > 0)
			this.#in_view();
	}

	/** articles - what each driver that is shown did in a step */
	articles(at: number): HTMLElement[] {
		return this.shown.drivers.flatMap((label, i) =>
			this.#only === null || this.#only === i ? [this.#article(label, i, at)]
				: []);
	}

	/** draw - what each driver did */
	draw(): void {
		by_id("now").replaceChildren(...this.articles(this.at));
		this.#steps.querySelector("[aria-current]")?.removeAttribute("aria-current");
		this.#row?.setAttribute("aria-current", "step");
		/* the heads of the list stay in sight, below what is above it */
		this.#steps.style.setProperty("--above",
			`${this.#is_stacked ? by_id("now").offsetHeight : 0}px`);
	}

	/** go - to a step */
	go(to: number): void {
		this.at = Math.max(0, Math.min(this.shown.lines.length - 1, to));
		this.#options.on_step?.();
		this.draw();
		this.#in_view();
	}

	#in_view(): void {
		this.#row?.scrollIntoView({ block: "nearest" });
	}

	next_difference(by: 1 | -1): void {
		for (let i = this.at + by; i >= 0 && i < this.shown.lines.length; i += by)
			if (is_difference(this.shown.lines[i]!))
				return this.go(i);
	}

	/** show_only - a driver alone; all for null, or the one that is shown alone already */
	show_only(driver: number | null): void {
		this.#only = this.#only === driver ? null : driver;
		this.draw();
	}

	get #row(): HTMLTableRowElement | undefined {
		return this.#steps.tBodies[0]!.rows[this.at];
	}

	#article(label: string, i: number, at: number): HTMLElement {
		const { step, here } = state_at(this.shown, i, at);
		const { links = new Map<string, string>(), address_of = null } = this.#options;
		const parts = step !== null && here ? step_parts(step, links, address_of) :
			{ result: [element("p", "this line is not for it",
				{ class: "result quiet" })], behind: [] };

		return element("article",
			[element("h2", label), ...parts.result, ...this.#grids(step, here, i),
				...parts.behind]);
	}

	/* A wide grid may have no room, and is scrolled, by key as well. */
	get #scrolled(): Record<string, string> {
		return {
			class: "scroll",
			...this.shown.columns.length > WIDE && { tabindex: "0" },
		};
	}

	#grids(step: shown_step | null, here: boolean, driver: number): Node[] {
		const list = step?.grids ?? [];
		const tables = list.map((grid) => grid_of(grid, this.shown, here));
		const below = ({ control }: mdev_grid): Node[] =>
			control === "" ? [] : [element("p", `control domains: ${control}`)];
		const parts = list.flatMap((grid, i) =>
			[element("h3", grid_title(grid)),
				element("div", tables[i]!, this.#scrolled), ...below(grid)]);

		this.#options.dress?.(tables, driver);
		return parts;
	}

	#choose(row: HTMLElement | null): void {
		if (row !== null)
			this.go(Number(row.dataset["at"]));
	}

	#key(event: KeyboardEvent): void {
		const digit = Number(event.key);
		const action = KEYS.get(event.key);

		if (is_typed(event))
			return;
		if (digit >= 1 && digit <= this.shown.drivers.length)
			this.show_only(digit - 1);
		else if (action === undefined)
			return;
		else
			action(this);
		event.preventDefault();
	}
}
