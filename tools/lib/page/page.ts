// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages that can be sent: one file each, without network, and nothing in them runs but the script
 * they were made with.
 */
import { createHash } from "node:crypto";

/** escape_html - text that a page shows as it is */
export function escape_html(text: string): string {
	return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

function hash_of(text: string): string {
	return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** struct page - what a page is made of; @data is what its script finds as JSON in #data */
export interface page {
	title: string;
	style: string;
	body: string;
	script: string;
	data: unknown;
}

/* JSON that ends no script element, in which no character is a line end but for JSON. */
function embedded_json(data: unknown): string {
	return JSON.stringify(data).replace(/[<>&\u2028\u2029]/g, (c) =>
		`\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** page_text - the page as a file */
export function page_text({ title, style, body, script, data }: page): string {
	const policy = `default-src 'none'; img-src data:; style-src ${hash_of(style)}; ` +
		`script-src ${hash_of(script)}; base-uri 'none'; form-action 'none'`;

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
${body}
<script type="application/json" id="data">${embedded_json(data)}</script>
<script>${script}</script>
</body>
</html>
`;
}
