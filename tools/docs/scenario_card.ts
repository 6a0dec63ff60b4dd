// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parts of Documentation/scenarios.md that are made from the tables: the reference card of
 * the notation and the phrases the mail reader knows.
 */
import { markdown_table } from "../lib/cli/table.ts";
import { frames } from "../lib/mail/english/frames.ts";
import { phrases, type phrase } from "../lib/mail/sentence/phrases.ts";
import { typed_lines } from "../lib/mail/typed/shell.ts";

interface row {
	form: string;
	brief: string;
}

function cell(text: string): string {
	return text.replace(/\|/g, "\\|");
}

/** card - a table of the notation: what a line says */
export function card(rows: ReadonlyMap<string, row>): string {
	return markdown_table({
		heading: ["line", "what it says"],
		rows: [...rows.values()].map((r) => [`\`${cell(r.form)}\``, cell(r.brief)]),
	});
}

const KINDS: [phrase["kind"], string][] = [
	["set-up", "Set-up"], ["operation", "Operations"], ["expectation", "Expectations"],
	["prose", "Known prose"], ["actor", "Two processors at once (known, not replayed)"],
];

const WIDTH = 120;

/* An item of a list; Markdown takes a line break in a code span for a space. */
function item(name: string, examples: readonly string[]): string {
	const words = `- ${name}: ${examples.map((e) => `\`${e}\``).join("; ")}`.split(" ");
	const lines: string[] = [];

	for (const word of words)
		if (lines.length === 0)
			lines.push(word);
		else if (lines.at(-1)!.length + word.length < WIDTH)
			lines.push(`${lines.pop()!} ${word}`);
		else
			lines.push(`  ${word}`);
	return lines.join("\n");
}

function phrase_line(p: phrase): string {
	return item(p.name + (p.list ? ", queues may follow on lines of their own" : ""),
		p.examples);
}

/** What frames take, which is more than their examples; and what a shell line may be. */
function general(): string {
	return ["**English, by its words**", "",
		...frames.map((f) => item(f.name, f.examples)), "",
		"**Typed at a shell**", "", ...typed_lines.map((e) => `- \`${e}\``)].join("\n");
}

/** phrases_text - what is read: frames and shell lines, and the list's own phrases by kind */
export function phrases_text(): string {
	return `${general()}\n\n${KINDS.map(([kind, title]) => [`**${title}**`, "",
		...phrases.filter((p) => p.kind === kind).map(phrase_line)].join("\n")).join("\n\n")}\n`;
}
