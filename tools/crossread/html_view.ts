// SPDX-License-Identifier: GPL-2.0-only
/*
 * Side by side as one page.
 */

import { code_line, colouring } from "../lib/page/code.ts";
import { breakable, html, type content, type markup } from "../lib/page/markup.ts";
import { page_text, walk_script } from "../lib/page/page.ts";
import { type function_view, text_agreement, type text_view } from "./compare.ts";
import { equivalences } from "./equivalences.ts";
import type { source_line } from "./patch.ts";
import type { unplaced_remark } from "./remarks.ts";
import type { port_line, view_row } from "./rows.ts";
import { figure_text, file_title, pair_title } from "./text_view.ts";
import type { file_pair, hunk_pair, two_diffs } from "./two_diffs.ts";

const of_table = new Map<string, string>(equivalences.map(({ name, c, ts, why }) => (
	[name, `${name}: C has ${c}; here ${ts}. ${why}`.replaceAll("`", "")])));

/** A text of the two: its colours so far, and whether it is a patch's, of two files. */
interface text_side {
	colours: colouring;
	of_patch: boolean;
}

interface two_sides {
	c: text_side;
	port: text_side;
}

function sides(c_of_patch: boolean, port_of_patch: boolean): two_sides {
	return {
		c: { colours: new colouring(), of_patch: c_of_patch },
		port: { colours: new colouring(), of_patch: port_of_patch },
	};
}

/* The numbers of a line before and behind the patch; the head of a hunk has none. */
function numbers_of(line: source_line | port_line, of_patch: boolean): (number | null)[] {
	const number = line.line === 0 ? null : line.line;

	return !of_patch || !("mark" in line) ? [number]
		: [line.old ?? null, line.mark === "-" ? null : number];
}

function code(line: source_line | port_line, { colours, of_patch }: text_side): markup {
	const kind = "mark" in line ? { " ": "kept", "+": "added", "-": "gone" }[line.mark]
		: "kept";
	return code_line(numbers_of(line, of_patch), kind, colours.line(line.text));
}

function side(lines: readonly (source_line | port_line)[], text: text_side): markup {
	return html`<td>${lines.map((line) => code(line, text))}</td>`;
}

function list(kind: string, lines: readonly string[]): markup[] {
	return lines.map((line) => html`<p class="${kind}">${line}</p>`);
}

function code_row(row: view_row, { c, port }: two_sides): markup {
	const via = row.via.map((name) => of_table.get(name)!).join("\n");
	const focus = via === "" ? null : html` tabindex="0" title="${via}"`;
	const notes = [
		...list("note", row.notes),
		...list("reason", row.reasons.map((it) => `PORT: ${it}`)),
	];
	const mark = row.via.length > 0 ? html`<span class="via">${row.via.join(", ")}</span>`
		: null;
	return html`<tr class="${row.state.replace(" ", "-")}"${focus}>${side(row.c, c)}${
		side(row.port, port)}<td class="notes">${mark}${notes}</td></tr>`;
}

function said_row({ remarks }: view_row, columns: number): markup {
	return html`<tr class="remark"><td colspan="${columns}">${list("said", remarks)}</td></tr>`;
}

function row_html(row: view_row, texts: two_sides): markup {
	if (row.state === "gap")
		return html`<tr class="gap"><td colspan="3">&#8942; not in the patch</td></tr>`;
	return row.state === "remark" ? said_row(row, 3) : code_row(row, texts);
}

function anchor(fn: function_view, view: text_view): string {
	return `${view.driver}/${view.c_file}/${fn.c_line}/${fn.name}`;
}

/*
 * Where to look first.
 */
function links(view: text_view): content {
	const open = view.functions.filter(({ differ }) => differ > 0);
	return open.length === 0 ? null : html`<p class="quiet">differ: ${
		open.map((fn, i) => html`${i === 0 ? "" : ", "}<a href="#${anchor(fn, view)}">${fn.name}</a>`)}</p>`;
}

function function_html(fn: function_view, view: text_view): markup {
	const port = fn.port_path === null ? "" : breakable(`${fn.port_path}:${fn.port_line}`);
	const of_patch = fn.rows.some(({ c }) => c.some(({ old }) => old !== undefined));
	const texts = sides(of_patch, false);
	return html`<section class="stop" id="${anchor(fn, view)}" tabindex="-1"><h3>${fn.name} <small>${figure_text(fn)}</small></h3>
<table class="code cross"><thead><tr><th scope="col">${breakable(`${view.c_file}:${fn.c_line}`)}</th><th scope="col">${port}</th>
<th scope="col" class="notes"><span class="heard">notes</span></th></tr></thead>
<tbody>${fn.rows.map((row) => row_html(row, texts))}</tbody></table></section>`;
}

function text_html(view: text_view): markup {
	const lines = [
		...view.message_id === null ? [] : [`Message-Id: ${view.message_id}`],
		`${view.input}: ${view.c_file} beside ${view.port_path} (${view.driver}, ${view.chosen}), `
			+ `agreement ${text_agreement(view).toFixed(1)}%`,
	];
	const findings = view.findings.map((found) => (
		`${found.name}: ${found.what}${found.reason === null ? "" : `, PORT: ${found.reason}`}`));
	return html`<article><h2>${view.subject ?? view.c_file}</h2>${list("quiet", lines)}${links(view)}${
		list("note", findings)}${view.functions.map((fn) => function_html(fn, view))}</article>`;
}

function pair_row(row: view_row, of_mail: boolean, { c, port }: two_sides): markup {
	if (row.state === "remark")
		return said_row(row, 2);
	return html`<tr class="${row.state.replace(" ", "-")}">${of_mail ? side(row.c, c) : null}${
		side(row.port, port)}</tr>`;
}

/* What the mail does not show needs no second column. */
function rows_html({ rows }: hunk_pair, { c_file, port_file }: file_pair): markup {
	const of_mail = rows.some(({ c }) => c.length > 0);
	const texts = sides(true, true);
	return html`<table class="code"><thead><tr>${of_mail ? html`<th scope="col">${c_file}</th>` : null}<th scope="col">${
		port_file}</th></tr></thead><tbody>${rows.map((row) => pair_row(row, of_mail, texts))}</tbody></table>`;
}

function hunk_html(hunk: hunk_pair, file: file_pair): markup {
	const rows = rows_html(hunk, file);
	if (file.c_file !== null && hunk.rows.every(({ c }) => c.length === 0))
		return html`<details><summary>what only the port says: origin, imports</summary>${rows}</details>`;
	return html`<section class="stop" tabindex="-1">${hunk.name === "" ? null : html`<h3>${hunk.name}</h3>`}${rows}</section>`;
}

function pair_html(pair: two_diffs): markup {
	const [, ...lines] = pair_title(pair);
	return html`<article><h2>${pair.subject ?? pair.driver}</h2>${list("quiet", lines)}<pre>${pair.head.join("\n")}</pre>${
		pair.files.map((file) => html`<h2>${file_title(file)}</h2>${file.hunks.map((hunk) => hunk_html(hunk, file))}`)}</article>`;
}

function unplaced_html(remarks: readonly unplaced_remark[]): content {
	return remarks.length === 0 ? null
			: html`<section class="stop" tabindex="-1"><h2>Remarks without a place above</h2>${
		remarks.map(({ by, lines, why }) => html`<div class="remark"><p class="quiet">${by}, ${why}</p>${list("said", lines)}</div>`)}</section>`;
}

/**
 * html_page - texts and their ports as one page
 *
 * @views: the compared texts
 * @pairs: patches, in the mail and here
 * @remarks: what answers say that stands at no line that is shown
 *
 * Return: the page
 */
export async function html_page(
	views: readonly text_view[], pairs: readonly two_diffs[] = [],
	remarks: readonly unplaced_remark[] = [],
): Promise<string> {
	const title = [...pairs, ...views].map(({ subject, input }) => subject ?? input)[0]!;
	const of_statements = views.length === 0
		? "." : html`, <kbd>n</kbd> <kbd>p</kbd> next and previous difference.
<span class="legend differs">differs</span> <span class="legend explained">explained</span>`;
	return page_text({
		title: `${title} - cross-reading`, script: await walk_script(), code: true,
		body: html`<header><h1>C and port, side by side</h1>
<p class="keys">Keys: <kbd>j</kbd> <kbd>k</kbd> next and previous function${of_statements}
<span class="legend added">added</span> <span class="legend gone">removed by the patch</span>; a patch's line has its number before and after it</p></header>
<main>${pairs.map(pair_html)}${views.map(text_html)}${unplaced_html(remarks)}</main>
<footer id="hint" aria-live="polite"></footer>`,
	});
}
