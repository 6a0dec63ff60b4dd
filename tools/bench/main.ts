// SPDX-License-Identifier: GPL-2.0-only
import { parseArgs } from "node:util";
import { exit_code } from "../lib/cli/exit_code.ts";
import { write_file } from "../lib/cli/output.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { json_report, markdown_report, text_report } from "./report.ts";
import type { effort } from "./row.ts";
import { run_suites } from "./run.ts";
import { suites } from "./suites.ts";

const FORMATS = new Map([
	["text", text_report],
	["markdown", markdown_report],
	["json", json_report],
]);

const HELP = `usage: vfio-ap bench [SUITE...] [--driver LABEL[,LABEL...]] [--long]

Measures, a fresh process for each suite and driver, and beside it our own C program of the same
algorithms, where there is a compiler. Without SUITE all of them: ${[...suites.keys()].join(", ")}.

  --driver LABEL    only these drivers or contestants
  --long            for publication: minutes instead of seconds
  --smoke           once and tiny: that it runs, no figures
  --format FORMAT   one of ${[...FORMATS.keys()].join(", ")} (text)
  --plot FILE       the suite scale as an SVG image (needs vega, a development package)
  -h, --help        this text
`;

function suite_names(names: readonly string[]): string[] {
	for (const name of names)
		if (!suites.has(name))
			throw new usage_error(`unknown suite '${name}', one of: ${[...suites.keys()].join(", ")}`);
	return names.length === 0 ? [...suites.keys()] : [...names];
}

async function subjects_of(names: readonly string[], list: string | undefined): Promise<string[]> {
	const chosen = await Promise.all(names.map((name) => suites.get(name)!()));
	const known = new Set(chosen.flatMap(({ subjects }) => subjects));
	const labels = list?.split(",") ?? [];

	for (const label of labels)
		if (!known.has(label))
			throw new usage_error(`--driver ${label}: not measured here, one of: ${[...known].join(", ")}`);
	return labels;
}

/** main - vfio-ap bench */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args: argv,
		allowPositionals: true,
		options: {
			driver: { type: "string" },
			format: { type: "string", default: "text" },
			long: { type: "boolean", default: false },
			smoke: { type: "boolean", default: false },
			plot: { type: "string" },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	const report = FORMATS.get(values.format);

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (report === undefined)
		throw new usage_error(
			`--format ${values.format}: no such format, one of: ${[...FORMATS.keys()].join(", ")}`);
	const names = suite_names(positionals);
	const effort: effort = values.smoke ? "smoke" : values.long ? "long" : "quick";
	const results = await run_suites(names, await subjects_of(names, values.driver), effort);

	process.stdout.write(report(results));
	if (values.plot !== undefined) {
		const { scale_plot } = await import("./plot.ts");

		write_file(values.plot, await scale_plot(results.rows));
	}
	return exit_code.holds;
}
