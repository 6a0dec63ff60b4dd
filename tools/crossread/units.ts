// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statements, as whole lines: what is put side by side. A unit is a statement, the head of one
 * (a condition, a loop), a closing brace, a comment or a preprocessor line. Two statements on
 * one line are one unit.
 */

import { directive_rows, identifier, type leaf } from "./leaves.ts";

/** Whole lines of a text that belong together. */
export interface unit {
	kind: "code" | "comment" | "directive";
	/** 1-based lines. */
	first: number;
	last: number;
	/** The names and numbers in it. */
	words: string[];
}

/** How deep in parentheses and brackets a text is behind each leaf. */
function depth_change(text: string): number {
	if (text === "(" || text === "[")
		return 1;
	return text === ")" || text === "]" ? -1 : 0;
}

/*
 * Whether a line that ends outside of parentheses with @last ends a unit, @next being the
 * first word of the next line. No expression goes on with a word behind a parenthesis, so that
 * is the end of the head of an if or of a loop.
 */
function ends_unit(last: string, next = ";"): boolean {
	if ([";", "{", "}", ":"].includes(last))
		return true;
	if ([")", "else", "do"].includes(last))
		return identifier.test(next) || next === "}";
	return false;
}

function leaves_by_row(leaves: readonly leaf[]): Map<number, leaf[]> {
	const rows = new Map<number, leaf[]>();
	for (const word of leaves) {
		const row = rows.get(word.row);
		if (row)
			row.push(word);
		else
			rows.set(word.row, [word]);
	}
	return rows;
}

function is_word({ text }: leaf): boolean {
	return /^\w/.test(text);
}

function code_units(leaves: readonly leaf[]): unit[] {
	const rows = [...leaves_by_row(leaves)];
	const units: unit[] = [];
	let open: unit | null = null;
	let depth = 0;
	rows.forEach(([row, words], i) => {
		open ??= { kind: "code", first: row + 1, last: row + 1, words: [] };
		open.last = row + 1;
		open.words.push(...words.filter(is_word).map(({ text }) => text === "NULL"
			? "null" : text));
		for (const { text } of words)
			depth = Math.max(0, depth + depth_change(text));
		if (depth > 0 || !ends_unit(words.at(-1)!.text, rows[i + 1]?.[1][0].text))
			return;
		units.push(open);
		open = null;
	});
	return open ? [...units, open] : units;
}

/*
 * The lines no code stands on, blank ones apart: comments and preprocessor lines.
 */
function other_units(text: string, code: readonly unit[], grammar: "c" | "typescript"): unit[] {
	const directives = grammar === "c" ? directive_rows(text) : new Set<number>();
	const taken = new Set<number>();
	for (const { first, last } of code) {
		for (let line = first; line <= last; line++)
			taken.add(line);
	}
	const units: unit[] = [];
	text.split("\n").forEach((content, row) => {
		if (taken.has(row + 1) || content.trim() === "")
			return;
		const kind = directives.has(row) ? "directive" : "comment";
		const before = units.at(-1);
		if (before?.kind === kind && before.last === row)
			before.last = row + 1;
		else
			units.push({ kind, first: row + 1, last: row + 1, words: [] });
	});
	return units;
}

/**
 * units_of - the statements of a text
 *
 * @text: the text
 * @leaves: its words
 * @grammar: what it is written in
 *
 * Return: the units, in order; every line that is not blank is in exactly one
 */
export function units_of(text: string, leaves: readonly leaf[], grammar: "c" | "typescript") {
	const code = code_units(leaves);
	return [...code, ...other_units(text, code, grammar)].sort((a, b) => a.first - b.first);
}

/**
 * likeness - how much two statements have in common
 *
 * @a, @b: their words
 *
 * Return: 0 (nothing) to 1 (the same words, in whatever order)
 */
export function likeness(a: readonly string[], b: readonly string[]): number {
	if (a.length + b.length === 0)
		return 1;
	const left = new Map<string, number>();
	for (const word of b)
		left.set(word, (left.get(word) ?? 0) + 1);
	let common = 0;
	for (const word of a) {
		const count = left.get(word) ?? 0;
		if (count > 0) {
			common++;
			left.set(word, count - 1);
		}
	}
	return 2 * common / (a.length + b.length);
}
