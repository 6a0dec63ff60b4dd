// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines that only carry on the one above: a list that goes on in its column, or behind a comma;
 * what a step comes to, behind an arrow or by itself. They are put on the line that they belong to.
 */
import { STEP } from "../examples/examples.ts";
import { is_list_line } from "./list_lines.ts";
import { look_up } from "../sentence/look_up.ts";
import type { mail_line } from "../message/message.ts";
import { queues_in } from "../sentence/phrases.ts";
import { is_typed, read_shell, TYPED } from "../typed/shell.ts";

const ENDS_IN_QUEUE = /(?<![\w.])[0-9a-f]{1,2}\.[0-9a-f]{1,4}$/i;
/** a list that has not ended */
const GOES_ON = /(?<![\w.])[0-9a-f]{1,2}\.[0-9a-f]{1,4}(?:,|,? and| &)$/i;
const FIRST_QUEUE = /(?<![\w.])[0-9a-f]{1,2}\.[0-9a-f]{1,4}(?![\w.])/i;
/** so far from its column a list may stand that goes on */
const NEAR = 3;

function indent_of(text: string): number {
	return text.search(/\S/);
}

/** Whether queues stand where those of the line above do, far to the right of its label. */
function is_in_column(above: string, text: string): boolean {
	const column = above.search(FIRST_QUEUE);
	const label = above.slice(0, Math.max(0, column));

	return label.trim() !== "" && (label.trimEnd().endsWith(":") || label.endsWith("  ")) &&
		ENDS_IN_QUEUE.test(above) && Math.abs(indent_of(text) - column) <= NEAR &&
		indent_of(text) > indent_of(above) + NEAR;
}

function carries_on(first: string, last: string, text: string): boolean {
	return is_list_line(text.trim()) && queues_in(text).length > 0 &&
		(GOES_ON.test(last) || is_in_column(first, text));
}

/** "-> 04.0001 04.0002" below a step */
const RESULT = /^\s*(?:->|=>|→)\s+(?=\S)/;

function has_result(last: string, text: string): boolean {
	return RESULT.test(text) && /[\w)"]\.?$/.test(last) && !/\s(?:->|=>|→)\s/.test(last) &&
		!RESULT.test(last) && !is_list_line(last.trim()) && !is_shell(last);
}

function is_shell(text: string): boolean {
	return is_typed(text.trim()) || read_shell(text.trim()) !== null;
}

/** "Step 3: bind 04.0002", and below it which queues there are then */
function is_result(last: string, text: string): boolean {
	const step = STEP.exec(last.trim())?.[2];
	const row = step === undefined || !is_list_line(text.trim()) ? null : look_up(step);

	return row !== null && row.kind === "operation" && row.name !== TYPED && !row.list &&
		/\w\.?$/.test(step!) && queues_in(text).length > 0;
}

/** What a line adds to the one above it; null if it stands for itself. */
function added(first: string, last: string, text: string): string | null {
	const said = text.trim();

	if (carries_on(first, last, text))
		return GOES_ON.test(first) ? said : `, ${said}`;
	return has_result(last, text) ? said : is_result(last, text) ? `-> ${said}` : null;
}

/** with_continued - lines of one depth, each with what carries it on */
export function with_continued(lines: readonly mail_line[]): mail_line[] {
	const out: mail_line[] = [];
	let last: mail_line | undefined;

	for (const l of lines) {
		const open = out.at(-1);
		const more = last === undefined || l.line !== last.line + 1 ? null
			: added(open!.text, last.text, l.text);

		if (more === null)
			out.push(l);
		else
			out[out.length - 1] = {
				...open!, text: `${open!.text} ${more}`.replace(" , ", ", "),
				besides: [...open!.besides ?? [], l.line],
			};
		last = l;
	}
	return out;
}
