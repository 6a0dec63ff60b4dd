// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of HTML as the lines that a browser shows: the pages of list archives, and mails that have
 * no plain text. A line break in the file is one here, too: most archives put a mail into <pre>.
 */
import { createRequire } from "node:module";

import type { numbered } from "./message.ts";

const PAGE = /^\s*<(?:!doctype html|html|\?xml|head|body|pre|table|div|p|[uo]l|blockquote)\b/i;
/** what stands on lines of its own */
const BLOCKS = new Set([
	"address", "article", "aside", "blockquote", "body", "center", "dd", "div", "dl", "dt",
	"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "li",
	"main", "nav", "ol", "p", "pre", "section", "table", "tbody", "tfoot", "thead", "title",
	"tr", "ul",
]);
/** between which and the rest there is some room */
const MARGINS =
	new Set(["blockquote", "h1", "h2", "h3", "h4", "ol", "p", "pre", "table", "title", "ul"]);
/** what no browser shows */
const HIDDEN = ["script", "style", "template", "noscript"];
/** whose white space is shown */
const KEPT = ["pre", "textarea"];
/** a quotation as mail programs write it; other <blockquote>s are no more than indented */
const QUOTE = /quote|cite/i;

/** is_page - whether a text is a page of HTML */
export function is_page(text: string): boolean {
	return PAGE.test(text.slice(0, 1000));
}

/**
 * struct element - one that is open
 * @quotes: what is in it is quoted
 * @items: of an <ol>: the items so far
 */
interface element {
	name: string;
	quotes: boolean;
	items: number;
}

/**
 * struct page - a page as it is read
 * @shown: the lines so far, each with the number of the line of the file in which it ends
 * @text: of the line that has not ended yet, null if nothing of it was seen
 * @line: the number of the line of the file
 * @broken: a line was ended, and no text was seen since
 */
interface page {
	shown: numbered[];
	text: string | null;
	line: number;
	inside: element[];
	broken: boolean;
}

function is_in(p: page, names: readonly string[]): boolean {
	return p.inside.some(({ name }) => names.includes(name));
}

function add_text(p: page, part: string): void {
	p.text ??= "> ".repeat(p.inside.filter(({ name, quotes }) =>
		name === "blockquote" && quotes).length);
	p.text += part;
	p.broken = false;
}

function end_line(p: page): void {
	p.shown.push({ line: p.line, text: (p.text ?? "").trimEnd() });
	p.text = null;
	p.broken = true;
}

/** Before and behind a block. */
function end_block(p: page, name: string): void {
	if (!BLOCKS.has(name))
		return;
	if (p.text !== null)
		end_line(p);
	if (MARGINS.has(name) && (p.shown.at(-1)?.text ?? "") !== "")
		end_line(p);
	p.broken = true;
}

/**
 * Behind the end of a line a line break of the file shows nothing; in a <pre> a second one does.
 */
function take_text(p: page, data: string): void {
	const kept = is_in(p, KEPT);

	if (is_in(p, HIDDEN) || !kept && p.broken && data.trim() === "")
		return;
	for (const [i, part] of data.replaceAll("\u00a0", " ").split("\n").entries()) {
		if (i > 0 && !p.broken)
			end_line(p);
		p.broken &&= i === 0;
		if (part !== "")
			add_text(p, kept ? part : i > 0 || p.broken ? part.trimStart() : part);
	}
}

/** "1. " in front of an item of a numbered list */
function number_item(p: page): void {
	const list = p.inside.findLast(({ name }) => name === "ol" || name === "ul");

	if (list?.name === "ol")
		add_text(p, `${++list.items}. `);
}

function open_element(p: page, name: string, attributes: Record<string, string>): void {
	const quotes = QUOTE.test(`${attributes["type"]} ${attributes["class"]}`) ||
		p.inside.at(-1)?.quotes === true;

	if (name === "br")
		end_line(p);
	end_block(p, name);
	p.inside.push({ name, quotes, items: 0 });
	if (name === "li")
		number_item(p);
}

function close_element(p: page, name: string): void {
	if (name === "td" || name === "th")
		add_text(p, "  ");
	end_block(p, name);
	p.inside.pop();
}

/** Loaded when there is a page: most inputs are none. */
function parser_library(): typeof import("htmlparser2") {
	return createRequire(import.meta.url)("htmlparser2") as typeof import("htmlparser2");
}

/**
 * lines_of_page - the lines that a page shows
 * @lines: the page's own lines
 *
 * Return: the lines, those of a quotation with its marks. Each has the number of the line of the
 * page that it is in; where several are in one, numbers repeat.
 */
export function lines_of_page(lines: readonly numbered[]): numbered[] {
	const p: page = { shown: [], text: null, line: 0, inside: [], broken: true };
	const parser = new (parser_library().Parser)({
		onopentag: (name, attributes) => open_element(p, name, attributes),
		onclosetag: (name) => close_element(p, name),
		ontext: (data) => take_text(p, data),
	});

	for (const { line, text } of lines) {
		p.line = line;
		parser.write(`${text}\n`);
	}
	parser.end();
	end_block(p, "body");
	return p.shown;
}
