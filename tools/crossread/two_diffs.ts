// SPDX-License-Identifier: GPL-2.0-only
/*
 * A mail's diff and the port's, hunk by hunk: C left, TypeScript right, in the mail's order. What
 * the mail does not show, a reply that quotes a part or a page that cuts the diff off, is there of
 * the port all the same.
 */
import { basename } from "node:path";
import { diff_of, head_of } from "../lib/series/patches.ts";
import type { message } from "../lib/mail/message/message.ts";
import { bare_subject, type mail_patch } from "./input.ts";
import { pair_up } from "./pairing.ts";
import { type hunk, read_patch, type source_line } from "./patch.ts";
import { name_in_heading } from "./pieces.ts";
import { find_posted, type posted_patch } from "../lib/series/posted_patch.ts";
import { empty_row, type view_row, with_remarks } from "./rows.ts";
import { port_name } from "./skeleton.ts";
import { likeness } from "./units.ts";

/** Rows that belong together: a hunk of the mail, or what only the port has. */
export interface hunk_pair {
	/** The function it begins in; "" if none. */
	name: string;
	rows: view_row[];
}

/** A file of the patch, in C and here. */
export interface file_pair {
	/** Null where the mail does not show it. */
	c_file: string | null;
	port_file: string;
	hunks: hunk_pair[];
}

/** A patch of a posting, in the mail and here. */
export interface two_diffs {
	input: string;
	/** The driver that the patch makes: "v13@8". */
	driver: string;
	subject: string | null;
	message_id: string;
	/** What the port's patch says of it, line by line. */
	head: string[];
	files: file_pair[];
	/** What else the mail changes. */
	elsewhere: string[];
}

/** A line of a diff, or the head of a hunk, with what it is compared by. */
interface item {
	line: source_line;
	/** Of the head of a hunk, those of all its lines. */
	words: string[];
	kind: "head" | "code" | "comment";
}

/* What the two languages say of types, and of nothing else. */
const noise = new Set([
	"struct", "unsigned", "long", "int", "char", "bool", "void", "const", "let", "ssize_t",
	"static",
	"function", "number", "string", "boolean",
]);

function words_in(text: string): string[] {
	return (text.match(/\w+/g) ?? []).filter((word) => !noise.has(word))
		.map((word) => word === "NULL" ? "null" : word);
}

function is_comment(text: string): boolean {
	return /^\s*(?:\/?\*|\/\/)/.test(text);
}

function items_of({ header, lines }: hunk): item[] {
	const items = lines.map((line): item => ({
		line, words: words_in(line.text), kind: is_comment(line.text) ? "comment" : "code",
	}));
	const words = items.flatMap((it) => it.words);
	const head: source_line = { mark: " ", text: header, line: 0, remarks: [] };
	return [{ line: head, words, kind: "head" }, ...items];
}

/* Less alike than this, and two lines have only little words in common. */
const least = { code: 0.34, comment: 0.5, head: 0.15 };

/* What two lines that stand side by side are worth: the more of each is in the other, the more. */
function value_of(c: item, port: item): number {
	if (c.kind !== port.kind || c.line.mark !== port.line.mark)
		return 0;
	const like = likeness(c.words, port.words);
	if (c.words.length + port.words.length === 0)
		return c.line.text.trim() === port.line.text.trim() ? 0.1 : 0;
	if (like < least[c.kind])
		return 0;
	/* A pair of heads is worth less than the lines it would part. */
	return c.kind === "head" ? like : like * Math.min(c.words.length, port.words.length);
}

function row_of(c: item | undefined, port: item | undefined): view_row {
	const state = (c ?? port)!.kind === "head" ? "hunk" : c && port ? "same" : "one side";
	return {
		...empty_row(state), c: c ? [c.line] : [], port: port ? [port.line] : [],
		remarks: c?.line.remarks ?? [],
	};
}

/*
 * A hunk of the mail goes to the next one; before the first there is what only the port has. Where
 * the mail has none, the port's.
 */
function by_hunk(rows: readonly view_row[]): hunk_pair[] {
	const of_mail = rows.some(({ c }) => c.length > 0);
	const hunks: hunk_pair[] = [];
	for (const row of rows) {
		const heads = of_mail ? row.c : row.port;
		const heading = row.state === "hunk" ? heads[0]?.text : undefined;
		if (heading !== undefined || hunks.length === 0) {
			const name = name_in_heading(heading?.replace(/^@@[^@]*@@ ?/, "") ?? "");
			hunks.push({ name: name ?? "", rows: [] });
		}
		hunks.at(-1)!.rows.push(row);
	}
	return hunks;
}

/* A line of an import, also where it goes over several. */
const IMPORT = /^\s*(?:import\b.*|\} from ".*|(?:type )?\w+(?:, (?:type )?\w+)*,?)$/;

function is_heading(text: string): boolean {
	return is_comment(text) || IMPORT.test(text) || text.trim() === "";
}

/**
 * folded - the rows of a hunk for a reader of the mail: a hunk that only the port has, of comments
 * and imports, is a line that says so
 */
export function folded(rows: readonly view_row[]): view_row[] {
	const starts = rows.flatMap(({ state }, i) => state === "hunk" ? [i] : []);
	const groups = [0, ...starts].map((at, i) => rows.slice(at, starts[i] ?? rows.length));

	return groups.flatMap((group) => {
		const lines = group.slice(1).flatMap(({ port }) => port as source_line[]);
		const changed = lines.filter(({ mark }) => mark !== " ");

		if (!group.every(({ c }) => c.length === 0) || changed.length === 0 ||
		    !changed.every(({ text }) => is_heading(text)))
			return group;
		const [head] = group[0]!.port as source_line[];
		const where = /^@@[^@]*@@/.exec(head!.text)![0];

		return [{
			...group[0]!,
			port: [{ ...head!, text: `${where} only here: comments, imports` }],
		}];
	});
}

function pair_hunks(c: readonly hunk[], port: readonly hunk[]): hunk_pair[] {
	const left = c.flatMap(items_of);
	const right = port.flatMap(items_of);
	const pairs = pair_up(left.length, right.length, (i, j) => value_of(left[i], right[j]));
	return by_hunk(pairs.map(([i, j]) => row_of(left[i], right[j])))
		.map(({ name, rows }) => ({ name, rows: rows.flatMap(with_remarks) }));
}

/** The hunks of a file, in a mail or here. */
interface diff_file {
	name: string;
	hunks: hunk[];
}

function all_words(hunks: readonly hunk[]): string[] {
	return hunks.flatMap((it) => items_of(it)[0].words);
}

function common_words(a: readonly string[], b: readonly string[]): number {
	return likeness(a, b) * (a.length + b.length) / 2;
}

/* A quotation that does not name the file is of the one with its words. */
function port_of(name: string | null, hunks: readonly hunk[], port: readonly diff_file[]): string {
	if (name !== null)
		return port_name(name);
	const words = all_words(hunks);
	const value = (it: diff_file): number => common_words(words, all_words(it.hunks));
	return port.toSorted((a, b) => value(b) - value(a))[0].name;
}

function c_name(port_file: string): string {
	return port_file.replace(/(\.h)?\.ts$/, (_, header) => header ?? ".c");
}

function c_files_of(
	patches: readonly mail_patch[], port: readonly diff_file[],
): Map<string, diff_file> {
	const files = new Map<string, diff_file>();
	for (const { file: { path, hunks } } of patches) {
		const name = path === null ? null : basename(path);
		const beside = port_of(name, hunks, port);
		const known = files.get(beside);
		files.set(beside, {
			name: name ?? known?.name ?? c_name(beside),
			hunks: [...known?.hunks ?? [], ...hunks],
		});
	}
	return files;
}

function port_files(text: string): diff_file[] {
	const lines = text.split("\n").map((line, i) => ({ line: i + 1, text: line, depth: 0 }));
	return read_patch(lines, "").map(({ path, hunks }) => ({ name: basename(path!), hunks }));
}

/* The patch of one posting with the mails that have it. */
function pair_patch(
	input: string, of: posted_patch, subject: string | null, patches: readonly mail_patch[],
): two_diffs {
	const port = port_files(diff_of(of.patch));
	const c = c_files_of(patches, port);
	const names = port.map(({ name }) => name);
	return {
		input, driver: `${of.label}@${of.patch.n}`, subject,
		message_id: of.posted.message_id,
		head: head_of(of.patch).split("\n"),
		files: port.map(({ name, hunks }) => ({
			c_file: c.get(name)?.name ?? null, port_file: name,
			hunks: pair_hunks(c.get(name)?.hunks ?? [], hunks),
		})),
		elsewhere: [...c].filter(([beside]) => !names.includes(beside))
			.map(([, { name }]) => name),
	};
}

/**
 * pair_diffs - the diffs of an input beside the port's
 *
 * @input: its name
 * @mails: its mails
 * @patches: the diffs in them
 *
 * Return: those patches that the mails' subjects name and that are here, each once, and the diffs
 * that belong to none of them
 */
export function pair_diffs(
	input: string, mails: readonly message[], patches: readonly mail_patch[],
): { pairs: two_diffs[]; others: mail_patch[] } {
	const found = new Map<string, { of: posted_patch; subject: string | null }>();
	for (const { subject } of mails) {
		const of = find_posted(subject);
		if (of && !found.has(of.patch.path))
			found.set(of.patch.path, { of, subject: bare_subject(subject) });
	}
	const of_patch = ({ mail }: mail_patch): string | undefined =>
		find_posted(mail.subject)?.patch.path;
	return {
		pairs: [...found].map(([path, { of, subject }]) => (
			pair_patch(input, of, subject,
				patches.filter((it) => of_patch(it) === path)))),
		others: patches.filter((it) => of_patch(it) === undefined),
	};
}
