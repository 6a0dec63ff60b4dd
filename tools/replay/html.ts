// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reports as a page: the steps at the left with a mark for each driver, at the right a grid for
 * each driver, adapters down and domains across.
 */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { usage_error } from "../lib/cli/usage_error.ts";
import { html, type content, type markup } from "../lib/page/markup.ts";
import { page_text } from "../lib/page/page.ts";
import { page_script } from "../lib/page/script.ts";
import { shown_scenario } from "../lib/page/shown.ts";
import { viewer_foot, viewer_main } from "../lib/page/viewer.ts";
import type { reading } from "../lib/mail/read.ts";
import type { report } from "../lib/play/play.ts";
import type { replay_data, replayed_scenario } from "./page.ts";
import { ledger_of, mail_words } from "./words.ts";

function body(intro: content, notes: readonly string[]): markup {
	return html`<header>${intro}<h1 id="title"></h1><label id="choose">scenario <select id="scenario"></select></label>
<p id="about"></p></header>${viewer_main()}<div id="walk"></div>
<details id="ledger"><summary></summary><table class="ruled"><thead><tr><th scope="col">line</th><th scope="col">is</th><th scope="col">text</th>
<th scope="col">step</th></tr></thead><tbody></tbody></table></details>${
	notes.map((text) => html`<p class="quiet">${text}</p>`)}${viewer_foot()}`;
}

/*
 * The functions that a page of crossread shows: its anchors are DRIVER/FILE/LINE/FUNCTION.
 */
function links_into(page: string): [string, string][] {
	const ids = readFileSync(page, "utf8")
		.matchAll(/ id="([\w.@-]+)\/([\w.]+)\/(\d+)\/(\w+)"/g);
	const links = [...ids].map(([, driver, file, line, name]): [string, string] =>
		[`${driver}/${name}`,
			`${encodeURIComponent(basename(page))}#${driver}/${file}/${line}/${name}`]);

	if (links.length === 0)
		throw new usage_error(
			`${page}: no function in it, expected a page of crossread --format html`);
	return links;
}

/* Scenarios are chosen by name, and two mails may have one of the same name. */
function told_apart(scenarios: replayed_scenario[]): replayed_scenario[] {
	const times = new Map<string, number>();

	return scenarios.map((shown) => {
		const count = (times.get(shown.name) ?? 0) + 1;

		times.set(shown.name, count);
		return count === 1 ? shown : { ...shown, name: `${shown.name} (${count})` };
	});
}

/**
 * struct page_options - what else is on the page
 * @readings: of the mails that the scenarios were found in
 * @crossread: pages of crossread that lie beside this one, whose functions are linked to
 * @intro: what stands above the scenarios
 * @notes: what is to be said of files besides
 */
export interface page_options {
	readings?: readonly reading[];
	crossread?: readonly string[];
	intro?: content;
	notes?: readonly string[];
}

/**
 * replay_page - reports as one page
 * @reports: for each scenario those of its drivers
 */
export async function replay_page(reports: readonly (readonly report[])[],
	{ readings = [], crossread = [], intro = null, notes = [] }: page_options = {}):
		Promise<string> {
	const scenarios = told_apart(reports.map((list) => {
		const { scenario } = list[0]!;
		const shown = shown_scenario(scenario, list, undefined,
			mail_words(scenario, readings));

		return { ...shown, ledger: ledger_of(scenario, readings) };
	}));
	const data: replay_data = { scenarios, links: crossread.flatMap(links_into) };

	return page_text({
		title: scenarios.length === 1 ? scenarios[0]!.name
			: `${scenarios.length} scenarios`,
		body: body(intro, notes), script: await page_script("tools/replay/page.ts"), data,
	});
}
