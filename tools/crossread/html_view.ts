// SPDX-License-Identifier: GPL-2.0-only
/*
 * Side by side as one HTML page that needs nothing else: no network, no other file. The style
 * and the script are in page.css and page.js beside this file.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type function_view, text_agreement, type text_view } from "./compare.ts";
import { equivalences } from "./equivalences.ts";
import type { source_line } from "./patch.ts";
import type { port_line, view_row } from "./rows.ts";
import { figure_text, file_title, pair_title } from "./text_view.ts";
import type { file_pair, hunk_pair, two_diffs } from "./two_diffs.ts";

const entities: { [char: string]: string } = {
	"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;",
};

/**
 * escape_html - text that a page shows as it is
 *
 * @text: any text; control characters but tabs and line ends are dropped
 */
export function escape_html(text: string): string {
	return text.replace(/(?![\t\n])[\p{Cc}\p{Cf}\p{Cs}]/gu, "\ufffd")
		.replace(/[&<>"']/g, (char) => entities[char]!);
}

const of_table = new Map<string, string>(equivalences.map(({ name, c, ts, why }) => (
	[name, `${name}: C has ${c}; here ${ts}. ${why}`.replaceAll("`", "")])));

function code_line(line: source_line | port_line): string {
	const kind = "mark" in line ? { " ": "kept", "+": "added", "-": "gone" }[line.mark] : "kept";
	const sign = "mark" in line && line.mark !== " " ? line.mark : "";
	return `<div class="l ${kind}"><i data-n="${line.line || ""}" data-m="${sign}"></i>`
		+ `<code>${escape_html(line.text)}</code></div>`;
}

function side(lines: readonly (source_line | port_line)[]): string {
	return `<td>${lines.map(code_line).join("")}</td>`;
}

function list(kind: string, lines: readonly string[]): string {
	return lines.map((line) => `<p class="${kind}">${escape_html(line)}</p>`).join("");
}

function code_row(row: view_row): string {
	const via = row.via.map((name) => of_table.get(name)!).join("\n");
	const focus = via ? ` tabindex="0" title="${escape_html(via)}"` : "";
	const notes = list("note", row.notes) + list("reason", row.reasons.map((it) => `PORT: ${it}`));
	const mark = row.via.length > 0
		? `<span class="via">${escape_html(row.via.join(", "))}</span>` : "";
	const state = row.state.replace(" ", "-");
	return `<tr class="${state}"${focus}>${side(row.c)}${side(row.port)}`
		+ `<td class="notes">${mark}${notes}</td></tr>`;
}

function row_html(row: view_row): string {
	if (row.state === "gap")
		return '<tr class="gap"><td colspan="3">&#8942; not in the patch</td></tr>';
	if (row.state === "remark")
		return `<tr class="remark"><td colspan="3">${list("said", row.remarks)}</td></tr>`;
	return code_row(row);
}

function anchor(fn: function_view, view: text_view): string {
	return escape_html(`${view.driver}/${view.c_file}/${fn.c_line}/${fn.name}`);
}

/*
 * Where to look first.
 */
function links(view: text_view): string {
	const open = view.functions.filter(({ differ }) => differ > 0);
	const names = open.map((fn) => `<a href="#${anchor(fn, view)}">${escape_html(fn.name)}</a>`);
	return names.length > 0 ? `<p class="from">differ: ${names.join(", ")}</p>` : "";
}

function function_html(fn: function_view, view: text_view): string {
	const port = fn.port_path === null ? "" : `${fn.port_path}:${fn.port_line}`;
	return `<section class="fn" id="${anchor(fn, view)}" tabindex="-1">`
		+ `<h3>${escape_html(fn.name)} <small>${escape_html(figure_text(fn))}</small></h3>`
		+ `<table><thead><tr><th>${escape_html(`${view.c_file}:${fn.c_line}`)}</th>`
		+ `<th>${escape_html(port)}</th><th class="notes"></th></tr></thead>`
		+ `<tbody>${fn.rows.map(row_html).join("\n")}</tbody></table></section>`;
}

function text_html(view: text_view): string {
	const lines = [
		...view.message_id === null ? [] : [`Message-Id: ${view.message_id}`],
		`${view.input}: ${view.c_file} beside ${view.port_path} (${view.driver}, ${view.chosen}), `
			+ `agreement ${text_agreement(view).toFixed(1)}%`,
	];
	const findings = view.findings.map((found) => (
		`${found.name}: ${found.what}${found.reason === null ? "" : `, PORT: ${found.reason}`}`));
	return `<article><h2>${escape_html(view.subject ?? view.c_file)}</h2>`
		+ list("from", lines) + links(view) + list("note", findings)
		+ view.functions.map((fn) => function_html(fn, view)).join("\n") + "</article>";
}

function pair_row(row: view_row, of_mail: boolean): string {
	if (row.state === "remark")
		return `<tr class="remark"><td colspan="2">${list("said", row.remarks)}</td></tr>`;
	const c = of_mail ? side(row.c) : "";
	return `<tr class="${row.state.replace(" ", "-")}">${c}${side(row.port)}</tr>`;
}

/* What the mail does not show needs no second column. */
function rows_html({ rows }: hunk_pair, { c_file, port_file }: file_pair): string {
	const of_mail = rows.some(({ c }) => c.length > 0);
	const c = of_mail ? `<th>${escape_html(c_file!)}</th>` : "";
	return `<table><thead><tr>${c}<th>${escape_html(port_file)}</th></tr></thead>`
		+ `<tbody>${rows.map((row) => pair_row(row, of_mail)).join("\n")}</tbody></table>`;
}

function hunk_html(hunk: hunk_pair, file: file_pair): string {
	const rows = rows_html(hunk, file);
	if (file.c_file !== null && hunk.rows.every(({ c }) => c.length === 0))
		return `<details><summary>what only the port says: origin, imports</summary>${rows}</details>`;
	const heading = hunk.name === "" ? "" : `<h3>${escape_html(hunk.name)}</h3>`;
	return `<section class="fn" tabindex="-1">${heading}${rows}</section>`;
}

function pair_html(pair: two_diffs): string {
	const [, ...lines] = pair_title(pair);
	return `<article><h2>${escape_html(pair.subject ?? pair.driver)}</h2>`
		+ list("from", lines) + `<pre class="head">${escape_html(pair.head.join("\n"))}</pre>`
		+ pair.files.map((file) => `<h2>${escape_html(file_title(file))}</h2>`
			+ file.hunks.map((hunk) => hunk_html(hunk, file)).join("\n")).join("\n") + "</article>";
}

function asset(name: string): string {
	return readFileSync(new URL(name, import.meta.url), "utf8");
}

/*
 * How a page's policy names the one script that may run.
 */
function hash_of(script: string): string {
	return `sha256-${createHash("sha256").update(script).digest("base64")}`;
}

const statement_keys = `; <kbd>n</kbd> <kbd>p</kbd> next,
previous difference. <span class="legend differs">differs</span>
<span class="legend explained">explained</span>`;

/**
 * html_page - texts and their ports as one page
 *
 * @views: the compared texts
 * @pairs: patches, in the mail and here
 *
 * Return: the page
 */
export function html_page(views: readonly text_view[], pairs: readonly two_diffs[] = []): string {
	const title = [...pairs, ...views].map(({ subject, input }) => subject ?? input)[0]!;
	const script = `\n${asset("page.js")}`;
	const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
		+ `script-src '${hash_of(script)}'`;
	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width">
<title>${escape_html(title)} - cross-reading</title>
<link rel="icon" href="data:,">
<style>
${asset("page.css")}</style>
</head>
<body>
<header><h1>C and port, side by side</h1>
<p>Keys: <kbd>j</kbd> <kbd>k</kbd> next, previous function${views.length === 0 ? "." : statement_keys}
<span class="legend added">added</span>
<span class="legend gone">removed by the patch</span></p></header>
<main>
${[...pairs.map(pair_html), ...views.map(text_html)].join("\n")}
</main>
<footer id="hint" aria-live="polite"></footer>
<script>${script}</script>
</body>
</html>
`;
}
