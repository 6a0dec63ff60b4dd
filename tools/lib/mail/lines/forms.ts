// SPDX-License-Identifier: GPL-2.0-only
/*
 * Forms in which the same is written: how steps are marked, headings of a report on a bug, labels
 * with their list below them, results behind a step. Each line is written as the one that the
 * tables know, and keeps its place; what is no such form stays as it is.
 */
import { behind } from "../english/behind.ts";
import { is_list_line, is_table_head, read_list } from "./list_lines.ts";
import type { mail_line } from "../message/message.ts";

const ROMAN = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"];

/**
 * What stands in front of a step, and which number it is; "next" where it is only a mark. Those of
 * one kind have to follow one another from the first, so that a mark by itself is none.
 */
const MARKS: [mark: RegExp, number: (mark: string, before: number) => number][] = [
	[/^\s*\(?([ivx]{1,4})[.):]{1,2}(?=\s)/, (mark) => ROMAN.indexOf(mark) + 1],
	[/^\s*#(\d{1,2})[.:)]?(?=\s)/, (mark) => Number(mark)],
	[/^\s*(#)\.(?=\s)/, (_mark, before) => before + 1],
	[/^\s*\[(\d{1,2})\](?=\s)/, (mark) => Number(mark)],
	[/^\s*\(?(\d{1,2})\.\)(?=\s|$)/, (mark) => Number(mark)],
	[/^\s*(?:step|test) #?(\d{1,2}) ?[-–—](?=\s)/i, (mark) => Number(mark)],
	[/^\s*([A-H]):(?=\s)/, (mark) => mark.charCodeAt(0) - "A".charCodeAt(0) + 1],
	[/^\s*T(\d{1,2})[.):](?=\s)/i,
		(mark, before) => Number(mark) + Number(Number(mark) === before)],
];

/** The steps that are marked in one way, with their numbers in front. */
function with_marks(lines: readonly mail_line[], [mark, number]: (typeof MARKS)[number]):
		readonly mail_line[] {
	let last = 0;

	const steps = lines.map((l) => {
		const m = mark.exec(l.text);
		const n = m === null ? 0 : number(m[1]!, last);

		if (n !== last + 1)
			return l;
		last = n;
		return { ...l, text: `${n}) ${l.text.slice(m![0].length).trim()}` };
	});

	return last < 2 ? lines : steps;
}

const RULES = /^[-=*#_[ ]{1,8}|(?<![-=*#_\] ])[-=*#_\] ]{1,8}$/g;
const HEADING =
	/^(?:steps(?: to reproduce)?|(?:expected|actual|observed) (?:results?|behaviou?r|outcome)|expected|actual|observed|results?|what i (?:got|get|see|saw|expect(?:ed)?|did)|preconditions?|prerequisites|actions?|set-?up|environment|description|reproducer|how to reproduce|test case|procedure):?$/i;

/** "---Steps to Reproduce---", "Expected Result(s)", "Preconditions:" */
function heading_in(text: string): string | null {
	const bare = text.trim().replace(RULES, "").replace("(s)", "s");

	return HEADING.test(bare) ? "Steps:" : null;
}

/** Labels that are one only where their list is below them, and what they are read as. */
const LABELS: [label: RegExp, of: string, inline: boolean][] = [
	[
		/^(?:(?:the )?guest(?: (?:has|sees|gets))?|in (?:the )?guest|(?:the )?guest's (?:apcb|matrix|queues|crycb)(?: (?:after|with|before) \w+(?: \w+)?)?):$/i,
		"The guest has:", false],
	[/^(?:queues )?(?:not bound|unbound)(?: to (?:the )?vfio_ap(?: (?:device )?driver)?)?:$/i,
		"Not bound:", true],
];
const BULLET = /^(?:[-*•o+] )?/;

function bare_list(text: string): string | null {
	const said = text.trim().replace(BULLET, "");

	return said !== "" && (is_list_line(said) || is_table_head(said)) ? said : null;
}

/** says nothing, and is named as what was read all the same */
const READ = "$ true";

/** A label and the list below it: as it stands, or all in the label's line. */
function labelled_at(lines: readonly mail_line[], at: number): mail_line[] | null {
	const text = lines[at]!.text.trim().replace(BULLET, "");
	const label = LABELS.find(([re]) => re.test(text));
	const rows: string[] = [];

	for (let i = at + 1; label !== undefined && i < lines.length; i++) {
		const row = bare_list(lines[i]!.text);

		if (row === null)
			break;
		rows.push(row);
	}
	if (rows.length === 0)
		return null;
	const [, of, inline] = label!;
	if (!inline)
		return [{ ...lines[at]!, text: of }];
	const { queues } = read_list(rows);

	return queues.length === 0 ? null : [
		{ ...lines[at]!, text: `${of} ${queues.join(", ")}` },
		...rows.map((_row, i) => ({ ...lines[at + 1 + i]!, text: READ })),
	];
}

const CAT_MATRIX = new RegExp(behind("cat", "\\bmatrix\\b"), "i");
/** "PASS" at the end of a line is the author's word for it. */
const PASSED = /(?<!\s)\s{2,}[[(]?pass(?:ed)?[\])]?\s*$/i;

/** "Guest: -" */
const NO_QUEUES =
	/^(\W*)(?:the )?guest(?:'s (?:apcb|matrix|queues|crycb))?:\s*(?:-+|–|\[\]|\(\))\s*$/i;

const RESULT = /^(?:expected|actual|observed)(?: (?:results?|outcome))?:$/i;

/** "Actual results:", and queues below: of what was shown or spoken of last */
function result_at(lines: readonly mail_line[], at: number): mail_line[] | null {
	const bare = lines[at]!.text.trim().replace(RULES, "").replace("(s)", "s");

	if (!RESULT.test(bare) && !RESULT.test(`${bare}:`) || at + 1 >= lines.length ||
		bare_list(lines[at + 1]!.text) === null)
		return null;
	const of = lines.slice(0, at).findLast((l) => /matrix|\bguest\b/i.test(l.text))?.text ?? "";
	return /guest/i.test(of)
		? [{ ...lines[at]!,
			text: /guest_matrix/i.test(of) ? "guest_matrix:" : "The guest has:" }]
		: CAT_MATRIX.test(of) ? [{ ...lines[at]!, text: "matrix:" }] : null;
}

/** "Setup: ...", "**Initial state:** ..." */
const SET_UP =
	/^(\s*(?:\(?\d{1,3}[.)]\s+)?)(?:(?:test|initial) )?(?:set-?up|preconditions?|initial (?:state|situation|configuration)|starting (?:point|situation)|start|initially|given|configuration): +(?=\S)/i;

/** with_forms - lines of one depth, in the forms that are known */
export function with_forms(lines: readonly mail_line[]): mail_line[] {
	const marked = MARKS.reduce(with_marks, lines)
		.map((l) => SET_UP.test(l.text) ? { ...l, text: l.text.replace(SET_UP, "$1") } : l)
		.map((l) => PASSED.test(l.text) ? { ...l, text: l.text.replace(PASSED, "") }
			: NO_QUEUES.test(l.text)
				? { ...l, text: l.text.replace(NO_QUEUES,
					"$1The guest has: none") } : l);
	const out: mail_line[] = [];

	for (let i = 0; i < marked.length;) {
		const heading = heading_in(marked[i]!.text);
		const taken = result_at(marked, i) ??
			(heading !== null ? [{ ...marked[i]!, text: heading }]
			: labelled_at(marked, i) ?? [marked[i]!]);

		out.push(...taken);
		i += taken.length;
	}
	return out;
}
