// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sentence as tokens: queues, ids, errors and words by what they mean here. A word that is in no
 * list below is "unknown", and no frame takes a sentence with one: what cannot be placed is not
 * read.
 */
import { errno_by_name } from "#linux/errno.h";
import { parse_queue, queue_name } from "../scenario/ids.ts";
import { STRERROR } from "./strerror.ts";

/**
 * struct token - a part of a sentence
 * @kind: "queue", "id", "errno", a category of words, or "unknown"
 * @text: as written, words in lower case
 * @queue: its canonical name, for "queue"
 */
export interface token {
	kind: string;
	text: string;
	queue: string;
}

/** Several words that are one here; tried in this order, before the single words. */
const JOINED: readonly (readonly [RegExp, string])[] = [
	[/^(?:on|in) (?:my|our|this|that|the) (?:lpar|system|host|machine|box|test \w+),? /g, ""],
	[/\b(?:due to|because of)\b/g, "because"],
	[/\bnot being\b/g, "not"],
	[
		/\b(?:de-?configur(?:es?|ed|ing)|configur(?:es?|ed|ing) off|(?:set|put|taken|goes) offline)\b/g, "configured_off"],
	[/\bconfigur(?:es?|ed|ing) (?:(?:back )?on(?: again)?|again)\b/g, "configured_on"],
	[
		/\bno (?:queue|apqn)s? (?:of|in|for|on|associated with) (?:the )?(?=(?:adapter|domain|card|apid|apqi)\b)/g, "not "],
	[
		/\b(?:there is |there are )?no changes?\b(?: (?:in|to|for|of) (?:the )?guest\b)?(?! (?:to|in|of) (?:the )?(?:guest|shadow))/g, "nothing change"],
	[/\bcan ?not (?:use|see|access)\b/g, "not has"],
	[/\bcan (?:use|see|access)\b/g, "has"],
	[/\bguest (?:is|was|gets) (?:given|passed|assigned)\b/g, "guest gets"],
	[/\bavailable to (?:the )?vfio[_-]ap\b/g, "bound to vfio_ap"],
	[
		/,? (?:while|although|with|when) (?:the|a|its) guest (?:is|was|keeps|still) (?:still )?(?:running|using it|using the mdev)\b/g, ""],
	[
		/\bbound to (?:the |a |an )?(?:cex\d?[a-z]*|zcrypt[a-z]*|default|host|other|another)(?: device| host| ap| zcrypt)?(?: drivers?\b)?/g, "not bound"],
	[/\baccess to\b/g, ""],
	[/\bguest (?:is|comes|is now) up\b/g, "guest running"],
	[
		/^(?:the )?(?:queues|apqns) (?:in|of|for|seen by|visible (?:in|to)) (?:the |a )?(?:kvm )?guest\b/g, "guest_matrix"],
	[/^in(?:side)? (?:of )?the guest,? lszcrypt (?:-v )?(?:shows|says|lists|prints|gives)/g,
		"guest has"],
	[/\blet's (?:say|assume|suppose)\b/g, "suppose"],
	[/\bno longer\b/g, "not"],
	[/\bwithout (?:any )?(?:error|problem|failure|issue)s?\b/g, "works"],
	[/\b(?:does|do|did|is|are|was|were|ca|wo|could|would|has|have)n't\b/g, "not"],
	[/\bcan ?not\b/g, "not"],
	[/\bpass(?:es|ed|ing)?[ -]through\b|\bpassthrough\b/g, "passed_through"],
	[
		/\b(is|are|was|were)( not)? (?:in|part of|inside|visible (?:in|to)|given to|present in|available (?:in|to)) (?:the |a )?(?:kvm )?guest\b/g, "$1$2 plugged"],
	[/\b(?:hot[ -]?)?plug(?:s|ged|ging)?(?: in(?:to)?)?\b(?! of)/g, "plugged"],
	[/\b(?:hot[ -]?)?unplug(?:s|ged|ging)?\b(?: from)?/g, "unplugged"],
	[/\b(?:shut(?:s|ting)?|power(?:s|ed|ing)?|tear(?:s|ing)?|torn) (?:down|off)\b/g,
		"shutdown"],
	[/\bshut(?:s|ting)? (?:the |a )?(guest|vm) (?:down|off)\b/g, "stop $1"],
	[/<?\$?\{?\buuid\d?\b\}?>?/g, "mdev"],
	[/\bup and running\b/g, "running"],
	[/\bcontrol[ _]domains?\b/g, "control_domain"],
	[/\busage domains?\b/g, "domain"],
	[/\bqueue devices?\b|\bap queues?\b/g, "queue"],
	[
		/\b(?:matrix[_ ]mdev|(?:vfio[_-]ap )?mediated (?:matrix )?device|matrix mediated device|mdev)(?:'s)? (?:matrix|configuration)\b/g, "mdev"],
	[
		/\b(?:matrix[_ ]mdev->matrix|matrix[_ ]mdev|(?:vfio[_-]ap )?(?:mediated|mdev) (?:matrix )?device|matrix mediated device)(?:'s)?\b/g, "mdev"],
	[/\bvfio[_-]ap(?: device)?(?: driver)?\b|\b(?:device )?driver\b|\bvfio driver\b/g,
		"vfio_ap"],
	[
		/\b(?:matrix_mdev->)?shadow[ _](?:apcb|crycb)\b|\bguest[_ ]matrix\b|\bguest's (?:shadow )?(?:ap )?(?:matrix|apcb|crycb|configuration|queues)\b|\b(?:kvm )?guest (?:ap )?(?:matrix|configuration|apcb|crycb)\b/g, "guest_matrix"],
	[/\b(is|are|was|were)( not)? (?:in|part of|contained in|set in) (?:the )?guest_matrix\b/g,
		"$1$2 plugged"],
	[
		/\bmdev (?:is|gets|was|has been) (?:passed|passed_through|given|handed|assigned|attached)(?: through)? to (?:the |a )?(?:running )?guest\b/g, "mdev attach guest"],
	[
		/\b(?:host|lpar)(?:'s)? (?:ap )?config(?:uration)?\b|\bap config(?:uration)? of the (?:host|lpar)\b|\binfo->a[pqd]m\b/g, "host_config"],
	[/\bset of\b|\blist of\b/g, ""],
	[/\bas (?:it was )?before\b|\bthe same\b|\bas it (?:was|is)\b/g, "unchanged"],
	[
		/\b(?:results? in|ends? (?:up )?(?:with|in)|comes? back with|is (?:refused|rejected) with)\b/g, "gives"],
	[/\bno (?:apqns?|queues?|bits?|adapters?|domains?)\b(?! (?:is|are) bound| bound)/g, "none"],
	[/\bcompletely empty\b|\bnothing\b(?= (?:is )?(?:left|assigned|in|set))/g, "empty"],
];

/** Words by what they mean. */
const CATEGORIES: Readonly<Record<string, string>> = {
	adapter: "adapter adapters apid apids card cards",
	domain: "domain domains apqi apqis",
	control: "control_domain",
	queues: "queue queues apqn apqns",
	vfio_ap: "vfio_ap vfio",
	mdev: "mdev matrix",
	guest_matrix: "guest_matrix apcb crycb",
	guest: "guest guests vm kvm",
	host: "host host_config lpar",
	assign: "assign assigns assigning assigned add adds adding added",
	unassign: "unassign unassigns unassigning unassigned remove removes removing removed deassign",
	bind: "bind binds binding",
	unbind: "unbind unbinds unbinding unbound",
	bound: "bound owned",
	start: "start starts started starting boot boots booted booting launch launches launched",
	running: "running runs active",
	stop: "stop stops stopped stopping detach detaches detached detaching shutdown terminate terminates terminated",
	plug: "plugged passed_through available",
	unplug: "unplugged",
	filter: "filter filters filtered filtering withheld withholds withhold dropped drops drop",
	has: "has have had owns own holds sees see contains contain keeps keep shows show",
	gets: "gets get got",
	loses: "loses lose lost",
	gains: "gains gain",
	destroy: "destroy destroys destroyed destroying delete deletes deleted",
	off: "configured_off",
	on: "configured_on",
	create: "create creates created creating",
	unchanged: "unchanged remains remain stays stay unmodified",
	change: "change changes changed",
	none: "none empty",
	nothing: "nothing",
	not: "not never neither nor no",
	missing: "missing absent",
	allows: "allow allows let lets complete completes finish finishes",
	waits: "hang hangs hung block blocks waits wait",
	fails: "fails fail failed failing refused rejected",
	gives: "gives give returns return",
	works: "works work worked succeeds succeed succeeded accepted",
	attach: "attach attaches attaching re-attach re-attached re-attaching reattached reattach",
	because: "because since",
	so: "so hence therefore consequently thus",
	suppose: "suppose assume assuming supposing consider given let's say",
	filler: "a an the this that these those following then now also and both all of in on at it its we " +
		"i you user admin administrator somebody someone userspace system sysadmin in order after " +
		"is are was were be been being becomes become will would reference references structured choice made case resolve dilemma decision " +
		"similarly example will would should can may must do does did " +
		"by to from into with only just currently still again afterwards next first second third " +
		"finally using as follows here there e.g. or step state current new resulting more " +
		"but however use uses using used write store assignment one two three four five six several others which any out some for each devices device list set initially available: via through per " +
		"left up ok okay well otherwise already afterward well if " +
		"note qemu attached indefinitely forever mdevctl command operation in-use",
};

const MEANING = new Map(Object.entries(CATEGORIES).flatMap(([kind, words]) =>
	words.split(" ").map((w): [string, string] => [w, kind])));

const TOKEN = new RegExp([
	"(?<queue>(?<![\\w.])(?:0x)?[0-9a-f]{1,2}\\.(?:0x)?[0-9a-f]{1,4}(?![\\w]|\\.\\w))",
	"(?<pair>\\( ?\\d{1,3} ?[,.] ?\\d{1,3} ?\\)|\\( ?[0-9a-f]{2} ?, ?[0-9a-f]{4} ?\\)|(?<![\\w.-])\\d{1,3}-\\d{1,3}(?![\\w.-]))",
	"(?<errno>-?\\bE[A-Z0-9]{2,}\\b)",
	"(?<dash>(?<!\\w)-+(?=[\\sa-z]|$))",
	"(?<id>(?<![\\w.])(?:0x[0-9a-f]{1,4}|\\d[0-9a-f]{0,3}|[0-9a-f]{2}|[0-9a-f]{4})(?![\\w]|\\.\\w))",
	"(?<word>[a-z][\\w'>-]*(?:\\.g\\.|:)?)",
	"(?<punctuation>[,;:.()\"!?/]+)",
	"(?<other>\\S)",
].join("|"), "gi");

const ERRORS = Object.entries(STRERROR);

function pair_queue(text: string): string {
	const hex = /\( ?[0-9a-f]{2} ?, ?[0-9a-f]{4} ?\)/i.test(text);
	const [apid, apqi] = text.match(/[0-9a-f]+/gi)!.map((n) => parseInt(n, hex ? 16 : 10));

	return queue_name(apid!, apqi!);
}

function word_token(text: string): token {
	let end = text.length;

	while (end > 0 && ":-".includes(text[end - 1]!))
		end--;
	const bare = text.slice(0, end).replace(/'s$/, "");

	return { kind: MEANING.get(bare) ?? "unknown", text: bare, queue: "" };
}

const LIKE_NUMBERS =
	new Set(["be", "ad", "add", "bad", "bed", "fed", "feed", "dead", "face", "fade", "deed",
		"cede"]);

/** Two or four letters that could be a number are one only behind a unit or another number. */
function is_word(text: string, before: token | undefined): boolean {
	if (/\d/.test(text))
		return false;
	if (LIKE_NUMBERS.has(text.toLowerCase()))
		return true;
	return before === undefined ||
		!["adapter", "domain", "control", "id"].includes(before.kind);
}

function token_of(
	groups: Record<string, string | undefined>, before: token | undefined,
): token | null {
	const { queue, pair, dash, errno, id, word, punctuation, other } = groups;

	if (queue !== undefined) {
		const name = parse_queue(queue);

		return {
			kind: name === null ? "unknown" : "queue", text: queue, queue: name ?? "",
		};
	}
	if (pair !== undefined)
		return { kind: "queue", text: pair, queue: pair_queue(pair) };
	if (errno !== undefined && errno_by_name(errno.replace("-", "")) !== undefined)
		return { kind: "errno", text: errno.replace("-", ""), queue: "" };
	if (id !== undefined && !is_word(id, before))
		return { kind: "id", text: id.toLowerCase(), queue: "" };
	if (dash !== undefined)
		return { kind: "pause", text: dash, queue: "" };
	if (punctuation !== undefined)
		return /[,;:]/.test(punctuation) ? { kind: "pause", text: punctuation, queue: "" }
			: null;
	const text = (word ?? errno ?? id ?? other)!.toLowerCase();
	const made = word_token(text);
	return made.kind === "filler" ? null : made;
}

function errors_named(text: string): string {
	let out = text;

	for (const [words, name] of ERRORS)
		if (out.includes(words))
			out = out.replaceAll(words, name);
	return out;
}

const THE_REST =
	/(?:,|,? and|;) (?:the rest|the others?|all others?|all the others?|everything else|all other queues|every other queue)\b/;
const OF_OTHERS = /\b(?:not|with|to|by)\b/;

/** "... are bound, the rest is not": of what is not named nothing need be said. */
function without_rest(text: string): string {
	const at = THE_REST.exec(text);

	if (at === null)
		return text;
	const [remark, ...more] = text.slice(at.index + 1).split(/(?=[.;])/);
	return OF_OTHERS.test(remark!) && !/\d/.test(remark!) ? text.slice(0, at.index) +
		more.join("") : text;
}

/** "as 05.0047 is not bound", "for want of 05.0047": a cause, if something is missing */
function with_because(text: string): string {
	return /\b(?:not|unbound|missing|absent)\b|n't\b/.test(text) ?
		text.replace(
			/\b(?:as|for) (?=(?:the )?(?:queues? |apqns? )?[0-9a-f]{1,2}\.[0-9a-f]{1,4}\b)/g, "because ") :
		text.replace(
			/\b(?:due to|because of|for want of|for lack of|owing to) (?=(?:the )?(?:queues? |apqns? )?[0-9a-f]{1,2}\.)/g,
			"because not ");
}

/** "take it away" */
function without_particles(text: string): string {
	return /\btak(?:e|es|en|ing)\b/.test(text) && /\b(?:away|out)\b/.test(text) ?
		text.replace(/\btak(?:e|es|en|ing)\b/g, "unassign").replace(/\b(?:away|out)\b/g, "")
		: text;
}

/** @text in lower case, errors and joined words put in */
function prepared(text: string): string {
	const lower = errors_named(without_witness(text).split(/(\bE[A-Z0-9]{2,}\b)/)
		.map((part, i) => i % 2 === 1 ? part : part.toLowerCase()).join(""));

	return JOINED.reduce((t, [re, to]) => t.replace(re, to),
		without_particles(with_because(without_rest(lower))));
}

/** "Using a newer libvirt I also verified that ...": who saw it, and with what, changes nothing. */
const SEEN = new RegExp(
	"^(?:(?:using|with) [^,.;]{1,80}?,? )?(?:i|we) (?:also |have |just |can )*" +
	"(?:verified|tested|checked|confirmed|confirm|observed|noticed|saw|see|found|find)(?: that)? (?=\\S+ \\S)", "i");

/** without_witness - a sentence without the words that say who saw it */
function without_witness(text: string): string {
	return text.replace(SEEN, "");
}

function parts_of(texts: Iterable<string>): Set<string> {
	return new Set([...texts].flatMap((text) => text.match(/[a-z]{3,}/gi) ?? []));
}

const KNOWN = parts_of([...MEANING.keys(), ...Object.keys(STRERROR)]);
/** What words begin with that are joined with others. */
const BEGINNINGS = parts_of(JOINED.map(([re]) => re.source.replace(/\\[a-z]/g, " ")));
/**
 * Sentences of which a part may go, or that have a cause; and words that are joined with others.
 */
const MAY_CHANGE =
	new RegExp("\\b(?:rest|others?|else|because|since|so|hence|therefore|consequently|thus|due|owing|want|" +
	"lack|tak(?:e|es|en|ing)|uuid\\d?)\\b|\\b(?:as|for)\\b.*[0-9a-f]\\.[0-9a-f]|configur|zcrypt|cex|^(?:on|in) (?:my|our|this|that|the) ", "i");
const LONG_WORD = /(?<![\w.])[a-z]{5,}(?![\w.])/g;

/**
 * is_foreign - whether a sentence has a word that is in no list, whatever is joined in it
 *
 * Quick, and right where it says yes: tokens_of() gives a token "unknown" then.
 */
export function is_foreign(text: string): boolean {
	return !MAY_CHANGE.test(text) && !SEEN.test(text) &&
		text.toLowerCase().match(LONG_WORD)?.some((word) => !may_be_known(word)) === true;
}

/** An "e" may begin the name of an error. */
function may_be_known(word: string): boolean {
	if (KNOWN.has(word) || word.startsWith("e"))
		return true;
	for (let length = 3; length <= word.length; length++)
		if (BEGINNINGS.has(word.slice(0, length)))
			return true;
	return false;
}

/**
 * tokens_of - a sentence's tokens, fillers left out
 */
export function tokens_of(text: string): token[] {
	const list: token[] = [];

	for (const m of prepared(text).matchAll(TOKEN)) {
		const t = token_of(m.groups!, list.at(-1));

		if (t !== null && t.text !== "")
			list.push(t);
	}
	return list;
}

const PARTICULAR =
	new RegExp("(?<![\\w.])(?:0x)?[0-9a-f]{1,2}\\.[0-9a-f]{4}(?![\\w.])|\\(\\d+, ?\\d+\\)|" +
	"\\b(?:adapters?|domains?|apids?|apqis?|apqns?|queues?|cards?)\\s+(?:0x[0-9a-f]+|\\d[0-9a-f]*)\\b|" +
	"\\b(?:un)?assign_(?:adapter|domain|control_domain)\\b|\\b(?:guest_matrix|apmask|aqmask|driver_override|ap_config)\\b|" +
	"^\\W{0,20}(?:\\S{0,80}[#$] )?(?:echo|cat|ls|lszcrypt|chzcrypt|chzdev|mdevctl|virsh|qemu\\S*)\\s", "i");

/** is_particular - whether a line speaks of a queue, an adapter, an attribute or a tool */
export function is_particular(text: string): boolean {
	return PARTICULAR.test(text);
}

const OPERATIVE =
	new Set(["assign", "unassign", "bind", "unbind", "start", "stop", "plug", "unplug",
		"filter"]);

/** is_operative - whether a line has a verb of something that is done */
export function is_operative(text: string): boolean {
	return tokens_of(text).some((t) => OPERATIVE.has(t.kind));
}

const FUNCTION_WORDS =
	new Set(
		("the a an of to in is are was were be that this these those it its we i you they " +
	"he not and or but if as for with on at by from so then there here which who what when where why how " +
	"have has had do does did can could will would should may might must my your our their me us them no " +
	"yes any some such than because since while although though after before about into only just also " +
	"more very all each every both").split(" "));

const REFLECTION =
	/\b(?:reasons?|decisions?|design|reflects?|rationale|makes? sense|in general|generally|typically|usually)\b/i;

/**
 * is_reflection - whether a line says why something is as it is, rather than that it is done
 */
export function is_reflection(text: string): boolean {
	return REFLECTION.test(text) && is_prose(text);
}

/**
 * is_prose - whether a line reads as running English that says nothing in particular
 *
 * Four words at least, a third of them such as any English sentence has.
 */
export function is_prose(text: string): boolean {
	const words = text.toLowerCase().match(/[a-z][a-z'-]*/g) ?? [];
	const common = words.filter((w) => FUNCTION_WORDS.has(w.replace(/'[^]*$/, ""))).length;

	return !is_particular(text) && words.length >= 3 && common * 4 >= words.length;
}
