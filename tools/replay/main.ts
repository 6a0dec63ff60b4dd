// SPDX-License-Identifier: GPL-2.0-only
import { join } from "node:path";

import { exit_code } from "../lib/cli/exit_code.ts";
import { parse_args } from "../lib/cli/options.ts";
import { write_text } from "../lib/cli/output.ts";
import { plural } from "../lib/cli/plural.ts";
import { printable } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import type { reading } from "../lib/mail/read.ts";
import type { scenario } from "../lib/scenario/model.ts";
import { parse_host_text } from "../lib/scenario/parse.ts";
import { all_read, nothing_found, read_inputs, type input } from "../lib/mail/input.ts";
import { under_review } from "../../drivers/s390/crypto/history/index.ts";
import type { lab_driver } from "../lib/lab/model.ts";
import type { lack } from "../lib/play/needs.ts";
import type { report } from "../lib/play/play.ts";
import { root } from "../lib/texts/tree.ts";
import { outcome_table, scenario_text } from "./text.ts";
import { lines_read } from "./words.ts";

const HELP = `usage: vfio-ap replay [FILE|MAIL|DIR ...] [--driver v11,v12|all] [--host HOST]
                      [--format text|html|ktap|json] [--crossread PAGE] [--grid] [-o FILE]
                      [--oracle DIR]

Plays scenarios on drivers and says what holds. FILE is in the notation (Documentation/
scenarios.md), MAIL a mail, an mbox or an archive's page, - what is piped in. Without any the
corpus is played on those drivers and shown as a table.

  --driver LIST    the drivers, separated by commas, or all
                   (default: v11,v12,v13,v6.0,v6.12)
  --host HOST      the host's AP configuration, in place of what is assumed, e.g.
                   'adapters 04 05 domains 0004 0047 0053 0054'
  --format FORMAT  text (default), ktap, json, or html: one page to look at and to send, with a
                   grid of adapters by domains for each driver behind each step
  --crossread PAGE a page of "crossread --format html" that lies beside the html page: reasons
                   lead to its functions (may be repeated)
  --grid           grids of adapters by domains in the terminal, behind each step that changes one
  --ascii          without box characters, as where the locale has none
  -o, --output FILE  write there; html goes to standard output without it
  --oracle DIR     a column "C" more: vfio_ap of that kernel tree, compiled here (vfio-ap
                   oracle --help); a tarball, Debian's linux-source package or auto will do

A claim holds or differs; an operation without a claim ran; what could not be judged is open, and
the output says why; what the readings of a mail disagree about depends. A scenario is not
played on drivers that lack what it needs, such as migration, nor with "all" on those that its
verdicts leave out; a word says so. The exit code is 1 if anything differs
(from what is claimed, or from the scenario's verdict line), else 3 if anything is open or depends,
or a mail of an mbox cannot be read (it is named), else 0; 4 if all was skipped.
`;
const FORMATS = ["text", "html", "ktap", "json"];
/** shown step by step before the table of the corpus */
const EXAMPLES = [
	"v11-bind-unbind-example-as-meant", "v11-bind-unbind-example-as-written",
	"v11-long-example-host-has-0053", "v12-guest-apcb-example",
];
const CORPUS = join(root, "test/scenarios/");

/** How the lines of an example were read, and where it is quoted again. */
function preface_of(r: reading): string[] {
	return [
		`lines    ${lines_read(r)}`,
		...(r.again.length === 0
			? [] : [`again    quoted from line ${r.again.join(", ")}`]),
	];
}

function preface_for(i: input, s: scenario): string[] {
	const r = i.readings?.find((it) => it.scenarios.includes(s));

	return r === undefined ? [] : preface_of(r);
}

function actor_lines(i: input): string[] {
	return (i.readings ?? []).filter((r) => r.actors).map((r) =>
		`${printable(i.file)}: lines ${r.first}-${r.last} tell of two processors at once and are ` +
		"not replayed");
}

/** What is to be said of the files besides what was played. */
function notes_on(inputs: input[]): string[] {
	return inputs.flatMap((i) => i.scenarios.length === 0 ?
		nothing_found(i, inputs.length === 1).map(printable) : actor_lines(i));
}

/** What the driver under review does. */
function review_text(reports: report[][]): string {
	const { label, source } = reports[0]![0]!.driver;

	return `Under review: ${label}, and what is claimed of it\n${source}\n` +
		"(Documentation/migration.md; step by step:\n" +
		"vfio-ap replay test/scenarios/migration)\n\n" +
		`${outcome_table(reports)}\n`;
}

/**
 * The corpus: what is under review, unless drivers were named, the examples, what did not come out
 * as recorded, and the table.
 */
function corpus_text(inputs: input[], all: report[][], by_default: boolean): string {
	const of_review = ({ driver }: report): boolean =>
		by_default && driver.label === under_review;
	const review = all.map((list) => list.filter(of_review))
		.filter((list) => list.length > 0);
	const reports = all.filter((list) => !list.some(of_review));
	const glances = EXAMPLES.flatMap((name) => {
		const list = reports.find(([r]) => r!.scenario.name === name);

		return list === undefined ? [] : [scenario_text(list[0]!.scenario, list, [])];
	});
	const wrong = all.filter((list) => list.some((r) => !r.as_recorded));

	return (review.length === 0 ? "" : review_text(review)) + glances.join("") +
		text_of(inputs, wrong) + outcome_table(reports);
}

function text_of(inputs: input[], reports: report[][]): string {
	const input_of = (s: scenario): input => inputs.find((i) => i.scenarios.includes(s))!;
	const detail = reports.map((list) => {
		const s = list[0]!.scenario;

		return scenario_text(s, list, preface_for(input_of(s), s));
	});

	return detail.join("") + inputs.flatMap(actor_lines).map((text) => `${text}\n`).join("");
}

/**
 * struct wanted - how reports are to be shown
 * @corpus: no file was named
 * @by_default: no driver was named
 */
interface wanted {
	format: string;
	grid: boolean;
	ascii: boolean;
	corpus: boolean;
	by_default: boolean;
	crossread: string[];
}

async function report_text(inputs: input[], reports: report[][],
	{ format, grid, ascii, corpus, by_default, crossread }: wanted):
		Promise<string> {
	switch (format) {
	case "html":
		return (await import("./html.ts")).replay_page(reports, {
			readings: inputs.flatMap(({ readings }) => readings ?? []), crossread,
			notes: notes_on(inputs),
		});
	case "ktap":
		return (await import("./ktap.ts")).ktap_text(reports);
	case "json": {
		const { json_line } = await import("./json.ts");

		return reports.flat().map(json_line).join("");
	}
	}
	if (grid) {
		const { grids_text, wants_ascii } = await import("./grid.ts");
		const plain = ascii || wants_ascii();

		return reports.map((list) => grids_text(list[0]!.scenario, list, plain))
			.join("\n") +
			outcome_table(reports);
	}
	return corpus ? corpus_text(inputs, reports, by_default) : text_of(inputs, reports) +
		outcome_table(reports);
}

/** What differs counts more than what is open. */
function code_of(reports: report[], inputs: input[]): number {
	if (reports.length === 0)
		return exit_code.skipped;
	if (reports.some((r) => !r.as_recorded))
		return exit_code.differs;
	return reports.some((r) => r.open) || !all_read(inputs) ? exit_code.open : exit_code.holds;
}

/*
 * A scenario is played on the drivers that are meant. Where none was named and its verdicts are of
 * others only, it is about those.
 */
async function drivers_by_scenario(inputs: input[], meant: lab_driver[], by_default: boolean):
		Promise<Map<scenario, lab_driver[]>> {
	const { pick_drivers } = await import("../lib/play/play.ts");
	const chosen = new Map<scenario, lab_driver[]>();

	for (const s of inputs.flatMap((i) => i.scenarios)) {
		const named = [...new Set(s.verdicts.flatMap((v) => v.drivers))];
		const others = by_default && named.length > 0 &&
			!meant.some((d) => named.includes(d.label));

		chosen.set(s, others ? await pick_drivers(named.join(",")) : meant);
	}
	return chosen;
}

/* Drivers that a scenario is not for are left out, with a word. */
async function leave_out(chosen: Map<scenario, lab_driver[]>, named: boolean): Promise<void> {
	const { lacks } = await import("../lib/play/needs.ts");
	const skipped = new Map<lack, { scenarios: Set<scenario>; labels: Set<string> }>();

	for (const [s, drivers] of chosen)
		chosen.set(s, drivers.filter(({ label }) => {
			const why = lacks(s, label, named);

			if (why === null)
				return true;
			const of = skipped.get(why) ?? { scenarios: new Set(), labels: new Set() };

			skipped.set(why, of);
			of.scenarios.add(s);
			of.labels.add(label);
			return false;
		}));
	for (const [why, { scenarios, labels }] of skipped)
		process.stderr.write(`vfio-ap: skipped on ${[...labels].join(", ")}: ` +
			`${plural(scenarios.size, "scenario")} that ` +
			`${scenarios.size === 1 ? why.one : why.many}\n`);
}

/** main - the command "replay" */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
		args: argv, allowPositionals: true,
		options: {
			driver: { type: "string" }, host: { type: "string" },
			format: { type: "string" },
			crossread: { type: "string", multiple: true, default: [] },
			oracle: { type: "string" }, output: { type: "string", short: "o" },
			grid: { type: "boolean", default: false },
			ascii: { type: "boolean", default: false },
			help: { type: "boolean", short: "h" },
		},
	});
	const format = values.format ?? "text";

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (!FORMATS.includes(format))
		throw new usage_error(
			`--format ${format}: no such format, expected text, html, ktap or json`);
	const host = values.host === undefined ? null : parse_host_text(values.host);
	const { pick_drivers, play } = await import("../lib/play/play.ts");
	const drivers = await pick_drivers(values.driver);
	const inputs = await read_inputs(positionals.length === 0 ? [CORPUS] : positionals, host);
	const c = values.oracle === undefined ? null : await (await import("../oracle/column.ts"))
		.c_column(values.oracle);
	const by_default = values.driver === undefined;
	const chosen = await drivers_by_scenario(inputs, drivers, by_default);

	/* Asked for is a driver for a file, not one for all that there is. */
	await leave_out(chosen, by_default || values.driver !== "all" && positionals.length > 0);
	const reports = inputs.flatMap((i) => i.scenarios.map((s) =>
		[...chosen.get(s)!.map((d) => play(s, d.label)), ...c === null ? [] : [c(s)]]))
		.filter((list) => list.length > 0);
	const text = await report_text(inputs, reports,
		{ format, grid: values.grid, ascii: values.ascii, corpus: positionals.length === 0,
			by_default, crossread: values.crossread });

	write_text(text, values.output);
	return code_of(reports.flat(), inputs);
}
