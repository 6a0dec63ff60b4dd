// SPDX-License-Identifier: GPL-2.0-only
/*
 * Syntax trees of C and TypeScript texts, from tree-sitter's grammars as WebAssembly.
 */

import { createRequire } from "node:module";
import { Language, Parser, type Tree } from "web-tree-sitter";

/** A grammar this tool reads. */
export type grammar = "c" | "typescript";

const require = createRequire(import.meta.url);
const parsers = new Map<grammar, Promise<Parser>>();
let started: Promise<void> | null = null;

async function load_parser(name: grammar): Promise<Parser> {
	started ??= Parser.init();
	await started;
	const path = require.resolve(`@repomix/tree-sitter-wasms/out/tree-sitter-${name}.wasm`);
	const parser = new Parser();
	parser.setLanguage(await Language.load(path));
	return parser;
}

/*
 * One parser for each grammar, however many texts are read at a time: two that are begun at
 * once would share memory that one of them frees.
 */
function parser_for(name: grammar): Promise<Parser> {
	const known = parsers.get(name);
	if (known)
		return known;
	const parser = load_parser(name);
	parsers.set(name, parser);
	return parser;
}

/**
 * parse - the syntax tree of a text
 *
 * @name: the grammar to read it with
 * @text: the text
 *
 * Return: the tree, which the caller deletes; it may hold errors, since kernel macros are not C
 */
export async function parse(name: grammar, text: string): Promise<Tree> {
	const tree = (await parser_for(name)).parse(text);
	if (!tree)
		throw new Error(`no syntax tree for ${text.length} characters of ${name}`);
	return tree;
}
