// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many of those that a sentence names are meant: "one of 0a.0001 and 0a.0002 is bound" leaves
 * open which, and "all three queues, 0a.0001 and 0a.0002" names fewer than it counts. Neither is
 * read. "None of 0a.0001 and 0a.0002" is a "not" of all that are named.
 */

const QUEUE = "\\b(?:0x)?[0-9a-f]{1,2}\\.(?:0x)?[0-9a-f]{1,4}\\b";
const ID = "\\b(?:0x)?[0-9a-f]{1,4}\\b";
const AND = "(?:,? (?:and|or|nor|and/or) |, ?| )";
const QUEUES = `${QUEUE}(?:${AND}(?:queue )?${QUEUE})*`;
const IDS = `${ID}(?:(?:,? (?:and|or|nor) |, ?)${ID})*`;
const NOUN = "(?:ap )?(?:queues?|apqns?|devices?)";
const UNIT = "(?:adapters?|cards?|apids?|(?:usage |control )?domains?|apqis?)";
/** queues, with a noun in front or without; adapters or domains, with theirs */
const NAMED = `(?:(?:${NOUN} )?(${QUEUES})|${UNIT} (${IDS}))`;
const COUNTED = `(?:(?:${NOUN},?:? |, )?(${QUEUES})|${UNIT},?:? (${IDS}))`;

const NUMBERS = "one two three four five six seven eight nine ten".split(" ");
const NUMBER = `(?:both|${NUMBERS.join("|")})`;
const SOME = `(?:${NUMBER}|some|any|half|most|few|several|part|either|neither|none|not all)`;

const PART = new RegExp(`\\b(${SOME}) of (?:(?:the|these|those|its|our|my) )?(?:${NUMBER} )?` +
	NAMED, "gi");
const COUNT = new RegExp(`\\b(${NUMBER}) (?:of the )?${COUNTED}`, "gi");
const CHOICE = new RegExp(`${QUEUE},? (?:or|and/or) (?:queue )?${QUEUE}|` +
	`\\b${UNIT} (?:${ID}, ?){0,9}${ID},? (?:or|and/or) (?:${UNIT} )?${ID}`, "i");
const DENIES = /\b(?:not|no|never|neither|nor|none|nothing|without|cannot)\b|n't\b/i;

function amount_of(word: string): number {
	return word === "both" ? 2 : NUMBERS.indexOf(word) + 1;
}

const A_THING = new RegExp(`${QUEUE}|${ID}`, "gi"), A_QUEUE = new RegExp(QUEUE, "gi");

function length_of(list: string): number {
	return list.match(A_THING)!.length;
}

/** @m: an amount, and the list that it is of */
function is_another(m: RegExpMatchArray): boolean {
	return amount_of(m[1]!.toLowerCase()) !== length_of(m[2] ?? m[3]!);
}

/** more than are named */
const AND_OTHERS =
	new RegExp(`${QUEUE}(?:,? \\(?(?:and|among|or) (?:${NUMBER} |some |a few |many |the )?` +
	"(?:others?|more)\\b|,? and so on\\b|,? ?(?:\\.\\.\\.|…))|" +
	`${QUEUE} (?:to|through|until) ${QUEUE}`, "i");
const A_NAME = new RegExp(`${QUEUE}|\\b${UNIT} ${ID}|\\b(?:is|are) ${ID}`, "i");
/** they stand beside a name that is one of several */
const ONE_OF_THEM: readonly RegExp[] = [
	/\b(?:such as|includ(?:e|es|ing)|among (?:others|them)|(?:start|begin|end)s? with)\b/i,
	/\bas (?:its|the) (?:first|last)\b|\blists \S{1,20} (?:first|last)\b|, (?:\.\.\.|…)/i,
	/\bone of (?:the |its |my )?(?:[a-z_]{1,20}'s? )?(?:queues|apqns|adapters|domains|cards) is\b/i,
	/* "For example, ..." begins anew */
	/[^.] ?\b(?:for (?:example|instance)|and more)\b/i,
];
const AT_LEAST = /\bat least\b/i, GUEST = /\b(?:guest|guest_matrix|vm)\b/i;

function is_one_of_them(text: string): boolean {
	return A_NAME.test(text) && (ONE_OF_THEM.some((re) => re.test(text)) ||
		AT_LEAST.test(text) && !GUEST.test(text));
}

/** is_partial - whether a sentence leaves open which of those are meant that it names */
export function is_partial(text: string): boolean {
	return / or not\b/i.test(text) || AND_OTHERS.test(text) || is_one_of_them(text) ||
		[...text.matchAll(PART), ...text.matchAll(COUNT)]
		.some(is_another) ||
		CHOICE.test(text) && !DENIES.test(text);
}

const NONE_OF = "(?:none|neither) of (?:(?:the|these|those) )?(?:two |three |four )?";
const NONE_IS = new RegExp(`\\b${NONE_OF}((?:${NOUN} )?${QUEUES}|${UNIT} ${IDS}) (?:is|are) `,
	"gi");
const HAS_NONE = new RegExp(`\\b(has|have|gets?|sees?|keeps?) ${NONE_OF}` +
	`(?=(?:${NOUN} )?${QUEUE}|${UNIT} ${ID})`, "gi");

const NOT_EITHER = /((?:\bnot|n't) (?:have|see|get|contain)) either of (?=[0-9a-fq])/gi;

const OF_THESE =
	new RegExp(`^of (?:the )?(?:${NUMBER} )?(?:${NOUN} )?(${QUEUES}),? only (${QUEUES}) ` +
	"(?:is|are|ends? up) (.{1,80}?)(\\.?)$", "i");

/** "of A, B and C, only A is bound": B and C are not */
function with_others(text: string): string {
	const [, all, these, said, end] = OF_THESE.exec(text) ?? [];
	const names: string[] = these?.match(A_QUEUE) ?? [];
	const others = (all?.match(A_QUEUE) ?? [])
		.filter((q) => !names.includes(q));

	return these === undefined || others.length === 0 ? text
		: `${these} is ${said!}; ${others.join(", ")} is not ${said!}${end!}`;
}

/** with_not - "none of A and B is bound" as what it says: A and B are not */
export function with_not(text: string): string {
	return with_others(text).replace(NOT_EITHER, "$1 ").replace(NONE_IS, "$1 are not ")
		.replace(HAS_NONE, "does not have ");
}
