// SPDX-License-Identifier: GPL-2.0-only
/*
 * What replay and import are given: files of the notation, mails, records of a machine, folders of
 * these, "-" for what is piped in.
 */
import { isUtf8 } from "node:buffer";
import {
	closeSync, createReadStream, openSync, readdirSync, readFileSync, readSync, statSync,
} from "node:fs";
import { join } from "node:path";

import { read_bytes } from "../cli/lines.ts";
import { usage_errors } from "../cli/usage_error.ts";
import { printable, progress_line } from "../cli/terminal.ts";
import { is_mbox, read_messages, type message } from "./message.ts";
import { read_mail, read_mbox, type reading } from "./read.ts";
import { what_to_do } from "./instead.ts";
import { lines_not_read } from "./not_read.ts";
import { machine_of } from "../record/machine.ts";
import { read_record } from "../record/read.ts";
import type { host_config, scenario } from "../scenario/model.ts";
import { check_scenario, no_host } from "../scenario/check.ts";
import { read_notation } from "../scenario/parse.ts";

const EXTENSION = ".scn";

/**
 * struct input - a file's scenarios
 * @readings: where they were read, for a mail; null for the notation
 * @not_read: where there is no scenario, the lines that speak of queues all the same
 * @left_out: mails of an mbox that cannot be read: where, and why
 */
export interface input {
	file: string;
	scenarios: scenario[];
	readings: reading[] | null;
	mails: Pick<message, "subject" | "message_id">[];
	not_read: string[];
	left_out: string[];
}

function files_in(path: string): string[] {
	if (path === "-" || !statSync(path).isDirectory())
		return [path];
	const entries = readdirSync(path, { withFileTypes: true, recursive: true })
		.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name)).sort();
	const notation = entries.filter((f) => f.endsWith(EXTENSION));

	return notation.length > 0 ? notation : entries;
}

function is_notation(file: string, text: string): boolean {
	const first = text.split("\n").find((l) => /^\s*[^\s#]/.test(l)) ?? "";

	return file.endsWith(EXTENSION) || /^\s*scenario\s+[^\s#]\S*(?:\s+#.*|\s*)$/.test(first);
}

function line_of(error: string): number {
	return Number(/:(\d+): /.exec(error)?.[1]);
}

/**
 * scenarios_in - the scenarios of a file of the notation that make sense
 * @host: the host given by --host, or null
 *
 * Throws usage_errors with all that is wrong.
 */
export function scenarios_in(
	text: string, file: string, host: host_config | null = null,
): scenario[] {
	const { broken, errors, ...read } = read_notation(text, file);
	const scenarios = read.scenarios.map((s) => with_host(s, host));
	const end_of = (i: number): number => scenarios[i + 1]?.line ?? Infinity;
	const bare = broken.length > 0 ? [] : scenarios.flatMap(no_host);
	const nonsense = bare.length > 0 ? bare : scenarios.flatMap((s, i) =>
		check_scenario(s, broken.find((n) => n > s.line && n < end_of(i))));

	if (errors.length + nonsense.length > 0)
		throw new usage_errors(
			[...errors, ...nonsense].toSorted((a, b) => line_of(a) - line_of(b)));
	return scenarios;
}

function with_host(s: scenario, host: host_config | null): scenario {
	return host === null ? s : { ...s, host };
}

/** Whether a file is an mbox of several megabytes, which is read as it comes. */
function is_large_mbox(file: string): boolean {
	if (file === "-" || statSync(file).size < 4 << 20)
		return false;
	const fd = openSync(file, "r");
	const start = Buffer.alloc(4096);

	try {
		return is_mbox(start.subarray(0, readSync(fd, start, 0, start.length, 0)));
	} finally {
		closeSync(fd);
	}
}

function faults_in(file: string, { fault }: message): string[] {
	return fault === null
		? [] : [`${file}:${fault.line}: ${fault.what}; this mail is left out`];
}

async function read_large_mbox(file: string, host: host_config | null): Promise<input> {
	const progress = new progress_line();
	const left_out: string[] = [];
	let mails = 0;
	const readings = await read_mbox(createReadStream(file), file, host, (m) => {
		left_out.push(...faults_in(file, m));
		progress.update(`${file}: ${++mails} mails, line ${m.line}`);
	});

	progress.clear();
	return {
		file, readings, scenarios: readings.flatMap((r) => r.scenarios), mails: [],
		not_read: [], left_out,
	};
}

async function read_input(file: string, host: host_config | null): Promise<input> {
	if (is_large_mbox(file))
		return await read_large_mbox(file, host);
	const bytes = file === "-" ? readFileSync(0) : read_bytes(file);
	const name = file === "-" ? "stdin" : file;
	const text = bytes.toString("utf8");
	const record = read_record(bytes, name);

	if (record !== null)
		return {
			file: name, readings: null, mails: [], not_read: [], left_out: [],
			scenarios: [with_host(machine_of(record), host)],
		};
	if (is_notation(name, text) && !isUtf8(bytes))
		throw new usage_errors(
			[`${name}:${text.split("\ufffd", 1)[0]!.split("\n").length}: ` +
			"no UTF-8, expected a text in UTF-8"]);
	if (is_notation(name, text))
		return {
			file: name, readings: null, mails: [], not_read: [], left_out: [],
			scenarios: scenarios_in(text, name, host),
		};
	const left_out: string[] = [];
	const readings = await read_mail(bytes, name, host,
		(m) => left_out.push(...faults_in(name, m)));
	const scenarios = readings.flatMap((r) => r.scenarios);
	const mails = scenarios.length > 0 ? [] : await read_messages(bytes);
	const is_told = (line: number): boolean =>
		readings.some((r) => r.first <= line && line <= r.last);

	return {
		file: name, readings, scenarios, left_out, mails,
		not_read: lines_not_read(mails, is_told),
	};
}

/** all_read - whether every mail of them could be read */
export function all_read(inputs: readonly input[]): boolean {
	return inputs.every(({ left_out }) => left_out.length === 0);
}

/** nothing_found - what to say of a file without a scenario, a line each */
export function nothing_found(i: input): string[] {
	const actors = (i.readings ?? []).filter((r) => r.actors);

	if (actors.length === 0)
		return [`${i.file}: no scenario found`, ...i.not_read];
	return [`${i.file}: no scenario found that can be replayed: ` +
		`${actors.map((r) => `lines ${r.first}-${r.last}`).join(", ")} tell of two ` +
		"processors at once, which is no sequence of operations", ...i.not_read];
}

/**
 * read_inputs - the scenarios of files and folders
 * @paths: as given
 * @host: the host given by --host, or null
 *
 * Return: the inputs; throws usage_error if there is no scenario in any of them.
 */
export async function read_inputs(paths: string[], host: host_config | null): Promise<input[]> {
	const inputs: input[] = [];

	for (const file of paths.flatMap(files_in))
		inputs.push(await read_input(file, host));
	if (inputs.every((i) => i.scenarios.length === 0))
		throw new usage_errors(inputs.length === 0 ? [`${paths[0]}: no scenario found`] :
			inputs.flatMap((i) =>
				[...i.left_out, ...nothing_found(i), ...what_to_do(i)]));
	for (const text of inputs.flatMap((i) => i.left_out))
		process.stderr.write(`vfio-ap: ${printable(text)}\n`);
	return inputs;
}
