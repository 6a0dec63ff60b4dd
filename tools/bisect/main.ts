// SPDX-License-Identifier: GPL-2.0-only
import { properties } from "../explore/properties.ts";
import { exit_code } from "../lib/cli/exit_code.ts";
import { did_you_mean } from "../lib/cli/nearest.ts";
import { fill } from "../lib/cli/fill.ts";
import { parse_args } from "../lib/cli/options.ts";
import { progress_line } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { all_read, read_inputs } from "../lib/mail/input.ts";
import { driver_of } from "../lib/lab/loader.ts";
import type { scenario } from "../lib/scenario/model.ts";
import { HISTORY, bisect, history_from, is_open, type claim } from "./history.ts";
import { bisect_html } from "./html.ts";
import { property_claim, ways_to_break, type sought } from "./property.ts";
import { bisect_json, bisect_ktap, bisect_text } from "./report.ts";

const HELP = `usage: vfio-ap bisect SCENARIO|MAIL ... [--from LABEL] [--to LABEL] [--step N]
                      [--format FORMAT]
       vfio-ap bisect --property NAME [--adapters N] [--domains N] ...

${fill(`Plays a scenario on every driver, oldest first (${HISTORY.join(", ")}),
and where two neighbours part, on every patch that led to the later one. For each claim: the
verdicts along the history (h holds, d differs, o open, p depends on a reading), and each place
where they turn, with the posting, the patch, the verdicts along its series from the text it was
made on (v5.9 to 08: that text, and the ones behind the patches up to the eighth), and the function
that decided. All drivers are played, since verdicts turn back.`)}

  --from LABEL      the first driver (${HISTORY[0]})
  --to LABEL        the last (${HISTORY.at(-1)})
  --step N          this step only
  --property NAME   the shortest ways to break a property of explore, instead of a scenario: of the
                    oldest driver that breaks it, and of each later one that breaks it otherwise
  --adapters N, --domains N  of the machine on which they are searched (1, 1)
  --format FORMAT   text (default), html: one page for a browser, json or ktap
  -h, --help        this text

exit: 0 no verdict turns, 1 some do, 2 unusable input, 3 a claim was not judged on all drivers, or a
mail of an mbox cannot be read (it is named)
`;

const FORMATS = new Map([
	["text", bisect_text], ["html", bisect_html], ["json", bisect_json], ["ktap", bisect_ktap],
]);

function check_label(label: string): string {
	if (!HISTORY.includes(driver_of(label).label))
		throw new usage_error(`driver '${label}' is beside the history, expected one of ` +
			HISTORY.join(", "));
	return label;
}

function history(from: string, to: string): string[] {
	const labels = history_from(check_label(from), check_label(to));

	if (labels.length < 2)
		throw new usage_error(`--from ${from} --to ${to}: no two drivers, oldest first`);
	return labels;
}

/** What is bisected: a scenario, and what is claimed besides. */
interface task {
	scenario: scenario;
	more: claim[];
}

/** What is to be bisected, and whether all that was given could be read. */
interface work {
	tasks: task[];
	whole: boolean;
}

async function read_tasks(files: string[]): Promise<work> {
	const inputs = await read_inputs(files, null);
	const tasks = inputs.flatMap(({ scenarios }) => scenarios)
		.map((scenario): task => ({ scenario, more: [] }));

	return { tasks, whole: all_read(inputs) };
}

function size_of(option: string, text: string): number {
	const n = Number(text);

	if (!Number.isInteger(n) || n < 1 || n > 4)
		throw new usage_error(`--${option} ${text}, expected 1 to 4`);
	return n;
}

function sought_of(v: { property?: string; adapters: string; domains: string }): sought {
	const known = properties.map(({ name }) => name);

	if (!known.includes(v.property!))
		throw new usage_error(`--property ${v.property}: no such property${
			did_you_mean(v.property!, known)}, expected one of ${known.join(", ")}`);
	return {
		property: v.property!, adapters: size_of("adapters", v.adapters),
		domains: size_of("domains", v.domains),
	};
}

async function search_tasks(sought: sought, labels: string[]): Promise<work> {
	const bar = new progress_line();

	try {
		const ways = await ways_to_break(sought, labels, (text) => bar.update(text));

		return {
			tasks: ways.map((way) =>
				({ scenario: way.scenario, more: [property_claim(way)] })),
			whole: true,
		};
	} finally {
		bar.clear();
	}
}

/** main - the command "bisect" */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
		args: argv, allowPositionals: true,
		options: {
			from: { type: "string", default: HISTORY[0]! },
			to: { type: "string", default: HISTORY.at(-1)! },
			step: { type: "string" },
			property: { type: "string" },
			adapters: { type: "string", default: "1" },
			domains: { type: "string", default: "1" },
			format: { type: "string", default: "text" },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	const format = FORMATS.get(values.format);

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (format === undefined)
		throw new usage_error(`--format ${values.format}: no such format, expected one of ` +
			[...FORMATS.keys()].join(", "));
	if ((positionals.length === 0) === (values.property === undefined))
		throw new usage_error(
			"bisect needs a scenario or a mail, e.g. a file of test/scenarios, " +
			"or --property");
	const labels = history(values.from, values.to);
	const { tasks, whole } = values.property === undefined ? await read_tasks(positionals)
		: await search_tasks(sought_of(values), labels);
	const results = [];

	for (const { scenario, more } of tasks)
		results.push(await bisect(scenario, labels, values.step ?? null, more));
	if (values.step !== undefined && results.every(({ steps }) => steps.length === 0))
		throw new usage_error(`--step ${values.step}: no claim has that number`);
	process.stdout.write(format(results));
	if (results.some(({ steps }) => steps.some(({ flips }) => flips.length > 0)))
		return exit_code.differs;
	return whole && !results.some(({ steps }) => steps.some(is_open)) ? exit_code.holds
		: exit_code.open;
}
