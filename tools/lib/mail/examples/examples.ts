// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the search finds in a mail, and how far it has got: items, the examples that they
 * make, and the one being read.
 */
import type { queue_list } from "../lines/list_lines.ts";
import type { row } from "../sentence/look_up.ts";
import type { message } from "../message/message.ts";
import type { fact, phrase } from "../sentence/phrases.ts";
import type { piece } from "../lines/pieces.ts";

export type item_kind = phrase["kind"] | "unread";

/**
 * struct item - a sentence or list of an example
 * @label: the step's number, "" if it has none of its own
 * @lines: the lines of the mail it stands on
 * @text: the sentence, white space squeezed
 * @phrase: the name of its row, null if it was not read
 * @listed: the list that followed, null without one
 * @printed: lines followed, of whatever kind
 * @unshown: it shows queues; no lines followed, and nothing that was typed
 */
export interface item {
	printed?: boolean;
	unshown?: boolean;
	label: string;
	lines: number[];
	text: string;
	kind: item_kind;
	phrase: string | null;
	listed: queue_list | null;
	facts: fact[];
	/** the drivers that its claims are made of, null for all */
	drivers?: string[] | null;
	/** it begins an example that takes over the set-up of the one before */
	inherits: boolean;
}

/**
 * struct example - an example as it stands in a mail
 * @depth: of quoting
 * @items: in order; the first states facts
 */
export interface example {
	mail: message;
	depth: number;
	items: item[];
	/** where the part of the mail begins that it is of, if another part has the same set-up */
	told_at?: number;
}

/** a step's number, in front of its text */
export const STEP =
	/^(?:\(?(?=[\da-z]{1,3}[.)])|step (?=\d{1,3}[.:)]))(\d{1,3}|[a-z])[.:)](?:\s(.*)|)$/i;

/** what is said of a case that may be another than the one that is told of */
export const IF = /^(?:(?:and|but|so|now|then),? )?if\b/i;

/** struct search - the example being read */
export interface search {
	mail: message;
	depth: number;
	text_of: Map<number, string>;
	found: example[];
	items: item[];
	/** sentences since the last fact that may turn out to stand behind the example */
	pending: item[];
	/** the item whose list is being read, and the list's lines so far */
	list: { item: item; row: row; lines: string[] } | null;
	last_number: number;
	/** what stands before the example and is not to vanish */
	before: item[];
	/** what follows the piece that is read */
	next: piece | null;
	/** lines that may be comments of a script's */
	comments: Set<number>;
	/** a sentence that said what was to be typed, and what of that has not been typed yet */
	announced: { said: item; deeds: (string | null)[] } | null;
	/** it was asked what would be if something were done: what follows is said of that case */
	of_case: boolean;
	/** the lines of commands that somebody is asked to type */
	asked: ReadonlySet<number>;
}
