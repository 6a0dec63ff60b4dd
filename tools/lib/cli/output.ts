// SPDX-License-Identifier: GPL-2.0-only
/*
 * Output that is not lost. What is written to standard output is there when the write returns,
 * or the command fails; a file is what it was or what it shall be, and nothing in between.
 */
import {
	closeSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, statSync,
	writeSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { getSystemErrorMap } from "node:util";
import { exit_code } from "./exit_code.ts";
import { usage_error } from "./usage_error.ts";

const STDOUT = 1;
const STDERR = 2;
const FULL_PIPE_MS = 5;

const never = new Int32Array(new SharedArrayBuffer(4));

/** system_reason - "no space left on device" for an error of the system; null for any other */
export function system_reason(error: unknown): string | null {
	const { errno, syscall } = error as NodeJS.ErrnoException;

	if (typeof errno !== "number" || syscall === undefined)
		return null;
	return getSystemErrorMap().get(errno)?.[1] ?? null;
}

/* As much as the system takes now; where a pipe is full, nothing after a while. */
function write_some(fd: number, bytes: Uint8Array): number {
	try {
		const count = writeSync(fd, bytes);

		if (count === 0)
			throw new usage_error(`file descriptor ${fd} takes nothing more`);
		return count;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== "EAGAIN")
			throw error;
		Atomics.wait(never, 0, 0, FULL_PIPE_MS);
		return 0;
	}
}

/** write_all - write everything, or throw */
function write_all(fd: number, text: string | Uint8Array): void {
	let bytes: Uint8Array = typeof text === "string" ? Buffer.from(text) : text;

	while (bytes.length > 0)
		bytes = bytes.subarray(write_some(fd, bytes));
}

/* The reader may go at any time; whatever else fails is a failure of the command. */
function write_stdout(text: string | Uint8Array): void {
	try {
		write_all(STDOUT, text);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "EPIPE")
			process.exit(exit_code.broken_pipe);
		throw new usage_error(
			`standard output: ${system_reason(error) ?? String(error)}, ` +
			"the output is cut off", { cause: error });
	}
}

/* Nobody can be told that this fails. */
function write_stderr(text: string | Uint8Array): void {
	try {
		write_all(STDERR, text);
	} catch {
		/* the exit code says it */
	}
}

/* All of it has escapes as \uNNNN, in JSON and to people's eyes. */
const UNSHOWN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
/* What styled() and the line of progress write, on a terminal. */
const ESCAPE = String.fromCharCode(0x1b);
const OURS = new RegExp(`(\\r?${ESCAPE}\\[[\\d;]*[mK])`);

function escaped(part: string): string {
	return part.replace(UNSHOWN, (c) => Array.from({ length: c.length }, (_, i) =>
		`\\u${c.charCodeAt(i).toString(16).padStart(4, "0")}`).join(""));
}

/**
 * harmless - text in which nothing steers a terminal but colours of ours
 * @on_terminal: whether it goes to one; there are no colours elsewhere
 *
 * printable() shows a field of foreign text as it should be shown; this is for the fields that
 * somebody forgot.
 */
function harmless(text: string, on_terminal: boolean): string {
	if (!on_terminal || !text.includes(ESCAPE))
		return escaped(text);
	return text.split(OURS).map((part, i) => i % 2 === 1 ? part : escaped(part)).join("");
}

function guarded(write: (text: string | Uint8Array) => void, on_terminal: boolean):
		typeof process.stdout.write {
	return (text: string | Uint8Array, ...rest: unknown[]): boolean => {
		const done = rest.at(-1);

		write(typeof text === "string" ? harmless(text, on_terminal) : text);
		if (typeof done === "function")
			done();
		return true;
	};
}

/**
 * guard_output - from now on every write to standard output is done, or throws
 *
 * Node's own streams take a short write for a whole one, and tell of errors when the command may
 * be over. A reader who goes away ends the process in silence.
 */
export function guard_output(): void {
	process.stdout.write = guarded(write_stdout, process.stdout.isTTY);
	process.stderr.write = guarded(write_stderr, process.stderr.isTTY);
}

/**
 * make_folder - a folder, and those above it
 *
 * Node's mkdir with "recursive" does not return where the kernel refuses, as in /proc.
 */
export function make_folder(path: string): void {
	if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
		return;
	const above = dirname(path);

	if (above !== path)
		make_folder(above);
	try {
		mkdirSync(path);
	} catch (error) {
		/* somebody else may have made it */
		if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
			throw error;
	}
}

function sync_folder(path: string): void {
	const fd = openSync(path, "r");

	try {
		fsyncSync(fd);
	} finally {
		closeSync(fd);
	}
}

function write_new(path: string, flag: string, data: string | Uint8Array): void {
	const fd = openSync(path, flag);

	try {
		write_all(fd, data);
		if (flag === "wx")
			fsyncSync(fd);
	} finally {
		closeSync(fd);
	}
}

let written = 0;

function write_aside(path: string, data: string | Uint8Array): void {
	const folder = dirname(path);
	const aside = join(folder, `.${basename(path)}.${process.pid}.${written++}`);

	try {
		write_new(aside, "wx", data);
		renameSync(aside, path);
	} catch (error) {
		rmSync(aside, { force: true });
		throw error;
	}
	sync_folder(folder);
}

/**
 * write_file - write a file aside, and put it in the place of the one that is there
 *
 * A device or a pipe is written to.
 */
export function write_file(path: string, data: string | Uint8Array): void {
	try {
		const there = statSync(path, { throwIfNoEntry: false });

		if (there !== undefined && !there.isFile())
			write_new(path, "w", data);
		else
			write_aside(there === undefined ? path : realpathSync(path), data);
	} catch (error) {
		const reason = system_reason(error);

		throw reason === null ? error :
			new usage_error(`${path}: cannot be written, ${reason}`, { cause: error });
	}
}

/** write_text - to a file, as write_file() does, or to standard output where none is named */
export function write_text(text: string, path: string | undefined): void {
	if (path === undefined)
		process.stdout.write(text);
	else
		write_file(path, text);
}
