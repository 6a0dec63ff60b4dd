// SPDX-License-Identifier: GPL-2.0-only
/*
 * A C text and its port: which port it is, which function belongs to which, and how they agree.
 */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { usage_error } from "../lib/cli/usage_error.ts";
import { posting_of } from "../lib/mail/read.ts";
import type { guide } from "./align.ts";
import { agreement, check_file, check_function, type finding } from "./check.ts";
import { is_recorded_ternary } from "./equivalences.ts";
import type { c_text } from "./input.ts";
import { leaves_of } from "./leaves.ts";
import { patch_in_series } from "../lib/texts/origins.ts";
import type { series_patch } from "../lib/texts/series.ts";
import { root } from "../lib/texts/tree.ts";
import type { piece } from "./pieces.ts";
import { type port, ports, skeleton_of_port } from "./ports.ts";
import { c_only_rows, function_rows, type port_text, type view_row } from "./rows.ts";
import { port_name } from "./skeleton.ts";
import type { skeleton_function, skeleton_token } from "./skeleton.ts";
import { type port_file, ts_skeleton } from "./ts_skeleton.ts";
import { likeness, type unit, units_of } from "./units.ts";

/** A file of a port: its functions. */
interface read_port {
	/** From the top of the tree. */
	path: string;
	text: string;
	file: port_file;
}

/** The same with its statements. */
interface loaded_port extends read_port, port_text {}

/**
 * A C function beside its port. "unmatched": the port has no function of that name; "left out":
 * for a reason it gives. "removed": the patch takes it away; "still there": and the port has it
 * all the same.
 */
export interface function_view {
	name: string;
	status: "found" | "unmatched" | "left out" | "removed" | "still there";
	/** The whole of the C function is at hand. */
	whole: boolean;
	c_line: number;
	port_path: string | null;
	port_line: number | null;
	/** Percent. */
	agreement: number;
	aligned: number;
	explained: number;
	differ: number;
	/** The later patches of the same series that change it again: "10/14". */
	later: string[];
	rows: view_row[];
}

/** A C text beside its port. */
export interface text_view {
	input: string;
	c_file: string;
	subject: string | null;
	message_id: string | null;
	driver: string;
	/** Why that driver. */
	chosen: string;
	/** The port is claimed to be whole. */
	claimed: boolean;
	port_path: string;
	functions: function_view[];
	/** Of a whole C file: functions missing, extra, out of order. */
	findings: finding[];
}

const loaded = new Map<string, Promise<read_port>>();

async function read_file(path: string): Promise<read_port> {
	const text = await readFile(join(root, path), "utf8");
	return { path, text, file: await ts_skeleton(text) };
}

function load_port(path: string): Promise<read_port> {
	const known = loaded.get(path);
	if (known)
		return known;
	const port = read_file(path);
	loaded.set(path, port);
	return port;
}

async function with_statements(port: read_port): Promise<loaded_port> {
	const leaves = await leaves_of("typescript", port.text);
	const units = units_of(port.text, leaves, "typescript");
	const { lines: reasons } = port.file.reasons;
	return { ...port, lines: port.text.split("\n"), units, reasons };
}

function path_in(port: port, c_file: string): string {
	return `${port.directory}/${port_name(c_file)}`;
}

/*
 * The C files whose port belongs to a driver, and is there.
 */
async function c_files_of(port: port): Promise<string[]> {
	const { files } = await skeleton_of_port(port);
	return [...files.keys()].filter((c_file) => existsSync(join(root, path_in(port, c_file))));
}

/**
 * ported_c_files - the names of the C files that can be compared
 */
export async function ported_c_files(): Promise<string[]> {
	return [...new Set((await Promise.all(ports.map(c_files_of))).flat())];
}

/*
 * Whether a C file, or a header, has its port with a driver's.
 */
async function has_port_of(port: port, c_file: string | null): Promise<boolean> {
	const c_files = await c_files_of(port);
	if (c_file === null)
		return c_files.length > 0;
	return c_files.includes(c_file)
		|| c_file.endsWith(".h") && existsSync(join(root, path_in(port, c_file)));
}

function first_of<T>(units: readonly unit[], line: number, then: (found: unit) => T): T | null {
	const found = units.find(({ first, last }) => first <= line && line <= last);
	return found ? then(found) : null;
}

/*
 * Where C text is missing, in the count of its tokens.
 */
function gaps_in({ stretches }: piece): Set<number> {
	const gaps = new Set<number>();
	let count = 0;
	stretches.forEach(({ has_head, has_end, tokens }, i) => {
		if (i > 0 || !has_head)
			gaps.add(count);
		count += tokens.length;
		if (i === stretches.length - 1 && !has_end)
			gaps.add(count);
	});
	return gaps;
}

/*
 * What steers the alignment: where C text is missing, and how like two statements are.
 */
function guide_for(piece: piece, port: loaded_port): guide {
	const { stretches } = piece;
	const c_units = stretches.flatMap(({ units }) => units);
	const known = new Map<string, number>();
	const distance = (c: skeleton_token, token: skeleton_token) => {
		const at = `${c.line} ${token.line}`;
		const value = known.get(at)
			?? first_of(c_units, c.line,
					(a) => first_of(port.units, token.line, (b) => (
				3 - Math.round(3 * likeness(a.words, b.words))))) ?? 3;
		known.set(at, value);
		return value;
	};
	return { gaps: gaps_in(piece), distance };
}

/**
 * c_function - a function of a C text as the check takes it
 *
 * @piece: the function
 */
export function c_function(piece: piece): skeleton_function {
	const lines = piece.stretches.flatMap((at) => at.lines);
	const tokens = piece.stretches.flatMap((at) => at.tokens);
	const line = lines.find(({ mark }) => mark !== "-")?.line ?? lines[0]?.line ?? 0;
	const { name, is_static } = piece;
	return { name, is_static: is_static ?? false, line, last_line: lines.at(-1)!.line, tokens };
}

function without_ternaries(piece: piece): piece {
	const stretches = piece.stretches.map((at) => (
		{ ...at, tokens: at.tokens.filter(({ text }) => !is_recorded_ternary(text)) }));
	return { ...piece, stretches };
}

/*
 * The view of a function the port does not have, or should not have.
 */
function c_only_view(piece: piece, left_out: string | undefined): function_view {
	const fn = c_function(piece);
	const rows = c_only_rows(piece);
	const without = left_out === undefined ? "unmatched" : "left out";
	const status = piece.removed ? "removed" : without;
	const count = fn.tokens.length;
	if (left_out !== undefined)
		rows[0]?.reasons.push(left_out);
	return {
		name: piece.name, status, whole: false, c_line: fn.line, port_path: null,
		port_line: null,
		agreement: status === "unmatched" ? 0 : 100, aligned: 0,
		explained: status === "left out" ? count : 0,
		differ: status === "unmatched" ? count : 0,
		later: [], rows,
	};
}

function find_function<T extends read_port>(name: string, in_ports: readonly T[]) {
	for (const port of in_ports) {
		const fn = port.file.functions.find((it) => it.name === name);
		if (fn)
			return { port, fn };
	}
	return null;
}

function view_function(all: piece, in_ports: readonly loaded_port[]): function_view {
	const piece = without_ternaries(all);
	const found = find_function(piece.name, in_ports);
	const left_out = in_ports[0].file.reasons.left_out.get(piece.name);
	if (!found)
		return c_only_view(piece, left_out);
	const { port, fn } = found;
	const where = { port_path: port.path, port_line: fn.line };
	if (piece.removed)
		return { ...c_only_view(piece, undefined), ...where, status: "still there" };
	const c = c_function(piece);
	const result = check_function(c, fn, port.reasons, guide_for(piece, port));
	const differ = result.differences.filter(({ reason }) => reason === null).length;
	const [only] = piece.stretches;
	return {
		name: piece.name, status: "found",
		whole: piece.stretches.length === 1 && only.has_head && only.has_end,
		c_line: c.line, ...where, agreement: agreement(result), aligned: result.aligned,
		explained: result.differences.length - differ, differ, later: [],
		rows: function_rows(piece, fn, result.rows, port),
	};
}

/*
 * The files of a port, the one a C file is ported in first: a function may have moved.
 */
async function load_files(port: port, c_file: string | null): Promise<read_port[]> {
	const names = await c_files_of(port);
	if (c_file !== null && !names.includes(c_file))
		names.push(c_file);
	names.sort((a, b) => Number(b === c_file) - Number(a === c_file));
	return Promise.all(names.map((name) => load_port(path_in(port, name))));
}

function later_patches(name: string, patches: readonly series_patch[]): string[] {
	return patches.filter(({ functions, removed }) => (
		[...Object.values(functions), ...Object.values(removed)].flat().includes(name)))
		.map(({ n }) => n);
}

async function view_text(text: c_text, port: port, chosen: string): Promise<text_view> {
	const files = await Promise.all((await load_files(port, text.c_file)).map(with_statements));
	const { input, subject, pieces } = text;
	const series = patch_in_series(subject);
	const functions = pieces.map((piece) => (
		{ ...view_function(piece, files),
			later: later_patches(piece.name, series?.later ?? []) }));
	const message_id = text.message_id ?? series?.patch.message_id ?? null;
	const findings = text.is_patch ? []
		: check_file(text.c_file!, pieces.map(c_function), files[0].file).findings;
	return {
		input, c_file: text.c_file ?? "a C file", subject, message_id, driver: port.driver,
		chosen,
		claimed: port.whole, port_path: files[0].path, functions, findings,
	};
}

function named_port(text: c_text): port | undefined {
	const version = posting_of(text.subject);
	return ports.find(({ driver }) => version !== null && driver === `v${version}`);
}

/** Tokens: aligned or explained, and all. */
interface figures {
	good: number;
	all: number;
}

function figures_of({ functions }: text_view): figures {
	const sum = (of: (fn: function_view) => number) =>
		functions.reduce((n, fn) => n + of(fn), 0);
	const good = sum((fn) => fn.aligned + fn.explained);
	return { good, all: good + sum((fn) => fn.differ) };
}

/**
 * text_agreement - how far a text agrees with its port
 *
 * @view: the compared text
 *
 * Return: percent of the tokens that are aligned or explained
 */
export function text_agreement(view: text_view): number {
	const { good, all } = figures_of(view);
	return all === 0 ? 100 : 100 * good / all;
}

/*
 * The same without rows, for the choice of a driver.
 */
function quick_figures(all: piece, in_ports: readonly read_port[]): figures {
	const piece = without_ternaries(all);
	const found = find_function(piece.name, in_ports);
	const c = c_function(piece);
	if (!found || piece.removed)
		return { good: 0, all: piece.removed ? 0 : c.tokens.length };
	const by = { gaps: gaps_in(piece), distance: () => 0 };
	const { aligned, differences } = check_function(c, found.fn,
		found.port.file.reasons.lines, by);
	const explained = differences.filter(({ reason }) => reason !== null).length;
	return { good: aligned + explained, all: aligned + differences.length };
}

/*
 * How far several texts agree with one driver.
 */
async function agreement_with(port: port, texts: readonly c_text[]): Promise<number> {
	let good = 0;
	let all = 0;
	for (const text of texts) {
		const files = await load_files(port, text.c_file);
		for (const piece of text.pieces) {
			const figures = quick_figures(piece, files);
			good += figures.good;
			all += figures.all;
		}
	}
	return all === 0 ? 0 : good / all;
}

/*
 * The driver that agrees best with what an input holds, taken together.
 */
async function best_port(texts: readonly c_text[], among: readonly port[]) {
	let best = among[0];
	let most = -1;
	for (const port of among) {
		const value = await agreement_with(port, texts);
		if (value > most) {
			most = value;
			best = port;
		}
	}
	return best;
}

/** A text, and the ports that have its C file. */
interface candidate {
	text: c_text;
	among: port[];
	named: port | undefined;
}

async function candidates_for(text: c_text, from: readonly port[]): Promise<candidate> {
	const has = await Promise.all(from.map((port) => has_port_of(port, text.c_file)));
	const among = from.filter((_, i) => has[i]);
	const named = named_port(text);
	return { text, among, named: among.find((port) => port === named) };
}

function labels(among: readonly port[]): string {
	return among.map(({ driver }) => driver).join(", ");
}

/**
 * compare - texts beside their ports
 *
 * @texts: the C texts of one input
 * @asked: the ports to choose from, by posting or best match; null: all there are
 *
 * Return: a view of each text that has a port and shows a function. Throws usage_error where
 * none does.
 */
export async function compare(texts: readonly c_text[], asked: readonly port[] | null) {
	const shown = texts.filter(({ pieces }) => pieces.length > 0);
	const all = await Promise.all(shown.map((text) => candidates_for(text, asked ?? ports)));
	const found = all.filter(({ among }) => among.length > 0);
	if (found.length === 0) {
		const names = [...new Set(texts.map(({ c_file }) => c_file ?? "no file named"))];
		const known = (await ported_c_files()).join(", ");
		throw new usage_error(
			`${texts[0].input}: nothing here to compare (${names.join(", ")}), `
			+ `expected a function of ${known}`);
	}
	const open = found.filter(({ among, named }) => among.length > 1 && !named);
	const drivers = (asked ?? ports).filter((port) => (
		open.every(({ among }) => among.includes(port))));
	const best = open.length > 0 && drivers.length > 0
		? await best_port(open.map(({ text }) => text), drivers) : null;
	return Promise.all(found.map(({ text, among, named }) => {
		if (named && !asked)
			return view_text(text, named, "the subject says so");
		if (among.length > 1)
			return view_text(text, best ?? among[0],
				`agrees best of ${labels(drivers)}`);
		return view_text(text, among[0], asked ? "as asked for" : "its only port");
	}));
}
