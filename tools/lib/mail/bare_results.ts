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
const MARK = "(:|;| ?-+>| ?=+>| ?→|,? (?:leaves?|leaving|gives?|giving)|, (?:left|remaining):?| ?[;,] guest(?:_matrix)?:) ";
const STEP_AND_RESULT = new RegExp(`(?<=[0-9a-z])${MARK}(?=${RESULT})|(, )(?=${QUEUES} ` +
	"(?:(?:are|is) )?(?:still |only )?(?:there|left|remains?|back)[.;]?$)", "i");
/** where a step ends, and no label of its own begins */
const STEP_END = /(?:\b[0-9a-f]{1,4}|bound|assigned|mdev|vfio_ap|driver|again|started|booted)$/i;
/** "half of them": it says something of them, and nobody knows what */
const VAGUE = new RegExp(
	`(?<=[0-9a-z])${MARK}(?=[^.;:0-9]{1,40}$)(?=.*\\b(?:half|some|most|all|both|` +
	"none|nothing|same|rest|others?|everything|gone|back|left)\\b)", "i");
const BEHIND = new RegExp(`^${RESULT}`, "i");

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

/** bare_result_in - the line's step and its result, null if it has none of this form */
export function bare_result_in(text: string): bare_result | null {
	const m = STEP_AND_RESULT.exec(text) ?? VAGUE.exec(text);
	const step = m === null ? "" : text.slice(0, m.index);
	const result = BEHIND.exec(text.slice(step.length + (m?.[0].length ?? 0)));

	if (m === null || !STEP_END.test(step))
		return null;
	return {
		step, said: result === null || m[1] === undefined || m[1] === ";" ? null
			: as_sentence(result),
	};
}
