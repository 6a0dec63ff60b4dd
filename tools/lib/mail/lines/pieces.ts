// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines put together to pieces: wrapped sentences, lists, and what stands between them.
 */
import { STEP } from "../examples/examples.ts";
import { message_row } from "../sentence/kernel_text.ts";
import { as_queues, expand_sets, is_half, is_list_line, is_table_head } from "./list_lines.ts";
import { ARROW, look_up, with_bare_result } from "../sentence/look_up.ts";
import { follows, type mail_line } from "../message/message.ts";
import { find_phrase, queues_in } from "../sentence/phrases.ts";
import { is_output } from "./printed.ts";
import { PROMPT } from "../typed/prompt.ts";
import { expects_output } from "../typed/reads.ts";
import { TYPED, is_typed, read_shell } from "../typed/shell.ts";
import { is_particular } from "../english/speaks.ts";

/** struct piece - what lines are put together to, before the table is asked */
export interface piece {
	label: string;
	lines: number[];
	text: string;
	kind: "text" | "list" | "blank" | "prompt" | "end" | "or" | "tree";
	/** no blank line and no other quoting stands before it */
	joined: boolean;
}

export const MAX_SENTENCE = 2000;

/** nothing but marks, as in a line that ends a question; not a list of none */
const MARKS = /^[?!.,;:*]+$/;
const END = new RegExp(
	"^(?:(?:Signed-off|Acked|Reviewed|Tested|Reported|Suggested)-by:|Cc:|Fixes:|" +
	"---?$|diff --git|Regards,?$|Thanks,?$|static |struct |\\{$|\\}$|/\\*|\\* |@@|On .* wrote:$)");

/** a directory or file in a picture of sysfs, by how deep it is */
const TREE = /^(?:\.{3,}(?!\.) ?|-{3,}(?!-) ?|[|`+\\][-|`+\\ ]*(?![-|`+\\ ]))\[?[\w$.{}<>-]+\]?$/;
/** is_tree - whether a line is part of a picture of sysfs */
export function is_tree(text: string): boolean {
	return TREE.test(text) && queues_in(text).length === 0;
}

const OR = /^or:?$/i;
/** a shell that waits for the next command */
const PROMPT_ALONE = /^(?:[#$%>]|\[?[\w.-]+@[\w.-]+(?:[^#$\w.-][^#$]{0,59})?[#$])$/;

/** A prompt and nothing behind it, as what was typed last has it, or by itself. */
function is_prompt({ pieces }: piecing, text: string): boolean {
	const last = pieces.findLast((it) => it.kind === "text")?.text ?? "";

	return PROMPT_ALONE.test(text) || text.length < 100 &&
		(PROMPT.exec(`${text} `)?.[0].length === text.length + 1 ||
		PROMPT.exec(last)?.[0].trim() === text);
}

/** White space that is no single space between two words. */
const RAGGED = /[^\S ]|\u00c2| {2}|^ | $/;

export function squeeze(text: string): string {
	const typed = text.replace(/(?<=[a-z])’(?=[a-z])/gi, "'");

	return expand_sets(RAGGED.test(typed) ? typed.replace(/[\s\u00c2]+/g, " ").trim() : typed);
}

/** no sentence ends like this */
const CUT_OFF = /\s(?:the|an?|of|by|from|with|and|or|is|are|its|their)$/i;
const CONJUNCTION = /^(?:because|since|so|and|or|nor|but|to|from|not|bound|with)\b/;

/** Lines of running text are wrapped about here; a shorter one ends by itself. */
const WRAPPED = 50;

/** "Result: ...": a sentence begins there, whatever stood before it */
const HEADED =
	/^(?:[-*•] )?(?:results?|actions?|(?:test )?set-?up|initial(?:ly| state)?|before|after|expected|actual|observed|(?:test|case) \d{1,2})(?: results?)?: (?=\S)/i;

/** What stands behind the label, if that is read without it */
function without_head(text: string): string {
	const said = text.replace(HEADED, "");

	return look_up(text) === null && look_up(said) !== null ? said : text;
}

/** "guest gets: 04.0004": a line with a label of its own */
const LABELLED = /^[a-z_][\w' ]{2,40}: \S/i;
/** the same, and all that there is to it */
const LISTED = /^[a-z_][\w' ]{2,40}: (?:[0-9a-f]{1,2}\.[0-9a-f]{4}(?:, | |$))+$/i;
const STOP = /(?<=[.;:]) (?=[A-Za-z])/;

/**
 * A step's sentence at the beginning of a line, where what stands above ends in one that is read.
 */
function begins_step(before: string, text: string): boolean {
	const [step = ""] = text.split(STOP);

	return /^[A-Z]/.test(text) && step !== text && look_up(step)?.kind === "operation" &&
		look_up(before.split(STOP).at(-1)!) !== null;
}

/**
 * Whether a line carries on the text before it: it must, if only both together are read, or if the
 * line before it was wrapped in the middle of a sentence that is not read.
 * @last: the last line before it
 */
function goes_on(before: string, last: string, text: string): boolean {
	const both = `${before} ${text}`;

	if (before.length > MAX_SENTENCE || ARROW.test(before) && ARROW.test(text) ||
		message_row(before) !== null || is_typed(text) || is_typed(before) ||
		read_shell(text) !== null || read_shell(before) !== null ||
		with_bare_result(before) !== null || with_bare_result(text) !== null)
		return false;
	if (LABELLED.test(text) && (LABELLED.test(before) && last.length < WRAPPED ||
		look_up(text) !== null && look_up(before) !== null))
		return false;
	if (find_phrase(both) !== null || CUT_OFF.test(before))
		return true;
	if (begins_step(before, text))
		return false;
	const [first, second] = [look_up(before), look_up(text)];
	if (second !== null && LABELLED.test(text) && /[.!?]$/.test(before) ||
		first !== null && LISTED.test(before) && last.length < WRAPPED &&
		!CONJUNCTION.test(text))
		return false;
	const wrapped = last.length >= WRAPPED && !/[.:;!?]$/.test(before);
	if (first !== null && second !== null)
		return (CONJUNCTION.test(text) || wrapped && /^[a-z]/.test(text)) &&
			look_up(both) !== null;
	if (wrapped && find_phrase(before) === null && find_phrase(text) === null &&
		(first === null || !/^[A-Z][a-z ]/.test(text)))
		return true;
	if (second !== null && (!second.list || text.endsWith(":")))
		return first === null && CONJUNCTION.test(text) && look_up(both) !== null;
	if (first === null)
		return true;
	if (look_up(both) !== null)
		return !/[.:;!?]$/.test(before) && !/^[A-Z][a-z]/.test(text);
	return first.kind === "expectation" && /^(?!because )[a-z]/.test(text) &&
		!/[.:;!?]$/.test(before);
}

/**
 * struct piecing - the pieces made so far
 * @output: the lines are what a command printed
 * @marked: the open text is an item of a list, its mark in front
 */
export interface piecing {
	pieces: piece[];
	open: piece | null;
	output: boolean;
	marked: boolean;
	number: string;
	last_line: number;
	last_text: string;
}

function close_text(p: piecing): void {
	p.open = null;
	p.output = false;
}

function add_piece(p: piecing, l: mail_line, kind: piece["kind"], text: string, label = ""): piece {
	const before = p.pieces.at(-1);
	const made: piece = {
		label, lines: [l.line, ...l.besides ?? []], text, kind,
		joined: before !== undefined && before.kind !== "blank" && before.kind !== "end",
	};

	p.pieces.push(made);
	return made;
}

/** "4", "4a"; steps that only have letters are numbered by them */
function step_label(p: piecing, mark: string): string {
	const by_letter = p.number === "" || p.number === LETTERS;

	if (/\d/.test(mark) || by_letter)
		p.number = by_letter && !/\d/.test(mark) ? LETTERS : mark;
	if (/\d/.test(mark))
		return mark;
	return by_letter ? String(mark.charCodeAt(0) - "a".charCodeAt(0) + 1)
		: `${p.number}${mark}`;
}

/** stands for a number while steps have letters only */
const LETTERS = "letters";

const MARK = /^[-*•] (?=\S)/;

/** Whether a line is an item of a list, behind another one. */
function begins_item(p: piecing, l: mail_line): boolean {
	return p.marked && MARK.test(squeeze(l.text));
}

function open_text(p: piecing, l: mail_line, text: string, label = ""): void {
	p.open = add_piece(p, l, "text", text, label);
	p.marked = MARK.test(squeeze(l.text));
	p.output = expects_output(text);
}

function add_text(p: piecing, l: mail_line, text: string): void {
	const step = STEP.exec(text);
	const last = p.open;

	if (step !== null && (/\d/.test(step[1]!) || p.number !== "" || step[1] === "a")) {
		open_text(p, l, step[2] ?? "", step_label(p, step[1]!));
		return;
	}
	if (HEADED.test(text)) {
		open_text(p, l, without_head(text));
		p.output = false;
		return;
	}
	if (last !== null && !begins_item(p, l) && goes_on(last.text, p.last_text, text)) {
		last.text += ` ${text}`;
		last.lines.push(l.line);
		return;
	}
	open_text(p, l, text);
}

/**
 * A sentence with its queues on lines of their own in the middle of it: as many lines as it has.
 */
function lines_around(p: piecing, lines: readonly mail_line[], at: number): number {
	const { open } = p;
	let both = open?.text ?? "";

	if (open === null || /[.:;!?]$/.test(open.text) || look_up(open.text) !== null)
		return 0;
	for (let i = at; i < Math.min(lines.length, at + 40); i++) {
		const text = squeeze(lines[i]!.text);

		if (text === "" || STEP.test(text))
			return 0;
		both += ` ${text}`;
		if (!is_list_line(text))
			return look_up(both) === null ? 0 : i - at + 1;
	}
	return 0;
}

/** Take lines into the open text. */
function take_lines(p: piecing, lines: readonly mail_line[]): void {
	for (const l of lines) {
		p.open!.text += ` ${squeeze(l.text)}`;
		p.open!.lines.push(l.line);
		p.last_line = l.line;
	}
}

/** which ends an example where it is C */
const STAR = /^\* /;
const BULLET = /^(?:[-*•o+]|\d{1,2}[.)]) (?=\S)/;

/** "- 04.0004", "* card 04: domains 0004, 0047": queues, whatever stands in front of them. */
function without_bullet(text: string): string {
	const said = text.replace(BULLET, ""), bare = as_queues(said);

	if (bare !== text && (is_list_line(bare) || is_half(bare)))
		return bare;
	const row = said === text || /^\d/.test(text) ? null : look_up(said);

	return row !== null && (STAR.test(text) || row.name === TYPED && row.kind !== "prose")
		? said : text;
}

/** "matrix: .0, .1": what an mdev has of domains, without an adapter */
const DOMAINS_ALONE =
	/^((?:guest_)?matrix) ?: ?(\.(?:[0-9a-f]|[0-9a-f]{4})(?:(?:,| |, )\.(?:[0-9a-f]|[0-9a-f]{4}))*)$/i;

function add_line(p: piecing, l: mail_line): void {
	const text = without_bullet(squeeze(l.text));
	const [, label, domains] = DOMAINS_ALONE.exec(text) ?? [];

	if (domains !== undefined) {
		add_piece(p, l, "text", `${label}:`);
		add_piece(p, l, "list", domains.replace(/\.([0-9a-f])(?![0-9a-f])/gi, ".000$1"));
		return close_text(p);
	}

	if (text === "" || MARKS.test(text)) {
		const shows = p.output && p.open?.text.endsWith(":") === true;

		add_piece(p, l, "blank", "");
		close_text(p);
		p.output = shows;
		return;
	}
	if (is_prompt(p, text)) {
		add_piece(p, l, "prompt", text);
		return close_text(p);
	}
	if (is_list_line(text) || is_table_head(text) || is_half_listed(p, text) ||
		is_output(p, text) ||
			is_table_row(p, text)) {
		const { output } = p;

		add_piece(p, l, "list", text);
		close_text(p);
		p.output = output;
		return;
	}
	if (is_tree(text)) {
		add_piece(p, l, "tree", text);
		return close_text(p);
	}
	if (END.test(text) && !(STAR.test(text) && is_particular(text))) {
		add_piece(p, l, "end", text);
		return close_text(p);
	}
	if (OR.test(text)) {
		add_piece(p, l, "or", text);
		return close_text(p);
	}
	add_text(p, l, text);
}

/** "adapters: 04 05" below a label, and "domains: 0004 0047" below that */
function is_half_listed(p: piecing, text: string): boolean {
	const last = p.pieces.findLast((it) => it.kind !== "blank");

	return last !== undefined && is_half(text) &&
		(last.kind === "list" ? is_half(last.text) : last.text.endsWith(":"));
}

/** A row of a table of pairs, APIDs across: its head may be numbers alone. */
function is_table_row(p: piecing, text: string): boolean {
	const last = p.pieces.findLast((it) => it.kind !== "blank");

	return last !== undefined && (last.kind === "list" || last.text.endsWith(":")) &&
		/^(?:apids|apqis|adapters|domains)?(?:\d|\(\d+, ?\d+\)|\s)*$/i.test(text);
}

export function pieces_of(lines: readonly mail_line[]): piece[] {
	const p: piecing = {
		pieces: [], open: null, output: false, marked: false, number: "", last_line: 0,
		last_text: "",
	};

	for (let i = 0; i < lines.length; i++) {
		const l = lines[i]!;

		if (!follows(l, p.last_line) || l.depth !== (lines[i - 1]?.depth ?? l.depth)) {
			add_piece(p, l, "blank", "");
			close_text(p);
		}
		const around = is_list_line(squeeze(l.text)) ? lines_around(p, lines, i) : 0;
		if (around > 0) {
			take_lines(p, lines.slice(i, i + around));
			i += around - 1;
			p.last_text = squeeze(lines[i]!.text);
			continue;
		}
		add_line(p, l);
		p.last_line = Math.max(l.line, ...l.besides ?? []);
		p.last_text = squeeze(l.text);
	}
	return p.pieces;
}
