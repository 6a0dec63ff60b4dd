// SPDX-License-Identifier: GPL-2.0-only
/*
 * A list archive's page as it was saved from a browser: the text of its <pre> parts.
 */

const entities: { [name: string]: string } = {
	amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " ",
};

function character(entity: string): string {
	const code = /^#x/i.test(entity) ? parseInt(entity.slice(2), 16)
		: entity.startsWith("#") ? parseInt(entity.slice(1), 10) : NaN;
	if (code >= 0 && code <= 0x10ffff)
		return String.fromCodePoint(code);
	return entities[entity] ?? `&${entity};`;
}

/*
 * The <pre> parts of a page, each to its end tag or to the end of the page.
 */
function pre_parts(html: string): string[] {
	const parts: string[] = [];
	const begin = /<pre(?=[\s>])/gi;
	const end = /<\/pre>/gi;
	while (begin.exec(html)) {
		const from = html.indexOf(">", begin.lastIndex) + 1;
		if (from === 0)
			break;
		end.lastIndex = from;
		const to = end.exec(html)?.index ?? html.length;
		parts.push(html.slice(from, to));
		begin.lastIndex = to;
	}
	return parts;
}

/*
 * A part without its tags; what begins like a tag and does not end is text.
 */
function without_tags(html: string): string {
	const texts: string[] = [];
	let at = 0;
	for (;;) {
		const from = html.indexOf("<", at);
		const to = from < 0 ? -1 : html.indexOf(">", from);
		if (to < 0)
			break;
		texts.push(html.slice(at, from));
		at = to + 1;
	}
	return texts.join("") + html.slice(at);
}

/**
 * page_text - the text of a web page
 *
 * @bytes: a file
 *
 * Return: its mails as text, without what an archive puts before their subjects; the bytes
 * themselves where they are no web page
 */
export function page_text(bytes: Buffer): Buffer {
	if (!/^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)\b/i.test(
		bytes.toString("latin1", 0, 512)))
		return bytes;
	const text = pre_parts(bytes.toString("utf8")).map((part) => without_tags(part)
		.replace(/&(#?\w+);/g, (_, entity: string) => character(entity))).join("\n");
	return Buffer.from(text.replace(/^\* (?=(?:Re: *)*\[)/gm, "").trimStart());
}
