// SPDX-License-Identifier: GPL-2.0-only
import { parseArgs } from "node:util";
import { exit_code } from "../cli/exit_code.ts";
import { usage_error } from "../cli/usage_error.ts";
import { check_port, type port, ports, type port_result } from "./ports.ts";
import { falls_below, text_report } from "./report.ts";

const HELP = `usage: vfio-ap crossread --check [LIMIT] [--driver LABEL[,LABEL...]]

Checks that the ports still read line for line: each function's control words, calls, errnos
and labels against the recorded skeleton of the C. A difference counts as explained where a
PORT: comment stands at its line.

  --check [LIMIT]   fail if a function agrees by less than LIMIT percent (100)
  --driver LABEL    only these of ${ports.map(({ driver }) => driver).join(", ")}
                    (ap_bus is ported in part: reported, never failed)
  --format FORMAT   text (default) or json: one object per port, with every difference
  -h, --help        this text
`;

function read_limit(positionals: string[]): number {
	if (positionals.length > 1)
		throw new usage_error(`unexpected argument '${positionals[1]}', one LIMIT at most`);
	const limit = Number(positionals[0] ?? "100");
	if (!(limit >= 0 && limit <= 100))
		throw new usage_error(`LIMIT '${positionals[0]}' is not 0 to 100 percent`);
	return limit;
}

function find_port(label: string): port {
	const found = ports.find(({ driver }) => driver === label);
	if (!found) {
		const known = ports.map(({ driver }) => driver).join(", ");
		throw new usage_error(`unknown driver '${label}', one of: ${known}`);
	}
	return found;
}

function read_format(format: string): (results: readonly port_result[]) => string {
	switch (format) {
	case "text":
		return text_report;
	case "json":
		return (results) => results.map((result) => `${JSON.stringify(result)}\n`).join("");
	default:
		throw new usage_error(`unknown format '${format}', one of: text, json`);
	}
}

/**
 * main - `vfio-ap crossread`
 *
 * @argv: the arguments behind the command's name
 *
 * Return: the exit code
 */
export async function main(argv: string[]): Promise<number> {
	const { values, positionals } = parseArgs({
		args: argv,
		allowPositionals: true,
		options: {
			check: { type: "boolean" },
			driver: { type: "string" },
			format: { type: "string", default: "text" },
			help: { type: "boolean", short: "h" },
		},
	});
	if (values.help) {
		process.stdout.write(HELP);
		return exit_code.holds;
	}
	if (!values.check)
		throw new usage_error("nothing to do, --check would be right (see --help)");
	const limit = read_limit(positionals);
	const report = read_format(values.format);
	const chosen = values.driver ? values.driver.split(",").map(find_port) : ports;
	const results = await Promise.all(chosen.map(check_port));
	process.stdout.write(report(results));
	const fails = results.some((result) => falls_below(result, limit));
	return fails ? exit_code.differs : exit_code.holds;
}
