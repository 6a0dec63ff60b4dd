// SPDX-License-Identifier: GPL-2.0-only
/*
 * The patches of a posting: files in vNN/series that lead from the text the posting was made on
 * to its own, patch by patch, as the mails do.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import type { StructuredPatch } from "diff";
import {
	driver_by_label, drivers, type driver,
} from "../../../drivers/s390/crypto/history/index.ts";
import { find_series, recorded_series } from "../texts/series.ts";
import { root } from "../texts/tree.ts";

/** TEXT_FILES - what a driver's text can consist of, in the order of a patch */
export const TEXT_FILES = [
	"vfio_ap_drv.ts", "vfio_ap_migration.ts", "vfio_ap_ops.ts", "vfio_ap_private.h.ts",
] as const;

/** What a driver's text is: by file, in the order of TEXT_FILES. */
export type text = ReadonlyMap<string, string>;

/** struct patch - one patch of a posting that changes the driver: its number, and its file */
export interface patch {
	n: number;
	path: string;
}

/** patched_postings - the labels of the postings that have patches here */
export function patched_postings(): string[] {
	return recorded_series().filter((label) => patches_of(label).length > 0);
}

/** base_of - the driver that a posting's patches are applied to */
export function base_of(label: string): driver {
	const { base } = find_series(label);
	const found = drivers.find(({ id }) => id === base);

	if (found === undefined)
		throw new Error(`${label}: no driver is ${base}`);
	return found;
}

/** folder_of - where the patches of a posting are */
function folder_of(label: string): string {
	return join(root, "drivers/s390/crypto/history", label, "series");
}

const known = new Map<string, patch[]>();

/** patches_of - the patches of a posting, in order; none for one without */
export function patches_of(label: string): patch[] {
	let found = known.get(label);

	if (found === undefined) {
		found = names_in(folder_of(label))
			.filter((name) => /^\d\d-[\w-]+\.patch$/.test(name)).toSorted()
			.map((name) => ({ n: Number(name.slice(0, 2)),
				path: join(folder_of(label), name) }));
		known.set(label, found);
	}
	return found;
}

function names_in(folder: string): string[] {
	try {
		return readdirSync(folder);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === "ENOENT")
			return [];
		throw error;
	}
}

/* The line of three dashes ends what is said about a patch. */
const HEAD_END = "\n---\n";

/** head_of - what a patch file says before its diff */
export function head_of({ path }: patch): string {
	const text = readFileSync(path, "utf8");

	return text.slice(0, text.indexOf(HEAD_END));
}

/** diff_of - the diff of a patch file */
export function diff_of({ path }: patch): string {
	const text = readFileSync(path, "utf8");

	return text.slice(text.indexOf(HEAD_END) + HEAD_END.length);
}

/** file_of - which of TEXT_FILES a part of a diff changes */
function file_of({ newFileName }: StructuredPatch): string {
	return basename(newFileName ?? "");
}

/**
 * text_of - a text from its files
 * @read: gives a file's content, or null if there is no such file
 */
export function text_of(read: (file: string) => string | null): text {
	return new Map(TEXT_FILES.flatMap((file): [string, string][] => {
		const content = read(file);

		return content === null ? [] : [[file, content]];
	}));
}

/** driver_text - the text of a driver of the registry */
export function driver_text({ path }: driver): text {
	return text_of((file) => {
		const name = join(root, path, file);

		return existsSync(name) ? readFileSync(name, "utf8") : null;
	});
}

/* Loaded when a patch is applied: most commands apply none, and this is 18 modules. */
function diff_library(): typeof import("diff") {
	return createRequire(import.meta.url)("diff") as typeof import("diff");
}

/**
 * apply - a text after a patch
 * @before: the text before it
 *
 * Return: the text. Throws where the patch does not apply, to the letter.
 */
export function apply(before: text, patch: patch): text {
	const { applyPatch, parsePatch } = diff_library();
	const after = new Map(before);

	for (const part of parsePatch(diff_of(patch))) {
		const file = file_of(part);
		const patched = applyPatch(after.get(file) ?? "", part, { fuzzFactor: 0 });

		if (patched === false)
			throw new Error(`${patch.path}: does not apply to ${file}`);
		after.set(file, patched);
	}
	return text_of((file) => after.get(file) ?? null);
}

const states = new Map<string, text[]>();

/* All texts of a posting: its base's, then one after each of its patches. */
function texts_of(label: string): text[] {
	let found = states.get(label);

	if (found === undefined) {
		found = [driver_text(base_of(label))];
		for (const patch of patches_of(label))
			found.push(apply(found.at(-1)!, patch));
		states.set(label, found);
	}
	return found;
}

/**
 * text_after - the text of a posting after a patch
 * @n: the patch's number; a patch that does not change the driver leaves the text as it was
 */
export function text_after(label: string, n: number): text {
	return texts_of(label)[patches_of(label).filter((patch) => patch.n <= n).length]!;
}

/** forget - read the patches of a posting anew: its files have changed */
export function forget(label: string): void {
	known.delete(label);
	states.delete(label);
}

/** posting_of - the driver whose text a posting's patches lead to */
export function posting_of(label: string): driver {
	return driver_by_label(find_series(label).driver)!;
}
