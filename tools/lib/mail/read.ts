// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mail in, scenarios out. README.md says which rooms of this folder it passes, in which order.
 */
import { basename } from "node:path";

import { printable } from "../cli/terminal.ts";
import type { host_config, scenario } from "../scenario/model.ts";
import { print_scenario, print_step } from "../scenario/print.ts";
import { as_scenario, build_scenarios, type built } from "./build/build.ts";
import { find_blocks, with_unread, type block } from "./notation/blocks.ts";
import { with_all, with_first_host } from "./build/first_host.ts";
import { may_tell } from "./message/first_look.ts";
import type { example, item, item_kind } from "./examples/examples.ts";
import { find_examples } from "./examples/find.ts";
import { restated } from "./build/ledger.ts";
import { mbox_messages, read_messages, tags_of, type message } from "./message/message.ts";
import { with_names } from "./build/names.ts";
import { find_processors, litmus_of, type processors } from "./build/processors.ts";
import { add_rest, span_of, type span } from "./rest.ts";
import { find_schedules, type schedules } from "./notation/schedules.ts";
import { find_slips, type slip } from "./build/slips.ts";

/**
 * struct line_count - what the lines of an example were read as
 * @lines: by kind, the lines of the mail
 */
type line_count = Record<item_kind, number[]>;

/**
 * struct reading - an example of a mail, as scenarios
 * @first, @last: its lines
 * @again: first lines of later copies, as answers quote them
 * @actors: it tells of two processors at once and cannot be replayed as a sequence
 * @litmus: the start of a litmus test of the two, where it can be told what each does
 * @scenarios: none if @actors; more than one if there are slips to read both ways, or variants
 */
export interface reading {
	mail: message;
	first: number;
	last: number;
	again: number[];
	actors: boolean;
	litmus: string[];
	slips: slip[];
	counts: line_count;
	scenarios: scenario[];
}

const KINDS: item_kind[] = ["unread", "operation", "expectation", "set-up", "prose", "actor"];

/** Each line once, as the weightiest thing that stands on it. */
function count_lines(items: item[]): line_count {
	const counts: line_count = {
		"unread": [], "operation": [], "expectation": [], "set-up": [], "prose": [],
		"actor": [],
	};
	const done = new Set<number>();

	for (const kind of KINDS)
		for (const it of items.filter((i) => i.kind === kind))
			for (const line of it.lines.filter((n) => !done.has(n))) {
				done.add(line);
				counts[kind].push(line);
			}
	return counts;
}

/** "v11" of "[PATCH v11 08/14] ...", null if the subject has no version */
export function posting_of(subject: string | null): string | null {
	const tag = tags_of(subject).find((it) => /PATCH/i.test(it));

	return /\bv(\d+)\b/i.exec(tag ?? "")?.[1] ?? null;
}

function name_of(mail: message, first: number): string {
	const version = posting_of(mail.subject);
	const patch = /\b(\d+)\/\d+$/.exec(tags_of(mail.subject).at(-1) ?? "")?.[1];
	const parts = [
		...(version === null ? [] : [`v${version}`]),
		...(patch === undefined ? [] : [patch]),
		`line-${first}`,
	];

	return parts.join("-");
}

function source_of(mail: message, file: string, first: number): string {
	const where = `${basename(file)}, line ${first}`;
	const subject = mail.subject === null ? "" : `${printable(mail.subject)}, `;

	return mail.message_id === null ? `${subject}${where}` :
		`${printable(mail.message_id)} ${subject}${where}`;
}

/** Whether an example, whatever is said around it, begins with a choice that is put forward. */
function inherits(e: example): boolean {
	return e.items.find((it) => it.phrase !== null)?.inherits === true;
}

/** A choice that is put forward takes over the set-up of the example it answers. */
function with_inherited(e: example, before: example | null): item[] {
	if (!inherits(e) || before === null)
		return e.items;
	return [...before.items.filter((it) => it.kind === "set-up"), ...e.items];
}

function named(
	e: example, first: number, list: built[], suffix: string, file: string, texts: string[],
): scenario[] {
	const base = name_of(e.mail, e.told_at ?? first);

	return list.map(
		(b, i) => as_scenario(b, base + (list.length > 1 ? `-${i + 1}` : "") + suffix,
		source_of(e.mail, file, first), file, texts));
}

function steps_of(s: scenario): string {
	return s.statements.map(print_step).join("\n");
}

/** The example as it is meant; behind it as it is written, where that is not the same. */
function scenarios_of(e: example, first: number, items: item[], file: string,
	override: host_config | null,
		found: ReturnType<typeof find_slips>): scenario[] {
	const texts = found.slips.map((sl) => printable(sl.text));
	const written = build_scenarios(items, override);

	if (found.meant === null)
		return named(e, first, written, "", file, texts);
	const as_meant = named(e, first, build_scenarios(found.meant, override), "-as-meant", file,
		texts);
	const as_written = named(e, first, written, "-as-written", file, texts);
	return as_meant.flatMap((s, i) => steps_of(s) !== steps_of(as_written[i]!) ?
		[s, as_written[i]!] : [{ ...s, name: s.name.replace(/-as-meant$/, "") }]);
}

/** @first, @last: of the example itself, without what else the mail says of it */
function read_example({ e, first, last }: span, before: example | null, file: string,
		override: host_config | null, two: processors | undefined): reading {
	const actors = e.items.some((it) => it.kind === "actor");
	const items = with_all(with_names(with_inherited(e, before)), override);
	const found = actors ? { slips: [], meant: null } : find_slips(items);

	return {
		mail: e.mail, first, last, again: [],
		actors, litmus: two === undefined ? [] : litmus_of(two, items),
		slips: found.slips, counts: count_lines(
			restated(with_all(with_names(e.items), override)).flatMap(with_first_host)),
		scenarios: actors ? [] : scenarios_of(e, first, items, file, override, found),
	};
}

/** Where two processors are told of, for itself or amid an example: nothing of it is a sequence. */
function with_processors(
	mail: message, found: readonly example[],
): [example, processors | undefined][] {
	const depths = [...new Set(mail.lines.map((l) => l.depth))];
	const pairs =
		depths.flatMap((d) => find_processors(mail.lines.filter((l) => l.depth === d)));
	const lines_of = (e: example): number[] => e.items.flatMap((it) => it.lines);
	const holds = (e: example, p: processors): boolean => e.depth === p.depth &&
		Math.min(...lines_of(e)) <= p.lines.at(-1)! &&
		Math.max(...lines_of(e)) >= p.lines[0]!;
	const alone = pairs.filter((p) => !found.some((e) => holds(e, p)))
		.map((p): [example, processors] =>
			[{ mail, depth: p.depth, items: [item_of(p)] }, p]);

	return [
		...found.map((e): [example, processors | undefined] => {
			const two = pairs.find((p) => holds(e, p));

			return [two === undefined
				? e : { ...e, items: [...e.items, item_of(two)] }, two];
		}),
		...alone,
	].toSorted(([a], [b]) => lines_of(a)[0]! - lines_of(b)[0]!);
}

/** As an item of an example, which is none to be replayed then. */
function item_of(p: processors): item {
	return {
		label: "", lines: p.lines, text: p.sides.flatMap((s) => s.deeds).join("; "),
		kind: "actor", phrase: null, listed: null, facts: [], inherits: false,
	};
}

/** What an example says, without where it stands: the same for a quotation of it. */
function fingerprint(e: example): string {
	return JSON.stringify(e.items.map((it) => [it.label, it.kind, it.text, it.facts]));
}

/** A scenario that stands in a mail as such. */
function block_reading(b: block, mail: message): reading {
	const counts = count_lines([]);
	const unread = new Set(b.unread);

	counts.operation = b.lines.filter((n) => !unread.has(n));
	counts.unread = b.unread;
	return {
		mail, first: b.lines[0]!, last: b.lines.at(-1)!, again: [], actors: false,
		litmus: [], slips: [], counts,
		scenarios: [b.scenario],
	};
}

/** What litmus printed: the schedules that are sequences, and those that are not. */
function schedule_reading(s: schedules, mail: message): reading {
	const counts = count_lines([]);
	const unread = new Set(s.blocks.flatMap((b) => b.unread));
	const actor = new Set(s.interleaved);

	counts.operation = s.lines.filter((n) => !unread.has(n) && !actor.has(n));
	counts.actor = s.interleaved;
	counts.unread = [...unread];
	return {
		mail, first: s.lines[0]!, last: s.lines.at(-1)!, again: [],
		actors: s.blocks.length === 0,
		litmus: [], slips: [], counts, scenarios: s.blocks.map((b) => b.scenario),
	};
}

/** Scenarios that stand in a mail as such, each once: in the notation and as steps it is one. */
function exact_readings(mail: message, file: string): { exact: reading[]; taken: Set<number> } {
	const depths = [...new Set(mail.lines.map((l) => l.depth))];
	const known = new Map<string, reading>();
	const printed =
		depths.flatMap((d) => find_schedules(mail.lines.filter((l) => l.depth === d), file,
			mail));
	const blocks = find_blocks(mail, file);

	for (const b of blocks) {
		const text = print_scenario(b.scenario);
		const before = known.get(text);

		if (before === undefined)
			known.set(text, block_reading(b, mail));
		else
			before.again.push(b.lines[0]!);
	}
	return {
		exact: [...known.values(), ...printed.map((s) => schedule_reading(s, mail))],
		taken: new Set([...blocks, ...printed].flatMap((it) => it.lines)),
	};
}

/** A scenario that stands in a mail as such, as an example that words around it may be of. */
function span_of_exact({ mail, first, last, counts }: reading): span {
	const lines = Object.values(counts).flat();
	const depth = mail.lines.find((l) => l.line === first)?.depth ?? 0;
	const it: item = {
		label: "", lines, text: "", kind: "operation", phrase: null, listed: null,
		facts: [], inherits: false,
	};

	return { e: { mail, depth, items: [it] }, first, last };
}

/** What the mail says of it is not read. It needs no words in front of it: these come last. */
function note_words(r: reading, { e, first, last }: span): void {
	const said = e.items.filter((it) => it.text !== "");
	const unread = said.filter((it) => it.kind === "unread");
	const s = r.scenarios.at(-1);

	r.counts.prose.push(...said.filter((it) => it.kind === "prose").flatMap((it) => it.lines));
	r.counts.unread.push(...unread.flatMap((it) => it.lines));
	if (s !== undefined)
		r.scenarios.splice(-1, 1, with_unread(s, unread.map(({ lines, text }) =>
			({ line: lines[0]! < first ? last + 1 : lines[0]!, text }))));
}

/** Without such a word a mail has nothing to do with AP. */
const ABOUT_AP =
	/vfio|apq|apid|adapter|domain|queue|matrix|apmask|aqmask|mdev|crypt|scenario|guest/i;

/** An answer's claims begin where the quoted steps do that they are about: another's example. */
function with_own_names(r: reading, others: readonly reading[]): reading {
	const names = new Set(others.flatMap((other) => other.scenarios).map((s) => s.name));

	return !r.scenarios.some((s) => names.has(s.name)) ? r : {
		...r, scenarios: r.scenarios.map((s) => ({ ...s, name: `${s.name}-answered` })),
	};
}

function read_message(mail: message, file: string, override: host_config | null,
		seen: Map<string, reading>): reading[] {
	if (mail.fault !== null || !mail.lines.some((l) => ABOUT_AP.test(l.text)))
		return [];
	const { exact: list, taken } = exact_readings(mail, file);
	const rest = taken.size === 0 ? mail :
		{ ...mail, lines: mail.lines.filter((l) => !taken.has(l.line)) };
	let before: example | null = null;

	const found = with_processors(rest, find_examples(rest))
		.map(([e, two]) => ({ ...span_of(e), two, print: fingerprint(e) }));
	const fresh = found.filter(({ print }, i) => !seen.has(print) &&
		found.findIndex((it) => it.print === print) === i);
	const exact = list.map(span_of_exact);
	add_rest(rest, [...fresh, ...exact].map(({ e }) => e),
		[...found, ...exact].map(({ e }) => e));
	for (const [i, s] of exact.entries())
		note_words(list[i]!, s);
	for (const { two, print, ...span } of found) {
		const known = seen.get(print);

		if (known !== undefined) {
			known.again.push(span.first);
		} else {
			const r = with_own_names(read_example(span, before, file, override, two),
				list);

			seen.set(print, r);
			list.push(r);
		}
		if (!inherits(span.e))
			before = span.e;
	}
	return list;
}

/**
 * read_mail - the examples of a mail, an mbox or a page
 * @bytes: the file
 * @file: its name
 * @override: the host given by --host, or null
 * @on_mail: called with each mail
 */
export async function read_mail(bytes: Uint8Array, file: string, override: host_config | null,
		on_mail: (mail: message) => void = () => {}): Promise<reading[]> {
	const seen = new Map<string, reading>();

	return (await read_messages(bytes)).flatMap((m) => {
		on_mail(m);
		return read_message(m, file, override, seen);
	});
}

/**
 * read_mbox - the same, of an mbox that is too large to be held in memory
 * @chunks: its bytes
 * @on_mail: called with each mail
 */
export async function read_mbox(chunks: AsyncIterable<Uint8Array>, file: string,
		override: host_config | null,
				on_mail: (mail: message) => void): Promise<reading[]> {
	const seen = new Map<string, reading>();
	const list: reading[] = [];

	for await (const m of mbox_messages(chunks, may_tell)) {
		on_mail(m);
		list.push(...read_message(m, file, override, seen).map(slim));
	}
	return list;
}

/** Without the mail's lines, of which nobody asks any more. */
function slim(r: reading): reading {
	return { ...r, mail: { ...r.mail, lines: [] } };
}

/** sentence_of - the mail's own words of a step, else the step in the notation */
export function sentence_of(s: scenario["statements"][number]): string {
	return s.note?.replace(/^line \d+: /, "") ?? print_step(s);
}
