// SPDX-License-Identifier: GPL-2.0-only
/*
 * What bisect has found as a page: claims down, the history across; below, where each
 * of them turns, with the series that it turned in.
 */
import { html, type markup } from "../lib/page/markup.ts";
import { page_text } from "../lib/page/page.ts";
import type { verdict } from "../lib/play/play.ts";
import type { bisected, bisected_step, flip } from "./history.ts";
import { LETTERS, summary_of, where_text } from "./report.ts";

const MARKS: { [of in verdict]: string } = {
	holds: "✓", differs: "✗", ran: "·", open: "?", depends: "±",
};

function mark(verdict: verdict): markup {
	return html`<td class="mark ${verdict}" title="${verdict}">${MARKS[verdict]}<span class="heard"> ${verdict}</span></td>`;
}

/* The texts along a series, from what it was made on to the posting. */
function series_row({ texts, row }: flip): markup | null {
	if (row.length === 0)
		return null;
	return html`<p>${row.map((verdict, i) => html`<span class="${verdict}">${texts[i]!} ${MARKS[verdict]}</span>&ensp; `)}</p>`;
}

function flip_html(flip: flip): markup {
	const { from, to, was, is, deciding, n } = flip;
	const decided = deciding === null ? null
		: html`<p>decided by <code>${deciding.name}()</code>, C: ${deciding.origin}</p>`;

	return html`<li><p>${from} → ${to}, ${where_text(flip)}: ${was} → ${is}</p>${
		n === null ? null : html`<p class="quiet">${n.subject}</p>`}${decided}${series_row(flip)}</li>`;
}

function turns_html({ n, text, flips }: bisected_step, at: string): markup | null {
	return flips.length === 0 ? null
		: html`<h3 id="${at}-${n}">${n}: <code>${text}</code></h3><ul>${flips.map(flip_html)}</ul>`;
}

function claim_row({ n, text, verdicts, flips }: bisected_step, at: string): markup {
	const name = flips.length === 0 ? n : html`<a href="#${at}-${n}">${n}</a>`;

	return html`<tr><th scope="row">${name}: <code>${text}</code></th>${verdicts.map(mark)}</tr>`;
}

function result_html(result: bisected, i: number): markup {
	const { scenario, labels, steps } = result;
	const at = `s${i + 1}`;
	const summary = summary_of(result);

	return html`<section class="stop"><h2>${scenario.name}</h2>
${scenario.about.map((line) => html`<p class="quiet">${line}</p>`)}<p>${summary[0]!.toUpperCase()}${summary.slice(1)}.</p>
<div class="scroll" tabindex="0"><table class="ruled wide"><thead><tr><th scope="col">claim</th>${
	labels.map((label) => html`<th scope="col" class="mark">${label}</th>`)}</tr></thead>
<tbody>${steps.map((step) => claim_row(step, at))}</tbody></table></div>
${steps.map((step) => turns_html(step, at))}</section>`;
}

function legend(): markup {
	const words = Object.keys(LETTERS) as verdict[];

	return html`<p>${words.map((verdict) => html`<span class="${verdict}">${MARKS[verdict]}</span> ${verdict} `)}</p>`;
}

/** bisect_html - the rows of all claims, and each flip below its row */
export function bisect_html(results: readonly bisected[]): string {
	return page_text({
		title: `${results.map(({ scenario }) => scenario.name).join(", ")}: bisect`,
		body: html`<header><h1>Where verdicts turn</h1>${legend()}</header><main>${
			results.map(result_html)}</main>`,
	});
}
