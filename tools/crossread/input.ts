// SPDX-License-Identifier: GPL-2.0-only
/*
 * What can be read against a port: mails and patches, C files, kernel trees and their tarballs.
 */

import { existsSync, statSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { usage_error } from "../lib/cli/usage_error.ts";
import { type message, read_messages } from "../lib/mail/message.ts";
import { type file_patch, read_patch, type source_line } from "./patch.ts";
import { file_pieces, patch_pieces, type piece } from "./pieces.ts";
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
	return (subject ?? "").replace(/^(?:(?:Re|Fwd|AW|Aw):\s*)+/i, "").replace(/\s+/g, " ").trim();
}

/*
 * Remarks of a reply go to the same lines of the patch it quotes; those it quotes itself are
 * there.
 */
function take_remarks(to: readonly source_line[], from: readonly source_line[]): void {
	from.forEach(({ text, remarks }, i) => {
		if (to[i]?.text.trim() === text.trim())
			to[i].remarks.push(...remarks.filter((remark) => !to[i].remarks.includes(remark)));
	});
}

/*
 * A hunk that was seen before, in the posting or in another reply, counts once.
 */
function merge_quotations(patches: readonly mail_patch[]): mail_patch[] {
	const seen = new Map<string, source_line[]>();
	const paths = new Map<string, string>();
	const fresh = patches.map(({ mail, file }): mail_patch => {
		const subject = bare_subject(mail.subject);
		const hunks = file.hunks.filter(({ header, lines }) => {
			const at = `${subject}\n${header}`;
			const known = seen.get(at);
			if (known)
				take_remarks(known, lines);
			else
				seen.set(at, lines);
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
	if (bytes.subarray(0, 65536).includes(0))
		throw new usage_error(`${input}: binary, a mail, a patch or a C file would be right`);
}

const no_patch = new WeakSet<object>();

function without_patch(input: string): usage_error {
	const error = new usage_error(
		`${input}: no patch in it, a diff ('@@ -1,7 +1,8 @@') would be right`);
	no_patch.add(error);
	return error;
}

/** is_no_patch - whether that was thrown because a mail has no diff in it */
export function is_no_patch(error: unknown): boolean {
	return typeof error === "object" && error !== null && no_patch.has(error);
}

async function mail_texts(input: string): Promise<c_text[]> {
	const patches = await file_patches(input);
	if (patches.length === 0)
		throw without_patch(input);
	const merged = merge_quotations(patches);
	const c_patches = merged.filter(is_c);
	if (c_patches.length === 0) {
		const path = merged[0].file.path;
		throw new usage_error(`${input}: the patch changes no C file (only ${path})`);
	}
	return Promise.all(c_patches.map((patch) => patch_text(input, patch)));
}

async function c_file_text(input: string, text: string, c_file: string): Promise<c_text> {
	const pieces = await file_pieces(text);
	if (pieces.length === 0 && !c_file.endsWith(".h"))
		throw new usage_error(`${input}: no C function in it, a whole .c file would be right`);
	return { input, c_file, subject: null, message_id: null, is_patch: false, pieces };
}

async function file_texts(input: string): Promise<c_text[]> {
	if (!/\.[ch]$/.test(input))
		return mail_texts(input);
	const bytes = await readFile(input);
	refuse_binary(bytes, input);
	return [await c_file_text(input, bytes.toString("utf8"), basename(input))];
}

async function tarball_texts(input: string, c_files: readonly string[]): Promise<c_text[]> {
	const wanted = c_files.map((name) => `${crypto}/${name}`);
	const found = await read_tarball(input, wanted);
	if (found.size === 0)
		throw new usage_error(`${input}: no ${wanted[0]} in it, a kernel's sources would be right`);
	return Promise.all([...found].map(([path, text]) => (
		c_file_text(`${input}:${path}`, text, basename(path)))));
}

async function tree_texts(folder: string, c_files: readonly string[]): Promise<c_text[]> {
	const paths = c_files.map((name) => join(folder, name)).filter((path) => existsSync(path));
	return (await Promise.all(paths.map(file_texts))).flat();
}

function has_any(folder: string, c_files: readonly string[]): boolean {
	return c_files.some((name) => existsSync(join(folder, name)));
}

async function file_patches(path: string): Promise<mail_patch[]> {
	const bytes = await readFile(path);
	refuse_binary(bytes, path);
	return (await read_messages(page_text(bytes))).flatMap((mail) => (
		read_patch(mail.lines, path).map((file) => ({ mail, file }))));
}

/**
 * series_patches - the patches of a series, file by file
 *
 * @input: an mbox, or a folder with mails or patches
 *
 * Return: the patches, in the order of the files' names
 */
export async function series_patches(input: string): Promise<mail_patch[]> {
	if (!statSync(input).isDirectory())
		return file_patches(input);
	const names = (await readdir(input)).filter((name) => mail_file.test(name)).sort();
	const patches: mail_patch[] = [];
	for (const name of names)
		patches.push(...await file_patches(join(input, name)));
	return patches;
}

async function series_texts(folder: string): Promise<c_text[]> {
	const merged = merge_quotations(await series_patches(folder)).filter(is_c);
	if (merged.length === 0) {
		throw new usage_error(`${folder}: neither ${crypto}/vfio_ap_ops.c nor a mail with a `
			+ "patch in it, a kernel tree or a series would be right");
	}
	return Promise.all(merged.map((patch) => patch_text(folder, patch)));
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
	if (input === "-")
		return file_texts("/dev/stdin");
	if (!existsSync(input))
		throw new usage_error(`${input}: no such file, see vfio-ap crossread --help`);
	if (!statSync(input).isDirectory())
		return is_tarball(input) ? tarball_texts(input, c_files) : file_texts(input);
	for (const folder of [join(input, crypto), input]) {
		if (has_any(folder, c_files))
			return tree_texts(folder, c_files);
	}
	return series_texts(input);
}
