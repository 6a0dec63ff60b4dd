// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of tools/lib/texts/tree.ts: there are no files.
 */

export function module_url(path: string): never {
	throw new Error(`${path} is not in this page`);
}
