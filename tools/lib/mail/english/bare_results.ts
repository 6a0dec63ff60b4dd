// SPDX-License-Identifier: GPL-2.0-only
/*
 * A step and what comes of it on one line, with no verb and nobody named: "unbind 0a.0001:
 * 0a.0002", "0a.0001 unbound -> none", "binding 0a.0001 gives all four". What stands behind the
 * mark is what the guest has, and none of the step's own queues.
 */

const QUEUE = "[0-9a-f]{2}\\.[0-9a-f]{4}\\b";
const QUEUES = `${QUEUE}(?:(?:,? and |, | )${QUEUE})*`;
const ALL = "(?:all|both|everything)(?: of (?:them|it))?(?: (?:two|three|four|five|six|eight))?" +
	"(?: queues)?(?: (?:are|is))?";
const NONE = "(?:-|none|nothing|empty|no queues?)(?: (?:at all|left|remains?|any ?more))?";
const THERE = "(?: (?:still |only )?(?:there|left|remains?|again|back|only|now))?";
const RESULT =
	`(?:(?:only|just|still|again|now) )?(?:(${QUEUES})|(${ALL})|(${NONE}))${THERE}[.;]?$`;
const MARKS = new RegExp("(?<=[0-9a-z])(?:(;)|:| ?-+>| ?=+>| ?→|,? (?:leav|giv)(?:e|es|ing)|" +
	", (?:left|remaining):?| ?[;,] guest(?:_matrix)?:) ", "gi");
const BEHIND = new RegExp(`^${RESULT}`, "i");
/** where a step ends, and no label of its own begins */
const STEP_END = /(?:\b[0-9a-f]{1,4}|bound|assigned|mdev|vfio_ap|driver|again|started|booted)$/i;
/** "half of them": it says something of them, and nobody knows what */
const VAGUE =
	/\b(?:half|some|most|all|both|none|nothing|same|rest|others?|everything|gone|back|left)\b/i;
const A_FEW_WORDS = /^[^.;:0-9]{1,40}$/;
/** "0a.0001 unbound, 0a.0002 still there" */
const QUEUES_BEHIND = /, (?=[0-9a-f]{2}\.[0-9a-f]{4})/,
	AT_END = / (?:there|left|remains?|back)[.;]?$/i;
/** no line with a step is as long */
const LONGEST = 400;

/**
 * struct bare_result - a line in two
 * @said: what comes of @step, as a sentence; null if it may belong to the step's own list
 */
export interface bare_result {
	step: string;
	said: string | null;
}

function as_sentence([text, queues, , none]: RegExpExecArray): string {
	return queues !== undefined ? `guest_matrix: ${queues}`
		: none !== undefined ? "guest_matrix is empty"
			: /\b(?:both|two|three|four|five|six|eight)\b/i.test(text)
				? `the guest has ${text.replace(/ (?:again|back|there|now|left)\b/gi, "")}`
				: "the guest has all queues";
}

function behind_mark(text: string): bare_result | null {
	for (const m of text.matchAll(MARKS)) {
		const step = text.slice(0, m.index), rest = text.slice(m.index + m[0].length);
		const result = STEP_END.test(step) ? BEHIND.exec(rest) : null;

		if (result !== null)
			return { step, said: m[1] === ";" ? null : as_sentence(result) };
		if (STEP_END.test(step) && A_FEW_WORDS.test(rest) && VAGUE.test(rest))
			return { step, said: null };
	}
	return null;
}

/** bare_result_in - the line's step and its result, null if it has none of this form */
export function bare_result_in(text: string): bare_result | null {
	if (text.length > LONGEST)
		return null;
	const at = AT_END.test(text) ? text.search(QUEUES_BEHIND) : -1;

	return behind_mark(text) ?? (at < 0 ? null : { step: text.slice(0, at), said: null });
}
