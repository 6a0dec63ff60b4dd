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

import { foreign_fault } from "../cli/foreign.ts";
import { read_bytes } from "../cli/lines.ts";
import { usage_errors } from "../cli/usage_error.ts";
import { printable, progress_line } from "../cli/terminal.ts";
import type { message } from "./message/message.ts";
import type { reading } from "./read.ts";
import type { host_config, scenario } from "../scenario/model.ts";
import { check_scenario, no_host, not_on_host } from "../scenario/check.ts";
import { read_notation } from "../scenario/parse.ts";

const EXTENSION = ".scn";

/**
 * struct input - a file's scenarios
 * @readings: where they were read, for a mail; null for the notation
 * @not_read: where there is no scenario, the lines that speak of queues all the same
 * @left_out: mails of an mbox, or files, that cannot be read, and scenarios that a given host does
 *	      not fit: where, and why
 */
export interface input {
	file: string;
	scenarios: scenario[];
	readings: reading[] | null;
	mails: Pick<message, "subject" | "message_id" | "answers" | "lines">[];
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
	const all = [...scenarios, ...read.nameless].toSorted((a, b) => a.line - b.line);
	const end_of = (i: number): number => all[i + 1]?.line ?? Infinity;
	const bare = broken.length > 0 ? [] : scenarios.flatMap(no_host);
	const nonsense = bare.length > 0 ? bare : all.flatMap((s, i) =>
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
async function is_large_mbox(file: string): Promise<boolean> {
	if (file === "-" || statSync(file).size < 4 << 20)
		return false;
	const { is_mbox } = await import("./message/message.ts");
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
	const { read_mbox } = await import("./read.ts");
	const { count_not_read } = await import("./not_read.ts");
	const progress = new progress_line();
	const left_out: string[] = [];
	let [mails, lines, tell] = [0, 0, 0];
	const readings = await read_mbox(createReadStream(file), file, host, (m) => {
		const count = count_not_read(m);

		[lines, tell] = [lines + count, tell + Number(count > 0)];
		left_out.push(...faults_in(file, m));
		progress.update(`${file}: ${++mails} mails, line ${m.line}`);
	});

	progress.clear();
	return {
		file, readings, scenarios: fitting(readings, file, host, left_out), mails: [],
		not_read: lines === 0 ? [] : [
			`  of ${mails} mails ${tell} have ${lines} lines that speak of queues and are not ` +
				"read; vfio-ap import names them, given one such mail by itself",
		], left_out,
	};
}

function of_scenarios(file: string, scenarios: scenario[]): input {
	return { file, scenarios, readings: null, mails: [], not_read: [], left_out: [] };
}

/** Packed, a tar, or umockdev's: most files are none, and what reads them is not loaded then. */
function may_be_record(bytes: Buffer): boolean {
	const start = bytes.toString("latin1", 0, 4096);

	return bytes[0] === 0x1f || bytes[0] === 0 || /^P: \//m.test(start) ||
		start.startsWith("ustar", 257);
}

async function read_machine(bytes: Buffer, name: string): Promise<scenario | null> {
	const { read_record } = await import("../record/read.ts");
	const record = read_record(bytes, name);

	return record === null ? null : (await import("../record/machine.ts")).machine_of(record);
}

/* A host that somebody gives may fit some examples of a thread, and not the others. */
function misfit(s: scenario, file: string): string[] {
	const gone = not_on_host(s);

	return gone === null
		? [] : [`${file}:${gone[1]}: the host given by --host has no queue ${gone[0]}, ` +
		`expected its adapter and domain there; ${s.name} is left out`];
}

/* The scenarios of mails that a given host fits; throws usage_errors if it fits none. */
function fitting(
	readings: readonly reading[], file: string, host: host_config | null, left_out: string[],
): scenario[] {
	const all = readings.flatMap((r) => r.scenarios);
	const why = host === null ? [] : all.flatMap((s) => misfit(s, file));
	const fit = why.length === 0 ? all : all.filter((s) => not_on_host(s) === null);

	if (fit.length === 0 && why.length > 0)
		throw new usage_errors(why);
	left_out.push(...why);
	return fit;
}

async function read_mails(bytes: Buffer, file: string, host: host_config | null): Promise<input> {
	const { read_mail } = await import("./read.ts");
	const left_out: string[] = [];
	const readings = await read_mail(bytes, file, host,
		(m) => left_out.push(...faults_in(file, m)));
	const scenarios = fitting(readings, file, host, left_out);
	const found = { file, readings, scenarios, left_out };

	if (scenarios.length > 0)
		return { ...found, mails: [], not_read: [] };
	const { fault_in_mail, read_messages } = await import("./message/message.ts");
	const { lines_not_read } = await import("./not_read.ts");
	const mails = await read_messages(bytes);
	const fault = fault_in_mail(bytes);
	const not_read = lines_not_read(mails, (line) =>
		readings.some((r) => r.first <= line && line <= r.last));

	return {
		...found, mails, not_read: fault === null ? not_read
			: [`  line ${fault.line}: ${fault.what}`, ...not_read],
	};
}

async function read_input(file: string, host: host_config | null): Promise<input> {
	if (await is_large_mbox(file))
		return await read_large_mbox(file, host);
	const bytes = file === "-" ? readFileSync(0) : read_bytes(file);
	const name = file === "-" ? "stdin" : file;
	const machine = may_be_record(bytes) ? await read_machine(bytes, name) : null;

	if (machine !== null)
		return of_scenarios(name, [with_host(machine, host)]);
	const foreign = foreign_fault(name, bytes);

	if (foreign !== null)
		return { ...of_scenarios(name, []), left_out: [foreign] };
	const text = bytes.toString("utf8");
	if (!is_notation(name, text))
		return await read_mails(bytes, name, host);
	if (!isUtf8(bytes))
		throw new usage_errors(
			[`${name}:${text.split("\ufffd", 1)[0]!.split("\n").length}: ` +
			"no UTF-8, expected a text in UTF-8"]);
	return of_scenarios(name, scenarios_in(text, name, host));
}

/** all_read - whether every mail of them could be read */
export function all_read(inputs: readonly input[]): boolean {
	return inputs.every(({ left_out }) => left_out.length === 0);
}

function no_scenario(i: input): string {
	const actors = (i.readings ?? []).filter((r) => r.actors);

	if (actors.length === 0)
		return `${i.file}: no scenario found`;
	return `${i.file}: no scenario found that can be replayed: ` +
		`${actors.map((r) => `lines ${r.first}-${r.last}`).join(", ")} tell of two ` +
		"processors at once, which is no sequence of operations";
}

/**
 * nothing_found - what to say of an input without a scenario, a line each
 * @alone: whether it is the only one: then its lines that speak of queues are named too
 */
export function nothing_found(i: input, alone: boolean): string[] {
	if (i.readings === null && i.left_out.length > 0)
		return [];
	if (alone || i.not_read.length === 0)
		return [no_scenario(i), ...i.not_read];
	return [`${no_scenario(i)}; vfio-ap import ${i.file} names its lines that speak of queues`];
}

/**
 * read_inputs - the scenarios of files and folders
 * @paths: as given
 * @host: the host given by --host, or null
 *
 * Says on stderr what could not be read, and what has no scenario in it.
 *
 * Return: the inputs; throws usage_error if there is no scenario in any of them.
 */
export async function read_inputs(paths: string[], host: host_config | null): Promise<input[]> {
	const inputs: input[] = [];
	const files = paths.flatMap(files_in);
	const bar = new progress_line();

	for (const file of files) {
		bar.update(`${inputs.length} of ${files.length} files read`);
		inputs.push(await read_input(file, host));
	}
	bar.clear();
	if (inputs.length === 0)
		throw new usage_errors([`${paths[0]}: no scenario found`]);
	const empty = inputs.filter((i) => i.scenarios.length === 0);
	const say = (i: input): string[] => nothing_found(i, inputs.length === 1);

	if (empty.length === inputs.length) {
		const { what_to_do } = await import("./instead.ts");

		throw new usage_errors(inputs.flatMap((i) =>
			[...i.left_out, ...say(i), ...what_to_do(i)]));
	}
	for (const text of [...inputs.flatMap((i) => i.left_out), ...empty.flatMap(say)])
		process.stderr.write(`vfio-ap: ${printable(text)}\n`);
	return inputs;
}
