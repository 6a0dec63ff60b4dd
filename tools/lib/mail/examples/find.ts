// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds the examples in a mail. The lines of one depth of quoting are put together to sentences
 * and lists; each is looked up in the table of phrases. An example begins at the first set-up or
 * operation and ends behind its last operation or expectation; what stands between and is in no
 * row is "not read".
 */
import { with_comments } from "../lines/comments.ts";
import { CLAIMS, note_denials } from "./denials.ts";
import { with_continued } from "../lines/continued.ts";
import { in_hexadecimal, with_releases } from "../lines/decimals.ts";
import { deed_of, deed_told } from "./deeds.ts";
import { STEP, type example, type item, type item_kind, type search } from "./examples.ts";
import { refuse_state, state_of_guest } from "./first_guest.ts";
import { with_machines } from "../lines/elsewhere.ts";
import { place_foretold } from "./foretold.ts";
import { with_forms } from "../lines/forms.ts";
import { is_of_kernel, of_kernels, parts_by_kernel } from "./kernels.ts";
import {
	free_possible, keep_trailing, refuse_errors, refuse_prose, told_again, worth_keeping,
} from "./keep.ts";
import { LOCKS, log_claims, MESSAGE, message_row } from "../sentence/kernel_text.ts";
import { has_failed } from "../build/ledger.ts";
import { ASKED, LABEL, asked_lines, labels_command, leads_in } from "./labels.ts";
import { is_table_head } from "../lines/list_lines.ts";
import { finish_list, open_last_look } from "./listed.ts";
import { look_up, type row } from "../sentence/look_up.ts";
import type { mail_line, message } from "../message/message.ts";
import { with_pictures } from "../lines/pictures.ts";
import { pieces_of, squeeze, type piece } from "../lines/pieces.ts";
import { with_places } from "../lines/places.ts";
import { plain, without_name } from "../lines/plain.ts";
import { asks_of_case, is_short_answer } from "./propositions.ts";
import { with_refusals } from "../lines/refused.ts";
import {
	AFTER_STEP, OF_STEP, guests, note_remarks, note_start, place_for_steps,
} from "./remarks.ts";
import {
	ANSWER_ALONE, ASKS, QUESTION, resolved, told_where, was_asked,
} from "./resolve.ts";
import { read_bare_lists, read_headings, refuse_ways } from "./runs.ts";
import { with_scripts } from "../lines/script.ts";
import { sentences_of, type sentence } from "../lines/sentences.ts";
import { TYPED, is_typed, read_shell } from "../typed/shell.ts";
import { is_operative, is_particular } from "../english/speaks.ts";
import { note_summaries } from "./summaries.ts";
import { with_tables } from "../lines/tables.ts";
import {
	corrects, is_event, is_prose, is_question, is_reflection, names_queue, says_briefly,
	tells_nothing,
} from "../english/words.ts";

function close_example(s: search): void {
	finish_list(s);
	close_announced(s);
	keep_trailing(s);
	open_last_look(s.items);
	refuse_prose(s.items);
	free_possible(s.items);
	refuse_state(s.items);
	refuse_errors(s.items);
	place_foretold(s.items);
	read_headings(s.items);
	refuse_ways(s.items);
	read_bare_lists(s.items);
	if (worth_keeping(s.items))
		for (const items of told_again(place_for_steps(s.items)))
			s.found.push({ mail: s.mail, depth: s.depth, items });
	s.items = [];
	s.pending = [];
	s.before = [];
	s.last_number = 0;
}

/** What is not read is prose only if it says nothing that could matter. */
function kind_of(text: string, label: string, found: row | null): item_kind {
	return found?.kind ?? (ASKS.test(text) && !is_operative(text) ||
		label === "" && is_question(text) ? "prose" : undefined) ??
		(label === "" && !is_typed(text) && (tells_nothing(text) || is_reflection(text)) &&
		!is_event(text) && !says_briefly(text) && !ANSWER_ALONE.test(text) &&
		!corrects(text) && !is_of_kernel(text) &&
		!(AFTER_STEP.test(text) &&
			(/\bguest/i.test(text) || guests(text.replace(AFTER_STEP, "")) !== text)) &&
		!OF_STEP.test(text) ? "prose" : "unread");
}

/** how many lines in front of a message tell what it is about, and how far away they may be */
const CONTEXT = 8;
const CONTEXT_REACH = 24;

function text_before(s: search, line: number): string {
	return [...Array(CONTEXT_REACH).keys()]
		.map((n) => s.text_of.get(line - CONTEXT_REACH + n) ?? "")
		.filter((text) => text !== "").slice(-CONTEXT).join(" ");
}

const SHOWS_LOG = /\b(?:dmesg|journalctl)\b/;

/** Whether somebody who has done something looks at the kernel log. */
function is_shown(s: search): boolean {
	const typed = [...s.items, ...s.pending].filter((it) => it.phrase === TYPED);

	return SHOWS_LOG.test(typed.at(-1)?.text ?? "") &&
		typed.some((it) => it.kind === "operation");
}

/** Behind what failed, a message is its reason; else nobody knows what it is of. */
function logged_row(s: search, row: row): row | null {
	return !s.items.some((it) => it.facts.some(has_failed)) ? null
		: { name: TYPED, kind: "expectation", list: false, facts: () => log_claims(row) };
}

/**
 * A lock is spoken of everywhere; only in numbered steps it is one of them. What a message of the
 * kernel log is about, the text in front of it decides.
 */
function in_context(s: search, { found, text, lines }: sentence, label: string): row | null {
	if (found?.name === MESSAGE) {
		const row = message_row(text, text_before(s, lines[0]!));

		return row !== null && is_shown(s) ? logged_row(s, row) : row;
	}
	return found?.name === LOCKS && label === "" ? null : found;
}

function make_item(st: sentence, label: string, kind = kind_of(st.text, label, st.found)): item {
	return {
		label, lines: st.lines, text: st.text, kind,
		phrase: st.found?.name ?? null, listed: null, facts: [],
		inherits: st.found !== null && inherits(st.found),
	};
}

const MANY_WORDS = 8;
/** what is so at first */
const SUPPOSES =
	/(?<!\bi )\b(?:suppos(?:e|ing)|assum(?:e|ing)|let's say|imagine|(?:start(?:s|ed|ing)?|begin(?:s|ning)?) with|at first)\b/i;

/** Running text that only mentions queues and the like, in front of an example. */
function mentions(text: string): boolean {
	const words = text.split(" ");

	return words.length >= MANY_WORDS && !text.endsWith(":") && !names_queue(text) &&
		!SUPPOSES.test(text) &&
		is_prose(text.replace(/\S+/g, (word) => /[\d_]|^\(\S+\)/.test(word) ? "it" : word));
}

/** In front of an example: what is not read and could be part of it is not to vanish. */
function note_before(s: search, it: item, joined: boolean): void {
	const amid = joined && s.before.length > 0;

	if (it.label === "" && it.kind === "prose" && !amid)
		return;
	if (amid || /^\d+$/.test(it.label) || is_particular(it.text) || it.phrase !== null)
		s.before.push({
			...it, kind: it.label === "" && (it.kind === "prose" || mentions(it.text))
				? "prose" : "unread", facts: [],
		});
}

/** Steps are numbered without a gap; one that is missing may have been one that matters. */
function note_gap(s: search, label: string, line: number): void {
	const number = /^\d+$/.test(label) ? parseInt(label, 10) : 0;
	const last = Math.max(s.last_number,
		...[...s.before, ...s.items].map((it) => parseInt(it.label, 10) || 0));

	if (number <= last + 1)
		return;
	const steps = number - last === 2 ? `step ${last + 1} is`
		: `steps ${last + 1} to ${number - 1} are`;
	const items = s.items.length === 0 ? s.before : s.items;
	items.push({
		label: "", lines: [line], text: `${steps} missing`, kind: "unread", phrase: null,
		listed: null, facts: [], inherits: false,
	});
}

function add_item(s: search, it: item): void {
	for (const waiting of s.pending)
		s.items.push(waiting);
	s.pending = [];
	s.items.push(it);
}

/** What a heading says is done below it; "04.0005 is bound:" says as much of that queue. */
function deeds_announced(said: item | undefined, typed: item): (string | null)[] {
	const bound = typed.facts.flatMap((f) =>
		f.fact === "op" && f.op[0] === "bind" ? [f.op[1]] : []);

	return said?.facts.flatMap((f) => f.fact === "bound" && f.queues !== "all" &&
		said.listed === null && bound.every((q) => f.queues.includes(q))
		? f.queues.map(() => "bind") : [deed_of(f)]) ?? [];
}

/**
 * "Assign adapter 5 and domain 6:", and then the commands that do it: it is done once, and the
 * step is the commands'. What none of them does was not read.
 */
function note_typed(s: search, it: item): void {
	const typed = it.facts.map(deed_of);
	const said = s.items.at(-1);
	const deeds = deeds_announced(said, it);

	if (it.phrase !== TYPED)
		return;
	if (said?.phrase !== TYPED && said?.text.endsWith(":") === true && deeds.length > 0 &&
		typed.length > 0 &&
			typed.every((deed) => deed !== null && deeds.includes(deed))) {
		it.label ||= said.label;
		Object.assign(said, { label: "", kind: "prose", facts: [] });
		s.announced = { said, deeds };
	}
	for (const deed of typed) {
		const at = s.announced?.deeds.indexOf(deed) ?? -1;

		if (at >= 0)
			s.announced!.deeds.splice(at, 1);
	}
}

function close_announced(s: search): void {
	if (s.announced !== null && s.announced.deeds.length > 0)
		s.announced.said.kind = "unread";
	s.announced = null;
}

function begins_example(row: row): boolean {
	return row.kind !== "prose" && row.kind !== "expectation";
}

function starts_anew(s: search, label: string, row: row | null, text: string): boolean {
	const number = parseInt(label, 10);

	if (number === 1 && /^\d+$/.test(label) &&
		(s.last_number >= 1 || row === null && tells_nothing(text)))
		return true;
	return row !== null && (inherits(row) || row.name === MESSAGE && s.items.length > 0);
}

function set_up_again(s: search, row: row): boolean {
	const acted = s.items.some((i) => i.kind === "operation" || i.kind === "expectation");

	return row.kind === "set-up" && acted && /empty mdev|guest's conf|host conf/
		.test(row.name) &&
		!s.items.some((i) => i.phrase === "empty mdev" && s.items.length < 3);
}

/** Nothing of an example yet: does this sentence begin one? */
function begin(s: search, st: sentence, label: string, joined: boolean): boolean {
	if (st.found === null || !begins_example(st.found) && !inherits(st.found)) {
		if (!shows(st) && (st.found !== null || label !== "" || s.before.length > 0 ||
			is_particular(st.text)))
			note_before(s, make_item(st, label), joined);
		return false;
	}
	if (!inherits(st.found))
		note_gap(s, label, st.lines[0]!);
	s.items = st.found.name === MESSAGE ? [] : s.before;
	s.before = [];
	return true;
}

/** A command that prints something. */
function shows({ found }: sentence): boolean {
	return found?.name === TYPED && found.list;
}

/** In front of an example a command's output may be more than it shows. */
function shows_before(s: search, st: sentence, label: string): void {
	if (!shows(st))
		return;
	const item = make_item(st, label);

	finish_list(s, true);
	s.before.push(item);
	s.list = { item, row: st.found!, lines: [] };
}

/** What is claimed behind such a question is said of its case, not of what is so. */
function is_of_case(s: search, found: row | null, label: string): boolean {
	if (label !== "" || found !== null && found.kind !== "expectation" &&
		found.kind !== "prose")
		s.of_case = false;
	return s.of_case && found?.kind === "expectation";
}

const BESIDE =
	/^\((?:(?:this|that|it)(?:'s| is| was) )?(?:just |right |shortly |even )?(?:after|before|once|when|while|with|without)\b.{1,200}\)\.?$/is;

/** "(after assigning adapter 05)" below a list says when that was shown, and is not done again. */
function is_beside(s: search, text: string): boolean {
	return s.list !== null && s.list.lines.length > 0 && BESIDE.test(text);
}

/** Whether something is done there that nothing in front of it does. */
function is_untold(s: search, row: row | null): boolean {
	const told = new Set(s.items.flatMap((it) => it.facts.map(deed_of)));

	return row?.facts([], []).map(deed_of)
		.some((deed) => deed !== null && !told.has(deed)) === true;
}

function take_sentence(s: search, st: sentence, label: string, joined: boolean): void {
	const state = state_of_guest(s, st.text) ?? told_where(s, st.text);

	if (state !== null) {
		finish_list(s);
		st.found = state;
	} else if (labels_command(s, st) || leads_in(s, st)) {
		st.found = LABEL;
	} else if (st.found === null || is_short_answer(st.text)) {
		finish_list(s);
		st.found = resolved(s, st.text) ?? st.found ??
			(is_question(st.text) ? QUESTION : null);
	}
	const known = in_context(s, st, label);
	const beside = label === "" && is_beside(s, st.text);
	const refused = is_of_case(s, known, label) || beside;
	const found = refused ? null : known;

	st.found = found;
	s.of_case ||= asks_of_case(st.text);
	if (starts_anew(s, label, found, st.text) || found !== null && label === "" &&
		set_up_again(s, found) && worth_keeping(s.items))
		close_example(s);
	if (s.items.length === 0) {
		if (!begin(s, st, label, joined))
			return shows_before(s, st, label);
	} else {
		note_gap(s, label, st.lines[0]!);
	}
	if (/^\d+$/.test(label))
		s.last_number = parseInt(label, 10);
	const it = refused ? make_item(st, label, "unread") : make_item(st, label);
	const shown = beside ? s.list?.item : undefined;
	finish_list(s, found?.name === TYPED);
	if (shown !== undefined && is_untold(s, known))
		Object.assign(shown, { kind: "unread", phrase: null, facts: [] });
	it.facts = found?.facts([], []) ?? [];
	if (it.phrase !== TYPED)
		close_announced(s);
	note_typed(s, it);
	if (found === null) {
		if (label !== "" || (joined && s.pending.length === 0))
			add_item(s, it);
		else
			s.pending.push(it);
		return;
	}
	if (found.kind === "prose" && (!joined || s.pending.length > 0))
		s.pending.push(it);
	else
		add_item(s, it);
	s.list = { item: it, row: found, lines: [] };
}

/** A row that may begin an example by taking over the set-up of the one before. */
function inherits(row: row): boolean {
	return row.name.startsWith("choice: adapter");
}

function take_list_line(s: search, pc: piece): void {
	if (s.list !== null && s.list.row.list) {
		if (!is_table_head(pc.text))
			s.list.lines.push(pc.text);
		s.list.item.lines.push(...pc.lines);
		return;
	}
	finish_list(s);
	const found = was_asked(s) ? resolved(s, pc.text) : null;
	if (found !== null)
		return take_sentence(s, { text: pc.text, lines: pc.lines, found }, "", pc.joined);
	const it: item = {
		label: "", lines: pc.lines, text: pc.text, kind: "unread", phrase: null,
		listed: null,
		facts: [], inherits: false,
	};
	if (s.items.length === 0)
		s.before.push(it);
	else if (pc.joined || s.pending.length === 0)
		add_item(s, it);
	else
		s.pending.push(it);
}

const HASHED = /^#(?=[a-z])/;

/** "#echo 5 > assign_adapter", where other commands have "# " in front, or nothing: done or not? */
function comments_in(lines: readonly mail_line[]): Set<number> {
	const typed = lines.map((l) => ({ line: l.line, text: l.text.trim() }))
		.filter(({ text }) => HASHED.test(text));

	return new Set(typed.length === 0 || !lines.some((l) => {
		const text = l.text.trim();

		return !HASHED.test(text) && (is_typed(text) || read_shell(text)?.name === TYPED);
	}) ? [] : typed.filter(({ text }) => read_shell(text) !== null).map(({ line }) => line));
}

function take_comment(s: search, pc: piece): void {
	const it = make_item({ text: squeeze(pc.text), lines: pc.lines, found: null }, pc.label,
		"unread");

	finish_list(s, true);
	if (s.items.length === 0)
		s.before.push(it);
	else
		add_item(s, it);
}

function take_piece(s: search, pc: piece): void {
	switch (pc.kind) {
	case "blank":
		return;
	case "prompt":
		return finish_list(s, true);
	case "tree":
		finish_list(s);
		if (s.items.length > 0)
			s.pending.push(make_item({ text: pc.text, lines: pc.lines, found: null },
				"", "prose"));
		return;
	case "end":
	case "or":
		return close_example(s);
	case "list":
		return take_list_line(s, pc);
	default: {
		const text_lines = pc.lines.map((n) => s.text_of.get(n)!);
		const whole = squeeze(pc.text);
		let { joined } = pc;

		if (pc.lines.every((n) => s.asked.has(n)))
			return take_sentence(s, { text: whole, lines: pc.lines, found: ASKED }, "",
				joined);
		if (look_up(whole) === null)
			finish_list(s);
		if (s.comments.has(pc.lines[0]!))
			return take_comment(s, pc);
		const found = look_up(whole) === null ? resolved(s, whole) : null;
		if (found !== null) {
			take_sentence(s, { text: whole, lines: pc.lines, found }, pc.label, joined);
			return;
		}

		for (const [i, st] of sentences_of(pc, text_lines).entries()) {
			take_sentence(s, st, i === 0 ? pc.label : "", joined);
			joined = true;
		}
	}
	}
}

function find_in(mail: message, lines: mail_line[], depth: number): example[] {
	const s: search = {
		mail, depth, found: [], items: [], pending: [], list: null, last_number: 0,
		before: [], announced: null, next: null, of_case: false, asked: asked_lines(lines),
		comments: comments_in(lines),
		text_of: new Map(lines.map((l) => [l.line, squeeze(l.text).replace(STEP, "$2")])),
	};

	const here = with_comments(with_places(with_pictures(lines)));
	const typed = with_scripts(with_machines(with_refusals(here)));
	const pieces = pieces_of(with_continued(with_forms(with_tables(typed))));

	for (const [i, pc] of pieces.entries()) {
		s.next = pieces.slice(i + 1).find((it) => it.kind !== "blank") ?? null;
		take_piece(s, pc);
	}
	close_example(s);
	return s.found;
}

function find_at_depth(mail: message, depth: number): example[] {
	const parts = parts_by_kernel(mail.lines.filter((l) => l.depth === depth));

	return of_kernels(parts, parts.map(({ lines }) => find_in(mail, lines, depth)));
}

function depth_of(e: item, depths: ReadonlyMap<number, number>): number {
	return depths.get(e.lines[0] ?? 0) ?? 0;
}

/**
 * Steps that are quoted with the answers written between them: the steps are the quoted mail's, the
 * claims those of who answers. What the quoted mail claims itself is an example of its own.
 */
function find_answered(
	mail: message, depth: number, below: number, depths: ReadonlyMap<number, number>,
): example[] {
	const lines = mail.lines.filter((l) => l.depth <= depth && l.depth >= below);

	return find_in(mail, lines, below).flatMap((e) => {
		const items = told_once(e.items.flatMap((it, i) => depth_of(it, depths) < depth
			? [it] : without_claims(it, e.items.slice(i + 1),
				(other) => depth_of(other, depths) < depth)),
					(it) => depth_of(it, depths) < depth);
		const answers = items.filter((it) => depth_of(it, depths) < depth);
		const quoted = items.filter((it) => depth_of(it, depths) === depth);

		return answers.some(claims) &&
			quoted.some((it) => it.kind === "operation") &&
			answers.every((it) => it.kind !== "set-up" || shows_mdev(it, items))
			? [{ ...e, items }] : [];
	});
}

/** What the quoted mail does, and what it says that comes of it, if no answer says that. */
function without_claims(
	it: item, behind: readonly item[], is_answer: (it: item) => boolean,
): item[] {
	const next = behind.findIndex((other) => other.kind === "operation");
	const answers = behind.slice(0, next < 0 ? undefined : next).filter(is_answer);

	if (it.kind === "expectation")
		return [];
	return it.kind !== "operation" || it.phrase === TYPED || !answers.some(claims) ? [it]
		: [{ ...it, facts: it.facts.filter((f) => !CLAIMS.has(f.fact)) }];
}

/** "After 0a.0001 is unbound, the guest has nothing": an operation, and what is claimed of it. */
function claims(it: item): boolean {
	return it.kind === "expectation" ||
		it.kind === "operation" && it.phrase !== TYPED &&
		it.facts.some((f) => CLAIMS.has(f.fact));
}

/** An answer that names the last step again does not do it once more. */
function told_once(items: readonly item[], is_answer: (it: item) => boolean): item[] {
	let last: string | null = null;

	return items.map((it) => {
		const facts = !is_answer(it) ? it.facts
			: it.facts.filter((f) => deed_of(f) === null || deed_told(f) !== last);

		last = it.facts.filter((f) => deed_of(f) !== null).map(deed_told).at(-1) ?? last;
		return facts.length === it.facts.length || facts.length === 0 ? it
			: { ...it, facts, kind: "expectation" };
	});
}

/** "matrix: ..." in an answer below a step: what the mdev has by then. */
function shows_mdev(it: item, items: readonly item[]): boolean {
	const done = items.findIndex(({ kind }) => kind === "operation");

	return done >= 0 && items.indexOf(it) > done && it.facts.length > 0 &&
		it.facts.every((f) => f.fact === "assigned" || f.fact === "expect" &&
			f.expect.what === "masks" && f.expect.of === "matrix");
}

/**
 * find_examples - the examples of a mail, in the order of their lines
 * @mail: the mail
 */
export function find_examples(message: message): example[] {
	const mail = { ...message, lines: in_hexadecimal(with_releases(
		plain(without_name(message.lines, message.from)))) };
	const depths = [...new Set(mail.lines.map((l) => l.depth))].sort((a, b) => a - b);

	const depth_by_line = new Map(mail.lines.map((l) => [l.line, l.depth]));
	const answered = depths.filter((d) => d > 0).flatMap((d) => {
		const by_next = find_answered(mail, d, d - 1, depth_by_line);

		return by_next.length > 0 || d < 2 ? by_next
			: find_answered(mail, d, d - 2, depth_by_line);
	});
	const begins = new Set(answered.map((e) => e.items[0]!.lines[0]));
	const answers = new Set(answered.flatMap((e) => e.items
		.filter((it) => depth_of(it, depth_by_line) === e.depth)
		.flatMap((it) => it.lines)));
	const told = depths.flatMap((d) => find_at_depth(mail, d))
		.filter((e) => !begins.has(e.items[0]!.lines[0]) ||
			e.items.some((it) => it.kind === "expectation"))
		.filter((e) => e.items.some((it) => it.lines.some((n) => !answers.has(n))));

	for (const e of told)
		note_start(e.mail, e, told);
	for (const e of [...told, ...answered])
		note_remarks(e.mail, e, [...told, ...answered]);
	note_denials(mail, [...told, ...answered]);
	[...told, ...answered].forEach(note_summaries);
	return [...told, ...answered]
		.sort((a, b) => a.items[0]!.lines[0]! - b.items[0]!.lines[0]!);
}
