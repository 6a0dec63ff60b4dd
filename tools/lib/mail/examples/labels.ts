// SPDX-License-Identifier: GPL-2.0-only
/*
 * What stands above commands and says nothing of its own: a label of what they show or do, or a
 * question that asks for them.
 */
import { deed_of } from "./deeds.ts";
import type { item, search } from "./examples.ts";
import { look_up, type row } from "../sentence/look_up.ts";
import type { mail_line } from "../message/message.ts";
import type { fact } from "../sentence/phrases.ts";
import { squeeze } from "../lines/pieces.ts";
import { MAX_LINE } from "../lines/plain.ts";
import { expects_output } from "../typed/reads.ts";
import type { sentence } from "../lines/sentences.ts";
import { is_typed, read_shell, TYPED } from "../typed/shell.ts";
import { is_operative, is_particular } from "../english/speaks.ts";
import { is_event, names_queue } from "../english/words.ts";

/** where something is typed, which is not what it shows */
const ELSEWHERE =
	/\b(?:in|inside|on|from|within|of) (?:the |a |an |my |our )?(?:guest|vm|other|second|another)\b/i;
export const LABEL: row = {
	name: "a label of what is typed", kind: "prose", list: false, facts: () => [],
};

const THINGS: [fact: fact["fact"], label: RegExp][] = [
	["guest", /\bguest/i],
	["assigned",
		/\b(?:mdev|matrix)\b[^:]{0,20}\b(?:has|have|contains?|shows?|is)\b|\bmatrix(?: (?:now|then))?:$/i],
	["bound", /\b(?:bound|vfio_ap)\b/i],
];

/** Whether a label is of another thing than the command below it shows. */
function is_of_other(text: string, said: readonly fact[], command: string): boolean {
	const thing = (facts: readonly fact[]): fact["fact"] | undefined =>
		facts.map((f) => (f.fact === "of" ? f.of : f).fact)
			.find((of) => THINGS.some(([it]) => it === of));
	const shown = thing(read_shell(command)?.facts([]) ?? []);
	const label = thing(said) ?? THINGS.find(([, re]) => re.test(text))?.[0];

	return shown !== undefined && label !== undefined && shown !== label;
}

/** "The guest has now:", and the command that shows it: the label says nothing of its own. */
export function labels_command({ next }: search, { text, found }: sentence): boolean {
	if (next?.kind !== "text" || !text.endsWith(":") || names_queue(text) ||
		!is_typed(next.text) && read_shell(next.text) === null)
		return false;
	if (found !== null)
		return found.list && !/^(?:\w+ )?(?:in|inside|on|within) /i.test(text) &&
			expects_output(next.text) &&
			!is_of_other(text, found.facts([], []), next.text) &&
			found.facts([], []).every((f) => "queues" in f && f.queues.length === 0);
	const deeds = read_shell(next.text)?.facts([]).map(deed_of) ?? [];

	if (!expects_output(next.text))
		return !ELSEWHERE.test(text) && !/\d/.test(text) &&
			deeds.some((deed) => deed !== null &&
			new RegExp(`^(?:[\\w']+,? ){0,2}${deed.replace(/_.*/, "")}\\b`, "i")
				.test(text));
	return !ELSEWHERE.test(text) && !is_of_other(text, [], next.text) &&
		!is_particular(text.replace(/guest_matrix/i, "")) &&
		!is_operative(text) && !is_event(text);
}

const LEAD_IN =
	/(?:^|(?<= ))(?:(?:and|but|so|thus|then|hence|finally|now),? ){0,2}(?:(?:at|in) the end,? )?(?:we|you|i|one) (?:(?:would|will|should|then|now) )?(?:get|got|have|had|see|saw|end up with|ended up with):?(?: |$)/gi;

/** "Thus in the end we would have", and "guest_matrix:" below it, which says of what */
export function leads_in({ next }: search, { text }: sentence): boolean {
	const row = next?.kind === "text" && /^[a-z_' ]{3,30}:(?: |$)/i.test(next.text)
		? look_up(next.text) : null;

	return row !== null && row.kind !== "prose" && row.name !== TYPED &&
		text.replace(LEAD_IN, "") === "";
}

/** "What do you get for", commands, "?" */
const ASKS_FOR =
	/(?:^|[.!?] )(?:(?:and|but|so|or|then|also),? )*(?:what (?:do|does|did|would|will|happens|is)|(?:can|could|would|will) you|please|does|did|have you tried|how about)\b[^.!?]*$/i;
const ASKED_END =
	/^(?:[a-z][^.!?]{0,60})?\?$|^and (?:then )?(?:send|tell|report|show|post|let|say|paste|write)\b[^.!?]{0,60}\.$/;
export const ASKED: row = {
	name: "what is asked for", kind: "prose", list: false, facts: () => [],
};

/** Commands amid a question: nobody has typed them. */
export function asked_lines(lines: readonly mail_line[]): Set<number> {
	const said = lines.map((l) => ({ ...l, text: squeeze(l.text.slice(0, MAX_LINE)) }))
		.filter((l) => l.text !== "");
	const asked = new Set<number>();

	for (const [i, { line, depth, text }] of said.entries()) {
		const wrapped = said[i - 1]?.line === line - 1 ? `${said[i - 1]!.text} ${text}`
			: text;
		const end = ASKS_FOR.test(wrapped) ? said.findIndex((l, k) => k > i &&
			(l.depth !== depth || !is_typed(l.text) &&
				read_shell(l.text) === null)) : -1;

		if (end > i + 1 && said[end]!.depth === depth && ASKED_END.test(said[end]!.text))
			said.slice(i + 1, end).forEach((l) => asked.add(l.line));
	}
	return asked;
}

export function asked_item(lines: number[], text: string): item {
	return {
		label: "", lines, text, kind: "prose", phrase: ASKED.name, listed: null, facts: [],
		inherits: false,
	};
}
