// SPDX-License-Identifier: GPL-2.0-only
/*
 * The numbers of a mail as sysfs writes them: those of one who counts in decimal, and what is
 * a kernel's release and no queue.
 */
import { queue_name } from "../../scenario/ids.ts";
import type { mail_line } from "../message/message.ts";

const SYSFS_QUEUE = /(?<![\w.])([0-9a-f]{2})\.([0-9a-f]{4})(?!\w|\.\w)/gi;
const POINT_PAIR = /(?<![\w.])(\d{1,3})\.(\d{1,3})(?!\w|\.\w)/g;
const COMMA_PAIR = /\((\d{1,3}), ?(\d{1,3})\)/g;
const UNIT = "(?:adapter|apid|card|domain|apqi)s?";
const NUMBERS =
	" ([1-9]\\d{0,2}|0)((?:(?:,| and|, and) (?:[1-9]\\d{0,2}|0))*)(?![\\w.]*\\w)";
const COUNTED = new RegExp(`\\b(${UNIT})${NUMBERS}`, "gi");
/** the same, and in steps that are called as an attribute is: "assign_domain 10" */
const COUNTED_IN_STEPS =
	new RegExp(`\\b((?:(?:un)?assign_(?:control_)?)?${UNIT})${NUMBERS}`, "gi");
const IS_ADAPTER = /^(?:(?:un)?assign_)?(?:adapter|apid|card)/i;

function all_in(lines: readonly mail_line[], re: RegExp): RegExpMatchArray[] {
	return lines.flatMap((l) => [...l.text.matchAll(re)]);
}

/** The numbers behind "adapter" or "domain", as they stand there. */
function counted(lines: readonly mail_line[], of_adapters: boolean): string[] {
	return all_in(lines, COUNTED).filter((m) => IS_ADAPTER.test(m[1]!) === of_adapters)
		.flatMap((m) => m[0].match(/\d+/g)!);
}

/** Whether the numbers are those of the queues only if they are decimal. */
function only_as_decimal(numbers: readonly string[], known: ReadonlySet<number>): boolean {
	return numbers.some((n) => n.length > 1) && numbers.every((n) => known.has(Number(n)) &&
		(n.length === 1 || !known.has(parseInt(n, 16))));
}

/**
 * struct base - which numbers of adapters and domains are decimal
 * @pairs: those of queues, too
 */
interface base {
	adapters: boolean;
	domains: boolean;
	pairs: boolean;
}

/**
 * "1.10" beside "domain 10": the numbers of one who counts as people do. Where queues stand as in
 * sysfs, "domain 16" is decimal if there are queues of 0010 and none of 0016.
 */
function base_of(lines: readonly mail_line[]): base {
	const queues = all_in(lines, SYSFS_QUEUE);
	const known = (group: 1 | 2): Set<number> =>
		new Set(queues.map((m) => parseInt(m[group]!, 16)));
	const pairs = queues.length === 0 &&
		[...all_in(lines, POINT_PAIR), ...all_in(lines, COMMA_PAIR)]
			.some((m) => Number(m[1]) > 9 || Number(m[2]) > 9);

	return {
		pairs,
		adapters: pairs || only_as_decimal(counted(lines, true), known(1)),
		domains: pairs || only_as_decimal(counted(lines, false), known(2)),
	};
}

function pairs_in_hexadecimal(text: string): string {
	return text.replace(POINT_PAIR, (whole, a: string, b: string) =>
		Number(a) > 255 || Number(b) > 255 ? whole : queue_name(Number(a), Number(b)));
}

const RELEASE =
	/\b(on|with|in|since|from|linux|kernel|version|until|before|after|using|both|to|this is|it is|it's|runs|running) ([2-9]\.\d{1,2})(?![\w.]*\w)/gi;

/**
 * "On 6.12" is a kernel, where queues are written as in sysfs and none is called that, or where
 * no queue is named.
 */
export function with_releases(lines: mail_line[]): mail_line[] {
	const known = new Set(all_in(lines, SYSFS_QUEUE).map((m) => m[0].toLowerCase()));
	const is_queue = (pair: string): boolean => {
		const [apid, apqi] = pair.split(".");

		return [10, 16].some((base) =>
			known.has(queue_name(parseInt(apid!, base), parseInt(apqi!, base))));
	};

	if (known.size === 0 && all_in(lines, POINT_PAIR).length > all_in(lines, RELEASE).length)
		return lines;
	return lines.map((l) => ({
		...l, text: l.text.replace(RELEASE, (whole, word: string, pair: string) =>
			is_queue(pair) ? whole : `${word} v${pair}`),
	}));
}

/** A mail with its decimal numbers as sysfs has them. */
export function in_hexadecimal(lines: mail_line[]): mail_line[] {
	const { adapters, domains, pairs } = base_of(lines);
	const hex = (n: string): string => `0x${Number(n).toString(16)}`;

	if (!adapters && !domains)
		return lines;
	return lines.map((l) => ({
		...l,
		text: (pairs ? pairs_in_hexadecimal(l.text) : l.text)
			.replace(COUNTED_IN_STEPS, (whole, unit: string) =>
				(IS_ADAPTER.test(unit) ? adapters : domains)
					? unit + whole.slice(unit.length).replace(/\d+/g, hex)
					: whole),
	}));
}
