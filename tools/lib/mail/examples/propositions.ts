// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a question asks, or a claim says, and a few words in answer to it: "Does the guest have
 * 0a.0001?", "It doesn't.", "0a.0001 and 0a.0002."
 */
import { look_up, type row } from "../sentence/look_up.ts";
import { queues_in, type fact } from "../sentence/phrases.ts";

/**
 * struct proposition - what may be so or not
 * @pos, @neg: that it is so, that it is not
 * @negative: as it is put, it is not
 * @asks: it is asked whether
 * @tag: it is said, and asked whether that is right
 */
interface proposition {
	pos: string;
	neg: string;
	negative: boolean;
	asks: boolean;
	tag: string;
}

const LEAD = /^(?:(?:and|but|so|hm+|then|now|ok(?:ay)?|well|also|wait|i see|no|yes),? )+/i;
const TAG =
	/,? (right|correct|true|yes|no|or|ok(?:ay)?|am i right|(?:is|does|has|do|are)(?:n't)? (?:it|they))$/i;
/** the case that is asked of may be another than the one that is told of */
const OF_CASE =
	/\b(?:if|when|once|unless|with(?:out)?|until|before|after|would|could|should|may|might|or)\b/i;
const HAVE: Readonly<Record<string, string>> = {
	have: "has", has: "has", see: "sees", sees: "sees", get: "gets", gets: "gets", got: "gets",
	keep: "keeps", keeps: "keeps", use: "has", uses: "has",
};
const GUEST = "(?:the )?(?:kvm )?(?:guest|vm)(?: \\d)?";
const HAVING = "(have|has|see|sees|get|gets|got|keep|keeps|use|uses)";
const ADVERB = "(?: (?:still|also|now|then|really|already|actually|even|yet|ever))?";
const A_QUEUE = "[0-9a-f]{1,2}\\.[0-9a-f]{4}";
const SUBJECT =
	`((?:the )?(?:(?:adapter|domain|card|queue|apqn)s? )?(?:${A_QUEUE}(?:(?:,? and |, )${A_QUEUE})*|(?:0x)?[0-9a-f]{1,4})|${GUEST})`;
const BE = "(is|are|was|were)(n't| not)?";

const DOES_HAVE =
	new RegExp(`^(?:does|do|did)(n't)? (${GUEST})( not)?${ADVERB}( not)? ${HAVING} (.+)$`, "i");
const HAS = new RegExp(`^(${GUEST})${ADVERB} ${HAVING}${ADVERB} (.+)$`, "i");
const HAS_NOT = new RegExp(`^(${GUEST}) (?:does|do|did)(?:n't| not)${ADVERB} ${HAVING} (.+)$`, "i");
const IS_IT = new RegExp(`^${BE} ${SUBJECT}( not)?${ADVERB}( not)? (.+)`, "i");
const IS = new RegExp(`^${SUBJECT} ${BE}${ADVERB} (.+)$`, "i");
/** "adapters 04 is and 05 bound": more than one thing, which this does not take apart */
const SPLIT = /[.;:] [a-z]|, [a-z]+ |\bis (?:and|,)/i;
const DENIED = /\b(?:not|no|none|nothing|never|neither|only|just|n't)\b/i;

type put = Pick<proposition, "pos" | "neg" | "negative">;

function of_having(guest: string, verb: string, what: string, negative: boolean): put {
	return {
		pos: `${guest} ${HAVE[verb.toLowerCase()]!} ${what}`,
		neg: `${guest} does not have ${what}`, negative,
	};
}

function of_being(subject: string, what: string, negative: boolean): put {
	return { pos: `${subject} is ${what}`, neg: `${subject} is not ${what}`, negative };
}

function put_of(text: string): put | null {
	const asked = DOES_HAVE.exec(text), has_not = HAS_NOT.exec(text);
	const is_it = IS_IT.exec(text), is = IS.exec(text), has = HAS.exec(text);

	if (asked !== null)
		return of_having(asked[2]!, asked[5]!, asked[6]!,
			[asked[1], asked[3], asked[4]].some((it) => it !== undefined));
	if (has_not !== null)
		return of_having(has_not[1]!, has_not[2]!, has_not[3]!, true);
	if (is_it !== null)
		return of_being(is_it[3]!, is_it[6]!,
			[is_it[2], is_it[4], is_it[5]].some((it) => it !== undefined));
	if (is !== null)
		return of_being(is[1]!, is[4]!, is[3] !== undefined);
	return has === null ? null : of_having(has[1]!, has[2]!, has[3]!, false);
}

/** What a sentence says or asks, if it is of one thing and supposes nothing. */
function proposition_of(text: string): proposition | null {
	const said = text.replace(LEAD, "").replace(/[.!?]$/, "");
	const tag = text.endsWith("?") ? TAG.exec(said)?.[1] ?? "" : "";
	const bare = tag === "" ? said : said.replace(TAG, "");
	const put = bare.length > 120 || OF_CASE.test(bare) ? null : put_of(bare);

	return put === null || DENIED.test(put.pos) || SPLIT.test(put.pos) ? null
		: { ...put, tag,
			asks: tag === "" && /^(?:is|are|was|were|do|does|did)/i.test(bare) };
}

const WORDS = "(?:(?:hm+|well|but|oh|ah|sure|yes|no|nope|yep|of course|really|sorry)[,.!]? )*";
const ALONE =
	/^(?:yes|yep|yeah|no|nope|nah|right|correct|sure|exactly|indeed|agreed|true|it (?:isn't|is|does|doesn't))[.!]*$/i;
const REPEATED =
	new RegExp(`^${WORDS}(?:it|they|that) (?:really |still |certainly )?(?:does|do|did|is|are|was|has)(n't| not)?(?: not)?(?: indeed| really)?[.!]*$`, "i");
const YES = /^(?:yes|yep|yeah|right|correct|sure|exactly|indeed|agreed|true)[.!]*$/i;

/** Whether a few words say that it is so: null if nobody can tell. */
function is_so(p: proposition, answer: string): boolean | null {
	if (REPEATED.test(answer))
		return !/n't|\bnot\b/i.test(answer);
	if (YES.test(answer))
		return p.asks ? (p.negative ? null : true) : !p.negative;
	return /^no/i.test(answer) || /^nah/i.test(answer)
		? (p.negative && !p.asks && !/^(?:is|does|has|do|are)/i.test(p.tag) ? null : false)
		: null;
}

/** is_short_answer - whether a sentence is a yes or no, or repeats a verb alone */
export function is_short_answer(text: string): boolean {
	return ALONE.test(text) || REPEATED.test(text);
}

/** What is so besides whatever else is: nobody has said that this is all. */
function as_claim(f: fact): fact[] {
	switch (f.fact) {
	case "guest":
		return [{ ...f, gained: true, whole: false }];
	case "bound":
		return f.queues === "all" ? [] : [bindings(true, f.queues)];
	case "missing":
		return [bindings(false, f.queues)];
	case "bind":
	case "unbind":
		return [bindings(f.fact === "bind", [f.queue])];
	case "expect":
		return [f];
	default:
		return [];
	}
}

function bindings(bound: boolean, queues: string[]): fact {
	return { fact: "expect", expect: { what: "bindings", bound, queues } };
}

function claim(facts: fact[]): row | null {
	return facts.length === 0 ? null
		: { name: "an answer", kind: "expectation", list: false, facts: () => facts };
}

/** answered - what a yes or no says of the sentence before it, or a verb alone; null if unknown */
export function answered(before: string, answer: string): row | null {
	const p = is_short_answer(answer) ? proposition_of(before) : null;
	const so = p === null ? null : is_so(p, answer);

	if (p === null || so === null || YES.test(answer) && !before.endsWith("?") ||
		!so && (queues_in(p.pos).length > 1 || !/\d/.test(p.pos)))
		return null;
	const facts = look_up(so ? p.pos : p.neg)?.facts([], []) ?? [];
	const claims = facts.map(as_claim);
	const sets_up = (f: fact): boolean => f.fact === "expect" && f.expect.what === "bindings";

	return claims.some((list) => list.length === 0 ||
		!before.endsWith("?") && list.some(sets_up)) ? null : claim(claims.flat());
}

const WHICH = /^(?:(?:so|and|but|then|now|ok|well),? )*(?:what|which|who)\b.*\?$/i;
const NEGATED = /\b(?:not|lacks?|lacking|miss(?:es|ing)?)\b|n't\b/i;
const OF_BINDING = /\b(?:bound|vfio_ap)\b/i;
const OF_GUEST = /\b(?:guest|guest_matrix|vm)\b/i;
/** a list that answers such a question is of what comes and goes, or of another thing */
const OF_MORE =
	new RegExp("\\b(?:los(?:es?|t)|goes?|gone|vanish\\w*|disappear\\w*|unplug\\w*|remov\\w*|taken?|" +
	"filter\\w*|unb\\w+|assign\\w*|unassign\\w*|gains?|new|chang\\w*|differ\\w*|host|default|zcrypt|mdevs?|matrix|wrong|" +
	"never|no longer|without|too|but|other|reset|else|hidden|left out|more|additional|extra|why|where|how)\\b", "i");
const LIST = new RegExp(
	`^(?:(?:only|just|queues?|apqns?) )*${A_QUEUE}(?:(?:,? and |, )${A_QUEUE})*[.!]?$`, "i");

/** asks_of_other - whether a question asks for other queues than those that the guest has */
export function asks_of_other(question: string): boolean {
	return WHICH.test(question) &&
		(NEGATED.test(question) || OF_BINDING.test(question) || OF_MORE.test(question));
}

/** listed_in_answer - queues, where it was asked which are not there, or bound; null if unknown */
export function listed_in_answer(question: string, text: string): row | null {
	const queues = LIST.test(text) ? queues_in(text) : [];
	const not = NEGATED.test(question), bound = OF_BINDING.test(question);

	if (queues.length === 0 || OF_MORE.test(question) || bound && OF_GUEST.test(question))
		return null;
	return bound ? claim([bindings(!not, queues)])
		: claim([{ fact: "expect", expect: {
			what: "masks", of: "guest", mdev: "m0", is: { form: "lacks", queues },
		} }]);
}

const CASE =
	/^(?:(?:and|but|so|then|ok|well|now|also),? )*(?:(?:what|how) about\b|what (?:if|happens|would|will|do)\b.*\b(?:if|when|after|once)\b|what if\b|if\b|suppose\b|would\b.*\bif\b)/i;
const A_DEED =
	/\b(?:(?:un|re)?(?:bind|bound|assign|plug)|add|remov|start|stop|reboot|tak(?:e|ing)|giv(?:e|ing)|put|los(?:e|ing)|destroy|creat)/i;

/** asks_of_case - whether a question is of what would be if something were done */
export function asks_of_case(text: string): boolean {
	return text.endsWith("?") && A_DEED.test(text) && CASE.test(text);
}
