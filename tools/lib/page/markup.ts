// SPDX-License-Identifier: GPL-2.0-only
/*
 * HTML out of templates: what is put into one is text, unless it is markup itself.
 */
import { printable } from "../cli/terminal.ts";

const ENTITIES: Record<string,
	string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** escape_html - text that a page shows as it is */
export function escape_html(text: string): string {
	return text.replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** class markup - HTML that html`` made */
export class markup {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

/** What a template takes: text, markup, several of either; null for nothing. */
export type content = string | number | markup | null | readonly content[];

function text_of(c: content): string {
	if (c === null)
		return "";
	if (c instanceof markup)
		return c.text;
	if (typeof c === "object")
		return c.map(text_of).join("");
	/*
	 * line ends and tabs stay; what is invisible or turns the text around is shown as an escape
	 */
	return escape_html(String(c).split(/([\n\t])/).map((t, i) => i % 2 === 1 ? t : printable(t))
		.join(""));
}

/**
 * html - markup from a template
 *
 * html`<p>${text}</p>`: the text is escaped, and nothing in it is invisible.
 */
export function html(parts: TemplateStringsArray, ...values: content[]): markup {
	return new markup(parts.reduce((text, part, i) => text + text_of(values[i - 1]!) + part));
}

/** breakable - a path with its line, which may go on in another line behind each slash */
export function breakable(place: string): content {
	return place.split(/(?<=\/)/).map((part, i) => i === 0 ? part : html`<wbr>${part}`);
}
