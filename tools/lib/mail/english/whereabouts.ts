// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues in one place and not in another: "0a.0001 is bound and assigned, but not in the guest",
 * "matrix has 0a.0001, guest_matrix does not". Behind a guest's start such a sentence sets nothing
 * up: each place that it names is a claim, with its own "not".
 */
import type { row } from "../sentence/look_up.ts";
import { queues_in, type fact } from "../sentence/phrases.ts";

type place = "assigned" | "bound" | "guest";

const QUEUES =
	"[0-9a-f]{1,2}\\.[0-9a-f]{4}(?:(?:, (?:and )?| and )[0-9a-f]{1,2}\\.[0-9a-f]{4}){0,40}";
const MDEV = "(?:the |an |its )?(?:matrix )?(?:mdev(?:'s matrix)?|matrix)";
const GUEST = "(?:the )?(?:guest_matrix|shadow_apcb|guest|vm)";
const PLACES: readonly (readonly [place, RegExp])[] = [
	["assigned", new RegExp(`^(?:assigned(?: to ${MDEV})?|in ${MDEV})$`, "i")],
	["bound", /^bound(?: to (?:the )?vfio_ap(?: (?:device )?driver)?)?$/i],
	["guest", new RegExp(`^(?:in ${GUEST}|passed through(?: to ${GUEST})?)$`, "i")],
];

/** What was not bound by then is bound with that: a deed, not a claim. */
function claim(where: place, has: boolean, queues: string[]): fact {
	return where === "bound" ? { fact: has ? "bound" : "missing", queues }
		: { fact: "expect", expect: { what: "masks", mdev: "m0",
			of: where === "guest" ? "guest" : "matrix",
			is: { form: has ? "has" : "lacks", queues } } };
}

const IS = new RegExp(`^(?:the )?(?:queues? )?(${QUEUES}),? (?:is|are) (.{1,160})$`, "i");
const ALTHOUGH = new RegExp(`^(?:al)?though (?:(?:it|they) (?:is|are) )?(.{1,80}), ` +
	`(?:queues? )?(${QUEUES}) (?:is|are) (.{1,80})$`, "i");
const NEXT =
	/,? (?:but|and|nor|yet|(?:even |al)?though)(?: (?:it|they) (?:is|are))? |, (?:it|they) (?:is|are) /i;
const SMALL = /^(?:(?:still|now|also|already|both|neither|only) )*/i;
const NOT = /^not (?:yet |even )?/i;

/** Each place, and whether they are there; null if it is not clear what a "not" is of. */
function places_of(said: string): [place, boolean][] | null {
	const neither = /^neither /i.test(said);
	const joints = [...said.matchAll(new RegExp(NEXT, "gi"))].map((m) => m[0]);
	const list = said.split(NEXT).map((part): [place, boolean] | null => {
		const bare = part.replace(SMALL, "");
		const where = PLACES.find(([, re]) => re.test(bare.replace(NOT, "")))?.[0];

		return where === undefined ? null : [where, !neither && !NOT.test(bare)];
	});

	return list.some((it, i) => it === null || i > 0 && /^ and $/i.test(joints[i - 1]!) &&
		list[i - 1]?.[1] === false && it[1] !== neither && it[1]) ? null
		: list as [place, boolean][];
}

/** "A is bound and assigned, but not in the guest" */
function is_where(text: string): fact[] | null {
	const is = IS.exec(text), although = is === null ? ALTHOUGH.exec(text) : null;
	const [names, said] = is !== null ? [is[1]!, is[2]!] : although !== null
		? [although[2]!, `${although[1]!}, but ${although[3]!}`] : ["", ""];
	const places = names === "" ? [] : places_of(said) ?? [];

	return new Set(places.map(([where]) => where)).size < 2 ? null
		: places.map(([where, has]) => claim(where, has, queues_in(names)));
}

const HAS = new RegExp(
	`^(?:the )?(?:mdev|matrix)(?: still| now)? (has|shows|contains|is) (${QUEUES})` +
	`(?:,? but|,? and|,? while|,|;) ${GUEST} (?:(only|has|shows|contains|is|just)(?: only| just)? (${QUEUES})|` +
	"(?:does not|doesn't|has not)(?: have it)?)$", "i");

/** "matrix has A and B, guest_matrix only A" */
function has_what(text: string): fact[] | null {
	const [, is, assigned, verb, passed] = HAS.exec(text) ?? [];

	if (assigned === undefined)
		return null;
	const queues = queues_in(assigned);
	return [
		is!.toLowerCase() !== "is" ? claim("assigned", true, queues)
			: { fact: "expect", expect: { what: "masks", of: "matrix", mdev: "m0",
				is: { form: "queues", queues } } },
		verb === undefined ? claim("guest", false, queues)
			: { fact: "guest", queues: queues_in(passed!), whole: true },
	];
}

/** whereabouts - in which places queues are and in which they are not; null if it is not that */
export function whereabouts(sentence: string): row | null {
	const text = sentence.replace(/[.!]$/, "");
	const facts = is_where(text) ?? has_what(text);

	return facts === null ? null : { name: "in one place and not in another",
		kind: "expectation", list: false, facts: () => facts };
}
