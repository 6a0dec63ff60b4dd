// SPDX-License-Identifier: GPL-2.0-only

/**
 * behind - an expression's text: one word, and another behind it on its line
 * @first: the words to begin with
 * @second: what has to follow
 * @within: at most so many characters lie between
 *
 * It looks from each @first no further than to the next, so that a line of nothing but these takes
 * a time that is linear in its length.
 */
export function behind(first: string, second: string, within: number | "" = ""): string {
	return `\\b(?:${first})\\b(?:(?!\\b(?:${first})\\b).){0,${within}}${second}`;
}
