// SPDX-License-Identifier: GPL-2.0-only
/*
 * A prompt on the simulated sysfs, for where no mount can be made: the few commands of a shell that
 * the walk-throughs of the driver's documentation need, and those of "sim", with or without that
 * word. What is typed goes the way of a real shell's writes, so it can be saved, undone and done
 * again on another driver.
 */
import { createInterface, type Interface } from "node:readline";
import { getSystemErrorMap } from "node:util";
import { EACCES, ENOENT, errname } from "#linux/errno.h";
import {
	sysfs_open, sysfs_read, sysfs_readdir, sysfs_readlink, sysfs_stat,
} from "../../drivers/base/sysfs.ts";
import { write_file } from "../lib/cli/output.ts";
import { printable } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { STRERROR } from "../lib/mail/typed/strerror.ts";
import { scenario_text } from "./scenario_text.ts";
import { FOLLOW_LOG, log_text, run_words, sim_words } from "./sim.ts";
import type { session } from "./session.ts";

const HELP = `ls [-l] [PATH...]   cat PATH...   echo WORD... > PATH   cd [PATH]   pwd   exit
NAME=VALUE          what $NAME stands for from then on
save FILE           what was done so far, as a scenario
help                this text, and:
`;

const SHELL_WORDS = ["ls", "cat", "echo", "cd", "pwd", "save", "help", "exit"];

/** struct reply - what a line comes to: its output, and an error as a shell prints it, or "" */
export interface reply {
	out: string;
	error: string;
}

/* "Invalid argument" for -EINVAL, as shells print it. */
function reason(rc: number): string {
	const text = Object.keys(STRERROR).find((it) => `-${STRERROR[it]!}` === errname(rc));

	const words = text ?? getSystemErrorMap().get(rc)?.[1];

	return words === undefined ? errname(rc) : words[0]!.toUpperCase() + words.slice(1);
}

class shell_error extends Error {
	override readonly name = "shell_error";
	out = "";		/* what was said before */
}

function fail(what: string, rc: number): never {
	throw new shell_error(`${what}: ${reason(rc)}`);
}

const VARIABLE = /\$(?:\{(\w+)\}|(\w+))/g;
const SETS = /^([A-Za-z_]\w*)=(.*)$/;

function with_values(text: string, values: ReadonlyMap<string, string>): string {
	return text.replace(VARIABLE, (_whole, braced?: string, bare?: string) => {
		const name = braced ?? bare!;
		const value = values.get(name);

		if (value === undefined)
			throw new usage_error(`$${name} is not set: ${name}=VALUE sets it`);
		return value;
	});
}

/* A line as words; quotes keep blanks, ">" is a word of its own, $NAME is what that is set to. */
function split_words(line: string, values: ReadonlyMap<string, string>): string[] {
	const words: string[] = [];

	for (const [, single, double, plain] of line.matchAll(
			/'([^']*)'|"([^"]*)"|(>|[^\s>'"]+)/g)) {
		if (plain?.startsWith("#"))
			break;
		words.push(single ?? with_values(double ?? plain!, values));
	}
	return words;
}

/* The lines of one line: parted by semicolons outside of quotes. */
function split_commands(line: string): string[] {
	return line.match(/(?:'[^']*'|"[^"]*"|[^;'"]|['"])+/g) ?? [];
}

function mode_text(type: string, mode: number): string {
	const bits = [..."rwxrwxrwx"].map((letter, i) => (mode & 0o400 >> i) !== 0 ? letter : "-");

	return `${{ dir: "d", link: "l" }[type] ?? "-"}${bits.join("")}`;
}

/** class prompt - see the head of this file */
export class prompt {
	cwd = "/sys";
	#session: session;
	#before: () => void;
	readonly #values = new Map<string, string>();

	/**
	 * @session: what is worked on
	 * @before: time passes; called before each line
	 */
	constructor(session: session, before: () => void) {
		this.#session = session;
		this.#before = before;
	}

	/** run - do what a line says, all of it or up to the first error */
	async run(line: string): Promise<reply> {
		let out = "";

		this.#before();
		for (const command of split_commands(line)) {
			try {
				out += await this.#command(
					split_words(command, this.#values));
			} catch (error) {
				if (!(error instanceof shell_error || error instanceof usage_error))
					throw error;
				return {
					out: error instanceof shell_error ? `${out}${error.out}`
						: out,
					error: `${error.message}\n`,
				};
			}
		}
		return { out, error: "" };
	}

	/** complete - what the last word of a line may become, and that word */
	complete(line: string): [string[], string] {
		const word = line.split(/[\s>]/).at(-1)!;

		if (!/\s/.test(line.trimStart()))
			return [[...new Set(
				[...SHELL_WORDS,
					...sim_words().map((name) => name.split(" ")[0]!)])]
				.filter((name) => name.startsWith(word)), word];
		return [this.#paths(word), word];
	}

	#paths(word: string): string[] {
		const dir = word.slice(0, word.lastIndexOf("/") + 1);
		const { names } = sysfs_readdir(this.#path(dir === "" ? "." : dir));

		return names.filter((name) => `${dir}${name}`.startsWith(word)).map((name) => {
			const { type } = sysfs_stat(this.#path(`${dir}${name}`));

			return `${dir}${name}${type === "file" ? "" : "/"}`;
		});
	}

	#path(word: string): string {
		const parts: string[] = [];

		for (const part of (word.startsWith("/") ? word : `${this.cwd}/${word}`).split("/"))
			if (part === "..")
				parts.pop();
			else if (part !== "" && part !== ".")
				parts.push(part);
		return `/${parts.join("/")}`;
	}

	#command(words: readonly string[]): string | Promise<string> {
		const [name, ...rest] = words[0] === "sim" ? words.slice(1) : words;
		const [, variable, value] = SETS.exec(name ?? "") ?? [];

		if (variable !== undefined && rest.length === (value === "" ? 1 : 0)) {
			this.#values.set(variable, value || rest[0]!);
			return "";
		}

		switch (name) {
		case undefined:
			return "";
		case "ls":
			return this.#ls(rest);
		case "cat":
			return this.#cat(rest);
		case "echo":
			return this.#echo(rest);
		case "cd":
			return this.#cd(rest[0] ?? "/sys");
		case "pwd":
			return `${this.cwd}\n`;
		case "help":
			return `${HELP}${run_words(["help"], this.#session) as string}`;
		case "save":
			return this.#save(rest[0]);
		default: {
			const answer = run_words([name, ...rest], this.#session);

			return answer === FOLLOW_LOG ? log_text(0) : answer;
		}
		}
	}

	#ls(words: readonly string[]): string {
		const paths = words.filter((word) => word !== "-l");
		const long = paths.length < words.length;

		return (paths.length === 0 ? ["."] : paths).map((word) => this.#list(word, long))
			.join("");
	}

	#list(word: string, long: boolean): string {
		const path = this.#path(word);
		const { rc, names } = sysfs_readdir(path);

		if (rc < 0 && sysfs_stat(path).rc < 0)
			return fail(`ls: cannot access '${word}'`, rc);
		return (rc < 0 ? [word] : names).map((name) =>
			long ? this.#long_line(rc < 0 ? path : `${path}/${name}`, name)
				: `${name}\n`).join("");
	}

	#long_line(path: string, name: string): string {
		const { type, mode } = sysfs_stat(path);
		const arrow = type === "link" ? ` -> ${sysfs_readlink(path).target}` : "";

		return `${mode_text(type, mode)} ${name}${arrow}\n`;
	}

	#cat(words: readonly string[]): string {
		let out = "";

		for (const word of words) {
			const { rc, text } = sysfs_read(this.#path(word));

			if (rc < 0)
				throw Object.assign(new shell_error(`cat: ${word}: ${reason(rc)}`),
					{ out });
			out += text;
		}
		return out;
	}

	/* Without ">" it says the words; "-n" leaves out the line's end. */
	#echo(words: readonly string[]): string {
		const arrow = words.indexOf(">");
		const said = arrow < 0 ? words : words.slice(0, arrow);
		const text = said[0] === "-n" ? said.slice(1).join(" ") : `${said.join(" ")}\n`;
		const target = words[arrow + 1];

		if (arrow < 0)
			return text;
		if (target === undefined || arrow + 2 !== words.length)
			throw new usage_error("echo: expected one file behind >");
		this.#write(target, text);
		return "";
	}

	#write(target: string, text: string): void {
		const file = sysfs_open(this.#path(target), 0o222);

		if (typeof file === "number")
			fail(target, file === -ENOENT ? -EACCES : file);
		const rc = this.#session.write(file, text);

		if (rc < 0)
			fail("echo: write error", rc);
	}

	#cd(word: string): string {
		const path = this.#path(word);
		const { rc } = sysfs_readdir(path);

		if (rc < 0)
			fail(`cd: ${word}`, rc);
		this.cwd = path;
		return "";
	}

	#save(file: string | undefined): string {
		const text = scenario_text(this.#session, "recorded-by-hand");

		if (file === undefined)
			return text;
		write_file(file, text);
		return "";
	}
}

/* Each line for itself, so that nothing in sysfs moves the cursor. */
function shown(text: string): string {
	return text.split("\n").map(printable).join("\n");
}

function prompt_text({ cwd }: prompt): string {
	return process.stdin.isTTY ? `${cwd}# ` : "";
}

function interface_for(asked: prompt): Interface {
	const terminal = process.stdin.isTTY === true;

	return createInterface({
		input: process.stdin, output: terminal ? process.stdout : undefined, terminal,
		completer: (line: string) => asked.complete(line),
	});
}

/**
 * run_prompt - read lines until the end or "exit", from a terminal with history and completion
 *
 * Return: 0, or 1 if the last line failed.
 */
export async function run_prompt(asked: prompt): Promise<number> {
	const lines = interface_for(asked);
	let status = 0, ended = false;

	/* The last line may be done after the end of the input: Node 24 refuses a prompt then. */
	lines.once("close", () => {
		ended = true;
	});
	lines.setPrompt(prompt_text(asked));
	lines.prompt();
	lines.on("SIGINT", () => {
		process.stdout.write("^C\n");
		lines.prompt();
	});
	for await (const line of lines) {
		if (line.trim() === "exit")
			break;
		const { out, error } = await asked.run(line);

		process.stdout.write(shown(out));
		process.stderr.write(shown(error));
		status = error === "" ? 0 : 1;
		lines.setPrompt(prompt_text(asked));
		if (!ended)
			lines.prompt();
	}
	lines.close();
	return status;
}
