// SPDX-License-Identifier: GPL-2.0-only
/* The page of "replay --format html": draws what it finds in #data. All text goes in as text. */
"use strict";

const { scenarios, words } = JSON.parse(document.getElementById("data").textContent);
const meaning = new Map(words);
const MARKS = { holds: "✓", differs: "✗", ran: "·", open: "?", depends: "±" };
const LETTERS = { guest: "G", would: "g", filtered: "F", stale: "A!", lost: "S!", "": "" };
const APCB = 4, BOUND = 8, CHANGED = 16;

let shown = scenarios[0];
let at = 0;
let only = null;

function element(name, content, attributes = {}) {
	const made = document.createElement(name);

	made.append(...[content].flat());
	for (const [key, value] of Object.entries(attributes))
		made.setAttribute(key, value);
	return made;
}

function by_id(id) {
	return document.getElementById(id);
}

/* The newest step of a driver at or before a line. */
function state_at(driver, line) {
	for (let i = line; i >= 0; i--)
		if (shown.lines[i].drivers[driver] !== null)
			return { step: shown.lines[i].drivers[driver], here: i === line };
	return { step: null, here: false };
}

function cell_of([word, bits], here) {
	const bound = (bits & BOUND) !== 0;
	const classes = [word, here && bits & CHANGED ? "changed" : "", bits & APCB && !bound ? "unbound" : ""];
	const text = `${LETTERS[word]}${bound ? "●" : "○"}`;
	const title = [meaning.get(word) ?? "not assigned", bound ? "bound to vfio_ap" : "not bound",
		here && bits & CHANGED ? "changed in this step" : ""].filter((t) => t !== "").join(", ");

	return element("td", text, { class: classes.join(" ").trim(), title, "aria-label": title });
}

function grid_of(grid, here) {
	const head = element("tr", [element("td", "", { "aria-hidden": "true" }),
		...shown.columns.map((name) => element("th", name, { scope: "col" }))]);
	const rows = grid.cells.map((row, i) => element("tr", [
		element("th", shown.rows[i], { scope: "row" }), ...row.map((cell) => cell_of(cell, here))]));

	head.firstChild.style.border = "0";
	return element("table", [element("thead", head), element("tbody", rows)], { class: "grid" });
}

function reasons_of(step) {
	if (step.why.length === 0)
		return [];
	const list = step.why.map(([cause, place, id]) =>
		element("p", [cause, element("small", ` ${place} ${id}`, { class: "quiet" })]));

	return [element("details", [element("summary", "why"), ...list],
		step.verdict === "differs" ? { open: "" } : {})];
}

function driver_of(label, i) {
	const { step, here } = state_at(i, at);
	const parts = [element("h2", label)];

	if (step !== null && here) {
		parts.push(element("p", `${step.verdict}${step.result === "" ? "" : `: ${step.result}`}`,
			{ class: step.verdict }));
		if (step.because !== "")
			parts.push(element("p", step.because, { class: "quiet" }));
	} else {
		parts.push(element("p", "this line is not for it", { class: "quiet" }));
	}
	for (const grid of step?.grids ?? []) {
		parts.push(element("h3", `${grid.mdev}, ${grid.running ? "guest running" : "no guest"}`), grid_of(grid, here));
		if (grid.control !== "")
			parts.push(element("p", `control domains: ${grid.control}`));
	}
	if (step !== null && here)
		parts.push(...reasons_of(step));
	return element("article", parts);
}

function draw_now() {
	by_id("now").replaceChildren(...shown.drivers
		.map((label, i) => only === null || only === i ? driver_of(label, i) : null)
		.filter((made) => made !== null));
	for (const row of by_id("steps").tBodies[0].rows) {
		if (Number(row.dataset.at) === at)
			row.setAttribute("aria-current", "step");
		else
			row.removeAttribute("aria-current");
	}
}

function line_row(line, i) {
	const marks = line.drivers.map((step) => step === null ? element("td", "", { class: "mark" })
		: element("td", MARKS[step.verdict], { class: `mark ${step.verdict}`, title: step.verdict,
			"aria-label": step.verdict }));
	const text = [element("code", line.text)];

	if (line.shell !== "")
		text.push(element("br", ""), element("small", line.shell));
	return element("tr", [element("td", line.n), element("td", text), ...marks],
		{ "data-at": String(i), tabindex: "0" });
}

function draw_scenario() {
	by_id("title").textContent = shown.name;
	by_id("about").textContent = [...shown.about, shown.source].filter((t) => t !== "").join(" ");
	by_id("steps").tHead.replaceChildren(element("tr", [element("th", "step"), element("th", ""),
		...shown.drivers.map((label) => element("th", label, { class: "mark", scope: "col" }))]));
	by_id("steps").tBodies[0].replaceChildren(...shown.lines.map(line_row));
	draw_now();
}

function address() {
	const number = shown.lines[at]?.n ?? "";

	return `#${scenarios.length === 1 ? "" : `${encodeURIComponent(shown.name)}/`}${encodeURIComponent(number)}`;
}

function go(to) {
	at = Math.max(0, Math.min(shown.lines.length - 1, to));
	history.replaceState(null, "", address());
	draw_now();
	by_id("steps").tBodies[0].rows[at]?.scrollIntoView({ block: "nearest" });
}

function differs(line) {
	return line.drivers.some((step) => step !== null && step.verdict !== "holds" && step.verdict !== "ran");
}

function next_difference(by) {
	for (let i = at + by; i >= 0 && i < shown.lines.length; i += by)
		if (differs(shown.lines[i]))
			return go(i);
}

function follow_address() {
	const parts = location.hash.slice(1).split("/").map(decodeURIComponent);
	const number = parts.pop();

	if (parts.length > 0)
		shown = scenarios.find(({ name }) => name === parts[0]) ?? shown;
	at = Math.max(0, shown.lines.findIndex(({ n }) => n === number));
	by_id("scenario").value = shown.name;
	draw_scenario();
}

const KEYS = {
	j: () => go(at + 1), ArrowDown: () => go(at + 1), k: () => go(at - 1), ArrowUp: () => go(at - 1),
	n: () => next_difference(1), p: () => next_difference(-1),
	"?": () => document.querySelector("footer").scrollIntoView(),
	0: () => { only = null; draw_now(); },
};

document.addEventListener("keydown", (event) => {
	if (event.ctrlKey || event.metaKey || event.altKey || event.target instanceof HTMLSelectElement)
		return;
	const digit = Number(event.key);

	if (digit >= 1 && digit <= shown.drivers.length) {
		only = only === digit - 1 ? null : digit - 1;
		draw_now();
	} else if (KEYS[event.key] !== undefined) {
		KEYS[event.key]();
		event.preventDefault();
	} else if (event.key === "Enter" && event.target.closest("tr[data-at]")) {
		go(Number(event.target.closest("tr[data-at]").dataset.at));
	}
});
by_id("steps").addEventListener("click", (event) => {
	const row = event.target.closest("tr[data-at]");

	if (row !== null)
		go(Number(row.dataset.at));
});
by_id("scenario").append(...scenarios.map(({ name }) => element("option", name, { value: name })));
by_id("choose").hidden = scenarios.length === 1;
by_id("scenario").addEventListener("change", (event) => {
	shown = scenarios.find(({ name }) => name === event.target.value);
	at = 0;
	draw_scenario();
	history.replaceState(null, "", address());
});
by_id("legend").textContent = `${Object.entries(LETTERS).filter(([word]) => word !== "")
	.map(([word, letter]) => `${letter} ${meaning.get(word)}`).join("; ")}. ● bound to vfio_ap, ○ not bound. ` +
	`An outline marks what changed in the step. ${Object.entries(MARKS).map(([v, m]) => `${m} ${v}`).join(", ")}.`;
addEventListener("hashchange", follow_address);
follow_address();
