// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be read against a port: mails and patches, C files, kernel trees and their tarballs.
 */

import { existsSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { must_be_file, must_be_text, read_bytes } from "../lib/cli/lines.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { type message, read_messages } from "../lib/mail/message/message.ts";
import { type file_patch, read_patch, type source_line } from "./patch.ts";
import { file_pieces, patch_pieces, type piece } from "./pieces.ts";
import { find_posted } from "../lib/series/posted_patch.ts";
import { take_said } from "./remarks.ts";
import { is_tarball, read_tarball } from "./tarball.ts";
import { page_text } from "./web_page.ts";

/** A C text, or what a patch shows of one. */
export interface c_text {
	/** The input it is from, as it was named. */
	input: string;
	/** The C file's name; null in a quotation that leaves it out. */
	c_file: string | null;
	/** What the mail's header says; null where there is none. */
	subject: string | null;
	message_id: string | null;
	is_patch: boolean;
	pieces: piece[];
}

/** Mails, and the diffs in them. */
export interface mails {
	messages: message[];
	patches: mail_patch[];
}

/** A patch to one file, with the mail it is in. */
export interface mail_patch {
	mail: message;
	file: file_patch;
}

const crypto = "drivers/s390/crypto";
const mail_file = /\.(?:eml|mbox|patch|diff|txt|mail|html)$|^\d+$/;

/**
 * bare_subject - what a mail and the answers to it have in common
 *
 * @subject: a Subject
 */
export function bare_subject(subject: string | null): string {
	return (subject ?? "").replace(/^(?:(?:Re|Fwd|AW|Aw):\s*)+/i, "").replace(/\s+/g, " ")
		.trim();
}

/*
 * Remarks of a reply go to the same lines of the patch it quotes; those it quotes itself are
 * there.
 */
function take_remarks(to: readonly source_line[], from: readonly source_line[]): void {
	from.forEach(({ text, remarks }, i) => {
		if (to[i]?.text.trim() === text.trim())
			take_said(to[i].remarks, remarks);
	});
}

/** A hunk that was seen, and the file it changes; null where the mail does not say. */
interface seen_hunk {
	path: string | null;
	lines: source_line[];
}

/*
 * A hunk that was seen before, in the posting or in another reply, counts once. Two files may have
 * a hunk with the same head each.
 */
function merge_quotations(patches: readonly mail_patch[]): mail_patch[] {
	const seen = new Map<string, seen_hunk[]>();
	const paths = new Map<string, string>();
	const fresh = patches.map(({ mail, file }): mail_patch => {
		const subject = bare_subject(mail.subject);
		const hunks = file.hunks.filter(({ header, lines }) => {
			const at = `${subject}\n${header}`;
			const alike = seen.get(at) ?? [];
			const known = alike.find(({ path }) => (
				path === null || file.path === null || path === file.path));
			if (known)
				take_remarks(known.lines, lines);
			else
				seen.set(at, [...alike, { path: file.path, lines }]);
			return !known;
		});
		const path = file.path ?? paths.get(subject) ?? null;
		if (path !== null)
			paths.set(subject, path);
		return { mail, file: { path, hunks } };
	});
	return fresh.filter(({ file }) => file.hunks.length > 0);
}

function is_c({ file }: mail_patch): boolean {
	return file.path === null || /\.[ch]$/.test(file.path);
}

async function patch_text(input: string, { mail, file }: mail_patch): Promise<c_text> {
	return {
		input,
		c_file: file.path === null ? null : basename(file.path),
		subject: mail.subject,
		message_id: mail.message_id,
		is_patch: true,
		pieces: await patch_pieces(file),
	};
}

function refuse_binary(bytes: Uint8Array, input: string): void {
	must_be_text(input, bytes);
	if (bytes.subarray(0, 65536).includes(0))
		throw new usage_error(
			`${input}: binary, expected a mail, a patch or a C file`);
}

/**
 * mail_texts - the C texts that the diffs of mails show
 *
 * @input: where they are from
 * @patches: the diffs, each hunk once
 */
export async function mail_texts(input: string, patches: readonly mail_patch[]): Promise<c_text[]> {
	if (patches.length === 0) {
		throw new usage_error(
			`${input}: no patch in it, expected a diff ('@@ -1,7 +1,8 @@')`);
	}
	const c_patches = patches.filter(is_c);
	if (c_patches.length === 0) {
		const path = patches[0].file.path;
		throw new usage_error(`${input}: the patch changes no C file (only ${path})`);
	}
	return Promise.all(c_patches.map((patch) => patch_text(input, patch)));
}

async function c_file_text(input: string, text: string, c_file: string): Promise<c_text> {
	const pieces = await file_pieces(text);
	if (pieces.length === 0 && !c_file.endsWith(".h"))
		throw new usage_error(
			`${input}: no C function in it, expected a whole .c file`);
	return { input, c_file, subject: null, message_id: null, is_patch: false, pieces };
}

async function file_texts(input: string): Promise<c_text[]> {
	const bytes = read_bytes(input);
	refuse_binary(bytes, input);
	return [await c_file_text(input, bytes.toString("utf8"), basename(input))];
}

async function tarball_texts(input: string, c_files: readonly string[]): Promise<c_text[]> {
	const wanted = c_files.map((name) => `${crypto}/${name}`);
	const found = await read_tarball(input, wanted);
	if (found.size === 0)
		throw new usage_error(
			`${input}: no ${wanted[0]} in it, expected the sources of a kernel`);
	return Promise.all([...found].map(([path, text]) => (
		c_file_text(`${input}:${path}`, text, basename(path)))));
}

async function tree_texts(folder: string, c_files: readonly string[]): Promise<c_text[]> {
	const paths = c_files.map((name) => join(folder, name)).filter((path) => existsSync(path));
	return (await Promise.all(paths.map((path) => file_texts(must_be_file(path))))).flat();
}

function has_any(folder: string, c_files: readonly string[]): boolean {
	return c_files.some((name) => existsSync(join(folder, name)));
}

async function read_mail_file(path: string): Promise<mails> {
	const bytes = path === "/dev/stdin" ? await readFile(path) : read_bytes(path);
	refuse_binary(bytes, path);
	const messages = await read_messages(page_text(bytes));
	return {
		messages,
		patches: messages.flatMap((mail) => (
			read_patch(mail.lines, path, find_posted(mail.subject) !== null, mail.from)
				.map((file) => ({ mail, file })))),
	};
}

async function read_mail_folder(folder: string): Promise<mails> {
	const names = (await readdir(folder)).filter((name) => mail_file.test(name)).sort();
	const all: mails = { messages: [], patches: [] };
	for (const name of names) {
		const path = must_be_file(join(folder, name));
		const { messages, patches } = await read_mail_file(path);
		all.messages.push(...messages);
		all.patches.push(...patches);
	}
	return all;
}

/**
 * series_patches - the patches of a series, file by file
 *
 * @input: an mbox, or a folder with mails or patches
 *
 * Return: the patches, in the order of the files' names
 */
export async function series_patches(input: string): Promise<mail_patch[]> {
	const read = statSync(input).isDirectory() ? read_mail_folder : read_mail_file;
	return (await read(input)).patches;
}

/*
 * The folder of a driver's C files that an input is, or has; null if there is none.
 */
function tree_in(input: string, c_files: readonly string[]): string | null {
	return [join(input, crypto), input].find((folder) => has_any(folder, c_files)) ?? null;
}

/**
 * read_mails - the mails of an input, and the diffs in them, each hunk once
 *
 * @input: as for read_input()
 * @c_files: the names of the C files that are of interest in a tree
 *
 * Return: null if it is a C file, a tree or a tarball. Throws usage_error for what cannot be used.
 */
export async function read_mails(input: string, c_files: readonly string[]): Promise<mails | null> {
	const path = input === "-" ? "/dev/stdin" : input;
	if (!existsSync(path))
		throw new usage_error(`${input}: no such file, see vfio-ap crossread --help`);
	const is_folder = statSync(path).isDirectory();
	if (is_folder ? tree_in(path, c_files) !== null : is_tarball(path) || /\.[ch]$/.test(path))
		return null;
	const { messages, patches } = await (is_folder ? read_mail_folder : read_mail_file)(path);
	const named = messages.some(({ subject }) => find_posted(subject) !== null);
	if (is_folder && !named && !patches.some(is_c)) {
		throw new usage_error(`${input}: neither ${crypto}/vfio_ap_ops.c nor a mail with a `
			+ "patch in it, expected a kernel tree or a series");
	}
	return { messages, patches: merge_quotations(patches) };
}

/**
 * read_input - the C texts of an input
 *
 * @input: a mail, an mbox, an archive's page, a patch, a C file, a folder with mails or patches,
 *         a kernel tree, the folder of its driver, or a tarball or Debian package of its
 *         sources; - is what is piped in
 * @c_files: the names of the C files that are of interest in a tree
 *
 * Return: at least one text. Throws usage_error, with one line, for what cannot be used.
 */
export async function read_input(input: string, c_files: readonly string[]): Promise<c_text[]> {
	const mails = await read_mails(input, c_files);
	if (mails)
		return mail_texts(input, mails.patches);
	if (!statSync(input).isDirectory())
		return is_tarball(input) ? tarball_texts(input, c_files) : file_texts(input);
	return tree_texts(tree_in(input, c_files)!, c_files);
}
