// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a mail says against a claim, further on: its author takes it back, or who answers denies
 * it. Such a claim gets no verdict of its own. If it is corrected, the correction is the claim.
 */
import { deed_of } from "./deeds.ts";
import type { example, item } from "./examples.ts";
import { judgements_of, steps_named } from "./judgements.ts";
import type { mail_line, message } from "../message/message.ts";
import type { fact } from "../sentence/phrases.ts";
import { squeeze } from "../lines/pieces.ts";
import { plain } from "../lines/plain.ts";
import { is_short_answer } from "./propositions.ts";
import { is_typed } from "../typed/shell.ts";

/** what is said of another case does not speak against this one */
const OF_CASE = /\b(?:if|unless|without|suppose|assuming|swap|what about|how about|would)\b/i;
/** a thing that may be wrong, and is no claim of what is so */
const OF_TEXT =
	/\b(?:patch|code|commit message|comment|description|subject|changelog|function|name|naming|wording|spelling|indentation|email|address|list|mailer|attachment|thread|link|reply|mail|cc)\b/i;
/** what is not so of one step alone */
const OF_SEVERAL = /\b(?:before|until|till|between|only|earlier|never)\b/i;
const ALL = /\b(?:all|everything|every|each|most|the rest)\b/i;
const BUT = /\b(?:but|except|apart from|other than)\b/i;
const A_STEP = /\b(?:steps?|points?|claims?|first|second|third|fourth|fifth|last)\b/i;
const DOES = /\b(?:un)?(?:bind|assign)(?:s|ing|ed)?\b|\b(?:un)?bound\b/i;

function denies(text: string, answers: boolean): boolean {
	return judgements_of(text).some(({ by, so }) => !so &&
		(by === "anyone" || answers && by === "answer"));
}

function takes_back(text: string): boolean {
	return judgements_of(text).some(({ by }) => by === "author");
}

/** "All steps but the third are fine." */
function is_all_but(text: string): boolean {
	const all = ALL.exec(text);

	return all !== null && A_STEP.test(text) && BUT.test(text.slice(all.index));
}

/** "Steps 1, 2 and 4 are fine": the steps that are right, if nothing is said of others */
function steps_right(text: string): string[] {
	const judged = judgements_of(text);

	return judged.some(({ so }) => !so) ? []
		: judged.flatMap(({ steps }) => steps.length > 1 ? steps : []);
}

/** The steps of which it says that they are not so; of some that they are, all others. */
function steps_denied(text: string, labels: readonly string[]): string[] {
	const right = steps_right(text);
	const wrong = judgements_of(text).flatMap(({ so, steps }) => so ? [] : steps);

	if (right.length > 0)
		return labels.filter((label) => label !== "" && !right.includes(label));
	return wrong.length > 0 ? wrong : steps_named(text);
}

/** struct said - a sentence of the mail, and the item that it is, if it is one of an example */
interface said {
	lines: number[];
	depth: number;
	text: string;
	item: item | null;
	/** what stands right in front of it, and how deep it is quoted */
	before: string;
	before_depth: number;
}

const SAYS_YES = /^(?:yes|yep|yeah|right|correct|sure|exactly|indeed|agreed|true)[.!]?$/i;
const SENTENCE_END = /(?<=[.!?]["')]?)(?<!\b\d{1,3}\.)\s+(?=[A-Z("'\d])/;

/** A paragraph's sentences, each with the lines that it stands on. */
function parts_of(paragraph: readonly mail_line[]): { text: string; lines: number[] }[] {
	const texts = paragraph.map((l) => squeeze(l.text));
	const whole = texts.join(" ");
	const ends: number[] = [];
	let [end, first] = [0, 0];

	for (const text of texts)
		ends.push((ends.at(-1) ?? 0) + text.length + 1);
	return whole.split(SENTENCE_END).map((text) => {
		const start = whole.indexOf(text, end);

		end = start + text.length;
		while (first + 1 < ends.length && ends[first]! <= start)
			first++;
		let last = first;
		while (last + 1 < ends.length && ends[last]! < end)
			last++;
		return { text, lines: paragraph.slice(first, last + 1).map(({ line }) => line) };
	});
}

/** The lines of a mail as paragraphs: without a gap, and quoted alike. */
function paragraphs_of(lines: readonly mail_line[]): mail_line[][] {
	const list: mail_line[][] = [];

	for (const l of lines.filter(({ text }) => /[\p{L}\p{N}]/u.test(text))) {
		const last = list.at(-1)?.at(-1);

		if (last !== undefined && last.line === l.line - 1 && last.depth === l.depth)
			list.at(-1)!.push(l);
		else
			list.push([l]);
	}
	return list;
}

/** The lines of a mail as sentences, without what is typed. */
function sentences_of(lines: readonly mail_line[]): said[] {
	const list: said[] = [];

	for (const paragraph of paragraphs_of(lines))
		for (const part of parts_of(paragraph)) {
			const { depth } = paragraph[0]!;
			const last = list.at(-1);

			list.push({
				...part, depth, item: null, before: last?.text ?? "",
				before_depth: last?.depth ?? depth,
			});
		}
	return list.filter(({ text }) => text !== "" && !is_typed(text));
}

const REACH = 8, NEAR = 2;

/** CLAIMS - facts that say what comes of something */
export const CLAIMS: ReadonlySet<string> =
	new Set(["guest", "expect", "guest_is_matrix", "guest_lacks"]);

/** whether an item claims something, beside what it does */
function claims(it: item): boolean {
	return it.kind === "expectation" || it.facts.some((f) => CLAIMS.has(f.fact));
}

/** The items that have a number, with those that stand behind them without one. */
function items_of_step(items: readonly item[], label: string): item[] {
	const at = items.findIndex((it) => it.label === label);
	const next = items.findIndex((it, i) => i > at && it.label !== "" && it.label !== label);

	return at < 0 ? [] : items.slice(at, next < 0 ? undefined : next);
}

/** What a sentence speaks against: what it names, or what stands right in front of it. */
function against(e: example, it: said, steps: readonly string[]): item | undefined {
	const line = it.lines[0]!;
	const before = e.items.filter((i) => i.facts.length > 0 && i !== it.item &&
		(i.lines.at(-1)! < line || it.depth < e.depth && steps.length > 0 ||
			it.item !== null && i.lines[0]! <= line &&
			e.items.indexOf(i) < e.items.indexOf(it.item)));
	const named = steps.flatMap((step) => {
		const told = items_of_step(e.items, step).filter((i) => before.includes(i));

		return takes_back(it.text) ? told.slice(0, 1)
			: told.filter(claims).slice(0, 1).concat(told).slice(0, 1);
	});
	const last = before.at(-1);
	const reach = it.depth < e.depth || takes_back(it.text) ? REACH : NEAR;

	if (OF_SEVERAL.test(it.text) && steps_named(it.text).length > 0 || is_all_but(it.text))
		return before.find(claims);
	if (named.length > 0)
		return before.find((i) => named.includes(i));
	return steps.length > 0 || last === undefined || line - last.lines.at(-1)! > reach
		? undefined : last;
}

/** A claim that stands in one sentence with what is done stands behind it, for itself. */
function parted(e: example, it: item): item {
	const facts = it.facts.filter((f) => CLAIMS.has(f.fact));

	if (it.kind !== "operation" || facts.length === 0 || facts.length === it.facts.length)
		return it;
	const claim: item = { ...it, label: "", kind: "expectation", listed: null, facts };

	it.facts = it.facts.filter((f) => !CLAIMS.has(f.fact));
	e.items.splice(e.items.indexOf(it) + 1, 0, claim);
	return claim;
}

/** What its author has put otherwise stands as he has put it. */
function replace_claim(it: item): void {
	Object.assign(it, { kind: "prose", phrase: "taken back", facts: [], listed: null });
}

/** What speaks against a claim and is not understood stands in front of it: it is open. */
function put_in_front(e: example, it: said, at: item): void {
	const target = takes_back(it.text) ? at : parted(e, at);
	const own = e.items.findIndex((i) => i === it.item ||
		i.kind === "unread" && i.label === "" && i.lines[0] === it.lines[0]);

	if (own >= 0)
		e.items.splice(own, 1);
	e.items.splice(e.items.indexOf(target), 0, {
		...not_read(it),
		text: `line ${it.lines[0]} speaks against line ${target.lines[0]}: ${it.text}`,
	});
}

function take_back(e: example, it: said): void {
	const labels = e.items.map(({ label }) => label);
	const steps = steps_denied(it.text, labels).filter((step) => labels.includes(step));
	const target = against(e, it, steps);

	if (it.item !== null && it.item.kind === "expectation" && it.item.facts.length > 0) {
		if (target?.kind === "expectation")
			replace_claim(target);
	} else if (target !== undefined) {
		put_in_front(e, it, target);
	} else if (is_of_example(e, it)) {
		add_behind(e, it);
	}
}

/** Whether it stands behind something that is said, or right above it in an answer. */
function is_of_example(e: example, { depth, lines }: said): boolean {
	return depth < e.depth ||
		e.items.some((i) => i.facts.length > 0 && i.lines[0]! < lines[0]!);
}

function not_read({ lines, text }: said): item {
	return {
		label: "", lines, text, kind: "unread", phrase: null, listed: null, facts: [],
		inherits: false,
	};
}

function add_behind(e: example, it: said): void {
	const same = e.items.find((i) => i === it.item ||
		i.kind === "unread" && i.lines[0] === it.lines[0]);
	const at = e.items.findIndex((i) => (i.lines[0] ?? 0) > it.lines[0]!);

	if (same?.kind === "prose")
		same.kind = "unread";
	if (same === undefined)
		e.items.splice(at < 0 ? e.items.length : at, 0, not_read(it));
}

const NAMES_THING =
	/\b(?:guest|vm|guest_matrix|queues?|apqns?|adapters?|cards?|domains?|changed?|missing)\b|\b[0-9a-f]{2}\.[0-9a-f]{4}\b/i;
const NO_ANSWER =
	/\?$|:$|^(?:hi|hello|dear|thanks|thank you|regards|cheers|best|good (?:question|point)|see|let me|what|which|how|could|can|please|do|did|i'll|will do|no idea|don't know|i don't know|(?:cc|[\w-]+-by):?)\b/i;
const FEW_WORDS = 7;

/** A few words right behind a question that names something: they answer it. */
function answers_question({ text, before }: said): boolean {
	return before.endsWith("?") && !before.endsWith("$?") && NAMES_THING.test(before) &&
		!NO_ANSWER.test(text) &&
		(text.split(" ").length <= FEW_WORDS || is_short_answer(text));
}

function is_close(e: example, { lines, depth }: said): boolean {
	const all = e.items.flatMap((it) => it.lines);

	return depth <= e.depth && lines[0]! >= Math.min(...all) - REACH &&
		lines[0]! <= Math.max(...all) + 2 * REACH;
}

/** Whether something is done in it or claimed. */
function tells({ items }: example): boolean {
	return items.some((it) => it.facts.some((f) => deed_of(f) !== null) || claims(it));
}

/** Whether a sentence speaks against something: steps that it names, or what it stands behind. */
function speaks_against(e: example, { text, depth, before, before_depth }: said): boolean {
	const answers = depth < e.depth;

	if (OF_CASE.test(text) || text.endsWith("?") && !/^really\?$/i.test(text))
		return false;
	return takes_back(text) || steps_right(text).length > 0 || is_all_but(text) ||
		(denies(text, answers) || answers && is_short_answer(text) &&
			!SAYS_YES.test(text)) &&
			(steps_named(text).length > 0 ||
			!before.endsWith("?") && (!answers || before_depth > depth));
}

const AGREES =
	/^(?:\W|i see|so|and|well|ah|oh|hm+|that|this|it)*(?:yes|yep|yeah|right|agreed|fine|ok(?:ay)?|correct|exactly|true|sure|indeed|looks? (?:good|right|fine)|lgtm|nice|great|good|thanks?|makes? sense|ack(?:ed)?|got it|understood|same here|i agree|i see(?! (?:no|it|the|some|an))|as (?:expected|i)|confirmed|(?:is|'s|would be|was) (?:a bug|an? \w+ bug|expected|right|fine|ok(?:ay)?|good|what i|correct|intended|the (?:bug|point|idea)|why))\b/i;
const MOST_WORDS = 9;

/** An answer right below a claim that is not read, or of a few words: it may deny the claim. */
function may_deny(e: example, it: said): boolean {
	const { text, depth, before_depth, lines, item: own } = it;
	const words = text.split(" ").length;
	const claim = e.items.findLast((i) => i !== own && i.facts.length > 0 &&
		i.lines.at(-1)! < lines[0]!);

	return depth < e.depth && before_depth > depth && claim !== undefined && claims(claim) &&
		lines[0]! - claim.lines.at(-1)! <= NEAR && !AGREES.test(text) &&
		!NO_ANSWER.test(text) && ![OF_CASE, OF_TEXT, DOES].some((re) => re.test(text)) &&
		(own?.kind === "unread" || own?.kind !== "expectation" && words > 1 &&
			words <= MOST_WORDS);
}

/** What an answer claims of the same thing that is claimed right above it. */
function says_otherwise(e: example, { depth, before_depth, item: own }: said): boolean {
	const before = own === null ? undefined : e.items[e.items.indexOf(own) - 1];

	return depth < e.depth && before_depth > depth && own?.kind === "expectation" &&
		before?.kind === "expectation" && before.facts.length === 1 &&
		own.facts.length === 1 &&
		subject_of(own.facts[0]!) === subject_of(before.facts[0]!);
}

/** What a claim is about. */
function subject_of(f: fact): string {
	if (f.fact !== "expect")
		return f.fact === "guest" ? "guest" : "";
	const { expect } = f;

	return expect.what === "masks" ? expect.of
		: expect.what === "filtered" || expect.what === "plugged"
			? `${expect.unit} ${expect.id}` : expect.what;
}

/** What an answer says of a step that it names, and nobody read. */
function speaks_of_step(e: example, { text, depth, item: it }: said): boolean {
	return depth < e.depth && (it === null ? NAMES_THING.test(text) : it.kind === "unread") &&
		!OF_CASE.test(text) && !DOES.test(text) && !text.endsWith("?") &&
		steps_named(text).some((step) => e.items.some(({ label }) => label === step));
}

/** The sentences of an example that are not read, or read as a claim. */
function own_sentences(e: example, all: readonly said[]): said[] {
	return e.items.flatMap((it): said[] => {
		const at = all.find((s) => s.lines.includes(it.lines[0]!) &&
			(s.text.includes(it.text) || it.text.includes(s.text)));

		return at !== undefined && (it.kind === "unread" && it.label === "" ||
			it.kind === "prose" && it.phrase === null ||
			it.kind === "expectation" && it.phrase !== "an answer")
			? [{ ...at, lines: it.lines, text: it.text, item: it }] : [];
	});
}

/**
 * note_denials - what a mail says against the claims of its examples
 * @mail: the mail
 * @examples: all that were found in it
 */
export function note_denials(mail: message, examples: readonly example[]): void {
	const telling = examples.filter(tells);

	if (telling.length === 0)
		return;
	const taken = new Set(examples.flatMap((e) => e.items.flatMap((it) => it.lines)));
	const all = sentences_of(plain(mail.lines));
	const free = all.filter((it) => !it.lines.every((line) => taken.has(line)));

	for (const e of telling)
		for (const it of [...own_sentences(e, all), ...free.filter((f) => is_close(e, f))])
			if (speaks_against(e, it) || speaks_of_step(e, it) || may_deny(e, it) ||
				says_otherwise(e, it))
				take_back(e, it);
			else if (it.item === null && answers_question(it))
				add_behind(e, it);
}
