// SPDX-License-Identifier: GPL-2.0-only
import { printable } from "./terminal.ts";

const EXCERPT_MAX = 120;

const WHAT_MAX = 240;

/** shortened - a message that quotes, its middle left out where it quotes too much */
export function shortened(what: string): string {
	return what.length <= WHAT_MAX
		? what : `${what.slice(0, EXCERPT_MAX)}...${what.slice(-EXCERPT_MAX / 2)}`;
}

/**
 * excerpt - foreign text as a message quotes it
 * @text: of any length
 *
 * Return: at most 120 characters of it, in which nothing steers a terminal.
 */
export function excerpt(text: string): string {
	const shown = printable(text.slice(0, EXCERPT_MAX + 1));

	return shown.length <= EXCERPT_MAX ? shown : `${shown.slice(0, EXCERPT_MAX - 3)}...`;
}
