// SPDX-License-Identifier: GPL-2.0-only
/*
 * Drivers are much alike. In one script each of their functions has a name of its own, so nothing
 * that compresses the script sees it. Here each driver but the first gets a block, and in it the
 * names that drivers before it have for the same things.
 */
import type { AnyNode, Statement } from "acorn";
import {
	declared_by, names_in, rewritten, statements_of, type edit, type new_script,
} from "./rewriting.ts";

/** struct named - what a place of a script stands for: a name in a file of the tree */
export interface named {
	file: string;
	name: string;
}

const DRIVER = /^drivers\/s390\/crypto\/(?:history\/([^/]+)\/)?(vfio_ap_[^/]+)$/;

/** struct part - a statement; @driver: whose it is, @uses: the drivers whose names are in it */
interface part {
	node: Statement;
	driver: string | null;
	uses: ReadonlySet<string>;
}

/** class renamer - finds what is whose, and what it is to be called */
class renamer {
	#parts: part[];
	/* what drivers declare, by their names in the script */
	#owners = new Map<string, string>();
	/* what those are called that drivers share, by what they are in the sources */
	#shared = new Map<string, string>();
	#names = new Map<string, string>();
	#text: rewritten;

	constructor(script: string, named_at: (at: number) => named | null) {
		const statements = statements_of(script);

		this.#text = new rewritten(script);
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
		return new Set(names_in(node).map(({ name }) => this.#owners.get(name))
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
		const renamed = names_in(node).flatMap(({ start, end, name, key }) => {
			const text = this.#names.get(name);

			return text === undefined ? [] : [{ start, end, text: key + text }];
		});
		const { start } = node;

		/* in a block "var" is not of the block */
		return node.type !== "VariableDeclaration" ? renamed
			: [{ start, end: start + "var".length, text: "let" }, ...renamed];
	}

	#copy_renamed(node: Statement): void {
		this.#text.copy(node.start, node.end, this.#edits_of(node));
	}

	/* A driver's block stands where its last statement was: it needs what stands between. */
	#write(): void {
		const moving = this.#moving();
		let end = this.#parts[0]!.node.start;

		this.#text.copy(0, end);
		for (const { node, driver } of this.#parts) {
			const own = driver === null || !moving.has(driver) ? []
				: this.#parts.filter((part) => part.driver === driver);

			if (own.length === 0) {
				this.#text.copy(node.start, node.end);
			} else if (own.at(-1)!.node === node) {
				this.#text.add("{", node.start);
				own.forEach((part) => this.#copy_renamed(part.node));
				this.#text.add("}", node.end);
			}
			({ end } = node);
		}
		this.#text.copy(end);
	}

	get result(): new_script {
		this.#write();
		return this.#text.result;
	}
}

/**
 * share_names - give what drivers have in common the same names
 * @script: one function, called at once, whose names are all different, as esbuild makes them
 * @named_at: what is declared at a place of it
 */
export function share_names(script: string, named_at: (at: number) => named | null):
		new_script {
	return new renamer(script, named_at).result;
}
