// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parts of a mail that are said of different kernels: "Without your patches:", "v6.4:". Each is
 * an example of its own, which begins with what stands in front of them all. What is said of a
 * kernel that there is a driver of is judged on that one; of another one, on none.
 */
import { drivers } from "../../../../drivers/s390/crypto/history/index.ts";
import { CLAIMS } from "./denials.ts";
import type { example, item } from "./examples.ts";
import type { mail_line } from "../message/message.ts";

const RULES = /^[-=*#_[ ]{1,8}|(?<![-=*#_\] ])[-=*#_\] ]{1,8}$/g;
const LEAD =
	"(?:(?:and|then|now|again|the|same|here|tested|test|output|results?|behaviou?r|run|running|case|this is|what i (?:see|get)|i (?:get|see)|we (?:get|see)),? )*";
const THE = "(?:(?:the|this|your|my|these|that|all|our|any) )?";
const WHAT =
	"(?:(?:first|second|whole|new|proposed|above|attached|\\d+) )?(?:patch(?:es|set)?|series|fix(?:es)?|change(?:s)?|commit)(?: (?:set|series|applied|reverted))?";
const WITHOUT = new RegExp(`^${LEAD}(?:(?:without|before|prior to) ${THE}${WHAT}|` +
	"(?:(?:on |with |in )?(?:the |an? )?(?:unpatched|vanilla|stock|old|original|current|distro|unmodified)(?: (?:kernel|driver|code|version))?))$", "i");
const WITH = new RegExp(`^${LEAD}(?:(?:with|after|having applied) ${THE}${WHAT}(?: applied)?|` +
	"(?:(?:on |with |in )?(?:the |an? )?(?:patched|fixed|modified|new)(?: (?:kernel|driver|code|version))?))$", "i");
const REVERTED = /\brevert/i;
const RELEASE = new RegExp(`^${LEAD}(?:(?:on|with|in|under|using|for|at) )?` +
	"(?:(?:the|linux|kernel|mainline|upstream|stable|vanilla|version|release)[ -]){0,3}" +
	"v([2-9]\\.\\d{1,2}(?:\\.\\d{1,3})?(?:-[\\w.+-]{1,20})?)(?: kernel)?$", "i");
const SERIES = new RegExp(`^${LEAD}(?:on|with|in|under|using) (?:the |patch )?(v\\d{1,2})` +
	"(?: of (?:the|this|your|my) (?:patches|series|patch ?set))?$", "i");
const AFTER = /^(?:(?:and|then|now) )?(?:after(?:wards)?|now|then|with (?:it|them))$/i;
const BEFORE = /^(?:before|without (?:it|them))$/i;

/** struct kernel - which one: its drivers; null for the one that the mail is about */
interface kernel {
	known: boolean;
	drivers: string[] | null;
}

const ANOTHER: kernel = { known: false, drivers: null };
const THIS: kernel = { known: true, drivers: null };

function named(label: string): kernel {
	return drivers.some((d) => d.label === label) ? { known: true, drivers: [label] } : ANOTHER;
}

/** Which kernel a heading is of; null if it is of none. */
function kernel_of(heading: string): kernel | null {
	const release = RELEASE.exec(heading)?.[1] ?? null;
	const series = SERIES.exec(heading)?.[1] ?? null;

	return WITHOUT.test(heading) || WITH.test(heading) && REVERTED.test(heading) ? ANOTHER
		: WITH.test(heading) ? THIS
			: release !== null ? named(`v${release}`)
				: series !== null ? named(series.toLowerCase()) : null;
}

const LONGEST = 80;
const QUEUES = /^(?:[0-9a-f]{2}\.[0-9a-f]{4}(?:,|,? and)? ?)+$/i;

/** struct heading - at which line, of which kernel, and what the line says besides */
interface heading {
	at: number;
	kernel: kernel;
	rest: string;
}

function heading_at(lines: readonly mail_line[], at: number, among: boolean): heading | null {
	const text = lines[at]!.text.trim();
	const colon = text.indexOf(": ");
	const head = (colon < 0 ? text : text.slice(0, colon)).replace(RULES, "").replace(/:$/, "");
	const rest = colon < 0 ? "" : text.slice(colon + 2).trim();

	if (head.length > LONGEST || head === "" ||
		colon < 0 && !/[:=*-]$/.test(text) && text !== head)
		return null;
	const kernel = kernel_of(head) ?? (!among ? null
		: AFTER.test(head) ? THIS : BEFORE.test(head) ? ANOTHER : null);

	return kernel === null || colon < 0 && text === head && kernel_of(head) === null ? null
		: { at, kernel, rest: QUEUES.test(rest) ? `Observed: ${rest}` : rest };
}

function headings_in(lines: readonly mail_line[]): heading[] {
	const list: heading[] = [];

	for (let at = 0; at < lines.length; at++) {
		const found = heading_at(lines, at, list.length > 0);

		if (found !== null)
			list.push(found);
	}
	return list;
}

/** is_of_kernel - whether a line is a heading of what is said of a kernel */
export function is_of_kernel(text: string): boolean {
	return heading_at([{ line: 1, depth: 0, text }], 0, false) !== null;
}

/**
 * struct part - what stands in front of all kernels, and what is said of one
 * @heading: its line, null where the mail is of no kernel but its own
 * @end: the line where another part begins
 */
interface part {
	lines: mail_line[];
	heading: mail_line | null;
	kernel: kernel;
	end: number;
}

/** parts_by_kernel - lines of one depth, as the parts that are examples of their own */
export function parts_by_kernel(lines: mail_line[]): part[] {
	const headings = headings_in(lines);
	const [first] = headings;

	if (first === undefined)
		return [{ lines, heading: null, kernel: THIS, end: Infinity }];
	return headings.map(({ at, kernel, rest }, i) => {
		const to = headings[i + 1]?.at ?? lines.length;

		return {
			lines: [
				...lines.slice(0, first.at), { ...lines[at]!, text: rest },
				...lines.slice(at + 1, to),
			],
			heading: lines[at]!, kernel, end: lines[to]?.line ?? Infinity,
		};
	});
}

function heading_item({ heading }: part): item {
	return {
		label: "", lines: [heading!.line],
		text: heading!.text.trim().replace(/: .*$/s, ":"), kind: "prose", phrase: null,
		listed: null, facts: [],
		inherits: false,
	};
}

/** What is claimed of a kernel that there is no driver of is not judged. */
function said_of({ known, drivers: of }: kernel, it: item): item {
	return known ? { ...it, drivers: of }
		: it.kind !== "expectation" && !it.facts.some((f) => CLAIMS.has(f.fact)) ? it
			: { ...it, kind: "unread", phrase: null, facts: [], listed: null };
}

function line_of(it: item): number {
	return it.lines[0] ?? 0;
}

function sets_up(items: readonly item[]): boolean {
	return items.some((it) => it.kind === "set-up" ||
		it.facts.some((f) => f.fact === "op" && f.op[0] === "create"));
}

/** What another part did until there: its set-up, and its steps where none are told anew. */
function begun_in(before: readonly item[], items: readonly item[]): item[] {
	const acts = items.some((it) => it.kind === "operation");
	const first = before.findIndex((it) => it.kind === "expectation" ||
		it.kind === "operation" && !it.facts.some((f) => f.fact === "start"));

	return (acts ? before.slice(0, Math.max(first, 0)) : before)
		.filter((it) => it.kind !== "expectation")
		.map((it) => ({ ...it, facts: it.facts.filter((f) => !CLAIMS.has(f.fact)) }));
}

/**
 * of_kernels - examples of parts, each with what it is said of
 * @found: the examples of each part
 */
export function of_kernels(parts: readonly part[], found: readonly example[][]): example[] {
	const list: example[] = [];
	let before: item[] = [];

	for (const [i, part] of parts.entries()) {
		const { heading } = part;
		const own = found[i]!.filter((e) => heading === null || i === 0 ||
			e.items.some((it) => line_of(it) >= heading.line));

		for (const [k, e] of own.entries()) {
			const at = e.items.findIndex((it) => line_of(it) >= (heading?.line ?? 0));

			if (heading === null || at < 0) {
				list.push(e);
				continue;
			}
			const [all, section] = [e.items.slice(0, at), e.items.slice(at)];
			const start = k > 0 || sets_up(e.items) ? all
				: [...begun_in(before, section), ...all];
			const said = section.map((it) => said_of(part.kernel, it));

			before = k > 0 ? before : [...start, ...section];
			list.push({
				...e, items: [...start, heading_item(part), ...said],
				told_at: heading.line,
				mail: {
					...e.mail, lines: without_others(e.mail.lines, e.depth,
						part),
				},
			});
		}
	}
	return list;
}

function without_others(lines: mail_line[], depth: number, { lines: own, end }: part): mail_line[] {
	const mine = new Set(own.map((l) => l.line));

	return lines.filter((l) => l.depth !== depth ? l.line < end : mine.has(l.line));
}
