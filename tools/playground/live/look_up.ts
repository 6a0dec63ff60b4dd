// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of tools/lib/mail/sentence/look_up.ts: what is done at a shell is read, and
 * no English, whose phrases would take as much room as two drivers.
 */
import type { row } from "../../lib/mail/sentence/look_up.ts";
import { act_of } from "../../lib/mail/typed/shell.ts";

/** look_up - what a line says; null if it is not read */
export function look_up(text: string): row | null {
	const found = act_of(text);

	return found === null ? null
		: { name: "", kind: found.kind, list: false, facts: () => found.facts };
}
