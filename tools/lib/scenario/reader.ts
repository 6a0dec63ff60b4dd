// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line's words, taken one after the other, with errors that say where and what is expected.
 */
import { shortened } from "../cli/excerpt.ts";
import { printable } from "../cli/terminal.ts";
import { usage_error } from "../cli/usage_error.ts";

import { ascending, parse_id, parse_queue, product } from "./ids.ts";
import type { word } from "./lexer.ts";

export interface place {
	file: string;
	line: number;
}

export interface reader extends place {
	/** the next word's text, "" at the end or if it is quoted */
	peek(): string;
	next(): word | null;
	/** the next word, or an error that says what is missing */
	word(missing: string): word;
	rest(): word[];
	/** the next word's text, which can be shown as it is */
	name(missing: string): string;
	/** an error if a word is left */
	end(): void;
	/** ids up to a word that is none; "-" alone is the empty list */
	ids(): number[];
	/** the queues that are left; "-" alone is the empty list */
	queues(): string[];
	/** an mdev's name; m0 where the line names none */
	mdev(): string;
	/** an mdev's name and nothing else; m0 where the line ends */
	only_mdev(): string;
	/** one queue */
	queue(): string;
	fail(what: string, right: string): never;
}

/** MDEV - what an mdev is called */
export const MDEV = /^m[0-9]{1,7}$/;
/** words that may stand where an mdev is left out, although they look like one */
const ATTRIBUTES = new Set(["matrix"]);

/**
 * words_of - read words, reporting errors at a place
 */
export function words_of(at: place, words: word[]): reader {
	let i = 0;

	function peek(): string {
		const w = words[i];

		return w === undefined || w.quoted ? "" : w.text;
	}

	function fail(what: string, right: string): never {
		throw new usage_error(
			`${at.file}:${at.line}: ${shortened(what)}, expected ${right}`);
	}

	function word_or(missing: string): word {
		const w = words[i++];

		if (w === undefined)
			fail("the line ends too early", missing);
		return w;
	}

	function name(missing: string): string {
		const { text } = word_or(missing);

		if (printable(text) !== text)
			fail("a name with what no terminal shows", missing);
		return text;
	}

	function ids(): number[] {
		const list: number[] = [];

		if (peek() === "-") {
			i++;
			return list;
		}
		for (let id = parse_id(peek()); id !== null; id = parse_id(peek())) {
			list.push(id);
			i++;
		}
		if (/^\d/.test(peek()))
			fail(`"${peek()}" is no id`, "hexadecimal ids from 00 to ff");
		if (list.length === 0)
			fail("a list of ids is empty",
				"hexadecimal ids such as 04 05, or - for none");
		return ascending(list);
	}

	function queue(): string {
		const w = word_or("a queue, as in 04.0047");
		const q = parse_queue(w.text);

		if (q === null)
			fail(`"${w.text}" is no queue`,
				"04.0047 (adapter and domain in hexadecimal)");
		return q;
	}

	function queues(): string[] {
		const list: string[] = [];

		if (peek() === "-" && i === words.length - 1) {
			i++;
			return list;
		}
		if (i === words.length)
			fail("a list of queues is empty", "queues such as 04.0047, or - for none");
		if (words.slice(i).some((w) => w.text === "x"))
			return products();
		while (i < words.length)
			list.push(queue());
		return list;
	}

	/** "04 05 x 0004 0047", as reports write it */
	function products(): string[] {
		const apm = ids();
		const times = word_or("x and the domains, as in 04 05 x 0004 0047");

		if (times.text !== "x")
			fail(`"${times.text}" between adapters and domains`, "04 05 x 0004 0047");
		const list = product(apm, ids());
		end();
		return list;
	}

	function mdev(): string {
		const text = peek();

		if (MDEV.test(text)) {
			i++;
			return text;
		}
		if (/^m[^.]*$/i.test(text) && parse_id(text) === null && !ATTRIBUTES.has(text))
			fail(`"${text}" is no mdev`, "m and up to 7 digits, as in m0");
		return "m0";
	}

	function only_mdev(): string {
		const w = words[i++];

		if (w !== undefined && !MDEV.test(w.text))
			fail(`"${w.text}" is no mdev`, "m and up to 7 digits, as in m0");
		end();
		return w?.text ?? "m0";
	}

	function end(): void {
		if (i < words.length)
			fail(`"${words[i]!.text}" is too much`, "the line without it");
	}

	return {
		...at, peek, fail, name, ids, queue, queues, mdev, only_mdev, end,
		next: () => words[i++] ?? null,
		word: word_or,
		rest: () => words.slice(i),
	};
}
