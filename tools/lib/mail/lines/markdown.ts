// SPDX-License-Identifier: GPL-2.0-only
/*
 * Text that was written for a page, as the text that it is: without what marks a block of it as
 * typed (```, {{{, <pre>, "code-block::", scissors), and without the ticks around a command or a
 * name.
 */
import type { mail_line } from "../message/message.ts";

const FENCE = /^\s*(?:`{3,}|~{3,})[\w +{}.=:-]{0,40}$/;
const TAG =
	/^\s*(?:\{\{\{(?:#!\w+)?|\}\}\}|<\/?(?:pre|code)>|\{(?:code|noformat)(?::\w+)?\}|\[\/?code\]|\.\. (?:code-block|code|parsed-literal|highlight)::(?: \w+)?)\s*$/i;
/** where somebody types, which goes on from the other; and what watch has in its first line */
const WINDOW =
	/^\s*(?:(?:in|on|from) )?(?:(?:the|another) )?(?:(?:first|second|third|other|same) )?(?:terminal|shell|window|tab|pane)(?: #?\d| [A-C])?(?: again)?:\s*$/i;
const WATCHED = /^Every \d{1,3}[.,]\d{1,2}s: /;
/** in front of what a command above it has printed */
const OUTPUT = /^\s*output:\s*$/i;
const SCISSORS = /^\s*[-=]{2,}\s?(?:8<|>8|%<)[-=\s]*$/;

/** in front of a command that is quoted: a list's mark, and words that say that it is run */
const LIST = /^\s*(?:[-*+\u2022] |\(?\d{1,3}[.)] |\(?[a-z][.)] )?/i;
const RUNS =
	/^(?:(?:then|now|next|first|and|finally),? )*(?:run|do|execute|type|enter|issue)?:? ?$/i;
const NAME =
	/^(?:(?:guest_)?matrix|control_domains|ap_config|features|status|vfio_ap|a[pq]mask|(?:un)?bind|remove|create|(?:un)?assign_\w{6,14}|lszcrypt|(?:0x)?[0-9a-f]{1,4}|[0-9a-f]{2}\.[0-9a-f]{4}|-?E[A-Z]{3,12}|assigned|unassigned)$/i;
/** "lszcrypt -V" and the like, of which a sentence tells what it shows */
const SHOWING = /(["`])((?:sudo )?lszcrypt(?: -[-\w]{1,12}| [0-9a-f.]{2,7})*)\1/g;
const QUOTED = /(`{1,2})([^`]{1,60})\1(?!`)/g;
/** a cell of a table */
const CELL = /(\| *)`([^`|]+)`(?= *\|)/g;

/** "2. Run `cat guest_matrix`: ...": the command, with what is said behind it */
function without_ticks(text: string): string {
	const mark = LIST.exec(text)![0];
	const [before = "", quoted, ...behind] = text.slice(mark.length).split(/`{1,2}/);
	const rest = behind.join("`").replace(/^[,;]$|^\.$/, "");

	return quoted === undefined || behind.length === 0 || !RUNS.test(before) ||
		!quoted.includes(" ") || behind.slice(1).some((part, i) =>
			i % 2 === 0 && /[a-z] /i.test(part)) ? text : `${mark}${quoted}${rest}`;
}

/** Ticks around a name say that it is one. */
function without_ticked_names(text: string): string {
	return text.replace(QUOTED, (whole, _ticks, name: string) =>
		name.split(/,? /).every((word) => NAME.test(word)) ? name : whole);
}

const OF_ANOTHER = /\b(?:guest|vm|not|no|before|after|again|without)\b|[.;|>$#/]/i;

/** "Here's lszcrypt -V:", in front of the host's rows */
function heads_rows(text: string): boolean {
	const said = text.trim();

	return said.length < 90 && said.endsWith(":") && said.includes("lszcrypt -V") &&
		!OF_ANOTHER.test(said);
}

/** without_markup - lines of a page, as text */
export function without_markup({ text, ...l }: mail_line): mail_line {
	if (text.length > 400 ||
		!/[`"~{}<[=-]|::|output|lszcrypt|terminal|shell|window|tab|pane|^Every /i.test(
			text))
		return { ...l, text };
	if (FENCE.test(text) || TAG.test(text) || SCISSORS.test(text) ||
		OUTPUT.test(text) || WINDOW.test(text) || WATCHED.test(text))
		return { ...l, text: "" };
	if (heads_rows(text))
		return { ...l, text: "lszcrypt -V:" };
	return { ...l, text: !/[`"]/.test(text) ? text
		: without_ticked_names(without_ticks(text.replace(CELL, "$1$2")))
			.replace(SHOWING, "$2") };
}
