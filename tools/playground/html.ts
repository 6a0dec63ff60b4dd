// SPDX-License-Identifier: GPL-2.0-only
/*
 * The playground as a page.
 */
import type { driver } from "../../drivers/s390/crypto/history/index.ts";
import { html } from "../lib/page/markup.ts";
import { page_text } from "../lib/page/page.ts";
import { viewer_foot, viewer_main } from "../lib/page/viewer.ts";
import { machine_script } from "./bundle.ts";
import type { playground_data } from "./live/page.ts";

/* How many drivers are side by side without being chosen. */
const MANY = 6;

const CHOICES = html`<div class="tools"><button popovertarget="scenarios">Scenarios</button>
<div id="scenarios" popover><label>Search <input id="search" type="search"></label><ul id="corpus"></ul></div>
<fieldset id="drivers"><legend>Drivers</legend></fieldset>
<button id="undo">Undo</button><button id="redo">Redo</button>
<button id="as_scn">Copy as .scn</button><button id="as_mail">Copy as mail steps</button><button id="as_link">Copy link</button>
<div id="copy" popover><p id="copy_name"></p><textarea id="copy_text" readonly rows="20" cols="80" aria-label="to copy"></textarea></div></div>
<details class="host"><summary>Host, cards and masks</summary>
<label>host <input id="host" size="60"></label><label>apmask <input id="apmask"></label><label>aqmask <input id="aqmask"></label>
<p>adapters</p><ul id="cards"></ul><p>domains</p><ul id="domains"></ul></details>`;

const BELOW = html`<label class="prompt">$ <input id="prompt" autocomplete="off" spellcheck="false" autocapitalize="off"
placeholder="echo 0x5 &gt; assign_adapter, or a step: guest 04.0004" aria-label="a write, a shell line or a step"></label>
<p id="words" class="quiet" aria-live="polite"></p><p id="wrong" class="differs" role="alert"></p>
<div id="mdevs" class="tools"></div><p id="earlier" hidden>An earlier step is shown. <button id="to_end">Go to the last</button></p>
<details><summary>The scenario as text</summary><textarea id="text" rows="16" spellcheck="false" aria-label="the scenario"></textarea></details>`;

const KEYS = html`<p><kbd>/</kbd> the prompt, in which <kbd>Tab</kbd> completes; <kbd>u</kbd> undo, <kbd>r</kbd> redo; a cell
binds or unbinds its queue, the head of a row or column assigns or unassigns</p>`;

/* Those that are meant when none is named, where there are more; all of a few. */
function at_first(drivers: readonly driver[]): string[] {
	const some = drivers.length <= MANY ? drivers : drivers.filter((d) => d.default);

	return (some.length === 0 ? drivers.slice(0, MANY) : some).map(({ label }) => label);
}

/**
 * playground_page - the machine in a page
 * @drivers: those that are in it
 * @corpus: scenarios to choose from
 */
export async function playground_page(drivers: readonly driver[],
	corpus: [name: string, text: string][]):
		Promise<string> {
	const { script, texts } = await machine_script("tools/playground/live/page.ts", drivers);
	const labels = drivers.map(({ label }) => label);
	const data: playground_data = { drivers: labels, chosen: at_first(drivers), corpus, texts };

	return page_text({
		title: "vfio-ap playground", script, data,
		body: html`<header><h1 id="title">vfio-ap</h1><p class="quiet">Linux's vfio_ap, several versions of it side by side, on a
simulated machine. Click a cell to bind or unbind its queue, the head of a row or column to assign it, or type what an administrator types; the signs
are explained below.</p><p id="about"></p>${CHOICES}</header>${viewer_main(BELOW)}${viewer_foot(KEYS)}`,
	});
}
