// SPDX-License-Identifier: GPL-2.0-only
/*
 * Results as a page: what was searched, and each counterexample as replay draws it. The shortest
 * counterexample comes first.
 */
import { plural } from "../lib/cli/plural.ts";
import { html, type markup } from "../lib/page/markup.ts";
import { pick_drivers, play, type report } from "../lib/play/play.ts";
import { parse_scenarios } from "../lib/scenario/parse.ts";
import { replay_page } from "../replay/html.ts";
import type { line } from "./campaign.ts";
import { summary_lines } from "./report.ts";

type counterexample = Extract<line, { result: "counterexample" }>;

/* Give each scenario a name of its own, because links use the names. */
async function reports_of(found: readonly counterexample[]): Promise<report[][]> {
	const names = new Map<string, number>();
	const all: report[][] = [];

	for (const { scenario, driver } of found) {
		const [sc] = parse_scenarios(scenario, "counterexample");
		const count = (names.get(sc!.name) ?? 0) + 1;
		const name = count === 1 ? sc!.name : `${sc!.name}-${count}`;

		names.set(sc!.name, count);
		await pick_drivers(driver);
		all.push([play({ ...sc!, name }, driver)]);
	}
	return all;
}

/* Where it is on the page, at the step in which it is seen. */
function address_of([{ scenario, steps }]: readonly report[]): string {
	const seen = steps.find(({ verdict }) => verdict === "differs");

	return `#${encodeURIComponent(scenario.name)}/${encodeURIComponent(seen?.s.n ?? "")}`;
}

function row(
	{ property, operation, length, count, driver, expected, actual }: counterexample,
	address: string,
): markup {
	return html`<tr><th scope="row" class="short"><a href="${address}">${property}</a><br>${operation}</th>
<td>${driver}</td><td>${length}</td><td>${count}</td><td>${expected}<br><span class="differs">${actual}</span></td></tr>`;
}

function intro(
	lines: readonly line[], found: readonly counterexample[],
	reports: readonly (readonly report[])[],
): markup {
	const head = [
		"what must hold, by", "on", "operations", "such transitions",
		"expected, and what came",
	];

	const count = plural(found.length, "counterexample");

	return html`<h1>${count}</h1><details open><summary>the search, and a list</summary><pre>${summary_lines(lines)}</pre>
<div class="scroll" tabindex="0"><table class="ruled"><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${found.map((c, i) => row(c, address_of(reports[i]!)))}</tbody></table></div></details>`;
}

/** explore_page - results as one page */
export async function explore_page(lines: readonly line[]): Promise<string> {
	const found = lines.filter((l) => l.result === "counterexample")
		.toSorted((a, b) => a.length - b.length);
	const reports = await reports_of(found);

	return await replay_page(reports, { intro: intro(lines, found, reports) });
}
