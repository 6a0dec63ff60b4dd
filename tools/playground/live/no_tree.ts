// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of tools/lib/texts/tree.ts and tools/lib/series/states.ts: there are no
 * files, and so no driver after a patch of a posting either.
 */

export function module_url(path: string): never {
	throw new Error(`${path} is not in this page`);
}

export function state_by_label(): undefined {
	return undefined;
}
