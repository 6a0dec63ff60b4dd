// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which branches of a reader were taken: V8 counts blocks, the text of what runs says where they
 * branch. Alternatives that the text leaves out, such as an if without an else, are not counted.
 */
import { findSourceMap } from "node:module";
import type { Profiler } from "node:inspector";
import { Session } from "node:inspector/promises";
import { parse, type Node } from "acorn";
import { source_of } from "../../tools/lib/texts/tree.ts";
import type { counted } from "./readers.ts";

/** struct branches - of a file: how many, and the lines of those never taken */
export interface branches {
	file: string;
	all: number;
	missed: number[];
}

interface range {
	startOffset: number;
	endOffset: number;
	count: number;
}

type script_counts = Profiler.ScriptCoverage;

/* A part of a node that is done or not, by the node's type. */
const PARTS: Record<string, string[]> = {
	IfStatement: ["consequent", "alternate"],
	ConditionalExpression: ["consequent", "alternate"],
	LogicalExpression: ["right"], AssignmentPattern: ["right"], SwitchCase: ["consequent"],
	ForStatement: ["body"], ForOfStatement: ["body"], WhileStatement: ["body"],
	CatchClause: ["body"], FunctionDeclaration: ["body"], FunctionExpression: ["body"],
	ArrowFunctionExpression: ["body"],
};

function nodes_in(value: unknown): Node[] {
	return [value].flat().filter((it): it is Node =>
		typeof it === "object" && it !== null && typeof (it as Node).type === "string");
}

/* Where each branch begins, in the functions that count. */
function* starts_of(node: Node, of: counted, counts = of.only === undefined): Generator<number> {
	const members = node as never as Record<string, unknown>;
	const name = (members["id"] as { name?: string } | null | undefined)?.name ?? "";
	const within = node.type !== "FunctionDeclaration" ? counts
		: of.only?.includes(name) ?? (counts && of.but?.includes(name) !== true);

	if (within)
		for (const part of PARTS[node.type] ?? [])
			for (const { start } of nodes_in(members[part]).slice(0, 1))
				yield start;
	for (const member of Object.values(members))
		for (const child of nodes_in(member))
			yield* starts_of(child, of, within);
}

/* The innermost range says how often. */
function count_at(ranges: readonly range[], at: number): number {
	let found: range | null = null;

	for (const it of ranges)
		if (it.startOffset <= at && at < it.endOffset && (found === null ||
			it.endOffset - it.startOffset <= found.endOffset - found.startOffset))
			found = it;
	return found?.count ?? 0;
}

function line_of(url: string, text: string, at: number): number {
	const before = text.slice(0, at).split("\n");
	const entry = findSourceMap(url)?.findEntry(before.length - 1, before.at(-1)!.length);

	return (entry !== undefined && "originalLine" in entry
		? entry.originalLine : before.length - 1) + 1;
}

/**
 * class coverage - counts from now on
 */
export class coverage {
	#session = new Session();
	#counts: Promise<script_counts[]> | null = null;

	async begin(): Promise<void> {
		this.#session.connect();
		await this.#session.post("Debugger.enable");
		await this.#session.post("Profiler.enable");
		await this.#session.post("Profiler.startPreciseCoverage",
			{ callCount: true, detailed: true });
	}

	/** end - no more is counted */
	end(): void {
		this.#counts ??= this.#session.post("Profiler.takePreciseCoverage")
			.then(({ result }) => result);
	}

	/**
	 * taken - what was taken of some files
	 * @wanted: which, by path
	 */
	async taken(wanted: ReadonlyMap<string, counted>): Promise<branches[]> {
		const list: branches[] = [];

		for (const { url, scriptId, functions } of await this.#counts!) {
			const file = source_of(url);
			const of = wanted.get(file);

			if (of === undefined)
				continue;
			const { scriptSource } =
				await this.#session.post("Debugger.getScriptSource", { scriptId });
			const ranges = functions.flatMap((it) => it.ranges);
			const starts = [...starts_of(parse(scriptSource,
				{ ecmaVersion: "latest", sourceType: "module" }), of)];

			list.push({
				file, all: starts.length,
				missed: starts.filter((at) => count_at(ranges, at) === 0)
					.map((at) => line_of(url, scriptSource, at)),
			});
		}
		return list;
	}
}
