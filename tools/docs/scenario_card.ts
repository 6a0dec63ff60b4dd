// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parts of Documentation/scenarios.md that are made from the tables: the reference card of
 * the notation and the phrases the mail reader knows. Each stands between two markers.
 * tools/docs/main.ts puts them there; a test says when they are out of date.
 */
import { phrases, type phrase } from "../lib/mail/phrases.ts";
import { expectations } from "../lib/scenario/expectations.ts";
import { operations } from "../lib/scenario/operations.ts";

interface row {
	form: string;
	brief: string;
}

function cell(text: string): string {
	return text.replace(/\|/g, "\\|");
}

function card(rows: ReadonlyMap<string, row>): string {
	return ["| line | what it says |", "|---|---|",
		...[...rows.values()].map((r) => `| \`${cell(r.form)}\` | ${cell(r.brief)} |`)].join("\n");
}

const KINDS: [phrase["kind"], string][] = [
	["set-up", "Set-up"], ["operation", "Operations"], ["expectation", "Expectations"],
	["prose", "Known prose"], ["actor", "Two processors at once (known, not replayed)"],
];

function phrase_line(p: phrase): string {
	const list = p.list ? ", queues may follow on lines of their own" : "";

	return `- ${p.name}${list}: ${p.examples.map((e) => `\`${e}\``).join("; ")}`;
}

function phrase_list(): string {
	return KINDS.map(([kind, title]) => [`**${title}**`, "",
		...phrases.filter((p) => p.kind === kind).map(phrase_line)].join("\n")).join("\n\n");
}

/** generated - what stands between which markers */
export const generated: ReadonlyMap<string, () => string> = new Map([
	["operations", () => card(operations)],
	["expectations", () => card(expectations)],
	["phrases", phrase_list],
]);

/**
 * with_generated - a document with its generated parts brought up to date
 * @text: the document, with a pair of markers for each part
 */
export function with_generated(text: string): string {
	let out = text;

	for (const [name, make] of generated) {
		const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
		const [from, to] = [out.indexOf(begin), out.indexOf(end)];

		if (from < 0 || to < from)
			throw new Error(`no part "${name}" in the document`);
		out = `${out.slice(0, from + begin.length)}\n${make()}\n${out.slice(to)}`;
	}
	return out;
}
