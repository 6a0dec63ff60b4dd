// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a module keep the journal (journal.ts). A module writes in many places. Where the written
 * thing outlives the function, a note of the old value is put before the write.
 *
 *	q.mdev = null			($note(q, q.mdev, "mdev"), q).mdev = null
 *	mask[nr >>> 5] |= bit		$element(mask, nr >>> 5)[nr >>> 5] |= bit
 *	list.push(x)			$end(list).push(x)
 *	count++				($note(null, count, $s0), count++)
 *
 * Two kinds of writes need no note: to variables of the function itself, and to objects that the
 * function has just made (`this` in a constructor, a const array or object).
 */
import {
	parse, type AnyNode, type AssignmentExpression, type CallExpression,
	type Function as function_node, type Identifier, type MemberExpression,
	type MethodDefinition, type Node, type Pattern, type Program, type UpdateExpression,
} from "acorn";
import { CACHES, IN_ORDER, LEAVES, LOOKERS, MAKERS, PASSING } from "./marks.ts";

const METHODS = new Map([
	["push", "end"], ["set", "key"], ["add", "key"], ["delete", "place"],
	...["pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin", "clear"]
		.map((name): [string, string] => [name, "whole"]),
]);

/**
 * class scope - the names that a function or the module declares
 * @fresh: by name, whether the function itself made the object that it stands for
 * @fresh_this: whether `this` is such an object, or is gone when the operation ends
 */
class scope {
	node: function_node | Program;
	names = new Set<string>();
	fresh = new Map<string, boolean>();
	fresh_this: boolean;

	constructor(node: function_node | Program, fresh_this: boolean) {
		this.node = node;
		this.fresh_this = fresh_this;
	}
}

/* The nodes directly below a node, in the order of the text. */
function* children(node: Node): Generator<AnyNode> {
	for (const value of Object.values(node))
		if (Array.isArray(value))
			yield* value.filter((v) => typeof v?.type === "string");
		else if (typeof value?.type === "string")
			yield value;
}

function is_function(node: Node): node is function_node {
	return node.type === "FunctionDeclaration" || node.type === "FunctionExpression" ||
		node.type === "ArrowFunctionExpression";
}

/*
 * Whether `this` needs no notes in a method. A constructor makes the object. An iterator is gone
 * when the operation ends.
 */
function is_passing({ kind, key, computed }: MethodDefinition): boolean {
	return kind === "constructor" ||
		(!computed && key.type === "Identifier" && key.name === "next");
}

function bound_names(p: Pattern | AnyNode): string[] {
	switch (p.type) {
	case "Identifier":
		return [p.name];
	case "ObjectPattern":
		return p.properties.flatMap(
			(it) => bound_names(it.type === "Property" ? it.value : it));
	case "ArrayPattern":
		return p.elements.flatMap((it) => it === null ? [] : bound_names(it));
	case "AssignmentPattern":
		return bound_names(p.left);
	case "RestElement":
		return bound_names(p.argument);
	default:
		return [];
	}
}

function makes_something(init: Node | null | undefined): boolean {
	const it = init as AnyNode | null | undefined;

	return it?.type === "ArrayExpression" || it?.type === "ObjectExpression" ||
		it?.type === "NewExpression" ||
		(it?.type === "CallExpression" && it.callee.type === "Identifier" &&
			MAKERS.has(it.callee.name));
}

/* Collect the names that a function declares, without those of the functions inside it. */
function declare(node: Node, into: scope): void {
	for (const child of children(node)) {
		switch (child.type) {
		case "VariableDeclaration":
			for (const { id, init } of child.declarations)
				for (const name of bound_names(id)) {
					into.fresh.set(name, child.kind === "const" &&
						id.type === "Identifier" &&
						makes_something(init) &&
							into.fresh.get(name) !== false);
					into.names.add(name);
				}
			break;
		case "FunctionDeclaration": case "ClassDeclaration":
			into.names.add(child.id!.name);
			break;
		case "CatchClause":
			for (const name of child.param ? bound_names(child.param) : [])
				into.names.add(name);
			break;
		}
		if (!is_function(child))
			declare(child, into);
	}
}

function scope_of(node: function_node | Program, fresh_this: boolean): scope {
	const made = new scope(node, fresh_this);

	if (is_function(node))
		for (const name of node.params.flatMap(bound_names)) {
			made.names.add(name);
			made.fresh.set(name, false);
		}
	declare(node, made);
	return made;
}

/* Whether the end of a chain of accesses may be skipped, as in a?.b.c. */
function is_optional(node: Node): boolean {
	const it = node as AnyNode;

	return it.type === "MemberExpression" ? it.optional || is_optional(it.object) :
		it.type === "CallExpression" && (it.optional || is_optional(it.callee));
}

function is_in_order(object: Node): boolean {
	const it = object as AnyNode;

	return it.type === "MemberExpression" && it.property.type === "Identifier" &&
		IN_ORDER.has(it.property.name);
}

/* Whether an expression may be evaluated twice: it gives the same and changes nothing. */
function is_plain(node: Node): boolean {
	return (is_looker(node) ||
		!/^(Call|New|Assign|Update|Await|Yield|Tagged|Import|Class)/.test(node.type)) &&
		!is_function(node) && [...children(node)].every(is_plain);
}

function is_looker(node: Node): boolean {
	const it = node as AnyNode;

	return it.type === "CallExpression" && it.callee.type === "Identifier" &&
		LOOKERS.has(it.callee.name);
}

/**
 * class instrumenter - makes one module keep the journal
 */
class instrumenter {
	#text: string;
	#name: string;
	#inserted: [at: number, text: string][] = [];
	#helpers = new Map<string, string>();
	#private_helpers: Map<string, string>[] = [];
	#scopes: scope[] = [];
	#count = 0;
	#passing: readonly string[];

	constructor(text: string, name: string) {
		this.#text = text;
		this.#name = name;
		this.#passing = PASSING.get(name) ?? [];
	}

	/** run - returns the new text */
	run(): string {
		const program = parse(this.#text, { ecmaVersion: "latest", sourceType: "module" });

		const module = scope_of(program, false);

		for (const name of this.#passing)
			if (!module.names.has(name))
				throw new Error(`${this.#name}: no variable ${name} any more, see tools/explore/marks.ts`);
		this.#in_scope(module, () => this.#visit_all(program));
		let out = "", from = 0;

		for (const [at, text] of this.#inserted.toSorted(([a], [b]) => a - b)) {
			out += this.#text.slice(from, at) + text;
			from = at;
		}
		return `${out}${this.#text.slice(from)}\n${[...this.#helpers.values()].join("\n")}\n`;
	}

	#insert(at: number, text: string): void {
		this.#inserted.push([at, text]);
	}

	#around(node: Node, before: string, after: string): void {
		this.#insert(node.start, before);
		this.#insert(node.end, after);
	}

	#refuse(node: Node): never {
		const line = this.#text.slice(0, node.start).split("\n").length;

		throw new Error(
			`${this.#name}:${line}: ${node.type}: what it writes cannot be noted`);
	}

	#in_scope(s: scope, fn: () => void): void {
		this.#scopes.push(s);
		fn();
		this.#scopes.pop();
	}

	#visit_all(node: Node): void {
		for (const child of children(node))
			this.#visit(child);
	}

	#visit(node: AnyNode): void {
		switch (node.type) {
		case "FunctionDeclaration": case "FunctionExpression":
			case "ArrowFunctionExpression":
			this.#in_scope(scope_of(node, false), () => this.#visit_all(node));
			return;
		case "MethodDefinition":
			this.#visit(node.key as AnyNode);
			this.#in_scope(scope_of(node.value, is_passing(node)), () =>
				this.#visit_all(node.value));
			return;
		case "ClassDeclaration": case "ClassExpression":
			if (!CACHES.has(node.id?.name ?? ""))
				this.#visit_all(node);
			return;
		case "ClassBody":
			this.#class(node);
			return;
		case "AssignmentExpression":
			this.#written(node.left, node);
			break;
		case "UpdateExpression":
			this.#written(node.argument as Pattern, node);
			break;
		case "ForOfStatement": case "ForInStatement":
			if (node.left.type !== "VariableDeclaration" && !this.#is_own(node.left))
				this.#refuse(node);
			break;
		case "CallExpression":
			this.#call(node);
			break;
		case "UnaryExpression":
			if (node.operator === "delete")
				this.#refuse(node);
			break;
		}
		this.#visit_all(node);
	}

	/* Only code inside the class can name private members, so their helpers stand there. */
	#class(node: AnyNode): void {
		const mine = new Map<string, string>();

		this.#private_helpers.push(mine);
		this.#visit_all(node);
		this.#private_helpers.pop();
		if (mine.size !== 0)
			this.#insert(node.end - 1, `static { ${[...mine.values()].join(" ")} }`);
	}

	#is_own(it: Pattern): boolean {
		return it.type === "Identifier" && this.#scopes.at(-1)!.names.has(it.name);
	}

	/* Put a note in front of a write. @whole is the expression that writes. */
	#written(to: Pattern, whole: AssignmentExpression | UpdateExpression): void {
		switch (to.type) {
		case "Identifier":
			this.#variable(to, whole);
			break;
		case "MemberExpression":
			this.#member(to);
			break;
		case "ObjectPattern":
			for (const it of to.properties)
				this.#written(it.type === "Property" ? it.value : it, whole);
			break;
		case "ArrayPattern":
			for (const it of to.elements)
				if (it !== null)
					this.#written(it, whole);
			break;
		case "AssignmentPattern":
			this.#written(to.left, whole);
			break;
		case "RestElement":
			this.#written(to.argument, whole);
			break;
		}
	}

	#variable({ name }: Identifier, whole: Node): void {
		const at = this.#scopes.findLastIndex((s) => s.names.has(name));

		if (at < 0)
			this.#refuse(whole);
		if (at === this.#scopes.length - 1 || (at === 0 && this.#passing.includes(name)))
			return;
		const restorer = at === 0 ? this.#restorer(`= ${name}`, `${name} = was;`)
			: `(_, was) => { ${name} = was; }`;

		this.#around(whole, `($note(null, ${name}, ${restorer}), `, ")");
	}

	#member(to: MemberExpression): void {
		const { object, property } = to;

		if (object.type === "Super")
			this.#refuse(to);
		if (this.#is_fresh(object))
			return;
		if (!to.computed) {
			this.#named(object, property as Identifier);
			return;
		}
		if (is_plain(property))
			this.#around(object, "$element(",
				`, ${this.#text.slice(property.start, property.end)})`);
		else
			this.#around(object, "$whole(", ")");
	}

	#call({ callee, arguments: args }: CallExpression): void {
		if (callee.type === "Identifier" && LEAVES.has(callee.name))
			this.#filled(args[0]);
		if (callee.type !== "MemberExpression" || callee.computed ||
			callee.property.type !== "Identifier")
			return;
		const { object, property: { name } } = callee;

		if (object.type === "Identifier" && object.name === "Object" && name === "assign") {
			this.#filled(args[0]);
			return;
		}
		const how = METHODS.get(name);

		if (how === undefined || object.type === "Super" || this.#is_fresh(object))
			return;
		const end = is_optional(object) ? ")?" : ")";

		if (how === "end" || how === "whole" || args.length === 0 || !is_plain(args[0])) {
			this.#around(object, how === "end" ? "$end(" : "$whole(", end);
			return;
		}
		this.#around(object, how === "place" && is_in_order(object) ? "$place(" : "$key(",
			`, ${this.#text.slice(args[0].start, args[0].end)}${end}`);
	}

	/* Note an argument that the called function writes. */
	#filled(to: Node): void {
		if (!this.#is_fresh(to))
			this.#around(to, "$whole(", ")");
	}

	#is_fresh(object: AnyNode | Node): boolean {
		const here = this.#scopes.at(-1)!;
		const it = object as AnyNode;

		if (is_function(here.node) && here.node.generator)
			return false;
		return it.type === "ThisExpression" ? here.fresh_this :
			it.type === "Identifier" && here.fresh.get(it.name) === true;
	}

	#named(object: Node, property: Identifier | AnyNode): void {
		const { name } = property as Identifier;

		if (name === "length") {
			this.#around(object, "$whole(", ")");
			return;
		}
		const is_private = property.type === "PrivateIdentifier";
		const member = is_private ? `#${name}` : name;
		const key = is_private ? this.#private_restorer(member) : JSON.stringify(name);

		if (is_plain(object)) {
			const o = this.#text.slice(object.start, object.end);

			this.#around(object, `($note(${o}, ${o}.${member}, ${key}), `, ")");
		} else {
			this.#around(object, `((o) => ($note(o, o.${member}, ${key}), o))(`, ")");
		}
	}

	#restorer(key: string, text: string): string {
		return this.#helper(this.#helpers, key,
			(id) => `function ${id}(_, was) { ${text} }`);
	}

	#private_restorer(member: string): string {
		const id = this.#helper(this.#private_helpers.at(-1)!, member, (it) =>
			`${it} = (o, was) => { o.${member} = was; };`);

		this.#helpers.set(id, `var ${id};`);
		return id;
	}

	#helper(known: Map<string, string>, key: string, text: (id: string) => string): string {
		const made = known.get(key);

		if (made !== undefined)
			return /\$s\d+/.exec(made)![0];
		const id = `$s${this.#count++}`;

		known.set(key, text(id));
		return id;
	}
}

/**
 * instrumented - the text of a module that keeps the journal
 * @text: the module in JavaScript
 * @name: its path from the top of the tree
 *
 * The text needs journal_import in front of it. Every line stays where it is. Throws Error at an
 * assignment or a delete that cannot be noted. Other ways to write are not seen: DataView, Reflect,
 * a method that is called by another name.
 */
export function instrumented(text: string, name: string): string {
	return new instrumenter(text, name).run();
}
