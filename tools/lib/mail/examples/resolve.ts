// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sentences that only make sense where they stand: "it", "both domains", "the new adapter", and
 * answers of a few words, put as names.
 */
import { adapter_name, ascending, domain_name, product, queue_ids } from "../../scenario/ids.ts";
import { unnamed } from "./deeds.ts";
import type { item, search } from "./examples.ts";
import { started_with, with_bound } from "./first_guest.ts";
import { look_up, with_bare_result, type row } from "../sentence/look_up.ts";
import { queues_in, type fact } from "../sentence/phrases.ts";
import { MAX_SENTENCE } from "../lines/pieces.ts";
import { answered, asks_of_other, is_short_answer, listed_in_answer } from "./propositions.ts";
import { whereabouts } from "../english/whereabouts.ts";
import { without_correction } from "../english/words.ts";

/** A few words that say of queues named above that it is all, none or some of them. */
export const ANSWER_ALONE =
	/^(?=.{2,70}$)(?:(?:so|and|but|then|now|well|here|no|yes),? )*(?:both|none|nothing|neither|empty|all (?:of them|two|three|four)|(?:we're|we are|it's|it is|they're|they are) (?:back|still|all|both|none|empty|gone|only|just)|it (?:comes|goes|stays|remains|doesn't|does not) (?:\w+ )?(?:back|away|empty|there|the same))\b/i;

export const QUESTION: row = { name: "a question", kind: "prose", list: false, facts: () => [] };

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

function host_of(s: search): Extract<fact, { fact: "host" }> | undefined {
	return [...s.items, ...s.pending].flatMap((it) => it.facts)
		.find((f) => f.fact === "host");
}

/** What the example has named by then; before any queue is named, what the host has. */
function named_so_far(s: search): { queues: string[]; apm: number[]; aqm: number[] } {
	const queues = new Set<string>();
	const [apm, aqm] = [new Set<number>(), new Set<number>()];

	for (const f of s.items.flatMap((it) => it.facts).map(unnamed)) {
		if (f.fact === "assign" && f.unit !== "control_domain")
			(f.unit === "adapter" ? apm : aqm).add(f.id);
		for (const q of "queues" in f && f.queues !== "all" ? f.queues : [])
			queues.add(q);
	}
	const host = host_of(s);
	if (queues.size === 0 && host !== undefined)
		product(host.apm, host.aqm).forEach((q) => queues.add(q));
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
	/\b(?:(both)|(?:all(?: of)?(?: the| these)?|the|these)(?: (two|three|four|five|six|seven|eight))) (queues|apqns|adapters|cards|domains)\b(?! (?:of|in|on|for) (?:the )?(?:adapter|card|domain))/gi;

/** "neither adapter": of two */
const NEITHER =
	/\bneither (?:of (?:the|its) )?(queue|apqn|adapter|card|domain)s? ((?:is|are|was|gets?) )/gi;

const OF_UNIT =
	/\b(?:(both)|all(?: of)?(?: the| its)?(?: (two|three|four|five|six|seven|eight))?) (?:queues|apqns) (?:of|on|in|with) (?:the )?(adapter|card|domain) ((?:0x)?[0-9a-f]{1,4})\b/gi;

const BINDS = /\b(?:un|re)?(?:bound|bind(?:s|ing)?)\b/i;

/**
 * "both queues of adapter 05 are unbound": those that have been named, if it is clear that there
 * are no more
 */
function with_units(s: search, text: string): string {
	const { queues, apm, aqm } = named_so_far(s);

	return !BINDS.test(text) ? text : text.replace(OF_UNIT, (whole, both: string | undefined,
		number: string | undefined, unit: string, digits: string) => {
		const of = (list: readonly string[]): string[] => list.filter((q) =>
			queue_ids(q)[unit.toLowerCase() === "domain"
				? 1 : 0] === parseInt(digits, 16));
		const names = of(queues);
		const count = both !== undefined ? 2 : number === undefined
			? of(product(apm, aqm)).length : NUMBERS.indexOf(number.toLowerCase());

		return names.length === 0 || names.length !== count ? whole
			: `queues ${names.join(", ")}`;
	});
}

const ALL_BACK =
	/^((?:and|but|then|now|so),? )?all(?: of)?(?: the)? (two|three|four|five|six|seven|eight)(?: of them| queues| apqns)? are (?:now )?(?:back|there)(?: again)?[.]?$/i;

/** "both adapters", "all four queues": those that have been named, if they are as many */
function with_numbers(s: search, text: string): string {
	const named = named_so_far(s);

	const two = (at: number): string[] => {
		const before = queues_in(text.slice(0, at));

		return before.length === 2 ? before : named.queues;
	};

	return text.replace(NEITHER, "both $1s $2not ").replace(BOTH, (whole, at: number) =>
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
export const ASKS =
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

function last_of(s: search): item | undefined {
	return s.pending.at(-1) ?? s.items.at(-1);
}

export function was_asked(s: search): boolean {
	const last = last_of(s);

	return last !== undefined && (ASKS.test(last.text) || asks_of_other(last.text));
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

const ALL_THERE = /\ball (?:the |its )?(?:adapters|cards) and (?:all )?(?:the |its )?domains\b/i;

/** "All adapters and domains": those that the host is said to have */
function with_host(s: search, text: string): string {
	const host = host_of(s);

	return host === undefined ? text : text.replace(ALL_THERE,
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

/** queues behind an arrow, or none, and nobody says whose */
const BARE_RESULT =
	/(^| (?:=>|->|→) )(?:(?:expected|actual|observed)(?: results?)?: )?(?=(?:[0-9a-f]{2}\.[0-9a-f]{4}(?:(?:,|,? and)? (?=[0-9a-f]{2}\.)|[.;]?$))+$|(?:-|none|nothing|empty|no queues)[.;]?$)/i;

/** A step and what comes of it, as sentences: "unbind 0a.0001: 0a.0002" */
function as_step_and_result(s: search, text: string): string[] {
	const bare = has_guest(s) ? with_bare_result(text) : null;

	return bare === null || bare.said === null ? []
		: [bare.said, with_numbers(s, bare.said)].map((said) => `${bare.step} -> ${said}`);
}

/** "Its matrix is": of what was spoken of last */
const ITS_MATRIX = /^its (?=(?:ap )?matrix\b)/i;

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
		with_units(s, text), with_both(s, text), with_host(s, text),
		...as_step_and_result(s, text),
		text.replace(ITS_MATRIX, last?.noun === "guest" ? "the guest's " : "the mdev's "),
		...has_guest(s) ? [text.replace(IS_MISSING, "$1 in the guest"),
			text.replace(ALL_BACK, "$1the guest has all $2")] : [], ...of_last,
		...of_guest].filter((t) => t !== text);
}

/** What is said in a few words of the sentence before. */
function in_answer(s: search, before: item, text: string): row | null {
	const row = !has_guest(s) ? null : is_short_answer(text) ? answered(before.text, text)
		: listed_in_answer(before.text, text);

	if (row !== null && before.kind === "unread" && before.text.endsWith("?"))
		Object.assign(before, { kind: "prose", phrase: QUESTION.name });
	return row;
}

/** "It is filtered", "the new adapter", "both domains": if only that makes sense of it. */
export function resolved(s: search, text: string): row | null {
	const last = last_of(s);

	if (text.length > MAX_SENTENCE)
		return null;
	if (last !== undefined && (is_short_answer(text) || asks_of_other(last.text)))
		return in_answer(s, last, text);
	for (const meant of spelled_out(s, without_correction(text))) {
		const row = look_up(meant) ?? with_bound(meant);

		if (row !== null)
			return row;
	}
	return with_bound(text) ?? started_with(text);
}

/** told_where - behind the start of the only guest: where queues are, and where they are not */
export function told_where(s: search, text: string): row | null {
	return has_guest(s) && !s.items.some((it) => it.facts.some((f) => f.fact === "of"))
		? whereabouts(text) : null;
}
