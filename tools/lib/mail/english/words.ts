// SPDX-License-Identifier: GPL-2.0-only
/*
 * A sentence as tokens: queues, ids, errors and words by what they mean here. A word that is not in
 * the lexicon is "unknown", and no frame takes a sentence with one: what cannot be placed is not
 * read.
 */
import { errno_by_name } from "#linux/errno.h";
import { parse_queue, queue_name } from "../../scenario/ids.ts";
import { behind } from "./behind.ts";
import { LEXICON, PREDICATES, type lexeme } from "./lexicon.ts";
import { is_operative, is_particular } from "./speaks.ts";
import { STRERROR } from "../typed/strerror.ts";

/**
 * struct token - a part of a sentence
 * @kind: "queue", "id", "errno", a category of words, or "unknown"
 * @text: as written, words in lower case
 * @queue: its canonical name, for "queue"
 * @form: of a verb
 */
export interface token {
	kind: string;
	text: string;
	queue: string;
	form: lexeme["form"];
}

const GUEST = "(?:the |a |its )?(?:kvm )?(?:guest|vm)";
/** somebody else's queue: a driver's by its name, or the host's */
const ELSEWHERE = "(?:the |a |an |its |their )?(?:(?:cex\\d?[a-z]*|zcrypt[a-z]*|host(?! config)(?:'s)?)(?: device| host| ap| zcrypt| queue)?(?: drivers?\\b)?" +
	"|(?:default|other|another|normal)(?: device| host| ap| zcrypt| queue)? drivers?\\b)(?! config)";
const A_QUEUE = "(?:0x)?[0-9a-f]{1,2}\\.[0-9a-f]{1,4}";
const SOME_QUEUES = `${A_QUEUE}(?:(?:,? and|,) ${A_QUEUE})*`;
const UP_TO_4 = "((?: [\\w.]+){0,4}?)";

/** the driver itself, not its mdev */
const THE_DRIVER = "(?:the )?vfio[_-]ap(?:(?: device)? driver)?(?:[.,;:]|$)";
const ONE_MORE =
	"(?:(?:an?|its|the) (?:second|third|fourth|further|other|additional|new|extra)|another)";
const ONE_MDEV =
	"(?:there(?:'s| is| exists)|we have|i have) (?:only |just )?(?:a|an|one)(?: single)? (?:vfio[_-]ap )?(?:matrix mdev|mdev|mediated device)";
/** "Hm, no, that's wrong: it should be empty.": what stands behind that is the claim */
const JUDGED = "(?:this|that|it)(?:'s| is| was| isn't| wasn't)" +
	"(?: (?:not|just|simply|quite|clearly|really))* (?:wrong|right|true|correct|incorrect)";
const SIGHS = "(?:(?:hm+|no|nope|well|but|sorry|oh|ah|actually|and|so)[,.!]? )*";
const REFUSED = "(?:wrong|incorrect|not (?:ok|okay|true|right|correct|so|quite))";
const REFUSAL = new RegExp(`^${SIGHS}${REFUSED}[:,] (?=\\w)`, "i");
const CORRECTION =
	new RegExp(`^${SIGHS}${JUDGED}[,:;.]? (?:-+ )?(?=.*\\b(?:should|must|ought to|has to|have to)\\b)`, "i");

/** A verb with its particle, and what stands between them: "shut the guest down". */
function particle(verbs: string, particles: string, means: string): readonly [RegExp, string] {
	return [new RegExp(`\\b(?:${verbs})${UP_TO_4} (?:${particles})\\b`, "g"), `${means}$1`];
}

/** Several words that are one here; tried in this order, before the single words. */
const JOINED: readonly (readonly [RegExp, string])[] = [
	[/(?<=[:=] )(?:<(?:empty|none|nothing)>|\[\])/g, "empty"],
	/* how a queue is, and not what is done to it */
	[/\b(is|are) (?:still|currently|already) unbound\b/g, "$1 not bound"],
	[/\b(is|are) unbound(?= at (?:that|this|the) (?:point|time|moment)\b)/g, "$1 not bound"],
	[new RegExp(`\\bwhile ((?:queues? )?${SOME_QUEUES}) (is|are) unbound\\b`, "g"),
		"while $1 $2 not bound"],
	[/ ?(?:(?<!-)-+>|(?<!=)=+>|→|⇒) ?/g, ": "],
	[/\b(?:do|does|did)(?: too| as well)?(?=[.,;]|$)/g, "is"],
	[
		new RegExp(`^(${SOME_QUEUES})( [a-z_][^;:]{1,80}?),? (?:and )?(?:so|neither|nor) (?:does|do|is|are|has|have) (${SOME_QUEUES})(?=[.,;]|$)`, "g"), "$1 and $3$2"],
	[/\b0x([0-9a-f]{1,2}\.)0x(?=[0-9a-f]{1,4}\b)/g, "$1"],
	[/\b either(?=[.,;]|$)/g, ""], [/\b(has|have) (not )?got (?=[\da-f]{1,2}\.)/g, "$1 $2"],
	[/^to begin with,? |,? to begin with(?=[.,;]|$)/g, ""],
	[/,? and (?:no|nothing)(?: other)?(?: queues?)?(?: else)? (?:is|are)(?=[.,;]|$)/g, " only"],
	[/\bour(?:s|s, i\.e\.,?|s, that is,?) bound to\b|\bours(?=[.,;]|$)/g, "bound to vfio_ap"],
	[/\b(?:has|have)( not)? made it (?:in)?to (?=(?:the )?(?:guest|vm)\b)/g, "is$1 in "],
	[/^in turn,? |,? in turn(?=[.,;]|$)|^so far so good[:,;] /g, ""],
	[/^what (?:the )?(guest|vm) has left is (?=[\da-f])/g, "$1 has only "],
	[
		/ (?:instead of|rather than) (?:to )?(?:(?:its|their|the) default drivers?|zcrypt|(?:the )?cex\w{1,12})\b/g, ""],
	[/\b(is|are) with (?=(?:the )?vfio[_-]ap\b)/g, "$1 bound to "],
	[/^an mdev exists[,;] (?:and )?/g, ""],
	[
		/\b(?:unbind|unbinds|unbound) (queue )?([\da-f]{1,2}\.[\da-f]{4}),? (?:but|and) leaves? (?=[\da-f])/g,
		"unbind $1$2; "],
	[/\b([\da-f]{1,2}\.[\da-f]{4}) returns? to (?=(?:the )?(?:guest|vm)\b)/g, "$1 is back in "],
	[/\bconfigures? ((?:adapter|card)s? [\da-fx]{1,4}) (on|off)\b/g, "configured_$2 $1"],
	[/^(queues|apqns) (?:which|that) are (?=bound\b)/g, "$1 "],
	[
		/\b(?:nobody|no one|no guest) (?:uses|is using|has opened) (?:the|my|our) (?:mdev|matrix mdev|mediated device)\b/g, "no guest running"],
	[
		/\b(mdev|mediated device)'s (adapters?|cards?|domains?) (?:is|are) ([\da-fx, and]{1,60})(?:,|,? and|;) (?:its|the) (adapters?|cards?|domains?) (?:is|are) /g, "$1 has $2 $3, $4 "],
	[/\b(?:returns?|comes? back) (?:at once|immediately|right away|straight away)\b/g, "works"],
	[
		new RegExp(`\\b(guest|vm) (?:comes|came|boots|starts|started) (?:up )?with (?=(?:only )?${A_QUEUE})`, "g"), "$1 start; $1 has "],
	[/\b(?:stays?|remains?|is left|are left|is kept|are kept) (?=bound\b)/g, "is "],
	[/\b(?:stays?|remains?) unbound\b/g, "is not bound"],
	[/\bnot (?:only|just|merely|solely) /g, "besides "],
	[/\b(?:is|are|was|were) not without (?=[0-9a-f])/g, "has besides "],
	[/\b(?:is|are|has|have) (?:yet|still) to be (?=(?:re)?bound\b)/g, "is not "],
	[
		/\bthe (?:filter(?:ing)?) (?:code|logic|function|algorithm) (?:will |would )?filters? (?:out )?(?=(?:the )?(?:apid|apqi|adapter|domain)\b)((?:the )?[a-z]+ (?:0x)?[0-9a-f]{1,4}\b)/g, "$1 is filtered"],
	[CORRECTION, ""], [/\b(?:i\.e\.,?|that is,) (?=\S)/g, ""],
	[/ ?\((?:\d{1,3}\.|\.\d{1,4})\)/g, ""],
	[/ ?\((?=[^()]*\b(?:no idea|whatever|doesn't matter)\b)[^()\d]{1,80}\)/g, ""],
	[
		/\bfor (?:an?|some|whatever|any|another) (?:[a-z]+ )?reasons?\b(?:,? (?:different|other) (?:than|from)\b[^.;]{0,120})?/g, ""],
	[
		/^((?:.{0,40}\b(?:have|has|is) )?)the same (?:situation|set-?up|state)(?: (?:regarding|concerning|as to|with respect to|of|for) the bound queues| of (?:the )?queues bound) as (?:above|before)(?:,? (?:but|and|only))?/g, "$1as_above; "],
	[/\b(?:we|i|you) (?:start|begin) with an? empty (?=(?:mdev|matrix)\b)/g, "empty "],
	[/\b(?:we|i|you) (?:start|begin)(?:ed|an)? with the empty (mdev|matrix)\b/g,
		"$1 is empty"],
	[
		/\b(?:we|i|you) (?:start|begin)(?:ed|an)?(?: out| off)? with (?=(?:the |an? )?(?:mdev|mat\w{2,4}) (?:has|having|containing|with)\b)/g, ""],
	[
		/(?:,? and)? (?:do|make|perform) all (?:of )?(?:the|these|our) assignments while (?:the|a) (guest|vm) is running\b/g, "; $1 running"],
	[/\blet us (?=(?:say|assume|suppose|imagine)\b)/g, "let's "],
	[/^for (?:this|the|my|our) (?:test|example|experiment|case|scenario),? /g, ""],
	[
		new RegExp(`^there (?:is|are) (?:(?!no )\\w+ ){0,2}(?:queues?|apqns?) (?:which|that) (?:the )?(vfio[_-]ap|guest|mdev)(?: device)?(?: driver)? (?=(?:owns?|has|drives|holds|manages|controls|sees|uses)\\b)`, "g"), "$1 "],
	[/\bis in (?:control|charge|possession) of\b/g, "has"],
	[
		new RegExp(`\\bunder (?:the )?vfio[_-]ap(?: driver)?'s control\\b`, "g"),
			"bound to vfio_ap"],
	[
		/\b(mdev|mediated device) (?:is|was|gets) (?:then |now )?(?:given|handed|granted) (?=(?:the |an? )?(?:adapter|domain|card)s? )/g, "$1 gets "],
	[
		/\b(?:someone|somebody|he|she|we|i|they|the admin) (?:then )?us(?:es|ed) the hmc to /g, "hmc "],
	[
		/\b(?:someone|somebody) else (?=(?:(?!\b(?:someone|somebody) else ).)* (?:our|my|this|the) (?:mdev|mediated device)\b)/g, "somebody "],
	[
		/\b(keeps? (?:(?!keeps? ).){4,80}?),? (?:and|but) (?:doesn't|does not) (?:get|gain|see|receive) (?:anything|any) (?:new|more|else)\b(?: queues?)?/g, "$1 only"],
	[
		/^no (?:(?:new|additional|further) )?(?:queues?|apqns?) (?:is|are|gets?|was|were) (?:added|given|passed|handed) to (?=(?:the )?(?:guest|vm)\b)/g, "nothing is plugged into "],
	[/^the reason (?:why |that )?(.{3,60}?) is that /g, "$1 because "],
	[
		/^(?:it |this |the (?:command|write|echo|shell) )?(?:hangs?|blocks?|waits?|does not return|doesn't return) until (?:the |a )?(?:guest|vm) (?:is (?:shut down|stopped|destroyed|gone|down)|shuts down|stops|ends|goes down)(?=[.,;]|$)/g, "this waits"],
	[/\bthe missing (?=(?:queue|apqn)s? [0-9a-f])/g, ""],
	[
		/\bno (?:other )?(?:queues?|apqns?) (?:but|except|other than|apart from) (?=[0-9a-f]{1,2}\.)/g,
		"only "],
	[/^(?:the )?vfio[_-]ap queues(?=:)/g, "queues bound to vfio_ap"],
	[
		new RegExp(`^(?:the )?(?:queues|apqns) (?:passed|given|handed|reserved)(?: over)? (?:to|for) (?=${THE_DRIVER})`, "g"), "queues bound to "],
	[/^vfio[_-]ap (?:<[-=]+|←) ?/g, "vfio_ap has "],
	[/^(?:the )?(?:guest|vm)'s lszcrypt(?: -v)?(?=:)/g, "guest has"],
	[
		/\b((?:shut|stop|power|destroy)s?\b.{0,40}) and (?:then )?(start|boot)s? it(?: up)?(?: again)?(?=[.,;:]|$)/g, "$1; $2 the guest"],
	[
		/\b(?:no longer|not) (?:has|have|sees?|gets?|keeps?) (?:any|a single) (?:more )?(?:queues?|apqns?)\b(?! of)/g, "has none"],
	[
		/\b(?:a running (?:guest|vm)|(?:guest|vm) running) with (?=[0-9a-f]{1,2}\.)/g,
			"guest running and guest has "],
	[
		/^((?:then |now )?(?:start|boot|launch|run) (?:the |a )?(?:guest|vm)),? (?:and )?it (?=(?:has|sees|gets|shows)\b)/g, "$1; guest "],
	[
		/^((?:the |our |my )?(?:host|lpar)\b[^.]*?),? all (?:of them )?bound(?: to (?:the )?vfio[_-]ap(?: driver)?)?(?=[.,;:]|$)/g, "$1; all queues are bound"],
	[/\bgets? to (?=(?:see|use|have)\b)/g, ""],
	[/\b(?:goes|turns|ends up) empty\b/g, "is empty"],
	[
		new RegExp(`(^|, |; |and )${ELSEWHERE} (?:gets?|takes?|got|took) (${SOME_QUEUES})(?: back| over)?`, "g"), "$1$2 gets unbound"],
	[
		new RegExp(`\\b(?:is|are|was|were|gets?) (?:released|freed|given up) (?:from|by) (?=${THE_DRIVER})`, "g"), "gets unbound from "],
	[
		new RegExp(`\\b(?:the )?vfio[_-]ap(?:(?: device)? driver)? (?:releases?|released|gives? up|gave up|lets? go of) (${SOME_QUEUES})`, "g"), "$1 gets unbound"],
	[
		/\b(?:taken|takes|take|took|pulled|pulls) off (?=(?:the |our )?(?:mdev|matrix|mediated))/g, "removed from "],
	[/^imagine(?: that)? (?=\w)/g, "suppose "],
	[/,? ?\bwith the (?:sole |only |single )?exception of\b/g, " except"],
	[/\b(?:save|apart|aside) (?:for|from) (?=[0-9a-f]{1,2}\.)/g, "except "],
	[/\b(?:goes|went|carries|keeps) on (?=(?:having|seeing|using|showing)\b)/g, "still "],
	[/\bcontinues? with (?=(?:only |just )?[0-9a-f]{1,2}\.)/g, "has "],
	[/\b(is|are)(?: not|n't) there(?=,? (?:because|since)\b)/g, "$1 missing"],
	[/\btrying to (assign|unassign|bind|unbind|add)\b/g, "$1ing"],
	[
		/^(?:the )?lszcrypt(?: -v)?(?:'s)?(?: output)? (?:in(?:side)?|from|of|on) (?:of )?(?:the |my |our )?(?:guest|vm)((?: (?:now|then|still|only|just|also))*) (?:shows|says|lists|prints|gives|has|reports|displays)\b/g, "guest has$1"],
	[
		/^(?:the )?(?:guest|vm)'s lszcrypt(?: -v)?((?: (?:now|then|still|only|just|also))*) (?:shows|says|lists|prints|gives|reports)\b/g, "guest has$1"],
	[
		new RegExp(`^lszcrypt(?: -v)? (?:shows|says|lists|prints|gives|reports) ((?:only )?${SOME_QUEUES}) (?:in|inside|on) (?:the |my |our )?(?:guest|vm)\\b`, "g"), "guest has $1"],
	[
		new RegExp(`^${ONE_MDEV}[,;]? (?:(?:and|which|that|it) )+(?=ha(?:s|ve)\\b|contains\\b)`, "g"), "the mdev "],
	[new RegExp(`^${ONE_MDEV}: (?=(?:adapter|card|domain)s? )`, "g"), "mdev: "],
	[new RegExp(`^${ONE_MDEV}[,;] (?:and )?(?=(?:adapter|card|domain)s? .* assigned to it\\b)`,
		"g"),
		""],
	[
		new RegExp(`\\b(${A_QUEUE}|queues|apqns) ((?:is |are |was |were )?)(?:assigned|attached|allocated|dedicated) to (?=${THE_DRIVER})`, "g"), "$1 $2bound to "],
	[
		new RegExp(`\\b(?:the )?(?:host|lpar|hypervisor|admin|administrator|we|i) (?:pass(?:es|ed)?|hands?|handed|gives?|gave|leaves?|left|reserves?|reserved|dedicates?|dedicated) (?:the )?(?:queues? |apqns? )?(${SOME_QUEUES}) (?:over )?(?:to|for) (?=${THE_DRIVER})`, "g"), "$1 is bound to "],
	[
		new RegExp(`\\b(?:has|have) been (?:handed|given|passed)(?: over)? to (?=${THE_DRIVER})`, "g"), "is bound to "],
	[
		new RegExp(`(?<!(?:adapter|card|domain)s? )\\b((?:0x)?(?=[a-f]?\\d)[0-9a-f]{1,4})((?: [a-z_]+){0,6}) as ${ONE_MORE} (adapter|card|domain)\\b`, "g"), "$3 $1$2"],
	[new RegExp(` as ${ONE_MORE} (?:adapter|card|domain)\\b`, "g"), ""],
	[
		/\b(?:tr(?:y|ies|ied)|attempts?|attempted) to (?=(?:(?:un)?(?:assign|bind)|add|remove)\b(?:(?!\b(?:tr(?:y|ies|ied)|attempts?|attempted) to ).)*(?:\bE[A-Z]{3,}\b|\bfail|\brefuse|\breject|\bdenie))/g, ""],
	[
		/\b(?:this|that|which|it) (?:lets|allows|enables) (?:the |a )?(guest|vm) (?:to )?(?=(?:still )?(?:keep|have|see|use|access|retain)\b)/g, "$1 "],
	[
		new RegExp(`\\b(?:this|that|which|it) (?:keeps|leaves|kept|left) (?:only )?(${SOME_QUEUES}) (?:in|with|for|to) (?:the |a )?(guest|vm)\\b`, "g"), "$2 has $1"],
	[/ \((?:x|\*|yes|✓|✔)(?: ?(?:=|:|means|is) [^()]{1,40})?\)/g, ""],
	[
		/^(?:(?:as (?:you|we|one)(?: can)? (?:see|know)|as expected|indeed|in fact|not quite|almost|exactly|(?:you are|you're) right|i (?:dis)?agree|i see|fine|good|great|unfortunately|interestingly|surprisingly|strangely|apparently|obviously|clearly|ok(?:ay)?|well|hm+)[,:] )+/g, ""],
	[/^(?:please )?note(?: that|:)? (?=\w)/g, ""],
	[
		/^(?:with(?:out)?|while|as long as) (?:no|a|any)(?: running)? (?:kvm )?(?:guest|vm)(?: is)?(?: running| started)?(?: yet)?, /g, ""],
	[
		/^((?:so|and|now|then),? )?(?:after|with) (?:the|this|that) (?:un)?(?:bind(?:ing)?|assign(?:ment)?|hot ?(?:un)?plug|change|operation|removal),? (?=(?:the )?guest)/g, "$1"],
	[
		new RegExp(`[,;:] (?:and )?(?:the )?(?:guest[_ ]matrix|guest|vm): ?(?=(?:only )?${A_QUEUE}|empty|none|nothing|no )`, "g"), "; guest has "],
	[/\b(guest|vm) (?:is|was|are) using\b/g, "$1 has"],
	[/\bvfio[_-]ap (?=mdevs?\b)/g, ""],
	[
		/\b(?:the )?matrix of (?:the |its |our )?mdev (?:is|has|consists of)(?= (?:the )?(?:adapter|card|domain|[0-9a-f]{2}\.))/g, "mdev has"],
	[
		new RegExp(`\\b(?:(?:we|i|you) have|(?:the |my |our )?(?:host|lpar|system|machine) has) (?:the )?(?:queues? |apqns? )?(${SOME_QUEUES}) bound\\b`, "g"), "$1 are bound"],
	[/^to reproduce(?: (?:this|it))?,? (?=(?:with|given|bind|assign|start)\b)/g, ""],
	[
		/\b(?:someone|somebody|we|you|one|(?:the|an) (?:admin|operator|administrator)) uses? the (?:hmc|se|support element) to (?=(?:take|remove|put|add|assign|give)\b)/g, ""],
	[
		/^(?:it |this |the (?:command|write|echo|shell) )?(?:does not|doesn't|never) returns?(?=[.,;:]|$)/g, "this waits"],
	[
		/\b((?:start|boot|launch)(?:s|ed|ing)? (?:the |a )?(?:guest|vm)|(?:guest|vm) (?:is |was )?(?:started|booted|running)), (?:and )?(?:it (?:now |then )?)?(?=(?:has|gets|sees) )/g, "$1; guest "],
	[
		new RegExp(`\\brunning (guest|vm) (?:with|which has|that has|having) (?=${A_QUEUE})`, "g"),
		"$1 running and $1 has "],
	[new RegExp(`\\b(guest|vm)(?: (?:which|that) is)? running (?:with|and has) (?=${A_QUEUE})`,
		"g"),
		"$1 running and $1 has "],
	[new RegExp(`^(guest|vm) (?:starts|started|boots)[,:;] (?=${A_QUEUE})`, "g"),
		"$1 start; $1 has "],
	[
		new RegExp(`\\b(has|have|with|gets?|got|retains?|keeps?|sees) (?:only |just )?(${SOME_QUEUES}) left\\b`, "g"), "$1 only $2"],
	[/\b(nothing|no (?:queues?|apqns?)|none)(?: is| are)? left\b(?! (?:to|for|in|with)\b)/g,
		"$1"],
	[
		new RegExp(`\\b(?:this|that|which) makes? (${SOME_QUEUES}|(?:adapter|domain|card) [0-9a-f]+) (available|visible|usable)\\b`, "g"), "$1 is $2"],
	[/^what (?:is|are) (?=(?:bound|assigned|in|passed)\b)/g, ""],
	[
		/^(?:what (?:the )?(guest|vm) (?:gets|receives|sees|has)|in(?:side)? the (guest|vm)(?=:|$))/g,
		"guest has"],
	[/^what (?=(?:the )?(?:mdev|vfio_ap) )/g, ""],
	[
		/\b(?:the |a )?(guest|vm) (?:started|running|booted|launched) (?:with|using) (?:this|the|that) (?:mdev|mediated device|matrix mdev) (?=has|sees|gets|can)/g, "when $1 start, $1 "],
	[/^guest has when it is (?:started|booted)(?=:)/g, "when guest start, guest has"],
	[/^(?:and )?(?:these|here|those) are the (?=(?:queues|adapters|domains|apqns)\b)/g, ""],
	[
		new RegExp(`[,;:] (?:and |but |so )?i(?:'d| would| do)? expect (${SOME_QUEUES}) in (?:the )?(?:guest_matrix|guest|vm)\\b`, "g"), "; guest has $1"],
	[/[,;] (?:and |but |so )?i(?:'d| would| do)? (?:expect|think|guess)(?: that)?[,:]? /g,
		"; "],
	[/\b(?:beforehand|earlier| before)(?=[.,;:]|$)/g, ""],
	[/\bonly (?=(?:when|then|after|once|if)\b)/g, ""],
	[new RegExp(`^(?:it(?:'s| is) )?still (?=${A_QUEUE})`, "g"), "guest still has "],
	[
		/\b(guest|vm) (?:is|was) (?:already |now )?running (?:with|and (?:has|sees)) (?=[0-9a-f]+\.)/g,
		"$1 running and guest has "],
	[/\b(guest|vm)\b((?:(?!\b(?:guest|vm)\b).){1,60}), its (?:ap )?matrix\b/g,
		"$1$2, guest_matrix"],
	[/\b(guest|vm), which (?:is |was )?(?:runs|running|up|started)\b/g, "$1; $1 running"],
	[
		/,? (?:which|that) (?:is|are) (?:now |currently )?(?:used|in use) by (?:a|the) (?:running |kvm )*(?:guest|vm)\b/g, "; guest running"],
	[
		/\b((?:matrix |mediated )?(?:mdev|device)) (?:of (?:the|a) running|(?:which is |that is )?(?:in use|used) by (?:the|a|our|my)(?: running)?) (?:kvm )?(?:guest|vm)\b/g, "$1"],
	[/(^|^(?:for example|say|now|so),? |, and |; )let (?=(?:(?!\blet ).)* (?:be|have)\b)/g,
		"$1suppose "],
	[/\bnothing of (?=(?:the )?(?:adapter|domain|card)\b)/g, "not "],
	[
		/^(?:and |so )?(?:the )?(?:expect(?:ed|ation)|outcome|actual|observed)(?: result)?(?: is)?: /g, ""],
	[new RegExp(`^(?:so|and|the|my|our)? ?(?:result|outcome)(?: is)?:? (?=${A_QUEUE})`, "g"),
		"guest: "],
	[/,? (?:and |but )?(?:nothing|no) (?:else|more|others?)(?=[.,;]|$)/g, " only"],
	[/^(?:there (?:is|was) )?no errors?\b/g, "works"],
	[/ (?:at all|the whole time|all the time|all along|throughout|in (?:this|that) order)\b/g,
		""],
	[
		/\b(?:has|have|had|with|makes?|made|shows?) (?:no|not any) (?:effect|influence|impact|difference|consequences?)\b|^no (?:difference|effect)\b/g, "nothing change"],
	[
		/\b(?:keeps?|kept|retains?) (?:(?:all (?:of )?)?(?:its|the|these|those)(?: same)? (?:queues|apqns)|what it (?:has|had))\b(?!:| [0-9a-f]+\.)/g, "unchanged"],
	[
		/\b(?:stays?|remains?) (?:that way|so|like (?:this|that)|as (?:it|they) (?:is|are|was|were))\b/g, "unchanged"],
	[
		/\b(?:remains?|stays?|still|stayed|remained) (?:is )?(?=(?:filtered|withheld|hidden|missing|unplugged|plugged|excluded|empty)\b)/g, "is "],
	[/\bas an? (?:consequence|result),?/g, "so"],
	[
		/\b(?:this|that|which|it) (?:leaves|left) (?:the )?(?:guest )?(?:with )?(?=only|nothing|no |without|[0-9a-f]+\.)/g, "guest has "],
	[
		/^(.{3,60}) (?:leaves|left) (?:the |a )?(guest|vm) (?:with )?(?=(?:only|just|nothing|no|without)\b|[0-9a-f]{1,2}\.)/g, "$1; $2 has "],
	[
		new RegExp(`\\bonly (${SOME_QUEUES}) (?:remains?|(?:is|are) left)(?: (?:in|for|with|to) (?:the |a )?(?:guest|vm))?(?=[.,;]|$)`, "g"), "guest has only $1"],
	[
		new RegExp(`\\bwhat (?:remains|is left)(?: (?:in|for|with|to) (?:the |a )?(?:guest|vm))? is (?=${A_QUEUE})`, "g"), "guest has only "],
	[/\bwithout (?:queues|apqns)\b/g, "none"],
	[/\bnot (have|has|see|get|own|show|contain) any (?:more )?(?:apqns?|queues?)\b(?! of)/g,
		"$1 none"],
	[/\b(adapter|card|domain) ((?:0x)?[0-9a-f]{1,4})'s (queues|apqns)\b/g, "$3 of $1 $2"],
	[
		/\b(?:kept|held|stays|stay|keeps) (?:away )?(?:from|out of) (?=(?:the |a )?(?:guest|vm)\b)/g, "left_out "],
	[/\b(guest|vm) (?:ends|ended)(?=[.,;]|$)/g, "$1 stop"],
	[/\b(?:returns?|returned|comes?|goes|went|came) (?:back )?to (?=(?:the )?vfio[_-]ap)/g,
		"gets bound to "],
	[
		/\b(?:is|was|are|were|gets?) (?:handed|given|returned|passed|moved)(?: (?:back|over))? to (?=(?:the )?vfio[_-]ap)/g, "gets bound to "],
	[
		/\b(?:after|on|upon|at|with) (?:the |a )?(?:start|boot|launch|start-?up|startup) of (?:the |a )?(guest|vm)\b,?/g, "when $1 start, "],
	[/^(?:on|in) (?:my|our|this|that|the) (?:lpar|system|host|machine|box|test \w+),? /g, ""],
	[
		/\b(?:since then|in the end|at the end|at (?:that|this) point|for (?:now|example|instance)|at first|at boot|of course|as follows|as expected|from now on|up to now|so far|this time|in total|all together|all in all)\b,?/g, ""],
	[
		/\bas long as\b|\bdue to\b|\bbecause of\b|\bthe reason (?:is|being) that\b|\bseeing that\b|\bgiven that\b(?=(?:(?!\bgiven that\b).)*\bnot\b)/g, "because"],
	[/\b(?:as well as|along with|together with|plus)\b/g, "and"],
	[/\bso that\b/g, "so"], [/\b(?:as soon as|the moment)\b/g, "when"],
	[
		/\b(?:with|having) the (?:result|effect|consequence) that\b|\b(?:which|this|that) (?:means|implies) that\b|\bthat is why\b/g, "so"],
	[/\b(?:comes?|came) back with\b/g, "gives"], [/\bup and running\b/g, "running"],
	[
		/^(?:nope|no|yes|yep|ok|okay|right|correct|agreed|well|hm+|sorry|sure|true)[,.:;!]+ (?=\w)/g, ""],
	[
		/\b(?:i'd (?:expect|say|think)|i (?:think|believe|guess|see it differently|would say|(?:would |do )?expect)|in my (?:opinion|view)|as far as i can (?:see|tell))(?: that)?[,:]? /g, ""],
	[/\((?:see |hex|decimal|dec|again|live)[^()]{0,40}\)/g, ""],
	[/[“”"'‘’](?=[\w.]{1,12}[“”"'‘’])|(?<=[\w.])[“”"‘](?=\W|$)/g, ""],
	[/\b(?:ap )?(adapter|domain|queue|card) (?:number|no\.?|id)(?= [0-9a-f])/g, "$1"],
	[/\b(?:on|in|at|via|through|using|with) the (?:hmc\/se|hmc|se|support element)\b/g, ""],
	[/\bgo(?:es)? with it\b/g, "unplugged"],
	[/^(?:errno|error)[: ]+(?=e[a-z]{3,}\b|E[A-Z])/g, "gives "],
	[/\bbe(?:longs?|longing) to (?:the )?vfio_ap\b/g, "bound to vfio_ap"],
	[/\b(?:the )?(?:lpar|host)(?:'s)? (?:ap )?(?:profile|matrix)\b/g, "host_config"],
	[/^(?:on|upon|at) (?=(?:the )?guest (?:start|boot))/g, "when "],
	[/\b(E[A-Z0-9]{2,}) ?\((?:errno )?-?\d{1,3}\)/g, "$1"],
	[
		/\b(?:nothing|no (?:more )?(?:queues?|apqns?)) (?:is|was|are|were) left (?:to|for|in|with) (?:the )?(?:guest|vm)\b/g, "guest has none"],
	[/\bcontinues? to (?=(?:have|see|use|show|list|contain|hold)\b)/g, "still "],
	[new RegExp(`\\bnot (have|see|get|keep) (${SOME_QUEUES}) any (?:longer|more)\\b`, "g"),
		"not $1 $2"],
	[/\bnot being\b/g, "not"],
	[
		/\b(?:de-?configur(?:es?|ed|ing)|configur(?:es?|ed|ing) off|(?:set|sets|put|taken|takes|take|goes|go|gone|went) offline|varied off(?:line)?)\b/g, "configured_off"],
	[
		/\bconfigur(?:es?|ed|ing) (?:(?:back )?on(?: again)?|again)\b|\b(?:set|put|taken|goes|comes|brought) (?:back )?online\b/g, "configured_on"],
	[
		/\b(?:no|none of the) (?:queue|apqn)s? (?:of|in|for|on|from|associated with) (?:the )?(?=(?:adapter|domain|card|apid|apqi)\b)/g, "not "],
	[
		/\b(?:there is |there are |with )?no changes?\b(?: (?:in|to|for|of) (?:the )?guest\b)?(?! (?:to|in|of) (?:the )?(?:guest|shadow))/g, "nothing change"],
	[/\bnothing (?:is )?new\b/g, "nothing change"],
	[/\bcan ?not (?:use|see|access)\b/g, "not has"],
	[
		/\b(?:can|able to|allowed to) (?:(?:now|also|still) )*(only )?(?:use|see|access|have|reach|keep)\b/g, "has $1"],
	[/\bcan be (?=(?:seen|used|accessed|started again)\b)/g, "is "],
	[
		/\b(guest|vm) (?:is|was|gets) (?:given|passed|assigned|handed|granted|offered|provided with)\b/g,
		"guest gets"],
	[/\bavailable to (?:the )?vfio[_-]ap\b/g, "bound to vfio_ap"],
	[
		/,? (?:while|although|with|when) (?:the|a|its) guest (?:is|was|keeps|still) (?:still )?(?:running|using it|using the mdev)\b/g, ""],
	[
		/\b(?:(?:is|are|get|gets) )?(?:goes|go|went|gets?|gives?|given|returned|returns?|handed|moved|moves?|falls?) (?:back )?to (?:the |its |their )?(?:cex\d?[a-z]*|zcrypt[a-z]*|default|host|other)(?: device| host| ap| zcrypt)?(?: drivers?\b)?(?! config)/g, "gets unbound"],
	[
		/\bbound (?:back )?to (?:the |a |an )?(?:cex\d?[a-z]*|zcrypt[a-z]*|default|host|other|another)(?: device| host| ap| zcrypt)?(?: drivers?\b)?/g, "bound default_driver"],
	[
		new RegExp(`\\b(?:(is |are |was |were )|(?:stays?|remains?) )?(?:with|belongs? to|belonging to|(?:owned|driven|used|held|managed|controlled|kept|taken) by|at|under|in the hands of) ${ELSEWHERE}`, "g"), "$1 bound default_driver"],
	[new RegExp(`(${A_QUEUE}) to ${ELSEWHERE}(?=[.,;]|$)`, "g"), "$1 is bound default_driver"],
	[/\baccess to\b/g, ""],
	[/\bguest (?:is|comes|is now) up\b/g, "guest running"],
	[
		/^(?:the )?(?:queues|apqns) (?:in|of|for|seen by|visible (?:in|to)) (?:the |a )?(?:kvm )?guest\b|^guest queues\b/g, "guest_matrix"],
	[/^in(?:side)? (?:of )?the guest,? lszcrypt (?:-v )?(?:shows|says|lists|prints|gives)/g,
		"guest has"],
	[/\blet's (?:say|assume|suppose)\b/g, "suppose"],
	[/\b(?:is|are|was|were) no longer\b/g, "is not"],
	[/\bno longer\b|\bnot (?:any ?more|any longer)\b/g, "not"],
	[/\bwithout (?:any )?(?:error|problem|failure|issue|complaint)s?\b/g, "works"],
	[/\bain't\b/g, "is not"], [/\bbound to us\b/g, "bound to vfio_ap"],
	[
		/\b(?:the |an? )?shadow (?:apm|aqm) (?=(?:has|having|containing|with) (?:only|just) )/g, "guest_matrix "],
	[/\b(is|are|was|were)n't\b/g, "$1 not"],
	[/\b(?:has|have|had)n't\b/g, "has not"],
	[/\b(?:does|do|did|ca|wo|would)n't\b/g, "not"],
	[
		/\b(?:has|have|had) (?=(?:(?:not|now|also|just|already|all|both|then) )*(?:been|become|gone)\b)/g, "is "],
	[/'ve\b/g, " have"], [/'re\b/g, " are"], [/\b(we|i|you|it|they)'(?:ll|d)\b/g, "$1"],
	[/\b(it|that|there|here)'s\b/g, "$1 is"],
	[/\bcan ?not\b/g, "not"],
	[/\bpass(?:es|ed|ing)?[ -]through\b|\bpassthrough\b/g, "passed_through"],
	[
		/\b(is|are|was|were)( not)? (?:in|part of|inside|visible (?:in|to)|given to|present in|available (?:in|to)) (?:the |a )?(?:kvm )?guest\b/g, "$1$2 plugged guest"],
	[
		/\b(is|are|was|were)( not)? (?:(?:all|both|now|then) )*back in (?:the |a )?(?:kvm )?(?:guest|vm|guest[_ ]matrix)\b/g, "$1$2 plugged guest"],
	[/\b(is|are)( not)? (?:(?:all|both|now|then) )*back(?: again)?(?=[.,;]|$)/g,
		"$1$2 show_up"],
	[/\b(?:hot[ -]?)?plug(s|ged|ging)?(?: in(?:to)?)?\b(?! of)/g, "plug$1"],
	[/\b(?:hot[ -]?)?unplug(s|ged|ging)?\b(?: from)?/g, "unplug$1"],
	[/\b(?:shut(?:s|ting)?|power(?:s|ed|ing)?|tear(?:s|ing)?|torn) (?:down|off)\b/g,
		"shutdown"],
	[/\bshut(?:s|ting)? (?:the |a )?(guest|vm) (?:down|off)\b/g, "stop $1"],
	particle("power|powers|powering|powered|bring|brings|brought|spin|spins|spun|fire|fires|fired", "up|on", "start"),
	particle("power|powers|powering|powered|shut|shuts|shutting|bring|brings|brought|take|taken", "down|off", "stop"),
	[new RegExp(`\\b(${GUEST}) (?:comes|goes|came) (?:back )?up\\b`, "g"), "$1 running"],
	[new RegExp(`\\b(${GUEST}) (?:goes|went|comes) (?:down|away)\\b`, "g"), "$1 stop"],
	particle("leave|leaves|leaving|left|keep|keeps|kept|stay|stays|stayed|held|masked|sorted|blocked|remains?", "out|outside|behind", "left_out"),
	particle("filter|filters|filtered|filtering|mask", "out|off", "filtered"),
	particle("show|shows|showed|shown|turn|turns|turned|pop|pops|come|comes|came", "up",
		"show_up"),
	particle("come|comes|came", "back|in", "show_up"),
	particle("make|makes|made", "it|its way", "show_up"),
	particle("go|goes|went|come|comes|falls?|drops?", "away|out|missing", "go_away"),
	particle("take|takes|taken|took|taking|pull|pulls|pulled|drop|drops|dropped|kick|kicks|kicked|throw|throws|thrown", "away|out|off", "removed"),
	particle("pass|passes|passed|passing|hand|hands|handed", "through|on|over",
		"passed_through"),
	[/\bpass(?:es|ed|ing)? to (?=(?:the |a )?(?:kvm )?(?:guest|vm)\b)/g, "passed_through "],
	[/\b(?:ends?|ended|ending|winds?) up (?:with|having|in)\b/g, "has"],
	[/\b(?:is|are|was) left with(?:out)? (?:no|any)\b/g, "has no"], [/\bleft with\b/g, "has"],
	[/\bset(?:s|ting)? up\b/g, "create"],
	[
		/\bin use by\b|\bused by\b|\bunder (?:the )?control of\b|\bunder\b(?= vfio)|\bin the hands of\b/g, "in_use"], [/\bin use\b/g, "in_use"],
	[/\bconsists? of\b|\bmade up of\b|\bcomposed of\b/g, "has"],
	[/<?\$?\{?\buuid\d?\b\}?>?/g, "mdev"],
	[/\bcontrol[ _]domains?\b/g, "control_domain"],
	[/\busage domains?\b/g, "domain"],
	[/\bqueue devices?\b|\bap queues?\b/g, "queue"],
	[
		/\b(?:the |its |their )?default (?:zcrypt |host )?drivers?\b|\bzcrypt(?:'s)?(?: drivers?)?\b|\bcex\d[a-z]*(?: (?:device )?drivers?)?\b/g, "default_driver"],
	[/\bap(?: bus)? (?:adapter|card)s?\b/g, "adapter"], [/\bap domains?\b/g, "domain"],
	[
		/\b(?:matrix[_ ]mdev|(?:vfio[_-]ap )?mediated (?:matrix )?device|matrix mediated device|mdev)(?:'s)? (?:matrix|configuration)\b/g, "mdev"],
	[
		/\b(?:matrix[_ ]mdev->matrix|matrix[_ ]mdev|(?:vfio[_-]ap )?(?:mediated|mdev|matrix) (?:matrix )?device|matrix mediated device|mediated matrix(?! dev))(?:'s)?\b/g, "mdev"],
	[/\bmatrix of (?:the |its |an? )?mdev\b/g, "mdev"],
	[/\bvfio[_-]ap(?: device)?(?: driver)?(?:'s)?\b|\b(?:device )?driver\b|\bvfio driver\b/g,
		"vfio_ap"],
	[
		/\b(?:matrix_mdev->)?shadow[ _](?:apcb|crycb)\b|\bguest[_ ]matrix\b|\bguest's (?:shadow )?(?:ap )?(?:matrix|apcb|crycb|configuration|config|queues|view|masks)\b|\b(?:kvm )?guest (?:ap )?(?:matrix|configuration|config|apcb|crycb)\b/g, "guest_matrix"],
	[/\b(is|are|was|were)( not)? (?:in|part of|contained in|set in) (?:the )?guest_matrix\b/g,
		"$1$2 plugged guest"],
	[
		/\bmdev (?:is|gets|was|is been) (?:then |now )?(?:passed|passed_through|given|handed|assigned|attached|added|plugged|hotplugged)(?: through)?(?: in)?(?:to)? (?:the |a )?(?:running )?guest\b/g, "mdev attach guest"],
	[
		/\b(?:host|lpar)(?:'s)? (?:ap )?config(?:uration)?\b|\bap config(?:uration)? of the (?:host|lpar)\b|\binfo->a[pqd]m\b/g, "host_config"],
	[/\b(?:the |a )?(?:choice|decision) (?:was|is|has been) (?:made|taken) to\b/g, ""],
	[/\bset of\b|\blist of\b/g, ""],
	[
		/\bas (?:it was )?before\b|\bthe same(?: as (?:above|before|in \w+ \w+))?\b|\bas it (?:was|is)\b|\bwhat it was\b/g, "unchanged"],
	[
		/\b(?:results? in|ends? (?:up )?(?:with|in)|comes? back with|is (?:refused|rejected) with)\b/g, "gives"],
	[
		/\bno (?:more )?(?:crypto |ap )?(?:apqns?|queues?|bits?|adapters?|domains?|devices?|cards?)\b(?! (?:is|are) bound| bound)/g, "none"],
	[/\b(?:not|without) any (?:more )?(?:apqns?|queues?|adapters?|domains?)\b/g, "none"],
	[/\ball (?:of )?(?:its|their|the|of) (?=(?:\w+ )?(?:apqns?|queues?|adapters?|domains?)\b)/g,
		"all "],
	[/\bcompletely empty\b|\bnothing\b(?= (?:is )?(?:left|assigned|in|set))/g, "empty"],
	[
		/\b(?:everything|every queue|all(?: of)?(?: the| these| its| four| of them)?(?: queues?| apqns?)?) (?:but|except(?: for)?|save(?: for)?|apart from|other than|besides)\b/g, "all except"],
	[/\bonly (?:the )?(?:queue )?((?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{1,4}) is missing\b/g,
		"all except $1 bound vfio_ap"],
	[
		/\b(?:at least|among others?|inter alia|in addition|additionally|as well|once more|also|again|too|further|furthermore)\b/g, "besides"],
];

const TOKEN = new RegExp([
	"(?<queue>(?<![\\w.])(?:0x)?[0-9a-f]{1,2}\\.(?:0x)?[0-9a-f]{1,4}(?![\\w]|\\.\\w))",
	"(?<pair>\\( ?\\d{1,3} ?[,.] ?\\d{1,3} ?\\)|\\( ?[0-9a-f]{2} ?, ?[0-9a-f]{4} ?\\)|(?<![\\w.-])\\d{1,3}-\\d{1,3}(?![\\w.-]))",
	"(?<errno>-?\\bE[A-Z0-9]{2,}\\b)",
	"(?<dash>(?<!\\w)-+(?=[\\sa-z]|$))",
	"(?<id>(?<![\\w.])(?:0x[0-9a-f]{1,4}|\\d[0-9a-f]{0,3}|[0-9a-f]{2}|[0-9a-f]{4})(?![\\w]|\\.\\w))",
	"(?<word>[a-z][\\w'>-]*(?:\\.g\\.)?)",
	"(?<punctuation>[,;:.()\"!?/]+)",
	"(?<other>\\S)",
].join("|"), "gi");

const ERRORS = Object.entries(STRERROR);

function pair_queue(text: string): string {
	const hex = /\( ?[0-9a-f]{2} ?, ?[0-9a-f]{4} ?\)/i.test(text);
	const [apid, apqi] = text.match(/[0-9a-f]+/gi)!.map((n) => parseInt(n, hex ? 16 : 10));

	return queue_name(apid!, apqi!);
}

const UNKNOWN: lexeme = { kind: "unknown", form: "" };

function plain_token(kind: string, text: string, queue = ""): token {
	return { kind, text, queue, form: "" };
}

/** what is written often, and then not always well */
const COMMON = ["adapter", "adapters", "domain", "domains", "queue", "queues", "matrix", "guest"];

/** Whether a letter of a word is left out, written twice or behind the next one. */
function is_slip_of(word: string, text: string): boolean {
	const at = [...word].findIndex((c, i) => c !== text[i]);
	const [head, tail] = [word.slice(0, at), word.slice(at + 1)];

	return at >= 0 && (text === head + tail ||
		text === `${head}${tail[0]}${word[at]}${tail.slice(1)}`) ||
		text.length === word.length + 1 && text.replace(/(.)\1/, "$1") === word;
}

function meant(text: string): lexeme | undefined {
	const word = COMMON.find((it) => is_slip_of(it, text));

	return word === undefined ? undefined : LEXICON.get(word);
}

function word_token(text: string): token {
	let end = text.length;

	while (end > 0 && ":-".includes(text[end - 1]!))
		end--;
	const bare = text.slice(0, end).replace(/'s$/, "");

	return {
		...LEXICON.get(text) ?? LEXICON.get(bare) ?? meant(bare) ?? UNKNOWN, text: bare,
		queue: "",
	};
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

		return plain_token(name === null ? "unknown" : "queue", queue, name ?? "");
	}
	if (pair !== undefined)
		return plain_token("queue", pair, pair_queue(pair));
	if (errno !== undefined && errno_by_name(errno.replace("-", "")) !== undefined)
		return plain_token("errno", errno.replace("-", ""));
	if (id !== undefined && !is_word(id, before))
		return plain_token("id", id.toLowerCase());
	if (dash !== undefined)
		return plain_token("pause", dash);
	if (punctuation !== undefined)
		return /[.!?]/.test(punctuation) ? plain_token("pause", ";")
			: /[,;:]/.test(punctuation) ? plain_token("pause", punctuation[0]!) : null;
	const made = word_token((word ?? errno ?? id ?? other)!.toLowerCase());
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
	/(?:,|,? and|;) (?:the rest|the others?|all others?|all the others?|everything else|all else|all other queues|every other queue)\b/;
const OF_OTHERS = /\b(?:not|unbound|with|to|by|stays?|remains?)\b/;

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
function with_because(sentence: string): string {
	const text = sentence.replace(/\b(?:as|so) long as\b/g, "because");

	return /\b(?:not|unbound|missing|absent|no longer)\b|n't\b/.test(text) ?
		text.replace(
			/\b(?:as|for) (?=(?:the )?(?:queues? |apqns? )?[0-9a-f]{1,2}\.[0-9a-f]{1,4}\b)/g, "because ") :
		text.replace(
			/\b(?:due to|because of|for want of|for lack of|owing to) (?=(?:the )?(?:queues? |apqns? )?[0-9a-f]{1,2}\.)/g,
			"because not ");
}

const IS_THERE =
	/\b(is|are|was|were)((?: not|n't| still| also| now| all| both)*) there(?=[.,;]|$)/g;

/** "0a.0001 is missing in the guest, 0a.0002 is there": in the guest, if one is spoken of */
function with_there(text: string): string {
	return /\b(?:guest|vm)/.test(text) ? text.replace(IS_THERE, "$1$2 available guest") : text;
}

const PRODUCT =
	/(?<![\w.])([0-9a-f]{2}(?:, ?[0-9a-f]{2})*)(?: x ([0-9a-f]{4}(?:, ?[0-9a-f]{4})*)(?![\w.]))?/g;

/** "04, 05 x 0004, 0047" */
function with_product(text: string): string {
	return text.replace(PRODUCT, (whole, apids: string, apqis?: string) =>
		apqis === undefined ? whole : `adapters ${apids}, domains ${apqis}`);
}

/** @text in lower case, errors and joined words put in */
function prepared(text: string): string {
	const lower = errors_named(without_witness(text).split(/(\bE[A-Z0-9]{2,}\b)/)
		.map((part, i) => i % 2 === 1 ? part : part.toLowerCase()).join(""));

	return JOINED.reduce((t, [re, to]) => t.replace(re, to),
		with_product(with_because(with_there(without_rest(lower)))));
}

/** "Using a newer libvirt I also verified that ...": who saw it, and with what, changes nothing. */
const SEEN = new RegExp(
	"^(?:(?:using|with) [^,.;]{1,80}?,? )?(?:i|we) (?:also |have |just |can )*" +
	"(?:verified|tested|checked|confirmed|confirm|observed|noticed|saw|see|found|find)(?: that)? (?=\\S+ \\S)", "i");

/** without_witness - a sentence without the words that say who saw it */
function without_witness(text: string): string {
	return text.replace(SEEN, "");
}

/** "gets assigned": it is the second one that says what happens. */
function passive(tokens: token[]): token[] {
	return tokens.map((t, i) => {
		const next = tokens[i + 1]?.kind === "not" ? tokens[i + 2] : tokens[i + 1];

		return t.kind === "gets" && next?.form === "past" ? { ...t, kind: "becomes" } : t;
	});
}

/** "have assigned", "has lost": the verb is the second one. */
function without_auxiliaries(tokens: token[]): token[] {
	return tokens.filter((t, i) => {
		const next = tokens[i + 1]?.kind === "not" ? tokens[i + 2] : tokens[i + 1];

		return !/^(?:has|have|had|having)$/.test(t.text) || next?.form !== "past" ||
			next.kind === "bound";
	});
}

/**
 * tokens_of - a sentence's tokens, fillers left out
 *
 * Return: null if a word is not in the lexicon.
 */
export function tokens_of(text: string): token[] | null {
	const list: token[] = [];

	for (const m of prepared(text).matchAll(TOKEN)) {
		const t = token_of(m.groups!, list.at(-1));

		if (t?.kind === "unknown")
			return null;
		if (t !== null && t.text !== "")
			list.push(t);
	}
	return passive(without_auxiliaries(list));
}

/** "matrix:", "bound queues:", behind a full stop: what it is of begins there */
const NEXT_LABEL =
	"(?:guest_matrix|matrix|guest|vm|mdev|bound|assigned|queues?|apqns?|adapters?|domains?|status|apmask|aqmask|expected|actual)(?: [a-z_]+){0,3}:\\s";

/**
 * BEGINS - what a sentence may begin with, behind a full stop: a capital letter, a name, a label
 */
export const BEGINS = "[(\"'A-Z]|[0-9a-f]{2}\\.[0-9a-f]{4}\\b|" +
	`(?:guest_matrix|shadow_apcb|vfio_ap|matrix_mdev|mdev ?\\d?)\\b|${NEXT_LABEL}`;

const NOUNS = new Set(["adapter", "domain", "control", "queues", "mdev", "guest", "guest_matrix"]);
const OF_ALL =
	/\b(?:all|both|no|none|neither|every|each|two|three|four|the (?:other|rest|first|second|last))\b/i;

/** a rule, not what is so here */
const IN_GENERAL = /\b(?:an?|if|may|can|could|should|would|will|must|whether|rules?|not all)\b/i;

/** "all queues are assigned to the mdev of a running guest": that is one, and no rule */
const OF_ONE = /\b(?:to|of|by|in|for|into) an? (?:running )?(?:guest|vm|mdev)\b/gi;

/** of no queue by name, and of each */
const FILTERS_ALL = /\bfilter(?:s|ed|ing)? (?:out )?(?:all|everything|both)\b/i;

/** is_statement - whether a line says of all of something, or of none, that it is done or so */
export function is_statement(text: string): boolean {
	return !IN_GENERAL.test(text.replace(OF_ONE, "")) &&
		(FILTERS_ALL.test(text) || OF_ALL.test(text) && is_operative(text) &&
		(text.toLowerCase().match(/[a-z_]+/g) ?? [])
		.some((word) => NOUNS.has(LEXICON.get(word)?.kind ?? "")));
}

const OUTCOME =
	/^\W*(?:(?:and|but|so|now|then|it(?:'s| is)),? )*(?:still|none|both|neither|nothing|empty|all|gone|back|no|only)\b/i;

/** is_outcome - whether a few words may say what comes of a step */
export function is_outcome(text: string): boolean {
	const words = (text.toLowerCase().match(/[a-z_]+/g) ?? []).map((w) => LEXICON.get(w));
	const says = (it: lexeme | undefined): boolean => it !== undefined && it.form !== "ing" &&
		(PREDICATES.has(it.kind) || it.kind === "not" || it.kind === "none");

	return !text.endsWith(":") && (OUTCOME.test(text) || words.some(says) &&
		words.some((it) => NOUNS.has(it?.kind ?? "")));
}

/** What may have a share in what happens. */
const THING = new RegExp(
	"\\b(?:guests?|vms?|kvm|qemu|libvirtd?|mdevs?|matrix|queues?|apqns?|drivers?|" +
	"vfio(?:_ap)?|modules?|kernel|masks?|apmask|aqmask|hosts?|lpars?|hmc|ap bus|adapters?|" +
	"domains?|cards?|devices?|crypto|systems?|machines?|firmware|configuration|all of (?:it|this|them)|" +
	"every(?:thing|body|one)|some(?:thing|body|one))\\b", "i");

const ADVERB = "(?:(?:now|then|also|again|all|both|just|\\w+ly) )?";
const PARTICIPLE =
	"(?:\\w{2,}ed|(?:un|re)?done|gone|lost|left|put|set|reset|cut|shut|taken|given|" +
	"broken|made|built|brought|run|sent|torn|thrown|un\\w+n|re\\w+n)";
/** "is reloaded", "gets lost" */
const PASSIVE =
	new RegExp(`\\b(?:is|are|was|were|be|been|being|gets?|got) ${ADVERB}${PARTICIPLE}\\b`, "i");
/** "the AP bus rescans", "somebody played with it" */
const ACTIVE = new RegExp(`${THING.source} ${ADVERB}(?!(?:has|is|was|as|its|this|does|used)\\b)` +
	"(?:\\w{2,}[^s\\W]s|\\w{2,}ed|went|came|died|fell|took|got|did)\\b", "i");
/** "We reloaded the module" */
const DONE_BY =
	new RegExp(`\\b(?:i|we|you|they|he|she) ${ADVERB}(?!(?:look|test|tri|check|notic|want|` +
	"need|hop|verifi|observ|agre|ask|repli|post|review|report|call|decid|discuss|propos)ed\\b)\\w{2,}ed\\b", "i");
/** "Suspend the guest", "Then play with the card" */
const IMPERATIVE = new RegExp("^(?:(?:then|now|next|first|and|finally|please)[, ]+)*" +
	"(?!(?:let|see|note|look|think|remember|consider|imagine|compare|recall|check|here|with|without|in|on|" +
	"at|for|from|of|to|by|after|before|as|so|that|this|these|those|the|all|both|no|any|some|each|every|" +
	"it|its|is|are|was|were|we|you|they|i|he|she|and|but|or|not|only|just|also|because|since|" +
	"when|while|if|how|why|what|where|who|which|there|my|your|our|their|his|her|a|an)\\b)" +
	"[a-z]{3,}(?:e?[^\\Ws]|ss)(?<!ing|ed|ly) (?:\\w+ )?(?:the|a|an|this|that|all|both|my|our|your)\\b", "i");
/** A rule, an opinion, a question, a cause: nothing that happens. */
const REASONS =
	new RegExp("\\b(?:if|unless|may|might|can|cannot|can't|could|should|would|must|whether|rules?|" +
	"why|how|think|believe|mean(?:s|t)?|wonder|guess|suggest|prefer|agree|want|need(?:s|ed)?|" +
	"implement(?:ed|s)?|impl(?:y|ies|ied)|choice|expected|supposed|intended|called|named|described|documented|shown|" +
	"discussed|explained|mentioned)\\b|\\?$", "i");

/**
 * is_event - whether a sentence says that something is done to the machine, or happens to it, in
 * words that need not be known
 *
 * Such a sentence is read or it is not; it is never prose.
 */
export function is_event(text: string): boolean {
	return THING.test(text) && !REASONS.test(text) &&
		[PASSIVE, ACTIVE, DONE_BY, IMPERATIVE].some((form) => form.test(text));
}

const BRIEF_WORDS = 9;
const GOES_WRONG =
	/\b(?:hangs?|hung|oops(?:es|ed)?|crash(?:es|ed)?|panics?|splats?|kasan|deadlocks?|stuck|dead|dies)\b|\b(?:BUG|WARN)\b/i;

const TELLS_RESULT =
	/\bE[A-Z]{4,}\b|\berr(?:or|no)\b|\b[Rr]eturn (?:code|value)\b|(?:\bnot|\bcannot|n't) (?:be )?(?:possible|allowed|permitted)\b/;

/** tells_result - whether a few words tell of a step's result, whatever it is */
export function tells_result(text: string): boolean {
	return text.split(" ").length <= BRIEF_WORDS && TELLS_RESULT.test(text);
}

/**
 * says_briefly - whether a few words of a guest, a queue or an mdev, or of what goes wrong, may
 * say what comes of a step, in words that need not be known
 */
export function says_briefly(text: string): boolean {
	return tells_result(text) || text.split(" ").length <= BRIEF_WORDS &&
		!/[:?]$|^(?:thanks|thank you)\b/i.test(text) &&
		(has_word(text, NOUNS) && !REASONS.test(text) || GOES_WRONG.test(text)) &&
		!is_talk(text);
}

/** What somebody thinks of it; that it is so, or looks so, without a word of the machine */
const OPINION =
	new RegExp("^(?:(?:and|but|so(?: far)?|well|hm+|no|yes|ok|still|now|thus|anyway|sorry)[, ]+)*" +
	"(?:(?:th(?:is|at|ese|ose)|it|there|here|what|which)(?: \\w+)?(?:'s| is| are| was| were| looks?| seems?| sounds?)\\b|" +
	"(?:i|we|you|he|she|they|nobody|tony|halil)(?: \\w+)?(?:'m| am| are| do(?:n't| not)?| did(?:n't| not)?| ca(?:n't|nnot)| can)?(?: \\w+)? " +
	"(?:think|thought|agree|disagree|believe|guess|wonder|know|knew|mean|meant|see|like|understand|hope|suppose|confirm|" +
	"remember|read|want|wrote|said|say|suggest|propose|ask|asked)\\b|(?:consider|see|note|compare) )", "i");

/** "I'm not sure what you mean", "I'm all for it" */
const FEELS =
	/^(?:(?:and|but|so|well|hm+|no|yes),? )*i(?:'m| am) (?:not (?:quite |really )?sure (?:what|how|why|whether|if)|all for|in favou?r of|against|concerned (?:with|about)|fine with|ok(?:ay)? with) /i;

/** feels - whether a sentence is about what its author thinks of something, and names nothing */
export function feels(text: string): boolean {
	return FEELS.test(text) && !NAMED.test(text);
}

/** is_talk - whether a sentence amid an example asks, or says what somebody thinks of it */
export function is_talk(text: string): boolean {
	const said = text.replace(/^# (?=[a-z])/i, "");

	return text.endsWith("?") || text.startsWith("# #") || is_reflection(said) ||
		feels(said) ||
		OPINION.test(said) && !THING.test(said) && !PASSIVE.test(said);
}

/** "Why is 04.0004 not in there?": it asks, and says of nothing that it is done */
const QUESTION =
	/^(?:(?:and|but|so|hm+|ok|well|then|sorry|also),? )*(?:why|how come|how (?:can|could|is|are|does|did)|where (?:is|are|does|do|did))\b(?!.*\b(?:if|when|once|after|without|assuming|unb\w+|unassign\w*|removed?)\b)(?:[^?.]|\.(?=\w))*\?$/i;

const WONDERS =
	/^(?:(?:so|and|but|hm+|then|now|ok),? )*(?:is|are|isn't|aren't|does|do|doesn't|don't|did|didn't|was|wasn't|were|should|shouldn't|wouldn't|what|which)\b(?:[^?.!;]|\.(?=\w)){0,200}\?$/i;
const ON_CONDITION =
	/\b(?:if|when|once|unless|without|until|before)\b|\bafter\b(?! (?:step \d|that\?))/i;

/** is_question - whether a sentence asks for a reason, or the like, and supposes nothing */
export function is_question(text: string): boolean {
	return /^\w+\?$/.test(text) || QUESTION.test(text) || WONDERS.test(text) &&
		!ON_CONDITION.test(text);
}

const CORRECTS =
	new RegExp(`^${SIGHS}(?:${JUDGED}\\b|${REFUSED}[,:.]|(?:this|that|it) (?:cannot|can't) be\\b|(?:you|we) (?:forgot|missed)\\b)`, "i");
/** "guest_matrix must be empty": what somebody says ought to be */
const OUGHT = new RegExp(
	"\\b(?:it|they|nothing|guest(?:_matrix)?|vm|queues?|adapters?|domains?|apqns?|apcb|[0-9a-f]{2}\\.[0-9a-f]{4}) " +
	"(?:\\w+ ){0,2}?(?:should|must|ought to|has to|have to)(?:n't| not)? (?:\\w+ )?" +
	"(?:be|have|get|stay|remain|keep|lose|see|show|contain|disappear|appear)\\b", "i");
/** "Nope, it stays empty." */
const IS_SO = new RegExp(`^${SIGHS}(?:it|they)(?:'s|'re| \\w+)(?: [\\w']+){1,6}[.!]?$`, "i");
const STATES = new Set(["none", "nothing", "plug", "unplug", "filter", "bound", "bind", "unbind",
	"assign", "unassign", "missing", "available", "unchanged", "appear", "vanish", "loses",
	"gains"]);

function has_word(text: string, kinds: ReadonlySet<string>): boolean {
	return (text.toLowerCase().match(/[a-z_]+/g) ?? [])
		.some((word) => kinds.has(LEXICON.get(word)?.kind ?? ""));
}

/** corrects - whether a sentence says that something is not so, or what ought to be so */
export function corrects(text: string): boolean {
	return !text.endsWith("?") && (has_word(text, STATES)
		? [CORRECTS, OUGHT, IS_SO].some((form) => form.test(text))
		: has_word(text, NOUNS) && (CORRECTS.test(text) || OUGHT.test(text)));
}

/** without_correction - a sentence without the words that say that another is wrong */
export function without_correction(text: string): string {
	return text.replace(CORRECTION, "").replace(REFUSAL, "");
}

const SAYS_OF_GUEST =
	new RegExp(behind("guest_matrix|guest|vm",
		"\\b(?:has|have|is|gets|loses|keeps|shows|sees|empty|no queues)\\b", 60) +
	"|\\bE(?:BUSY|ADDRINUSE|ADDRNOTAVAIL|NODEV|INVAL|PERM)\\b", "i");

/** says_of_guest - whether a line says what a guest has, or names an error */
export function says_of_guest(text: string): boolean {
	return SAYS_OF_GUEST.test(text);
}

const FUNCTION_WORDS =
	new Set(
		("the a an of to in is are was were be that this these those it its we i you they " +
	"he not and or but if as for with on at by from so then there here which who what when where why how " +
	"have has had do does did can could will would should may might must my your our their me us them no " +
	"yes any some such than because since while although though after before about into only just also " +
	"more very all each every both").split(" "));

const REFLECTION =
	/\b(?:reasons?|decisions?|design|deliberate|reflects?|rationale|makes? sense|the idea|in general|generally|typically|usually|determines?|depends? on)\b/i;
/** what is only named beside something, and has no number */
const ASIDE = / ?\([^()\d]{0,80}\)/g;

/**
 * is_reflection - whether a line says why something is as it is, rather than that it is done
 */
export function is_reflection(text: string): boolean {
	return REFLECTION.test(text) && is_prose(text.replace(ASIDE, ""));
}

const POSSIBLE =
	/\b(?:may|might|can|could) (?:(?:also|then|still|now|\w+ly) )?(?:be|differ|result|happen|occur|have|lead|change)\b/i;

/** more than a sentence, or one that says what comes of it */
const SAYS_MORE = /[.!?]["')]? +[A-Z]|\bE[A-Z]{3,}\b/;

/** is_possible - whether a sentence says of nothing in particular what may be so */
export function is_possible(text: string): boolean {
	return POSSIBLE.test(text) && !SAYS_MORE.test(text) && !NAMED.test(text) &&
		is_running(text) && !OUGHT.test(text);
}

/** a row of a table whose cells say what is bound and the like */
const CELL = "(?:bound|unbound|not bound|vfio_ap|yes|no|none|x|y|n|b|u|-+|cex\\w+|default)";
const TOLD_ROW =
	new RegExp(
		"^\\W*(?:(?:adapter|domain|card|apid|apqi)s? )?(?:0x)?[0-9a-f]{2,4}\\b(?:[\\s|:]+" +
	`${CELL})+[\\s|]*$`, "i");

/**
 * is_prose - whether a line reads as running English that says nothing in particular
 *
 * Four words at least, a third of them such as any English sentence has.
 */
export function is_prose(text: string): boolean {
	return !is_particular(text) && !TOLD_ROW.test(text) && is_running(text);
}

/** Words enough, and enough of them such as any English sentence has. */
function is_running(text: string): boolean {
	const words = text.toLowerCase().match(/[a-z][a-z'-]*/g) ?? [];
	const common = words.filter((w) => FUNCTION_WORDS.has(w.replace(/'[^]*$/, ""))).length;

	return words.length >= 3 && common * 4 >= words.length;
}

const NAMED =
	/(?<![\w.])(?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{4}(?![\w.]*\w)|\b(?:adapters?|domains?|apids?|apqis?|apqns?|queues?|cards?):?\s+(?:0x[0-9a-f]+|\d[0-9a-f]*)\b/i;

/**
 * speaks - whether a line names a queue, an adapter or a domain, or is a command, or a row of a
 * table; running text may mention attributes and tools
 */
export function speaks(text: string): boolean {
	return NAMED.test(text) || TOLD_ROW.test(text) || is_particular(text) && !is_running(text);
}

const APQN = /(?<![\w.])(?:0x)?[0-9a-f]{1,2}\.[0-9a-f]{4}(?![\w.]*\w)/i;

const GUESTS =
	/^(?:\w+,? )?(?:the )?(?:guest|vm|it|guest_matrix)\b.{0,20}\b(?:has|gets|sees|loses|keeps|is|shows)\b/i;

/** "Now it has all four." */
export function speaks_of_guest(text: string): boolean {
	return GUESTS.test(text);
}

export function names_queue(text: string): boolean {
	return APQN.test(text);
}

/** Running text without anything in particular and without a deed. */
export function tells_nothing(text: string): boolean {
	return is_prose(text) && !is_operative(text);
}
