// SPDX-License-Identifier: GPL-2.0-only
/*
 * A page of a list's archive: its text, on the lines on which it stands. Archives put a mail into
 * <pre>, so that a line of the page is a line of the mail.
 */

const ENTITIES: Readonly<Record<string, string>> = {
	lt: "<", gt: ">", amp: "&", quot: "\"", apos: "'", nbsp: " ", "#39": "'", "#x27": "'",
	"#34": "\"", "#160": " ",
};
const PAGE = /^\s*<(?:!doctype html|html|\?xml|head|body|pre)\b/i;
const TAG = /<\/?[a-z!][^<>]*>/gi;
const ENTITY = /&(#?\w{1,8});/g;

/** is_page - whether a text is a page of HTML */
export function is_page(text: string): boolean {
	return PAGE.test(text.slice(0, 1000));
}

/** text_of_page - the same lines, without tags and with the characters that entities stand for */
export function text_of_page(lines: readonly string[]): string[] {
	let in_tag = false;

	return lines.map((line) => {
		const end = in_tag ? line.indexOf(">") : -1;
		const rest = !in_tag ? line : end < 0 ? "" : line.slice(end + 1);
		const bare = rest.replace(TAG, "");
		const open = bare.search(/<[a-z!/]/i);

		in_tag = in_tag && end < 0 || open >= 0;
		return (open < 0 ? bare : bare.slice(0, open))
			.replace(ENTITY, (whole, name: string) => ENTITIES[name.toLowerCase()] ??
				whole);
	});
}
