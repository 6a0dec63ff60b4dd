// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine as one script: the lab, the drivers and the readers that replay has, for a browser.
 * What a debugger would look up in the sources while it runs, which there are none of in a page,
 * is looked up here: what stands where in the script.
 */
import { SourceMap, type SourceMapPayload } from "node:module";
import { parse, type Node } from "acorn";
import type { driver } from "../../drivers/s390/crypto/history/index.ts";
import { bundle } from "../lib/page/script.ts";
import { tree_file } from "../lib/series/states.ts";
import { arguments_at, LOCAL_MASK } from "../lib/texts/calls.ts";
import { DRIVER_FILE, read_function } from "../lib/texts/source_text.ts";
import { root } from "../lib/texts/tree.ts";
import { for_pages } from "./for_pages.ts";
import type { known_call, known_function, script_texts } from "./live/script_text.ts";
import { inline_constants } from "./constants.ts";
import { order_names } from "./name_order.ts";
import { parts_of } from "./rewriting.ts";
import { share_names, type named } from "./shared_names.ts";

/**
 * struct machine_script - what a page needs to run the machine
 * @script: the script
 * @texts: what stands where in it
 */
export interface machine_script {
	script: string;
	texts: script_texts;
}

/** struct origin - where a place of the script comes from; line and column from 0 */
interface origin {
	file: string;
	line: number;
	column: number;
}

/** class script_map - from places of the script to the sources */
class script_map {
	#map: SourceMap;
	#lines: number[] = [0];

	constructor(script: string, payload: string) {
		this.#map = new SourceMap(JSON.parse(payload) as SourceMapPayload);
		for (let i = script.indexOf("\n"); i >= 0; i = script.indexOf("\n", i + 1))
			this.#lines.push(i + 1);
	}

	/** origin_of - null where it has none, or with @exact none of its own */
	origin_of(at: number, exact = false): origin | null {
		const line = this.#lines.findLastIndex((start) => start <= at);
		const entry = this.#map.findEntry(line, at - this.#lines[line]!);

		if (!("originalSource" in entry) ||
			exact && entry.generatedColumn !== at - this.#lines[line]!)
			return null;
		const url = new URL(entry.originalSource, `file://${root}`);
		const file = decodeURI(url.pathname).slice(root.length);

		return { file, line: entry.originalLine, column: entry.originalColumn };
	}

	/** declared_at - whose name is exactly at a place; null if that is none of the sources' */
	declared_at(at: number): named | null {
		const origin = this.origin_of(at, true);
		const name = origin === null ? undefined : /^\w+/.exec(text_behind(origin))?.[0];

		return name === undefined ? null : { file: origin!.file, name };
	}
}

interface function_node extends Node {
	id: Node | null;
}

function* nodes_below(node: Node): Generator<Node> {
	yield node;
	for (const [, below] of parts_of(node))
		yield* nodes_below(below);
}

/** Behind a place of a source: its text, some lines of it. */
function text_behind({ file, line, column }: origin): string {
	return tree_file(file)!.split("\n").slice(line, line + 6).join("\n").slice(column);
}

/*
 * What the recorder of decisions asks for: who sets a bit, looks a queue up or has an mdev's masks.
 */
const DECIDES = /_bit_inv\(|get_queue\(|\.(?:shadow_apcb|matrix)\b/;
const SETS_A_BIT = /^(?:set|clear)_bit_inv\(/;

function function_text(text: string, func: string): string {
	const at = text.search(new RegExp(`^(?:export )?function ${func}\\(`, "m"));

	return text.slice(at, text.indexOf("\n}\n", at));
}

/** class text_finder - collects what a script's texts are */
class text_finder {
	#origin_of: (at: number) => origin | null;
	#functions = new Map<string, known_function[]>();
	#patches = new Map<string, number>();
	/* where the last function that is known ends */
	#end = 0;

	constructor(script: string, origin_of: (at: number) => origin | null) {
		this.#origin_of = origin_of;
		for (const node of nodes_below(parse(script, { ecmaVersion: "latest" })))
			if (node.type === "FunctionDeclaration")
				this.#function(node as function_node);
	}

	get texts(): script_texts {
		return {
			functions: [...this.#functions],
			patches: [...this.#patches.keys()].map((key) =>
				JSON.parse(key) as script_texts["patches"][number]),
		};
	}

	/* Where in a driver's text that decides a place of the script is from. */
	#origin(at: number): origin | null {
		const origin = this.#origin_of(at);

		return origin !== null && DRIVER_FILE.test(origin.file) ? origin : null;
	}

	#patch(patch: string, id: string | null): number {
		const key = JSON.stringify([patch, id]);
		const number = this.#patches.get(key) ?? this.#patches.size;

		this.#patches.set(key, number);
		return number;
	}

	#function(node: function_node): void {
		const { id, start, end } = node;
		const origin = id === null ? null : this.#origin(id.start);

		if (origin === null)
			return;
		const text = tree_file(origin.file)!;
		const func = /^\w+/.exec(text_behind(origin))?.[0] ?? "";
		const info = read_function(text, func);

		if (info === null || !DECIDES.test(function_text(text, func)))
			return;
		const list = this.#functions.get(origin.file) ?? [];
		const params: [string[]?] = info.predicate ? [info.params] : [];

		this.#functions.set(origin.file, list);
		list.push([
			start - this.#end, end - start, func, this.#patch(info.patch, info.id),
			this.#calls(node), ...params,
		]);
		this.#end = end;
	}

	#calls(func: Node): known_call[] {
		return [...nodes_below(func)].flatMap(({ type, start }): known_call[] => {
			const origin = type === "CallExpression" ? this.#origin(start) : null;
			const text = origin === null ? "" : text_behind(origin);

			const last = !SETS_A_BIT.test(text) ? ""
				: arguments_at(text, text.indexOf("(")).at(-1)!;

			return LOCAL_MASK.test(last) ? [[start - func.start, last]] : [];
		});
	}
}

/**
 * machine_script - build the script
 * @entry: its module's source
 * @wanted: the drivers that are in it
 */
export async function machine_script(entry: string, wanted: readonly driver[]):
		Promise<machine_script> {
	const { outputFiles } = await bundle(entry, {
		plugins: [for_pages(wanted)],
		sourcemap: "external", outfile: `${root}page.js`, sourcesContent: false,
		define: { "import.meta.url": '"file:///vfio-ap/a/b/c"' },
	});
	const text = (end: string): string =>
		outputFiles.find(({ path }) => path.endsWith(end))!.text;
	const made = text(".js").trim();
	const map = new script_map(made, text(".map"));
	const inlined = inline_constants(made);
	const shared = share_names(inlined.script,
		(at) => map.declared_at(inlined.before(at)));
	const { script, before } = order_names(shared.script);
	const finder = new text_finder(script,
		(at) => map.origin_of(inlined.before(shared.before(before(at)))));

	return { script, texts: finder.texts };
}
