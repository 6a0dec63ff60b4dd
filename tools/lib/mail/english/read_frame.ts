// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sentences by the frames that take their clauses: what each clause says, of which mdev or guest,
 * and what the sentence says as a whole.
 */
import { clauses_of, type clause } from "./clauses.ts";
import {
	ALWAYS, ends_open, frames, guest_form, read_would, type frame, type frame_match,
} from "./frames.ts";
import { is_not_now } from "./moods.ts";
import { with_verb } from "./polarity.ts";
import { queues_in, type fact } from "../sentence/phrases.ts";
import { with_running } from "./running.ts";
import { BEGINS } from "./words.ts";

/** C, not English */
const CODE = /[{}=&|]|\);$|\w\(|!\w/;

const ALLOWED = new Map(frames.map((f) => [f, new Set([...ALWAYS, ...f.words.split(" ")])]));

/** what is said of one mdev can be said of another by its number */
const OF_ONE = new Set<fact["fact"]>([
	"assigned", "empty_mdev", "start", "stop", "assign", "guest", "expect", "rc",
]);

function name_kind(f: frame, list: fact[]): frame_match["kind"] {
	if (list.some((it) => ["config", "assign", "bind", "unbind"].includes(it.fact) ||
		it.fact === "bound" && it.later === true))
		return "operation";
	return list.length > 0 &&
		list.every((it) => ["assigned", "all_assigned", "not_assigned", "empty_mdev"]
			.includes(it.fact)) ?
		"set-up" : f.kind;
}

function read_clause(c: clause): frame_match | null {
	for (const f of frames) {
		const allowed = ALLOWED.get(f)!;
		const found = [...c.kinds].every((k) => allowed.has(k)) ? f.read(c) : null;

		if (found !== null)
			return { name: f.name, kind: name_kind(f, found.facts([])), ...found };
	}
	return null;
}

/** What several clauses say of what is bound is one list. */
function one_list(list: fact[]): fact[] {
	const bound = list.filter((f) => f.fact === "bound" && f.queues !== "all" &&
		f.later !== true);

	if (bound.length < 2)
		return list;
	const queues = bound.flatMap((f) => f.fact === "bound" && f.queues !== "all"
		? f.queues : []);
	return list.flatMap((f): fact[] => f === bound[0] ? [{ fact: "bound", queues }]
		: bound.includes(f) ? [] : [f]);
}

function is_guest_claim(f: fact): boolean {
	return f.fact === "guest" && f.gained === true ||
		f.fact === "expect" && f.expect.what === "masks" && f.expect.is.form === "lacks";
}

/** Beside what it gains or loses, what a guest has need not be all; with "only" it is. */
function not_all(list: fact[]): fact[] {
	return list.some(is_guest_claim) ? list.map((f): fact => f.fact === "guest" &&
		f.gained !== true && f.whole !== true && f.queues.length > 0
			? guest_form("has", f.queues) : f) : list;
}

function joined(matches: frame_match[]): frame_match {
	const kinds = matches.map((m) => m.kind);
	const [first, ...more] = matches;
	const last = more.at(-1) ?? first!;

	return more.length === 0 ? first! : {
		name: [...new Set(matches.map((m) => m.name))].join("; "),
		kind: (["operation", "expectation", "set-up"] as const)
			.find((k) => kinds.includes(k)) ?? "prose",
		list: last.list,
		facts: (listed) =>
			not_all(one_list(
				matches.flatMap((m) => m.facts(m === last ? listed : [])))),
	};
}

/** "If the admin now assigns adapter 05": what follows is said of it as if it were done. */
const NEXT =
	/\b(?:now|then|next|subsequently|later|again|assigning|unassigning|binding|unbinding)\b/i;
const IF = /\bif\b/i;
/**
 * WOULD - "if we filter APID 4, the APQNs (4,0) and (4,1) will be removed": of one way it is told
 * what it would leave
 */
const WOULD = "what a way of filtering would leave";

/** What would be so, if; or what is so whenever: nothing in particular is done. */
function is_general(text: string, clauses: clause[]): boolean {
	return IF.test(text) && !NEXT.test(text) ||
		clauses.every((c) => ends_open(c) && !c.kinds.has("guest_matrix"));
}

/** "The guest loses 04.0047 once it is unbound": what is done first comes first. */
function as_done(clauses: clause[]): clause[] {
	const list: clause[] = [];

	for (const [i, c] of clauses.entries())
		list.splice(c.role === "when" && clauses[i - 1]?.role === "said" &&
			clauses[i + 1]?.role !== "said" ? list.length - 1 : list.length, 0, c);
	return list;
}

/** A heading of a list, amid a sentence: what it would be of is not there. */
function lists_nothing(list: fact[]): boolean {
	return list.some((f) => "queues" in f && f.queues.length === 0);
}

/** All clauses, what is done first; null if one of them is not read, or is only thought of. */
function read_clauses(text: string): frame_match | null {
	const clauses = clauses_of(text);
	const [first, second] = clauses ?? [];
	const would = clauses?.length === 2 && first!.role === "when" ? read_would(first!, second!)
		: null;

	if (would !== null)
		return { name: WOULD, kind: "expectation", ...would };
	if (clauses === null || clauses.length > 1 && clauses.some((c) => c.role === "when") &&
		is_general(text, clauses))
		return null;
	const list = as_done(clauses).map(read_clause);
	const amid = text.endsWith(":") || list.length === 1 ? list.slice(0, -1) : list;
	return list.length === 0 || list.some((m) => m === null) ||
		amid.some((m) => m!.list && lists_nothing(m!.facts([])))
		? null : joined(list as frame_match[]);
}

/** mdevs and guests by their numbers: "mdev1", "guest 2", "VM b" */
const NAMED = /\b((?:matrix[ _])?mdev|guest|vm)[ _-]?#?(\d|[a-d]|other)\b(?!\.\w)/gi;
const FIRST_OR_SECOND =
	/\b(?:the )?(first|second|third) ((?:matrix[ _])?mdev|guest|vm|one)\b/gi;
/** "another mdev": of which the mail has no name */
const OTHER =
	/\b(?:another|(?:the |an |our |my |some )?other|an? (?:second|third|new|further|additional|different)) ((?:matrix[ _])?mdev|guest|vm)\b/gi;
const ORDINALS = ["", "first", "second", "third"];
/** in front of what is said of the next */
const NEXT_NAMED = new RegExp("(?:,(?: and| but| while)?|;| and| but| while) " +
	`(?=(?:the )?(?:now |then )?(?:${NAMED.source}))`, "gi");
const NAME_ALONE = new RegExp(`^(?:the |both )?(?:${NAMED.source})$`, "i");
/** of the machine, whichever mdev is spoken of */
const OF_ALL = new Set<fact["fact"]>(["bound", "missing", "bind", "unbind", "config"]);

function names_in(text: string): string[] {
	return [...new Set([...text.matchAll(NAMED)].map((m) => m[2]!.toLowerCase()))];
}

/** What is said of an mdev or guest with a number, the one that goes with it having the same. */
function read_of_one(text: string): frame_match | null {
	const [who, ...others] = names_in(text);
	const found = others.length > 0 ? null : read_clauses(text.replace(NAMED, "$1"));

	if (found === null || found.facts([])
			.some((f) => !OF_ONE.has(f.fact) && !OF_ALL.has(f.fact)))
		return null;
	return {
		...found,
		facts: (listed) => found.facts(listed).map((f): fact =>
			f.fact === "rc" || OF_ALL.has(f.fact) || who === undefined ? f
				: { fact: "of", who, of: f }),
	};
}

/** "guest 1 has 04.0004, guest 2 has 05.0004"; "guest 1 and guest 2 are started" */
function read_of_several(text: string): frame_match | null {
	const parts: string[] = [];
	let from = 0;

	for (const m of text.matchAll(NEXT_NAMED)) {
		parts.push(text.slice(from, m.index));
		from = m.index + m[0].length;
	}
	parts.push(text.slice(from));
	const read = parts.map((part, i) => {
		const next = parts.slice(i).find((it) => !NAME_ALONE.test(it));

		return read_of_one(NAME_ALONE.test(part) && next !== undefined
			? next.replace(NAMED, part) : part);
	});
	return read.some((m) => m === null) ? null : joined(read as frame_match[]);
}

/** "an mdev, M1", "G1": by a letter and a number */
const SHORT = /\b(?:an? |the )?(?:(?:mdev|guest|vm),? (?:called |named )?)?(M|G|VM)(\d)\b/g;
const LONG: Readonly<Record<string, string>> = { M: "mdev", G: "guest", VM: "vm" };

function read_named(said: string): frame_match | null {
	const text = said.replace(SHORT, (_whole, letter: string, number: string) =>
		`${LONG[letter]!} ${number}`);
	const plain = text.replace(OTHER, "$1 other")
		.replace(FIRST_OR_SECOND, (_whole, which: string, what: string) =>
			`${what === "one" ? "mdev" : what} ${ORDINALS.indexOf(which.toLowerCase())}`);
	const names = names_in(plain);

	return names.length === 0 ? read_clauses(text)
		: names.length === 1 ? read_of_one(plain) : read_of_several(plain);
}

/** "adapter 05 is filtered (05.0047 is not bound)" */
function with_cause(text: string): string {
	return text.replace(/ \(([^()]*)\)/g,
		(whole, inner: string) => /\b(?:not|n't|no longer) bound\b|n't bound/i.test(inner)
			? ` because ${inner}` : whole);
}

const QUEUES = "[0-9a-f]{1,2}\\.[0-9a-f]{1,4}" +
	"(?:(?:,|,? and|,? n?or) [0-9a-f]{1,2}\\.[0-9a-f]{1,4})*";
/** queues beside others: what they are to those nobody says */
const IN_BRACKETS = /\([^()]{0,80}\b[0-9a-f]{1,2}\.[0-9a-f]{4}\b[^()]{0,80}\)/i;
const NOT_THESE =
	new RegExp(`,? \\(?(?:but |and )?not (?:also |even )?(${QUEUES})(?:\\)|,|$|(?=\\.$))`, "i");
const ARE_NOT = new RegExp(` \\((${QUEUES} (?:is|are)(?: not|n't))(?: bound)?\\)`, "i");

/** "does not have A, only B": what it does have, the second list says */
const ONLY_THESE = new RegExp(
	`^([^,;:]{1,80}(?:\\bnot|n't|\\bno longer|\\bnever)\\b[^,;:]{1,40}${QUEUES}[^,;:]{0,40}),? (?:but )?(?:only|just) (${QUEUES})$`, "i");

/** "The guest does not have A, only B": "...; the guest has only B" */
function with_second_verb(sentence: string): string {
	const [, first, these] = ONLY_THESE.exec(sentence.replace(/\.$/, "")) ?? [];

	return first === undefined ? sentence : `${first}; ` +
		(/\bbound\b|\bvfio_ap\b/i.test(first) ? `only ${these!} is bound`
			: `the guest has only ${these!}`);
}

const LOSES = /\b(?:los(?:es?|ing|t)|lacks?|miss(?:es|ing)|unplug\w*|without)\b/i;

/** "not A, B or C": none of them */
function all_of_list(queues: string): string {
	return queues.replace(/,? n?or /gi, " and ");
}

/** "adapter 04, not adapter 05" */
const NOT_UNIT = /,? (?:but |and )?not ((?:adapter|card|domain) [0-9a-f]{2,4})\.?$/i;

const HAS_UNITS = /^(?:the )?(guest|vm|mdev) (?:\w+ )?(?:has|sees|gets|keeps)\b/i;

/** "A and B, but not C, are bound", "A and B are bound (C is not)": two sentences in one */
function parted(sentence: string): string | null {
	const text = sentence.replace(/\.$/, "");
	const not = ARE_NOT.exec(text);
	const unit = NOT_UNIT.exec(text);
	const but = NOT_THESE.exec(text);

	const who = unit === null ? null : HAS_UNITS.exec(text);

	if (who !== null)
		return `${text.replace(unit![0], "")}; the ${who[1]!} does not have ${unit![1]!}`;
	const tail = not !== null && /\bbound\b/i.test(text.replace(not[0], ""))
		? `; ${not[1]} bound`
		: but === null || /\b(?:not|no|only|except)\b/i.test(text.replace(but[0], ""))
		? null
			: /\bguest|\bvm\b|apcb/i.test(text)
				? `; the guest ${LOSES.test(text) ? "also has" : "lacks"} ${all_of_list(but[1]!)}`
				: /\bbound\b/i.test(text) ? `; ${all_of_list(but[1]!)} is not bound`
				: null;

	return tail === null ? null : text.replace((not ?? but)![0], "") + tail;
}

/** more than one sentence */
const SENTENCES = new RegExp(`[^.][.!?] +(?:${BEGINS})`);
/** "A and B, but not C": whatever is said of A and B, of C it is not; no frame can tell the two */
const ALL_BUT_NOT =
	/(?:^|[(,;]\s*|\b(?:but|and)\s+)not (?:also |even )?(?:the )?(?:(?:queues? |apqns? )?[0-9a-f]{1,2}\.[0-9a-f]{1,4}\b|(?:adapter|card|domain|apid|apqi)s? (?:0x)?[0-9a-f])/i;
/** as a sentence of its own it is read: "the guest has A and B, but not C" */
const BUT_NOT_AT_END =
	/\b(?:has|have|had|gets?|got|sees?|keeps?)\b(?:(?!\b(?:has|have|had|gets?|got|sees?|keeps?)\b)[^(:])*?,? but not (?:(?! but not )[^(,])*$/i;
const TO_REPRODUCE = /^to (?:reproduce|see|show)(?: it| this)?[,:] (?=\w)/i;
const PURPOSE = /^(?:in order )?to [a-z]+ .*:$/i;
/** "the following aqmask operation", "the next store to apmask": which mask, it shows itself */
const NEXT_OF_MASK =
	/(?<=\b(?:following|next) )a[pq]mask (?=(?:operation|store|write|command|change)\b)|(?<=\b(?:following|next) (?:operation|store|write|command|change)) to (?:the )?a[pq]mask\b/i;
const IF_DONE =
	/ (?:if|when|once) (?:(?:it|this|that) (?:is|was|were) )?(?:attempted|tried|executed|issued|run)(?=[:.]?$)/i;
const IN_CASE =
	/^(?:so|and|now|then)?,? ?(?:if|when|given|with(?! the \w* ?exception\b)|say|let(?:'s| us) (?:say|assume)|suppose|assume)(?: that)? (?:(?:i|we|you) )?(?:have |had )?(?=(?:(?!\b(?:because|since)\b).)*\b(?:bound|assigned)\b)/i;
const MARKS = /^(?:(?:[=-]+>|→|>>+) ?|[*•o+-] )(?=\S)/;

const VALUE = "[\"'“]?([+-]?\\w+(?:,[+-]?\\w+)*)[\"'”]?";
const ATTRIBUTE = "(?:(?:the |its )?(?:mdev|matrix_mdev|mediated device|matrix|bus)(?:'s)? )?[\"'`]?((?:un)?assign_(?:adapter|domain|control_domain)|apmask|aqmask)" +
	"[\"'`]?(?: (?:attribute|file|interface))?(?: of (?:the )?\\w+)?";
const STORES =
	new RegExp(`^(?:then |now |next,? )?(?:(?:the |an? )?(?:i|we|you|admin\\w*|user\\w*|one) )?(?:write|writes|writing|wrote|store|stores|storing|echo|echoes|put|puts) ` +
	`${VALUE} (?:in)?to (?:the )?${ATTRIBUTE}(?: (.+?))?[.:]?$`, "i");
const STORED =
	new RegExp(`^${VALUE} (?:is|gets|was) (?:then |now )?(?:written|stored|echoed) (?:in)?to (?:the )?${ATTRIBUTE}[.:]?$`, "i");
const STORE_ALONE =
	new RegExp(`^((?:un)?assign_(?:adapter|domain|control_domain)): ?${VALUE}$`, "i");

/** "write 5 to assign_adapter", and what comes of it */
function read_store(text: string): frame_match | null {
	const m = STORES.exec(text) ?? STORED.exec(text);
	const alone = m === null ? STORE_ALONE.exec(text) : null;
	const [value, name] = m === null ? [alone?.[2], alone?.[1]] : [m[1], m[2]];
	const rest = m?.[3] === undefined ? null : read_clauses(m[3]);

	if (value === undefined || name === undefined || /\b(?:not|never)\b/i.test(text) ||
		m?.[3] !== undefined &&
			(rest === null || rest.facts([]).some((f) => f.fact !== "rc")))
		return null;
	const op: fact = {
		fact: "op", who: null, rc: "ok",
		op: /mask$/i.test(name) ? [`${name.toLowerCase()}_store` as "apmask_store", value]
			: ["write", "m0", name.toLowerCase(), value],
	};
	return {
		name: "a store in words", kind: "operation", list: false,
		facts: () => [op, ...rest?.facts([]) ?? []],
	};
}

/** "If 04.0047 is not bound, adapter 04 is filtered": for want of it */
function with_condition(list: fact[]): fact[] {
	const missing = list.flatMap((f) => f.fact === "missing" ? f.queues : []);

	return list.map((f) => f.fact === "expect" && f.expect.what === "filtered" &&
		f.expect.because.length === 0
		? { ...f, expect: { ...f.expect, because: missing } } : f);
}

/** "05.0001 is in matrix, but not in guest_matrix": nobody tells apart what is in which */
const MATRIX = /(?:^|[\s,;("])matrix(?=[\s,;:.)"]|$)(?! (?:mdev|device|mediated))/i;
const GUEST_MATRIX = /\bguest_matrix\b/i;

/** "The guest gets adapter 05, i.e. 05.0001": the same twice, and not all that it has */
const CHANGES = /\b(?:gets?|gains?|loses)\b/i, THAT_IS = / (?:i\.e\.|that is,|namely)/i;

function names_both(text: string): boolean {
	return CHANGES.test(text) && THAT_IS.test(text) ||
		MATRIX.test(text) && GUEST_MATRIX.test(text) && queues_in(text).length > 0;
}

/** "-EBUSY", "rc = -EBUSY", "ret -16": what an operation gives */
const RESULT_ALONE =
	/^(?:(?:rc|ret|retval|errno|return code)(?: ?[:=] ?| (?:is )?)(?=-?(?:E[A-Z]|\d))|(?=-?E[A-Z]{3,}\b))/;

/** "with 0a.0001 bound again it has both": what is had is the claim */
const HAS_ALL =
	/\b(?:it|they|guest|vm) (?:now |then )?(?:has|have|gets?|sees?|shows?) (?!n[eo]|access)|\b(?:has|have|gets?|sees?|is|are) (?:now |then )?(?:both|all|everything|nothing|none|back|gone)\b(?! (?:queues? )?(?:bound|unbound|assigned)\b)/i;
const BINDS: ReadonlySet<fact["fact"]> = new Set(["bind", "unbind", "bound", "missing"]);

/** Whether a claim of a sentence is nowhere in what was read of it. */
function drops_claim(text: string, said: readonly fact[]): boolean {
	return HAS_ALL.test(text) && said.some((f) => f.fact === "bind" || f.fact === "unbind") &&
		said.every((f) => BINDS.has(f.fact));
}

/** "assign adapter 04 => -EBUSY" */
const ARROWS = / (?:-+>|=+>|→|⇒) /g;

/**
 * read_frame - what a sentence says, by the frames that take its clauses
 * @sentence: white space squeezed
 */
export function read_frame(sentence: string): frame_match | null {
	const two = ARE_NOT.test(sentence) || NOT_UNIT.test(sentence) ||
		ALL_BUT_NOT.test(sentence) && !BUT_NOT_AT_END.test(sentence)
		? parted(sentence) : null;

	if (two !== null)
		return read_frame(two);
	if (PURPOSE.test(sentence))
		return { name: "what for", kind: "prose", list: false, facts: () => [] };
	if (is_not_now(sentence) || names_both(sentence) ||
		ALL_BUT_NOT.test(sentence) && !BUT_NOT_AT_END.test(sentence))
		return null;
	const plain = with_cause(
		with_verb(with_second_verb(sentence)).replace(MARKS, "").replace(TO_REPRODUCE, "")
			.replace(ARROWS, ": ")
			.replace(IF_DONE, "").replace(NEXT_OF_MASK, "")
			.replace(RESULT_ALONE, "gives "))
		.replace(/ ?(?<![=<>!])=+ (?=[0-9a-f]{1,2}\.[0-9a-f])/gi, ": ");
	const text = plain.replace(IN_CASE, "");

	if (IN_BRACKETS.test(text) && queues_in(text.replace(IN_BRACKETS, "")).length > 0)
		return null;
	if (text.length > 400 || CODE.test(text) || text.endsWith("?") || SENTENCES.test(text))
		return null;
	const m = read_store(text) ?? read_named(text);

	if (m === null || drops_claim(text, m.facts([])))
		return null;
	const runs = with_running(text, m.facts([])).length > m.facts([]).length;
	return text === plain && !runs ? m : {
		...m, kind: runs && m.kind === "set-up" ? "operation" : m.kind,
		facts: (listed) => with_running(text, text === plain ? m.facts(listed)
			: with_condition(m.facts(listed))),
	};
}
