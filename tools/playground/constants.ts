// SPDX-License-Identifier: GPL-2.0-only
/*
 * Constants of one module that others use have a name each in a script, which takes more room than
 * most of their values. Here the value stands wherever the name stood.
 */
import type { AnyNode, Expression, Statement, VariableDeclarator } from "acorn";
import {
	names_in, parts_of, rewritten, statements_of, type edit, type name_use, type new_script,
} from "./rewriting.ts";

/* A value that is not longer may stand in several places. */
const SHORT = 16;

function is_value(node: Expression | null | undefined): boolean {
	switch (node?.type) {
	case "Literal":
		return node.regex === undefined || node.regex === null;
	case "UnaryExpression":
		return node.operator !== "typeof" && is_value(node.argument);
	case "BinaryExpression":
		return is_value(node.left as Expression) && is_value(node.right);
	default:
		return false;
	}
}

/* A regular expression that is put together; to make one does nothing else. */
function is_pattern(node: Expression | null | undefined): boolean {
	return node?.type === "NewExpression" && node.callee.type === "Identifier" &&
		node.callee.name === "RegExp";
}

/* What a node gives another value. */
function written_by(node: AnyNode): AnyNode | null {
	switch (node.type) {
	case "AssignmentExpression":
	case "ForInStatement":
	case "ForOfStatement":
		return node.left;
	case "UpdateExpression":
		return node.argument;
	default:
		return null;
	}
}

function find_written(node: AnyNode, found: Set<string>): void {
	const to = written_by(node);

	if (to !== null && to.type !== "MemberExpression")
		names_in(to).forEach(({ name }) => found.add(name));
	for (const [, below] of parts_of(node))
		find_written(below, found);
}

function declarations_of(node: Statement): VariableDeclarator[] {
	return node.type === "VariableDeclaration" ? node.declarations : [];
}

/** class constants - finds what is one, and puts its value where its name is */
class constants {
	#script: string;
	#statements: Statement[];
	#values = new Map<string, Expression>();

	constructor(script: string) {
		this.#script = script;
		this.#statements = statements_of(script);
		const written = new Set<string>();
		const uses = new Map<string, number>();

		for (const s of this.#statements)
			find_written(s, written);
		for (const { name } of this.#statements.flatMap(names_in))
			uses.set(name, (uses.get(name) ?? 0) + 1);
		for (const { id, init } of this.#statements.flatMap(declarations_of))
			if (id.type === "Identifier" && !written.has(id.name) &&
				(is_value(init) || is_pattern(init) && uses.get(id.name) === 1))
				this.#declare(id.name, init!, uses.get(id.name)! - 1);
	}

	#declare(name: string, value: Expression, uses: number): void {
		if (value.end - value.start <= SHORT || uses <= 1)
			this.#values.set(name, value);
	}

	/* What is more than a word, and a number in front of a dot, would be something else. */
	#edit({ start, end, name, key }: name_use): edit {
		const value = this.#values.get(name)!;
		const text = this.#script.slice(value.start, value.end);
		const alone = value.type === "Literal" && this.#script[end] !== ".";

		return { start, end, text: key + (alone ? text : `(${text})`) };
	}

	#edits_of(node: AnyNode): edit[] {
		return names_in(node).filter(({ name }) => this.#values.has(name))
			.map((use) => this.#edit(use));
	}

	#is_gone(id: AnyNode): boolean {
		return id.type === "Identifier" && this.#values.has(id.name);
	}

	/* What else a declaration declares. */
	#copy_rest(text: rewritten, node: Statement): void {
		const left = declarations_of(node).filter(({ id }) => !this.#is_gone(id));

		left.forEach((d, i) => {
			text.add(i === 0 ? "var " : ",", node.start);
			text.copy(d.start, d.end, this.#edits_of(d));
		});
		if (left.length > 0)
			text.add(";", node.end);
	}

	get result(): new_script {
		const text = new rewritten(this.#script);

		text.copy(0, this.#statements[0]!.start);
		for (const s of this.#statements)
			if (declarations_of(s).some(({ id }) => this.#is_gone(id)))
				this.#copy_rest(text, s);
			else
				text.copy(s.start, s.end, this.#edits_of(s));
		text.copy(this.#statements.at(-1)!.end);
		return text.result;
	}
}

/**
 * inline_constants - put values where the names of constants are
 * @script: one function, called at once, whose names are all different, as esbuild makes them
 */
export function inline_constants(script: string): new_script {
	return new constants(script).result;
}
