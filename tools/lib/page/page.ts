// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that can be sent: one file each, without network, and nothing in them runs but the script
 * they were made with. All have the same style: page.css, and code.css where texts are compared.
 * Those that are read from top to bottom have the same script (browser/walk.ts: keys from part to
 * part and from difference to difference).
 *
 * To make one: a body out of html`` (markup.ts), in which each part to stop at is a
 * <section class="stop"> and each difference has the class "differs"; then
 *
 *	page_text({ title, body, script: await walk_script() })
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { escape_html, html, type markup } from "./markup.ts";
import { root } from "../texts/tree.ts";
import { page_script } from "./script.ts";

/**
 * struct page - what a page is made of
 * @script: none if left out
 * @data: what the script finds as JSON in #data; none if left out
 * @code: whether code is on it, two texts beside each other
 */
export interface page {
	title: string;
	body: markup;
	script?: string;
	data?: unknown;
	code?: boolean;
}

function hash_of(text: string): string {
	return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/* JSON that ends no script element, in which no character is a line end but for JSON. */
function embedded_json(data: unknown): string {
	return JSON.stringify(data).replace(/[<\u2028\u2029]/g, (c) =>
		`\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function data_element(data: unknown): string {
	return data === undefined ? ""
		: `<script type="application/json" id="data">${embedded_json(data)}</script>\n`;
}

/** page_style - the stylesheet, without what only its readers need */
function page_style(code: boolean): string {
	return ["page.css", ...code ? ["code.css"] : []]
		.map((file) => readFileSync(`${root}tools/lib/page/${file}`, "utf8")).join("")
		.replace(/\/\*.*?\*\//gs, "").replace(/\n\s*/g, "\n")
		.replace(/([{:;,]) | (?=\{)|;\s*(?=\})/g, "$1").trim();
}

/** page_text - the page as a file */
export function page_text({ title, body, script, data, code = false }: page): string {
	const style = page_style(code);
	const policy = `default-src 'none'; img-src data:; style-src ${hash_of(style)}; ` +
		`script-src ${script === undefined ? "'none'" : hash_of(script)}; base-uri 'none'; form-action 'none'`;

	return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape_html(title)}</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
${body.text}
${data_element(data)}${script === undefined ? "" : `<script>${script}</script>\n`}</body>
</html>
`;
}

/** walk_script - the script of pages that are read from top to bottom */
export async function walk_script(): Promise<string> {
	return await page_script("tools/lib/page/browser/walk.ts");
}

/** keys_help - what the keys of such a page are */
export function keys_help(part: string): markup {
	return html`<p class="keys">Keys: <kbd>j</kbd> <kbd>k</kbd> next and previous ${part}, <kbd>n</kbd>
<kbd>p</kbd> next and previous difference.</p>`;
}
