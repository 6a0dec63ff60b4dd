// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patches written anew: what was changed in a text goes into every other text of the series that
 * has the same lines, and each patch is what lies between two of them again.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyPatch, structuredPatch, type StructuredPatchHunk } from "diff";
import { write_file } from "../lib/cli/output.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import {
	apply, base_of, driver_text, forget, head_of, patches_of, posting_of, text_after, text_of,
	type text,
} from "../lib/series/patches.ts";
import { root } from "../lib/texts/tree.ts";
import { units_of } from "../diff/text.ts";
import { write_text } from "./materialise.ts";

/* A hunk with at most @context lines around what it changes. */
function with_context(hunk: StructuredPatchHunk, context: number): StructuredPatchHunk {
	const is_change = (line: string): boolean => !line.startsWith(" ");
	const first = Math.max(hunk.lines.findIndex(is_change) - context, 0);
	const lines = hunk.lines.slice(first, hunk.lines.findLastIndex(is_change) + 1 + context);

	return {
		oldStart: hunk.oldStart + first, newStart: hunk.newStart + first, lines,
		oldLines: lines.filter((line) => !line.startsWith("+")).length,
		newLines: lines.filter((line) => !line.startsWith("-")).length,
	};
}

const WIDE = 3;
const NO_NAMES = { oldFileName: "", newFileName: "", oldHeader: "", newHeader: "" };

/* With how many lines around it a change is looked for; what only adds lines needs them all. */
function contexts({ lines }: StructuredPatchHunk): number[] {
	return lines.some((line) => line.startsWith("-")) ? [WIDE, 2, 1] : [WIDE];
}

/* The function or struct that a line is in, its head included; "" outside all. */
function unit_at(text: string, line: number): string {
	return units_of(text).find((unit) => line >= unit.line &&
		line < unit.line + unit.text.split("\n").length - 1)?.name ?? "";
}

/* The first line that is not the same in two texts. */
function first_apart(a: string, b: string): number {
	const lines = b.split("\n");

	return a.split("\n").findIndex((line, i) => line !== lines[i]) + 1;
}

/*
 * Apply a hunk of @before with fewer and fewer lines around it, but in no other function: few
 * lines are found in many places.
 */
function apply_hunk(hunk: StructuredPatchHunk, before: string, into: string): string {
	for (const context of contexts(hunk)) {
		const { lines, ...place } = with_context(hunk, context);
		const patched = applyPatch(into, { ...NO_NAMES, hunks: [{ ...place, lines }] },
			{ fuzzFactor: 0 });
		const at = place.oldStart + lines.findIndex((line) => !line.startsWith(" "));

		if (patched !== false && (context === WIDE ||
		    unit_at(into, first_apart(into, patched)) === unit_at(before, at)))
			return patched;
	}
	return into;
}

/*
 * Carry what is different between two texts into a third: each place where that has the lines as
 * they were before; others are left as they are.
 */
function carry_file(before: string, after: string, into: string): string {
	const { hunks } = structuredPatch("", "", before, after, "", "", { context: WIDE });

	return hunks.reduce((content, hunk) => apply_hunk(hunk, before, content), into);
}

/** carry - what is different between two texts, into a third */
export function carry(before: text, after: text, into: text): text {
	return new Map([...into].map(([file, content]) =>
		[file, carry_file(before.get(file) ?? "", after.get(file) ?? "", content)]));
}

const NO_FILE = "/dev/null";

function diff_file(before: string, after: string, file: string, is_new: boolean): string {
	const { stdout } = spawnSync("git", [
		"diff", "--no-index", "--histogram", "--no-color",
		is_new ? NO_FILE : join(before, file), join(after, file),
	], { encoding: "utf8" });
	const hunks = stdout.indexOf("\n@@ ");
	const was = is_new ? NO_FILE : `a/drivers/s390/crypto/${file}`;

	return hunks < 0 ? ""
		: `--- ${was}\n+++ b/drivers/s390/crypto/${file}${stdout.slice(hunks)}`;
}

function diff_texts(before: text, after: text): string {
	const folder = mkdtempSync(join(tmpdir(), "series-"));
	const [was, is] = [join(folder, "a"), join(folder, "b")];

	try {
		write_text(before, was);
		write_text(after, is);
		return [...after.keys()]
			.map((file) => diff_file(was, is, file, !before.has(file))).join("");
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function same(a: text, b: text): boolean {
	return [...a].every(([file, content]) => b.get(file) === content);
}

/**
 * write_patches - the patches of a posting, from its texts
 * @texts: the base's, and the one after each patch
 *
 * Return: the names of the files that were written, a line each.
 */
function write_patches(label: string, texts: readonly text[]): string {
	const written: string[] = [];

	for (const [i, patch] of patches_of(label).entries()) {
		const content = `${head_of(patch)}\n---\n${diff_texts(texts[i]!, texts[i + 1]!)}`;

		if (content !== readFileSync(patch.path, "utf8")) {
			write_file(patch.path, content);
			written.push(`${patch.path.slice(root.length)}\n`);
		}
	}
	forget(label);
	return written.join("");
}

/* A driver's text as it was committed last. */
function committed(path: string): text {
	const git = (...args: string[]): string => execFileSync("git", args,
		{ cwd: root, encoding: "utf8", maxBuffer: 1 << 26 });
	const files = git("ls-tree", "--name-only", `HEAD:${path}`).split("\n");

	return text_of((file) => files.includes(file) ? git("show", `HEAD:${path}/${file}`) : null);
}

/** refresh - carry changes of the posting's text and of its base's since the last commit */
export function refresh(label: string): string {
	const base = driver_text(base_of(label));
	const end = driver_text(posting_of(label));
	const old_base = committed(base_of(label).path);
	const texts = patches_of(label).reduce((all, patch) =>
		[...all, apply(all.at(-1)!, patch)], [old_base]);
	const old_end = texts.at(-1)!;
	const carried = texts.map((text) => carry(old_end, end, carry(old_base, base, text)));

	carried[0] = base;
	carried[carried.length - 1] = end;
	return write_patches(label, carried);
}

/**
 * refresh_from - put a changed text in the place of a state, and carry the change on
 * @n: the patch behind which the text is
 * @after: the text as it is to be
 *
 * The posting's own text is written when the change reaches it; where it ends before is said.
 */
export function refresh_from(label: string, n: number, after: text): string {
	const numbers = [0, ...patches_of(label).map((patch) => patch.n)];
	const before = text_after(label, n);

	if (!numbers.includes(n) || n === 0)
		throw new usage_error(`${label} ${n} does not change the driver`);
	const texts = numbers.map((number) => {
		const text = text_after(label, number);

		return number < n ? text : number === n ? after : carry(before, after, text);
	});
	const end = texts.at(-1)!;
	const posting = posting_of(label);
	const stop = same(before, after) ? undefined : numbers.find((number, i) =>
		number > n && same(texts[i]!, text_after(label, number)));
	const written = write_patches(label, texts) + (stop === undefined ? ""
		: `${label} ${stop} has other lines: the change ends there\n`);

	if (same(end, driver_text(posting)))
		return written;
	write_text(end, join(root, posting.path));
	return `${written}${posting.path}\n`;
}
