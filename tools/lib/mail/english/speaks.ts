// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a line speaks of by its words alone, whatever their grammar says.
 */
import { LEXICON } from "./lexicon.ts";

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
	new Set(["assign", "unassign", "bind", "bound", "in_use", "unbind", "start", "stop", "plug",
		"unplug",
		"filter", "put", "take"]);

/** is_operative - whether a line has a verb of something that is done */
export function is_operative(text: string): boolean {
	return (text.toLowerCase().match(/[a-z_-]+/g) ?? [])
		.some((word) => OPERATIVE.has(LEXICON.get(word)?.kind ?? ""));
}
