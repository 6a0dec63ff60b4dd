// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sentences whose polarity is not certain. A clause has one negation, and it is of the verb or of
 * the list behind it. Two that do not turn each other back, or a list on each side of one with no
 * verb of its own, can be read both ways: such a sentence is not read. Nor is one that names a
 * queue more often than what was read of it does: "of A and B only A", "from A and B to A".
 */
import { behind } from "./behind.ts";
import { queues_in, type fact } from "../sentence/phrases.ts";

const QUEUE = /\b[0-9a-f]{1,2}\.[0-9a-f]{4}\b/gi;
const Q = "[0-9a-f]{1,2}\\.[0-9a-f]{4}";
/** what parts clauses; a list's comma has no word behind it but a queue */
const CUT =
	/[;:()]|,\s(?!(?:and |or |nor )?[0-9a-f]{1,2}\.[0-9a-f]{4})|\b(?:but|while|whereas|because|as(?! well)|since|so|hence|thus|therefore|after|when|if|once)\b/gi;
/** what denies a verb or a list */
const NOT = /\b(?:not|never|neither|nor|no|none|nothing|nobody|cannot|hardly)\b|n't\b/gi;
/** what has its "not" within it, and is turned back where it stands right behind one */
const TURNED =
	/\b(?:lost?|los(?:es|ing)|filter(?:s|ed|ing)?|withh\w+|unplug\w*|unbound|unassigned|hidden|removed|vanish\w*|disappear\w*|gone)\b/gi;
/** the same, of which nobody says what a "not" in front makes of it */
const NEGATIVE =
	/\b(?:miss(?:es|ing|ed)?|lack(?:s|ed|ing)?|absent|unavailable|inaccessible|invisible|den(?:y|ies|ied)|depriv\w+|withdrawn|(?:left|leave|leaves|leaving|kept|keeps?) (?:out|away)|bereft|devoid|refus\w+|spared?)\b/gi;
/** what denies what follows it and joins nothing */
const WITHOUT = /\b(?:without|instead of|rather than|minus|sans)\b/gi;

function count(text: string, re: RegExp): number {
	return text.match(re)?.length ?? 0;
}

/** One "neither ... nor", "no A and no B": one negation of a list. */
function nots_in(clause: string): number {
	return count(clause, NOT) > 0 ? 1 : 0;
}

/** "is not without A": it has it; the one double negation that is certain */
const NOT_WITHOUT = /\b(?:is|are) not without (?=(?:queues? )?[0-9a-f]{1,2}\.)/i;

function is_double(sentence_part: string): boolean {
	const clause = sentence_part.replace(NOT_WITHOUT, "");
	const nots = nots_in(clause), turned = count(clause, TURNED);
	const negative = count(clause, NEGATIVE), without = count(clause, WITHOUT);
	const lists = /\b(?:neither|nor|never|nobody|hardly)\b/i.test(clause);

	return negative + without > 1 || negative + without === 1 && nots + turned > 0 ||
		lists && turned > 0;
}

/** "A without B", "without B: A": the one list never joins the other */
const BESIDE = new RegExp(`${Q}[^.;]{0,60}\\b(?:without|instead of|rather than|minus)\\b|` +
	`\\b(?:without|instead of|rather than|minus) (?:queues? )?${Q}[^;]{0,60}[:,] .{0,60}${Q}`,
		"i");
/** "no A in the guest, only B", "A, but no B": what is said of B, no verb says */
const ONLY_BUT =
	new RegExp(behind(`no (?:queues? )?${Q}`, `\\b(?:only|just|but) (?:queues? )?${Q}`,
		80) + "|" +
	behind(Q, `\\b(?:but|and) no (?:queues? )?${Q}`, 60), "i");
/** "lacks A, B and C are there": to which verb is B? */
const TWO_VERBS = new RegExp(`\\b(?:lacks?|miss(?:es|ing)|loses|lost) (?:queues? )?${Q}` +
	`(?:,|,? and) ${Q}.{0,60}\\b(?:is|are|it|remains?)\\b`, "i");
/** "guest_matrix: A, B missing" */
const AT_END = new RegExp(
	`:[^:]{0,200}\\b${Q}, ${Q} (?:is |are )?(?:missing|absent|gone|lost)\\.?$`, "i");
/** "not only keeps A": what follows is besides */
const NOT_ONLY =
	/\bnot (?:only|just|merely) (?!(?:(?:has|have|sees?|gets?) )?(?:queues? )?[0-9a-f]{1,2}\.)[a-z]+/i;
/** "A: not in the guest. B: in the guest." */
const NEXT_SENTENCE =
	new RegExp(`${Q}: (?:not|no)\\b|${Q}: (?:(?!${Q}: ).){0,60}\\bin the guest`, "i");
/** absent from where? */
const ABSENT = /\babsent\b/i,
	WHERE = /\b(?:guest|vm|vfio_ap|host|driver|filtered)\b|guest_matrix|apcb/i;

/** "not all of them": which? */
const NOT_ALL = /(?:\bnot|n't) (?:all|both|every|each)\b/i;

/** what everybody knows: another driver had it */
const OF_DRIVER =
	/ (?:instead of|rather than) (?:to )?(?:(?:its|their|the) default drivers?|zcrypt|(?:the )?cex\w{1,12})\b/i;

/** is_uncertain - whether a sentence can be read as what it denies */
export function is_uncertain(sentence: string): boolean {
	const text = sentence.replace(OF_DRIVER, "");

	return NOT_ALL.test(text) || count(text, QUEUE) > 0 &&
		(text.split(CUT).some(is_double) || BESIDE.test(text) ||
		ONLY_BUT.test(text) || TWO_VERBS.test(text) || AT_END.test(text) ||
		NOT_ONLY.test(text) || NEXT_SENTENCE.test(text) ||
		ABSENT.test(text) && !WHERE.test(text));
}

/** How many of the lists and claims within @said have a queue. */
function times_placed(said: unknown, queue: string): number {
	if (typeof said !== "object" || said === null)
		return said === queue ? 1 : 0;
	const of_each = Object.values(said).map((it) => times_placed(it, queue));

	return Array.isArray(said) && said.includes(queue) ? 1 : of_each.reduce((a, b) => a + b, 0);
}

/** is_placed - whether each queue that a sentence names is in what was read of it, as often */
export function is_placed(text: string, facts: readonly fact[]): boolean {
	const named = queues_in(text);

	return named.every((queue) =>
		named.filter((it) => it === queue).length <= times_placed(facts, queue));
}

const IS_WITHOUT =
	/\b(?:is|are|remains?|stays?|goes|has to do|must do)( now| still| left)? without (?=(?:queues? )?[0-9a-f]{1,2}\.)/i;

/** with_verb - "the guest is without A" as what it says: it does not have it */
export function with_verb(text: string): string {
	return text.replace(IS_WITHOUT, "does not have ");
}
