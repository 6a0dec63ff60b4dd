// SPDX-License-Identifier: GPL-2.0-only
import { exit_code } from "../lib/cli/exit_code.ts";
import { number_option, parse_args } from "../lib/cli/options.ts";
import { usage_error } from "../lib/cli/usage_error.ts";
import { example_of, trace_operations } from "../lib/trace/operations.ts";
import { check_paths } from "./check.ts";

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

/** main - vfio-ap trace */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parse_args({
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
			label: values.driver, limit: number_option("limit", values.limit),
			jobs: values.jobs === undefined
				? null : number_option("jobs", values.jobs, 1),
			speed: values.speed,
		});
	case "run":
		if (paths.length !== 1)
			throw new usage_error("trace run needs one FILE, a trace or a scenario");
		if (!FORMATS.includes(values.format))
			throw new usage_error(`--format ${values.format}: no such format, ` +
				"expected jsonl or text");
		return await (await import("./run.ts")).run_file(
			paths[0], values.driver, values.format);
	default:
		throw new usage_error(
			`trace ${verb ?? "without a verb"}, expected one of check, run`);
	}
}
