// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is said on a command's line of what comes of it: "=> busy", "# fails with EBUSY",
 * "(empty)", "<-- 04.0004". What is typed is told apart from it, and either all of it is read or
 * the line is not.
 */
import { errname, errno_by_name } from "#linux/errno.h";
import type { result } from "../../scenario/model.ts";
import { tells_more } from "./harmless.ts";
import type { fact } from "../sentence/phrases.ts";
import type { said } from "./said.ts";
import { read_error } from "./shell_errors.ts";
import { queue_lines } from "./shell_output.ts";
import { STRERROR } from "./strerror.ts";

/**
 * struct parted - a line, as what is typed and what is said behind that
 * @remark: it may be about anything, as comments are
 */
export interface parted {
	command: string;
	told: string;
	remark: boolean;
}

const MARK = "(?:=+>|-+>|\\u2192|<[-=]+)";
const BEHIND_MARK = new RegExp(` (?:# ?|// ?)?${MARK} (?=\\S)`);
const COMMENT = /\s(?:#|\/\/)\s*(?=\S)/;
const BESIDE = / [([{](?=[^()[\]{}]{1,60}[)\]}]\.?$)/;
const VERB =
	/:? (?:\.{2,3} )?(?=(?:fails|failed|is (?:refused|rejected|empty|blank|denied)|returns|gives|gets|works|succeeds|hangs|blocks|waits|shows|prints|says|lists)\b)/i;
const COLON = /: (?=\S)| -- (?=\S)| = (?=\S)/;

const WAYS: readonly [RegExp, boolean][] = [
	[BEHIND_MARK, false], [COMMENT, true], [BESIDE, false], [VERB, false], [COLON, false],
];

/** parted_in - the ways in which a line may be a command with something said behind it */
export function parted_in(typed: string): parted[] {
	return WAYS.flatMap(([re, remark]) => {
		const m = re.exec(typed);

		return m === null || m.index === 0 ? [] : [{
			command: typed.slice(0, m.index).trim(), remark,
			told: typed.slice(m.index + m[0].length),
		}];
	});
}

const FILLERS = new Set(["this", "it", "which", "still", "now", "then", "again", "also", "only",
	"just", "and", "that", "the", "a", "an", "output", "result", "is", "was"]);
const BEHIND = /,? (?:now|again|here|too|as expected|as it should)$/i;
const FAILS = /^(?:fails?|failed|failure|refused|rejected|denied|errors?|errno)\b[:,]? ?/i;
const GIVES =
	/^(?:with|by|returns?|returned|gives?|gets?|shows?|prints?|says?|lists?|rc ?=|ret ?=)(?: |(?<==)|$)/i;
const WORKED = /^(?:ok|okay|works?|worked|fine|succeeds?|succeeded|success|done|0|\u2713|yes)$/i;
const WAITS = /^(?:hangs?|blocks?|waits?|hung|blocked)(?: for ?ever| forever)?$/i;
const BUSY = /^busy$/i;
const NUMBER = /^-(\d{1,3})$/;
const CODE = /^(?:rc|ret|exit(?: code| status)?|status)[ =:]{1,3}(\d{1,3})$/i;

const LEADING_MARK = new RegExp(`^(?:# ?)?${MARK} `);

/** Without brackets, marks and the words that say nothing. */
function bare(told: string): string {
	let text = told.replace(LEADING_MARK, "").replace(/[.!]$/, "")
		.replace(/^[([<{"']|[)\]>}"']$/g, "").replace(BEHIND, "").trim();

	for (let [word = "", ...more] = text.split(" "); FILLERS.has(word.toLowerCase());
		[word = "", ...more] = text.split(" "))
		text = more.join(" ");
	return text;
}

function errno_of(text: string): result {
	const named = BUSY.test(text) ? "EBUSY" : STRERROR[text.toLowerCase()] ??
		/^-?(E[A-Z0-9]{3,20})$/.exec(text)?.[1];
	const number = Number(NUMBER.exec(text)?.[1] ?? 0);
	const err = named === undefined ? undefined : errno_by_name(named);

	if (err !== undefined)
		return -err;
	return errname(-number).startsWith("-E") && number > 0 ? -number : read_error(text);
}

/**
 * result_told - what an operation is said to return, in a few words
 *
 * Return: null if these are other words, or more.
 */
export function result_told(told: string): result {
	const text = bare(told);
	const code = CODE.exec(text)?.[1];

	if (code !== undefined)
		return code === "0" ? "ok" : "error";
	if (WORKED.test(text))
		return "ok";
	if (WAITS.test(text))
		return "waits";
	return errno_of(text) ?? failure_told(text);
}

/** "fails with EBUSY", "returns error -16", "refused" */
function failure_told(text: string, failed = false): result {
	const fails = FAILS.test(text);
	const rest = bare(text.replace(fails ? FAILS : GIVES, ""));

	if (rest === "")
		return failed || fails ? "error" : null;
	return errno_of(rest) ?? (rest === text ? null : failure_told(rest, failed || fails));
}

/** has_mark - whether something is said behind an arrow */
export function has_mark(typed: string): boolean {
	return BEHIND_MARK.test(typed);
}

/** is_marked - whether a line is what comes of the one above it: "=> busy" */
export function is_marked(text: string): boolean {
	return new RegExp(`^${MARK} \\S`).test(text);
}

const NOTHING_THERE =
	/^(?:nothing|empty|blank|none|no (?:output|queues?)|-|\[\]|""|''|<>|)(?: there| left| any ?more)?$/i;
const ALONE = /(?: only| left| alone)$/i;
const BETWEEN = /,? and |[\s,]+/;

/** The lines that a command is said to print: queues, or none; null if that is not all. */
function lines_told(told: string): string[] | null {
	const text = bare(bare(told).replace(GIVES, "")).replace(ALONE, "");
	const words = text.split(BETWEEN).filter((w) => w !== "");
	const queues = queue_lines(words);

	if (NOTHING_THERE.test(text))
		return [];
	return words.length === queues.length ? queues : null;
}

function is_done(f: fact): boolean {
	return f.fact === "op" && f.op[0] !== "read";
}

function with_result(facts: readonly fact[], rc: result): fact[] | null {
	const done = facts.filter(is_done);

	if (rc === "ok")
		return [...facts];
	return rc === null || done.length !== 1 || facts.length !== 1 ||
		rc === "waits" && !(done[0]!.fact === "op" && done[0]!.op[0] === "destroy") ? null
		: [...facts, { fact: "rc", rc }];
}

/**
 * with_outcome - what a command states with what is said to come of it
 *
 * Return: null if that is not read.
 */
export function with_outcome({ facts, output, kind }: said, told: string): fact[] | null {
	if (output === undefined || kind === "operation" && output([]).length === 0)
		return kind === "operation" ? with_result(facts, result_told(told)) : null;
	const lines = lines_told(told);

	return lines === null ? null : [...facts, ...output(lines)];
}

/** of what is done: what comes of it */
const TELLS_RESULT =
	/\bE[A-Z]{3,}\b|\d\.[0-9a-f]{4}\b|\b(?:fail|err|refus|reject|work|succe|guest|vm|hang|wait|not|get|los|see|busy|in use|rc|ret)/i;

/** is_remark - whether a comment says nothing of what comes of the command in front of it */
export function is_remark({ output }: said, told: string): boolean {
	return output === undefined ? !TELLS_RESULT.test(told) && result_told(told) === null
		: !tells_more(told) && lines_told(told) === null;
}
