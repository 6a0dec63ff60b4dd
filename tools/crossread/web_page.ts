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

/**
 * page_text - the text of a web page
 *
 * @bytes: a file
 *
 * Return: its mails as text, without what an archive puts before their subjects; the bytes
 * themselves where they are no web page
 */
export function page_text(bytes: Buffer): Buffer {
	if (!/^\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype html|html)\b/i.test(bytes.toString("latin1", 0, 512)))
		return bytes;
	const parts = [...bytes.toString("utf8").matchAll(/<pre\b[^>]*>([^]*?)(?:<\/pre>|$)/gi)];
	const text = parts.map(([, part]) => part!.replace(/<[^>]*>/g, "")
		.replace(/&(#?\w+);/g, (_, entity: string) => character(entity))).join("\n");
	return Buffer.from(text.replace(/^\* (?=(?:Re: *)*\[)/gm, "").trimStart());
}
