// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a sentence says of what somebody has said: that it is so or not, or that its author takes it
 * back. A frame is a row of slots, each a kind of word; between them stand only words that change
 * nothing, and each "not" among them turns the frame's judgement into the other one.
 */

/** The kinds of words that judge; several words that are one have underscores here. */
const WORDS: Readonly<Record<string, string>> = {
	claim: "this that these those it they which what_i_said what_i_wrote",
	of_step: "step steps number numbers no. nr nr. point points item items claim",
	at: "in after behind before at from ad step number",
	me: "i we", you: "you", owner: "my your the", what: "what about",
	be: "is are was were am be been being look looks seem seems sound sounds",
	do: "do does did has have had can ca could wo will must should",
	ought: "must should", not: "not never no_longer",
	good: "right true correct so the_case accurate fine ok okay good what_happens what_i_see",
	bad: "wrong false incorrect bogus nonsense rubbish mistaken untrue confused typo mistake " +
		"slip mix-up error oversight",
	holds: "happen happens occur occurs reproduce reproduced match matches hold holds " +
		"look_right work_like_that",
	shares: "agree believe buy observe confirm reproduce think_so", sees: "see get",
	doubts: "disagree object differ doubt",
	no: "no nope nah wrong nonsense false incorrect really hardly far_from_it " +
		"on_the_contrary the_opposite quite_the_opposite no_way",
	where: "here on with for in since anymore at if when before until quite true so really",
	only: "only", depends: "depends", and: "and but while whereas",
	meant: "meant", says: "read say said", slips: "forgot mixed slipped",
	back: "oops whoops typo typos my_bad my_mistake my_fault my_error mea_culpa taken_back " +
		"never_mind nevermind on_second_thought on_second_thoughts instead_of_what",
	scratch: "scratch strike", anew: "sorry correction erratum make_that",
	ignore: "forget ignore disregard",
	text: "patch code commit_message comment description subject changelog function name " +
		"naming wording spelling indentation email address list mailer attachment thread link " +
		"reply mail cc",
	lead: "hm hmm well but and no oh ah please sorry so ok yes",
	filler: "just plain quite still also both all too even then a an really of beg to",
};

function kinds_by_word(): Map<string, Set<string>> {
	const map = new Map<string, Set<string>>();

	for (const [kind, list] of Object.entries(WORDS))
		for (const word of list.split(" "))
			map.set(word, new Set([...map.get(word) ?? [], kind]));
	return map;
}

const LEXICON: ReadonlyMap<string, ReadonlySet<string>> = kinds_by_word();
const TOGETHER = new RegExp(`\\b(?:${[...LEXICON.keys()].filter((word) => word.includes("_"))
	.map((word) => word.replaceAll("_", " ")).join("|")})\\b`, "g");

/** What is put otherwise before it is parted into words. */
const JOINED: readonly (readonly [RegExp, string])[] = [
	[/n't\b/g, " not"], [/\bcannot\b/g, "can not"], [/\bnot only\b/g, ""],
	[/\b(it|this|that|they|i|you|we)'(?:s|re|m)\b/g, "$1 is"],
	[/\b(?:(?:has|have|had|ought|needs?) to)\b/g, "must"],
	[/\bany (?:more|longer)\b/g, "anymore"],
	[/\bwhat (?:i|we) (?:see|get|have|saw|got|observe)\b/g, "what_i_see"],
	[/\bgot (?:it|that|this) wrong\b|\blooked at the wrong\b/g, "slipped"],
	[/\bmade an? (?:mistake|error|typo)\b/g, "slipped"],
	[/\btake (?:it|that|this) back\b/g, "taken_back"], [/\bi mean,/g, "i meant"],
	[/\bmeant to (?:ask|say thanks|send|review)\b/g, "wanted"],
	[/^(?:edit|rather|update):/g, "erratum"],
];
/** a queue, a version or a time, a number, "no. 3", a word, a mark */
const TOKEN = new RegExp("[0-9a-f]{1,2}\\.[0-9a-f]{4}\\b|v?\\d+[.:]\\w[\\w.]*|\\d{1,3}[a-z]?\\b|" +
	"(?:no|nr)\\.(?= ?\\d)|[a-z_][\\w'-]*|\\S", "g");

/** struct word - one, or a step by its number */
interface word {
	text: string;
	kinds: ReadonlySet<string>;
	steps: string[];
}

const NO_KINDS: ReadonlySet<string> = new Set();
const NUMBERED: ReadonlySet<string> = new Set(["claim", "numbered"]);

function word_of(text: string): word {
	const kinds = LEXICON.get(text) ?? (/^mis\w{3}/.test(text) ? new Set(["slips"])
		: /\wly$/.test(text) ? new Set(["filler"]) : NO_KINDS);

	return { text, kinds, steps: [] };
}

const END = /^[.,;:!?)]$/, STEP = /^\d{1,3}[a-z]?$/;
/** a number in front of these is no step's */
const COUNTED = /^(?:of|queues?|adapters?|domains?|guests?|minutes?|seconds?|hours?|days?)$/;
const A_LIST = /^(?:only|just|none|nothing|no|[0-9a-f]{2}\.[0-9a-f]{4})$/;

/** Whether the number at @at is a step's: it is called so, listed with one, or spoken of first. */
function is_step(words: readonly word[], at: number): boolean {
	const before = words.slice(0, at).filter((w) => !/^[#(]$/.test(w.text));
	const [last, next] = [before.at(-1), words[at + 1]];
	const behind = words.slice(at + 1).find((w) => !END.test(w.text) && w.text !== ",");

	if (!STEP.test(words[at]!.text) || COUNTED.test(next?.text ?? ""))
		return false;
	if (last !== undefined && (last.kinds.has("of_step") || last.kinds.has("at")))
		return true;
	if (last !== undefined && is_between(last) &&
		before.slice(-3, -1).some((w) => w.steps.length > 0))
		return true;
	return before.slice(before.findLastIndex(is_between) + 1).every(is_lead) &&
		(behind?.kinds.has("be") === true || behind?.kinds.has("do") === true ||
		next !== undefined && END.test(next.text) && A_LIST.test(behind?.text ?? ""));
}

/** what parts clauses, and the members of a list */
function is_between({ text, kinds }: word): boolean {
	return /^[,;]$/.test(text) || kinds.has("and") || text === "or";
}

function is_lead(w: word): boolean {
	return w.kinds.has("lead") || END.test(w.text);
}

/** A step's number, what names it and those that are listed with it are one word. */
function with_steps(words: readonly word[]): word[] {
	const list: word[] = [];

	for (const [at, w] of words.entries()) {
		if (/^[.)]$/.test(w.text) && (list.at(-1)?.steps.length ?? 0) > 0 && at +
			1 < words.length)
			continue;
		if (!is_step([...list, ...words.slice(at)], list.length)) {
			list.push(w);
			continue;
		}
		const named = list.findLastIndex((it) => it.kinds.has("of_step") ||
			it.steps.length > 0);
		const steps = named >= 0 && list.slice(named + 1).every((it) =>
			is_between(it) || /^[#(]$/.test(it.text))
			? list.splice(named).flatMap((it) => it.steps) : [];
		list.push({ text: w.text, kinds: NUMBERED, steps: [...steps, w.text] });
	}
	return list;
}

/** "the last claim is", "my step": what belongs to somebody, or is one of those told of */
function with_subjects(words: readonly word[]): word[] {
	const list: word[] = [];

	for (let i = 0; i < words.length; i++) {
		const noun = words.slice(i + 1, i + 3).findIndex((w) => w.kinds.has("of_step"));
		const end = words.findIndex((w, at) => at > i &&
			(w.kinds.has("be") || w.kinds.has("do")));
		const length = !words[i]!.kinds.has("owner") ? 0 : noun >= 0 ? noun + 2
			: end > i + 1 && end <= i + 3 &&
				words.slice(i + 1, end).every((w) => w.kinds.size === 0)
				? end - i : 0;

		list.push(length === 0 ? words[i]!
			: { text: "it", kinds: new Set(["claim"]), steps: [] });
		i += Math.max(0, length - 1);
	}
	return list;
}

/** nobody judges in a longer sentence */
const LONGEST = 500;

function words_of(text: string): word[] {
	if (text.length > LONGEST)
		return [];
	const joined = JOINED.reduce((t, [re, to]) => t.replace(re, to), text.toLowerCase())
		.replace(TOGETHER, (it) => it.replaceAll(" ", "_"));

	return with_subjects(with_steps((joined.match(TOKEN) ?? []).map(word_of)));
}

/**
 * struct judgement - what is judged
 * @by: whoever says so, only one who answers, or the author of what is judged, who takes it back
 * @so: that it is so
 * @steps: those that are named
 */
export interface judgement {
	by: "anyone" | "answer" | "author";
	so: boolean;
	steps: string[];
}

/** struct frame - @slots: "/" between kinds that fit, "." is the end; @first: of its sentence */
interface frame extends Pick<judgement, "by" | "so"> {
	slots: string[][];
	first: boolean;
}

function frame(by: frame["by"], so: boolean, slots: string, first = false): frame {
	return { by, so, first, slots: slots.split(" ").map((slot) => slot.split("/")) };
}

const FRAMES: readonly frame[] = [
	frame("author", false, "back"), frame("author", false, "anew", true),
	frame("author", false, "scratch claim/owner/of_step"),
	frame("author", false, "ignore claim/owner/of_step/what", true),
	frame("author", false, "me be bad"), frame("author", false, "me slips"),
	frame("author", false, "me/you meant"), frame("author", false, "ought says"),
	frame("anyone", true, "claim be good"), frame("anyone", false, "claim be bad"),
	frame("anyone", true, "do be good"), frame("anyone", true, "numbered be/do ."),
	frame("answer", true, "claim holds"), frame("answer", true, "do holds", true),
	frame("answer", false, "me doubts", true), frame("answer", true, "me shares", true),
	frame("answer", true, "me sees claim", true), frame("answer", false, "no .", true),
	frame("answer", false, "no claim/owner", true),
	frame("answer", false, "not where/good", true),
	frame("answer", false, "only where", true), frame("answer", false, "claim depends", true),
];
const BETWEEN = ["filler", "not", "do", "ought", "be"];

function fits(w: word | undefined, slot: readonly string[]): boolean {
	return w === undefined || END.test(w.text) ? slot.includes(".")
		: slot.some((kind) => w.kinds.has(kind));
}

/** How often a "not" stands in a frame that begins at @from; -1 if it does not fit there. */
function nots_in(words: readonly word[], from: number, slots: readonly string[][]): number {
	let [at, nots] = [from, 0];

	for (const [i, slot] of slots.entries()) {
		while (i > 0 && at < words.length && !fits(words[at], slot) &&
			BETWEEN.some((kind) => words[at]!.kinds.has(kind)))
			nots += words[at++]!.kinds.has("not") ? 1 : 0;
		if (!fits(words[at++], slot))
			return -1;
	}
	return nots;
}

function judgement_in(words: readonly word[], first: boolean): judgement | null {
	const steps = words.flatMap((w) => w.steps);

	for (const f of FRAMES)
		for (const at of words.keys()) {
			const nots = f.first && !(first && words.slice(0, at).every(is_lead)) ? -1
				: nots_in(words, at, f.slots);

			if (nots >= 0)
				return { by: f.by, so: nots % 2 === 0 ? f.so : !f.so, steps };
		}
	return null;
}

/** "4 is right, 3 is not": a clause for each step that begins one */
function clauses_of(words: readonly word[]): word[][] {
	const list: word[][] = [[]];

	for (const [i, w] of words.entries()) {
		const before = words[i - 1];

		if (w.steps.length > 0 && before !== undefined &&
			(/^[,;]$/.test(before.text) || before.kinds.has("and")))
			list.push([]);
		list.at(-1)!.push(w);
	}
	return list;
}

/** judgements_of - what a sentence says of what was said: for each of its clauses that does */
export function judgements_of(text: string): judgement[] {
	const words = words_of(text);

	return words.some((w) => w.kinds.has("text")) ? [] : clauses_of(words)
		.map((clause, i) => judgement_in(clause, i === 0)).filter((it) => it !== null);
}

/** steps_named - the numbers of the steps that a sentence names */
export function steps_named(text: string): string[] {
	return words_of(text).flatMap((w) => w.steps);
}
