// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two processors at once, as mails tell of them: in two columns, as lockdep prints them; or in
 * sentences, "one admin ..., at the same time another one ...". Neither is a sequence.
 */
import { ascending } from "../../scenario/ids.ts";
import { print_host, print_masks, print_step } from "../../scenario/print.ts";
import { empty_host, type host_config, type statement } from "../../scenario/model.ts";
import { behind } from "../english/behind.ts";
import { build_scenarios } from "./build.ts";
import type { item } from "../examples/examples.ts";
import { look_up } from "../sentence/look_up.ts";
import type { mail_line } from "../message/message.ts";

/**
 * struct side - what one of the two does
 * @name: as the mail calls it
 * @deeds: in its words
 */
interface side {
	name: string;
	deeds: string[];
}

/**
 * struct processors - where a mail tells of two at once
 * @lines: of the mail, all of one depth of quoting
 * @around: what stands there, and right behind it
 */
export interface processors {
	around: string;
	depth: number;
	lines: number[];
	sides: [side, side];
}

const MAX_LINES = 60;
const MAX_TEXT = 2000;
const MAX_LINE = 400;
/* What the second column's lines may stand to the left of its head. */
const LEFT_OF_HEAD = 6;

const COLUMN = "(?:v?cpu|thread|process|processor|task) ?#?[0-9a-z]{1,2}(?: \\([^()]{1,30}\\))?";
const PARTS = "(?:\\s{3,60}|\\s{0,60}\\|\\s{0,60})";
const HEAD = new RegExp(`^\\s{0,60}(${COLUMN})${PARTS}(${COLUMN})\\s*$`, "i");
/* a column in front of the two: when each thing is done */
const TIMED =
	new RegExp(`^(\\s{0,20}(?:time|t|when|step|#)(?: ?[([]\\w{1,4}[)\\]])?${PARTS.replace("3,60", "2,60")})(?=${COLUMN}${PARTS}${COLUMN}\\s*$)`, "i");
const WHEN =
	/^[\s|]*(?:(?:\[?[t+]{0,2} ?\d[\d:.]*(?: ?[mun]?s)?\]?[.):]?|[.):])[\s|]*)?$/i;
const RULE = /^[-=\s|+]*$/;

/* As the kernel log has it. */
const TIME = /^\s{0,20}\[ {0,8}\d{1,8}\.\d{1,9}\] ?/;

function with_blanks(line: string): string {
	const text = line.slice(0, MAX_LINE).replace(TIME, "");
	let out = "";

	for (const c of text)
		out += c === "\t" ? " ".repeat(8 - out.length % 8) : c;
	return out;
}

/* A line below the columns' heads: what stands in the first, and in the second. */
function in_columns(text: string, second: number): [string, string] {
	const bar = text.indexOf("|");

	if (bar >= 0)
		return [text.slice(0, bar).trim(), text.slice(bar + 1).trim()];
	if (text.search(/\S/) >= second - LEFT_OF_HEAD)
		return ["", text.trim()];
	const from = Math.max(0, second - LEFT_OF_HEAD);
	const gap = /\s\s\S/.exec(text.slice(from));
	const at = gap === null ? text.length : from + gap.index;

	return [text.slice(0, at).trim(), text.slice(at).trim()];
}

/* The picture ends at text as it stands outside it, or at what lockdep prints below it. */
function ends_columns(text: string, after_blank: boolean, head: string): boolean {
	const indented = (it: string): boolean => /^\s/.test(it);

	return /^\s*\*\*\*/.test(text) || HEAD.test(text) ||
		!indented(text) && (/[.:?!]$/.test(text) ? indented(head) || after_blank
			: indented(head) && !/\(/.test(text));
}

/* A line without what stands in the column of times, if that is one. */
function without_time(text: string, width: number): string {
	return WHEN.test(text.slice(0, width))
		? " ".repeat(width) + text.slice(width) : text;
}

function columns_at(lines: readonly mail_line[], at: number): processors | null {
	const framed = /^\s*\|/.test(lines[at]!.text);
	const bare = (l: mail_line): string => framed ? with_blanks(l.text)
		.replace("|", " ").replace(/\|\s*$/, "") : with_blanks(l.text);
	const whole = bare(lines[at]!);
	const width = TIMED.exec(whole)?.[1]!.length ?? 0;
	const head = whole.replace(TIMED, " ".repeat(width));
	const [, first, other] = HEAD.exec(head) ?? [];

	if (first === undefined || other === undefined)
		return null;
	const sides: [side, side] = [{ name: first, deeds: [] }, { name: other, deeds: [] }];
	const taken = [lines[at]!.line];
	const second = head.lastIndexOf(other);
	let blank = false;

	for (const l of lines.slice(at + 1, at + MAX_LINES)) {
		const text = without_time(bare(l), width);

		if (text.trim() !== "" && ends_columns(text, blank, head))
			break;
		blank = text.trim() === "";
		if (RULE.test(text))
			continue;
		in_columns(text, second).forEach((deed, i) => {
			if (deed !== "")
				sides[i]!.deeds.push(deed);
		});
		taken.push(l.line);
	}
	return sides.every(({ deeds }) => deeds.length > 0)
		? { depth: lines[at]!.depth, lines: taken, sides, around: text_of(
			lines.slice(at, at + taken.length + BEHIND)) } : null;
}

/* How many lines behind a picture may speak of it. */
const BEHIND = 6;

function text_of(lines: readonly mail_line[]): string {
	return lines.map((l) => l.text.trim()).join(" ").slice(0, MAX_TEXT);
}

const AT_ONCE =
	/\b(?:at the (?:very )?same (?:time|moment)|meanwhile|in the meantime|simultaneous(?:ly)?|concurrent(?:ly)?|in parallel)\b/i;
const ALL_AT_ONCE = new RegExp(AT_ONCE.source, "gi");
const WHO = "(?:admin(?:istrator)?|thread|processor|v?cpu|process|task|user|shell|terminal|writer)";
const NAMED = new RegExp(`\\b${WHO} ?#?(?:\\d{1,2}|[a-d]|one|two)\\b`, "gi");
const ONE = new RegExp(`\\b(?:an?|one|the|the first) ${WHO}\\b`, "i");
const OTHER =
	new RegExp(`\\b(?:(?:another|the other|a second|the second) (?:${WHO}|one)|some(?:one|body) else|userspace)\\b`, "i");
const LABEL = /^\s{0,20}\(?(\d{1,2})([ab])[.):]\s/;
const DOES = /assign|apmask|aqmask|mutex|lock\b|bind|guest|pqap/i;

/* each holds what the other one waits for */
const HOLDS_ONE =
	new RegExp(behind("holds?|holding|has taken|takes|owns", "(?:lock|mutex|sem)\\b", 80), "i");
const WAITS_FOR = /\b(?:waits?|waiting|spins?|blocks?|blocked|stuck)\b/i;

/* Where in a text the two are named; null if they are not two. */
function two_in(text: string): [string, number, string, number] | null {
	const named = [...text.matchAll(NAMED)];
	const other = named.find((m) => m[0].toLowerCase() !== named[0]![0].toLowerCase());

	if (other !== undefined &&
		(AT_ONCE.test(text) || /\b(?:while|whilst)\b/i.test(text) ||
			HOLDS_ONE.test(text) && WAITS_FOR.test(text)))
		return [named[0]![0], named[0]!.index, other[0], other.index];
	const [one, another] = [ONE.exec(text) ?? named[0], OTHER.exec(text)];

	return one === undefined || another === null || one.index >= another.index ||
		!AT_ONCE.test(text) && !/\bwhile\b/i.test(text)
		? null : [one[0], one.index, another[0], another.index];
}

function of_lines(name: string, lines: readonly mail_line[], label: RegExp): side {
	return { name, deeds: lines.map((l) => l.text.replace(label, "").trim()) };
}

/* "2a. ..." and "2b. at the same time ...", or two who are named in front of such steps */
function labelled(lines: readonly mail_line[], before: string): [side, side] | null {
	const of = (letter: string): mail_line[] =>
		lines.filter((l) => LABEL.exec(l.text)?.[2] === letter);
	const [a, b] = [of("a"), of("b")];
	const number = LABEL.exec(b[0]?.text ?? "")?.[1];
	const same = a.some((l) => LABEL.exec(l.text)?.[1] === number);
	const at_once = [...a, ...b].some((l) => AT_ONCE.test(l.text)) ||
		OTHER.test(before) && (AT_ONCE.test(before) || /\bwhile\b/i.test(before));

	return b.length === 0 || !same || !at_once ? null
		: [of_lines("one", a, LABEL), of_lines("other", b, LABEL)];
}

const SPEAKER = new RegExp(`^\\s{0,20}(${COLUMN}|${WHO} [a-d]|[tp]\\d)\\s?:\\s`, "i");

/* "CPU A: ...", "CPU B: ...", one under the other */
function spoken(lines: readonly mail_line[]): [side, side] | null {
	const name_of = (l: mail_line): string => SPEAKER.exec(l.text)?.[1]!.toLowerCase() ?? "";
	const names = [...new Set(lines.map(name_of))].filter((name) => name !== "");
	const [one, other] = names.map((name) =>
		of_lines(name, lines.filter((l) => name_of(l) === name), SPEAKER));

	return names.length !== 2 ? null : [one!, other!];
}

const HOLDS = /already holding lock:/;
const ACQUIRES = /^\W*(?:\d[\d. ]*\] )?(\w\S{0,59}(?: \S{1,60})?) is trying to acquire lock:/;
const LOCK_AT = /\(&?([\w.>-]{1,80})\)\{[^(]{1,40} at: (\w{1,80})/;

/* whoever else takes the locks that lockdep reports */
const OF_REPORT = "other";

/* lockdep's report: what one task holds and wants; whoever takes these the other way round waits */
function circular(lines: readonly mail_line[]): [side, side] | null {
	const wants = lines.findIndex((l) => ACQUIRES.test(l.text));
	const holds = lines.findIndex((l, i) => i > wants && HOLDS.test(l.text));
	const lock_behind = (at: number): string[] =>
		LOCK_AT.exec(lines[at + 1]?.text ?? "")?.slice(1) ?? [];
	const [[wanted, in_want], [held, in_hold]] = [lock_behind(wants), lock_behind(holds)];

	return wants < 0 || holds < 0 || wanted === undefined || held === undefined ? null : [
		{ name: ACQUIRES.exec(lines[wants]!.text)![1]!,
			deeds: [`${in_hold}() takes ${held}`, `${in_want}() takes ${wanted}`] },
		{ name: OF_REPORT, deeds: [`takes ${wanted}`, `takes ${held}`] },
	];
}

const DOES_NOW =
	"(?:is (?:now |still )?(?:in|inside|executing|running|calling|holding|waiting|blocked|stuck)|executes|runs|calls|enters|holds|takes|owns|has|waits|blocks|wants|needs|tries)";
const ACTS =
	new RegExp(`^(?:(?:and|while|whereas|meanwhile|but|now|then),? )?((?:thread|process(?:or)?|v?cpu|task) ?#?[0-9a-d]{1,2}|(?:thread|process(?:or)?|task) (?:one|two)) (${DOES_NOW}\\b.*)$`, "i");
const NEXT_ACTS =
	/(?:[.;]|,(?: and)?| and| while) (?=(?:thread|process(?:or)?|v?cpu|task) ?#?[\da-d])/i;
const LOCKED = /\b(?:holds?|holding|waits?|waiting|blocks?|blocked|stuck|locks?|mutex|deadlock)\b/i;

/* "Thread 1 executes ... and holds a lock. Thread 2 ...": what each is in, and waits for */
function acting(text: string): [side, side] | null {
	const parts = text.split(NEXT_ACTS).map((part) => ACTS.exec(part.trim()))
		.filter((m) => m !== null);
	const names = [...new Set(parts.map((m) => m[1]!.toLowerCase()))];
	const of = (name: string): side => ({ name, deeds: parts
		.filter((m) => m[1]!.toLowerCase() === name).map((m) => `the admin ${m[2]!}`) });

	return names.length !== 2 || !LOCKED.test(text) ? null
		: [of(names[0]!), of(names[1]!)];
}

function told(lines: readonly mail_line[], before: string): processors | null {
	const text = text_of(lines);

	if (!DOES.test(text))
		return null;
	const by_label = labelled(lines, before) ?? spoken(lines) ?? circular(lines) ??
		acting(text);
	const found = by_label === null ? two_in(text) : null;
	const at = {
		depth: lines[0]!.depth, lines: lines.map((l) => l.line), around: text,
	};

	if (by_label !== null)
		return { ...at, sides: by_label };
	if (found === null)
		return null;
	const [first, start, second, end] = found;
	const own = text.slice(start + first.length, end).trim();
	const last = text.slice(end);
	const stop = /[.;?!](?:\s|$)/.exec(last)?.index ?? last.length;

	return { ...at, sides: [
		{ name: first, deeds: [
			/^(?:,? ?(?:while|whilst|and))?$/.test(own) ? text.slice(0, end).trim()
				: `the admin ${own}`] },
		{ name: second, deeds: [`the admin ${last.slice(second.length, stop).trim()}`] },
	] };
}

function paragraphs(lines: readonly mail_line[]): mail_line[][] {
	const list: mail_line[][] = [[]];

	for (const l of lines)
		if (l.text.trim() === "" ||
			l.line !== (list.at(-1)!.at(-1)?.line ?? l.line - 1) + 1)
			list.push(l.text.trim() === "" ? [] : [l]);
		else
			list.at(-1)!.push(l);
	return list.filter((it) => it.length > 0 && it.length < MAX_LINES);
}

/* lockdep's report ends in its picture: both tell of the same two. */
function with_report(picture: processors, told_of: readonly processors[]): processors {
	const first = picture.lines[0]!;
	const report = told_of.filter((p) => p.lines.at(-1)! < first &&
		first - p.lines.at(-1)! < MAX_LINES && p.sides[1].name === OF_REPORT);

	return { ...picture, lines: [...report.flatMap((p) => p.lines), ...picture.lines] };
}

/**
 * find_processors - where a mail tells of two processors at once
 * @lines: of one depth of quoting
 */
export function find_processors(lines: readonly mail_line[]): processors[] {
	const columns = lines.map((_, i) => columns_at(lines, i)).filter((it) => it !== null);
	const taken = new Set(columns.flatMap((it) => it.lines));
	const told_of = paragraphs(lines.filter((l) => !taken.has(l.line)))
		.map((it, i, all) => told(it, all[i - 1]?.map((l) => l.text).join(" ") ?? ""))
		.filter((it) => it !== null);
	const pictures = columns.map((p) => with_report(p, told_of));
	const shown = new Set(pictures.flatMap((p) => p.lines));

	return [...pictures, ...told_of.filter((p) => !shown.has(p.lines[0]!))];
}

const WRITES =
	/\b(?:echo(?:es)?|writes?|stores?|puts?) ["'`]?([+-]?(?:0x)?[0-9a-f]{1,4})["'`]? ?(?:into|to|>{1,2}) ?(?:the )?["'`]?([\w./-]{1,200})/i;

const STORE =
	/\b((?:un)?assign_(?:adapter|domain|control_domain))_store\((?:\w{1,20} )?((?:0x)?[0-9a-f]{1,4})\)/i;

/* What a deed is in the notation; none where it is no operation. */
function items_of(deed: string): item[] {
	const bare = deed.replace(ALL_AT_ONCE, " ").replace(/\s+/g, " ").trim()
		.replace(/^[:,;] ?/, "").replace(/ ?(?:while|whilst|and)$/i, "")
		.replace(/ ?[,;.]$/, "");
	const [, attribute, id] = STORE.exec(bare) ?? [];
	const [, value, file] = attribute === undefined ? WRITES.exec(bare) ?? []
		: [bare, id, attribute];
	const quoted = /["'`](echo [^"'`]+)["'`]/.exec(bare)?.[1];
	const text = quoted !== undefined ? quoted : value === undefined
		? bare : `echo ${value} > ${file!.replace(/\.$/, "")}`;
	const row = look_up(text);

	return row === null || row.kind !== "operation" ? [] : [{
		label: "", lines: [1], text, kind: row.kind, phrase: row.name, listed: null,
		facts: row.facts([], []), inherits: false,
	}];
}

function is_set_up({ body }: statement): boolean {
	return body.kind === "op" && (body.op[0] === "bound" || body.op[0] === "mdev");
}

function steps_of(items: item[]): statement[] {
	return items.length === 0 ? [] : build_scenarios(items, null)[0]!.statements
		.filter((s) => s.body.kind === "op").map((s) => ({ ...s, note: null }));
}

function side_lines(s: side, adapter: number): string[] {
	const ops = s.deeds.flatMap((deed) => {
		const found = steps_of(items_of(deed)).filter((it) => !is_set_up(it))
			.map((it) => print_step(it).replace(/ = \S+$/, ""));

		return found.length === 0 ? [`# ${deed.replace(/^the admin\b/, s.name)}`] : found;
	});

	return ops.some((it) => !it.startsWith("#")) ? ops
		: [...ops, "# the operation that does this, as in: " +
			`unassign_adapter m0 0x${adapter.toString(16)}`];
}

function actor_names(sides: [side, side]): [string, string] {
	const [a, b] = sides.map(({ name }) => name.replace(/\(.*/, "").toLowerCase()
		.replace(/^(?:an?|one|the|another) /, "").replace(/[^a-z0-9]/g, ""));

	return a === b || !/^[a-z]/.test(a!) || !/^[a-z]/.test(b!) ? ["one", "other"] : [a!, b!];
}

const NAMED_QUEUE = /(?<![\w.])([0-9a-f]{1,2})\.([0-9a-f]{4})(?![\w.]*\w)/gi;
const NAMED_UNIT = /\b(adapter|card|apid|domain|apqi) (?:0x)?([0-9a-f]{1,4})\b/gi;
const ECHOED = /\becho (?:0x)?([0-9a-f]{1,4}) ?>{1,2} ?\S{0,200}?assign_(adapter|domain)\b/gi;

/* The adapters, or the domains, that a text names. */
function named_in(text: string, adapters: boolean): number[] {
	const is_adapter = (unit: string): boolean => /^(?:adapter|card|apid)/i.test(unit);
	const ids = [
		...[...text.matchAll(NAMED_QUEUE)].map((m) => m[adapters ? 1 : 2]!),
		...[...text.matchAll(NAMED_UNIT)]
			.flatMap((m) => is_adapter(m[1]!) === adapters ? [m[2]!] : []),
	].map((id) => parseInt(id, 16));
	const echoed = [...text.matchAll(ECHOED)]
		.flatMap((m) => is_adapter(m[2]!) === adapters ? [m[0]] : [])
		.map((typed) => Number(/\becho (\S+)/.exec(typed)![1]));

	return ascending([...ids, ...echoed].filter((id) => id >= 0 && id < 256));
}

/* What there is, so that there is something: what the mail names. */
function some_host(host: host_config | null, text: string): host_config {
	const { apm, aqm } = host ?? empty_host();
	const of = (known: number[], adapters: boolean): number[] => {
		const ids = ascending([...known, ...named_in(text, adapters)]);

		return ids.length > 0 ? ids : [0x04];
	};

	return { ...host ?? empty_host(), apm: of(apm, true), aqm: of(aqm, false) };
}

/* An mdev with something that the host has and neither of the two assigns. */
function some_mdev({ apm, aqm }: host_config, items: readonly item[]): statement {
	const facts = items.flatMap((it) => it.facts);
	const first = (all: number[], unit: string): number[] => all.filter((id) =>
		!facts.some((f) => f.fact === "assign" && f.unit === unit && f.id === id ||
			f.fact === "op" && f.op[2] === `assign_${unit}` && Number(f.op[3]) === id))
		.slice(0, 1);

	return {
		line: 0, label: null, n: "", drivers: null, note: null, body: {
			kind: "op", rc: null, fail_nth: 0, op: ["mdev", "m0",
				{ apm: first(apm, "adapter"), aqm: first(aqm, "domain"), adm: [] }],
		},
	};
}

/**
 * litmus_of - the start of a litmus test
 * @set_up: what the mail sets up around it
 */
export function litmus_of({ sides, around }: processors, set_up: item[]): string[] {
	const items = [...set_up.filter((it) => it.kind === "set-up"),
		...sides.flatMap(({ deeds }) => deeds.flatMap(items_of))];
	const [built] = items.length === 0 ? [] : build_scenarios(items, null);
	const host = some_host(built?.host ?? null, around);
	const steps = (built?.statements ?? []).filter(is_set_up)
		.map((it) => print_step({ ...it, note: null }))
		.filter((it) => !/^(?:bound -|mdev m\d)$/.test(it));
	const begins = (word: string): boolean => steps.some((it) => it.startsWith(`${word} `));
	const names = actor_names(sides);

	return [
		"litmus NAME",
		`host ${print_host(host)}`,
		...built === undefined ? [] : print_masks(built.masks),
		...begins("bound") ? [] : ["bound all"],
		...steps,
		...begins("mdev") ? [] : [print_step(some_mdev(host, items))],
		...sides.flatMap((s, i) => [`actor ${names[i]}`, ...side_lines(s, host.apm[0]!)]),
		"result never end=deadlock",
	];
}
