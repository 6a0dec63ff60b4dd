// SPDX-License-Identifier: GPL-2.0-only
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { exit_code } from "../lib/cli/exit_code.ts";
import { must_be_file, read_text } from "../lib/cli/lines.ts";
import { number_option, parse_args } from "../lib/cli/options.ts";
import { write_text } from "../lib/cli/output.ts";
import { plural } from "../lib/cli/plural.ts";
import { printable, styled } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { ported } from "../../drivers/s390/crypto/history/index.ts";
import { load_driver } from "../lib/lab/loader.ts";
import { print_header, print_step } from "../lib/scenario/print.ts";
import { root } from "../lib/texts/tree.ts";
import { explore, judge, sample, state_text, type judgement } from "./explore.ts";
import type { litmus_result } from "./html.ts";
import { condition_text, type litmus } from "./model.ts";
import { guest_operations, parse_litmus } from "./parse.ts";
import { happening_text } from "./run.ts";

const CORPUS = join(root, "test/scenarios/litmus/");

const HELP = `usage: vfio-ap litmus [FILE|DIR ...] [--driver v11,v12|all] [--runs N [--seed S]]
                      [--format text|json|html] [-o FILE]

Runs two actors in all schedules and says which final states there are, how many schedules leave
each, and how one of them came to it. Without FILE: the tests in test/scenarios/litmus.

  --driver LIST  the drivers, separated by commas (default: all)
  --runs N       N schedules at random, in place of all; for tests with too many of them
  --seed S       where the random numbers begin (1)
  --format json  one object for each test and driver, as JSON Lines; html: one page
  -o, --output FILE  write the page there, in place of standard output

A test is a scenario's header and set-up (Documentation/scenarios.md), and then
  actor NAME     two of them, each with its operations on the lines behind it
  depth N        how often one may run in the middle of the other's operation (2)
  result never|sometimes|always KEY=VALUE ...
                 what the final states are; KEY~PART looks for a part of the value;
                 "on v11,v12:" before it says for which drivers, "not on v5.9:" for
                 which not
Operations are a scenario's, and
${[...guest_operations.values()].map(({ form, brief }) => `  ${form.padEnd(31)} ${brief}`).join("\n")}
Keys of a final state:
  end            ok, deadlock, oops, hang, BUG, stuck (waits for ever)
  NAME.1         what the actor's first operation returned; a guest's: the response code
  under.NAME.1   the locks that the other actor held meanwhile
  matrix.m0, guest.m0, apcb.m0   queues assigned; in the shadow APCB; in the CRYCB
  bound          the queues of vfio_ap
  stolen.m0      whether an assigned queue is the default drivers'
  messages       the queues that hold messages
  unlocked       whether an mdev's pending additions were written without mdevs_lock
  nib, late      whether a notification byte was written; after the guest had heard that the
                 queue is gone

exit: 0 all claims hold, 1 some do not, 2 unusable input, 3 no test found, or a schedule that was
not run may decide
`;

function files_of(paths: string[]): string[] {
	return paths.flatMap((path) => statSync(path).isDirectory() ?
		readdirSync(path).filter((name) => name.endsWith(".lit")).sort()
			.map((name) => must_be_file(join(path, name))) :
		[path]);
}

/* Their texts are read, too. */
async function labels_of(list: string): Promise<string[]> {
	const labels = list === "all" ? ported.map(({ label }) => label)
		: [...new Set(list.split(","))];

	return (await Promise.all(labels.map(load_driver))).map(({ label }) => label);
}

const COLOURS = { holds: "green", differs: "red", open: "yellow" } as const;

function claim_text({ claim: { line, how, all }, count, verdict }: judgement, of: number): string {
	const what = all.map(condition_text).join(" ");

	return `  ${styled(COLOURS[verdict], verdict.padEnd("differs".length))} line ${line}: ${how} ${what} (${count} of ${of})\n`;
}

/** The machine and the set-up, so that a schedule can be replayed where it is pasted. */
function set_up_text({ setup, before }: litmus): string {
	const lines = [...print_header(setup)
		.filter((l) => !/^(?:source|about|assume|slip|verdict) /.test(l)),
		...setup.statements.map(print_step), ...before.map(({ text }) => text.trim())];

	return lines.map((l) => `  ${printable(l)}\n`).join("");
}

function text_of({ test, found, judgements }: litmus_result): string {
	const states = found.states.map(({ state, count, witness }) =>
		`  ${String(count).padStart(5)}  ${state_text(state)}\n` +
		witness.map((step) => `           ${printable(happening_text(step))}\n`).join(""));
	const not = found.given_up === 0 ? "" : `, ${found.given_up} given up`;
	const more = found.truncated ? ", more not run" : "";

	return `${test.name} on ${found.driver}: ${plural(found.schedules, "schedule")}${not}${more}\n` +
		set_up_text(test) + states.join("") +
		judgements.map((j) => claim_text(j, found.schedules)).join("");
}

/** The claims with a verdict, each with its place. */
function claims_that(results: readonly litmus_result[], verdict: judgement["verdict"]): string[] {
	return results.flatMap(({ test, found, judgements }) => judgements
		.filter((j) => j.verdict === verdict)
		.map(({ claim }) => `  ${test.file}:${claim.line} on ${found.driver}\n`));
}

/** Behind several outcomes: whether all claims hold, or which do not. */
function summary_text(results: readonly litmus_result[]): string {
	const [wrong, open] = [claims_that(results, "differs"), claims_that(results, "open")];
	const tests = new Set(results.map(({ test }) => test)).size;
	const claims = results.reduce((sum, { judgements }) => sum + judgements.length, 0);
	const said = [
		...(wrong.length === 0 ? [] : [`${wrong.length} differ`]),
		...(open.length === 0 ? [] : [`${open.length} open`]),
	].join(", ") || "all hold";

	return `\n${plural(tests, "test")}, ${plural(results.length, "outcome")}, ` +
		`${plural(claims, "claim")}: ${said}\n${printable(wrong.join(""))}`;
}

function code_of(results: readonly litmus_result[]): number {
	const verdicts = new Set(results.flatMap(({ judgements }) =>
		judgements.map(({ verdict }) => verdict)));

	return verdicts.has("differs") ? exit_code.differs
		: verdicts.has("open") ? exit_code.open : exit_code.holds;
}

function json_of({ test, found, judgements }: litmus_result): string {
	return `${JSON.stringify({
		test: test.name, driver: found.driver, schedules: found.schedules,
		given_up: found.given_up,
		states: found.states.map(({ state, witness, ...rest }) => ({
			...rest, state: Object.fromEntries(state),
			witness: witness.map(happening_text),
		})),
		claims: judgements.map(({ claim, count, verdict }) => ({
			line: claim.line, how: claim.how, count, verdict,
		})),
	})}\n`;
}

/** main - vfio-ap litmus */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
		args: argv,
		allowPositionals: true,
		options: {
			driver: { type: "string", default: "all" },
			format: { type: "string", default: "text" },
			output: { type: "string", short: "o" },
			runs: { type: "string" },
			seed: { type: "string", default: "1" },
			help: { type: "boolean", short: "h", default: false },
		},
	});

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (!["text", "json", "html"].includes(values.format))
		throw new usage_error(`--format ${values.format}: no such format, expected one of text, json, html`);
	if (values.output !== undefined && values.format !== "html")
		throw new usage_error("--output is for --format html");
	const labels = await labels_of(values.driver);
	const runs = values.runs === undefined ? null : number_option("runs", values.runs);
	const seed = number_option("seed", values.seed);

	const files = files_of(positionals.length === 0 ? [CORPUS] : positionals);
	if (files.length === 0) {
		process.stderr.write(`vfio-ap: ${printable(positionals.join(", "))}: no litmus test (.lit) in it\n`);
		return exit_code.open;
	}
	const tests = files.flatMap((file) => parse_litmus(read_text(file), file));
	const results: litmus_result[] = [];

	for (const test of tests)
		for (const label of labels) {
			const found = runs === null ? explore(test, label)
				: sample(test, label, runs, seed);
			const result = { test, found, judgements: judge(test, found) };

			results.push(result);
			if (values.format !== "html")
				process.stdout.write(
					(values.format === "json" ? json_of : text_of)(result));
		}
	if (values.format === "html")
		write_text(await (await import("./html.ts")).litmus_page(results), values.output);
	else if (values.format === "text" && results.length > 1)
		process.stdout.write(summary_text(results));
	return code_of(results);
}
