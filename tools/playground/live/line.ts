// SPDX-License-Identifier: GPL-2.0-only
/*
 * One line that somebody types, a step of the notation or what is typed at a shell, and how it
 * may go on.
 */
import { did_you_mean } from "../../lib/cli/nearest.ts";
import { mdev_uuid } from "../../lib/lab/names.ts";
import { act_body } from "../../lib/mail/notation/bodies.ts";
import { expectations } from "../../lib/scenario/expectations.ts";
import { adapter_name, domain_name, product } from "../../lib/scenario/ids.ts";
import type { scenario, statement } from "../../lib/scenario/model.ts";
import { operations } from "../../lib/scenario/operations.ts";
import { read_notation } from "../../lib/scenario/parse.ts";
import { print_step } from "../../lib/scenario/print.ts";

const MDEV = /^(?:\$\{?uuid\}?|[0-9a-f]{8}-[0-9a-f-]{27}|m\d+)$/i;

/** What is wrong with a line of the notation, without where it stands; null if nothing is. */
function fault_in(line: string): string | null {
	const { errors } = read_notation(`scenario x\n${line}`, "");

	return errors.length === 0 ? null : errors[0]!.replace(/^:\d+: /, "");
}

/** mdevs_of - the mdevs that a scenario speaks of */
export function mdevs_of({ statements }: scenario): string[] {
	const names = statements.flatMap(({ body }) => body.kind === "op" &&
		typeof body.op[1] === "string" &&
		/^m\d+$/.test(body.op[1]) ? [body.op[1]] : []);

	return [...new Set(names)];
}

/* The mdev that a path goes through, and the line with the file's name alone. */
function without_path(line: string, sc: scenario): { mdev: string; text: string } {
	const word = line.slice(Math.max(line.lastIndexOf(" "), line.lastIndexOf("\t")) + 1);
	const file = word.slice(word.lastIndexOf("/") + 1);
	const name = word.split("/").at(-2)?.toLowerCase() ?? "";
	const path = MDEV.test(name) && /^\w+$/.test(file)
		? word.slice(0, word.length - file.length) : "";
	const mdevs = mdevs_of(sc);
	const mdev = mdevs.find((m) => m === name || mdev_uuid(m) === name) ?? "m0";

	return { mdev, text: line.replace(path, "") };
}

/* The mdevs that are there behind a scenario's last step. */
function alive({ statements }: scenario): string[] {
	const names = new Set<string>();

	for (const { body } of statements) {
		const [name, mdev] = body.kind === "op" ? body.op : [];

		if (name === "create" || name === "mdev")
			names.add(mdev as string);
		else if (name === "destroy")
			names.delete(mdev as string);
	}
	return [...names];
}

/* mdevctl names an mdev by an option; the one that it starts is not there yet. */
const UUID_OPTION = / (?:-u|--uuid)[ =](\S+)/;

function without_uuid(line: string, sc: scenario): { mdev: string; text: string } | null {
	const [, name] = UUID_OPTION.exec(line) ?? [];

	if (name === undefined || !line.startsWith("mdevctl "))
		return null;
	const there = alive(sc);
	const free = Array.from({ length: there.length + 1 }, (_, i) => `m${i}`)
		.find((m) => !there.includes(m))!;
	const known = [...mdevs_of(sc), free]
		.find((m) => m === name || mdev_uuid(m) === name.toLowerCase());
	const meant = line.startsWith("mdevctl start") ? free : there[0] ?? "m0";

	return { mdev: known ?? meant, text: line.replace(UUID_OPTION, "") };
}

function of_mdev(body: statement["body"], mdev: string): statement["body"] {
	if (body.kind !== "op" || body.op[1] !== "m0")
		return body;
	const op = [...body.op] as unknown as typeof body.op;

	op[1] = mdev;
	return { ...body, op };
}

/* A store to a file that has no word of its own. */
const ECHO = /^echo (-n )?(?:"([^"]*)"|'([^']*)'|([^\s>"']+)) ?> ?([^\s>]+)$/;

/* What is read of a file that is shown: an mdev's, a queue's. */
const CAT = /^cat (\S+)$/;
const QUEUE_FILE = /\b([0-9a-f]{2}\.[0-9a-f]{4})\/(\w+)$/;

const SHOWN = ["matrix", "guest_matrix", "control_domains", "ap_config"];

/** What a question comes to: it is asked, and nothing is claimed of the answer. */
function question(line: string, sc: scenario): string | null {
	const [, path] = CAT.exec(line) ?? [];

	if (path === undefined)
		return null;
	const [, queue, file] = QUEUE_FILE.exec(path) ?? [];
	const { mdev, text } = without_path(line, sc);

	const shown = text.slice("cat ".length);

	if (queue !== undefined)
		return `read ${queue} ${file}`;
	return SHOWN.includes(shown) ? `read ${mdev} ${shown}` : null;
}

function store(line: string): string | null {
	const [, bare, double, single, word, path] = ECHO.exec(line) ?? [];

	if (path?.startsWith("/sys/") !== true)
		return null;
	const text = `${double ?? single ?? word!}${bare === undefined ? "\n" : ""}`;

	return `store ${path} ${JSON.stringify(text)}`;
}

/* A list of all that there is helps nobody: longer than any other message. */
const LIST_LENGTH = 160;

/* What is wrong with a line that is nothing. */
function complaint(line: string, fault: string): string {
	const [first] = line.split(" ", 1);
	const file = line.slice(line.lastIndexOf("/") + 1).split(" ").at(-1)!;

	const files = ECHO.test(line) ? ATTRIBUTES : CAT.test(line) ? SHOWN : null;

	if (files !== null)
		return `an mdev has no file "${file}"${did_you_mean(file, files)} for this, ` +
			`expected ${files.join(" ")}`;
	if (SHELL_WORDS.includes(first!) || fault.length > LIST_LENGTH + line.length)
		return `"${line}" does nothing here, expected a write, as in ` +
			"echo 5 > assign_adapter, or a step, as in bind 04.0004";
	return fault;
}

/* Up to a semicolon that is not in quotes. */
const COMMAND = /(?:"[^"]*"|'[^']*'|[^;"'])+/g;

function read_command(line: string, sc: scenario): { steps: string[] } | { wrong: string } {
	const fault = fault_in(line);

	if (fault === null)
		return { steps: [line] };
	const asked = question(line, sc);
	const { mdev, text: said } = without_uuid(line, sc) ?? without_path(line, sc);
	const body = asked === null ? act_body(said) : null;

	if (body !== null) {
		const step = {
			line: 0, label: null, n: "", drivers: null, note: null,
			body: of_mdev(body, mdev),
		};

		/* whatever it returns is shown; nothing is claimed of it */
		return { steps: [print_step(step).replace(/ = ok$/, "")] };
	}
	const step = asked ?? store(line);

	return step !== null && fault_in(step) === null ? { steps: [step] }
		: { wrong: complaint(line, fault) };
}

/**
 * read_line - a line as steps of the notation
 * @text: what was typed; commands of a shell may be more than one
 * @sc: the scenario so far
 *
 * Return: the steps, or what is wrong with it.
 */
export function read_line(text: string, sc: scenario): { steps: string[] } | { wrong: string } {
	const line = text.trim().replace(/\s+/g, " ");
	const commands = fault_in(line) === null ? [line] :
		(line.replaceAll("&&", ";").match(COMMAND) ?? [])
			.map((command) => command.trim()).filter((command) => command !== "");
	const steps: string[] = [];

	for (const command of commands) {
		const read = read_command(command, sc);

		if ("wrong" in read)
			return read;
		steps.push(...read.steps);
	}
	return { steps };
}

const SHELL_WORDS = ["echo", "cat", "chzcrypt", "mdevctl", "ls"];
const ATTRIBUTES = ["adapter", "domain", "control_domain"]
	.flatMap((unit) => [`assign_${unit}`, `unassign_${unit}`]);
const PATHS = [
	...ATTRIBUTES, "/sys/bus/ap/apmask", "/sys/bus/ap/aqmask",
	"/sys/bus/ap/drivers/vfio_ap/bind",
	"/sys/bus/ap/drivers/vfio_ap/unbind",
];

function words_for(before: string[], { host, ...sc }: scenario): string[] {
	if (before.length === 0)
		return [...operations.keys(), ...expectations.keys(), ...SHELL_WORDS];
	if (before.at(-1) === ">")
		return PATHS;
	return [
		...mdevs_of({ host, ...sc }), ...host.apm.map(adapter_name),
		...host.aqm.map(domain_name),
		...product(host.apm, host.aqm), "adapters", "domains", "control", "on", "off",
		">", "=",
		...before[0] === "cat" ? SHOWN : [],
		...before[0] === "echo" ? host.apm.map((id) => `0x${id.toString(16)}`) : [],
	];
}

function common_start(words: readonly string[]): string {
	let length = 0;

	while (words.every((w) => length < w.length && w[length] === words[0]![length]))
		length++;
	return words[0]!.slice(0, length);
}

/**
 * complete - how a line may go on
 * @text: what stands before the caret
 *
 * Return: the text with what is certain added, and the words that it may become; none if one is
 * certain.
 */
export function complete(text: string, sc: scenario): { text: string; words: string[] } {
	const before = text.trimStart().split(/\s+/);
	const part = before.pop()!;
	const found = [...new Set(words_for(before, sc))].filter((w) => w.startsWith(part)).sort();

	if (found.length === 0)
		return { text, words: [] };
	const head = text.slice(0, text.length - part.length);
	return found.length === 1 ? { text: `${head}${found[0]} `, words: [] } :
		{ text: head + common_start(found), words: found };
}
