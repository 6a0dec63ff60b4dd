// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sentences that say of nothing that it is done or so now: they wish, ask for, foresee, forbid or
 * quote it, or speak of what was, or would be. None of them is read.
 */

/** what was so once, or may be done */
const NOT_NOW =
	/\bused to\b|\bhad\b(?:(?!\bhad\b).)*\bbefore\b|\b(?:can|could|may|might)(?: now| then| also)* be (?:re-?)?(?:un)?(?:assigned|bound|plugged|added|removed)\b/i;
/** what is not done yet */
const TO_COME =
	/\bwill (?:be )?(?:later|soon|\w+ed (?:later|soon|afterwards))\b|\b(?:about|going|due|supposed) to be\b/i;
/** said to somebody: it is to be done */
const ORDER =
	/^(?:please |then |now |next,? )?(?:(?:hot[ -]?)?(?:un)?plug\b(?!.*(?:mdev|matrix|device))|wait\b|hang on\b)/i;
/** what would be so if something were so that is not */
const COUNTERFACTUAL =
	/^otherwise\b|\bif,? (?:however|instead|on the other hand)\b|^(?:however|instead),? if\b|\bwere to\b|\bwould have\b/i;
/** "It did not have 0a.0001 before, but now it has": how things were is no claim */
const DID_NOT = /\bdid(?: not|n't)\b/i, BEFORE = /\bbefore(?=[,.;]|$)/i;

function tells_past(text: string): boolean {
	return DID_NOT.test(text) && BEFORE.test(text);
}

const SUPPOSES = /\b(?:if|had)\b/gi;
/** what follows an "if" or a "had" so closely is of it */
const OF_IF = 200, OF_HAD = 60;

function supposes(text: string): boolean {
	return [...text.matchAll(SUPPOSES)].some(({ index, 0: word }) => {
		const rest = text.slice(index + word.length);

		return word.toLowerCase() === "if" &&
			/\bwould\b(?! (?:now|then)\b)/i.test(rest.slice(0, OF_IF)) ||
			/\bhad \w/i.test(rest.slice(0, OF_HAD));
	});
}

const MOODS: readonly RegExp[] = [NOT_NOW, TO_COME, ORDER, COUNTERFACTUAL,
	/\b(?:previously|formerly)\b/i, /\bw(?:as|ere) (?:re|un)?bound\b[^.;]{0,40} before\.?$/i,
	/\bif only\b|^(?:later|next time|tomorrow|some day)\b/i,
	/* to use something is not to have it */
	/\b(?:not|n't|never) uses?\b/i,
	/* what is needed for something else */
	/\bin case\b|^for .{1,60} to (?:have|get|see|be|keep|lose)\b/i,
	/\b(?:has|have|needs?|ought) to be (?:re)?(?:un)?(?:bound|assigned|plugged|started)\b/i,
	/^without (?:the )?(?:adapter|domain|card|queue|apqn|[0-9a-f]{1,2}\.)/i,
	/^(?:after|on|upon|by) .*\bwould\b(?! (?:expect|say|think|now|then))/i,
	/* a rule, and what somebody did not manage */
	/\b(?:forbidden|prohibited|not permitted)\b|\b(?:i|we) failed to\b/i,
	/* that what was told does not come about, rather than that nothing does */
	/\b(?:it|this|that|guest) (?:does|did)(?:n't| not) happen\b/i,
	/* a cause that is denied */
	/\b(?:not|but) because\b/i,
	/* what ought to be, and when: the verb behind is none of its own */
	/\bshould be\b.{1,80}\b(?:after|when|once|if)\b/i,
	/* somebody else's words, or driver */
	/^(?:the |its )?(?:documentation|docs?|manual|man page|commit message|comment|readme|cover letter)\b.{0,30}\b(?:says?|states?|claims?|reads?)\b/i,
	/\bguest's (?:own )?(?:\w+ )?drivers?\b/i,
];
/** "Try unbinding 0a.0001": nobody has, if nothing comes of it */
const TRY = /^(?:please |just |also |let's |so )*try\b/i;
const OUTCOME = /\bE[A-Z]{3,}\b|\b(?:fail|refus|reject|deni|works|succe|error|gives|returns)/i;
/** "The guest has 0a.0001 only after domain 0002 is assigned": that is no "only 0a.0001" */
const HOLDS = /\b(?:has|have|sees?|gets?|keeps?)\b/i;
const ONLY_THEN = /\bonly (?:after|if|when|once)\b/i;
/** "0a.0001 was bound all along": the set-up was another */
const WAS = /\b(?:was|were)\b/i;
const ALL_ALONG = /\b(?:all the time|all along|from the (?:start|beginning)|in the first place)\b/i;

/** is_not_now - whether a sentence says of nothing that it is done or so now */
export function is_not_now(text: string): boolean {
	return MOODS.some((re) => re.test(text)) || supposes(text) || tells_past(text) ||
		TRY.test(text) && !OUTCOME.test(text) ||
		HOLDS.test(text) && ONLY_THEN.test(text) ||
		WAS.test(text) && ALL_ALONG.test(text);
}
