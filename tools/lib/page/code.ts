// SPDX-License-Identifier: GPL-2.0-only
/*
 * Code on a page: C and TypeScript are near enough that one table of words colours both.
 */
import { html, type markup } from "./markup.ts";

const TOKEN = new RegExp([
	"(?<comment>/\\*.*?(?:\\*/|$)|//.*)",
	"(?<text>\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`)",
	"(?<word>[A-Za-z_$][\\w$]*)", "(?<number>\\b(?:0x[0-9a-fA-F]+|\\d+)[uULln]*)",
	"(?<other>\\s+|[^])",
].join("|"), "g");
const KEYWORDS =
	new Set(
		("auto break case class const continue default do else enum export extends extern finally for from " +
	"function goto if implements import in inline instanceof interface let new null of readonly return sizeof static struct " +
	"super switch this throw try type typedef typeof union unsigned volatile while yield void bool boolean char int long " +
	"number short string true false u8 u16 u32 u64 #define #include #if #ifdef #endif")
		.split(" "));

/* One line outside of a comment; whether a comment is open behind it. */
function outside(line: string): { parts: markup[]; open: boolean } {
	let open = false;
	const parts = [...line.matchAll(TOKEN)].map(({ 0: token, groups }) => {
		const { comment, text, word } = groups!;

		if (comment !== undefined) {
			open = comment.startsWith("/*") &&
				(comment.length < 4 || !comment.endsWith("*/"));
			return html`<i class="comment">${comment}</i>`;
		}
		if (text !== undefined)
			return html`<i class="text">${text}</i>`;
		return word !== undefined && KEYWORDS.has(word) ? html`<i class="word">${word}</i>`
			: html`${token}`;
	});

	return { parts, open };
}

/* A line that begins inside a comment. */
function inside(line: string): { parts: markup[]; open: boolean } {
	const end = line.indexOf("*/");

	if (end < 0)
		return { parts: [html`<i class="comment">${line}</i>`], open: true };
	const rest = outside(line.slice(end + 2));

	return {
		...rest, parts: [
			html`<i class="comment">${line.slice(0, end + 2)}</i>`, ...rest.parts,
		],
	};
}

/** class colouring - colours the lines of a text one after the other, comments across lines */
export class colouring {
	#in_comment = false;

	line(line: string): markup {
		/* a hunk may begin in the middle of a comment */
		const begun = this.#in_comment || /^\s*\*(?:[\s/]|$)/.test(line);
		const { parts, open } = begun ? inside(line) : outside(line);

		this.#in_comment = open;
		return html`${parts}`;
	}
}

/**
 * code_line - a line with its number
 * @numbers: one, or those before and behind a patch; null where it has none
 * @kind: "kept", "added", "gone", or "" for a place where there is none
 */
export function code_line(numbers: readonly (number | null)[], kind: string, code: markup): markup {
	const mark = { added: "+", gone: "-" }[kind] ?? "";
	const places = numbers.map(
		(number, i) => html`<span class="n" data-n="${number ?? ""}" data-m="${
		i === numbers.length - 1 ? mark : ""}"></span>`);

	return html`<div class="l ${numbers.length > 1 ? "two " : ""}${kind}">${places}<code>${code}</code></div>`;
}
