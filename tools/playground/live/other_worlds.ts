// SPDX-License-Identifier: GPL-2.0-only
/*
 * In a page, in place of what only drivers need that are not in it: the AP bus of Linux 7.3, and
 * a userspace that forwards instructions.
 */

export function ap_bus_set_overrides(_on: boolean): void {}

export function forward_instructions(): void {}
