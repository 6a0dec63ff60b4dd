// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trace format 1 (TRACE.md): JSON Lines, a header and a line per op; several
 * traces may stand behind one another in a file, gzipped or not.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { excerpt } from "../cli/excerpt.ts";
import { usage_error } from "../cli/usage_error.ts";
import { lines_of, must_be_file, read_text, stream_lines } from "../cli/lines.ts";
import type { lab_event } from "../lab/model.ts";
import type { masks, op } from "../scenario/model.ts";
import { header_fields, host_fields, result_fields } from "./header.ts";
import { example_of, operation_fault } from "./operations.ts";
import { fault_of, is_object, type fault } from "./values.ts";

/** The first line of a trace; header.ts has its members and what they may be. */
export interface trace_header {
	trace: 1;
	driver: string;
	claim?: string;
	seed?: number;
	host: masks & { apxa: 0 | 1; na: number; nd: number; old?: number[]; se?: 0 | 1 };
	apmask: number[];
	aqmask: number[];
	kasan?: 0 | 1;
	low0?: 0 | 1;
	dlock?: 0 | 1;
	autoinit?: "pattern" | "zero";
}

/** What can be seen of an mdev: matrix, shadow (if any), whether it has a guest, linked queues. */
export interface mdev_state extends masks {
	g?: masks;
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
const RC = '],"rc":';
const CRASH = '],"crash":';
const OP = '{"op":';

const LINE_MAX = 1 << 20;

function refuse(file: string, line: number, { what, right }: fault): never {
	throw new usage_error(`${file}:${line}: ${what}, expected ${right}`);
}

function parse_json(file: string, line: number, text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return refuse(file, line, {
			what: `not JSON: ${excerpt(text)}`,
			right: "a JSON object on each line, whole",
		});
	}
}

function parse_line(file: string, line: number, text: string): Record<string, unknown> {
	const value = parse_json(file, line, text);

	if (typeof value !== "object" || value === null || Array.isArray(value))
		refuse(file, line,
			{ what: `not an object: ${excerpt(text)}`,
				right: "a JSON object on each line" });
	return value as Record<string, unknown>;
}

function check_op(file: string, line: number, op: unknown): trace_op["op"] {
	if (!Array.isArray(op))
		refuse(file, line, {
			what: "neither a header nor an operation",
			right: `{"op":${example_of("create")},"rc":0}`,
		});
	const found = operation_fault(op);

	if (found !== null)
		refuse(file, line, found);
	return op as trace_op["op"];
}

function check_results(
	file: string, line: number, { op: _, ...results }: Record<string, unknown>,
): void {
	const found = fault_of("an operation's line", results, result_fields);

	if (found !== null)
		refuse(file, line, found);
	if ("rc" in results && "crash" in results)
		refuse(file, line, { what: "both rc and crash", right: "one of them" });
}

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

	get line(): number {
		return this.#line;
	}

	get rc(): number | undefined {
		return this.read().rc;
	}

	get crash(): "hang" | "fault" | undefined {
		return this.read().crash;
	}

	get out(): string | undefined {
		return this.read().out;
	}

	get ev(): lab_event[] | undefined {
		return this.read().ev;
	}

	get lk(): string | undefined {
		return this.read().lk;
	}

	get st(): Record<string, mdev_state | null> | undefined {
		return this.read().st;
	}

	/** read - the whole line */
	read(): trace_op {
		if (this.#all === null) {
			const value = parse_line(this.#file, this.#line, this.#text);

			check_results(this.#file, this.#line, value);
			this.#all = value as unknown as trace_op;
		}
		return this.#all;
	}

	/**
	 * read_recorded - the same of a line that says what happened, not only what is to be done
	 */
	read_recorded(): trace_op {
		const all = this.read();

		if (all.rc === undefined && all.crash === undefined)
			refuse(this.#file, this.#line, {
				what: "the operation's result is missing",
				right: '"rc":0 or "crash":"hang" behind the op',
			});
		return all;
	}
}

/**
 * struct trace_start - where a trace begins
 * @line: the header's line in @file, from 1; the ops follow
 */
export interface trace_start {
	file: string;
	line: number;
	header: trace_header;
}

/** struct trace - a trace as a whole */
export interface trace extends trace_start {
	ops: recorded_op[];
}

function check_header(file: string, line: number, header: Record<string, unknown>): trace_start {
	const { host } = header;
	const found = (is_object(host) ? fault_of("the header's host", host, host_fields) : null) ??
		fault_of("a header", header, header_fields);

	if (found !== null)
		refuse(file, line, found);
	return { file, line, header: header as unknown as trace_header };
}

/* Where the op of a line ends, or -1 if the line is not as recorders and trace run write it. */
function end_of_op(text: string): number {
	if (!text.startsWith(OP))
		return -1;
	const rc = text.indexOf(RC);

	return (rc >= 0 ? rc : text.indexOf(CRASH)) + 1 || -1;
}

/**
 * class trace_reader - the lines of a file, as headers and operations
 * @file: its name, for messages
 */
class trace_reader {
	#file: string;
	#line = 0;
	#begun = 0;		/* the line of the last header */
	#ops = 0;		/* how many are behind it */
	#crashed = false;

	constructor(file: string) {
		this.#file = file;
	}

	/** take - the next line; null if it is empty */
	take(row: string): trace_start | recorded_op | null {
		this.#line++;
		if (row === "")
			return null;
		if (row.length > LINE_MAX)
			this.#refuse(`a line of ${row.length} characters`, `at most ${LINE_MAX}`);
		const end = end_of_op(row);

		if (end < 0)
			return this.#take_other(row);
		const op = parse_json(this.#file, this.#line, row.slice(OP.length, end));

		return this.#op(row, op, end, row.startsWith(CRASH, end - 1));
	}

	/** end - nothing follows */
	end(): void {
		if (this.#begun === 0)
			throw new usage_error(`${this.#file}:1: no trace in it, expected ` +
				'a first line with "trace":1');
		this.#end_of_trace();
	}

	#refuse(what: string, right: string): never {
		refuse(this.#file, this.#line, { what, right });
	}

	#end_of_trace(): void {
		if (this.#ops === 0)
			refuse(this.#file, this.#begun, {
				what: "no operation behind the header",
				right: `{"op":["init"],"rc":0} on the next line`,
			});
	}

	/* A header, or an operation that is written otherwise than recorders do. */
	#take_other(row: string): trace_start | recorded_op {
		const value = parse_line(this.#file, this.#line, row);

		if (!("trace" in value)) {
			const read = this.#op(row, value["op"], row.length, "crash" in value);

			read.read();
			return read;
		}
		if (this.#begun > 0)
			this.#end_of_trace();
		this.#begun = this.#line;
		this.#ops = 0;
		this.#crashed = false;
		return check_header(this.#file, this.#line, value);
	}

	#op(row: string, op: unknown, end: number, crash: boolean): recorded_op {
		const known = check_op(this.#file, this.#line, op);
		const [name] = known;

		if (this.#begun === 0)
			this.#refuse("an operation before any header",
				'a first line with "trace":1');
		if (this.#crashed)
			this.#refuse(`${name} behind a crash`, "nothing more, or another header");
		if (this.#ops === 0 && name !== "init")
			this.#refuse(`${name} before init`, '["init"], then the others');
		if (this.#ops > 0 && name === "init")
			this.#refuse("init a second time", "one, behind the header");
		this.#ops++;
		this.#crashed = crash;
		return new recorded_op(this.#file, this.#line, row, known, end);
	}
}

/**
 * parse_traces - the traces in the text of a file, one after the other
 *
 * One is all that is in memory at a time, however many a file has.
 */
export function* parse_traces(file: string, text: string): Generator<trace> {
	const reader = new trace_reader(file);
	let trace: trace | null = null;

	for (const row of lines_of(text)) {
		const item = reader.take(row);

		if (item instanceof recorded_op) {
			trace!.ops.push(item);
		} else if (item !== null) {
			if (trace !== null)
				yield trace;
			trace = { ...item, ops: [] };
		}
	}
	reader.end();
	yield trace!;
}

/**
 * stream_traces - the same of a file, line by line
 *
 * Return: some lines at a time, so that nobody waits for each; empty ones are left out.
 */
export async function* stream_traces(file: string): AsyncGenerator<(trace_start | recorded_op)[]> {
	const reader = new trace_reader(file);

	for await (const rows of stream_lines(file, LINE_MAX))
		yield rows.map((row) => reader.take(row)).filter((item) => item !== null);
	reader.end();
}

function* files_below(path: string): Generator<string> {
	if (!statSync(path).isDirectory()) {
		yield path;
		return;
	}
	for (const name of readdirSync(path).toSorted()) {
		const child = join(path, name);

		if (statSync(child).isDirectory())
			yield* files_below(child);
		else if (/\.jsonl(?:\.gz)?$/.test(name))
			yield must_be_file(child);
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
