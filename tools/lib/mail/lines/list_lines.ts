// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines that are nothing but queues: one queue a line, a row of a table of adapters and domains,
 * or a word for "none".
 */
import { product, queue_name } from "../../scenario/ids.ts";
import { queues_in } from "../sentence/phrases.ts";

const ADAPTER = /^[0-9a-f]{2}$/i;
const DOMAIN = /^[0-9a-f]{4}$/i;
const QUEUE = /^[0-9a-f]{1,2}\.[0-9a-f]{1,4}$/i;
const PAIR = /^\d{1,3}-\d{1,3}$/;
/** as matrix shows adapters without a domain, or domains without an adapter */
const HALF_QUEUE = /^(?:([0-9a-f]{2})\.|\.([0-9a-f]{4}))$/i;
const NONE =
	/^(?:[<(](?:empty|none|nothing)[>)]|(?:empty|none|nothing|no (?:bits|queues|apqns?))(?: (?:are |is )?(?:set|assigned|bound))?)\.?$/i;
const TABLE_HEAD = /^(?:adapters|apids)\s+(?:domains|apqis)(?:\s*-+>\s*(?:queues|apqns))?$/i;

function tokens_of(text: string): string[] {
	return text.split(/[\s,]+/).filter((t) => t !== "");
}

const SET = "\\{([0-9a-f ,]+)\\}|(?<![\\w.])([0-9a-f]{2,4})(?![\\w.])";
const PRODUCT = new RegExp(`(?:${SET}) ?[x×*] ?(?:${SET})`, "gi");
const OF_ADAPTER = /(?<![\w.])([0-9a-f]{1,2})\.\{([0-9a-f ,]+)\}/gi;
const IN_BRACES = /\{([0-9a-f., ]+)\}/gi;

function ids_of(text: string): number[] {
	return text.split(/[\s,]+/).filter((t) => t !== "").map((t) => parseInt(t, 16));
}

const RANGE =
	/(?<![\w.])([0-9a-f]{1,2})\.([0-9a-f]{1,4}) ?(?:-|–|to|through|\.\.\.?) ?([0-9a-f]{1,2})\.([0-9a-f]{1,4})(?![\w.])/gi;
const UNIT_RANGE =
	/\b(adapters|apids|cards|domains|apqis) ((?:0x)?[0-9a-f]{1,4}) ?(?:-|–|to|through|\.\.\.?) ?((?:0x)?[0-9a-f]{1,4})(?![\w.])/gi;

function from_to(first: string, last: string): number[] {
	const [a, b] = [parseInt(first, 16), parseInt(last, 16)];

	return b < a || b > 255 ? [] : Array.from({ length: b - a + 1 }, (_, i) => a + i);
}

/** "04.0004-04.0006", "domains 4 to 6" as all of them */
function expand_ranges(text: string): string {
	return text
		.replace(RANGE, (whole, a: string, from: string, b: string, to: string) => {
			const [apids, apqis] = [from_to(a, b), from_to(from, to)];

			return apids.length !== 1 && apqis.length !== 1
				? whole : product(apids, apqis).join(", ") || whole;
		})
		.replace(UNIT_RANGE, (whole, unit: string, from: string, to: string) => {
			const hex = from_to(from, to)
				.map((id) => id.toString(16)
					.padStart(from.replace(/^0x/i, "").length, "0"));

			return hex.length === 0
				? whole
				: `${unit} ${hex.map((id) => from.startsWith("0x") ? `0x${id}` : id).join(", ")}`;
		});
}

const MINUS =
	/((?:[0-9a-f]{2}\.[0-9a-f]{4}[ ,]+)+)(?:(?:minus|without|except|but not|\\) ((?:[0-9a-f]{1,2}\.[0-9a-f]{1,4}(?:, | and )?)+))?/gi;

/** "04.0004 04.0047 05.0047 minus 05.0047" */
function without_some(text: string): string {
	return text.replace(MINUS, (whole, all: string, some?: string) => {
		if (some === undefined)
			return whole;
		const out = new Set(queues_in(some));

		return queues_in(all).filter((q) => !out.has(q)).join(" ");
	});
}

const OF_CARD =
	/^(?:(?:adapter|card|apid) ([0-9a-f]{1,2}):?|([0-9a-f]{2}):) (?:(?:with )?(?:domains?|apqis?):? )?((?:[0-9a-f]{4}(?:, | and | |$))+)$/i;

/** as_queues - "card 04: domains 0004, 0047" as its queues */
export function as_queues(text: string): string {
	const [, named, bare, apqis] = OF_CARD.exec(text) ?? [];

	return apqis === undefined ? text :
		product([parseInt((named ?? bare)!, 16)], ids_of(apqis.replace(/and/g, "")))
			.join(" ");
}

/** expand_sets - "{04,05} x {0004,0047}" and "04.{0004,0047}" as the queues they are */
export function expand_sets(text: string): string {
	const ranged = expand_ranges(text);

	if (!ranged.includes("{"))
		return ranged;
	return without_some(ranged
		.replace(IN_BRACES, (whole, inner: string) => inner.includes(".") ? inner : whole)
		.replace(PRODUCT, (whole, a?: string, b?: string, c?: string, d?: string) =>
			whole.includes("{") ?
			product(ids_of(a ?? b!), ids_of(c ?? d!)).join(" ") : whole)
		.replace(OF_ADAPTER, (_whole, apid: string, apqis: string) =>
			product([parseInt(apid, 16)], ids_of(apqis)).join(" ")));
}

const HALF =
	/^(?:the )?(?:(adapter|apid|card)|domain|apqi)s?(?: ids?| numbers?)?(?:[:=]| are)? ((?:(?:0x)?[0-9a-f]{1,4}(?:,? and |, ?| |\.?$))+)$/i;

/** is_half - "adapters: 04 05", a line of a list */
export function is_half(text: string): boolean {
	return HALF.test(text);
}

/** Adapters on a line, and domains on another. */
function halves_of(lines: readonly string[]): string[] {
	const found = lines.map((l) => HALF.exec(l)).filter((m) => m !== null);
	const of = (adapters: boolean): number[] => found
		.filter((m) => (m[1] !== undefined) === adapters)
		.flatMap((m) => ids_of(m[2]!.replace(/\band\b|\.$/g, "")));

	return product(of(true), of(false));
}

/** is_half_queues - "04." or ".0047", and nothing else */
export function is_half_queues(text: string): boolean {
	const tokens = tokens_of(text);

	return tokens.length > 0 && tokens.every((t) => HALF_QUEUE.test(t));
}

/** half_queues - the adapters or domains of lines of such; null if they are anything else */
export function half_queues(lines: readonly string[]): { apm: number[]; aqm: number[] } | null {
	const found = lines.flatMap(tokens_of).map((t) => HALF_QUEUE.exec(t));
	const of = (group: 1 | 2): number[] => found
		.flatMap((m) => m?.[group] === undefined ? [] : [parseInt(m[group], 16)]);

	return found.length === 0 || found.includes(null) ? null : { apm: of(1), aqm: of(2) };
}

/** is_table_head - "Adapters Domains -> Queues" */
export function is_table_head(text: string): boolean {
	return TABLE_HEAD.test(text);
}

/** is_list_line - does a line hold queues or a table's row, and nothing else? */
export function is_list_line(text: string): boolean {
	const tokens = tokens_of(text);

	if (NONE.test(text))
		return true;
	return tokens.length > 0 && tokens.every((t) =>
		ADAPTER.test(t) || DOMAIN.test(t) || QUEUE.test(t) || PAIR.test(t));
}

/**
 * struct queue_list - what a list's lines say
 * @queues: as listed; one that is listed twice is here twice
 * @table: the queues that a table's adapters and domains make, null without such columns
 * @alone: an adapter stands without a domain, or a domain without an adapter: @queues lacks it
 */
export interface queue_list {
	queues: string[];
	table: string[] | null;
	alone?: boolean;
}

/** A table without a column of queues: each adapter has the domains behind it. */
function rows_of(tokens: string[]): queue_list {
	let apid: number | null = null, alone = false, last = "";
	const queues: string[] = [];

	for (const t of tokens.filter((it) => ADAPTER.test(it) || DOMAIN.test(it))) {
		if (ADAPTER.test(t)) {
			alone ||= ADAPTER.test(last);
			apid = parseInt(t, 16);
		} else if (apid === null) {
			alone = true;
		} else {
			queues.push(queue_name(apid, parseInt(t, 16)));
		}
		last = t;
	}
	alone ||= ADAPTER.test(last);
	return { queues, table: null, alone: alone && queues.length > 0 };
}

/** read_columns - all queues of a column of adapters and one of domains; null if it is none */
export function read_columns(lines: readonly string[]): queue_list | null {
	const tokens = lines.flatMap(tokens_of);
	const ids = (re: RegExp): number[] => tokens.filter((t) => re.test(t))
		.map((t) => parseInt(t, 16));
	const [apm, aqm] = [ids(ADAPTER), ids(DOMAIN)];
	const all = apm.length > 0 && aqm.length > 0 && apm.length + aqm.length === tokens.length;

	return all ? { queues: product(apm, aqm), table: null } : null;
}

/**
 * read_list - the queues of a list
 * @lines: its lines, in order
 */
export function read_list(lines: readonly string[]): queue_list {
	const in_pairs = lines.flatMap((l) => [...l.matchAll(/\((\d{1,3}), ?(\d{1,3})\)/g)])
		.map((m) => queue_name(Number(m[1]), Number(m[2])));

	if (in_pairs.length > 0)
		return { queues: in_pairs, table: null };
	const halves = halves_of(lines);

	if (halves.length > 0)
		return { queues: halves, table: null };
	const tokens = lines.flatMap(tokens_of);
	const ids = (re: RegExp): number[] => tokens.filter((t) => re.test(t))
		.map((t) => parseInt(t, 16));
	const pairs = tokens.filter((t) => PAIR.test(t)).map((t) => {
		const [apid, apqi] = t.split("-");

		return queue_name(Number(apid), Number(apqi));
	});
	const listed = [...tokens.filter((t) => QUEUE.test(t)).flatMap(queues_in), ...pairs];
	const [apm, aqm] = [ids(ADAPTER), ids(DOMAIN)];

	if (listed.length === 0)
		return rows_of(tokens);
	return { queues: listed, table: apm.length + aqm.length === 0 ? null : product(apm, aqm) };
}
