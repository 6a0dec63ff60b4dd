// SPDX-License-Identifier: GPL-2.0-only
import { exit_code } from "../lib/cli/exit_code.ts";
import { fill } from "../lib/cli/fill.ts";
import { number_option, parse_args } from "../lib/cli/options.ts";
import { write_file } from "../lib/cli/output.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { find_source } from "../oracle/source.ts";
import { kept_figures } from "./kept.ts";
import { json_report, markdown_report, text_report } from "./report.ts";
import type { effort } from "./row.ts";
import { find_driver, run_suites } from "./run.ts";
import { suites } from "./suites.ts";

const FORMATS = new Map([
	["text", text_report],
	["markdown", markdown_report],
	["json", json_report],
]);

const HELP = `usage: vfio-ap bench [SUITE...] [--driver LABEL[,LABEL...]] [--long]
                     [--linux-source DIR|DEB|auto] [--rounds N]

${fill(`Measures, a fresh process for each suite and driver, and beside it, where there is a compiler,
the driver's own C (column C) and our own imitation of the same algorithms (column limit). Without
SUITE all of them: ${[...suites.keys()].join(", ")}.`)}

  --driver LABEL    only these drivers or contestants: any driver, v13@9 too, where drivers are
                    measured
  --linux-source    a kernel tree, a tarball, Debian's linux-source package or auto, from
                    which the driver's own C is (vfio-ap oracle --help)
  --rounds N        all of it so often, in turn (1; 5 with --linux-source), each round
                    shorter; ratios with spread
  --long            for publication: minutes instead of seconds
  --smoke           once and tiny: that it runs, no figures
  --format FORMAT   one of ${[...FORMATS.keys()].join(", ")} (text)
  --plot FILE       the suite scale as an SVG image (with vega)
  -h, --help        this text
`;

function suite_names(names: readonly string[]): string[] {
	for (const name of names)
		if (!suites.has(name))
			throw new usage_error(`unknown suite '${name}', expected one of ${[...suites.keys()].join(", ")}`);
	return names.length === 0 ? [...suites.keys()] : [...names];
}

async function subjects_of(names: readonly string[], list: string | undefined): Promise<string[]> {
	const chosen = await Promise.all(names.map((name) => suites.get(name)!()));
	const known = new Set(chosen.flatMap(({ subjects }) => subjects));
	const labels = list?.split(",") ?? [];
	const any = chosen.some(({ any_driver }) => any_driver === true);

	for (const label of labels)
		if (!known.has(label) && !(any && find_driver(label)))
			throw new usage_error(`--driver ${label}: not measured here, expected one of ${[...known].join(", ")}`);
	return labels;
}

function rounds_of(text: string | undefined, beside_c: boolean): number {
	return text === undefined ? beside_c ? 5 : 1 : number_option("rounds", text, 1);
}

/** That it runs; one short round measures nothing, so there is no figure to be taken for one. */
function smoke_text(rows: readonly { suite: string }[]): string {
	const suites_run = [...new Set(rows.map(({ suite }) => suite))];

	return suites_run.map((name) => {
		const number = rows.filter(({ suite }) => suite === name).length;

		return `${name}: ${number} case${number === 1 ? "" : "s"} ran\n`;
	}).join("");
}

/** main - vfio-ap bench */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
		args: argv,
		allowPositionals: true,
		options: {
			driver: { type: "string" },
			format: { type: "string", default: "text" },
			long: { type: "boolean", default: false },
			smoke: { type: "boolean", default: false },
			"linux-source": { type: "string" },
			rounds: { type: "string" },
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
			`--format ${values.format}: no such format, expected one of ${[...FORMATS.keys()].join(", ")}`);
	const names = suite_names(positionals);
	const source = values["linux-source"] === undefined
		? null : await find_source(values["linux-source"], "v6.12");
	const rounds = rounds_of(values.rounds, source !== null && !values.smoke);
	const effort: effort = values.smoke ? "smoke" : values.long ? "long"
		: rounds > 1 ? "round" : "quick";
	const results = await run_suites({
		names, subjects: await subjects_of(names, values.driver), effort, source, rounds,
		kept: new kept_figures(null),
	});

	process.stdout.write(effort === "smoke" && values.format !== "json"
		? smoke_text(results.rows) : report(results));
	if (values.plot !== undefined) {
		const { scale_plot } = await import("./plot.ts");

		write_file(values.plot, await scale_plot(results.rows));
	}
	return exit_code.holds;
}
