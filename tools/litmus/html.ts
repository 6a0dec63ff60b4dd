// SPDX-License-Identifier: GPL-2.0-only
/*
 * Litmus tests as a page: for each final state how many schedules of each driver leave it, and
 * how the first of them came to it, the two actors beside each other.
 */
import { keys_help, page_text, walk_script } from "../lib/page/page.ts";
import { html, type markup } from "../lib/page/markup.ts";
import { plural } from "../lib/cli/plural.ts";
import { state_text, type exploration, type final_state, type judgement } from "./explore.ts";
import { condition_text, type claim, type litmus } from "./model.ts";
import type { happening } from "./run.ts";

/** struct litmus_result - a test on a driver */
export interface litmus_result {
	test: litmus;
	found: exploration;
	judgements: judgement[];
}

/* A state, and on which drivers it is left how often. */
interface state_row {
	state: final_state;
	first: string;
	counts: (number | null)[];
}

/* The states of all drivers, those that are on most of them first. */
function state_rows(results: readonly litmus_result[]): state_row[] {
	const rows = new Map<string, state_row>();

	results.forEach(({ found }, at) => {
		for (const state of found.states) {
			const key = state_text(state.state);
			const row = rows.get(key) ??
				{ state, first: found.driver, counts: results.map(() => null) };

			row.counts[at] = state.count;
			rows.set(key, row);
		}
	});
	const reach = ({ counts }: state_row): number => counts.filter((n) => n !== null).length;

	return [...rows.values()].sort((a, b) => reach(b) - reach(a));
}

/* A step stands in its actor's column; what ended the schedule goes through both. */
function witness_row({ actor, where, text }: happening, actors: readonly string[]): markup {
	if (actor === "")
		return html`<tr><td colspan="${actors.length}" class="differs">${text}</td></tr>`;
	const inside = where === "" ? null : html`<small>meanwhile, at ${where}</small><br>`;

	return html`<tr>${actors.map((name) =>
		name === actor ? html`<td>${inside}<code>${text}</code></td>` : html`<td></td>`)}</tr>`;
}

function witness({ state, first }: state_row, actors: readonly string[]): markup {
	return html`<details><summary>a schedule of ${first}</summary><table class="ruled"><thead><tr>${
		actors.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${
		state.witness.map((step) => witness_row(step, actors))}</tbody></table></details>`;
}

function states(results: readonly litmus_result[], actors: readonly string[]): markup {
	const rows = state_rows(results).map((row) => html`<tr><th scope="row"><code>${
		state_text(row.state.state)}</code></th>${
		row.counts.map((count) => html`<td class="mark">${count ?? "-"}</td>`)}</tr>
<tr class="more"><td colspan="${results.length + 1}">${witness(row, actors)}</td></tr>`);

	return html`<tbody>${rows}<tr><th scope="row">schedules</th>${
		results.map(({ found }) => html`<td class="mark">${found.schedules}</td>`)}</tr></tbody>`;
}

const MARKS = { holds: "✓", differs: "✗", open: "?" } as const;

function mark(judgements: readonly judgement[], claim: claim): markup {
	const judged = judgements.find((j) => j.claim === claim);

	if (judged === undefined)
		return html`<td class="mark" title="not claimed of this driver"></td>`;
	const { verdict } = judged;

	return html`<td class="mark ${verdict}" title="${verdict}: ${plural(judged.count, "schedule")}">${
		MARKS[verdict]}<span class="heard"> ${verdict}</span></td>`;
}

function claims({ claims: list }: litmus, results: readonly litmus_result[]): markup {
	const judged = list.filter((claim) => results.some(({ judgements }) =>
		judgements.some((j) => j.claim === claim)));

	return html`<tbody>${judged.map((claim) => html`<tr><th scope="row">claim: ${claim.how} <code>${
		claim.all.map(condition_text).join(" ")}</code></th>${
		results.map(({ judgements }) => mark(judgements, claim))}</tr>`)}</tbody>`;
}

function table(test: litmus, results: readonly litmus_result[]): markup {
	const actors = test.actors.map(({ name }) => name);

	return html`<div class="scroll" tabindex="0"><table class="ruled wide"><thead><tr><th scope="col">final state</th>${
		results.map(({ found }) => html`<th scope="col" class="mark">${found.driver}</th>`)
	}</tr></thead>${states(results, actors)}${claims(test, results)}</table></div>`;
}

function program({ actors }: litmus): markup {
	return html`<table class="ruled"><thead><tr>${
		actors.map(({ name }) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody><tr>${
		actors.map(({ ops }) => html`<td>${ops.map(({ text }) => html`<code>${text}</code><br>`)}</td>`)
	}</tr></tbody></table>`;
}

function section(test: litmus, results: readonly litmus_result[]): markup {
	return html`<section class="stop"><h2>${test.name}</h2>
<p>${[...test.setup.about, test.setup.source ?? ""].join(" ")}</p>
${program(test)}${table(test, results)}</section>`;
}

/** litmus_page - results as one page; those of a test stand beside each other */
export async function litmus_page(results: readonly litmus_result[]): Promise<string> {
	const tests = [...new Set(results.map(({ test }) => test))];
	const sections = tests.map((test) => section(test, results.filter((r) => r.test === test)));

	return page_text({
		title: tests.length === 1 ? tests[0].name : plural(tests.length, "litmus test"),
		body: html`<header><h1>${plural(tests.length, "litmus test")}</h1>
<p>Two actors, in all schedules: how many leave which final state, by driver.</p></header>
<main>${sections}</main><footer>${keys_help("test")}</footer>`,
		script: await walk_script(),
	});
}
