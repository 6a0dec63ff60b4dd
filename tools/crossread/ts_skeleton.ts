// SPDX-License-Identifier: GPL-2.0-only
/*
 * The skeleton of each function of a port, in C's tokens: what differs in writing is brought
 * to the C's form by the table of equivalences, and by nothing else.
 */

import type { Node, Tree } from "web-tree-sitter";
import { condition_signature } from "./conditions.ts";
import { type equivalence_name, vanishing_calls } from "./equivalences.ts";
import { type port_reasons, read_port_reasons } from "./port_reasons.ts";
import { control_words, type skeleton_function } from "./skeleton.ts";
import { parse } from "./tree.ts";

/** A port file as the check sees it. */
export interface port_file {
	functions: skeleton_function[];
	/** The functions in the closing `export { ... };`, by what its comment says. */
	closing_exports: Map<string, string>;
	reasons: port_reasons;
	/** 1-based lines the grammar could not read. */
	unreadable: number[];
}

/** A label in scope: of a block that is left, or of an endless loop that is gone back to. */
interface label {
	name: string;
	of_loop: boolean;
}

/** What is known while the body of one function is read. */
interface reader {
	fn: skeleton_function;
	labels: label[];
	comments: readonly Node[];
}

/** Control words C does not have; they count, so that they show as a difference. */
const foreign_words = new Set(["throw", "try", "catch", "finally", "yield", "await"]);

/** What holds no tokens. */
const skipped_types = new Set(["comment", "type_annotation", "type_arguments", "string"]);

function emit(at: reader, node: Node, text: string, via?: equivalence_name): void {
	const line = node.startPosition.row + 1;
	at.fn.tokens.push(via ? { text, line, via } : { text, line });
}

/*
 * The words and marks below a node; the mark of `x!` is for the compiler only.
 */
function words_below(node: Node): string[] {
	if (skipped_types.has(node.type))
		return [];
	if (node.type === "non_null_expression")
		return words_below(node.child(0)!);
	return node.childCount === 0 ? [node.text] : node.children.flatMap(words_below);
}

function emit_condition(at: reader, word: Node): void {
	const node = word.parent?.childForFieldName("condition");
	const condition = node ? condition_signature(words_below(node)) : "";
	at.fn.tokens.push({ text: word.type, line: word.startPosition.row + 1, condition });
}

function drop(at: reader, node: Node, via: equivalence_name): void {
	at.fn.dropped?.push({ text: node.text, line: node.startPosition.row + 1, via });
}

function read_children(at: reader, node: Node): void {
	for (const child of node.children)
		read_node(at, child);
}

/*
 * The comment behind @node on the same line, as text; "" where there is none.
 */
function comment_behind(at: reader, node: Node): string {
	const { row, column } = node.endPosition;
	const found = at.comments.find((comment) => comment.startPosition.row === row
		&& comment.startPosition.column >= column);
	return found?.text ?? "";
}

function without_wrapping(node: Node | null): Node | null {
	const wrapping = ["parenthesized_expression", "non_null_expression", "as_expression"];
	let inner = node;
	while (inner && wrapping.includes(inner.type))
		inner = inner.firstNamedChild;
	return inner;
}

function is_endless(node: Node): boolean {
	return node.type === "for_statement" && /^for\s*\(\s*;\s*;\s*\)/.test(node.text);
}

/*
 * A labelled block: its label lands behind the closing brace.
 */
function read_labelled_block(at: reader, name: string, block: Node): void {
	at.labels.push({ name, of_loop: false });
	read_node(at, block);
	at.labels.pop();
	const brace = block.children.findLast((child) => child.type === "}")!;
	if (comment_behind(at, brace) === `/* ${name}: */`)
		emit(at, brace, `${name}:`, "forward label");
}

/*
 * A labelled endless loop: the place a goto goes back to. A break at its very end only says
 * that nothing goes back from there.
 */
function read_labelled_loop(at: reader, name: string, loop: Node): void {
	const body = loop.childForFieldName("body")!;
	const statements = body.namedChildren.filter((child) => child.type !== "comment");
	const last = statements.at(-1);
	at.labels.push({ name, of_loop: true });
	for (const statement of statements) {
		const falls_out = statement.id === last?.id && statement.type === "break_statement"
			&& [undefined, name].includes(statement.childForFieldName("label")?.text);
		if (!falls_out)
			read_node(at, statement);
	}
	at.labels.pop();
}

function read_labelled(at: reader, node: Node): void {
	const name = node.childForFieldName("label")!.text;
	const body = node.childForFieldName("body")!;
	if (body.type === "statement_block") {
		read_labelled_block(at, name, body);
	} else if (is_endless(body)) {
		emit(at, node, `${name}:`, "backward label");
		read_labelled_loop(at, name, body);
	} else {
		emit(at, node, `${name}:`);
		read_node(at, body);
	}
}

/*
 * break and continue: of the loop or switch around them, or to a label.
 */
function read_jump(at: reader, node: Node): void {
	const word = node.child(0)!.text;
	const name = node.childForFieldName("label")?.text;
	const target = at.labels.findLast((label) => label.name === name);
	if (!target)
		emit(at, node, name ? `${word} ${name}` : word);
	else if (word === "continue" || target.of_loop)
		emit(at, node, "goto", "backward goto");
	else
		emit(at, node, "goto", "forward goto");
}

/*
 * for ... of: over a loop macro, or over anything else.
 */
function read_for_of(at: reader, node: Node): void {
	const over = node.childForFieldName("right");
	if (without_wrapping(over)?.type !== "call_expression") {
		read_children(at, node);
		return;
	}
	const first = at.fn.tokens.length;
	read_node(at, over!);
	if (first < at.fn.tokens.length)
		at.fn.tokens[first].via = "loop macro";
	read_node(at, node.childForFieldName("body")!);
}

function read_for(at: reader, node: Node): void {
	const body = node.childForFieldName("body")!;
	const opening = body.child(0)!;
	const macro = /^\/\* (\w+\(\)) \*\/$/.exec(comment_behind(at, opening));
	if (!macro?.[1].includes("for_each")) {
		read_children(at, node);
		return;
	}
	emit(at, node, macro[1], "loop macro written out");
	read_node(at, body);
}

/*
 * The name a call is known by: a function's, or its last member's. Null for the call of
 * something without a name.
 */
function called_name(callee: Node): string | null {
	if (callee.type === "identifier" || callee.type === "super")
		return callee.text;
	if (callee.type !== "member_expression")
		return null;
	const member = callee.childForFieldName("property")!.text;
	const object = without_wrapping(callee.childForFieldName("object"))!;
	if (vanishing_calls.has(`${object.text}.${member}`))
		return `${object.text}.${member}`;
	if (member === "call")
		return called_name(object);
	return member;
}

function read_call(at: reader, node: Node): void {
	const callee = without_wrapping(node.childForFieldName("function"))!;
	const name = called_name(callee);
	if (callee.type !== "identifier")
		read_node(at, callee);
	const vanishes = vanishing_calls.get(name ?? "");
	if (vanishes) {
		drop(at, callee, vanishes);
	} else if (name !== null) {
		const via = callee.type === "member_expression" ? "indirect call" : undefined;
		emit(at, callee, `${name}()`, via);
	}
	read_node(at, node.childForFieldName("arguments")!);
}

function read_new(at: reader, node: Node): void {
	drop(at, node, "object creation");
	read_children(at, node);
}

function read_unary(at: reader, node: Node): void {
	const argument = node.childForFieldName("argument")!;
	const negated = node.childForFieldName("operator")?.text === "-";
	if (negated && argument.type === "identifier" && /^E[A-Z0-9]+$/.test(argument.text))
		emit(at, argument, argument.text);
	else
		read_node(at, argument);
}

const readers: { [node_type: string]: (at: reader, node: Node) => void } = {
	labeled_statement: read_labelled,
	break_statement: read_jump,
	continue_statement: read_jump,
	for_in_statement: read_for_of,
	for_statement: read_for,
	call_expression: read_call,
	new_expression: read_new,
	unary_expression: read_unary,
};

function read_node(at: reader, node: Node): void {
	const read = readers[node.type];
	if (read)
		read(at, node);
	else if (skipped_types.has(node.type))
		return;
	else if (node.childCount > 0)
		read_children(at, node);
	else if (!node.isNamed && (node.type === "if" || node.type === "while"))
		emit_condition(at, node);
	else if (!node.isNamed && (control_words.has(node.type) || foreign_words.has(node.type)))
		emit(at, node, node.type);
}

function read_function(node: Node, exported: boolean, comments: readonly Node[]) {
	const name = node.childForFieldName("name")!;
	const fn: skeleton_function = {
		name: name.text,
		is_static: !exported,
		line: name.startPosition.row + 1,
		last_line: node.endPosition.row + 1,
		tokens: [],
		dropped: [],
	};
	read_node({ fn, labels: [], comments }, node.childForFieldName("body")!);
	return fn;
}

/*
 * The comment of a closing export line says what it is there for.
 */
function read_closing_export(node: Node, comments: readonly Node[], into: Map<string, string>) {
	const clause = node.namedChildren.find((child) => child.type === "export_clause");
	const { row } = node.endPosition;
	const why = comments.find((comment) => comment.startPosition.row === row);
	for (const specifier of clause?.namedChildren ?? [])
		into.set(specifier.text, why?.text.slice("/*".length, -"*/".length).trim() ?? "");
}

function read_tree(tree: Tree, text: string): port_file {
	const comments = tree.rootNode.descendantsOfType("comment");
	const functions: skeleton_function[] = [];
	const closing_exports = new Map<string, string>();
	for (const node of tree.rootNode.namedChildren) {
		const exported = node.type === "export_statement";
		const declaration = exported ? node.childForFieldName("declaration") : node;
		if (declaration?.type === "function_declaration")
			functions.push(read_function(declaration, exported, comments));
		else if (exported && !declaration)
			read_closing_export(node, comments, closing_exports);
	}
	const unreadable = tree.rootNode.descendantsOfType("ERROR");
	return {
		functions,
		closing_exports,
		reasons: read_port_reasons(comments, text),
		unreadable: unreadable.map((node) => node.startPosition.row + 1),
	};
}

/**
 * ts_skeleton - the functions of a port
 *
 * @text: the text of a .ts file
 *
 * Return: its function declarations, in order, in C's tokens, and the reasons it gives
 */
export async function ts_skeleton(text: string): Promise<port_file> {
	const tree = await parse("typescript", text);
	const file = read_tree(tree, text);
	tree.delete();
	return file;
}
