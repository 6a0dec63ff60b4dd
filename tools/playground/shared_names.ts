// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drivers are much alike. In one script each of their functions has a name of its own, so nothing
 * that compresses the script sees it. Here each driver but the first gets a block, and in it the
 * names that drivers before it have for the same things.
 */
import { parse, type AnyNode, type Node, type Statement } from "acorn";

/** struct named - what a place of a script stands for: a name in a file of the tree */
export interface named {
	file: string;
	name: string;
}

/**
 * struct renamed_script - a script with other names
 * @before: where a place of it was in the script that it was made from
 */
export interface renamed_script {
	script: string;
	before: (at: number) => number;
}

/** struct name_use - where a name stands that some scope has; @key: what else it says there */
interface name_use extends Node {
	name: string;
	key: string;
}

/** struct edit - a text in place of another */
interface edit {
	start: number;
	end: number;
	text: string;
}

const DRIVER = /^drivers\/s390\/crypto\/(?:history\/([^/]+)\/)?(vfio_ap_[^/]+)$/;

function is_node(value: unknown): value is AnyNode {
	return typeof value === "object" && value !== null && "type" in value;
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

function* names_in(node: AnyNode, key = ""): Generator<name_use> {
	if (node.type === "Identifier")
		return yield { ...node, key };
	const not = plain_name(node);

	for (const [part, value] of Object.entries(node))
		for (const below of part === not ? [] : [value].flat())
			if (is_node(below))
				yield* names_in(below, part !== "value" && part !== "left" ? ""
					: node.type !== "Property" ? key
					: node.shorthand ? `${(node.key as name_use).name}:` : "");
}

function declared_by(statement: AnyNode): AnyNode[] {
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

/* The statements of a script that is one function, called at once. */
function statements_of(script: string): Statement[] {
	const last = parse(script, { ecmaVersion: "latest" }).body.at(-1);
	const call = last?.type === "ExpressionStatement" ? last.expression : null;
	const func = call?.type === "CallExpression" ? call.callee : null;

	if (func?.type !== "ArrowFunctionExpression" || func.body.type !== "BlockStatement")
		throw new Error("the script is not one function");
	return func.body.body;
}

/** struct part - a statement; @driver: whose it is, @uses: the drivers whose names are in it */
interface part {
	node: Statement;
	driver: string | null;
	uses: ReadonlySet<string>;
}

/** class renamer - finds what is whose, and what it is to be called */
class renamer {
	#script: string;
	#parts: part[];
	/* what drivers declare, by their names in the script */
	#owners = new Map<string, string>();
	/* what those are called that drivers share, by what they are in the sources */
	#shared = new Map<string, string>();
	#names = new Map<string, string>();
	#text = "";
	/* from where each piece of the text is */
	#pieces: { at: number; from: number }[] = [];

	constructor(script: string, named_at: (at: number) => named | null) {
		const statements = statements_of(script);

		this.#script = script;
		for (const id of statements.flatMap(declared_by))
			if (id.type === "Identifier")
				this.#own(id.name, named_at(id.start));
		this.#parts = statements.map((node) => {
			const uses = this.#drivers_in(node);

			return { node, uses, driver: this.#driver_of(node, uses) };
		});
	}

	/* The same name twice in a driver would be two things. */
	#own(name: string, what: named | null): void {
		const [, folder, file] = DRIVER.exec(what?.file ?? "") ?? [];

		if (file === undefined)
			return;
		const driver = folder ?? "";
		const key = `${file} ${what!.name}`;
		const first = this.#shared.get(key) ?? name;

		this.#owners.set(name, driver);
		this.#shared.set(key, first);
		if (first !== name && this.#owners.get(first) !== driver)
			this.#names.set(name, first);
	}

	#drivers_in(node: AnyNode): Set<string> {
		return new Set([...names_in(node)].map(({ name }) => this.#owners.get(name))
			.filter((driver) => driver !== undefined));
	}

	/* A statement is a driver's if it declares something of it, or nothing at all. */
	#driver_of(node: Statement, uses: ReadonlySet<string>): string | null {
		const [id] = declared_by(node);

		return [...id === undefined ? uses : this.#drivers_in(id)][0] ?? null;
	}

	/* The drivers that get a block: what is used from elsewhere stays in sight. */
	#moving(): Set<string> {
		const moving = new Set([...this.#names.keys()]
			.map((name) => this.#owners.get(name)!));

		for (const { driver, uses } of this.#parts)
			for (const used of uses)
				if (used !== driver)
					[used, driver!].forEach((d) => moving.delete(d));
		return moving;
	}

	#edits_of(node: Statement): edit[] {
		const renamed = [...names_in(node)].flatMap(({ start, end, name, key }) => {
			const text = this.#names.get(name);

			return text === undefined ? [] : [{ start, end, text: key + text }];
		}).sort((a, b) => a.start - b.start);
		const { start } = node;

		/* in a block "var" is not of the block */
		return node.type !== "VariableDeclaration" ? renamed
			: [{ start, end: start + "var".length, text: "let" }, ...renamed];
	}

	#add(text: string, from: number): void {
		this.#pieces.push({ at: this.#text.length, from });
		this.#text += text;
	}

	#copy(start: number, end: number): void {
		this.#add(this.#script.slice(start, end), start);
	}

	#copy_renamed(node: Statement): void {
		let at = node.start;

		for (const { start, end, text } of this.#edits_of(node)) {
			this.#copy(at, start);
			this.#add(text, start);
			at = end;
		}
		this.#copy(at, node.end);
	}

	/* A driver's block stands where its last statement was: it needs what stands between. */
	#write(): void {
		const moving = this.#moving();
		let end = this.#parts[0]!.node.start;

		this.#copy(0, end);
		for (const { node, driver } of this.#parts) {
			const own = driver === null || !moving.has(driver) ? []
				: this.#parts.filter((part) => part.driver === driver);

			if (own.length === 0) {
				this.#copy(node.start, node.end);
			} else if (own.at(-1)!.node === node) {
				this.#add("{", node.start);
				own.forEach((part) => this.#copy_renamed(part.node));
				this.#add("}", node.end);
			}
			({ end } = node);
		}
		this.#copy(end, this.#script.length);
	}

	get result(): renamed_script {
		this.#write();
		const pieces = this.#pieces;

		return { script: this.#text, before: (place) => {
			const { at, from } = pieces.findLast((piece) => piece.at <= place)!;

			return from + place - at;
		} };
	}
}

/**
 * share_names - give what drivers have in common the same names
 * @script: one function, called at once, whose names are all different, as esbuild makes them
 * @named_at: what is declared at a place of it
 */
export function share_names(script: string, named_at: (at: number) => named | null):
		renamed_script {
	return new renamer(script, named_at).result;
}
