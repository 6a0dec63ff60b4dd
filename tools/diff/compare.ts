// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two drivers, function by function.
 */
import { structuredPatch, type StructuredPatchHunk } from "diff";
import type { driver } from "../../drivers/s390/crypto/history/index.ts";
import { tree_file } from "../lib/series/states.ts";
import { units_of, type unit } from "./text.ts";

/** DRIVER_FILES - what a driver's text consists of; not every driver has the last one */
export const DRIVER_FILES = [
	"vfio_ap_private.h.ts", "vfio_ap_drv.ts", "vfio_ap_ops.ts", "vfio_ap_migration.ts",
] as const;

/** What became of a function; a comment that changed is no change. */
export type fate = "new" | "changed" | "unchanged" | "gone";

/**
 * struct change - a function or struct in two drivers
 * @file: the file it is in
 * @before: as it was, null if it is new
 * @after: as it is, null if it is gone
 */
export interface change {
	file: string;
	kind: unit["kind"];
	name: string;
	fate: fate;
	before: unit | null;
	after: unit | null;
}

/** driver_file - the text of one of a driver's files; nothing if it does not have that one */
export function driver_file(driver: driver, file: string): string {
	return tree_file(`${driver.path}/${file}`) ?? "";
}

function fate_of(before: unit | null, after: unit | null): fate {
	if (before === null)
		return "new";
	if (after === null)
		return "gone";
	const same = before.tokens.length === after.tokens.length &&
		before.tokens.every((token, i) => token === after.tokens[i]);

	return same ? "unchanged" : "changed";
}

/* In the new order; what is gone stands behind what it stood behind. */
function in_order(before: unit[], after: unit[]): string[] {
	const names = after.map(({ name }) => name);
	let at = 0;

	for (const { name } of before) {
		const there = names.indexOf(name);

		at = there < 0 ? at : there + 1;
		if (there < 0)
			names.splice(at++, 0, name);
	}
	return names;
}

function compare_file(old: driver, now: driver, file: string): change[] {
	const before = units_of(driver_file(old, file));
	const after = units_of(driver_file(now, file));

	return in_order(before, after).map((name) => {
		const was = before.find((unit) => unit.name === name) ?? null;
		const is = after.find((unit) => unit.name === name) ?? null;
		const { kind } = (is ?? was)!;

		return { file, kind, name, fate: fate_of(was, is), before: was, after: is };
	});
}

/** compare_drivers - every function and struct of two drivers, file by file */
export function compare_drivers(old: driver, now: driver): change[] {
	return DRIVER_FILES.flatMap((file) => compare_file(old, now, file));
}

const CONTEXT_LINES = 3;

/**
 * hunks_of - the differences of a change, with the line numbers of its files
 *
 * The heads count here: they say which patch a function is as of.
 */
export function hunks_of({ name, before, after }: change): StructuredPatchHunk[] {
	const { hunks } = structuredPatch(name, name, before?.text ?? "", after?.text ?? "", "", "",
		{ context: CONTEXT_LINES });

	for (const hunk of hunks) {
		hunk.oldStart += before === null ? 0 : before.line - 1;
		hunk.newStart += after === null ? 0 : after.line - 1;
	}
	return hunks;
}
