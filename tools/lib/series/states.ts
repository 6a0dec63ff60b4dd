// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver after a patch of a posting, as a driver that can be loaded: "v13@8". Its text is made
 * in memory; the module loader is told to find it in a folder beside the posting's, which is not
 * on any disk.
 */
import { existsSync, readFileSync } from "node:fs";
import { register } from "node:module";
import { join } from "node:path";
import type { driver, driver_module } from "../../../drivers/s390/crypto/history/index.ts";
import { usage_error } from "../cli/usage_error.ts";
import { find_series } from "../texts/series.ts";
import { module_url, root } from "../texts/tree.ts";
import {
	base_of, patched_postings, patches_of, posting_of, text_after, type patch, type text,
} from "./patches.ts";

/** struct state_name - what "v13@8" says */
export interface state_name {
	series: string;
	n: number;
}

/**
 * parse_state - which patch of which posting a label is about
 *
 * Return: null for the label of a whole text. Throws usage_error for a posting that has no
 * patches here, or a patch that it has not.
 */
export function parse_state(label: string): state_name | null {
	const [, series, number] = /^([a-z][\w.-]*)@(\d+)$/.exec(label) ?? [];

	if (series === undefined)
		return null;
	const { patches } = find_series(series);
	const n = Number(number);

	if (patches_of(series).length === 0)
		throw new usage_error(
			`'${label}': the patches of ${series} are not here, only the version that they lead to`);
	if (n > patches.length)
		throw new usage_error(`'${label}': ${series} has patches 1 to ${patches.length}; ` +
			"0 is what they were made on");
	return { series, n };
}

/** text_of_state - the text of the driver after a patch */
export function text_of_state({ series, n }: state_name): text {
	return text_after(series, n);
}

let registered = false;

/**
 * register_hooks - have the module loader know the texts of states
 *
 * Hooks that are registered later get what these give: who changes modules calls this first.
 */
export function register_hooks(): void {
	if (!registered)
		register(module_url("tools/lib/series/hooks.ts"));
	registered = true;
}

/* VFIO asks for these operations, and offers migration if they are there. */
function offers_migration(text: text): boolean {
	return [...text.values()].some((content) => content.includes(".mig_ops = "));
}

function state_driver({ series, n }: state_name): driver {
	const { migrates, ...posting } = posting_of(series);
	const path = `drivers/s390/crypto/history/${series}@${n}`;

	return {
		...posting,
		...(migrates && offers_migration(text_after(series, n)) && { migrates }),
		label: `${series}@${n}`,
		id: n === 0 ? base_of(series).id : find_series(series).patches[n - 1]!.message_id,
		patches: n,
		predecessor: n === 0 ? null : `${series}@${n - 1}`,
		path,
		default: false,
		load: async () => {
			register_hooks();
			return await import(module_url(`${path}/vfio_ap_drv.ts`)) as driver_module;
		},
	};
}

const drivers = new Map<string, driver>();

/**
 * state_by_label - the driver after a patch
 * @label: "v13@8"
 *
 * Return: the same object every time; undefined for a label that is no state's.
 */
export function state_by_label(label: string): driver | undefined {
	const state = parse_state(label);

	if (state === null)
		return undefined;
	const name = `${state.series}@${state.n}`;
	let found = drivers.get(name);

	if (found === undefined) {
		found = state_driver(state);
		drivers.set(name, found);
	}
	return found;
}

/**
 * tree_file - the text of a file of the tree, those of states included
 * @path: from the top of the tree
 *
 * Return: null if there is no such file.
 */
export function tree_file(path: string): string | null {
	const [, label, file] =
		/^drivers\/s390\/crypto\/history\/([^/]+@\d+)\/(.+)$/.exec(path) ?? [];

	if (label !== undefined)
		return text_of_state(parse_state(label)!).get(file!) ?? null;
	return existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : null;
}

/* Behind how many patches of a posting a driver's text is; null if it is none of its texts. */
function place_in(series: string, label: string): number | null {
	const state = parse_state(label);

	if (state !== null)
		return state.series === series ? state.n : null;
	if (label === posting_of(series).label)
		return find_series(series).patches.length;
	return label === base_of(series).label ? 0 : null;
}

/**
 * patch_between - the one patch that leads from a driver to another
 *
 * Return: null if none does, or more than one.
 */
export function patch_between(from: string, to: string): patch | null {
	const series = parse_state(to)?.series ?? to;

	if (!patched_postings().includes(series))
		return null;
	const [before, after] = [place_in(series, from), place_in(series, to)];
	const between = before === null || after === null ? []
		: patches_of(series).filter(({ n }) => n > before && n <= after);

	return between.length === 1 ? between[0]! : null;
}
