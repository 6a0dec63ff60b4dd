// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of what only drivers need that are not in it: the AP bus of Linux 7.3, a
 * userspace that forwards instructions, and one that migrates guests, with the words for that.
 */

export function ap_bus_set_overrides(_on: boolean): void {}

export function forward_instructions(): void {}

export class migration {
	carried = new Map<string, string>();

	close_all(): void {}
}

export function migration_rows(): [] {
	return [];
}
