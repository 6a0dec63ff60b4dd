// SPDX-License-Identifier: GPL-2.0-only
/*
 * The differences of two drivers as a page: what changed first, the two texts beside each other.
 */
import type { StructuredPatchHunk } from "diff";
import { code_line, colouring } from "../lib/page/code.ts";
import { breakable, html, type markup } from "../lib/page/markup.ts";
import { keys_help, page_text, walk_script } from "../lib/page/page.ts";
import { hunks_of, type change, type fate } from "./compare.ts";
import { comparison_title, is_different, patches_between, type comparison } from "./report.ts";

const ORDER: fate[] = ["changed", "new", "gone"];

/** struct line - one of a hunk's; null beside what the other text has alone */
interface line {
	number: number;
	kind: "kept" | "added" | "gone";
	code: markup;
}

interface row {
	before: line | null;
	after: line | null;
}

/* Lines that went and lines that came stand beside each other, as many as there are of both. */
function paired(gone: line[], added: line[]): row[] {
	return Array.from({ length: Math.max(gone.length, added.length) }, (_, i) =>
		({ before: gone[i] ?? null, after: added[i] ?? null }));
}

function rows_of(hunk: StructuredPatchHunk): row[] {
	const [old_code, new_code] = [new colouring(), new colouring()];
	let [old_line, new_line] = [hunk.oldStart, hunk.newStart];
	let gone: line[] = [], added: line[] = [];
	const rows: row[] = [];
	const flush = (): void => {
		rows.push(...paired(gone, added));
		[gone, added] = [[], []];
	};

	for (const text of hunk.lines) {
		const code = text.slice(1);

		if (text.startsWith("-")) {
			gone.push({ number: old_line++, kind: "gone", code: old_code.line(code) });
		} else if (text.startsWith("+")) {
			added.push({
				number: new_line++, kind: "added", code: new_code.line(code),
			});
		} else {
			flush();
			rows.push({
				before: {
					number: old_line++, kind: "kept", code: old_code.line(code),
				},
				after: {
					number: new_line++, kind: "kept", code: new_code.line(code),
				},
			});
		}
	}
	flush();
	return rows;
}

function side(line: line | null): markup {
	return line === null ? html`<td class="none"></td>` :
		html`<td>${code_line([line.number], line.kind, line.code)}</td>`;
}

/* The first row of each place that differs is one to stop at. */
function row_html({ before, after }: row, above: row | undefined): markup {
	const kept = ({ before: b }: row): boolean => b?.kind === "kept";
	const stop = !kept({ before, after }) && (above === undefined || kept(above));

	return html`<tr class="${stop ? "differs" : ""}">${side(before)}${side(after)}</tr>`;
}

function hunk_html(hunk: StructuredPatchHunk, i: number): markup {
	const rows = rows_of(hunk);

	return html`${i === 0 ? null : html`<tr class="gap"><td colspan="2">&#8942;</td></tr>`}${
		rows.map((row, at) => row_html(row, rows[at - 1]))}`;
}

function change_html({ old, now }: comparison, change: change): markup {
	const { name, kind, file, fate, before, after } = change;
	const head = (label: string, path: string, unit: change["before"]): markup =>
		html`<th scope="col">${unit === null ? `not in ${label}` : breakable(`${path}/${file}:${unit.line}`)}</th>`;

	return html`<section class="stop" id="${name}"><h2>${kind === "struct" ? `struct ${name}` : name} <small>${fate}</small></h2>
<table class="code"><thead><tr>${head(old.label, old.path, before)}${head(now.label, now.path, after)}</tr></thead>
<tbody>${hunks_of(change).map(hunk_html)}</tbody></table></section>`;
}

function contents(changes: readonly change[]): markup {
	const of = (fate: fate): change[] => changes.filter((c) => c.fate === fate);
	const unchanged = of("unchanged");

	return html`${ORDER.map((fate) => of(fate).length === 0 ? null : html`<p>${of(fate).length} ${fate}: ${
		of(fate).map(({ name }) => html`<a href="#${name}">${name}</a> `)}</p>`)}
<details><summary>${unchanged.length} unchanged</summary><p>${unchanged.map(({ name }) => name).join(" ")}</p></details>`;
}

/** diff_page - a comparison as a page */
export async function diff_page(of: comparison): Promise<string> {
	const changes = of.changes.filter(is_different)
		.toSorted((a, b) => ORDER.indexOf(a.fate) - ORDER.indexOf(b.fate));
	const patches = patches_between(of);

	return page_text({
		title: `${of.old.label} and ${of.now.label}`, script: await walk_script(), code: true,
		body: html`<header><h1>${comparison_title(of)}</h1>${keys_help("function")}${contents(of.changes)}
${patches === "" ? null : html`<pre>${patches}</pre>`}</header>
<main>${changes.map((change) => change_html(of, change))}</main><footer id="hint" aria-live="polite"></footer>`,
	});
}
