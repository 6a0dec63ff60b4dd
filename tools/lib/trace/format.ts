// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trace format 1 (TRACE.md): JSON Lines, a header and a line per op; several
 * traces may stand behind one another in a file, gzipped or not.
 */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { usage_error } from "../cli/usage_error.ts";
import type { lab_event } from "../lab/model.ts";
import type { masks, op } from "../scenario/model.ts";

/** The first line of a trace. */
export interface trace_header {
	trace: 1;
	driver: string;
	seed: number;
	host: masks & { apxa: 0 | 1; na: number; nd: number; old?: number[] };
	apmask: number[];
	aqmask: number[];
}

/** What can be seen of an mdev: matrix, shadow (g), whether it has a guest, linked queues. */
export interface mdev_state extends masks {
	g: masks;
	kvm: 0 | 1;
	q: string[];
}

/** A line behind it: what was done, and what could be seen of it. */
export interface trace_op {
	op: op | ["init"];
	rc?: number;
	crash?: "hang" | "fault";
	out?: string;
	ev?: lab_event[];
	lk?: string;
	st?: Record<string, mdev_state | null>;
}

/* Behind an op stands its result; neither text can be part of an op. */
const RESULTS = ['],"rc":', '],"crash":'];
const OP = '{"op":';

/**
 * class recorded_op - a line of a trace, read as far as somebody asks
 *
 * Most lines are only compared with what was played, which is done with their text. The
 * rest of one is read when something differs, and a usage_error thrown then if it cannot be.
 */
export class recorded_op implements trace_op {
	op: trace_op["op"];
	#file: string;
	#line: number;
	#text: string;
	#rest: number;		/* where in the text the op ends */
	#all: trace_op | null = null;

	constructor(file: string, line: number, text: string, op: trace_op["op"], rest: number) {
		this.#file = file;
		this.#line = line;
		this.#text = text;
		this.#rest = rest;
		this.op = op;
	}

	/** rest_is - whether that is how the line goes on behind its op */
	rest_is(rest: string): boolean {
		return this.#text.length === this.#rest + rest.length && this.#text.endsWith(rest);
	}

	get rc(): number | undefined {
		return this.#read().rc;
	}

	get crash(): "hang" | "fault" | undefined {
		return this.#read().crash;
	}

	get out(): string | undefined {
		return this.#read().out;
	}

	get ev(): lab_event[] | undefined {
		return this.#read().ev;
	}

	get lk(): string | undefined {
		return this.#read().lk;
	}

	get st(): Record<string, mdev_state | null> | undefined {
		return this.#read().st;
	}

	#read(): trace_op {
		this.#all ??= parse_line(this.#file, this.#line, this.#text) as trace_op;
		return this.#all;
	}
}

/**
 * struct trace - a trace, and where it stands
 * @line: the header's line in @file, from 1; the ops follow
 */
export interface trace {
	file: string;
	line: number;
	header: trace_header;
	ops: recorded_op[];
}

function read_text(file: string): string {
	const bytes = readFileSync(file);

	if (!file.endsWith(".gz"))
		return bytes.toString("utf8");
	try {
		return gunzipSync(bytes).toString("utf8");
	} catch {
		throw new usage_error(`${file}: is not gzip, though its name says so`);
	}
}

function parse_line(file: string, line: number, text: string): object {
	let value: unknown;

	try {
		value = JSON.parse(text);
	} catch {
		throw new usage_error(`${file}:${line}: not JSON, a line of a trace is a JSON object`);
	}
	if (typeof value !== "object" || value === null)
		throw new usage_error(`${file}:${line}: not an object, a line of a trace is a JSON object`);
	return value;
}

function is_ids(value: unknown): boolean {
	return Array.isArray(value) && value.every((id) => Number.isInteger(id) && id >= 0 && id <= 255);
}

function check_header(file: string, line: number, header: Partial<trace_header>): trace_header {
	const { host } = header;

	if (header.trace !== 1)
		throw new usage_error(`${file}:${line}: trace format ${header.trace}, only 1 is known`);
	if (!is_ids(host?.apm) || !is_ids(host?.aqm) || !is_ids(host?.adm) ||
	    !is_ids(header.apmask) || !is_ids(header.aqmask))
		throw new usage_error(
			`${file}:${line}: a header has host.apm, .aqm, .adm, apmask and aqmask, lists of 0 to 255`);
	return header as trace_header;
}

function check_line(file: string, line: number, value: object): trace_op {
	if (!Array.isArray((value as trace_op).op))
		throw new usage_error(`${file}:${line}: neither a header ("trace":1) nor an op ("op":[...])`);
	return value as trace_op;
}

/* Where the op of a line ends, or -1 if the line is not as recorders and trace run write it. */
function end_of_op(text: string): number {
	if (!text.startsWith(OP))
		return -1;
	for (const result of RESULTS) {
		const at = text.indexOf(result);

		if (at >= 0)
			return at + 1;
	}
	return -1;
}

/* An op's line of which only the op is read; null if it is to be read as a whole. */
function parse_op(file: string, line: number, text: string): recorded_op | null {
	const end = end_of_op(text);

	if (end < 0)
		return null;
	const op: unknown = parse_line(file, line, text.slice(OP.length, end));

	return Array.isArray(op) ? new recorded_op(file, line, text, op as trace_op["op"], end) : null;
}

/**
 * parse_traces - the traces in the text of a file, one after the other
 *
 * One is all that is in memory at a time, however many a file has.
 */
export function* parse_traces(file: string, text: string): Generator<trace> {
	let trace: trace | null = null;

	for (let from = 0, line = 1; from < text.length; line++) {
		const newline = text.indexOf("\n", from);
		const end = newline < 0 ? text.length : newline;
		const row = text.slice(from, end);

		from = end + 1;
		if (row === "")
			continue;
		const op = parse_op(file, line, row);
		const value = op ?? parse_line(file, line, row);

		if (op === null && "trace" in value) {
			if (trace !== null)
				yield trace;
			trace = { file, line, header: check_header(file, line, value as Partial<trace_header>), ops: [] };
			continue;
		}
		if (trace === null)
			throw new usage_error(`${file}:${line}: an op before any header, the first line has "trace":1`);
		trace.ops.push(op ??
			new recorded_op(file, line, row, check_line(file, line, value).op, row.length));
	}
	if (trace === null)
		throw new usage_error(`${file}: no trace in it, the first line has "trace":1`);
	yield trace;
}

function* files_below(path: string): Generator<string> {
	if (!statSync(path).isDirectory()) {
		yield path;
		return;
	}
	for (const name of readdirSync(path).toSorted()) {
		const child = join(path, name);

		if (statSync(child).isDirectory() || /\.jsonl(?:\.gz)?$/.test(name))
			yield* files_below(child);
	}
}

/**
 * trace_files - the trace files that paths name
 * @paths: files, or folders to look through for *.jsonl and *.jsonl.gz
 */
export function trace_files(paths: readonly string[]): string[] {
	return paths.flatMap((path) => {
		const files = [...files_below(path)];

		if (files.length === 0)
			throw new usage_error(`${path}: no *.jsonl or *.jsonl.gz in it`);
		return files;
	});
}

/** read_traces - the traces of a file, one after the other */
export function read_traces(file: string): Generator<trace> {
	return parse_traces(file, read_text(file));
}
