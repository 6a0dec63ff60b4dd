// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where the drivers' functions are from: the patches of their postings, recorded in series.json
 * (subjects, Message-Ids, names of functions), and what the heads of the ports say.
 */

import { driver_by_label } from "../../../drivers/s390/crypto/history/index.ts";
import { tree_file } from "../series/states.ts";
import { recorded, type series, type series_patch } from "./series.ts";

/** Where a function of a port is from. */
export interface origin {
	/** The series, or the kernel version. */
	posting: string;
	/** The last patch that changed it; null where none of the series did. */
	patch: series_patch | null;
}

/**
 * series_behind - the series that made a driver's text, the last one first
 *
 * @driver: the driver's label
 */
export function series_behind(driver: string): [label: string, series: series][] {
	const chain: [string, series][] = [];
	for (let label = driver; recorded[label]; label = recorded[label]!.base)
		chain.push([label, recorded[label]!]);
	return chain;
}

const head_of_function =
	/\/\*\*\n((?: \*[^\n]*\n)+?) \*\/\n(?:\/\*[^\n]*\n)?(?:export )?function (\w+)/g;
const origin_in_head = /\* C: [\w./]+\.[ch], ([^\n]*(?:\n \* [^\n]*)*?)\n/;

/**
 * heads_in - what the heads of a port's functions say they are from, or that of their file
 *
 * @path: the port, from the top of the tree
 *
 * Return: by function, what stands behind the C file's name, on one line
 */
export function heads_in(path: string): Map<string, string> {
	const text = tree_file(path)!;
	const of_file = origin_in_head.exec(text)?.[1] ?? "";
	return new Map([...text.matchAll(head_of_function)].map(([, head, name]) => (
		[name!, (origin_in_head.exec(head!)?.[1] ?? of_file).replace(/\s*\n \* */g,
			" ")])));
}

/**
 * origin_of - where a function of a driver is from
 *
 * @driver: the driver's label
 * @name: the C function
 * @head: what the function's head in the port says, for one that no recorded patch changed
 */
export function origin_of(driver: string, name: string, head: string | undefined): origin {
	const chain = series_behind(driver);
	for (const [posting, { patches }] of chain) {
		const patch = patches.findLast(({ functions }) => (
			Object.values(functions).some((names) => names.includes(name))));
		if (patch)
			return { posting, patch };
	}
	const version = /^Linux [\d.]*\d/.exec(head ?? "")?.[0];
	const posting = version ?? chain.at(-1)?.[1].base ?? driver_by_label(driver)?.id ??
		"Linux 6.12.117";
	return { posting, patch: null };
}

/**
 * patch_in_series - the recorded patch a mail is
 *
 * @subject: its Subject, or that of an answer to it: "[PATCH v11 08/14] ..."
 *
 * Return: the patch and those behind it in its series; null where none is recorded
 */
export function patch_in_series(subject: string | null) {
	const tag = /\[[^\]]*\bv(\d+)\s+0*(\d+\/\d+)\s*\]\s*(.*)/.exec(subject ?? "");
	const patches = recorded[`v${tag?.[1]}`]?.patches ?? [];
	const at = patches.findIndex(({ n, subject: known }) => (
		n.replace(/^0+/, "") === tag![2] && known === tag![3]));
	return at < 0 ? null : { patch: patches[at]!, later: patches.slice(at + 1) };
}
