// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where somebody types: on the host, or in a guest, by what stands above the commands. "In the
 * guest:" says so until somebody speaks of the host, types what only that has, or types on a
 * machine with another name.
 */
import type { mail_line } from "../message/message.ts";
import { is_typed, only_host_has, read_shell, TYPED } from "../typed/shell.ts";
import { PROMPT } from "../typed/prompt.ts";
import { is_operative, is_particular } from "../english/speaks.ts";
import { is_event } from "../english/words.ts";

const MACHINE = "(guest|vm|host|lpar|hypervisor)\\b(?!'s|[-_])";
/* not "the other guest": of which one that is nobody knows */
const KIND = "(?:(?:kvm|z|s390x?|linux|se|running|same|new) )?";
const NAMED =
	new RegExp(`\\b(?:in|inside|on|from|within|at) (?:(?:the|my|a|this|that|our|your) )?${KIND}${MACHINE}`, "gi");
const ALONE = new RegExp(`^(?:the |my )?${KIND}${MACHINE}(?: side| console| shell)?:$`, "i");
const NUMBER = /^\s*\(?\d{1,3}[.)]\s+/;
/** says more than where */
const CLAIMS =
	/\b(?:no|not|none|nothing|only|still|all|both|every\w*|gone|missing|same|empty|unchanged|cannot)\b|n't\b/i;
const MAX_LABEL = 200;
const HOST_OF = /^\[?[\w.-]+@([\w.-]+)/;

/** of lszcrypt */
const ROWS = /^CARD\.DOM\b|^[0-9a-f]{2}(?:\.[0-9a-f]{4})? +CEX/i;

type place = "guest" | "host";

/** Which of them a line speaks of last; of the guest only as a label, in its last sentence. */
function place_in(text: string): place | null {
	const word = ALONE.exec(text)?.[1] ?? [...text.matchAll(NAMED)].at(-1)?.[1];

	if (word === undefined || text.length > MAX_LABEL)
		return null;
	return !/^(?:guest|vm)$/i.test(word) ? "host"
		: text.endsWith(":") && text.split(/[.!?] /).at(-1)!.includes(word)
			? "guest" : null;
}

function says_more(label: string): boolean {
	const text = label.replace(NAMED, "");

	return CLAIMS.test(text) || is_particular(text) || is_operative(text) || is_event(text);
}

/** "The guest is started. In the guest:": the label, and what stands in front of it */
function last_sentence(text: string): [label: string, before: string] {
	const [before, label] = text.split(/(?<=[.!?]) +(?=[A-Z][^.!?]*$)/);

	return label === undefined || !says_more(before!) ? [text, ""] : [label, before!];
}

function is_command(text: string): boolean {
	return is_typed(text) || read_shell(text)?.name === TYPED;
}

/** with_places - lines of one depth, what is typed in a guest with a prompt that says so */
export function with_places(lines: readonly mail_line[]): mail_line[] {
	const texts = lines.map((l) => l.text.replace(NUMBER, "").trim());
	let inside = false, machine = "";

	if (!texts.some((text) => place_in(text) === "guest"))
		return [...lines];
	return lines.map((l, i) => {
		const text = texts[i]!, number = NUMBER.exec(l.text)?.[0] ?? "";
		const next = texts.slice(i + 1).find((t) => t !== "") ?? "";
		const name = HOST_OF.exec(text)?.[1] ?? "";
		const typed = is_command(text);
		const place = typed ? null : place_in(text);

		if (place !== null)
			[inside, machine] = [place === "guest", ""];
		const [label, before] = last_sentence(text);
		if (place !== null && !says_more(label) && is_command(next))
			return { ...l, text: number + (before === "" ? "$ true" : before) };
		if (place === "guest" && !says_more(label) && ROWS.test(next))
			return { ...l, text: `${number}(in the guest) # lszcrypt` };
		if (!typed || !inside)
			return l;
		inside = !only_host_has(text) &&
			(machine === "" || name === "" || name === machine);
		machine ||= name;
		return inside
			? { ...l, text: `${number}(in the guest) # ${text.replace(PROMPT, "")}` }
			: l;
	});
}
