// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the examples in a mail. The lines of one depth of quoting are put together to sentences
 * and lists; each is looked up in the table of phrases. An example begins at the first set-up or
 * operation and ends behind its last operation or expectation; what stands between and is in no
 * row is "not read".
 */
import {
	adapter_name, ascending, domain_name, queue_ids, queue_name,
} from "../scenario/ids.ts";
import type { mask_form } from "../scenario/model.ts";
import {
	as_queues, expand_sets, half_queues, is_half, is_half_queues, is_list_line, is_table_head,
	read_columns, read_list, type queue_list,
} from "./list_lines.ts";
import { with_forms } from "./forms.ts";
import { has_failed, masks_of, statement_length } from "./ledger.ts";
import type { mail_line, message } from "./message.ts";
import { only_shows } from "./harmless.ts";
import { LOCKS, MESSAGE, message_row } from "./kernel_text.ts";
import { ARROW, BARE_RESULT, look_up, type row } from "./look_up.ts";
import {
	find_phrase, queues_in, type fact, type phrase,
} from "./phrases.ts";
import { with_places } from "./places.ts";
import { PROMPT, TRACED } from "./prompt.ts";
import { with_scripts, without_asking } from "./script.ts";
import { is_typed, read_shell, TYPED } from "./shell.ts";
import { expects_output } from "./shell_output.ts";
import { with_tables } from "./tables.ts";
import {
	corrects, is_event, is_operative, is_particular, is_prose, is_question, is_reflection,
	is_talk, says_of_guest, without_correction,
} from "./words.ts";

export type item_kind = phrase["kind"] | "unread";

/**
 * struct item - a sentence or list of an example
 * @label: the step's number, "" if it has none of its own
 * @lines: the lines of the mail it stands on
 * @text: the sentence, white space squeezed
 * @phrase: the name of its row, null if it was not read
 * @listed: the list that followed, null without one
 * @printed: lines followed, of whatever kind
 */
export interface item {
	printed?: boolean;
	label: string;
	lines: number[];
	text: string;
	kind: item_kind;
	phrase: string | null;
	listed: queue_list | null;
	facts: fact[];
	/** it begins an example that takes over the set-up of the one before */
	inherits: boolean;
}

/**
 * struct example - an example as it stands in a mail
 * @depth: of quoting
 * @items: in order; the first states facts
 */
export interface example {
	mail: message;
	depth: number;
	items: item[];
}

/** struct piece - what lines are put together to, before the table is asked */
interface piece {
	label: string;
	lines: number[];
	text: string;
	kind: "text" | "list" | "blank" | "prompt" | "end" | "or" | "tree";
	/** no blank line and no other quoting stands before it */
	joined: boolean;
}

/** lines that a patch adds or removes */
const CHANGED = /^(?:\+(?!\+\+ )|-(?!-| |device))/;
/** lines with their numbers, as a robot shows them; an empty line has no tab */
const LISTED = /^ {0,5}(?:> )? {0,3}\d{1,4}(?:\t|$)/;
const MAX_SENTENCE = 2000;
/** nobody reads further in a line */
const MAX_LINE = 4000;
const STEP = /^(?:\(?(?=[\da-z]{1,3}[.)])|step (?=\d{1,3}[.:)]))(\d{1,3}|[a-z])[.:)](?:\s(.*)|)$/i;
/** nothing but marks, as in a line that ends a question; not a list of none */
const MARKS = /^[?!.,;:*]+$/;
const END = new RegExp(
	"^(?:(?:Signed-off|Acked|Reviewed|Tested|Reported|Suggested)-by:|Cc:|Fixes:|" +
	"---?$|diff --git|Regards,?$|Thanks,?$|static |struct |\\{$|\\}$|/\\*|\\* |@@|On .* wrote:$)");
const OUTPUT_ROW =
	new RegExp("^(?:[0-9a-f]{2}(?:\\.[0-9a-f]{4})?\\s+CEX.*|CARD\\S*\\s.*|-{4,}(?: -{4,})*|" +
	"(?:[0-9a-f]{2}\\.[0-9a-f]{4}\\s+)*(?:bind|unbind|module|uevent|new_id|remove_id)" +
	"(?:\\s+(?:bind|unbind|module|uevent|\\w+_id|[0-9a-f]{2}\\.[0-9a-f]{4}))*)$", "i");
/** of lszcrypt, whatever the order of its columns */
const CRYPT_ROW = /\bCARD\.DOM\b|^(?:\S+\s+){0,12}[0-9a-f]{2}(?:\.[0-9a-f]{4})?(?:\s+\S+){0,12}$/i;
/** of ls with whole paths */
const PATHS = /^\/[\w./ -]+$/;
/** of ls -l */
const LONG_ROW = /^(?:total \d+$|[dlbc-][rwxsStT-]{9}[.+@]? \d+ )/;
/** of mdevctl list, also in JSON, and of mdevctl types */
const MDEVCTL_ROW =
	/^(?:\S+ \S+ vfio_ap-passthrough\b.*|Attrs:.*|@\{\d+\}: \{.*\}|matrix|vfio_ap-passthrough|Available instances: \d+|Device API: vfio-ap|Name: .*)$/i;
/** of JSON, however it is broken into lines */
const JSON_ROW = /^(?:[{}[\],]+|[{[]*"[\w-]{1,60}" ?:.{0,200}|[{[]+"[\w-]{1,60}".{0,200})$/;
/** of virsh list and virsh dumpxml */
const VIRSH_ROW = /^(?:<.*>|Id Name State|-{4,}|(?:\d+|-) \S+ (?:running|shut off|paused)|--)$/i;
/** a directory or file in a picture of sysfs, by how deep it is */
const TREE = /^(?:\.{3,}(?!\.) ?|-{3,}(?!-) ?|[|`+\\][-|`+\\ ]*(?![-|`+\\ ]))\[?[\w$.{}<>-]+\]?$/;
/** is_tree - whether a line is part of a picture of sysfs */
export function is_tree(text: string): boolean {
	return TREE.test(text) && queues_in(text).length === 0;
}

const OR = /^or:?$/i;
/** a shell that waits for the next command */
const PROMPT_ALONE = /^(?:[#$%>]|\[?[\w.-]+@[\w.-]+[^#$]{0,60}[#$])$/;
const SENTENCE =
	/(?<=[.:;!?])\s+(?=[("'A-Za-z])(?<!e\.g\.\s+)(?<!i\.e\.\s+)(?!(?<=\b(?=[a-f]*\d)[0-9a-f]{1,4}\.\s+)[a-z])/;
const FULL_STOP =
	/(?<=[.!?]["')]?)\s+(?=[("'A-Z]|[0-9a-f]{2}\.[0-9a-f]{4}\b|(?:guest_matrix|vfio_ap|mdev ?\d?)\b)(?<!e\.g\.\s+)(?<!i\.e\.\s+)/;
const SEMICOLON = /(?<=;)\s+(?=[\w(])/;
const CLAUSE = /\s(?=and ap(?:qn|qi|id)s? [0-9a-f]{2,4} )/i;

/** White space that is no single space between two words. */
const RAGGED = /[^\S ]|\u00c2| {2}|^ | $/;

function squeeze(text: string): string {
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
	/^(?:[-*•] )?(?:results?|actions?|before|after|expected|actual|observed|(?:test|case) \d{1,2})(?: results?)?: (?=\S)/i;

/** What stands behind the label, if that is read without it */
function without_head(text: string): string {
	const said = text.replace(HEADED, "");

	return look_up(text) === null && look_up(said) !== null ? said : text;
}

/** "guest gets: 04.0004": a line with a label of its own */
const LABELLED = /^[a-z_][\w' ]{2,40}: \S/i;
/**
 * Whether a line carries on the text before it: it must, if only both together are read, or if the
 * line before it was wrapped in the middle of a sentence that is not read.
 * @last: the last line before it
 */
function goes_on(before: string, last: string, text: string): boolean {
	const both = `${before} ${text}`;

	if (before.length > MAX_SENTENCE || ARROW.test(before) && ARROW.test(text) ||
		message_row(before) !== null || is_typed(text) || is_typed(before) ||
		read_shell(text) !== null || read_shell(before) !== null)
		return false;
	if (/^[-*•] \S/.test(text) && /^[-*•] \S/.test(before))
		return false;
	if (LABELLED.test(text) && (LABELLED.test(before) && last.length < WRAPPED ||
		look_up(text) !== null && look_up(before) !== null))
		return false;
	if (find_phrase(both) !== null || CUT_OFF.test(before))
		return true;
	const [first, second] = [look_up(before), look_up(text)];
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
 */
interface piecing {
	pieces: piece[];
	open: piece | null;
	output: boolean;
	number: string;
	last_line: number;
	last_text: string;
}

function close_text(p: piecing): void {
	p.open = null;
	p.output = false;
}

const SHOWS_JSON = /\b(?:cat|jq)\b.*(?:\.json|mdevctl\.d\/)/;

const IN_SYSFS =
	/^(?:[a-z]+(?:_[a-z]+)+|power|remove|uevent|subsystem|driver|matrix|create|devices|name|[0-9a-f]{8}-[0-9a-f-]{27})$/;
const NO_FILE = /^(?:ls: cannot access|cat:|grep:|head:) .*: No such (?:file or directory|device)$/;
const OF_A_LOG = /\b(?:dmesg|journalctl)\b/;
/** each line with its file, or files one behind the other */
const OF_FILES = /^\W*(?:\S+[#$] )?(?:sudo )?(?:grep|head|tail|more)\b/;

function is_json(text: string): boolean {
	return JSON_ROW.test(text.replace(/(?<=[{[]) | (?=[}\]])/g, ""));
}

/** A row of what ls or lszcrypt print, or whatever an attribute shows. */
function is_output(p: piecing, text: string): boolean {
	const command = p.output ? p.pieces.findLast((it) => it.kind === "text")!.text : "";

	if (/\bmdevctl\b/.test(command) && (MDEVCTL_ROW.test(text) || is_json(text)) ||
		SHOWS_JSON.test(command) && is_json(text) ||
		/\bvirsh\b/.test(command) && VIRSH_ROW.test(text))
		return true;
	if (p.output && OF_FILES.test(command) && /^[^\s:]+:\S|^==> .+ <==$/.test(text) ||
		/^==> .+ <==$/.test(text) &&
		OF_FILES.test(p.pieces.findLast((it) => it.kind === "text")?.text ?? ""))
		return true;
	if (/\b(?:ls|cat|grep|head)\b/.test(command) && NO_FILE.test(text) ||
		/\bcat\b.*matrix/.test(command) && is_half_queues(text))
		return true;
	if (!p.output || STEP.test(text) || read_shell(text) !== null)
		return false;
	if (/\bmdevctl\b/.test(command) && /^(?:unable|failed|error|cannot)\b/i.test(text) ||
		/\bmdevctl define\b/.test(command) && /^[0-9a-f]{8}-[0-9a-f-]{27}$/i.test(text) ||
		/\bcat\b.*\.xml$/.test(command) && VIRSH_ROW.test(text))
		return true;
	if (/\bls\b/.test(command) && (LONG_ROW.test(text) ||
		text.split(" ").every((word) => IN_SYSFS.test(word))) ||
		/\breadlink\b/.test(command) && /^(?:(?:\.\.)?\/\S*\/)?\w+$/.test(text) ||
		/\bcmp\b/.test(command) && /\b(?:differ|EOF)\b/.test(text) ||
		/\bdiff\b/.test(command) && /^(?:[<>] \S+|\d+(?:,\d+)?[acd]\d.*|---)$/.test(text))
		return true;
	if (is_typed(command) && (only_shows(command.replace(PROMPT, "")) ||
		/\blszcrypt -[bcdvh]/.test(command)))
		return (OF_A_LOG.test(command) ? message_row(text) : look_up(text)) === null;
	if (/\becho\b/.test(command) && command.replace(/["']/g, "").includes(`echo ${text}`))
		return true;
	if (/\btee\b|\becho\b.*\$\?/.test(command))
		return /^(?:[\w ]{0,20}[=:] ?)?-?(?:0x)?[0-9a-f]+$/i.test(text) &&
			lines_printed(p) < (command.match(/\btee\b|\becho\b.*\$\?/g)?.length ?? 0);
	return OUTPUT_ROW.test(text) || /\bls\b/.test(command) && PATHS.test(text) ||
		/\blszcrypt\b/.test(command) && CRYPT_ROW.test(text) ||
		/\bcat\b/.test(command) && !/matrix\W*$/.test(command) &&
		lines_printed(p) < (command.match(/\ba[pq]mask\b/g)?.length ?? 1);
}

/** How many lines stand behind the last command. */
function lines_printed({ pieces }: piecing): number {
	return pieces.length - 1 - pieces.findLastIndex((it) => it.kind === "text");
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

function add_text(p: piecing, l: mail_line, text: string): void {
	const step = STEP.exec(text);
	const last = p.open;

	if (step !== null && (/\d/.test(step[1]!) || p.number !== "" || step[1] === "a")) {
		p.open = add_piece(p, l, "text", step[2] ?? "", step_label(p, step[1]!));
		p.output = expects_output(p.open.text);
		return;
	}
	if (HEADED.test(text)) {
		p.open = add_piece(p, l, "text", without_head(text));
		p.output = false;
		return;
	}
	if (last !== null && goes_on(last.text, p.last_text, text)) {
		last.text += ` ${text}`;
		last.lines.push(l.line);
		return;
	}
	p.open = add_piece(p, l, "text", text);
	p.output = expects_output(text);
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

function add_line(p: piecing, l: mail_line): void {
	const text = without_bullet(squeeze(l.text));

	if (text === "" || MARKS.test(text)) {
		add_piece(p, l, "blank", "");
		return close_text(p);
	}
	if (PROMPT_ALONE.test(text)) {
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

function pieces_of(lines: readonly mail_line[]): piece[] {
	const p: piecing = {
		pieces: [], open: null, output: false, number: "", last_line: 0, last_text: "",
	};

	for (let i = 0; i < lines.length; i++) {
		const l = lines[i]!;

		if (l.line !== p.last_line + 1 || l.depth !== (lines[i - 1]?.depth ?? l.depth)) {
			add_piece(p, l, "blank", "");
			close_text(p);
		}
		const around = is_list_line(squeeze(l.text)) ? lines_around(p, lines, i) : 0;
		if (around > 0) {
			take_lines(p, lines.slice(i, i + around));
			i += around - 1;
			continue;
		}
		add_line(p, l);
		p.last_line = l.line;
		p.last_text = squeeze(l.text);
	}
	return p.pieces;
}

/** struct sentence - part of a piece, with the row that matches it */
interface sentence {
	text: string;
	lines: number[];
	found: row | null;
}

/** The lines of a piece that a part of its text stands on: lines are as words are, in order. */
function lines_of_part(whole: piece, start: number, end: number, text_lines: string[]): number[] {
	let at = 0;
	const lines: number[] = [];

	if (whole.text === "")
		return whole.lines;
	text_lines.forEach((t, i) => {
		if (at < end && at + t.length > start)
			lines.push(whole.lines[i]!);
		at += t.length + 1;
	});
	return lines;
}

function split_by(text: string, re: RegExp): string[] {
	return text.split(re).map(squeeze).filter((t) => t !== "");
}

function looked_up(texts: string[]): sentence["found"][] {
	return texts.map(look_up);
}

/** A text as the parts of it that say something; what ends in a full stop is not parted again. */
function parts_of(text: string): string[] {
	for (const re of [CLAUSE, FULL_STOP, SEMICOLON]) {
		const parts = split_by(text, re);

		if (parts.length > 1 &&
			(re === FULL_STOP || looked_up(parts).some((r) => r !== null)))
			return parts.flatMap((part) => look_up(part) === null ? at_colons(part)
				: [part]);
	}
	return at_colons(text);
}

function at_colons(text: string): string[] {
	const parts = split_by(text, SENTENCE);

	return looked_up(parts).some((r) => r !== null) ? parts : [text];
}

const BOUND_BESIDE =
	/ \(((?:queues? )?(?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{1,4}(?:(?:,? and |, )(?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{1,4})* (?:is|are)(?: not)?(?: yet)? bound(?: yet)?(?: to (?:the )?vfio_ap(?: (?:device )?driver)?)?(?: yet)?)\)[.:]?$/i;

/** "Assign domain 0002 (0a.0002 is bound to vfio_ap)": what was so before stands in front. */
function bound_beside(text: string): Pick<sentence, "text" | "found">[] {
	const m = BOUND_BESIDE.exec(text);
	const said = m === null ? text : text.slice(0, m.index);
	const row = m === null ? null : look_up(m[1]!);
	const facts = row?.facts([], []).map((f): fact =>
		f.fact === "bind" ? { fact: "bound", queues: [f.queue] } : f) ?? [];

	return [
		...m === null ? [] : [{
			text: m[1]!, found: row === null ? null
				: { ...row, kind: "set-up" as const, facts: () => facts },
		}],
		{ text: said, found: look_up(said) },
	];
}

/** A piece as the sentences of it that rows match: whole if one matches the whole. */
function sentences_of(pc: piece, text_lines: string[]): sentence[] {
	const whole = squeeze(pc.text);
	const found = look_up(whole);
	let at = 0;

	if (found !== null)
		return [{ text: whole, lines: pc.lines, found }];
	return parts_of(whole).flatMap(bound_beside).map(({ text, found: row }) => {
		const start = whole.includes(text, at) ? whole.indexOf(text, at)
			: whole.indexOf(text);

		at = start + text.length;
		return {
			text, lines: lines_of_part(pc, start, at, text_lines), found: row,
		};
	});
}

/** struct search - the example being read */
interface search {
	mail: message;
	depth: number;
	text_of: Map<number, string>;
	found: example[];
	items: item[];
	/** sentences since the last fact that may turn out to stand behind the example */
	pending: item[];
	/** the item whose list is being read, and the list's lines so far */
	list: { item: item; row: row; lines: string[] } | null;
	last_number: number;
	/** what stands before the example and is not to vanish */
	before: item[];
	/** what follows the piece that is read */
	next: piece | null;
	/** lines that may be comments of a script's */
	comments: Set<number>;
	/** a sentence that said what was to be typed, and what of that has not been typed yet */
	announced: { said: item; deeds: (string | null)[] } | null;
	/** the lines of commands that somebody is asked to type */
	asked: ReadonlySet<number>;
}

/** "Adapters assigned to the mdev:", and their numbers on lines of their own */
function half_listed(text: string, lines: readonly string[]): fact[] | null {
	const [adapters, domains] = [/\b(?:adapters|apids|cards)\b/i, /\b(?:domains|apqis)\b/i]
		.map((re) => re.test(text));
	const ids = lines.flatMap((l) => l.split(/[\s,]+/)).filter((t) => t !== "");

	return adapters === domains || ids.length === 0 || !/\b(?:assigned|mdev)\b/i.test(text) ||
		!ids.every((t) => /^(?:0x)?[0-9a-f]{1,4}$/i.test(t)) ? null : [{
			fact: "units", unit: adapters ? "adapter" : "domain",
			ids: ids.map((t) => parseInt(t, 16)),
		}];
}

/** "Adapters and domains assigned to the mdev:": a column of each, and the mdev has them all */
function columns_listed(text: string, lines: readonly string[]): queue_list | null {
	const of_both = [/\b(?:adapters|apids)\b/i, /\b(?:domains|apqis)\b/i]
		.every((re) => re.test(text));

	return of_both && /\b(?:assigned|mdev)\b/i.test(text) && !/\b(?:bound|guest)/i.test(text)
		? read_columns(lines) : null;
}

/** A script is typed without prompts, and shows what none of its commands prints. */
function is_of_script(s: search, { text }: item): boolean {
	return text.replace(PROMPT, "") === text &&
		![...s.items, ...s.pending]
			.some((it) => it.phrase === TYPED && it.printed === true);
}

/** Adapters without a domain, or domains without an adapter, as matrix shows them. */
function halves_shown(s: search, lines: readonly string[], row: row): fact[] | null {
	const shown = half_queues(lines);
	const done = s.items.some((it) => it.kind === "operation");

	const meant = (f: fact): fact => {
		if (f.fact === "of")
			return { ...f, of: meant(f.of) };
		if (f.fact !== "assigned" && f.fact !== "guest" || !done)
			return { fact: "unknown" };
		const of = f.fact === "guest" ? "guest" : "matrix";
		const is: mask_form = { form: "masks", ...shown!, adm: null };

		return { fact: "expect", expect: { what: "masks", of, mdev: "m0", is } };
	};

	return shown === null ? null : row.facts([], []).map(meant);
}

function last_typed(s: search, it: item): item | undefined {
	const all = [...s.items, ...s.pending];

	return all.slice(0, all.indexOf(it)).findLast((i) => i.phrase === TYPED);
}

/** Whether the last command in front of a line did anything: what it returns is that of it. */
function behind_operation(s: search, it: item): boolean {
	return last_typed(s, it)?.kind === "operation";
}

/** Of grep, which then says that it has failed. */
function found_nothing(it: item | undefined): boolean {
	return it?.facts.some((f) => (f.fact === "of" ? f.of : f).fact === "guest_lacks") === true;
}

/** @follows: a command or a prompt follows, so that what has no output said nothing */
function finish_list(s: search, follows = false): void {
	const { list } = s;

	s.list = null;
	if (list === null)
		return;
	list.item.printed = list.lines.length > 0;
	const typed = follows && !is_of_script(s, list.item);
	const listed = list.lines.length === 0 || list.item.phrase === TYPED &&
			(/\blszcrypt\b/.test(list.item.text) ||
				list.lines.some((l) => OUTPUT_ROW.test(l)))
		? null : columns_listed(list.item.text, list.lines) ?? read_list(list.lines);
	list.item.listed = listed;
	list.item.facts = half_listed(list.item.text, list.lines) ??
		halves_shown(s, list.lines, list.row) ??
		list.row.facts(listed?.queues ?? [], list.lines);
	if (list.item.facts[0]?.fact === "units")
		return;
	if (list.item.phrase !== TYPED && listed?.alone === true)
		list.item.facts = [{ fact: "unknown" }];
	if (/^\W*echo\b[^>;|]*\$\?\W*$/.test(list.item.text) && !behind_operation(s, list.item)) {
		const expected = found_nothing(last_typed(s, list.item)) ? "error" : "ok";

		list.item.facts = list.item.facts.map((f): fact =>
			f.fact === "rc" && f.rc === expected
			? { fact: "there", queues: [] } : { fact: "unknown" });
	}
	if (!typed && list.lines.length === 0 && found_nothing(list.item))
		list.item.facts = [{ fact: "unknown" }];
	if (list.item.facts.some((f) => f.fact === "unknown"))
		Object.assign(list.item, { kind: "unread", phrase: null, facts: [] });
	if (!typed && list.item.phrase === TYPED && list.item.kind !== "operation" &&
		!list.item.facts.some((f) => f.fact === "define") &&
		list.row.list && list.lines.length === 0)
		Object.assign(list.item, { kind: "prose", facts: [] });
	if (lacks_list(list.item, list.row, list.lines))
		Object.assign(list.item, { kind: "unread", phrase: null, facts: [] });
}

const NONE =
	/\b(?:no|not|none|empty|nothing|without|isn't|aren't)\b|(?:^|\s)(?:-|<>|\(\)|\{\}|\[\])$/i;

/** A heading behind which no list was read does not say that there is none. */
function lacks_list({ text, listed, facts, phrase }: item, row: row, lines: string[]): boolean {
	const none = NONE.test(text) || lines.some((l) => NONE.test(l));

	return row.list && (listed === null || listed.queues.length === 0) && phrase !== TYPED &&
			!none && facts.some((f) => {
		const of = f.fact === "of" ? f.of : f;

		return (of.fact === "bound" || of.fact === "assigned" || of.fact === "guest") &&
			of.queues.length === 0;
	});
}

/**
 * An example is one only if something is done or set up in it and something is said to follow;
 * or if numbered steps set something up and do something: "what happens then?"
 */
function worth_keeping(items: item[]): boolean {
	if (items.some((i) => i.phrase === AT_FIRST) && !items.some((i) =>
		i.phrase !== AT_FIRST && i.facts.some((f) => deed_of(f) !== null ||
			unnamed(f).fact === "config")))
		return false;
	const kinds = new Set(items.map((i) => i.kind));
	const steps = items.filter((i) => i.phrase === LOCKS);

	if (steps.length > 0 && items.every((i) => i.kind !== "actor" || i.phrase === LOCKS))
		return steps.filter((i) => i.label !== "").length > 1 &&
			steps.some((i) =>
				/same time|meanwhile|stuck|wait|deadlock|CPU/i.test(i.text));
	if (kinds.has("set-up") &&
		items.some((i) => i.kind === "operation" && /^\d+$/.test(i.label)))
		return true;
	if (tells_of_more(items) || tells_twice(items) || is_done(items))
		return true;
	return kinds.has("actor") ? items.length > 1 :
		(kinds.has("set-up") || kinds.has("operation") || items[0]?.inherits === true) &&
			(kinds.has("expectation") ||
				items.some((i) => i.phrase === MESSAGE || i.phrase === TYPED &&
				i.kind === "operation" ||
					i.facts.some((f) => unnamed(f).fact === "guest")));
}

/** What is said, of whichever mdev. */
function unnamed(f: fact): fact {
	return f.fact === "of" ? f.of : f;
}

/** What is assigned, and then again: the second time it is a claim. */
function tells_twice(items: item[]): boolean {
	const of_mdev = (f: fact): boolean => f.fact === "define" &&
		("add" in f.change || "set" in f.change && f.change.set.length > 0) ||
		f.fact === "assigned" ||
		f.fact === "of" && f.of.fact === "assigned";

	return items.filter((i) => i.phrase === TYPED && i.facts.some(of_mdev)).length > 1;
}

const STORE = />>? ?["']?[\w/.${}-]*(?:assign_|apmask|aqmask|bind\b)/;

/** Steps of which nothing is claimed, or not in a way that is read: what happens then? */
function is_done(items: item[]): boolean {
	const done = items.filter((i) => i.kind === "operation" &&
		i.facts.some(does));
	const steps = done.filter((i) => i.label !== "" || i.phrase === TYPED);

	return done.length > 0 && sets_up_queues(items) || steps.length > 1;
}

function sets_up_queues(items: item[]): boolean {
	return items.flatMap((i) => i.facts).map(unnamed).some((f) =>
		(f.fact === "bound" || f.fact === "assigned") && f.queues !== "all" &&
		f.queues.length > 0);
}

/** Set up, and either done something or spoken of queues in a way that is not read. */
function tells_of_more(items: item[]): boolean {
	return sets_up_queues(items) && items.some((i) => i.kind === "unread" &&
		(names_queue(i.text) || STORE.test(i.text)));
}

const APQN = /(?<![\w.])(?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{4}(?![\w.]*\w)/i;

const GUESTS =
	/^(?:\w+,? )?(?:the )?(?:guest|vm|it|guest_matrix)\b.{0,20}\b(?:has|gets|sees|loses|keeps|is|shows)\b/i;

/** "Now it has all four." */
function speaks_of_guest(text: string): boolean {
	return GUESTS.test(text);
}

function names_queue(text: string): boolean {
	return APQN.test(text);
}

/** Right behind the last fact: what speaks of queues and the like is not to vanish. */
function is_trailing({ kind, text }: item): boolean {
	return kind === "unread" && (is_particular(text) || speaks_of_guest(text) ||
		ANSWER_ALONE.test(text) || AFTER_STEP.test(text) || OF_STEP.test(text) ||
		corrects(text));
}

/** in front of what is said to be so in the end */
const RESULT_HEAD = /^(?:expected|actual|observed)(?: results?)?:$/i;

function keep_trailing(s: search): void {
	const end = s.pending.findIndex((it) => !is_trailing(it) &&
		it.phrase !== QUESTION.name && !RESULT_HEAD.test(it.text));
	const kept = s.pending.slice(0, end < 0 ? undefined : end);

	s.items.push(...kept.slice(0, kept.findLastIndex(is_trailing) + 1));
}

/** Amid an example a sentence is read, or it is talk; else it may be of what happens. */
function refuse_prose(items: item[]): void {
	const told = items.findIndex((it) => it.facts.length > 0);
	const last = items.findLastIndex((it) => it.facts.length > 0);

	for (const it of items.slice(told + 1, Math.max(told + 1, last)))
		if (it.kind === "prose" && it.phrase === null && !is_talk(it.text))
			it.kind = "unread";
}

function does(f: fact): boolean {
	return deed_of(f) !== null;
}

/** What is assigned is shown right behind: all but the last, then, and that is what failed. */
function only_last_failed({ facts }: item, shown: item | undefined): boolean {
	const queues = shown?.phrase === TYPED ? shown.facts.flatMap((f) => {
		const of = f.fact === "of" ? f.of : f;

		return of.fact === "assigned" ? of.queues : [];
	}) : [];
	const { apm, aqm } = masks_of(queues);
	const there = facts.map((f) => f.fact !== "op" || f.op[0] !== "write" ? null
		: f.op[2] === "assign_adapter" ? apm.includes(Number(f.op[3]))
		: f.op[2] === "assign_domain" ? aqm.includes(Number(f.op[3])) : null);

	return queues.length > 0 && there.indexOf(false) === there.length - 1 &&
		!there.includes(null);
}

/**
 * Of several commands on a line nobody knows which an error is of; "echo $?" is of the last, if
 * each is done whatever came of the one before.
 */
function refuse_errors(items: item[]): void {
	const told = items.filter((it) => it.kind !== "prose");
	const several = (it: item | undefined): boolean => it !== undefined &&
		it.facts.map(deed_of).filter((deed) => deed !== null && deed !== "read").length > 1;

	for (const [i, it] of told.entries()) {
		const before = told[i - 1];
		const own = it.phrase?.startsWith(TYPED) === true && several(it) &&
			(it.text.includes("&&") || it.phrase !== TYPED);
		const behind = before?.phrase === TYPED && several(before) &&
			!it.facts.some(does) &&
			(before.text.includes("&&") || !/\$\?/.test(it.text)) &&
			!only_last_failed(before, told[i + 1]);

		if (it.facts.some(has_failed) && (own || behind))
			Object.assign(it, { kind: "unread", phrase: null, facts: [] });
	}
}

function close_example(s: search): void {
	finish_list(s);
	close_announced(s);
	keep_trailing(s);
	refuse_prose(s.items);
	refuse_state(s.items);
	refuse_errors(s.items);
	if (worth_keeping(s.items))
		for (const items of told_again(place_for_steps(s.items)))
			s.found.push({ mail: s.mail, depth: s.depth, items });
	s.items = [];
	s.pending = [];
	s.before = [];
	s.last_number = 0;
}

/** A few words that say of queues named above that it is all, none or some of them. */
const ANSWER_ALONE =
	/^(?=.{2,70}$)(?:(?:so|and|but|then|now|well|here|no|yes),? )*(?:both|none|nothing|neither|empty|all (?:of them|two|three|four)|(?:we're|we are|it's|it is|they're|they are) (?:back|still|all|both|none|empty|gone|only|just)|it (?:comes|goes|stays|remains|doesn't|does not) (?:\w+ )?(?:back|away|empty|there|the same))\b/i;

const QUESTION: row = { name: "a question", kind: "prose", list: false, facts: () => [] };

/** What is not read is prose only if it says nothing that could matter. */
function kind_of(text: string, label: string, found: row | null): item_kind {
	return found?.kind ?? (ASKS.test(text) && !is_operative(text) ||
		label === "" && is_question(text) ? "prose" : undefined) ??
		(label === "" && !is_typed(text) && (tells_nothing(text) || is_reflection(text)) &&
		!is_event(text) && !ANSWER_ALONE.test(text) && !corrects(text) &&
		!(AFTER_STEP.test(text) &&
			(/\bguest/i.test(text) || guests(text.replace(AFTER_STEP, "")) !== text)) &&
		!OF_STEP.test(text) ? "prose" : "unread");
}

/** how many lines in front of a message tell what it is about, and how far away they may be */
const CONTEXT = 8;
const CONTEXT_REACH = 24;

function text_before(s: search, line: number): string {
	return [...Array(CONTEXT_REACH).keys()]
		.map((n) => s.text_of.get(line - CONTEXT_REACH + n) ?? "")
		.filter((text) => text !== "").slice(-CONTEXT).join(" ");
}

/**
 * A lock is spoken of everywhere; only in numbered steps it is one of them. What a message of the
 * kernel log is about, the text in front of it decides.
 */
function in_context(s: search, { found, text, lines }: sentence, label: string): row | null {
	if (found?.name === MESSAGE)
		return message_row(text, text_before(s, lines[0]!));
	return found?.name === LOCKS && label === "" ? null : found;
}

function make_item(st: sentence, label: string, kind = kind_of(st.text, label, st.found)): item {
	return {
		label, lines: st.lines, text: st.text, kind,
		phrase: st.found?.name ?? null, listed: null, facts: [],
		inherits: st.found !== null && inherits(st.found),
	};
}

const MANY_WORDS = 8;
/** what is so at first */
const SUPPOSES =
	/(?<!\bi )\b(?:suppos(?:e|ing)|assum(?:e|ing)|let's say|imagine|(?:start(?:s|ed|ing)?|begin(?:s|ning)?) with|at first)\b/i;

/** Running text that only mentions queues and the like, in front of an example. */
function mentions(text: string): boolean {
	const words = text.split(" ");

	return words.length >= MANY_WORDS && !text.endsWith(":") && !names_queue(text) &&
		!SUPPOSES.test(text) &&
		is_prose(text.replace(/\S+/g, (word) => /[\d_]|^\(\S+\)/.test(word) ? "it" : word));
}

/** In front of an example: what is not read and could be part of it is not to vanish. */
function note_before(s: search, it: item, joined: boolean): void {
	const amid = joined && s.before.length > 0;

	if (it.label === "" && it.kind === "prose" && !amid)
		return;
	if (amid || /^\d+$/.test(it.label) || is_particular(it.text) || it.phrase !== null)
		s.before.push({
			...it, kind: it.label === "" && (it.kind === "prose" || mentions(it.text))
				? "prose" : "unread", facts: [],
		});
}

/** Steps are numbered without a gap; one that is missing may have been one that matters. */
function note_gap(s: search, label: string, line: number): void {
	const number = /^\d+$/.test(label) ? parseInt(label, 10) : 0;
	const last = Math.max(s.last_number, ...s.before.map((it) => parseInt(it.label, 10) || 0));

	if (number <= last + 1)
		return;
	const steps = number - last === 2 ? `step ${last + 1} is`
		: `steps ${last + 1} to ${number - 1} are`;
	const items = s.items.length === 0 ? s.before : s.items;
	items.push({
		label: "", lines: [line], text: `${steps} missing`, kind: "unread", phrase: null,
		listed: null, facts: [], inherits: false,
	});
}

function add_item(s: search, it: item): void {
	for (const waiting of s.pending)
		s.items.push(waiting);
	s.pending = [];
	s.items.push(it);
}

/** what operations are called where they are told of in words */
const DEEDS = new Map([["open", "start"], ["close", "stop"]]);

/** What a fact does, whichever words or command say it; null if nothing. */
function deed_of(f: fact): string | null {
	switch (f.fact) {
	case "assign":
		return `${f.verb}_${f.unit}`;
	case "op":
		return f.op[0] === "write" ? f.op[2] : DEEDS.get(f.op[0]) ?? f.op[0];
	case "of":
		return deed_of(f.of);
	case "start":
	case "stop":
	case "bind":
	case "unbind":
		return f.fact;
	default:
		return null;
	}
}

/**
 * "Assign adapter 5 and domain 6:", and then the commands that do it: it is done once, and the
 * step is the commands'. What none of them does was not read.
 */
function note_typed(s: search, it: item): void {
	const typed = it.facts.map(deed_of);
	const said = s.items.at(-1);
	const deeds = said?.facts.map(deed_of) ?? [];

	if (it.phrase !== TYPED)
		return;
	if (said?.phrase !== TYPED && said?.text.endsWith(":") === true && deeds.length > 0 &&
		typed.length > 0 &&
			typed.every((deed) => deed !== null && deeds.includes(deed))) {
		it.label ||= said.label;
		Object.assign(said, { label: "", kind: "prose", facts: [] });
		s.announced = { said, deeds };
	}
	for (const deed of typed) {
		const at = s.announced?.deeds.indexOf(deed) ?? -1;

		if (at >= 0)
			s.announced!.deeds.splice(at, 1);
	}
}

function close_announced(s: search): void {
	if (s.announced !== null && s.announced.deeds.length > 0)
		s.announced.said.kind = "unread";
	s.announced = null;
}

function begins_example(row: row): boolean {
	return row.kind !== "prose" && row.kind !== "expectation";
}

/** Running text without anything in particular and without a deed. */
function tells_nothing(text: string): boolean {
	return is_prose(text) && !is_operative(text);
}

function starts_anew(s: search, label: string, row: row | null, text: string): boolean {
	const number = parseInt(label, 10);

	if (number === 1 && /^\d+$/.test(label) &&
		(s.last_number >= 1 || row === null && tells_nothing(text)))
		return true;
	return row !== null && (inherits(row) || row.name === MESSAGE && s.items.length > 0);
}

function set_up_again(s: search, row: row): boolean {
	const acted = s.items.some((i) => i.kind === "operation" || i.kind === "expectation");

	return row.kind === "set-up" && acted && /empty mdev|guest's conf|host conf/
		.test(row.name) &&
		!s.items.some((i) => i.phrase === "empty mdev" && s.items.length < 3);
}

/**
 * Behind steps, what is bound begins another example only with what is assigned beside it: the
 * whole state is stated again. Else queues that no line has named are bound there.
 */
function told_again(items: item[]): item[][] {
	const acted = items.findIndex((i) => i.kind === "operation" || i.kind === "expectation");
	const at = items.findIndex((it, i) => acted >= 0 && i > acted && it.label === "" &&
		it.phrase !== TYPED && it.facts[0]?.fact === "bound" &&
		statement_length(items, i) > 0);

	return at < 0 ? [items] : [items.slice(0, at), ...told_again(items.slice(at))];
}

/** Nothing of an example yet: does this sentence begin one? */
function begin(s: search, st: sentence, label: string, joined: boolean): boolean {
	if (st.found === null || !begins_example(st.found) && !inherits(st.found)) {
		if (!shows(st) && (st.found !== null || label !== "" || s.before.length > 0 ||
			is_particular(st.text)))
			note_before(s, make_item(st, label), joined);
		return false;
	}
	if (!inherits(st.found))
		note_gap(s, label, st.lines[0]!);
	s.items = st.found.name === MESSAGE ? [] : s.before;
	s.before = [];
	return true;
}

/** What was spoken of last: an adapter, a domain, a queue, or the guest. */
function spoken_of(s: search): { noun: string; name: string } | null {
	const f = s.items.findLast((it) => it.facts.length > 0)?.facts.at(-1);

	switch (f?.fact) {
	case "assign":
		return f.unit === "control_domain" ? null
			: { noun: f.unit,
				name: `${f.unit} ${f.id.toString(16).padStart(f.unit === "adapter" ? 2 : 4, "0")}` };
	case "bind":
	case "unbind":
		return { noun: "queue", name: `queue ${f.queue}` };
	case "start":
	case "guest":
		return { noun: "guest", name: "the guest" };
	default:
		return null;
	}
}

const AND_IT =
	/\b((?:re-?)?(?:un)?bind(?:s|ing)?|(?:un)?assign(?:s|ing)?|when|if|once|after|because|since|as soon as) it\b/gi;

/** What the example has named by then. */
function named_so_far(s: search): { queues: string[]; apm: number[]; aqm: number[] } {
	const queues = new Set<string>();
	const [apm, aqm] = [new Set<number>(), new Set<number>()];

	for (const f of s.items.flatMap((it) => it.facts).map(unnamed)) {
		if (f.fact === "assign" && f.unit !== "control_domain")
			(f.unit === "adapter" ? apm : aqm).add(f.id);
		for (const q of "queues" in f && f.queues !== "all" ? f.queues : [])
			queues.add(q);
	}
	for (const [apid, apqi] of [...queues].map(queue_ids)) {
		apm.add(apid);
		aqm.add(apqi);
	}
	return { queues: [...queues], apm: ascending([...apm]), aqm: ascending([...aqm]) };
}

const NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight"];
const BOTH =
	/(?:, (?:and )?)?\bboth(?: of (?:them|these))?\b(?! (?:queues|apqns|adapters|cards|domains|guests|mdevs|of))/gi;
const TOGETHER =
	/\b(?:(both)|(?:all(?: of)?(?: the| these)?|the|these)(?: (two|three|four|five|six|seven|eight))) (queues|apqns|adapters|cards|domains)\b/gi;

/** "both adapters", "all four queues": those that have been named, if they are as many */
function with_numbers(s: search, text: string): string {
	const named = named_so_far(s);

	const two = (at: number): string[] => {
		const before = queues_in(text.slice(0, at));

		return before.length === 2 ? before : named.queues;
	};

	return text.replace(BOTH, (whole, at: number) =>
		two(at).length === 2
			? `${whole.startsWith(",") ? "; " : ""}queues ${two(at).join(", ")}`
				: whole).replace(TOGETHER,
		(whole, both: string | undefined, number: string | undefined, what: string) => {
			const names = /^(?:queues|apqns)/i.test(what) ? named.queues
				: /^domains/i.test(what) ? named.aqm.map(domain_name)
					: named.apm.map(adapter_name);
			const count = both === undefined
				? NUMBERS.indexOf(number!.toLowerCase()) : 2;

			return names.length !== count ? whole : `${what} ${names.join(", ")}`;
		});
}

/** what may stand in front of what is said */
const LEAD =
	"((?:(?:and|but|then|now|so|thus|ok|well|no|yes|right|here|actually|i (?:think|believe|guess|suppose|would say)(?: that)?|at this point),? )*)";
const SUBJECTLESS =
	new RegExp(`^${LEAD}(?=(?:(?:still|now|then|only|again|also) )?(?:has|sees|keeps|loses|gets|gains|retains|receives)\\b)`, "i");
const WE_HAVE =
	new RegExp(`^${LEAD}(?:we|you|i|one) (?=(?:(?:still|now|then|only|again|also|just|should) )?(?:have|has|see|sees|get|gets|keep|lose)\\b)`, "i");
const IT = new RegExp(`^${LEAD}it\\b`, "i");

/** "What's in guest_matrix now?", "And now?" */
const ASKS =
	/^(?:(?:so|and|but|then|now),? )*(?:what|which)\b(?=.*\b(?:guest|guest_matrix|queues?|apqns?)\b)(?!.*\b(?:if|when|once|after|without)\b)[^?0-9]{0,80}\?$|^and (?:now|then|after (?:that|this))\?$/i;
const ANSWER =
	/^(?:(?:so|then|now|well|no|yes|still|again|just|only|it's|that's|that would be),? )*(?=(?:[0-9a-f]{2}\.[0-9a-f]{4}|none|nothing|both|all (?:two|three|four|six))\b)/i;

/** Which queues they are, where that was asked, or said of a step right above. */
function as_answer(s: search, text: string): string[] {
	const said = text.replace(
		/,? (?:of course|i (?:think|guess|suppose|believe))(?=[.!]?$)/i, "");
	const m = ANSWER.exec(said);

	if (m === null || !has_guest(s))
		return [];
	const queues = said.slice(m[0].length);
	return [queues_in(queues).length > 0 ? `guest_matrix: ${queues}`
		: /^no/i.test(queues) ? "guest_matrix is empty" : `the guest has ${queues}`];
}

function was_asked(s: search): boolean {
	const last = s.pending.at(-1) ?? s.items.at(-1);

	return last !== undefined && ASKS.test(last.text);
}

/** "Then 0a.0001.": right behind a step */
const THEN =
	/^(?:so|then|now|that leaves|which leaves)\b(?!.*\b(?:nothing|is|has|happens|comes?|goes)\b)/i;

function was_done(s: search): boolean {
	return (s.pending.at(-1) ?? s.items.at(-1))?.kind === "operation";
}

function has_guest(s: search): boolean {
	return s.items.some((it) => it.facts.some((f) => f.fact === "start" || f.fact === "guest" ||
		f.fact === "expect" && "mdev" in f.expect));
}

/** "04.0047 is not.", behind what is said of those that are bound */
const ARE_NOT =
	/^(?:but )?[0-9a-f]{1,2}\.[0-9a-f]{4}(?:(?:, | and |, and )[0-9a-f]{1,2}\.[0-9a-f]{4})* (?:is|are)(?: not|n't)\.?$/i;

function said_of_bound(s: search): boolean {
	return ["bound", "missing"].includes(s.items.at(-1)?.facts.at(-1)?.fact ?? "");
}

/** "..., all bound to vfio_ap": of what is said to be in the host, or in the mdev */
function with_bound(text: string): row | null {
	const m = ARE_BOUND.exec(text.replace(/[.:]$/, ""));
	const row = m === null ? null : look_up(text.slice(0, m.index));
	const [f, ...more] = row?.facts([], []) ?? [];
	const queues = more.length > 0 ? null : f?.fact === "host" ? "all"
		: f?.fact === "assigned" && f.queues.length > 0 ? f.queues : null;

	return row === null || queues === null ? null
		: { ...row, list: false, facts: () => [{ fact: "bound", queues }, f!] };
}

const ALL_THERE = /\ball (?:the |its )?(?:adapters|cards) and (?:all )?(?:the |its )?domains\b/i;

/** "All adapters and domains": those that the host is said to have */
function with_host(s: search, text: string): string {
	const host = s.items.flatMap((it) => it.facts).find((f) => f.fact === "host");

	return host?.fact !== "host" ? text : text.replace(ALL_THERE,
		`adapters ${host.apm.map(adapter_name).join(", ")} and ` +
		`domains ${host.aqm.map(domain_name).join(", ")}`);
}

const IS_MISSING =
	/^(?:and |but |so )?((?:the )?(?:adapter|card|domain|queue)s? \S+ (?:is|are)(?: still)? missing)(?= (?:because|since|as) )/i;

const BOTH_OF = /\b(?:both|the two|all(?: the)?) (guest|mdev)s\b/i;

/** "Both guests are started": those with names, if there are two */
function with_both(s: search, text: string): string {
	const names = [...new Set(s.items.flatMap((it) => it.facts)
		.flatMap((f) => f.fact === "of" ? [f.who] : []))];

	return names.length !== 2 ? text : text.replace(BOTH_OF, (_whole, what: string) =>
		names.map((name) => `${what} ${name}`).join(" and "));
}

/** What a sentence could be meant to say, its pronouns and the like put as names. */
function spelled_out(s: search, text: string): string[] {
	const last = spoken_of(s);
	const of_guest = !has_guest(s) && !/\bguest\b/i.test(text) ? [] : [
		.../^[^-=→]*$/.test(text) && !/:/.test(text) ? []
			: [text.replace(BARE_RESULT, "$1guest_matrix: ")],
		text.replace(SUBJECTLESS, "$1the guest "), text.replace(WE_HAVE, "$1the guest "),
		text.replace(IT, "$1the guest"),
	];
	const noun = last === null ? null
		: new RegExp(`\\b(?:the|this|that)(?: new| same| whole| entire)? ${last.noun}\\b(?! ?[0-9a-f]{1,4}\\b)`, "i");
	const of_last = last === null || noun === null ? []
		: last.noun !== "guest" && noun.test(text) ? [text.replace(noun, last.name)]
			: [text.replace(IT, `$1${last.name}`),
				text.replace(AND_IT, `$1 ${last.name}`)];

	const meant = was_asked(s) || THEN.test(text) && was_done(s) ? as_answer(s, text) : [];
	const rest = said_of_bound(s) && ARE_NOT.test(text)
		? [`${text.replace(/\.$/, "")} bound`] : [];

	return [...meant, ...rest, ...meant.map((t) => with_numbers(s, t)), with_numbers(s, text),
		with_both(s, text), with_host(s, text),
		...has_guest(s) ? [text.replace(IS_MISSING, "$1 in the guest")] : [], ...of_last,
		...of_guest].filter((t) => t !== text);
}

/** "It is filtered", "the new adapter", "both domains": if only that makes sense of it. */
function resolved(s: search, text: string): row | null {
	if (text.length > MAX_SENTENCE)
		return null;
	for (const meant of spelled_out(s, without_correction(text))) {
		const row = look_up(meant) ?? with_bound(meant);

		if (row !== null)
			return row;
	}
	return with_bound(text) ?? started_with(text);
}

/** A command that prints something. */
function shows({ found }: sentence): boolean {
	return found?.name === TYPED && found.list;
}

/** In front of an example a command's output may be more than it shows. */
function shows_before(s: search, st: sentence, label: string): void {
	if (!shows(st))
		return;
	const item = make_item(st, label);

	finish_list(s, true);
	s.before.push(item);
	s.list = { item, row: st.found!, lines: [] };
}

/** where something is typed, which is not what it shows */
const ELSEWHERE =
	/\b(?:in|inside|on|from|within|of) (?:the |a |an |my |our )?(?:guest|vm|other|second|another)\b/i;
const LABEL: row = {
	name: "a label of what is typed", kind: "prose", list: false, facts: () => [],
};

const THINGS: [fact: fact["fact"], label: RegExp][] = [
	["guest", /\bguest/i],
	["assigned",
		/\b(?:mdev|matrix)\b[^:]{0,20}\b(?:has|have|contains?|shows?|is)\b|\bmatrix(?: (?:now|then))?:$/i],
	["bound", /\b(?:bound|vfio_ap)\b/i],
];

/** Whether a label is of another thing than the command below it shows. */
function is_of_other(text: string, said: readonly fact[], command: string): boolean {
	const thing = (facts: readonly fact[]): fact["fact"] | undefined =>
		facts.map((f) => (f.fact === "of" ? f.of : f).fact)
			.find((of) => THINGS.some(([it]) => it === of));
	const shown = thing(read_shell(command)?.facts([]) ?? []);
	const label = thing(said) ?? THINGS.find(([, re]) => re.test(text))?.[0];

	return shown !== undefined && label !== undefined && shown !== label;
}

/** "The guest has now:", and the command that shows it: the label says nothing of its own. */
function labels_command({ next }: search, { text, found }: sentence): boolean {
	if (next?.kind !== "text" || !text.endsWith(":") || names_queue(text) ||
		!is_typed(next.text) && read_shell(next.text) === null)
		return false;
	if (found !== null)
		return found.list && !/^(?:\w+ )?(?:in|inside|on|within) /i.test(text) &&
			expects_output(next.text) &&
			!is_of_other(text, found.facts([], []), next.text) &&
			found.facts([], []).every((f) => "queues" in f && f.queues.length === 0);
	const deeds = read_shell(next.text)?.facts([]).map(deed_of) ?? [];

	if (!expects_output(next.text))
		return !ELSEWHERE.test(text) && !/\d/.test(text) &&
			deeds.some((deed) => deed !== null &&
			new RegExp(`^(?:[\\w']+,? ){0,2}${deed.replace(/_.*/, "")}\\b`, "i")
				.test(text));
	return !ELSEWHERE.test(text) && !is_of_other(text, [], next.text) &&
		!is_particular(text.replace(/guest_matrix/i, "")) &&
		!is_operative(text) && !is_event(text);
}

/** "What do you get for", commands, "?" */
const ASKS_FOR =
	/(?:^|[.!?] )(?:(?:and|but|so|or|then|also),? )*(?:what (?:do|does|did|would|will|happens|is)|(?:can|could|would|will) you|please|does|did|have you tried|how about)\b[^.!?]*$/i;
const ASKED_END =
	/^(?:[a-z][^.!?]{0,60})?\?$|^and (?:then )?(?:send|tell|report|show|post|let|say|paste|write)\b[^.!?]{0,60}\.$/;
const ASKED: row = { name: "what is asked for", kind: "prose", list: false, facts: () => [] };

/** Commands amid a question: nobody has typed them. */
function asked_lines(lines: readonly mail_line[]): Set<number> {
	const said = lines.map((l) => ({ ...l, text: squeeze(l.text.slice(0, MAX_LINE)) }))
		.filter((l) => l.text !== "");
	const asked = new Set<number>();

	for (const [i, { line, depth, text }] of said.entries()) {
		const wrapped = said[i - 1]?.line === line - 1 ? `${said[i - 1]!.text} ${text}`
			: text;
		const end = ASKS_FOR.test(wrapped) ? said.findIndex((l, k) => k > i &&
			(l.depth !== depth || !is_typed(l.text) &&
				read_shell(l.text) === null)) : -1;

		if (end > i + 1 && said[end]!.depth === depth && ASKED_END.test(said[end]!.text))
			said.slice(i + 1, end).forEach((l) => asked.add(l.line));
	}
	return asked;
}

/** what may stand in front of how things are at first */
const SUPPOSED =
	/^(?:(?:(?:let's |let us )?(?:assume|suppose|say|take|imagine|given|consider)|(?:i|we) have|there is|so|now|for example)(?: that)?,? )*/i;
const GUEST_IS =
	/^(?:an? |the |our |my )?(?:running )?(?:kvm )?(?:guest|vm)(?: (?:is|was) (?:running|started|up))?(?: (?:has|with|uses|using|is using))(?: (an?|the|our|my) (?:matrix )?(?:mdev|mediated device)(?:,? (?:that|which) (?:has|have)| with| of)?)? (?=(?:0x)?[0-9a-f]{1,2}\.|(?:adapters?|cards?) )/i;
const ARE_BOUND =
	/(?:,|;| \() ?(?:and )?(?:(?:all|both)(?: of (?:them|these))?(?: queues)?|(?:they|which) are(?: all| both)?)(?: are)? bound(?: to (?:the )?vfio_ap(?: (?:device )?driver)?)?\)?$/i;
const AT_FIRST = "a guest as it is at first";

/** "The guest has 0a.0001 and 0a.0002", in front of everything: how things are */
function state_of_guest(s: search, text: string): row | null {
	const said = text.replace(SUPPOSED, "").replace(/[.:]$/, "");
	const m = GUEST_IS.exec(said);

	if (m === null || [...s.items, ...s.pending].flatMap((it) => it.facts)
			.some((f) => f.fact !== "bound" && f.fact !== "host"))
		return null;
	const behind = said.slice(m[0].length);
	const what = behind.replace(ARE_BOUND, "");
	const start: fact = { fact: "start", state: true };
	const list = look_up(`the mdev has ${what}`)?.facts([], []) ?? [];
	const [assigned] = list;
	if (list.length !== 1 || assigned?.fact !== "assigned" || assigned.queues.length === 0)
		return null;
	const { queues } = assigned;
	const of_guest = m[1] === undefined && QUEUES_ALONE.test(what);
	const facts: fact[] = [
		...what === behind ? [] : [{ fact: "bound", queues } as const],
		...of_guest ? [start, { fact: "guest", queues } as const] : [assigned, start],
	];
	return { name: AT_FIRST, kind: "operation", list: false, facts: () => facts };
}

const STARTS_WITH =
	/^(?:then |now |next,? )?(?:start|boot|launch)(?:s|ed|ing)? (?:an?|the|our|my)(?: kvm)? (?:guest|vm) (?:with|using|that uses|which uses) (?:an?|the|our|my) (?:vfio_ap )?(?:matrix )?(?:mdev|mediated device)(?:,? (?:that|which) (?:has|have)| with| of) /i;

/** "Start a guest with an mdev that has adapter 5 and domain 4" */
function started_with(text: string): row | null {
	const m = STARTS_WITH.exec(text);
	const [f, ...more] = m === null ? []
		: look_up(`the mdev has ${text.slice(m[0].length)}`)?.facts([], []) ?? [];

	return f?.fact !== "assigned" || f.queues.length === 0 || more.length > 0 ? null : {
		name: "a guest starts with a matrix", kind: "operation", list: false,
		facts: () => [f, { fact: "start" }],
	};
}

/** What is set up later is not so at first: the guest was spoken of as it is in the end. */
function refuse_state(items: readonly item[]): void {
	const at = items.findIndex((it) => it.phrase === AT_FIRST);
	const later = items.slice(at + 1).flatMap((it) => it.facts).map(unnamed);

	if (at >= 0 && later.some((f) => ["assigned", "units", "empty_mdev", "define"]
		.includes(f.fact) || f.fact === "start" && f.again === undefined ||
		f.fact === "op" && f.op[0] === "create"))
		Object.assign(items[at]!, { kind: "unread", phrase: null, facts: [] });
}

function take_sentence(s: search, st: sentence, label: string, joined: boolean): void {
	const state = state_of_guest(s, st.text);

	if (state !== null) {
		finish_list(s);
		st.found = state;
	} else if (labels_command(s, st)) {
		st.found = LABEL;
	} else if (st.found === null) {
		finish_list(s);
		st.found = resolved(s, st.text) ?? (is_question(st.text) ? QUESTION : null);
	}
	const found = in_context(s, st, label);

	st.found = found;
	if (starts_anew(s, label, found, st.text) || found !== null && label === "" &&
		set_up_again(s, found) && worth_keeping(s.items))
		close_example(s);
	if (s.items.length === 0) {
		if (!begin(s, st, label, joined))
			return shows_before(s, st, label);
	} else {
		note_gap(s, label, st.lines[0]!);
	}
	if (/^\d+$/.test(label))
		s.last_number = parseInt(label, 10);
	const it = make_item(st, label);
	finish_list(s, found?.name === TYPED);
	it.facts = found?.facts([], []) ?? [];
	if (it.phrase !== TYPED)
		close_announced(s);
	note_typed(s, it);
	if (found === null) {
		if (label !== "" || (joined && s.pending.length === 0))
			add_item(s, it);
		else
			s.pending.push(it);
		return;
	}
	if (found.kind === "prose" && (!joined || s.pending.length > 0))
		s.pending.push(it);
	else
		add_item(s, it);
	s.list = { item: it, row: found, lines: [] };
}

/** A row that may begin an example by taking over the set-up of the one before. */
function inherits(row: row): boolean {
	return row.name.startsWith("choice: adapter");
}

function take_list_line(s: search, pc: piece): void {
	if (s.list !== null && s.list.row.list) {
		if (!is_table_head(pc.text))
			s.list.lines.push(pc.text);
		s.list.item.lines.push(...pc.lines);
		return;
	}
	finish_list(s);
	const found = was_asked(s) ? resolved(s, pc.text) : null;
	if (found !== null)
		return take_sentence(s, { text: pc.text, lines: pc.lines, found }, "", pc.joined);
	const it: item = {
		label: "", lines: pc.lines, text: pc.text, kind: "unread", phrase: null,
		listed: null,
		facts: [], inherits: false,
	};
	if (s.items.length === 0)
		s.before.push(it);
	else if (pc.joined || s.pending.length === 0)
		add_item(s, it);
	else
		s.pending.push(it);
}

const HASHED = /^#(?=[a-z])/;

/** "#echo 5 > assign_adapter", where other commands have "# " in front, or nothing: done or not? */
function comments_in(lines: readonly mail_line[]): Set<number> {
	const typed = lines.map((l) => ({ line: l.line, text: l.text.trim() }))
		.filter(({ text }) => HASHED.test(text));

	return new Set(typed.length === 0 || !lines.some((l) => {
		const text = l.text.trim();

		return !HASHED.test(text) && (is_typed(text) || read_shell(text)?.name === TYPED);
	}) ? [] : typed.filter(({ text }) => read_shell(text) !== null).map(({ line }) => line));
}

function take_comment(s: search, pc: piece): void {
	const it = make_item({ text: squeeze(pc.text), lines: pc.lines, found: null }, pc.label,
		"unread");

	finish_list(s, true);
	if (s.items.length === 0)
		s.before.push(it);
	else
		add_item(s, it);
}

function take_piece(s: search, pc: piece): void {
	switch (pc.kind) {
	case "blank":
		return;
	case "prompt":
		return finish_list(s, true);
	case "tree":
		finish_list(s);
		if (s.items.length > 0)
			s.pending.push(make_item({ text: pc.text, lines: pc.lines, found: null },
				"", "prose"));
		return;
	case "end":
	case "or":
		return close_example(s);
	case "list":
		return take_list_line(s, pc);
	default: {
		const text_lines = pc.lines.map((n) => s.text_of.get(n)!);
		const whole = squeeze(pc.text);
		let { joined } = pc;

		if (pc.lines.every((n) => s.asked.has(n)))
			return take_sentence(s, { text: whole, lines: pc.lines, found: ASKED }, "",
				joined);
		if (look_up(whole) === null)
			finish_list(s);
		if (s.comments.has(pc.lines[0]!))
			return take_comment(s, pc);
		const found = look_up(whole) === null ? resolved(s, whole) : null;
		if (found !== null) {
			take_sentence(s, { text: whole, lines: pc.lines, found }, pc.label, joined);
			return;
		}

		for (const [i, st] of sentences_of(pc, text_lines).entries()) {
			take_sentence(s, st, i === 0 ? pc.label : "", joined);
			joined = true;
		}
	}
	}
}

function find_in(mail: message, lines: mail_line[], depth: number): example[] {
	const s: search = {
		mail, depth, found: [], items: [], pending: [], list: null, last_number: 0,
		before: [], announced: null, next: null, asked: asked_lines(lines),
		comments: comments_in(lines),
		text_of: new Map(lines.map((l) => [l.line, squeeze(l.text).replace(STEP, "$2")])),
	};

	const pieces = pieces_of(with_forms(with_tables(with_scripts(with_places(lines)))));

	for (const [i, pc] of pieces.entries()) {
		s.next = pieces.slice(i + 1).find((it) => it.kind !== "blank") ?? null;
		take_piece(s, pc);
	}
	close_example(s);
	return s.found;
}

function find_at_depth(mail: message, depth: number): example[] {
	return find_in(mail, mail.lines.filter((l) => l.depth === depth), depth);
}

function depth_of(e: item, depths: ReadonlyMap<number, number>): number {
	return depths.get(e.lines[0] ?? 0) ?? 0;
}

/**
 * Steps that are quoted with the answers written between them: the steps are the quoted mail's, the
 * claims those of who answers. What the quoted mail claims itself is an example of its own.
 */
function find_answered(
	mail: message, depth: number, below: number, depths: ReadonlyMap<number, number>,
): example[] {
	const lines = mail.lines.filter((l) => l.depth <= depth && l.depth >= below);

	return find_in(mail, lines, below).flatMap((e) => {
		const items = told_once(e.items.filter((it) => depth_of(it, depths) < depth ||
			it.kind !== "expectation"), (it) => depth_of(it, depths) < depth);
		const answers = items.filter((it) => depth_of(it, depths) < depth);
		const quoted = items.filter((it) => depth_of(it, depths) === depth);

		return answers.some(claims) &&
			quoted.some((it) => it.kind === "operation") &&
			answers.every((it) => it.kind !== "set-up" || shows_mdev(it, items))
			? [{ ...e, items }] : [];
	});
}

/** "After 0a.0001 is unbound, the guest has nothing": an operation, and what is claimed of it. */
function claims(it: item): boolean {
	return it.kind === "expectation" ||
		it.kind === "operation" && it.phrase !== TYPED &&
		it.facts.some((f) => f.fact === "guest" || f.fact === "expect");
}

/** An answer that names the last step again does not do it once more. */
function told_once(items: readonly item[], is_answer: (it: item) => boolean): item[] {
	let last: string | null = null;

	return items.map((it) => {
		const facts = !is_answer(it) ? it.facts
			: it.facts.filter((f) => deed_of(f) === null || deed_told(f) !== last);

		last = it.facts.filter((f) => deed_of(f) !== null).map(deed_told).at(-1) ?? last;
		return facts.length === it.facts.length || facts.length === 0 ? it
			: { ...it, facts, kind: "expectation" };
	});
}

function deed_told(f: fact): string {
	return JSON.stringify({ ...f, retold: null });
}

/** "matrix: ..." in an answer below a step: what the mdev has by then. */
function shows_mdev(it: item, items: readonly item[]): boolean {
	const done = items.findIndex(({ kind }) => kind === "operation");

	return done >= 0 && items.indexOf(it) > done && it.facts.length > 0 &&
		it.facts.every((f) => f.fact === "assigned");
}

/** The lines of a run that all begin with one of the marks. */
function run_length(lines: readonly mail_line[], from: number, marks: RegExp): number {
	let i = from;

	while (i < lines.length && lines[i]!.depth === lines[from]!.depth &&
		marks.test(lines[i]!.text) && !TRACED.test(lines[i]!.text))
		i++;
	return i - from;
}

/** A listing's lines; numbers alone are queues or the like. */
function listing_length(lines: readonly mail_line[], from: number): number {
	const length = run_length(lines, from, LISTED);

	return lines.slice(from, from + length).some((l) => l.text.includes("\t")) ? length : 0;
}

/** Added text without its mark; what is removed, and C, is nobody's example. */
function without_marks(run: readonly mail_line[]): mail_line[] {
	const is_code = run.some((l) => /[;{}]\s*$|^[+-]\s*(?:#include|\/?\*)/.test(l.text));

	return run.map((
		l) => ({ ...l, text: is_code || l.text.startsWith("-") ? "" : l.text.slice(1) }));
}

const DIFF_OF = /^(?:diff --git a\/\S+ b\/(\S+)|\+\+\+ b\/(\S+))/;
const HUNK = /^@@ -\d+(?:,\d+)? \+\d+(?:,\d+)? @@/;
const DOCUMENT = /\.(?:rst|txt|md)$/;

/**
 * Where a patch changes a document, the text as it is then; of other files nothing. A hunk ends
 * where a line has none of its marks, so that an answer between its lines stays.
 */
function without_hunks(lines: readonly mail_line[]): mail_line[] {
	const file_of = new Map<number, string>();
	const in_hunk = new Set<number>();

	return lines.map((l) => {
		const named = DIFF_OF.exec(l.text);

		if (named !== null)
			file_of.set(l.depth, named[1] ?? named[2]!);
		if (HUNK.test(l.text) && file_of.has(l.depth))
			in_hunk.add(l.depth);
		else if (!/^(?:[ +-]|$)/.test(l.text) || /^-- ?$/.test(l.text))
			in_hunk.delete(l.depth);
		else if (in_hunk.has(l.depth))
			return { ...l, text: DOCUMENT.test(file_of.get(l.depth)!) &&
				!l.text.startsWith("-") ? l.text.slice(1) : "" };
		return l;
	});
}

/** plain - text that a patch adds to a document, or that a listing numbers, as what it is */
export function plain(all: readonly mail_line[]): mail_line[] {
	const lines = without_hunks(without_asking(all).map((l) =>
		l.text.length > MAX_LINE ? { ...l, text: l.text.slice(0, MAX_LINE) } : l));
	const out: mail_line[] = [];

	for (let i = 0; i < lines.length;) {
		const changed = run_length(lines, i, CHANGED), listed = listing_length(lines, i);
		const run = lines.slice(i, i + Math.max(1, changed, listed));

		out.push(...changed > 1 ? without_marks(run) :
			listed > 1 ? run.map((l) => ({ ...l, text: l.text.replace(LISTED, "") }))
				: run);
		i += run.length;
	}
	return out;
}

const SYSFS_QUEUE = /(?<![\w.])([0-9a-f]{2})\.([0-9a-f]{4})(?!\w|\.\w)/gi;
const POINT_PAIR = /(?<![\w.])(\d{1,3})\.(\d{1,3})(?!\w|\.\w)/g;
const COMMA_PAIR = /\((\d{1,3}), ?(\d{1,3})\)/g;
const COUNTED =
	/\b((?:adapter|apid|card)s?|(?:domain|apqi)s?) ([1-9]\d{0,2}|0)((?:(?:,| and|, and) (?:[1-9]\d{0,2}|0))*)(?![\w.]*\w)/gi;
const IS_ADAPTER = /^(?:adapter|apid|card)/i;

function all_in(lines: readonly mail_line[], re: RegExp): RegExpMatchArray[] {
	return lines.flatMap((l) => [...l.text.matchAll(re)]);
}

/** The numbers behind "adapter" or "domain", as they stand there. */
function counted(lines: readonly mail_line[], of_adapters: boolean): string[] {
	return all_in(lines, COUNTED).filter((m) => IS_ADAPTER.test(m[1]!) === of_adapters)
		.flatMap((m) => m[0].match(/\d+/g)!);
}

/** Whether the numbers are those of the queues only if they are decimal. */
function only_as_decimal(numbers: readonly string[], known: ReadonlySet<number>): boolean {
	return numbers.some((n) => n.length > 1) && numbers.every((n) => known.has(Number(n)) &&
		(n.length === 1 || !known.has(parseInt(n, 16))));
}

/**
 * struct base - which numbers of adapters and domains are decimal
 * @pairs: those of queues, too
 */
interface base {
	adapters: boolean;
	domains: boolean;
	pairs: boolean;
}

/**
 * "1.10" beside "domain 10": the numbers of one who counts as people do. Where queues stand as in
 * sysfs, "domain 16" is decimal if there are queues of 0010 and none of 0016.
 */
function base_of(lines: readonly mail_line[]): base {
	const queues = all_in(lines, SYSFS_QUEUE);
	const known = (group: 1 | 2): Set<number> =>
		new Set(queues.map((m) => parseInt(m[group]!, 16)));
	const pairs = queues.length === 0 &&
		[...all_in(lines, POINT_PAIR), ...all_in(lines, COMMA_PAIR)]
			.some((m) => Number(m[1]) > 9 || Number(m[2]) > 9);

	return {
		pairs,
		adapters: pairs || only_as_decimal(counted(lines, true), known(1)),
		domains: pairs || only_as_decimal(counted(lines, false), known(2)),
	};
}

function pairs_in_hexadecimal(text: string): string {
	return text.replace(POINT_PAIR, (whole, a: string, b: string) =>
		Number(a) > 255 || Number(b) > 255 ? whole : queue_name(Number(a), Number(b)));
}

const RELEASE =
	/\b(on|with|in|since|from|linux|kernel|version|until|before|after|using|both|to|this is|it is|it's|runs|running) ([2-9]\.\d{1,2})(?![\w.]*\w)/gi;

/**
 * "On 6.12" is a kernel, where queues are written as in sysfs and none is called that, or where
 * no queue is named.
 */
function with_releases(lines: mail_line[]): mail_line[] {
	const known = new Set(all_in(lines, SYSFS_QUEUE).map((m) => m[0].toLowerCase()));
	const is_queue = (pair: string): boolean => {
		const [apid, apqi] = pair.split(".");

		return [10, 16].some((base) =>
			known.has(queue_name(parseInt(apid!, base), parseInt(apqi!, base))));
	};

	if (known.size === 0 && all_in(lines, POINT_PAIR).length > all_in(lines, RELEASE).length)
		return lines;
	return lines.map((l) => ({
		...l, text: l.text.replace(RELEASE, (whole, word: string, pair: string) =>
			is_queue(pair) ? whole : `${word} v${pair}`),
	}));
}

/** A mail with its decimal numbers as sysfs has them. */
function in_hexadecimal(lines: mail_line[]): mail_line[] {
	const { adapters, domains, pairs } = base_of(lines);
	const hex = (n: string): string => `0x${Number(n).toString(16)}`;

	if (!adapters && !domains)
		return lines;
	return lines.map((l) => ({
		...l,
		text: (pairs ? pairs_in_hexadecimal(l.text) : l.text)
			.replace(COUNTED, (whole, unit: string) =>
				(IS_ADAPTER.test(unit) ? adapters : domains)
					? unit + whole.slice(unit.length).replace(/\d+/g, hex)
					: whole),
	}));
}

/**
 * What speaks of the example, right in front of it or behind: as a sentence of its author's, it is
 * not read.
 */
function is_remark(text: string): boolean {
	return names_queue(text) || speaks_of_guest(text) || says_of_guest(text) ||
		look_up(text)?.kind === "expectation" ||
		/\b(?:after|in|at|with) step \d/i.test(text);
}

const REMARKS_REACH = 8;
const INTRODUCES = /\b(?:wrote|writes|schrieb):$|^(?:hi|hello|dear|thanks|regards|cheers)\b/i;
const ANSWERS =
	/^(?:(?:no|yes|not quite|wrong|right|sorry|hm+|ok|well|but|and|so|i see it differently|i (?:don't )?think so|i disagree)[,.:;]? )+/i;
const AFTER_STEP =
	/^(?:after|in|at|with|behind) (?:step )?(\d{1,3}[a-z]?)[):,]* (?=\w)|,? (?:after|in|at) (?:step )?(\d{1,3}[a-z]?)\)?(?=[,.]|$)/i;

/** Lines one under the other, as one text. */
function paragraphs_of(lines: readonly mail_line[]): { lines: number[]; text: string }[] {
	const list: { lines: number[]; text: string }[] = [];

	for (const l of lines) {
		const last = list.at(-1);

		if (last !== undefined && last.lines.at(-1) === l.line - 1) {
			last.lines.push(l.line);
			last.text += ` ${squeeze(l.text)}`;
		} else {
			list.push({ lines: [l.line], text: squeeze(l.text) });
		}
	}
	return list;
}

/** Where a remark belongs: behind the step it names, or behind all; -1 if there is no such step. */
function place_of_remark(items: readonly item[], step: string | undefined): number {
	if (step === undefined)
		return items.length;
	const at = items.findLastIndex((it) => it.label === step);
	const next = items.findIndex((it, i) => i > at && it.label !== "" && it.label !== step);

	return at < 0 ? -1 : next < 0 ? items.length : next;
}

const QUEUES_ALONE =
	/^(?:(?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{1,4}(?:,? and |[,; ]+|\.?$))+$/i;

/** "After step 3: 0a.0001, 0a.0002": what the guest has by then */
function guests(said: string): string {
	return QUEUES_ALONE.test(said) ? `the guest has ${said}`
		: /^(?:none|nothing|empty)\.?$/i.test(said) ? "the guest has no queues" : said;
}

/** "Step 7 returns EBUSY" */
const OF_STEP =
	/^step (\d{1,3}[a-z]?) (?=(?:returns?|gives?|fails?|ends?|results?|works?|succeeds?)\b)/i;

function of_step(text: string): string {
	return text.replace(OF_STEP, "after step $1: this ");
}

/** A claim that its author makes about an example, or what is not read of it. */
function add_remark(e: example, text: string, lines: number[], near: boolean): void {
	const answer = of_step(text.replace(ANSWERS, ""));
	const step = AFTER_STEP.exec(answer);
	const said = step === null ? answer : guests(answer.replace(AFTER_STEP, ""));
	const s = { items: e.items, pending: [] as item[] } as search;
	const found = look_up(said) ?? resolved(s, said);
	const named = step?.[1] ?? step?.[2];
	const behind = e.items.findIndex((it) => it.lines[0]! > lines[0]!);
	const at = named === undefined && behind > 0 ? behind : place_of_remark(e.items, named);
	const facts = found?.facts([], []) ?? [];
	const is_claim = found?.kind === "expectation" && at >= 0 && facts.length > 0 &&
		(near || named !== undefined) &&
		!lacks_list({ ...e.items[0]!, text, listed: null, facts, phrase: null }, found, []);

	const asks = is_question(text);
	if (is_claim || (near || named !== undefined) && is_remark(text) ||
		near && (ANSWER_ALONE.test(answer) || corrects(text)))
		e.items.splice(at < 0 ? e.items.length : at, 0, {
			label: "", lines, text,
			kind: is_claim ? "expectation" : asks ? "prose" : "unread",
			phrase: is_claim ? found.name : asks ? QUESTION.name : null, listed: null,
			facts: is_claim ? facts : [], inherits: false,
		});
}

/** "After step 4 the guest has 0a.0001, after step 5 it has nothing": a claim for each. */
const FOR_STEPS = /,? (?:and |but )?(?=(?:after|in|at) step \d)/i;

/** What a sentence claims of steps that it names, behind each of them; only if all is read. */
function place_for_steps(items: item[]): item[] {
	const list = [...items];

	for (const it of items) {
		const parts = it.kind === "unread" && it.label === ""
			? of_step(it.text).split(FOR_STEPS)
				.map((part) => ({ part, m: AFTER_STEP.exec(part) })) : [];
		const read = parts.map(({ part, m }) => {
			const said = guests(part.replace(AFTER_STEP, "")
				.replace(/^[,:]? ?still nothing/i, "it has nothing"));
			const s = { items, pending: [] as item[] } as unknown as search;
			const found = look_up(said) ?? resolved(s, said);

			return { found, step: m?.[1] ?? m?.[2] };
		});

		if (parts.length === 0 || !read.every(({ found, step }) => step !== undefined &&
			found?.kind === "expectation" && place_of_remark(list, step) >= 0))
			continue;
		list.splice(list.indexOf(it), 1);
		for (const { found, step } of read)
			list.splice(place_of_remark(list, step), 0, {
				...it, kind: "expectation", phrase: found!.name,
				facts: found!.facts([], []),
			});
	}
	return list;
}

function asked_item(lines: number[], text: string): item {
	return {
		label: "", lines, text, kind: "prose", phrase: ASKED.name, listed: null, facts: [],
		inherits: false,
	};
}

/** What an answer says above or below the example that it quotes does not vanish. */
function note_remarks(mail: message, e: example, all: readonly example[]): void {
	const taken = new Set(all.flatMap((it) => it.items.flatMap((i) => i.lines)));
	const [first, last] = [
		Math.min(...e.items.flatMap((i) => i.lines)),
		Math.max(...e.items.flatMap((i) => i.lines)),
	];
	const around = mail.lines.filter((l) => l.depth < e.depth && !taken.has(l.line) &&
		l.line >= first - REMARKS_REACH && l.line <= last + 2 * REMARKS_REACH &&
		l.text.trim() !== "" && !INTRODUCES.test(squeeze(l.text)));

	const asked = asked_lines(mail.lines.filter((l) => l.depth < e.depth));

	for (const { lines, text } of paragraphs_of(around)) {
		const near = lines[0]! <= last + REMARKS_REACH &&
			around.find((l) => l.line === lines[0])!.depth === e.depth - 1;

		if (lines.every((n) => asked.has(n)))
			e.items.push(asked_item(lines, text));
		else
			for (const part of parts_of(text))
				add_remark(e, part, lines, near);
	}
}

/**
 * find_examples - the examples of a mail, in the order of their lines
 * @mail: the mail
 */
export function find_examples(message: message): example[] {
	const mail = { ...message, lines: in_hexadecimal(with_releases(plain(message.lines))) };
	const depths = [...new Set(mail.lines.map((l) => l.depth))].sort((a, b) => a - b);

	const depth_by_line = new Map(mail.lines.map((l) => [l.line, l.depth]));
	const answered = depths.filter((d) => d > 0).flatMap((d) => {
		const by_next = find_answered(mail, d, d - 1, depth_by_line);

		return by_next.length > 0 || d < 2 ? by_next
			: find_answered(mail, d, d - 2, depth_by_line);
	});
	const begins = new Set(answered.map((e) => e.items[0]!.lines[0]));
	const answers = new Set(answered.flatMap((e) => e.items
		.filter((it) => depth_of(it, depth_by_line) === e.depth)
		.flatMap((it) => it.lines)));
	const told = depths.flatMap((d) => find_at_depth(mail, d))
		.filter((e) => !begins.has(e.items[0]!.lines[0]) ||
			e.items.some((it) => it.kind === "expectation"))
		.filter((e) => e.items.some((it) => it.lines.some((n) => !answers.has(n))));

	for (const e of [...told, ...answered])
		note_remarks(mail, e, [...told, ...answered]);
	return [...told, ...answered]
		.sort((a, b) => a.items[0]!.lines[0]! - b.items[0]!.lines[0]!);
}
