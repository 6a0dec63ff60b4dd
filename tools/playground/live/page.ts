// SPDX-License-Identifier: GPL-2.0-only
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/*
 * The playground: a scenario as text is all the state there is. Whatever is clicked or typed adds
 * a step to it, or changes its head; it is then played anew on the drivers chosen, as replay does.
 */
import { adapter_name, domain_name } from "../../lib/scenario/ids.ts";
import type { scenario } from "../../lib/scenario/model.ts";
import { print_host, print_scenario } from "../../lib/scenario/print.ts";
import { mail_text } from "../../lib/mail/write.ts";
import { by_id, element, legend } from "../../lib/page/browser/picture.ts";
import { viewer } from "../../lib/page/browser/viewer.ts";
import { shown_scenario } from "../../lib/page/shown.ts";
import { axes_of } from "../../lib/play/grid.ts";
import type { mdev_state, report, step } from "../../lib/play/play.ts";
import { packed, unpacked } from "./address.ts";
import { assign_step, bind_step, card_step, config_step, domain_step, host_now } from "./host.ts";
import { complete, mdevs_of, read_line } from "./line.ts";
import { play_on, read_text, start_machine, type fault, type machine_data } from "./machine.ts";

/**
 * struct playground_data - what main.ts puts into the page
 * @chosen: the drivers to begin with
 * @corpus: scenarios by their names
 */
export interface playground_data extends machine_data {
	chosen: string[];
	corpus: [name: string, text: string][];
}

const START = `scenario mine

host adapters 04 05 domains 0004 0047 0054
bound all
create m0
`;

/* What is wrong with a line that has just been added needs no number. */
function fault_text({ line, what }: fault, before: string, text: string): string {
	return text.startsWith(before) && line > before.trimEnd().split("\n").length ? what
		: `line ${line}: ${what}`;
}

function painted(): Promise<void> {
	return new Promise((resolve) => {
		requestAnimationFrame(() => setTimeout(resolve));
	});
}

/** class playground - what the page does */
class playground {
	#data: playground_data;
	#text = START;
	#scenario!: scenario;
	#reports: report[] = [];
	#axes = axes_of([]);
	#undone: string[] = [];
	#done: string[] = [];
	#chosen: string[];
	/** how often the address was to be written */
	#turn = 0;
	#is_ready = false;
	#typed: string[] = [];
	/* which of these is at the prompt; behind the last, none */
	#recalled = 0;
	#view = new viewer({
		dress: (tables, driver) => this.#dress(tables, driver),
		on_step: () => this.#acting(),
	});

	constructor(data: playground_data) {
		this.#data = data;
		this.#chosen = data.chosen;
	}

	/* What is seen first is the first driver alone: the others are played when it is. */
	async start(): Promise<void> {
		await start_machine(this.#data);
		this.#listen();
		this.#list_corpus("");
		by_id("drivers").replaceChildren(
			...this.#data.drivers.map((label) => this.#driver_box(label)));
		by_id("legend").append(...legend());
		await this.#follow_address();
		await painted();
		performance.mark("drawn");
		this.#is_ready = true;
		this.#play(this.#view.at);
		performance.mark("ready");
	}

	/* A text from elsewhere: another scenario, or this one as somebody edited it. */
	#take(text: string, remember = true): boolean {
		const { scenario, faults } = read_text(text);

		this.#say(faults.map((f) => fault_text(f, this.#text, text)).join("\n"));
		if (scenario === null || faults.length > 0)
			return false;
		if (remember && text !== this.#text) {
			this.#done.push(this.#text);
			this.#undone = [];
		}
		this.#text = text;
		this.#scenario = scenario;
		this.#play();
		return true;
	}

	#play(at = Infinity): void {
		const sc = this.#scenario;

		this.#reports =
			play_on(sc, this.#is_ready ? this.#chosen : this.#chosen.slice(0, 1));
		const { apm, aqm } = axes_of(this.#reports);

		this.#axes = {
			apm: [...new Set([...apm, ...sc.host.apm])].sort((a, b) => a - b),
			aqm: [...new Set([...aqm, ...sc.host.aqm])].sort((a, b) => a - b),
		};
		this.#view.show(shown_scenario(sc, this.#reports, this.#axes), at);
		this.#draw_around();
		void this.#write_address();
	}

	/** act - add steps to the scenario */
	act(...steps: string[]): void {
		this.#take([this.#text, ...steps.map((step) => `${step}\n`)].join(""));
	}

	#step_back(from: string[], to: string[]): void {
		const text = from.pop();

		if (text === undefined)
			return;
		to.push(this.#text);
		this.#take(text, false);
	}

	#say(text: string): void {
		by_id("wrong").textContent = text;
	}

	/* A line of the scenario's head, in place of what stands there. */
	#head_line(word: string, rest: string): void {
		const lines = print_scenario(this.#scenario).split("\n")
			.filter((l) => !l.startsWith(`${word} `));
		const at = lines.indexOf("") + 1;
		const line = rest.trim() === "" ? [] : [`${word} ${rest.trim()}`];

		this.#take([...lines.slice(0, at), ...line, ...lines.slice(at)].join("\n"));
	}

	#draw_around(): void {
		const sc = this.#scenario;
		const head = (word: string): string => new RegExp(`^${word} (.*)$`, "m")
			.exec(print_scenario(sc))?.[1] ?? "";

		by_id<HTMLInputElement>("host").value = print_host(sc.host);
		by_id<HTMLInputElement>("apmask").value = head("apmask");
		by_id<HTMLInputElement>("aqmask").value = head("aqmask");
		by_id<HTMLTextAreaElement>("text").value = this.#text;
		by_id<HTMLButtonElement>("undo").disabled = this.#done.length === 0;
		by_id<HTMLButtonElement>("redo").disabled = this.#undone.length === 0;
		this.#draw_cards();
		this.#acting();
	}

	#button(text: string, line: string): HTMLButtonElement {
		return element("button", text,
			{ "data-do": line, title: line, "aria-label": `${text}: ${line}` });
	}

	#draw_cards(): void {
		const now = host_now(this.#scenario);
		const all = this.#scenario.host;
		const cards = [...new Set([...all.apm, ...now.apm])].map((id) => element("li", [
			`${adapter_name(id)} `,
			this.#button(now.apm.includes(id) ? "remove" : "put back",
				card_step(now, id)),
			this.#button(now.off.includes(id) ? "on" : "off", config_step(now, id)),
		]));
		const domains = [...new Set([...all.aqm, ...now.aqm])].map((id) => element("li", [
			`${domain_name(id)} `,
			this.#button(now.aqm.includes(id) ? "remove" : "put back",
				domain_step(now, id)),
		]));

		by_id("cards").replaceChildren(...cards);
		by_id("domains").replaceChildren(...domains);
		by_id("mdevs").replaceChildren(...this.#mdev_buttons());
	}

	#mdev_buttons(): Node[] {
		const states = this.#last(0)?.mdevs ?? new Map<string, mdev_state>();
		const known = mdevs_of(this.#scenario);
		const free = ["m0", "m1", "m2", "m3"].find((m) => !states.has(m)) ??
			`m${known.length}`;

		return [
			...[...states].flatMap(([m, state]) => [
				state.apcb === null ? this.#button(`${m}: open the guest`, `open ${m}`)
					: this.#button(`${m}: close the guest`, `close ${m}`),
				this.#button(`destroy ${m}`, `destroy ${m}`),
				...this.#control_buttons(m, state),
			]),
			this.#button(`create ${free}`, `create ${free}`),
		];
	}

	#control_buttons(mdev: string, state: mdev_state): Node[] {
		const { host } = this.#scenario;
		const ids = new Set([...this.#axes.aqm, ...host.adm, ...state.matrix.adm]);
		const button = (id: number): Node => {
			const is = state.matrix.adm.includes(id);
			const made = this.#button(`${domain_name(id)}${is ? " ✓" : ""}`,
				assign_step(mdev, state, "control_domain", id));

			made.setAttribute("aria-pressed", String(is));
			return made;
		};

		return [element("span", `${mdev}, control domains:`),
			...[...ids].sort((a, b) => a - b).map(button)];
	}

	/* The last step of a driver: how its machine stands. */
	#last(driver: number): step | undefined {
		return this.#reports[driver]?.steps.at(-1);
	}

	#is_live(): boolean {
		return this.#view.at >= this.#view.shown.lines.length - 1;
	}

	#acting(): void {
		by_id("earlier").hidden = this.#is_live();
	}

	/* A cell, or the head of a row or column, becomes a button with its own content. */
	#press(cell: HTMLTableCellElement, line: string): void {
		const button = element("button", [...cell.childNodes],
			{ "data-do": line, class: "plain", title: line });

		cell.replaceChildren(button);
	}

	#dress(tables: HTMLTableElement[], driver: number): void {
		const last = this.#last(driver);

		if (last === undefined || !this.#is_live())
			return;
		const mdevs = [...last.mdevs];

		tables.forEach((table, i) => this.#dress_table(table, last, mdevs[i]));
	}

	#dress_table(
		table: HTMLTableElement, { bound }: step, mdev: [string, mdev_state] | undefined,
	): void {
		const { apm, aqm } = this.#axes;

		apm.forEach((apid, row) => {
			const { cells } = table.tBodies[0]!.rows[row]!;

			if (mdev !== undefined)
				this.#press(cells[0]!, assign_step(...mdev, "adapter", apid));
			aqm.forEach((apqi, column) =>
				this.#press(cells[column + 1]!, bind_step(bound, apid, apqi)));
		});
		if (mdev !== undefined)
			aqm.forEach((apqi, column) =>
				this.#press(table.tHead!.rows[0]!.cells[column + 1]!,
				assign_step(...mdev, "domain", apqi)));
	}

	#driver_box(label: string): HTMLLabelElement {
		const box = element("input", [], { type: "checkbox", value: label });

		box.checked = this.#chosen.includes(label);
		box.addEventListener("change", () => {
			const boxes = [...document.querySelectorAll<HTMLInputElement>(
				"#drivers input:checked")];

			this.#chosen = boxes.map(({ value }) => value);
			this.#play(this.#view.at);
		});
		return element("label", [box, ` ${label} `]);
	}

	#list_corpus(wanted: string): void {
		const words = wanted.toLowerCase().split(/\s+/);
		const found = this.#data.corpus.filter(([name, text]) =>
			words.every((w) => `${name} ${text}`.toLowerCase().includes(w)));

		by_id("corpus").replaceChildren(...found.map(([name]) =>
			element("li", element("button", name,
				{ class: "plain", "data-open": name }))),
			...found.length > 0 ? [] : [element("li", "none has these words")]);
	}

	#open_corpus(name: string): void {
		const [, text] = this.#data.corpus.find(([known]) => known === name)!;

		if (this.#take(text))
			by_id("scenarios").hidePopover();
	}

	#type(input: HTMLInputElement): void {
		const read = read_line(input.value, this.#scenario);

		if ("wrong" in read)
			return this.#say(read.wrong);
		this.#recalled = this.#typed.push(input.value);
		input.value = "";
		by_id("words").textContent = "";
		if (read.steps.length > 0)
			this.act(...read.steps);
	}

	#recall(input: HTMLInputElement, by: 1 | -1): void {
		this.#recalled = Math.max(0, Math.min(this.#typed.length, this.#recalled + by));
		input.value = this.#typed[this.#recalled] ?? "";
	}

	#prompt_key(event: KeyboardEvent): void {
		const input = event.target as HTMLInputElement;

		if (event.key === "Enter") {
			this.#type(input);
		} else if (event.key === "Tab" && !event.shiftKey && input.value !== "") {
			const { text, words } = complete(input.value, this.#scenario);

			input.value = text;
			by_id("words").textContent = words.join(" ");
			event.preventDefault();
		} else if (event.key === "ArrowUp") {
			this.#recall(input, -1);
			event.preventDefault();
		} else if (event.key === "ArrowDown") {
			this.#recall(input, 1);
		} else if (event.key === "Escape") {
			input.blur();
		}
	}

	#show_copy(text: string, name: string): void {
		const area = by_id<HTMLTextAreaElement>("copy_text");

		by_id("copy_name").textContent = name;
		area.value = text;
		by_id("copy").showPopover();
		area.select();
		void navigator.clipboard?.writeText(text).catch(() => {});
	}

	/* Packing takes a while, in which somebody may follow a link or type the next line. */
	async #write_address(): Promise<void> {
		const turn = ++this.#turn;
		const before = location.hash;
		const hash = `#${this.#chosen.join(",")}/${await packed(this.#text)}`;

		if (turn === this.#turn && hash !== before && location.hash === before)
			history.replaceState(null, "", hash);
	}

	async #follow_address(): Promise<void> {
		const [, labels, letters] = /^#([^/]*)\/([\w-]+)$/.exec(location.hash) ?? [];
		const wanted = labels?.split(",") ?? [];
		const chosen = wanted.filter((l) => this.#data.drivers.includes(l));
		const missing = wanted.filter((l) => !chosen.includes(l));
		const text = letters === undefined ? null : await unpacked(letters);

		if (chosen.length > 0)
			this.#chosen = chosen;
		for (const box of document.querySelectorAll<HTMLInputElement>("#drivers input"))
			box.checked = this.#chosen.includes(box.value);
		if (text !== null && this.#take(text, false))
			return missing.length === 0 ? undefined
				: this.#say(`This page has no ${missing.join(", ")}, which the link names.`);
		const fault = by_id("wrong").textContent!;

		this.#take(START, false);
		if (location.hash.length > 1)
			this.#say(`The scenario in the link cannot be read, is it cut off? ${fault}`);
	}

	#listen(): void {
		const on = (id: string, type: string, fn: (event: Event) => void): void =>
			by_id(id).addEventListener(type, fn);
		const value = (id: string): string => by_id<HTMLInputElement>(id).value;

		document.addEventListener("click", ({ target }) => {
			const { do: line, open } = (target as Element)
				.closest<HTMLElement>("[data-do], [data-open]")?.dataset ?? {};

			if (line !== undefined)
				this.act(line);
			else if (open !== undefined)
				this.#open_corpus(open);
		});
		document.addEventListener("keydown", (event) => this.#key(event));
		for (const word of ["host", "apmask", "aqmask"])
			on(word, "change", () => this.#head_line(word, value(word)));
		on("text", "change", () => this.#take(value("text")));
		on("prompt", "keydown", (event) => this.#prompt_key(event as KeyboardEvent));
		on("search", "input", () => this.#list_corpus(value("search")));
		on("undo", "click", () => this.#step_back(this.#done, this.#undone));
		on("redo", "click", () => this.#step_back(this.#undone, this.#done));
		on("as_scn", "click", () => this.#show_copy(this.#text, ".scn"));
		on("as_mail", "click",
			() => this.#show_copy(mail_text(this.#scenario),
				"steps for a mail, which vfio-ap replay reads"));
		on("as_link", "click", () => this.#show_copy(location.href, "a link"));
		on("to_end", "click", () => this.#view.go(Infinity));
		addEventListener("hashchange", () => void this.#follow_address());
	}

	#key(event: KeyboardEvent): void {
		const typing = (event.target as Element).matches("input, textarea");

		if (typing || event.ctrlKey || event.metaKey || event.altKey)
			return;
		if (event.key === "u")
			by_id("undo").click();
		else if (event.key === "r")
			by_id("redo").click();
		else if (event.key === "/")
			by_id("prompt").focus();
		else
			return;
		event.preventDefault();
	}
}

/* Without a page, as in a test, the machine alone is there. */
Object.assign(globalThis, { vfio_ap: { start_machine, read_text, play_on, shown_scenario } });
if (typeof document !== "undefined")
	void new playground(JSON.parse(by_id("data").textContent!) as playground_data).start();
