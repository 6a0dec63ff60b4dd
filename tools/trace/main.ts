// SPDX-License-Identifier: GPL-2.0-only
import { parseArgs } from "node:util";
import { exit_code } from "../lib/cli/exit_code.ts";
import { printable } from "../lib/cli/terminal.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { inline_less } from "../lib/lab/inlining.ts";
import { load_driver } from "../lib/lab/loader.ts";
import { check_trace, type divergence } from "../lib/trace/check.ts";
import { read_traces, trace_files, type trace } from "../lib/trace/format.ts";
import { player } from "../lib/trace/play.ts";

const HELP = `usage: vfio-ap trace check PATH... [--driver LABEL] [--limit N]
       vfio-ap trace run OPS.jsonl --driver LABEL

check  replays recorded traces and compares every field with the recording;
       a PATH is a file or a folder with *.jsonl and *.jsonl.gz in it
         --driver LABEL  on this driver, not on the one it was recorded on
         --limit N       show the first N differences (20)
run    does the ops of a trace on a driver and prints the trace

exit: 0 no difference, 1 some, 2 unusable input
`;

const DEFAULT_LIMIT = 20;

function show(d: divergence): string {
	const value = (v: unknown): string => printable(JSON.stringify(v) ?? "nothing");

	return `${d.file}:${d.line}: ${value(d.op)}\n` +
		`  ${d.field} recorded ${value(d.expected)}\n` +
		`  ${" ".repeat(d.field.length)} now      ${value(d.actual)}\n`;
}

async function check(paths: string[], label: string | undefined, limit: number): Promise<number> {
	let traces = 0, ops = 0, divergences = 0;

	if (paths.length === 0)
		throw new usage_error("trace check needs a PATH, a trace or a folder of traces");
	inline_less();
	for (const file of trace_files(paths)) {
		for (const trace of read_traces(file)) {
			const driver = await load_driver(label ?? trace.header.driver);
			const outcome = check_trace(trace, driver.label);

			traces++;
			ops += outcome.ops;
			for (const d of outcome.divergences)
				if (divergences++ < limit)
					process.stdout.write(show(d));
		}
	}
	if (divergences > limit)
		process.stdout.write(`... and ${divergences - limit} more\n`);
	process.stdout.write(`${traces} traces, ${ops} ops, ${divergences} divergences\n`);
	return divergences === 0 ? exit_code.holds : exit_code.differs;
}

function print_trace(trace: trace, label: string): void {
	const machine = new player(trace.header, label);

	process.stdout.write(`${JSON.stringify({ ...trace.header, driver: label })}\n`);
	for (const { op } of trace.ops) {
		const played = machine.play(op);

		process.stdout.write(`{"op":${JSON.stringify(op)}${played.rest()}\n`);
		if (played.crash !== undefined)
			break;
	}
	machine.end();
}

async function run(paths: string[], label: string | undefined): Promise<number> {
	if (paths.length !== 1 || label === undefined)
		throw new usage_error("trace run needs one file of ops and --driver LABEL");
	const { label: driver } = await load_driver(label);

	for (const trace of read_traces(paths[0]))
		print_trace(trace, driver);
	return exit_code.holds;
}

function number_option(text: string): number {
	if (!/^\d+$/.test(text))
		throw new usage_error(`--limit ${text}: not a number, e.g. --limit 5`);
	return Number(text);
}

/** main - vfio-ap trace */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args: argv,
		allowPositionals: true,
		options: {
			driver: { type: "string" },
			limit: { type: "string", default: String(DEFAULT_LIMIT) },
			help: { type: "boolean", short: "h", default: false },
		},
	});
	const [verb, ...paths] = positionals;

	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	switch (verb) {
	case "check":
		return await check(paths, values.driver, number_option(values.limit));
	case "run":
		return await run(paths, values.driver);
	default:
		throw new usage_error(`trace ${verb ?? "without a verb"}: one of check, run`);
	}
}
