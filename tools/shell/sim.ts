// SPDX-License-Identifier: GPL-2.0-only
/*
 * The command "sim" of a shell on the simulated machine: what needs more than sysfs. It is a small
 * script in PATH that writes its words to a file and copies the answer.
 */
import { errname } from "#linux/errno.h";
import { dmesg } from "#linux/printk.h";
import { all_tasks } from "#linux/sched.h";
import { usage_error } from "../lib/cli/usage_error.ts";
import { adapter_name, parse_id, product } from "../lib/scenario/ids.ts";
import type { masks } from "../lib/scenario/model.ts";
import { parse_time, print_operation } from "../lib/scenario/operations.ts";
import { INSTRUCTIONS, parse_program } from "../lib/lab/guest_program.ts";
import { load_driver } from "../lib/lab/loader.ts";
import { umockdev_text } from "../lib/record/export.ts";
import { drivers_text } from "../drivers/list.ts";
import { scenario_text } from "./scenario_text.ts";
import type { difference, session, step } from "./session.ts";
import type { open_special, special_file } from "./tree.ts";

/** Where the file is that the script writes to. */
export const SIM_CONTROL = "/sys/kernel/debug/vfio_ap_sim/control";

/** The script "sim". Words are separated by NUL, the answer's first line is the exit code. */
export const SIM_SCRIPT = `#!/bin/sh
# sim: see sim help
if [ "$1" = save ] && [ $# = 2 ]; then
	exec >"$2" || exit 2
	set -- save
fi
program=
if [ "$1 $2" = "guest run" ] && [ $# = 3 ]; then
	program=$(cat)
fi
exec 3<>${SIM_CONTROL} || exit 4
printf '%s\\0' "$@" \${program:+"$program"} >&3
read -r status <&3
if [ "$status" = 0 ]; then
	exec cat <&3
fi
cat <&3 >&2
exit "$status"
`;

/** struct answer - what a command says, or what it goes on saying */
export type answer = string | Promise<string> | typeof FOLLOW_LOG;

/** FOLLOW_LOG - the log, and what is to come of it */
export const FOLLOW_LOG = Symbol("follow the log");

/** struct sim_command - one command: how it is typed, what it does, and the doing */
interface sim_command {
	form: string;
	brief: string;
	run(words: readonly string[], session: session): answer;
}

function id_of(word: string | undefined): number {
	const id = word === undefined ? null : parse_id(word);

	if (id === null)
		throw new usage_error(`"${word ?? ""}" is no adapter or domain, expected 00 to ff`);
	return id;
}

/* An mdev by its UUID or its name here. */
function mdev_of(word: string | undefined, session: session): string {
	const name = session.name_of((word ?? "").toLowerCase()) ??
		(session.uuid_of(word ?? "") === null ? null : word!);

	if (name === null)
		throw new usage_error(
			`no mediated device "${word ?? ""}", expected the UUID of one: ` +
			([...session.lab.mdevs.keys()].map((n) => session.uuid_of(n)).join(" ") ||
				"there is none"));
	return name;
}

function result_text(rc: number): string {
	if (rc < 0)
		throw new usage_error(errname(rc));
	return "";
}

function mask_text(masks: masks | null): string {
	return masks === null ? "-" : product(masks.apm, masks.aqm).join(" ") || "none";
}

function guest_status(session: session): string {
	const rows = [...session.lab.mdevs.keys()].map((name) =>
		`${session.uuid_of(name)} ${name}\n` +
		`  assigned  ${mask_text(session.lab.matrix(name))}\n` +
		`  shadow    ${mask_text(session.lab.shadow(name))}\n` +
		`  guest     ${session.lab.users.guest(name) === null ? "not started"
			: mask_text(session.lab.apcb(name))}\n`);

	return rows.join("") || "no mediated device\n";
}

function start_guest(words: readonly string[], session: session): string {
	const name = mdev_of(words[0], session);
	const other = words[1] === "--with" ? mdev_of(words[2], session) : undefined;
	const { rc } = session.run(other === undefined ? ["open", name] : ["open", name, other]);

	return result_text(rc);
}

function run_guest(words: readonly string[], session: session): string {
	const name = mdev_of(words[0], session);

	if (session.lab.users.guest(name) === null)
		throw new usage_error(`${name} has no guest, expected sim guest start before`);
	return parse_program(words.slice(1).join(" ")).map(([insn, queue]) => {
		const { crash, out } = session.run(["run", name, insn, queue],
			`sim guest run ${name} ${insn} ${queue}`);

		return `${insn} ${queue}: ${crash ?? out}\n`;
	}).join("");
}

const MASKS = new Map([["adapter", "apm"], ["domain", "aqm"], ["control", "adm"]] as const);

function change_host(words: readonly string[], session: session, present: boolean): string {
	const mask = MASKS.get(words[0] as "adapter");

	if (mask === undefined)
		throw new usage_error(`"${words[0] ?? ""}" is no part of a host, expected adapter, domain or control`);
	const id = id_of(words[1]);

	if (session.host[mask].includes(id) === present)
		throw new usage_error(present ? `the host has ${words.join(" ")} already`
			: `the host has no ${words.join(" ")}`);
	session.change_host(mask, id, present,
		`sim host ${present ? "add" : "remove"} ${words.join(" ")}`);
	return "";
}

/* An adapter that the host has. */
function card_of(word: string | undefined, { host }: session): number {
	const id = id_of(word);

	if (!host.apm.includes(id))
		throw new usage_error(`the host has no adapter ${adapter_name(id)}, ` +
			`expected one of ${host.apm.map(adapter_name).join(" ")}`);
	return id;
}

function card([condition, id]: readonly string[], session: session): string {
	const typed = `sim card ${condition} ${id}`;

	switch (condition) {
	case "off":
	case "on":
		return result_text(session.run(["config", card_of(id, session), condition],
			typed).rc);
	case "checkstop":
		session.run(["checkstop", card_of(id, session)], typed);
		return "";
	default:
		throw new usage_error(
			`"${condition ?? ""}" is no condition, expected off, on or checkstop`);
	}
}

function advance([word]: readonly string[], session: session): string {
	const msecs = parse_time(/^\d+$/.test(word ?? "") ? `${word}s` : word ?? "");

	if (msecs === null)
		throw new usage_error(
			`"${word ?? ""}" is no time up to a day, expected 30s, 250ms, 5m or 1h`);
	session.run(["advance", msecs], `sim advance ${word}`);
	return "";
}

function step_text({ op, typed }: step): string {
	return typed === "" ? print_operation(op) : typed;
}

function difference_text({ step, what, before, now }: difference): string {
	return `${step_text(step)}\n` +
		`  ${what}: ${before}, now ${now}\n`;
}

/* Nobody can start anew while something is under way. */
function refuse_while_busy({ busy }: session): void {
	if (busy !== null)
		throw new usage_error(`this waits for a guest: ${step_text(busy)}, ` +
			"expected sim guest stop before");
}

async function load_and_switch(label: string, session: session): Promise<string> {
	const from = session.driver;

	await load_driver(label);
	refuse_while_busy(session);
	const parts = session.switch_to(label);

	return parts.length === 0 ? `${from} and ${label} did the same\n`
		: `from ${from} to ${label}:\n${parts.map(difference_text).join("")}`;
}

/* What is refused is refused at once: nothing is awaited while somebody waits in the kernel. */
function switch_driver([label]: readonly string[], session: session): Promise<string> {
	if (label === undefined)
		throw new usage_error("no driver, expected one of vfio-ap drivers");
	refuse_while_busy(session);
	return load_and_switch(label, session);
}

function undo(session: session): string {
	refuse_while_busy(session);
	const undone = session.undo();

	if (undone.length === 0)
		throw new usage_error("nothing has been done yet");
	return undone.map((step) => `undone: ${step_text(step)}\n`).join("");
}

function locks(): string {
	const rows = all_tasks().filter(({ held }) => held.length > 0)
		.map(({ comm, held }) => `${comm}: ${held.map(({ name }) => name).join(" ")}\n`);

	return rows.join("") || "no lock is held\n";
}

/** log_text - the kernel log from a line on */
export function log_text(from: number): string {
	return dmesg().slice(from).map(({ text }) => `${text.trimEnd()}\n`).join("");
}

const commands = new Map<string, sim_command>([
	["guest start", {
		form: "UUID [--with UUID]",
		brief: "a guest starts using the mdev; --with: the guest of another one",
		run: start_guest,
	}],
	["guest stop", {
		form: "UUID", brief: "the guest stops using it",
		run: (words, session) =>
			result_text(session.run(["close", mdev_of(words[0], session)]).rc),
	}],
	["guest status", {
		form: "", brief: "what each mdev has, and its guest",
		run: (_, session) => guest_status(session),
	}],
	["guest run", {
		form: "UUID [INSTRUCTION...]",
		brief: `the guest executes ${INSTRUCTIONS}; from standard input without one`,
		run: run_guest,
	}],
	["host add", {
		form: "adapter|domain|control ID",
		brief: "the host gains an adapter, a domain or a control domain",
		run: (words, session) => change_host(words, session, true),
	}],
	["host remove", {
		form: "adapter|domain|control ID", brief: "the host loses one",
		run: (words, session) => change_host(words, session, false),
	}],
	["card", {
		form: "off|on|checkstop ID", brief: "the condition of an adapter changes",
		run: card,
	}],
	["dmesg", {
		form: "[-w]", brief: "the kernel log; -w: and what is to come",
		run: (words) => words[0] === "-w" ? FOLLOW_LOG : log_text(0),
	}],
	["locks", { form: "", brief: "the locks that are held", run: locks }],
	["advance", { form: "TIME", brief: "let time pass: 30s, 250ms, 5m", run: advance }],
	["switch", {
		form: "DRIVER",
		brief: "do everything again on another driver, show what parts, go on there",
		run: switch_driver,
	}],
	["undo", {
		form: "", brief: "as if the last operation had not been done",
		run: (_, session) => undo(session),
	}],
	["drivers", { form: "", brief: "the drivers that switch can go to", run: drivers_text }],
	["save", {
		form: "[FILE]", brief: "what was done so far, as a scenario",
		run: (_, session) => scenario_text(session, "recorded-by-hand"),
	}],
	["export", {
		form: "", brief: "the machine's /sys as a record for umockdev", run: umockdev_text,
	}],
	["help", { form: "", brief: "this text", run: () => help_text() }],
]);

function help_text(): string {
	const rows = [...commands]
		.map(([name, { form, brief }]) => [`sim ${name} ${form}`.trimEnd(), brief]);
	const width = Math.max(...rows.map(([form]) => form!.length));

	return rows.map(([form, brief]) => `${form!.padEnd(width)}  ${brief}\n`).join("");
}

/** sim_words - the first words of all commands, for who completes what is typed */
export function sim_words(): string[] {
	return [...commands.keys()];
}

/** run_words - do a command; throws usage_error for what is none */
export function run_words(words: readonly string[], session: session): answer {
	for (const length of [2, 1]) {
		const command = commands.get(words.slice(0, length).join(" "));

		if (command !== undefined)
			return command.run(words.slice(length), session);
	}
	throw new usage_error(`unknown command "${words.join(" ")}", see sim help`);
}

/* One who has the control file open: a command goes in, its answer comes out. */
class conversation implements open_special {
	#session: session;
	#answer: Buffer | null = null;
	#ready: ((bytes: Buffer) => void) | null = null;
	#is_asked = false;
	#room = 0;
	#followed = -1;

	constructor(session: session) {
		this.#session = session;
	}

	write(bytes: Buffer): void {
		const words = bytes.toString("utf8").split("\0").slice(0, -1);

		this.#is_asked = true;
		try {
			this.#take(run_words(words, this.#session));
		} catch (error) {
			this.#fail(error);
		}
	}

	read(size: number, ready: (bytes: Buffer) => void): Buffer | null {
		if (!this.#is_asked)
			return Buffer.alloc(0);
		this.#room = size;
		if (this.#followed >= 0)
			this.follow();
		if (this.#answer === null || (this.#followed >= 0 && this.#answer.length === 0)) {
			this.#ready = ready;
			return null;
		}
		return this.#piece();
	}

	close(): void {
		this.#ready = null;
		this.#followed = -1;
	}

	/** follow - what has been logged since, for one who follows the log */
	follow(): void {
		const text = this.#followed < 0 ? "" : log_text(this.#followed);

		if (text === "")
			return;
		this.#followed = dmesg().length;
		this.#say(text);
	}

	#piece(): Buffer {
		const piece = this.#answer!.subarray(0, this.#room);

		this.#answer = this.#answer!.subarray(this.#room);
		return piece;
	}

	#say(text: string): void {
		this.#answer = Buffer.concat([this.#answer ?? Buffer.alloc(0), Buffer.from(text)]);
		const ready = this.#ready;

		this.#ready = null;
		ready?.(this.#piece());
	}

	#take(answer: answer): void {
		if (answer === FOLLOW_LOG) {
			this.#followed = 0;
			this.#say("0\n");
			this.follow();
		} else if (typeof answer === "string") {
			this.#say(`0\n${answer}`);
		} else {
			answer.then((text) => this.#say(`0\n${text}`),
				(error: unknown) => this.#fail(error));
		}
	}

	#fail(error: unknown): void {
		if (!(error instanceof usage_error))
			throw error;
		this.#say(`2\nsim: ${error.message}\n`);
	}
}

/**
 * class sim_control - the file that "sim" writes to
 * @mode: root's
 */
export class sim_control implements special_file {
	mode = 0o600;
	#session: session;
	#open = new Set<conversation>();

	constructor(session: session) {
		this.#session = session;
	}

	open(): open_special {
		const opened = new conversation(this.#session);

		this.#open.add(opened);
		return {
			read: (size, ready) => opened.read(size, ready),
			write: (bytes) => opened.write(bytes),
			close: () => {
				opened.close();
				this.#open.delete(opened);
			},
		};
	}

	/** follow - tell who follows the log of what has come */
	follow(): void {
		for (const opened of this.#open)
			opened.follow();
	}
}
