// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parts of a page on which a scenario is walked through, for browser/viewer.ts.
 */
import { html, type content, type markup } from "./markup.ts";

/** viewer_main - the steps, and below them @more; beside them what each driver did */
export function viewer_main(more: content = null): markup {
	return html`<main class="split"><div><nav aria-label="steps"><table id="steps"><thead></thead><tbody></tbody></table>
</nav>${more}</div>
<section id="now" aria-live="polite" aria-label="what each driver did" tabindex="0"></section></main>`;
}

/** viewer_foot - the legend and the keys, and @more keys */
export function viewer_foot(more: content = null): markup {
	return html`<footer><div id="legend"></div><button popovertarget="help">Keys (?)</button>
<div id="help" popover><p><kbd>j</kbd> <kbd>k</kbd> or the arrows: step; <kbd>n</kbd> <kbd>p</kbd>: next and previous
difference; <kbd>1</kbd> to <kbd>9</kbd>: a driver alone, <kbd>0</kbd> all</p>${more}<p><kbd>?</kbd> this help,
<kbd>Esc</kbd> closes it</p></div></footer>`;
}
