// SPDX-License-Identifier: GPL-2.0-only
import { parseArgs } from "node:util";
import { exit_code } from "../lib/cli/exit_code.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { nothing_found, read_inputs } from "../lib/mail/input.ts";
import { HISTORY, bisect, history_from } from "./history.ts";
import { bisect_json, bisect_ktap, bisect_text } from "./report.ts";

const HELP = `usage: vfio-ap bisect SCENARIO|MAIL ... [--from LABEL] [--to LABEL] [--step N]
                      [--format FORMAT]

Plays a scenario on every driver, oldest first (${HISTORY.join(", ")}),
and where two neighbours part, on every patch that led to the later one. For each claim: the
verdicts along the history (h holds, d differs, o open, p depends on a reading), and each place
where they turn, with the posting, the patch, the verdicts along its series from the text it was
made on, and the function that decided. All drivers are played, since verdicts turn back.

  --from LABEL      the first driver (${HISTORY[0]})
  --to LABEL        the last (${HISTORY.at(-1)})
  --step N          this step only
  --format FORMAT   text (default), json or ktap
  -h, --help        this text

exit: 0 no verdict turns, 1 some do, 2 unusable input
`;

const FORMATS = new Map([["text", bisect_text], ["json", bisect_json], ["ktap", bisect_ktap]]);

function check_label(label: string): string {
	if (!HISTORY.includes(label))
		throw new usage_error(`unknown driver '${label}', one of: ${HISTORY.join(", ")}`);
	return label;
}

function history(from: string, to: string): string[] {
	const labels = history_from(check_label(from), check_label(to));

	if (labels.length < 2)
		throw new usage_error(`--from ${from} --to ${to}: no two drivers, oldest first`);
	return labels;
}

/** main - the command "bisect" */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args: argv, allowPositionals: true,
		options: {
			from: { type: "string", default: HISTORY[0]! },
			to: { type: "string", default: HISTORY.at(-1)! },
			step: { type: "string" },
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
		throw new usage_error(`--format ${values.format}: no such format, one of: ` +
			[...FORMATS.keys()].join(", "));
	if (positionals.length === 0)
		throw new usage_error("bisect needs a scenario or a mail, e.g. a file of test/scenarios");
	const labels = history(values.from, values.to);
	const inputs = await read_inputs(positionals, null);

	for (const input of inputs.filter(({ scenarios }) => scenarios.length === 0))
		process.stderr.write(`vfio-ap: ${nothing_found(input)}\n`);
	const results = [];

	for (const scenario of inputs.flatMap(({ scenarios }) => scenarios))
		results.push(await bisect(scenario, labels, values.step ?? null));
	if (values.step !== undefined && results.every(({ steps }) => steps.length === 0))
		throw new usage_error(`--step ${values.step}: no claim has that number`);
	process.stdout.write(format(results));
	return results.some(({ steps }) => steps.some(({ flips }) => flips.length > 0))
		? exit_code.differs : exit_code.holds;
}
