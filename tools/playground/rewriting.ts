// SPDX-License-Identifier: GPL-2.0-only
/*
 * A script as esbuild made it, written anew: what names stand in it, and where each place of the
 * new one was. All names in it are different, but for those of functions that are not in each
 * other.
 */
import { parse, type AnyNode, type Node, type Statement } from "acorn";

/**
 * struct new_script - a script made of another
 * @before: where a place of it was in that
 */
export interface new_script {
	script: string;
	before: (at: number) => number;
}

/** struct name_use - where a name stands that some scope has; @key: what else it says there */
export interface name_use extends Node {
	name: string;
	key: string;
}

/** struct edit - a text in place of another */
export interface edit {
	start: number;
	end: number;
	text: string;
}

function is_node(value: unknown): value is AnyNode {
	return typeof value === "object" && value !== null && "type" in value;
}

/** parts_of - the nodes right below a node, and which part of it they are */
export function* parts_of(node: Node): Generator<[part: string, below: AnyNode]> {
	for (const [part, value] of Object.entries(node))
		if (is_node(value))
			yield [part, value];
		else if (Array.isArray(value))
			for (const below of value)
				if (is_node(below))
					yield [part, below];
}

/* The part of a node that is a name, but of no scope. */
function plain_name(node: AnyNode): string | null {
	switch (node.type) {
	case "MemberExpression":
		return node.computed ? null : "property";
	case "Property":
	case "MethodDefinition":
	case "PropertyDefinition":
		return node.computed ? null : "key";
	case "LabeledStatement":
	case "BreakStatement":
	case "ContinueStatement":
		return "label";
	default:
		return null;
	}
}

/* What a name says, too, where it stands as a part of a node: its key, if that is the same. */
function key_of(node: AnyNode, part: string, key: string): string {
	if (part !== "value" && part !== "left")
		return "";
	if (node.type !== "Property")
		return key;
	return node.shorthand ? `${(node.key as name_use).name}:` : "";
}

function collect(node: AnyNode, key: string, list: name_use[]): void {
	if (node.type === "Identifier") {
		list.push({ ...node, key });
		return;
	}
	const not = plain_name(node);

	for (const [part, below] of parts_of(node))
		if (part !== not)
			collect(below, key_of(node, part, key), list);
}

/** names_in - the names of scopes that stand below a node, in order */
export function names_in(node: AnyNode): name_use[] {
	const list: name_use[] = [];

	collect(node, "", list);
	return list.sort((a, b) => a.start - b.start);
}

/** declared_by - the names that a statement declares */
export function declared_by(statement: AnyNode): AnyNode[] {
	switch (statement.type) {
	case "FunctionDeclaration":
	case "ClassDeclaration":
		return statement.id === null ? [] : [statement.id];
	case "VariableDeclaration":
		return statement.declarations.map(({ id }) => id);
	default:
		return [];
	}
}

/** statements_of - the statements of a script that is one function, called at once */
export function statements_of(script: string): Statement[] {
	const last = parse(script, { ecmaVersion: "latest" }).body.at(-1);
	const call = last?.type === "ExpressionStatement" ? last.expression : null;
	const func = call?.type === "CallExpression" ? call.callee : null;

	if (func?.type !== "ArrowFunctionExpression" || func.body.type !== "BlockStatement")
		throw new Error("the script is not one function");
	return func.body.body;
}

/** class rewritten - copies parts of a script, and adds some */
export class rewritten {
	#from: string;
	#text = "";
	/* from where each piece of the text is */
	#pieces: { at: number; from: number }[] = [];

	constructor(from: string) {
		this.#from = from;
	}

	/** @from: the place that it is for */
	add(text: string, from: number): void {
		this.#pieces.push({ at: this.#text.length, from });
		this.#text += text;
	}

	copy(start: number, end = this.#from.length, edits: readonly edit[] = []): void {
		let at = start;

		for (const e of edits) {
			this.add(this.#from.slice(at, e.start), at);
			this.add(e.text, e.start);
			at = e.end;
		}
		this.add(this.#from.slice(at, end), at);
	}

	get result(): new_script {
		const pieces = this.#pieces;

		return { script: this.#text, before: (place) => {
			const { at, from } = pieces.findLast((piece) => piece.at <= place)!;

			return from + place - at;
		} };
	}
}
