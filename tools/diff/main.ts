// SPDX-License-Identifier: GPL-2.0-only
import { driver_by_label, drivers, type driver } from "../../drivers/s390/crypto/history/index.ts";
import { exit_code } from "../lib/cli/exit_code.ts";
import { fill } from "../lib/cli/fill.ts";
import { parse_args } from "../lib/cli/options.ts";
import { write_text } from "../lib/cli/output.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { state_by_label } from "../lib/series/states.ts";
import { compare_drivers } from "./compare.ts";
import {
	markdown_diffs, markdown_summary, text_diffs, text_summary, type comparison,
} from "./report.ts";

const LABELS = drivers.map(({ label }) => label).join(", ");

const HELP = `usage: vfio-ap diff OLD NEW [FUNCTION] [--stat] [--format FORMAT] [-o FILE]

${fill(`Compares two drivers (${LABELS}; v13@8 is
v13 after its patch 8): a table of their functions and structs, then a
unified diff of each that differs; with FUNCTION, the diff of that one. A function whose
comments differ and nothing else is unchanged.`)}

  --stat            the table only
  --format FORMAT   text (default), markdown, or html: one page, the two texts beside each other
  -o, --output FILE write there, not to standard output
  -h, --help        this text

exit: 0 nothing differs, 1 something does, 2 unusable input
`;

const FORMATS = new Map([
	["text", { summary: text_summary, diffs: text_diffs }],
	["markdown", { summary: markdown_summary, diffs: markdown_diffs }],
]);

function find_driver(label: string): driver {
	const found = driver_by_label(label) ?? state_by_label(label);

	if (found === undefined)
		throw new usage_error(`unknown driver '${label}', expected one of ${LABELS}`);
	return found;
}

function compare(labels: string[], name: string | undefined): comparison {
	const [old, now] = labels.map(find_driver);
	const changes = compare_drivers(old, now)
		.filter((change) => name === undefined || change.name === name);

	if (changes.length === 0)
		throw new usage_error(`no '${name}' in ${old.label} or ${now.label}, ` +
			`vfio-ap diff ${old.label} ${now.label} --stat lists what there is`);
	return { old, now, changes };
}

function text_of(
	of: comparison, format: string, with_summary: boolean, with_diffs: boolean,
): string {
	const { summary, diffs } = FORMATS.get(format)!;

	return [...with_summary ? [summary(of)] : [], ...with_diffs ? [diffs(of)] : []]
		.filter((part) => part !== "").join("\n");
}

/** main - vfio-ap diff */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
		args: argv,
		allowPositionals: true,
		options: {
			stat: { type: "boolean", default: false },
			format: { type: "string", default: "text" },
			output: { type: "string", short: "o" },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	const name = positionals[2];

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (!FORMATS.has(values.format) && values.format !== "html")
		throw new usage_error(`--format ${values.format}: no such format, expected one of ` +
			[...FORMATS.keys(), "html"].join(", "));
	if (positionals.length < 2 || positionals.length > 3)
		throw new usage_error(
			"diff needs two drivers and at most one function, e.g. diff v11 v12");
	const of = compare(positionals.slice(0, 2), name);

	const text = values.format === "html" ? await (await import("./html.ts")).diff_page(of) :
		text_of(of, values.format, name === undefined || values.stat, !values.stat);

	write_text(text, values.output);
	return of.changes.every(({ fate }) => fate === "unchanged")
		? exit_code.holds : exit_code.differs;
}
