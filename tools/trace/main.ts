// SPDX-License-Identifier: GPL-2.0-only
import { parseArgs } from "node:util";
import { exit_code } from "../lib/cli/exit_code.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { load_driver } from "../lib/lab/loader.ts";
import { json_text } from "../lib/scenario/lexer.ts";
import {
	recorded_op, stream_traces, type trace_header, type trace_op,
} from "../lib/trace/format.ts";
import { example_of, trace_operations } from "../lib/trace/operations.ts";
import { player } from "../lib/trace/play.ts";
import { check_paths } from "./check.ts";
import { driver_for } from "./check_file.ts";
import { header_of, read_script, script_ops } from "./script.ts";
import { header_text, op_text } from "./text.ts";

const HELP = `usage: vfio-ap trace check PATH... [--driver LABEL] [--limit N] [--jobs N] [--speed]
       vfio-ap trace run FILE [--driver LABEL] [--format jsonl|text]

check  replays recorded traces and compares every field with the recording;
       a PATH is a file or a folder with *.jsonl and *.jsonl.gz in it
         --driver LABEL  on this driver, not on the one it was recorded on
         --limit N       show the first N differences (20)
         --jobs N        threads (default: one for each processor, or one for few traces)
         --speed         say how many operations a second each thread did, and all
run    does the operations of FILE on a driver and prints the trace; FILE is a trace
       (what it says of results is left aside) or a scenario, NAME.scn
         --driver LABEL  the driver; the one a trace names, by default
         --format text   for people

exit: 0 no difference, 1 some, 2 unusable input

operations (Documentation/traces.md says more):
${[...trace_operations.keys()].map((name) => `  ${example_of(name, true)}\n`).join("")}`;

const DEFAULT_LIMIT = 20;
const FORMATS = ["jsonl", "text"];

/** class printer - a trace that is done and printed, op by op */
class printer {
	machine: player;
	#text: boolean;
	#done = 0;
	#crashed = false;

	constructor(header: trace_header, format: string) {
		this.machine = new player(header, header.driver);
		this.#text = format === "text";
		process.stdout.write(this.#text ? header_text(header) : `${json_text(header)}\n`);
	}

	/** do - the next op, unless the machine crashed; returns what is to be printed of it */
	do(op: trace_op["op"]): string {
		if (this.#crashed)
			return "";
		const played = this.machine.play(op);

		this.#crashed = played.crash !== undefined;
		return this.#text ? op_text(++this.#done, played) :
			`{"op":${json_text(op)}${played.rest()}\n`;
	}
}

function run_script(file: string, label: string, format: string): void {
	for (const scenario of read_script(file)) {
		const p = new printer(header_of(scenario, label), format);

		for (const op of script_ops(scenario, label, p.machine))
			process.stdout.write(p.do(op));
		p.machine.end();
	}
}

async function run_trace(file: string, label: string | undefined, format: string): Promise<void> {
	let p: printer | null = null;

	for await (const items of stream_traces(file)) {
		let text = "";

		for (const item of items) {
			if (item instanceof recorded_op) {
				item.read();
				text += p!.do(item.op);
				continue;
			}
			process.stdout.write(text);
			text = "";
			p?.machine.end();
			p = new printer({ ...item.header, driver: await driver_for(item, label) },
				format);
		}
		process.stdout.write(text);
	}
	p?.machine.end();
}

async function run(paths: string[], label: string | undefined, format: string): Promise<number> {
	const [file] = paths;

	if (paths.length !== 1)
		throw new usage_error("trace run needs one FILE, a trace or a scenario");
	if (!FORMATS.includes(format))
		throw new usage_error(
			`--format ${format}: no such format, expected jsonl or text`);
	if (!file.endsWith(".scn"))
		await run_trace(file, label, format);
	else if (label === undefined)
		throw new usage_error(
			`${file}: a scenario names no driver, expected --driver v6.12`);
	else
		run_script(file, (await load_driver(label)).label, format);
	return exit_code.holds;
}

function number_option(name: string, text: string, least: number): number {
	if (!/^\d{1,9}$/.test(text) || Number(text) < least)
		throw new usage_error(
			`--${name} ${text}: not a number from ${least} on, e.g. --${name} 5`);
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
			jobs: { type: "string" },
			speed: { type: "boolean", default: false },
			format: { type: "string", default: "jsonl" },
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
		if (paths.length === 0)
			throw new usage_error(
				"trace check needs a PATH, a trace or a folder of traces");
		return await check_paths(paths, {
			label: values.driver, limit: number_option("limit", values.limit, 0),
			jobs: values.jobs === undefined
				? null : number_option("jobs", values.jobs, 1),
			speed: values.speed,
		});
	case "run":
		return await run(paths, values.driver, values.format);
	default:
		throw new usage_error(`trace ${verb ?? "without a verb"}, expected one of check, run`);
	}
}
